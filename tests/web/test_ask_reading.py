"""What somebody wrote about when is filled in for them, said so, and theirs to change."""

import re
from datetime import date
from typing import Any

import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine

from models.tables import Community
from tests.factories import TODAY
from tests.web import walking
from tests.web.conftest import post
from tests.web.walking import HERE, nl, requests, send, text_of, walk
from web.ask.reading import when_read

WEEKLY = "Wie wandelt er elke dinsdagmiddag met mij?"
DAYTIME, EVENINGS = ["morning", "afternoon"], {day: ["evening"] for day in range(7)}
SAID = "You wrote: “%(said)s”. So we filled this in for you. Is it not right? Then change it."


@pytest.fixture(autouse=True)
def communities(engine: Engine) -> tuple[Community, Community]:
    return walking.two_communities(engine)


@pytest.mark.parametrize(
    ("text", "answers", "words"),
    [
        (WEEKLY, {"how": "weekly", "week": {"parts": {1: ["afternoon"]}, "times": {}}}, ["elke dinsdagmiddag"]),
        (
            "Elke week een keer, op maandag of vrijdag",
            {"how": "weekly", "week": {"parts": {0: DAYTIME, 4: DAYTIME}, "times": {}}},
            ["elke week", "maandag", "vrijdag"],
        ),
        ("Wekelijks boodschappen", {"how": "weekly"}, ["wekelijks"]),
        ("Elke avond even bellen", {"how": "weekly", "week": {"parts": EVENINGS, "times": {}}}, ["elke avond"]),
        ("Wie brengt mij morgen naar de poli?", {"how": "once", "date": "2026-11-25"}, ["morgen"]),
        ("Overmorgen, in de ochtend", {"how": "once", "date": "2026-11-26", "starts": "morning"},
         ["overmorgen", "ochtend"]),
        ("Op 5 december 's middags om half drie", {"how": "once", "date": "2026-12-05", "starts": "14:30"},
         ["5 december", "half drie"]),
        ("Op 5 december, 's ochtends of 's middags", {"how": "once", "date": "2026-12-05"}, ["5 december"]),
        ("Op 5 december, maar niet in de ochtend", {"how": "once", "date": "2026-12-05"}, ["5 december"]),
        ("Aanstaande zaterdag verhuizen we", {"how": "once", "date": "2026-11-28"}, ["aanstaande zaterdag"]),
        ("Komende dinsdag naar de markt", {"how": "once", "date": "2026-12-01"}, ["komende dinsdag"]),
        ("Eenmalig, op zaterdag of zondag", {"how": "once"}, ["eenmalig"]),
        ("Eenmalig, op zaterdag", {"how": "once", "date": "2026-11-28"}, ["eenmalig", "zaterdag"]),
        ("Eenmalig, niet op zaterdag", {"how": "once"}, ["eenmalig"]),
        ("Op 5 december, om half drie", {"how": "once", "date": "2026-12-05", "starts": "14:30"},
         ["5 december", "half drie"]),
        ("On December 15, a Tuesday, at 2:30 pm", {"how": "once", "date": "2026-12-15", "starts": "14:30"},
         ["december 15", "2:30 pm"]),
        ("Op 15 december, een dinsdag, moet ik naar de poli", {"how": "once", "date": "2026-12-15"}, ["15 december"]),
        ("Volgende week dinsdag naar de poli", {"how": "once", "date": "2026-12-01"}, ["volgende week dinsdag"]),
        ("Eenmalig, volgende dinsdag om 8 uur", {"how": "once"}, ["eenmalig"]),
        ("Elke week behalve op dinsdag", {"how": "weekly"}, ["elke week"]),
        ("Elke avond, niet op zondag",
         {"how": "weekly", "week": {"parts": {day: ["evening"] for day in range(6)}, "times": {}}}, ["elke avond"]),
        ("Elke dinsdag, niet 's ochtends",
         {"how": "weekly", "week": {"parts": {1: ["afternoon"]}, "times": {}}}, ["elke dinsdag"]),
        ("Volgende dinsdag om half drie", {}, []),
        ("Op 16 december, een dinsdag", {}, []),
        ("Op 5 of 12 december", {}, []),
        ("Op 5 december 2020", {}, []),
        ("Niet op dinsdag", {}, []),
        ("Morgen kan ik niet", {}, []),
        ("Op dinsdag heb ik tijd", {}, []),
        ("", {}, []),
    ],
)  # fmt: skip
def test_what_is_said_of_when_becomes_answers(text: str, answers: dict[str, Any], words: list[str]) -> None:
    read = when_read(text, TODAY)
    assert (read.answers, list(read.words)) == (answers, words)


