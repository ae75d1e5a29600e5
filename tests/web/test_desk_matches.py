"""Matches at the desk: how they stand, both people, and what a coordinator writes down in their name."""

from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import Engine

from models.tables import Match
from tests import factories
from tests.web import desk as desks
from tests.web.desk import Browser, Desk
from tests.web.walking import nl, rows, text_of


@pytest.fixture
def desk(engine: Engine, signed_in: Browser) -> Desk:
    return desks.open_desk(engine, signed_in)


def _match(desk: Desk, state: str, **columns: Any) -> Match:
    standing = {"agreed": "matched", "active": "matched", "completed": "fulfilled"}.get(state, "open")
    return desk.match(desk.request(standing), desk.yusuf, state, **columns)


def _step(desk: Desk, match: Match, name: str, **data: str) -> Any:
    return desk.press(f"/matches/{match.id}/{name}", data, page=f"/matches/{match.id}/{name}")


def test_the_lists_hold_what_waits_for_whom(desk: Desk) -> None:
    _match(desk, "proposed", origin="volunteer")
    assert "Yusuf → Dina" in desk.read("/matches")
    assert nl("Offered") in desk.read("/matches")
    for group in ("waiting", "running", "ended"):
        assert nl("This list is empty") in desk.read(f"/matches?group={group}")
    assert desk.get("/matches?group=nonsense").status_code == 404


@pytest.mark.parametrize(
    "state",
    ["proposed", "approved", "accepted_by_volunteer", "agreed", "active", "completed", "rejected", "declined", "lapsed",
     "failed", "withdrawn"],
)  # fmt: skip
def test_a_match_is_told_as_plain_steps_in_every_state(desk: Desk, state: str) -> None:
    page = desk.read(f"/matches/{_match(desk, state).id}")
    assert page.count("<h1") == 1 and nl("How it stands") in page
    assert state not in page.replace(f"{state}.css", "")  # never as a code
    assert ('aria-current="step"' in page) == (state != "completed")


def test_both_people_are_shown_to_the_desk_and_the_look_is_written_down_once(desk: Desk) -> None:
    match = _match(desk, "approved")
    page = desk.read(f"/matches/{match.id}")
    assert "06 12345678" in page and "06 87654321" in page
    desk.read(f"/matches/{match.id}")
    assert desk.looks(desk.dina) == [desk.marieke.id]
    assert desk.looks(desk.person_of(desk.yusuf)) == [desk.marieke.id]


def test_what_the_two_write_to_each_other_is_not_for_the_desk(desk: Desk) -> None:
    match = _match(desk, "agreed")
    with rows(desk.engine) as session:
        factories.create_pair_message(session, match, desk.dina, body="Dit is alleen voor Yusuf.")
    assert "alleen voor Yusuf" not in desk.read(f"/matches/{match.id}")


def test_check_ins_and_appointments_are_shown_to_the_desk(desk: Desk) -> None:
    match = _match(desk, "active")
    with rows(desk.engine) as session:
        meeting = factories.create_appointment(
            session, match, starts_at=datetime(2026, 11, 23, 14), ends_at=datetime(2026, 11, 23, 16), place="De Klomp"
        )
        factories.create_check_in(session, meeting, desk.dina, answer="not_good", note="Hij had haast.")
    page = desk.read(f"/matches/{match.id}")
    assert "maandag 23 november, 14:00 tot 16:00 uur" in page and "De Klomp" in page
    assert "Hij had haast." in page and nl("Not good") in page


