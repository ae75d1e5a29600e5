"""A coordinator's decision about a proposal: what approval checks once more, taking it back, and rejecting."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlmodel import Session, select

from models import one_day
from models.errors import Invalid, NotAllowed, StaleState
from models.grounds import Grounds
from models.operations import matches, proposals
from models.tables import AuditEntry, HelpRequest, Match, OutboxMessage, Volunteer
from tests import factories
from tests.factories import NOW, TODAY
from tests.models.cast import Cast, gather, log, signals, to_call, told, writes

ONCE = {"kind": "once", "start": "2026-12-08T13:30", "end": "2026-12-08T15:30"}
MORNING = one_day.as_when(date(2026, 12, 8), one_day.spans(date(2026, 12, 8), "morning"))


@pytest.fixture
def cast(session: Session) -> Cast:
    return gather(session)


def _propose(cast: Cast, who: str = "coordinator", request: HelpRequest | None = None, **changes: Any) -> Match:
    return proposals.propose(
        cast.session, request or cast.request(), cast.volunteer, actor=cast.actors[who], now=NOW, **changes
    )


def _approve(cast: Cast, match: Match, now: datetime = NOW) -> None:
    proposals.approve(cast.session, match, actor=cast.actors["coordinator"], now=now)


def _another(cast: Cast, **columns: Any) -> Volunteer:
    return factories.create_volunteer(cast.session, cast.community, **columns)


def test_an_approved_volunteer_is_asked_after_the_time_to_take_it_back(cast: Cast) -> None:
    match = _propose(cast)
    _approve(cast, match)
    assert (match.state, match.approved_by, match.approved_at) == ("approved", cast.coordinator.id, NOW)
    assert match.asked_at == NOW
    message = cast.session.exec(select(OutboxMessage)).one()
    assert (message.name, message.recipient_id) == ("proposal_volunteer", cast.helper.id)
    assert message.due_at == NOW + timedelta(seconds=30)
    assert message.params == {"match_id": match.id}


def test_who_offered_has_said_yes_and_the_resident_is_asked_at_once(cast: Cast) -> None:
    match = _propose(cast, "volunteer")
    _approve(cast, match)
    assert match.state == "accepted_by_volunteer"
    assert told(cast.session, cast.helper) == []
    assert told(cast.session, cast.resident) == ["proposal_resident"]
    assert log(cast.session)[1:] == [
        ("coordinator", "match_approved", "proposed", "approved"),
        ("volunteer", "match_accepted_by_volunteer", "approved", "accepted_by_volunteer"),
    ]
    assert match.reason == "", "why a step went by itself stands in the log, not as why it ended"


def test_a_resident_who_left_the_choice_to_us_agrees_at_once(cast: Cast) -> None:
    request = cast.request(leaves_choice=True)
    match = _propose(cast, "volunteer", request=request)
    _approve(cast, match)
    assert (match.state, match.agreed_at, match.reason) == ("agreed", NOW, "")
    assert request.state == "matched"
    assert told(cast.session, cast.helper) == told(cast.session, cast.resident) == ["match_agreed"]
    assert ("resident", "match_agreed", "accepted_by_volunteer", "agreed") in log(cast.session)


def test_two_coordinators_who_choose_different_people_have_one_winner(cast: Cast) -> None:
    request = cast.request()
    first = _propose(cast, request=request)
    second = proposals.propose(cast.session, request, _another(cast), actor=cast.actors["coordinator"], now=NOW)
    _approve(cast, first)
    with writes(cast.session) as written, pytest.raises(StaleState) as refusal:
        _approve(cast, second)
    assert (refusal.value.code, refusal.value.details["volunteer_id"]) == ("taken", cast.volunteer.id)
    assert not written and second.state == "proposed"


def test_a_request_for_two_takes_two_and_no_third(cast: Cast) -> None:
    request = cast.request(people_wanted=2)
    three = [
        proposals.propose(cast.session, request, _another(cast), actor=cast.actors["coordinator"], now=NOW)
        for _ in range(3)
    ]
    _approve(cast, three[0])
    _approve(cast, three[1])
    with pytest.raises(StaleState) as refusal:
        _approve(cast, three[2])
    assert refusal.value.code == "taken"


def test_who_helped_already_counts_among_the_people_wanted(cast: Cast) -> None:
    request = cast.request(people_wanted=2)
    cast.match("completed", request, volunteer=_another(cast))
    two = [
        proposals.propose(cast.session, request, _another(cast), actor=cast.actors["coordinator"], now=NOW)
        for _ in range(2)
    ]
    _approve(cast, two[0])
    with pytest.raises(StaleState):
        _approve(cast, two[1])


def test_nobody_is_asked_for_more_people_at_once_than_they_want(cast: Cast) -> None:
    cast.volunteer.capacity = 1
    cast.match("active", cast.request("matched"))
    match = _propose(cast)
    with writes(cast.session) as written, pytest.raises(StaleState) as refusal:
        _approve(cast, match)
    assert refusal.value.code == "no_capacity" and not written


@pytest.mark.parametrize("state", ["paused", "left", "stopped"])
def test_who_stopped_after_the_proposal_is_not_asked(cast: Cast, state: str) -> None:
    match = _propose(cast)
    cast.volunteer.state = state
    with pytest.raises(StaleState) as refusal:
        _approve(cast, match)
    assert refusal.value.code == "volunteer_not_active"


@pytest.mark.parametrize(
    ("until", "when", "enough"),
    [
        (None, {"kind": "flexible"}, False),
        (TODAY - timedelta(days=1), {"kind": "flexible"}, False),
        (TODAY, {"kind": "flexible"}, True),
        (TODAY, ONCE, False),
        (datetime(2026, 12, 7).date(), ONCE, False),
        (datetime(2026, 12, 8).date(), ONCE, True),
        (
            datetime(2026, 12, 13).date(),
            {"kind": "weekly", "windows": [{"day": "mon", "from": "09:00", "to": "12:00"}], "from": "2026-12-14"},
            False,
        ),
        (
            datetime(2026, 12, 14).date(),
            {"kind": "weekly", "windows": [{"day": "mon", "from": "09:00", "to": "12:00"}], "from": "2026-12-14"},
            True,
        ),
    ],
)
def test_where_a_vog_is_needed_it_is_valid_on_the_day_of_the_help(
    cast: Cast, until: Any, when: dict[str, Any], enough: bool
) -> None:
    cast.community.vog_kinds = ["hospital-escort"]
    if until is not None:
        factories.create_certificate(cast.session, cast.volunteer, cast.coordinator, valid_until=until)
    match = _propose(cast, request=cast.request(when=when))
    if enough:
        _approve(cast, match)
        assert match.state == "approved"
    else:
        with writes(cast.session) as written, pytest.raises(NotAllowed) as refusal:
            _approve(cast, match)
        assert refusal.value.code == "needs_vog" and not written


def test_a_vog_without_an_end_is_valid_and_another_paper_is_not_a_vog(cast: Cast) -> None:
    cast.community.vog_kinds = ["hospital-escort"]
    match = _propose(cast)
    factories.create_certificate(cast.session, cast.volunteer, cast.coordinator, kind="first-aid")
    with pytest.raises(NotAllowed):
        _approve(cast, match)
    factories.create_certificate(cast.session, cast.volunteer, cast.coordinator, valid_until=None)
    _approve(cast, match)


@pytest.mark.parametrize(
    ("when", "starts", "ends", "free"),
    [
        (ONCE, "2026-12-08T15:30", "2026-12-08T16:00", True),
        (ONCE, "2026-12-08T12:00", "2026-12-08T13:30", True),
        (ONCE, "2026-12-08T15:29", "2026-12-08T16:00", False),
        (ONCE, "2026-12-08T12:00", "2026-12-08T13:31", False),
        (ONCE, "2026-12-08T10:00", "2026-12-08T18:00", False),
        # Of a morning with an open time, two hours must be free.
        (MORNING, "2026-12-08T09:30", "2026-12-08T10:00", True),
        (MORNING, "2026-12-08T09:30", "2026-12-08T10:30", False),
        (MORNING, "2026-12-08T10:30", "2026-12-08T12:00", False),
    ],
)
def test_who_has_an_appointment_at_that_time_is_not_approved_for_it(
    cast: Cast, when: dict[str, Any], starts: str, ends: str, free: bool
) -> None:
    elsewhere = cast.match("active", cast.request("matched"))
    factories.create_appointment(
        cast.session, elsewhere, starts_at=datetime.fromisoformat(starts), ends_at=datetime.fromisoformat(ends)
    )
    match = _propose(cast, request=cast.request(when=when))
    if free:
        _approve(cast, match)
    else:
        with pytest.raises(StaleState) as refusal:
            _approve(cast, match)
        assert refusal.value.code == "busy_then"


def test_a_cancelled_appointment_keeps_nobody_busy(cast: Cast) -> None:
    start, end = datetime(2026, 12, 8, 13), datetime(2026, 12, 8, 15)
    elsewhere = cast.match("active", cast.request("matched"))
    factories.create_appointment(cast.session, elsewhere, starts_at=start, ends_at=end, state="cancelled")
    _approve(cast, _propose(cast, request=cast.request(when=ONCE)))


# ---- take back ----


@pytest.mark.parametrize(
    ("origin", "leaves_choice", "reached"),
    [
        ("coordinator", False, "approved"),
        ("volunteer", False, "accepted_by_volunteer"),
        ("volunteer", True, "agreed"),
    ],
)
def test_an_approval_is_taken_back_within_half_a_minute(
    cast: Cast, origin: str, leaves_choice: bool, reached: str
) -> None:
    request = cast.request(leaves_choice=leaves_choice)
    match = _propose(cast, origin, request=request, note="Graag", grounds=Grounds(0.5))
    _approve(cast, match)
    assert match.state == reached
    later = NOW + timedelta(seconds=29)
    again = proposals.undo_approval(cast.session, match, actor=cast.actors["coordinator"], now=later)
    assert (match.state, match.reason) == ("withdrawn", "undone")
    assert (again.state, again.origin, again.note, again.score) == ("proposed", origin, "Graag", 0.5)
    assert (again.id != match.id, again.approved_at, again.asked_at) == (True, None, None)
    assert request.state == "open"
    _approve(cast, again, now=later)
    assert again.state == reached, "it can be approved again"


def test_after_half_a_minute_it_is_too_late(cast: Cast) -> None:
    match = _propose(cast)
    _approve(cast, match)
    with writes(cast.session) as written, pytest.raises(StaleState) as refusal:
        proposals.undo_approval(cast.session, match, actor=cast.actors["coordinator"], now=NOW + timedelta(seconds=30))
    assert refusal.value.code == "too_late" and not written


# ---- reject ----


def test_who_offered_and_is_not_chosen_is_told_and_who_never_knew_is_not(cast: Cast) -> None:
    offered = _propose(cast, "volunteer")
    proposals.reject(cast.session, offered, "Iemand dichterbij.", actor=cast.actors["coordinator"], now=NOW)
    assert (offered.state, offered.reason, offered.ended_at) == ("rejected", "Iemand dichterbij.", NOW)
    unknowing = factories.create_volunteer(cast.session, cast.community)
    match = proposals.propose(cast.session, cast.request(), unknowing, actor=cast.actors["coordinator"], now=NOW)
    proposals.reject(cast.session, match, "Te ver.", actor=cast.actors["coordinator"], now=NOW)
    assert told(cast.session) == ["match_not_chosen"]
    assert told(cast.session, cast.helper) == ["match_not_chosen"]


def test_a_rejection_has_a_reason(cast: Cast) -> None:
    match = _propose(cast)
    with writes(cast.session) as written, pytest.raises(Invalid) as refusal:
        proposals.reject(cast.session, match, " ", actor=cast.actors["coordinator"], now=NOW)
    assert (refusal.value.field, refusal.value.code) == ("reason", "required") and not written


# ---- by phone ----


def test_a_volunteer_without_e_mail_is_called_with_the_question(cast: Cast) -> None:
    cast.helper.email, cast.helper.phone = None, "+31612345678"
    _approve(cast, _propose(cast))
    assert told(cast.session) == [] and signals(cast.session) == []
    assert to_call(cast.session, cast.helper) == ["proposal_volunteer"]


def test_an_approval_at_night_asks_in_the_morning(cast: Cast) -> None:
    late = datetime(2026, 11, 24, 21, 0, tzinfo=UTC)
    _approve(cast, _propose(cast), now=late)
    assert cast.session.exec(select(OutboxMessage)).one().due_at == datetime(2026, 11, 25, 7, 0, tzinfo=UTC)


def test_each_step_stands_in_the_log_with_who_and_when(cast: Cast) -> None:
    match = _propose(cast)
    _approve(cast, match)
    matches.decline(cast.session, match, "Geen tijd.", actor=cast.actors["volunteer"], now=NOW)
    rows = cast.session.exec(select(AuditEntry).where(AuditEntry.subject == "match")).all()
    assert [(r.after, r.actor_id, r.reason) for r in rows] == [
        ("proposed", cast.coordinator.id, ""),
        ("approved", cast.coordinator.id, ""),
        ("declined", cast.helper.id, "Geen tijd."),
    ]
    assert {(r.at, r.community_id, r.subject_id) for r in rows} == {(NOW, cast.community.id, match.id)}
