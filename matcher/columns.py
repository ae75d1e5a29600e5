"""Columns that grow: the arrays under an index, filled row by row, without a row ever being rebuilt."""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

_FIRST_SIZE = 64


class Columns:
    """Arrays of one width: each has its own shape for one row, and the rows stand along the last axis.

    A row that goes is filled with the last one, so that the rows are always 0 to `len - 1`.

    Examples
    --------
    >>> columns = Columns({"load": ((), np.int32)})
    >>> for load in (3, 5, 8):
    ...     columns.set(columns.grow(), {"load": load})
    >>> columns.remove(0)
    2
    >>> columns["load"]
    array([8, 5], dtype=int32)
    """

    def __init__(self, spec: Mapping[str, tuple[tuple[int, ...], type[np.generic]]]) -> None:
        self._arrays = {name: np.zeros((*shape, _FIRST_SIZE), dtype) for name, (shape, dtype) in spec.items()}
        self._size, self._room = 0, _FIRST_SIZE

    def __len__(self) -> int:
        return self._size

    def __getitem__(self, name: str) -> NDArray:
        return self._arrays[name][..., : self._size]

    def grow(self) -> int:
        """Make one more row, of zeros, and say which it is."""
        if self._size == self._room:
            self._room *= 2
            for name, array in self._arrays.items():
                wider = np.zeros((*array.shape[:-1], self._room), array.dtype)
                wider[..., : self._size] = array
                self._arrays[name] = wider
        self._size += 1
        return self._size - 1

    def set(self, row: int, values: Mapping[str, object]) -> None:
        """Write the values of one row."""
        for name, value in values.items():
            self._arrays[name][..., row] = value

    def remove(self, row: int) -> int:
        """Take a row away; returns the row that now stands in its place and was the last."""
        last = self._size - 1
        for array in self._arrays.values():
            array[..., row] = array[..., last]
            array[..., last] = 0
        self._size = last
        return last


class Ragged:
    """Any number of entries a row, each a few whole numbers: absences, certificates, windows.

    Examples
    --------
    >>> away = Ragged(2)
    >>> away.put(4, [(10, 12), (20, 21)])
    >>> away.owners[away.values[0] >= 20]
    array([4])
    """

    def __init__(self, width: int) -> None:
        self._values = np.zeros((width, _FIRST_SIZE), np.int64)
        self._owners = np.zeros(_FIRST_SIZE, np.intp)
        self._slots: dict[int, list[int]] = {}
        self._size = 0

    @property
    def owners(self) -> NDArray[np.intp]:
        """The row of each entry."""
        return self._owners[: self._size]

    @property
    def values(self) -> NDArray[np.int64]:
        """The numbers of each entry, shape (width, entries)."""
        return self._values[:, : self._size]

    def put(self, row: int, entries: Sequence[Sequence[int]]) -> None:
        """Replace all entries of a row."""
        self.clear(row)
        while self._size + len(entries) > len(self._owners):
            self._values = np.concatenate([self._values, np.zeros_like(self._values)], axis=1)
            self._owners = np.concatenate([self._owners, np.zeros_like(self._owners)])
        for entry in entries:
            self._values[:, self._size] = entry
            self._owners[self._size] = row
            self._slots.setdefault(row, []).append(self._size)
            self._size += 1

    def clear(self, row: int) -> None:
        """Take all entries of a row away; the last ones fill the holes."""
        for slot in sorted(self._slots.pop(row, ()), reverse=True):
            last = self._size - 1
            if slot != last:
                owner = int(self._owners[last])
                self._values[:, slot], self._owners[slot] = self._values[:, last], owner
                self._slots[owner][self._slots[owner].index(last)] = slot
            self._size = last

    def rename(self, row: int, to: int) -> None:
        """Hand all entries of a row to another, which has none."""
        slots = self._slots.pop(row, [])
        self._owners[slots] = to
        if slots:
            self._slots[to] = slots


class Codes:
    """Whole numbers for words as they come along: languages, certificates, postcode areas."""

    def __init__(self) -> None:
        self._codes: dict[str, int] = {}

    def __len__(self) -> int:
        return len(self._codes)

    def code(self, word: str) -> int:
        """The number of this word, a new one if it is new."""
        return self._codes.setdefault(word, len(self._codes))

    def known(self, word: str) -> int | None:
        """The number of this word, if any row ever used it."""
        return self._codes.get(word)
