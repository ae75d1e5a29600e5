"""Reads for the live rankings: which rows changed since a number, who was tried before, and what is not read yet."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import bindparam, func
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select, union_all

from models.states import MATCH_TAKES_PLACE, REQUEST_FINAL, MatchState, RequestState, VolunteerState
from models.tables import Community, Dismissal, HelpRequest, Match, Postcode, Volunteer

RANKED = (VolunteerState.ACTIVE, VolunteerState.PAUSED)
"""Volunteers who stand in the rankings; who pauses is told as such where somebody asks why not."""
_TRIED_NO_MORE = (MatchState.WITHDRAWN, MatchState.LAPSED, MatchState.COMPLETED)
"""Ends of a match after which the two may be brought together again."""

_VOLUNTEERS_TO_READ = (VolunteerState.APPLIED, *RANKED)
_REQUESTS_TO_READ = tuple(sorted(set(RequestState) - REQUEST_FINAL - {RequestState.DRAFT}))

_own, _digits = aliased(Postcode), aliased(Postcode)


def _where() -> tuple[Any, ...]:
    """Where a row lies: its own six characters where an operator loaded them, else its four digits."""
    spot = ((_own.code, _digits.code, "code"), (_own.lat, _digits.lat, "lat"), (_own.lon, _digits.lon, "lon"))
    return tuple(func.coalesce(finer, rougher).label(name) for finer, rougher, name in spot)


def _all_of(table: Any, columns: tuple[Any, ...]) -> Any:
    # Rows of plain columns and not of the tables' classes: ten thousand of these are read when a process starts. Each
    # brings along what belongs to it: a page after a change may take no more statements than others.
    return (
        select(*columns, *_where())
        .outerjoin(_own, col(_own.code) == table.postcode)
        .outerjoin(_digits, col(_digits.code) == func.substr(table.postcode, 1, 4))
        .where(table.community_id == bindparam("community"))
    )


_load = (
    select(func.count(col(Match.id)))
    .where(col(Match.volunteer_id) == col(Volunteer.id), col(Match.state).in_(MATCH_TAKES_PLACE))
    .correlate(Volunteer)
    .scalar_subquery()
)
_VOLUNTEERS = _all_of(
    Volunteer,
    (
        Volunteer.id, Volunteer.state, Volunteer.text, Volunteer.kinds, Volunteer.postcode, Volunteer.max_km,
        Volunteer.languages, Volunteer.windows, Volunteer.away, Volunteer.capacity, Volunteer.created_at,
        Volunteer.confirmed_on, Volunteer.found, Volunteer.vector, Volunteer.edition, _load.label("load"),
    ),
)  # fmt: skip
_REQUESTS = _all_of(
    HelpRequest,
    (
        HelpRequest.id, HelpRequest.state, HelpRequest.text, HelpRequest.kinds, HelpRequest.when, HelpRequest.postcode,
        HelpRequest.languages, HelpRequest.urgency, HelpRequest.created_at, HelpRequest.found, HelpRequest.vector,
        HelpRequest.edition,
    ),
)  # fmt: skip
_VOLUNTEERS_NOW = _VOLUNTEERS.where(col(Volunteer.state).in_(RANKED))
_VOLUNTEERS_SINCE = _VOLUNTEERS.where(col(Volunteer.revision) > bindparam("revision"))
_REQUESTS_NOW = _REQUESTS.where(HelpRequest.state == RequestState.OPEN)
_REQUESTS_SINCE = _REQUESTS.where(col(HelpRequest.revision) > bindparam("revision"))


@dataclass(frozen=True, slots=True)
class Standing:
    """Up to which number a community's volunteers and requests were changed, and its rule for a VOG."""

    volunteer_revision: int
    request_revision: int
    vog_kinds: tuple[str, ...]


# The next three are asked for every ranking: putting a statement together takes longer than what the database does.
_STANDING: Any = select(Community.volunteer_revision, Community.request_revision, Community.vog_kinds).where(
    Community.id == bindparam("community")
)


def _tried(one: Any, of: Any, mine: Any, own: Any) -> Any:
    asked: Any = bindparam("asked")
    matched = select(one).where(mine == asked, col(Match.state).not_in(_TRIED_NO_MORE))
    return union_all(matched, select(of).where(own == asked))


_TRIED_VOLUNTEERS = _tried(Match.volunteer_id, Dismissal.volunteer_id, Match.request_id, Dismissal.request_id)
_TRIED_REQUESTS = _tried(Match.request_id, Dismissal.request_id, Match.volunteer_id, Dismissal.volunteer_id)


def standing(session: Session, community_id: int) -> Standing:
    """Give how far a community is."""
    volunteers, requests, kinds = session.exec(_STANDING, params={"community": community_id}).one()
    return Standing(volunteers, requests, tuple(sorted(kinds)))


def volunteers_since(session: Session, community_id: int, revision: int | None) -> Sequence[Any]:
    """Give the volunteers who changed after a number, in whichever state; None: all who are ranked.

    Returns
    -------
    sequence of rows
        The columns of `Volunteer`, ``load`` (how many they help now), and ``code``, ``lat`` and ``lon`` of the place;
        None where nobody knows the postcode.
    """
    if revision is None:
        return session.execute(_VOLUNTEERS_NOW, {"community": community_id}).all()
    return session.execute(_VOLUNTEERS_SINCE, {"community": community_id, "revision": revision}).all()


def requests_since(session: Session, community_id: int, revision: int | None) -> Sequence[Any]:
    """Give the requests that changed after a number, in whichever state; None: all that are open.

    Returns
    -------
    sequence of rows
        The columns of `HelpRequest`, and ``code``, ``lat`` and ``lon`` of the place.
    """
    if revision is None:
        return session.execute(_REQUESTS_NOW, {"community": community_id}).all()
    return session.execute(_REQUESTS_SINCE, {"community": community_id, "revision": revision}).all()


def tried_for_request(session: Session, request_id: int | None) -> set[int]:
    """Give the volunteers who must not be ranked for a request again: proposed, said no, went wrong, or set aside."""
    return set(session.execute(_TRIED_VOLUNTEERS, {"asked": request_id}).scalars())


def tried_for_volunteer(session: Session, volunteer_id: int | None) -> set[int]:
    """Give the requests that must not be ranked for a volunteer again."""
    return set(session.execute(_TRIED_REQUESTS, {"asked": volunteer_id}).scalars())


@dataclass(frozen=True, slots=True)
class Unread:
    """A text that a reader of this edition has not read."""

    table: type[Volunteer] | type[HelpRequest]
    id: int
    text: str


def unread(session: Session, edition: str, limit: int) -> list[Unread]:
    """Give texts that were not read in this edition, of who is ranked or may be: volunteers first, then by age."""
    found: list[Unread] = []
    for table, standing_ones in ((Volunteer, _VOLUNTEERS_TO_READ), (HelpRequest, _REQUESTS_TO_READ)):
        columns: Any = table
        query: Any = select(columns.id, columns.text).where(
            columns.edition != edition, columns.text != "", columns.state.in_(standing_ones)
        )
        query = query.order_by(columns.id).limit(limit - len(found))
        found += [Unread(table, row.id, row.text) for row in session.exec(query)]
    return found
