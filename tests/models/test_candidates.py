"""The live rankings: what a process holds in memory is what the database says, whatever happened and wherever."""

import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import update

from matcher import Reader
from models.actor import SYSTEM
from models.candidates import Candidates
from models.database import reading, transaction
from models.operations import (
    blocks,
    proposals,
    requests,
    transitions,
    volunteers,
)
from models.tables import Community, HelpRequest, Person, Volunteer
from tests import factories
from tests.factories import NOW
from tests.models.town import DEEDS, OFFER, Picture, Town, look, read_texts
from tests.statements import statements


def ranked(picture: Picture, of: str, row_id: int | None) -> set[int]:
    """Give who or what is ranked for one of them."""
    return {int(candidate.id) for candidate in picture[of, row_id or 0].candidates}


# ---- equal to the database -------------------------------------------------------------------------------------------


def test_after_whatever_happened_the_ranking_is_that_of_a_process_that_just_began(
    town: Town, candidates: Candidates, reader: Reader
) -> None:
    before = look(candidates, town.engine)
    for name, deed, changes in DEEDS:
        town.do(lambda session, deed=deed: deed(town, session))
        now_there = look(candidates, town.engine)
        assert now_there == look(Candidates(town.engine, reader), town.engine), name
        assert (now_there != before) == changes, name
        before = now_there


def test_two_processes_notice_the_same(town: Town, candidates: Candidates, reader: Reader) -> None:
    other = Candidates(town.engine, reader)
    assert look(other, town.engine) == look(candidates, town.engine)
    town.do(lambda s: volunteers.pause(s, town.helper(s), None, actor=town.own(s), now=NOW))
    first = look(candidates, town.engine)
    town.do(lambda s: requests.withdraw(s, town.request(s, 1), "niet nodig", actor=town.desk, now=NOW))
    second = look(other, town.engine)
    assert set(second) == set(first) - {("request", town.requests[1])}
    assert look(candidates, town.engine) == second
    assert town.helpers[0] not in ranked(second, "request", town.requests[0])


def test_a_pair_is_explained_as_it_is_ranked(town: Town, candidates: Candidates) -> None:
    town.do(lambda s: volunteers.pause(s, town.helper(s, 2), None, actor=town.own(s, 2), now=NOW))
    picture = look(candidates, town.engine)
    with reading(town.engine) as session:
        here = town.community(session)
        for number, request_id in enumerate(town.requests):
            ranking = picture["request", request_id]
            for who, helper_id in enumerate(town.helpers):
                why = candidates.explain(
                    session, town.request(session, number), town.helper(session, who), here, now=NOW
                )
                found = next((one for one in ranking.candidates if one.id == str(helper_id)), None)
                assert why.excluded == ranking.excluded.get(str(helper_id))
                assert found is None or (why.score, why.reasons, why.km) == (found.score, found.reasons, found.km)


# ---- what is not committed -------------------------------------------------------------------------------------------


def test_what_is_rolled_back_is_never_ranked(town: Town, candidates: Candidates) -> None:
    before = look(candidates, town.engine)

    class ChangedTheirMindError(Exception):
        pass

    with pytest.raises(ChangedTheirMindError), transaction(town.engine) as session:  # noqa: PT012
        volunteers.pause(session, town.helper(session), None, actor=town.own(session), now=NOW)
        requests.withdraw(session, town.request(session, 1), "niet nodig", actor=town.desk, now=NOW)
        session.flush()
        assert look(candidates, town.engine) == before, "others see it only after the commit"
        raise ChangedTheirMindError
    assert look(candidates, town.engine) == before


def test_who_changed_something_and_did_not_commit_it_yet_is_ranked_as_they_are_now(
    town: Town, candidates: Candidates
) -> None:
    look(candidates, town.engine)
    with transaction(town.engine) as session:
        helper = town.helper(session)
        volunteers.change(session, helper, replace(OFFER, max_km=1), actor=town.own(session), now=NOW)
        found = candidates.for_volunteer(session, helper, town.community(session), now=NOW, top=None)
        session.rollback()
    assert {candidate.id for candidate in found.candidates} == set(), "from Borne nobody in Hengelo is within 1 km"
    assert ranked(look(candidates, town.engine), "volunteer", town.helpers[0]) == set(town.requests)


# ---- who must never meet ---------------------------------------------------------------------------------------------


