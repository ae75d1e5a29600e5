"""Reasons: honest, few, and each with a code that is known."""

import math
from dataclasses import replace
from datetime import date, datetime

import pytest
from hypothesis import given, settings

from matcher import (
    CODES,
    DEFAULT_WEIGHTS,
    Away,
    Certificate,
    Flexible,
    Index,
    Once,
    Place,
    Reader,
    Reason,
    Request,
    RequestIndex,
    Volunteer,
    Weekly,
    Weights,
    Window,
    explain,
    gates,
    rank,
    rank_requests,
    what_if,
)
from matcher.explain import PARTS, part_of_day
from tests.matcher.invented import HERE, KINDS, NOW, requests, volunteers, window

TUESDAY = Once(datetime(2026, 12, 8, 13, 30), datetime(2026, 12, 8, 15, 30))
GARDEN = Request("r", HERE, skills=("garden",), when=TUESDAY)
GARDENER = Volunteer("v", HERE, skills=("garden",))
KM_9 = Place(52.2658, 6.7931 + 0.1323)


def told(request: Request = GARDEN, volunteer: Volunteer = GARDENER) -> list[dict[str, object]]:
    return [reason.as_dict() for reason in explain(request, volunteer, now=NOW).reasons]


def test_a_good_match_is_told_by_what_is_offered_where_and_when() -> None:
    assert told() == [
        {"code": "offers_kind", "slug": "garden"},
        {"code": "near", "km": 1},
        {"code": "can_once", "day": 1, "part": "afternoon"},
    ]


def test_the_weakest_point_comes_last() -> None:
    assert told(volunteer=replace(GARDENER, place=KM_9))[-1] == {"code": "far", "km": 9}
    assert told(volunteer=replace(GARDENER, capacity=4, load=3))[-1] == {"code": "helps", "load": 3}
    assert told(volunteer=replace(GARDENER, skills=("transport",)))[-1] == {"code": "other_kind", "slug": "garden"}


def test_within_one_postcode_area_no_distance_is_said() -> None:
    area = Place(52.26, 6.79, "7551")
    assert {"code": "same_area"} in told(replace(GARDEN, place=area), replace(GARDENER, place=area))


def test_times_are_told_as_they_were_asked() -> None:
    monday, friday = window("mon", "09:00", "11:00"), window("fri", "19:00", "21:00")

    def weekly(*windows: object) -> list[dict[str, object]]:
        asked = replace(GARDEN, when=Weekly(windows, date(2026, 12, 1)))  # type: ignore[arg-type]
        return told(asked, replace(GARDENER, windows=(monday,)))

    assert {"code": "can_weekly", "day": 0, "part": "morning"} in weekly(monday)
    assert {"code": "can_some_times", "covered": 1, "asked": 2} in weekly(monday, friday)
    both = replace(GARDEN, when=Weekly((monday, friday), date(2026, 12, 1)))
    assert {"code": "can_all_times", "asked": 2} in told(both)
    nights = Once(datetime(2026, 12, 8, 22), datetime(2026, 12, 9, 2))
    assert {"code": "can_period"} in told(replace(GARDEN, when=nights))
    assert {"code": "has_time", "hours": 168} in told(replace(GARDEN, when=Flexible()))
    little = replace(GARDENER, windows=(monday,))
    assert told(replace(GARDEN, when=Flexible()), little)[-1] == {"code": "little_time", "hours": 2}


def test_help_on_one_day_is_told_by_the_part_of_it_that_fits() -> None:
    morning = [window("tue", "09:00", "11:00"), window("tue", "10:00", "12:00")]
    evening = [window("tue", "17:00", "19:00"), window("tue", "19:30", "21:30")]
    day = date(2026, 12, 8)
    asked = replace(GARDEN, when=Weekly((*morning, *evening), day, day, heeds_absence=True))

    def can(*free: Window) -> list[dict[str, object]]:
        return told(asked, replace(GARDENER, windows=free))

    assert {"code": "can_once", "day": 1, "part": "evening"} in can(window("tue", "17:00", "22:00"))
    assert {"code": "can_once", "day": 1, "part": "morning"} in can(window("tue", "10:00", "12:00"))
    assert {"code": "can_day", "day": 1} in can(window("tue", "00:00", "24:00"))
    gone = replace(GARDENER, away=(Away(day, day),))
    assert explain(asked, gone, now=NOW).broken == (Reason("time", {"away": True}),)


