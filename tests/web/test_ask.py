"""Asking for help on six short pages: no account, nothing lost, one request however often somebody clicks."""

import re
from datetime import date
from typing import Any

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine
from sqlmodel import Session, select

from models import one_day
from models.states import RequestState
from models.tables import Community, HelpRequest, Person
from tests.web import walking
from tests.web.conftest import post
from tests.web.walking import FOR_OTHER, HERE, nl, requests, rows, send, text_of, walk


@pytest.fixture(autouse=True)
def communities(engine: Engine) -> tuple[Community, Community]:
    return walking.two_communities(engine)


def test_somebody_asks_for_help_without_an_account(client: FlaskClient, engine: Engine) -> None:
    walk(client)
    answer = send(client)
    assert answer.status_code == 303
    (request,) = requests(engine)
    assert request.state == RequestState.SUBMITTED
    assert request.text == "Wie kan mij dinsdag met de rollator naar het ziekenhuis brengen?"
    assert request.kinds == ["hospital-escort"]
    assert request.when == {"kind": "once", "start": "2026-12-08T13:30", "end": "2026-12-08T15:30"}
    assert (request.postcode, request.reach, request.languages) == ("7551AB", "phone", ["nl"])
    with Session(engine) as session:
        resident = session.get(Person, request.resident_id)
        assert resident is not None and (resident.first_name, resident.phone) == ("Dien", "+31612345678")


def test_the_last_page_gives_number_code_link_and_a_day(client: FlaskClient, site: Flask, engine: Engine) -> None:
    walk(client)
    page = text_of(client.get(send(client).headers["Location"]))
    (request,) = requests(engine)
    tokens = walking.opened(site).tokens
    code = tokens.request_code(request.id or 0, 1)
    assert request.reference is not None and request.reference in page
    assert f"{code[:4]} {code[4:]}" in page
    assert f"http://localhost{walking.link_of(site, request)}" in page
    assert "donderdag 26 november" in page  # two working days after Tuesday
    assert "Ons nummer is 074 245 0000." in page and "+31742450000" not in page.replace("tel:+31742450000", "")


def test_in_a_page_from_right_to_left_what_was_written_from_left_to_right_is_not_turned_round(
    client: FlaskClient,
) -> None:
    walk(client)
    page = text_of(client.get(f"{HERE}/ask/check", headers={"Accept-Language": "ar"}))
    assert 'dir="rtl"' in page and "<bdi>7551 AB, " in page
    assert "<bdi>Wie kan mij dinsdag met de rollator naar het ziekenhuis brengen?</bdi>" in page


@pytest.mark.parametrize("path", ["", "/kinds", "/when", "/where", "/you", "/check", "/again", "/done"])
def test_every_page_is_kept_by_no_browser_and_has_one_h1(client: FlaskClient, path: str) -> None:
    walk(client)
    if path == "/done":
        send(client)
    answer = client.get(f"{HERE}/ask{path}")
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    assert len(re.findall(r"<h1[ >]", text_of(answer))) == 1


def test_the_site_says_what_it_understood(client: FlaskClient) -> None:
    walk(client, until="")
    page = text_of(client.get(f"{HERE}/ask/kinds"))
    assert 'value="transport" checked' in page
    assert 'value="garden"' in page and 'value="garden" checked' not in page


def test_one_tap_corrects_what_was_understood(client: FlaskClient, engine: Engine) -> None:
    walk(client, kinds={"others": ["transport"]})
    send(client)
    assert requests(engine)[0].kinds == ["transport"]


def test_not_knowing_is_an_answer(client: FlaskClient, engine: Engine) -> None:
    walk(client, kinds={"kinds": ["hospital-escort"], "unsure": "1"}, when={"how": "flexible"})
    send(client)
    (request,) = requests(engine)
    assert request.kinds == []
    assert request.when == {"kind": "flexible"}


def test_who_would_rather_not_write_chooses_from_pictures(client: FlaskClient, engine: Engine) -> None:
    answer = post(client, f"{HERE}/ask", {"text": "", "whom": "self", "pictures": "1"})
    assert answer.headers["Location"].endswith("/ask/kinds")
    nothing = post(client, f"{HERE}/ask/kinds", {"unsure": "1"})
    assert nothing.status_code == 422
    walk(client, words={"text": " ", "whom": "self", "pictures": "1"}, kinds={"others": ["groceries", "pets"]})
    send(client)
    (request,) = requests(engine)
    assert request.kinds == ["groceries", "pets"]
    assert request.text == "Ik zoek hulp bij: Boodschappen doen, Huisdieren verzorgen."


