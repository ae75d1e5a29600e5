"""Mails that may be stopped by kind: nobody misses news of their own by it, and nothing is decided without them."""

from enum import StrEnum

from models.tables import Person


class MailKind(StrEnum):
    """What somebody can stop by itself; everything else that is mailed is news that they wait for."""

    DAY_BEFORE = "day_before"
    UNANSWERED = "unanswered"
    WEEKLY = "weekly"


SINCE = {MailKind.DAY_BEFORE: "no_day_before_at", MailKind.UNANSWERED: "no_unanswered_at"}
"""Where a person keeps since when they want none; the weekly mail belongs to an offer (`Volunteer.wants_digest`)."""


def stopped(person: Person, kind: MailKind) -> bool:
    """Whether somebody wants no mails of this kind; of the weekly mail only their offer knows."""
    return kind in SINCE and getattr(person, SINCE[kind]) is not None
