"""What both sides are told about their appointments, and how they are asked how it went."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlmodel import select

from models.mail_kinds import MailKind
from models.messages import formats
from models.messages.context import Context, Message, Skip
from models.messages.facts.matches import Pair, helping, known_pair, pair, side_link
from models.messages.links import Links
from models.queries import appointments as queries
from models.queries import checkins, choices, communities
from models.queries import matches as match_queries
from models.states import AppointmentState, MatchState
from models.tables import Appointment

_TOO_LATE = timedelta(days=14)
"""Nobody is asked how it went so long ago."""


@dataclass(frozen=True, slots=True)
class Meeting:
    """An appointment as one of the two sees it."""

    appointment: Appointment
    pair: Pair


def _meeting(context: Context) -> Meeting:
    appointment = queries.by_id(context.session, context.number("appointment_id"))
    if appointment is None or appointment.community_id != context.community.id:
        raise Skip("gone")
    return Meeting(appointment, known_pair(context, appointment.match_id))


def _link(context: Context, links: Links) -> str:
    return side_link(links, _meeting(context).pair)


def _describe(context: Context, found: Meeting) -> dict[str, Any]:
    appointment = found.appointment
    place_id = appointment.meeting_place_id
    place = communities.meeting_place(context.session, appointment.community_id, place_id) if place_id else None
    return {
        "other": found.pair.other,
        "day": context.day(appointment.starts_at.date()),
        "time": formats.period(appointment.starts_at, appointment.ends_at, context.gettext),
        "start": formats.clock(appointment.starts_at.time()),
        # A meeting place is public; a home is only on the page, behind the private link.
        "meeting_place": place,
        "weekly_until": _weekly_until(context, appointment),
        "weekday": formats.weekday(appointment.starts_at.date(), context.language),
    }


def _weekly_until(context: Context, appointment: Appointment) -> str:
    """Give the last day of a weekly series of which more is to come, else nothing."""
    if appointment.series is None:
        return ""
    days = [a.starts_at.date() for a in queries.of_series(context.session, appointment.series) if _stands(a)]
    last = max(days, default=appointment.starts_at.date())
    return context.day(last) if last > appointment.starts_at.date() else ""


def _stands(appointment: Appointment) -> bool:
    return appointment.state in queries.STANDING


def _to_come(context: Context) -> Meeting:
    found = _meeting(context)
    if found.appointment.moved_to is not None:
        raise Skip("moved")
    if not _stands(found.appointment):
        raise Skip("cancelled")
    if found.appointment.starts_at <= context.local:
        raise Skip("past")
    return found


def _planned(context: Context) -> dict[str, Any]:
    found = _meeting(context)
    if found.appointment.choice is None:
        return {**_describe(context, _to_come(context)), "moments": []}
    left = [one for one in _moments(context, found) if one.state == AppointmentState.PROPOSED]
    left = [one for one in left if one.starts_at > context.local]
    if not left:
        raise Skip("answered")
    first = Meeting(left[0], found.pair)
    return {**_describe(context, first), "moments": _in_words(context, left), "by_desk": _is_by_desk(first)}


def _moments(context: Context, found: Meeting) -> Sequence[Appointment]:
    choice = found.appointment.choice
    return queries.of_choice(context.session, choice) if choice else []


def _in_words(context: Context, moments: Sequence[Appointment]) -> list[str]:
    """Write each moment in one line: ``Dinsdag 8 december, 13:30 tot 15:30 uur``."""
    language, today, gettext = context.language, context.today, context.gettext
    return [
        formats.capital(formats.moment(one.starts_at, one.ends_at, queries.days_of(one), language, today, gettext))
        for one in moments
    ]


def _is_by_desk(found: Meeting) -> bool:
    request, volunteer = found.pair.request, found.pair.volunteer
    sides = (volunteer.person_id, request.resident_id, request.asker_id, request.contact_id)
    return found.appointment.planned_by not in sides


def _choice_reminded(context: Context) -> dict[str, Any]:
    found = _meeting(context)
    if context.reader.id not in choices.who_choose(found.appointment, found.pair.request, found.pair.volunteer):
        raise Skip("not_theirs")
    return _planned(context)


def _confirmed(context: Context) -> dict[str, Any]:
    found = _to_come(context)
    if found.appointment.state != AppointmentState.CONFIRMED:
        raise Skip("moved_on")
    return {**_describe(context, found), "weekly": _picked_weeks(context, found.appointment)}


def _picked_weeks(context: Context, appointment: Appointment) -> dict[str, str]:
    """Say of a weekly moment that was picked on which days they meet: the yes was to all of them."""
    if not appointment.also_on or appointment.series is None:
        return {}
    days = [one.starts_at.date() for one in queries.of_series(context.session, appointment.series) if _stands(one)]
    return {
        "day": formats.weekly(days, context.language, context.today, context.gettext),
        "weekday": formats.weekday(days[0], context.language),
        "not_on": formats.not_on(days, context.language, context.today, context.gettext),
    }


def _declined(context: Context) -> dict[str, Any]:
    found = _meeting(context)
    moments = _moments(context, found)
    if any(one.state != AppointmentState.CANCELLED for one in moments):
        raise Skip("moved_on")
    left = [one for one in moments if one.starts_at > context.local]
    if not left:
        raise Skip("past")
    return {**_describe(context, Meeting(left[0], found.pair)), "moments": _in_words(context, left)}


def _lapsed(context: Context) -> dict[str, Any]:
    found = _meeting(context)
    if any(
        _is_newer(one, found.appointment, context) for one in queries.of_match(context.session, found.pair.match.id)
    ):
        raise Skip("moved_on")
    return {**_describe(context, found), "moments": _in_words(context, _moments(context, found))}


def _is_newer(one: Appointment, moment: Appointment, context: Context) -> bool:
    """Whether something was planned or proposed after these moments, and is still to come."""
    return one.state in queries.OPEN and one.starts_at > context.local and one.created_at > moment.created_at


def _moved(context: Context) -> dict[str, Any]:
    found = _to_come(context)
    before = context.session.exec(select(Appointment).where(Appointment.moved_to == found.appointment.id)).first()
    was = ""
    if before is not None:
        at = before.starts_at
        was = formats.listed((context.day(at.date()), formats.clock(at.time())), context.language)
    return {**_describe(context, found), "was": was}


def _cancelled(context: Context) -> dict[str, Any]:
    found = _meeting(context)
    if found.appointment.moved_to is not None or found.appointment.state != AppointmentState.CANCELLED:
        raise Skip("moved")
    if found.appointment.starts_at <= context.local:
        raise Skip("past")
    return _describe(context, found)


def _reminder(context: Context) -> dict[str, Any]:
    found = _to_come(context)
    return {**_describe(context, found), "near": _near(found.appointment.starts_at.date(), context.today)}


def _near(day: date, today: date) -> str:
    return {0: "today", 1: "tomorrow"}.get((day - today).days, "")


def _check_in(context: Context) -> dict[str, Any]:
    check_in = checkins.by_id(context.session, context.number("check_in_id"))
    if check_in is None or check_in.person_id != context.reader.id:
        raise Skip("not_theirs")
    if check_in.answer is not None:
        raise Skip("answered")
    appointment = queries.by_id(context.session, check_in.appointment_id)
    if appointment is None or appointment.state in (AppointmentState.CANCELLED, AppointmentState.MISSED):
        raise Skip("cancelled")
    if context.now - check_in.asked_at > _TOO_LATE:
        raise Skip("past")
    found = _pair_of_check_in(context, check_in.match_id)
    return {"other": found.other, "day": context.day(appointment.starts_at.date()), "for_other": found.for_other}


def _pair_of_check_in(context: Context, match_id: int) -> Pair:
    match = match_queries.by_id(context.session, match_id)
    if match is not None and match.state == MatchState.COMPLETED:
        # The other side said that all went well; we still want to know it from this one.
        return helping(context, pair(context, match_id))
    return known_pair(context, match_id)


def _check_in_link(context: Context, links: Links) -> str:
    check_in = checkins.by_id(context.session, context.number("check_in_id"))
    if check_in is None:
        raise Skip("gone")
    found = _pair_of_check_in(context, check_in.match_id)
    return links.check_in(check_in.id) if found.for_volunteer else links.request(found.request)


def _message(facts: Callable[[Context], dict[str, Any]], *, kind: MailKind | None = None) -> Message:
    return Message(facts, _link, ("other", "day", "start"), kind=kind)


MESSAGES = {
    "appointment_planned": _message(_planned),
    "appointment_choice_reminder": _message(_choice_reminded, kind=MailKind.UNANSWERED),
    "appointment_choice_lapsed": _message(_lapsed),
    "appointment_confirmed": _message(_confirmed),
    "appointment_declined": _message(_declined),
    "appointment_series_ended": _message(_cancelled),
    "appointment_moved": _message(_moved),
    "appointment_cancelled": _message(_cancelled),
    "appointment_reminder": _message(_reminder, kind=MailKind.DAY_BEFORE),
    "check_in": Message(_check_in, _check_in_link, ("other", "day")),
}
