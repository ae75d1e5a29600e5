"""Reading the audit log: what happened to a thing, and what happened in a community."""

from datetime import datetime

from sqlmodel import Session, col, select

from models.tables import AuditEntry


def history(session: Session, subject: str, subject_id: int) -> list[AuditEntry]:
    """Give everything that was written down about one thing, oldest first.

    Parameters
    ----------
    subject : str
        ``request``, ``match``, ``volunteer``, ``person`` …
    """
    statement = select(AuditEntry).where(AuditEntry.subject == subject, AuditEntry.subject_id == subject_id)
    return list(session.exec(statement.order_by(col(AuditEntry.id))))


def latest(
    session: Session,
    community_id: int,
    *,
    limit: int = 50,
    before_id: int | None = None,
    action: str | None = None,
) -> list[AuditEntry]:
    """Give what happened in a community, newest first.

    Parameters
    ----------
    limit : int
        At most so many lines.
    before_id : int, optional
        The last id of the page before this one.
    action : str, optional
        Only lines of this action.
    """
    statement = select(AuditEntry).where(AuditEntry.community_id == community_id)
    if before_id is not None:
        statement = statement.where(col(AuditEntry.id) < before_id)
    if action is not None:
        statement = statement.where(AuditEntry.action == action)
    return list(session.exec(statement.order_by(col(AuditEntry.id).desc()).limit(limit)))


def last(
    session: Session, action: str, subject: str, subject_id: int, *, since: datetime | None = None
) -> AuditEntry | None:
    """Give the newest line of one action on one thing; None if there is none (since a moment)."""
    statement = select(AuditEntry).where(
        AuditEntry.subject == subject, AuditEntry.subject_id == subject_id, AuditEntry.action == action
    )
    if since is not None:
        statement = statement.where(AuditEntry.at >= since)
    return session.exec(statement.order_by(col(AuditEntry.id).desc()).limit(1)).first()
