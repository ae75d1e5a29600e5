"""The resident's side of appointments: proposed, confirmed, moved, cancelled, and in a calendar."""

import re
from datetime import date, datetime

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine

from models import one_day
from models.states import AppointmentState, MatchState
from models.tables import (
    Appointment,
    Community,
    Person,
)
from tests import factories
from tests.web import walking
from tests.web.conftest import post
from tests.web.together import NEXT_WEEK, Together
from tests.web.walking import nl, rows, text_of


@pytest.fixture
def here(engine: Engine) -> Community:
    return walking.two_communities(engine)[0]


@pytest.fixture
def two(site: Flask, engine: Engine, here: Community) -> Together:
    return Together(site, engine, here)


@pytest.fixture
def running(site: Flask, engine: Engine, here: Community) -> Together:
    return Together(site, engine, here, state="active")


# ---- appointments ----------------------------------------------------------------------------------------------------


def test_a_first_appointment_is_proposed(client: FlaskClient, two: Together) -> None:
    assert post(client, f"{two.page}/plan", NEXT_WEEK).headers["Location"] == two.page
    (appointment,) = two.all(Appointment)
    assert (appointment.starts_at, appointment.ends_at) == (datetime(2026, 12, 1, 14), datetime(2026, 12, 1, 16))
    assert two.now(two.match).state == MatchState.ACTIVE
    page = text_of(client.get(two.page))
    assert "dinsdag 1 december" in page and "Bij u thuis" in page and "Yusuf moet nog ja zeggen" in page


def test_a_second_click_plans_once(client: FlaskClient, two: Together) -> None:
    for _click in range(2):
        assert post(client, f"{two.page}/plan", NEXT_WEEK).status_code == 303
    assert len(two.all(Appointment)) == 1


def test_proposing_what_the_other_proposed_is_a_yes(client: FlaskClient, two: Together) -> None:
    planned = two.appointment(
        starts_at=datetime(2026, 12, 1, 14), ends_at=datetime(2026, 12, 1, 16), planned_by=two.helper.id
    )
    assert post(client, f"{two.page}/plan", NEXT_WEEK).status_code == 303
    assert [row.state for row in two.all(Appointment)] == [AppointmentState.CONFIRMED]
    assert two.now(planned).planned_by == two.helper.id
    page = text_of(client.get(two.page))
    assert nl("Good. You meet %(name)s on %(day)s.", name="Yusuf", day="dinsdag 1 december") in page


def test_a_moment_that_stands_for_once_is_not_said_to_be_weekly_or_elsewhere(
    client: FlaskClient, two: Together
) -> None:
    post(client, f"{two.page}/plan", NEXT_WEEK)
    for more in ({"repeat": "weekly", "until": "2026-12-22"}, {"where": "elsewhere", "place": "Bij de bibliotheek"}):
        answer = post(client, f"{two.page}/plan", {**NEXT_WEEK, **more})
        assert answer.status_code == 422 and "De vrijwilliger heeft" in text_of(answer)
    assert len(two.all(Appointment)) == 1


def test_what_was_asked_for_stands_there_already(
    client: FlaskClient, site: Flask, engine: Engine, here: Community
) -> None:
    when = {"kind": "once", "start": "2026-12-08T13:30", "end": "2026-12-08T15:15"}
    page = text_of(client.get(f"{Together(site, engine, here, when=when).page}/plan"))
    assert 'value="2026-12-08"' in page
    assert re.findall(r'<option value="([^"]+)" selected>', page) == ["13:30", "15:15"]


def test_of_a_day_with_an_open_time_the_day_alone_stands_there(
    client: FlaskClient, site: Flask, engine: Engine, here: Community
) -> None:
    when = one_day.as_when(date(2026, 12, 8), one_day.spans(date(2026, 12, 8), "morning"))
    two = Together(site, engine, here, when=when)
    assert "dinsdag 8 december, tussen 9:00 en 12:00 uur" in text_of(client.get(two.link))
    page = text_of(client.get(f"{two.page}/plan"))
    assert 'value="2026-12-08"' in page
    assert re.findall(r'<option value="([^"]+)" selected>', page) == []
    assert nl("What was asked for: %(when)s.", when="dinsdag 8 december, tussen 9:00 en 12:00 uur") in page


def test_every_week_until_a_day(client: FlaskClient, two: Together) -> None:
    post(client, f"{two.page}/plan", {**NEXT_WEEK, "repeat": "weekly", "until": "2027-02-23"})
    assert len(two.all(Appointment)) == 13
    page = text_of(client.get(two.page))
    assert "En daarna nog 12<" in page and page.count("Ja, dat komt mij uit") <= 1


