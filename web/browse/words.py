"""What is said about a request to who may help with it."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from flask_babel import lazy_gettext as _

from matcher import Reason
from web.words import today_here

_MIND = frozenset({"other_kind", "kind_unknown", "far", "little_time", "can_some_times", "speaks_some", "away_days"})
_BESIDE = frozenset({"maybe_kind", "related_kind", "offers_some_kinds", "helps"})
"""Reasons that speak neither for it nor against it."""

NOT_FOR_ME: dict[str, Any] = {
    "far": _("It is too far away"),
    "time": _("I cannot come then"),
    "kind": _("This is not something for me to do"),
    "much": _("This is too much for me"),
    "other": _("Another reason"),
}
"""Why somebody sets a request aside; the key is kept."""


def reason_items(codes: Iterable[Reason], said: Iterable[str]) -> list[tuple[str, str]]:
    """Give reasons with their tone, for `ui.reasons`."""
    return [(tone(reason.code), words) for reason, words in zip(codes, said, strict=True)]


def tone(code: str) -> str:
    """Whether a reason speaks for a request (``good``), against it (``watch``) or neither (``info``)."""
    if code in _MIND:
        return "watch"
    return "info" if code in _BESIDE else "good"


def is_over(when: Mapping[str, Any]) -> bool:
    """Whether the last day of this help has passed; the job that ends such requests comes a little later."""
    if when.get("kind") == "once":
        return datetime.fromisoformat(str(when["end"])).date() < today_here()
    until = when.get("until")
    return bool(until) and date.fromisoformat(str(until)) < today_here()
