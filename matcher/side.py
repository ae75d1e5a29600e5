"""What both indexes share: rows kept by id, and everything that holds for volunteers and requests alike."""

from abc import ABC, abstractmethod
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, ClassVar, Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

from matcher import geo, kinds
from matcher.columns import Codes, Columns, Ragged
from matcher.language.reader import DIRECTIONS, Reader
from matcher.types import TRAITS, Request, Volunteer

Item = TypeVar("Item", Volunteer, Request)
Other = TypeVar("Other", Volunteer, Request)
Flags = NDArray[np.bool_]
Spec = Mapping[str, tuple[tuple[int, ...], type[np.generic]]]
Names = defaultdict[str, set[str]]
LANGUAGE_WORDS = 4  # room for 256 languages


class Side(ABC, Generic[Item, Other]):
    """Ids, places, languages, preferences, blocks, kinds of help and texts, a row an item."""

    _SPEC: ClassVar[Spec]  # the columns that only one side has

    def __init__(self, kinds_of_help: Sequence[str], reader: Reader | None = None) -> None:
        self.reader = reader
        self.column_of = {slug: column for column, slug in enumerate(kinds_of_help)}
        common: Spec = {
            "point": ((3,), np.float64),
            "languages": ((LANGUAGE_WORDS,), np.uint64),
            "traits": ((), np.uint8),
            "avoids": ((), np.uint8),
            "kinds": ((len(self.column_of),), np.float64),
            "direction": ((DIRECTIONS,), np.float32),
        }
        self._columns = Columns({**common, **self._SPEC})
        self._items: list[Item] = []
        self._row_of: dict[str, int] = {}
        self._blocked_by: Names = defaultdict(set)
        self._known_by: Names = defaultdict(set)
        self._languages = Codes()

    def __len__(self) -> int:
        return len(self._items)

    def __contains__(self, key: object) -> bool:
        return key in self._row_of

    def __iter__(self) -> Iterator[str]:
        return iter(self._row_of)

    def get(self, key: str) -> Item:
        """The item with this id, its text understood. KeyError if there is none."""
        return self._items[self._row_of[key]]

    def at(self, row: int) -> Item:
        """The item in this row."""
        return self._items[row]

    def items(self) -> list[Item]:
        """All items as they stand now, row by row."""
        return list(self._items)

    def row_of(self, key: str) -> int | None:
        """The row of this id, if it is here."""
        return self._row_of.get(key)

    def put(self, item: Item) -> None:
        """Add it, or replace the one with the same id."""
        self.put_many([item])

    def put_many(self, items: Iterable[Item]) -> None:
        """Add or replace many; their texts are read in one batch.

        Raises
        ------
        ValueError
            For a kind of help or a trait that does not exist; then nothing was changed.
        """
        ready = read_texts(list(items), self.reader)
        rows = [(item, self._row_values(item)) for item in ready]
        for item, values in rows:
            self._store(item, values)

    def remove(self, key: str) -> None:
        """Take one out. KeyError if it is not there."""
        row = self._row_of.pop(key)
        self._forget(self._items[row], row)
        last = self._columns.remove(row)
        moved = self._items.pop()
        if last != row:
            self._items[row] = moved
            self._row_of[moved.id] = row
            self._move(last, row)

    def ready(self, other: Other) -> Other:
        """The other side's item with its text understood, as the comparison needs it."""
        return read_texts([other], self.reader)[0]

    @abstractmethod
    def broken(self, other: Other, now: datetime) -> dict[str, Flags]:
        """For each hard constraint, which rows break it together with `other`."""

    @abstractmethod
    def factors(self, other: Other, now: datetime) -> dict[str, NDArray[np.float64]]:
        """Each factor of each row together with `other`, exact to six decimals; `km` beside them."""

    @abstractmethod
    def _own_values(self, item: Item) -> dict[str, object]:
        """The values of the columns that only this side has."""

    def _row_values(self, item: Item) -> dict[str, object]:
        return {
            "point": geo.unit_vector(item.place),
            "languages": self._language_bits(item.languages),
            "traits": trait_bits(item.traits),
            "avoids": trait_bits(item.avoids),
            "direction": kinds.direction(item.understood),
            **self._own_values(item),
        }

    def _store(self, item: Item, values: Mapping[str, object]) -> None:
        if (row := self._row_of.get(item.id)) is not None:
            self._forget(self._items[row], row)
            self._items[row] = item
        else:
            row = self._row_of[item.id] = self._columns.grow()
            self._items.append(item)
        self._columns.set(row, values)
        for names, keys in self._names(item):
            for key in keys:
                names[key].add(item.id)
        self._store_entries(item, row)

    def _forget(self, item: Item, row: int) -> None:
        for names, keys in self._names(item):
            for key in keys:
                names[key].discard(item.id)
                if not names[key]:
                    del names[key]
        for entries in self._ragged():
            entries.clear(row)

    def _move(self, last: int, row: int) -> None:
        for entries in self._ragged():
            entries.rename(last, row)

    @abstractmethod
    def _ragged(self) -> tuple[Ragged, ...]:
        """The entries of which a row has any number."""

    @abstractmethod
    def _store_entries(self, item: Item, row: int) -> None:
        """Write those of one row."""

    def _language_bits(self, languages: Iterable[str]) -> NDArray[np.uint64]:
        return bits([self._languages.code(language) for language in languages])

    def _names(self, item: Item) -> tuple[tuple[Names, frozenset[str]], ...]:
        return (self._blocked_by, item.blocked), (self._known_by, item.known)

    def _blocked(self, other: Other) -> Flags:
        return self._named(other.blocked, self._blocked_by, other)

    def _known(self, other: Other) -> Flags:
        return self._named(other.known, self._known_by, other)

    def _named(self, named: frozenset[str], by: Names, other: Other) -> Flags:
        """Rows that the other names, or that name the other: either side may say it."""
        flags = np.zeros(len(self), bool)
        for key in {*named, *by.get(other.id, ())}:
            if (row := self._row_of.get(key)) is not None:
                flags[row] = True
        return flags

    def _unwanted(self, other: Other) -> Flags:
        theirs = trait_bits(other.traits) & self._columns["avoids"]
        ours = trait_bits(other.avoids) & self._columns["traits"]
        return np.asarray((theirs | ours) != 0)

    def _shared_languages(self, other: Other) -> NDArray[np.float64]:
        known = [code for language in other.languages if (code := self._languages.known(language)) is not None]
        shared = self._columns["languages"] & bits(known)[:, None]
        return np.bitwise_count(shared).sum(axis=0).astype(np.float64)

    def _all(self, value: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.full(len(self), float(value))

    def _chords(self, other: Other) -> NDArray[np.float64]:
        return geo.chords_squared(geo.unit_vector(other.place), self._columns["point"])

    def _affinity(self, other: Other) -> NDArray[np.float64]:
        return kinds.likeness(kinds.direction(other.understood), self._columns["direction"])

    def _entry_flags(self, entries: Ragged, hit: Flags) -> Flags:
        flags = np.zeros(len(self), bool)
        flags[entries.owners[hit]] = True
        return flags


def read_texts(items: Sequence[Any], reader: Reader | None) -> list[Any]:
    """The same items, with `understood` where there is a text that this reader has not read yet."""
    if reader is None:
        return list(items)
    done = list(items)
    unread = [
        place
        for place, item in enumerate(done)
        if item.text and (item.understood is None or item.understood.edition != reader.edition)
    ]
    for place, understood in zip(unread, reader.read([done[place].text for place in unread]), strict=True):
        done[place] = replace(done[place], understood=understood)
    return done


def bits(codes: Iterable[int]) -> NDArray[np.uint64]:
    """A set of small whole numbers as bits, shape (4,)."""
    whole = sum({1 << code for code in codes})
    return np.frombuffer(whole.to_bytes(LANGUAGE_WORDS * 8, "little"), dtype="<u8").astype(np.uint64)


def trait_bits(traits: Iterable[str]) -> int:
    """A set of traits as bits. ValueError for one that does not exist."""
    return sum(1 << TRAITS.index(trait) for trait in set(traits))
