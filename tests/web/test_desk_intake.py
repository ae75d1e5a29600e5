"""The phone intake: understood, read back, a yes, written down; whatever was typed stays."""

import re
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine

from models.tables import HelpRequest, Person
from tests import factories
from tests.web import desk as desks
from tests.web.conftest import post, token_of
from tests.web.desk import DESK, Browser, Desk, yesterday
from tests.web.walking import nl, opened, requests, rows, text_of

CALL: dict[str, Any] = {
    "text": "Ik kan zelf niet meer naar de winkel. Wie wil mijn boodschappen doen?",
    "kinds": ["groceries"],
    "how": "once",
    "date": "2026-12-08",
    "starts": "13:30",
    "ends": "15:30",
    "postcode": " 7551 ab ",
    "first_name": "Truus",
    "last_name": "d'Haens-van 't Hoff",
    "relation": "",
    "phone": "06-12 34 56 78",
    "email": "",
    "reach": "phone",
    "language": "nl",
    "languages": ["nl"],
    "urgency": "high",
    "leaves_choice": "y",
}
FOR_MOTHER = {
    **CALL,
    "relation": "daughter",
    "asker_first_name": "Anna",
    "told": "by_phone",
    "told_on": "2026-11-23",
    "contact": "asker",
    "email": "anna@post.example",
    "reach": "email",
}


@pytest.fixture
def desk(engine: Engine, signed_in: Browser) -> Desk:
    return desks.open_desk(engine, signed_in)


def _hidden(page: str) -> dict[str, str]:
    return dict(
        re.findall(r'<input type="hidden" name="(draft_key|read_for|kinds_for|when_for)" value="([^"]*)"', page)
    )


def _step(desk: Desk, step: str, data: dict[str, Any] | None = None, page: str | None = None) -> Any:
    browser = desk.browser
    hidden = _hidden(page or text_of(browser.get(f"{DESK}/intake")))
    return post(browser, f"{DESK}/intake", {**hidden, **(data or CALL), "step": step})


def _write_down(desk: Desk, data: dict[str, Any] | None = None) -> Any:
    data = data or CALL
    read = text_of(_step(desk, "read", data))
    return _step(desk, "send", {**data, "consent": "y"}, read)


def _written(desk: Desk) -> HelpRequest:
    found = requests(desk.engine)
    assert len(found) == 1
    return found[0]


def test_a_call_is_read_back_agreed_to_and_written_down(desk: Desk) -> None:
    answer = _write_down(desk)
    row = _written(desk)
    assert answer.location == f"{DESK}/requests/{row.id}/noted"
    assert (row.state, row.intake_by, row.reach, row.urgency) == ("submitted", desk.marieke.id, "phone", "high")
    assert (row.kinds, row.postcode, row.leaves_choice) == (["groceries"], "7551AB", True)
    assert row.when == {"kind": "once", "start": "2026-12-08T13:30", "end": "2026-12-08T15:30"}
    with rows(desk.engine) as session:
        resident = session.get_one(Person, row.resident_id)
    assert (resident.first_name, resident.last_name, resident.phone) == (
        "Truus", "d'Haens-van 't Hoff", "+31612345678",
    )  # fmt: skip


def test_what_is_read_back_says_everything_in_sentences(desk: Desk) -> None:
    page = text_of(_step(desk, "read"))
    for words in (
        "Wie wil mijn boodschappen doen?", "Boodschappen doen", "dinsdag 8 december, 13:30 tot 15:30 uur",
        "06 12345678", nl("We choose the volunteer."),
        nl("Is that right? And may we write this down and show it to volunteers?"),
    ):  # fmt: skip
        assert words in page, words
    assert requests(desk.engine) == []


def test_without_a_yes_nothing_is_written_down(desk: Desk) -> None:
    read = text_of(_step(desk, "read"))
    answer = _step(desk, "send", CALL, read)
    assert answer.status_code == 422 and "Zonder ja schrijven we niets op." in text_of(answer)
    assert requests(desk.engine) == []


def test_a_yes_counts_only_for_what_was_read_back(desk: Desk) -> None:
    read = text_of(_step(desk, "read"))
    changed = {**CALL, "text": "Iets heel anders dan zojuist.", "consent": "y"}
    page = text_of(_step(desk, "send", changed, read))
    assert requests(desk.engine) == [] and "Iets heel anders dan zojuist." in page
    assert 'name="consent" type="checkbox"' in page and " checked" not in page.split('name="consent"')[1].split(">")[0]
    _step(desk, "send", changed, page)
    assert _written(desk).text == "Iets heel anders dan zojuist."


def test_a_yes_before_anything_was_read_back_is_no_yes(desk: Desk) -> None:
    _step(desk, "send", {**CALL, "consent": "y"})
    assert requests(desk.engine) == []


