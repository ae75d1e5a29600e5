"""The open requests on a map: how many in each neighbourhood, never where in it."""

import math
from collections import Counter
from dataclasses import dataclass, replace

from flask import redirect, url_for
from flask_babel import ngettext
from werkzeug.wrappers import Response

from models.permissions import Permission
from models.queries import communities
from web import access
from web.access import needs
from web.browse import filters
from web.browse.lists import sought
from web.map import page, pages
from web.transaction import db


@dataclass(frozen=True, slots=True)
class Circle:
    """How far a volunteer goes, around the middle of their four-digit postcode.

    Attributes
    ----------
    x, y, radius : int
        Units of the sheet.
    holds_all : bool
        Whether the whole sheet lies within it, so that nothing is seen of it.
    """

    km: int
    postcode: str
    x: int
    y: int
    radius: int
    holds_all: bool


@pages.get("/<community>/map")
@needs(Permission.PUBLIC)
def show() -> str | Response:
    """Show how many requests are open in each neighbourhood, under the filters of the list."""
    form, chosen = filters.read()
    if filters.too_precise(chosen):
        return redirect(url_for("map.show", **chosen.as_arguments()))
    kept = replace(chosen, area="").as_arguments()
    numbers = Counter(row.neighbourhood for row in sought(replace(chosen, area="")))
    names = [name for name, _said in form.area.choices if name]
    beyond = [name for name in sorted(numbers) if name not in names]  # its area was taken away meanwhile
    drawn = page.build(
        names + beyond,
        numbers,
        url=lambda name: url_for("browse.index", **{**kept, "area": name}),
        said=_said,
    )
    return page.answer(
        "map/show.html",
        form=form,
        chosen=replace(chosen, area=""),
        here=chosen.area,
        map=drawn,
        circle=_circle(drawn),
        arguments=chosen.as_arguments(),
    )


def _said(name: str, count: int | None) -> str:
    return str(ngettext("%(place)s: %(num)d request", "%(place)s: %(num)d requests", count or 0, place=name))


def _circle(drawn: page.Map) -> Circle | None:
    volunteer = access.own_volunteer()
    if volunteer is None or drawn.sheet is None:
        return None
    code = volunteer.postcode[:4]
    middle = communities.place_of(db(), code)
    if middle is None:
        return None
    x, y, radius = drawn.sheet.circle(middle.lat, middle.lon, volunteer.max_km)
    far = math.hypot(*(max(at, size - at) for at, size in ((x, drawn.sheet.width), (y, drawn.sheet.height))))
    return Circle(volunteer.max_km, code, x, y, radius, far <= radius)