@pytest.mark.parametrize(
    ("starts", "ends", "until"),
    [
        pytest.param("14:00", "", (16, 0), id="two hours"),
        pytest.param("23:00", "", (0, 0), id="no longer than the day"),
        pytest.param("22:00", "24:00", (0, 0), id="until midnight"),
        pytest.param("14:00", "14:30", (14, 30), id="as it was typed"),
    ],
)
def test_who_does_not_know_until_when_need_not_say_it(
    client: FlaskClient, two: Together, starts: str, ends: str, until: tuple[int, int]
) -> None:
    page = text_of(client.get(f"{two.page}/plan"))
    assert nl("Do you not know? Then we count on two hours.") in page
    post(client, f"{two.page}/plan", {**NEXT_WEEK, "starts": starts, "ends": ends})
    [appointment] = two.all(Appointment)
    assert (appointment.ends_at.hour, appointment.ends_at.minute) == until
    page = text_of(client.get(f"{two.page}/appointment/{appointment.id}/move"))
    clock = "24:00" if until == (0, 0) else f"{until[0]}:{until[1]:02}"
    assert f'<option value="{clock}" selected>' in page


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"day": ""}, "day"),
        ({"day": "2026-11-23"}, "day"),
        ({"day": "2026-02-31"}, "day"),
        ({"day": "9999-12-31"}, "day"),
        ({"day": "2026-11-24", "starts": "08:00", "ends": "08:30"}, "starts"),
        ({"starts": ""}, "starts"),
        ({"starts": "noon"}, "starts"),
        ({"ends": "13:00"}, "ends"),
        ({"day": "2027-03-28", "starts": "02:30", "ends": "04:00"}, "starts"),
        ({"where": "elsewhere", "place": ""}, "place"),
        ({"where": "elsewhere", "place": "x" * 201}, "place"),
        ({"where": "place-999"}, "where-0"),
        ({"where": "moon"}, "where-0"),
        ({"repeat": "weekly", "until": ""}, "until"),
        ({"repeat": "weekly", "until": "2026-11-30"}, "until"),
        ({"repeat": "weekly", "until": "2028-11-01"}, "until"),
    ],
)
def test_an_appointment_that_cannot_be_is_refused_at_its_field(
    client: FlaskClient, two: Together, changed: dict[str, str], field: str
) -> None:
    answer = post(client, f"{two.page}/plan", {**NEXT_WEEK, **changed})
    page = text_of(answer)
    assert answer.status_code == 422 and f'href="#{field}"' in page
    assert two.all(Appointment) == []


def test_meeting_somewhere_else(client: FlaskClient, two: Together, engine: Engine) -> None:
    with rows(engine) as session:
        place = factories.create_meeting_place(session, two.here, name="De Brink")
    post(client, f"{two.page}/plan", {**NEXT_WEEK, "where": f"place-{place.id}"})
    post(
        client,
        f"{two.page}/plan",
        {**NEXT_WEEK, "day": "2026-12-02", "where": "elsewhere", "place": "Bij de <b>bakker"},
    )
    page = text_of(client.get(two.page))
    assert "De Brink, Marktstraat" in page and "Bij de &lt;b&gt;bakker" in page


def test_what_the_volunteer_proposed_is_confirmed(client: FlaskClient, running: Together) -> None:
    appointment = running.appointment(planned_by=running.helper.id)
    assert "Yusuf stelt voor: woensdag 25 november" in text_of(client.get(running.link))
    post(client, f"{running.page}/appointment/{appointment.id}/confirm", page=running.page)
    assert running.now(appointment).state == AppointmentState.CONFIRMED
    assert "Yusuf komt woensdag 25 november" in text_of(client.get(running.link))


def test_ones_own_proposal_is_not_for_oneself_to_confirm(client: FlaskClient, running: Together) -> None:
    appointment = running.appointment(planned_by=running.resident.id)
    assert "/confirm" not in text_of(client.get(running.page))
    post(client, f"{running.page}/appointment/{appointment.id}/confirm", page=running.page)
    assert running.now(appointment).state == AppointmentState.PLANNED


def test_an_appointment_is_moved(client: FlaskClient, running: Together) -> None:
    appointment = running.appointment(planned_by=running.helper.id)
    url = f"{running.page}/appointment/{appointment.id}/move"
    assert "woensdag 25 november, 14:00 tot 16:00 uur" in text_of(client.get(url))
    post(client, url, NEXT_WEEK)
    old, new = running.all(Appointment)
    assert old.state == AppointmentState.CANCELLED and old.moved_to == new.id
    assert new.starts_at == datetime(2026, 12, 1, 14)


def test_an_appointment_is_cancelled_with_a_reason_the_other_reads(client: FlaskClient, running: Together) -> None:
    appointment = running.appointment(planned_by=running.helper.id)
    url = f"{running.page}/appointment/{appointment.id}/cancel"
    post(client, url, {"reason": "Ik ben ziek"})
    assert running.now(appointment).state == AppointmentState.CANCELLED
    page = text_of(client.get(running.page))
    assert "De afspraak van woensdag 25 november gaat niet door." in page and "Ik ben ziek" in page
    late = post(client, url, {}, page=running.page)
    assert late.headers["Location"] == running.page
    assert nl("Somebody changed this a moment ago. Look at it again.") in text_of(client.get(running.page))


def test_the_calendar_file_holds_no_address(client: FlaskClient, running: Together, engine: Engine) -> None:
    with rows(engine) as session:
        resident = session.get(Person, running.resident.id)
        assert resident is not None
        resident.address = "Dorpsstraat 1"
        session.add(resident)
    appointment = running.appointment(planned_by=running.helper.id)
    answer = client.get(f"{running.page}/appointment/{appointment.id}.ics")
    text = text_of(answer)
    assert answer.mimetype == "text/calendar" and answer.headers["Cache-Control"] == "no-store"
    assert "SUMMARY:Afspraak met Yusuf" in text and "DTSTART;TZID=Europe/Amsterdam:20261125T140000" in text
    assert "Dorpsstraat" not in text and "Kaya" not in text and running.link.rsplit("/", 1)[1] not in text


def test_the_appointment_of_another_pair_does_not_exist(
    client: FlaskClient, running: Together, site: Flask, engine: Engine, here: Community
) -> None:
    theirs = Together(site, engine, here, state="active").appointment()
    for path in (f"appointment/{theirs.id}/move", f"appointment/{theirs.id}.ics", f"appointment/{2**70}.ics"):
        assert client.get(f"{running.page}/{path}").status_code == 404
    assert client.get(f"{running.page}/appointment/{2**70}/cancel").status_code in (404, 405)