def test_what_was_understood_is_ticked_and_everything_stays(desk: Desk) -> None:
    typed = {**CALL, "kinds": []}
    page = text_of(_step(desk, "understand", typed))
    assert "checked" in page.split('value="groceries"')[1].split(">")[0]
    for words in (
        "Wie wil mijn boodschappen doen?",
        "d&#39;Haens-van &#39;t Hoff",
        'value="2026-12-08"',
        "06-12 34 56 78",
    ):
        assert words in page, words
    assert "error-summary" not in page  # half a form is no mistake yet


def test_a_tick_of_the_coordinator_is_not_overruled(desk: Desk) -> None:
    page = text_of(_step(desk, "understand", {**CALL, "kinds": ["garden"]}))
    assert "checked" in page.split('value="garden"')[1].split(">")[0]
    assert "checked" not in page.split('value="groceries"')[1].split(">")[0]


def test_words_in_which_nothing_is_recognised_say_so(desk: Desk) -> None:
    page = text_of(_step(desk, "understand", {**CALL, "text": "xqzt", "kinds": []}))
    assert nl("We do not recognise a kind of help in these words. Choose it yourself, or leave it open.") in page


def test_who_asks_for_somebody_is_written_down_with_what_they_told(desk: Desk) -> None:
    page = text_of(_step(desk, "read", FOR_MOTHER))
    assert nl("You ask this for %(name)s.", name="Truus") in page
    _write_down(desk, FOR_MOTHER)
    row = _written(desk)
    assert (row.relation, row.told, str(row.told_on)) == ("daughter", "by_phone", "2026-11-23")
    with rows(desk.engine) as session:
        asker = session.get_one(Person, row.asker_id)
    assert asker.first_name == "Anna" and asker.email == "anna@post.example" and row.contact_id == asker.id
    assert desk.told(asker) == ["request_received"]


