"""Reads of help requests for the desk: lists with filters, and everything that one request's page shows.

The page of a request with its ranked candidates may take at most 15 statements, so each read here brings along what
belongs to it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any

from rapidfuzz import fuzz
from sqlalchemy import String, and_, bindparam, case, cast, func, or_
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from models.queries.contacts import SEEN
from models.states import MATCH_TAKES_PLACE, REQUEST_FINAL, RequestState
from models.tables import Area, AuditEntry, Certificate, HelpRequest, Match, Person, Postcode, Volunteer

PAGE = 25
"""How many lines stand on a page of a list."""
_NEARLY_THE_SAME = 80
"""Of 100: how alike the words of two requests are that may be one."""
GROUPS: dict[str, tuple[str, ...]] = {
    "submitted": (RequestState.SUBMITTED,),
    "asked_back": (RequestState.ASKED_BACK,),
    "open": (RequestState.OPEN,),
    "on_hold": (RequestState.ON_HOLD,),
    "matched": (RequestState.MATCHED,),
    "ended": tuple(sorted(REQUEST_FINAL)),
}
"""The lists of the desk: a name and its states, in the order in which they are shown."""


@dataclass(frozen=True, slots=True)
class Filters:
    """What somebody looks for; empty means all.

    Attributes
    ----------
    area : str
        A name of a neighbourhood, or a four-digit postcode.
    words : str
        A reference, a name, or words from the text.
    """

    kind: str = ""
    area: str = ""
    words: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """One request in a list."""

    request: HelpRequest
    first_name: str
    last_name: str


def counted(session: Session, community_id: int | None, filters: Filters) -> dict[str, int]:
    """Count the requests of each list under these filters."""
    query: Any = select(HelpRequest.state, func.count()).select_from(HelpRequest)
    query = _filtered(query, community_id, filters).group_by(col(HelpRequest.state))
    found = dict(session.exec(query).all())
    return {name: sum(found.get(state, 0) for state in states) for name, states in GROUPS.items()}


def page(session: Session, community_id: int | None, group: str, filters: Filters, *, number: int = 1) -> list[Line]:
    """Give one page of a list: what still runs longest waiting first, urgent ones on top; what ended newest first.

    Parameters
    ----------
    group : str
        A name from `GROUPS`.
    number : int
        From 1.
    """
    query: Any = select(HelpRequest, Person.first_name, Person.last_name)
    query = _filtered(query, community_id, filters).where(col(HelpRequest.state).in_(GROUPS[group]))
    if group == "ended":
        query = query.order_by(col(HelpRequest.ended_at).desc(), col(HelpRequest.id).desc())
    else:
        urgent_first = case((col(HelpRequest.urgency) == "high", 0), else_=1)
        query = query.order_by(urgent_first, col(HelpRequest.submitted_at), col(HelpRequest.id))
    return [Line(*row) for row in session.exec(query.limit(PAGE).offset(PAGE * (number - 1)))]


def similar(
    session: Session,
    community_id: int | None,
    people: Iterable[int],
    *,
    since: datetime,
    limit: int = 5,
) -> list[Line]:
    """Give what these people asked here since a moment, newest first: a hint that it may be the same request."""
    ids = list(people)
    if not ids:
        return []
    query: Any = (
        select(HelpRequest, Person.first_name, Person.last_name)
        .join(Person, col(Person.id) == HelpRequest.resident_id)
        .where(
            HelpRequest.community_id == community_id,
            or_(col(HelpRequest.resident_id).in_(ids), col(HelpRequest.asker_id).in_(ids)),
            col(HelpRequest.submitted_at) >= since,
        )
        .order_by(col(HelpRequest.id).desc())
        .limit(limit)
    )
    return [Line(*row) for row in session.exec(query)]


def alike(
    session: Session, community_id: int | None, text: str, postcode: str, *, since: datetime, limit: int = 3
) -> list[Line]:
    """Give requests sent since a moment from the same four-digit postcode in nearly the same words, newest first."""
    digits = "".join(c for c in postcode if c.isascii() and c.isdigit())[:4]
    if len(text.split()) < 3 or len(digits) < 4:
        return []
    query: Any = (
        select(HelpRequest, Person.first_name, Person.last_name)
        .join(Person, col(Person.id) == HelpRequest.resident_id)
        .where(
            HelpRequest.community_id == community_id,
            col(HelpRequest.postcode).startswith(digits),
            col(HelpRequest.submitted_at) >= since,
        )
        .order_by(col(HelpRequest.id).desc())
        .limit(200)
    )
    said = text[:1000].casefold()
    return [
        Line(*row)
        for row in session.exec(query)
        if fuzz.token_sort_ratio(said, row[0].text[:1000].casefold()) >= _NEARLY_THE_SAME
    ][:limit]


def next_waiting(session: Session, community_id: int | None, *, after: int | None = None) -> int | None:
    """Give the new request that is up: urgent ones first, then the longest waiting; not the one just handled."""
    urgent_first = case((col(HelpRequest.urgency) == "high", 0), else_=1)
    query: Any = select(HelpRequest.id).where(
        HelpRequest.community_id == community_id, HelpRequest.state == RequestState.SUBMITTED
    )
    if after is not None:
        query = query.where(HelpRequest.id != after)
    found: int | None = session.exec(
        query.order_by(urgent_first, col(HelpRequest.submitted_at), col(HelpRequest.id)).limit(1)
    ).first()
    return found


def _filtered(query: Any, community_id: int | None, filters: Filters) -> Any:
    query = query.join(Person, col(Person.id) == HelpRequest.resident_id).where(
        HelpRequest.community_id == community_id
    )
    if filters.kind:
        # The same on both databases: the list is kept as JSON, and slugs hold nothing that JSON escapes.
        query = query.where(cast(col(HelpRequest.kinds), String).contains(f'"{filters.kind}"', autoescape=True))
    if filters.area:
        areas = select(Area.postcode).where(
            Area.community_id == community_id,
            or_(col(Area.neighbourhood) == filters.area, col(Area.postcode) == filters.area),
        )
        query = query.where(func.substr(col(HelpRequest.postcode), 1, 4).in_(areas))
    for word in filters.words.split()[:6]:
        columns: tuple[Any, ...] = (
            HelpRequest.reference, HelpRequest.text, HelpRequest.summary, Person.first_name, Person.last_name
        )  # fmt: skip
        query = query.where(or_(*(col(column).icontains(word, autoescape=True) for column in columns)))
    return query


# ---- one request -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Asked:
    """One request with who asks, and what people call where it is."""

    request: HelpRequest
    resident: Person
    asker: Person | None
    place: str

    @property
    def contact(self) -> Person:
        """Which of the two is called and written to."""
        return self.asker if self.asker is not None and self.asker.id == self.request.contact_id else self.resident


@dataclass(frozen=True, slots=True)
class Helper:
    """A volunteer as a card at the desk shows them; no way to reach them."""

    id: int
    person_id: int
    first_name: str
    last_name: str
    state: str
    place: str
    text: str
    kinds: list[str]
    capacity: int
    load: int
    vog_until: date | None
    vog_endless: bool
    traits: list[str]
    has_email: bool


@dataclass(frozen=True, slots=True)
class Event:
    """One line of a request's history, with the first name of whose it was (empty: the system, or somebody erased)."""

    entry: AuditEntry
    first_name: str
    volunteer_id: int | None
    """Of the match that it is about."""


