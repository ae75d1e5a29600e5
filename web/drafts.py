"""What drafts share: the key of a browser, and what of somebody's words may be kept before they are sent."""

import hashlib
import re
import secrets
from typing import Any

from models import values

LONGEST_KEPT = 20_000
"""Of a text that is far too long the beginning is kept; the page itself still shows all that was typed."""
_MOST_ANSWERS = 300
_NINE_DIGITS = re.compile(r"(?<!\d)\d(?:[^\w\n]?\d){8}(?!\d)")
_MASK = "[…]"


def new_key() -> str:
    """Give a key for the cookie of a browser."""
    return secrets.token_urlsafe(24)


def hashed(key: str) -> str:
    """Give what the database knows of a key."""
    return hashlib.sha256(key.encode()).hexdigest()


def keepable(typed: Any, name: str = "") -> Any:
    """Give an answer as it may be kept: no sign that a database cannot hold, and never a citizen service number."""
    if isinstance(typed, str):
        clean = "".join(c for c in typed[: 2 * LONGEST_KEPT] if c != "\0" and not "\ud800" <= c <= "\udfff")
        return (clean if name.endswith("phone") else _without_bsn(clean))[:LONGEST_KEPT]
    if isinstance(typed, dict):
        return {str(key)[:40]: keepable(value, str(key)) for key, value in list(typed.items())[:_MOST_ANSWERS]}
    if isinstance(typed, list | tuple):
        return [keepable(value, name) for value in typed[:_MOST_ANSWERS]]
    return typed


def _without_bsn(typed: str) -> str:
    if not values.has_bsn(typed):
        return typed
    masked = _NINE_DIGITS.sub(lambda run: _MASK if values.has_bsn(run.group()) else run.group(), typed)
    # Hidden among signs that we did not expect: then no digit is kept at all.
    return re.sub(r"\d", "•", typed) if values.has_bsn(masked) else masked
