"""Two or three moments to choose from: the other side picks one, the others lapse, nothing counts on them."""

from datetime import UTC, datetime, timedelta
from typing import Any

import icalendar
import pytest
from sqlmodel import Session, select

from models import calendar
from models.errors import Invalid, NotAllowed, Refused, StaleState
from models.operations import appointments, calls, checkins, choices, matches, reminders
from models.queries import appointments as queries
from models.queries import desk_items, my_help
from models.queries import reminders as due
from models.tables import Appointment, Call, Match, OutboxMessage, Signal
from tests import factories
from tests.factories import NOW
from tests.models.cast import STRANGERS, Cast, gather, log, signals, to_call, told, writes

TIMES = [(datetime(2026, 12, day, 14), datetime(2026, 12, day, 16)) for day in (1, 3, 8)]
AFTER_FIRST = datetime(2026, 12, 1, 13, 0, tzinfo=UTC)
AFTER_ALL = datetime(2026, 12, 8, 13, 0, tzinfo=UTC)


@pytest.fixture
def cast(session: Session) -> Cast:
    return gather(session)


def _propose(cast: Cast, match: Match | None = None, who: str = "volunteer", **changes: Any) -> list[Appointment]:
    values = {"times": TIMES, "now": NOW, **changes}
    return choices.propose(cast.session, match or cast.match("agreed"), actor=cast.actors[who], **values)


def _pick(cast: Cast, moment: Appointment, who: str = "resident", **changes: Any) -> None:
    choices.pick(cast.session, moment, actor=cast.actors[who], **{"now": NOW, **changes})


def _states(*moments: Appointment) -> list[str]:
    return [moment.state for moment in moments]


# ---- proposing ----


@pytest.mark.parametrize(
    ("who", "asked"),
    [
        ("volunteer", ["resident"]),
        ("resident", ["helper"]),
        ("asker", ["helper"]),
        ("coordinator", ["resident", "helper"]),
    ],
)
def test_who_can_choose_is_told_once_and_nothing_is_fixed_yet(cast: Cast, who: str, asked: list[str]) -> None:
    match = cast.match("agreed")
    moments = _propose(cast, match, who, place=" Bij de\nbibliotheek ")
    assert _states(*moments) == ["proposed"] * 3 and len({m.choice for m in moments}) == 1 and moments[0].choice
    assert {m.place for m in moments} == {"Bij de bibliotheek"}
    assert match.state == "agreed", "nothing is fixed before one is picked"
    heard = {"resident": cast.resident, "helper": cast.helper}
    assert [name for name, person in heard.items() if told(cast.session, person)] == asked
    assert {m.params["appointment_id"] for m in cast.session.exec(select(OutboxMessage))} == {moments[0].id}
    assert log(cast.session) == [(who, "appointment_proposed", "", "proposed")] * 3


def test_a_second_click_proposes_nothing_more(cast: Cast) -> None:
    match = cast.match("agreed")
    first = _propose(cast, match)
    with writes(cast.session) as written:
        assert _propose(cast, match, times=TIMES[::-1]) == first
    assert not written


@pytest.mark.parametrize("number", [0, 1, 2])
@pytest.mark.parametrize(
    ("time", "field", "code"),
    [
        ((datetime(2026, 11, 24, 9), datetime(2026, 11, 24, 10)), "starts_at", "date_past"),
        ((datetime(2026, 12, 4, 14), datetime(2026, 12, 4, 13)), "ends_at", "end_before_start"),
        ((datetime(2027, 3, 28, 2, 30), datetime(2027, 3, 28, 4)), "starts_at", "time_missing"),
        ((datetime(2026, 12, 5, 9, 30), datetime(2026, 12, 5, 10)), "starts_at", "busy_then"),
    ],
)
def test_each_moment_is_held_against_the_rules_and_the_wrong_one_is_named(
    cast: Cast, number: int, time: tuple[datetime, datetime], field: str, code: str
) -> None:
    factories.create_appointment(
        cast.session, cast.match("active"), starts_at=datetime(2026, 12, 5, 9), ends_at=datetime(2026, 12, 5, 10)
    )
    times = [*TIMES[:number], time, *TIMES[number + 1 :]]
    match = cast.match("agreed")
    with writes(cast.session) as written, pytest.raises(Invalid) as refusal:
        _propose(cast, match, times=times)
    assert (refusal.value.field, refusal.value.code, refusal.value.details["number"]) == (field, code, number)
    assert not written


def test_two_moments_that_overlap_are_one_too_many(cast: Cast) -> None:
    later = (TIMES[0][0] + timedelta(minutes=30), TIMES[0][1])
    with pytest.raises(Invalid) as refusal:
        _propose(cast, times=[TIMES[0], later])
    assert (refusal.value.code, refusal.value.details["number"]) == ("moment_twice", 1)
    touching = (TIMES[0][1], TIMES[0][1] + timedelta(hours=1))
    assert len(_propose(cast, times=[TIMES[0], touching])) == 2


