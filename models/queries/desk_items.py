"""Reads of what the desk must not forget: people to call and signals to look at."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import and_, func, or_
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from models.queries.appointments import STANDING
from models.queries.choices import ASKS
from models.states import AppointmentState, MatchState, RequestState
from models.tables import Appointment, Call, CheckIn, HelpRequest, Match, Person, Signal

# A call that is overtaken by what happened since is not made: the proposal was answered or taken back, the check-in
# answered, the question answered, the appointment cancelled. The row stays; it is only no longer shown.
_MATCH_WAITS = {
    "proposal_volunteer": MatchState.APPROVED,
    "proposal_volunteer_reminder": MatchState.APPROVED,
    "proposal_resident": MatchState.ACCEPTED,
    "proposal_resident_reminder": MatchState.ACCEPTED,
}
_REQUEST_WAITS = {
    "request_question": (RequestState.ASKED_BACK,),
    "request_still_wanted": (RequestState.OPEN, RequestState.ON_HOLD),
    "request_no_match": (RequestState.OPEN,),
}
_APPOINTMENT_STANDS = (*ASKS, "appointment_moved", "appointment_reminder")


@dataclass(frozen=True, slots=True)
class CallItem:
    """Somebody to call, with what it is about as far as it exists."""

    call: Call
    person: Person
    match: Match | None
    request: HelpRequest | None
    appointment: Appointment | None
    check_in: CheckIn | None


@dataclass(frozen=True, slots=True)
class SignalItem:
    """Something to look at, with whom and what it is about as far as that is known."""

    signal: Signal
    person: Person | None
    request: HelpRequest | None


def call_by_id(session: Session, call_id: int) -> Call | None:
    """Give one call."""
    return session.get(Call, call_id)


def signal_by_id(session: Session, signal_id: int) -> Signal | None:
    """Give one signal."""
    return session.get(Signal, signal_id)


def _open_calls(statement: Any, community_id: int | None, until: date | None) -> Any:
    params, about = col(Call.params), col(Call.about)

    def named(name: str, *through: Any) -> Any:
        return func.coalesce(params[name].as_integer(), *through)

    statement = (
        statement.select_from(Call)
        .join(Person, col(Person.id) == Call.person_id)
        .outerjoin(CheckIn, col(CheckIn.id) == params["check_in_id"].as_integer())
        .outerjoin(Appointment, col(Appointment.id) == named("appointment_id", CheckIn.appointment_id))
        .outerjoin(Match, col(Match.id) == named("match_id", Appointment.match_id))
        .outerjoin(HelpRequest, col(HelpRequest.id) == named("request_id", Match.request_id))
        .where(
            Call.community_id == community_id,
            col(Call.done_at).is_(None),
            col(Person.erased_at).is_(None),
            or_(
                about.not_in([*_MATCH_WAITS, *_REQUEST_WAITS, *_APPOINTMENT_STANDS, "check_in"]),
                *(and_(about == name, col(Match.state) == state) for name, state in _MATCH_WAITS.items()),
                *(and_(about == name, col(HelpRequest.state).in_(s)) for name, s in _REQUEST_WAITS.items()),
                and_(about.in_(_APPOINTMENT_STANDS), _still_asked(about)),
                and_(about == "check_in", col(CheckIn.answer).is_(None)),
            ),
        )
    )
    return statement if until is None else statement.where(Call.due_on <= until)


def _still_asked(about: Any) -> Any:
    """Of moments to choose from: whether one can still be picked; else whether the appointment stands."""
    moment = aliased(Appointment)
    left = select(moment.id).where(
        col(moment.choice) == col(Appointment.choice), col(moment.state) == AppointmentState.PROPOSED
    )
    was_choice = and_(about.in_(ASKS), col(Appointment.choice).is_not(None))
    stands = col(Appointment.state).in_(STANDING)
    return or_(and_(was_choice, left.exists()), and_(~was_choice, stands))


def open_calls(
    session: Session, community_id: int | None, *, until: date | None = None, limit: int = 200
) -> list[CallItem]:
    """Give whom the desk has to call, longest due first; without what was overtaken by events.

    Parameters
    ----------
    until : date, optional
        Only what is due on this (local) day or before.
    """
    columns: tuple[Any, ...] = (Call, Person, Match, HelpRequest, Appointment, CheckIn)
    statement = _open_calls(select(*columns), community_id, until)
    rows = session.exec(statement.order_by(col(Call.due_on), col(Call.id)).limit(limit)).all()
    return [CallItem(*row) for row in rows]


def count_open_calls(session: Session, community_id: int | None, *, until: date | None = None) -> int:
    """Count `open_calls`."""
    statement = _open_calls(select(func.count(col(Call.id))), community_id, until)
    return int(session.exec(statement).one())


def open_calls_of(session: Session, community_id: int | None, person_id: int | None) -> Sequence[Call]:
    """Give what one person has to be called about, overtaken or not, longest due first."""
    query = select(Call).where(
        Call.community_id == community_id, Call.person_id == person_id, col(Call.done_at).is_(None)
    )
    return session.exec(query.order_by(col(Call.due_on), col(Call.id))).all()


def open_signals(session: Session, community_id: int | None, *, limit: int = 200) -> list[SignalItem]:
    """Give what a human must look at, oldest first."""
    columns: tuple[Any, ...] = (Signal, Person, HelpRequest)
    query = (
        select(*columns)
        .select_from(Signal)
        .outerjoin(Person, col(Person.id) == Signal.person_id)
        .outerjoin(HelpRequest, col(HelpRequest.id) == Signal.request_id)
        .where(Signal.community_id == community_id, col(Signal.handled_at).is_(None))
    )
    rows = session.exec(query.order_by(col(Signal.created_at), col(Signal.id)).limit(limit)).all()
    return [SignalItem(*row) for row in rows]


def count_open_signals(session: Session, community_id: int | None) -> int:
    """Count `open_signals`."""
    query = select(func.count()).where(Signal.community_id == community_id, col(Signal.handled_at).is_(None))
    return session.exec(query).one()


def signals_of_match(session: Session, match_id: int | None) -> Sequence[Signal]:
    """Give every signal about a match, handled or not, oldest first."""
    return session.exec(select(Signal).where(Signal.match_id == match_id).order_by(col(Signal.id))).all()


def signals_of_request(session: Session, request_id: int | None) -> Sequence[Signal]:
    """Give every signal about a request, handled or not, oldest first."""
    return session.exec(select(Signal).where(Signal.request_id == request_id).order_by(col(Signal.id))).all()
