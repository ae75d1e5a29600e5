"""Appointments (afspraken): planned by either of an agreed pair or the desk, confirmed, moved, cancelled, marked."""

import uuid
from collections.abc import Collection, Sequence
from datetime import date, datetime, timedelta

from sqlmodel import Session

from models import values
from models.actor import Actor
from models.delays import local_now
from models.errors import Invalid, NotAllowed, StaleState
from models.operations import matches, meetings
from models.operations.telling import signal
from models.operations.transitions import move as change_state
from models.queries import appointments as queries
from models.states import MATCH_KNOWS_EACH_OTHER, AppointmentState, MatchState, Role, SignalKind
from models.tables import Appointment, HelpRequest, Match, Volunteer

MAX_SERIES = 53
"""At most a year of weekly appointments at once."""
OUTCOMES = (AppointmentState.DONE, AppointmentState.MISSED)


def plan(
    session: Session,
    match: Match,
    *,
    starts_at: datetime,
    ends_at: datetime,
    actor: Actor,
    now: datetime,
    place: str = "",
    meeting_place_id: int | None = None,
    weekly_until: date | None = None,
    leave_out: Collection[date] = (),
) -> list[Appointment]:
    """Plan one appointment, or one every week until a day; an agreed match becomes active by it.

    Parameters
    ----------
    starts_at, ends_at : datetime
        Wall-clock time of the community, naive; at most 24 hours apart.
    place : str
        In own words, at most `meetings.PLACE_LIMIT` characters; empty with no meeting place: at the resident's home.
    weekly_until : date, optional
        Last day on which one of a weekly series may be; at most `MAX_SERIES` appointments.
    leave_out : collection of date
        Days of a weekly series on which they do not meet, such as holidays.

    Returns
    -------
    list of Appointment
        In order of time. Planned already, at exactly these times and this place (a second click): those that stand
        there. Who plans what the other side planned says yes to it.

    Raises
    ------
    NotAllowed
        For anybody but the two sides and the desk.
    StaleState
        If the match is not agreed or active.
    Invalid
        ``starts_at``: ``date_past``, ``date_far``, ``time_missing`` (skipped by the clock change), ``busy_then`` (the
        volunteer has an appointment then), ``busy_on`` (on that day of a series); ``ends_at``: ``end_before_start``,
        ``too_long_period``, ``time_missing``; ``weekly_until``: ``end_before_start``, ``series_too_long``,
        ``nothing_left``; ``place`` as `values.text`; ``meeting_place``: ``choice``.
    """
    request, volunteer, community, found = meetings.circle(session, match, actor)
    if match.state not in MATCH_KNOWS_EACH_OTHER:
        raise StaleState(state=match.state, wanted=AppointmentState.PLANNED, subject="match")
    meetings.check_time(starts_at, ends_at, community, now)
    times = weekly_times(starts_at, ends_at, weekly_until, leave_out)
    where = meetings.where_of(session, community, place, meeting_place_id)
    known = queries.same(session, match.id, times, where)
    if known:
        _say_yes(session, known, request, volunteer, actor, found, now)
        return known
    series = uuid.uuid4().hex if len(times) > 1 else None
    meetings.check_weeks(session, volunteer, times, community)
    planned = [meetings.add(session, match, start, end, where, series, actor, request, now) for start, end in times]
    session.flush()
    for appointment in planned:
        meetings.write_down(
            session, appointment, "appointment_planned", found, actor, now, after=AppointmentState.PLANNED
        )
    if match.state == MatchState.AGREED:
        matches.activate(session, match, now=now)
    meetings.tell_both(session, planned[0], "appointment_planned", match, request, community, now)
    return planned


def _say_yes(
    session: Session, known: Sequence[Appointment], request: HelpRequest, volunteer: Volunteer, actor: Actor,
    found: frozenset[Role], now: datetime,
) -> None:  # fmt: skip
    """Take it for a yes that a side proposes what the other one did: else each would wait for the other."""
    sides = found - {Role.COORDINATOR}
    for one in known:
        if sides - queries.planned_by(one, request, volunteer) and one.state == AppointmentState.PLANNED:
            confirm(session, one, actor=actor, now=now)


