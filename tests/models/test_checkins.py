"""How did it go? Three answers, private to who gives them and the desk."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from sqlmodel import Session, select

from models import one_day
from models.actor import Actor
from models.errors import Invalid, NotAllowed, StaleState
from models.operations import checkins
from models.queries import checkins as queries
from models.tables import Appointment, CheckIn, HelpRequest, Match, Person, Signal
from tests import factories
from tests.factories import NOW
from tests.models.cast import Cast, gather, log, signals, to_call, told, writes

ONCE = {"kind": "once", "start": "2026-11-23T14:00", "end": "2026-11-23T16:00"}
THAT_DAY = one_day.as_when(date(2026, 11, 23), one_day.spans(date(2026, 11, 23), None))
WEEKLY = {"kind": "weekly", "windows": [{"day": "mon", "from": "09:00", "to": "12:00"}], "from": "2026-11-01"}


@pytest.fixture
def cast(session: Session) -> Cast:
    return gather(session)


def _visit(cast: Cast, when: dict[str, Any] = ONCE, **columns: Any) -> Appointment:
    """Give a visit of yesterday."""
    match = cast.match("active", cast.request("matched", when=when))
    values = {"starts_at": datetime(2026, 11, 23, 14), "ends_at": datetime(2026, 11, 23, 16), **columns}
    return factories.create_appointment(cast.session, match, **values)


def _ask(cast: Cast, appointment: Appointment, person: Person | None = None) -> CheckIn:
    return checkins.ask(cast.session, appointment, person or cast.resident, now=NOW)


def _answer(cast: Cast, check_in: CheckIn, said: str, who: str = "resident", note: str = "") -> None:
    checkins.answer(cast.session, check_in, said, note, actor=cast.actors[who], now=NOW)


def _match(cast: Cast, row: Appointment | CheckIn) -> Match:
    found = cast.session.get(Match, row.match_id)
    assert found is not None
    return found


# ---- ask ----


def test_each_of_the_two_is_asked_once(cast: Cast) -> None:
    visit = _visit(cast)
    for person in (cast.resident, cast.helper):
        first = _ask(cast, visit, person)
        with writes(cast.session) as written:
            assert _ask(cast, visit, person) is first
        assert not written
        assert (first.person_id, first.asked_at, first.answer) == (person.id, NOW, None)
        assert told(cast.session, person) == ["check_in"]


def test_who_has_no_e_mail_is_called(cast: Cast) -> None:
    cast.resident.email = None
    _ask(cast, _visit(cast))
    assert told(cast.session) == [] and to_call(cast.session, cast.resident) == ["check_in"]


def test_who_had_no_part_in_it_is_not_asked(cast: Cast) -> None:
    visit = _visit(cast)
    for person in (cast.coordinator, cast.asker):
        with writes(cast.session) as written, pytest.raises(NotAllowed):
            _ask(cast, visit, person)
        assert not written


def test_who_asked_for_the_resident_is_asked_where_they_are_the_contact(cast: Cast) -> None:
    match = cast.match("active", cast.request("matched", contact_id=cast.asker.id, when=ONCE))
    visit = factories.create_appointment(
        cast.session, match, starts_at=datetime(2026, 11, 23, 14), ends_at=datetime(2026, 11, 23, 15)
    )
    check_in = _ask(cast, visit, cast.asker)
    _answer(cast, check_in, "good", "asker")
    assert check_in.answer == "good"


@pytest.mark.parametrize(
    ("columns", "code"),
    [
        ({"state": "cancelled"}, "stale"),
        ({"starts_at": datetime(2026, 11, 24, 9, 1), "ends_at": datetime(2026, 11, 24, 10)}, "not_yet"),
    ],
)
def test_nobody_is_asked_about_what_did_not_take_place(cast: Cast, columns: dict[str, Any], code: str) -> None:
    visit = _visit(cast, **columns)
    with writes(cast.session) as written, pytest.raises(StaleState) as refusal:
        _ask(cast, visit)
    assert refusal.value.code == code and not written


def test_who_was_erased_is_not_asked(cast: Cast) -> None:
    cast.resident.erased_at = NOW
    with pytest.raises(StaleState):
        _ask(cast, _visit(cast))


# ---- good ----


@pytest.mark.parametrize("who", ["resident", "volunteer", "coordinator", "link"])
def test_after_a_good_single_visit_the_system_completes_the_match(cast: Cast, who: str) -> None:
    check_in = _ask(cast, visit := _visit(cast), cast.helper if who == "volunteer" else cast.resident)
    match = _match(cast, check_in)
    request = cast.session.get(HelpRequest, match.request_id)
    assert request is not None
    actor = cast.link(request) if who == "link" else cast.actors[who]
    checkins.answer(cast.session, check_in, "good", "Heel gezellig", actor=actor, now=NOW)
    assert (check_in.answer, check_in.note, check_in.answered_at) == ("good", "Heel gezellig", NOW)
    assert check_in.recorded_by == (cast.coordinator.id if who == "coordinator" else None)
    assert (visit.state, match.state, request.state) == ("done", "completed", "fulfilled")
    assert ("system", "match_completed", "active", "completed") in log(cast.session)
    assert signals(cast.session) == []


def test_help_on_one_day_is_completed_as_well_where_its_time_was_open(cast: Cast) -> None:
    check_in = _ask(cast, visit := _visit(cast, THAT_DAY))
    _answer(cast, check_in, "good")
    assert _match(cast, visit).state == "completed"


@pytest.mark.parametrize("when", [WEEKLY, {"kind": "flexible"}])
def test_help_that_goes_on_is_not_completed_by_one_good_visit(cast: Cast, when: dict[str, Any]) -> None:
    check_in = _ask(cast, visit := _visit(cast, when))
    _answer(cast, check_in, "good")
    assert (visit.state, _match(cast, visit).state) == ("done", "active")


def test_a_visit_is_not_single_while_another_is_planned(cast: Cast) -> None:
    check_in = _ask(cast, visit := _visit(cast))
    factories.create_appointment(cast.session, _match(cast, visit))
    _answer(cast, check_in, "good")
    assert _match(cast, visit).state == "active"


def test_one_who_worries_outweighs_one_who_is_glad(cast: Cast) -> None:
    visit = _visit(cast)
    hers, his = _ask(cast, visit), _ask(cast, visit, cast.helper)
    _answer(cast, hers, "not_good")
    _answer(cast, his, "good", "volunteer")
    assert (_match(cast, visit).state, visit.state) == ("active", "done")


def test_good_after_the_match_broke_off_changes_nothing_about_it(cast: Cast) -> None:
    check_in = _ask(cast, visit := _visit(cast))
    match = _match(cast, visit)
    match.state = "failed"
    _answer(cast, check_in, "good")
    assert (match.state, check_in.answer) == ("failed", "good")


def test_what_was_missed_does_not_become_done(cast: Cast) -> None:
    check_in = _ask(cast, visit := _visit(cast, state="missed"))
    _answer(cast, check_in, "good")
    assert (visit.state, _match(cast, visit).state) == ("missed", "active")


# ---- worries ----


@pytest.mark.parametrize("said", ["not_good", "call_me"])
@pytest.mark.parametrize("who", ["resident", "volunteer"])
def test_a_worry_reaches_the_desk_at_once_and_the_other_side_never(cast: Cast, said: str, who: str) -> None:
    person, other = (cast.resident, cast.helper) if who == "resident" else (cast.helper, cast.resident)
    check_in = _ask(cast, visit := _visit(cast), person)
    before = told(cast.session)
    _answer(cast, check_in, said, who, "Ik voelde me niet prettig.")
    found = cast.session.exec(select(Signal)).one()
    assert (found.kind, found.person_id, found.note) == (said, person.id, "Ik voelde me niet prettig.")
    assert (found.match_id, found.created_at) == (visit.match_id, NOW)
    assert found.request_id is not None and found.community_id == cast.community.id
    assert told(cast.session) == before and told(cast.session, other) == []
    assert (_match(cast, visit).state, visit.state) == ("active", "planned")


def test_a_worry_may_come_after_a_good_answer_and_only_the_desk_takes_it_back(cast: Cast) -> None:
    check_in = _ask(cast, _visit(cast, WEEKLY))
    for said in ("good", "not_good", "call_me"):
        _answer(cast, check_in, said, note=said)
    assert check_in.answer == "call_me"
    assert signals(cast.session) == ["not_good", "call_me"]
    with writes(cast.session) as written, pytest.raises(StaleState) as refusal:
        _answer(cast, check_in, "good")
    assert refusal.value.code == "answered" and not written
    _answer(cast, check_in, "good", "coordinator")
    assert check_in.answer == "good"


def test_the_same_answer_twice_is_one_answer(cast: Cast) -> None:
    check_in = _ask(cast, _visit(cast))
    _answer(cast, check_in, "not_good")
    with writes(cast.session) as written:
        _answer(cast, check_in, "not_good")
    assert not written and signals(cast.session) == ["not_good"]


# ---- who and what ----


@pytest.mark.parametrize(
    "who", ["volunteer", "asker", "stranger", "other coordinator", "administrator", "nobody", "system"]
)
def test_nobody_answers_for_another(cast: Cast, who: str) -> None:
    check_in = _ask(cast, _visit(cast))
    with writes(cast.session) as written, pytest.raises(NotAllowed):
        _answer(cast, check_in, "good", who)
    assert not written


def test_a_private_link_answers_for_its_own_request_only(cast: Cast) -> None:
    visit = _visit(cast)
    his = _ask(cast, visit, cast.helper)
    request = cast.session.get(HelpRequest, _match(cast, visit).request_id)
    assert request is not None
    for actor in (cast.link(request), Actor(person_id=cast.helper.id, only_request=cast.request().id)):
        with pytest.raises(NotAllowed):
            checkins.answer(cast.session, his, "good", "", actor=actor, now=NOW)


@pytest.mark.parametrize(
    ("said", "note", "field", "code"),
    [
        ("great", "", "answer", "choice"),
        ("", "", "answer", "choice"),
        ("good", "x" * 1501, "note", "too_long"),
        ("not_good", "123456782", "note", "has_bsn"),
    ],
)
def test_an_answer_is_one_of_three(cast: Cast, said: str, note: str, field: str, code: str) -> None:
    check_in = _ask(cast, _visit(cast))
    with writes(cast.session) as written, pytest.raises(Invalid) as refusal:
        _answer(cast, check_in, said, note=note)
    assert (refusal.value.field, refusal.value.code) == (field, code) and not written


def test_the_log_says_that_it_was_answered_and_not_what_was_written(cast: Cast) -> None:
    _answer(cast, _ask(cast, _visit(cast)), "call_me", note="Over Yusuf")
    assert log(cast.session) == [
        ("system", "check_in_asked", "", ""),
        ("resident", "check_in_call_me", "", "call_me"),
    ]


# ---- reading ----


def test_who_has_not_answered_is_found(cast: Cast) -> None:
    visit = _visit(cast)
    hers, his = _ask(cast, visit), _ask(cast, visit, cast.helper)
    _answer(cast, his, "good", "volunteer")
    assert cast.resident.id is not None and cast.helper.id is not None
    assert list(queries.open_of_person(cast.session, cast.resident.id)) == [hers]
    assert list(queries.open_of_person(cast.session, cast.helper.id)) == []
    later = datetime(2026, 11, 26, 8, tzinfo=UTC)
    assert list(queries.unanswered(cast.session, cast.community.id, later)) == [hers]
    assert list(queries.unanswered(cast.session, cast.community.id, NOW)) == []
    assert list(queries.unanswered(cast.session, cast.elsewhere.id, later)) == []
    assert list(queries.of_match(cast.session, visit.match_id)) == [hers, his]
