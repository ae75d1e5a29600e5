"""The areas of a map from nothing but their centres: Voronoi cells, in kilometres on a flat plane; pure functions.

Nobody needs a file of borders for it. Every spot belongs to the postcode whose centre is nearest, no farther than
`REACH` away. With the neighbouring postcodes among the centres, the border of a community lies halfway to theirs.
"""

import math
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

Point = tuple[float, float]
Ring = list[Point]
"""Corners in order, counter-clockwise, the first not repeated."""

KM_PER_DEGREE = 6371.0088 * math.pi / 180
REACH = 3.5
"""How far from its centre an area goes at most, km: where nobody lives beyond it, as at the sea, it has to end."""
ARC = 72
"""Corners of a full circle."""
TOGETHER = 0.3
"""How far apart centres that coincide are put, km at most."""


@dataclass(frozen=True, slots=True)
class Plane:
    """An equirectangular projection around a middle: x east and y north, km. Over 50 km it is off by some metres.

    Attributes
    ----------
    lat, lon : float
        The middle (WGS84, degrees).
    """

    lat: float
    lon: float

    @classmethod
    def around(cls, places: Iterable[Point]) -> "Plane":
        """Give the plane around the middle of places (latitude, longitude); there is at least one."""
        lats, lons = zip(*places, strict=True)
        return cls((min(lats) + max(lats)) / 2, (min(lons) + max(lons)) / 2)

    def project(self, lat: float, lon: float) -> Point:
        """Give where a place lies, km from the middle.

        >>> Plane(52.0, 6.0).project(52.0, 6.0)
        (0.0, 0.0)
        """
        return (
            (lon - self.lon) * KM_PER_DEGREE * math.cos(math.radians(self.lat)),
            (lat - self.lat) * KM_PER_DEGREE,
        )

    def unproject(self, x: float, y: float) -> Point:
        """Give the latitude and longitude of a point of the plane."""
        return self.lat + y / KM_PER_DEGREE, self.lon + x / (KM_PER_DEGREE * math.cos(math.radians(self.lat)))


def apart(centres: Sequence[Point]) -> list[Point]:
    """Put centres that coincide in a small circle around where they were, so that each has a cell.

    >>> apart([(0.0, 0.0), (5.0, 0.0)])
    [(0.0, 0.0), (5.0, 0.0)]
    """
    together = defaultdict(list)
    for number, centre in enumerate(centres):
        together[centre].append(number)
    placed = list(centres)
    for (x, y), numbers in together.items():
        if len(numbers) > 1:
            others = (math.dist((x, y), other) for other in together if other != (x, y))
            radius = min(TOGETHER, min(others, default=math.inf) / 4)
            for turn, number in enumerate(numbers):
                angle = math.tau * turn / len(numbers)
                placed[number] = (x + radius * math.cos(angle), y + radius * math.sin(angle))
    return placed


def cells(centres: Sequence[Point], *, radius: float = REACH) -> list[Ring]:
    """Give the Voronoi cell of each centre, cut off at a distance from it.

    Parameters
    ----------
    centres : sequence of (float, float)
        km, no two the same (`apart`).
    radius : float
        km. As it is the same for all, the cells together are the discs around the centres.

    Returns
    -------
    list of Ring
        One a centre, in order; convex, with the centre inside.
    """
    if not centres:
        return []
    from scipy.spatial import Voronoi  # here: a process starts a quarter of a second sooner without it

    sites = np.array(centres, dtype=float)
    # Eight sites so far off that they take nothing of a disc make every other cell finite, on whichever line they lie.
    middle = sites.mean(axis=0)
    far = 10 * (np.abs(sites - middle).max() + radius)
    turns = np.arange(8) * math.tau / 8
    diagram = Voronoi(np.vstack([sites, middle + far * np.column_stack([np.cos(turns), np.sin(turns)])]))
    rings = []
    for number, centre in enumerate(centres):
        corners = diagram.vertices[diagram.regions[diagram.point_region[number]]]
        rings.append(_within(_around(centre, [(float(x), float(y)) for x, y in corners]), centre, radius))
    return rings


def _around(centre: Point, points: Iterable[Point]) -> Ring:
    """Put the corners of a convex shape with this centre inside in order."""
    return sorted(points, key=lambda point: math.atan2(point[1] - centre[1], point[0] - centre[0]))


