"""Every operation on requests and matches, from every state, by everybody: the legal change, or nothing at all."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import Session

from models.actor import Actor
from models.errors import NotAllowed, Refused, StaleState
from models.operations import matches, proposals, requests
from models.states import Role
from models.tables import HelpRequest, Match
from tests import factories
from tests.factories import NOW, TODAY
from tests.models.cast import ROLES, A, C, Cast, R, S, V, gather, writes
from tests.models.test_states import MATCH_LINES, MATCH_STATES, REQUEST_LINES, REQUEST_STATES

LINES = {
    "request": {(before, after): roles for before, after, roles in REQUEST_LINES},
    "match": {(before, after): roles for before, after, roles in MATCH_LINES},
}
EVERYBODY = [*ROLES, "private link", "link to another"]
RUNNING = {"submitted", "asked_back", "open", "on_hold", "matched"}
LIVE = {"proposed", "approved", "accepted_by_volunteer", "agreed", "active"}

Do = Callable[[Session, Any, Actor], Any]
# What it does, from which states, by whom, and where it ends; "same" where no state changes.
REQUEST_OPERATIONS: dict[str, tuple[Do, set[str], set[Role], str]] = {
    "publish": (
        lambda s, r, a: requests.publish(
            s, r, summary="Iemand wil mee naar de markt.", kinds=["outings"], urgency="high", actor=a, now=NOW
        ),
        {"submitted"},
        {C},
        "open",
    ),
    "change_summary": (
        lambda s, r, a: requests.change_summary(s, r, "Iemand wil graag mee.", actor=a, now=NOW),
        {"open", "on_hold", "asked_back", "matched"},
        {C},
        "same",
    ),
    "ask_back": (
        lambda s, r, a: requests.ask_back(s, r, "Welke dag?", actor=a, now=NOW),
        {"submitted", "open"},
        {C},
        "asked_back",
    ),
    "answer": (
        lambda s, r, a: requests.answer(s, r, "Dinsdag.", actor=a, now=NOW),
        {"asked_back"},
        {R, A, C},
        "submitted",
    ),
    "refer": (
        lambda s, r, a: requests.refer(s, r, "Het sociaal wijkteam.", actor=a, now=NOW),
        {"submitted", "asked_back", "open", "on_hold"},
        {C},
        "referred",
    ),
    "close": (
        lambda s, r, a: requests.close(s, r, "Twee keer dezelfde vraag.", actor=a, now=NOW),
        {"submitted", "asked_back"},
        {C},
        "closed",
    ),
    "withdraw": (
        lambda s, r, a: requests.withdraw(s, r, "Het is al gelukt.", actor=a, now=NOW),
        RUNNING,
        {R, A, C},
        "withdrawn",
    ),
    "hold": (
        lambda s, r, a: requests.hold(s, r, TODAY + timedelta(days=9), "Op reis.", actor=a, now=NOW),
        {"open"},
        {R, A, C},
        "on_hold",
    ),
    "resume": (lambda s, r, a: requests.resume(s, r, actor=a, now=NOW), {"on_hold"}, {R, A, C}, "open"),
    "still_wanted": (lambda s, r, a: requests.still_wanted(s, r, actor=a, now=NOW), RUNNING, {R, A, C, S}, "same"),
    "expire": (lambda s, r, _a: requests.expire(s, r, now=NOW), {"open", "on_hold"}, set(Role), "expired"),
    "forget_draft": (lambda s, r, _a: requests.forget_draft(s, r, now=NOW), {"draft"}, set(Role), "withdrawn"),
}
MATCH_OPERATIONS: dict[str, tuple[Do, set[str], set[Role], str]] = {
    "approve": (lambda s, m, a: proposals.approve(s, m, actor=a, now=NOW), {"proposed"}, {C}, "approved"),
    "reject": (lambda s, m, a: proposals.reject(s, m, "Te ver.", actor=a, now=NOW), {"proposed"}, {C}, "rejected"),
    "undo_approval": (
        lambda s, m, a: proposals.undo_approval(s, m, actor=a, now=NOW),
        {"approved", "accepted_by_volunteer", "agreed"},
        {C},
        "withdrawn",
    ),
    "choose_meeting_place": (
        lambda s, m, a: proposals.choose_meeting_place(s, m, None, actor=a, now=NOW),
        LIVE,
        {R, A, V, C},
        "same",
    ),
    "accept": (
        lambda s, m, a: matches.accept(s, m, actor=a, now=NOW),
        {"approved"},
        {V, C},
        "accepted_by_volunteer",
    ),
    "agree": (lambda s, m, a: matches.agree(s, m, actor=a, now=NOW), {"accepted_by_volunteer"}, {R, A, C}, "agreed"),
    "lapse": (
        lambda s, m, _a: matches.lapse(s, m, now=NOW),
        {"approved", "accepted_by_volunteer"},
        set(Role),
        "lapsed",
    ),
    "withdraw": (
        lambda s, m, a: matches.withdraw(s, m, "Het lukt niet.", actor=a, now=NOW),
        LIVE,
        {R, A, V, C},
        "withdrawn",
    ),
    "activate": (lambda s, m, _a: matches.activate(s, m, now=NOW), {"agreed"}, set(Role), "active"),
    "complete": (
        lambda s, m, a: matches.complete(s, m, hours=2, thanks="Dank u.", actor=a, now=NOW),
        {"active"},
        {R, A, V, C, S},
        "completed",
    ),
    "fail": (
        lambda s, m, a: matches.fail(s, m, "Het klikte niet.", actor=a, now=NOW),
        {"agreed", "active"},
        {R, A, V, C},
        "failed",
    ),
}
DECLINES = {"approved": {V, C}, "accepted_by_volunteer": {R, A, C}}
"""Who was asked says no."""
NO_ACTOR = {"expire", "forget_draft", "lapse", "activate"}
"""Done by the jobs, or by the browser that holds the draft: nobody is named."""


def _actor(cast: Cast, who: str, request: HelpRequest) -> tuple[Actor, frozenset[Role]]:
    if who == "private link":
        return cast.link(request), frozenset({R})
    if who == "link to another":
        return Actor(person_id=cast.resident.id, only_request=10**6), frozenset()
    return cast.actors[who], ROLES[who]


def _try(
    session: Session,
    row: HelpRequest | Match,
    do: Callable[[], object],
    allowed: bool,
    roles: frozenset[Role],
    after: str,
    label: str,
) -> None:
    """Do it inside a savepoint: what may happen happens, what may not leaves no trace."""
    before, kind = row.state, "request" if isinstance(row, HelpRequest) else "match"
    refusal: Refused | None = None
    with session.begin_nested() as savepoint:
        with writes(session) as written:
            try:
                do()
            except (StaleState, NotAllowed) as error:
                refusal = error
        if allowed:
            assert refusal is None, f"{label}: {refusal!r}"
            assert row.state == (before if after == "same" else after), label
            if before != row.state and roles:
                assert LINES[kind][before, row.state] & (roles | {S}), label
        else:
            assert refusal is not None, f"{label}: allowed"
            assert not written, f"{label}: wrote {written}"
            assert row.state == before, label
        savepoint.rollback()
    session.refresh(row)
    assert row.state == before


@pytest.mark.parametrize("name", REQUEST_OPERATIONS)
def test_what_may_be_done_with_a_request_is_done_and_nothing_else(session: Session, name: str) -> None:
    do, beginnings, roles, after = REQUEST_OPERATIONS[name]
    cast = gather(session)
    for state in REQUEST_STATES:
        request = cast.request(state)
        for who in EVERYBODY if name not in NO_ACTOR else ["nobody"]:
            actor, held = _actor(cast, who, request)
            allowed = state in beginnings and (bool(held & roles) or name in NO_ACTOR)
            _try(
                session,
                request,
                lambda request=request, actor=actor: do(session, request, actor),  # type: ignore[misc]
                allowed,
                held,
                after,
                f"{name} a request that is {state}, by {who}",
            )


@pytest.mark.parametrize("name", [*MATCH_OPERATIONS, "decline"])
def test_what_may_be_done_with_a_match_is_done_and_nothing_else(session: Session, name: str) -> None:
    cast = gather(session)
    for state in MATCH_STATES:
        if name == "decline":
            do, beginnings, roles, after = (
                (lambda s, m, a: matches.decline(s, m, "Het past niet.", actor=a, now=NOW)),
                set(DECLINES),
                DECLINES.get(state, set()),
                "declined",
            )
        else:
            do, beginnings, roles, after = MATCH_OPERATIONS[name]
        columns = {"approved_at": NOW} if name == "undo_approval" else {}
        match = cast.match(state, volunteer=factories.create_volunteer(session, cast.community), **columns)
        match.volunteer_id = factories.row_id(cast.volunteer)
        session.flush()
        request = session.get(HelpRequest, match.request_id)
        assert request is not None
        for who in EVERYBODY if name not in NO_ACTOR else ["nobody"]:
            actor, held = _actor(cast, who, request)
            allowed = state in beginnings and (bool(held & roles) or name in NO_ACTOR)
            _try(
                session,
                match,
                lambda match=match, actor=actor, do=do: do(session, match, actor),  # type: ignore[misc]
                allowed,
                held,
                after,
                f"{name} a match that is {state}, by {who}",
            )
        session.delete(match)


@pytest.mark.parametrize("volunteer_state", ["applied", "active", "paused", "left", "stopped"])
def test_an_active_volunteer_is_proposed_for_an_open_request_and_nobody_else_for_nothing_else(
    session: Session, volunteer_state: str
) -> None:
    cast = gather(session)
    cast.community.proposes_itself = True
    cast.volunteer.state = volunteer_state
    session.flush()
    for state in REQUEST_STATES:
        request = cast.request(state, community_id=cast.community.id)
        for who in EVERYBODY:
            actor, held = _actor(cast, who, request)
            allowed = volunteer_state == "active" and state == "open" and bool(held & {V, C, S})
            with session.begin_nested() as savepoint:
                with writes(session) as written:
                    try:
                        match = proposals.propose(session, request, cast.volunteer, actor=actor, now=NOW)
                    except (StaleState, NotAllowed):
                        assert not allowed, f"{who}, request {state}, volunteer {volunteer_state}"
                    else:
                        assert allowed, f"{who}, request {state}, volunteer {volunteer_state}"
                        assert match.state == "proposed"
                        assert held & {V, C, S} == {match.origin}
                assert allowed or not written, f"{who}, request {state}: wrote {written}"
                savepoint.rollback()
