"""Reading in a demonstration what would have been sent: links that work, codes that are not kept, nobody real."""

import re
from dataclasses import replace

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine

from models.messages.rendering import MASK
from models.settings import Settings
from models.tables import Person
from tests import factories
from tests.web.walking import rows, text_of


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """The same site as a demonstration."""
    return replace(settings, demo=True)


def message(engine: Engine, *, invented: bool = True, name: str = "request_open", **columns: object) -> int:
    """Keep a message about a request as it is kept once it was sent."""
    with rows(engine) as session:
        there = factories.create_community(session, slug="dorp", invented=invented)
        request = factories.create_request(session, there)
        resident = session.get_one(Person, request.resident_id)
        row = factories.create_outbox_message(
            session, resident, community_id=there.id, name=name, params={"request_id": request.id},
            subject="Wij zoeken iemand", body=f"Dag\n\nBekijk: http://localhost/dorp/r/{MASK}\n<b>", **columns,
        )  # fmt: skip
        return row.id or 0


def test_the_private_link_in_a_kept_message_opens_its_request(client: FlaskClient, engine: Engine) -> None:
    page = text_of(client.get(f"/demo/messages/{message(engine)}"))
    [link] = re.findall(r'href="http://localhost(/dorp/r/[^"]+)"', page)
    assert MASK not in page and client.get(link).status_code == 200
    assert "&lt;b&gt;" in page


def test_a_code_to_sign_in_is_kept_nowhere(client: FlaskClient, engine: Engine) -> None:
    page = text_of(client.get(f"/demo/messages/{message(engine, name='sign_in')}"))
    assert MASK in page and 'href="http://localhost/dorp/r/' not in page


def test_messages_to_real_people_do_not_exist_here(client: FlaskClient, engine: Engine) -> None:
    kept = message(engine, invented=False)
    assert client.get(f"/demo/messages/{kept}").status_code == 404
    assert "Wij zoeken iemand" not in text_of(client.get("/demo/messages"))
