"""The written stock of the invented community: every text stands in it once, and none is learnt from."""

import csv
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

TEXTS = Path(__file__).parent / "texts"


class Offer(NamedTuple):
    """What a volunteer wrote."""

    text: str
    kinds: list[str]
    first_name: str


class Ask(NamedTuple):
    """What a resident wrote, or who asked for them; with the public summary of it."""

    text: str
    summary: str
    kinds: list[str]
    when: str
    first_name: str
    by: str


class Place(NamedTuple):
    """A meeting place."""

    name: str
    address: str
    opening_hours: str


def offers(*files: str) -> list[Offer]:
    """Give the offers of these files, in order."""
    return [Offer(r["text"], r["kinds"].split(";"), r["first_name"]) for f in files for r in _rows(f)]


def asks(*files: str) -> list[Ask]:
    """Give the requests of these files, in order."""
    return [
        Ask(r["text"], r["summary"], r["kinds"].split(";"), r["when"], r["first_name"], r["by"])
        for f in files
        for r in _rows(f)
    ]


def surnames() -> list[str]:
    """Give the surnames, in order."""
    return [r["name"] for r in _rows("names") if r["kind"] == "last"]


def first_names() -> list[str]:
    """Give first names for who asks on behalf of somebody."""
    return [r["name"] for r in _rows("names") if r["kind"] == "first"]


def reasons() -> dict[str, list[str]]:
    """Give the reasons that people wrote, by what they did."""
    return _grouped("reasons", "action")


def messages() -> dict[str, list[str]]:
    """Give messages between two people, by ``sender:stage``."""
    found = defaultdict(list)
    for r in _rows("messages"):
        found[f"{r['sender']}:{r['stage']}"].append(r["text"])
    return found


def check_ins() -> dict[str, list[str]]:
    """Give notes at "how did it go?", by ``who:answer``."""
    found = defaultdict(list)
    for r in _rows("checkins"):
        found[f"{r['by']}:{r['answer']}"].append(r["text"])
    return found


def meeting_places(community: str) -> list[Place]:
    """Give the meeting places of a community."""
    return [
        Place(r["name"], f"{r['street']}, {r['postcode']} {r['place']}", r["opening_hours"])
        for r in _rows("meeting_places")
        if r["community"] == community
    ]


def _grouped(name: str, column: str) -> dict[str, list[str]]:
    found = defaultdict(list)
    for row in _rows(name):
        found[row[column]].append(row["text"])
    return found


def _rows(name: str) -> Iterator[dict[str, str]]:
    with (TEXTS / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file, strict=True)