def confirm(session: Session, appointment: Appointment, *, actor: Actor, now: datetime) -> None:
    """Say that an appointment suits; of a weekly series all that are still to come. Who planned it is told.

    An appointment of a series that was moved stands by itself: a yes to it is a yes to that day.

    Raises
    ------
    NotAllowed
        ``own_appointment`` for the side that planned it: their yes is known.
    StaleState
        If it is not waiting for this any more.
    """
    _match, request, volunteer, community, found = meetings.all_of(session, appointment, actor)
    planner = queries.planned_by(appointment, request, volunteer)
    if found <= planner:
        raise NotAllowed(code="own_appointment")
    _must_stand(appointment, AppointmentState.CONFIRMED)
    meetings.confirm(session, appointment, found, actor, now)
    # One that was moved is an exception, and somebody else's proposal is not this one.
    following = queries.standing_after(session, appointment)
    if following and queries.was_moved_here(session, appointment.id):
        following = []
    for other in following:
        if other.planned_by == appointment.planned_by and other.state == AppointmentState.PLANNED:
            meetings.confirm(session, other, found, actor, now)
    if planner & {Role.VOLUNTEER}:
        meetings.tell_one(session, appointment, "appointment_confirmed", volunteer.person_id, community, now)
    elif planner:
        meetings.tell_one(session, appointment, "appointment_confirmed", request.contact_id, community, now)


def _must_stand(appointment: Appointment, wanted: str) -> None:
    """Refuse what is over, and a moment to choose from, which has ways of its own (`models.operations.choices`)."""
    if not meetings.stands(appointment):
        raise StaleState(state=appointment.state, wanted=wanted, subject="appointment")


def move(
    session: Session,
    appointment: Appointment,
    *,
    starts_at: datetime,
    ends_at: datetime,
    actor: Actor,
    now: datetime,
    place: str | None = None,
    meeting_place_id: int | None = None,
) -> Appointment:
    """Move an appointment: the old one is cancelled and points to the new one, which both are told of.

    Parameters
    ----------
    place, meeting_place_id : optional
        Where it is now; neither given: where it was.

    Returns
    -------
    Appointment
        The new one, not yet confirmed. Moved to exactly this time and place already (a second click): that one; where
        the other side did so, this is the yes to it.

    Raises
    ------
    NotAllowed, StaleState, Invalid
        As `plan`; StaleState too if it was cancelled or is over.
    """
    match, request, volunteer, community, found = meetings.all_of(session, appointment, actor)
    where = (appointment.place, appointment.meeting_place_id)
    if place is not None or meeting_place_id is not None:
        where = meetings.where_of(session, community, place or "", meeting_place_id)
    if appointment.moved_to is not None:
        known = queries.same(session, match.id, [(starts_at, ends_at)], where)
        if [one.id for one in known] == [appointment.moved_to]:
            _say_yes(session, known, request, volunteer, actor, found, now)
            return known[0]
    if match.state not in MATCH_KNOWS_EACH_OTHER or not meetings.stands(appointment):
        raise StaleState(state=appointment.state, wanted=AppointmentState.CANCELLED, subject="appointment")
    meetings.check_time(starts_at, ends_at, community, now)
    meetings.check_free(session, volunteer, starts_at, ends_at, without=appointment.id)
    newer = meetings.add(session, match, starts_at, ends_at, where, appointment.series, actor, request, now)
    newer.sequence = appointment.sequence + 1
    session.flush()
    change_state(
        session, appointment, AppointmentState.CANCELLED, actor=actor, roles=found, now=now,
        reason="moved", keep_reason=False, moved_to=newer.id,
    )  # fmt: skip
    meetings.write_down(
        session, newer, "appointment_planned", found, actor, now, after=AppointmentState.PLANNED, reason="moved"
    )
    meetings.tell_both(session, newer, "appointment_moved", match, request, community, now)
    return newer


