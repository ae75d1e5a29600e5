"""Appointments (afspraken): planned by either of an agreed pair or the desk, confirmed, moved, cancelled, marked."""

import uuid
from datetime import date, datetime, timedelta

from sqlmodel import Session

from models import values
from models.actor import Actor
from models.delays import local_now
from models.errors import Invalid, NotAllowed, StaleState
from models.operations import matches
from models.operations.audit import record
from models.operations.telling import signal, tell
from models.operations.transitions import first_role
from models.operations.transitions import move as change_state
from models.permissions import roles_on_match
from models.queries import appointments as queries
from models.queries import communities
from models.queries import matches as match_queries
from models.states import MATCH_KNOWS_EACH_OTHER, AppointmentState, MatchState, Role, SignalKind
from models.tables import Appointment, Community, HelpRequest, Match, Volunteer

MAX_SERIES = 53
"""At most a year of weekly appointments at once."""
PLACE_LIMIT = 200
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
) -> list[Appointment]:
    """Plan one appointment, or one every week until a day; an agreed match becomes active by it.

    Parameters
    ----------
    starts_at, ends_at : datetime
        Wall-clock time of the community, naive; at most 24 hours apart.
    place : str
        In own words, at most `PLACE_LIMIT` characters; empty with no meeting place: at the resident's home.
    weekly_until : date, optional
        Last day on which one of a weekly series may be; at most `MAX_SERIES` appointments.

    Returns
    -------
    list of Appointment
        In order of time. Planned already at exactly this time (a second click): those that stand there.

    Raises
    ------
    NotAllowed
        For anybody but the two sides and the desk.
    StaleState
        If the match is not agreed or active.
    Invalid
        ``starts_at``: ``date_past``, ``date_far``, ``time_missing`` (skipped by the clock change), ``busy_then`` (the
        volunteer has an appointment then); ``ends_at``: ``end_before_start``, ``too_long_period``, ``time_missing``;
        ``weekly_until``: ``end_before_start``, ``series_too_long``; ``place`` as `values.text`; ``meeting_place``:
        ``choice``.
    """
    request, volunteer, community, found = _circle(session, match, actor)
    if match.state not in MATCH_KNOWS_EACH_OTHER:
        raise StaleState(state=match.state, wanted=AppointmentState.PLANNED, subject="match")
    _check_time(starts_at, ends_at, community, now)
    days = _days(starts_at, weekly_until)
    where = _where(session, community, place, meeting_place_id)
    known = queries.same_time(session, match.id, starts_at, ends_at)
    if known is not None:
        return [a for a in queries.of_series(session, known.series) if _stands(a)] if known.series else [known]
    series = uuid.uuid4().hex if len(days) > 1 else None
    times = [(starts_at + (day - days[0]), ends_at + (day - days[0])) for day in days]
    for start, end in times:
        values.on_the_clock("starts_at", start, community.timezone)
        values.on_the_clock("ends_at", end, community.timezone)
        _check_free(session, volunteer, start, end)
    planned = [_add(session, match, start, end, where, series, actor, request, now) for start, end in times]
    session.flush()
    for appointment in planned:
        _record(session, appointment, "appointment_planned", found, actor, now, after=AppointmentState.PLANNED)
    if match.state == MatchState.AGREED:
        matches.activate(session, match, now=now)
    _tell_both(session, planned[0], "appointment_planned", match, request, community, now)
    return planned


def confirm(session: Session, appointment: Appointment, *, actor: Actor, now: datetime) -> None:
    """Say that an appointment suits; of a weekly series all that are still to come.

    Raises
    ------
    NotAllowed
        ``own_appointment`` for the side that planned it: their yes is known.
    StaleState
        If it is not waiting for this any more.
    """
    _match, request, volunteer, _community, found = _all_of(session, appointment, actor)
    if found <= planned_by(appointment, request, volunteer):
        raise NotAllowed(code="own_appointment")
    _confirm(session, appointment, actor, found, now)
    for other in queries.of_series(session, appointment.series) if appointment.series else ():
        if other.state == AppointmentState.PLANNED and other.starts_at > appointment.starts_at:
            _confirm(session, other, actor, found, now)


