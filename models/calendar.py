"""Appointments as an iCalendar file (RFC 5545) that Thunderbird, Google and the like take over and keep up to date."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import icalendar
from sqlmodel import Session

from models import catalogue
from models.actor import Actor
from models.errors import NotAllowed
from models.messages import formats
from models.operations.contacts import ContactDetails, reveal
from models.permissions import can_see_contact_details, roles_on_match
from models.queries import appointments as queries
from models.queries import matches as match_queries
from models.states import AppointmentState, Role
from models.tables import Appointment, Community, HelpRequest, Match, MeetingPlace, Volunteer
from models.values import phone_as_read

MIMETYPE = "text/calendar; charset=utf-8"
STATUS = {
    AppointmentState.PROPOSED: "TENTATIVE",
    AppointmentState.PLANNED: "TENTATIVE",
    AppointmentState.CONFIRMED: "CONFIRMED",
    AppointmentState.DONE: "CONFIRMED",
    AppointmentState.MISSED: "CANCELLED",
    AppointmentState.CANCELLED: "CANCELLED",
}


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of a calendar. Times are wall-clock, naive; ``status`` is a word of RFC 5545.

    ``uid`` stays the same when an appointment is moved, and ``sequence`` rises with every change: so that a calendar
    moves its entry instead of showing a second one.
    """

    uid: str
    sequence: int
    starts_at: datetime
    ends_at: datetime
    title: str
    place: str
    text: str
    status: str
    created_at: datetime
    url: str = ""
    changed_at: datetime | None = None
    """When it last changed; None: the moment at which the file is made stands for it."""


def of_match(
    session: Session,
    match: Match,
    *,
    actor: Actor,
    language: str,
    domain: str,
    now: datetime,
    url: str = "",
    only: Appointment | None = None,
) -> bytes:
    """Give the appointments of a match as a file for one of the two sides, or for the desk.

    Where the help is at somebody's home, a volunteer of an agreed match gets the address, and that look stands in the
    log as any other (see `models.operations.contacts`). Cancelled entries name no place.

    Parameters
    ----------
    domain : str
        Host name of the site: part of every entry's name, for ever.
    url : str
        The page of this match; never one with a token in it, calendars are shared.
    only : Appointment, optional
        One appointment instead of all.

    Raises
    ------
    NotAllowed
        For anybody whom this match does not concern.
    """
    request, volunteer = match_queries.request_of(session, match), match_queries.volunteer_of(session, match)
    found = roles_on_match(actor, request, volunteer) - {Role.SYSTEM}
    if not found:
        raise NotAllowed(wanted="calendar")
    community = match_queries.community_of(session, match.community_id)
    rows = [only] if only is not None else queries.of_match(session, match.id)
    rows = [row for row in rows if row.moved_to is None and row.match_id == match.id]
    knows = can_see_contact_details(actor, match, request, volunteer)
    told = _Told(
        language=language,
        title=_title(session, found, request, volunteer, language),
        home=_home(session, match, rows, found, language, actor, now) if knows else "",
        places=queries.places(session, rows) if knows else {},
        community=community,
        knows=knows,
        url=url,
    )
    names = queries.roots(session, rows)
    entries = [_entry(row, told, f"appointment-{names[row.id or 0]}@{domain}") for row in rows]
    return render(entries, timezone=community.timezone, name=community.name, now=now)


@dataclass(frozen=True, slots=True)
class _Told:
    """What all entries of one file share."""

    language: str
    title: str
    home: str
    places: dict[int, MeetingPlace]
    community: Community
    knows: bool
    url: str


def _entry(row: Appointment, told: _Told, uid: str) -> Entry:
    _ = catalogue.translations(told.language).gettext
    status = STATUS[AppointmentState(row.state)]
    lines = weekly_lines(row, told.language)
    if told.community.phone:
        lines.append(_("Can you not come? Please call us: %(phone)s.") % {"phone": phone_as_read(told.community.phone)})
    if told.url:
        lines.append(told.url)
    return Entry(
        uid=uid,
        sequence=row.sequence,
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        title=told.title,
        place=_place(row, told) if told.knows and status != "CANCELLED" else "",
        text="\n".join(lines),
        status=status,
        created_at=row.created_at,
        url=told.url,
    )


def weekly_lines(row: Appointment, language: str) -> list[str]:
    """Say of a weekly moment to choose from how long it would go on: one entry stands for all its days."""
    if not queries.is_weekly_moment(row):
        return []
    # Years count from its own first day: what a calendar reads may not change because a year begins.
    days, gettext = queries.days_of(row), catalogue.translations(language).gettext
    return [line for words in (formats.weekly, formats.not_on) if (line := words(days, language, days[0], gettext))]


def _place(row: Appointment, told: _Told) -> str:
    if row.meeting_place_id is not None and row.meeting_place_id in told.places:
        place = told.places[row.meeting_place_id]
        return ", ".join(part for part in (place.name, place.address, row.place) if part)
    return row.place or told.home


def _title(session: Session, found: frozenset[Role], request: HelpRequest, volunteer: Volunteer, language: str) -> str:
    _ = catalogue.translations(language).gettext
    resident = match_queries.person_of(session, request.resident_id).first_name
    helper = match_queries.person_of(session, volunteer.person_id).first_name
    if Role.VOLUNTEER in found:
        return _("Appointment with %(name)s") % {"name": resident}
    if found & {Role.RESIDENT, Role.ASKER}:
        return _("Appointment with %(name)s") % {"name": helper}
    return _("Appointment of %(resident)s and %(volunteer)s") % {"resident": resident, "volunteer": helper}


