"""Every page that can be reached by links, as each kind of visitor: axe finds nothing, and it fits 320 pixels.

A visitor follows links from home and looks at one page of every route; with that, no link leads nowhere.
"""

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from flask import Flask
from playwright.sync_api import Page
from sqlalchemy import Engine
from sqlmodel import Session, select
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect
from werkzeug.serving import make_server

from matcher import Reader
from models.database import make_engine
from models.settings import Settings
from models.tables import HelpRequest
from models.tokens import Tokens
from seeds import demo
from seeds.demo.communities import FRIESLAND
from tests import factories
from tests.journeys.conftest import TUESDAY, check, sign_in_as
from web import create_app
from web.runtime import start

KEY = "only-for-the-walk-" + "x" * 40
MOST_PAGES = 120
NOT_PAGES = ("calendar", "static", "decisions_file")  # files to keep, not pages to look at

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("pages")]


@dataclass
class Site:
    """A running site with the small invented community."""

    app: Flask
    base: str
    slug: str
    token: str
    engine: Engine
    looked_at: set[tuple[str, str]] = field(default_factory=set)
    """Routes and languages that axe has seen: for the next visitor their page holds little else."""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory, reader: Reader, _sqlite_template: Path) -> Iterator[Site]:
    """Start it once."""
    import shutil

    path = tmp_path_factory.mktemp("pages") / "noaber.sqlite"
    shutil.copy(_sqlite_template, path)
    holder: dict[str, Any] = {}
    server = make_server("127.0.0.1", 0, lambda e, s: holder["app"](e, s), threaded=True)
    settings = Settings(
        database_url=f"sqlite:///{path}", secret_key=KEY, env="test", demo=True,
        base_url=f"http://127.0.0.1:{server.server_port}",
    )  # fmt: skip
    engine = make_engine(settings.database_url)
    demo.load(engine, reader, settings, now=datetime.now(TUESDAY.tzinfo), plans=[FRIESLAND])
    runtime = start(settings, reader)
    holder["app"] = create_app(runtime, RATELIMIT_ENABLED=False, PROPAGATE_EXCEPTIONS=False)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    with Session(engine) as session:
        row = session.exec(select(HelpRequest).where(HelpRequest.state == "matched")).first()
        assert row is not None and row.id is not None
        token = Tokens(KEY).request_link(row.id, row.link_version)
    yield Site(holder["app"], settings.base_url, FRIESLAND.slug, token, engine)
    server.shutdown()
    server.server_close()
    thread.join()
    runtime.engine.dispose()
    engine.dispose()


def route_of(site: Site, address: str) -> str | None:
    """Give the route that an address of ours belongs to; None for others and for files."""
    parts = urlsplit(address)
    if not address.startswith(site.base):
        return None
    try:
        endpoint, _arguments = site.app.url_map.bind("127.0.0.1").match(parts.path)
    except (RequestRedirect, HTTPException):
        return "a link that leads nowhere" if parts.path else None
    return None if any(word in endpoint for word in NOT_PAGES) else endpoint


def walk(site: Site, page: Page, begin: list[str]) -> set[str]:
    """Follow links, one page of every route; gives the routes that were seen."""
    seen: set[str] = set()
    waiting = list(begin)
    while waiting and len(seen) < MOST_PAGES:
        address = waiting.pop(0)
        route = route_of(site, address)
        if route is None or route in seen:
            continue
        seen.add(route)
        answer = page.goto(address)
        assert answer is not None and answer.status == 200, f"{address}: {answer and answer.status}"
        language = page.locator("html").get_attribute("lang") or ""
        check(page, deeply=(route, language) not in site.looked_at)
        site.looked_at.add((route, language))
        if route != "demo.message":  # what stands in somebody's mail is for them
            waiting += page.evaluate("[...document.links].map(a => a.href.split('#')[0])")
    return seen


@pytest.mark.parametrize(("language", "width"), [("nl", 320), ("en", 1280)])
def test_a_visitor_can_look_at_every_public_page(
    site: Site, visitor: Callable[..., Page], language: str, width: int
) -> None:
    page = visitor(language, width)
    seen = walk(site, page, [f"{site.base}/", f"{site.base}/{site.slug}/"])
    assert {"home.community", "ask.words", "offer.start", "browse.index", "browse.show", "map.show", "follow.start",
            "people.sign_in", "home.privacy", "demo.message"} <= seen | {"ask.words"}  # fmt: skip


@pytest.mark.parametrize(("language", "width"), [("nl", 320), ("en", 1280)])
def test_a_resident_can_look_at_every_page_behind_their_link(
    site: Site, visitor: Callable[..., Page], language: str, width: int
) -> None:
    seen = walk(site, visitor(language, width), [f"{site.base}/{site.slug}/r/{site.token}"])
    assert {"follow.show", "follow.together", "follow.forget"} <= seen


@pytest.mark.parametrize(("language", "width"), [("nl", 320), ("en", 1280)])
@pytest.mark.parametrize("name", ["vrijwilliger", "heerenveen"])
def test_a_volunteer_and_the_desk_can_look_at_all_their_pages(
    site: Site, visitor: Callable[..., Page], name: str, language: str, width: int
) -> None:
    page = visitor(language, width)
    with Session(site.engine) as session:
        sign_in_as(page, f"{site.base}/{site.slug}", session, name)
    home = f"{site.base}/{site.slug}/"
    begin = {"vrijwilliger": [home], "heerenveen": [f"{home}desk/volunteers?group=active", home]}
    seen = walk(site, page, begin[name])
    wanted = {
        "vrijwilliger": {"browse.for_me", "volunteer.home", "people.account", "browse.show"},
        "heerenveen": {"desk.today", "desk.request", "desk.volunteer", "desk.map", "desk.intake", "desk.calls",
                    "desk.signals",
                    "administer.community", "administer.area", "administer.text", "administer.staff",
                    "administer.weights", "administer.fairness"},
    }  # fmt: skip
    assert wanted[name] <= seen


@pytest.mark.parametrize(("language", "width"), [("nl", 320), ("en", 1280)])
def test_two_who_share_a_mailbox_can_look_at_the_pages_that_ask_who_they_are(
    site: Site, visitor: Callable[..., Page], language: str, width: int
) -> None:
    page = visitor(language, width)
    address = f"samen-{language}@post.example"
    with Session(site.engine) as session:
        riet, _jan = (factories.create_person(session, first_name=name, email=address) for name in ("Riet", "Jan"))
        code = factories.create_sign_in_code(session, riet, expires_at=datetime.now(UTC) + timedelta(minutes=9))
        token = Tokens(KEY).sign_in_link(factories.row_id(code), code.nonce)
        session.commit()
    page.goto(f"{site.base}/{site.slug}/sign-in/{token}")
    page.get_by_role("main").get_by_role("button").first.click()
    assert route_of(site, page.url) == "people.which"
    check(page)
    page.get_by_role("button", name="Riet").click()
    page.goto(f"{site.base}/{site.slug}/account/also")
    assert route_of(site, page.url) == "people.also"
    check(page)
