"""What the two of an agreed pair write to each other, and how seldom that makes a mail."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlmodel import Session, select

from models.errors import Invalid, NotAllowed, StaleState, TooMany
from models.operations import pair_messages
from models.queries import pair_messages as queries
from models.tables import Call, HelpRequest, Match, OutboxMessage, PairMessage
from tests import factories
from tests.factories import NOW
from tests.models.cast import Cast, gather, log, to_call, told, writes


@pytest.fixture
def cast(session: Session) -> Cast:
    return gather(session)


def _write(
    cast: Cast, match: Match, who: str = "volunteer", body: str = "Tot dinsdag!", minutes: int = 0
) -> PairMessage:
    now = NOW + timedelta(minutes=minutes)
    return pair_messages.write(cast.session, match, body, actor=cast.actors[who], now=now)


def _mails(cast: Cast) -> list[OutboxMessage]:
    rows = cast.session.exec(select(OutboxMessage)).all()
    return sorted(rows, key=lambda row: row.id or 0)


def _send(cast: Cast) -> None:
    for mail in _mails(cast):
        mail.state = "sent"
    cast.session.flush()


@pytest.mark.parametrize("state", ["agreed", "active"])
@pytest.mark.parametrize(
    ("who", "hears"), [("volunteer", "resident"), ("resident", "volunteer"), ("asker", "volunteer")]
)
def test_one_writes_and_the_other_is_told_that_there_is_something(cast: Cast, state: str, who: str, hears: str) -> None:
    match = cast.match(state)
    message = _write(cast, match, who, "  Tot dinsdag!\r\nGroet ")
    assert (message.body, message.created_at, message.read_at) == ("Tot dinsdag!\nGroet", NOW, None)
    assert message.sender_id == cast.actors[who].person_id
    [mail] = _mails(cast)
    assert (mail.name, mail.recipient_id) == (
        "pair_message",
        {"resident": cast.resident, "volunteer": cast.helper}[hears].id,
    )
    assert mail.params == {"match_id": match.id}, "ids only: no words, no address"
    assert log(cast.session) == [(who, "pair_message_written", "", "")]


def test_by_the_private_link_it_is_who_the_link_was_given_to(cast: Cast) -> None:
    match = cast.match("agreed", cast.request("matched", contact_id=cast.asker.id))
    request = cast.session.get(HelpRequest, match.request_id)
    assert request is not None
    message = pair_messages.write(cast.session, match, "Dag!", actor=cast.link(request), now=NOW)
    assert message.sender_id == cast.asker.id
    assert told(cast.session, cast.helper) == ["pair_message"]


@pytest.mark.parametrize(
    "state",
    [
        "proposed",
        "approved",
        "accepted_by_volunteer",
        "completed",
        "rejected",
        "declined",
        "lapsed",
        "failed",
        "withdrawn",
    ],
)
def test_nobody_writes_before_they_know_each_other_or_after_it_ended(cast: Cast, state: str) -> None:
    match = cast.match(state)
    for who in ("volunteer", "resident"):
        with writes(cast.session) as written, pytest.raises(StaleState):
            _write(cast, match, who)
        assert not written


@pytest.mark.parametrize("who", ["coordinator", "administrator", "other coordinator", "stranger", "nobody", "system"])
def test_nobody_else_writes_between_the_two(cast: Cast, who: str) -> None:
    match = cast.match("agreed")
    with writes(cast.session) as written, pytest.raises(NotAllowed):
        _write(cast, match, who)
    assert not written


def test_a_blocked_pair_does_not_write(cast: Cast) -> None:
    match = cast.match("agreed")
    factories.create_block(cast.session, cast.community, cast.helper, cast.resident, cast.coordinator)
    with writes(cast.session) as written, pytest.raises(NotAllowed) as refusal:
        _write(cast, match)
    assert refusal.value.code == "not_possible" and not written


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (" \n ", "required"),
        ("\u200b", "required"),
        ("x" * 2001, "too_long"),
        ("hoi\0", "unreadable"),
        ("bsn 123456782", "has_bsn"),
    ],
)
def test_words_that_cannot_be_are_refused(cast: Cast, body: str, code: str) -> None:
    match = cast.match("agreed")
    with writes(cast.session) as written, pytest.raises(Invalid) as refusal:
        _write(cast, match, body=body)
    assert (refusal.value.field, refusal.value.code) == ("body", code) and not written


def test_a_second_click_is_no_second_message(cast: Cast) -> None:
    match = cast.match("agreed")
    first = _write(cast, match)
    with writes(cast.session) as written:
        assert _write(cast, match, minutes=1) is first
    assert not written
    assert _write(cast, match, minutes=3) is not first, "the same words later are said again"
    assert _write(cast, match, "resident", minutes=3).sender_id == cast.resident.id


# ---- mails ----


def test_a_mail_that_has_not_left_tells_of_everything(cast: Cast) -> None:
    match = cast.match("agreed")
    for minutes in range(5):
        _write(cast, match, body=f"Bericht {minutes}", minutes=minutes)
    assert len(_mails(cast)) == 1


def test_what_is_written_after_a_mail_is_told_an_hour_later_and_not_forgotten(cast: Cast) -> None:
    match = cast.match("agreed")
    _write(cast, match, body="een")
    _send(cast)
    _write(cast, match, body="twee", minutes=10)
    _write(cast, match, body="drie", minutes=20)
    assert [mail.due_at for mail in _mails(cast)] == [NOW, NOW + timedelta(hours=1)]
    _send(cast)
    _write(cast, match, body="vier", minutes=65)
    assert [mail.due_at for mail in _mails(cast)][2:] == [NOW + timedelta(hours=2)]
    _send(cast)
    _write(cast, match, body="vijf", minutes=600)
    assert [mail.due_at for mail in _mails(cast)][3:] == [NOW + timedelta(hours=10)]


def test_each_side_and_each_match_has_its_own_hour(cast: Cast) -> None:
    one, two = cast.match("agreed"), cast.match("agreed")
    _write(cast, one)
    _write(cast, one, "resident")
    _write(cast, two)
    assert told(cast.session, cast.resident) == ["pair_message", "pair_message"]
    assert told(cast.session, cast.helper) == ["pair_message"]


def test_a_night_of_messages_is_one_mail_in_the_morning(cast: Cast) -> None:
    match = cast.match("agreed")
    evening = datetime(2026, 11, 24, 19, 50, tzinfo=UTC)  # ten to nine
    for minutes in range(0, 300, 30):
        pair_messages.write(
            cast.session,
            match,
            f"om {minutes}",
            actor=cast.actors["volunteer"],
            now=evening + timedelta(minutes=minutes),
        )
        if minutes == 0:
            _send(cast)
    assert [mail.due_at for mail in _mails(cast)] == [evening, datetime(2026, 11, 25, 7, 0, tzinfo=UTC)]


def test_who_has_no_e_mail_is_called_once_about_all_of_them(cast: Cast) -> None:
    cast.resident.email = None
    match = cast.match("agreed")
    for hours in range(4):
        _write(cast, match, body=f"bericht {hours}", minutes=60 * hours)
    assert to_call(cast.session, cast.resident) == ["pair_message"]
    call = cast.session.exec(select(Call)).one()
    call.done_at, call.outcome = NOW + timedelta(hours=5), "told"
    cast.session.flush()
    _write(cast, match, body="nog iets", minutes=60 * 6)
    assert to_call(cast.session, cast.resident) == ["pair_message"]


def test_over_thirty_an_hour_waits(cast: Cast) -> None:
    match = cast.match("agreed")
    for number in range(30):
        _write(cast, match, body=f"bericht {number}")
    with writes(cast.session) as written, pytest.raises(TooMany) as refusal:
        _write(cast, match, body="en nog een")
    assert refusal.value.details["until"] == NOW + timedelta(hours=1) and not written
    _write(cast, match, "resident", "Rustig aan")
    _write(cast, match, body="later", minutes=61)


# ---- reading ----


def test_an_answer_means_that_the_other_was_read(cast: Cast) -> None:
    match = cast.match("agreed")
    first, own = _write(cast, match), _write(cast, match, "asker", "Van haar dochter")
    assert first.read_at == NOW
    _write(cast, match, "resident", "En van mij", minutes=5)
    assert own.read_at is None, "one's own side does not read for the other"
    pair_messages.mark_read(cast.session, match, actor=cast.actors["volunteer"], now=NOW + timedelta(minutes=9))
    assert own.read_at == NOW + timedelta(minutes=9)
    with pytest.raises(NotAllowed):
        pair_messages.mark_read(cast.session, match, actor=cast.actors["coordinator"], now=NOW)


def test_the_newest_messages_are_given_oldest_first(cast: Cast) -> None:
    match = cast.match("agreed")
    for number in range(5):
        _write(cast, match, body=str(number))
    assert [m.body for m in queries.of_match(cast.session, match.id)] == ["0", "1", "2", "3", "4"]
    assert [m.body for m in queries.of_match(cast.session, match.id, limit=2)] == ["3", "4"]
    assert cast.resident.id is not None
    assert len(queries.unread(cast.session, match.id, [cast.resident.id])) == 5
