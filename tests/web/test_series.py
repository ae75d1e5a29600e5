"""Weekly appointments on the pages: holidays left out with a tick, one day changed, ended from a day on."""

import re
from datetime import datetime

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine

from models.tables import Appointment, Community
from tests.web import walking
from tests.web.conftest import post
from tests.web.together import NEXT_WEEK, Together
from tests.web.walking import nl, text_of

FRIDAYS = {**NEXT_WEEK, "day": "2026-12-11", "repeat": "weekly", "until": "2027-01-08"}


@pytest.fixture
def here(engine: Engine) -> Community:
    return walking.two_communities(engine)[0]


@pytest.fixture
def two(site: Flask, engine: Engine, here: Community) -> Together:
    return Together(site, engine, here)


def days(two: Together) -> list[str]:
    return [f"{row.starts_at:%d-%m}" for row in two.all(Appointment) if row.state != "cancelled"]


def test_holidays_in_a_series_are_named_first_and_left_out_with_one_tick(client: FlaskClient, two: Together) -> None:
    page = text_of(post(client, f"{two.page}/plan", FRIDAYS))
    assert days(two) == []
    assert "Niet op vrijdag 25 december: eerste kerstdag" in page
    assert "Niet op vrijdag 1 januari 2027: nieuwjaarsdag" in page
    assert re.findall(r'name="holiday" value="([^"]+)"', page) == ["2026-12-25", "2027-01-01"]
    answer = post(client, f"{two.page}/plan", {**FRIDAYS, "holiday": ["2026-12-25", "2027-01-01"],
                                               "skip": ["2026-12-25"]})  # fmt: skip
    assert answer.status_code == 303 and days(two) == ["11-12", "18-12", "01-01", "08-01"]


def test_whoever_wants_a_holiday_keeps_it(client: FlaskClient, two: Together) -> None:
    post(client, f"{two.page}/plan", {**FRIDAYS, "holiday": ["2026-12-25", "2027-01-01"]})
    assert len(days(two)) == 5


def test_another_holiday_is_asked_about_too_and_the_tick_stays(client: FlaskClient, two: Together) -> None:
    page = text_of(post(client, f"{two.page}/plan", {**FRIDAYS, "holiday": "2026-12-25", "skip": "2026-12-25"}))
    assert days(two) == [] and re.search(r'value="2026-12-25" checked', page)
    assert re.search(r'value="2027-01-01"><label', page)


@pytest.mark.parametrize("skip", ["x", "2026-13-45", "1e9", "2026-12-24"])
def test_a_tick_for_what_is_no_day_of_the_series_leaves_out_nothing(
    client: FlaskClient, two: Together, skip: str
) -> None:
    post(client, f"{two.page}/plan", {**FRIDAYS, "holiday": ["2026-12-25", "2027-01-01"], "skip": skip})
    assert len(days(two)) == 5


def test_leaving_out_all_of_it_is_refused_at_its_field(client: FlaskClient, two: Together) -> None:
    answer = post(client, f"{two.page}/plan", {**FRIDAYS, "day": "2026-12-25", "until": "2026-12-25",
                                               "holiday": "2026-12-25", "skip": "2026-12-25"})  # fmt: skip
    assert answer.status_code == 422 and 'href="#until"' in text_of(answer) and days(two) == []


@pytest.mark.parametrize("extra", [{}, {"day2": "2026-12-26", "starts2": "10:00", "ends2": "11:00"}])
def test_a_single_holiday_is_asked_about_once(client: FlaskClient, two: Together, extra: dict[str, str]) -> None:
    christmas = {**NEXT_WEEK, "day": "2026-12-25", **extra}
    page = text_of(post(client, f"{two.page}/plan", christmas))
    assert "Op vrijdag 25 december is het eerste kerstdag." in page and days(two) == []
    assert ("tweede kerstdag" in page) == bool(extra) and 'name="skip"' not in page
    post(client, f"{two.page}/plan", {**christmas, "holiday": re.findall(r'name="holiday" value="([^"]+)"', page)})
    assert days(two) == (["25-12", "26-12"] if extra else ["25-12"])


def test_moving_to_a_holiday_is_asked_about_once(client: FlaskClient, two: Together) -> None:
    one = two.appointment(planned_by=two.helper.id, series="week")
    there = f"{two.page}/appointment/{one.id}/move"
    assert nl("Only this day changes. The other weeks stay as they are.") in text_of(client.get(there))
    christmas = {**NEXT_WEEK, "day": "2026-12-25"}
    page = text_of(post(client, there, christmas))
    assert "eerste kerstdag" in page and days(two) == ["25-11"]
    post(client, there, {**christmas, "holiday": "2026-12-25"})
    assert days(two) == ["25-12"]


def _series(two: Together) -> list[Appointment]:
    return [
        two.appointment(
            starts_at=datetime(2026, 12, day, 14),
            ends_at=datetime(2026, 12, day, 16),
            series="week",
            planned_by=two.helper.id,
        )
        for day in (1, 8, 15, 22)
    ]


def test_the_page_says_how_long_it_goes_on(client: FlaskClient, two: Together) -> None:
    _series(two)
    page = text_of(client.get(two.page))
    assert page.count("Elke week, tot en met dinsdag 22 december") == 1 and "En daarna nog 3<" in page


def test_one_yes_stands_there_for_all_weeks_and_a_moved_day_stands_by_itself(
    client: FlaskClient, two: Together
) -> None:
    series = _series(two)
    page = text_of(client.get(two.page))
    assert page.count("Ja, dat komt mij uit") == 1 and page.count(f"appointment/{series[2].id}/move") == 1
    moved = {"day": "2026-12-16", "starts": "10:00", "ends": "11:00", "where": "home"}
    post(client, f"{two.page}/appointment/{series[2].id}/move", moved, page=two.page)
    page = text_of(client.get(two.page))
    assert "En daarna nog 2<" in page and page.count('<article class="card"') == 2


@pytest.mark.parametrize(
    ("which", "left"),
    [("this", ["01-12", "15-12", "22-12"]), ("following", ["01-12"]), (None, ["01-12", "15-12", "22-12"])],
)
def test_one_day_or_all_after_it_is_cancelled(
    client: FlaskClient, two: Together, which: str | None, left: list[str]
) -> None:
    there = f"{two.page}/appointment/{_series(two)[1].id}/cancel"
    page = text_of(client.get(there))
    assert nl("This day alone") in page and "Deze dag en alle 2 erna" in page
    post(client, there, {"reason": "Weg", **({"which": which} if which else {})})
    assert days(two) == left


def test_another_answer_cancels_nothing(client: FlaskClient, two: Together) -> None:
    answer = post(client, f"{two.page}/appointment/{_series(two)[1].id}/cancel", {"which": "all", "reason": ""})
    assert answer.status_code == 422 and 'href="#which-0"' in text_of(answer) and len(days(two)) == 4


def test_of_the_last_one_nothing_is_asked(client: FlaskClient, two: Together) -> None:
    there = f"{two.page}/appointment/{_series(two)[3].id}/cancel"
    assert 'name="which"' not in text_of(client.get(there))
    post(client, there, {"which": "following"})
    assert days(two) == ["01-12", "08-12", "15-12"]
