"""Reads of past decisions about matches, and of what was learnt from them."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlmodel import Session, col, select
from sqlmodel import select as select_rows

from matcher import FACTORS
from matcher.learning import Decision
from models.states import MatchState
from models.tables import AuditEntry, Community, Match, WeightStudy

_STAGES: dict[tuple[str, str], tuple[str, bool]] = {
    (MatchState.PROPOSED, MatchState.APPROVED): ("approval", True),
    (MatchState.PROPOSED, MatchState.REJECTED): ("approval", False),
    (MatchState.APPROVED, MatchState.ACCEPTED): ("volunteer", True),
    (MatchState.APPROVED, MatchState.DECLINED): ("volunteer", False),
    (MatchState.ACCEPTED, MatchState.AGREED): ("resident", True),
    (MatchState.ACCEPTED, MatchState.DECLINED): ("resident", False),
    (MatchState.ACTIVE, MatchState.COMPLETED): ("outcome", True),
    (MatchState.ACTIVE, MatchState.FAILED): ("outcome", False),
    (MatchState.AGREED, MatchState.FAILED): ("outcome", False),
}
"""What a step of a match decides. Silence and what is taken back decide nothing."""
_NOBODY_DECIDED = ("offered", "left_choice")
"""Reasons of steps that follow by themselves: a volunteer offered, a resident left the choice."""


def decisions(session: Session, community: Community, *, since: datetime) -> list[Decision]:
    """Give what was decided in a community, from its log, with what the pairs scored when they were put forward."""
    query: Any = (
        select_rows(AuditEntry, Match)
        .join(Match, col(Match.id) == AuditEntry.subject_id)
        .where(
            AuditEntry.subject == "match",
            AuditEntry.community_id == community.id,
            Match.community_id == community.id,
            col(AuditEntry.at) >= since,
            col(Match.reason) != "undone",
            col(AuditEntry.after).in_(sorted({after for _before, after in _STAGES})),
        )
        .order_by(col(AuditEntry.at), col(AuditEntry.id))
    )
    return list(_labelled(session.exec(query), ZoneInfo(community.timezone)))


def _labelled(rows: Any, zone: ZoneInfo) -> Iterator[Decision]:
    for entry, match in rows:
        found = _STAGES.get((entry.before, entry.after))
        if found is None or entry.reason in _NOBODY_DECIDED or set(match.factors) != set(FACTORS):
            continue
        stage, good = found
        if not good and match.personal:
            continue
        yield Decision(
            request=str(match.request_id),
            volunteer=str(match.volunteer_id),
            stage=stage,
            good=good,
            factors=match.factors,
            day=entry.at.astimezone(zone).date(),
            by={"volunteer": f"v{match.volunteer_id}", "resident": f"r{match.request_id}"}.get(stage, ""),
        )


def latest(session: Session, community_id: int | None) -> WeightStudy | None:
    """Give the last look at the decisions of a community."""
    query = select(WeightStudy).where(WeightStudy.community_id == community_id)
    return session.exec(query.order_by(col(WeightStudy.made_at).desc(), col(WeightStudy.id).desc()).limit(1)).first()


def by_id(session: Session, community_id: int | None, study_id: int) -> WeightStudy | None:
    """Give one look of this community; None for another's."""
    query = select(WeightStudy).where(WeightStudy.community_id == community_id, WeightStudy.id == study_id)
    return session.exec(query).first()


def last_accepted(session: Session, community_id: int | None) -> WeightStudy | None:
    """Give the last time that other weights were accepted."""
    query = select(WeightStudy).where(WeightStudy.community_id == community_id, WeightStudy.state == "accepted")
    return session.exec(query.order_by(col(WeightStudy.decided_at).desc()).limit(1)).first()


def open_ones(session: Session, community_id: int | None) -> list[WeightStudy]:
    """Give the proposals that wait for somebody to accept or refuse them."""
    query = select(WeightStudy).where(WeightStudy.community_id == community_id, WeightStudy.state == "open")
    return list(session.exec(query).all())
