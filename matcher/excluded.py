"""Who was left out of a ranking by a hard constraint; thousands of names are made only if somebody reads them."""

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

# Hard constraints, in the order in which the first broken one is named.
GATES = ("distance", "time", "certificate", "language", "capacity", "blocked", "preference", "paused")


class _Named(Protocol):
    @property
    def id(self) -> str: ...


class Excluded(Mapping[str, str]):
    """The first broken hard constraint of each who was left out, by id and in the order of the ids.

    Parameters
    ----------
    items : sequence
        Who was there to be ranked, each with an `id`; it is kept as it is, so hand over a copy.
    rows : array of int, shape (left out,)
        The places in `items` of those who were left out.
    first : array of int, shape (left out,)
        Which constraint each of them broke first, as its place in `GATES`.

    Examples
    --------
    >>> from matcher import Place, Volunteer
    >>> helpers = [Volunteer(key, Place(52.27, 6.79)) for key in ("v7", "v5", "v3")]
    >>> excluded = Excluded(helpers, [0, 2], [0, 4])
    >>> dict(excluded), len(excluded), "v5" in excluded
    ({'v3': 'capacity', 'v7': 'distance'}, 2, False)
    >>> excluded.counts(), excluded.by("capacity")
    ({'distance': 1, 'capacity': 1}, ['v3'])
    """

    def __init__(
        self,
        items: Sequence[_Named] = (),
        rows: Sequence[int] | NDArray[np.integer] = (),
        first: Sequence[int] | NDArray[np.integer] = (),
    ) -> None:
        self._items = items
        self._rows, self._first = np.asarray(rows, np.intp), np.asarray(first, np.intp)

    def counts(self) -> dict[str, int]:
        """How many broke each constraint first, in the order of `GATES`; one that nobody broke is left out."""
        counted = np.bincount(self._first, minlength=len(GATES)).tolist()
        return {gate: number for gate, number in zip(GATES, counted, strict=True) if number}

    def by(self, gate: str) -> list[str]:
        """The ids of those who broke this constraint first, in order. ValueError for one that does not exist."""
        rows = self._rows[self._first == GATES.index(gate)].tolist()
        return sorted(self._items[row].id for row in rows)

    @cached_property
    def _gate_of(self) -> dict[str, str]:
        pairs = zip(self._rows.tolist(), self._first.tolist(), strict=True)
        return dict(sorted((self._items[row].id, GATES[gate]) for row, gate in pairs))

    def __getitem__(self, key: str) -> str:
        return self._gate_of[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._gate_of)

    def __len__(self) -> int:
        return len(self._rows)

    def __repr__(self) -> str:
        return f"Excluded({self._gate_of})"
