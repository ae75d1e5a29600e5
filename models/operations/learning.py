"""Learning from decisions: an administrator looks, and accepts or refuses; nothing is learnt silently."""

from dataclasses import asdict
from datetime import datetime, timedelta

from sqlmodel import Session

from matcher.learning import learn
from models.actor import Actor
from models.errors import NotFound, StaleState
from models.operations.audit import record
from models.operations.communities import only_administrator
from models.queries import learning as queries
from models.states import Role
from models.tables import Community, WeightStudy
from models.weighing import KEPT, weights_of

LOOKS_BACK = timedelta(days=730)
"""People and habits change: what is older says little about today."""
BETWEEN = timedelta(days=28)
"""Weights go one step at a time, and the next follows when people have worked with this one."""


def study(session: Session, community: Community, *, actor: Actor, now: datetime) -> WeightStudy:
    """Look what decisions say about the weights; an older proposal that still waits is replaced.

    Raises
    ------
    NotAllowed
        For anybody but an administrator here.
    """
    only_administrator(actor, community)
    before = weights_of(community)
    lesson = learn(queries.decisions(session, community, since=now - LOOKS_BACK), before, keep=KEPT)
    _hold(session, community, actor)  # only now: nobody waits while we learn, and `accept` looks at the weights again
    for waiting in queries.open_ones(session, community.id):
        _settle(waiting, "replaced", actor, now)
    found = WeightStudy(
        community_id=community.id or 0,
        made_at=now,
        made_by=actor.person_id,
        state="open" if lesson.outcome == "better" else "nothing",
        outcome=lesson.outcome,
        before=before.by_factor(),
        after=lesson.proposed.by_factor(),
        figures={
            "decisions": lesson.decisions,
            "good": lesson.good,
            "doubt": lesson.doubt,
            "before": asdict(lesson.before),
            "after": asdict(lesson.after),
        },
    )
    session.add(found)
    session.flush()
    _record(session, community, "weights_studied", actor, now, found.id, after=lesson.outcome)
    return found


def accept(session: Session, community: Community, study_id: int, *, actor: Actor, now: datetime) -> None:
    """Rank by the proposed weights from now on.

    Raises
    ------
    NotAllowed
        For anybody but an administrator here.
    NotFound
        For another community's.
    StaleState
        ``weights_decided`` if somebody decided it already, ``weights_changed`` if the weights are no longer those it
        began from, ``weights_too_soon`` within 28 days of the last step.
    """
    _hold(session, community, actor)
    found = _waiting(session, community, study_id)
    if weights_of(community).by_factor() != found.before:
        raise StaleState(code="weights_changed", subject="weights")
    last = queries.last_accepted(session, community.id)
    if last is not None and last.decided_at is not None and now - last.decided_at < BETWEEN:
        raise StaleState(code="weights_too_soon", subject="weights")
    _settle(found, "accepted", actor, now)
    community.weights = dict(found.after)
    session.add_all([found, community])
    _record(session, community, "weights_accepted", actor, now, found.id)
    session.flush()


def refuse(session: Session, community: Community, study_id: int, *, actor: Actor, now: datetime) -> None:
    """Leave the weights as they are. As `accept`, but for its last two reasons."""
    _hold(session, community, actor)
    found = _waiting(session, community, study_id)
    _settle(found, "refused", actor, now)
    session.add(found)
    _record(session, community, "weights_refused", actor, now, found.id)
    session.flush()


def reset(session: Session, community: Community, *, actor: Actor, now: datetime) -> None:
    """Go back to the weights as shipped; a second click changes nothing. NotAllowed as `study`."""
    _hold(session, community, actor)
    if community.weights is None:
        return
    community.weights = None
    session.add(community)
    _record(session, community, "weights_reset", actor, now, None)
    session.flush()


def _hold(session: Session, community: Community, actor: Actor) -> None:
    """Check the right, and keep others from changing the weights of this community meanwhile."""
    only_administrator(actor, community)
    session.flush()
    session.refresh(community, with_for_update={"key_share": True})


def _waiting(session: Session, community: Community, study_id: int) -> WeightStudy:
    found = queries.by_id(session, community.id, study_id)
    if found is None:
        raise NotFound
    if found.state != "open":
        raise StaleState(code="weights_decided", subject="weights")
    return found


def _settle(found: WeightStudy, state: str, actor: Actor, now: datetime) -> None:
    found.state, found.decided_by, found.decided_at = state, actor.person_id, now


def _record(
    session: Session, community: Community, action: str, actor: Actor, now: datetime, study_id: int | None,
    after: str = "",
) -> None:  # fmt: skip
    record(
        session, actor=actor, role=Role.ADMINISTRATOR, action=action, subject="weights", subject_id=study_id, now=now,
        community_id=community.id, after=after,
    )  # fmt: skip