@pytest.mark.parametrize("number", [0, 1, 4])
def test_a_choice_is_of_two_or_three(cast: Cast, number: int) -> None:
    with pytest.raises(ValueError, match="between 2 and 3"):
        _propose(cast, times=(TIMES * 2)[:number])


@pytest.mark.parametrize("state", ["approved", "completed", "failed", "withdrawn"])
def test_only_an_agreed_pair_chooses(cast: Cast, state: str) -> None:
    with pytest.raises(StaleState):
        _propose(cast, cast.match(state))


@pytest.mark.parametrize("who", [*STRANGERS, "system"])
def test_nobody_else_proposes_picks_or_declines(cast: Cast, who: str) -> None:
    match = cast.match("agreed")
    moments = _propose(cast, match)
    for attempt in (
        lambda: _propose(cast, match, who),
        lambda: _pick(cast, moments[0], who),
        lambda: choices.decline(cast.session, moments[0], actor=cast.actors[who], now=NOW),
        lambda: choices.replace(cast.session, moments[0], actor=cast.actors[who], now=NOW),
    ):
        with writes(cast.session) as written, pytest.raises(NotAllowed):
            attempt()
        assert not written


# ---- picking ----


@pytest.mark.parametrize(
    ("planner", "who", "hears"),
    [
        ("volunteer", "resident", ["helper"]),
        ("volunteer", "asker", ["helper"]),
        ("volunteer", "coordinator", ["helper"]),
        ("resident", "volunteer", ["resident"]),
        ("coordinator", "resident", ["helper"]),
        ("coordinator", "volunteer", ["resident"]),
        ("coordinator", "coordinator", ["resident", "helper"]),
    ],
)
def test_picking_confirms_one_and_lets_the_others_lapse(cast: Cast, planner: str, who: str, hears: list[str]) -> None:
    match = cast.match("agreed")
    moments = _propose(cast, match, planner)
    _pick(cast, moments[1], who)
    assert _states(*moments) == ["cancelled", "confirmed", "cancelled"]
    assert [m.sequence for m in moments] == [1, 1, 1] and {m.reason for m in moments} == {""}
    assert (match.state, match.active_at) == ("active", NOW)
    heard = {"resident": cast.resident, "helper": cast.helper}
    assert [n for n, p in heard.items() if "appointment_confirmed" in told(cast.session, p)] == hears
    assert "appointment_cancelled" not in told(cast.session), "nobody was expected on the others"


@pytest.mark.parametrize(("planner", "who"), [("volunteer", "volunteer"), ("resident", "resident"),
                                              ("resident", "asker"), ("asker", "resident")])  # fmt: skip
def test_nobody_picks_from_their_own_proposal(cast: Cast, planner: str, who: str) -> None:
    moments = _propose(cast, who=planner)
    with writes(cast.session) as written, pytest.raises(NotAllowed) as refusal:
        _pick(cast, moments[0], who)
    assert refusal.value.code == "own_appointment" and not written


def test_a_second_click_is_the_same_pick_and_another_is_too_late(cast: Cast) -> None:
    moments = _propose(cast)
    _pick(cast, moments[1])
    with writes(cast.session) as written:
        _pick(cast, moments[1])
        with pytest.raises(StaleState) as refusal:
            _pick(cast, moments[2])
    assert refusal.value.code == "picked" and not written


def test_a_moment_that_has_passed_is_not_picked_and_the_others_still_are(cast: Cast) -> None:
    moments = _propose(cast)
    with pytest.raises(StaleState) as refusal:
        _pick(cast, moments[0], now=AFTER_FIRST)
    assert refusal.value.code == "moment_past"
    _pick(cast, moments[1], now=AFTER_FIRST)
    assert _states(*moments) == ["cancelled", "confirmed", "cancelled"]


def test_a_volunteer_who_is_expected_elsewhere_by_now_is_not_planned_twice(cast: Cast) -> None:
    moments = _propose(cast)
    factories.create_appointment(cast.session, cast.match("active"), starts_at=TIMES[0][0], ends_at=TIMES[0][1])
    with pytest.raises(StaleState) as refusal:
        _pick(cast, moments[0])
    assert refusal.value.code == "busy_meanwhile" and _states(*moments) == ["proposed"] * 3


def test_proposed_moments_keep_nobody_from_another_appointment(cast: Cast) -> None:
    _propose(cast)
    [other] = appointments.plan(
        cast.session, cast.match("agreed"), starts_at=TIMES[0][0], ends_at=TIMES[0][1],
        actor=cast.actors["volunteer"], now=NOW,
    )  # fmt: skip
    assert other.state == "planned"


