"""The signs of a paper code as they are said on the phone."""

from typing import Any

from flask_babel import lazy_gettext

SPELLED: dict[str, Any] = {
    "B": lazy_gettext("B for Bravo"),
    "C": lazy_gettext("C for Charlie"),
    "D": lazy_gettext("D for Delta"),
    "F": lazy_gettext("F for Foxtrot"),
    "G": lazy_gettext("G for Golf"),
    "H": lazy_gettext("H for Hotel"),
    "J": lazy_gettext("J for Juliet"),
    "K": lazy_gettext("K for Kilo"),
    "L": lazy_gettext("L for Lima"),
    "M": lazy_gettext("M for Mike"),
    "N": lazy_gettext("N for November"),
    "P": lazy_gettext("P for Papa"),
    "Q": lazy_gettext("Q for Quebec"),
    "R": lazy_gettext("R for Romeo"),
    "S": lazy_gettext("S for Sierra"),
    "T": lazy_gettext("T for Tango"),
    "V": lazy_gettext("V for Victor"),
    "W": lazy_gettext("W for Whiskey"),
    "X": lazy_gettext("X for X-ray"),
    "Z": lazy_gettext("Z for Zulu"),
}
"""How each sign is said; digits are said as they are."""
