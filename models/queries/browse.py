"""Reads of the open requests, as far as everybody may read them: no names, no own words, no exact places."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import String, and_, cast, func, or_
from sqlmodel import Session, col, select

from models.database import LAST_ID
from models.queries import blocks, communities
from models.states import MATCH_LIVE, RequestState
from models.tables import Area, HelpRequest, Match, Postcode


@dataclass(frozen=True, slots=True)
class Open:
    """One open request, fit for the public.

    Attributes
    ----------
    summary : str
        What a coordinator passed; empty where a community's rule let the request through.
    neighbourhood : str
        What people call the place; its four digits where nobody named it.
    lat, lon : float or None
        The middle of the four-digit area, never of anything finer.
    """

    id: int
    kinds: list[str]
    summary: str
    when: dict[str, Any]
    urgency: str
    opened_at: datetime | None
    neighbourhood: str
    lat: float | None
    lon: float | None


def open_requests(
    session: Session,
    community_id: int | None,
    *,
    kind: str = "",
    ids: Iterable[int] | None = None,
    viewer_id: int | None = None,
) -> list[Open]:
    """Give the open requests of a community, newest first.

    Parameters
    ----------
    kind : str
        Only those that ask for this kind of help (a slug).
    ids : iterable of int, optional
        Only these.
    viewer_id : int, optional
        Who looks: whom they must never meet is left out.
    """
    digits = func.substr(col(HelpRequest.postcode), 1, 4)
    columns: tuple[Any, ...] = (
        HelpRequest.id, HelpRequest.kinds, HelpRequest.summary, HelpRequest.when, HelpRequest.urgency,
        HelpRequest.opened_at, digits, Area.neighbourhood, Postcode.place, Postcode.lat, Postcode.lon,
    )  # fmt: skip
    query: Any = (
        select(*columns)
        .outerjoin(Area, and_(col(Area.postcode) == digits, col(Area.community_id) == col(HelpRequest.community_id)))
        .outerjoin(Postcode, col(Postcode.code) == digits)
        .where(HelpRequest.community_id == community_id, HelpRequest.state == RequestState.OPEN)
        .order_by(col(HelpRequest.opened_at).desc(), col(HelpRequest.id).desc())
    )
    if kind:
        query = query.where(cast(col(HelpRequest.kinds), String).contains(f'"{kind}"', autoescape=True))
    if ids is not None:
        query = query.where(col(HelpRequest.id).in_(list(ids)))
    strangers = blocks.kept_from(session, viewer_id) if viewer_id is not None else set()
    if strangers:
        theirs = or_(
            col(HelpRequest.resident_id).in_(strangers),
            and_(col(HelpRequest.asker_id).is_not(None), col(HelpRequest.asker_id).in_(strangers)),
        )
        query = query.where(~theirs)
    return [_open(*row) for row in session.exec(query)]


def _open(
    id_: int, kinds: list[str], summary: str, when: dict[str, Any], urgency: str, opened_at: datetime | None,
    digits: str, area: str | None, town: str | None, lat: float | None, lon: float | None,
) -> Open:  # fmt: skip
    place = area or f"{town or ''} {digits}".strip()
    return Open(id_, kinds, summary, when, urgency, opened_at, place, lat, lon)


def open_request(session: Session, community_id: int | None, request_id: int) -> HelpRequest | None:
    """Give one request of this community if it is open; None says nothing about why it is not."""
    if not 0 < request_id <= LAST_ID:
        return None
    query = select(HelpRequest).where(
        HelpRequest.id == request_id,
        HelpRequest.community_id == community_id,
        HelpRequest.state == RequestState.OPEN,
    )
    return session.exec(query).first()


def request_here(session: Session, community_id: int | None, request_id: int) -> HelpRequest | None:
    """Give one request of this community, in whichever state."""
    found = session.get(HelpRequest, request_id) if 0 < request_id <= LAST_ID else None
    return found if found is not None and found.community_id == community_id else None


def live_match(session: Session, request_id: int | None, volunteer_id: int | None) -> Match | None:
    """Give the match of a volunteer and a request that has not ended."""
    query = select(Match).where(
        Match.request_id == request_id, Match.volunteer_id == volunteer_id, col(Match.state).in_(MATCH_LIVE)
    )
    return session.exec(query).first()


def middles(session: Session, community_id: int) -> dict[str, tuple[float, float]]:
    """Give the middle of each neighbourhood (WGS84, degrees): of all areas that carry its name together."""
    names = communities.names_of_areas(session, community_id)
    places = communities.places_of(session, names)
    together: dict[str, list[tuple[float, float]]] = {}
    for code, name in names.items():
        if code in places:
            together.setdefault(name, []).append((places[code].lat, places[code].lon))
    return {name: _middle(points) for name, points in together.items()}


def _middle(points: list[tuple[float, float]]) -> tuple[float, float]:
    return sum(lat for lat, _lon in points) / len(points), sum(lon for _lat, lon in points) / len(points)
