"""The map of a community as a drawing: shapes in whole units of a sheet, for a template to dress."""

import math
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from web.map.cells import Plane, Point, Ring, apart, area, cells, joined, roomiest

WIDTH = 1000
"""Units of a sheet from west to east."""
EDGE, LEAST = 0.5, 6.0
"""km around the community that can be seen too, and what is seen at least."""
NARROWEST, WIDEST = 0.85, 1.45
"""Width of a sheet by its height."""
LETTER = 11
"""Units that a letter of a name takes, about."""
SMALL = 26
"""Units of room around a number, below which it cannot be read on a phone that shows the whole map."""
TOWN = 3
"""A neighbouring place with so many postcodes in sight is named."""


@dataclass(frozen=True, slots=True)
class Site:
    """The middle of a four-digit postcode, and what people call it: its neighbourhood, or abroad its place."""

    name: str
    lat: float
    lon: float


@dataclass(frozen=True, slots=True)
class Shape:
    """A neighbourhood on the sheet.

    Attributes
    ----------
    path : str
        For the ``d`` of an SVG path.
    x, y : int
        Where its number stands.
    small : bool
        Too small for a number on a phone.
    named : bool
        Its name fits in it.
    """

    path: str
    x: int
    y: int
    small: bool
    named: bool


@dataclass(frozen=True, slots=True)
class Sheet:
    """A community among its neighbours.

    Attributes
    ----------
    width, height : int
        Units.
    unit : float
        Units that a km takes.
    bounds : tuple of float
        South, west, north and east (WGS84, degrees).
    around : str
        The areas of neighbours, one SVG path.
    towns : tuple of (str, int, int)
        Names of neighbouring places, and where.
    shapes : dict of str to Shape
        By neighbourhood.
    """

    width: int
    height: int
    unit: float
    bounds: tuple[float, float, float, float]
    around: str
    towns: tuple[tuple[str, int, int], ...]
    shapes: dict[str, Shape]
    plane: Plane
    left: float
    top: float

    def place(self, point: Point) -> tuple[int, int]:
        """Give where a point of the plane (km) lies on the sheet."""
        return round((point[0] - self.left) * self.unit), round((self.top - point[1]) * self.unit)

    def circle(self, lat: float, lon: float, km: float) -> tuple[int, int, int]:
        """Give middle and radius (units) of a circle around a place."""
        return (*self.place(self.plane.project(lat, lon)), round(km * self.unit))


def box(sites: Iterable[Site]) -> tuple[float, float, float, float]:
    """Give south, west, north and east of everything that a sheet of these may show, and some more (degrees)."""
    places = [(site.lat, site.lon) for site in sites]
    plane = Plane.around(places)
    half = 8 + 1.5 * max(max(map(abs, plane.project(*place))) for place in places)
    return (*plane.unproject(-half, -half), *plane.unproject(half, half))


@lru_cache(maxsize=64)
def draw(sites: tuple[Site, ...], outside: tuple[Site, ...]) -> Sheet:
    """Draw a community: cells of postcodes with one name become one shape.

    Parameters
    ----------
    sites : tuple of Site
        Its own, at least one.
    outside : tuple of Site
        Its neighbours' (`box`).
    """
    plane = Plane.around((site.lat, site.lon) for site in sites)
    centres = apart([plane.project(site.lat, site.lon) for site in (*sites, *outside)])
    rings = cells(centres)
    own, others = rings[: len(sites)], rings[len(sites) :]
    left, bottom, right, top = _view(own)
    unit = WIDTH / (right - left)
    south, west = plane.unproject(left, bottom)
    north, east = plane.unproject(right, top)
    empty = Sheet(
        WIDTH, round((top - bottom) * unit), unit, (south, west, north, east), "", (), {}, plane, left, top
    )  # fmt: skip

    def seen(ring: Ring) -> bool:
        return any(left < x < right for x, _y in ring) and any(bottom < y < top for _x, y in ring)

    together: dict[str, list[Ring]] = defaultdict(list)
    for site, ring in zip(sites, own, strict=True):
        together[site.name].append(ring)
    towns: dict[str, list[Point]] = defaultdict(list)
    for site, (x, y) in zip(outside, centres[len(sites) :], strict=True):
        if left + 1 < x < right - 1 and bottom + 0.5 < y < top - 0.5:
            towns[site.name].append((x, y))
    return Sheet(
        empty.width, empty.height, unit, empty.bounds,
        around=_path(empty, [ring for ring in others if seen(ring)]),
        towns=tuple((name, *empty.place(_central(points))) for name, points in sorted(towns.items())
                    if len(points) >= TOWN),
        shapes={name: _shape(empty, name, found) for name, found in sorted(together.items())},
        plane=plane, left=left, top=top,
    )  # fmt: skip


def _view(rings: list[Ring]) -> tuple[float, float, float, float]:
    """Give left, bottom, right and top (km) of what is shown."""
    xs, ys = [x for ring in rings for x, _y in ring], [y for ring in rings for _x, y in ring]
    width, height = (max(max(v) - min(v) + 2 * EDGE, LEAST) for v in (xs, ys))
    width, height = max(width, height * NARROWEST), max(height, width / WIDEST)
    x, y = (min(xs) + max(xs)) / 2, (min(ys) + max(ys)) / 2
    return x - width / 2, y - height / 2, x + width / 2, y + height / 2


def _central(points: list[Point]) -> Point:
    """Give the point that lies nearest to the middle of all."""
    middle = (sum(x for x, _y in points) / len(points), sum(y for _x, y in points) / len(points))
    return min(points, key=lambda point: math.dist(point, middle))


def _shape(sheet: Sheet, name: str, rings: list[Ring]) -> Shape:
    largest = max(rings, key=area)
    (x, y), room = roomiest(largest)
    return Shape(
        _path(sheet, joined(rings)),
        *sheet.place((x, y)),
        small=room * sheet.unit < SMALL,
        named=_across(largest, x, y - 20 / sheet.unit) * sheet.unit > len(name) * LETTER / 2,
    )


def _across(ring: Ring, x: float, y: float) -> float:
    """Give how much room a ring leaves at one height, to the nearest of both sides (km)."""
    crossed = [
        ax + (y - ay) / (by - ay) * (bx - ax)
        for (ax, ay), (bx, by) in zip(ring, [*ring[1:], ring[0]], strict=True)
        if (ay <= y) != (by <= y)
    ]
    return min((abs(edge - x) for edge in crossed), default=0.0)


def _path(sheet: Sheet, rings: Iterable[Ring]) -> str:
    spots = ([f"{x} {y}" for x, y in dict.fromkeys(map(sheet.place, ring))] for ring in rings)
    return "".join(f"M{'L'.join(ring)}z" for ring in spots)


def steps(largest: int, few: int = 0) -> list[tuple[int, int]]:
    """Divide numbers from 1 up in three steps at most, each from its lowest to its highest.

    Parameters
    ----------
    few : int
        Where numbers below it are not told: the first step is all of them.

    >>> steps(0), steps(2), steps(10), steps(20, few=5)
    ([], [(1, 1), (2, 2)], [(1, 4), (5, 7), (8, 10)], [(1, 4), (5, 12), (13, 20)])
    """
    if not largest:
        return []
    if not few:
        ends = [math.ceil(largest * part / 3) for part in (1, 2, 3)]
    else:
        ends = [few - 1, (few + largest) // 2, largest] if largest >= few else [few - 1]
    ends = sorted(set(ends))
    return [(low + 1, high) for low, high in zip([0, *ends[:-1]], ends, strict=True)]
