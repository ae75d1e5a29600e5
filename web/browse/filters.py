"""Choosing among the open requests: the kind of help, how far away, on which day of the week."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from babel.dates import get_day_names
from flask import request
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from wtforms import SelectField, StringField

from matcher import Place, PostcodeError, distance_km, parse_postcode
from models import kinds
from models.queries import communities
from models.queries.browse import Open
from models.values import DAYS
from web import access, i18n
from web.forms import Form
from web.transaction import db

KILOMETRES = (2, 5, 10, 20)


class FilterForm(Form):
    """What somebody looks for; empty fields leave nothing out."""

    kind = SelectField(lazy_gettext("Kind of help"), validate_choice=False)
    postcode = StringField(
        lazy_gettext("Your postcode"), description=lazy_gettext("The four numbers are enough. We do not keep them.")
    )
    km = SelectField(lazy_gettext("How far away"), validate_choice=False)
    day = SelectField(lazy_gettext("On which day"), validate_choice=False)
    area = SelectField(lazy_gettext("Neighbourhood"), validate_choice=False)

    def name_choices(self) -> None:
        """Name what there is to choose from."""
        self.kind.choices = {"": [("", _("All kinds of help"))]} | dict(kinds.grouped(_))
        self.km.choices = [("", _("Any distance")), *((str(km), _("Up to %(km)s km", km=km)) for km in KILOMETRES)]
        names = get_day_names("wide", locale=i18n.language())
        self.day.choices = [("", _("Any day")), *((str(day), str(names[day])) for day in range(7))]
        self.area.choices = [("", _("All neighbourhoods")), *((name, name) for name in _neighbourhoods())]


@dataclass(frozen=True, slots=True)
class Filters:
    """What somebody looks for, read from the address; what cannot be read leaves nothing out.

    Attributes
    ----------
    postcode : str
        Four digits, never more: an address stands in logs.
    day : int or None
        0 is Monday.
    area : str
        What people call the neighbourhood.
    """

    kind: str = ""
    postcode: str = ""
    km: int | None = None
    day: int | None = None
    area: str = ""

    def __bool__(self) -> bool:
        """Whether anything is left out or put in another order."""
        return bool(self.kind or self.postcode or self.km is not None or self.day is not None or self.area)

    def as_arguments(self) -> dict[str, Any]:
        """Give them as they stand in an address."""
        given = {"kind": self.kind, "postcode": self.postcode, "km": self.km, "day": self.day, "area": self.area}
        return {name: value for name, value in given.items() if value not in ("", None)}


def read() -> tuple[FilterForm, Filters]:
    """Read the filters of this address, and put what is wrong at its field."""
    form = FilterForm(formdata=request.args, meta={"csrf": False})
    form.name_choices()
    kind = form.kind.data if form.kind.data in kinds.BY_SLUG else ""
    km = next((km for km in KILOMETRES if str(km) == form.km.data), None)
    day = next((day for day in range(7) if str(day) == form.day.data), None)
    typed, code = form.postcode.data or "", ""
    if typed.strip():
        try:
            code = parse_postcode(typed)[:4]
        except PostcodeError:
            form.postcode.errors = [_("This is not a Dutch postcode. It looks like 7551 AB.")]
    if code and communities.place_of(db(), code) is None:
        code = ""
        form.postcode.errors = [_("We do not know this postcode. Check the numbers.")]
    if km is not None and not typed.strip():
        form.postcode.errors = [_("Fill in your postcode. Then we know what is near you.")]
    area = form.area.data if form.area.data in dict(form.area.choices) else ""
    return form, Filters(kind or "", code, km, day, area or "")


def _neighbourhoods() -> list[str]:
    """Give what the neighbourhoods of this community are called, each once, in order."""
    return sorted(set(communities.names_of_areas(db(), access.community().id or 0).values()), key=str.casefold)


def too_precise(chosen: Filters) -> bool:
    """Whether the address holds more of a postcode than four digits: it stands in logs, so it is to be asked again."""
    return bool(chosen.postcode) and request.args.get("postcode") != chosen.postcode


def on_day(when: Mapping[str, Any], day: int) -> bool:
    """Whether help is, or may be, on a day of the week (0 is Monday)."""
    if when.get("kind") == "once":
        first, last = (datetime.fromisoformat(str(when[side])).date() for side in ("start", "end"))
        days = min((last - first).days, 6)
        return any((first + timedelta(days=n)).weekday() == day for n in range(days + 1))
    if when.get("kind") == "weekly":
        return any(window["day"] == DAYS[day] for window in when["windows"])
    return True


def distances(rows: list[Open], code: str, middles: Mapping[str, tuple[float, float]]) -> dict[int, float]:
    """Give how far each request is from a postcode (km), measured to the middle of its neighbourhood.

    Two neighbours of one neighbourhood are equally far from everywhere: asking from many places tells nobody where in
    it somebody lives.
    """
    here = communities.place_of(db(), code)
    if here is None:
        return {}
    start, known = Place(here.lat, here.lon), {}
    for row in rows:
        middle = middles.get(row.neighbourhood)
        if middle is None and row.lat is not None and row.lon is not None:
            middle = (row.lat, row.lon)
        if middle is not None and row.neighbourhood not in known:
            known[row.neighbourhood] = distance_km(start, Place(*middle))
    return {row.id: known[row.neighbourhood] for row in rows if row.neighbourhood in known}


def within(rows: list[Open], code: str, km: int) -> list[Open]:
    """Give the requests whose four-digit area lies at most so far (whole km) from a volunteer's postcode."""
    here = communities.place_of(db(), code)
    if here is None:
        return []
    start = Place(here.lat, here.lon)
    known: dict[tuple[float | None, float | None], float] = {}
    for row in rows:
        if row.lat is not None and row.lon is not None and (row.lat, row.lon) not in known:
            known[row.lat, row.lon] = distance_km(start, Place(row.lat, row.lon))
    return [row for row in rows if known.get((row.lat, row.lon), math.inf) < km + 0.5]


def page_number(pages: int) -> int:
    """Give the page that the address asks for, as far as there is one."""
    typed = request.args.get("page", "")
    wanted = int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 7 else 1
    return max(1, min(wanted, pages))
