"""Reads of volunteers for the desk: lists with filters, and what one volunteer's page shows."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import String, and_, case, cast, func, or_
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from models.queries.desk_requests import PAGE, Filters
from models.states import MATCH_TAKES_PLACE, VolunteerState
from models.tables import Area, Block, Certificate, HelpRequest, Match, Person, Volunteer

GROUPS: dict[str, tuple[str, ...]] = {
    "applied": (VolunteerState.APPLIED,),
    "active": (VolunteerState.ACTIVE,),
    "paused": (VolunteerState.PAUSED,),
    "gone": (VolunteerState.LEFT, VolunteerState.STOPPED),
}
"""The lists of volunteers: a name and its states, in the order in which they are shown."""


@dataclass(frozen=True, slots=True)
class Line:
    """One volunteer in a list: who, how many people they help now, and until when a VOG is valid.

    Attributes
    ----------
    vog_until : date or None
        None too where no VOG was seen; then ``vog_seen`` is False.
    """

    volunteer: Volunteer
    first_name: str
    last_name: str
    load: int
    vog_seen: bool
    vog_until: date | None


@dataclass(frozen=True, slots=True)
class Together:
    """A match of a volunteer, with for whom."""

    match: Match
    request: HelpRequest
    resident_first_name: str


def counted(session: Session, community_id: int | None, filters: Filters) -> dict[str, int]:
    """Count the volunteers of each list under these filters."""
    query: Any = select(Volunteer.state, func.count()).select_from(Volunteer)
    query = _filtered(query, community_id, filters).group_by(col(Volunteer.state))
    found = dict(session.exec(query).all())
    return {name: sum(found.get(state, 0) for state in states) for name, states in GROUPS.items()}


def active_by_postcode(session: Session, community_id: int | None, kind: str = "") -> dict[str, int]:
    """Count the active volunteers by four digits, as the list of active ones does; only for one kind where given."""
    digits = func.substr(col(Volunteer.postcode), 1, 4)
    query: Any = _filtered(select(digits, func.count()).select_from(Volunteer), community_id, Filters(kind=kind))
    return dict(session.exec(query.where(col(Volunteer.state).in_(GROUPS["active"])).group_by(digits)).all())


def page(session: Session, community_id: int | None, group: str, filters: Filters, *, number: int = 1) -> list[Line]:
    """Give one page of a list: who waits to be admitted longest first, all others by name.

    Parameters
    ----------
    group : str
        A name from `GROUPS`.
    number : int
        From 1.
    """
    mine = and_(col(Certificate.volunteer_id) == col(Volunteer.id), col(Certificate.kind) == "vog")
    load = (
        select(func.count(col(Match.id)))
        .where(col(Match.volunteer_id) == col(Volunteer.id), col(Match.state).in_(MATCH_TAKES_PLACE))
        .correlate(Volunteer)
        .scalar_subquery()
    )
    seen = select(func.count(col(Certificate.id))).where(mine).correlate(Volunteer).scalar_subquery()
    # A check without an end counts as the farthest one.
    endless = case((col(Certificate.valid_until).is_(None), 1), else_=0)
    has_endless = select(func.max(endless)).where(mine).correlate(Volunteer).scalar_subquery()
    until = select(func.max(Certificate.valid_until)).where(mine).correlate(Volunteer).scalar_subquery()
    columns: tuple[Any, ...] = (Volunteer, Person.first_name, Person.last_name, load, seen, has_endless, until)
    query = _filtered(select(*columns), community_id, filters).where(col(Volunteer.state).in_(GROUPS[group]))
    if group == "applied":
        query = query.order_by(col(Volunteer.created_at), col(Volunteer.id))
    else:
        query = query.order_by(func.lower(Person.first_name), func.lower(Person.last_name), col(Volunteer.id))
    rows = session.exec(query.limit(PAGE).offset(PAGE * (number - 1)))
    return [
        Line(row, first, last, load, bool(seen), None if endless else until)
        for row, first, last, load, seen, endless, until in rows
    ]


def _filtered(query: Any, community_id: int | None, filters: Filters) -> Any:
    query = query.join(Person, col(Person.id) == Volunteer.person_id).where(Volunteer.community_id == community_id)
    if filters.kind:
        query = query.where(cast(col(Volunteer.kinds), String).contains(f'"{filters.kind}"', autoescape=True))
    if filters.area:
        areas = select(Area.postcode).where(
            Area.community_id == community_id,
            or_(col(Area.neighbourhood) == filters.area, col(Area.postcode) == filters.area),
        )
        query = query.where(func.substr(col(Volunteer.postcode), 1, 4).in_(areas))
    for word in filters.words.split()[:6]:
        columns: tuple[Any, ...] = (Volunteer.text, Person.first_name, Person.last_name)
        query = query.where(or_(*(col(column).icontains(word, autoescape=True) for column in columns)))
    return query


def matches_of(session: Session, volunteer_id: int | None) -> list[Together]:
    """Give a volunteer's matches with for whom, newest first."""
    query: Any = (
        select(Match, HelpRequest, Person.first_name)
        .join(HelpRequest, col(HelpRequest.id) == Match.request_id)
        .join(Person, col(Person.id) == HelpRequest.resident_id)
        .where(Match.volunteer_id == volunteer_id)
        .order_by(col(Match.id).desc())
    )
    return [Together(*row) for row in session.exec(query)]


def blocks_of(session: Session, person_id: int, community_id: int | None) -> Sequence[tuple[Block, str]]:
    """Give the blocks of a person that this desk wrote down, with the first name of the other, newest first."""
    other = aliased(Person)
    query: Any = (
        select(Block, other.first_name)
        .join(
            other,
            or_(
                and_(col(Block.person_id) == person_id, col(other.id) == col(Block.other_id)),
                and_(col(Block.other_id) == person_id, col(other.id) == col(Block.person_id)),
            ),
        )
        .where(Block.community_id == community_id)
        .order_by(col(Block.id).desc())
    )
    return list(session.exec(query).all())


def by_reference(session: Session, community_id: int | None, reference: str) -> HelpRequest | None:
    """Give the request with this number in this community; spaces do not matter."""
    said = "".join(reference.split())
    if not said or len(said) > 12:
        return None
    query = select(HelpRequest).where(HelpRequest.community_id == community_id, HelpRequest.reference == said)
    return session.exec(query).first()
