"""Reads of appointments: of a match, of a person, and those that something is due for."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import or_
from sqlmodel import Session, col, select

from models.states import AppointmentState, Role
from models.tables import Appointment, HelpRequest, Match, MeetingPlace, Volunteer

STANDING = (AppointmentState.PLANNED, AppointmentState.CONFIRMED)
"""States of an appointment that is expected to happen."""
OPEN = (AppointmentState.PROPOSED, *STANDING)
"""Those, and the moments of which one is still to be picked."""
_IN_ORDER: tuple[Any, ...] = (col(Appointment.starts_at), col(Appointment.id))


def planned_by(appointment: Appointment, request: HelpRequest, volunteer: Volunteer) -> frozenset[Role]:
    """Give the side that planned an appointment, whose yes is known; none where the desk did."""
    return side_of(appointment.planned_by, request, volunteer)


def side_of(person_id: int | None, request: HelpRequest, volunteer: Volunteer) -> frozenset[Role]:
    """Give the side of a match on which somebody stands; none for the desk."""
    if person_id == volunteer.person_id:
        return frozenset({Role.VOLUNTEER})
    if person_id in (request.resident_id, request.asker_id, request.contact_id):
        return frozenset({Role.RESIDENT, Role.ASKER})
    return frozenset()


def is_weekly_moment(appointment: Appointment) -> bool:
    """Whether it is a moment to choose from that is for every week; once picked, its days are rows of their own."""
    return appointment.state == AppointmentState.PROPOSED and bool(appointment.also_on)


def stands_with(appointment: Appointment, *, was_moved: bool) -> str | int | None:
    """Give what it stands together with where a weekly series stands as one; a day that was moved stands by itself."""
    return appointment.id if appointment.series is None or was_moved else appointment.series


def days_of(moment: Appointment) -> list[date]:
    """Give the days of a moment to choose from: one, or of a weekly one each on which they would meet."""
    return [moment.starts_at.date(), *(date.fromisoformat(day) for day in moment.also_on)]


def times_of(moment: Appointment) -> list[tuple[datetime, datetime]]:
    """Give from when until when (local, naive) they would meet, on each of `days_of`."""
    first = moment.starts_at.date()
    return [(moment.starts_at + (day - first), moment.ends_at + (day - first)) for day in days_of(moment)]


def by_id(session: Session, appointment_id: int) -> Appointment | None:
    """Give one appointment."""
    return session.get(Appointment, appointment_id)


def of_match(session: Session, match_id: int | None) -> Sequence[Appointment]:
    """Give every appointment of a match, cancelled ones included, in order of time."""
    query = select(Appointment).where(Appointment.match_id == match_id)
    return session.exec(query.order_by(*_IN_ORDER)).all()


def standing_of_match(session: Session, match_id: int | None) -> Sequence[Appointment]:
    """Give the appointments of a match that are planned or confirmed, in order of time."""
    query = select(Appointment).where(Appointment.match_id == match_id, col(Appointment.state).in_(STANDING))
    return session.exec(query.order_by(*_IN_ORDER)).all()


def of_series(session: Session, series: str) -> Sequence[Appointment]:
    """Give the appointments of a weekly series, in order of time."""
    return session.exec(select(Appointment).where(Appointment.series == series).order_by(*_IN_ORDER)).all()


def standing_after(session: Session, appointment: Appointment) -> list[Appointment]:
    """Give what is expected to happen later in the same weekly series, in order of time."""
    if appointment.series is None:
        return []
    rows = of_series(session, appointment.series)
    return [other for other in rows if other.state in STANDING and other.starts_at > appointment.starts_at]


def of_choice(session: Session, choice: str) -> Sequence[Appointment]:
    """Give the moments to choose from, those that were not picked included, in order of time."""
    return session.exec(select(Appointment).where(Appointment.choice == choice).order_by(*_IN_ORDER)).all()


def proposed_of_match(session: Session, match_id: int | None, since: datetime) -> Sequence[Appointment]:
    """Give the moments of a match of which one can still be picked: they begin after ``since`` (local, naive)."""
    query = select(Appointment).where(
        Appointment.match_id == match_id,
        Appointment.state == AppointmentState.PROPOSED,
        Appointment.starts_at > since,
    )
    return session.exec(query.order_by(*_IN_ORDER)).all()


def was_moved_here(session: Session, appointment_id: int | None) -> bool:
    """Whether an appointment stands where it is because it was moved."""
    return session.exec(select(Appointment.id).where(Appointment.moved_to == appointment_id)).first() is not None


def same(
    session: Session,
    match_id: int | None,
    times: Sequence[tuple[datetime, datetime]],
    where: tuple[str, int | None],
) -> list[Appointment]:
    """Give the appointments that this match has already at exactly these times (local, naive) and this place.

    Returns
    -------
    list of Appointment
        One for each time; none at all where one of them is missing.
    """
    standing = {
        (one.starts_at, one.ends_at): one
        for one in standing_of_match(session, match_id)
        if (one.place, one.meeting_place_id) == where
    }
    return [standing[time] for time in times] if all(time in standing for time in times) else []


def of_volunteer_between(
    session: Session,
    volunteer_id: int | None,
    start: datetime,
    end: datetime,
    *,
    without: int | None = None,
) -> Sequence[Appointment]:
    """Give what a volunteer has planned that shares time with a period (local, naive; ends touching share none).

    Parameters
    ----------
    without : int, optional
        Leave out this appointment (the one that is being moved).
    """
    query = (
        select(Appointment)
        .join(Match, col(Match.id) == Appointment.match_id)
        .where(
            Match.volunteer_id == volunteer_id,
            col(Appointment.state).in_(STANDING),
            Appointment.starts_at < end,
            Appointment.ends_at > start,
        )
    )
    if without is not None:
        query = query.where(Appointment.id != without)
    return session.exec(query.order_by(*_IN_ORDER)).all()


def of_person(
    session: Session,
    person_id: int,
    *,
    since: datetime | None = None,
    states: Iterable[str] = STANDING,
    limit: int = 200,
) -> Sequence[Appointment]:
    """Give somebody's appointments, in whichever quality they take part, in order of time.

    Parameters
    ----------
    since : datetime, optional
        Only those that end after this moment (local, naive).
    """
    query = (
        select(Appointment)
        .join(Match, col(Match.id) == Appointment.match_id)
        .join(HelpRequest, col(HelpRequest.id) == Match.request_id)
        .join(Volunteer, col(Volunteer.id) == Match.volunteer_id)
        .where(
            or_(
                col(HelpRequest.resident_id) == person_id,
                col(HelpRequest.asker_id) == person_id,
                col(Volunteer.person_id) == person_id,
            ),
            col(Appointment.state).in_(list(states)),
        )
    )
    if since is not None:
        query = query.where(Appointment.ends_at > since)
    return session.exec(query.order_by(*_IN_ORDER).limit(limit)).all()


def between(
    session: Session,
    community_id: int | None,
    first: datetime,
    last: datetime,
    states: Iterable[str] = STANDING,
) -> Sequence[Appointment]:
    """Give a community's appointments that start at or after ``first`` and before ``last`` (local, naive)."""
    query = select(Appointment).where(
        Appointment.community_id == community_id,
        Appointment.starts_at >= first,
        Appointment.starts_at < last,
        col(Appointment.state).in_(list(states)),
    )
    return session.exec(query.order_by(*_IN_ORDER)).all()


