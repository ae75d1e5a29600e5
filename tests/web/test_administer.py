"""What an administrator sets: rules, area, meeting places, words and colleagues, and that nobody else does."""

from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine
from sqlmodel import Session, col, select
from werkzeug.test import TestResponse

from models.tables import Area, AuditEntry, Community, MeetingPlace, Person, Role
from tests import factories
from tests.web import walking
from tests.web.conftest import post, token_for
from tests.web.pairs import Browser
from tests.web.walking import HERE, nl, rows, text_of
from web.administer.forms import SettingsForm

SETTINGS = f"{HERE}/settings"
PAGES = ("", "/community", "/areas", "/areas/7551", "/meeting-places", "/texts", "/texts/digest.intro/nl",
         "/texts/digest.subject/en", "/colleagues")  # fmt: skip
RULES = {
    "name": "Hengelo helpt",
    "organisation": "Welzijn Hengelo",
    "phone": "074 123 4567",
    "email": "hallo@hengelo.example",
    "promised_working_days": "3",
    "answer_reminder_days": "2",
    "answer_lapse_days": "5",
    "no_match_days": "6",
    "appointment_reminder_days": "2",
    "check_in_days": "2",
    "digest_weekday": "4",
    "vog_kinds": ["buddy", "money"],
    "auto_open_kinds": ["garden"],
    "admits_without_vog": "y",
}

NO_DAYS = ("", "0", "-1", "1,5", "1e9", "NaN", "61", "\u0663")


@pytest.fixture(autouse=True)
def here(engine: Engine) -> Community:
    return walking.two_communities(engine)[0]


@pytest.fixture
def boss(engine: Engine, here: Community) -> Person:
    with rows(engine) as session:
        return factories.create_administrator(session, here, first_name="Bas", email="bas@hengelo.example")


@pytest.fixture
def browser(boss: Person, signed_in: Browser) -> FlaskClient:
    """A browser of the administrator."""
    return signed_in(boss)


def found(engine: Engine, table: type[Any]) -> list[Any]:
    with Session(engine) as session:
        return list(session.exec(select(table)))


def send(browser: FlaskClient, page: str, data: dict[str, Any]) -> TestResponse:
    """Send the form of a page, and see where it leads."""
    return post(browser, SETTINGS + page, data, follow_redirects=True)


def again(engine: Engine, community: Community) -> Community:
    with Session(engine) as session:
        return session.get_one(Community, community.id)


# ---- who may come here -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("page", PAGES)
def test_an_administrator_sees_every_page_in_both_languages(
    engine: Engine, browser: FlaskClient, boss: Person, page: str
) -> None:
    for language in ("nl", "en"):
        with rows(engine) as session:
            session.get_one(Person, boss.id).language = language
        answer = browser.get(SETTINGS + page)
        assert answer.status_code == 200, page
        assert text_of(answer).count("<h1") == 1 and f'<html lang="{language}"' in text_of(answer)
        assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("page", PAGES)
def test_nobody_else_gets_in(
    engine: Engine, here: Community, signed_in: Browser, client: FlaskClient, page: str
) -> None:
    with rows(engine) as session:
        there = session.exec(select(Community).where(Community.id != here.id)).one()
        others = [
            factories.create_person(session),
            factories.create_coordinator(session, here),
            factories.create_administrator(session, there),
            session.get_one(Person, factories.create_volunteer(session, here).person_id),
        ]
    for person in others:
        assert signed_in(person).get(SETTINGS + page).status_code == 403
        refused = signed_in(person)
        answer = refused.post(SETTINGS + page, data={"csrf_token": token_for(refused)})
        assert answer.status_code in (403, 405)
    assert client.get(SETTINGS + page).status_code == 302  # to the sign-in page


# ---- name, delays and rules ------------------------------------------------------------------------------------------


