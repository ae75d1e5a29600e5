"""The area of a community with the names of its neighbourhoods, and its meeting places."""

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from models.errors import NotFound
from models.operations import communities
from models.permissions import Permission
from models.queries import communities as queries
from models.tables import Area, MeetingPlace
from web import access
from web.access import needs
from web.administer import pages
from web.administer.forms import AreaForm, MeetingPlaceForm
from web.forms import attempt
from web.runtime import now
from web.transaction import db


def _here() -> int:
    return access.community().id or 0


def _areas_page(form: AreaForm) -> str:
    areas = queries.areas(db(), _here())
    return render_template(
        "administer/areas.html", form=form, areas=areas, places=queries.places_of(db(), [a.postcode for a in areas])
    )


@pages.get("/<community>/settings/areas")
@needs(Permission.COMMUNITY_ADMINISTER)
def areas() -> str:
    """List the postcodes of the community."""
    return _areas_page(AreaForm())


@pages.post("/<community>/settings/areas")
@needs(Permission.COMMUNITY_ADMINISTER)
def add_area() -> Response | tuple[str, int]:
    """Add a postcode."""
    form = AreaForm()
    with attempt(form) as tried:
        communities.add_area(
            db(), access.community(), form.postcode.data or "", form.neighbourhood.data or "",
            actor=access.actor(), now=now(),
        )  # fmt: skip
    if tried.done:
        flash(_("The postcode is added."), "good")
        return redirect(url_for("administer.areas"), 303)
    return _areas_page(form), 422


def _own_area(postcode: str) -> Area:
    found = next((a for a in queries.areas(db(), _here()) if a.postcode == postcode), None)
    if found is None:
        raise NotFound
    return found


@pages.get("/<community>/settings/areas/<postcode>")
@needs(Permission.COMMUNITY_ADMINISTER)
def area(postcode: str) -> str:
    """Show one postcode, to name or remove it."""
    found = _own_area(postcode)
    form = AreaForm(data={"postcode": found.postcode, "neighbourhood": found.neighbourhood})
    return render_template("administer/area.html", form=form, area=found)


@pages.post("/<community>/settings/areas/<postcode>")
@needs(Permission.COMMUNITY_ADMINISTER)
def name_area(postcode: str) -> Response | tuple[str, int]:
    """Say what people call a neighbourhood."""
    found, form = _own_area(postcode), AreaForm()
    with attempt(form) as tried:
        communities.name_area(
            db(), access.community(), postcode, form.neighbourhood.data or "", actor=access.actor(), now=now()
        )
    if tried.done:
        flash(_("The name is saved."), "good")
        return redirect(url_for("administer.areas"), 303)
    return render_template("administer/area.html", form=form, area=found), 422


@pages.post("/<community>/settings/areas/<postcode>/remove")
@needs(Permission.COMMUNITY_ADMINISTER)
def remove_area(postcode: str) -> Response:
    """Take a postcode out of the community, if no request runs there."""
    _own_area(postcode)
    with attempt() as tried:
        communities.remove_area(db(), access.community(), postcode, actor=access.actor(), now=now())
    if tried.done:
        flash(_("The postcode %(postcode)s is removed.", postcode=postcode), "good")
    return redirect(url_for("administer.areas"), 303)


def _places_page(form: MeetingPlaceForm) -> str:
    return render_template(
        "administer/meeting_places.html", form=form, rows=queries.meeting_places(db(), _here(), only_open=False)
    )


@pages.get("/<community>/settings/meeting-places")
@needs(Permission.COMMUNITY_ADMINISTER)
def meeting_places() -> str:
    """List the meeting places."""
    return _places_page(MeetingPlaceForm())


def _typed(form: MeetingPlaceForm) -> dict[str, str]:
    return {name: form[name].data or "" for name in ("name", "address", "opening_hours")}


@pages.post("/<community>/settings/meeting-places")
@needs(Permission.COMMUNITY_ADMINISTER)
def add_meeting_place() -> Response | tuple[str, int]:
    """Add a meeting place."""
    form = MeetingPlaceForm()
    with attempt(form) as tried:
        communities.add_meeting_place(db(), access.community(), **_typed(form), actor=access.actor(), now=now())
    if tried.done:
        flash(_("The meeting place is added."), "good")
        return redirect(url_for("administer.meeting_places"), 303)
    return _places_page(form), 422


def _own_place(place_id: int) -> MeetingPlace:
    found = queries.meeting_place(db(), _here(), place_id)
    if found is None:
        raise NotFound
    return found


@pages.get("/<community>/settings/meeting-places/<int:place_id>")
@needs(Permission.COMMUNITY_ADMINISTER)
def meeting_place(place_id: int) -> str:
    """Show one meeting place."""
    place = _own_place(place_id)
    return render_template("administer/meeting_place.html", form=MeetingPlaceForm(obj=place), meeting_place=place)


@pages.post("/<community>/settings/meeting-places/<int:place_id>")
@needs(Permission.COMMUNITY_ADMINISTER)
def change_meeting_place(place_id: int) -> Response | tuple[str, int]:
    """Change a meeting place."""
    place, form = _own_place(place_id), MeetingPlaceForm()
    with attempt(form) as tried:
        communities.change_meeting_place(
            db(), access.community(), place, **_typed(form), actor=access.actor(), now=now()
        )
    if tried.done:
        flash(_("The meeting place is saved."), "good")
        return redirect(url_for("administer.meeting_places"), 303)
    return render_template("administer/meeting_place.html", form=form, meeting_place=place), 422


@pages.post("/<community>/settings/meeting-places/<int:place_id>/close")
@needs(Permission.COMMUNITY_ADMINISTER)
def close_meeting_place(place_id: int) -> Response:
    """Offer a meeting place no longer; what was planned there stays."""
    place = _own_place(place_id)
    with attempt() as tried:
        communities.close_meeting_place(db(), access.community(), place, actor=access.actor(), now=now())
    if tried.done:
        flash(_("%(name)s is not in use any more.", name=place.name), "good")
    return redirect(url_for("administer.meeting_places"), 303)


@pages.post("/<community>/settings/meeting-places/<int:place_id>/open")
@needs(Permission.COMMUNITY_ADMINISTER)
def open_meeting_place(place_id: int) -> Response:
    """Offer a meeting place again."""
    place = _own_place(place_id)
    with attempt() as tried:
        communities.reopen_meeting_place(db(), access.community(), place, actor=access.actor(), now=now())
    if tried.done:
        flash(_("%(name)s is in use again.", name=place.name), "good")
    return redirect(url_for("administer.meeting_places"), 303)
