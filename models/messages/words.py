"""A community's own words in its messages: plain text with placeholders that are filled in and never executed.

Keys are ``<name>.subject`` and ``<name>.intro``; placeholders are ``%(first_name)s`` and the like, ``%%`` is a per cent
sign. The rest of Python's formatting does not exist here: it could be made to fill the memory.
"""

import re
from collections.abc import Mapping

from models.messages.facts import MESSAGES

PARTS = ("subject", "intro")
ALWAYS = ("first_name", "community", "organisation", "phone")
"""Placeholders that every message has."""
LONGEST = {"subject": 200, "intro": 4000}

_PLACEHOLDER = re.compile(r"%\(([^()\n]{0,60})\)(s?)|%%")


def keys() -> tuple[str, ...]:
    """Give every key that a community may have own words for, in alphabetical order."""
    return tuple(f"{name}.{part}" for name in sorted(MESSAGES) for part in sorted(PARTS))


def placeholders(key: str) -> tuple[str, ...]:
    """Give the names that may stand between ``%(`` and ``)s`` in this text.

    Raises
    ------
    KeyError
        For a key that does not exist.
    """
    name, _, part = key.rpartition(".")
    if part not in PARTS or name not in MESSAGES:
        raise KeyError(key)
    return (*ALWAYS, *MESSAGES[name].placeholders)


def unknown(key: str, text: str) -> str | None:
    """Give the first placeholder in a text that does not exist there, as typed; None where all do."""
    known = placeholders(key)
    for found in _PLACEHOLDER.finditer(text):
        if found.group(1) is not None and (found.group(1) not in known or found.group(2) != "s"):
            return found.group()
    return None


def fill(key: str, text: str, values: Mapping[str, object]) -> str | None:
    """Fill the placeholders in; None if one of them does not exist or has no value, so that the default is used."""
    if unknown(key, text) is not None:
        return None
    wanted = {found.group(1) for found in _PLACEHOLDER.finditer(text) if found.group(1) is not None}
    if any(not values.get(name) for name in wanted):
        return None
    return _PLACEHOLDER.sub(lambda m: "%" if m.group(1) is None else str(values[m.group(1)]), text)
