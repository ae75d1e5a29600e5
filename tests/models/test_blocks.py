"""A blocked pair never meets again: in no list, ranking, batch or mail, by no route."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import Engine
from sqlmodel import Session, col, func, select

import matcher
from models.actor import NOBODY, SYSTEM
from models.candidates import Candidates
from models.database import reading, transaction
from models.errors import Invalid, NotAllowed, NotFound, Refused
from models.operations import blocks, matches, pair_messages, people, proposals
from models.queries import blocks as queries
from models.queries import ranked
from models.states import MATCH_LIVE
from models.tables import AuditEntry, Block, Community, HelpRequest, Match, OutboxMessage, Volunteer
from tests import factories
from tests.concurrency import at_once
from tests.factories import NOW, actor_of, link_actor

PHRASES = [
    matcher.Phrase("transport", "offer", "ik rijd graag een eindje"),
    matcher.Phrase("transport", "ask", "wie heeft er een auto voor mij"),
    matcher.Phrase("hospital-escort", "offer", "ik ga mee naar het ziekenhuis"),
    matcher.Phrase("hospital-escort", "ask", "wie brengt mij naar de poli"),
]
NAMES = {
    "hospital-escort": ("Mee naar ziekenhuis", "Escort to hospital"),
    "transport": ("Vervoer", "Transport by car"),
}


class Pair:
    """A resident with an open request and a volunteer, in one community with a coordinator."""

    def __init__(self, session: Session, community: Community | None = None) -> None:
        self.community = community or factories.create_community(session)
        self.coordinator = factories.create_coordinator(session, self.community)
        self.desk = actor_of(session, self.coordinator)
        self.resident, self.helper = factories.create_person(session), factories.create_person(session)
        self.request = factories.create_request(session, self.community, self.resident)
        self.volunteer = factories.create_volunteer(session, self.community, self.helper)

    def block(self, session: Session, reason: str = "Ze kregen ruzie.") -> Block:
        return blocks.block(
            session, self.resident, self.helper, reason, community=self.community, actor=self.desk, now=NOW
        )

    def unblock(self, session: Session) -> None:
        blocks.unblock(
            session, self.helper, self.resident, "Het is bijgelegd.", community=self.community, actor=self.desk, now=NOW
        )  # fmt: skip

    def propose(self, session: Session) -> Match:
        return proposals.propose(session, self.request, self.volunteer, actor=self.desk, now=NOW)


@pytest.fixture
def pair(session: Session) -> Pair:
    """Give a pair that nobody has blocked yet."""
    return Pair(session)


# ---- every route -----------------------------------------------------------------------------------------------------


def test_a_blocked_pair_is_proposed_by_nobody(session: Session, pair: Pair) -> None:
    pair.community.proposes_itself = True
    pair.block(session)
    for actor in (pair.desk, actor_of(session, pair.helper), SYSTEM):
        with pytest.raises(NotAllowed) as refused:
            proposals.propose(session, pair.request, pair.volunteer, actor=actor, now=NOW)
        assert refused.value.code == "not_possible", "it does not say that there is a block"
    assert session.exec(select(Match)).all() == []


def test_it_holds_the_other_way_round_too(session: Session, pair: Pair) -> None:
    pair.block(session)
    his = factories.create_request(session, pair.community, pair.helper)
    hers = factories.create_volunteer(session, pair.community, pair.resident)
    with pytest.raises(NotAllowed):
        proposals.propose(session, his, hers, actor=pair.desk, now=NOW)


def test_it_holds_for_who_asks_for_somebody_else(session: Session, pair: Pair) -> None:
    pair.block(session)
    mother = factories.create_person(session)
    request = factories.create_request(session, pair.community, mother, asker_id=pair.resident.id)
    with pytest.raises(NotAllowed):
        proposals.propose(session, request, pair.volunteer, actor=pair.desk, now=NOW)


def test_it_holds_in_every_community(session: Session, pair: Pair, other_community: Community) -> None:
    pair.block(session)
    request = factories.create_request(session, other_community, pair.resident)
    volunteer = factories.create_volunteer(session, other_community, pair.helper)
    desk = actor_of(session, factories.create_coordinator(session, other_community))
    with pytest.raises(NotAllowed):
        proposals.propose(session, request, volunteer, actor=desk, now=NOW)


@pytest.mark.parametrize("state", sorted(MATCH_LIVE))
def test_whatever_runs_between_them_is_taken_back(session: Session, pair: Pair, state: str) -> None:
    standing = "matched" if state in ("agreed", "active") else "open"
    pair.request.state = standing
    match = factories.create_match(session, pair.request, pair.volunteer, state=state)
    pair.block(session)
    assert match.state == "withdrawn"
    assert pair.request.state == "open", "help is still wanted"


def test_a_block_that_was_written_by_hand_stops_an_approval_and_every_word(session: Session, pair: Pair) -> None:
    factories.create_block(session, pair.community, pair.resident, pair.helper, pair.coordinator)
    proposed = factories.create_match(session, pair.request, pair.volunteer)
    with pytest.raises(NotAllowed):
        proposals.approve(session, proposed, actor=pair.desk, now=NOW)
    assert proposed.state == "proposed"
    proposed.state = "agreed"
    with pytest.raises(NotAllowed):
        pair_messages.write(session, proposed, "Dag!", actor=actor_of(session, pair.helper), now=NOW)
    assert session.exec(select(OutboxMessage)).all() == []


@pytest.mark.parametrize("state", ["proposed", "approved", "accepted_by_volunteer"])
def test_a_step_at_the_same_moment_as_a_block_leaves_nothing_running(any_database: Engine, state: str) -> None:
    with transaction(any_database) as session:
        pair = Pair(session)
        match_id = factories.create_match(session, pair.request, pair.volunteer, state=state).id
        helper, resident = actor_of(session, pair.helper), link_actor(pair.request)
    steps: dict[str, Callable[[Session, Match], object]] = {
        "proposed": lambda s, m: proposals.approve(s, m, actor=pair.desk, now=NOW),
        "approved": lambda s, m: matches.accept(s, m, actor=helper, now=NOW),
        "accepted_by_volunteer": lambda s, m: matches.agree(s, m, actor=resident, now=NOW),
    }
    step, blocking = at_once(
        any_database,
        lambda s: steps[state](s, s.get_one(Match, match_id)),
        lambda s: pair.block(s).id,
    )
    assert isinstance(blocking, int), blocking
    assert step is None or isinstance(step, Refused), step
    with reading(any_database) as session:
        assert session.get_one(Match, match_id).state == "withdrawn"
        assert session.get_one(HelpRequest, pair.request.id).state == "open"


def test_no_ranking_shows_them_to_each_other(engine: Engine, session: Session, pair: Pair) -> None:
    stranger = factories.create_volunteer(session, pair.community)
    session.commit()
    candidates = Candidates(engine, matcher.load_or_train(PHRASES, NAMES, None))

    def seen() -> tuple[set[str], set[str]]:
        with reading(engine) as own:
            community = own.get_one(Community, pair.community.id)
            request, volunteer = own.get_one(HelpRequest, pair.request.id), own.get_one(Volunteer, pair.volunteer.id)
            for_request = candidates.for_request(own, request, community, now=NOW, with_excluded=True)
            for_volunteer = candidates.for_volunteer(own, volunteer, community, now=NOW)
        return {c.id for c in for_request.candidates}, {c.id for c in for_volunteer.candidates}

    both = {str(pair.volunteer.id), str(stranger.id)}
    assert seen() == (both, {str(pair.request.id)})
    pair.block(session)
    session.commit()
    assert seen() == ({str(stranger.id)}, set())
    pair.unblock(session)
    session.commit()
    assert seen() == (both, {str(pair.request.id)})


# ---- blocking --------------------------------------------------------------------------------------------------------


def test_a_block_is_stored_once_whoever_is_named_first(any_session: Session) -> None:
    pair = Pair(any_session)
    pair.block(any_session)
    again = blocks.block(
        any_session, pair.helper, pair.resident, "nog eens", community=pair.community, actor=pair.desk, now=NOW
    )
    found = any_session.exec(select(Block)).one()
    assert again is found
    assert pair.resident.id is not None
    assert pair.helper.id is not None
    assert (found.person_id, found.other_id) == (
        min(pair.resident.id, pair.helper.id),
        max(pair.resident.id, pair.helper.id),
    )
    assert found.reason == "Ze kregen ruzie."
    assert queries.any_blocked(any_session, pair.resident.id, [pair.helper.id])
    assert queries.any_blocked(any_session, pair.helper.id, [pair.resident.id])
    lines = any_session.exec(select(AuditEntry).where(AuditEntry.action == "pair_blocked")).all()
    assert len(lines) == 1, "a second click is no second block"


def test_two_coordinators_blocking_at_once_make_one_block(any_database: Engine) -> None:
    with transaction(any_database) as session:
        pair = Pair(session)
        match = factories.create_match(session, pair.request, pair.volunteer)
    ends = at_once(any_database, *[lambda s: pair.block(s).id for _ in range(3)])
    assert len(set(ends)) == 1, ends
    with reading(any_database) as session:
        assert session.exec(select(func.count()).select_from(Block)).one() == 1
        assert session.get_one(Match, match.id).state == "withdrawn"


def test_neither_is_told_why(session: Session, pair: Pair) -> None:
    match = factories.create_match(session, pair.request, pair.volunteer, state="active")
    pair.block(session, "Hij schold haar uit.")
    session.refresh(match)
    told = session.exec(select(OutboxMessage)).all()
    assert {(m.name, m.recipient_id) for m in told} == {
        ("match_ended", pair.resident.id),
        ("match_ended", pair.helper.id),
    }
    assert match.reason == ""
    assert "schold" not in "".join(str(m.model_dump()) for m in told)


def test_a_running_match_elsewhere_ends_too(session: Session, pair: Pair, other_community: Community) -> None:
    request = factories.create_request(session, other_community, pair.resident, state="matched")
    volunteer = factories.create_volunteer(session, other_community, pair.helper)
    match = factories.create_match(session, request, volunteer, state="active")
    pair.block(session)
    assert match.state == "withdrawn"
    line = session.exec(
        select(AuditEntry).where(AuditEntry.subject == "match", AuditEntry.community_id == other_community.id)
    ).one()
    assert line.actor_id == pair.coordinator.id, "that community's log says who set it in motion"


def test_matches_with_others_go_on(session: Session, pair: Pair) -> None:
    other = factories.create_match(session, None, pair.volunteer, state="active")
    theirs = factories.create_match(
        session, factories.create_request(session, pair.community, pair.resident),
        factories.create_volunteer(session, pair.community), state="approved",
    )  # fmt: skip
    pair.block(session)
    assert (other.state, theirs.state) == ("active", "approved")


def test_every_ranking_notices_a_block(session: Session, pair: Pair) -> None:
    before = (pair.volunteer.revision, pair.request.revision)
    pair.block(session)
    session.commit()
    assert pair.volunteer.revision > before[0]
    assert pair.request.revision > before[1]


def test_only_the_desk_of_a_community_where_both_take_part_blocks(
    session: Session, pair: Pair, other_community: Community
) -> None:
    stranger = actor_of(session, factories.create_coordinator(session, other_community))
    administrator = actor_of(session, factories.create_administrator(session, pair.community))
    link = replace(link_actor(pair.request), person_id=pair.coordinator.id)
    for actor in (stranger, administrator, actor_of(session, pair.helper), link, SYSTEM, NOBODY):
        with pytest.raises(NotAllowed):
            blocks.block(session, pair.resident, pair.helper, "x", community=pair.community, actor=actor, now=NOW)
    with pytest.raises(NotFound):
        blocks.block(session, pair.resident, pair.helper, "x", community=other_community, actor=stranger, now=NOW)
    assert session.exec(select(Block)).all() == []


def test_nobody_is_blocked_from_themselves_or_without_a_reason(session: Session, pair: Pair) -> None:
    with pytest.raises(Invalid) as refused:
        blocks.block(session, pair.helper, pair.helper, "x", community=pair.community, actor=pair.desk, now=NOW)
    assert (refused.value.field, refused.value.code) == ("other", "same_person")
    with pytest.raises(Invalid) as refused:
        pair.block(session, " ")
    assert (refused.value.field, refused.value.code) == ("reason", "required")


# ---- taking a block back ---------------------------------------------------------------------------------------------


def test_a_block_taken_back_lets_them_meet_again(any_session: Session) -> None:
    pair = Pair(any_session)
    pair.block(any_session)
    pair.unblock(any_session)
    assert pair.propose(any_session).state == "proposed"
    with pytest.raises(NotFound):
        pair.unblock(any_session)
    actions = any_session.exec(
        select(AuditEntry.action).where(AuditEntry.subject == "pair").order_by(col(AuditEntry.id))
    ).all()
    assert actions == ["pair_blocked", "pair_unblocked"]


def test_what_another_desk_blocked_stays_blocked(session: Session, pair: Pair, other_community: Community) -> None:
    elsewhere = Pair(session, other_community)
    elsewhere.resident, elsewhere.helper = pair.resident, pair.helper
    factories.create_request(session, other_community, pair.resident)
    factories.create_volunteer(session, other_community, pair.helper)
    pair.block(session)
    with pytest.raises(NotFound):
        elsewhere.unblock(session)
    elsewhere.block(session, "Ook hier niet.")
    pair.unblock(session)
    found = session.exec(select(Block)).one()
    assert (found.community_id, found.blocked_by, found.reason) == (other_community.id, elsewhere.coordinator.id, "")
    with pytest.raises(NotAllowed):
        pair.propose(session)
    elsewhere.unblock(session)
    assert session.exec(select(Block)).all() == []
    assert pair.propose(session).state == "proposed"


def test_a_new_block_is_not_undone_by_what_was_said_about_an_old_one(session: Session, pair: Pair) -> None:
    for _ in range(3):
        pair.block(session)
        pair.unblock(session)
    pair.block(session)
    other = Pair(session, pair.community)
    other.block(session)
    pair.unblock(session)
    left = session.exec(select(Block)).one()
    assert other.helper.id in (left.person_id, left.other_id)


def test_a_block_by_hand_without_a_line_in_the_log_can_be_taken_back(session: Session, pair: Pair) -> None:
    factories.create_block(session, pair.community, pair.resident, pair.helper, pair.coordinator)
    pair.unblock(session)
    assert session.exec(select(Block)).all() == []


def test_who_was_forgotten_stays_apart_without_a_word_about_why(session: Session, pair: Pair) -> None:
    pair.block(session)
    people.erase(session, pair.resident, actor=actor_of(session, pair.resident), now=NOW + timedelta(days=1))
    assert session.exec(select(Block)).one().reason == ""


def test_the_lists_name_whom_somebody_must_never_meet(session: Session, pair: Pair) -> None:
    assert pair.helper.id is not None
    assert pair.community.id is not None
    pair.block(session)
    third = Pair(session, pair.community)
    third.helper = pair.helper
    third.block(session)
    assert queries.blocked_with(session, pair.helper.id) == {pair.resident.id, third.resident.id}
    assert len(queries.of_community(session, pair.community.id)) == 2
    helpers = ranked.ties_of_request(session, [pair.resident.id or 0], None, pair.community.id)[0]
    assert helpers == {pair.volunteer.id}
    assert queries.closed_requests(session, pair.helper.id, pair.community.id) == {pair.request.id, third.request.id}
