"""Somebody's private calendar: all their appointments at an address that Google, Outlook and the like keep reading.

Such an address is copied, kept and read by others than people: nothing is in it that finds a home. A meeting place is
public; of a home it names the neighbourhood, and leads to the page where the rest stands behind a sign-in.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from sqlmodel import Session

from models import calendar, catalogue
from models.calendar import Entry
from models.delays import local_now, moment
from models.queries import appointments as queries
from models.queries import communities, feeds
from models.queries import matches as match_queries
from models.queries.feeds import Row
from models.states import MATCH_KNOWS_EACH_OTHER, AppointmentState
from models.tables import Appointment, Community, HelpRequest, MeetingPlace, Person, Volunteer
from models.values import phone_as_read

CANCELLED_DAYS = 30
"""So long a cancelled entry stays, so that every reader has seen it."""
PAST_DAYS = 90
"""So long what was stays."""
REFRESH = timedelta(hours=1)
"""How often a reader may look again."""


@dataclass(frozen=True, slots=True)
class Feed:
    """A calendar file as it stands now.

    Attributes
    ----------
    etag : str
        The same as long as nothing in it changed.
    changed_at : datetime
        When it last may have changed (UTC); at least the beginning of this day, on which old entries leave it.
    """

    content: bytes
    etag: str
    changed_at: datetime


def of(session: Session, owner: Volunteer | HelpRequest, *, domain: str, base_url: str, now: datetime) -> Feed:
    """Give the calendar of a volunteer, or of the resident's side of a request.

    Parameters
    ----------
    domain : str
        Host name of the site: part of every entry's name, for ever.
    base_url : str
        Where the pages are; no address with a token in it is ever in the file.
    """
    community = match_queries.community_of(session, owner.community_id)
    local = local_now(now, community.timezone)
    rows = [row for row in feeds.rows(session, owner, local - timedelta(days=PAST_DAYS)) if _is_shown(row, local, now)]
    names = queries.roots(session, [row.appointment for row in rows])
    reader = match_queries.person_of(session, owner.person_id if isinstance(owner, Volunteer) else owner.contact_id)
    told = _Told(
        reader=reader,
        community=community,
        places=queries.places(session, [row.appointment for row in rows]),
        areas=communities.neighbourhoods(session, community.id or 0, {row.request.postcode for row in rows}),
        base_url=base_url,
        domain=domain,
        for_volunteer=isinstance(owner, Volunteer),
    )
    entries = [_entry(row, names[row.appointment.id or 0], told) for row in rows]
    content = calendar.render(entries, timezone=community.timezone, name=community.name, now=now, refresh=REFRESH)
    today = moment(datetime.combine(local.date(), time()), community.timezone)
    changed = max([today, *(_changed_at(row.appointment) for row in rows)])
    return Feed(content, hashlib.sha256(content).hexdigest()[:32], changed)


@dataclass(frozen=True, slots=True)
class _Told:
    """What all entries of one calendar share."""

    reader: Person
    community: Community
    places: dict[int, MeetingPlace]
    areas: dict[str, str]
    base_url: str
    domain: str
    for_volunteer: bool


def _is_shown(row: Row, local: datetime, now: datetime) -> bool:
    one = row.appointment
    if calendar.STATUS[AppointmentState(one.state)] == "CANCELLED":
        return _changed_at(one) > now - timedelta(days=CANCELLED_DAYS)
    return one.state != AppointmentState.PROPOSED or one.starts_at > local


def _changed_at(appointment: Appointment) -> datetime:
    return appointment.changed_at or appointment.created_at


def _entry(row: Row, root: int, told: _Told) -> Entry:
    _ = catalogue.translations(told.reader.language).gettext
    one, status = row.appointment, calendar.STATUS[AppointmentState(row.appointment.state)]
    knows = row.match.state in MATCH_KNOWS_EACH_OTHER and status != "CANCELLED"
    here = f"{told.base_url}/{told.community.slug}"
    url = f"{here}/matches/{row.match.id}" if told.for_volunteer else f"{here}/follow"
    name = row.resident if told.for_volunteer else row.helper
    return Entry(
        uid=f"appointment-{root}@{told.domain}",
        sequence=one.sequence,
        starts_at=one.starts_at,
        ends_at=one.ends_at,
        title=_("Appointment with %(name)s") % {"name": name} if name else _("Appointment"),
        place=_place(row, told) if knows else "",
        text="\n".join([*calendar.weekly_lines(one, told.reader.language), *_lines(told, url, knows=knows)]),
        status=status,
        created_at=one.created_at,
        url=url,
        changed_at=_changed_at(one),
    )


def _lines(told: _Told, url: str, *, knows: bool) -> Sequence[str]:
    _ = catalogue.translations(told.reader.language).gettext
    lines = [_("Where exactly stands on your page.")] if knows else []
    if told.community.phone:
        phone = phone_as_read(told.community.phone)
        lines.append(_("Can you not come? Please call us: %(phone)s.") % {"phone": phone})
    return [*lines, url]


def _place(row: Row, told: _Told) -> str:
    """Write where it is as far as anybody may read it; what somebody typed may be an address, and stays out."""
    place = told.places.get(row.appointment.meeting_place_id or 0)
    if place is not None:
        return f"{place.name}, {place.address}"
    return "" if row.appointment.place else told.areas.get(row.request.postcode, "")
