"""Hard constraints: each one, its order, and the fast form against the slow one."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from hypothesis import given, settings

from matcher import GATES, Away, Certificate, Index, Once, Place, Request, RequestIndex, Volunteer, Weekly, gates, rank
from tests.matcher.invented import HERE, KINDS, NOW, many_requests, many_volunteers, requests, volunteers, window

ASKED = Request("r", HERE)
HELPER = Volunteer("v", HERE)
EAST_10_KM = Place(52.2658, 6.7931 + 0.1469)  # a little under ten kilometres


def broken(request: Request = ASKED, volunteer: Volunteer = HELPER) -> tuple[str, ...]:
    return gates.broken(request, volunteer, NOW)


def test_two_people_without_wishes_may_meet() -> None:
    assert broken() == ()


def test_nobody_travels_further_than_they_want() -> None:
    assert broken(volunteer=replace(HELPER, place=EAST_10_KM, max_km=10.0)) == ()
    assert broken(volunteer=replace(HELPER, place=EAST_10_KM, max_km=9.9)) == ("distance",)


def test_a_vog_must_be_valid_on_the_day_of_the_help() -> None:
    day = datetime(2026, 12, 8, 13)
    asked = replace(ASKED, certificates=frozenset({"vog"}), when=Once(day, day.replace(hour=15)))

    def with_vog(until: date | None) -> Volunteer:
        return replace(HELPER, certificates=(Certificate("vog", until),))

    assert broken(asked) == ("certificate",)
    assert broken(asked, with_vog(None)) == ()
    assert broken(asked, with_vog(date(2026, 12, 8))) == ()
    assert broken(asked, with_vog(date(2026, 12, 7))) == ("certificate",)
    weekly = replace(asked, when=Weekly((window("mon", "09:00", "12:00"),), date(2026, 12, 9)))
    assert broken(weekly, with_vog(date(2026, 12, 8))) == ("certificate",)
    flexible = replace(ASKED, certificates=frozenset({"vog"}))
    assert broken(flexible, with_vog(NOW.date())) == ()
    assert broken(flexible, with_vog(date(2026, 11, 21))) == ("certificate",)


def test_the_newest_of_two_certificates_counts() -> None:
    asked = replace(ASKED, certificates=frozenset({"vog"}))
    old, new = Certificate("vog", date(2020, 1, 1)), Certificate("vog", date(2030, 1, 1))
    assert broken(asked, replace(HELPER, certificates=(new, old))) == ()


def test_one_shared_language_is_enough() -> None:
    asked = replace(ASKED, languages=frozenset({"tr", "ar"}))
    assert broken(asked) == ("language",)
    assert broken(asked, replace(HELPER, languages=frozenset({"nl", "ar"}))) == ()
    assert broken(ASKED, replace(HELPER, languages=frozenset())) == ()


def test_who_is_full_is_left_alone() -> None:
    assert broken(volunteer=replace(HELPER, capacity=2, load=1)) == ()
    assert broken(volunteer=replace(HELPER, capacity=2, load=2)) == ("capacity",)
    assert broken(volunteer=replace(HELPER, capacity=0)) == ("capacity",)
    assert broken(volunteer=replace(HELPER, capacity=10**400, load=10**400 - 1)) == ()


def test_a_blocked_pair_never_meets_whoever_blocked() -> None:
    assert broken(replace(ASKED, blocked=frozenset({"v"}))) == ("blocked",)
    assert broken(volunteer=replace(HELPER, blocked=frozenset({"r"}))) == ("blocked",)
    assert broken(replace(ASKED, blocked=frozenset({"other"}))) == ()


def test_what_one_avoids_the_other_may_not_have() -> None:
    smoker, dog = frozenset({"smoker"}), frozenset({"dog"})
    assert broken(replace(ASKED, avoids=smoker), replace(HELPER, traits=smoker)) == ("preference",)
    assert broken(replace(ASKED, traits=dog), replace(HELPER, avoids=dog)) == ("preference",)
    assert broken(replace(ASKED, avoids=smoker, traits=dog), replace(HELPER, traits=dog, avoids=smoker)) == ()


def test_who_paused_is_left_alone() -> None:
    assert broken(volunteer=replace(HELPER, paused=True)) == ("paused",)


def test_the_first_broken_constraint_is_named_in_the_order_of_the_format() -> None:
    day = datetime(2026, 12, 8, 13)
    asked = Request(
        "r",
        HERE,
        when=Once(day, day.replace(hour=15)),
        languages=frozenset({"tr"}),
        certificates=frozenset({"vog"}),
        blocked=frozenset({"v"}),
        avoids=frozenset({"smoker"}),
    )
    helper = Volunteer(
        "v",
        Place(53.2, 6.5),
        away=(Away(date(2026, 12, 1), date(2026, 12, 24)),),
        capacity=0,
        traits=frozenset({"smoker"}),
        paused=True,
    )
    mended = (
        ("distance", {"place": HERE}),
        ("time", {"away": ()}),
        ("certificate", {"certificates": (Certificate("vog"),)}),
        ("language", {"languages": frozenset({"tr"})}),
        ("capacity", {"capacity": 1}),
        ("blocked", None),
        ("preference", {"traits": frozenset()}),
        ("paused", {"paused": False}),
    )
    assert tuple(gate for gate, _ in mended) == GATES
    for gate, mend in mended:
        assert broken(asked, helper)[0] == gate
        index = Index(KINDS)
        index.put(helper)
        assert rank(asked, index, now=NOW, with_excluded=True).excluded == {"v": gate}
        if mend is None:
            asked = replace(asked, blocked=frozenset())
        else:
            helper = replace(helper, **mend)
    assert broken(asked, helper) == ()


@pytest.mark.parametrize(
    ("first", "last", "free"),
    [(8, 8, False), (1, 8, False), (9, 20, False), (1, 20, False), (1, 7, True), (10, 20, True)],
)
def test_both_indexes_count_both_ends_of_an_absence(first: int, last: int, free: bool) -> None:
    night = Once(datetime(2026, 12, 8, 22), datetime(2026, 12, 9, 2))
    asked = replace(ASKED, when=night)
    helper = replace(HELPER, away=(Away(date(2026, 12, first), date(2026, 12, last)),))
    volunteers_, requests_ = Index(KINDS), RequestIndex(KINDS)
    volunteers_.put(helper)
    requests_.put(asked)
    assert bool(volunteers_.broken(asked, NOW)["time"][0]) is not free
    assert bool(requests_.broken(helper, NOW)["time"][0]) is not free
    assert (broken(asked, helper) == ()) is free


@pytest.mark.parametrize(("until", "valid"), [(7, False), (8, True), (9, True), (None, True)])
def test_both_indexes_count_the_last_day_of_a_certificate(until: int | None, valid: bool) -> None:
    day = datetime(2026, 12, 8, 13)
    asked = replace(ASKED, certificates=frozenset({"vog"}), when=Once(day, day.replace(hour=15)))
    held = Certificate("vog", date(2026, 12, until) if until else None)
    helper = replace(HELPER, certificates=(Certificate("first-aid"), held, Certificate("vog", date(2020, 1, 1))))
    volunteers_, requests_ = Index(KINDS), RequestIndex(KINDS)
    volunteers_.put(helper)
    requests_.put(asked)
    assert bool(volunteers_.broken(asked, NOW)["certificate"][0]) is not valid
    assert bool(requests_.broken(helper, NOW)["certificate"][0]) is not valid


def test_the_moment_is_told_in_local_time() -> None:
    with pytest.raises(ValueError, match="wall-clock"):
        gates.broken(ASKED, HELPER, datetime(2026, 11, 22, 9, tzinfo=UTC))


@settings(max_examples=150)
@given(requests, many_volunteers)
def test_the_index_breaks_what_the_pair_breaks(request: Request, several: list[Volunteer]) -> None:
    index = Index(KINDS)
    index.put_many(several)
    flags = index.broken(request, NOW)
    for volunteer in several:
        row = index.row_of(volunteer.id)
        assert tuple(gate for gate in GATES if flags[gate][row]) == gates.broken(request, volunteer, NOW)


@settings(max_examples=150)
@given(volunteers, many_requests)
def test_the_index_of_requests_breaks_what_the_pair_breaks(volunteer: Volunteer, several: list[Request]) -> None:
    index = RequestIndex(KINDS)
    index.put_many(several)
    flags = index.broken(volunteer, NOW)
    for request in several:
        row = index.row_of(request.id)
        assert tuple(gate for gate in GATES if flags[gate][row]) == gates.broken(request, volunteer, NOW)