def root_id(session: Session, appointment: Appointment) -> int:
    """Give the id of what this appointment was before it was moved, however often; its own if it never was.

    It names the appointment in people's calendars, so that moving it moves the entry there too.
    """
    found = appointment
    seen = {found.id}
    while (before := session.exec(select(Appointment).where(Appointment.moved_to == found.id)).first()) is not None:
        if before.id in seen:  # never by our own hand
            break
        seen.add(before.id)
        found = before
    assert found.id is not None, "the row was flushed"
    return found.id


def roots(session: Session, appointments: Sequence[Appointment]) -> dict[int, int]:
    """Give `root_id` of several appointments of the same matches, in one read."""
    ids = {a.match_id for a in appointments}
    moved = select(Appointment.moved_to, Appointment.id).where(
        col(Appointment.match_id).in_(ids), col(Appointment.moved_to).is_not(None)
    )
    before = {after: earlier for after, earlier in session.exec(moved).all() if after is not None}
    found: dict[int, int] = {}
    for appointment in appointments:
        assert appointment.id is not None, "the row was flushed"
        current, steps = appointment.id, 0
        while (earlier := before.get(current)) is not None and steps <= len(before):
            current, steps = earlier, steps + 1
        found[appointment.id] = current
    return found


def places(session: Session, appointments: Iterable[Appointment]) -> dict[int, MeetingPlace]:
    """Give the meeting places of some appointments, those no longer in use included."""
    ids = {a.meeting_place_id for a in appointments if a.meeting_place_id is not None}
    if not ids:
        return {}
    rows = session.exec(select(MeetingPlace).where(col(MeetingPlace.id).in_(ids))).all()
    return {row.id: row for row in rows if row.id is not None}