def test_rules_are_saved_and_each_change_stands_in_the_log(
    engine: Engine, browser: FlaskClient, here: Community, boss: Person
) -> None:
    page = text_of(send(browser, "/community", RULES))
    assert nl("The settings are saved.") in page
    row = again(engine, here)
    assert (row.name, row.phone, row.answer_lapse_days, row.digest_weekday) == ("Hengelo helpt", "+31741234567", 5, 4)
    assert (row.vog_kinds, row.auto_open_kinds) == (["buddy", "money"], ["garden"])
    assert (row.admits_without_vog, row.proposes_itself) == (True, False)
    lines = [line for line in found(engine, AuditEntry) if line.action == "settings_changed"]
    assert {line.actor_id for line in lines} == {boss.id} and "answer_lapse_days" in {line.reason for line in lines}


def test_the_form_shows_what_stands(engine: Engine, browser: FlaskClient, here: Community) -> None:
    send(browser, "/community", RULES)
    page = text_of(browser.get(f"{SETTINGS}/community"))
    assert 'value="074 123 4567"' in page and 'value="Hengelo helpt"' in page
    with browser.application.test_request_context():
        form = SettingsForm.of(again(engine, here))
        typed = form.typed()
    assert (typed.answer_lapse_days, typed.vog_kinds, typed.admits_without_vog) == ("5", ["buddy", "money"], True)


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": "x" * 101}, "name"),
        ({"name": "een\0twee"}, "name"),
        ({"phone": ""}, "phone"),
        ({"phone": "12"}, "phone"),
        ({"email": "a@b"}, "email"),
        ({"email": "een@post.example, twee@post.example"}, "email"),
        *(({"no_match_days": typed}, "no_match_days") for typed in NO_DAYS),
        ({"answer_lapse_days": "2"}, "answer_lapse_days"),
        ({"digest_weekday": "7"}, "digest_weekday"),
        ({"vog_kinds": ["buddy", "dragons"]}, "vog_kinds"),
    ],
)  # fmt: skip
def test_a_rule_that_cannot_be_used_says_so_at_its_field_and_saves_nothing(
    engine: Engine, browser: FlaskClient, here: Community, changed: dict[str, Any], field: str
) -> None:
    answer = send(browser, "/community", {**RULES, **changed})
    page = text_of(answer)
    assert answer.status_code == 422 and f'id="{field}-error"' in page and "<title>" + nl("Error:") in page
    assert 'value="Welzijn Hengelo"' in page  # what was typed stays
    assert again(engine, here).name == "Hengelo"


def test_why_a_proposal_may_not_lapse_too_soon_is_explained(browser: FlaskClient) -> None:
    page = text_of(send(browser, "/community", {**RULES, "answer_lapse_days": "2"}))
    assert nl("This is too soon: we must be able to remind somebody first. Choose more days.") in page


# ---- postcodes -------------------------------------------------------------------------------------------------------


def test_a_neighbourhood_gets_the_name_that_people_use(engine: Engine, browser: FlaskClient) -> None:
    page = text_of(send(browser, "/areas/7551", {"neighbourhood": "De Nijverheid <b>"}))
    assert nl("The name is saved.") in page and "De Nijverheid &lt;b&gt;" in page
    assert next(a for a in found(engine, Area) if a.postcode == "7551").neighbourhood == "De Nijverheid <b>"


def test_a_postcode_leaves_and_comes_back(engine: Engine, browser: FlaskClient) -> None:
    page = text_of(post(browser, f"{SETTINGS}/areas/7571/remove", page=f"{SETTINGS}/areas/7571", follow_redirects=True))
    assert nl("The postcode %(postcode)s is removed.", postcode="7571") in page
    assert "7571" not in {area.postcode for area in found(engine, Area)}
    page = text_of(send(browser, "/areas", {"postcode": " 7571 ab ", "neighbourhood": "Centrum"}))
    assert nl("The postcode is added.") in page and "Oldenzaal" in page


