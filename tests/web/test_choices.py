"""Two or three moments on the pages of both sides and the desk: proposed, chosen, none of these; no script needed."""

import re
from datetime import datetime
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine

from models.tables import Appointment, Community, OutboxMessage
from tests.web import desk as desks
from tests.web import walking
from tests.web.conftest import post
from tests.web.desk import Browser
from tests.web.together import NEXT_WEEK, Together
from tests.web.walking import nl, rows, text_of

THREE = {
    **NEXT_WEEK,
    "day2": "2026-12-03", "starts2": "10:00", "ends2": "11:30",
    "day3": "2026-12-08", "starts3": "13:30", "ends3": "15:00",
}  # fmt: skip
DAYS = ("dinsdag 1 december", "donderdag 3 december", "dinsdag 8 december")


@pytest.fixture
def here(engine: Engine) -> Community:
    return walking.two_communities(engine)[0]


@pytest.fixture
def two(site: Flask, engine: Engine, here: Community) -> Together:
    return Together(site, engine, here)


def proposed_by(two: Together, person_id: int | None, **columns: Any) -> list[Appointment]:
    times = [(datetime(2026, 12, 1, 14), "a"), (datetime(2026, 12, 3, 10), "b")]
    return [
        two.appointment(
            starts_at=start, ends_at=start.replace(hour=start.hour + 2), state="proposed", choice="choice",
            planned_by=person_id, **columns,
        )
        for start, _name in times
    ]  # fmt: skip


def states(two: Together) -> list[str]:
    return [row.state for row in two.all(Appointment)]


def test_three_moments_are_proposed_without_a_script(client: FlaskClient, two: Together) -> None:
    page = text_of(client.get(f"{two.page}/plan"))
    assert page.count('<details class="more"') == 2 and nl("Another moment") in page and nl("A third moment") in page
    answer = post(client, f"{two.page}/plan", THREE)
    assert answer.status_code == 303
    found = two.all(Appointment)
    assert [f"{one.starts_at:%d-%m %H:%M}" for one in found] == ["01-12 14:00", "03-12 10:00", "08-12 13:30"]
    assert {one.state for one in found} == {"proposed"} and two.now(two.match).state == "agreed"
    page = text_of(client.get(two.page))
    assert all(day in page for day in DAYS)
    assert nl("You proposed these moments") in page and "Yusuf kiest er een" in page
    assert nl("Choose this one") not in page, "who proposed waits"
    [mail] = two.all(OutboxMessage)
    assert (mail.name, mail.recipient_id) == ("appointment_planned", two.helper.id)


def test_a_second_click_proposes_once(client: FlaskClient, two: Together) -> None:
    for _click in range(2):
        assert post(client, f"{two.page}/plan", THREE).status_code == 303
    assert len(two.all(Appointment)) == 3


def test_the_second_alone_may_stay_empty(client: FlaskClient, two: Together) -> None:
    post(client, f"{two.page}/plan", {**THREE, "day2": "", "starts2": "", "ends2": ""})
    assert [f"{one.starts_at:%d}" for one in two.all(Appointment)] == ["01", "08"]


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"day2": ""}, "day2"),
        ({"starts2": ""}, "starts2"),
        ({"ends3": "noon"}, "ends3"),
        ({"day2": "2026-02-31"}, "day2"),
        ({"day2": "2026-11-01"}, "day2"),
        ({"starts3": "noon"}, "starts3"),
        ({"ends3": "13:00"}, "ends3"),
        ({"day2": "2026-12-01", "starts2": "15:00", "ends2": "17:00"}, "starts2"),
        ({"day2": "", "starts2": "", "ends2": "", "day3": "2026-12-01", "starts3": "14:30"}, "starts3"),
    ],
)
def test_a_moment_that_cannot_be_is_refused_at_its_own_field_and_stays(
    client: FlaskClient, two: Together, changed: dict[str, str], field: str
) -> None:
    answer = post(client, f"{two.page}/plan", {**THREE, **changed})
    page = text_of(answer)
    assert answer.status_code == 422 and f'href="#{field}"' in page
    assert re.search(r'name="day3"[^>]*value="2026-12', page) and two.all(Appointment) == []
    assert '<details class="more" open>' in page


def test_the_other_side_sees_large_buttons_and_picks_one(client: FlaskClient, two: Together) -> None:
    moments = proposed_by(two, two.helper.id)
    assert "Wanneer ziet u Yusuf?" in text_of(client.get(two.link))
    page = text_of(client.get(two.page))
    assert page.count('class="moment"') == 2 and page.count(nl("Choose this one")) == 2
    assert nl("None of these") in page and nl("Yes, that suits me") not in page
    pick = f"{two.page}/appointment/{moments[1].id}/pick"
    answer = post(client, pick, page=two.page)
    assert answer.status_code == 303 and states(two) == ["cancelled", "confirmed"]
    assert two.now(two.match).state == "active"
    page = text_of(client.get(two.page))
    assert "Goed. U ziet Yusuf op donderdag 3 december." in page and 'class="moment"' not in page
    assert post(client, pick, page=two.page).status_code == 303 and states(two) == ["cancelled", "confirmed"]
    post(client, f"{two.page}/appointment/{moments[0].id}/pick", page=two.page)
    assert nl("Another moment was chosen a moment ago. Look at it again.") in text_of(client.get(two.page))


