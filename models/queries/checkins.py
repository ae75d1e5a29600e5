"""Reads of check-ins: who was asked how it went, who answered, and who did not."""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session, col, select

from models.tables import Appointment, CheckIn


def by_id(session: Session, check_in_id: int) -> CheckIn | None:
    """Give one check-in."""
    return session.get(CheckIn, check_in_id)


def of_appointment(session: Session, appointment_id: int | None) -> Sequence[CheckIn]:
    """Give the check-ins after one appointment, oldest first."""
    query = select(CheckIn).where(CheckIn.appointment_id == appointment_id)
    return session.exec(query.order_by(col(CheckIn.id))).all()


def of_match(session: Session, match_id: int | None) -> Sequence[CheckIn]:
    """Give all check-ins of a match, oldest first. The two sides never see each other's."""
    return session.exec(select(CheckIn).where(CheckIn.match_id == match_id).order_by(col(CheckIn.id))).all()


def asked(session: Session, appointment_id: int | None, person_id: int | None) -> CheckIn | None:
    """Give what one person was asked about one appointment."""
    query = select(CheckIn).where(CheckIn.appointment_id == appointment_id, CheckIn.person_id == person_id)
    return session.exec(query).first()


def open_of_person(session: Session, person_id: int) -> Sequence[CheckIn]:
    """Give the check-ins that somebody has not answered yet, newest first."""
    query = select(CheckIn).where(CheckIn.person_id == person_id, col(CheckIn.answer).is_(None))
    return session.exec(query.order_by(col(CheckIn.asked_at).desc(), col(CheckIn.id).desc())).all()


def unanswered(session: Session, community_id: int | None, asked_before: datetime) -> Sequence[CheckIn]:
    """Give a community's check-ins without an answer that were asked before a moment (UTC), oldest first."""
    query = (
        select(CheckIn)
        .join(Appointment, col(Appointment.id) == CheckIn.appointment_id)
        .where(
            Appointment.community_id == community_id,
            col(CheckIn.answer).is_(None),
            CheckIn.asked_at < asked_before,
        )
    )
    return session.exec(query.order_by(col(CheckIn.asked_at), col(CheckIn.id))).all()
