"""Soft signals: one function each, 0..1, higher is better; numbers or arrays in, the same shape out.

Every function is monotone in the direction its text promises. The index calls them with arrays over all
candidates, `explain` with one pair: there is one formula for both.
"""

import numpy as np
from numpy.typing import NDArray

from matcher.availability import AMPLE_HOURS

Values = float | NDArray[np.float64]
Array = NDArray[np.float64]

# How much of `skills` the likeness of the texts decides: enough to order equals, too little to beat a kind.
AFFINITY_SHARE = 0.1
# So far people walk; nearer than that is no nearer.
WALKING_KM = 1.0
# Who lives this much farther than a walk counts half as near as one next door.
HALFWAY_KM = 4.0
# Who helped so many hours in the last 30 days is half as rested as who helped none.
TIRING_HOURS = 12.0
# Offers are confirmed now and then; one of this age is half as sure to stand still.
HALF_SURE_DAYS = 180.0
# A request counts from here, by what was said of its urgency; after so many days half of the rest is added.
URGENCY = {"low": 0.0, "normal": 0.2, "high": 0.75}
PATIENCE_DAYS = 14.0
MILLION = 1_000_000


def skills(fit: Values, affinity: Values) -> Array:
    """How well what is offered covers what is needed.

    Parameters
    ----------
    fit : 0..1
        How far the kinds of help offered cover those needed, see `matcher.kinds.cover`. Rises with it.
    affinity : -1..1
        How alike the two texts are, 0 when either wrote nothing. Rises with it.

    Examples
    --------
    >>> float(skills(1.0, 1.0)), float(skills(0.0, -1.0))
    (1.0, 0.0)
    """
    return np.asarray((1 - AFFINITY_SHARE) * fit + AFFINITY_SHARE * (1 + affinity) / 2)


def distance(km: Values, max_km: Values) -> Array:
    """Half how much is left of what this volunteer is willing to travel, half how near it is: a walk is nearest.

    Parameters
    ----------
    km : km, 0 or more
        Falls with it, from 1 next door.
    max_km : km, above 0
        Rises with it.

    Examples
    --------
    >>> float(distance(0.0, 10.0)), float(distance(5.0, 10.0))
    (1.0, 0.5)
    """
    willing = np.maximum(1 - km / np.asarray(max_km), 0.0)
    near = HALFWAY_KM / (HALFWAY_KM + np.maximum(np.asarray(km) - WALKING_KM, 0.0))
    return np.asarray((willing + near) / 2)


def availability(covered: Values, asked: Values, present: Values = 1.0) -> Array:
    """How much of the time asked is covered, by somebody who is there.

    Sharing some is worth half: of a weekly request one window is all it takes. The rest is choice, which makes an
    appointment easier to find and to move.

    Parameters
    ----------
    covered, asked : counts, 0 or more
        Windows of a weekly request; the period of one that comes `once`: 1 of 1. Rises with `covered`, falls
        with `asked`; nothing covered is 0.
    present : 0..1
        Share of the coming weeks without absences, see `matcher.availability.horizon`. Rises with it.

    Examples
    --------
    >>> float(availability(1.0, 1.0)), float(availability(1.0, 2.0)), float(availability(1.0, 1.0, 0.5))
    (1.0, 0.75, 0.5)
    """
    share = np.minimum(covered / np.maximum(asked, 1), 1.0)
    return np.where(share > 0, (0.5 + share / 2) * present, 0.0)


def ample_time(hours: Values, present: Values = 1.0) -> Array:
    """`availability` for a flexible request, from the hours a week that the volunteer can come (0..168).

    Eight hours leave nothing to wish for.
    """
    return availability(hours, float(AMPLE_HOURS), present)


def language(shared: Values, asked: Values) -> Array:
    """Share of the languages asked for that the volunteer speaks; 1 when none is asked.

    Parameters
    ----------
    shared, asked : counts, 0 or more
        Rises with `shared`, falls with `asked`.

    Examples
    --------
    >>> float(language(1.0, 2.0)), float(language(0.0, 0.0))
    (0.5, 1.0)
    """
    return np.where(np.asarray(asked) > 0, np.minimum(shared / np.maximum(asked, 1), 1.0), 1.0)


def load(running: Values, capacity: Values) -> Array:
    """Room left of what the volunteer takes on: 1 helps nobody now, 0 is full.

    Parameters
    ----------
    running, capacity : counts, 0 or more
        Falls with `running`, rises with `capacity`.

    Examples
    --------
    >>> float(load(0.0, 1.0)), float(load(1.0, 4.0)), float(load(0.0, 0.0))
    (1.0, 0.75, 0.0)
    """
    left = np.maximum(1 - running / np.maximum(capacity, 1), 0.0)
    return np.where(np.asarray(capacity) > 0, left, 0.0)


def rest(hours: Values) -> Array:
    """How rested a volunteer is: who helps often is asked less.

    Parameters
    ----------
    hours : 0 or more
        Helped in the last 30 days. Falls with it.

    Examples
    --------
    >>> float(rest(0.0)), float(rest(12.0))
    (1.0, 0.5)
    """
    return np.asarray(TIRING_HOURS / (TIRING_HOURS + np.asarray(hours)))


def freshness(days: Values) -> Array:
    """How sure it is that an offer still stands.

    Parameters
    ----------
    days : 0 or more
        Since the offer was made or last confirmed. Falls with it.

    Examples
    --------
    >>> float(freshness(0.0)), float(freshness(180.0))
    (1.0, 0.5)
    """
    return np.asarray(HALF_SURE_DAYS / (HALF_SURE_DAYS + np.asarray(days)))


def waiting(days: Values, urgency: Values) -> Array:
    """How much a request has waited, from where its urgency lets it begin.

    The same for all volunteers of one request; it decides between requests, where there is help for one of two.

    Parameters
    ----------
    days : 0 or more
        Since it was asked. Rises with it, ever slower.
    urgency : 0..1
        See `URGENCY`. Rises with it.

    Examples
    --------
    >>> float(waiting(0.0, 0.6)), float(waiting(14.0, 0.2))
    (0.6, 0.6)
    """
    return np.asarray(1 - (1 - np.asarray(urgency)) * PATIENCE_DAYS / (PATIENCE_DAYS + np.asarray(days)))


def continuity(known: Values) -> Array:
    """Whether the two know each other and it went well: 1 or 0. Symmetric: either side may say so.

    Parameters
    ----------
    known : 0 or 1
        Rises with it.
    """
    return np.asarray(known, np.float64)


def to_millionths(values: Array) -> Array:
    """Rounded to six decimals, as every number is written, before anything is made of it."""
    return np.asarray(np.rint(values * MILLION) / MILLION)
