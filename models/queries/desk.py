"""Reads of the desk's day: how much of everything waits, and what is up first."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import case, func, select
from sqlmodel import Session, col
from sqlmodel import select as select_rows

from models.states import MatchState, RequestState, Role, VolunteerState
from models.tables import HelpRequest, Match, Person, Signal, Volunteer
from models.working_days import add_working_days

WAITING_FOR_ANSWER = (MatchState.APPROVED, MatchState.ACCEPTED)
"""States of a match in which somebody was asked and has not answered yet."""
FIRST_SIGNALS = ("danger", "violence", "despair")
"""Somebody may be in danger: these come before everything else."""
CARE_SIGNALS = (*FIRST_SIGNALS, "not_good", "call_me")
"""Signals about how somebody is; they come before all others."""


def place_of(kind: str) -> int:
    """Give in which part of the list a signal stands: 0 before 1 before 2."""
    return 2 - (kind in CARE_SIGNALS) - (kind in FIRST_SIGNALS)


@dataclass(frozen=True, slots=True)
class Counts:
    """How much waits at the desk; each is the number of a door.

    Attributes
    ----------
    proposed, offered : int
        Proposals that wait for approval, and how many of those are volunteers who offered themselves.
    hold_over : int
        Requests on hold whose date has come.
    """

    submitted: int
    late: int
    proposed: int
    offered: int
    unanswered: int
    applied: int
    hold_over: int


@dataclass(frozen=True, slots=True)
class Waiting:
    """A request that waits for a coordinator: new, or on hold while its date has come."""

    request: HelpRequest
    first_name: str


@dataclass(frozen=True, slots=True)
class Proposal:
    """A proposed match that waits for approval."""

    match: Match
    request: HelpRequest
    volunteer_first_name: str


@dataclass(frozen=True, slots=True)
class Worry:
    """A signal that nobody handled yet."""

    signal: Signal
    request: HelpRequest | None
    first_name: str


def still_in_time(today: date, working_days: int) -> date:
    """Give the earliest day of which a request may still wait today; one sent before it is late.

    Examples
    --------
    >>> still_in_time(date(2026, 11, 24), 2)  # a Tuesday; who asked on Friday is promised an answer today
    datetime.date(2026, 11, 20)
    """
    found = today
    while add_working_days(found - timedelta(days=1), working_days) >= today:
        found -= timedelta(days=1)
    return found


def counts(session: Session, community_id: int | None, *, today: date, late_before: datetime) -> Counts:
    """Count what waits, in one read.

    Parameters
    ----------
    late_before : datetime
        New requests sent before this moment (aware) should have had an answer.
    """
    requests = select(func.count()).select_from(HelpRequest).where(col(HelpRequest.community_id) == community_id)
    matches = select(func.count()).select_from(Match).where(col(Match.community_id) == community_id)
    volunteers = select(func.count()).select_from(Volunteer).where(col(Volunteer.community_id) == community_id)
    new = requests.where(col(HelpRequest.state) == RequestState.SUBMITTED)
    proposed = matches.join(HelpRequest, col(HelpRequest.id) == col(Match.request_id)).where(
        col(Match.state) == MatchState.PROPOSED, col(HelpRequest.state) == RequestState.OPEN
    )
    found = session.connection().execute(
        select(
            new.scalar_subquery(),
            new.where(col(HelpRequest.answered_at).is_(None), col(HelpRequest.submitted_at) < late_before)
            .scalar_subquery(),
            proposed.scalar_subquery(),
            proposed.where(col(Match.origin) == Role.VOLUNTEER).scalar_subquery(),
            matches.where(col(Match.state).in_(WAITING_FOR_ANSWER)).scalar_subquery(),
            volunteers.where(col(Volunteer.state) == VolunteerState.APPLIED).scalar_subquery(),
            requests.where(col(HelpRequest.state) == RequestState.ON_HOLD, col(HelpRequest.hold_until) <= today)
            .scalar_subquery(),
        )
    ).one()  # fmt: skip
    return Counts(*found)


def waiting_requests(session: Session, community_id: int | None, *, today: date, limit: int) -> list[Waiting]:
    """Give new requests and those whose date on hold has come: urgent ones first, then the longest waiting."""
    query: Any = (
        select_rows(HelpRequest, Person.first_name)
        .join(Person, col(Person.id) == HelpRequest.resident_id)
        .where(
            HelpRequest.community_id == community_id,
            (col(HelpRequest.state) == RequestState.SUBMITTED)
            | ((col(HelpRequest.state) == RequestState.ON_HOLD) & (col(HelpRequest.hold_until) <= today)),
        )
        .order_by(
            case((col(HelpRequest.urgency) == "high", 0), else_=1), col(HelpRequest.submitted_at), col(HelpRequest.id)
        )
        .limit(limit)
    )
    return [Waiting(row, name) for row, name in session.exec(query)]


def proposals(session: Session, community_id: int | None, *, limit: int) -> list[Proposal]:
    """Give proposals that wait for approval, those who offered themselves first, then the longest waiting."""
    query: Any = (
        select_rows(Match, HelpRequest, Person.first_name)
        .join(HelpRequest, col(HelpRequest.id) == Match.request_id)
        .join(Volunteer, col(Volunteer.id) == Match.volunteer_id)
        .join(Person, col(Person.id) == Volunteer.person_id)
        .where(
            Match.community_id == community_id,
            Match.state == MatchState.PROPOSED,
            HelpRequest.state == RequestState.OPEN,
        )
        .order_by((col(Match.origin) == Role.VOLUNTEER).desc(), col(Match.proposed_at), col(Match.id))
        .limit(limit)
    )
    return [Proposal(*row) for row in session.exec(query)]


def worries(session: Session, community_id: int | None, *, limit: int) -> list[Worry]:
    """Give signals that nobody handled yet: worries about people first, then the longest waiting."""
    query: Any = (
        select_rows(Signal, HelpRequest, Person.first_name)
        .outerjoin(HelpRequest, col(HelpRequest.id) == Signal.request_id)
        .outerjoin(Person, col(Person.id) == Signal.person_id)
        .where(Signal.community_id == community_id, col(Signal.handled_at).is_(None))
        .order_by(
            case((col(Signal.kind).in_(FIRST_SIGNALS), 0), (col(Signal.kind).in_(CARE_SIGNALS), 1), else_=2),
            col(Signal.created_at),
            col(Signal.id),
        )
        .limit(limit)
    )
    return [Worry(signal, request, name or "") for signal, request, name in session.exec(query)]


def names_of(session: Session, person_ids: Sequence[int | None]) -> dict[int, str]:
    """Give people's names for the desk, by id; somebody erased has none and is left out."""
    wanted = {i for i in person_ids if i is not None}
    if not wanted:
        return {}
    query = select_rows(Person.id, Person.first_name, Person.last_name).where(col(Person.id).in_(wanted))
    return {i: f"{first} {last}".strip() for i, first, last in session.exec(query) if i is not None and first}
