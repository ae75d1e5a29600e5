"""Two or three moments to choose from: who proposes gives them, the other side picks one, the others lapse.

They are appointments in state ``proposed`` with the same ``choice``. Nothing counts on them: no reminder, no check-in,
no busy volunteer, no match that begins, until one is picked. One that is for every week is its first day, with the days
on which it goes on beside it; those become appointments by the pick.
"""

import uuid
from collections.abc import Collection, Sequence
from datetime import date, datetime

from sqlmodel import Session

from models.actor import SYSTEM, Actor
from models.delays import local_now
from models.errors import Invalid, NotAllowed, StaleState
from models.operations import appointments, matches, meetings
from models.operations.telling import signal
from models.operations.transitions import move as change_state
from models.queries import appointments as queries
from models.queries import choices as choice_queries
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
    weekly_until: date | None = None,
    leave_out: Collection[date] = (),
) -> list[Appointment]:
    """Propose `LEAST` to `MOST` moments, each for once or for every week, of which the other side picks one.

    Parameters
    ----------
    times : sequence of (datetime, datetime)
        From when until when: wall-clock time of the community, naive.
    place, meeting_place_id : optional
        As for `models.operations.appointments.plan`; the same for all moments.
    weekly_until, leave_out : optional
        As for `models.operations.appointments.plan`: each moment is then the first of a weekly series.

    Returns
    -------
    list of Appointment
        The moments, of a series its first day, in order of time. Proposed already by this side, exactly these at this
        place (a second click): those that stand there.

    Raises
    ------
    NotAllowed
        For anybody but the two sides and the desk.
    StaleState
        If the match is not agreed or active.
    Invalid
        As `models.operations.appointments.plan`, with ``number`` (0 for the first) in the details where one moment is
        meant; ``starts_at``: ``moment_twice`` where two share time on any day.
    """
    if not LEAST <= len(times) <= MOST:
        raise ValueError(f"between {LEAST} and {MOST} moments make a choice")
    request, volunteer, community, found = meetings.circle(session, match, actor)
    if match.state not in MATCH_KNOWS_EACH_OTHER:
        raise StaleState(state=match.state, wanted=AppointmentState.PROPOSED, subject="match")
    offered: list[list[tuple[datetime, datetime]]] = []
    for number, (start, end) in enumerate(times):
        try:
            meetings.check_time(start, end, community, now)
            weeks = appointments.weekly_times(start, end, weekly_until, leave_out)
            meetings.check_weeks(session, volunteer, weeks, community)
            if any(meetings.share_time(weeks, other) for other in offered):
                raise Invalid("starts_at", "moment_twice")
        except Invalid as error:
            raise error.at(error.field, number=number) from error
        offered.append(weeks)
    where = meetings.where_of(session, community, place, meeting_place_id)
    offered.sort()
    waiting = queries.proposed_of_match(session, match.id, local_now(now, community.timezone))
    side = queries.side_of(meetings.planner(actor, request), request, volunteer)
    for key in {one.choice for one in waiting}:
        same = [one for one in waiting if one.choice == key]
        there = (same[0].place, same[0].meeting_place_id)
        by = queries.planned_by(same[0], request, volunteer)
        if (by, there, [queries.times_of(one) for one in same]) == (side, where, offered):
            return same
    choice = uuid.uuid4().hex
    proposed = [_moment(session, match, weeks, where, choice, actor, request, now) for weeks in offered]
    session.flush()
    for one in proposed:
        meetings.write_down(session, one, "appointment_proposed", found, actor, now, after=AppointmentState.PROPOSED)
    for person_id in choice_queries.who_choose(proposed[0], request, volunteer):
        meetings.tell_one(session, proposed[0], "appointment_planned", person_id, community, now)
    return proposed


def _moment(
    session: Session, match: Match, weeks: Sequence[tuple[datetime, datetime]], where: tuple[str, int | None],
    choice: str, actor: Actor, request: HelpRequest, now: datetime,
) -> Appointment:  # fmt: skip
    series = uuid.uuid4().hex if len(weeks) > 1 else None
    made = meetings.add(session, match, *weeks[0], where, series, actor, request, now)
    made.choice, made.state = choice, str(AppointmentState.PROPOSED)
    made.also_on = [start.date().isoformat() for start, _end in weeks[1:]]
    return made


def pick(
    session: Session, appointment: Appointment, *, actor: Actor, now: datetime, heard_from: int | None = None
) -> None:
    """Pick a moment: it is confirmed, of a weekly one all its days; the others lapse, an agreed match becomes active.

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
        now; ``busy_meanwhile_on`` that day of a series), or if it lapsed or the match ended.
    """
    match, request, volunteer, community, found = meetings.all_of(session, appointment, actor)
    planner = queries.planned_by(appointment, request, volunteer)
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
    role = meetings.confirm(session, appointment, found, actor, now)
    _lapse(session, [one for one in moments if one.state == AppointmentState.PROPOSED], actor, found, now)
    _add_weeks(session, appointment, match, request, actor, found, now)
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
    busy = meetings.first_busy(session, volunteer, queries.times_of(appointment))
    if busy is not None:
        code = "busy_meanwhile_on" if appointment.also_on else "busy_meanwhile"
        raise StaleState(code=code, subject="appointment", on=busy)


def _add_weeks(
    session: Session, first: Appointment, match: Match, request: HelpRequest, actor: Actor, found: frozenset[Role],
    now: datetime,
) -> None:  # fmt: skip
    """Make the other days of a weekly moment that was picked: planned by who proposed it, confirmed by the pick."""
    where = (first.place, first.meeting_place_id)
    times = queries.times_of(first)[1:]
    weeks = [meetings.add(session, match, start, end, where, first.series, actor, request, now) for start, end in times]
    for week in weeks:
        week.planned_by = first.planned_by
    session.flush()
    for week in weeks:
        meetings.write_down(session, week, "appointment_planned", found, actor, now, after=AppointmentState.PLANNED)
        meetings.confirm(session, week, found, actor, now)


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
    for person_id in _to_tell(role, queries.planned_by(appointment, request, volunteer), request, volunteer):
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
    """A proposed moment has come and nobody picked it; after the last one both are told, and the desk asks the two."""
    match = match_queries.by_id(session, appointment.match_id)
    assert match is not None and appointment.choice is not None, "the database keeps an appointment's match"
    request = matches.locked_request(session, match)
    matches.locked_volunteer(session, match)
    session.refresh(appointment)
    if appointment.state != AppointmentState.PROPOSED:
        return
    _lapse(session, [appointment], SYSTEM, frozenset({Role.SYSTEM}), now)
    moments = queries.of_choice(session, appointment.choice)
    if all(one.state == AppointmentState.CANCELLED for one in moments):
        community = match_queries.community_of(session, match.community_id)
        meetings.tell_both(session, moments[0], "appointment_choice_lapsed", match, request, community, now)
        signal(session, SignalKind.NO_APPOINTMENT, about=choice_queries.about(appointment.choice), now=now,
               match_id=match.id, community_id=match.community_id, request_id=match.request_id)  # fmt: skip


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
