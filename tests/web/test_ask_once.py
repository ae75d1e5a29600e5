"""Sending a request: once, however often somebody clicks, and without telling anybody anything."""

import re
import threading

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine
from sqlmodel import Session, select

from models.states import RequestState
from models.tables import Call, OutboxMessage, Person
from tests import factories
from tests.web import walking
from tests.web.conftest import post, token_of
from tests.web.walking import HERE, requests, rows, send, text_of, walk


@pytest.fixture(autouse=True)
def _communities(engine: Engine) -> None:
    walking.two_communities(engine)


# ---- sending once ----------------------------------------------------------------------------------------------------


def test_a_second_click_gives_the_same_confirmation(client: FlaskClient, engine: Engine) -> None:
    walk(client)
    token = token_of(client.get(f"{HERE}/ask/check"))
    first, second = (client.post(f"{HERE}/ask/check", data={"csrf_token": token}) for _ in range(2))
    assert first.headers["Location"] == second.headers["Location"] == f"{HERE}/ask/done"
    assert len(requests(engine)) == 1


def test_going_back_after_sending_leads_to_the_same_confirmation(client: FlaskClient, engine: Engine) -> None:
    walk(client)
    send(client)
    for path in ("/kinds", "/when", "/where", "/you", "/check"):
        assert client.get(f"{HERE}/ask{path}").headers["Location"] == f"{HERE}/ask/done"
    token = token_of(client.get(f"{HERE}/ask/done"))
    late = client.post(f"{HERE}/ask/when", data={"csrf_token": token, "how": "flexible"})
    assert late.headers["Location"] == f"{HERE}/ask/done"
    assert requests(engine)[0].when["kind"] == "once"


def test_a_new_request_begins_empty_and_the_old_confirmation_stays(client: FlaskClient, engine: Engine) -> None:
    walk(client)
    send(client)
    reference = requests(engine)[0].reference
    assert "rollator" not in text_of(client.get(f"{HERE}/ask"))
    assert str(reference) in text_of(client.get(f"{HERE}/ask/done"))
    walk(client, words={"text": "Wie wil met mij wandelen?", "whom": "self"})
    send(client)
    assert len(requests(engine)) == 2


def test_fifty_identical_posts_at_once_make_one_request(site: Flask, client: FlaskClient, engine: Engine) -> None:
    walk(client)
    token = token_of(client.get(f"{HERE}/ask/check"))
    cookie = client.get_cookie("noaber")
    assert cookie is not None
    answers: list[tuple[int, str | None]] = []

    def click() -> None:
        browser = site.test_client()
        browser.set_cookie("noaber", cookie.value)
        answer = browser.post(f"{HERE}/ask/check", data={"csrf_token": token})
        answers.append((answer.status_code, answer.headers.get("Location")))

    clicks = [threading.Thread(target=click) for _ in range(50)]
    for one in clicks:
        one.start()
    for one in clicks:
        one.join()
    assert set(answers) == {(303, f"{HERE}/ask/done")} and len(answers) == 50
    (request,) = requests(engine)
    assert request.state == RequestState.SUBMITTED
    with Session(engine) as session:
        assert len(session.exec(select(Person)).all()) == 1
        assert len(session.exec(select(OutboxMessage)).all()) + len(session.exec(select(Call)).all()) <= 1


def test_twenty_first_pages_at_once_make_one_draft(site: Flask, client: FlaskClient, engine: Engine) -> None:
    token = token_of(client.get(f"{HERE}/ask"))
    cookie = client.get_cookie("noaber")
    assert cookie is not None

    def click() -> None:
        browser = site.test_client()
        browser.set_cookie("noaber", cookie.value)
        browser.post(f"{HERE}/ask", data={"csrf_token": token, "text": "Wie helpt mij?", "whom": "self"})

    clicks = [threading.Thread(target=click) for _ in range(20)]
    for one in clicks:
        one.start()
    for one in clicks:
        one.join()
    assert len(requests(engine)) == 1


# ---- what nobody may learn -------------------------------------------------------------------------------------------


def test_no_page_tells_whether_an_address_is_known(client: FlaskClient, site: Flask, engine: Engine) -> None:
    with rows(engine) as session:
        factories.create_person(session, first_name="Wilhelmina", email="bekend@post.example", phone="+31687654321")
    pages = []
    for address in ("bekend@post.example", "onbekend@post.example"):
        browser = site.test_client()
        walk(browser, you={"first_name": "Piet", "reach": "email", "email": address, "choice": "self"})
        browser.get(send(browser).headers["Location"])
        request = requests(engine)[-1]
        done = text_of(browser.get(f"{HERE}/ask/done")) + text_of(browser.get(walking.link_of(site, request)))
        assert "Wilhelmina" not in done and "87654321" not in done and address not in done
        pages.append(_without_secrets(done))
    assert pages[0] == pages[1]


def _without_secrets(page: str) -> str:
    page = re.sub(r'name="csrf_token" value="[^"]+"', "", page)
    page = re.sub(r"/r/[\w.\-]+", "", page)
    return re.sub(r"reference__code\">[^<]+<", "", page)


def test_a_shared_computer_can_forget(client: FlaskClient, engine: Engine) -> None:
    walk(client)
    send(client)
    post(client, f"{HERE}/ask/close", page=f"{HERE}/ask/done")
    assert client.get(f"{HERE}/ask/done").headers["Location"].endswith("/ask")
    assert requests(engine)[0].state == RequestState.SUBMITTED


def test_a_get_writes_nothing(client: FlaskClient, engine: Engine) -> None:
    for path in ("", "/kinds", "/when", "/where", "/you", "/check", "/done", "/again", "/elsewhere"):
        client.get(f"{HERE}/ask{path}")
    assert requests(engine) == []
