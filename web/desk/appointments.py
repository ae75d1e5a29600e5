"""Appointments at the desk: what somebody said on the phone, planned, confirmed, moved or cancelled for them."""

from flask import url_for

from models.permissions import Permission
from web import access
from web.access import needs
from web.desk import proposing
from web.desk.pages import pages
from web.pair import Pair, appointments
from web.pair.steps import Page

_HERE = "/<community>/desk/matches/<int:match_id>"
_ONE = f"{_HERE}/appointments/<int:appointment_id>"


def _pair(match_id: int) -> Pair:
    found = proposing.pair_of(match_id)
    page = url_for("desk.match", match_id=match_id)
    return Pair(
        match=found.match, request=found.request, volunteer=found.volunteer, resident=found.resident,
        helper=found.helper, actor=access.actor(), side="desk", family="desk", page=page, after=page,
    )  # fmt: skip


@pages.get(f"{_HERE}/plan", endpoint="appointment_plan")
@pages.post(f"{_HERE}/plan", endpoint="appointment_plan")
@needs(Permission.DESK_WORK)
def plan(match_id: int) -> Page:
    """Plan a day for two people, of whom at least one phones."""
    return appointments.plan(_pair(match_id))


@pages.post(f"{_ONE}/confirm", endpoint="appointment_confirm")
@needs(Permission.DESK_WORK)
def confirm(match_id: int, appointment_id: int) -> Page:
    """Who was asked says that it suits."""
    return appointments.confirm(_pair(match_id), appointment_id)


@pages.post(f"{_ONE}/pick", endpoint="appointment_pick")
@needs(Permission.DESK_WORK)
def pick(match_id: int, appointment_id: int) -> Page:
    """Who was asked chooses this moment."""
    return appointments.pick(_pair(match_id), appointment_id)


@pages.post(f"{_ONE}/none-suits", endpoint="appointment_none_suits")
@needs(Permission.DESK_WORK)
def none_suits(match_id: int, appointment_id: int) -> Page:
    """None of the moments suits."""
    return appointments.none_suits(_pair(match_id), appointment_id)


@pages.get(f"{_ONE}/move", endpoint="appointment_move")
@pages.post(f"{_ONE}/move", endpoint="appointment_move")
@needs(Permission.DESK_WORK)
def move(match_id: int, appointment_id: int) -> Page:
    """One of them wants another time."""
    return appointments.move(_pair(match_id), appointment_id)


@pages.get(f"{_ONE}/cancel", endpoint="appointment_cancel")
@pages.post(f"{_ONE}/cancel", endpoint="appointment_cancel")
@needs(Permission.DESK_WORK)
def cancel(match_id: int, appointment_id: int) -> Page:
    """One of them cannot come."""
    return appointments.cancel(_pair(match_id), appointment_id)
