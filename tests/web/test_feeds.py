"""The private calendar over HTTP: open by its address alone, not changed where nothing changed, and how to add it."""

import re
from datetime import datetime

import pytest
from flask import Flask
from flask.testing import FlaskClient
from icalendar import Calendar
from sqlalchemy import Engine

from matcher import Reader
from models.operations import feeds
from models.settings import Settings
from models.tables import Community, Volunteer
from tests.web import walking
from tests.web.conftest import post
from tests.web.pairs import Browser
from tests.web.together import Together
from tests.web.walking import HERE, link_of, nl, rows, text_of
from web import create_app
from web.limits import limiter
from web.runtime import start

PAGE = f"{HERE}/volunteer/agenda/address"


@pytest.fixture
def here(engine: Engine) -> Community:
    return walking.two_communities(engine)[0]


@pytest.fixture
def two(site: Flask, engine: Engine, here: Community) -> Together:
    found = Together(site, engine, here, state="active")
    found.appointment(place="Langestraat 1, achterom")
    return found


@pytest.fixture
def helper(two: Together, signed_in: Browser) -> FlaskClient:
    return signed_in(two.helper)


def path_in(page: str) -> str:
    """Give the path of the address that stands on the page."""
    found = re.search(r"<code[^>]*>https?://[^/]+(/\S+\.ics)</code>", page)
    assert found
    return found.group(1)


def test_the_address_opens_it_without_a_session_and_tells_who_may_keep_it(
    client: FlaskClient, helper: FlaskClient
) -> None:
    page = text_of(helper.get(PAGE))
    path = path_in(page)
    assert re.search(r'href="webcal://[^"]+\.ics"', page)
    answer = client.get(path)
    assert answer.status_code == 200 and answer.content_type == "text/calendar; charset=utf-8"
    [event] = Calendar.from_ical(answer.data).walk("VEVENT")
    assert event["SUMMARY"] == "Afspraak met Dien" and b"Langestraat" not in answer.data
    assert answer.headers["Cache-Control"] == "private, no-cache"
    assert answer.headers["CDN-Cache-Control"] == "no-store"
    assert answer.headers["X-Robots-Tag"] == "noindex, nofollow"
    assert "Set-Cookie" not in answer.headers


def test_where_nothing_changed_only_that_is_said(client: FlaskClient, helper: FlaskClient, two: Together) -> None:
    path = path_in(text_of(helper.get(PAGE)))
    first = client.get(path)
    etag, changed = first.headers["ETag"], first.headers["Last-Modified"]
    for known in ({"If-None-Match": etag}, {"If-Modified-Since": changed}, {"If-None-Match": f'"x", {etag}'}):
        again = client.get(path, headers=known)
        assert again.status_code == 304 and again.data == b"" and again.headers["ETag"] == etag
    two.appointment(starts_at=datetime(2026, 12, 3, 10), ends_at=datetime(2026, 12, 3, 11))
    newer = client.get(path, headers={"If-None-Match": etag})
    assert newer.status_code == 200 and newer.headers["ETag"] != etag


@pytest.mark.parametrize("wrong", ["x", "WzEsMV0.abc", "%00", "é", "0" * 900, "..%2f.."])
def test_anything_else_is_not_there(client: FlaskClient, here: Community, wrong: str) -> None:
    assert client.get(f"{HERE}/agenda/{wrong}.ics").status_code == 404


def test_in_another_community_it_is_not_there(client: FlaskClient, helper: FlaskClient) -> None:
    assert client.get(path_in(text_of(helper.get(PAGE))).replace(HERE, "/heerenveen", 1)).status_code == 404


def test_a_new_address_ends_the_old_one(client: FlaskClient, helper: FlaskClient) -> None:
    old = path_in(text_of(helper.get(PAGE)))
    page = text_of(post(helper, PAGE, follow_redirects=True))
    assert nl("This is your new address. The old one does not work any more.") in page
    assert path_in(page) != old
    assert client.get(old).status_code == 404 and client.get(path_in(page)).status_code == 200


def test_who_left_has_none_any_more(client: FlaskClient, helper: FlaskClient, two: Together, engine: Engine) -> None:
    path = path_in(text_of(helper.get(PAGE)))
    with rows(engine) as session:
        session.get_one(Volunteer, two.match.volunteer_id).state = "left"
    assert client.get(path).status_code == helper.get(PAGE).status_code == 404
    assert nl("In your own agenda") not in text_of(helper.get(f"{HERE}/volunteer/agenda"))


def test_the_resident_finds_theirs_on_their_own_page(client: FlaskClient, two: Together) -> None:
    assert f"{two.link}/agenda" in text_of(client.get(two.link))
    path = path_in(text_of(client.get(f"{two.link}/agenda")))
    [event] = Calendar.from_ical(client.get(path).data).walk("VEVENT")
    assert event["SUMMARY"] == "Afspraak met Yusuf" and str(event["URL"]).endswith(f"{HERE}/follow")
    page = text_of(post(client, f"{two.link}/agenda", follow_redirects=True))
    assert path_in(page) != path and client.get(path).status_code == 404


def test_who_only_filled_in_the_form_does_not_read_who_comes(client: FlaskClient, two: Together, site: Flask) -> None:
    shown = link_of(site, two.request, by_mail=False)
    for answer in (client.get(f"{shown}/agenda"), post(client, f"{shown}/agenda", page=shown)):
        assert ".ics" not in text_of(answer)
    assert two.now(two.request).feed_version == 1


@pytest.mark.parametrize("program", ["Google", "Outlook", "Apple", "Thunderbird"])
def test_each_program_is_explained(helper: FlaskClient, program: str) -> None:
    assert re.search(rf"<summary>{program}", text_of(helper.get(PAGE)))


def test_who_asks_too_often_waits_and_others_do_not(settings: Settings, reader: Reader, two: Together) -> None:
    runtime = start(settings, reader)
    browser = create_app(runtime, RATELIMIT_ENABLED=True).test_client()
    with rows(runtime.engine) as session:
        volunteer = session.get_one(Volunteer, two.match.volunteer_id)
        path = f"{HERE}/agenda/{feeds.token_of(volunteer, runtime.tokens)}.ics"
        other = f"{HERE}/agenda/{feeds.token_of(two.request, runtime.tokens)}.ics"
    limiter.reset()
    try:
        answers = [browser.get(path).status_code for _ in range(61)]
        assert answers == [200] * 60 + [429] and browser.get(other).status_code == 200
    finally:
        limiter.reset()
        limiter.enabled = False
        runtime.engine.dispose()