def test_a_postcode_stays_while_somebody_there_waits(engine: Engine, browser: FlaskClient, here: Community) -> None:
    with rows(engine) as session:
        factories.create_request(session, here, postcode="7571AB")
    page = text_of(post(browser, f"{SETTINGS}/areas/7571/remove", page=f"{SETTINGS}/areas/7571", follow_redirects=True))
    assert nl("Somebody who lives here still waits for help. This postcode stays for now.") in page
    assert "7571" in {area.postcode for area in found(engine, Area)}


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("", "This is not a Dutch postcode. It looks like 7551 AB."),
        ("0123AB", "This is not a Dutch postcode. It looks like 7551 AB."),
        ("ab1234", "This is not a Dutch postcode. It looks like 7551 AB."),
        ("1000", "We do not know this postcode. Check the numbers."),
        ("8441", "This postcode belongs to another community."),
        ("x" * 100_000, "This is not a Dutch postcode. It looks like 7551 AB."),
    ],
)
def test_a_postcode_that_cannot_join_says_why(browser: FlaskClient, typed: str, words: str) -> None:
    answer = send(browser, "/areas", {"postcode": typed, "neighbourhood": "Buurt"})
    assert answer.status_code == 422 and nl(words) in text_of(answer) and 'value="Buurt"' in text_of(answer)


@pytest.mark.parametrize("postcode", ["8441", "9999", "x", "7551AB"])
def test_another_communitys_postcode_is_not_found(browser: FlaskClient, postcode: str) -> None:
    assert browser.get(f"{SETTINGS}/areas/{postcode}").status_code == 404


# ---- meeting places --------------------------------------------------------------------------------------------------


def test_a_meeting_place_is_added_changed_and_taken_out_of_use(engine: Engine, browser: FlaskClient) -> None:
    typed = {"name": "De Bakspieker", "address": "Markt 1, Hengelo", "opening_hours": "ma 9-12"}
    assert nl("The meeting place is added.") in text_of(send(browser, "/meeting-places", typed))
    place = found(engine, MeetingPlace)[0]
    there = f"/meeting-places/{place.id}"
    page = text_of(browser.get(SETTINGS + there))
    assert "De Bakspieker</h1>" in page and 'value="Markt 1, Hengelo"' in page
    assert nl("The meeting place is saved.") in text_of(send(browser, there, {**typed, "address": "Markt 2, Hengelo"}))
    for step, is_open in (("close", False), ("open", True)):
        post(browser, f"{SETTINGS}{there}/{step}", page=SETTINGS + there)
        assert found(engine, MeetingPlace)[0].open is is_open
    assert found(engine, MeetingPlace)[0].address == "Markt 2, Hengelo"


@pytest.mark.parametrize(
    ("changed", "field"),
    [({"name": ""}, "name"), ({"address": " "}, "address"), ({"address": "x" * 201}, "address"),
     ({"opening_hours": "x" * 301}, "opening_hours"), ({"name": "111222333"}, "name")],
)  # fmt: skip
def test_a_meeting_place_needs_a_name_and_an_address(
    engine: Engine, browser: FlaskClient, changed: dict[str, str], field: str
) -> None:
    typed = {"name": "De Bakspieker", "address": "Markt 1, Hengelo", "opening_hours": "ma 9-12", **changed}
    answer = send(browser, "/meeting-places", typed)
    assert answer.status_code == 422 and f'id="{field}-error"' in text_of(answer)
    assert found(engine, MeetingPlace) == []


def test_another_communitys_meeting_place_is_not_found(engine: Engine, browser: FlaskClient, here: Community) -> None:
    with rows(engine) as session:
        there = session.exec(select(Community).where(Community.id != here.id)).one()
        place = factories.create_meeting_place(session, there)
    for number in (place.id, 99999, "9" * 30):
        assert browser.get(f"{SETTINGS}/meeting-places/{number}").status_code == 404
        answer = browser.post(f"{SETTINGS}/meeting-places/{number}/close", data={"csrf_token": token_for(browser)})
        assert answer.status_code == 404
    assert found(engine, MeetingPlace)[0].open