def test_ones_own_proposal_is_not_picked(client: FlaskClient, two: Together) -> None:
    moments = proposed_by(two, two.resident.id)
    post(client, f"{two.page}/appointment/{moments[0].id}/pick", page=two.page)
    assert states(two) == ["proposed", "proposed"]


@pytest.mark.parametrize("step", ["pick", "none-suits"])
def test_the_moments_of_another_pair_do_not_exist(
    client: FlaskClient, site: Flask, engine: Engine, here: Community, two: Together, step: str
) -> None:
    theirs = proposed_by(Together(site, engine, here), None)[0]
    assert post(client, f"{two.page}/appointment/{theirs.id}/{step}", page=two.page).status_code == 404
    assert client.get(f"{two.page}/plan?instead={theirs.id}").status_code == 404
    assert two.now(theirs).state == "proposed"


@pytest.mark.parametrize("instead", ["", "x", "-1", "1e9", "9" * 30, "²"])
def test_instead_of_what_was_never_there_is_a_plain_proposal(client: FlaskClient, two: Together, instead: str) -> None:
    assert client.get(f"{two.page}/plan", query_string={"instead": instead}).status_code == 200


def test_none_of_these_leads_to_another_proposal_that_takes_their_place(client: FlaskClient, two: Together) -> None:
    moments = proposed_by(two, two.helper.id, place="Bij de bakker")
    page = text_of(client.get(f"{two.page}/plan?instead={moments[0].id}"))
    assert DAYS[0] in page and "Bij de bakker" in page and nl("This comes instead of:") in page
    assert states(two) == ["proposed", "proposed"], "looking changes nothing"
    post(client, f"{two.page}/plan", {**NEXT_WEEK, "day": "2026-12-10", "instead": str(moments[0].id)})
    assert states(two) == ["cancelled", "cancelled", "planned"]
    assert {mail.name for mail in two.all(OutboxMessage)} == {"appointment_planned"}


def test_a_proposal_in_their_place_that_is_refused_takes_nothing_away(client: FlaskClient, two: Together) -> None:
    moments = proposed_by(two, two.helper.id)
    answer = post(client, f"{two.page}/plan", {**NEXT_WEEK, "ends": "13:00", "instead": str(moments[0].id)})
    page = text_of(answer)
    assert answer.status_code == 422 and states(two) == ["proposed", "proposed"]
    assert re.search(rf'name="instead" value="{moments[0].id}"', page)


def test_only_letting_know_that_none_suits(client: FlaskClient, two: Together) -> None:
    moments = proposed_by(two, two.helper.id)
    post(client, f"{two.page}/appointment/{moments[0].id}/none-suits", page=f"{two.page}/plan?instead={moments[0].id}")
    assert states(two) == ["cancelled", "cancelled"]
    page = text_of(client.get(two.page))
    assert "Deze momenten zijn weg. We laten het Yusuf weten." in page
    assert "gaat niet door" not in page, "nobody was expected, so nothing is cancelled"


def test_moments_of_the_past_are_not_offered(client: FlaskClient, two: Together) -> None:
    two.appointment(starts_at=datetime(2026, 11, 20, 10), ends_at=datetime(2026, 11, 20, 11), state="proposed",
                    choice="old", planned_by=two.helper.id)  # fmt: skip
    assert 'class="moment"' not in text_of(client.get(two.page))


def test_at_the_desk_a_moment_is_picked_for_who_phones(engine: Engine, signed_in: Browser) -> None:
    desk = desks.open_desk(engine, signed_in)
    match = desk.match(desk.request("matched"), desk.yusuf, "agreed")
    here = f"/matches/{match.id}"
    done = text_of(desk.press(f"{here}/plan", THREE, page=f"{here}/plan"))
    assert nl("They can choose now. We let both know.") in done
    assert done.count(nl("This one suits")) == 3 and done.count(nl("None of these")) == 1
    numbers = re.findall(r"/appointments/(\d+)/pick", done)
    done = text_of(desk.press(f"{here}/appointments/{numbers[1]}/pick", page=here))
    assert nl("This one suits") not in done and "donderdag 3 december" in done
    with rows(engine) as session:
        assert [session.get_one(Appointment, int(n)).state for n in numbers] == ["cancelled", "confirmed", "cancelled"]


def test_at_the_desk_none_of_them_suits(engine: Engine, signed_in: Browser) -> None:
    desk = desks.open_desk(engine, signed_in)
    match = desk.match(desk.request("matched"), desk.yusuf, "agreed")
    here = f"/matches/{match.id}"
    done = text_of(desk.press(f"{here}/plan", THREE, page=f"{here}/plan"))
    [number] = re.findall(r"plan\?instead=(\d+)", done)
    page = desk.read(f"{here}/plan?instead={number}")
    assert nl("Only let them know that none suits") in page
    done = text_of(desk.press(f"{here}/appointments/{number}/none-suits", page=f"{here}/plan?instead={number}"))
    assert nl("These moments are taken away. We let both know.") in done and nl("This one suits") not in done