def test_a_blocked_pair_and_own_requests_are_in_no_ranking_in_either_direction(
    town: Town, candidates: Candidates, reader: Reader
) -> None:
    look(candidates, town.engine)  # the process ran before it happened
    with transaction(town.engine) as session:
        here = town.community(session)
        helper = session.get_one(Person, town.helper(session).person_id)
        asker = factories.create_person(session)
        own = factories.create_request(session, here, helper)
        for_mother = factories.create_request(session, here, asker_id=helper.id, relation="daughter")
        by_enemy = factories.create_request(session, here, asker_id=asker.id, relation="neighbour")
        blocks.block(session, helper, asker, "ruzie", community=here, actor=town.desk, now=NOW)
        for request in (own, for_mother, by_enemy):
            transitions.touch(session, request)
        closed = {own.id or 0, for_mother.id or 0, by_enemy.id or 0}
    for process in (candidates, Candidates(town.engine, reader)):
        picture = look(process, town.engine)
        assert ranked(picture, "volunteer", town.helpers[0]) == set(town.requests)
        assert ranked(picture, "volunteer", town.helpers[2]) >= closed, "to others they are shown"
        for request_id in closed:
            ranking = picture["request", request_id]
            assert str(town.helpers[0]) not in {candidate.id for candidate in ranking.candidates}
            assert ranking.excluded[str(town.helpers[0])] == "blocked"


def test_communities_never_see_each_others_people(town: Town, candidates: Candidates) -> None:
    # The other community's people live around the corner; they are not ours to rank.
    with transaction(town.engine) as session:
        there = session.get_one(Community, town.there)
        near = factories.create_volunteer(session, there, postcode="7551").id or 0
        asked = factories.create_request(session, there, postcode="7551").id or 0
    picture = look(candidates, town.engine)
    assert ranked(picture, "request", town.requests[0]) == set(town.helpers)
    assert ranked(picture, "request", asked) == {near}
    assert ranked(picture, "request", town.far_request) == {town.far_helper}
    assert ranked(picture, "volunteer", town.helpers[0]) == set(town.requests)
    assert ranked(picture, "volunteer", near) == {asked}
    everybody = {one for key, found in picture.items() if key[0] == "request" for one in found.excluded}
    assert not everybody & {str(town.far_helper), str(near)} - set(picture["request", asked].excluded) - set(
        picture["request", town.far_request].excluded
    )


# ---- many at the same time -------------------------------------------------------------------------------------------


