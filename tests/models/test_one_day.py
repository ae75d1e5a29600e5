"""Help on one day of which the time is still open."""

from datetime import date, datetime
from typing import Any

import pytest

from models import one_day
from models.catalogue import available_languages, translations
from models.messages import formats

DAY = date(2026, 12, 8)
ONCE = {"kind": "once", "start": "2026-12-08T13:30", "end": "2026-12-08T15:30"}


def when(part: str | None, not_before: datetime | None = None) -> dict[str, Any]:
    return one_day.as_when(DAY, one_day.spans(DAY, part, not_before))


def starts(part: str | None, not_before: datetime | None = None) -> list[str]:
    return [window["from"] for window in when(part, not_before)["windows"]]


def test_a_morning_holds_each_two_hours_that_fit_in_it() -> None:
    assert when("morning") == {
        "kind": "weekly",
        "windows": [
            {"day": "tue", "from": "09:00", "to": "11:00"},
            {"day": "tue", "from": "09:30", "to": "11:30"},
            {"day": "tue", "from": "10:00", "to": "12:00"},
        ],
        "from": "2026-12-08",
        "until": "2026-12-08",
    }
    assert starts("evening") == ["17:00", "17:30", "18:00", "18:30", "19:00", "19:30"]


def test_over_the_whole_day_two_hours_may_lie_in_two_of_its_parts() -> None:
    assert starts(None) == [f"{half // 2:02}:{half % 2 * 30:02}" for half in range(2 * 9, 2 * 19 + 2)]
    assert {"day": "tue", "from": "11:00", "to": "13:00"} in when(None)["windows"]


def test_what_has_begun_is_no_longer_offered() -> None:
    assert starts("afternoon", datetime(2026, 12, 8, 13, 31)) == ["14:00", "14:30", "15:00"]
    assert starts(None, datetime(2026, 12, 8, 10, 20))[0] == "10:30"
    assert one_day.spans(DAY, "morning", datetime(2026, 12, 8, 11, 31)) == []


def test_of_the_last_hours_the_rest_is_left() -> None:
    rest = (datetime(2026, 12, 8, 15, 30), datetime(2026, 12, 8, 17))
    assert one_day.spans(DAY, "afternoon", datetime(2026, 12, 8, 15, 10)) == [rest]


@pytest.mark.parametrize(
    ("given", "day"),
    [
        pytest.param(ONCE, DAY, id="a moment"),
        pytest.param(when("morning"), DAY, id="a morning"),
        pytest.param({**when("morning"), "until": "2026-12-15"}, None, id="two weeks"),
        pytest.param({**when("morning"), "until": None}, None, id="every week"),
        pytest.param({**when("morning"), "from": "2026-12-09", "until": "2026-12-09"}, None, id="another weekday"),
        pytest.param({"kind": "flexible"}, None, id="any day"),
    ],
)
def test_help_is_on_one_day_or_on_more(given: dict[str, Any], day: date | None) -> None:
    assert one_day.of(given) == day


@pytest.mark.parametrize(
    ("part", "said"),
    [
        ("morning", "dinsdag 8 december, tussen 9:00 en 12:00 uur"),
        ("evening", "dinsdag 8 december, tussen 17:00 en 21:30 uur"),
        (None, "dinsdag 8 december, op een tijd die u allebei uitkomt"),
    ],
)
def test_the_day_is_said_with_the_hours_that_would_do(part: str | None, said: str) -> None:
    assert formats.when(when(part), "nl", date(2026, 11, 24), translations("nl").gettext) == said


def test_hours_that_somebody_chose_themselves_are_said_as_they_are() -> None:
    chosen = {**when(None), "windows": [{"day": "tue", "from": a, "to": b} for a, b in
                                        (("14:15", "15:00"), ("09:30", "10:30"), ("10:30", "11:00"))]}  # fmt: skip
    said = formats.when(chosen, "en", date(2026, 11, 24), translations("en").gettext)
    assert said == "Tuesday 8 December, between 9:30 and 11:00, between 14:15 and 15:00"


@pytest.mark.parametrize("language", available_languages())
def test_no_language_calls_one_day_every_week(language: str) -> None:
    gettext = translations(language).gettext
    weekly = gettext("Every week: %(times)s").split("%")[0].strip()
    for part in (None, *one_day.PARTS):
        assert weekly not in formats.when(when(part), language, date(2026, 11, 24), gettext)


@pytest.mark.parametrize(
    ("given", "spans"),
    [
        pytest.param(ONCE, [(datetime(2026, 12, 8, 13, 30), datetime(2026, 12, 8, 15, 30))], id="a moment"),
        pytest.param(when("morning"), one_day.spans(DAY, "morning"), id="a morning"),
        pytest.param(
            {**when(None), "windows": [{"day": "tue", "from": "21:30", "to": "24:00"}]},
            [
                (datetime(2026, 12, 8, 21, 30), datetime(2026, 12, 8, 23, 30)),
                (datetime(2026, 12, 8, 22), datetime(2026, 12, 9)),
            ],
            id="more than two hours, until midnight",
        ),
        pytest.param(
            {**when(None), "windows": [{"day": "tue", "from": "09:00", "to": "10:15"}]},
            [(datetime(2026, 12, 8, 9), datetime(2026, 12, 8, 10, 15))],
            id="less than two hours",
        ),
        pytest.param({**when(None), "until": None}, [], id="every week"),
        pytest.param({"kind": "flexible"}, [], id="any day"),
    ],
)
def test_help_on_one_day_takes_one_of_its_stretches(given: dict[str, Any], spans: list[one_day.Span]) -> None:
    assert one_day.stretches(given) == spans