def planned_by(appointment: Appointment, request: HelpRequest, volunteer: Volunteer) -> frozenset[Role]:
    """Give the side that planned an appointment, whose yes is known; none where the desk did."""
    if appointment.planned_by == volunteer.person_id:
        return frozenset({Role.VOLUNTEER})
    if appointment.planned_by in (request.resident_id, request.asker_id, request.contact_id):
        return frozenset({Role.RESIDENT, Role.ASKER})
    return frozenset()


def _confirm(session: Session, appointment: Appointment, actor: Actor, found: frozenset[Role], now: datetime) -> None:
    change_state(
        session, appointment, AppointmentState.CONFIRMED, actor=actor, roles=found, now=now,
        sequence=appointment.sequence + 1,
    )  # fmt: skip


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
        The new one, not yet confirmed. Moved to exactly this time already (a second click): that one.

    Raises
    ------
    NotAllowed, StaleState, Invalid
        As `plan`; StaleState too if it was cancelled or is over.
    """
    match, request, volunteer, community, found = _all_of(session, appointment, actor)
    if appointment.moved_to is not None:
        newer = queries.by_id(session, appointment.moved_to)
        if newer is not None and _stands(newer) and (newer.starts_at, newer.ends_at) == (starts_at, ends_at):
            return newer
    if match.state not in MATCH_KNOWS_EACH_OTHER or not _stands(appointment):
        raise StaleState(state=appointment.state, wanted=AppointmentState.CANCELLED, subject="appointment")
    _check_time(starts_at, ends_at, community, now)
    _check_free(session, volunteer, starts_at, ends_at, without=appointment.id)
    where = (appointment.place, appointment.meeting_place_id)
    if place is not None or meeting_place_id is not None:
        where = _where(session, community, place or "", meeting_place_id)
    newer = _add(session, match, starts_at, ends_at, where, appointment.series, actor, request, now)
    newer.sequence = appointment.sequence + 1
    session.flush()
    change_state(
        session, appointment, AppointmentState.CANCELLED, actor=actor, roles=found, now=now,
        reason="moved", keep_reason=False, moved_to=newer.id,
    )  # fmt: skip
    _record(session, newer, "appointment_planned", found, actor, now, after=AppointmentState.PLANNED, reason="moved")
    _tell_both(session, newer, "appointment_moved", match, request, community, now)
    return newer


def cancel(
    session: Session,
    appointment: Appointment,
    reason: str,
    *,
    actor: Actor,
    now: datetime,
    heard_from: int | None = None,
) -> None:
    """Cancel an appointment; everybody but who did it is told. The match goes on.

    Parameters
    ----------
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
    _match, request, volunteer, community, found = _all_of(session, appointment, actor)
    role = change_state(
        session, appointment, AppointmentState.CANCELLED, actor=actor, roles=found, now=now, reason=why,
        sequence=appointment.sequence + 1,
    )  # fmt: skip
    if role is not Role.VOLUNTEER and volunteer.person_id != heard_from:
        _tell(session, appointment, "appointment_cancelled", volunteer.person_id, community, now)
    if role not in (Role.RESIDENT, Role.ASKER) and request.contact_id != heard_from:
        _tell(session, appointment, "appointment_cancelled", request.contact_id, community, now)


def mark(session: Session, appointment: Appointment, outcome: str, *, actor: Actor, now: datetime) -> None:
    """Write down whether an appointment that has begun took place: ``done`` or ``missed`` (the desk is told).

    Raises
    ------
    Invalid
        ``outcome``: ``choice``, ``not_yet`` before it begins.
    """
    if outcome not in OUTCOMES:
        raise Invalid("outcome", "choice")
    match, _request, _volunteer, community, found = _all_of(session, appointment, actor)
    if _stands(appointment) and appointment.starts_at > local_now(now, community.timezone):
        raise Invalid("outcome", "not_yet")
    role = change_state(session, appointment, outcome, actor=actor, roles=found, now=now)
    if outcome == AppointmentState.MISSED:
        said_by = None if role is Role.COORDINATOR else actor.person_id
        signal(session, SignalKind.MISSED, about=f"appointment:{appointment.id}", community_id=match.community_id,
               now=now, person_id=said_by, match_id=match.id, request_id=match.request_id)  # fmt: skip


