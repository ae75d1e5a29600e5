"""Appointments: planned by either of an agreed pair or the desk, in wall-clock time, once or every week."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlmodel import Session, select

from models.errors import Invalid, NotAllowed, StaleState
from models.operations import appointments
from models.queries import appointments as queries
from models.tables import Appointment, HelpRequest, Match, OutboxMessage
from tests import factories
from tests.factories import NOW
from tests.models.cast import END, START, Cast, gather, log, plan, signals, to_call, told, writes


@pytest.fixture
def cast(session: Session) -> Cast:
    return gather(session)


def _one(cast: Cast, state: str = "planned", who: str = "volunteer") -> Appointment:
    [found] = plan(cast, cast.match("active"), who)
    found.state = state
    cast.session.flush()
    return found


# ---- plan ----


@pytest.mark.parametrize("who", ["resident", "asker", "volunteer", "coordinator"])
def test_the_first_appointment_makes_an_agreed_match_active_and_both_are_told(cast: Cast, who: str) -> None:
    match = cast.match("agreed")
    [found] = plan(cast, match, who, place="  Bij de\nbibliotheek ")
    assert (found.state, found.starts_at, found.ends_at) == ("planned", START, END)
    assert (found.place, found.series, found.sequence, found.community_id) == (
        "Bij de bibliotheek", None, 0, cast.community.id,
    )  # fmt: skip
    assert found.planned_by == cast.actors[who].person_id
    assert (match.state, match.active_at) == ("active", NOW)
    assert told(cast.session, cast.helper) == told(cast.session, cast.resident) == ["appointment_planned"]
    assert cast.session.exec(select(OutboxMessage.params)).first() == {"appointment_id": found.id}
    assert log(cast.session) == [
        (who, "appointment_planned", "", "planned"),
        ("system", "match_active", "agreed", "active"),
    ]


def test_by_the_private_link_it_is_the_resident_who_plans(cast: Cast) -> None:
    match = cast.match("agreed")
    request = cast.session.get(HelpRequest, match.request_id)
    assert request is not None
    [found] = appointments.plan(cast.session, match, starts_at=START, ends_at=END, actor=cast.link(request), now=NOW)
    assert found.planned_by == cast.resident.id


@pytest.mark.parametrize("who", ["stranger", "other coordinator", "administrator", "nobody", "system"])
def test_nobody_else_plans_anything(cast: Cast, who: str) -> None:
    match = cast.match("agreed")
    with writes(cast.session) as written, pytest.raises(NotAllowed):
        plan(cast, match, who)
    assert not written


@pytest.mark.parametrize(
    "state", ["proposed", "approved", "accepted_by_volunteer", "completed", "declined", "failed", "withdrawn"]
)
def test_only_an_agreed_pair_meets(cast: Cast, state: str) -> None:
    match = cast.match(state)
    with writes(cast.session) as written, pytest.raises(StaleState):
        plan(cast, match)
    assert not written


def test_a_second_click_gives_the_same_appointment(cast: Cast) -> None:
    match = cast.match("agreed")
    first = plan(cast, match)
    with writes(cast.session) as written:
        assert plan(cast, match) == first
    assert not written
    series = plan(cast, match, starts_at=START + timedelta(days=1), ends_at=END + timedelta(days=1),
                   weekly_until=date(2026, 12, 20))  # fmt: skip
    assert plan(cast, match, starts_at=START + timedelta(days=1), ends_at=END + timedelta(days=1),
                 weekly_until=date(2026, 12, 20)) == series  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "field", "code"),
    [
        ({"starts_at": datetime(2026, 11, 24, 9, 0), "ends_at": datetime(2026, 11, 24, 10)}, "starts_at", "date_past"),
        ({"starts_at": datetime(1, 1, 1), "ends_at": datetime(1, 1, 1, 1)}, "starts_at", "date_past"),
        ({"starts_at": datetime(9999, 12, 31), "ends_at": datetime(9999, 12, 31, 1)}, "starts_at", "date_far"),
        ({"ends_at": START}, "ends_at", "end_before_start"),
        ({"ends_at": START + timedelta(hours=24, minutes=1)}, "ends_at", "too_long_period"),
        (
            {"starts_at": datetime(2027, 3, 28, 2, 30), "ends_at": datetime(2027, 3, 28, 4)},
            "starts_at", "time_missing",
        ),
        (
            {"starts_at": datetime(2027, 3, 28, 1, 30), "ends_at": datetime(2027, 3, 28, 2, 30)},
            "ends_at", "time_missing",
        ),
        (
            {"starts_at": datetime(2027, 3, 21, 2, 30), "ends_at": datetime(2027, 3, 21, 4),
             "weekly_until": date(2027, 4, 4)},
            "starts_at", "time_missing",
        ),
        ({"weekly_until": date(2026, 11, 30)}, "weekly_until", "end_before_start"),
        ({"weekly_until": date(2027, 12, 7)}, "weekly_until", "series_too_long"),
        ({"weekly_until": date(9999, 12, 31)}, "weekly_until", "series_too_long"),
        ({"place": "x" * 201}, "place", "too_long"),
        ({"place": "BSN 123456782"}, "place", "has_bsn"),
        ({"meeting_place_id": 10**6}, "meeting_place", "choice"),
    ],
)  # fmt: skip
def test_a_time_or_place_that_cannot_be_is_refused_at_its_field(
    cast: Cast, changes: dict[str, Any], field: str, code: str
) -> None:
    match = cast.match("agreed")
    with writes(cast.session) as written, pytest.raises(Invalid) as refusal:
        plan(cast, match, **changes)
    assert (refusal.value.field, refusal.value.code) == (field, code)
    assert not written and match.state == "agreed"


def test_today_is_that_of_the_wall_clock(cast: Cast) -> None:
    half_past_midnight = datetime(2026, 11, 30, 23, 30, tzinfo=UTC)
    [found] = plan(cast, cast.match("agreed"), now=half_past_midnight)
    assert found.starts_at.date() == date(2026, 12, 1)


def test_a_meeting_place_is_an_open_one_of_this_community(cast: Cast) -> None:
    match = cast.match("agreed")
    closed = factories.create_meeting_place(cast.session, cast.community, open=False)
    there = factories.create_meeting_place(cast.session, cast.elsewhere)
    here = factories.create_meeting_place(cast.session, cast.community)
    for wrong in (closed.id, there.id):
        with pytest.raises(Invalid):
            plan(cast, match, meeting_place_id=wrong)
    assert plan(cast, match, meeting_place_id=here.id)[0].meeting_place_id == here.id


# ---- every week ----


def test_every_week_keeps_its_wall_clock_time_over_the_clock_change(cast: Cast) -> None:
    match = cast.match("agreed")
    found = plan(
        cast, match, starts_at=datetime(2027, 3, 15, 14), ends_at=datetime(2027, 3, 15, 15),
        weekly_until=date(2027, 4, 5),
    )  # fmt: skip
    assert [a.starts_at for a in found] == [
        datetime(2027, 3, 15, 14), datetime(2027, 3, 22, 14), datetime(2027, 3, 29, 14), datetime(2027, 4, 5, 14),
    ]  # fmt: skip
    assert len({a.series for a in found}) == 1 and found[0].series
    assert told(cast.session, cast.helper) == ["appointment_planned"], "one mail for all of them"


def test_a_year_of_weeks_is_the_most(cast: Cast) -> None:
    assert len(plan(cast, cast.match("agreed"), weekly_until=date(2027, 12, 6))) == 53


def test_a_week_in_which_the_volunteer_is_busy_is_named_and_nothing_is_planned(cast: Cast) -> None:
    other = cast.match("active")
    factories.create_appointment(
        cast.session, other, starts_at=datetime(2026, 12, 15, 15, 30), ends_at=datetime(2026, 12, 15, 17)
    )
    match = cast.match("agreed")
    with writes(cast.session) as written, pytest.raises(Invalid) as refusal:
        plan(cast, match, weekly_until=date(2026, 12, 22))
    assert (refusal.value.field, refusal.value.code) == ("starts_at", "busy_on")
    assert refusal.value.details["on"] == date(2026, 12, 15)
    assert not written


def test_appointments_that_touch_do_not_stand_in_each_others_way(cast: Cast) -> None:
    plan(cast, cast.match("active"))
    [found] = plan(cast, cast.match("active"), starts_at=END, ends_at=END + timedelta(hours=1))
    assert found.starts_at == END


def test_two_volunteers_may_come_at_the_same_time(cast: Cast) -> None:
    request = cast.request("matched", people_wanted=2)
    one = cast.match("active", request)
    two = cast.match("active", request, volunteer=factories.create_volunteer(cast.session, cast.community))
    assert plan(cast, one) and plan(cast, two, "resident")


# ---- confirm ----


@pytest.mark.parametrize(
    ("planner", "who", "allowed"),
    [
        ("volunteer", "resident", True),
        ("volunteer", "asker", True),
        ("volunteer", "volunteer", False),
        ("resident", "volunteer", True),
        ("resident", "resident", False),
        ("resident", "asker", False),
        ("volunteer", "coordinator", True),
        ("coordinator", "resident", True),
        ("coordinator", "coordinator", True),
    ],
)
def test_the_other_side_says_that_it_suits(cast: Cast, planner: str, who: str, allowed: bool) -> None:
    found = _one(cast, who=planner)
    if allowed:
        appointments.confirm(cast.session, found, actor=cast.actors[who], now=NOW)
        assert (found.state, found.sequence) == ("confirmed", 1)
    else:
        with writes(cast.session) as written, pytest.raises(NotAllowed) as refusal:
            appointments.confirm(cast.session, found, actor=cast.actors[who], now=NOW)
        assert refusal.value.code == "own_appointment" and not written


def test_a_weekly_series_is_confirmed_from_here_on(cast: Cast) -> None:
    series = plan(cast, cast.match("agreed"), weekly_until=date(2026, 12, 22))
    appointments.cancel(cast.session, series[2], "Kerst", actor=cast.actors["volunteer"], now=NOW)
    appointments.confirm(cast.session, series[1], actor=cast.actors["resident"], now=NOW)
    assert [a.state for a in series] == ["planned", "confirmed", "cancelled", "confirmed"]


@pytest.mark.parametrize(("planner", "who"), [("volunteer", "resident"), ("resident", "volunteer")])
def test_who_planned_it_is_told_once_that_it_suits(cast: Cast, planner: str, who: str) -> None:
    series = plan(cast, cast.match("agreed"), planner, weekly_until=date(2026, 12, 22))
    appointments.confirm(cast.session, series[0], actor=cast.actors[who], now=NOW)
    heard = {"volunteer": cast.helper, "resident": cast.resident}
    assert told(cast.session, heard[planner]) == ["appointment_planned", "appointment_confirmed"]
    assert told(cast.session, heard[who]) == ["appointment_planned"]


# ---- move ----


def test_moving_cancels_the_old_one_and_both_hear_of_the_new_one(cast: Cast) -> None:
    old = _one(cast, "confirmed")
    newer = appointments.move(
        cast.session, old, starts_at=START + timedelta(days=1), ends_at=END + timedelta(days=1),
        actor=cast.actors["resident"], now=NOW,
    )  # fmt: skip
    assert (old.state, old.moved_to, old.reason) == ("cancelled", newer.id, "")
    assert (newer.state, newer.starts_at, newer.planned_by) == (
        "planned", START + timedelta(days=1), cast.resident.id,
    )  # fmt: skip
    assert newer.sequence > 0
    assert told(cast.session, cast.helper) == told(cast.session, cast.resident) == [
        "appointment_planned", "appointment_moved",
    ]  # fmt: skip


def test_moved_twice_by_a_second_click_is_moved_once(cast: Cast) -> None:
    old = _one(cast)
    when = {"starts_at": START + timedelta(days=1), "ends_at": END + timedelta(days=1)}
    newer = appointments.move(cast.session, old, actor=cast.actors["resident"], now=NOW, **when)
    with writes(cast.session) as written:
        assert appointments.move(cast.session, old, actor=cast.actors["resident"], now=NOW, **when) is newer
    assert not written
    with pytest.raises(StaleState):
        appointments.move(cast.session, old, starts_at=START, ends_at=END, actor=cast.actors["resident"], now=NOW)


def test_a_small_shift_is_not_in_its_own_way(cast: Cast) -> None:
    old = _one(cast)
    newer = appointments.move(
        cast.session, old, starts_at=START + timedelta(minutes=30), ends_at=END, actor=cast.actors["volunteer"], now=NOW
    )
    assert newer.starts_at == START + timedelta(minutes=30)


def test_the_place_stays_unless_another_is_named(cast: Cast) -> None:
    here = factories.create_meeting_place(cast.session, cast.community)
    [old] = plan(cast, cast.match("agreed"), place="Bij de deur", meeting_place_id=here.id)
    later = {"starts_at": START + timedelta(days=1), "ends_at": END + timedelta(days=1)}
    newer = appointments.move(cast.session, old, actor=cast.actors["resident"], now=NOW, **later)
    assert (newer.place, newer.meeting_place_id) == ("Bij de deur", here.id)
    newest = appointments.move(
        cast.session, newer, actor=cast.actors["resident"], now=NOW, starts_at=START, ends_at=END, place="Thuis"
    )
    assert (newest.place, newest.meeting_place_id) == ("Thuis", None)


def test_an_appointment_keeps_its_name_however_often_it_is_moved(cast: Cast) -> None:
    first = _one(cast)
    second = appointments.move(
        cast.session, first, starts_at=START + timedelta(days=1), ends_at=END + timedelta(days=1),
        actor=cast.actors["resident"], now=NOW,
    )  # fmt: skip
    third = appointments.move(
        cast.session, second, starts_at=START, ends_at=END, actor=cast.actors["volunteer"], now=NOW
    )
    assert queries.root_id(cast.session, third) == first.id
    assert queries.roots(cast.session, [first, second, third]) == dict.fromkeys(
        [first.id, second.id, third.id], first.id
    )
    assert [a.sequence for a in (first, second, third)] == [0, 1, 2]


# ---- cancel and mark ----


@pytest.mark.parametrize(
    ("who", "hears"),
    [("volunteer", ["resident"]), ("resident", ["volunteer"]), ("coordinator", ["resident", "volunteer"])],
)
def test_everybody_but_who_cancels_is_told(cast: Cast, who: str, hears: list[str]) -> None:
    found = _one(cast)
    appointments.cancel(cast.session, found, "Ziek", actor=cast.actors[who], now=NOW)
    assert (found.state, found.reason, found.sequence) == ("cancelled", "Ziek", 1)
    heard = {"resident": cast.resident, "volunteer": cast.helper}
    assert [n for n, p in heard.items() if "appointment_cancelled" in told(cast.session, p)] == hears
    match = cast.session.get(Match, found.match_id)
    assert match is not None and match.state == "active", "the match goes on"


@pytest.mark.parametrize("state", ["done", "missed", "cancelled"])
def test_what_is_over_is_not_changed_any_more(cast: Cast, state: str) -> None:
    found = _one(cast, state)
    resident = cast.actors["resident"]
    for attempt in (
        lambda: appointments.confirm(cast.session, found, actor=resident, now=NOW),
        lambda: appointments.cancel(cast.session, found, "", actor=resident, now=NOW),
        lambda: appointments.mark(cast.session, found, "done", actor=resident, now=NOW),
        lambda: appointments.move(cast.session, found, starts_at=START, ends_at=END, actor=resident, now=NOW),
    ):
        with writes(cast.session) as written, pytest.raises(StaleState):
            attempt()
        assert not written


@pytest.mark.parametrize("outcome", ["done", "missed"])
def test_whether_it_took_place_is_said_from_its_beginning_on(cast: Cast, outcome: str) -> None:
    found = _one(cast)
    resident = cast.actors["resident"]
    with pytest.raises(Invalid) as refusal:
        appointments.mark(cast.session, found, outcome, actor=resident, now=datetime(2026, 12, 1, 12, 59, tzinfo=UTC))
    assert (refusal.value.field, refusal.value.code) == ("outcome", "not_yet")
    appointments.mark(cast.session, found, outcome, actor=resident, now=datetime(2026, 12, 1, 13, 0, tzinfo=UTC))
    assert found.state == outcome
    assert signals(cast.session) == (["missed"] if outcome == "missed" else [])


def test_nothing_else_comes_of_an_appointment(cast: Cast) -> None:
    with pytest.raises(Invalid) as refusal:
        appointments.mark(cast.session, _one(cast), "cancelled", actor=cast.actors["resident"], now=NOW)
    assert refusal.value.code == "choice"


@pytest.mark.parametrize("who", ["stranger", "other coordinator", "administrator", "nobody", "system"])
def test_nobody_else_changes_an_appointment(cast: Cast, who: str) -> None:
    found, actor = _one(cast), cast.actors[who]
    later = datetime(2026, 12, 2, 12, tzinfo=UTC)
    for attempt in (
        lambda: appointments.confirm(cast.session, found, actor=actor, now=NOW),
        lambda: appointments.cancel(cast.session, found, "", actor=actor, now=NOW),
        lambda: appointments.mark(cast.session, found, "done", actor=actor, now=later),
        lambda: appointments.move(
            cast.session, found, starts_at=START + timedelta(days=3), ends_at=END + timedelta(days=3), actor=actor,
            now=NOW,
        ),
    ):  # fmt: skip
        with writes(cast.session) as written, pytest.raises(NotAllowed):
            attempt()
        assert not written


def test_who_has_no_e_mail_is_called_about_appointments(cast: Cast) -> None:
    cast.resident.email = None
    found = _one(cast)
    appointments.cancel(cast.session, found, "", actor=cast.actors["volunteer"], now=NOW)
    assert to_call(cast.session, cast.resident) == ["appointment_planned", "appointment_cancelled"]


# ---- reading ----


def test_somebodys_appointments_are_those_of_either_side(cast: Cast) -> None:
    mine = _one(cast)
    other = factories.create_match(cast.session, None, factories.create_volunteer(cast.session, cast.community))
    factories.create_appointment(cast.session, other)
    for person in (cast.resident, cast.asker, cast.helper):
        assert person.id is not None
        assert list(queries.of_person(cast.session, person.id)) == [mine]
        assert list(queries.of_person(cast.session, person.id, since=END)) == []
    assert list(queries.between(cast.session, cast.community.id, START, END)) == [mine]
    assert list(queries.between(cast.session, cast.elsewhere.id, START, END)) == []
    assert list(queries.between(cast.session, cast.community.id, END, END + timedelta(days=1))) == []
