"""Why somebody fits, and why not: codes with parameters, honest ones; the sentences stand in the catalogues."""

import math
from collections.abc import Iterable, Mapping
from datetime import datetime

import numpy as np

from matcher import availability, gates, geo
from matcher.factors import AFFINITY_SHARE
from matcher.index import Index, asked_on, waited
from matcher.kinds import kinds_of
from matcher.language.reader import Reader
from matcher.related import share
from matcher.scoring import parts_of, score
from matcher.types import (
    FACTORS,
    TRAITS,
    Explanation,
    Flexible,
    Found,
    Once,
    Reason,
    Request,
    Volunteer,
    Weekly,
    WhatIf,
    Window,
)
from matcher.weights import DEFAULT_WEIGHTS, Weights

# Every code with its parameters; whoever renders sentences has one for each of these.
CODES: dict[str, tuple[str, ...]] = {
    # skills
    "offers_kind": ("slug",),  # named by the volunteer
    "writes_about_kind": ("slug",),  # found in the volunteer's text
    "offers_some_kinds": ("covered", "asked"),
    "maybe_kind": ("slug",),
    "related_kind": ("slug",),  # offered, and near what is needed
    "other_kind": ("slug",),  # the kind that is needed and not offered
    "kind_unknown": (),
    # distance
    "same_area": (),
    "near": ("km",),
    "far": ("km",),
    # availability; day 0 is Monday, part is one of PARTS
    "can_once": ("day", "part"),
    "can_day": ("day",),  # at some time of that one day
    "can_period": (),
    "can_weekly": ("day", "part"),
    "can_all_times": ("asked",),
    "can_some_times": ("covered", "asked"),
    "has_time": ("hours",),
    "little_time": ("hours",),
    # language
    "speaks": ("languages",),
    "speaks_some": ("languages",),
    "away_days": ("days", "coming"),
    # load and rest
    "free": (),
    "helps": ("load",),
    "helped_much": ("hours",),
    # freshness
    "offered_long_ago": ("months",),
    # waiting; said to volunteers alone, for it is the same for all of one request
    "urgent": (),
    "waits": ("days",),
    # continuity
    "known": (),
    # hard constraints
    "distance": ("km", "max_km"),
    "time": ("away",),
    "certificate": ("kind",),
    "language": ("languages",),
    "capacity": ("capacity",),
    "blocked": (),
    "preference": ("trait", "of"),
    "paused": (),
}
PARTS = ("night", "morning", "afternoon", "evening")
_STRENGTHS = frozenset({"offers_kind", "writes_about_kind", "known", "urgent", "waits"})
# From these values of the factors on it is said as a strength.
_FITS, _MAY_FIT, _NEAR, _AMPLE, _STRONG = 0.55, 0.3, 0.5, 0.75, 0.5
# Under these it is said as a weakness.
_PRESENT, _RESTED, _FRESH = 0.75, 0.5, 0.4
_LONG_DAYS = 14
# That somebody speaks it is worth no words.
_USUAL_LANGUAGE = "nl"


def explain(
    request: Request,
    volunteer: Volunteer,
    *,
    now: datetime,
    weights: Weights = DEFAULT_WEIGHTS,
    kinds: Iterable[str] = (),
    reader: Reader | None = None,
) -> Explanation:
    """Why this pair scores what it scores, and which hard constraints it breaks.

    Parameters
    ----------
    now : datetime
        The community's local wall-clock time, without a time zone.
    weights : Weights
        Other weights show what they would change.
    kinds : iterable of str
        Slugs that exist beside those that the pair or the reader names; they change nothing.
    reader : Reader or None
        Reads the texts that bring no `understood` of its edition.

    Examples
    --------
    >>> from matcher import Place
    >>> here, there = Place(52.2658, 6.7931), Place(53.2194, 6.5665)
    >>> why = explain(Request("r1", here), Volunteer("v1", there), now=datetime(2026, 11, 22, 9))
    >>> why.excluded, why.broken[0].as_dict()
    ('distance', {'code': 'distance', 'km': 107, 'max_km': 10})
    """
    slugs = {*kinds, *(reader.kinds if reader else ())}
    for item in (request, volunteer):
        slugs.update(found.slug for found in kinds_of(item.skills, item.understood))
    index = Index(sorted(slugs), reader)
    index.put(volunteer)
    request, volunteer = index.ready(request), index.at(0)
    values = index.factors(request, now)
    factors = {name: float(values[name][0]) for name in FACTORS}
    km = float(values["km"][0])
    broken = gates.broken(request, volunteer, now)
    return Explanation(
        broken=tuple(_broken_reason(gate, request, volunteer, now, km) for gate in broken),
        score=float(score(values, weights)[0]),
        factors=factors,
        reasons=reasons(request, volunteer, factors, km, now, broken),
        km=km,
    )


