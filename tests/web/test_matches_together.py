"""Two who both said yes, signed in: reaching each other, appointments, messages, and the end."""

from datetime import date, datetime

import pytest
from icalendar import Calendar
from sqlalchemy import Engine
from sqlmodel import Session, col, select

from models.tables import Appointment, Match, PairMessage, Person
from tests import factories
from tests.factories import NOW
from tests.web import pairs
from tests.web.conftest import token_for
from tests.web.pairs import Browser, Scene
from tests.web.walking import HERE, nl, rows, text_of

THURSDAY = {"day": "2026-11-26", "starts": "14:00", "ends": "16:00", "where": "home", "repeat": "once"}


@pytest.fixture
def scene(engine: Engine, signed_in: Browser) -> Scene:
    return pairs.scene(engine, signed_in)


@pytest.fixture
def match(scene: Scene) -> Match:
    return scene.match("agreed")


def appointments(scene: Scene) -> list[Appointment]:
    with Session(scene.engine) as session:
        return list(session.exec(select(Appointment).order_by(col(Appointment.starts_at), col(Appointment.id))))


def first_appointment(scene: Scene, match: Match) -> str:
    """Let the volunteer propose Thursday; gives the part of the address that names it."""
    scene.fill_in(scene.yusuf, match, "/plan", THURSDAY)
    return f"/appointments/{appointments(scene)[0].id}"


# ---- reaching each other ---------------------------------------------------------------------------------------------


def test_each_sees_how_to_reach_the_other_and_the_look_is_written_down_once_a_day(scene: Scene, match: Match) -> None:
    with rows(scene.engine) as session:
        session.get_one(Person, scene.dina.id).address = "Lindelaan 4, Hengelo"
    mine = scene.read(scene.yusuf, match)
    assert "06 12345678" in mine and "dina@post.example" in mine and "Lindelaan 4, Hengelo" in mine
    scene.read(scene.yusuf, match)
    assert scene.looks(scene.dina) == ["volunteer"] and scene.looks(scene.yusuf) == []
    theirs = scene.read(scene.dina, match)
    assert "06 87654321" in theirs and "yusuf@post.example" in theirs
    assert nl("Change the address") in theirs
    assert "Yusuf, dinsdag 24 november" in theirs  # who saw my details
    assert scene.looks(scene.yusuf) == ["resident"]


def test_what_happens_now_stands_there_with_its_days(scene: Scene, match: Match) -> None:
    page = scene.read(scene.yusuf, match)
    assert nl("You and %(name)s both said yes.", name="Dina") in page and "maandag 23 november" in page
    assert nl("You agree on a day together.") in page
    first_appointment(scene, match)
    assert "donderdag 26 november, 14:00 tot 16:00 uur" in scene.read(scene.yusuf, match)


def test_a_volunteer_still_reads_what_it_was_about(scene: Scene, match: Match) -> None:
    assert "Iemand wil graag gezelschap op weg naar het ziekenhuis." in scene.read(scene.yusuf, match)


# ---- appointments ----------------------------------------------------------------------------------------------------


def test_a_day_is_proposed_by_one_and_suits_the_other(scene: Scene, match: Match) -> None:
    there = first_appointment(scene, match)
    assert scene.again(match).state == "active"
    assert scene.told(scene.dina) == ["appointment_planned"]
    assert nl("Yes, that suits me") in scene.read(scene.dina, match)
    page = text_of(scene.press(scene.dina, match, f"{there}/confirm"))
    assert nl("Good. You meet %(name)s on %(day)s.", name="Yusuf", day="donderdag 26 november") in page
    assert appointments(scene)[0].state == "confirmed"


def test_who_proposed_a_day_does_not_say_yes_for_the_other(scene: Scene, match: Match) -> None:
    there = first_appointment(scene, match)
    page = text_of(scene.press(scene.yusuf, match, f"{there}/confirm"))
    assert nl("You proposed this moment yourself. The other one still has to say yes.") in page
    assert appointments(scene)[0].state == "planned"


