"""What stands on the page of a pair: how to reach each other, the appointments, the messages, what is still asked."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from flask_babel import gettext as _

from models.delays import local_now
from models.messages import formats
from models.operations import contacts, pair_messages
from models.queries import appointments as appointment_queries
from models.queries import checkins as check_in_queries
from models.queries import choices as choice_queries
from models.queries import communities, volunteers
from models.queries import contacts as contact_queries
from models.queries import pair_messages as message_queries
from models.states import AppointmentState, Role
from models.tables import Appointment, CheckIn, MeetingPlace
from models.values import phone_as_read
from web import access, i18n
from web.pair import Pair
from web.runtime import now
from web.transaction import db
from web.words import (
    day_in_words,
    every_in_words,
    from_until_in_words,
    moment_in_words,
    not_on_in_words,
    today_here,
)


@dataclass(frozen=True, slots=True)
class Meeting:
    """An appointment as it is read on the page."""

    id: int
    day: str
    time: str
    place: str
    says: str
    stands: bool
    may_confirm: bool
    reason: str = ""
    opening_hours: str = ""
    weekly_until: str = ""
    """The last day of its series, where more of that is to come."""
    later: tuple["Meeting", ...] = ()
    """The rest of its series that is still to come; one that was moved stands by itself."""
    line: str = ""
    """Of a moment to choose from: all of when, in one line."""
    weeks: tuple[str, ...] = ()
    """Of a weekly one: from when until when, and which weeks are left out."""


@dataclass(frozen=True, slots=True)
class Choice:
    """Moments of which one is picked, as they are read on the page.

    Attributes
    ----------
    own : bool
        Whether who looks proposed them, and waits.
    """

    own: bool
    moments: list[Meeting]

    @property
    def id(self) -> int:
        """The number of the first of them, by which the choice is known."""
        return self.moments[0].id


@dataclass(frozen=True, slots=True)
class Said:
    """A message as it is read on the page."""

    who: str
    own: bool
    body: str
    when: str


def context(pair: Pair) -> dict[str, Any]:
    """Give everything on the page of a pair that both said yes to; looks and reading are written down.

    Returns
    -------
    dict
        ``people`` (how to reach them), ``choices`` (moments to choose from), ``meetings`` still to come, a weekly
        series as one,
        ``cancelled`` (the last one, if none stands), ``lapsed`` (moments that passed while nobody chose, if they were
        the last that was proposed), ``messages``, ``check_ins``, ``first_meeting``, ``seen``.
    """
    appointments = appointment_queries.of_match(db(), pair.match.id)
    local = local_now(now(), access.community().timezone)
    coming = [a for a in appointments if a.ends_at > local and a.state in appointment_queries.STANDING]
    places = appointment_queries.places(db(), appointments)
    dropped = [
        a for a in appointments if a.state == AppointmentState.CANCELLED and a.moved_to is None and a.choice is None
    ]
    pair_messages.mark_read(db(), pair.match, actor=pair.actor, now=now())
    return {
        "people": [_ways(pair, found) for found in contacts.reveal(db(), pair.match, actor=pair.actor, now=now())],
        "choices": choices_of(pair),
        "meetings": _meetings(pair, coming, {a.moved_to for a in appointments}, places),
        "cancelled": _meeting(pair, dropped[-1], places) if dropped and not coming else None,
        "lapsed": [line_of(a) for a in choice_queries.lapsed(db(), appointments)],
        "messages": [
            Said(
                who=_("You") if pair.belongs(m.sender_id) else pair.other,
                own=pair.belongs(m.sender_id),
                body=m.body,
                when=moment_in_words(m.created_at),
            )
            for m in message_queries.of_match(db(), pair.match.id)
        ],
        "check_ins": open_check_ins(pair),
        "first_meeting": _first_meeting(pair),
        "seen": seen(pair),
    }


def choices_of(pair: Pair) -> list[Choice]:
    """Give the choices of a pair of which a moment can still be picked, the first one first."""
    local = local_now(now(), access.community().timezone)
    waiting = appointment_queries.proposed_of_match(db(), pair.match.id, local)
    places = appointment_queries.places(db(), waiting)
    return [
        Choice(
            own=any(pair.belongs(a.planned_by) for a in waiting if a.choice == key),
            moments=[_meeting(pair, a, places) for a in waiting if a.choice == key],
        )
        for key in dict.fromkeys(a.choice for a in waiting)
    ]


def moments_with(pair: Pair, appointment: Appointment) -> list[str]:
    """Write the moments that can be picked beside this one, itself included."""
    found = next((c for c in choices_of(pair) if any(m.id == appointment.id for m in c.moments)), None)
    return [m.line for m in found.moments] if found else []


def _ways(pair: Pair, found: contacts.ContactDetails) -> dict[str, Any]:
    has_face = pair.is_resident and volunteers.has_portrait(db(), pair.volunteer.id)
    return {
        "face": (pair.url("portrait"), found.first_name) if has_face else None,
        "name": f"{found.first_name} {found.last_name}".strip(),
        "side": found.side,
        "phone": phone_as_read(found.phone) if found.phone else "",
        "email": found.email,
        "address": ", ".join(part for part in (found.address, found.postcode) if part),
    }


def open_check_ins(pair: Pair) -> list[CheckIn]:
    """Give what this side was asked and has not answered yet."""
    asked = check_in_queries.of_match(db(), pair.match.id)
    return [c for c in asked if c.answer is None and pair.answers_for(c.person_id)]


def _first_meeting(pair: Pair) -> MeetingPlace | None:
    place_id = pair.match.meeting_place_id
    return communities.meeting_place(db(), pair.match.community_id, place_id) if place_id is not None else None


def time_of(appointment: Appointment) -> str:
    """Write when an appointment is: ``dinsdag 8 december, 13:30 tot 15:30 uur``."""
    hours = formats.period(appointment.starts_at, appointment.ends_at, _)
    return f"{day_in_words(appointment.starts_at.date())}, {hours}"


def line_of(moment: Appointment) -> str:
    """Write a moment to choose from: `time_of`, or every week from when until when."""
    days = appointment_queries.days_of(moment)
    return formats.moment(moment.starts_at, moment.ends_at, days, i18n.language(), today_here(), _)


def _meetings(
    pair: Pair, coming: Sequence[Appointment], moved: Collection[int | None], places: dict[int, MeetingPlace]
) -> list[Meeting]:
    """Give what is to come in order of time, each weekly series where its first day stands."""
    together: dict[object, list[Appointment]] = {}
    for a in coming:
        together.setdefault(appointment_queries.stands_with(a, was_moved=a.id in moved), []).append(a)
    found = []
    for first, *rest in together.values():
        meeting = _meeting(pair, first, places)
        if rest:
            meeting = replace(
                meeting,
                weekly_until=day_in_words(rest[-1].starts_at.date()),
                later=tuple(_meeting(pair, a, places) for a in rest),
            )
        found.append(meeting)
    return found


def _meeting(pair: Pair, appointment: Appointment, places: dict[int, MeetingPlace]) -> Meeting:
    assert appointment.id is not None, "the row was read"
    day, days = appointment.starts_at.date(), appointment_queries.days_of(appointment)
    weekly = appointment_queries.is_weekly_moment(appointment)
    own = pair.belongs(appointment.planned_by)
    planned = appointment.state == AppointmentState.PLANNED
    if appointment.state == AppointmentState.CONFIRMED:
        says = _("Agreed")
    elif appointment.state == AppointmentState.CANCELLED:
        says = _("Cancelled")
    else:
        says = _("%(name)s still has to say yes", name=pair.other) if own else _("You still have to say yes")
    return Meeting(
        id=appointment.id,
        day=every_in_words(day) if weekly else day_in_words(day),
        time=formats.period(appointment.starts_at, appointment.ends_at, _),
        place=place_of(pair, appointment, places),
        says=says,
        stands=appointment.state in appointment_queries.STANDING,
        may_confirm=planned and not own,
        reason=appointment.reason if appointment.state == AppointmentState.CANCELLED else "",
        line=line_of(appointment),
        weeks=(from_until_in_words(days), not_on_in_words(days)) if weekly else (),
        opening_hours=found.opening_hours if (found := places.get(appointment.meeting_place_id or 0)) else "",
    )


def place_of(pair: Pair, appointment: Appointment, places: dict[int, MeetingPlace]) -> str:
    """Write where an appointment is."""
    place = places.get(appointment.meeting_place_id or 0)
    if place is not None:
        return f"{place.name}, {place.address}"
    if appointment.place:
        return appointment.place
    if pair.lives_there:
        return _("At your home")
    return _("At the home of %(name)s", name=pair.resident.first_name)


def seen(pair: Pair) -> list[tuple[str, str]]:
    """Give who saw this side's contact details since both said yes: (who, when), newest first."""
    since: datetime | None = pair.match.agreed_at
    request = pair.request
    mine = {request.resident_id, request.contact_id} if pair.is_resident else {pair.volunteer.person_id}
    theirs = {pair.helper.id} if pair.is_resident else {request.resident_id, request.asker_id, request.contact_id}
    found = set()
    for at, viewer, kind in (look for i in mine if i is not None for look in contact_queries.seen_by(db(), i)):
        if since is not None and at >= since and (viewer in theirs or kind == Role.COORDINATOR):
            found.add((at, pair.other if viewer in theirs else _("A coordinator")))
    return [(who, moment_in_words(at)) for at, who in sorted(found, reverse=True)]