def _circle(session: Session, match: Match, actor: Actor) -> tuple[HelpRequest, Volunteer, Community, frozenset[Role]]:
    """Whom an appointment concerns, held against two at once; refuses everybody else."""
    request, volunteer = matches.locked_request(session, match), matches.locked_volunteer(session, match)
    found = roles_on_match(actor, request, volunteer) - {Role.SYSTEM}
    if not found:
        raise NotAllowed(wanted="appointment")
    return request, volunteer, match_queries.community_of(session, match.community_id), found


def _all_of(
    session: Session, appointment: Appointment, actor: Actor
) -> tuple[Match, HelpRequest, Volunteer, Community, frozenset[Role]]:
    match = match_queries.by_id(session, appointment.match_id)
    assert match is not None, "the database keeps an appointment's match"
    request, volunteer, community, found = _circle(session, match, actor)
    session.refresh(appointment)  # as it is now that nobody else can change it
    return match, request, volunteer, community, found


def _stands(appointment: Appointment) -> bool:
    return appointment.state in queries.STANDING


def _check_time(starts_at: datetime, ends_at: datetime, community: Community, now: datetime) -> None:
    if starts_at.tzinfo is not None or ends_at.tzinfo is not None:
        raise ValueError("an appointment is in wall-clock time, without a zone")
    local = local_now(now, community.timezone)
    values.period("ends_at", starts_at, ends_at)
    if starts_at <= local:
        raise Invalid("starts_at", "date_past")
    values.day("starts_at", starts_at.date().isoformat(), today=local.date())
    values.on_the_clock("starts_at", starts_at, community.timezone)
    values.on_the_clock("ends_at", ends_at, community.timezone)


def _days(starts_at: datetime, weekly_until: date | None) -> list[date]:
    first = starts_at.date()
    if weekly_until is None:
        return [first]
    if weekly_until < first:
        raise Invalid("weekly_until", "end_before_start")
    weeks = (weekly_until - first).days // 7
    if weeks >= MAX_SERIES:
        raise Invalid("weekly_until", "series_too_long", limit=MAX_SERIES)
    return [first + timedelta(weeks=week) for week in range(weeks + 1)]


def _where(session: Session, community: Community, place: str, meeting_place_id: int | None) -> tuple[str, int | None]:
    clean = values.text("place", place, limit=PLACE_LIMIT, required=False, one_line=True)
    if meeting_place_id is not None:
        assert community.id is not None
        known = communities.meeting_place(session, community.id, meeting_place_id)
        if known is None or not known.open:
            raise Invalid("meeting_place", "choice")
    return clean, meeting_place_id


def _check_free(
    session: Session, volunteer: Volunteer, start: datetime, end: datetime, *, without: int | None = None
) -> None:
    if queries.of_volunteer_between(session, volunteer.id, start, end, without=without):
        raise Invalid("starts_at", "busy_then", on=start.date())


def _add(
    session: Session, match: Match, start: datetime, end: datetime, where: tuple[str, int | None],
    series: str | None, actor: Actor, request: HelpRequest, now: datetime,
) -> Appointment:  # fmt: skip
    assert match.id is not None
    # By a private link there is no name to it but that of whom the link was given to.
    planner = actor.person_id if actor.person_id is not None else request.contact_id
    appointment = Appointment(
        match_id=match.id, community_id=match.community_id, starts_at=start, ends_at=end, place=where[0],
        meeting_place_id=where[1], series=series, planned_by=planner, created_at=now,
    )  # fmt: skip
    session.add(appointment)
    return appointment


def _record(
    session: Session, appointment: Appointment, action: str, found: frozenset[Role], actor: Actor, now: datetime,
    *, after: str, reason: str = "",
) -> None:  # fmt: skip
    record(session, actor=actor, role=first_role(found), action=action, subject="appointment",
           subject_id=appointment.id, now=now, community_id=appointment.community_id, after=after,
           reason=reason)  # fmt: skip


def _tell_both(
    session: Session, appointment: Appointment, name: str, match: Match, request: HelpRequest, community: Community,
    now: datetime,
) -> None:  # fmt: skip
    for person in matches.both(session, match, request):
        _tell(session, appointment, name, person.id, community, now)


def _tell(
    session: Session, appointment: Appointment, name: str, person_id: int | None, community: Community, now: datetime
) -> None:
    tell(session, match_queries.person_of(session, person_id), name, about=f"appointment:{appointment.id}",
         community=community, now=now, params={"appointment_id": appointment.id})  # fmt: skip