def asked(session: Session, community_id: int | None, request_id: int) -> Asked | None:
    """Give one sent request of this community; None for a draft and for another community's."""
    row = session.execute(_asked(), {"request_id": request_id, "community_id": community_id}).first()
    if row is None:
        return None
    request, who, for_them, neighbourhood, town = row
    return Asked(request, who, for_them, _place_name(request.postcode, neighbourhood, town))


# Building a statement costs more than running it; those of the page with the candidates are built once.
@cache
def _asked() -> Any:
    resident, asker = aliased(Person), aliased(Person)
    columns: tuple[Any, ...] = (HelpRequest, resident, asker, Area.neighbourhood, Postcode.place)
    return (
        select(*columns)
        .join(resident, col(resident.id) == HelpRequest.resident_id)
        .outerjoin(asker, col(asker.id) == HelpRequest.asker_id)
        .outerjoin(Area, _area_of(HelpRequest))
        .outerjoin(Postcode, _digits(HelpRequest) == col(Postcode.code))
        .where(
            col(HelpRequest.id) == bindparam("request_id"),
            col(HelpRequest.community_id) == bindparam("community_id"),
            HelpRequest.state != RequestState.DRAFT,
        )
    )


def matches_of(session: Session, request_id: int | None) -> list[Match]:
    """Give every match of a request, in whichever state, oldest first."""
    return list(session.exec(select(Match).where(Match.request_id == request_id).order_by(col(Match.id))))


def helpers(session: Session, ids: Iterable[int]) -> dict[int, Helper]:
    """Give volunteers with what a card shows, by id, in one read."""
    wanted = sorted(set(ids))
    if not wanted:
        return {}
    return {row[0]: _helper(*row) for row in session.execute(_helpers(), {"ids": wanted})}