def _home(
    session: Session,
    match: Match,
    rows: Sequence[Appointment],
    found: frozenset[Role],
    language: str,
    actor: Actor,
    now: datetime,
) -> str:
    """Give what to write for help at the resident's home."""
    _ = catalogue.translations(language).gettext
    at_home = [r for r in rows if not r.place and r.meeting_place_id is None and STATUS.get(_state(r)) != "CANCELLED"]
    if not at_home:
        return ""
    if not found & {Role.VOLUNTEER, Role.COORDINATOR}:
        return _("At your home")
    seen: list[ContactDetails] = reveal(session, match, actor=actor, now=now)
    resident = next((details for details in seen if details.side == "resident"), None)
    if resident is None:
        return ""
    if not resident.address:
        return _("At the home of %(name)s") % {"name": resident.first_name}
    return ", ".join(part for part in (resident.address, resident.postcode) if part)


def _state(row: Appointment) -> AppointmentState:
    return AppointmentState(row.state)


def render(
    entries: Sequence[Entry], *, timezone: str, name: str, now: datetime, refresh: timedelta | None = None
) -> bytes:
    """Write a calendar file: CRLF, lines folded at 75 octets, UTF-8.

    Parameters
    ----------
    timezone : str
        Name of the zone that all entries are in; the file describes it for readers that do not know it.
    name : str
        What a reader calls the calendar.
    now : datetime
        When the file was made (aware, UTC).
    refresh : timedelta, optional
        For a calendar that is read again and again: how often.
    """
    calendar = icalendar.Calendar()
    calendar.add("prodid", "-//Noaber//Noaber//NL")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("x-wr-calname", name)
    calendar.add("x-wr-timezone", timezone)
    if refresh is not None:
        calendar.add("refresh-interval", icalendar.vDuration(refresh), parameters={"VALUE": "DURATION"})
        calendar.add("x-published-ttl", icalendar.vDuration(refresh))
    if entries:
        first = min(entry.starts_at for entry in entries).date()
        last = max(entry.ends_at for entry in entries).date()
        calendar.add_component(_timezone(timezone, first, last))
    for entry in entries:
        calendar.add_component(_event(entry, timezone, now))
    return bytes(calendar.to_ical())


def _event(entry: Entry, timezone: str, now: datetime) -> icalendar.Event:
    zone = ZoneInfo(timezone)
    event = icalendar.Event()
    event.add("uid", entry.uid)
    event.add("dtstamp", (entry.changed_at or now).astimezone(UTC))
    if entry.changed_at is not None:
        event.add("last-modified", entry.changed_at.astimezone(UTC))
    event.add("created", entry.created_at.astimezone(UTC))
    event.add("sequence", entry.sequence)
    event.add("dtstart", entry.starts_at.replace(tzinfo=zone))
    event.add("dtend", entry.ends_at.replace(tzinfo=zone))
    event.add("summary", entry.title)
    event.add("status", entry.status)
    event.add("class", "PRIVATE")
    for key, value in (("location", entry.place), ("description", entry.text), ("url", entry.url)):
        if value:
            event.add(key, value)
    return event


def _timezone(name: str, first: date, last: date) -> icalendar.Timezone:
    """Describe a time zone over the years of these days, every change of its clock written out."""
    zone = ZoneInfo(name)
    described = icalendar.Timezone()
    described.add("tzid", name)
    begin = datetime(first.year, 1, 1, tzinfo=UTC)
    described.add_component(_observance(zone, begin, None))
    for moment in _changes(zone, begin, datetime(last.year + 1, 1, 1, tzinfo=UTC)):
        before = (moment - timedelta(minutes=1)).astimezone(zone).utcoffset()
        described.add_component(_observance(zone, moment, before))
    return described


def _observance(
    zone: ZoneInfo, moment: datetime, before: timedelta | None
) -> icalendar.TimezoneStandard | icalendar.TimezoneDaylight:
    local = moment.astimezone(zone)
    after = local.utcoffset()
    assert after is not None
    described = icalendar.TimezoneDaylight() if local.dst() else icalendar.TimezoneStandard()
    if before is None:  # how the clock stands at the beginning
        before, onset = after, datetime.combine(local.date(), time())
    else:  # as the clock still stood at the moment of its change
        onset = (moment + before).replace(tzinfo=None)
    described.add("dtstart", onset)
    described.add("tzoffsetfrom", before)
    described.add("tzoffsetto", after)
    described.add("tzname", local.tzname())
    return described


def _changes(zone: ZoneInfo, begin: datetime, end: datetime) -> list[datetime]:
    """Give the moments (UTC, to the minute) at which the clock of a zone changes."""
    found = []
    day = timedelta(days=1)
    while begin < end:
        low, high = begin, begin + day
        if low.astimezone(zone).utcoffset() != high.astimezone(zone).utcoffset():
            while high - low > timedelta(minutes=1):
                middle = low + (high - low) // 2
                middle = middle.replace(second=0, microsecond=0)
                if middle.astimezone(zone).utcoffset() == low.astimezone(zone).utcoffset():
                    low = middle
                else:
                    high = middle
            found.append(high)
        begin += day
    return found
