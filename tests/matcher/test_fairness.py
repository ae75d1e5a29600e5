"""Who waits longer than others is told by group, when it is more than chance, and never of one person."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matcher.fairness import FEWEST, Asked, by_group, how_soon, interval, overall


@given(st.integers(0, 200), st.integers(0, 200))
def test_the_interval_holds_the_share(hits: int, misses: int) -> None:
    low, high = interval(hits, hits + misses)
    assert 0 <= low <= high <= 1
    if hits + misses:
        assert low - 1e-9 <= hits / (hits + misses) <= high + 1e-9


def test_more_of_the_same_makes_it_surer() -> None:
    few, many = interval(8, 10), interval(80, 100)
    assert many[1] - many[0] < few[1] - few[0]


def test_only_more_than_chance_is_called_behind() -> None:
    fine = [Asked(("garden",), 40, 2.0)] * 90 + [Asked(("garden",), 40)] * 10
    unlucky = [Asked(("sewing",), 40, 2.0)] * 4 + [Asked(("sewing",), 40)]
    forgotten = [Asked(("money",), 40, 2.0)] * 10 + [Asked(("money",), 40)] * 20
    found = {group.name: group for group in by_group(fine + unlucky + forgotten)}
    assert [name for name, group in found.items() if group.behind] == ["money"]
    assert next(iter(found)) == "money", "who is behind is read first"


def test_small_groups_are_told_of_together() -> None:
    asked = [Asked((f"street {number}",), 30) for number in range(12)] + [Asked(("town",), 30)] * FEWEST
    assert [(group.name, group.asked) for group in by_group(asked)] == [("town", FEWEST), (None, 12)]


def test_who_asked_yesterday_is_not_counted_as_left_waiting() -> None:
    asked = [Asked(("garden",), 1.0, waits=True)] * 20 + [Asked(("garden",), 30.0, 5.0)] * 6
    (found,) = by_group(asked)
    assert (found.asked, found.found, found.share, found.waiting, found.longest) == (6, 6, 1.0, 20, 1.0)


def test_found_too_late_is_found_and_not_in_time() -> None:
    (found,) = by_group([Asked(("garden",), 60.0, 20.0)] * 6)
    assert (found.found, found.days) == (0, 20.0)


def test_a_request_of_two_kinds_is_in_both_and_once_in_all() -> None:
    asked = [Asked(("garden", "pets", "pets"), 30.0, 1.0)] * 6
    assert [(group.name, group.asked) for group in by_group(asked)] == [("garden", 6), ("pets", 6)]
    assert overall(asked).asked == 6


def test_nothing_asked_is_no_share() -> None:
    assert by_group([]) == []
    assert overall([]).share is None


@pytest.mark.parametrize(("days", "place"), [(0.0, 0), (3.0, 0), (3.1, 1), (14.0, 2), (28.0, 3), (28.5, 4), (None, 5)])
def test_how_soon(days: float | None, place: int) -> None:
    counts = how_soon([Asked((), 90.0, days)])
    assert counts[place] == sum(counts) == 1
