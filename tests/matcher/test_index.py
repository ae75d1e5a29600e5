"""The index: kept, not rebuilt, and always what a new one would be."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matcher import GATES, Index, Place, Reader, Request, RequestIndex, Understood, Volunteer, rank, rank_requests
from tests.matcher.invented import HERE, KINDS, NOW, ids, many_requests, many_volunteers, requests, volunteers

changes = st.lists(st.one_of(volunteers, ids), max_size=25)
request_changes = st.lists(st.one_of(requests, ids), max_size=25)


@settings(max_examples=100)
@given(changes, requests)
def test_after_any_changes_it_ranks_as_a_new_one(steps: list[Volunteer | str], request: Request) -> None:
    kept, plain = Index(KINDS), {}
    for step in steps:
        if isinstance(step, Volunteer):
            kept.put(step)
            plain[step.id] = step
        elif step in plain:
            kept.remove(step)
            del plain[step]
    new = Index(KINDS)
    new.put_many(plain.values())
    assert set(kept) == set(plain) and len(kept) == len(plain)
    assert all(kept.get(key) == item for key, item in plain.items())
    assert rank(request, kept, now=NOW, with_excluded=True) == rank(request, new, now=NOW, with_excluded=True)


@settings(max_examples=100)
@given(request_changes, volunteers)
def test_after_any_changes_requests_rank_as_in_a_new_one(steps: list[Request | str], volunteer: Volunteer) -> None:
    kept, plain = RequestIndex(KINDS), {}
    for step in steps:
        if isinstance(step, Request):
            kept.put(step)
            plain[step.id] = step
        elif step in plain:
            kept.remove(step)
            del plain[step]
    new = RequestIndex(KINDS)
    new.put_many(plain.values())
    assert rank_requests(volunteer, kept, now=NOW, with_excluded=True) == rank_requests(
        volunteer, new, now=NOW, with_excluded=True
    )


@settings(max_examples=80)
@given(many_volunteers, many_requests)
def test_a_pair_scores_the_same_from_either_side(helpers: list[Volunteer], asked: list[Request]) -> None:
    index, open_requests = Index(KINDS), RequestIndex(KINDS)
    index.put_many(helpers)
    open_requests.put_many(asked)
    one_way = {
        (request.id, found.id): found
        for request in asked
        for found in rank(request, index, now=NOW, top=None).candidates
    }
    other_way = {
        (found.id, helper.id): found
        for helper in helpers
        for found in rank_requests(helper, open_requests, now=NOW, top=None).candidates
    }
    assert one_way.keys() == other_way.keys()
    for pair, candidate in one_way.items():
        # How long a request waits is told to volunteers alone.
        assert replace(other_way[pair], id=candidate.id, reasons=candidate.reasons) == candidate


def test_who_is_not_there_cannot_be_taken_out() -> None:
    index = Index(KINDS)
    with pytest.raises(KeyError):
        index.remove("v1")
    with pytest.raises(KeyError):
        index.get("v1")


def test_an_unknown_kind_or_trait_changes_nothing() -> None:
    index = Index(KINDS)
    known = Volunteer("v1", HERE, skills=("garden",))
    for wrong in (Volunteer("v2", HERE, skills=("magic",)), Volunteer("v2", HERE, traits=frozenset({"tall"}))):
        with pytest.raises((KeyError, ValueError)):
            index.put_many([known, wrong])
        assert len(index) == 0


def test_forgetting_somebody_forgets_whom_they_blocked() -> None:
    index = Index(KINDS)
    helper = Volunteer("v1", HERE, blocked=frozenset({"r1"}))
    index.put(helper)
    assert not rank(Request("r1", HERE), index, now=NOW).candidates
    index.put(replace(helper, blocked=frozenset()))
    assert rank(Request("r1", HERE), index, now=NOW).candidates


def test_texts_are_read_once_and_again_by_another_reader(reader: Reader) -> None:
    index = Index(reader.kinds, reader)
    text = "Ik doe graag boodschappen voor iemand."
    index.put(Volunteer("v1", HERE, text=text))
    read = index.get("v1").understood
    assert read is not None and read.edition == reader.edition and read.kinds[0].slug == "groceries"
    index.put(Volunteer("v1", HERE, text=text, understood=read))
    assert index.get("v1").understood is read
    index.put(Volunteer("v1", HERE, text=text, understood=Understood(edition="of old")))
    assert index.get("v1").understood == read


def test_without_a_reader_only_slugs_count() -> None:
    index = Index(KINDS)
    index.put(Volunteer("v1", HERE, text="Ik doe graag boodschappen."))
    index.put(Volunteer("v2", HERE, skills=("groceries",)))
    best = rank(Request("r", HERE, skills=("groceries",)), index, now=NOW).candidates
    assert [candidate.id for candidate in best] == ["v2", "v1"]


def test_everybody_may_speak_any_language() -> None:
    index = Index(KINDS)
    letters = [f"{a}{b}" for a in "abcdefghijklmnopqrst" for b in "abcdefghi"]
    index.put_many(Volunteer(f"v{code}", HERE, languages=frozenset({code})) for code in letters)
    asked = Request("r", HERE, languages=frozenset({letters[-1], "zz"}))
    found = rank(asked, index, now=NOW, with_excluded=True)
    assert [candidate.id for candidate in found.candidates] == [f"v{letters[-1]}"]
    assert found.candidates[0].factors["language"] == 0.5
    assert set(found.excluded.values()) == {"language"}


def test_every_constraint_has_its_flags() -> None:
    index, open_requests = Index(KINDS), RequestIndex(KINDS)
    index.put(Volunteer("v", HERE))
    open_requests.put(Request("r", Place(52, 6)))
    assert list(index.broken(Request("r", HERE), NOW)) == list(GATES)
    assert list(open_requests.broken(Volunteer("v", HERE), NOW)) == list(GATES)