def test_a_day_at_a_meeting_place_names_its_opening_hours(scene: Scene, match: Match) -> None:
    with rows(scene.engine) as session:
        place = factories.create_meeting_place(session, scene.community, name="De Stoofpeer", opening_hours="di 9-12")
    page = text_of(scene.fill_in(scene.yusuf, match, "/plan", {**THURSDAY, "where": f"place-{place.id}"}))
    assert f"De Stoofpeer, {place.address}" in page and "di 9-12" in page


def test_a_weekly_appointment_stands_in_the_calendar_whole(scene: Scene, match: Match) -> None:
    weekly = {**THURSDAY, "repeat": "weekly", "until": "2026-12-17"}
    page = text_of(scene.fill_in(scene.yusuf, match, "/plan", weekly))
    assert [a.starts_at.date() for a in appointments(scene)] == [
        date(2026, 11, 26), date(2026, 12, 3), date(2026, 12, 10), date(2026, 12, 17),
    ]  # fmt: skip
    assert nl("All appointments in my calendar") in page
    file = scene.get(scene.yusuf, match, "/calendar.ics")
    assert len(Calendar.from_ical(file.data).walk("VEVENT")) == 4


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"day": ""}, "day"),
        ({"day": "2026-02-31"}, "day"),
        ({"day": "0001-01-01"}, "day"),
        ({"day": "9999-12-31"}, "day"),
        ({"day": "2026-11-23"}, "day"),
        ({"starts": ""}, "starts"),
        ({"starts": "25:99"}, "starts"),
        ({"ends": "13:00"}, "ends"),
        ({"ends": "14:00"}, "ends"),
        ({"where": ""}, "where"),
        ({"where": "place-99999"}, "where"),
        ({"where": "elsewhere", "place": ""}, "place"),
        ({"where": "elsewhere", "place": "x" * 10_000}, "place"),
        ({"repeat": "weekly", "until": ""}, "until"),
        ({"repeat": "weekly", "until": "2026-11-20"}, "until"),
        ({"repeat": "weekly", "until": "2028-11-01"}, "until"),
    ],
)
def test_a_day_that_cannot_be_says_so_at_its_field(
    scene: Scene, match: Match, changed: dict[str, str], field: str
) -> None:
    answer = scene.fill_in(scene.yusuf, match, "/plan", {**THURSDAY, **changed})
    page = text_of(answer)
    assert answer.status_code == 422 and "<title>" + nl("Error:") in page
    assert f'id="{field}-error"' in page
    assert appointments(scene) == [] and scene.again(match).state == "agreed"


def test_an_appointment_is_moved_and_cancelled_and_the_other_hears_it(scene: Scene, match: Match) -> None:
    there = first_appointment(scene, match)
    friday = {"day": "2026-11-27", "starts": "10:00", "ends": "11:00", "where": "elsewhere", "place": "Bibliotheek"}
    page = text_of(scene.fill_in(scene.dina, match, f"{there}/move", friday))
    assert "vrijdag 27 november" in page and "Bibliotheek" in page
    newer = appointments(scene)[-1]
    scene.fill_in(scene.yusuf, match, f"/appointments/{newer.id}/cancel", {"reason": "Griep"})
    assert scene.again(newer).state == "cancelled"
    assert "Griep" in scene.read(scene.dina, match)
    assert scene.told(scene.dina) == ["appointment_planned", "appointment_moved", "appointment_cancelled"]


@pytest.mark.parametrize("step", ["/move", "/cancel", "/calendar.ics"])
def test_the_appointments_of_others_are_not_found(scene: Scene, match: Match, step: str) -> None:
    with rows(scene.engine) as session:
        elsewhere = factories.create_appointment(session, factories.create_match(session, state="active"))
    for number in (elsewhere.id, 99999, "9" * 30):
        assert scene.get(scene.yusuf, match, f"/appointments/{number}{step}").status_code == 404


