"""Weekly series to choose from, on the pages of both sides and the desk; and a choice that passed unanswered."""

import re
from datetime import datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine

from models.operations import choices
from models.tables import Appointment, Community, OutboxMessage
from tests.factories import NOW
from tests.web import desk as desks
from tests.web import walking
from tests.web.conftest import post
from tests.web.desk import Browser
from tests.web.together import NEXT_WEEK, Together
from tests.web.walking import nl, rows, text_of

TWO = {
    **NEXT_WEEK, "repeat": "weekly", "until": "2027-01-08",
    "day2": "2026-12-04", "starts2": "10:00", "ends2": "11:30",
}  # fmt: skip
"""Tuesdays or Fridays; Christmas and New Year's Day are among the Fridays."""
HOLIDAYS = ["2026-12-25", "2027-01-01"]


@pytest.fixture
def here(engine: Engine) -> Community:
    return walking.two_communities(engine)[0]


@pytest.fixture
def two(site: Flask, engine: Engine, here: Community) -> Together:
    return Together(site, engine, here)


def offered(two: Together, person_id: int | None) -> list[Appointment]:
    """Offer Tuesdays or Thursdays, the Thursdays without Christmas Eve."""
    found = []
    for start, left_out in ((datetime(2026, 12, 1, 10), None), (datetime(2026, 12, 3, 14), datetime(2026, 12, 24))):
        weeks = [start + timedelta(weeks=week) for week in range(1, 6)]
        days = [f"{day:%Y-%m-%d}" for day in weeks if left_out is None or day.date() != left_out.date()]
        found.append(
            two.appointment(
                starts_at=start, ends_at=start + timedelta(hours=1), state="proposed", choice="choice",
                planned_by=person_id, also_on=days, series=f"from {start:%d}",
            )
        )  # fmt: skip
    return found


def standing(two: Together) -> list[str]:
    return [f"{row.starts_at:%d-%m}" for row in two.all(Appointment) if row.state in ("planned", "confirmed")]


def test_two_series_are_proposed_and_holidays_left_out_without_a_script(client: FlaskClient, two: Together) -> None:
    page = text_of(client.get(f"{two.page}/plan"))
    assert page.index(nl("A third moment")) < page.index(nl("How often?")) < page.index('name="until"')
    page = text_of(post(client, f"{two.page}/plan", TWO))
    assert re.findall(r'name="holiday" value="([^"]+)"', page) == HOLIDAYS and two.all(Appointment) == []
    assert 'value="2026-12-04"' in page, "what was typed stays"
    answer = post(client, f"{two.page}/plan", {**TWO, "holiday": HOLIDAYS, "skip": HOLIDAYS[:1]})
    assert answer.status_code == 303
    tuesdays, fridays = two.all(Appointment)
    assert (tuesdays.state, fridays.state, two.now(two.match).state) == ("proposed", "proposed", "agreed")
    assert fridays.also_on == ["2026-12-11", "2026-12-18", "2027-01-01", "2027-01-08"]
    page = text_of(client.get(two.page))
    assert nl("You proposed these moments") in page and nl("Choose this one") not in page
    assert "Elke dinsdag van 1 december tot en met 5 januari 2027, 14:00 tot 16:00 uur" in page
    assert "Elke vrijdag van 4 december tot en met 8 januari 2027, 10:00 tot 11:30 uur. Niet op 25 december" in page
    [mail] = two.all(OutboxMessage)
    assert (mail.name, mail.recipient_id) == ("appointment_planned", two.helper.id)


def test_a_second_click_proposes_once(client: FlaskClient, two: Together) -> None:
    for _click in range(2):
        assert post(client, f"{two.page}/plan", {**TWO, "holiday": HOLIDAYS}).status_code == 303
    assert len(two.all(Appointment)) == 2


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"until": ""}, "until"),
        ({"until": "2026-12-02"}, "until"),
        ({"until": "2028-06-01"}, "until"),
        ({"starts2": ""}, "starts2"),
        ({"ends2": "09:00"}, "ends2"),
        ({"day2": "2026-12-15", "starts2": "15:00", "ends2": "17:00"}, "starts2"),
        ({"day2": "2026-11-20"}, "day2"),
    ],
)
def test_a_series_that_cannot_be_is_refused_at_its_own_field(
    client: FlaskClient, two: Together, changed: dict[str, str], field: str
) -> None:
    answer = post(client, f"{two.page}/plan", {**TWO, **changed})
    assert answer.status_code == 422 and f'href="#{field}"' in text_of(answer) and two.all(Appointment) == []


def test_the_week_in_which_the_volunteer_is_busy_is_named(client: FlaskClient, two: Together) -> None:
    two.appointment(starts_at=datetime(2026, 12, 11, 10), ends_at=datetime(2026, 12, 11, 11))
    page = text_of(post(client, f"{two.page}/plan", TWO))
    assert "De vrijwilliger heeft op vrijdag 11 december een andere afspraak." in page and 'href="#starts2"' in page


