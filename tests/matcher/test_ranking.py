"""The order of candidates."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matcher import (
    DEFAULT_WEIGHTS,
    FACTORS,
    Flexible,
    Index,
    Place,
    Reader,
    Request,
    RequestIndex,
    Volunteer,
    Weekly,
    Weights,
    gates,
    rank,
    rank_requests,
)
from tests.matcher.invented import HERE, KINDS, NOW, many_volunteers, requests, window

GARDEN = Request("r", HERE, skills=("garden",))


def order(request: Request, *volunteers: Volunteer, weights: Weights = DEFAULT_WEIGHTS) -> list[str]:
    index = Index(KINDS)
    index.put_many(volunteers)
    return [candidate.id for candidate in rank(request, index, now=NOW, weights=weights, top=None).candidates]


def test_who_offers_the_help_comes_before_who_does_not() -> None:
    far = Place(52.3, 6.83)
    assert order(GARDEN, Volunteer("a", HERE), Volunteer("b", far, skills=("garden",))) == ["b", "a"]


def test_who_offers_more_loses_nothing() -> None:
    handy = Volunteer("b", HERE, skills=("garden", "groceries", "transport"))
    index = Index(KINDS)
    index.put_many([Volunteer("a", HERE, skills=("garden",)), handy])
    one, other = rank(GARDEN, index, now=NOW).candidates
    assert one.score == other.score


def test_who_covers_more_of_several_needs_comes_first() -> None:
    asked = Request("r", HERE, skills=("garden", "groceries"))
    both = Volunteer("z", HERE, skills=("groceries", "garden"))
    assert order(asked, Volunteer("a", HERE, skills=("garden",)), both) == ["z", "a"]


def test_a_neighbour_comes_before_somebody_across_town() -> None:
    near, far = Place(52.266, 6.794), Place(52.30, 6.80)
    people = (Volunteer("a", far, skills=("garden",)), Volunteer("b", near, skills=("garden",)))
    assert order(GARDEN, *people) == ["b", "a"]


def test_who_can_come_at_more_of_the_times_comes_first() -> None:
    times = (window("mon", "09:00", "11:00"), window("thu", "09:00", "11:00"))
    asked = replace(GARDEN, when=Weekly(times, NOW.date()))
    one = Volunteer("a", HERE, skills=("garden",), windows=times[:1])
    both = Volunteer("b", HERE, skills=("garden",), windows=times)
    assert order(asked, one, both) == ["b", "a"]


def test_who_speaks_all_the_languages_comes_first() -> None:
    asked = replace(GARDEN, languages=frozenset({"nl", "tr"}))
    dutch = Volunteer("a", HERE, skills=("garden",))
    both = Volunteer("b", HERE, skills=("garden",), languages=frozenset({"nl", "tr"}))
    assert order(asked, dutch, both) == ["b", "a"]


def test_who_helps_nobody_yet_comes_first() -> None:
    busy = Volunteer("a", HERE, skills=("garden",), capacity=3, load=2)
    assert order(GARDEN, busy, Volunteer("b", HERE, skills=("garden",), capacity=3)) == ["b", "a"]


def test_equals_stand_in_the_order_of_their_ids() -> None:
    people = [Volunteer(key, HERE, skills=("garden",)) for key in ("v10", "v9", "v1", "V2")]
    assert order(GARDEN, *people) == ["V2", "v1", "v10", "v9"]


def test_with_a_product_one_zero_is_enough_to_come_last() -> None:
    product = Weights(combine="product")
    full = Volunteer("a", HERE, skills=("garden",), max_km=0.5)
    assert order(GARDEN, full, Volunteer("b", HERE), weights=product) == ["a", "b"]


def test_the_texts_order_those_who_offer_the_same(reader: Reader) -> None:
    index = Index(reader.kinds, reader)
    asked = Request("r", HERE, skills=("garden",), text="De heg is te hoog en het gras moet gemaaid.")
    index.put(Volunteer("a", HERE, skills=("garden",), text="Ik lees elke dag de krant voor."))
    index.put(Volunteer("b", HERE, skills=("garden",), text="Gras maaien en de heg knippen doe ik graag."))
    best, rest = rank(asked, index, now=NOW).candidates
    assert best.id == "b"
    assert best.score - rest.score < 0.1


def test_no_more_than_the_top_and_ties_at_its_end_by_id() -> None:
    index = Index(KINDS)
    index.put_many(Volunteer(f"v{number:03}", HERE, skills=("garden",)) for number in reversed(range(300)))
    ranking = rank(GARDEN, index, now=NOW, top=5)
    assert [candidate.id for candidate in ranking.candidates] == [f"v{number:03}" for number in range(5)]
    assert ranking.feasible == 300


def test_who_was_asked_before_is_left_out_without_a_word() -> None:
    index = Index(KINDS)
    index.put_many([Volunteer("a", HERE), Volunteer("b", HERE, paused=True), Volunteer("c", HERE)])
    ranking = rank(GARDEN, index, now=NOW, without=["a", "b", "nobody"], with_excluded=True)
    assert [candidate.id for candidate in ranking.candidates] == ["c"]
    assert (ranking.excluded, ranking.feasible) == ({}, 1)


def test_nobody_at_all_is_an_empty_ranking() -> None:
    assert rank(GARDEN, Index(KINDS), now=NOW).candidates == ()
    assert rank_requests(Volunteer("v", HERE), RequestIndex(KINDS), now=NOW).candidates == ()


def test_what_was_found_is_told_and_what_was_named_is_certain(reader: Reader) -> None:
    index = Index(reader.kinds, reader)
    named = rank(replace(GARDEN, text="boodschappen doen"), index, now=NOW).found
    assert [(found.slug, found.confidence) for found in named] == [("garden", 1.0)]
    read = rank(Request("r", HERE, text="Wie doet er boodschappen voor mij?"), index, now=NOW).found
    assert read[0].slug == "groceries"
    assert 0.5 < read[0].confidence <= 1


@pytest.mark.parametrize("top", [0, -1])
def test_a_top_of_nobody_is_refused(top: int) -> None:
    with pytest.raises(ValueError, match="top"):
        rank(GARDEN, Index(KINDS), now=NOW, top=top)


def test_the_moment_is_told_in_local_time() -> None:
    with pytest.raises(ValueError, match="wall-clock"):
        rank(GARDEN, Index(KINDS), now=datetime(2026, 11, 22, 9, tzinfo=UTC))


@settings(max_examples=150)
@given(requests, many_volunteers, st.sampled_from(["sum", "product"]))
def test_everybody_is_ranked_or_excluded_and_scores_fall(
    request: Request, several: list[Volunteer], combine: str
) -> None:
    index, weights = Index(KINDS), Weights(combine=combine)
    index.put_many(several)
    ranking = rank(request, index, now=NOW, weights=weights, top=None, with_excluded=True)
    ranked = [candidate.id for candidate in ranking.candidates]
    assert sorted([*ranked, *ranking.excluded]) == sorted(volunteer.id for volunteer in several)
    for volunteer in several:
        assert ranking.excluded.get(volunteer.id) == next(iter(gates.broken(request, volunteer, NOW)), None)
    scores = [(-candidate.score, candidate.id) for candidate in ranking.candidates]
    assert scores == sorted(scores)
    for candidate in ranking.candidates:
        assert list(candidate.factors) == list(FACTORS)
        assert all(0 <= value <= 1 and value == round(value, 6) for value in candidate.factors.values())
        assert candidate.score == round(candidate.score, 6)


def test_a_flexible_request_prefers_who_has_time() -> None:
    asked = replace(GARDEN, when=Flexible())
    little = Volunteer("a", HERE, skills=("garden",), windows=(window("mon", "09:00", "10:00"),))
    assert order(asked, little, Volunteer("b", HERE, skills=("garden",))) == ["b", "a"]