def test_weekly_help_is_written_down_with_its_times(desk: Desk) -> None:
    weekly = {**CALL, "how": "weekly", "week-1-part": ["morning"], "week-3-from": ["19:00"], "week-3-until": ["20:30"]}
    _write_down(desk, weekly)
    assert _written(desk).when["windows"] == [
        {"day": "tue", "from": "09:00", "to": "12:00"},
        {"day": "thu", "from": "19:00", "to": "20:30"},
    ]


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"text": "   "}, "Schrijf op wat er nodig is."),
        ({"text": "Mijn nummer is 123456782."}, "BSN"),
        ({"text": "a" * 10_001}, "te lang"),
        ({"text": "nul\0teken"}, "teken"),
        ({"first_name": ""}, "Vul de voornaam in van wie hulp nodig heeft."),
        ({"first_name": "x" * 101}, "te lang"),
        ({"postcode": "0123AB"}, "postcode"),
        ({"postcode": "9999"}, "postcode"),
        ({"postcode": "8441"}, "Heerenveen. Bel hen: 0513 123 456"),
        ({"postcode": "1234A"}, "postcode"),
        ({"phone": ""}, "Vul het telefoonnummer in."),
        ({"phone": "112"}, "telefoonnummer"),
        ({"phone": "06 12345678, 06 87654321"}, "telefoonnummer"),
        ({"email": "a@b"}, "e-mailadres"),
        ({"email": "a@b.nl, c@d.nl"}, "e-mailadres"),
        ({"reach": "email"}, "Vul het e-mailadres in."),
        ({"reach": "pigeon"}, "Kies hoe wij iets laten weten."),
        ({"urgency": "now"}, "Kies hoeveel haast het heeft."),
        ({"kinds": ["nonsense"]}, "Kies uit deze soorten hulp."),
        ({"kinds": ["garden", "money", "pets", "sewing", "homework", "publicity"]}, "Kies niet meer dan 5"),
        ({"how": "sometimes"}, "Kies wanneer de hulp nodig is."),
        ({"date": "2026-02-31"}, "datum"),
        ({"date": "2026-11-01"}, "voorbij"),
        ({"date": "9999-12-31"}, "twee jaar"),
        ({"date": ""}, "Vul de dag in."),
        ({"ends": "09:00"}, "einde"),
        ({"how": "weekly"}, "minstens één vinkje in de week"),
        ({"relation": "burglar", "asker_first_name": "X", "told": "not_yet", "contact": "asker"}, "Kies wie er belt."),
        ({"relation": "son", "told": "not_yet", "contact": "asker"}, "Vul de voornaam in van wie belt."),
        ({"relation": "son", "asker_first_name": "Jan", "contact": "asker"}, "Kies of diegene hiervan weet."),
        ({"relation": "son", "asker_first_name": "Jan", "told": "not_yet"}, "Kies wie wij bellen of schrijven."),
        ({"relation": "son", "asker_first_name": "Jan", "told": "by_phone", "told_on": "2026-12-01",
          "contact": "asker"}, "moet nog komen"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_said_at_its_field_and_nothing_typed_is_lost(
    desk: Desk, changed: dict[str, Any], words: str
) -> None:
    answer = _step(desk, "read", {**CALL, **changed})
    page = text_of(answer)
    assert answer.status_code == 422, changed
    assert words in page and 'class="error-summary"' in page and "<title>Fout:" in page
    assert nl("Read this out") not in page
    assert ("Truus" in page) == ("first_name" not in changed)
    assert requests(desk.engine) == []


def test_several_mistakes_are_told_at_once(desk: Desk) -> None:
    page = text_of(_step(desk, "read", {**CALL, "text": "", "postcode": "x", "phone": "y"}))
    assert page.split('class="error-summary__list"')[1].split("</ul>")[0].count("<li>") == 3


@pytest.mark.parametrize("name", ["李", "محمد", "O’Brien", "🙂 Truus", "<b>Truus</b>", "{{7*7}}"])
def test_any_name_comes_back_as_it_was_said(desk: Desk, name: str) -> None:
    _write_down(desk, {**CALL, "first_name": name})
    with rows(desk.engine) as session:
        assert session.get_one(Person, _written(desk).resident_id).first_name == name
    assert "<b>Truus</b>" not in desk.read(f"/requests/{_written(desk).id}")


def test_sending_the_same_call_twice_writes_one_request(desk: Desk) -> None:
    read = text_of(_step(desk, "read"))
    first = _step(desk, "send", {**CALL, "consent": "y"}, read)
    second = _step(desk, "send", {**CALL, "consent": "y"}, read)
    assert first.location == second.location and len(requests(desk.engine)) == 1


def test_the_key_of_a_colleagues_call_opens_nothing(desk: Desk) -> None:
    read = text_of(_step(desk, "read"))
    _step(desk, "send", {**CALL, "consent": "y"}, read)
    browser = desk.signed_in(desk.joost)
    token = token_of(browser.get(f"{DESK}/intake"))
    answer = browser.post(
        f"{DESK}/intake", data={**_hidden(read), **CALL, "consent": "y", "step": "send", "csrf_token": token}
    )
    assert answer.status_code == 404


def test_an_odd_key_is_replaced(desk: Desk) -> None:
    browser: FlaskClient = desk.browser
    page = post(browser, f"{DESK}/intake", {**CALL, "draft_key": "x' OR 1=1", "step": "read"})
    assert re.fullmatch(r"[A-Za-z0-9_-]{20,64}", _hidden(text_of(page))["draft_key"])


# ---- perhaps it is the same ------------------------------------------------------------------------------------------


def test_a_request_of_the_same_number_is_shown_as_perhaps_the_same(desk: Desk) -> None:
    with rows(desk.engine) as session:
        truus = factories.create_person(session, first_name="Geertruida", phone="+31612345678", email=None)
        factories.create_request(session, desk.community, truus, text="De vraag van vorige week.")
    page = text_of(_step(desk, "read"))
    assert nl("Perhaps this is known already") in page and "De vraag van vorige week." in page


def test_nearly_the_same_words_from_the_same_postcode_are_shown_too(desk: Desk) -> None:
    desk.request(
        "submitted", text="ik kan zelf niet meer naar de winkel, wie wil de boodschappen doen", postcode="7551"
    )
    assert nl("Perhaps this is known already") in text_of(_step(desk, "understand"))


def test_what_is_long_ago_or_of_another_community_is_no_hint(desk: Desk) -> None:
    with rows(desk.engine) as session:
        truus = factories.create_person(session, first_name="Geertruida", phone="+31612345678", email=None)
        factories.create_request(session, desk.community, truus, submitted_at=yesterday(90))
        factories.create_request(session, desk.elsewhere, truus, text=CALL["text"])
    assert nl("Perhaps this is known already") not in text_of(_step(desk, "read"))


# ---- afterwards ------------------------------------------------------------------------------------------------------


def test_afterwards_number_and_code_are_there_to_be_read_out_and_printed(desk: Desk, site: Flask) -> None:
    _write_down(desk)
    row = _written(desk)
    page = desk.read(f"/requests/{row.id}/noted")
    code = opened(site).tokens.request_code(row.id or 0, row.link_version)
    assert str(row.reference) in page and f"{code[:4]} {code[4:]}" in page
    spelled = page.split(nl("Spelled:"))[1].split("</p>")[0]
    assert spelled.count(",") == 7
    for sign in code:
        assert f"{sign} van " in spelled or sign.isdigit()
    assert "donderdag 26 november" in page  # two working days after Tuesday
    assert f"/requests/{row.id}/letter" in page


def test_who_wrote_it_down_has_seen_how_to_reach_them(desk: Desk) -> None:
    _write_down(desk)
    row = _written(desk)
    assert "06 12345678" in desk.read(f"/requests/{row.id}")
    with rows(desk.engine) as session:
        resident = session.get_one(Person, row.resident_id)
    assert desk.looks(resident) == [desk.marieke.id]


def test_a_volunteer_cannot_write_down_a_call(desk: Desk) -> None:
    browser = desk.signed_in(desk.person_of(desk.yusuf))
    token = token_of(browser.get("/hengelo/"))
    assert browser.post(f"{DESK}/intake", data={**CALL, "csrf_token": token}).status_code == 403
    assert requests(desk.engine) == []
