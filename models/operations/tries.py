"""Counting wrong tries at a secret, so that guessing is slow; the same for what exists and for what does not.

The count stands in the audit log, under a number made from what was tried and the day: nobody reads a name or an
address out of it, and a reference or an account that does not exist counts and pauses exactly like one that does.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session

from models.actor import NOBODY
from models.errors import TooMany, WrongTry
from models.operations.audit import record
from models.queries import audit as queries
from models.tables import AuditEntry

_SUBJECT = "attempt"


@dataclass(frozen=True, slots=True)
class Limit:
    """So many wrong tries, and then a pause.

    Attributes
    ----------
    action : str
        How the audit log calls a wrong try.
    most : int
        The try after so many wrong ones must wait.
    pause : timedelta
        How long; wrong tries longer ago than this are forgotten.
    """

    action: str
    most: int
    pause: timedelta


PASSWORD = Limit("wrong_password", 10, timedelta(minutes=15))
PAPER_CODE = Limit("wrong_code", 5, timedelta(minutes=15))


def check(session: Session, limit: Limit, whose: str, *, now: datetime) -> None:
    """Refuse to look at a try during a pause.

    Raises
    ------
    TooMany
        With ``until``, the end of the pause (UTC).
    """
    last = _last(session, limit, whose, now)
    if last is not None and int(last.after) >= limit.most:
        raise TooMany(until=last.at + limit.pause)


def wrong(session: Session, limit: Limit, whose: str, *, now: datetime, community_id: int | None = None) -> WrongTry:
    """Write a wrong try down, and give the error to raise."""
    last = _last(session, limit, whose, now)
    tried = 1 + (int(last.after) if last is not None else 0)
    record(session, actor=NOBODY, role="unknown", action=limit.action, subject=_SUBJECT,
           subject_id=_number(limit, whose, now), now=now, community_id=community_id, after=str(tried))  # fmt: skip
    return WrongTry()


def _last(session: Session, limit: Limit, whose: str, now: datetime) -> AuditEntry | None:
    since = now - limit.pause
    found = queries.last(session, limit.action, _SUBJECT, _number(limit, whose, now), since=since)
    return found if found is not None and found.at > since else None


def _number(limit: Limit, whose: str, now: datetime) -> int:
    day = f"{now:%Y-%m-%d}"
    digest = hashlib.sha256("\0".join((limit.action, whose, day)).encode(errors="replace")).digest()
    return int.from_bytes(digest[:4], "big") >> 1  # what a column for ids holds
