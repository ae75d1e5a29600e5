"""The desk in the morning: doors that count right, and a queue in the right order."""

import re
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Engine

from tests import factories
from tests.factories import NOW, TODAY
from tests.web import desk as desks
from tests.web.desk import DESK, Browser, Desk, yesterday
from tests.web.walking import nl, rows


@pytest.fixture
def desk(engine: Engine, signed_in: Browser) -> Desk:
    return desks.open_desk(engine, signed_in)


def _doors(page: str) -> dict[str, str]:
    found = re.findall(r'door__count number">(\d+)</span><span class="door__text">([^<]+)<', page)
    return {text: number for number, text in found}


def test_an_empty_desk_says_that_everything_is_done(desk: Desk) -> None:
    page = desk.read()
    assert nl("Everything is done") in page
    assert set(_doors(page).values()) == {"0"}


def test_every_door_counts_what_stands_behind_it(desk: Desk) -> None:
    desk.request("submitted")
    desk.request("submitted", submitted_at=yesterday(6))
    asked = desk.request("open")
    desk.match(asked, desk.yusuf, origin="volunteer")
    desk.match(desk.request("open"), desk.ria, "approved")
    desk.request("on_hold", hold_until=TODAY)
    desk.request("on_hold", hold_until=TODAY + timedelta(days=3))
    with rows(desk.engine) as session:
        factories.create_call(session, desk.community, desk.person_of(desk.ria), about="request_open")
        factories.create_signal(session, desk.community)
        factories.create_volunteer(session, desk.community, state="applied")
    page = desk.read()
    assert _doors(page) == {
        nl("New requests"): "2",
        nl("Wait for approval"): "1",
        nl("No answer yet"): "1",
        nl("Call today"): "1",
        nl("Signals"): "1",
        nl("Volunteers to admit"): "1",
        nl("On hold, and the day has come"): "1",
    }
    assert "1 wacht te lang" in page
    assert "1 bood zichzelf aan" in page


def test_worries_come_first_then_what_is_late_or_urgent_then_who_waits_longest(desk: Desk) -> None:
    desk.request("submitted", text="De gewone vraag van gisteren.", submitted_at=yesterday())
    desk.request("submitted", text="De vraag van net.", submitted_at=NOW)
    desk.request("submitted", text="De vraag met spoed.", submitted_at=NOW, urgency="high")
    desk.request("submitted", text="De vraag die te lang wacht.", submitted_at=yesterday(6))
    with rows(desk.engine) as session:
        factories.create_signal(session, desk.community, kind="not_good", note="De zorg van vandaag.")
    page = desk.read()
    order = ["De zorg van", "te lang wacht", "met spoed", "gewone vraag", "vraag van net"]
    places = [page.index(words) for words in order]
    assert places == sorted(places)


def test_a_resident_is_said_to_wait_against_the_promised_day(desk: Desk) -> None:
    desk.request("submitted", submitted_at=yesterday(6))  # Wednesday; promised for Friday
    desk.request("submitted", submitted_at=yesterday(1))  # Monday; promised for Wednesday
    page = desk.read()
    assert "Antwoord was beloofd voor vrijdag 20 november" in page
    assert nl("Answer promised for tomorrow") in page


def test_the_queue_of_another_community_stays_there(desk: Desk) -> None:
    with rows(desk.engine) as session:
        factories.create_request(session, desk.elsewhere, state="submitted", text="Vraag uit Heerenveen.")
        factories.create_signal(session, desk.elsewhere)
    assert "Heerenveen." not in desk.read()
    assert set(_doors(desk.read()).values()) == {"0"}


def test_one_click_goes_to_the_next_new_request_and_not_to_the_one_just_handled(desk: Desk) -> None:
    first = desk.request("submitted", submitted_at=yesterday(3))
    second = desk.request("submitted", submitted_at=yesterday(2))
    assert desk.get("/next").location == f"{DESK}/requests/{first.id}"
    assert desk.get(f"/next?after={first.id}").location == f"{DESK}/requests/{second.id}"
    assert desk.get("/next?after=nonsense").location == f"{DESK}/requests/{first.id}"


def test_without_new_requests_next_leads_back_to_today(desk: Desk) -> None:
    assert desk.get("/next").location == DESK


@pytest.mark.parametrize("path", ["", "/requests", "/matches", "/volunteers", "/calls", "/signals", "/intake"])
def test_the_desk_is_for_its_own_coordinators_alone(desk: Desk, path: str) -> None:
    assert desk.get(path).status_code == 200
    assert desk.get(path, desk.froukje).status_code == 403
    assert desk.get(path, desk.dina).status_code == 403
    with rows(desk.engine) as session:
        administrator = factories.create_administrator(session, desk.community)
    assert desk.get(path, administrator).status_code == 403


def test_a_stranger_is_asked_to_sign_in(desk: Desk, client: Any) -> None:
    answer = client.get(DESK)
    assert answer.status_code == 302 and "/sign-in" in answer.location


@pytest.mark.parametrize("path", ["", "/requests", "/matches", "/volunteers", "/calls", "/signals", "/intake"])
def test_pages_of_the_desk_are_kept_by_nobody(desk: Desk, path: str) -> None:
    assert "no-store" in desk.get(path).headers["Cache-Control"]


def test_the_desk_speaks_english_too(desk: Desk) -> None:
    desk.request("submitted")
    with rows(desk.engine) as session:
        desk.marieke.language = "en"
        session.add(desk.marieke)
    page = desk.read()
    assert "Today at the desk" in page and "New requests" in page and "Vandaag" not in page
