"""Reads for the live rankings: which rows changed since a number, who was tried before, and what is not read yet."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import bindparam
from sqlmodel import Session, col, select, union_all

from models.states import MatchState, RequestState, VolunteerState
from models.tables import Community, Dismissal, HelpRequest, Match, Volunteer

RANKED = (VolunteerState.ACTIVE, VolunteerState.PAUSED)
"""Volunteers who stand in the rankings; who pauses is told as such where somebody asks why not."""
_TRIED_NO_MORE = (MatchState.WITHDRAWN, MatchState.LAPSED, MatchState.COMPLETED)
"""Ends of a match after which the two may be brought together again."""

# Rows of plain columns and not of the tables' classes: ten thousand of these are read when a process starts.
_OF_VOLUNTEERS: tuple[Any, ...] = (
    Volunteer.id, Volunteer.community_id, Volunteer.state, Volunteer.text, Volunteer.kinds, Volunteer.postcode,
    Volunteer.max_km, Volunteer.languages, Volunteer.windows, Volunteer.away, Volunteer.capacity,
    Volunteer.created_at, Volunteer.confirmed_on, Volunteer.found, Volunteer.vector, Volunteer.edition,
)  # fmt: skip
_OF_REQUESTS: tuple[Any, ...] = (
    HelpRequest.id, HelpRequest.community_id, HelpRequest.state, HelpRequest.text, HelpRequest.kinds, HelpRequest.when,
    HelpRequest.postcode, HelpRequest.languages, HelpRequest.urgency, HelpRequest.created_at, HelpRequest.found,
    HelpRequest.vector, HelpRequest.edition,
)  # fmt: skip


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
    """Give the volunteers who changed after a number, in whichever state; None: all who are ranked."""
    query: Any = select(*_OF_VOLUNTEERS).where(Volunteer.community_id == community_id)
    if revision is None:
        query = query.where(col(Volunteer.state).in_(RANKED))
    else:
        query = query.where(Volunteer.revision > revision)
    return list(session.exec(query))


def requests_since(session: Session, community_id: int, revision: int | None) -> Sequence[Any]:
    """Give the requests that changed after a number, in whichever state; None: all that are open."""
    query: Any = select(*_OF_REQUESTS).where(HelpRequest.community_id == community_id)
    if revision is None:
        query = query.where(HelpRequest.state == RequestState.OPEN)
    else:
        query = query.where(HelpRequest.revision > revision)
    return list(session.exec(query))


def tried_for_request(session: Session, request_id: int | None) -> set[int]:
    """Give the volunteers who must not be ranked for a request again: proposed, said no, went wrong, or set aside."""
    return set(session.execute(_TRIED_VOLUNTEERS, {"asked": request_id}).scalars())


def tried_for_volunteer(session: Session, volunteer_id: int | None) -> set[int]:
    """Give the requests that must not be ranked for a volunteer again."""
    return set(session.execute(_TRIED_REQUESTS, {"asked": volunteer_id}).scalars())