def test_a_late_click_on_an_appointment_is_explained(scene: Scene, match: Match) -> None:
    there = first_appointment(scene, match)
    with rows(scene.engine) as session:
        session.get_one(Appointment, appointments(scene)[0].id).state = "cancelled"
    browser = scene.signed_in(scene.dina)
    token = {"csrf_token": token_for(browser)}
    for step in ("/confirm", "/cancel"):
        answer = browser.post(scene.path(match, there + step), data=token, follow_redirects=True)
        assert nl("Somebody changed this a moment ago. Look at it again.") in text_of(answer)


# ---- in one's own calendar -------------------------------------------------------------------------------------------


def test_an_appointment_goes_into_a_calendar_with_the_page_and_no_token(scene: Scene, match: Match) -> None:
    there = first_appointment(scene, match)
    file = scene.get(scene.yusuf, match, f"{there}/calendar.ics")
    assert file.content_type == "text/calendar; charset=utf-8"
    entry = Calendar.from_ical(file.data).walk("VEVENT")[0]
    assert str(entry["summary"]) == "Afspraak met Dina"
    assert entry["dtstart"].dt.replace(tzinfo=None) == datetime(2026, 11, 26, 14)
    assert str(entry["url"]).endswith(f"{HERE}/matches/{match.id}") and "/r/" not in file.get_data(as_text=True)


def test_an_address_that_is_taken_into_a_calendar_was_seen(scene: Scene, match: Match) -> None:
    there = first_appointment(scene, match)
    with rows(scene.engine) as session:
        session.get_one(Person, scene.dina.id).address = "Lindelaan 4"
    file = scene.get(scene.yusuf, match, f"{there}/calendar.ics")
    assert "Lindelaan 4" in file.get_data(as_text=True) and scene.looks(scene.dina) == ["volunteer"]


def test_there_is_no_calendar_before_both_said_yes(scene: Scene) -> None:
    assert scene.get(scene.yusuf, scene.match("approved"), "/calendar.ics").status_code == 404


# ---- where to meet first ---------------------------------------------------------------------------------------------


def test_a_first_meeting_place_is_chosen_and_shown_with_its_hours(scene: Scene, match: Match) -> None:
    with rows(scene.engine) as session:
        place = factories.create_meeting_place(session, scene.community, name="De Stoofpeer", opening_hours="di 9-12")
        closed = factories.create_meeting_place(session, scene.community, name="Dicht", open=False)
    scene.fill_in(scene.yusuf, match, "/first-place", {"place": str(place.id)})
    page = scene.read(scene.dina, match)
    assert "De Stoofpeer" in page and place.address in page and "di 9-12" in page
    assert scene.fill_in(scene.dina, match, "/first-place", {"place": str(closed.id)}).status_code == 422
    assert scene.again(match).meeting_place_id == place.id


# ---- messages --------------------------------------------------------------------------------------------------------


def messages(scene: Scene) -> list[PairMessage]:
    with Session(scene.engine) as session:
        return list(session.exec(select(PairMessage).order_by(col(PairMessage.id))))


def test_a_message_is_read_by_the_other_and_told_without_its_words(scene: Scene, match: Match) -> None:
    scene.press(scene.yusuf, match, "/messages", {"body": "Komt 14 uur uit?\n<b>Yusuf</b>"})
    assert scene.told(scene.dina) == ["pair_message"]
    assert messages(scene)[0].read_at is None
    assert "Komt 14 uur uit?\n&lt;b&gt;Yusuf&lt;/b&gt;" in scene.read(scene.dina, match)
    assert messages(scene)[0].read_at is not None


@pytest.mark.parametrize("body", ["", "   ", "x" * 2001, "een\0twee", "Mijn nummer is 111222333"])
def test_a_message_that_cannot_be_sent_stays_with_the_reason(scene: Scene, match: Match, body: str) -> None:
    answer = scene.press(scene.yusuf, match, "/messages", {"body": body})
    assert answer.status_code == 422 and 'id="body-error"' in text_of(answer)
    if "\0" not in body:
        assert body in text_of(answer)
    assert messages(scene) == []


