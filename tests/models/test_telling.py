"""Telling people something: once, not at night, never to who is gone, and by phone to who has no e-mail."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine
from sqlmodel import Session, func, select

from models.database import transaction
from models.operations import telling
from models.tables import Call, Community, OutboxMessage, Person, Signal
from tests import factories
from tests.factories import NOW, TODAY
from tests.models.cast import Cast, gather, signals, to_call, told, writes


@pytest.fixture
def cast(session: Session) -> Cast:
    return gather(session)


def _tell(cast: Cast, person: Person | None = None, about: str = "match:12", **changes: Any) -> None:
    values = {"name": "match_agreed", "community": cast.community, "now": NOW, **changes}
    telling.tell(cast.session, person or cast.resident, values.pop("name"), about=about, **values)


def _mail(cast: Cast) -> OutboxMessage:
    cast.session.flush()
    return cast.session.exec(select(OutboxMessage)).one()


# ---- once ----


def test_a_message_waits_in_the_outbox_with_ids_and_no_words(cast: Cast) -> None:
    _tell(cast, params={"match_id": 12})
    mail = _mail(cast)
    assert (mail.name, mail.recipient_id, mail.community_id) == ("match_agreed", cast.resident.id, cast.community.id)
    assert (mail.state, mail.params, mail.key) == (
        "pending",
        {"match_id": 12},
        f"match_agreed:match:12:{cast.resident.id}",
    )
    assert (mail.due_at, mail.created_at, mail.attempts, mail.urgent) == (NOW, NOW, 0, False)
    assert (mail.address, mail.subject, mail.body, mail.html, mail.error) == ("", "", "", "", "")


def test_the_same_thing_is_told_once_however_often_it_is_asked(cast: Cast) -> None:
    for hours in range(4):
        _tell(cast, now=NOW + timedelta(hours=hours))
    assert told(cast.session) == ["match_agreed"]
    assert _mail(cast).due_at == NOW
    _mail(cast).state = "sent"
    _tell(cast)
    assert _mail(cast).state == "sent"


def test_another_thing_person_or_name_is_told_too(cast: Cast) -> None:
    _tell(cast)
    _tell(cast, about="match:13")
    _tell(cast, cast.helper)
    _tell(cast, name="match_ended")
    assert len(told(cast.session)) == 4


def test_a_call_and_a_signal_stand_there_once(cast: Cast) -> None:
    cast.resident.email = None
    for _ in range(3):
        _tell(cast)
        telling.signal(cast.session, "declined", about="match:12", community_id=cast.community.id or 0, now=NOW)
    assert to_call(cast.session) == ["match_agreed"] and signals(cast.session) == ["declined"]


def test_two_processes_that_tell_the_same_at_once_make_one_row(any_database: Engine) -> None:
    with transaction(any_database) as session:
        community = factories.create_community(session)
        person = factories.create_person(session)

    def say(_number: int) -> None:
        with transaction(any_database) as session:
            here, who = session.get(Community, community.id), session.get(Person, person.id)
            assert here is not None and who is not None
            telling.tell(session, who, "appointment_reminder", about="appointment:7", community=here, now=NOW)
            telling.put_on_call_list(session, who, "check_in", about="check_in:7", community=here, now=NOW)
            telling.signal(session, "lapsed", about="match:7", community_id=here.id or 0, now=NOW)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(say, range(12)))
    with transaction(any_database) as session:
        for table in (OutboxMessage, Call, Signal):
            assert session.exec(select(func.count()).select_from(table)).one() == 1


# ---- when ----


@pytest.mark.parametrize(
    ("asked", "due"),
    [
        ("2026-11-24T06:59", "2026-11-24T07:00"),
        ("2026-11-24T07:00", "2026-11-24T07:00"),
        ("2026-11-24T19:59", "2026-11-24T19:59"),
        ("2026-11-24T20:00", "2026-11-25T07:00"),
        ("2026-11-24T23:30", "2026-11-25T07:00"),
        ("2026-07-01T19:00", "2026-07-02T06:00"),
        ("2026-12-31T22:00", "2027-01-01T07:00"),
        ("2026-03-28T21:00", "2026-03-29T06:00"),
        ("2026-10-24T20:00", "2026-10-25T07:00"),
    ],
)
def test_nothing_is_sent_between_nine_and_eight(cast: Cast, asked: str, due: str) -> None:
    _tell(cast, now=datetime.fromisoformat(asked).replace(tzinfo=UTC))
    assert _mail(cast).due_at == datetime.fromisoformat(due).replace(tzinfo=UTC)


def test_something_for_later_waits_until_then_and_not_into_the_night(cast: Cast) -> None:
    _tell(cast, due=NOW + timedelta(days=3))
    _tell(cast, about="match:13", due=NOW.replace(hour=21))
    cast.session.flush()
    dues = [mail.due_at for mail in cast.session.exec(select(OutboxMessage)).all()]
    assert dues == [NOW + timedelta(days=3), datetime(2026, 11, 25, 7, tzinfo=UTC)]


def test_a_sign_in_code_comes_at_night_too(cast: Cast) -> None:
    night = datetime(2026, 11, 24, 23, 30, tzinfo=UTC)
    _tell(cast, name="sign_in", about="code:1", now=night, urgent=True)
    assert (_mail(cast).due_at, _mail(cast).urgent) == (night, True)


def test_a_call_is_due_on_the_day_of_the_wall_clock(cast: Cast) -> None:
    cast.resident.email = None
    _tell(cast, now=datetime(2026, 11, 24, 22, 0, tzinfo=UTC))  # eleven in the evening
    _tell(cast, about="match:13", now=NOW)
    cast.session.flush()
    calls = cast.session.exec(select(Call)).all()
    assert [call.due_on for call in calls] == [date(2026, 11, 25), TODAY]
    assert {call.why for call in calls} == {"no_email"}


# ---- to whom ----


@pytest.mark.parametrize("columns", [{"email": None}, {"email": ""}, {"no_messages_at": NOW}])
def test_who_gets_no_mail_is_called(cast: Cast, columns: dict[str, Any]) -> None:
    for name, value in columns.items():
        setattr(cast.resident, name, value)
    _tell(cast)
    assert told(cast.session) == [] and to_call(cast.session, cast.resident) == ["match_agreed"]
    assert not telling.reached_by_mail(cast.resident)


def test_who_wants_no_mail_still_gets_the_code_that_they_asked_for_this_minute(cast: Cast) -> None:
    cast.resident.no_messages_at = NOW
    _tell(cast, name="sign_in", about="code:1", urgent=True)
    assert told(cast.session, cast.resident) == ["sign_in"] and to_call(cast.session) == []


def test_who_was_erased_is_neither_written_to_nor_called(cast: Cast) -> None:
    cast.resident.erased_at = NOW
    with writes(cast.session) as written:
        _tell(cast)
        _tell(cast, name="sign_in", urgent=True)
        telling.put_on_call_list(
            cast.session, cast.resident, "match_agreed", about="match:12", community=cast.community, now=NOW
        )
    assert [w for w in written if "UPDATE person" not in w] == []
    assert told(cast.session) == [] and to_call(cast.session) == []


def test_a_mail_that_did_not_arrive_is_a_call_that_says_why(cast: Cast) -> None:
    telling.put_on_call_list(
        cast.session, cast.resident, "match_agreed", about="match:12", community=cast.community, now=NOW,
        params={"match_id": 12}, why="in_doubt",
    )  # fmt: skip
    cast.session.flush()
    call = cast.session.exec(select(Call)).one()
    assert (call.why, call.params, call.about) == ("in_doubt", {"match_id": 12}, "match_agreed")


def test_what_is_rolled_back_was_never_told(engine: Engine) -> None:
    with transaction(engine) as session:
        community, person = factories.create_community(session), factories.create_person(session)

    def tell_and_fail() -> None:
        with transaction(engine) as session:
            here, who = session.get(Community, community.id), session.get(Person, person.id)
            assert here is not None and who is not None
            telling.tell(session, who, "match_agreed", about="match:1", community=here, now=NOW)
            session.flush()
            raise RuntimeError("the change after it failed")

    with pytest.raises(RuntimeError):
        tell_and_fail()
    with transaction(engine) as session:
        assert session.exec(select(func.count()).select_from(OutboxMessage)).one() == 0


def test_the_time_to_take_something_back_is_half_a_minute() -> None:
    assert telling.after_undo(NOW) - NOW == timedelta(seconds=telling.UNDO_SECONDS) == timedelta(seconds=30)