def test_of_one_day_a_window_of_another_weekday_says_nothing() -> None:
    day = date(2026, 12, 8)
    windows = (window("mon", "09:00", "11:00"), window("tue", "17:00", "19:00"))
    always = replace(GARDENER, windows=(window("mon", "00:00", "24:00"), window("tue", "00:00", "24:00")))
    said = told(replace(GARDEN, when=Weekly(windows, day, day)), always)
    assert {"code": "can_once", "day": 1, "part": "evening"} in said


def test_a_language_is_told_when_another_than_dutch_was_asked() -> None:
    asked = replace(GARDEN, languages=frozenset({"tr", "nl"}))
    assert told(asked)[-1] == {"code": "speaks_some", "languages": ["nl"]}
    both = replace(GARDENER, languages=frozenset({"tr", "nl"}))
    assert told(asked, both)[1] == {"code": "speaks", "languages": ["nl", "tr"]}
    for usual in (GARDEN, replace(GARDEN, languages=frozenset({"nl"}))):
        assert not any(reason["code"].startswith("speaks") for reason in told(usual))  # type: ignore[attr-defined]


def test_what_is_weak_is_never_told_as_a_strength() -> None:
    far_and_busy = replace(GARDENER, place=KM_9, capacity=4, load=3)
    assert told(volunteer=far_and_busy) == [
        {"code": "offers_kind", "slug": "garden"},
        {"code": "can_once", "day": 1, "part": "afternoon"},
        {"code": "far", "km": 9},
    ]


def test_it_is_said_where_a_kind_was_found(reader: Reader) -> None:
    helper = Volunteer("v", HERE, text="Ik doe graag boodschappen voor iemand die slecht ter been is.")
    asked = Request("r", HERE, skills=("groceries",))
    why = explain(asked, helper, now=NOW, kinds=reader.kinds, reader=reader)
    assert why.reasons[0] == Reason("writes_about_kind", {"slug": "groceries"})
    unclear = explain(Request("r", HERE, text="?"), helper, now=NOW, reader=reader)
    assert unclear.reasons[-1] == Reason("kind_unknown")


def test_half_of_what_is_needed_is_said_to_be_half() -> None:
    both = replace(GARDEN, skills=("garden", "groceries"))
    assert {"code": "offers_some_kinds", "covered": 1, "asked": 2} in told(both)


def test_why_not_names_every_broken_constraint_with_its_figures() -> None:
    asked = replace(
        GARDEN,
        certificates=frozenset({"vog"}),
        languages=frozenset({"tr"}),
        blocked=frozenset({"v"}),
        avoids=frozenset({"smoker"}),
    )
    helper = Volunteer(
        "v",
        Place(53.2194, 6.5665),
        max_km=12.5,
        away=(Away(date(2026, 12, 8), date(2026, 12, 8)),),
        certificates=(Certificate("vog", date(2026, 12, 7)),),
        capacity=2,
        load=2,
        traits=frozenset({"smoker"}),
        paused=True,
    )
    why = explain(asked, helper, now=NOW)
    assert why.excluded == "distance"
    assert [reason.as_dict() for reason in why.broken] == [
        {"code": "distance", "km": 107, "max_km": 12.5},
        {"code": "time", "away": True},
        {"code": "certificate", "kind": "vog"},
        {"code": "language", "languages": ["tr"]},
        {"code": "capacity", "capacity": 2},
        {"code": "blocked"},
        {"code": "preference", "trait": "smoker", "of": "volunteer"},
        {"code": "paused"},
    ]
    assert [reason.code for reason in why.reasons] == ["other_kind"]


def test_too_far_never_sounds_near_enough() -> None:
    barely = replace(GARDENER, place=KM_9, max_km=8.99)
    assert explain(GARDEN, barely, now=NOW).broken[0].as_dict() == {"code": "distance", "km": 9, "max_km": 8.99}
    whole = replace(GARDENER, place=Place(52.2658, 6.7931 + 0.1328), max_km=9)
    assert explain(GARDEN, whole, now=NOW).broken[0].as_dict() == {"code": "distance", "km": 10, "max_km": 9}


