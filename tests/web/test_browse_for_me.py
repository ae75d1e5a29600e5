"""What suits a volunteer: ranked with reasons, without whom they must never meet, in few statements."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, event
from sqlmodel import Session

from models.tables import Community, Dismissal, HelpRequest, Person, Volunteer
from tests import factories
from tests.factories import NOW
from tests.web import walking
from tests.web.browsing import (  # noqa: F401  (the fixtures are asked for by their names)
    FOR_ME,
    LIST,
    SECRETS,
    Browser,
    _asked,
    _here,
    _offer,
    _wil,
    _yusuf,
    matches,
    more,
    shown,
)
from tests.web.conftest import post
from tests.web.walking import HERE, rows, text_of

# ---- for me ----------------------------------------------------------------------------------------------------------


def test_what_fits_best_stands_on_top_with_two_or_three_reasons(
    signed_in: Browser, engine: Engine, here: Community, yusuf: Person, offer: Volunteer, asked: HelpRequest
) -> None:
    garden = more(
        engine, here, kinds=["garden"], postcode="7621", text="De heg is te hoog.", summary="De heg is te hoog."
    )
    page = text_of(signed_in(yusuf).get(FOR_ME))
    assert shown(page)[:2] == [asked.id, garden.id]
    first = page.split("<article")[1]
    assert 2 <= first.count("reasons__item ") <= 3
    assert "In uw buurt." in first and "U helpt graag met" in first
    assert [secret for secret in SECRETS if secret in page] == []


def test_for_me_leaves_out_what_i_set_aside_what_i_offered_for_my_own_and_who_i_must_never_meet(
    signed_in: Browser,
    engine: Engine,
    here: Community,
    yusuf: Person,
    offer: Volunteer,
    asked: HelpRequest,
    wil: Person,
) -> None:
    with rows(engine) as session:
        aside = factories.create_request(session, here)
        session.add(Dismissal(volunteer_id=offer.id, request_id=aside.id, reason="far", created_at=NOW))
        offered = factories.create_request(session, here)
        factories.create_match(session, offered, offer, origin="volunteer")
        factories.create_request(session, here, yusuf)
        desk = factories.create_coordinator(session, here)
        factories.create_block(session, here, yusuf, wil, desk)
        fits = factories.create_request(session, here)
    assert shown(text_of(signed_in(yusuf).get(FOR_ME))) == [fits.id]


def test_who_must_never_meet_somebody_finds_their_request_nowhere(
    signed_in: Browser, client: FlaskClient, engine: Engine, here: Community, yusuf: Person, offer: Volunteer,
    asked: HelpRequest, wil: Person,
) -> None:  # fmt: skip
    with rows(engine) as session:
        factories.create_block(session, here, wil, yusuf, factories.create_coordinator(session, here))
    browser = signed_in(yusuf)
    assert shown(text_of(browser.get(LIST))) == [] and shown(text_of(client.get(LIST))) == [asked.id]
    blocked, never = browser.get(f"{LIST}/{asked.id}"), browser.get(f"{LIST}/99999")
    assert (blocked.status_code, never.status_code) == (404, 404)
    assert "blok" not in text_of(blocked).lower()
    for path in ("help", "not-for-me"):
        assert post(browser, f"{LIST}/{asked.id}/{path}", page=LIST).status_code == 404
    assert browser.get(f"{LIST}/{asked.id}/not-for-me").status_code == 404
    assert matches(engine) == []


def test_for_me_can_be_narrowed_by_kind_distance_and_day(
    signed_in: Browser, engine: Engine, here: Community, yusuf: Person, offer: Volunteer, asked: HelpRequest
) -> None:
    with rows(engine) as session:
        session.get_one(Volunteer, offer.id).max_km = 50
    far = more(engine, here, kinds=["transport"], postcode="7571")
    tuesday = {"kind": "once", "start": "2026-12-08T13:30", "end": "2026-12-08T15:30"}
    on_tuesday = more(engine, here, kinds=["garden"], when=tuesday)
    browser = signed_in(yusuf)
    assert set(shown(text_of(browser.get(f"{FOR_ME}?kind=transport")))) == {far.id}
    assert set(shown(text_of(browser.get(f"{FOR_ME}?km=5")))) == {asked.id, on_tuesday.id}
    assert set(shown(text_of(browser.get(f"{FOR_ME}?day=2")))) == {asked.id, far.id}
    assert set(shown(text_of(browser.get(f"{FOR_ME}?day=1&kind=garden")))) == {on_tuesday.id}
    assert "Met deze keuze past er niets bij u" in text_of(browser.get(f"{FOR_ME}?kind=pets"))


def test_who_applied_looks_already_and_cannot_say_yes_yet(
    signed_in: Browser, engine: Engine, here: Community, yusuf: Person, asked: HelpRequest
) -> None:
    with rows(engine) as session:
        new = factories.create_volunteer(session, here, yusuf, state="applied")
    browser = signed_in(yusuf)
    page = text_of(browser.get(FOR_ME))
    assert shown(page) == [asked.id] and "We maken eerst graag kennis" in page and "Ik kan helpen" not in page
    assert "U kunt nu nog geen ja zeggen" in text_of(browser.get(f"{LIST}/{asked.id}"))
    post(browser, f"{LIST}/{asked.id}/help", page=LIST)
    assert matches(engine) == []
    with Session(engine) as session:
        assert session.get_one(Volunteer, new.id).state == "applied"


@pytest.mark.parametrize("state", ["paused", "left", "stopped"])
def test_who_has_a_pause_or_stopped_is_told_so(
    signed_in: Browser, engine: Engine, here: Community, yusuf: Person, asked: HelpRequest, state: str
) -> None:
    with rows(engine) as session:
        factories.create_volunteer(session, here, yusuf, state=state)
    browser = signed_in(yusuf)
    assert browser.get(FOR_ME).headers["Location"] == f"{HERE}/volunteer"
    words = "Stop dan eerst uw pauze" if state == "paused" else "U bent hier geen vrijwilliger meer"
    assert words in text_of(browser.get(f"{LIST}/{asked.id}"))
    post(browser, f"{LIST}/{asked.id}/help", page=LIST)
    assert matches(engine) == []


@contextmanager
def counted(site: Flask) -> Iterator[list[str]]:
    """Collect every SQL statement of a site, transactions begun included."""
    said: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        said.append(statement)

    engine = walking.opened(site).engine
    event.listen(engine, "before_cursor_execute", note)
    yield said
    event.remove(engine, "before_cursor_execute", note)


@pytest.mark.parametrize("query", ["", "?page=3", "?kind=garden&day=1&km=10"])
def test_for_me_takes_at_most_fifteen_statements_however_much_there_is(
    site: Flask, signed_in: Browser, engine: Engine, here: Community, yusuf: Person, offer: Volunteer, query: str
) -> None:
    with rows(engine) as session:
        for n in range(120):
            factories.create_request(session, here, kinds=["garden" if n % 2 else "transport"])
        factories.create_match(session, factories.create_request(session, here), offer, state="declined")
    browser = signed_in(yusuf)
    browser.get(FOR_ME)  # the ranking's index is filled once
    with counted(site) as said:
        page = text_of(browser.get(FOR_ME + query))
    assert len(shown(page)) == 10
    assert len(said) <= 15, said


def test_who_helps_enough_people_is_not_told_to_offer_more(
    signed_in: Browser, engine: Engine, here: Community, yusuf: Person, offer: Volunteer, asked: HelpRequest
) -> None:
    with rows(engine) as session:
        session.get_one(Volunteer, offer.id).capacity = 1
        factories.create_match(session, factories.create_request(session, here, state="matched"), offer, state="active")
    page = text_of(signed_in(yusuf).get(FOR_ME))
    assert shown(page) == [] and "U helpt al zoveel mensen als u wilde" in page