@pytest.fixture
def impatient_threads() -> Iterator[None]:
    """Let threads take turns a thousand times as often, in the middle of everything."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(before / 1000)
    yield
    sys.setswitchinterval(before)


@pytest.mark.usefixtures("impatient_threads")
def test_threads_rank_while_others_change(town: Town, candidates: Candidates, reader: Reader) -> None:
    over, wrong = threading.Event(), []

    def rank() -> None:
        try:
            while not over.is_set():
                for (of, _row), found in look(candidates, town.engine).items():
                    ids = [candidate.id for candidate in found.candidates]
                    assert len(ids) == len(set(ids)), of
        except Exception as error:
            wrong.append(error)

    readers = [threading.Thread(target=rank, daemon=True) for _ in range(3)]
    for thread in readers:
        thread.start()
    for turn in range(12):
        number = turn % 3
        form = replace(OFFER, max_km=5 + turn, postcode="7551")
        town.do(lambda s: requests.hold(s, town.request(s), None, "straks", actor=town.desk, now=NOW))
        town.do(lambda s, n=number, f=form: volunteers.change(s, town.helper(s, n), f, actor=town.own(s, n), now=NOW))
        town.do(lambda s: requests.resume(s, town.request(s), actor=town.desk, now=NOW))
    over.set()
    for thread in readers:
        thread.join(60)
        assert not thread.is_alive(), "somebody waits for ever"
    assert wrong == []
    assert look(candidates, town.engine) == look(Candidates(town.engine, reader), town.engine)


# ---- no more work than needed ----------------------------------------------------------------------------------------


class _Watched:
    """A reader that notes which texts it is given, and takes its time over them (seconds)."""

    takes = 0.0

    def __init__(self, reader: Reader) -> None:
        self._reader, self.given = reader, []  # type: ignore[var-annotated]

    def __getattr__(self, name: str) -> Any:
        return getattr(self._reader, name)

    def read(self, texts: list[str]) -> Any:
        self.given += texts
        time.sleep(self.takes)
        return self._reader.read(texts)


@pytest.fixture
def watched(reader: Reader) -> _Watched:
    """The reader, watched."""
    return _Watched(reader)


def test_only_what_changed_is_read_again(town: Town, watched: _Watched) -> None:
    process: Any = Candidates(town.engine, watched)  # type: ignore[arg-type]
    process.prepare(now=NOW)
    assert len(watched.given) == 7, "every text once"
    look(process, town.engine)
    assert len(watched.given) == 7, "pages read nothing again"
    town.do(lambda s: volunteers.change(s, town.helper(s), OFFER, actor=town.own(s), now=NOW))
    look(process, town.engine)
    look(process, town.engine)
    assert watched.given[7:] == [OFFER.text]


def test_of_many_threads_one_reads_what_changed_and_the_others_wait_for_it(town: Town, watched: _Watched) -> None:
    process: Any = Candidates(town.engine, watched)  # type: ignore[arg-type]
    process.prepare(now=NOW)
    watched.given.clear()
    watched.takes = 0.1
    town.do(lambda s: volunteers.change(s, town.helper(s), OFFER, actor=town.own(s), now=NOW))
    start, seen = threading.Barrier(4), []

    def rank() -> None:
        start.wait(30)
        with reading(town.engine) as session:
            request, here = town.request(session), town.community(session)
            seen.append(process.for_request(session, request, here, now=NOW, top=None))

    threads = [threading.Thread(target=rank, daemon=True) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert watched.given == [OFFER.text]
    assert len(seen) == 4 and all(one == seen[0] for one in seen)


def test_what_was_read_ahead_is_not_read_again_and_ranks_the_same(
    town: Town, watched: _Watched, reader: Reader, candidates: Candidates
) -> None:
    before = look(candidates, town.engine)
    assert read_texts(town.engine, reader, limit=5) == 5
    assert read_texts(town.engine, reader, limit=5) == 2
    process: Any = Candidates(town.engine, watched)  # type: ignore[arg-type]
    assert look(process, town.engine) == before == look(candidates, town.engine)
    assert watched.given == []


def test_nobody_waits_for_the_ranking_of_another_community(town: Town, candidates: Candidates) -> None:
    look(candidates, town.engine)
    town.do(lambda s: volunteers.pause(s, town.helper(s), None, actor=town.own(s), now=NOW))
    with statements(town.engine) as said, reading(town.engine) as session:
        there = session.get_one(Community, town.there)
        request = session.get_one(HelpRequest, town.far_request)
        candidates.for_request(session, request, there, now=NOW)
    read = [one for one in said if one.startswith("SELECT volunteer.id, volunteer.community_id, volunteer.state")]
    assert read == [], "their volunteers did not change"


# ---- when things are not as they should be ---------------------------------------------------------------------------


def test_a_backup_that_was_put_back_under_a_running_process_is_noticed(
    town: Town, candidates: Candidates, reader: Reader
) -> None:
    for until in (None, None):
        town.do(lambda s, u=until: volunteers.pause(s, town.helper(s), u, actor=town.own(s), now=NOW))
        town.do(lambda s: volunteers.resume(s, town.helper(s), actor=town.own(s), now=NOW))
    look(candidates, town.engine)
    with town.engine.begin() as connection:  # what a restored file looks like: lower numbers, another state
        columns: Any = Volunteer
        here: Any = Community
        connection.execute(update(Volunteer).where(columns.id == town.helpers[0]).values(state="paused", revision=1))
        connection.execute(update(Community).where(here.id == town.here).values(volunteer_revision=1))
    picture = look(candidates, town.engine)
    assert picture == look(Candidates(town.engine, reader), town.engine)
    assert town.helpers[0] not in ranked(picture, "request", town.requests[0])


def test_a_volunteer_whose_postcode_nobody_knows_breaks_no_ranking(town: Town, candidates: Candidates) -> None:
    with transaction(town.engine) as session:
        lost = factories.create_volunteer(session, town.community(session), postcode="9999")
        transitions.touch(session, lost)
    with reading(town.engine) as session:
        found = candidates.for_request(
            session, town.request(session), town.community(session), now=NOW, top=None, with_excluded=True
        )
    assert {int(candidate.id) for candidate in found.candidates} == set(town.helpers)
    assert str(lost.id) not in found.excluded


def test_the_system_ranks_for_a_community_as_people_do(town: Town, candidates: Candidates) -> None:
    with transaction(town.engine) as session:
        town.community(session).proposes_itself = True
    with transaction(town.engine) as session:
        request = town.request(session)
        best = candidates.for_request(session, request, town.community(session), now=NOW, top=1).candidates[0]
        helper = session.get_one(Volunteer, int(best.id))
        proposals.propose(session, request, helper, actor=SYSTEM, now=NOW)
        left = candidates.for_request(session, request, town.community(session), now=NOW, top=None)
        assert best.id not in {candidate.id for candidate in left.candidates}, "in the same transaction already"