def cancel(
    session: Session,
    appointment: Appointment,
    reason: str,
    *,
    actor: Actor,
    now: datetime,
    following: bool = False,
    heard_from: int | None = None,
) -> None:
    """Cancel an appointment; everybody but who did it is told, once. The match goes on.

    Parameters
    ----------
    following : bool
        Of a weekly series all that come after it too; those before it stay.
    heard_from : int, optional
        The person who told a coordinator so, and need not be told.

    Raises
    ------
    NotAllowed
        For anybody but the two sides and the desk.
    StaleState
        If it was cancelled or is over.
    """
    why = values.text("reason", reason, limit=500, required=False)
    _match, request, volunteer, community, found = meetings.all_of(session, appointment, actor)
    _must_stand(appointment, AppointmentState.CANCELLED)
    ended = [appointment]
    if following:
        ended += queries.standing_after(session, appointment)
    # The last of them first: whoever is told of the first one then finds that none is left.
    for one in reversed(ended):
        role = change_state(
            session, one, AppointmentState.CANCELLED, actor=actor, roles=found, now=now, reason=why,
            sequence=one.sequence + 1,
        )  # fmt: skip
    name = "appointment_series_ended" if len(ended) > 1 else "appointment_cancelled"
    if role is not Role.VOLUNTEER and volunteer.person_id != heard_from:
        meetings.tell_one(session, appointment, name, volunteer.person_id, community, now)
    if role not in (Role.RESIDENT, Role.ASKER) and request.contact_id != heard_from:
        meetings.tell_one(session, appointment, name, request.contact_id, community, now)


def mark(session: Session, appointment: Appointment, outcome: str, *, actor: Actor, now: datetime) -> None:
    """Write down whether an appointment that has begun took place: ``done`` or ``missed`` (the desk is told).

    Raises
    ------
    Invalid
        ``outcome``: ``choice``, ``not_yet`` before it begins.
    """
    if outcome not in OUTCOMES:
        raise Invalid("outcome", "choice")
    match, _request, _volunteer, community, found = meetings.all_of(session, appointment, actor)
    if meetings.stands(appointment) and appointment.starts_at > local_now(now, community.timezone):
        raise Invalid("outcome", "not_yet")
    role = change_state(session, appointment, outcome, actor=actor, roles=found, now=now)
    if outcome == AppointmentState.MISSED:
        said_by = None if role is Role.COORDINATOR else actor.person_id
        signal(session, SignalKind.MISSED, about=f"appointment:{appointment.id}", community_id=match.community_id,
               now=now, person_id=said_by, match_id=match.id, request_id=match.request_id)  # fmt: skip


def weekly_times(
    starts_at: datetime, ends_at: datetime, until: date | None, leave_out: Collection[date] = ()
) -> list[tuple[datetime, datetime]]:
    """Give from when until when they meet on each of `weekly_days`."""
    first = starts_at.date()
    return [(starts_at + (day - first), ends_at + (day - first)) for day in weekly_days(first, until, leave_out)]


def weekly_days(first: date, until: date | None, leave_out: Collection[date] = ()) -> list[date]:
    """Give the days of a weekly series, or the one day of an appointment that is for once.

    Raises
    ------
    Invalid
        ``weekly_until``: ``end_before_start``, ``series_too_long``, ``nothing_left`` (all were left out).
    """
    if until is None:
        return [first]
    if until < first:
        raise Invalid("weekly_until", "end_before_start")
    weeks = (until - first).days // 7
    if weeks >= MAX_SERIES:
        raise Invalid("weekly_until", "series_too_long", limit=MAX_SERIES)
    days = [first + timedelta(weeks=week) for week in range(weeks + 1)]
    kept = [day for day in days if day not in leave_out]
    if not kept:
        raise Invalid("weekly_until", "nothing_left")
    return kept
