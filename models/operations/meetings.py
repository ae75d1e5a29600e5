"""What every change of an appointment shares: whom it concerns, when and where it may be, and who is told."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlmodel import Session

from models import values
from models.actor import Actor
from models.delays import local_now
from models.errors import Invalid, NotAllowed
from models.operations import matches
from models.operations.audit import record
from models.operations.telling import tell
from models.operations.transitions import first_role
from models.operations.transitions import move as change_state
from models.permissions import roles_on_match
from models.queries import appointments as queries
from models.queries import communities
from models.queries import matches as match_queries
from models.states import AppointmentState, Role
from models.tables import Appointment, Community, HelpRequest, Match, Volunteer

PLACE_LIMIT = 200


def circle(session: Session, match: Match, actor: Actor) -> tuple[HelpRequest, Volunteer, Community, frozenset[Role]]:
    """Whom an appointment concerns, held against two at once; refuses everybody else."""
    request, volunteer = matches.locked_request(session, match), matches.locked_volunteer(session, match)
    found = roles_on_match(actor, request, volunteer) - {Role.SYSTEM}
    if not found:
        raise NotAllowed(wanted="appointment")
    return request, volunteer, match_queries.community_of(session, match.community_id), found


def all_of(
    session: Session, appointment: Appointment, actor: Actor
) -> tuple[Match, HelpRequest, Volunteer, Community, frozenset[Role]]:
    """Look up whom an appointment concerns, and the appointment as it is now that nobody else can change it."""
    match = match_queries.by_id(session, appointment.match_id)
    assert match is not None, "the database keeps an appointment's match"
    request, volunteer, community, found = circle(session, match, actor)
    session.refresh(appointment)  # as it is now that nobody else can change it
    return match, request, volunteer, community, found


def stands(appointment: Appointment) -> bool:
    """Whether it is expected to happen."""
    return appointment.state in queries.STANDING


def check_time(starts_at: datetime, ends_at: datetime, community: Community, now: datetime) -> None:
    """Refuse a moment that is past, too far away, or that the clock skips.

    Raises
    ------
    Invalid
        ``starts_at`` and ``ends_at``, as `models.operations.appointments.plan` says.
    """
    if starts_at.tzinfo is not None or ends_at.tzinfo is not None:
        raise ValueError("an appointment is in wall-clock time, without a zone")
    local = local_now(now, community.timezone)
    values.period("ends_at", starts_at, ends_at)
    if starts_at <= local:
        raise Invalid("starts_at", "date_past")
    values.day("starts_at", starts_at.date().isoformat(), today=local.date())
    values.on_the_clock("starts_at", starts_at, community.timezone)
    values.on_the_clock("ends_at", ends_at, community.timezone)


def where_of(
    session: Session, community: Community, place: str, meeting_place_id: int | None
) -> tuple[str, int | None]:
    """Give own words and meeting place as they are kept.

    Raises
    ------
    Invalid
        ``place`` as `values.text`; ``meeting_place``: ``choice``.
    """
    clean = values.text("place", place, limit=PLACE_LIMIT, required=False, one_line=True)
    if meeting_place_id is not None:
        assert community.id is not None
        known = communities.meeting_place(session, community.id, meeting_place_id)
        if known is None or not known.open:
            raise Invalid("meeting_place", "choice")
    return clean, meeting_place_id


def check_free(
    session: Session, volunteer: Volunteer, start: datetime, end: datetime, *, without: int | None = None
) -> None:
    """Refuse a period in which the volunteer is expected somewhere else.

    Raises
    ------
    Invalid
        ``starts_at``: ``busy_then``.
    """
    if queries.of_volunteer_between(session, volunteer.id, start, end, without=without):
        raise Invalid("starts_at", "busy_then")


def check_weeks(
    session: Session, volunteer: Volunteer, times: Sequence[tuple[datetime, datetime]], community: Community
) -> None:
    """Refuse a weekly series of which the clock skips a time, or during which the volunteer is expected elsewhere.

    Parameters
    ----------
    times : sequence of (datetime, datetime)
        From when until when; one alone is an appointment for once.

    Raises
    ------
    Invalid
        ``starts_at`` and ``ends_at``, as `models.operations.appointments.plan` says.
    """
    for start, end in times:
        values.on_the_clock("starts_at", start, community.timezone)
        values.on_the_clock("ends_at", end, community.timezone)
    if len(times) == 1:
        check_free(session, volunteer, *times[0])
    elif (day := first_busy(session, volunteer, times)) is not None:
        raise Invalid("starts_at", "busy_on", on=day)


def first_busy(session: Session, volunteer: Volunteer, times: Sequence[tuple[datetime, datetime]]) -> date | None:
    """Give the first day on which the volunteer is expected somewhere else by then; None: they are free.

    Parameters
    ----------
    times : sequence of (datetime, datetime)
        From when until when, in order; at least one.
    """
    rows = queries.of_volunteer_between(session, volunteer.id, times[0][0], times[-1][1])
    taken = [(one.starts_at, one.ends_at) for one in rows]
    return next((start.date() for start, end in times if share_time([(start, end)], taken)), None)


def share_time(some: Sequence[tuple[datetime, datetime]], others: Sequence[tuple[datetime, datetime]]) -> bool:
    """Whether a period of the one and one of the other overlap; ends touching share none."""
    return any(start < other_end and other_start < end for start, end in some for other_start, other_end in others)


def add(
    session: Session, match: Match, start: datetime, end: datetime, where: tuple[str, int | None],
    series: str | None, actor: Actor, request: HelpRequest, now: datetime,
) -> Appointment:  # fmt: skip
    """Make an appointment, not yet flushed."""
    assert match.id is not None
    appointment = Appointment(
        match_id=match.id, community_id=match.community_id, starts_at=start, ends_at=end, place=where[0],
        meeting_place_id=where[1], series=series, planned_by=planner(actor, request), created_at=now,
    )  # fmt: skip
    session.add(appointment)
    return appointment


def confirm(
    session: Session, appointment: Appointment, found: frozenset[Role], actor: Actor, now: datetime
) -> Role:  # fmt: skip
    """Confirm an appointment; by the higher sequence calendars learn of it. Gives the quality in which it was done."""
    return change_state(
        session, appointment, AppointmentState.CONFIRMED, actor=actor, roles=found, now=now,
        sequence=appointment.sequence + 1,
    )  # fmt: skip


def planner(actor: Actor, request: HelpRequest) -> int | None:
    """Give who plans; by a private link there is no name to it but that of whom the link was given to."""
    return actor.person_id if actor.person_id is not None else request.contact_id


def write_down(
    session: Session, appointment: Appointment, action: str, found: frozenset[Role], actor: Actor, now: datetime,
    *, after: str, reason: str = "",
) -> None:  # fmt: skip
    """Write in the log that an appointment was made."""
    record(session, actor=actor, role=first_role(found), action=action, subject="appointment",
           subject_id=appointment.id, now=now, community_id=appointment.community_id, after=after,
           reason=reason)  # fmt: skip


def tell_both(
    session: Session, appointment: Appointment, name: str, match: Match, request: HelpRequest, community: Community,
    now: datetime,
) -> None:  # fmt: skip
    """Tell both sides something about an appointment."""
    for person in matches.both(session, match, request):
        tell_one(session, appointment, name, person.id, community, now)


def tell_one(
    session: Session, appointment: Appointment, name: str, person_id: int | None, community: Community, now: datetime
) -> None:
    """Tell one person something about an appointment, once."""
    tell(session, match_queries.person_of(session, person_id), name, about=f"appointment:{appointment.id}",
         community=community, now=now, params={"appointment_id": appointment.id})  # fmt: skip
