"""Columns that grow and shrink, against plain dictionaries."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from matcher.columns import Codes, Columns, Ragged

steps = st.lists(st.tuples(st.integers(0, 9), st.lists(st.integers(0, 99), max_size=4)), max_size=60)


@given(steps)
def test_entries_stay_with_their_row(changes: list[tuple[int, list[int]]]) -> None:
    ragged, plain = Ragged(1), {}
    for row, entries in changes:
        ragged.put(row, [(entry,) for entry in entries])
        plain[row] = entries
    held = sorted(zip(ragged.owners.tolist(), ragged.values[0].tolist(), strict=True))
    assert held == sorted((row, entry) for row, entries in plain.items() for entry in entries)


@given(steps, st.integers(0, 9))
def test_entries_move_with_their_row(changes: list[tuple[int, list[int]]], moved: int) -> None:
    ragged = Ragged(1)
    for row, entries in changes:
        ragged.put(row, [(entry,) for entry in entries])
    before = sorted(ragged.values[0][ragged.owners == moved].tolist())
    ragged.rename(moved, 77)
    assert sorted(ragged.values[0][ragged.owners == 77].tolist()) == before
    ragged.clear(77)
    assert not set(ragged.owners.tolist()) & {moved, 77}


def test_columns_grow_beyond_their_first_size() -> None:
    columns = Columns({"week": ((2,), np.uint64), "load": ((), np.int32)})
    for number in range(200):
        columns.set(columns.grow(), {"week": (number, 2**63 + number), "load": number})
    assert len(columns) == 200
    assert columns["week"][1].tolist() == [2**63 + number for number in range(200)]
    assert columns.remove(0) == 199
    assert columns["load"][0] == 199


def test_a_word_keeps_its_code() -> None:
    codes = Codes()
    assert [codes.code(word) for word in ("nl", "tr", "nl")] == [0, 1, 0]
    assert codes.known("tr") == 1
    assert codes.known("ar") is None
