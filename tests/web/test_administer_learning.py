"""An administrator sees how the ranking is made and who finds help; accepts, refuses, and takes a table along."""

import csv
from datetime import timedelta
from io import StringIO

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine
from sqlmodel import Session

from matcher import DEFAULT_WEIGHTS, FACTORS
from matcher.learning import HEADER
from models.tables import AuditEntry, Community, Person
from tests import factories
from tests.factories import NOW
from tests.web import walking
from tests.web.conftest import post
from tests.web.pairs import Browser
from tests.web.walking import HERE, nl, rows, text_of

WEIGHTS, FAIRNESS = f"{HERE}/settings/weights", f"{HERE}/settings/fairness"


@pytest.fixture(autouse=True)
def here(engine: Engine) -> Community:
    return walking.two_communities(engine)[0]


@pytest.fixture
def browser(engine: Engine, here: Community, signed_in: Browser) -> FlaskClient:
    with rows(engine) as session:
        boss: Person = factories.create_administrator(session, here, first_name="Bas")
    return signed_in(boss)


def weights_now(engine: Engine, here: Community) -> dict[str, float] | None:
    with Session(engine) as session:
        return session.get_one(Community, here.id).weights


def open_study(engine: Engine, here: Community) -> int:
    with rows(engine) as session:
        return factories.create_study(session, here).id or 0


def test_the_weights_are_shown_in_words(browser: FlaskClient) -> None:
    page = text_of(browser.get(WEIGHTS))
    assert nl("The kind of help") in page and "57%" in page.replace("\xa0", "").replace(" %", "%")
    assert page.count(nl("This stays as it is: it is a promise to people.")) == 3
    assert nl("Back to the weights of the start") not in page, "they are those of the start"


def test_too_few_decisions_change_nothing(engine: Engine, here: Community, browser: FlaskClient) -> None:
    page = text_of(post(browser, f"{WEIGHTS}/study", page=WEIGHTS, follow_redirects=True))
    assert nl("We looked at the decisions. Nothing was changed.") in page and "200" in page
    assert weights_now(engine, here) is None


def test_a_proposal_is_compared_and_accepted_once(engine: Engine, here: Community, browser: FlaskClient) -> None:
    number = open_study(engine, here)
    page = text_of(browser.get(WEIGHTS))
    assert "0,610" in page and "0,670" in page, "how well both told the newest decisions"
    done = text_of(post(browser, f"{WEIGHTS}/{number}/accept", page=WEIGHTS, follow_redirects=True))
    assert nl("From now on the ranking uses these weights.") in done
    kept = weights_now(engine, here)
    assert kept is not None and kept["distance"] == pytest.approx(DEFAULT_WEIGHTS.distance + 0.05)
    again = text_of(post(browser, f"{WEIGHTS}/{number}/accept", page=WEIGHTS, follow_redirects=True))
    assert nl("A colleague has decided about this already.") in again
    back = text_of(post(browser, f"{WEIGHTS}/reset", page=WEIGHTS, follow_redirects=True))
    assert nl("The ranking uses the weights of the start again.") in back and weights_now(engine, here) is None


def test_a_proposal_is_refused(engine: Engine, here: Community, browser: FlaskClient) -> None:
    number = open_study(engine, here)
    done = text_of(post(browser, f"{WEIGHTS}/{number}/refuse", page=WEIGHTS, follow_redirects=True))
    assert nl("You left the weights as they were.") in done and weights_now(engine, here) is None


def test_the_table_of_decisions_names_nobody(engine: Engine, here: Community, browser: FlaskClient) -> None:
    with rows(engine) as session:
        helper = factories.create_person(session, first_name="Yusufina", email="yusufina@example.nl")
        volunteer = factories.create_volunteer(session, here, helper)
        match = factories.create_match(
            session, volunteer=volunteer, state="rejected", factors=dict.fromkeys(FACTORS, 0.25), reason="Te ver"
        )
        session.flush()
        session.add(
            AuditEntry(
                at=NOW - timedelta(days=3), community_id=here.id, actor_kind="coordinator", action="match_rejected",
                subject="match", subject_id=match.id, before="proposed", after="rejected", reason="Te ver",
            )
        )  # fmt: skip
    answer = browser.get(f"{WEIGHTS}/decisions.csv")
    table = list(csv.reader(StringIO(text_of(answer))))
    assert table == [list(HEADER), ["1", "2026-11", "approval", "no", *["0.25"] * len(FACTORS)]]
    assert answer.mimetype == "text/csv" and "attachment" in answer.headers["Content-Disposition"]
    assert answer.headers["Cache-Control"] == "no-store"


def test_who_finds_help_is_told_by_kind_and_neighbourhood(
    engine: Engine, here: Community, browser: FlaskClient
) -> None:
    assert nl("There are no requests yet.") in text_of(browser.get(FAIRNESS))
    with rows(engine) as session:
        for number in range(12):
            person, found = factories.create_person(session), number % 2 == 0
            request = factories.create_request(
                session, here, person, kinds=["garden"] if found else ["money"], state="matched" if found else "open",
                submitted_at=NOW - timedelta(days=40),
            )  # fmt: skip
            if found:
                factories.create_match(session, request, state="agreed", agreed_at=NOW - timedelta(days=35))
    page = text_of(browser.get(FAIRNESS))
    table = page[page.index(nl("By kind of help")) : page.index(nl("By neighbourhood"))]
    assert nl("Stays behind") in table, "nobody was found for money matters"
    assert "100" in table


@pytest.mark.parametrize("path", [WEIGHTS, FAIRNESS])
def test_the_pages_speak_english_too(engine: Engine, browser: FlaskClient, path: str) -> None:
    with browser.session_transaction() as kept:
        kept["language"] = "en"
    page = text_of(browser.get(path))
    assert '<html lang="en"' in page and page.count("<h1") == 1
