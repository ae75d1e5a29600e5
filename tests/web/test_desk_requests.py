"""Requests at the desk: finding them, reading them, and what a coordinator does with them."""

from typing import Any

import pytest
import time_machine
from sqlalchemy import Engine

from models.tables import Area, Person
from tests import factories
from tests.factories import NOW, TODAY
from tests.web import desk as desks
from tests.web.desk import Browser, Desk, yesterday
from tests.web.walking import nl, rows, text_of


@pytest.fixture
def desk(engine: Engine, signed_in: Browser) -> Desk:
    return desks.open_desk(engine, signed_in)


# ---- lists -----------------------------------------------------------------------------------------------------------


def test_a_list_holds_25_and_leads_on_to_the_rest(desk: Desk) -> None:
    with rows(desk.engine) as session:
        for number in range(30):
            person = factories.create_person(session, first_name=f"Bewoner{number:02}")
            factories.create_request(session, desk.community, person, submitted_at=yesterday(40 - number))
    first, second = desk.read("/requests?group=open"), desk.read("/requests?group=open&page=2")
    assert first.count('<a class="row') == 25 and second.count('<a class="row') == 5
    assert "Bewoner00" in first and "Bewoner29" not in first
    assert "Bewoner29" in second
    assert "30 hulpvragen" in first


def test_an_empty_list_and_one_too_far_say_what_to_do(desk: Desk) -> None:
    assert nl("This list is empty") in desk.read("/requests")
    assert nl("This page of the list is empty now") in desk.read("/requests?page=9")
    assert nl("Nothing found") in desk.read("/requests?words=zeppelin")


@pytest.mark.parametrize("bad", ["group=nonsense", "page=99999999999"])
def test_a_list_that_does_not_exist_is_not_found(desk: Desk, bad: str) -> None:
    assert desk.get(f"/requests?{bad}").status_code == 404


@pytest.mark.parametrize(
    "odd", ["page=-1", "page=x", "page=٣", "kind=nonsense", "area=%00", "words=%00%F0%9F", "words=" + "%25" * 90]
)
def test_odd_filters_are_no_filters(desk: Desk, odd: str) -> None:
    assert desk.get(f"/requests?{odd}").status_code == 200


def test_filters_by_kind_neighbourhood_and_words(desk: Desk) -> None:
    with rows(desk.engine) as session:
        for name, postcode, kind, text in (
            ("Berend", "7551", "garden", "De heg is te hoog."),
            ("Corrie", "7621", "garden", "Het gras staat een meter hoog."),
            ("Dries", "7551", "groceries", "Boodschappen op vrijdag."),
        ):
            person = factories.create_person(session, first_name=name)
            factories.create_request(session, desk.community, person, postcode=postcode, kinds=[kind], text=text)
        area = session.get_one(Area, "7621")
        area.neighbourhood = "Borne-Centrum"
        session.add(area)
    by_kind = desk.read("/requests?group=open&kind=garden")
    assert "Berend" in by_kind and "Corrie" in by_kind and "Dries" not in by_kind
    by_area = desk.read("/requests?group=open&area=Borne-Centrum")
    assert "Corrie" in by_area and "Berend" not in by_area
    assert "Dries" in desk.read("/requests?group=open&words=boodschappen+VRIJDAG")
    assert "Berend" in desk.read("/requests?group=open&words=berend")


def test_a_percent_sign_in_a_search_is_a_percent_sign(desk: Desk) -> None:
    desk.request(text="Ik ben 100% alleen.")
    assert "Dina" in desk.read("/requests?group=open&words=100%25")
    assert nl("Nothing found") in desk.read("/requests?group=open&words=a%25b")


def test_the_list_of_another_community_stays_there(desk: Desk) -> None:
    desk.request("submitted")
    with rows(desk.engine) as session:
        person = factories.create_person(session, first_name="Sjoukje")
        factories.create_request(session, desk.elsewhere, person, state="submitted")
    page = desk.read("/requests")
    assert "Dina" in page and "Sjoukje" not in page


# ---- one request -----------------------------------------------------------------------------------------------------


def test_a_request_is_shown_as_it_was_told(desk: Desk) -> None:
    asked = desk.request(
        "submitted",
        text="Wie kan mij dinsdag brengen? Ik durf niet alleen.",
        when={"kind": "once", "start": "2026-12-08T13:30", "end": "2026-12-08T15:30"},
        urgency="high",
    )
    page = desk.read(f"/requests/{asked.id}")
    for words in ("Ik durf niet alleen.", "Dina Haverkamp", "dinsdag 8 december, 13:30 tot 15:30", "Hengelo 7551"):
        assert words in page
    assert str(asked.reference) in page
    assert nl("Urgent") in page


