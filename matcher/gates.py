"""Hard constraints for one pair, each with its code: slow and plain, and the oracle of the fast form in the index."""

from datetime import datetime

import numpy as np

from matcher import availability, geo
from matcher.types import GATES, Request, Volunteer


def too_far(request: Request, volunteer: Volunteer) -> bool:
    """The great-circle distance is more than the volunteer travels."""
    column = np.array(geo.unit_vector(volunteer.place)).reshape(3, 1)
    squared = geo.chords_squared(geo.unit_vector(request.place), column)[0]
    return bool(squared > geo.chord_squared(volunteer.max_km))


def no_time(request: Request, volunteer: Volunteer) -> bool:
    """No shared time, or an absence on a day of help that comes once."""
    return not availability.has_time(volunteer, request.when)


def missing_certificate(request: Request, volunteer: Volunteer, now: datetime) -> str | None:
    """The first required kind, by name, that is not valid on the day of the help."""
    day = availability.help_day(request.when, now)
    valid = {c.kind for c in volunteer.certificates if c.valid_until is None or c.valid_until >= day}
    return min(request.certificates - valid, default=None)


def no_shared_language(request: Request, volunteer: Volunteer) -> bool:
    """Languages are asked for and the volunteer speaks none of them."""
    return bool(request.languages) and not request.languages & volunteer.languages


def no_room(volunteer: Volunteer) -> bool:
    """The volunteer has as many matches as they want."""
    return volunteer.load >= volunteer.capacity


def is_blocked(request: Request, volunteer: Volunteer) -> bool:
    """Either side may block; both hold."""
    return volunteer.id in request.blocked or request.id in volunteer.blocked


def unwanted(request: Request, volunteer: Volunteer) -> bool:
    """One side has what the other asked not to meet."""
    return bool(request.avoids & volunteer.traits or volunteer.avoids & request.traits)


def is_paused(volunteer: Volunteer) -> bool:
    """The volunteer takes no new matches for now."""
    return volunteer.paused


def broken(request: Request, volunteer: Volunteer, now: datetime) -> tuple[str, ...]:
    """Every hard constraint that this pair breaks, in the order in which they are named; empty: may be ranked.

    Examples
    --------
    >>> from matcher.types import Place
    >>> here = Place(52.2658, 6.7931)
    >>> broken(Request("r1", here), Volunteer("v1", here, paused=True, load=1), datetime(2026, 11, 22, 9))
    ('capacity', 'paused')
    """
    require_wall_clock(now)
    breaks = {
        "distance": too_far(request, volunteer),
        "time": no_time(request, volunteer),
        "certificate": missing_certificate(request, volunteer, now) is not None,
        "language": no_shared_language(request, volunteer),
        "capacity": no_room(volunteer),
        "blocked": is_blocked(request, volunteer),
        "preference": unwanted(request, volunteer),
        "paused": is_paused(volunteer),
    }
    return tuple(gate for gate in GATES if breaks[gate])


def require_wall_clock(now: datetime) -> None:
    """Windows and periods are local wall-clock time, and `now` must be told the same way.

    Raises
    ------
    ValueError
        If `now` carries a time zone: the caller knows the community's, the matcher does not.
    """
    if now.tzinfo is not None:
        raise ValueError("now must be the community's local wall-clock time, without a time zone")