def test_other_weights_show_what_they_would_change() -> None:
    helper = replace(GARDENER, place=KM_9)
    near_counts = Weights.from_dict({"weights": {"skills": 0.2, "distance": 0.8}, "combine": "sum", "min_skills": 0.3})
    usual, changed = explain(GARDEN, helper, now=NOW), explain(GARDEN, helper, now=NOW, weights=near_counts)
    assert changed.score < usual.score
    assert changed.factors == usual.factors
    tried = what_if(usual, DEFAULT_WEIGHTS, near_counts)
    assert (tried.before, tried.after) == (usual.score, changed.score)
    before, after = (sum(parts) for parts in zip(*tried.parts.values(), strict=True))
    assert before == pytest.approx(usual.score, abs=1e-5) and after == pytest.approx(changed.score, abs=1e-5)
    assert tried.parts["distance"][1] > tried.parts["distance"][0]


def test_multiplied_weights_show_their_parts_too() -> None:
    product = replace(DEFAULT_WEIGHTS, combine="product")
    tried = what_if(explain(GARDEN, GARDENER, now=NOW), DEFAULT_WEIGHTS, product)
    assert math.prod(after for _before, after in tried.parts.values()) == pytest.approx(tried.after, abs=1e-5)


def test_who_knows_them_who_is_tired_and_who_offered_long_ago_is_told() -> None:
    friend = replace(GARDENER, known=frozenset({"r"}))
    assert told(volunteer=friend)[1] == {"code": "known"}
    assert {"code": "known"} in told(replace(GARDEN, known=frozenset({"v"}))), "either side may say so"
    assert told(volunteer=replace(GARDENER, recent_hours=30.0))[-1] == {"code": "helped_much", "hours": 30}
    old = replace(GARDENER, offered=date(2025, 11, 20))
    assert told(volunteer=old)[-1] == {"code": "offered_long_ago", "months": 12}


def test_absences_of_the_coming_weeks_are_told() -> None:
    gone = replace(GARDENER, away=(Away(date(2026, 11, 25), date(2026, 12, 20)),))
    weekly = replace(GARDEN, when=Weekly((window("mon", "09:00", "11:00"),), date(2026, 12, 1)))
    assert told(weekly, gone)[-1] == {"code": "away_days", "days": 20, "coming": 56}
    assert told(replace(GARDEN, when=Flexible()), gone)[-1] == {"code": "away_days", "days": 25, "coming": 28}


def test_a_volunteer_hears_who_waits_and_where_there_is_a_hurry() -> None:
    index = RequestIndex(KINDS)
    asked = replace(GARDEN, created=datetime(2026, 10, 22, 9))
    index.put_many([replace(asked, id="waits"), replace(GARDEN, id="urgent", urgency="high")])
    said = {found.id: found.reasons[1] for found in rank_requests(GARDENER, index, now=NOW).candidates}
    assert said == {"waits": Reason("waits", {"days": 31}), "urgent": Reason("urgent")}
    assert not any(reason["code"] == "waits" for reason in told(asked)), "the same for all whom the desk sees"


def test_parts_of_the_day() -> None:
    clock = [0, 359, 360, 719, 720, 1079, 1080, 1439]
    assert [part_of_day(minute) for minute in clock] == [part for part in PARTS for _ in range(2)]


@settings(max_examples=200)
@given(requests, volunteers)
def test_every_reason_is_a_known_code_with_its_parameters(request: Request, volunteer: Volunteer) -> None:
    why = explain(request, volunteer, now=NOW)
    for reason in (*why.reasons, *why.broken):
        assert set(reason.params) == set(CODES[reason.code])
    assert tuple(reason.code for reason in why.broken) == gates.broken(request, volunteer, NOW)


@settings(max_examples=100)
@given(requests, volunteers)
def test_it_explains_the_very_ranking(request: Request, volunteer: Volunteer) -> None:
    index = Index(KINDS)
    index.put(volunteer)
    why = explain(request, volunteer, now=NOW)
    for candidate in rank(request, index, now=NOW).candidates:
        assert (candidate.score, candidate.factors, candidate.reasons) == (why.score, why.factors, why.reasons)
        assert 2 <= len(candidate.reasons) <= 3
