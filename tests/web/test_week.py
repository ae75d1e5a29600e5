"""The week grid: what is ticked and typed becomes weekly windows, and shows itself again as it was."""

import json

import pytest
from werkzeug.datastructures import MultiDict

from models.errors import Invalid
from web import week


def _read(*pairs: tuple[str, str]) -> dict[str, object]:
    return week.read(MultiDict(list(pairs)), "week")


def test_ticks_are_the_hours_that_the_grid_shows() -> None:
    value = _read(("week-0-part", "morning"), ("week-6-part", "evening"))
    assert week.windows("week", value) == [
        {"day": "mon", "from": "09:00", "to": "12:00"},
        {"day": "sun", "from": "17:00", "to": "21:30"},
    ]


def test_times_of_a_day_replace_its_ticks() -> None:
    value = _read(("week-2-part", "morning"), ("week-2-from", "19:00"), ("week-2-until", "24:00"))
    assert week.windows("week", value) == [{"day": "wed", "from": "19:00", "to": "24:00"}]


def test_an_empty_pair_is_no_time() -> None:
    assert _read(("week-1-from", ""), ("week-1-until", " ")) == {"parts": {}, "times": {}}


@pytest.mark.parametrize(
    ("start", "end", "code"),
    [
        ("10:00", "", "window_half"),
        ("", "10:00", "window_half"),
        ("12:00", "10:00", "end_before_start"),
        ("10:00", "10:00", "end_before_start"),
        ("ten", "noon", "windows"),
        ("10:00", "25:00", "windows"),
        ("-1:00", "10:00", "windows"),
    ],
)
def test_times_that_cannot_be_are_refused(start: str, end: str, code: str) -> None:
    value = _read(("week-1-from", start), ("week-1-until", end))
    with pytest.raises(Invalid) as refused:
        week.windows("week", value)
    assert (refused.value.field, refused.value.code) == ("week", code)
    assert value["times"] == {1: [(start, end)]}  # what was typed is shown again


def test_unknown_parts_and_days_are_left_out() -> None:
    assert _read(("week-0-part", "midnight"), ("week-7-part", "morning")) == {"parts": {}, "times": {}}


def test_a_value_survives_being_kept_as_json() -> None:
    value = _read(("week-0-part", "morning"), ("week-3-from", "09:30"), ("week-3-until", "11:00"))
    assert week.restore(json.loads(json.dumps(value))) == value
    assert week.restore(None) == {"parts": {}, "times": {}}


def test_windows_show_as_ticks_where_they_are_whole_parts() -> None:
    given = [
        {"day": "mon", "from": "09:00", "to": "12:00"},
        {"day": "mon", "from": "12:00", "to": "17:00"},
        {"day": "tue", "from": "09:00", "to": "12:00"},
        {"day": "tue", "from": "19:00", "to": "20:30"},
    ]
    shown = week.value(given)
    assert shown["parts"] == {0: ["morning", "afternoon"]}
    assert shown["times"] == {1: [("09:00", "12:00"), ("19:00", "20:30")]}
    assert week.windows("week", shown) == given


def test_half_hours_of_a_day() -> None:
    assert week.half_hours(12, 14) == [("06:00", "6:00"), ("06:30", "6:30"), ("07:00", "7:00")]
