"""Words that may tell of danger reach the desk first, with what to do."""

from datetime import timedelta

import pytest
from sqlalchemy import Engine

from tests import factories
from tests.factories import NOW
from tests.web import desk as desks
from tests.web.desk import Browser, Desk
from tests.web.walking import nl, rows


@pytest.fixture
def desk(engine: Engine, signed_in: Browser) -> Desk:
    return desks.open_desk(engine, signed_in)


@pytest.mark.parametrize(("kind", "number"), [("danger", "112"), ("violence", "0800-2000"), ("despair", "0800-0113")])
def test_a_worry_stands_first_and_says_whom_to_ask(desk: Desk, kind: str, number: str) -> None:
    with rows(desk.engine) as session:
        person = factories.create_person(session)
        request = factories.create_request(session, desk.community, person)
        factories.create_signal(session, desk.community, kind="not_good", created_at=NOW - timedelta(days=3))
        factories.create_signal(
            session, desk.community, kind=kind, person_id=person.id, request_id=request.id, note="bang voor mijn zoon",
            created_at=NOW,
        )  # fmt: skip
    page = desk.read("/signals")
    assert number in page and "bang voor mijn zoon" in page
    assert page.index(number) < page.index(nl("It did not go well"))
    assert nl("This is private: the other of the two does not know of it.") not in page
    today = desk.read("")
    assert today.index("bang voor mijn zoon") < today.index(nl("It did not go well"))
    assert "0800" not in today, "the desk's first page says that there is one, and the signal says the rest"
