"""Two or three moments to choose from: who proposes gives them, the other side picks one, the others lapse.

They are appointments in state ``proposed`` with the same ``choice``. Nothing counts on them: no reminder, no check-in,
no busy volunteer, no match that begins, until one is picked.
"""

import uuid
from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session

from models.actor import SYSTEM, Actor
from models.delays import local_now
from models.errors import Invalid, NotAllowed, StaleState
from models.operations import matches, meetings
from models.operations.telling import signal
from models.operations.transitions import move as change_state
from models.queries import appointments as queries
from models.queries import matches as match_queries
from models.states import MATCH_KNOWS_EACH_OTHER, AppointmentState, MatchState, Role, SignalKind
from models.tables import Appointment, Community, HelpRequest, Match, Volunteer

LEAST, MOST = 2, 3
NOT_PICKED = "not_picked"
"""The reason in the log of a moment that lapsed because another was picked, or none suited."""


def propose(
    session: Session,
    match: Match,
    times: Sequence[tuple[datetime, datetime]],
    *,
    actor: Actor,
    now: datetime,
    place: str = "",
    meeting_place_id: int | None = None,
) -> list[Appointment]:
    """Propose `LEAST` to `MOST` moments of which the other side picks one.

    Parameters
    ----------
    times : sequence of (datetime, datetime)
        From when until when: wall-clock time of the community, naive.
    place, meeting_place_id : optional
        As for `models.operations.appointments.plan`; the same for all moments.

    Returns
    -------
    list of Appointment
        In order of time. Proposed already, exactly these (a second click): those that stand there.

    Raises
    ------
    NotAllowed
        For anybody but the two sides and the desk.
    StaleState
        If the match is not agreed or active.
    Invalid
        As `models.operations.appointments.plan`, with ``number`` (0 for the first) in the details where one moment is
        meant; ``starts_at``: ``moment_twice`` where two share time.
    """
    if not LEAST <= len(times) <= MOST:
        raise ValueError(f"between {LEAST} and {MOST} moments make a choice")
    request, volunteer, community, found = meetings.circle(session, match, actor)
    if match.state not in MATCH_KNOWS_EACH_OTHER:
        raise StaleState(state=match.state, wanted=AppointmentState.PROPOSED, subject="match")
    for number, (start, end) in enumerate(times):
        try:
            meetings.check_time(start, end, community, now)
            meetings.check_free(session, volunteer, start, end)
            if any(start < other_end and other_start < end for other_start, other_end in times[:number]):
                raise Invalid("starts_at", "moment_twice")
        except Invalid as error:
            raise error.at(error.field, number=number) from error
    where = meetings.where_of(session, community, place, meeting_place_id)
    ordered = sorted(times)
    waiting = queries.proposed_of_match(session, match.id, local_now(now, community.timezone))
    for key in {one.choice for one in waiting}:
        same = [one for one in waiting if one.choice == key]
        if [(one.starts_at, one.ends_at) for one in same] == ordered:
            return same
    choice = uuid.uuid4().hex
    proposed = [meetings.add(session, match, *time, where, None, actor, request, now) for time in ordered]
    for one in proposed:
        one.choice, one.state = choice, AppointmentState.PROPOSED
    session.flush()
    for one in proposed:
        meetings.write_down(session, one, "appointment_proposed", found, actor, now, after=AppointmentState.PROPOSED)
    planner = meetings.planned_by(proposed[0], request, volunteer)
    for person_id in _to_choose(planner, request, volunteer):
        meetings.tell_one(session, proposed[0], "appointment_planned", person_id, community, now)
    return proposed


def _to_choose(planner: frozenset[Role], request: HelpRequest, volunteer: Volunteer) -> list[int]:
    """Give who can pick: the side that did not propose, both where the desk did."""
    sides = [(Role.RESIDENT, request.contact_id), (Role.VOLUNTEER, volunteer.person_id)]
    return [person_id for role, person_id in sides if role not in planner and person_id is not None]


def pick(
    session: Session, appointment: Appointment, *, actor: Actor, now: datetime, heard_from: int | None = None
) -> None:
    """Pick a moment: it is confirmed, the others lapse, and an agreed match becomes active by it.

    Only the first pick of a choice counts; the same one a second time is nothing.

    Parameters
    ----------
    heard_from : int, optional
        The person who told a coordinator so, and need not be told.

    Raises
    ------
    NotAllowed
        ``own_appointment`` for the side that proposed it, and for anybody whom it does not concern.
    StaleState
        ``picked`` (another moment was), ``moment_past``, ``busy_meanwhile`` (the volunteer is expected elsewhere by
        now), or if it lapsed or the match ended.
    """
    match, request, volunteer, community, found = meetings.all_of(session, appointment, actor)
    planner = meetings.planned_by(appointment, request, volunteer)
    if found <= planner:
        raise NotAllowed(code="own_appointment")
    if appointment.choice is None:
        raise StaleState(state=appointment.state, wanted=AppointmentState.CONFIRMED, subject="appointment")
    moments = queries.of_choice(session, appointment.choice)
    for one in moments:
        session.refresh(one)
    if appointment.state == AppointmentState.CONFIRMED:
        return  # a second click
    _must_be_free(session, appointment, moments, match, volunteer, community, now)
    role = change_state(
        session, appointment, AppointmentState.CONFIRMED, actor=actor, roles=found, now=now,
        sequence=appointment.sequence + 1,
    )  # fmt: skip
    _lapse(session, [one for one in moments if one.state == AppointmentState.PROPOSED], actor, found, now)
    if match.state == MatchState.AGREED:
        matches.activate(session, match, now=now)
    for person_id in _to_tell(role, planner, request, volunteer):
        if person_id != heard_from:
            meetings.tell_one(session, appointment, "appointment_confirmed", person_id, community, now)


