"""Offering help on a few short pages: nothing is lost, nothing is kept before it is sent, nobody is given away."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine

from models.tables import Community, Person
from tests import factories
from tests.web import walking
from tests.web.offering import ANSWERS, OFFER, STEPS, Walker, mails, offers, people
from tests.web.walking import HERE, rows, text_of

Browser = Callable[[Person], FlaskClient]


@pytest.fixture(autouse=True)
def here(engine: Engine) -> Community:
    return walking.two_communities(engine)[0]


# ---- the whole way ---------------------------------------------------------------------------------------------------


def test_somebody_offers_help_page_by_page(client: FlaskClient, engine: Engine) -> None:
    answer = Walker(client).walk().finish()
    assert answer.status_code == 303
    (volunteer,) = offers(engine)
    assert (volunteer.text, volunteer.kinds) == (ANSWERS["what"]["text"], ANSWERS["kinds"]["kinds"])
    assert volunteer.windows == [
        {"day": "tue", "from": "09:00", "to": "12:00"},
        {"day": "tue", "from": "12:00", "to": "17:00"},
        {"day": "sat", "from": "10:00", "to": "11:30"},
    ]
    assert volunteer.away == [{"from": "2026-12-20", "until": "2027-01-04"}]
    assert (volunteer.postcode, volunteer.max_km, volunteer.capacity) == ("7551AB", 10, 2)
    assert (volunteer.languages, volunteer.wants_digest, volunteer.state) == (["nl", "de"], True, "applied")
    (person,) = people(engine)
    assert (person.first_name, person.last_name) == ("Yusuf", "O'Brien")
    assert (person.email, person.phone) == ("yusuf@post.example", "+31612345678")
    assert mails(engine) == ["volunteer_received"]
    thanks = text_of(client.get(answer.headers["Location"]))
    assert "Dank u wel" in thanks and "U krijgt een mail van ons" in thanks


def test_one_question_a_page_each_with_one_h1_and_a_title(client: FlaskClient) -> None:
    walker = Walker(client)
    for step in STEPS:
        assert walker.step == step
        assert walker.page.count("<h1") == 1 and re.search(r"<title>[^–]{5,} – Noaber", walker.page)
        walker.send(ANSWERS[step])
    assert walker.step == "check" and walker.page.count("<h1") == 1


def test_nothing_is_written_down_before_it_is_sent_and_nothing_personal_stands_in_the_cookie(
    client: FlaskClient, engine: Engine
) -> None:
    Walker(client).walk()
    assert offers(engine) == [] and people(engine) == []
    with client.session_transaction() as kept:
        assert not re.search("yusuf|ziekenhuis|7551|0612", repr(dict(kept)).lower())


def test_only_pages_that_say_who_somebody_is_are_kept_by_no_browser(client: FlaskClient) -> None:
    walker = Walker(client).send(ANSWERS["what"])
    for step in STEPS[1:]:
        # So that the back button shows what was typed.
        assert walker.answer.headers["Cache-Control"] == "private, no-cache"
        walker.send(ANSWERS[step])
    assert walker.answer.headers["Cache-Control"] == "no-store"


def test_the_site_reads_the_words_and_ticks_what_they_speak_of(client: FlaskClient) -> None:
    walker = Walker(client).send({"text": "Ik help graag in de tuin: snoeien, schoffelen en gras maaien."})
    assert "Dit lezen we in uw woorden" in walker.page
    assert walker.form[1]["kinds"] == ["garden"]


def test_a_suggestion_that_was_unticked_stays_unticked(client: FlaskClient) -> None:
    walker = Walker(client).send({"text": "Ik help graag in de tuin: snoeien en gras maaien."})
    walker.send({"kinds": ["pets"]}).send(to="kinds")
    assert walker.form[1]["kinds"] == ["pets"]


def test_who_writes_nothing_points_at_pictures(client: FlaskClient, site: Flask, engine: Engine) -> None:
    walker = Walker(client).send({"text": ""})
    assert walker.step == "kinds" and "Dit lezen we" not in walker.page
    assert walker.send({}).answer.status_code == 422
    assert 'id="kinds-error"' in walker.page and 'href="#kinds-0"' in walker.page
    Walker(site.test_client()).walk(what={"text": ""}).finish()
    assert offers(engine)[0].text == ""


def test_who_can_always_be_asked_ticks_one_box(client: FlaskClient, engine: Engine) -> None:
    Walker(client).walk(when={"any_time": "y"}).finish()
    assert offers(engine)[0].windows is None


def test_a_phone_number_alone_will_do(client: FlaskClient, engine: Engine) -> None:
    answer = Walker(client).walk(you={"first_name": "Toos", "phone": "074 2450000"}).finish()
    assert people(engine)[0].email is None
    assert "We bellen u" in text_of(client.get(answer.headers["Location"]))


# ---- nothing is lost -------------------------------------------------------------------------------------------------


def test_every_answer_stands_on_the_last_page_with_a_way_to_change_it(client: FlaskClient) -> None:
    walker = Walker(client).walk()
    for words in ("Ik rijd graag iemand", "Mee naar ziekenhuis of arts, Vervoer", "10:00–11:30", "ochtend, middag",
                  "zondag 20 december tot en met maandag 4 januari 2027", "7551 ab", "Ook in de dorpen eromheen",
                  "Nederlands, Duits", "Twee mensen", "O&#39;Brien", "Yusuf@post.example", "06 12345678"):  # fmt: skip
        assert words in walker.page, words
    for step in STEPS:
        assert f'name="to" value="{step}"' in walker.page


@pytest.mark.parametrize("step", STEPS)
def test_changing_one_answer_keeps_all_others_and_comes_back_to_the_last_page(
    client: FlaskClient, engine: Engine, step: str
) -> None:
    walker = Walker(client).walk().send(to=step)
    assert walker.step == step
    assert walker.send().step == "check"
    walker.finish()
    (volunteer,) = offers(engine)
    assert volunteer.windows is not None and len(volunteer.windows) == 3
    assert (sorted(volunteer.kinds), volunteer.max_km) == (["hospital-escort", "transport"], 10)


def test_going_back_keeps_what_was_typed_even_if_it_is_wrong(client: FlaskClient) -> None:
    walker = Walker(client).walk(until="where").send({"postcode": "geen idee", "max_km": "20"}, to="when")
    assert walker.step == "when"
    walker.send()
    assert walker.step == "where"
    assert walker.form[1]["postcode"] == ["geen idee"] and walker.form[1]["max_km"] == ["20"]


def test_another_language_keeps_every_answer(client: FlaskClient) -> None:
    walker = Walker(client).walk(until="where").send({"postcode": "7551"}, language="en")
    assert walker.step == "where" and "How far do you want to go?" in walker.page
    assert walker.form[1]["postcode"] == ["7551"] and walker.form[1]["text"] == [ANSWERS["what"]["text"]]
    assert "Wat doet u graag" not in text_of(client.get(OFFER))


@pytest.mark.parametrize("text", [
    "<script>alert(1)</script>", "{{7*7}} ${7*7}", "'; DROP TABLE volunteer; --", "%s %(name)s", "../../etc",
    "👵🏽 hulp", "مرحبا أريد المساعدة", "regel een\r\nregel twee\r\n\r\nregel vier",
    '"aanhalingstekens" & <tekens>', "e\u0301e\u0301n",
])  # fmt: skip
def test_any_words_come_through_all_pages_exactly_and_inert(client: FlaskClient, engine: Engine, text: str) -> None:
    walker = Walker(client).walk(what={"text": text})
    assert "<script>alert" not in walker.page and " 49" not in walker.page
    walker.finish()
    kept = offers(engine)[0].text
    assert kept == text.replace("\r\n", "\n").replace("e\u0301", "é")


# ---- what is not right -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("step", "typed", "field"), [
    ("what", {"text": "x" * 10_001}, "text"),
    ("what", {"text": "een\x00twee"}, "text"),
    ("what", {"text": "mijn nummer is 111222333"}, "text"),
    ("kinds", {"kinds": ["hacking"]}, "kinds"),
    ("when", {}, "windows"),
    ("when", {"windows-0-from": ["10:00"], "windows-0-until": [""]}, "windows"),
    ("when", {"windows-0-from": ["12:00"], "windows-0-until": ["10:00"]}, "windows"),
    ("when", {"windows-0-from": ["25:00"], "windows-0-until": ["26:00"]}, "windows"),
    ("when", {"windows-0-from": ["<script>"], "windows-0-until": ["x"]}, "windows"),
    ("when", {"any_time": "y", "away_from": "2026-02-31", "away_until": "2026-03-01"}, "away_from"),
    ("when", {"any_time": "y", "away_from": "2026-12-20"}, "away_from"),
    ("when", {"any_time": "y", "away_from": "2026-12-20", "away_until": "2026-12-19"}, "away_from"),
    ("when", {"any_time": "y", "away_from": "0001-01-01", "away_until": "9999-12-31"}, "away_from"),
    ("where", {"postcode": "", "max_km": "5"}, "postcode"),
    ("where", {"postcode": "0123AB", "max_km": "5"}, "postcode"),
    ("where", {"postcode": "१२३४", "max_km": "5"}, "postcode"),
    ("where", {"postcode": "1000", "max_km": "5"}, "postcode"),
    ("where", {"postcode": "B-1000", "max_km": "5"}, "postcode"),
    ("where", {"postcode": "7551"}, "max_km"),
    ("where", {"postcode": "7551", "max_km": "0"}, "max_km"),
    ("where", {"postcode": "7551", "max_km": "-5"}, "max_km"),
    ("where", {"postcode": "7551", "max_km": "1e9"}, "max_km"),
    ("where", {"postcode": "7551", "max_km": "NaN"}, "max_km"),
    ("where", {"postcode": "7551", "max_km": "1,5"}, "max_km"),
    ("more", {"languages": [], "capacity": "1"}, "languages"),
    ("more", {"languages": ["klingon"], "capacity": "1"}, "languages"),
    ("more", {"languages": ["nl"], "capacity": "11"}, "capacity"),
    ("more", {"languages": ["nl"], "capacity": "true"}, "capacity"),
    ("you", {"first_name": "", "email": "a@post.example"}, "first_name"),
    ("you", {"first_name": "x" * 101, "email": "a@post.example"}, "first_name"),
    ("you", {"first_name": "Jan"}, "email"),
    ("you", {"first_name": "Jan", "email": "a@b"}, "email"),
    ("you", {"first_name": "Jan", "email": "a@post.example b@post.example"}, "email"),
    ("you", {"first_name": "Jan", "email": "a@post.example", "phone": "12"}, "phone"),
])  # fmt: skip
def test_what_is_wrong_is_said_on_its_own_page_at_its_field_and_nothing_is_lost(
    client: FlaskClient, engine: Engine, step: str, typed: dict[str, Any], field: str
) -> None:
    walker = Walker(client).walk(until=step)
    empty: dict[str, Any] = {"more": {"languages": [], "capacity": []}, "kinds": {"kinds": []}}.get(step, {})
    walker.send({**empty, **typed})
    assert walker.answer.status_code == 422 and walker.step == step
    assert "<title>Fout:" in walker.page and f'id="{field}-error"' in walker.page
    assert re.search(rf'<a [^>]*href="#{field}[^"]*"', walker.page)
    kept = walker.form[1]
    for name, value in typed.items():
        wanted = [value] if isinstance(value, str) else value
        if name in ("text", "postcode", "first_name", "email", "phone", "away_from", "away_until"):
            assert kept[name] == wanted
    assert step == "what" or kept["text"] == [ANSWERS["what"]["text"]]
    assert (
        walker.send({**{name: [] for name in typed}, **ANSWERS[step]}).step
        == ([*STEPS, "check"])[STEPS.index(step) + 1]
    )
    assert offers(engine) == []


def test_everything_wrong_on_a_page_is_said_at_once(client: FlaskClient) -> None:
    walker = Walker(client).walk(until="you").send({"first_name": "", "email": "x", "phone": "y"})
    for field in ("first_name", "email", "phone"):
        assert f'id="{field}-error"' in walker.page


def test_a_million_characters_are_refused_kindly(client: FlaskClient) -> None:
    walker = Walker(client).send({"text": "woord " * 170_000})
    assert walker.answer.status_code == 422 and 'id="text-error"' in walker.page


@pytest.mark.parametrize("data", [
    {}, {"step": "nergens"}, {"step": "you", "to": "next", "passed": STEPS, "shown": STEPS}, {"to": "nergens"},
    {"windows-0-part": ["night"], "step": "when"}, {"step": ["what", "you"], "text": ["a", "b"]},
])  # fmt: skip
def test_odd_posts_give_a_page_and_write_nothing(client: FlaskClient, engine: Engine, data: dict[str, Any]) -> None:
    token = Walker(client).form[1]["csrf_token"]
    for path in (OFFER, f"{OFFER}/send"):
        answer = client.post(path, data={"csrf_token": token, **data})
        assert answer.status_code in (200, 303, 422)
    assert offers(engine) == [] and people(engine) == []


def test_without_a_token_nothing_is_sent(client: FlaskClient, engine: Engine) -> None:
    walker = Walker(client).walk()
    action, sent = walker.form
    assert client.post(action, data={**sent, "csrf_token": "x"}).status_code == 400
    assert offers(engine) == []


# ---- who is known already --------------------------------------------------------------------------------------------


def test_a_known_address_gets_the_same_page_and_only_its_owner_hears_of_it(
    site: Flask, engine: Engine, here: Community
) -> None:
    with rows(engine) as session:
        person = factories.create_person(session, first_name="Ria", last_name="", email="ria@post.example")
        factories.create_volunteer(session, here, person, text="Zo was het.")
    known, unknown = (
        Walker(site.test_client()).walk(you={"first_name": "Ria", "last_name": "", "email": email}).finish()
        for email in ("ria@post.example", "nieuw@post.example")
    )
    assert (known.status_code, known.headers["Location"]) == (unknown.status_code, unknown.headers["Location"])
    assert [offer.text for offer in offers(engine)] == ["Zo was het.", ANSWERS["what"]["text"]]
    assert people(engine)[0].first_name == "Ria"
    assert sorted(mails(engine)) == ["already_volunteer", "volunteer_received"]


def test_a_resident_whose_address_a_stranger_types_is_not_made_a_volunteer(
    client: FlaskClient, engine: Engine, here: Community
) -> None:
    with rows(engine) as session:
        session.get_one(Community, here.id).admits_without_vog = True
        factories.create_person(session, first_name="Ria", email="ria@post.example")
    Walker(client).walk(you={"first_name": "X", "email": "ria@post.example"}).finish()
    assert [offer.state for offer in offers(engine)] == ["applied"]


def test_a_second_click_makes_no_second_offer(client: FlaskClient, engine: Engine) -> None:
    walker = Walker(client).walk()
    action, sent = walker.form
    first, second = (client.post(action, data=sent) for _click in range(2))
    assert first.headers["Location"] == second.headers["Location"]
    assert len(offers(engine)) == 1 and mails(engine) == ["volunteer_received"]


def test_who_is_signed_in_is_not_asked_what_we_know(signed_in: Browser, engine: Engine, here: Community) -> None:
    with rows(engine) as session:
        session.get_one(Community, here.id).admits_without_vog = True
        ria = factories.create_person(session, first_name="Ria", email="ria@post.example")
    browser = signed_in(ria)
    walker = Walker(browser).walk()
    assert "ria@post.example" not in walker.page and 'value="you"' not in walker.page
    answer = walker.finish()
    (offer,) = offers(engine)
    assert (offer.person_id, offer.state) == (ria.id, "active") and len(people(engine)) == 1
    assert "U kunt beginnen" in text_of(browser.get(answer.headers["Location"]))


def test_a_name_that_is_sent_along_changes_nothing_of_who_is_signed_in(signed_in: Browser, engine: Engine) -> None:
    with rows(engine) as session:
        ria = factories.create_person(session, first_name="Ria", email="ria@post.example")
    walker = Walker(signed_in(ria)).walk()
    action, sent = walker.form
    walker.browser.post(action, data={**sent, "first_name": "Mallory", "email": "mallory@post.example"})
    assert [(p.first_name, p.email) for p in people(engine)] == [("Ria", "ria@post.example")]


@pytest.mark.parametrize("state", ["applied", "active", "paused", "left", "stopped"])
def test_a_volunteer_is_sent_to_their_own_page(signed_in: Browser, engine: Engine, here: Community, state: str) -> None:
    with rows(engine) as session:
        person = factories.create_person(session)
        factories.create_volunteer(session, here, person, state=state)
    answer = signed_in(person).get(OFFER)
    assert (answer.status_code, answer.headers["Location"]) == (303, f"{HERE}/volunteer")


# ---- a certificate of conduct ----------------------------------------------------------------------------------------


def test_who_needs_a_vog_is_told_before_sending_and_after(client: FlaskClient, engine: Engine, here: Community) -> None:
    with rows(engine) as session:
        session.get_one(Community, here.id).vog_kinds = ["transport"]
    walker = Walker(client).walk()
    assert "Voor deze hulp vragen we een VOG" in walker.page
    assert "vragen we een VOG aan" in text_of(client.get(walker.finish().headers["Location"]))


def test_where_no_vog_is_needed_nobody_speaks_of_one(client: FlaskClient) -> None:
    walker = Walker(client).walk()
    assert "VOG" not in walker.page
    assert "VOG" not in text_of(client.get(walker.finish().headers["Location"]))
