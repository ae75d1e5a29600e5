"""Whatever somebody types on the pages of asking: no fault, nothing lost, the reason at the field and on top."""

import re
from html import unescape

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine
from sqlmodel import Session, select

from models.tables import HelpRequest, Person
from tests.web import walking
from tests.web.conftest import post
from tests.web.walking import HERE, nl, requests, send, text_of, walk

BSN = "111222333"
NAUGHTY = [
    "<script>alert(1)</script>",
    "{{7*7}} ${7*7} #{7*7}",
    "'; DROP TABLE person; --",
    "%s %d %(name)s %n",
    "../../etc/passwd",
    "مرحبا أحتاج إلى مساعدة",
    "👵🏽🚶‍♀️ wandelen?",
    "Zoë wil graag Ça va",
    "a\u200bb\u200dc\u2060",
    "‮omgekeerd",
    "Iemand\r\nvoor twee\nregels",
    "=1+1",
]


@pytest.fixture(autouse=True)
def _communities(engine: Engine) -> None:
    walking.two_communities(engine)


def _twice(page: str, words: str) -> bool:
    """Whether a sentence stands in the summary and at the field, and the title says that something is wrong."""
    return page.count(words) == 2 and "<title>Fout:" in page


@pytest.mark.parametrize("text", NAUGHTY)
def test_any_text_comes_back_exactly_and_inert(client: FlaskClient, engine: Engine, text: str) -> None:
    walk(client, words={"text": text, "whom": "self"})
    for path in ("", "/check"):
        page = text_of(client.get(f"{HERE}/ask{path}"))
        assert text.replace("\r\n", "\n") in unescape(page).replace("\r\n", "\n")
        assert "<script>alert" not in page
    send(client)
    (request,) = requests(engine)
    assert request.text.replace("Zoe\u0308", "Zoë") == text.replace("\r\n", "\n").replace("Zoe\u0308", "Zoë").strip()


def test_ten_thousand_characters_are_welcome(client: FlaskClient, engine: Engine) -> None:
    text = "Ik zoek hulp. " * 714 + "Dag."
    assert len(text) == 10_000
    walk(client, words={"text": text, "whom": "self"})
    send(client)
    assert requests(engine)[0].text == text


@pytest.mark.parametrize("length", [10_001, 1_000_000])
def test_too_long_a_text_is_refused_kindly_and_kept(client: FlaskClient, engine: Engine, length: int) -> None:
    answer = post(client, f"{HERE}/ask", {"text": "x" * length, "whom": "self"})
    page = text_of(answer)
    assert answer.status_code == 422
    assert _twice(page, nl("This text is too long. Use at most %(limit)s characters.", limit=10_000))
    assert "x" * length in page
    assert len(requests(engine)[0].answers["words"]["text"]) >= 10_000
    assert "x" * 10_000 in text_of(client.get(f"{HERE}/ask"))


def test_a_character_that_nobody_can_read_is_refused(client: FlaskClient, engine: Engine) -> None:
    answer = post(client, f"{HERE}/ask", {"text": "Wie helpt\0mij?", "whom": "self"})
    assert answer.status_code == 422
    assert _twice(text_of(answer), nl("There is a character in this text that we cannot read. Type it again."))
    assert requests(engine)[0].answers["words"]["text"] == "Wie helptmij?"


@pytest.mark.parametrize("written", [BSN, "111 222 333", "1112.22.333", "111-222-333"])
def test_a_citizen_service_number_is_stopped_and_never_kept(client: FlaskClient, engine: Engine, written: str) -> None:
    text = f"Mijn nummer is {written}, wie helpt mij?"
    answer = post(client, f"{HERE}/ask", {"text": text, "whom": "self"})
    assert answer.status_code == 422
    words = nl("This looks like a citizen service number (BSN). We never need it. Leave it out, please.")
    assert _twice(text_of(answer), words)
    assert written in text_of(answer)  # to be taken out by themself
    kept = requests(engine)[0].answers["words"]["text"]
    assert written not in kept and BSN not in "".join(c for c in kept if c.isdigit())