def test_the_other_side_picks_a_series_and_every_week_stands(client: FlaskClient, two: Together) -> None:
    tuesdays, thursdays = offered(two, two.helper.id)
    assert "Kies het moment dat u past." in text_of(client.get(two.link))
    page = text_of(client.get(two.page))
    assert page.count('class="moment"') == 2
    assert all(
        words in page
        for words in ("Elke donderdag<", "Van 3 december tot en met 7 januari 2027", "Niet op 24 december")
    )
    pick = f"{two.page}/appointment/{thursdays.id}/pick"
    assert post(client, pick, page=two.page).status_code == 303
    assert standing(two) == ["03-12", "10-12", "17-12", "31-12", "07-01"]
    assert (two.now(tuesdays).state, two.now(two.match).state) == ("cancelled", "active")
    page = text_of(client.get(two.page))
    assert "Goed. U ziet Yusuf elke donderdag, vanaf donderdag 3 december." in page and 'class="moment"' not in page
    assert page.count("Elke week, tot en met donderdag 7 januari 2027") == 1 and "En daarna nog 4<" in page
    assert post(client, pick, page=two.page).status_code == 303 and len(standing(two)) == 5
    post(client, f"{two.page}/appointment/{tuesdays.id}/pick", page=two.page)
    assert nl("Another moment was chosen a moment ago. Look at it again.") in text_of(client.get(two.page))


def test_the_day_on_which_the_volunteer_cannot_come_any_more_is_named(client: FlaskClient, two: Together) -> None:
    tuesdays, _thursdays = offered(two, two.helper.id)
    two.appointment(starts_at=datetime(2026, 12, 15, 10, 30), ends_at=datetime(2026, 12, 15, 12))
    post(client, f"{two.page}/appointment/{tuesdays.id}/pick", page=two.page)
    assert "De vrijwilliger kan op dinsdag 15 december niet meer." in text_of(client.get(two.page))
    assert two.now(tuesdays).state == "proposed"


def test_instead_of_series_another_day_is_proposed(client: FlaskClient, two: Together) -> None:
    tuesdays, _thursdays = offered(two, two.helper.id)
    page = text_of(client.get(f"{two.page}/plan?instead={tuesdays.id}"))
    assert "Elke dinsdag van 1 december" in page and "14:00 tot 15:00 uur. Niet op 24 december" in page
    post(client, f"{two.page}/plan", {**NEXT_WEEK, "instead": str(tuesdays.id)})
    assert [row.state for row in two.all(Appointment)] == ["cancelled", "cancelled", "planned"]


def test_at_the_desk_a_series_is_proposed_and_picked_for_who_phones(engine: Engine, signed_in: Browser) -> None:
    desk = desks.open_desk(engine, signed_in)
    match = desk.match(desk.request("matched"), desk.yusuf, "agreed")
    here = f"/matches/{match.id}"
    done = text_of(desk.press(f"{here}/plan", {**TWO, "holiday": HOLIDAYS}, page=f"{here}/plan"))
    assert nl("They can choose now. We let both know.") in done
    assert "Elke dinsdag van 1 december tot en met 5 januari 2027" in done and done.count(nl("This one suits")) == 2
    number = re.findall(r"/appointments/(\d+)/pick", done)[1]
    done = text_of(desk.press(f"{here}/appointments/{number}/pick", page=here))
    assert "elke vrijdag, vanaf vrijdag 4 december" in done and nl("This one suits") not in done
    with rows(engine) as session:
        assert session.get_one(Appointment, int(number)).state == "confirmed"


def test_once_no_moment_was_chosen_the_page_says_what_to_do(client: FlaskClient, two: Together) -> None:
    moments = [
        two.appointment(starts_at=datetime(2026, 11, day, 14), ends_at=datetime(2026, 11, day, 15), state="proposed",
                        choice="past", planned_by=two.helper.id)
        for day in (21, 23)
    ]  # fmt: skip
    with rows(two.engine) as session:
        for moment in moments:
            choices.lapse(session, session.get_one(Appointment, moment.id), now=NOW)
    page = text_of(client.get(two.page))
    assert (
        nl("No moment was chosen. These have passed:") in page and "zaterdag 21 november, 14:00 tot 15:00 uur" in page
    )
    assert nl("There is no appointment yet. Call each other, or propose a day here.") in page
    two.appointment(created_at=NOW)
    assert nl("No moment was chosen. These have passed:") not in text_of(client.get(two.page))


def test_moments_that_were_declined_have_not_passed(client: FlaskClient, two: Together) -> None:
    moments = offered(two, two.helper.id)
    post(client, f"{two.page}/appointment/{moments[0].id}/none-suits", page=f"{two.page}/plan?instead={moments[0].id}")
    assert nl("No moment was chosen. These have passed:") not in text_of(client.get(two.page))
