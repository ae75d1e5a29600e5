"""Decisions become examples, an administrator looks and decides, and only then the ranking changes."""

from datetime import timedelta

import pytest
from sqlalchemy import Engine
from sqlmodel import Session, select

import matcher
from matcher import DEFAULT_WEIGHTS, FACTORS
from models.actor import Actor
from models.candidates import Candidates
from models.errors import NotAllowed, NotFound, StaleState
from models.grounds import Grounds
from models.operations import learning, matches, proposals
from models.queries import learning as queries
from models.tables import AuditEntry, Community, Match, WeightStudy
from models.weighing import KEPT, weights_of
from tests import factories
from tests.benchmarks.bench_learning import choices, preferences
from tests.concurrency import at_once
from tests.factories import NOW
from tests.models.cast import Cast, gather, log, writes

FLAT = dict.fromkeys(FACTORS, 0.5)
YEAR = timedelta(days=365)


@pytest.fixture
def cast(session: Session) -> Cast:
    return gather(session)


def _propose(cast: Cast, who: str = "coordinator", **columns: object) -> Match:
    return proposals.propose(
        cast.session, cast.request(**columns), cast.volunteer, actor=cast.actors[who], now=NOW,
        grounds=Grounds(0.5, [], FLAT),
    )  # fmt: skip


def _decided(cast: Cast) -> list[tuple[str, bool]]:
    cast.session.flush()
    return [(one.stage, one.good) for one in queries.decisions(cast.session, cast.community, since=NOW - YEAR)]


def test_what_a_match_scored_is_kept_as_it_was(cast: Cast) -> None:
    assert _propose(cast).factors == FLAT


def test_each_yes_on_the_road_is_an_example(cast: Cast) -> None:
    match = _propose(cast)
    assert _decided(cast) == []
    proposals.approve(cast.session, match, actor=cast.actors["coordinator"], now=NOW)
    matches.accept(cast.session, match, actor=cast.actors["volunteer"], now=NOW)
    matches.agree(cast.session, match, actor=cast.actors["resident"], now=NOW)
    assert _decided(cast) == [("approval", True), ("volunteer", True), ("resident", True)]
    matches.fail(cast.session, match, "Het klikte niet", actor=cast.actors["coordinator"], now=NOW)
    assert _decided(cast)[-1] == ("outcome", False)


def test_each_no_is_one_too(cast: Cast) -> None:
    proposals.reject(cast.session, _propose(cast), "Te ver", actor=cast.actors["coordinator"], now=NOW)
    match = _propose(cast)
    proposals.approve(cast.session, match, actor=cast.actors["coordinator"], now=NOW)
    matches.decline(cast.session, match, "Te ver", actor=cast.actors["volunteer"], now=NOW)
    assert _decided(cast) == [("approval", False), ("approval", True), ("volunteer", False)]


def test_a_no_for_who_somebody_is_teaches_nothing(cast: Cast) -> None:
    match = _propose(cast)
    proposals.approve(cast.session, match, actor=cast.actors["coordinator"], now=NOW)
    matches.decline(cast.session, match, "Ik ken hem", actor=cast.actors["volunteer"], now=NOW, personal=True)
    assert _decided(cast) == [("approval", True)]


def test_what_follows_by_itself_was_not_decided(cast: Cast) -> None:
    """Who offered themselves has not answered, who left the choice has not chosen, and what is undone is undone."""
    match = _propose(cast, "volunteer", leaves_choice=True)
    proposals.approve(cast.session, match, actor=cast.actors["coordinator"], now=NOW)
    assert match.state == "agreed" and _decided(cast) == [("approval", True)]


def test_an_approval_that_was_undone_and_given_again_counts_once(cast: Cast) -> None:
    match = _propose(cast)
    proposals.approve(cast.session, match, actor=cast.actors["coordinator"], now=NOW)
    again = proposals.undo_approval(cast.session, match, actor=cast.actors["coordinator"], now=NOW)
    proposals.approve(cast.session, again, actor=cast.actors["coordinator"], now=NOW)
    assert _decided(cast) == [("approval", True)]


def test_an_approval_that_was_undone_is_no_decision(cast: Cast) -> None:
    match = _propose(cast)
    proposals.approve(cast.session, match, actor=cast.actors["coordinator"], now=NOW)
    proposals.undo_approval(cast.session, match, actor=cast.actors["coordinator"], now=NOW)
    assert _decided(cast) == []