@pytest.mark.parametrize("name", ["J", "O'Brien", "d’Haens-van ʼt Hoff", "李", "محمد", "x" * 100, "Anne Marie"])
def test_any_name_is_a_name(client: FlaskClient, engine: Engine, name: str) -> None:
    walk(client, you={**walking.ANSWERS["/you"], "first_name": name})
    assert name in unescape(text_of(client.get(f"{HERE}/ask/check")))
    send(client)
    with Session(engine) as session:
        assert [person.first_name for person in session.exec(select(Person))] == [name]


@pytest.mark.parametrize("name", ["", "   ", "\u200b", "x" * 101, f"Jan {BSN}"])
def test_what_is_no_name_is_refused_at_its_field(client: FlaskClient, name: str) -> None:
    answer = walk(client, you={**walking.ANSWERS["/you"], "first_name": name})
    page = text_of(answer)
    assert answer.status_code == 422 and "<title>Fout:" in page
    assert 'href="#first_name"' in page and 'id="first_name-error"' in page


@pytest.mark.parametrize("code", [" 7551 ab ", "7551AB", "7551-AB", "NL-7551 AB", "7551\u00a0AB", "7551"])
def test_a_postcode_in_any_spelling_is_read(client: FlaskClient, engine: Engine, code: str) -> None:
    walk(client, where={"postcode": code})
    send(client)
    assert requests(engine)[0].postcode in ("7551AB", "7551")


@pytest.mark.parametrize("code", ["0123AB", "ab1234", "1234A", "7551AB\n7552AB", "٧٥٥١", "", "<b>"])
def test_what_is_no_postcode_is_refused_and_stays(client: FlaskClient, code: str) -> None:
    answer = walk(client, until="/where", where={"postcode": code})
    page = text_of(answer)
    assert answer.status_code == 422 and "<title>Fout:" in page and 'href="#postcode"' in page
    assert "074 245 0000" in page


@pytest.mark.parametrize("number", ["0612345678", "06-12345678", "+31 6 12345678", "0031612345678", "(074) 250 1234"])
def test_a_phone_number_in_any_notation_is_kept_in_one(client: FlaskClient, engine: Engine, number: str) -> None:
    walk(client, you={**walking.ANSWERS["/you"], "phone": number})
    send(client)
    with Session(engine) as session:
        (person,) = session.exec(select(Person)).all()
    assert person.phone in ("+31612345678", "+31742501234")


@pytest.mark.parametrize(
    ("reach", "typed"),
    [
        ("phone", "bel maar"),
        ("phone", "12"),
        ("phone", "06 1234567\n8"),
        ("email", "a@b"),
        ("email", "a@b.nl, c@d.nl"),
        ("email", "a@b.nl\nBcc: c@d.nl"),
        ("email", "x" * 250 + "@post.example"),
    ],
)
def test_who_cannot_be_reached_so_hears_it_at_the_field(client: FlaskClient, reach: str, typed: str) -> None:
    answer = walk(client, you={"first_name": "Jo", "choice": "self", "reach": reach, reach: typed})
    page = text_of(answer)
    assert answer.status_code == 422 and f'href="#{reach}"' in page
    assert typed.split("\n")[0] in unescape(page)


