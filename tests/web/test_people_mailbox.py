"""Two people who share a mailbox, and one who wrote two names: who is it that comes in?"""

import re
from typing import Any

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine
from sqlmodel import Session, col, select

from models.tables import Community, HelpRequest, Person, SignInCode
from tests import factories
from tests.factories import NOW, PASSWORD
from tests.web import walking
from tests.web.conftest import post
from tests.web.walking import HERE, rows, text_of

SIGN_IN, ACCOUNT = f"{HERE}/sign-in", f"{HERE}/account"


@pytest.fixture(autouse=True)
def here(engine: Engine) -> Community:
    return walking.two_communities(engine)[0]


@pytest.fixture
def ria(engine: Engine) -> Person:
    """Somebody with an account and a password."""
    with rows(engine) as session:
        return factories.create_person(
            session, first_name="Ria", last_name="Smit", email="thuis@post.example", password=PASSWORD
        )


def typed(engine: Engine, here: Community, first_name: str, **columns: Any) -> tuple[Person, HelpRequest]:
    """Give somebody who asked without an account, with the address of Ria."""
    with rows(engine) as session:
        person = factories.create_person(
            session, first_name=first_name, last_name="", email="thuis@post.example", email_confirmed_at=None, **columns
        )
        return person, factories.create_request(session, here, person)


def by_mail(browser: FlaskClient, site: Flask, engine: Engine, **more: str) -> Any:
    """Come in with the digits of the mail."""
    post(browser, SIGN_IN, {"email": "thuis@post.example"})
    with Session(engine) as session:
        code = session.exec(select(SignInCode).order_by(col(SignInCode.id).desc())).first()
    assert code is not None
    digits = walking.opened(site).tokens.sign_in_digits(code.id, code.nonce)
    return post(browser, f"{SIGN_IN}/code", {"email": "thuis@post.example", "digits": digits, **more})


def test_what_was_asked_without_an_account_stands_on_the_page_after_the_first_sign_in(
    client: FlaskClient, site: Flask, engine: Engine, here: Community, ria: Person
) -> None:
    _person, request = typed(engine, here, "Ria")
    answer = by_mail(client, site, engine)
    assert (answer.status_code, answer.headers["Location"]) == (303, ACCOUNT), "nobody is asked anything"
    assert str(request.reference) in text_of(client.get(ACCOUNT))


def test_who_shares_a_mailbox_says_who_they_are_and_goes_where_they_were_going(
    client: FlaskClient, site: Flask, engine: Engine, here: Community, ria: Person
) -> None:
    jan, request = typed(engine, here, "Jan")
    answer = by_mail(client, site, engine, next=f"{HERE}/account/details")
    assert answer.headers["Location"].startswith(f"{SIGN_IN}/who")
    assert client.get(ACCOUNT).status_code == 302, "nobody came in yet"
    page = text_of(client.get(answer.headers["Location"]))
    assert "Ik ben Ria Smit" in page and "Ik ben Jan" in page
    chosen = post(client, f"{SIGN_IN}/who", {"person": str(jan.id), "next": f"{HERE}/account/details"})
    assert chosen.headers["Location"] == f"{HERE}/account/details"
    account = text_of(client.get(ACCOUNT))
    assert "Dag Jan" in account and str(request.reference) in account


@pytest.mark.parametrize("person", ["", "x", "999999", "0", "9" * 40, "-1", "\u0664"])
def test_nobody_comes_in_as_who_has_another_address(
    client: FlaskClient, site: Flask, engine: Engine, here: Community, ria: Person, person: str
) -> None:
    typed(engine, here, "Jan")
    by_mail(client, site, engine)
    assert post(client, f"{SIGN_IN}/who", {"person": person}).status_code == 404
    assert client.get(ACCOUNT).status_code == 302


def test_the_question_is_for_who_just_came_in_by_mail(
    client: FlaskClient, site: Flask, engine: Engine, here: Community, ria: Person
) -> None:
    jan, _request = typed(engine, here, "Jan")
    for answer in (client.get(f"{SIGN_IN}/who"), post(client, f"{SIGN_IN}/who", {"person": str(jan.id)}, page=SIGN_IN)):
        assert (answer.status_code, answer.headers["Location"]) == (303, SIGN_IN)
    by_mail(client, site, engine)
    with time_machine.travel(NOW.replace(minute=11), tick=True):
        assert client.get(f"{SIGN_IN}/who").headers["Location"] == SIGN_IN


def test_two_names_of_one_person_are_put_together_by_that_person(
    client: FlaskClient, site: Flask, engine: Engine, here: Community, ria: Person
) -> None:
    initial, request = typed(engine, here, "M. Smit-Jansen")
    by_mail(client, site, engine)
    post(client, f"{SIGN_IN}/who", {"person": str(ria.id)})
    assert "M. Smit-Jansen" in text_of(client.get(ACCOUNT))
    page = text_of(client.get(f"{ACCOUNT}/also"))
    assert "Dit kan niet terug" in page and re.search(rf'name="person" value="{initial.id}"', page)
    for _click in range(2):
        answer = post(client, f"{ACCOUNT}/also", {"person": str(initial.id)}, page=ACCOUNT)
        assert (answer.status_code, answer.headers["Location"]) == (303, ACCOUNT)
    account = text_of(client.get(ACCOUNT))
    assert str(request.reference) in account and "M. Smit-Jansen" not in account
    assert client.get(f"{ACCOUNT}/also").headers["Location"] == ACCOUNT


def test_a_password_opens_no_other_name(client: FlaskClient, engine: Engine, here: Community, ria: Person) -> None:
    jan, _request = typed(engine, here, "Jan")
    answer = post(client, f"{SIGN_IN}/password", {"email": "thuis@post.example", "password": PASSWORD})
    assert answer.headers["Location"] == ACCOUNT
    assert "Jan" not in text_of(client.get(ACCOUNT))
    assert client.get(f"{ACCOUNT}/also").headers["Location"] == ACCOUNT
    post(client, f"{ACCOUNT}/also", {"person": str(jan.id)}, page=ACCOUNT)
    with Session(engine) as session:
        assert session.get_one(Person, jan.id).joined_id is None
