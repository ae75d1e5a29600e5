"""How a community looks is chosen by its administrator, stands on every page and mail, and on nobody else's."""

import re
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine

from models.tables import Community, Person
from tests import factories
from tests.web import walking
from tests.web.conftest import post
from tests.web.pairs import Browser
from tests.web.walking import HERE, nl, rows, text_of

LOOK = f"{HERE}/settings/look"
SHEET = re.compile(r'<link rel="stylesheet" href="(/hengelo/look-[0-9a-f]{12}\.css)">')
DARK_INK = ":root { --noaber-ink: #101010; }"


@pytest.fixture
def boss(engine: Engine, signed_in: Browser) -> Any:
    here, _there = walking.two_communities(engine)
    with rows(engine) as session:
        who: Person = factories.create_administrator(session, session.get_one(Community, here.id))
    return signed_in(who)


def _address(page: str) -> str:
    found = SHEET.search(page)
    assert found is not None
    return found[1]


def test_a_theme_stands_on_every_page_of_the_community_and_on_no_other(boss: FlaskClient, client: FlaskClient) -> None:
    assert not SHEET.search(text_of(client.get(f"{HERE}/")))
    post(boss, LOOK, {"theme": "water"})
    page = text_of(client.get(f"{HERE}/"))
    sheet = client.get(_address(page))
    assert sheet.status_code == 200 and sheet.mimetype == "text/css"
    assert "--noaber-action:#124e8c;" in text_of(sheet) and "prefers-color-scheme:dark" in text_of(sheet)
    assert "immutable" in sheet.headers["Cache-Control"] and "Set-Cookie" not in sheet.headers
    assert 'content="#fbfdff"' in page, "the colour of the browser's own bar"
    assert "look-" not in text_of(client.get("/heerenveen/")) and "look-" not in text_of(client.get("/"))


def test_other_colours_are_another_address_and_the_old_one_is_gone(boss: FlaskClient, client: FlaskClient) -> None:
    post(boss, LOOK, {"theme": "own", "tokens": DARK_INK})
    before = _address(text_of(client.get(f"{HERE}/")))
    post(boss, LOOK, {"theme": "own", "tokens": DARK_INK.replace("101010", "202020")})
    assert _address(text_of(client.get(f"{HERE}/"))) != before
    assert client.get(before).status_code == 404
    assert client.get("/heerenveen/look-000000000000.css").status_code == 404


@pytest.mark.parametrize("tokens", ["", "body{}", ":root { --noaber-ink: #eeeeee; }", "<script>alert(1)</script>"])
def test_what_cannot_be_used_is_refused_at_its_place_and_stays_as_typed(boss: FlaskClient, tokens: str) -> None:
    answer = post(boss, LOOK, {"theme": "own", "tokens": tokens})
    page = text_of(answer)
    assert answer.status_code == 422 and 'id="tokens-error"' in page and "<script>alert" not in page
    assert not SHEET.search(page)


def test_too_little_contrast_says_which_two_and_how_much(boss: FlaskClient) -> None:
    page = text_of(post(boss, LOOK, {"theme": "own", "tokens": ":root { --noaber-ink: #9aa0a4; }"}))
    assert "--noaber-ink op --noaber-paper" in page and "4.5" in page


def test_ones_own_tokens_stay_while_another_theme_is_tried(boss: FlaskClient) -> None:
    post(boss, LOOK, {"theme": "own", "tokens": DARK_INK})
    post(boss, LOOK, {"theme": "noaber"})
    page = text_of(boss.get(LOOK))
    assert "--noaber-ink: #101010;" in page and nl("Which look?") in page
