"""Where people are: postcodes read as people write them, and distances along the earth."""

import math
import re

import numpy as np
from numpy.typing import NDArray

from matcher.types import Place

EARTH_RADIUS_KM = 6371.0088  # the mean radius of the IUGG
# A space from a keyboard, a web page or a word processor; a line break is never part of a postcode.
_SPACES = str.maketrans("", "", " \u00a0\u2007\u2009\u202f")
_DUTCH = re.compile(r"(?:NL-?)?([1-9][0-9]{3})(?:-?([A-Z]{2}))?")
_BELGIAN = re.compile(r"BE?-?[1-9][0-9]{3}")
_GERMAN = re.compile(r"(?:DE?-?)?[0-9]{5}")


class PostcodeError(ValueError):
    """A text that is no Dutch postcode; `code` says what it looks like.

    `empty`, `belgian`, `german` or `malformed`.
    """

    def __init__(self, code: str) -> None:
        super().__init__(f"not a Dutch postcode: {code}")
        self.code = code


def parse_postcode(text: str) -> str:
    """Read a Dutch postcode in any spacing and case.

    Returns
    -------
    str
        Four digits, or four digits and two letters.

    Raises
    ------
    PostcodeError
        With a `code` from which the caller makes a kind word.

    Examples
    --------
    >>> parse_postcode(" 7551 ab "), parse_postcode("NL-7551 AB"), parse_postcode("7551")
    ('7551AB', '7551AB', '7551')
    """
    bare = text.translate(_SPACES)
    if not bare:
        raise PostcodeError("empty")
    if not bare.isascii():  # before upper(), which makes letters of signs that are none
        raise PostcodeError("malformed")
    bare = bare.upper()
    if found := _DUTCH.fullmatch(bare):
        return found[1] + (found[2] or "")
    if _BELGIAN.fullmatch(bare):
        raise PostcodeError("belgian")
    raise PostcodeError("german" if _GERMAN.fullmatch(bare) else "malformed")


def unit_vector(place: Place) -> tuple[float, float, float]:
    """The place as a point on a sphere of radius 1, so that a distance needs no trigonometry a pair."""
    lat, lon = math.radians(place.lat), math.radians(place.lon)
    return math.cos(lat) * math.cos(lon), math.cos(lat) * math.sin(lon), math.sin(lat)


def chord_squared(km: float) -> float:
    """The squared straight line, on the unit sphere, between two places so many km apart."""
    return (2 * math.sin(km / (2 * EARTH_RADIUS_KM))) ** 2


def chords_squared(here: tuple[float, float, float], there: NDArray[np.float64]) -> NDArray[np.float64]:
    """Squared straight lines from one point to the columns of `there`, shape (3, n).

    Differences, squares and sums only: the same to the last bit for one pair and for many, from either side.
    """
    x, y, z = (there[axis] - here[axis] for axis in range(3))
    return np.asarray(x * x + y * y + z * z)


def chords_to_km(squared: NDArray[np.float64]) -> NDArray[np.float64]:
    """Great-circle kilometres from squared chords on the unit sphere."""
    half = np.minimum(np.sqrt(squared) / 2, 1.0)
    return np.asarray(2 * EARTH_RADIUS_KM * np.arcsin(half))


def distance_km(here: Place, there: Place) -> float:
    """Great-circle distance in km.

    Examples
    --------
    >>> hengelo, borne = Place(52.2658, 6.7931), Place(52.3003, 6.7536)
    >>> round(distance_km(hengelo, borne), 1)
    4.7
    """
    there_column = np.array(unit_vector(there)).reshape(3, 1)
    return float(chords_to_km(chords_squared(unit_vector(here), there_column))[0])


def spoken_km(here: Place, there: Place, km: float) -> int:
    """The distance as it may be said: whole kilometres, 0 only for the same postcode area.

    Nobody learns from a distance where in an area somebody lives.
    """
    if here.area is not None and here.area == there.area:
        return 0
    return max(1, round(km))
