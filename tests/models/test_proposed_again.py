"""The same moment proposed once more: a second click, the other side's yes, or something else than what stands."""

from datetime import date, timedelta
from typing import Any

import pytest
from sqlmodel import Session

from models.errors import Invalid, StaleState
from models.operations import appointments, choices
from tests.factories import NOW
from tests.models.cast import END, START, Cast, gather, plan, told, writes


@pytest.fixture
def cast(session: Session) -> Cast:
    return gather(session)


def test_of_what_stands_for_once_no_weekly_series_is_kept_in_silence(cast: Cast) -> None:
    match = cast.match("agreed")
    plan(cast, match)
    with pytest.raises(Invalid) as refusal:
        plan(cast, match, weekly_until=date(2026, 12, 20))
    assert (refusal.value.field, refusal.value.code) == ("starts_at", "busy_on")


def test_the_same_moment_at_another_place_is_no_second_click(cast: Cast) -> None:
    match = cast.match("agreed")
    plan(cast, match)
    with pytest.raises(Invalid) as refusal:
        plan(cast, match, place="Bij de bibliotheek")
    assert (refusal.value.field, refusal.value.code) == ("starts_at", "busy_then")


@pytest.mark.parametrize(("one", "two"), [("volunteer", "resident"), ("resident", "volunteer"), ("volunteer", "asker")])
@pytest.mark.parametrize("until", [None, date(2026, 12, 20)])
def test_two_who_propose_the_same_are_agreed(cast: Cast, one: str, two: str, until: date | None) -> None:
    match = cast.match("agreed")
    planned = plan(cast, match, one, weekly_until=until)
    assert plan(cast, match, two, weekly_until=until) == planned
    assert {found.state for found in planned} == {"confirmed"}
    proposer = cast.helper if one == "volunteer" else cast.resident
    assert told(cast.session, proposer).count("appointment_confirmed") == 1


def test_the_desk_says_yes_for_nobody_by_planning_what_stands(cast: Cast) -> None:
    match = cast.match("agreed")
    planned = plan(cast, match, "volunteer")
    with writes(cast.session) as written:
        assert plan(cast, match, "coordinator") == planned
    assert not written


def test_who_moves_it_to_where_the_other_did_agrees_and_another_place_comes_too_late(cast: Cast) -> None:
    [old] = plan(cast, cast.match("active"))
    later: dict[str, Any] = {"starts_at": START + timedelta(days=1), "ends_at": END + timedelta(days=1), "now": NOW}
    newer = appointments.move(cast.session, old, actor=cast.actors["volunteer"], **later)
    with pytest.raises(StaleState):
        appointments.move(cast.session, old, actor=cast.actors["volunteer"], place="Bij de bibliotheek", **later)
    assert appointments.move(cast.session, old, actor=cast.actors["resident"], **later) is newer
    assert newer.state == "confirmed"


@pytest.mark.parametrize(("who", "place"), [("resident", ""), ("volunteer", "Bij de bibliotheek")])
def test_the_same_moments_from_the_other_side_or_at_another_place_are_a_choice_of_their_own(
    cast: Cast, who: str, place: str
) -> None:
    match, times = cast.match("agreed"), [(START, END), (START + timedelta(days=2), END + timedelta(days=2))]
    first = choices.propose(cast.session, match, times, actor=cast.actors["volunteer"], now=NOW)
    second = choices.propose(cast.session, match, times, actor=cast.actors[who], now=NOW, place=place)
    assert {one.choice for one in first}.isdisjoint(one.choice for one in second)
    assert {one.place for one in second} == {place}
    assert told(cast.session, cast.helper if who == "resident" else cast.resident)
