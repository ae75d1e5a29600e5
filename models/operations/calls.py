"""The desk's call list and signals: what a coordinator heard on the phone, written down in their name."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from sqlmodel import Session

from models import values
from models.actor import Actor
from models.errors import Invalid, NotAllowed, StaleState
from models.operations import appointments, checkins, choices, matches, requests
from models.operations.audit import record
from models.permissions import coordinates, roles_on_match
from models.queries import appointments as appointment_queries
from models.queries import checkins as check_in_queries
from models.queries import matches as match_queries
from models.queries import requests as request_queries
from models.queries.choices import ASKS
from models.states import AppointmentState, MatchState, RequestState, Role
from models.tables import Appointment, Call, CheckIn, HelpRequest, Match, Signal

YES, NO, TOLD, NO_ANSWER, ANSWERED = "yes", "no", "told", "no_answer", "answered"
NOTE_LIMIT = 500
HANDLED_LIMIT = 490
_MATCH_ASKED = {
    "proposal_volunteer": MatchState.APPROVED,
    "proposal_volunteer_reminder": MatchState.APPROVED,
    "proposal_resident": MatchState.ACCEPTED,
    "proposal_resident_reminder": MatchState.ACCEPTED,
}
_APPOINTMENT = (*ASKS, "appointment_moved", "appointment_reminder")
_CHECK_IN, _QUESTION, _STILL_WANTED = "check_in", "request_question", "request_still_wanted"


def outcomes(about: str) -> tuple[str, ...]:
    """Give what may come out of a call about a message; ``no_answer`` always, and leaves the call open."""
    if about in _MATCH_ASKED or about == _STILL_WANTED:
        return (YES, NO, NO_ANSWER)
    if about in _APPOINTMENT:
        return (YES, NO, TOLD, NO_ANSWER)
    if about == _CHECK_IN:
        return (*checkins.ANSWERS, NO_ANSWER)
    return (ANSWERED, TOLD, NO_ANSWER) if about == _QUESTION else (TOLD, NO_ANSWER)


def outcome(session: Session, call: Call, said: str, note: str, *, actor: Actor, now: datetime) -> None:
    """Write down what came out of a call, and do what the person said.

    Parameters
    ----------
    said : str
        One of `outcomes`. ``yes`` and ``no`` to a proposal accept, agree or decline it; to "is it still wanted?" they
        note a sign of life or withdraw the request; to an appointment they confirm or cancel it; ``answered`` answers
        the coordinator's question with the note; a check-in's answer is recorded; ``told`` closes plain news;
        ``no_answer`` leaves the call open.
    note : str
        At most `NOTE_LIMIT` characters; needed with ``answered`` (the answer) and ``no`` (the reason; not where an
        appointment does not suit).

    Raises
    ------
    NotAllowed
        For anybody but a coordinator of that community.
    Invalid
        ``outcome``: ``choice``; ``note``: ``required`` and as `values.text`.
    StaleState
        ``call_done`` (by somebody else, or otherwise), or what it is about is past.
    """
    if not coordinates(actor, call.community_id):
        raise NotAllowed(wanted="call")
    if said not in outcomes(call.about):
        raise Invalid("outcome", "choice")
    needed = said == ANSWERED or (said == NO and call.about not in _APPOINTMENT)
    clean = values.text("note", note, limit=NOTE_LIMIT, required=needed)
    _hold(session, call)
    if call.done_at is not None:
        if call.outcome == said:
            return
        raise StaleState(code="call_done", subject="call", by=call.done_by)
    if said not in (TOLD, NO_ANSWER):
        _doing(call.about)(session, call, said, clean, actor, now)
    call.outcome, call.note = said, clean or call.note
    if said != NO_ANSWER:
        call.done_at, call.done_by = now, actor.person_id
    session.add(call)
    session.flush()
    record(session, actor=actor, role=Role.COORDINATOR, action=f"call_{said}", subject="call", subject_id=call.id,
           now=now, community_id=call.community_id)  # fmt: skip


def handle_signal(session: Session, signal: Signal, note: str, *, actor: Actor, now: datetime) -> None:
    """Write down that somebody looked at a signal, and what was done; handled before: nothing changes.

    Raises
    ------
    NotAllowed
        For anybody but a coordinator of that community.
    Invalid
        ``note`` as `values.text`, at most `HANDLED_LIMIT` characters.
    """
    if not coordinates(actor, signal.community_id):
        raise NotAllowed(wanted="signal")
    clean = values.text("note", note, limit=HANDLED_LIMIT, required=False)
    session.flush()
    session.refresh(signal, with_for_update=True)
    if signal.handled_at is not None:
        return
    signal.handled_at, signal.handled_by = now, actor.person_id
    # Below what was told, not in the log: it may name people, and the log is never emptied.
    signal.note = "\n\n".join(part for part in (signal.note, clean) if part)
    session.add(signal)
    session.flush()
    record(session, actor=actor, role=Role.COORDINATOR, action="signal_handled", subject="signal",
           subject_id=signal.id, now=now, community_id=signal.community_id)  # fmt: skip


def _hold(session: Session, call: Call) -> None:
    session.flush()
    session.refresh(call, with_for_update=True)


_Doing = Callable[[Session, Call, str, str, Actor, datetime], None]


def _doing(about: str) -> _Doing:
    if about in _MATCH_ASKED:
        return _proposal
    if about in _APPOINTMENT:
        return _appointment
    return {_CHECK_IN: _check_in, _QUESTION: _question, _STILL_WANTED: _still_wanted}[about]


def _proposal(session: Session, call: Call, said: str, note: str, actor: Actor, now: datetime) -> None:
    match: Match = _about(call, "match_id", lambda i: match_queries.by_id(session, i))
    expected = _MATCH_ASKED[call.about]
    session.refresh(match)
    if match.state != expected:  # or a volunteer's "no" would be written down as the resident's
        raise StaleState(state=match.state, wanted=expected, subject="match")
    if said == NO:
        matches.decline(session, match, note, actor=actor, now=now)
    elif expected == MatchState.APPROVED:
        matches.accept(session, match, actor=actor, now=now)
    else:
        matches.agree(session, match, actor=actor, now=now)


def _appointment(session: Session, call: Call, said: str, _note: str, actor: Actor, now: datetime) -> None:
    """Confirm or cancel what somebody was called about. The note is the desk's: the other does not read it."""
    found: Appointment = _about(call, "appointment_id", lambda i: appointment_queries.by_id(session, i))
    if call.about in ASKS and found.choice is not None:
        if said == YES:
            raise Invalid("outcome", "which_moment")
        choices.decline(session, found, actor=actor, now=now, heard_from=call.person_id)
        return
    if found.state not in appointment_queries.STANDING:
        raise StaleState(state=found.state, wanted=said, subject="appointment")
    if said == NO:
        appointments.cancel(session, found, "", actor=actor, now=now, heard_from=call.person_id)
        return
    match = match_queries.by_id(session, found.match_id)
    assert match is not None, "the database keeps an appointment's match"
    request, volunteer = match_queries.request_of(session, match), match_queries.volunteer_of(session, match)
    theirs = roles_on_match(Actor(person_id=call.person_id), request, volunteer)
    waits = found.state == AppointmentState.PLANNED
    if waits and not theirs & appointment_queries.planned_by(found, request, volunteer):
        appointments.confirm(session, found, actor=actor, now=now)