@pytest.mark.parametrize(
    ("before", "name", "data", "after", "request_after"),
    [
        ("approved", "yes", {}, "accepted_by_volunteer", "open"),
        ("accepted_by_volunteer", "yes", {}, "agreed", "matched"),
        ("approved", "no", {"text": "Geen tijd."}, "declined", "open"),
        ("accepted_by_volunteer", "no", {"text": "Liever een vrouw."}, "declined", "open"),
        ("proposed", "reject", {"text": "Woont te ver."}, "rejected", "open"),
        ("approved", "withdraw", {"text": ""}, "withdrawn", "open"),
        ("agreed", "withdraw", {"text": ""}, "withdrawn", "open"),
        ("active", "complete", {"text": "Dank!", "hours": "1,5"}, "completed", "fulfilled"),
        ("active", "complete", {"text": "", "hours": ""}, "completed", "fulfilled"),
        ("active", "fail", {"text": "Klikte niet.", "still_wanted": "y"}, "failed", "open"),
    ],
)
def test_what_was_heard_is_written_down_in_the_coordinators_name(
    desk: Desk, before: str, name: str, data: dict[str, str], after: str, request_after: str
) -> None:
    match = _match(desk, before)
    assert f"/matches/{match.id}/{name}" in desk.read(f"/matches/{match.id}")
    question = desk.read(f"/matches/{match.id}/{name}")
    assert question.count("<h1") == 1 and nl("No, go back") in question and "%(name)s" not in question
    answer = _step(desk, match, name, **data)
    assert answer.status_code == 200, text_of(answer)
    changed = desk.again(match)
    assert changed.state == after
    with rows(desk.engine) as session:
        assert session.get_one(type(desk.request()), match.request_id).state == request_after
    if name == "complete" and data["hours"]:
        assert (changed.hours, changed.thanks) == (1.5, "Dank!")
    assert "Marieke, coördinator" in desk.read(f"/matches/{match.id}")


def test_the_page_asks_about_the_one_who_was_asked(desk: Desk) -> None:
    assert nl("Did %(name)s say yes?", name="Yusuf") in desk.read(f"/matches/{_match(desk, 'approved').id}/yes")
    other = _match(desk, "accepted_by_volunteer")
    page = desk.read(f"/matches/{other.id}/yes")
    assert nl("Did %(name)s say yes?", name="Dina") in page
    assert nl("After this both see how to reach each other.") in page


def test_help_that_failed_and_is_no_longer_wanted_ends_the_request(desk: Desk) -> None:
    match = _match(desk, "active")
    _step(desk, match, "fail", text="Verhuisd.")
    assert desk.again(match).state == "failed"
    with rows(desk.engine) as session:
        assert session.get_one(type(desk.request()), match.request_id).state != "open"


@pytest.mark.parametrize(("state", "name"), [("approved", "no"), ("proposed", "reject"), ("active", "fail")])
def test_a_no_without_its_reason_is_refused_at_the_field(desk: Desk, state: str, name: str) -> None:
    match = _match(desk, state)
    answer = _step(desk, match, name, text=" ")
    assert answer.status_code == 422 and "Schrijf het in een paar woorden op." in text_of(answer)
    assert desk.again(match).state == state


@pytest.mark.parametrize("hours", ["-1", "1e9", "NaN", "inf", "1001", "een", "1,555"])
def test_hours_that_cannot_be_are_refused_and_kept(desk: Desk, hours: str) -> None:
    match = _match(desk, "active")
    answer = _step(desk, match, "complete", hours=hours, text="Dank!")
    assert answer.status_code == 422
    assert f'value="{hours}"' in text_of(answer) and "Dank!" in text_of(answer)
    assert desk.again(match).state == "active"


@pytest.mark.parametrize(
    ("state", "name"),
    [
        ("completed", "withdraw"),
        ("declined", "yes"),
        ("agreed", "complete"),
        ("proposed", "yes"),
        ("approved", "reject"),
    ],
)
def test_a_step_that_does_not_exist_any_more_explains(desk: Desk, state: str, name: str) -> None:
    match = _match(desk, state)
    page = text_of(desk.get(f"/matches/{match.id}/{name}", follow_redirects=True))
    assert nl("This match has changed meanwhile. You see here how it stands now.") in page
    desk.press(f"/matches/{match.id}/{name}", {"text": "x"}, page=f"/matches/{match.id}")
    assert desk.again(match).state == state


def test_the_place_of_the_first_meeting_is_chosen_from_the_communitys_own(desk: Desk) -> None:
    match = _match(desk, "agreed")
    with rows(desk.engine) as session:
        ours = factories.create_meeting_place(session, desk.community, name="De Klomp")
        theirs = factories.create_meeting_place(session, desk.elsewhere)
    page = f"/matches/{match.id}"
    desk.press(f"{page}/place", {"meeting_place": str(ours.id)}, page=page)
    assert desk.again(match).meeting_place_id == ours.id
    for bad in (str(theirs.id), "x", "-1", "99999999999"):
        answer = desk.press(f"{page}/place", {"meeting_place": bad}, page=page)
        assert answer.status_code == 422, bad
    assert desk.again(match).meeting_place_id == ours.id
    desk.press(f"{page}/place", {"meeting_place": ""}, page=page)
    assert desk.again(match).meeting_place_id is None
