"""The week grid of a form: what comes back from ``components/week.html``, as weekly windows and back again."""

from collections.abc import Iterable, Mapping
from typing import Any, Protocol

from models import values
from models.errors import Invalid
from models.one_day import PARTS
from models.values import DAYS

_MOST_PAIRS = 24


def half_hours(first: int, last: int) -> list[tuple[str, str]]:
    """Give times of day for a list to choose from, (value, words): each half hour from midnight, both ends included."""
    clocks = [f"{half // 2:02}:{30 * (half % 2):02}" for half in range(first, last + 1)]
    return [(clock, clock.removeprefix("0")) for clock in clocks]


class _Sent(Protocol):
    def getlist(self, key: str) -> list[str]: ...


def read(sent: _Sent, name: str) -> dict[str, Any]:
    """Read what was ticked and typed, right or wrong, in the shape that the macro shows again.

    Returns
    -------
    dict
        ``parts``: day (0 is Monday) -> ticked parts; ``times``: day -> pairs of from and until as typed.
    """
    parts, times = {}, {}
    for day in range(7):
        ticked = [part for part in PARTS if part in sent.getlist(f"{name}-{day}-part")]
        starts, ends = sent.getlist(f"{name}-{day}-from"), sent.getlist(f"{name}-{day}-until")
        pairs = [(a.strip()[:20], b.strip()[:20]) for a, b in zip(starts, ends, strict=False)][:_MOST_PAIRS]
        if ticked:
            parts[day] = ticked
        if filled := [pair for pair in pairs if any(pair)]:
            times[day] = filled
    return {"parts": parts, "times": times}


def restore(kept: Mapping[str, Any] | None) -> dict[str, Any]:
    """Give a value that was kept as JSON (where every key is a text) as the macro wants it."""
    kept = kept or {}
    return {
        "parts": {int(day): list(parts) for day, parts in (kept.get("parts") or {}).items()},
        "times": {int(day): [tuple(pair) for pair in pairs] for day, pairs in (kept.get("times") or {}).items()},
    }


def windows(field: str, value: Mapping[str, Any]) -> list[dict[str, str]]:
    """Give the weekly windows of a value; times of a day replace its ticks.

    Raises
    ------
    Invalid
        ``window_half`` where only one of from and until is filled in; ``windows`` and ``end_before_start`` of
        `models.values.windows`.
    """
    given = []
    for day in range(7):
        pairs: Iterable[tuple[str, str]] = value["times"].get(day) or [PARTS[p] for p in value["parts"].get(day, [])]
        for start, end in pairs:
            if not (start and end):
                raise Invalid(field, "window_half")
            given.append({"day": DAYS[day], "from": start.zfill(5), "to": end.zfill(5)})
    return values.windows(field, given)


def value(given: Iterable[Mapping[str, str]] | None) -> dict[str, Any]:
    """Give the value that shows these windows: ticks where a day holds whole parts alone, else its times."""
    by_day: dict[int, list[tuple[str, str]]] = {}
    for window in given or ():
        by_day.setdefault(DAYS.index(window["day"]), []).append((window["from"], window["to"]))
    names = {hours: part for part, hours in PARTS.items()}
    shown: dict[str, Any] = {"parts": {}, "times": {}}
    for day, pairs in by_day.items():
        if all(pair in names for pair in pairs):
            shown["parts"][day] = [names[pair] for pair in pairs]
        else:
            shown["times"][day] = pairs
    return shown
