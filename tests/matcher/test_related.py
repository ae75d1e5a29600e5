"""Kinds of help that lie near each other: known, mutual, and never worth as much as the very thing."""

import numpy as np
import pytest

from matcher import Found, Index, Place, Reason, Request, Understood, Volunteer, explain, rank
from matcher.kinds import cover, need_vector, offer_vector
from matcher.related import RELATED, share, shares
from seeds.phrases import kind_names
from tests.matcher.invented import NOW

SLUGS = tuple(kind_names())
COLUMN_OF = {slug: column for column, slug in enumerate(SLUGS)}
HERE = Place(52.2658, 6.7931)


def test_every_pair_is_of_kinds_that_exist_and_stands_once() -> None:
    assert {slug for pair in RELATED for slug in pair} <= set(SLUGS)
    assert len({frozenset(pair) for pair in RELATED}) == len(RELATED)
    assert all(len(set(pair)) == 2 for pair in RELATED)


def test_near_is_mutual_and_less_than_the_same() -> None:
    near = shares(SLUGS)
    assert (near == near.T).all() and (np.diag(near) == 1).all()
    assert all(0 < value < 0.7 for value in RELATED.values())


@pytest.mark.parametrize(("one", "other"), list(RELATED))
def test_an_offer_that_is_near_meets_a_part_of_the_need(one: str, other: str) -> None:
    need = need_vector(True, [Found(one, 1.0)], COLUMN_OF)
    met = cover(need, offer_vector(True, [Found(other, 1.0)], COLUMN_OF))
    assert float(met) == pytest.approx(share(one, other), abs=1e-4)
    assert float(cover(need, offer_vector(True, [Found(one, 1.0)], COLUMN_OF))) == 1


def test_many_that_are_near_are_not_the_thing_itself() -> None:
    need = need_vector(True, [Found("company-visits", 1.0)], COLUMN_OF)
    near = [Found(slug, 1.0) for slug in SLUGS if 0 < share(slug, "company-visits") < 1]
    assert len(near) > 4 and float(cover(need, offer_vector(True, near, COLUMN_OF))) == pytest.approx(0.6, abs=1e-4)


def test_who_offers_the_thing_comes_before_who_is_near_and_they_before_others() -> None:
    index = Index(SLUGS)
    for key, slug in (("other", "sewing"), ("near", "transport"), ("same", "hospital-escort")):
        index.put(Volunteer(key, HERE, skills=(slug,)))
    ranking = rank(Request("r", HERE, skills=("hospital-escort",)), index, now=NOW)
    assert [found.id for found in ranking.candidates] == ["same", "near", "other"]


def test_it_is_said_that_it_is_something_like_it() -> None:
    asked = Request("r", HERE, skills=("hospital-escort",))
    why = explain(asked, Volunteer("v", HERE, skills=("transport", "sewing")), now=NOW)
    assert Reason("related_kind", {"slug": "transport"}) in why.reasons
    read = Understood(kinds=(Found("paperwork", 0.9), Found("sewing", 0.05)), edition="x")
    why = explain(Request("r", HERE, skills=("money",)), Volunteer("v", HERE, text="…", understood=read), now=NOW)
    assert Reason("related_kind", {"slug": "paperwork"}) in why.reasons
    why = explain(asked, Volunteer("v", HERE, skills=("sewing",)), now=NOW)
    assert Reason("other_kind", {"slug": "hospital-escort"}) in why.reasons