def test_help_every_week_takes_times_of_the_grid(client: FlaskClient, engine: Engine) -> None:
    weekly = {
        "how": "weekly",
        "week-0-part": ["morning", "evening"],
        "week-1-part": ["afternoon"],
        "week-1-from": ["09:30", ""],
        "week-1-until": ["11:00", ""],
        "first": "2026-12-01",
        "last": "2027-03-01",
    }
    walk(client, when=weekly)
    page = text_of(client.get(f"{HERE}/ask/check"))
    assert "maandag 9:00 tot 12:00" in page and "dinsdag 9:30 tot 11:00" in page
    send(client)
    assert requests(engine)[0].when == {
        "kind": "weekly",
        "windows": [
            {"day": "mon", "from": "09:00", "to": "12:00"},
            {"day": "mon", "from": "17:00", "to": "21:30"},
            {"day": "tue", "from": "09:30", "to": "11:00"},
        ],
        "from": "2026-12-01",
        "until": "2027-03-01",
    }


def test_who_does_not_know_until_when_is_helped_two_hours_and_reads_so(client: FlaskClient, engine: Engine) -> None:
    assert nl("Do you not know? Then we count on two hours.") in text_of(client.get(f"{HERE}/ask/when"))
    walk(client, when={"how": "once", "date": "2026-12-08", "starts": "09:30", "ends": ""})
    send(client)
    assert requests(engine)[0].when["end"] == "2026-12-08T11:30"


def test_who_knows_the_day_and_not_the_time_says_so(client: FlaskClient, engine: Engine) -> None:
    walk(client, when={"how": "once", "date": "2026-12-08", "starts": "unknown", "ends": ""})
    page = text_of(client.get(f"{HERE}/ask/check"))
    assert "dinsdag 8 december, op een tijd die u allebei uitkomt" in page and nl("Until %(day)s", day="") not in page
    send(client)
    assert requests(engine)[0].when == one_day.as_when(date(2026, 12, 8), one_day.spans(date(2026, 12, 8), None))


@pytest.mark.parametrize("part", one_day.PARTS)
def test_a_part_of_the_day_is_an_answer_too(client: FlaskClient, engine: Engine, part: str) -> None:
    walk(client, when={"how": "once", "date": "2026-12-08", "starts": part, "ends": ""})
    assert f'value="{part}" selected' in text_of(client.get(f"{HERE}/ask/when"))
    send(client)
    assert requests(engine)[0].when == one_day.as_when(date(2026, 12, 8), one_day.spans(date(2026, 12, 8), part))


@pytest.mark.parametrize(
    ("filled_in", "how"),
    [
        ({"date": "2026-12-08", "starts": "09:30"}, "once"),
        ({"week-0-part": "morning"}, "weekly"),
        ({"week-2-from": "09:00", "week-2-until": "10:30"}, "weekly"),
    ],
)
def test_what_is_filled_in_says_how_often(
    client: FlaskClient, engine: Engine, filled_in: dict[str, str], how: str
) -> None:
    walk(client, when=filled_in)
    shown = text_of(client.get(f"{HERE}/ask/when"))
    assert re.search(rf'value="{how}" checked', shown)
    send(client)
    assert requests(engine)[0].when["kind"] == how


def test_a_day_and_a_week_together_do_not_say_how_often(client: FlaskClient) -> None:
    both = {"date": "2026-12-08", "starts": "09:30", "week-0-part": "morning"}
    page = text_of(walk(client, until="/when", when=both))
    assert nl("Choose when you need help.") in page and 'value="2026-12-08"' in page
    assert not re.search(r'name="how"[^>]* checked', page)


def test_a_day_without_its_time_asks_for_the_time_alone(client: FlaskClient) -> None:
    page = text_of(walk(client, until="/when", when={"date": "2026-12-08"}))
    assert nl("Choose from what time.") in page and nl("Choose when you need help.") not in page


# ---- for somebody else -----------------------------------------------------------------------------------------------


def test_a_daughter_asks_for_her_mother(client: FlaskClient, engine: Engine) -> None:
    walk(client, words=FOR_OTHER[""], you=FOR_OTHER["/you"])
    page = text_of(client.get(f"{HERE}/ask/check"))
    assert "U zegt daarmee dat u dit voor Riet mag vragen." in page
    send(client)
    (request,) = requests(engine)
    assert (request.relation, request.told, str(request.told_on)) == ("daughter", "in_person", "2026-11-23")
    with Session(engine) as session:
        asker, resident = session.get(Person, request.asker_id), session.get(Person, request.resident_id)
        assert asker is not None and (asker.first_name, asker.email) == ("Anna", "anna@post.example")
        assert resident is not None and (resident.first_name, resident.email) == ("Riet", None)
        assert request.contact_id == asker.id


