"""What every page with a map needs: the drawing, its numbers in words, a legend, and who may give pictures."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from flask import Response, make_response, render_template
from flask_babel import gettext as _

from models.queries import communities
from web import access, headers
from web.map.drawing import Shape, Sheet, Site, box, draw, steps
from web.runtime import runtime
from web.transaction import db


@dataclass(frozen=True, slots=True)
class Place:
    """A neighbourhood with its number.

    Attributes
    ----------
    short, long : str
        The number in the drawing and in the table.
    said : str
        Name and number, for who hears the map.
    step : int
        How dark: 0 to 3.
    shape : Shape or None
        None where nobody knows where it lies.
    """

    name: str
    url: str
    short: str
    long: str
    said: str
    step: int
    shape: Shape | None


@dataclass(frozen=True, slots=True)
class Map:
    """Everything that the template `map/parts.html` draws."""

    sheet: Sheet | None
    places: list[Place]
    legend: list[tuple[int, str]]
    total: int
    tiles: str
    tiles_by: str


def sheet() -> Sheet | None:
    """Draw the community of this address; None where nobody knows where its postcodes lie."""
    names = communities.names_of_areas(db(), access.community().id or 0)
    known = communities.places_of(db(), names)
    sites = tuple(Site(name, known[code].lat, known[code].lon) for code, name in names.items() if code in known)
    if not sites:
        return None
    near = communities.places_within(db(), *box(sites))
    return draw(sites, tuple(Site(row.place, row.lat, row.lon) for row in near if row.code not in names))


def build(
    names: list[str],
    numbers: Mapping[str, int],
    *,
    url: Callable[[str], str],
    said: Callable[[str, int | None], str],
    few: int = 0,
) -> Map:
    """Put numbers on the map.

    Parameters
    ----------
    names : list of str
        Neighbourhoods, in the order in which the keyboard goes past them.
    numbers : mapping of str to int
        By neighbourhood; what is not there is 0.
    url : callable
        Where a neighbourhood leads to.
    said : callable
        Says name and number in one sentence; None: more than none, and too few to be told.
    few : int
        Numbers from 1 up to this one are not told, only that they are fewer.
    """
    drawn = sheet()
    divided = steps(max(numbers.values(), default=0), few)
    less = _("fewer than %(number)s", number=few)
    places = []
    for name in names:
        number = numbers.get(name, 0)
        hidden = 0 < number < few
        long = less if hidden else str(number)
        places.append(
            Place(
                name,
                url(name),
                f"<{few}" if hidden else str(number),
                long,
                said(name, None if hidden else number),
                next((n for n, (_low, high) in enumerate(divided, 1) if number <= high), 0) if number else 0,
                drawn.shapes.get(name) if drawn else None,
            )
        )
    legend = [(0, _("none"))]
    for n, (low, high) in enumerate(divided, 1):
        words = str(low) if low == high else f"{low}–{high}"
        legend.append((n, less if high < few else words))
    settings = runtime().settings
    return Map(drawn, places, legend, sum(numbers.values()), settings.tiles, settings.tiles_by)


def answer(template: str, **values: Any) -> Response:
    """Render a page with a map; the operator's own server of tiles, where there is one, may give it pictures."""
    page = make_response(render_template(template, **values))
    tiles = urlsplit(runtime().settings.tiles)
    if tiles.netloc:
        page.headers["Content-Security-Policy"] = headers.with_pictures_from(f"{tiles.scheme}://{tiles.netloc}")
    return page
