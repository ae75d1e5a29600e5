"""How often the two busiest pages ask the database: at most fifteen times, however many people there are."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine
from sqlmodel import Session

from models.database import transaction
from models.operations import blocks, transitions
from models.tables import Community, HelpRequest, Person, Volunteer
from tests import factories
from tests.factories import NOW, TODAY, actor_of
from tests.statements import statements
from tests.web.walking import opened

MOST = 15
KINDS = ("transport", "hospital-escort", "company-visits", "groceries", "garden")
AREAS = ("7551", "7621", "7571")
Browser = Callable[[Person], FlaskClient]


class Crowd:
    """Volunteers and open requests with all that can hang on them."""

    def __init__(self, session: Session, *, volunteers: int, requests: int) -> None:
        self.here = here = factories.create_community(session)
        self.coordinator = factories.create_coordinator(session, here)
        self.helpers = [self._helper(session, n) for n in range(volunteers)]
        self.requests = [self._request(session, n) for n in range(requests)]
        for n, request in enumerate(self.requests):
            self._past(session, n, request)
        # The one whose page is looked at: asked for by her son, tried before, and somebody waits for approval.
        self.asked = self.requests[0]
        for n, state in enumerate(("rejected", "declined", "proposed", "proposed")):
            factories.create_match(session, self.asked, self.helpers[-1 - n], state=state)

    def _helper(self, session: Session, n: int) -> Volunteer:
        found = factories.create_volunteer(
            session, self.here, kinds=[KINDS[n % 5], KINDS[(n + 1) % 5]], postcode=AREAS[n % 3], max_km=25,
            capacity=1 + n % 3, state="paused" if n % 11 == 10 else "active",
            text=f"Ik ben nummer {n} en help graag, bijvoorbeeld met de boodschappen of een ritje.",
        )  # fmt: skip
        if n % 2:
            factories.create_certificate(session, found, self.coordinator)
        return found

    def _request(self, session: Session, n: int) -> HelpRequest:
        other = {"asker_id": factories.create_person(session).id, "relation": "son"} if n % 2 == 0 else {}
        return factories.create_request(
            session, self.here, kinds=[KINDS[n % 5]], postcode=AREAS[n % 3],
            text=f"Vraag {n}: wie helpt mij een eindje op weg?", **other,
        )  # fmt: skip

    def _past(self, session: Session, n: int, request: HelpRequest) -> None:
        helper = self.helpers[n % len(self.helpers)]
        if n % 3 == 1:
            running = factories.create_request(session, self.here, state="matched")
            factories.create_match(session, running, helper, state="active")
        if n % 3 == 2:
            factories.create_match(session, request, helper, state="declined", reason="te druk")
        transitions.touch(session, request)


def crowd_of(engine: Engine, volunteers: int, requests: int) -> Crowd:
    """Write a crowd of this size and commit it."""
    with transaction(engine) as session:
        return Crowd(session, volunteers=volunteers, requests=requests)


@pytest.fixture
def crowd(engine: Engine) -> Crowd:
    """Sixty volunteers and forty open requests: whatever is asked for each of them shows."""
    return crowd_of(engine, 60, 40)


def desk_page(crowd: Crowd, more: str = "") -> str:
    """Give the address of the page of a request with its candidates."""
    return f"/{crowd.here.slug}/desk/requests/{crowd.asked.id}{more}"


def for_me_page(crowd: Crowd, more: str = "") -> str:
    """Give the address of what suits a volunteer."""
    return f"/{crowd.here.slug}/browse/for-me{more}"


def look(site: Flask, browser: FlaskClient, path: str) -> tuple[str, list[str]]:
    """Give a page, and what it asked the database the second time it was looked at."""
    browser.get(path)
    with statements(opened(site).engine) as said:
        answer = browser.get(path)
    assert answer.status_code == 200
    return answer.get_data(as_text=True), said


@pytest.mark.parametrize("more", ["", "?why=capacity", "?why=paused&page=2"])
def test_the_page_with_the_ranked_candidates(site: Flask, signed_in: Browser, crowd: Crowd, more: str) -> None:
    page, said = look(site, signed_in(crowd.coordinator), desk_page(crowd, more))
    assert page.count('class="card candidate"') >= 20
    assert len(said) <= MOST, said


@pytest.mark.parametrize("more", ["", "?page=2", "?kind=transport", "?day=1&km=5", "?kind=garden&page=2"])
def test_what_suits_a_volunteer(site: Flask, signed_in: Browser, crowd: Crowd, engine: Engine, more: str) -> None:
    with Session(engine) as session:
        helper = session.get_one(Person, crowd.helpers[0].person_id)
    page, said = look(site, signed_in(helper), for_me_page(crowd, more))
    assert 'class="card request"' in page
    assert len(said) <= MOST, said


def test_a_bigger_crowd_asks_no_more(site: Flask, signed_in: Browser, crowd: Crowd, engine: Engine) -> None:
    with Session(engine) as session:
        helper = session.get_one(Person, crowd.helpers[0].person_id)
    many = [
        len(look(site, signed_in(crowd.coordinator), desk_page(crowd))[1]),
        len(look(site, signed_in(helper), for_me_page(crowd))[1]),
    ]
    few = crowd_of(engine, 9, 4)
    with Session(engine) as session:
        helper = session.get_one(Person, few.helpers[0].person_id)
    assert many == [
        len(look(site, signed_in(few.coordinator), desk_page(few))[1]),
        len(look(site, signed_in(helper), for_me_page(few))[1]),
    ]


def test_nor_does_a_page_after_something_changed(site: Flask, signed_in: Browser, crowd: Crowd, engine: Engine) -> None:
    """The first visitor afterwards brings the rankings up to what changed, volunteers and requests alike."""
    coordinator = signed_in(crowd.coordinator)
    with Session(engine) as session:
        helper = signed_in(session.get_one(Person, crowd.helpers[0].person_id))
    look(site, coordinator, desk_page(crowd))
    look(site, helper, for_me_page(crowd))
    for browser, path in ((coordinator, desk_page(crowd)), (helper, for_me_page(crowd))):
        with transaction(engine) as session:
            here = session.get_one(Community, crowd.here.id)
            one = session.get_one(Person, crowd.helpers[5].person_id)
            other = session.get_one(Person, crowd.requests[3].resident_id)
            desk = actor_of(session, session.get_one(Person, crowd.coordinator.id))
            blocks.block(session, one, other, "ruzie", community=here, actor=desk, now=NOW)
            for volunteer in crowd.helpers[:9]:
                transitions.touch(session, session.get_one(Volunteer, volunteer.id))
            for request in crowd.requests[:9]:
                transitions.touch(session, session.get_one(HelpRequest, request.id))
            factories.create_certificate(
                session, crowd.helpers[0], crowd.coordinator, seen_on=TODAY - timedelta(days=3)
            )
        with statements(opened(site).engine) as said:
            assert browser.get(path).status_code == 200
        assert len(said) <= MOST, said