def test_who_asked_for_somebody_and_whether_they_were_told_is_shown(desk: Desk) -> None:
    with rows(desk.engine) as session:
        anna = factories.create_person(session, first_name="Anna")
    asked = desk.request("submitted", asker_id=anna.id, contact_id=anna.id, relation="daughter", told="by_phone",
                         told_on=TODAY)  # fmt: skip
    page = desk.read(f"/requests/{asked.id}")
    assert "Anna (dochter)" in page
    assert "Ja, aan de telefoon, dinsdag 24 november" in page


def test_how_to_reach_them_appears_after_one_click_that_is_written_down_once_a_day(desk: Desk) -> None:
    asked = desk.request("submitted")
    assert "06 12345678" not in desk.read(f"/requests/{asked.id}")
    page = text_of(desk.press(f"/requests/{asked.id}/contact", page=f"/requests/{asked.id}"))
    assert "06 12345678" in page and "dina@post.example" in page
    desk.press(f"/requests/{asked.id}/contact", page=f"/requests/{asked.id}")
    assert desk.looks(desk.dina) == [desk.marieke.id]
    assert "06 12345678" not in desk.read(f"/requests/{asked.id}", desk.joost)
    with time_machine.travel(yesterday(-1)):
        assert "06 12345678" not in desk.read(f"/requests/{asked.id}")


def test_a_draft_is_nobodys_business(desk: Desk) -> None:
    with rows(desk.engine) as session:
        draft = factories.create_request(session, desk.community, state="draft")
    assert desk.get(f"/requests/{draft.id}").status_code == 404


PATHS = ("", "/letter", "/noted", "/close", "/ask", "/refer", "/withdraw")


@pytest.mark.parametrize("path", PATHS)
def test_a_request_of_another_community_does_not_exist_here(desk: Desk, path: str) -> None:
    with rows(desk.engine) as session:
        theirs = factories.create_request(session, desk.elsewhere, state="submitted")
    assert desk.get(f"/requests/{theirs.id}{path}").status_code == 404
    assert desk.get(f"/requests/999999{path}").status_code == 404


@pytest.mark.parametrize("path", ["publish", "propose", "contact", "resume", "still-wanted", "close", "hold", "refer"])
def test_nothing_can_be_done_to_a_request_of_another_community(desk: Desk, path: str) -> None:
    with rows(desk.engine) as session:
        theirs = factories.create_request(session, desk.elsewhere, state="submitted")
    assert desk.press(f"/requests/{theirs.id}/{path}", {"text": "x", "volunteer_id": desk.yusuf.id}).status_code == 404
    assert desk.again(theirs).state == "submitted"


@pytest.mark.parametrize("state", ["submitted", "asked_back", "open", "on_hold", "matched", "fulfilled", "referred",
                                   "closed", "withdrawn", "expired"])  # fmt: skip
def test_every_state_has_its_page(desk: Desk, state: str) -> None:
    asked = desk.request(state)
    if state == "matched":
        desk.match(asked, desk.yusuf, "agreed")
    page = desk.read(f"/requests/{asked.id}")
    assert page.count("<h1") == 1
    assert (nl("Open to volunteers") in page) == (state == "submitted")


def test_an_erased_resident_leaves_a_page_without_a_name(desk: Desk) -> None:
    asked = desk.request("withdrawn")
    with rows(desk.engine) as session:
        person = session.get_one(Person, desk.dina.id)
        person.first_name, person.last_name, person.email, person.phone = "", "", None, None
        person.erased_at = NOW
        session.add(person)
    assert nl("Erased") in desk.read(f"/requests/{asked.id}")
    assert nl("Erased") in desk.read("/requests?group=ended")


# ---- on paper --------------------------------------------------------------------------------------------------------


def test_the_letter_speaks_the_readers_language_and_holds_number_and_code(desk: Desk, site: Any) -> None:
    with rows(desk.engine) as session:
        person = session.get_one(Person, desk.dina.id)
        person.language = "en"
        session.add(person)
    asked = desk.request("submitted", text="Please walk with me.")
    page = desk.read(f"/requests/{asked.id}/letter")
    assert 'lang="en"' in page and "Dear Dina," in page and "Beste Dina" not in page
    assert str(asked.reference) in page
    code = site.extensions["noaber"].tokens.request_code(asked.id, asked.link_version)
    assert f"{code[:4]} {code[4:]}" in page
    assert "Een brief voor Dina" in page  # the page around it stays the coordinator's


def test_a_letter_about_an_ended_request_says_where_to_go(desk: Desk) -> None:
    asked = desk.request("referred", referred_to="Wijkteam, 074 245 1111")
    assert "Wijkteam, 074 245 1111" in desk.read(f"/requests/{asked.id}/letter")


def test_what_else_stands_in_the_text_is_named_to_ask_after(desk: Desk) -> None:
    with rows(desk.engine) as session:
        person = factories.create_person(session)
        request = factories.create_request(
            session,
            desk.community,
            person,
            text="Mijn moeder zit in een rolstoel en spreekt alleen Turks. Er is haast bij.",
        )
    page = desk.read(f"/requests/{request.id}")
    assert "een rolstoel, er is haast, Turks" in page