@pytest.mark.parametrize("end", [matches.withdraw, matches.fail])
def test_with_the_match_its_moments_end_those_of_the_past_too(cast: Cast, end: Any) -> None:
    match = cast.match("agreed")
    moments = _propose(cast, match)
    end(cast.session, match, "Verhuisd.", actor=cast.actors["volunteer"], now=AFTER_FIRST)
    assert _states(*moments) == ["cancelled"] * 3
    for moment in moments:
        with pytest.raises(StaleState):
            _pick(cast, moment, now=AFTER_FIRST)


def test_a_moment_to_choose_is_neither_confirmed_cancelled_moved_nor_marked_as_an_appointment(cast: Cast) -> None:
    moment = _propose(cast)[0]
    resident = cast.actors["resident"]
    for attempt in (
        lambda: appointments.confirm(cast.session, moment, actor=resident, now=NOW),
        lambda: appointments.cancel(cast.session, moment, "", actor=resident, now=NOW),
        lambda: appointments.mark(cast.session, moment, "done", actor=resident, now=AFTER_FIRST),
        lambda: appointments.move(
            cast.session, moment, starts_at=TIMES[2][1], ends_at=TIMES[2][1] + timedelta(hours=1), actor=resident,
            now=NOW,
        ),
    ):  # fmt: skip
        with writes(cast.session) as written, pytest.raises(StaleState):
            attempt()
        assert not written


def test_a_picked_moment_is_an_appointment_like_any_other(cast: Cast) -> None:
    moments = _propose(cast)
    _pick(cast, moments[0])
    newer = appointments.move(
        cast.session, moments[0], starts_at=TIMES[1][0], ends_at=TIMES[1][1], actor=cast.actors["resident"], now=NOW
    )
    assert (newer.state, newer.choice) == ("planned", None)
    appointments.cancel(cast.session, newer, "", actor=cast.actors["resident"], now=NOW)
    assert newer.state == "cancelled"


# ---- none of these ----


@pytest.mark.parametrize(("who", "hears"), [("resident", ["helper"]), ("coordinator", ["helper"]),
                                            ("volunteer", ["resident"])])  # fmt: skip
def test_where_none_suits_all_lapse_and_the_other_is_told(cast: Cast, who: str, hears: list[str]) -> None:
    match = cast.match("agreed")
    moments = _propose(cast, match)
    choices.decline(cast.session, moments[1], actor=cast.actors[who], now=NOW)
    assert _states(*moments) == ["cancelled"] * 3 and match.state == "agreed"
    heard = {"resident": cast.resident, "helper": cast.helper}
    assert [n for n, p in heard.items() if "appointment_declined" in told(cast.session, p)] == hears
    with writes(cast.session) as written, pytest.raises(StaleState):
        choices.decline(cast.session, moments[1], actor=cast.actors[who], now=NOW)
    assert not written


def test_after_the_pick_nothing_is_declined_or_replaced(cast: Cast) -> None:
    moments = _propose(cast)
    _pick(cast, moments[0])
    for attempt in (choices.decline, choices.replace):
        with writes(cast.session) as written, pytest.raises(StaleState) as refusal:
            attempt(cast.session, moments[1], actor=cast.actors["resident"], now=NOW)
        assert refusal.value.code == "picked" and not written


def test_another_proposal_in_its_place_tells_nobody_twice(cast: Cast) -> None:
    moments = _propose(cast)
    choices.replace(cast.session, moments[0], actor=cast.actors["resident"], now=NOW)
    assert _states(*moments) == ["cancelled"] * 3
    assert told(cast.session, cast.helper) == []
    choices.replace(cast.session, moments[0], actor=cast.actors["resident"], now=NOW)  # nothing left, nothing wrong


# ---- what must not count on them ----


def test_no_reminder_and_no_check_in_goes_out_for_what_was_not_picked(cast: Cast) -> None:
    match = cast.match("active")
    moments = _propose(cast, match)
    day_before, day_after = datetime(2026, 11, 30, 12, tzinfo=UTC), datetime(2026, 12, 2, 12, tzinfo=UTC)
    assert due.appointments_to_remind(cast.session, day_before) == []
    assert due.appointments_to_check_in(cast.session, day_after) == []
    for moment in moments:
        reminders.remind_of_appointment(cast.session, moment.id or 0, now=day_before)
    assert "appointment_reminder" not in told(cast.session)
    _pick(cast, moments[1])
    assert due.appointments_to_remind(cast.session, day_before) == []
    assert [d.id for d in due.appointments_to_remind(cast.session, datetime(2026, 12, 2, 12, tzinfo=UTC))] == [
        moments[1].id
    ]
    after = datetime(2026, 12, 9, 12, tzinfo=UTC)
    assert [d.id for d in due.appointments_to_check_in(cast.session, after)] == [moments[1].id]
    with pytest.raises(StaleState):
        checkins.ask(cast.session, moments[0], cast.resident, now=after)


