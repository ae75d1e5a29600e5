"""Walking the pages of asking, and rows that stand in the database for good, for the tests of the pages."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from markupsafe import escape
from sqlalchemy import Engine
from sqlmodel import Session, select
from werkzeug.test import TestResponse

from models import catalogue
from models.database import writing
from models.tables import Community, HelpRequest
from tests import factories
from tests.web.conftest import post
from web.runtime import Runtime

HERE = "/hengelo"
ANSWERS: dict[str, dict[str, Any]] = {
    "": {"text": "Wie kan mij dinsdag met de rollator naar het ziekenhuis brengen?", "whom": "self"},
    "/kinds": {"kinds": ["hospital-escort"]},
    "/when": {"how": "once", "date": "2026-12-08", "starts": "13:30", "ends": "15:30"},
    "/where": {"postcode": "7551 ab"},
    "/you": {"first_name": "Dien", "reach": "phone", "phone": "06 12345678", "choice": "self", "languages": ["nl"]},
}
FOR_OTHER = {
    "": {"text": "Mijn moeder zoekt iemand om mee te wandelen.", "whom": "other"},
    "/you": {
        "first_name": "Riet",
        "asker_first_name": "Anna",
        "relation": "daughter",
        "told": "in_person",
        "told_on": "2026-11-23",
        "contact": "asker",
        "reach": "email",
        "email": "anna@post.example",
        "choice": "self",
        "languages": ["nl"],
    },
}


@contextmanager
def rows(engine: Engine) -> Iterator[Session]:
    """Change or read the database beside the site; committed at the end."""
    with Session(writing(engine), expire_on_commit=False) as session:
        yield session
        session.commit()


def two_communities(engine: Engine) -> tuple[Community, Community]:
    """Make Hengelo (the first three postcodes) and Heerenveen (the fourth)."""
    with rows(engine) as session:
        here = factories.create_community(session, slug="hengelo", name="Hengelo", phone="+31742450000")
        there = factories.create_community(
            session, areas=("8441",), slug="heerenveen", name="Heerenveen", phone="+31513123456"
        )
    return here, there


def walk(browser: FlaskClient, until: str = "/you", here: str = HERE, **changed: dict[str, Any]) -> TestResponse:
    """Answer the pages in order, up to and including one; ``you={"reach": "visit"}`` changes answers of a page."""
    answer: TestResponse | None = None
    for path, answers in ANSWERS.items():
        wanted = changed.get(path.removeprefix("/") or "words", answers)
        answer = post(browser, f"{here}/ask{path}", wanted)
        if path == until:
            break
    assert answer is not None
    return answer


def send(browser: FlaskClient, here: str = HERE) -> TestResponse:
    """Press "Send request"."""
    return post(browser, f"{here}/ask/check")


def requests(engine: Engine) -> list[HelpRequest]:
    """Give every request that stands in the database, drafts included."""
    with Session(engine) as session:
        return list(session.exec(select(HelpRequest).order_by(HelpRequest.id)))  # type: ignore[arg-type]


def text_of(answer: TestResponse) -> str:
    """Give a page as text."""
    return answer.get_data(as_text=True)


def opened(site: Flask) -> Runtime:
    """Give the opened things of a site."""
    found = site.extensions["noaber"]
    assert isinstance(found, Runtime)
    return found


def link_of(site: Flask, request: HelpRequest, here: str = HERE, *, by_mail: bool = True) -> str:
    """Give the private page of a request."""
    return f"{here}/r/{opened(site).tokens.request_link(request.id or 0, request.link_version, by_mail=by_mail)}"


def nl(words: str, **details: object) -> str:
    """Give a sentence as the Dutch page has it, escaped as HTML."""
    said = str(catalogue.translations("nl").gettext(words))
    return str(escape(said % details if details else said))
