"""What somebody types who wants to help, and the checks of it."""

import math
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlmodel import Session

from matcher import Place, PostcodeError, distance_km, parse_postcode
from models import preferences, values
from models.errors import Invalid
from models.kinds import BY_SLUG
from models.queries import communities

MAX_KM = 100
MAX_CAPACITY = 10
MAX_AWAY = 50
MAX_LANGUAGES = 20


@dataclass(frozen=True, slots=True)
class OfferForm:
    """What was typed, before anything is checked.

    Attributes
    ----------
    max_km, capacity : int or str
        Whole numbers; how far (km) and how many people at the same time.
    windows : list of dict or None
        Weekly windows ``{"day", "from", "to"}``; None: any time.
    away : list of dict
        Absences ``{"from", "until"}``, both days included, as typed.
    """

    text: str
    kinds: list[str]
    postcode: str
    max_km: int | str
    windows: list[dict[str, str]] | None
    away: list[dict[str, str]]
    languages: list[str]
    capacity: int | str
    wants_digest: bool
    first_name: str = ""
    last_name: str = ""
    email: str = ""
    phone: str = ""
    language: str = field(default="nl")
    traits: list[str] = field(default_factory=list)
    avoids: list[str] = field(default_factory=list)


def check(session: Session, form: OfferForm, today: date) -> dict[str, Any]:
    """Check everything but who it is; gives the columns of a volunteer.

    Raises
    ------
    Invalid
        ``required`` for ``text`` where there is no kind either; ``choice`` for ``kinds`` and ``languages``;
        ``postcode``, ``postcode_unknown``; ``number_range`` for ``max_km`` and ``capacity``; ``windows``,
        ``end_before_start`` or ``required`` for ``windows``; ``date``, ``date_far``, ``end_before_start``,
        ``too_many_away`` for ``away``; those of `values.text` and of `preferences.check`.

    See also
    --------
    check_reach : whether they can come anywhere in a community at all.
    """
    kinds = list(dict.fromkeys(form.kinds))
    if not all(kind in BY_SLUG for kind in kinds):
        raise Invalid("kinds", "choice")
    return {
        "text": values.text("text", form.text, required=not kinds),
        "kinds": kinds,
        "windows": _windows(form.windows),
        "away": _away(form.away, today),
        "postcode": _postcode(session, form.postcode),
        "max_km": whole_number("max_km", form.max_km, 1, MAX_KM),
        "languages": _languages(form.languages),
        "traits": preferences.check("traits", form.traits, preferences.VOLUNTEER_TRAITS),
        "avoids": preferences.check("avoids", form.avoids, preferences.VOLUNTEER_AVOIDS),
        "capacity": whole_number("capacity", form.capacity, 1, MAX_CAPACITY),
        "wants_digest": bool(form.wants_digest),
    }


def check_reach(session: Session, community_id: int, form: OfferForm) -> None:
    """Refuse an offer from so far away that it reaches no neighbourhood of the community.

    Raises
    ------
    Invalid
        Field ``max_km``, ``too_far_away``; those of `check` for postcode and distance.
    """
    code, max_km = _postcode(session, form.postcode), whole_number("max_km", form.max_km, 1, MAX_KM)
    areas = [area.postcode for area in communities.areas(session, community_id)]
    if code[:4] in areas:
        return
    places = {name: Place(row.lat, row.lon) for name, row in communities.places_of(session, {code, *areas}).items()}
    near = min((distance_km(places[code], places[name]) for name in areas if name in places), default=0.0)
    if near > max_km:
        raise Invalid("max_km", "too_far_away", km=math.ceil(near))


def check_contact(form: OfferForm) -> dict[str, Any]:
    """Check who somebody is and how to reach them; gives what `people.contact` takes.

    Raises
    ------
    Invalid
        Those of `values`; ``reach_needed``, field ``email``, without an address and a number.
    """
    found = {
        "first_name": values.name("first_name", form.first_name),
        "last_name": values.name("last_name", form.last_name, required=False),
        "email": values.email("email", form.email) if form.email.strip() else None,
        "phone": values.phone("phone", form.phone) if form.phone.strip() else None,
    }
    if not found["email"] and not found["phone"]:
        raise Invalid("email", "reach_needed")
    return found


def whole_number(name: str, typed: int | str, least: int, most: int) -> int:
    """Read a whole number in a range, both ends included; anything else is Invalid ``number_range``."""
    refused = Invalid(name, "number_range", least=least, most=most)
    if isinstance(typed, str):
        clean = typed.strip()
        if not (clean.isascii() and clean.isdigit() and len(clean) <= 9):
            raise refused
        typed = int(clean)
    if isinstance(typed, bool) or not isinstance(typed, int) or not least <= typed <= most:
        raise refused
    return typed


def _postcode(session: Session, typed: str) -> str:
    try:
        code = parse_postcode(typed)
    except PostcodeError as error:
        raise Invalid("postcode", "postcode", why=error.code) from error
    if communities.place_of(session, code) is None:
        raise Invalid("postcode", "postcode_unknown")
    return code


def _windows(given: list[dict[str, str]] | None) -> list[dict[str, str]] | None:
    if given is None:
        return None
    if not given:
        raise Invalid("windows", "required")
    checked = values.windows("windows", given)
    return [window for n, window in enumerate(checked) if window not in checked[:n]]


def _away(given: list[dict[str, str]], today: date) -> list[dict[str, str]]:
    if len(given) > MAX_AWAY:
        raise Invalid("away", "too_many_away", limit=MAX_AWAY)
    found = []
    for absence in given:
        first = values.day("away", str(absence.get("from", "")), today=today, past=True)
        last = values.day("away", str(absence.get("until", "")), today=today, past=True)
        if last < first:
            raise Invalid("away", "end_before_start")
        if last >= today:  # what is over says nothing any more
            found.append({"from": first.isoformat(), "until": last.isoformat()})
    return sorted(found, key=lambda absence: (absence["from"], absence["until"]))


def _languages(given: list[str]) -> list[str]:
    languages = list(dict.fromkeys(given))
    if not languages:
        raise Invalid("languages", "required")
    if len(languages) > MAX_LANGUAGES or not all(values.LANGUAGES.fullmatch(language) for language in languages):
        raise Invalid("languages", "choice")
    return languages
