"""The resident's side of a match: the pages of `web.pair`, opened by the private link of the request."""

from flask import Response as File
from werkzeug.wrappers import Response

from models.permissions import Permission
from web.access import needs
from web.follow import pages
from web.follow.own import find_pair
from web.pair import appointments, views
from web.pair.steps import Page

_HERE = "/<community>/r/<token>/match/<int:match_id>"
_APPOINTMENT = f"{_HERE}/appointment/<int:appointment_id>"
_TEMPLATE = "follow/together.html"


@pages.get(_HERE)
@needs(Permission.REQUEST_FOLLOW, writes=True)
def together(token: str, match_id: int) -> Page:
    """Show how to reach each other, the appointments and the messages; the look is written down."""
    pair = find_pair(token, match_id)
    return views.show(pair, _TEMPLATE, has_address=bool(pair.resident.address))


@pages.post(f"{_HERE}/message")
@needs(Permission.REQUEST_FOLLOW)
def write(token: str, match_id: int) -> Page:
    """Send a message."""
    pair = find_pair(token, match_id)
    return views.write(pair, _TEMPLATE, has_address=bool(pair.resident.address))


@pages.get(f"{_HERE}/plan")
@pages.post(f"{_HERE}/plan")
@needs(Permission.REQUEST_FOLLOW)
def plan(token: str, match_id: int) -> Page:
    """Propose a day."""
    return appointments.plan(find_pair(token, match_id))


@pages.post(f"{_APPOINTMENT}/confirm")
@needs(Permission.REQUEST_FOLLOW)
def confirm(token: str, match_id: int, appointment_id: int) -> Page:
    """That day suits."""
    return appointments.confirm(find_pair(token, match_id), appointment_id)


@pages.post(f"{_APPOINTMENT}/pick")
@needs(Permission.REQUEST_FOLLOW)
def pick(token: str, match_id: int, appointment_id: int) -> Page:
    """Choose one of the moments."""
    return appointments.pick(find_pair(token, match_id), appointment_id)


@pages.post(f"{_APPOINTMENT}/none-suits")
@needs(Permission.REQUEST_FOLLOW)
def none_suits(token: str, match_id: int, appointment_id: int) -> Page:
    """None of the moments suits."""
    return appointments.none_suits(find_pair(token, match_id), appointment_id)


@pages.get(f"{_APPOINTMENT}/move")
@pages.post(f"{_APPOINTMENT}/move")
@needs(Permission.REQUEST_FOLLOW)
def move(token: str, match_id: int, appointment_id: int) -> Page:
    """Propose another time."""
    return appointments.move(find_pair(token, match_id), appointment_id)


@pages.get(f"{_APPOINTMENT}/cancel")
@pages.post(f"{_APPOINTMENT}/cancel")
@needs(Permission.REQUEST_FOLLOW)
def cancel(token: str, match_id: int, appointment_id: int) -> Page:
    """Cancel an appointment."""
    return appointments.cancel(find_pair(token, match_id), appointment_id)


@pages.get(f"{_APPOINTMENT}.ics")
@needs(Permission.REQUEST_FOLLOW)
def calendar(token: str, match_id: int, appointment_id: int) -> File | Page:
    """Give the appointment for one's own calendar."""
    return appointments.calendar_file(find_pair(token, match_id), appointment_id)


@pages.get(f"{_HERE}/photo")
@needs(Permission.REQUEST_FOLLOW, writes=True)
def portrait(token: str, match_id: int) -> Response:
    """Give the portrait of who helps."""
    return views.portrait(find_pair(token, match_id))


@pages.get(f"{_HERE}/check-in/<int:check_in_id>")
@pages.post(f"{_HERE}/check-in/<int:check_in_id>")
@needs(Permission.REQUEST_FOLLOW)
def answer(token: str, match_id: int, check_in_id: int) -> Page:
    """How did it go?"""
    return views.answer(find_pair(token, match_id), check_in_id)


@pages.get(f"{_HERE}/first-place")
@pages.post(f"{_HERE}/first-place")
@needs(Permission.REQUEST_FOLLOW)
def first_place(token: str, match_id: int) -> Page:
    """Choose where to meet the first time."""
    return views.first_place(find_pair(token, match_id))


@pages.get(f"{_HERE}/complete")
@pages.post(f"{_HERE}/complete")
@needs(Permission.REQUEST_FOLLOW)
def complete(token: str, match_id: int) -> Page:
    """The help is finished."""
    return views.complete(find_pair(token, match_id))


@pages.get(f"{_HERE}/stop")
@pages.post(f"{_HERE}/stop")
@needs(Permission.REQUEST_FOLLOW)
def stop(token: str, match_id: int) -> Page:
    """It does not go on."""
    return views.stop(find_pair(token, match_id))