def test_silence_decides_nothing(cast: Cast) -> None:
    match = _propose(cast)
    proposals.approve(cast.session, match, actor=cast.actors["coordinator"], now=NOW)
    matches.lapse(cast.session, match, now=NOW)
    assert _decided(cast) == [("approval", True)]


def test_matches_of_elsewhere_of_long_ago_and_without_a_score_are_left_out(cast: Cast) -> None:
    match = _propose(cast)
    proposals.reject(cast.session, match, "Te ver", actor=cast.actors["coordinator"], now=NOW)
    assert queries.decisions(cast.session, cast.elsewhere, since=NOW - YEAR) == []
    assert queries.decisions(cast.session, cast.community, since=NOW + timedelta(days=1)) == []
    match.factors = {"skills": 1.0}  # written by an older version
    cast.session.add(match)
    assert _decided(cast) == []


# ---- looking, accepting, refusing ------------------------------------------------------------------------------------


def _history(cast: Cast, many: int = 600, seed: int = 3) -> None:
    """Decisions of coordinators who mind other things than the shipped weights do."""
    for one in choices(seed, many, preferences(seed)):
        match = factories.create_match(
            cast.session, cast.request(), cast.volunteer, state="rejected", factors=dict(one.factors)
        )
        cast.session.add(
            AuditEntry(
                at=NOW - timedelta(days=300) + (one.day - choices_began), community_id=cast.community.id,
                actor_kind="coordinator", action="match_decided", subject="match", subject_id=match.id,
                before="proposed", after="approved" if one.good else "rejected",
            )
        )  # fmt: skip
    cast.session.flush()


choices_began = choices(3, 1, {})[0].day


def _study(cast: Cast) -> WeightStudy:
    return learning.study(cast.session, cast.community, actor=cast.actors["administrator"], now=NOW)


@pytest.fixture
def boss(cast: Cast) -> Actor:
    return cast.actors["administrator"]


def test_few_decisions_are_said_to_be_few(cast: Cast, boss: Actor) -> None:
    proposals.reject(cast.session, _propose(cast), "Te ver", actor=cast.actors["coordinator"], now=NOW)
    found = _study(cast)
    assert (found.state, found.outcome, found.figures["decisions"]) == ("nothing", "too_few", 1)
    assert cast.community.weights is None


def test_nothing_is_learnt_until_somebody_says_yes(cast: Cast, boss: Actor) -> None:
    _history(cast)
    found = _study(cast)
    assert (found.state, found.outcome) == ("open", "better")
    assert weights_of(cast.community) == DEFAULT_WEIGHTS
    assert all(found.after[name] == found.before[name] for name in KEPT)
    learning.accept(cast.session, cast.community, found.id or 0, actor=boss, now=NOW)
    assert weights_of(cast.community).by_factor() == found.after != found.before
    assert (found.state, found.decided_by) == ("accepted", cast.administrator.id)
    assert ("administrator", "weights_accepted", "", "") in log(cast.session)


def test_the_ranking_follows_the_weights_of_its_community(
    cast: Cast, boss: Actor, engine: Engine, reader: matcher.Reader
) -> None:
    request, candidates = cast.request(kinds=["garden"]), Candidates(engine, reader)
    cast.session.commit()
    before = candidates.explain(cast.session, request, cast.volunteer, cast.community, now=NOW)
    study = factories.create_study(cast.session, cast.community)
    learning.accept(cast.session, cast.community, study.id or 0, actor=boss, now=NOW)
    after = candidates.explain(cast.session, request, cast.volunteer, cast.community, now=NOW)
    assert after.factors == before.factors
    moved = 0.05 * (before.factors["distance"] - before.factors["skills"])
    assert after.score == pytest.approx(before.score + moved, abs=2e-6) and abs(moved) > 1e-3
    assert weights_of(cast.elsewhere) == DEFAULT_WEIGHTS


