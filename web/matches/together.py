"""What the two of an agreed match do together: the pages of `web.pair`, for who signs in."""

from flask import Response as File
from flask import url_for
from werkzeug.wrappers import Response

from models.errors import NotFound
from models.permissions import Permission
from web import limits
from web.access import needs
from web.limits import limiter
from web.matches import pages
from web.matches.own import find
from web.matches.views import TOGETHER, beside
from web.pair import Pair, appointments, views
from web.pair.steps import Page

_HERE = "/<community>/matches/<int:match_id>"
_APPOINTMENT = f"{_HERE}/appointments/<int:appointment_id>"


def _pair(match_id: int) -> Pair:
    return find(match_id).pair


@pages.post(f"{_HERE}/messages")
@limiter.limit(limits.MESSAGES)
@needs(Permission.MATCH_TAKE_PART)
def write(match_id: int) -> Page:
    """Send the other a message."""
    own = find(match_id)
    return views.write(own.pair, TOGETHER, **beside(own))


@pages.get(f"{_HERE}/plan")
@pages.post(f"{_HERE}/plan")
@needs(Permission.MATCH_TAKE_PART)
def plan(match_id: int) -> Page:
    """Propose a day."""
    return appointments.plan(_pair(match_id))


@pages.post(f"{_APPOINTMENT}/confirm")
@needs(Permission.MATCH_TAKE_PART)
def confirm(match_id: int, appointment_id: int) -> Page:
    """That day suits."""
    return appointments.confirm(_pair(match_id), appointment_id)


@pages.post(f"{_APPOINTMENT}/pick")
@needs(Permission.MATCH_TAKE_PART)
def pick(match_id: int, appointment_id: int) -> Page:
    """Choose one of the moments."""
    return appointments.pick(_pair(match_id), appointment_id)


@pages.post(f"{_APPOINTMENT}/none-suits")
@needs(Permission.MATCH_TAKE_PART)
def none_suits(match_id: int, appointment_id: int) -> Page:
    """None of the moments suits."""
    return appointments.none_suits(_pair(match_id), appointment_id)


@pages.get(f"{_APPOINTMENT}/move")
@pages.post(f"{_APPOINTMENT}/move")
@needs(Permission.MATCH_TAKE_PART)
def move(match_id: int, appointment_id: int) -> Page:
    """Propose another time."""
    return appointments.move(_pair(match_id), appointment_id)


@pages.get(f"{_APPOINTMENT}/cancel")
@pages.post(f"{_APPOINTMENT}/cancel")
@needs(Permission.MATCH_TAKE_PART)
def cancel(match_id: int, appointment_id: int) -> Page:
    """Cancel an appointment."""
    return appointments.cancel(_pair(match_id), appointment_id)


@pages.get(f"{_APPOINTMENT}/calendar.ics")
@needs(Permission.MATCH_TAKE_PART, writes=True)
def calendar(match_id: int, appointment_id: int) -> File | Page:
    """Give one appointment for somebody's own calendar; looking up the address is written down."""
    return _calendar(match_id, appointment_id)


@pages.get(f"{_HERE}/calendar.ics")
@needs(Permission.MATCH_TAKE_PART, writes=True)
def calendar_of_all(match_id: int) -> File | Page:
    """Give all appointments of a match for somebody's own calendar."""
    return _calendar(match_id, None)


def _calendar(match_id: int, appointment_id: int | None) -> File | Page:
    own = find(match_id)
    if own.match.agreed_at is None or own.blocked:
        raise NotFound
    return appointments.calendar_file(
        own.pair, appointment_id, url=url_for("matches.show", match_id=match_id, _external=True)
    )


@pages.get(f"{_HERE}/photo")
@needs(Permission.MATCH_TAKE_PART, writes=True)
def portrait(match_id: int) -> Response:
    """Give the portrait of who helps, for its resident."""
    return views.portrait(_pair(match_id))


@pages.get(f"{_HERE}/first-place")
@pages.post(f"{_HERE}/first-place")
@needs(Permission.MATCH_TAKE_PART)
def first_place(match_id: int) -> Page:
    """Choose where to meet the first time."""
    return views.first_place(_pair(match_id))


@pages.get(f"{_HERE}/complete")
@pages.post(f"{_HERE}/complete")
@needs(Permission.MATCH_TAKE_PART)
def complete(match_id: int) -> Page:
    """The help is finished."""
    return views.complete(_pair(match_id))


@pages.get(f"{_HERE}/stop")
@pages.post(f"{_HERE}/stop")
@needs(Permission.MATCH_TAKE_PART)
def stop(match_id: int) -> Page:
    """It does not go on."""
    return views.stop(_pair(match_id))