@pytest.mark.parametrize(
    "when",
    [
        {"how": "once", "date": "2026-02-31", "starts": "10:00"},
        {"how": "once", "date": "0001-01-01", "starts": "10:00"},
        {"how": "once", "date": "9999-12-31", "starts": "10:00"},
        {"how": "once", "date": "2026-11-23", "starts": "10:00"},
        {"how": "once", "date": "2026-11-24", "starts": "06:00"},
        {"how": "once", "date": "2026-12-08", "starts": "14:00", "ends": "13:00"},
        {"how": "once", "date": "2026-12-08", "starts": "25:00"},
        {"how": "once", "date": "2026-12-08", "starts": "morning", "ends": "11:00"},
        {"how": "once", "date": "2026-11-23", "starts": "unknown"},
        {"how": "once", "date": "", "starts": "unknown"},
        {"how": "once", "date": "2026-12-08", "starts": "night"},
        {"how": "once", "date": "2027-03-28", "starts": "02:30", "ends": "03:30"},
        {"how": "once", "date": "", "starts": ""},
        {"how": "weekly"},
        {"how": "weekly", "week-0-from": "10:00", "week-0-until": ""},
        {"how": "weekly", "week-0-from": "12:00", "week-0-until": "10:00"},
        {"how": "weekly", "week-0-from": "ten", "week-0-until": "noon"},
        {"how": "weekly", "week-0-part": "morning", "first": "2026-12-01", "last": "2026-11-25"},
        {"how": "monthly"},
        {},
    ],
)
def test_a_moment_that_cannot_be_is_refused_with_what_was_typed(client: FlaskClient, when: dict[str, str]) -> None:
    answer = walk(client, until="/when", when=when)
    page = text_of(answer)
    assert answer.status_code == 422 and "<title>Fout:" in page and "field__error" in page
    for typed in (when.get("date"), when.get("first"), when.get("last")):
        assert not typed or f'value="{typed}"' in page


def test_help_until_midnight_is_possible(client: FlaskClient, engine: Engine) -> None:
    walk(client, when={"how": "once", "date": "2026-12-31", "starts": "22:00", "ends": "24:00"})
    send(client)
    assert requests(engine)[0].when["end"] == "2027-01-01T00:00"


def test_more_than_five_kinds_are_too_many(client: FlaskClient) -> None:
    many = ["garden", "pets", "money", "transport", "groceries", "sewing"]
    answer = walk(client, until="/kinds", kinds={"others": many})
    page = text_of(answer)
    assert answer.status_code == 422
    assert _twice(page, nl("Choose at most %(limit)s kinds of help.", limit=5))
    assert all(f'value="{slug}" checked' in page for slug in many)


def test_a_kind_that_does_not_exist_is_left_out(client: FlaskClient, engine: Engine) -> None:
    walk(client, kinds={"kinds": ["hospital-escort", "world-peace", "<script>"]})
    send(client)
    assert requests(engine)[0].kinds == ["hospital-escort"]


def test_forged_answers_change_nothing_else(client: FlaskClient, engine: Engine) -> None:
    forged = {**walking.ANSWERS["/you"], "state": "open", "summary": "x", "urgency": "high", "resident_id": "1"}
    walk(client, you={**forged, "languages": ["nl", "xx", "'; --"]})
    send(client)
    (request,) = requests(engine)
    assert (request.state, request.summary, request.urgency, request.languages) == ("submitted", "", "normal", ["nl"])


def test_a_doubled_parameter_counts_once(client: FlaskClient, engine: Engine) -> None:
    walk(client, where={"postcode": ["7551", "8441"]})
    send(client)
    assert requests(engine)[0].postcode == "7551"


def test_a_form_without_its_token_changes_nothing(client: FlaskClient, engine: Engine) -> None:
    client.get(f"{HERE}/ask")
    answer = client.post(f"{HERE}/ask", data={"text": "Wie helpt mij?", "whom": "self"})
    assert answer.status_code == 400
    with Session(engine) as session:
        assert session.exec(select(HelpRequest)).all() == []


def test_who_knows_the_end_and_a_part_of_the_day_hears_what_to_change(client: FlaskClient) -> None:
    walk(client, until="/kinds")
    answer = post(
        client, f"{HERE}/ask/when", {"how": "once", "date": "2026-12-08", "starts": "morning", "ends": "11:30"}
    )
    assert answer.status_code == 422
    assert nl("Choose a time to begin too. Or choose “I do not know” at “Until what time?”.") in text_of(answer)
    assert re.findall(r'<option value="([^"]+)" selected', text_of(answer)) == ["morning", "11:30"]
