"""Open requests, who asks and who may help, for the tests of browsing; a test file imports the fixtures it needs."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine
from sqlmodel import Session, select

from models.tables import Area, Community, HelpRequest, Match, Person, Volunteer
from tests import factories
from tests.web import walking
from tests.web.walking import HERE, rows

LIST, FOR_ME = f"{HERE}/browse", f"{HERE}/browse/for-me"
Browser = Callable[[Person], FlaskClient]
SECRETS = ("Wilhelmina", "Kaasjager", "+31611111111", "wil@post.example", "Geheimstraat 7", "7551XY", "niet alleen")


@pytest.fixture(autouse=True, name="here")
def _here(engine: Engine) -> Community:
    found = walking.two_communities(engine)[0]
    with rows(engine) as session:
        session.get_one(Area, "7551").neighbourhood = "De Nijverheid"
    return found


@pytest.fixture(name="wil")
def _wil(engine: Engine) -> Person:
    """Who asks, with everything that must never be shown."""
    with rows(engine) as session:
        return factories.create_person(
            session, first_name="Wilhelmina", last_name="Kaasjager", phone="+31611111111", email="wil@post.example",
            address="Geheimstraat 7",
        )  # fmt: skip


@pytest.fixture(name="asked")
def _asked(engine: Engine, here: Community, wil: Person) -> HelpRequest:
    """Her open request."""
    with rows(engine) as session:
        return factories.create_request(session, here, wil, postcode="7551XY")


@pytest.fixture(name="yusuf")
def _yusuf(engine: Engine) -> Person:
    """Who volunteers."""
    with rows(engine) as session:
        return factories.create_person(session, first_name="Yusuf")


@pytest.fixture(name="offer")
def _offer(engine: Engine, here: Community, yusuf: Person) -> Volunteer:
    """Their offer: to hospital and by car, from the same neighbourhood."""
    with rows(engine) as session:
        return factories.create_volunteer(session, here, yusuf)


def more(engine: Engine, here: Community, **columns: Any) -> HelpRequest:
    with rows(engine) as session:
        return factories.create_request(session, here, **columns)


def matches(engine: Engine) -> list[Match]:
    with Session(engine) as session:
        return list(session.exec(select(Match).order_by(Match.id)))  # type: ignore[arg-type]


def shown(page: str) -> list[int]:
    """Give the requests on a page, in order."""
    return list(dict.fromkeys(int(n) for n in re.findall(rf'href="{LIST}/(\d+)"', page)))
