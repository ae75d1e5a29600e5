"""What is needed and what is offered as vectors over the kinds of help, and how far one covers the other.

All numbers are whole: products and sums of whole numbers are exact in any order, so that a pair scores the same
to the last bit whether the volunteer looks at the request or the request at the volunteer.
"""

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from matcher.language.reader import DIRECTIONS, VECTOR_UNIT
from matcher.related import shares
from matcher.types import Found, Understood

UNIT = 10_000
# A text of which nothing is understood spreads over all kinds; below this length it is not made sharper.
LEAST_LENGTH = 0.4


def kinds_of(skills: Sequence[str], understood: Understood | None) -> tuple[Found, ...]:
    """The kinds that somebody named, all certain; if none, those that were found in the text."""
    if skills:
        return tuple(Found(slug, 1.0) for slug in dict.fromkeys(skills))
    return understood.kinds if understood else ()


def need_vector(named: bool, found: Sequence[Found], column_of: Mapping[str, int]) -> NDArray[np.float64]:
    """What is needed: named kinds count equally and together 1; found ones as a direction."""
    if named:
        return _vector(found, column_of, 1 / len(found))
    return _vector(found, column_of, _sharpness(found))


def offer_vector(named: bool, found: Sequence[Found], column_of: Mapping[str, int]) -> NDArray[np.float64]:
    """What is offered: each named kind counts whole, who offers more loses nothing; found ones as a direction.

    A kind that is not offered counts as far as one that is lies near it.
    """
    offered = _vector(found, column_of, 1.0 if named else _sharpness(found))
    columns = np.flatnonzero(offered)
    if not len(columns):
        return offered
    near = shares(tuple(column_of))[:, columns] * offered[columns]
    return np.asarray(np.rint(near.max(axis=1)))


def cover(needs: NDArray[np.float64], offers: NDArray[np.float64]) -> NDArray[np.float64]:
    """How far offers cover needs, 0..1; one of the two is shape (kinds,), the other (kinds, n)."""
    return np.asarray(np.minimum(_dot(needs, offers) / (UNIT * UNIT), 1.0))


def direction(understood: Understood | None) -> NDArray[np.float32]:
    """The direction of a text as whole numbers, shape (64,); zeros when nothing was read."""
    whole = np.zeros(DIRECTIONS, np.float32)
    if understood is not None:
        read = np.frombuffer(understood.vector, np.int8)
        whole[: len(read)] = read
    return whole


def likeness(one: NDArray[np.float32], others: NDArray[np.float32]) -> NDArray[np.float64]:
    """Cosine of directions, -1..1, 0 where either is missing; whole numbers below 2^24 are exact in float32."""
    return np.clip(_dot(one, others).astype(np.float64) / (VECTOR_UNIT * VECTOR_UNIT), -1.0, 1.0)


def _dot(one: NDArray[Any], others: NDArray[Any]) -> NDArray[Any]:
    # Not `@`: a linear algebra library shares even this little between threads, and waits for them when the machine
    # is busy. Whole numbers add up to the same in any order.
    return np.asarray(np.einsum("i,i...->...", one, others))


def _sharpness(found: Sequence[Found]) -> float:
    return 1 / max(math.sqrt(sum(kind.confidence**2 for kind in found)), LEAST_LENGTH)


def _vector(found: Sequence[Found], column_of: Mapping[str, int], factor: float) -> NDArray[np.float64]:
    vector = np.zeros(len(column_of))
    for kind in found:
        vector[column_of[kind.slug]] = round(kind.confidence * factor * UNIT)
    return vector
