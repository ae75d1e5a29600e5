"""Writing the audit log."""

from datetime import datetime

from sqlmodel import Session

from models.actor import Actor
from models.states import Role
from models.tables import AuditEntry


def record(
    session: Session,
    *,
    actor: Actor,
    role: Role | str,
    action: str,
    subject: str,
    subject_id: int | None,
    now: datetime,
    community_id: int | None = None,
    before: str = "",
    after: str = "",
    reason: str = "",
) -> None:
    """Add one line to the audit log, in the same transaction as what it tells of."""
    session.add(
        AuditEntry(
            at=now,
            community_id=community_id,
            actor_id=actor.person_id,
            actor_kind=str(role),
            action=action,
            subject=subject,
            subject_id=subject_id,
            before=before,
            after=after,
            reason=reason[:500],
        )
    )