@cache
def _helpers() -> Any:
    load = (
        select(func.count(col(Match.id)))
        .where(col(Match.volunteer_id) == col(Volunteer.id), col(Match.state).in_(MATCH_TAKES_PLACE))
        .correlate(Volunteer)
        .scalar_subquery()
    )
    seen = and_(col(Certificate.volunteer_id) == col(Volunteer.id), col(Certificate.kind) == "vog")
    until = select(func.max(Certificate.valid_until)).where(seen).correlate(Volunteer).scalar_subquery()
    endless = (
        select(func.count(col(Certificate.id)))
        .where(seen, col(Certificate.valid_until).is_(None))
        .correlate(Volunteer)
        .scalar_subquery()
    )
    columns: tuple[Any, ...] = (
        Volunteer.id, Volunteer.person_id, Person.first_name, Person.last_name, Volunteer.state, Volunteer.postcode,
        Area.neighbourhood, Postcode.place, Volunteer.text, Volunteer.kinds, Volunteer.capacity, Volunteer.traits, load,
        until, endless, Person.email, Person.no_messages_at,
    )  # fmt: skip
    return (
        select(*columns)
        .join(Person, col(Person.id) == Volunteer.person_id)
        .outerjoin(Area, _area_of(Volunteer))
        .outerjoin(Postcode, _digits(Volunteer) == col(Postcode.code))
        .where(col(Volunteer.id).in_(bindparam("ids", expanding=True)))
    )


def _helper(
    id_: int, person_id: int, first: str, last: str, state: str, postcode: str, area: str | None, town: str | None,
    text: str, kinds: list[str], capacity: int, traits: list[str], load: int, until: date | None, endless: int,
    email: str | None, no_messages_at: datetime | None,
) -> Helper:  # fmt: skip
    return Helper(
        id=id_,
        person_id=person_id,
        first_name=first,
        last_name=last,
        state=state,
        place=_place_name(postcode, area, town),
        text=text,
        kinds=kinds,
        capacity=capacity,
        load=load,
        vog_until=until,
        vog_endless=bool(endless),
        traits=traits,
        has_email=bool(email) and no_messages_at is None,
    )


def history(session: Session, request: HelpRequest) -> list[Event]:
    """Give what happened to a request and its matches, and who saw how to reach its people, oldest first."""
    people = [i for i in (request.resident_id, request.asker_id) if i is not None]
    given = {"request_id": request.id, "people": people, "community_id": request.community_id}
    return [Event(entry, name or "", volunteer) for entry, name, volunteer in session.execute(_history(), given)]


@cache
def _history() -> Any:
    of_matches = select(Match.id).where(col(Match.request_id) == bindparam("request_id"))
    columns: tuple[Any, ...] = (AuditEntry, Person.first_name, Match.volunteer_id)
    subject, subject_id = col(AuditEntry.subject), col(AuditEntry.subject_id)
    return (
        select(*columns)
        .outerjoin(Person, col(Person.id) == AuditEntry.actor_id)
        .outerjoin(Match, and_(subject == "match", subject_id == col(Match.id)))
        .where(
            or_(
                and_(subject == "request", subject_id == bindparam("request_id")),
                and_(subject == "match", subject_id.in_(of_matches)),
                and_(
                    subject == "person",
                    subject_id.in_(bindparam("people", expanding=True)),
                    col(AuditEntry.action) == SEEN,
                    col(AuditEntry.community_id) == bindparam("community_id"),
                ),
            )
        )
        .order_by(col(AuditEntry.id))
    )


def found_by_name(session: Session, community_id: int | None, words: str, *, limit: int = 5) -> list[int]:
    """Give the ids of volunteers here whose name holds all these words, by name."""
    query: Any = (
        select(Volunteer.id)
        .join(Person, col(Person.id) == Volunteer.person_id)
        .where(Volunteer.community_id == community_id, col(Person.erased_at).is_(None))
    )
    said = words.split()[:6]
    if not said:
        return []
    for word in said:
        query = query.where(
            or_(
                col(Person.first_name).icontains(word, autoescape=True),
                col(Person.last_name).icontains(word, autoescape=True),
            )
        )
    return list(
        session.exec(query.order_by(col(Person.first_name), col(Person.last_name), col(Volunteer.id)).limit(limit))
    )


def a_while_ago(now: datetime, *, days: int = 60) -> datetime:
    """Give how far back "recently" reaches for the hint at the intake."""
    return now - timedelta(days=days)


def _digits(table: type[HelpRequest] | type[Volunteer]) -> Any:
    return func.substr(col(table.postcode), 1, 4)


def _area_of(table: type[HelpRequest] | type[Volunteer]) -> Any:
    return and_(col(Area.postcode) == _digits(table), col(Area.community_id) == col(table.community_id))


def _place_name(code: str, neighbourhood: str | None, town: str | None) -> str:
    return neighbourhood or f"{town or ''} {code[:4]}".strip()
