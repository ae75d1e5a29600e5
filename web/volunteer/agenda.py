"""A volunteer's agenda: where they are expected, by day, with holidays and their own absences; and the last month."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from models.delays import local_now
from models.errors import NotFound
from models.messages import formats
from models.operations import feeds
from models.permissions import Permission
from models.queries import my_help
from models.queries.appointments import days_of, is_weekly_moment
from models.queries.my_help import Coming
from models.states import AppointmentState, VolunteerState
from models.tables import Volunteer
from models.working_days import named_days
from web import access
from web.access import needs
from web.feeds import subscribe
from web.runtime import now
from web.transaction import db
from web.volunteer import pages
from web.volunteer.home import own, says
from web.words import day_in_words, holiday_in_words

PAST_DAYS = 30
"""So far back the fold of what is over reaches."""
_GONE = (VolunteerState.LEFT, VolunteerState.STOPPED)
_AHEAD = timedelta(weeks=6)
"""So far ahead holidays are named where nothing is planned."""


@dataclass(frozen=True, slots=True)
class Item:
    """An appointment on a day."""

    url: str
    hours: str
    text: str
    tag: tuple[str, str]


@dataclass(slots=True)
class Day:
    """A day of the agenda with what there is to know of it."""

    day: str
    notes: list[str] = field(default_factory=list)
    clashes: bool = False
    """Whether somebody is expected while they are away."""
    items: list[Item] = field(default_factory=list)


@pages.get("/<community>/volunteer/agenda")
@needs(Permission.VOLUNTEER_SELF)
def agenda() -> str:
    """Show all that is coming over all matches, and what was in the last month."""
    volunteer = own()
    local = local_now(now(), access.community().timezone)
    coming = [one for one in my_help.coming(db(), volunteer.id, local) if not _is_lost(one, local)]
    since = datetime.combine(local.date() - timedelta(days=PAST_DAYS), time())
    return render_template(
        "volunteer/agenda.html",
        days=_days(volunteer, coming, local.date()),
        is_empty=not coming,
        may_subscribe=volunteer.state not in _GONE,
        past=[(day_in_words(one.appointment.starts_at.date()), _item(one, volunteer))
              for one in reversed(my_help.past(db(), volunteer.id, since, local))],
    )  # fmt: skip


@pages.get("/<community>/volunteer/agenda/address")
@needs(Permission.VOLUNTEER_SELF)
def feed() -> str:
    """Show how to read the agenda in one's own."""
    volunteer = own()
    if volunteer.state in _GONE:
        raise NotFound
    return subscribe.page(volunteer, back=url_for("volunteer.agenda"), renew=url_for("volunteer.renew_feed"))


@pages.post("/<community>/volunteer/agenda/address")
@needs(Permission.VOLUNTEER_SELF)
def renew_feed() -> Response:
    """Make a new address, and end the old one."""
    volunteer = own()
    if volunteer.state in _GONE:
        raise NotFound
    feeds.renew(db(), volunteer, actor=access.actor(), now=now())
    flash(_("This is your new address. The old one does not work any more."), "good")
    return redirect(url_for("volunteer.feed"), 303)


def _is_lost(one: Coming, local: datetime) -> bool:
    """Whether it is a moment that nobody can pick any more."""
    return one.appointment.state == AppointmentState.PROPOSED and one.appointment.starts_at <= local


def _days(volunteer: Volunteer, coming: list[Coming], today: date) -> list[Day]:
    last = max([today + _AHEAD, *(one.appointment.starts_at.date() for one in coming)])
    found: dict[date, Day] = {}

    def day(when: date) -> Day:
        return found.setdefault(when, Day(day_in_words(when)))

    for when in _holidays(today, last):
        day(when).notes.append(holiday_in_words(when))
    away = [(date.fromisoformat(one["from"]), date.fromisoformat(one["until"])) for one in volunteer.away]
    for first, until in away:
        if until >= today and first <= last:
            words = _("You are away until %(day)s", day=day_in_words(until)) if until > first else _("You are away")
            day(max(first, today)).notes.append(words)
    for one in coming:
        when = max(one.appointment.starts_at.date(), today)
        day(when).items.append(_item(one, volunteer))
        day(when).clashes |= any(first <= when <= until for first, until in away)
    return [found[when] for when in sorted(found)]


def _holidays(first: date, last: date) -> Iterable[date]:
    return (when for year in range(first.year, last.year + 1) for when in named_days(year) if first <= when <= last)


def _item(one: Coming, volunteer: Volunteer) -> Item:
    appointment = one.appointment
    parts = [one.first_name, _place(one)]
    if is_weekly_moment(appointment):
        parts.append(_("Every week, until %(day)s", day=day_in_words(days_of(appointment)[-1])))
    return Item(
        url=url_for("matches.show", match_id=one.match_id, _anchor="appointments"),
        hours=formats.period(appointment.starts_at, appointment.ends_at, _),
        text=" · ".join(part for part in parts if part),
        tag=says(appointment, own=appointment.planned_by == volunteer.person_id),
    )


def _place(one: Coming) -> str:
    """Write where it is; a home stands with its address on the page of the match, where a look is written down."""
    if one.place is not None:
        return f"{one.place.name}, {one.place.address}"
    return one.appointment.place or _("At the home of %(name)s", name=one.first_name)
