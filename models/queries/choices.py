"""Reads of moments to choose from: who picks one, who is reminded of that, and which choice ended without an answer."""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session, col, select

from models import rules
from models.delays import local_now, today
from models.queries import appointments, communities
from models.queries import matches as match_queries
from models.queries.reminders import Due, known_keys
from models.states import MATCH_KNOWS_EACH_OTHER, AppointmentState, MessageState, Role, SignalKind, VolunteerState
from models.tables import Appointment, Call, Community, HelpRequest, Match, OutboxMessage, Signal, Volunteer

QUESTION, REMINDER = "appointment_planned", "appointment_choice_reminder"
ASKS = (QUESTION, REMINDER)
"""The messages that ask to choose, and ask once more."""


def who_choose(proposed: Appointment, request: HelpRequest, volunteer: Volunteer) -> list[int]:
    """Give who can pick one of the moments: the side that did not propose them, both where the desk did."""
    planner = appointments.planned_by(proposed, request, volunteer)
    sides = [(Role.RESIDENT, request.contact_id), (Role.VOLUNTEER, volunteer.person_id)]
    return [person_id for role, person_id in sides if role not in planner and person_id is not None]


def about(choice: str) -> str:
    """Give what makes the reminder of a choice, and the desk's question after it, this one: there is one of each."""
    return f"choice:{choice}"


def to_remind(session: Session, now: datetime) -> list[Due]:
    """Give of each choice that waits too long the first moment that can still be picked."""
    found = []
    for community in communities.all_communities(session):
        query = (
            select(Appointment)
            .join(Match, col(Match.id) == Appointment.match_id)
            .where(
                Appointment.community_id == community.id,
                Appointment.state == AppointmentState.PROPOSED,
                Appointment.starts_at > local_now(now, community.timezone),
                col(Match.state).in_(MATCH_KNOWS_EACH_OTHER),
            )
        )
        rows = session.exec(query.order_by(col(Appointment.starts_at), col(Appointment.id))).all()
        firsts = {row.choice: row for row in reversed(rows)}
        found += [
            Due(row.id or 0, row.community_id) for row in firsts.values() if must_remind(session, row, community, now)
        ]
    return found


def must_remind(session: Session, appointment: Appointment, community: Community, now: datetime) -> list[int]:
    """Give who must be reminded now to pick one of the moments of which this is one; nobody, once it was answered.

    Whoever was asked `Community.answer_reminder_days` ago is, and the day before the first moment at the latest; but
    never on the day of the question. Who stopped helping for now or for good is left alone, and so is whom the desk
    still has to call.
    """
    match = match_queries.by_id(session, appointment.match_id)
    if match is None or match.state not in MATCH_KNOWS_EACH_OTHER or appointment.choice is None:
        return []
    moments = appointments.of_choice(session, appointment.choice)
    local = local_now(now, community.timezone)
    if not any(one.state == AppointmentState.PROPOSED and one.starts_at > local for one in moments):
        return []
    request, volunteer = match_queries.request_of(session, match), match_queries.volunteer_of(session, match)
    asked = [i for i in who_choose(appointment, request, volunteer) if _may_be_asked(session, i, volunteer)]
    keys = {i: f"{REMINDER}:{about(appointment.choice)}:{i}" for i in asked}
    done = known_keys(session, keys.values())
    return [i for i in asked if keys[i] not in done and _is_silent(session, i, moments, community, now)]


def _may_be_asked(session: Session, person_id: int, volunteer: Volunteer) -> bool:
    if person_id == volunteer.person_id and volunteer.state != VolunteerState.ACTIVE:
        return False
    return match_queries.person_of(session, person_id).erased_at is None


def _is_silent(
    session: Session, person_id: int, moments: Sequence[Appointment], community: Community, now: datetime
) -> bool:
    since = _asked_at(session, f"{QUESTION}:appointment:{moments[0].id}:{person_id}")
    if since is None:
        return False
    asked, first = today(since, community.timezone), moments[0].starts_at.date()
    return today(now, community.timezone) >= rules.remind_on(asked, community.answer_reminder_days, first)


def _asked_at(session: Session, key: str) -> datetime | None:
    """Give since when somebody knows of the question; None: the mail did not go out, or the desk still calls."""
    call = session.exec(select(Call).where(Call.key == key)).first()
    if call is not None and call.done_at is None:
        return None
    message = session.exec(select(OutboxMessage).where(OutboxMessage.key == key)).first()
    if message is not None and message.state == MessageState.SENT:
        return message.ended_at
    return call.done_at if call is not None else None


def lapsed(session: Session, rows: Sequence[Appointment]) -> list[Appointment]:
    """Give the moments that were proposed last, where time went by and nobody picked one; else none.

    Parameters
    ----------
    rows : sequence of Appointment
        All of a match, in order of time.
    """
    newest = max(rows, key=lambda row: (row.created_at, row.id or 0), default=None)
    if newest is None or newest.choice is None:
        return []
    told = f"{SignalKind.NO_APPOINTMENT}:{about(newest.choice)}"
    if session.exec(select(Signal.id).where(Signal.key == told)).first() is None:
        return []
    return [row for row in rows if row.choice == newest.choice]
