"""Who does not fit, told in numbers or by name: the same people whichever way it is asked."""

from collections import Counter
from datetime import datetime

from hypothesis import given, settings
from hypothesis import strategies as st

from matcher import GATES, Excluded, Index, Place, Request, Volunteer, rank

HERE = Place(52.27, 6.79)
NOW = datetime(2026, 11, 22, 9)
who = st.dictionaries(st.text(max_size=5), st.integers(0, len(GATES) - 1), max_size=30)


def told(first: dict[str, int]) -> Excluded:
    fits = Volunteer("somebody who fits", HERE)
    items = [fits, *(Volunteer(key, HERE) for key in first)]
    return Excluded(items, range(1, len(items)), list(first.values()))


@settings(max_examples=100)
@given(who)
def test_numbers_and_names_are_of_the_same_people(first: dict[str, int]) -> None:
    excluded = told(first)
    assert excluded == {key: GATES[gate] for key, gate in first.items()}
    assert excluded.counts() == Counter(excluded.values())
    assert list(excluded) == sorted(first)
    for gate in GATES:
        assert excluded.by(gate) == [key for key in excluded if excluded[key] == gate]


def test_numbers_stand_in_the_order_of_the_constraints() -> None:
    assert list(told({"a": 7, "b": 0, "c": 3}).counts()) == ["distance", "language", "paused"]


def test_what_was_told_stays_when_the_index_moves_on() -> None:
    index = Index(["garden"])
    index.put_many([Volunteer("far", Place(53.2, 6.79)), Volunteer("paused", HERE, paused=True)])
    excluded = rank(Request("r", HERE), index, now=NOW, with_excluded=True).excluded
    index.remove("far")
    index.put(Volunteer("new", HERE, paused=True))
    assert excluded == {"far": "distance", "paused": "paused"}
    assert excluded.by("paused") == ["paused"]