def _within(ring: Ring, centre: Point, radius: float) -> Ring:
    """Cut a convex ring off at a circle around a centre inside it."""
    x, y = centre
    kept = [corner for corner in ring if math.dist(corner, centre) <= radius]
    for one, other in zip(ring, [*ring[1:], ring[0]], strict=True):
        kept += _crossings(one, other, centre, radius)
    for turn in range(ARC):
        angle = math.tau * turn / ARC
        spot = (x + radius * math.cos(angle), y + radius * math.sin(angle))
        if holds(ring, spot):
            kept.append(spot)
    return _around(centre, kept)


def _crossings(one: Point, other: Point, centre: Point, radius: float) -> list[Point]:
    """Give where a line from one point to another crosses a circle."""
    (ax, ay), (dx, dy) = (one[0] - centre[0], one[1] - centre[1]), (other[0] - one[0], other[1] - one[1])
    a, b, c = dx * dx + dy * dy, ax * dx + ay * dy, ax * ax + ay * ay - radius * radius
    root = b * b - a * c
    if a == 0 or root <= 0:
        return []
    steps = ((-b - math.sqrt(root)) / a, (-b + math.sqrt(root)) / a)
    return [(one[0] + step * dx, one[1] + step * dy) for step in steps if 0 < step < 1]


def holds(ring: Ring, point: Point) -> bool:
    """Whether a point lies in a convex ring, its edge included.

    >>> holds([(0, 0), (2, 0), (2, 2), (0, 2)], (1, 1)), holds([(0, 0), (2, 0), (2, 2), (0, 2)], (3, 1))
    (True, False)
    """
    x, y = point
    pairs = zip(ring, [*ring[1:], ring[0]], strict=True)
    return all((bx - ax) * (y - ay) - (by - ay) * (x - ax) >= 0 for (ax, ay), (bx, by) in pairs)


def area(ring: Ring) -> float:
    """Give what a ring encloses, km²; below zero for one that goes clockwise, as a hole does.

    >>> area([(0, 0), (2, 0), (2, 2), (0, 2)])
    4.0
    """
    pairs = zip(ring, [*ring[1:], ring[0]], strict=True)
    return sum(ax * by - bx * ay for (ax, ay), (bx, by) in pairs) / 2


def roomiest(ring: Ring) -> tuple[Point, float]:
    """Give the spot in a convex ring that lies farthest from its edge, nearly, and how far that is.

    >>> roomiest([(0, 0), (4, 0), (4, 2), (0, 2)])[1]
    1.0
    """
    points = np.asarray(ring, dtype=float)
    along = np.roll(points, -1, axis=0) - points
    lengths = np.hypot(along[:, 0], along[:, 1])
    points, along = points[lengths > 0], along[lengths > 0] / lengths[lengths > 0, None]
    (left, low), (right, high) = points.min(axis=0), points.max(axis=0)
    grid = np.array([(x, y) for x in np.linspace(left, right, 17) for y in np.linspace(low, high, 17)])
    off = grid[:, None, :] - points[None, :, :]
    room = (along[None, :, 0] * off[:, :, 1] - along[None, :, 1] * off[:, :, 0]).min(axis=1)
    best = int(room.argmax())
    return (float(grid[best, 0]), float(grid[best, 1])), float(room[best])


def joined(rings: Iterable[Ring]) -> list[Ring]:
    """Give the outline of cells together: the borders between them fall away.

    >>> joined([[(0, 0), (1, 0), (1, 1), (0, 1)], [(1, 0), (2, 0), (2, 1), (1, 1)]])
    [[(1, 0), (2, 0), (2, 1), (1, 1), (0, 1), (0, 0)]]
    """
    after: dict[Point, list[Point]] = defaultdict(list)
    for ring in rings:
        corners = list(dict.fromkeys((round(x, 4), round(y, 4)) for x, y in ring))  # to 10 cm: both sides say the same
        for one, other in zip(corners, [*corners[1:], corners[0]], strict=True):
            if one in after[other]:
                after[other].remove(one)
            else:
                after[one].append(other)
    found = []
    for start in list(after):
        while after[start]:
            ring, here = [start], after[start].pop(0)
            while here != start:
                ring.append(here)
                here = after[here].pop(0)
            found.append(ring)
    return found
