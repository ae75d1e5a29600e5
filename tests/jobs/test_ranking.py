"""Where a worker has a ranking: the system proposes the best by itself, and the digest reads texts too."""

from datetime import UTC, datetime, timedelta

import pytest

from jobs.worker import Worker
from matcher import Reader
from models.candidates import Candidates
from models.operations import proposals
from models.operations import reading as read_ahead
from models.operations.transitions import touch
from models.tables import Community, HelpRequest, Match
from tests import factories
from tests.jobs.conftest import House


@pytest.fixture
def candidates(house: House, reader: Reader) -> Candidates:
    """The live ranking of this house."""
    return Candidates(house.engine, reader)


def turn(house: House, candidates: Candidates) -> dict[str, int]:
    """Let a worker with a ranking do what is due."""
    worker = Worker(house.engine, house.settings, house.channel, candidates, clock=house.clock)
    return worker.turn().rules


def test_the_system_proposes_who_ranks_first_and_a_coordinator_still_approves(
    house: House, candidates: Candidates
) -> None:
    with house.write() as session:
        lets = factories.create_community(session, proposes_itself=True)
        other = factories.create_community(session, areas=("8441",))
        far = factories.create_volunteer(session, lets, postcode="7571", max_km=30)
        near = factories.create_volunteer(session, lets)
        factories.create_volunteer(session, lets, state="paused")
        factories.create_volunteer(session, lets, kinds=["board-work"])
        requests = [factories.create_request(session, lets), factories.create_request(session, other)]
        for row in (far, near, *requests):
            touch(session, row)
        ids = (near.id, requests[0].id, far.id)
    assert turn(house, candidates)["propose"] == 1
    [match] = house._all(Match, Match.state, None)
    assert (match.volunteer_id, match.request_id, match.state, match.origin) == (*ids[:2], "proposed", "system")
    assert match.score is not None and match.codes and house.messages() == []
    assert "propose" not in turn(house, candidates)
    reject(house, match.id)
    assert turn(house, candidates)["propose"] == 1
    [second] = house._all(Match, Match.state, "proposed")
    assert second.volunteer_id == ids[2]  # the next one, never the same again
    reject(house, second.id)
    turn(house, candidates)
    assert house._all(Match, Match.state, "proposed") == []  # who is left offers something else


def reject(house: House, match_id: int) -> None:
    """A coordinator does not use a proposal."""
    with house.write() as session:
        match = session.get_one(Match, match_id)
        coordinator = factories.create_coordinator(session, session.get_one(Community, match.community_id))
        actor = factories.actor_of(session, coordinator)
        proposals.reject(session, match, "kennen elkaar", actor=actor, now=house.clock())


def test_the_digest_reads_what_people_wrote(house: House, candidates: Candidates) -> None:
    house.clock.now = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
    with house.write() as session:
        community = factories.create_community(session)
        gardener = "Ik werk graag in de tuin: onkruid wieden, snoeien, gras maaien."
        volunteer = factories.create_volunteer(session, community, kinds=[], text=gardener)
        opened = {"opened_at": house.clock() - timedelta(days=1), "kinds": []}
        garden = factories.create_request(session, community, text="Wie wil mijn heg snoeien en het gras maaien?",
                                          summary="de heg en het gras", **opened)  # fmt: skip
        paper = factories.create_request(session, community, text="Ik snap mijn belastingaangifte niet, wie helpt?",
                                         summary="de belasting", **opened)  # fmt: skip
        for row in (volunteer, garden, paper):
            touch(session, row)
    turn(house, candidates)
    [message] = house.messages("digest")
    assert message.state == "sent" and "de heg en het gras" in message.body and "belasting" not in message.body


def test_what_was_written_is_read_ahead_of_time(
    house: House, candidates: Candidates, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(read_ahead, "BATCH", 2)
    with house.write() as session:
        community = factories.create_community(session)
        rows = [factories.create_request(session, community, text=f"Boodschappen {number}") for number in range(3)]
        ids = [row.id for row in rows]
    worker = Worker(house.engine, house.settings, house.channel, candidates, clock=house.clock)
    assert worker.turn().read == 3
    assert {house.get(HelpRequest, one).edition for one in ids} == {candidates.reader.edition}
    assert worker.turn().read == 0
    without_ranking = Worker(house.engine, house.settings, house.channel, clock=house.clock)
    assert without_ranking.turn().read == 0


def test_while_texts_are_read_everybody_else_can_write(
    house: House, candidates: Candidates, monkeypatch: pytest.MonkeyPatch
) -> None:
    with house.write() as session:
        community = factories.create_community(session)
        factories.create_request(session, community, text="Boodschappen")
    read = candidates.reader.read

    def write_meanwhile(texts: list[str]) -> object:
        if texts:
            with house.write() as session:
                factories.create_request(session, community, text="De tuin")
        return read(texts)

    with monkeypatch.context() as patched:
        patched.setattr(candidates.reader, "read", write_meanwhile)
        worker = Worker(house.engine, house.settings, house.channel, candidates, clock=house.clock)
        assert worker.turn().read == 1
    assert worker.turn().read == 1