def test_nobody_is_asked_how_a_moment_went_that_was_never_picked(cast: Cast) -> None:
    moment = _propose(cast, cast.match("active"))[0]
    with pytest.raises(StaleState):
        checkins.ask(cast.session, moment, cast.resident, now=AFTER_FIRST)


def test_the_desk_still_hears_that_nothing_was_fixed(cast: Cast) -> None:
    match = cast.match("agreed", agreed_at=NOW)
    _propose(cast, match)
    assert [d.id for d in due.agreed_without_appointment(cast.session, NOW + timedelta(days=7))] == [match.id]


def test_a_choice_that_nobody_answered_lapses_and_the_desk_asks(cast: Cast) -> None:
    moments = _propose(cast, cast.match("active"))
    [first] = due.moments_to_lapse(cast.session, AFTER_FIRST)
    for _twice in range(2):
        reminders.lapse_moment(cast.session, first.id, now=AFTER_FIRST)
    assert _states(*moments) == ["cancelled", "proposed", "proposed"] and signals(cast.session) == []
    for row in due.moments_to_lapse(cast.session, AFTER_ALL):
        reminders.lapse_moment(cast.session, row.id, now=AFTER_ALL)
    assert _states(*moments) == ["cancelled"] * 3 and signals(cast.session) == ["no_appointment"]
    assert due.moments_to_lapse(cast.session, AFTER_ALL) == []
    [asked] = cast.session.exec(select(Signal)).all()
    assert asked.match_id == moments[0].match_id


def test_what_was_picked_does_not_lapse(cast: Cast) -> None:
    moments = _propose(cast)
    _pick(cast, moments[0])
    for moment in moments:
        choices.lapse(cast.session, moment, now=AFTER_ALL)
    assert _states(*moments) == ["confirmed", "cancelled", "cancelled"] and signals(cast.session) == []


def test_calendars_show_them_as_tentative_until_one_is_picked(cast: Cast) -> None:
    match = cast.match("agreed")
    moments = _propose(cast, match)

    def said() -> list[tuple[str, int]]:
        content = calendar.of_match(
            cast.session, match, actor=cast.actors["resident"], language="nl", domain="noaber.example", now=NOW
        )
        events = icalendar.Calendar.from_ical(content).walk("VEVENT")
        return [(str(event["STATUS"]), int(event["SEQUENCE"])) for event in events]

    assert said() == [("TENTATIVE", 0)] * 3
    _pick(cast, moments[2])
    assert said() == [("CANCELLED", 1), ("CANCELLED", 1), ("CONFIRMED", 1)]


def test_a_volunteer_sees_them_among_what_is_coming(cast: Cast) -> None:
    moments = _propose(cast, who="resident")
    found = my_help.coming(cast.session, cast.volunteer.id, datetime(2026, 11, 24, 10))
    assert [one.appointment.id for one in found] == [moment.id for moment in moments]


# ---- the phone ----


def _calls(cast: Cast) -> list[Call]:
    return [item.call for item in desk_items.open_calls(cast.session, cast.community.id)]


def test_on_the_phone_a_no_is_a_no_to_all_of_them(cast: Cast) -> None:
    cast.resident.email = cast.helper.email = None
    moments = _propose(cast)
    [call] = _calls(cast)
    calls.outcome(cast.session, call, "no", "Ze is weg", actor=cast.actors["coordinator"], now=NOW)
    assert _states(*moments) == ["cancelled"] * 3
    assert to_call(cast.session, cast.helper) == ["appointment_declined"]
    assert to_call(cast.session, cast.resident) == []


def test_on_the_phone_a_yes_needs_to_know_which_and_the_pick_ends_the_call(cast: Cast) -> None:
    cast.resident.email = None
    moments = _propose(cast)
    [call] = _calls(cast)
    with pytest.raises(Refused) as refusal:
        calls.outcome(cast.session, call, "yes", "", actor=cast.actors["coordinator"], now=NOW)
    assert refusal.value.code == "which_moment" and _states(*moments) == ["proposed"] * 3
    choices.lapse(cast.session, moments[0], now=AFTER_FIRST)
    assert _calls(cast) == [call], "two moments can still be picked"
    _pick(cast, moments[1], "coordinator", now=AFTER_FIRST)
    assert _calls(cast) == []


def test_no_moment_is_left_waiting_in_the_list_of_a_match(cast: Cast) -> None:
    match = cast.match("agreed")
    moments = _propose(cast, match)
    since = datetime(2026, 12, 1, 14)
    assert list(queries.proposed_of_match(cast.session, match.id, since)) == moments[1:]
    _pick(cast, moments[2])
    assert list(queries.proposed_of_match(cast.session, match.id, since)) == []
