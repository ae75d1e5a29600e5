"""The kinds of help and the phrases that the matcher learns from, read and checked."""

import csv
from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from functools import cache
from pathlib import Path
from typing import NamedTuple

from matcher.language import Phrase

REFERENCE = Path(__file__).parent / "reference"
VOICES = ("ask", "offer")


class Kind(NamedTuple):
    """A kind of help: its slug, its group, and what it is called."""

    slug: str
    group: str
    nl: str
    en: str


class ReferenceError(ValueError):
    """A reference file that breaks its own rules; the message names the file and the line."""


@cache
def taxonomy(path: Path = REFERENCE / "taxonomy.csv") -> tuple[Kind, ...]:
    """All kinds of help in their order, each slug once.

    Raises
    ------
    ReferenceError
        For a missing value or a slug that stands twice.
    """
    kinds: list[Kind] = []
    for line, row in _rows(path, Kind._fields):
        kind = Kind(**row)
        if any(kind.slug == other.slug for other in kinds):
            raise ReferenceError(f"{path.name}:{line}: {kind.slug} stands twice")
        kinds.append(kind)
    return tuple(kinds)


def kind_names(kinds: tuple[Kind, ...] | None = None) -> dict[str, tuple[str, str]]:
    """What each kind is called, Dutch and English, by slug: the form in which the matcher takes it."""
    return {kind.slug: (kind.nl, kind.en) for kind in (taxonomy() if kinds is None else kinds)}


def phrases(folder: Path = REFERENCE / "phrases") -> tuple[Phrase, ...]:
    """Every phrase of every kind, in the order of the taxonomy.

    Raises
    ------
    ReferenceError
        For a kind without a file, a file of no kind, an unknown voice or kind, an empty or untidy text, or a text
        that stands twice, whatever its capitals.
    """
    slugs = [kind.slug for kind in taxonomy()]
    strays = {path.stem for path in folder.glob("*.csv")} ^ set(slugs)
    if strays:
        raise ReferenceError(f"{folder.name}: no file or no kind for {', '.join(sorted(strays))}")
    found: list[Phrase] = []
    seen: dict[str, str] = {}
    for slug in slugs:
        path = folder / f"{slug}.csv"
        for line, row in _rows(path, ("voice", "also", "refused", "text"), may_be_empty={"also", "refused"}):
            here, text = f"{path.name}:{line}", row["text"]
            if row["voice"] not in VOICES:
                raise ReferenceError(f"{here}: the voice must be one of {', '.join(VOICES)}")
            if " ".join(text.split()) != text:
                raise ReferenceError(f"{here}: the text has spaces too many")
            if text.casefold() in seen:
                raise ReferenceError(f"{here}: stands already in {seen[text.casefold()]}")
            seen[text.casefold()] = here
            also, refused = (tuple(filter(None, row[name].split(";"))) for name in ("also", "refused"))
            if strange := {*also, *refused} - {*slugs} | {slug} & {*also, *refused} | {*also} & {*refused}:
                raise ReferenceError(f"{here}: {sorted(strange)[0]} cannot stand there")
            found.append(Phrase(slug, row["voice"], text, also, refused))
    return tuple(found)


def _rows(
    path: Path, columns: tuple[str, ...], may_be_empty: AbstractSet[str] = frozenset()
) -> Iterator[tuple[int, dict[str, str]]]:
    with path.open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file, strict=True)
        if tuple(reader.fieldnames or ()) != columns:
            raise ReferenceError(f"{path.name}:1: the columns must be {', '.join(columns)}")
        for row in reader:
            if None in row or not all(value for name, value in row.items() if name not in may_be_empty):
                raise ReferenceError(f"{path.name}:{reader.line_num}: a value is missing or too many")
            yield reader.line_num, row