def what_if(explanation: Explanation, weights: Weights, instead: Weights) -> WhatIf:
    """What other weights would make of a pair that `explain` looked at, part by part.

    Parameters
    ----------
    weights, instead : Weights
        Those of now, and those to try.

    Examples
    --------
    >>> from matcher import Place
    >>> pair = Request("r1", Place(52.27, 6.79)), Volunteer("v1", Place(52.27, 6.79), capacity=2, load=1)
    >>> why = explain(*pair, now=datetime(2026, 11, 22, 9))
    >>> now_and_then = [
    ...     Weights.from_dict({"combine": "sum", "min_skills": 0.3, "weights": {"distance": 1 - load, "load": load}})
    ...     for load in (0.1, 0.5)
    ... ]
    >>> tried = what_if(why, *now_and_then)
    >>> tried.before, tried.after, tried.parts["load"]
    (0.95, 0.75, (0.05, 0.25))
    """
    sides = []
    for tried in (weights, instead):
        parts = parts_of(explanation.factors, tried)
        sides.append((parts, float(score({name: np.array([v]) for name, v in explanation.factors.items()}, tried)[0])))
    (parts, before), (others, after) = sides
    return WhatIf(before, after, {name: (parts[name], others[name]) for name in FACTORS})


def reasons(
    request: Request,
    volunteer: Volunteer,
    factors: Mapping[str, float],
    km: float,
    now: datetime,
    broken: tuple[str, ...] = (),
    *,
    to_volunteer: bool = False,
) -> tuple[Reason, ...]:
    """Two or three reasons: what speaks most for this pair, and last its weakest point if it has one.

    Nothing is said of a factor whose hard constraint is broken: that is told by itself; nor of how long a request has
    waited, but to a volunteer who chooses between requests.
    """
    # In the order of how much they say about a person.
    told = {"skills": _skills(request, volunteer, factors["skills"])}
    if factors["continuity"] == 1:
        told["continuity"] = Reason("known")
    if to_volunteer and (reason := _waiting(request, now)):
        told["waiting"] = reason
    if request.languages - {_USUAL_LANGUAGE} and "language" not in broken:
        told["language"] = _language(request, volunteer)
    if "distance" not in broken:
        told["distance"] = _distance(request, volunteer, factors["distance"], km)
    if "time" not in broken:
        told["availability"] = _availability(request, volunteer, factors["availability"], now)
    if "capacity" not in broken:
        told["load"] = Reason("helps", {"load": volunteer.load}) if volunteer.load else Reason("free")
    if factors["rest"] < _RESTED:
        told["rest"] = Reason("helped_much", {"hours": round(volunteer.recent_hours)})
    if volunteer.offered is not None and factors["freshness"] < _FRESH:
        told["freshness"] = Reason("offered_long_ago", {"months": (now.date() - volunteer.offered).days // 30})
    # That somebody offers the help is a strength, however much alike the texts are; so is what is told only if it is.
    may_be_weak = [name for name, reason in told.items() if reason.code not in _STRENGTHS]
    weakest = min(reversed(may_be_weak), key=lambda name: factors[name], default=None)
    weak = [weakest] if weakest is not None and factors[weakest] < 1 else []
    strong = [name for name in told if name not in weak]
    strong.sort(key=lambda name: name != "skills" and factors[name] < _STRONG)
    return tuple(told[name] for name in strong[: 3 - len(weak)] + weak)


def _skills(request: Request, volunteer: Volunteer, value: float) -> Reason:
    asked = kinds_of(request.skills, request.understood)
    if not asked:
        return Reason("kind_unknown")
    offered = {kind.slug: kind.confidence for kind in kinds_of(volunteer.skills, volunteer.understood)}
    shared = [kind for kind in asked if kind.slug in offered]
    if not shared and value >= _MAY_FIT:
        return Reason("related_kind", {"slug": _nearest(asked, offered)})
    if not shared or value < _MAY_FIT:
        return Reason("other_kind", {"slug": asked[0].slug})
    if request.skills and volunteer.skills and len(shared) < len(asked):
        return Reason("offers_some_kinds", {"covered": len(shared), "asked": len(asked)})
    best = max(shared, key=lambda kind: kind.confidence * offered[kind.slug])
    if value < _FITS * (1 - AFFINITY_SHARE):
        return Reason("maybe_kind", {"slug": best.slug})
    return Reason("offers_kind" if volunteer.skills else "writes_about_kind", {"slug": best.slug})


def _nearest(asked: Iterable[Found], offered: Mapping[str, float]) -> str:
    """The kind that is offered and lies nearest to what is needed."""
    met = {slug: max(kind.confidence * share(kind.slug, slug) for kind in asked) for slug in offered}
    return max(offered, key=lambda slug: (offered[slug] * met[slug], slug))


def _distance(request: Request, volunteer: Volunteer, value: float, km: float) -> Reason:
    spoken = geo.spoken_km(request.place, volunteer.place, km)
    if spoken == 0:
        return Reason("same_area")
    return Reason("near" if value >= _NEAR else "far", {"km": spoken})


def _waiting(request: Request, now: datetime) -> Reason | None:
    if request.urgency == "high":
        return Reason("urgent")
    days = int(waited(asked_on(request), now))
    return Reason("waits", {"days": days}) if days >= _LONG_DAYS else None


def _availability(request: Request, volunteer: Volunteer, value: float, now: datetime) -> Reason:
    when = request.when
    if (days := availability.horizon(when, now)) is not None:
        away, coming = availability.days_away(volunteer.away, *days), days[1] - days[0] + 1
        if 1 - away / coming < _PRESENT:
            return Reason("away_days", {"days": away, "coming": coming})
    if isinstance(when, Flexible):
        hours = availability.week_mask(volunteer.windows).bit_count() // 60
        return Reason("has_time" if value >= _AMPLE else "little_time", {"hours": max(1, hours)})
    if isinstance(when, Once):
        first, last = availability.period_days(when)
        if first != last:
            return Reason("can_period")
        return Reason("can_once", {"day": first.weekday(), "part": part_of_day(when.start.hour * 60)})
    return _weekly(when, volunteer)


def _weekly(when: Weekly, volunteer: Volunteer) -> Reason:
    mask = availability.week_mask(volunteer.windows)
    asked = list(dict.fromkeys(when.windows))
    if when.on_one_day:  # a window of another weekday never comes
        asked = [window for window in asked if window.day == when.start.weekday()] or asked
    covered = [window for window in asked if _within(window, mask)]
    if when.on_one_day:
        return _one_day(covered or asked)
    if len(asked) == 1:
        return Reason("can_weekly", {"day": asked[0].day, "part": part_of_day(asked[0].start)})
    if len(covered) == len(asked):
        return Reason("can_all_times", {"asked": len(asked)})
    return Reason("can_some_times", {"covered": len(covered), "asked": len(asked)})


def _one_day(fitting: list[Window]) -> Reason:
    """A stretch counts for the part of the day in which its middle lies."""
    parts = {part_of_day((window.start + window.end) // 2) for window in fitting}
    day = fitting[0].day
    return Reason("can_once", {"day": day, "part": parts.pop()}) if len(parts) == 1 else Reason("can_day", {"day": day})


def _within(window: Window, mask: int) -> bool:
    need = availability.span_mask(*availability.window_span(window))
    return need & mask == need


def _language(request: Request, volunteer: Volunteer) -> Reason:
    shared = sorted(request.languages & volunteer.languages)
    whole = len(shared) == len(request.languages)
    return Reason("speaks" if whole else "speaks_some", {"languages": shared})


def part_of_day(minute: int) -> str:
    """What a time is called: night until 6, morning until 12, afternoon until 18, then evening."""
    return PARTS[minute // 360]


def _broken_reason(gate: str, request: Request, volunteer: Volunteer, now: datetime, km: float) -> Reason:
    match gate:
        case "distance":
            # Rounded away from the limit: "10 km, travels at most 10" would explain nothing.
            spoken = max(round(km), math.floor(volunteer.max_km) + 1)
            most = int(volunteer.max_km) if volunteer.max_km == int(volunteer.max_km) else volunteer.max_km
            return Reason(gate, {"km": spoken, "max_km": most})
        case "time":
            return Reason(gate, {"away": _is_away(request, volunteer)})
        case "certificate":
            return Reason(gate, {"kind": gates.missing_certificate(request, volunteer, now)})
        case "language":
            return Reason(gate, {"languages": sorted(request.languages)})
        case "capacity":
            return Reason(gate, {"capacity": volunteer.capacity})
        case "preference":
            return Reason(gate, _unwanted_trait(request, volunteer))
        case _:
            return Reason(gate)


def _is_away(request: Request, volunteer: Volunteer) -> bool:
    days = availability.dated(request.when)
    return days is not None and availability.is_away(volunteer.away, *days)


def _unwanted_trait(request: Request, volunteer: Volunteer) -> dict[str, object]:
    """What is not wanted and whose it is; the resident's wish is named first."""
    for of, unwanted in (
        ("volunteer", request.avoids & volunteer.traits),
        ("request", volunteer.avoids & request.traits),
    ):
        if unwanted:
            return {"trait": min(unwanted, key=TRAITS.index), "of": of}
    raise ValueError("nobody has what the other avoids")
