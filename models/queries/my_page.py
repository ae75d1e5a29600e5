"""Reads for somebody's own page: what they asked, who helps with it, and who saw how to reach them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, or_, select

from models.queries import contacts
from models.states import MATCH_KNOWS_EACH_OTHER, MatchState, RequestState
from models.tables import HelpRequest, Match, Person, Volunteer

_KNOWN_TO_THE_RESIDENT = (MatchState.ACCEPTED, *sorted(MATCH_KNOWS_EACH_OTHER))


@dataclass(frozen=True, slots=True)
class Asked:
    """One request of somebody, and the matches that they know of, with the first name of each volunteer."""

    request: HelpRequest
    matches: tuple[tuple[Match, str], ...]


@dataclass(frozen=True, slots=True)
class Look:
    """One time that somebody looked up how to reach this person.

    Attributes
    ----------
    at : datetime
        UTC.
    first_name : str
        Of who looked; empty for somebody who was erased.
    kind : str
        In what quality: ``volunteer``, ``resident``, ``asker``, ``coordinator``.
    """

    at: datetime
    first_name: str
    kind: str


def asked(session: Session, person_id: int | None, community_id: int | None) -> list[Asked]:
    """Give what somebody sent here, for themselves or for somebody else, newest first."""
    mine = or_(col(HelpRequest.resident_id) == person_id, col(HelpRequest.asker_id) == person_id)
    requests = session.exec(
        select(HelpRequest)
        .where(mine, HelpRequest.community_id == community_id, HelpRequest.state != RequestState.DRAFT)
        .order_by(col(HelpRequest.submitted_at).desc(), col(HelpRequest.id).desc())
    ).all()
    ids = [request.id for request in requests]
    query: Any = (
        select(Match, Person.first_name)
        .join(Volunteer, col(Volunteer.id) == Match.volunteer_id)
        .join(Person, col(Person.id) == Volunteer.person_id)
        .where(col(Match.request_id).in_(ids), col(Match.state).in_(_KNOWN_TO_THE_RESIDENT))
        .order_by(col(Match.id))
    )
    known: dict[int, list[tuple[Match, str]]] = {}
    for match, first_name in session.exec(query).all() if ids else ():
        known.setdefault(match.request_id, []).append((match, first_name))
    return [Asked(request, tuple(known.get(request.id or 0, ()))) for request in requests]


def looks(session: Session, person_id: int) -> list[Look]:
    """Give who looked up how to reach somebody, newest first."""
    seen = contacts.seen_by(session, person_id)
    names = _first_names(session, {actor_id for _at, actor_id, _kind in seen if actor_id is not None})
    return [Look(at, names.get(actor_id or 0, ""), kind) for at, actor_id, kind in seen]


def _first_names(session: Session, ids: Iterable[int]) -> dict[int, str]:
    wanted = list(ids)
    if not wanted:
        return {}
    rows = session.exec(select(Person.id, Person.first_name).where(col(Person.id).in_(wanted)))
    return {person_id: name for person_id, name in rows if person_id is not None}