def _must_be_free(
    session: Session, appointment: Appointment, moments: Sequence[Appointment], match: Match, volunteer: Volunteer,
    community: Community, now: datetime,
) -> None:  # fmt: skip
    if any(one.state in (AppointmentState.CONFIRMED, AppointmentState.DONE) for one in moments):
        raise StaleState(code="picked", subject="appointment")
    if match.state not in MATCH_KNOWS_EACH_OTHER or appointment.state != AppointmentState.PROPOSED:
        raise StaleState(state=appointment.state, wanted=AppointmentState.CONFIRMED, subject="appointment")
    if appointment.starts_at <= local_now(now, community.timezone):
        raise StaleState(code="moment_past", subject="appointment")
    if queries.of_volunteer_between(session, volunteer.id, appointment.starts_at, appointment.ends_at):
        raise StaleState(code="busy_meanwhile", subject="appointment")


def decline(
    session: Session, appointment: Appointment, *, actor: Actor, now: datetime, heard_from: int | None = None
) -> None:
    """None of the moments suits, or who proposed them takes them back: all of this choice lapse, the other is told.

    Parameters
    ----------
    appointment : Appointment
        Any one of the moments.
    heard_from : int, optional
        The person who told a coordinator so, and need not be told.

    Raises
    ------
    NotAllowed
        For anybody but the two sides and the desk.
    StaleState
        ``picked`` where one was picked already; or if nothing of it is left.
    """
    _match, request, volunteer, community, found = meetings.all_of(session, appointment, actor)
    left = _left(session, appointment)
    if not left:
        raise StaleState(state=appointment.state, wanted=AppointmentState.CANCELLED, subject="appointment")
    role = _lapse(session, left, actor, found, now)
    for person_id in _to_tell(role, meetings.planned_by(appointment, request, volunteer), request, volunteer):
        if person_id != heard_from:
            meetings.tell_one(session, left[0], "appointment_declined", person_id, community, now)


def replace(session: Session, appointment: Appointment, *, actor: Actor, now: datetime) -> None:
    """Let what is left of a choice lapse, because another day is proposed instead: who hears of that is not told twice.

    Nothing happens where nothing is left.

    Raises
    ------
    NotAllowed
        For anybody but the two sides and the desk.
    StaleState
        ``picked`` where one was picked already.
    """
    _match, _request, _volunteer, _community, found = meetings.all_of(session, appointment, actor)
    _lapse(session, _left(session, appointment), actor, found, now)


def _left(session: Session, appointment: Appointment) -> list[Appointment]:
    moments = queries.of_choice(session, appointment.choice) if appointment.choice else []
    for one in moments:
        session.refresh(one)
    if any(one.state == AppointmentState.CONFIRMED for one in moments):
        raise StaleState(code="picked", subject="appointment")
    return [one for one in moments if one.state == AppointmentState.PROPOSED]


def lapse(session: Session, appointment: Appointment, *, now: datetime) -> None:
    """A proposed moment has come and nobody picked it; after the last one of a choice the desk asks how it is going."""
    match = match_queries.by_id(session, appointment.match_id)
    assert match is not None and appointment.choice is not None, "the database keeps an appointment's match"
    matches.locked_request(session, match)
    matches.locked_volunteer(session, match)
    session.refresh(appointment)
    if appointment.state != AppointmentState.PROPOSED:
        return
    _lapse(session, [appointment], SYSTEM, frozenset({Role.SYSTEM}), now)
    moments = queries.of_choice(session, appointment.choice)
    if all(one.state == AppointmentState.CANCELLED for one in moments):
        signal(session, SignalKind.NO_APPOINTMENT, about=f"choice:{appointment.choice}", match_id=match.id, now=now,
               community_id=match.community_id, request_id=match.request_id)  # fmt: skip


def _lapse(
    session: Session, moments: Sequence[Appointment], actor: Actor, found: frozenset[Role], now: datetime
) -> Role:
    role = Role.SYSTEM
    for one in moments:
        role = change_state(
            session, one, AppointmentState.CANCELLED, actor=actor, roles=found, now=now, reason=NOT_PICKED,
            keep_reason=False, sequence=one.sequence + 1,
        )  # fmt: skip
    return role


def _to_tell(role: Role, planner: frozenset[Role], request: HelpRequest, volunteer: Volunteer) -> list[int]:
    """Give who did not say it themselves: the other side; of the desk's own words whose proposal it was, else both."""
    contact = request.contact_id
    if role is Role.VOLUNTEER:
        told = [contact]
    elif role in (Role.RESIDENT, Role.ASKER):
        told = [volunteer.person_id]
    elif planner:
        told = [volunteer.person_id if Role.VOLUNTEER in planner else contact]
    else:
        told = [contact, volunteer.person_id]
    return [person_id for person_id in told if person_id is not None]
