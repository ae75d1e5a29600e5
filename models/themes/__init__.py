"""How a community looks: colours, corners and letters by name, in light and in dark, and whether they can be read.

A theme is a file of CSS custom properties, as design tokens are handed over: ``:root { --noaber-action: #124e8c; }``
and the same within ``@media (prefers-color-scheme: dark)``. It names what it wants otherwise than `noaber.css`. Only
names that exist and values that are plain colours, sizes or names of letters are taken, so that nothing else can ever
come into a page by this way.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, Protocol

from models.errors import Invalid

FOLDER = Path(__file__).parent
DEFAULT, OWN = "noaber", "own"
SHIPPED = (DEFAULT, "water")
LONGEST = 20_000
_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_DARK = re.compile(r"@media\s*\(\s*prefers-color-scheme\s*:\s*dark\s*\)\s*\{(.*?\})\s*\}", re.DOTALL)
_ROOT = re.compile(r":root\s*\{([^{}]*)\}", re.DOTALL)
_DECLARATION = re.compile(r"--((?:noaber|picture)-[a-z0-9-]+)\s*:\s*([^;:{}]+)")
_COLOUR = re.compile(r"#[0-9a-f]{6}")
_SIZE = re.compile(r"\d{1,2}(?:\.\d{1,3})?(?:px|rem)")
_LETTERS = re.compile(
    r"(?:\"[A-Za-z0-9 ]{1,40}\"|[A-Za-z0-9-]{1,40})(?:, ?(?:\"[A-Za-z0-9 ]{1,40}\"|[A-Za-z0-9-]{1,40}))*"
)
_CHANGEABLE = {
    "noaber-font": _LETTERS,
    **dict.fromkeys(("noaber-radius", "noaber-radius-small", "noaber-border"), _SIZE),
}

# What stands in front, behind it, the least contrast: 4.5 for text, 3 for shapes (WCAG 2.2, 1.4.3 and 1.4.11).
PAIRS: tuple[tuple[str, str, float], ...] = (
    *((text, ground, 4.5) for text in ("ink", "ink-soft", "action") for ground in ("paper", "sand", "card")),
    *(("ink", ground, 4.5) for ground in ("action-soft", "clay-soft", "sun-soft")),
    *((text, "action-soft", 4.5) for text in ("ink-soft", "action", "action-strong")),
    ("action", "sun-soft", 4.5),
    ("ink-soft", "sun-soft", 4.5),
    *(("clay", ground, 4.5) for ground in ("paper", "card", "clay-soft")),
    *(("on-action", ground, 4.5) for ground in ("action", "action-strong")),
    *(("on-clay", ground, 4.5) for ground in ("clay", "clay-strong")),
    ("on-sun", "sun", 4.5),
    *(("on-door", door, 4.5) for door in ("door", "door-strong", "door-2", "door-2-strong")),
    *(("ink", f"map-{step}", 4.5) for step in range(4)),
    *(("clay-strong", f"map-{step}", 3.0) for step in range(4)),
    ("paper", "ink", 4.5),
    *((shape, ground, 3.0) for shape in ("edge", "focus") for ground in ("paper", "card", "sand")),
    ("sun-edge", "sun-soft", 3.0),
    ("sun-edge", "paper", 3.0),
    ("focus-inner", "focus", 3.0),
)
SCHEMES = ("light", "dark")


class Dressed(Protocol):
    """A community, as far as its look goes."""

    theme: str
    tokens: dict[str, dict[str, str]]


@dataclass(frozen=True, slots=True)
class Theme:
    """Tokens by name (``noaber-action``), light and what is otherwise in the dark."""

    light: Mapping[str, str] = field(default_factory=dict)
    dark: Mapping[str, str] = field(default_factory=dict)

    def over(self, ground: "Theme") -> "Theme":
        """Give the ground with these tokens instead of its own."""
        return Theme({**ground.light, **self.light}, {**ground.dark, **self.dark})

    def of(self, scheme: str) -> dict[str, str]:
        """Give every token as it is in ``light`` or ``dark``."""
        return {**self.light, **(self.dark if scheme == "dark" else {})}

    def file(self) -> str:
        """Write it as the file that somebody would hand over."""
        light, dark = (
            "".join(f"{indent}--{name}: {value};\n" for name, value in tokens.items())
            for tokens, indent in ((self.light, "  "), (self.dark, "    "))
        )
        night = f"\n@media (prefers-color-scheme: dark) {{\n  :root {{\n{dark}  }}\n}}\n" if dark else ""
        return f":root {{\n{light}}}\n{night}"

    def css(self) -> str:
        """Write it as a stylesheet."""
        light, dark = (
            "".join(f"--{name}:{value};" for name, value in tokens.items()) for tokens in (self.light, self.dark)
        )
        # More telling than :root alone: it wins from the stylesheet of the site, wherever that stands.
        return f":root:root,:root .paper{{{light}}}@media (prefers-color-scheme:dark){{:root:root{{{dark}}}}}"


def read(text: str) -> Theme:
    """Read a file of tokens.

    Raises
    ------
    Invalid
        Field ``tokens``: ``required``, ``too_long``, ``token_rule`` (something else than tokens stands there:
        ``found``), ``token_unknown`` (``name``), ``token_value`` (``name``, ``found``).
    """
    if not text.strip():
        raise Invalid("tokens", "required")
    if len(text) > LONGEST:
        raise Invalid("tokens", "too_long", limit=LONGEST)
    plain = _COMMENT.sub(" ", text)
    dark = "".join(_DARK.findall(plain))
    light = _DARK.sub(" ", plain)
    return Theme(_tokens(light), _tokens(dark))


def _tokens(text: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for block in _ROOT.findall(text):
        for part in block.split(";"):
            if not part.strip():
                continue
            declared = _DECLARATION.fullmatch(part.strip())
            if declared is None:
                raise Invalid("tokens", "token_rule", found=_short(part))
            name, value = declared[1], declared[2].strip()
            found[name] = _value(name, value if name == "noaber-font" else value.lower())
    if rest := _ROOT.sub(" ", text).strip():
        raise Invalid("tokens", "token_rule", found=_short(rest))
    return found


def _value(name: str, value: str) -> str:
    known = _CHANGEABLE.get(name) or (_COLOUR if name in _colours() else None)
    if known is None:
        raise Invalid("tokens", "token_unknown", name=f"--{name}")
    if not known.fullmatch(value):
        raise Invalid("tokens", "token_value", name=f"--{name}", found=_short(value))
    return value


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= 40 else f"{line[:40]}…"


@cache
def _colours() -> frozenset[str]:
    text = (FOLDER / f"{DEFAULT}.css").read_text("utf-8")
    return frozenset(re.findall(r"--([\w-]+):\s*#[0-9a-f]{6};", text))


@cache
def shipped(name: str) -> Theme:
    """Give a theme that comes with Noaber, whole. KeyError for one that does not."""
    if name not in SHIPPED:
        raise KeyError(name)
    if name == DEFAULT:
        text = (FOLDER / f"{name}.css").read_text("utf-8")
        light, _, dark = _COMMENT.sub(" ", text).partition("@media")
        declared = re.compile(r"--([\w-]+):\s*([^;]+);")
        return Theme(dict(declared.findall(light)), dict(declared.findall(dark)))
    return _changes(name).over(shipped(DEFAULT))


@cache
def _changes(name: str) -> Theme:
    """What a theme that comes along has otherwise; every page of a community asks for it."""
    return read((FOLDER / f"{name}.css").read_text("utf-8"))


def own(text: str) -> Theme:
    """Read a community's own tokens, and refuse colours that cannot be read on each other.

    Raises
    ------
    Invalid
        As `read`; ``token_contrast`` with ``front``, ``behind``, ``scheme``, ``ratio`` and ``least``.
    """
    theme = read(text)
    for weak in weaknesses(theme.over(shipped(DEFAULT))):
        raise Invalid("tokens", "token_contrast", **weak)
    return theme


def weaknesses(theme: Theme) -> list[dict[str, Any]]:
    """Give each pair of colours with too little contrast, in the order of `PAIRS`, light before dark."""
    found = []
    for scheme in SCHEMES:
        tokens = theme.of(scheme)
        for front, behind, least in PAIRS:
            ratio = contrast(tokens[f"noaber-{front}"], tokens[f"noaber-{behind}"])
            if ratio < least:
                found.append({
                    "front": f"--noaber-{front}", "behind": f"--noaber-{behind}", "scheme": scheme,
                    "ratio": f"{ratio:.1f}", "least": f"{least:g}",
                })  # fmt: skip
    return found


def contrast(one: str, other: str) -> float:
    """Give the contrast of two colours ``#rrggbb`` as WCAG 2.2 reckons it, 1 to 21."""
    high, low = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def _luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def of(community: Dressed | None) -> Theme:
    """Give how a community looks, whole; the look of Noaber where it chose nothing."""
    changes = otherwise(community)
    return changes.over(shipped(DEFAULT)) if changes else shipped(DEFAULT)


def kept(community: Dressed) -> Theme:
    """Give the tokens that a community has of its own, in use or not; an empty theme where it has none."""
    return Theme(community.tokens.get("light", {}), community.tokens.get("dark", {}))


def otherwise(community: Dressed | None) -> Theme | None:
    """Give what a community has otherwise than Noaber; None where nothing is."""
    if community is None or community.theme in ("", DEFAULT):
        return None
    if community.theme == OWN:
        return kept(community)
    return _changes(community.theme) if community.theme in SHIPPED else None
