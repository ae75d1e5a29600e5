"""Proposals: who may be put forward for a request, by whom, and who is never put forward again."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlmodel import Session, select

from models.errors import Invalid, NotAllowed, StaleState
from models.grounds import Grounds
from models.operations import proposals
from models.operations.transitions import number_touched
from models.tables import HelpRequest, Match
from tests import factories
from tests.factories import NOW
from tests.models.cast import Cast, gather, log, told, writes


@pytest.fixture
def cast(session: Session) -> Cast:
    return gather(session)


def _propose(cast: Cast, who: str = "coordinator", request: HelpRequest | None = None, **changes: Any) -> Match:
    return proposals.propose(
        cast.session, request or cast.request(), cast.volunteer, actor=cast.actors[who], now=NOW, **changes
    )


def _approve(cast: Cast, match: Match, now: datetime = NOW) -> None:
    proposals.approve(cast.session, match, actor=cast.actors["coordinator"], now=now)


def test_a_coordinator_proposes_from_the_ranking_and_its_reasons_are_kept(cast: Cast) -> None:
    codes = [{"code": "near", "km": 3}]
    match = _propose(cast, grounds=Grounds(0.81, codes, {"skills": 1.0}))
    assert (match.state, match.origin, match.proposed_by) == ("proposed", "coordinator", cast.coordinator.id)
    assert (match.score, match.codes, match.proposed_at) == (0.81, codes, NOW)
    assert told(cast.session) == [], "nobody is asked before it is approved"
    assert log(cast.session) == [("coordinator", "match_proposed", "", "proposed")]


def test_a_volunteer_who_can_help_says_so_with_a_note(cast: Cast) -> None:
    match = _propose(cast, "volunteer", note=" Ik kan dinsdag! ")
    assert (match.origin, match.note, match.proposed_by) == ("volunteer", "Ik kan dinsdag!", cast.helper.id)


def test_who_offers_themselves_says_that_their_offer_stands(cast: Cast) -> None:
    cast.volunteer.confirmed_on = NOW.date() - timedelta(days=700)
    _propose(cast, "volunteer")
    assert cast.volunteer.confirmed_on == NOW.date()


def test_the_system_proposes_only_where_the_community_lets_it(cast: Cast) -> None:
    request = cast.request()
    with writes(cast.session) as written, pytest.raises(NotAllowed):
        _propose(cast, "system", request=request)
    assert not written
    cast.community.proposes_itself = True
    assert _propose(cast, "system", request=request).origin == "system"


def test_the_same_two_do_not_stand_proposed_twice(cast: Cast) -> None:
    request = cast.request()
    _propose(cast, request=request)
    with writes(cast.session), pytest.raises(StaleState) as refusal:
        _propose(cast, "volunteer", request=request)
    assert refusal.value.code == "already_proposed"
    assert len(cast.session.exec(select(Match)).all()) == 1
    assert len(log(cast.session)) == 1


def test_a_blocked_pair_never_meets(cast: Cast) -> None:
    request = cast.request()
    for other in (cast.resident, cast.asker):
        block = factories.create_block(cast.session, cast.community, cast.helper, other, cast.coordinator)
        for who in ("coordinator", "volunteer"):
            with pytest.raises(NotAllowed) as refusal:
                _propose(cast, who, request=request)
            assert refusal.value.code == "not_possible"
        cast.session.delete(block)
        cast.session.flush()
    _propose(cast, request=request)


def test_a_pair_blocked_after_the_proposal_is_not_approved(cast: Cast) -> None:
    match = _propose(cast)
    factories.create_block(cast.session, cast.community, cast.helper, cast.asker, cast.coordinator)
    with writes(cast.session) as written, pytest.raises(NotAllowed) as refusal:
        _approve(cast, match)
    assert refusal.value.code == "not_possible" and not written


@pytest.mark.parametrize("side", ["resident_id", "asker_id"])
def test_nobody_helps_with_their_own_request(cast: Cast, side: str) -> None:
    request = cast.request(**{side: cast.helper.id})
    with pytest.raises(NotAllowed) as refusal:
        _propose(cast, "volunteer", request=request)
    assert refusal.value.code == "own_request"


def test_a_volunteer_of_another_community_is_not_proposed_here(cast: Cast) -> None:
    there = factories.create_volunteer(cast.session, cast.elsewhere)
    both = factories.actor_of(cast.session, cast.coordinator)
    with pytest.raises(NotAllowed):
        proposals.propose(cast.session, cast.request(), there, actor=both, now=NOW)


@pytest.mark.parametrize("state", ["declined", "rejected", "failed"])
def test_nobody_is_asked_again_for_what_they_declined_unless_the_desk_insists(cast: Cast, state: str) -> None:
    cast.community.proposes_itself = True
    request = cast.request()
    cast.match(state, request)
    for who in ("volunteer", "system"):
        with pytest.raises(StaleState) as refusal:
            _propose(cast, who, request=request)
        assert refusal.value.code == "tried_before"
    assert _propose(cast, request=request).state == "proposed"


@pytest.mark.parametrize("state", ["withdrawn", "lapsed"])
def test_silence_and_a_withdrawal_are_no_refusal_for_ever(cast: Cast, state: str) -> None:
    request = cast.request()
    cast.match(state, request)
    assert _propose(cast, "volunteer", request=request).state == "proposed"


def test_not_for_me_is_remembered(cast: Cast) -> None:
    request = cast.request()
    before = cast.volunteer.revision
    proposals.dismiss(cast.session, cast.volunteer, request, "te ver", actor=cast.actors["volunteer"], now=NOW)
    with writes(cast.session) as written:
        proposals.dismiss(cast.session, cast.volunteer, request, "", actor=cast.actors["volunteer"], now=NOW)
    assert not written, "said once is enough"
    number_touched(cast.session)
    assert cast.volunteer.revision > before
    with pytest.raises(StaleState):
        _propose(cast, "volunteer", request=request)


@pytest.mark.parametrize("who", ["coordinator", "resident", "stranger"])
def test_nobody_says_not_for_me_for_another(cast: Cast, who: str) -> None:
    with pytest.raises(NotAllowed):
        proposals.dismiss(cast.session, cast.volunteer, cast.request(), "", actor=cast.actors[who], now=NOW)


def test_a_meeting_place_is_an_open_one_of_this_community(cast: Cast) -> None:
    here = factories.create_meeting_place(cast.session, cast.community)
    closed = factories.create_meeting_place(cast.session, cast.community, open=False)
    there = factories.create_meeting_place(cast.session, cast.elsewhere)
    request = cast.request()
    for wrong in (closed.id, there.id, 10**6):
        with pytest.raises(Invalid) as refusal:
            _propose(cast, request=request, meeting_place_id=wrong)
        assert (refusal.value.field, refusal.value.code) == ("meeting_place", "choice")
    match = _propose(cast, request=request, meeting_place_id=here.id)
    assert match.meeting_place_id == here.id
    proposals.choose_meeting_place(cast.session, match, None, actor=cast.link(request), now=NOW)
    assert match.meeting_place_id is None
    with pytest.raises(Invalid):
        proposals.choose_meeting_place(cast.session, match, there.id, actor=cast.actors["coordinator"], now=NOW)