def _check_in(session: Session, call: Call, said: str, note: str, actor: Actor, now: datetime) -> None:
    check_in: CheckIn = _about(call, "check_in_id", lambda i: check_in_queries.by_id(session, i))
    checkins.answer(session, check_in, said, note, actor=actor, now=now)


def _question(session: Session, call: Call, _said: str, note: str, actor: Actor, now: datetime) -> None:
    requests.answer(session, _request(session, call), note, actor=actor, now=now)


def _still_wanted(session: Session, call: Call, said: str, note: str, actor: Actor, now: datetime) -> None:
    request = _request(session, call)
    if request.state not in (RequestState.OPEN, RequestState.ON_HOLD):
        raise StaleState(state=request.state, wanted=_STILL_WANTED, subject="request")
    if said == YES:
        requests.still_wanted(session, request, actor=actor, now=now)
    else:
        requests.withdraw(session, request, note, actor=actor, now=now)


def _request(session: Session, call: Call) -> HelpRequest:
    found: HelpRequest = _about(call, "request_id", lambda i: request_queries.by_id(session, i))
    return found


def _about(call: Call, name: str, find: Callable[[int], Any]) -> Any:
    number = call.params.get(name)
    found = find(number) if isinstance(number, int) else None
    if found is None or getattr(found, "community_id", call.community_id) != call.community_id:
        raise StaleState(subject="call")
    return found
