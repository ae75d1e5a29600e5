"""Where help is asked and when: postcodes as people write them, moments that exist."""

from datetime import date, datetime
from typing import Any

import pytest
from sqlmodel import Session

from models.errors import Invalid
from models.operations import asking
from models.tables import Postcode
from tests import factories
from tests.factories import TODAY
from tests.models.cast import Cast, gather


@pytest.fixture
def cast(session: Session) -> Cast:
    return gather(session)


# ---- where ----


def _postcode_refusal(cast: Cast, typed: str) -> tuple[str, str]:
    with pytest.raises(Invalid) as refusal:
        asking.community_for_postcode(cast.session, typed)
    return refusal.value.field, refusal.value.code


@pytest.mark.parametrize("typed", ["7551", " 7551 ab ", "7551AB", "7551-AB", "NL-7551 AB", "7551\u00a0AB", "nl7551ab"])
def test_a_postcode_is_read_as_people_write_it(cast: Cast, typed: str) -> None:
    community, code = asking.community_for_postcode(cast.session, typed)
    assert community.id == cast.community.id
    assert code in ("7551", "7551AB")


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("", "required"),
        ("   ", "required"),
        ("0123AB", "postcode"),
        ("ab1234", "postcode"),
        ("7551A", "postcode"),
        ("7551AB\n", "postcode"),
        ("7551AB\nBcc: x", "postcode"),
        ("٧٥٥١", "postcode"),
        ("７５５１", "postcode"),
        ("7551 ÄB", "postcode"),
        ("'; DROP TABLE area; --", "postcode"),
        ("48599", "postcode_foreign"),
        ("D-48599", "postcode_foreign"),
        ("B-2000", "postcode_foreign"),
        ("9999", "postcode_unknown"),
        ("7" * 100_000, "postcode"),
    ],
)
def test_what_is_no_postcode_here_gets_a_word_of_its_own(cast: Cast, typed: str, code: str) -> None:
    assert _postcode_refusal(cast, typed) == ("postcode", code)


def test_a_place_that_nobody_serves_is_said_to_be_outside(cast: Cast) -> None:
    factories.add(cast.session, Postcode(code="1012", place="Amsterdam", lat=52.37, lon=4.89))
    assert _postcode_refusal(cast, "1012") == ("postcode", "postcode_outside")


def test_six_characters_fall_back_to_their_four_digits(cast: Cast) -> None:
    assert asking.community_for_postcode(cast.session, "7551 zz")[1] == "7551ZZ"


# ---- when ----

LOCAL = datetime(2026, 11, 24, 9, 0)


def _when(**when: Any) -> dict[str, Any]:
    return asking.check_when(when, today=TODAY, local=LOCAL)


def _when_refusal(**when: Any) -> tuple[str, str]:
    with pytest.raises(Invalid) as refusal:
        _when(**when)
    return refusal.value.field, refusal.value.code


def test_once_is_kept_in_the_notation_of_the_file_format() -> None:
    assert _when(kind="once", start="2026-12-08T13:30:00", end="2026-12-08T15:30") == {
        "kind": "once",
        "start": "2026-12-08T13:30",
        "end": "2026-12-08T15:30",
    }


def test_once_may_go_over_midnight_but_not_over_a_day() -> None:
    assert _when(kind="once", start="2026-12-08T22:00", end="2026-12-09T07:00")["end"] == "2026-12-09T07:00"
    assert _when_refusal(kind="once", start="2026-12-08T22:00", end="2026-12-09T22:01") == ("end", "too_long_period")


def test_weekly_begins_today_unless_said_and_its_hours_are_put_in_order() -> None:
    windows = [{"day": "wed", "from": "13:00", "to": "24:00"}, {"day": "mon", "from": "09:00", "to": "12:00"}]
    assert _when(kind="weekly", windows=windows, until="2026-12-24") == {
        "kind": "weekly",
        "windows": windows[::-1],
        "from": "2026-11-24",
        "until": "2026-12-24",
    }


def test_flexible_needs_nothing_and_keeps_nothing() -> None:
    assert _when(kind="flexible", start="rubbish") == {"kind": "flexible"}


@pytest.mark.parametrize(
    ("when", "field", "code"),
    [
        ({}, "when", "choice"),
        ({"kind": "sometimes"}, "when", "choice"),
        ({"kind": "once"}, "start", "date"),
        ({"kind": "once", "start": "2027-02-31T10:00", "end": "2027-02-31T11:00"}, "start", "date"),
        ({"kind": "once", "start": "2026-12-08T10:00", "end": "2026-12-08T24:00"}, "end", "date"),
        ({"kind": "once", "start": "2026-12-08T10:00", "end": "2026-12-08T10:00"}, "end", "end_before_start"),
        ({"kind": "once", "start": "2026-12-08T10:00", "end": "2026-12-08T09:00"}, "end", "end_before_start"),
        ({"kind": "once", "start": "2026-11-24T08:59", "end": "2026-11-24T10:00"}, "start", "date_past"),
        ({"kind": "once", "start": "0001-01-01T10:00", "end": "0001-01-01T11:00"}, "start", "date_past"),
        ({"kind": "once", "start": "9999-12-31T10:00", "end": "9999-12-31T11:00"}, "start", "date_far"),
        ({"kind": "once", "start": "2027-03-28T02:30", "end": "2027-03-28T04:00"}, "start", "time_missing"),
        ({"kind": "once", "start": "2027-03-28T01:30", "end": "2027-03-28T02:30"}, "end", "time_missing"),
        ({"kind": "once", "start": "2026-12-08T10:00+01:00", "end": "2026-12-08T11:00"}, "start", "date"),
        ({"kind": "weekly", "windows": []}, "windows", "required"),
        ({"kind": "weekly"}, "windows", "required"),
        (
            {"kind": "weekly", "windows": [{"day": "mon", "from": "10:00", "to": "10:00"}]},
            "windows",
            "end_before_start",
        ),
        ({"kind": "weekly", "windows": [{"day": "mon", "from": "24:00", "to": "24:00"}]}, "windows", "windows"),
        ({"kind": "weekly", "windows": [{"day": "maandag", "from": "10:00", "to": "11:00"}]}, "windows", "windows"),
        ({"kind": "weekly", "windows": ["mon"]}, "windows", "windows"),
    ],
)  # fmt: skip
def test_a_time_that_cannot_be_is_refused_at_its_field(when: dict[str, Any], field: str, code: str) -> None:
    assert _when_refusal(**when) == (field, code)


@pytest.mark.parametrize(
    ("ends", "field", "code"),
    [
        ({"from": "2026-11-23"}, "from", "date_past"),
        ({"from": "31-02-2027"}, "from", "date"),
        ({"from": "2029-01-01"}, "from", "date_far"),
        ({"from": "2026-12-24", "until": "2026-12-23"}, "until", "end_before_start"),
    ],
)
def test_the_ends_of_weekly_help_are_checked_too(ends: dict[str, str], field: str, code: str) -> None:
    windows = [{"day": "mon", "from": "09:00", "to": "12:00"}]
    assert _when_refusal(kind="weekly", windows=windows, **ends) == (field, code)


def test_the_hour_that_the_clock_shows_twice_is_an_hour_like_any_other() -> None:
    found = asking.check_when(
        {"kind": "once", "start": "2026-10-25T02:30", "end": "2026-10-25T03:30"},
        today=date(2026, 10, 1),
        local=datetime(2026, 10, 1, 9, 0),
    )
    assert found["start"] == "2026-10-25T02:30"