# ---- colleagues ------------------------------------------------------------------------------------------------------


def roles(engine: Engine) -> list[tuple[str, str]]:
    with Session(engine) as session:
        query = select(Person.email, Role.role).join(Role, col(Role.person_id) == Person.id)
        return sorted((email or "", role) for email, role in session.exec(query))


def test_a_colleague_comes_and_goes(engine: Engine, browser: FlaskClient) -> None:
    typed = {"first_name": "Fenna", "email": "Fenna@Hengelo.example", "role": "coordinator"}
    assert nl("They can sign in now, with a code by e-mail.") in text_of(send(browser, "/colleagues", typed))
    send(browser, "/colleagues", typed)  # twice is once
    fenna = next(person for person in found(engine, Person) if person.first_name == "Fenna")
    assert roles(engine) == [("bas@hengelo.example", "administrator"), ("fenna@hengelo.example", "coordinator")]
    remove = f"{SETTINGS}/colleagues/{fenna.id}/remove"
    asked = f"{remove}?role=coordinator"
    assert nl("Does %(name)s no longer work here?", name="Fenna") in text_of(browser.get(asked))
    page = text_of(post(browser, remove, {"role": "coordinator"}, page=asked, follow_redirects=True))
    assert nl("%(name)s has no access any more.", name="Fenna") in page
    assert roles(engine) == [("bas@hengelo.example", "administrator")]
    assert post(browser, remove, {"role": "coordinator"}, page=f"{SETTINGS}/colleagues").status_code == 404


@pytest.mark.parametrize(
    ("changed", "field"),
    [({"first_name": ""}, "first_name"), ({"email": "fenna"}, "email"), ({"email": "a@b.example\r\nBcc: x@y.example"},
     "email"), ({"role": "king"}, "role"), ({"role": ""}, "role")],
)  # fmt: skip
def test_who_cannot_be_added_is_explained(
    engine: Engine, browser: FlaskClient, changed: dict[str, str], field: str
) -> None:
    typed = {"first_name": "Fenna", "email": "fenna@hengelo.example", "role": "coordinator", **changed}
    answer = send(browser, "/colleagues", typed)
    assert answer.status_code == 422 and f'id="{field}-error"' in text_of(answer)
    assert len(roles(engine)) == 1


def test_the_last_administrator_stays(engine: Engine, browser: FlaskClient, boss: Person) -> None:
    asked = f"{SETTINGS}/colleagues/{boss.id}/remove?role=administrator"
    assert nl("This is you. You cannot undo it yourself.") in text_of(browser.get(asked))
    answer = post(browser, asked.partition("?")[0], {"role": "administrator"}, page=asked, follow_redirects=True)
    assert nl("This is the only administrator. Appoint somebody else first.") in text_of(answer)
    assert len(roles(engine)) == 1


def test_who_takes_their_own_work_away_is_signed_out(
    engine: Engine, browser: FlaskClient, boss: Person, here: Community
) -> None:
    with rows(engine) as session:
        factories.create_administrator(session, here)
    asked = f"{SETTINGS}/colleagues/{boss.id}/remove?role=administrator"
    post(browser, asked.partition("?")[0], {"role": "administrator"}, page=asked)
    assert browser.get(SETTINGS).status_code == 302
    assert len(roles(engine)) == 1


def test_who_does_not_work_here_cannot_be_dismissed_here(engine: Engine, browser: FlaskClient, here: Community) -> None:
    with rows(engine) as session:
        there = session.exec(select(Community).where(Community.id != here.id)).one()
        stranger = factories.create_coordinator(session, there)
    for number in (stranger.id, 99999, "9" * 30):
        assert browser.get(f"{SETTINGS}/colleagues/{number}/remove?role=coordinator").status_code == 404
    assert len(roles(engine)) == 2
