"""The desk: a coordinator's day, from the queue and the phone to the match and what comes after it."""

from web.desk import (
    appointments,
    calls,
    deciding,
    intake,
    letters,
    map,
    matches,
    outcomes,
    portraits,
    printing,
    proposing,
    requests,
    signals,
    today,
    triage,
    volunteers,
)
from web.desk.pages import pages

__all__ = [
    "appointments",
    "calls",
    "deciding",
    "intake",
    "letters",
    "map",
    "matches",
    "outcomes",
    "pages",
    "portraits",
    "printing",
    "proposing",
    "requests",
    "signals",
    "today",
    "triage",
    "volunteers",
]
