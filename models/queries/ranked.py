"""Reads for the live rankings: which rows changed since a number, who was tried before, and what is not read yet."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, func, literal, or_
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select, union_all

from models.queries import blocks
from models.queries.appointments import STANDING
from models.states import (
    MATCH_LIVE,
    MATCH_TAKES_PLACE,
    REQUEST_FINAL,
    WORRIES,
    AppointmentState,
    MatchState,
    RequestState,
    VolunteerState,
)
from models.tables import Appointment, CheckIn, Community, Dismissal, HelpRequest, Match, Postcode, Volunteer

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
        Volunteer.confirmed_on, Volunteer.traits, Volunteer.avoids, Volunteer.found, Volunteer.vector,
        Volunteer.edition, _load.label("load"),
    ),
)  # fmt: skip
_REQUESTS = _all_of(
    HelpRequest,
    (
        HelpRequest.id, HelpRequest.state, HelpRequest.text, HelpRequest.kinds, HelpRequest.when, HelpRequest.postcode,
        HelpRequest.languages, HelpRequest.traits, HelpRequest.avoids, HelpRequest.urgency, HelpRequest.created_at,
        HelpRequest.found, HelpRequest.vector, HelpRequest.edition,
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


_SPENT: Any = (
    select(Match.volunteer_id, Appointment.starts_at, Appointment.ends_at)
    .join(Match, col(Match.id) == Appointment.match_id)
    .where(
        Appointment.community_id == bindparam("community"),
        col(Appointment.state).in_((*STANDING, AppointmentState.DONE)),
        Appointment.starts_at >= bindparam("since"),
        Appointment.starts_at < bindparam("until"),
    )
)
_SPENT_BY: Any = _SPENT.where(col(Match.volunteer_id).in_(bindparam("ids", expanding=True)))

_badly = select(CheckIn.id).where(CheckIn.match_id == Match.id, col(CheckIn.answer).in_(WORRIES)).exists()
_WELL = (col(Match.state).in_((MatchState.ACTIVE, MatchState.COMPLETED)), ~_badly)
_KNOWN_VOLUNTEERS: Any = (
    select(Match.volunteer_id)
    .join(HelpRequest, col(HelpRequest.id) == Match.request_id)
    .where(HelpRequest.resident_id == bindparam("who"), *_WELL)
)
_helped = (
    select(HelpRequest.resident_id)
    .join(Match, col(HelpRequest.id) == Match.request_id)
    .where(Match.volunteer_id == bindparam("who"), *_WELL)
)
_KNOWN_REQUESTS: Any = select(HelpRequest.id).where(
    HelpRequest.state == RequestState.OPEN, col(HelpRequest.resident_id).in_(_helped)
)


_REACTIONS: Any = (
    select(Match.request_id, func.count())
    .join(HelpRequest, col(HelpRequest.id) == Match.request_id)
    .where(
        # By the few requests that are open, and not by all matches that ever were here.
        HelpRequest.community_id == bindparam("community"),
        HelpRequest.state == RequestState.OPEN,
        or_(col(Match.origin) == "volunteer", col(Match.state).in_(MATCH_LIVE)),
    )
    .group_by(col(Match.request_id))
)

_APART, _KNOWN = "apart", "known"


def _ties(apart: Any, known: Any) -> Any:
    """Both in one statement: every ranking asks for them."""
    parts = ((_APART, apart.subquery()), (_KNOWN, known.subquery()))
    return union_all(*(select(literal(name), *found.c) for name, found in parts))


_TIES_OF_REQUEST = _ties(blocks.VOLUNTEERS, _KNOWN_VOLUNTEERS)
_TIES_OF_VOLUNTEER = _ties(blocks.REQUESTS, _KNOWN_REQUESTS)


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


def hours_helped(
    session: Session, community_id: int, since: datetime, until: datetime, ids: Iterable[int] | None = None
) -> dict[int, float]:
    """Give the hours that volunteers spent in appointments between two local moments; who spent none is left out."""
    given: dict[str, Any] = {"community": community_id, "since": since, "until": until}
    query = _SPENT if ids is None else _SPENT_BY
    spent: dict[int, float] = {}
    for volunteer_id, starts_at, ends_at in session.execute(query, given | ({} if ids is None else {"ids": list(ids)})):
        spent[volunteer_id] = spent.get(volunteer_id, 0.0) + (ends_at - starts_at) / timedelta(hours=1)
    return spent


def reactions(session: Session, community_id: int | None) -> dict[str, int]:
    """Count how many volunteers reacted to each open request here: offered themselves, or are being asked."""
    return {str(request): number for request, number in session.execute(_REACTIONS, {"community": community_id})}


def ties_of_request(
    session: Session, people: list[int], resident_id: int | None, community_id: int | None
) -> tuple[set[int], set[int]]:
    """Give the volunteers here whom these people may never meet, and those who helped this resident.

    Only where nobody said that it did not go well; see `models.queries.blocks` for the first.
    """
    given = {"people": people, "who": resident_id, "community": community_id}
    return _split(session.execute(_TIES_OF_REQUEST, given))


def ties_of_volunteer(
    session: Session, person_id: int, volunteer_id: int | None, community_id: int | None
) -> tuple[set[int], set[int]]:
    """Give the open requests here that a volunteer may never be shown, and those of residents whom they helped well."""
    given = {"people": [person_id], "who": volunteer_id, "community": community_id}
    return _split(session.execute(_TIES_OF_VOLUNTEER, given))


def _split(rows: Any) -> tuple[set[int], set[int]]:
    apart: set[int] = set()
    known: set[int] = set()
    for tie, row_id in rows:
        (apart if tie == _APART else known).add(row_id)
    return apart, known


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
