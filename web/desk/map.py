"""The volunteers on a map: how many active ones live in each neighbourhood; few are not told apart."""

from collections import Counter

from flask import request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from models import kinds
from models.permissions import Permission
from models.queries import communities, desk_volunteers
from web import access
from web.access import needs
from web.browse.filters import FilterForm
from web.desk.pages import pages
from web.map import page
from web.transaction import db

FEW = 5
"""Fewer in one neighbourhood are told as few: a number of one or two with a kind of help is nearly a name."""


@pages.get("/<community>/desk/map", endpoint="map")
@needs(Permission.DESK_WORK)
def show() -> Response:
    """Show how many volunteers are active in each neighbourhood, all or for one kind of help."""
    here = access.community().id or 0
    form = FilterForm(formdata=request.args, meta={"csrf": False})
    form.name_choices()
    kind = form.kind.data if form.kind.data in kinds.BY_SLUG else ""
    areas = {area.postcode: area for area in communities.areas(db(), here)}
    counted = desk_volunteers.active_by_postcode(db(), here, kind or "")
    called = communities.neighbourhoods(db(), here, {*areas, *counted})
    numbers: Counter[str] = Counter()
    for code, number in counted.items():
        numbers[called[code]] += number
    # The list of volunteers knows a neighbourhood by its name, and one without a name by its digits.
    known = {called[code]: area.neighbourhood or code for code, area in areas.items()}
    return page.answer(
        "desk/map.html",
        form=form,
        kind=kind,
        map=page.build(
            sorted({*known, *numbers}, key=str.casefold),
            numbers,
            url=lambda name: url_for("desk.volunteers", group="active", area=known.get(name, ""), kind=kind or None),
            said=_said,
            few=FEW,
        ),
    )


def _said(name: str, count: int | None) -> str:
    if count is None:
        return str(_("%(place)s: fewer than %(few)s volunteers", place=name, few=FEW))
    return str(ngettext("%(place)s: %(num)d volunteer", "%(place)s: %(num)d volunteers", count, place=name))
