"""Numbers for the first page: real ones, or none."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func
from sqlmodel import Session, col, select

from models.delays import local_now, moment
from models.queries import worker
from models.tables import Community, HelpRequest, Match, Volunteer


def this_month(session: Session, community: Community, now: datetime) -> dict[str, int]:
    """Count what neighbours did here: ``helped`` (matches agreed this month), ``volunteers`` (active), ``open``."""
    local = local_now(now, community.timezone)
    first = moment(local.replace(day=1, hour=0, minute=0, second=0, microsecond=0), community.timezone)
    counted: dict[str, Any] = {
        "helped": select(func.count()).select_from(Match).where(
            Match.community_id == community.id, col(Match.agreed_at) >= first
        ),
        "volunteers": select(func.count()).select_from(Volunteer).where(
            Volunteer.community_id == community.id, Volunteer.state == "active"
        ),
        "open": select(func.count()).select_from(HelpRequest).where(
            HelpRequest.community_id == community.id, HelpRequest.state == "open"
        ),
    }  # fmt: skip
    return {name: session.exec(query).one() for name, query in counted.items()}


def health(session: Session, now: datetime) -> dict[str, bool]:
    """Say whether the database answers and the worker was alive in the last five minutes."""
    session.exec(select(func.count()).select_from(Community)).one()
    return {"database": True, "worker": worker_alive(session, now)}


def worker_alive(session: Session, now: datetime) -> bool:
    """Whether the worker said something in the last five minutes."""
    seen = worker.last_heartbeat(session)
    return seen is not None and now - seen < timedelta(minutes=5)
