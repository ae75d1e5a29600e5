"""Reads of the worker's sign of life."""

from datetime import datetime

from sqlmodel import Session, select

from models.tables import Worker


def last_heartbeat(session: Session) -> datetime | None:
    """Give when the worker last said that it lives (UTC); None: never."""
    return session.exec(select(Worker.seen_at)).first()