def test_the_page_says_what_was_read_and_one_press_takes_it(client: FlaskClient, engine: Engine) -> None:
    walk(client, until="/kinds", words={"text": WEEKLY, "whom": "self"})
    page = text_of(client.get(f"{HERE}/ask/when"))
    assert nl(SAID, said="\u2068elke dinsdagmiddag\u2069") in page
    assert 'value="weekly" checked' in page
    ticked = {"how": "weekly", "week-1-part": "afternoon"}
    post(client, f"{HERE}/ask/when", ticked)
    for path in ("/where", "/you"):
        post(client, f"{HERE}/ask{path}", walking.ANSWERS[path])
    send(client)
    (request,) = requests(engine)
    assert request.when["windows"] == [{"day": "tue", "from": "12:00", "to": "17:00"}]


def test_nothing_is_applied_that_was_not_sent_and_what_was_answered_stays(client: FlaskClient) -> None:
    walk(client, until="/kinds", words={"text": WEEKLY, "whom": "self"})
    client.get(f"{HERE}/ask/when")
    assert client.get(f"{HERE}/ask/check").headers["Location"].startswith(f"{HERE}/ask/when")
    post(client, f"{HERE}/ask/when", {"how": "flexible"})
    page = text_of(client.get(f"{HERE}/ask/when"))
    assert 'value="flexible" checked' in page and "vulden we dit vast in" not in page


def test_a_date_is_filled_in_and_what_is_not_sure_says_nothing(client: FlaskClient) -> None:
    walk(client, until="/kinds", words={"text": "Op 5 december om 14.30 uur naar de poli.", "whom": "self"})
    page = text_of(client.get(f"{HERE}/ask/when"))
    assert nl(SAID, said="\u20685 december … 14.30 uur\u2069") in page
    assert 'value="2026-12-05"' in page and '<option value="14:30" selected>' in page
    walk(client, until="/kinds", words={"text": "Volgende dinsdag moet ik naar de poli.", "whom": "self"})
    page = text_of(client.get(f"{HERE}/ask/when"))
    assert " checked" not in page and "vulden we dit vast in" not in page


@given(st.text(max_size=200), st.dates(date(2024, 1, 1), date(2060, 12, 31)))
def test_nothing_is_said_to_be_filled_in_that_was_not(text: str, today: date) -> None:
    read = when_read(text, today)
    assert bool(read.words) == bool(read.answers)


def test_who_says_nothing_of_when_is_asked_as_ever(client: FlaskClient) -> None:
    walk(client, until="/kinds")
    page = text_of(client.get(f"{HERE}/ask/when"))
    assert " checked" not in page and "vulden we dit vast in" not in page


def test_the_language_that_somebody_writes_of_is_ticked_and_said(client: FlaskClient) -> None:
    walk(client, until="/where", words={"text": "Mijn buurvrouw spreekt alleen Turks. Wie drinkt er koffie met haar?",
                                        "whom": "other"})  # fmt: skip
    page = text_of(client.get(f"{HERE}/ask/you"))
    assert re.findall(r'<input[^>]*name="languages"[^>]*value="(..)"[^>]*checked', page) == ["tr"]
    assert "turks" in page[page.index("U schreef") :][:60].lower()
