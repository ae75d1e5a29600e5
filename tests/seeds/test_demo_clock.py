"""The time of the stories: forward, by daylight, and never beyond the end; and when help is asked for."""

import random
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.delays import local_now
from seeds.demo.clock import Clock, told_until
from seeds.demo.times import help_day, help_hours, named_weekday

AMSTERDAM = "Europe/Amsterdam"
MONDAY = date(2026, 11, 23)
STEPS = st.lists(st.tuples(st.floats(0, 200), st.booleans()), min_size=1, max_size=12)


def clock(now: datetime = datetime(2026, 11, 23, 9, tzinfo=UTC)) -> Clock:
    """Give one whose stories end the evening before."""
    return Clock(told_until(now, AMSTERDAM), AMSTERDAM)


@pytest.mark.parametrize("hour", [0, 9, 22])
def test_the_stories_end_the_evening_before_at_any_hour(hour: int) -> None:
    now = datetime(2026, 7, 1, hour, 59, tzinfo=UTC) - timedelta(hours=1)
    assert told_until(now, AMSTERDAM) == datetime(2026, 6, 30, 18, 45, tzinfo=UTC)


@given(STEPS)
def test_every_step_comes_after_the_one_before_and_before_the_end(steps: list[tuple[float, bool]]) -> None:
    found = clock()
    told = [found.ago(days, office=office) for days, office in steps if found.last < found.end]
    assert all(before < after for before, after in pairwise(told))
    assert told[-1] <= found.end


@given(st.floats(4, 200))
def test_the_desk_works_in_office_hours_and_nobody_at_night(days: float) -> None:
    desk = local_now(clock().ago(days, office=True), AMSTERDAM)
    assert desk.weekday() < 5 and time(9) <= desk.time() < time(17)
    assert time(8) <= local_now(clock().ago(days), AMSTERDAM).time() < time(21, 30)


def test_in_a_weekend_the_desk_had_done_it_on_friday_or_does_it_on_monday() -> None:
    on_saturday = clock().end - timedelta(days=8)
    found = clock()
    assert local_now(found.step(on_saturday, office=True), AMSTERDAM).strftime("%a %H") == "Fri 16"
    found.begin()
    found.step(on_saturday - timedelta(hours=2))
    assert local_now(found.step(on_saturday, office=True), AMSTERDAM).strftime("%a %H") == "Mon 09"


def test_after_its_end_a_story_has_no_steps() -> None:
    found = clock()
    found.last = found.end
    with pytest.raises(ValueError, match="ended"):
        found.ago(1)


@pytest.mark.parametrize(
    ("text", "day"),
    [("Graag op woensdag.", 2), ("Elke vrijdagmiddag", 4), ("On Sundays", 6), ("In het weekend", 5), ("Ooit.", None)],
)
def test_a_named_day_is_that_day(text: str, day: int | None) -> None:
    assert named_weekday(text) == day
    if day is not None:
        assert help_day(text, "garden", MONDAY, random.Random(1)).weekday() == day


@pytest.mark.parametrize(
    ("text", "least", "most"),
    [
        pytest.param("Goedemiddag, op dinsdagochtend graag.", 8, 12, id="a morning"),
        pytest.param("Goedenavond. Elke middag zit ze alleen.", 12, 17, id="an afternoon"),
        pytest.param("Liefst 's avonds.", 18, 21, id="an evening"),
        pytest.param("De heg is te hoog.", 8, 17, id="what is done by day"),
    ],
)
def test_help_is_at_the_part_of_the_day_that_a_text_names(text: str, least: int, most: int) -> None:
    for seed in range(50):
        start, end = help_hours(text, "garden", MONDAY, random.Random(seed))
        assert start.date() == end.date() == MONDAY
        assert least <= start.hour < most
        assert end > start
