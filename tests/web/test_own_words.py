"""A community's own words in its messages, as its administrator writes them."""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from flask_babel import force_locale
from sqlalchemy import Engine
from sqlmodel import Session, select
from werkzeug.test import TestResponse

from models.messages import words
from models.tables import Wording
from tests import factories
from tests.web import walking
from tests.web.conftest import post
from tests.web.pairs import Browser
from tests.web.walking import HERE, nl, rows, text_of
from web.administer.names import FILLED_IN, MESSAGE_NAMES

SETTINGS = f"{HERE}/settings"


@pytest.fixture
def browser(engine: Engine, signed_in: Browser) -> FlaskClient:
    """A browser of the administrator."""
    here, _elsewhere = walking.two_communities(engine)
    with rows(engine) as session:
        return signed_in(factories.create_administrator(session, here, first_name="Bas", email="bas@hengelo.example"))


def send(browser: FlaskClient, page: str, typed: str) -> TestResponse:
    """Save own words, and see where that leads."""
    return post(browser, SETTINGS + page, {"text": typed}, follow_redirects=True)


def kept(engine: Engine) -> list[str]:
    with Session(engine) as session:
        return list(session.exec(select(Wording.text)))


def test_every_mail_has_a_name_here() -> None:
    assert {key.rpartition(".")[0] for key in words.keys()} == set(MESSAGE_NAMES)  # noqa: SIM118  (a function, no dict)


def test_every_word_that_is_filled_in_is_explained(browser: FlaskClient) -> None:
    filled_in = {name for key in words.keys() for name in words.placeholders(key)}  # noqa: SIM118
    assert filled_in == set(FILLED_IN)
    page = text_of(browser.get(f"{SETTINGS}/texts/appointment_planned.intro/nl"))
    assert f"[{nl('the other')}]</code>: " + nl("the first name of the other one") in page


@pytest.mark.parametrize("language", ["nl", "en"])
def test_words_that_are_filled_in_can_be_told_apart(site: Flask, language: str) -> None:
    with site.test_request_context(), force_locale(language):
        names = {str(word.name).casefold() for word in FILLED_IN.values()}
    assert len(names) == len(FILLED_IN)


def test_a_text_reads_without_anything_of_a_programmer(browser: FlaskClient) -> None:
    for key in words.keys():  # noqa: SIM118
        page = text_of(browser.get(f"{SETTINGS}/texts/{key}/nl"))
        assert "%(" not in page and ")s" not in page, key


def test_every_text_can_be_opened(browser: FlaskClient) -> None:
    for key in words.keys():  # noqa: SIM118
        for language in ("nl", "en"):
            assert browser.get(f"{SETTINGS}/texts/{key}/{language}").status_code == 200, key


def test_own_words_come_and_go(engine: Engine, browser: FlaskClient) -> None:
    there = "/texts/proposal_volunteer.intro/nl"
    page = text_of(send(browser, there, "Hoi [ VOORNAAM ], wil jij [inwoner] of %(resident)s helpen?"))
    assert nl("The text is saved.") in page and nl("own words") in page
    assert kept(engine) == ["Hoi %(first_name)s, wil jij %(resident)s of %(resident)s helpen?"]
    assert "Hoi [voornaam], wil jij [inwoner] of [inwoner] helpen?" in text_of(browser.get(SETTINGS + there))
    send(browser, there, " ")
    assert kept(engine) == []


@pytest.mark.parametrize(
    ("key", "typed", "words_", "strange"),
    [
        ("digest.intro", "Dag %(last_name)s", "We cannot fill in %(found)s here. Use only the words that stand above.",
         "%(last_name)s"),
        ("digest.intro", "Dag [achternaam]", "We cannot fill in %(found)s here. Use only the words that stand above.",
         "[achternaam]"),
        ("digest.intro", "Dag [inwoner]", "We cannot fill in %(found)s here. Use only the words that stand above.",
         "[inwoner]"),
        ("digest.intro", "x" * 4001, "This text is too long. Use at most %(limit)s characters.", ""),
        ("digest.subject", "x" * 201, "This text is too long. Use at most %(limit)s characters.", ""),
    ],
)  # fmt: skip
def test_words_that_cannot_be_used_stay_and_are_explained(
    engine: Engine, browser: FlaskClient, key: str, typed: str, words_: str, strange: str
) -> None:
    answer = send(browser, f"/texts/{key}/nl", typed)
    assert answer.status_code == 422
    assert nl(words_, found=strange, limit=4000 if "intro" in key else 200) in text_of(answer)
    assert typed in text_of(answer) and kept(engine) == []
    assert '<details class="more" open>' in text_of(answer), "which words there are is shown"


@pytest.mark.parametrize("nowhere", ["nothing.intro/nl", "digest.body/nl", "digest.intro/xx", "digest/nl"])
def test_a_text_that_does_not_exist_is_not_found(browser: FlaskClient, nowhere: str) -> None:
    assert browser.get(f"{SETTINGS}/texts/{nowhere}").status_code == 404