@pytest.mark.parametrize(("words", "ticked"), [({}, 1), (FOR_OTHER[""], 0)], ids=["myself", "my mother"])
def test_the_language_of_a_page_says_nothing_about_somebody_elses(
    client: FlaskClient, words: dict[str, str], ticked: int
) -> None:
    walk(client, until="/where", **({"words": words} if words else {}))
    page = text_of(client.get(f"{HERE}/ask/you"))
    assert len(re.findall(r'<input[^>]*name="languages"[^>]*checked', page)) == ticked


def test_the_person_who_needs_help_can_be_the_one_to_call(client: FlaskClient, engine: Engine) -> None:
    you = {**FOR_OTHER["/you"], "contact": "resident", "reach": "phone", "phone": "074 250 1234"}
    walk(client, words=FOR_OTHER[""], you=you)
    send(client)
    (request,) = requests(engine)
    assert request.contact_id == request.resident_id
    with Session(engine) as session:
        resident = session.get(Person, request.resident_id)
        assert resident is not None and resident.phone == "+31742501234"


def test_for_somebody_else_each_missing_answer_is_named(client: FlaskClient) -> None:
    walk(client, until="/where", words=FOR_OTHER[""])
    answer = post(client, f"{HERE}/ask/you", {})
    page = text_of(answer)
    assert answer.status_code == 422
    for words in ("Vul een voornaam in.", "Vul uw eigen voornaam in.", "Kies wie u bent", "Kies of diegene weet"):
        assert page.count(words) == 2, words  # in the summary and at the field


# ---- where -----------------------------------------------------------------------------------------------------------


def test_another_community_takes_over_without_losing_anything(client: FlaskClient, engine: Engine) -> None:
    walk(client, until="/when")
    answer = post(client, f"{HERE}/ask/where", {"postcode": "8441"})
    page = text_of(client.get(answer.headers["Location"]))
    assert "U hoort bij Heerenveen" in page and "0513 123 456" in page.replace("0513 12 34 56", "0513 123 456")
    assert 'href="/heerenveen/ask/you"' in page
    post(client, "/heerenveen/ask/you", walking.ANSWERS["/you"])
    assert client.get(f"{HERE}/ask/check").headers["Location"].endswith("/hengelo/ask/elsewhere")
    done = send(client, "/heerenveen")
    assert done.headers["Location"] == "/heerenveen/ask/done"
    (request,) = requests(engine)
    with Session(engine) as session:
        community = session.get(Community, request.community_id)
        assert community is not None and community.slug == "heerenveen"
    assert request.text == walking.ANSWERS[""]["text"]
    assert client.get(f"{HERE}/ask/done").headers["Location"] == "/heerenveen/ask/done"


@pytest.mark.parametrize(
    ("postcode", "words"),
    [("B-1000", "Belgische postcode"), ("48599", "Duitse postcode"), ("1011 AB", None)],
)
def test_outside_every_community_somebody_reads_whom_to_call(
    client: FlaskClient, engine: Engine, postcode: str, words: str | None
) -> None:
    with rows(engine) as session:
        from models.tables import Postcode

        session.add(Postcode(code="1011", place="Amsterdam", lat=52.37, lon=4.9))
    walk(client, until="/when")
    answer = post(client, f"{HERE}/ask/where", {"postcode": postcode})
    page = text_of(answer)
    assert answer.status_code == 200
    assert (words or "Bij deze postcode werken wij nog niet") in page
    assert "074 245 0000" in page and "blijft bewaard" in page
    assert "Wie kan mij dinsdag" in text_of(client.get(f"{HERE}/ask"))


# ---- nothing is lost -------------------------------------------------------------------------------------------------


def test_back_always_shows_what_was_answered(client: FlaskClient) -> None:
    walk(client)
    assert "Wie kan mij dinsdag" in text_of(client.get(f"{HERE}/ask"))
    assert 'value="2026-12-08"' in text_of(client.get(f"{HERE}/ask/when"))
    assert 'value="7551 ab"' in text_of(client.get(f"{HERE}/ask/where"))
    assert 'value="06 12345678"' in text_of(client.get(f"{HERE}/ask/you"))


def test_a_wrong_answer_is_kept_too_and_says_so_again(client: FlaskClient) -> None:
    walk(client, until="/when")
    post(client, f"{HERE}/ask/where", {"postcode": "755"})
    page = text_of(client.get(f"{HERE}/ask/where"))
    assert 'value="755"' in page and nl("This is not a Dutch postcode. It looks like 7551 AB.") in page


def test_going_back_to_a_refused_page_sends_nothing_again(client: FlaskClient) -> None:
    refused = post(client, f"{HERE}/ask", {"text": "", "whom": "self"})
    assert (refused.status_code, refused.headers["Cache-Control"]) == (422, "private, no-cache")


def test_the_draft_survives_closing_the_browser(client: FlaskClient) -> None:
    answer = client.get(f"{HERE}/ask")
    (cookie,) = [value for value in answer.headers.getlist("Set-Cookie") if value.startswith("noaber=")]
    assert "Expires=" in cookie  # a cookie that the browser keeps


