"""Worries that are read in somebody's own words: shown to the desk alone, and never in the way of asking."""

from datetime import datetime

from sqlmodel import Session

from matcher import read_clues
from models.operations.telling import signal
from models.states import SignalKind
from models.tables import HelpRequest


def tell_desk(session: Session, request: HelpRequest, said: str, *, now: datetime) -> None:
    """Show the desk that these words may tell of danger, violence or despair, once a request; a human reads them."""
    if request.community_id is None:
        return
    for clue in read_clues(said).found:
        if clue.about == "worry":
            signal(session, SignalKind(clue.value), about=f"request:{request.id}", community_id=request.community_id,
                   person_id=request.resident_id, request_id=request.id, note=clue.words, now=now)  # fmt: skip
