"""Reads of who saw how to reach somebody, and when."""

from datetime import datetime

from sqlmodel import Session, col, or_, select

from models.tables import AuditEntry, Person

SEEN = "contact_seen"
"""The action under which a look at somebody's contact details stands in the audit log."""


def seen_by(session: Session, person_id: int) -> list[tuple[datetime, int | None, str]]:
    """Give who saw somebody's contact details, newest first: when (UTC), which person, in what quality."""
    before = select(Person.id).where(Person.joined_id == person_id)  # as whom they stood here until they came in
    query = (
        select(AuditEntry.at, AuditEntry.actor_id, AuditEntry.actor_kind)
        .where(AuditEntry.subject == "person", AuditEntry.action == SEEN)
        .where(or_(AuditEntry.subject_id == person_id, col(AuditEntry.subject_id).in_(before)))
        .order_by(col(AuditEntry.id).desc())
    )
    return [(at, actor_id, kind) for at, actor_id, kind in session.exec(query)]


def was_seen(
    session: Session, person_id: int | None, viewer_id: int | None, kind: str, since: datetime, until: datetime
) -> bool:
    """Whether this viewer's look at somebody stands in the log already, from ``since`` to before ``until`` (UTC)."""
    query = select(AuditEntry.id).where(
        AuditEntry.subject == "person",
        AuditEntry.subject_id == person_id,
        AuditEntry.action == SEEN,
        AuditEntry.actor_id == viewer_id,
        AuditEntry.actor_kind == kind,
        AuditEntry.at >= since,
        AuditEntry.at < until,
    )
    return session.exec(query.limit(1)).first() is not None