def test_the_key_of_a_draft_is_not_in_the_database(client: FlaskClient, engine: Engine) -> None:
    walk(client, until="")
    with client.session_transaction() as kept:
        key = kept["ask"]
    (draft,) = requests(engine)
    assert draft.draft_key is not None and key not in draft.draft_key and len(draft.draft_key) == 64


def test_nothing_of_a_draft_is_shown_to_another_browser(client: FlaskClient, site: Flask) -> None:
    walk(client)
    other = site.test_client()
    for path in ("", "/kinds", "/when", "/where", "/you"):
        assert "rollator" not in text_of(other.get(f"{HERE}/ask{path}"))
    assert other.get(f"{HERE}/ask/check").status_code == 303
    assert other.get(f"{HERE}/ask/done").headers["Location"].endswith("/ask")


def test_change_leads_back_to_the_check(client: FlaskClient) -> None:
    walk(client)
    assert f'href="{HERE}/ask/when?check=1"' in text_of(client.get(f"{HERE}/ask/check"))
    answer = post(client, f"{HERE}/ask/when?check=1", {"how": "flexible"})
    assert answer.headers["Location"].endswith("/ask/check")
    assert "Op een dag die u allebei uitkomt" in text_of(client.get(f"{HERE}/ask/check"))


def test_other_words_ask_again_which_kind_it_is(client: FlaskClient) -> None:
    walk(client)
    words = {"text": "Wie wil mijn gras maaien en de heg knippen?", "whom": "self"}
    answer = post(client, f"{HERE}/ask?check=1", words)
    assert answer.headers["Location"].endswith("/ask/kinds?check=1")
    page = text_of(client.get(f"{HERE}/ask/kinds"))
    assert 'value="garden" checked' in page and 'value="hospital-escort" checked' in page


def test_a_moment_that_passed_in_the_meantime_is_asked_again(client: FlaskClient) -> None:
    walk(client)
    with time_machine.travel("2026-12-20T09:00:00+00:00", tick=True):
        answer = client.get(f"{HERE}/ask/check")
        assert answer.headers["Location"].endswith("/ask/when?check=1")
        assert nl("This moment has passed. Choose a later one.") in text_of(client.get(answer.headers["Location"]))


def test_beginning_anew_forgets_every_word(client: FlaskClient, engine: Engine) -> None:
    walk(client)
    assert "Wilt u opnieuw beginnen?" in text_of(client.get(f"{HERE}/ask/again"))
    post(client, f"{HERE}/ask/again")
    assert "rollator" not in text_of(client.get(f"{HERE}/ask"))
    (draft,) = requests(engine)
    assert draft.answers == {} and draft.draft_key is None


# ---- welcome ---------------------------------------------------------------------------------------------------------


def test_a_text_about_an_illness_is_welcome_and_says_who_reads_it(client: FlaskClient) -> None:
    walk(client, words={"text": "Mijn man heeft dementie. Wie komt er af en toe langs?", "whom": "self"})
    assert "U schrijft over een ziekte" in text_of(client.get(f"{HERE}/ask/check"))
    assert send(client).headers["Location"].endswith("/ask/done")


def test_somebody_signed_in_need_not_type_who_they_are(signed_in: Any, engine: Engine) -> None:
    from tests import factories

    with rows(engine) as session:
        person = factories.create_person(session, first_name="Bep", email="bep@post.example")
    browser = signed_in(person)
    walk(browser, until="/where")
    page = text_of(browser.get(f"{HERE}/ask/you"))
    assert 'value="Bep"' in page and 'value="bep@post.example"' in page


def test_asking_speaks_english_too(client: FlaskClient) -> None:
    page = text_of(client.get(f"{HERE}/ask", headers={"Accept-Language": "en"}))
    assert "What can we help you with?" in page
    assert 'lang="en"' in page


def test_the_visit_shows_where_to_drop_in(client: FlaskClient, engine: Engine, communities: Any) -> None:
    from tests import factories

    with rows(engine) as session:
        factories.create_meeting_place(session, communities[0], name="De Brink")
    walk(client, you={"first_name": "Jo", "reach": "visit", "choice": "us"})
    page = text_of(client.get(send(client).headers["Location"]))
    assert "De Brink" in page
    assert requests(engine)[0].leaves_choice is True


def test_the_request_of_a_forged_cookie_is_nobodys(site: Flask, engine: Engine) -> None:
    browser = site.test_client()
    with browser.session_transaction() as kept:
        kept["ask"] = ["not", "a", "key"]
    assert browser.get(f"{HERE}/ask").status_code == 200
    with Session(engine) as session:
        assert session.exec(select(HelpRequest)).all() == []