def test_a_second_click_and_a_second_step_wait(cast: Cast, boss: Actor) -> None:
    study = factories.create_study(cast.session, cast.community)
    learning.accept(cast.session, cast.community, study.id or 0, actor=boss, now=NOW)
    with writes(cast.session) as written, pytest.raises(StaleState) as refusal:
        learning.accept(cast.session, cast.community, study.id or 0, actor=boss, now=NOW)
    assert refusal.value.code == "weights_decided" and not written
    following = factories.create_study(cast.session, cast.community)
    with pytest.raises(StaleState) as refusal:
        learning.accept(cast.session, cast.community, following.id or 0, actor=boss, now=NOW + timedelta(days=27))
    assert refusal.value.code == "weights_too_soon"
    learning.accept(cast.session, cast.community, following.id or 0, actor=boss, now=NOW + timedelta(days=28))
    assert weights_of(cast.community).distance == pytest.approx(DEFAULT_WEIGHTS.distance + 0.10)


def test_weights_that_changed_meanwhile_are_not_overwritten(cast: Cast, boss: Actor) -> None:
    study = factories.create_study(cast.session, cast.community)
    cast.community.weights = {**DEFAULT_WEIGHTS.by_factor(), "skills": 0.56, "distance": 0.11}
    with pytest.raises(StaleState) as refusal:
        learning.accept(cast.session, cast.community, study.id or 0, actor=boss, now=NOW)
    assert refusal.value.code == "weights_changed"


def test_a_refused_proposal_changes_nothing_and_the_next_look_replaces_a_waiting_one(cast: Cast, boss: Actor) -> None:
    first, second = (factories.create_study(cast.session, cast.community) for _ in range(2))
    learning.refuse(cast.session, cast.community, first.id or 0, actor=boss, now=NOW)
    _study(cast)
    assert (first.state, second.state, cast.community.weights) == ("refused", "replaced", None)


def test_back_to_the_start(cast: Cast, boss: Actor) -> None:
    study = factories.create_study(cast.session, cast.community)
    learning.accept(cast.session, cast.community, study.id or 0, actor=boss, now=NOW)
    learning.reset(cast.session, cast.community, actor=boss, now=NOW)
    assert weights_of(cast.community) == DEFAULT_WEIGHTS
    with writes(cast.session) as written:
        learning.reset(cast.session, cast.community, actor=boss, now=NOW)
    assert not written, "a second click changes nothing"


@pytest.mark.parametrize("who", ["coordinator", "volunteer", "resident", "boss of elsewhere", "system", "nobody"])
def test_nobody_else_decides_about_the_weights(cast: Cast, who: str) -> None:
    stranger = factories.create_administrator(cast.session, cast.elsewhere)
    actors = {**cast.actors, "boss of elsewhere": factories.actor_of(cast.session, stranger)}
    study, actor = factories.create_study(cast.session, cast.community), actors[who]
    for deed in (
        lambda: learning.study(cast.session, cast.community, actor=actor, now=NOW),
        lambda: learning.accept(cast.session, cast.community, study.id or 0, actor=actor, now=NOW),
        lambda: learning.refuse(cast.session, cast.community, study.id or 0, actor=actor, now=NOW),
        lambda: learning.reset(cast.session, cast.community, actor=actor, now=NOW),
    ):
        with pytest.raises(NotAllowed):
            deed()


def test_a_proposal_of_elsewhere_is_not_there(cast: Cast, boss: Actor) -> None:
    study = factories.create_study(cast.session, cast.elsewhere)
    with pytest.raises(NotFound):
        learning.accept(cast.session, cast.community, study.id or 0, actor=boss, now=NOW)


def test_two_administrators_at_once_make_one_step(any_database: Engine) -> None:
    with Session(any_database, expire_on_commit=False) as session:
        community = factories.create_community(session)
        bosses = [factories.create_administrator(session, community) for _ in range(2)]
        studies = [factories.create_study(session, community) for _ in range(2)]
        actors = [factories.actor_of(session, boss) for boss in bosses]
        session.commit()

    def accept(number: int) -> object:
        return lambda session: learning.accept(
            session, session.get_one(Community, community.id), studies[number].id or 0, actor=actors[number], now=NOW
        )

    ends = at_once(any_database, accept(0), accept(1))  # type: ignore[arg-type]
    assert sorted(type(end).__name__ for end in ends) == ["NoneType", "StaleState"]
    with Session(any_database) as session:
        assert sorted(row.state for row in session.exec(select(WeightStudy))) == ["accepted", "open"]