def test_a_message_after_the_end_is_explained(scene: Scene, match: Match) -> None:
    browser = scene.signed_in(scene.yusuf)
    token = token_for(browser)
    with rows(scene.engine) as session:
        session.get_one(Match, match.id).state = "failed"
        session.get_one(Match, match.id).approved_at = NOW
    answer = browser.post(scene.path(match, "/messages"), data={"csrf_token": token, "body": "Hallo"})
    assert answer.status_code == 303 and messages(scene) == []


def test_writing_without_end_takes_a_pause(scene: Scene, match: Match) -> None:
    with rows(scene.engine) as session:
        for number in range(30):
            factories.create_pair_message(session, match, scene.yusuf, body=f"Bericht {number}")
    answer = scene.press(scene.yusuf, match, "/messages", {"body": "Nog een"})
    assert answer.status_code == 429 and "Nog een" in text_of(answer) and len(messages(scene)) == 30


# ---- done, or stopped ------------------------------------------------------------------------------------------------


def test_a_volunteer_completes_with_hours_and_a_resident_with_thanks(scene: Scene) -> None:
    mine, theirs = scene.match("active"), scene.match("active")
    page = text_of(scene.fill_in(scene.yusuf, mine, "/complete", {"hours": "2,5"}))
    assert (scene.again(mine).state, scene.again(mine).hours) == ("completed", 2.5)
    assert nl("You helped %(name)s", name="Dina") in page
    scene.fill_in(scene.dina, theirs, "/complete", {"thanks": "Heel veel dank!"})
    assert scene.again(theirs).thanks == "Heel veel dank!"
    assert "Heel veel dank!" in scene.read(scene.yusuf, theirs)
    assert scene.request_of(theirs).state == "fulfilled"


@pytest.mark.parametrize("hours", ["-1", "1e9", "NaN", "1001", "twee", "1.2.3", "\u0663"])
def test_hours_that_are_no_hours_are_explained(scene: Scene, hours: str) -> None:
    match = scene.match("active")
    answer = scene.fill_in(scene.yusuf, match, "/complete", {"hours": hours})
    assert answer.status_code == 422 and 'id="hours-error"' in text_of(answer)
    assert scene.again(match).state == "active"


@pytest.mark.parametrize(
    ("why", "ends", "signal"), [("no_click", "failed", "failed"), ("changed", "withdrawn", "withdrawn")]
)
def test_a_volunteer_stops_and_the_request_opens_again(
    scene: Scene, match: Match, why: str, ends: str, signal: str
) -> None:
    page = text_of(scene.fill_in(scene.yusuf, match, "/stop", {"why": why, "note": "Helaas."}))
    assert scene.again(match).state == ends and "Helaas." in scene.again(match).reason
    assert nl("You have stopped with this") in page
    assert scene.request_of(match).state == "open"
    assert signal in [found.kind for found in scene.signals()]
    assert scene.told(scene.dina) == ["match_ended"]
    assert "Helaas." not in scene.read(scene.dina, match)


@pytest.mark.parametrize(("still", "state"), [("yes", "open"), ("no", "withdrawn")])
def test_a_resident_who_stops_says_whether_help_is_still_wanted(
    scene: Scene, match: Match, still: str, state: str
) -> None:
    scene.fill_in(scene.dina, match, "/stop", {"why": "time", "still": still})
    assert scene.request_of(match).state == state


def test_stopping_asks_why(scene: Scene, match: Match) -> None:
    assert scene.fill_in(scene.dina, match, "/stop", {"still": "yes"}).status_code == 422
    assert scene.fill_in(scene.dina, match, "/stop", {"why": "time"}).status_code == 422
    assert scene.again(match).state == "agreed"


@pytest.mark.parametrize("step", ["/plan", "/complete", "/stop", "/first-place"])
def test_a_step_that_comes_too_late_leads_to_how_it_ended(scene: Scene, step: str) -> None:
    match = scene.match("completed")
    answer = scene.get(scene.yusuf, match, step, follow_redirects=True)
    assert answer.status_code == 200 and nl("You helped %(name)s", name="Dina") in text_of(answer)
