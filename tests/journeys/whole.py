"""The whole site with the small invented community, and walking it: one page of every route, or one of every state."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from flask import Flask
from playwright.sync_api import Page
from sqlalchemy import Engine
from sqlmodel import Session, col, select
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect

from matcher import Reader
from models.database import make_engine
from models.settings import Settings
from models.tables import HelpRequest, Match, Volunteer
from models.tokens import Tokens
from seeds import demo
from seeds.demo.communities import FRIESLAND
from tests.journeys.conftest import answering, check
from tests.loopback import listening
from web import create_app
from web.runtime import start

KEY = "only-for-the-walk-" + "x" * 40
MOST_PAGES = 120
NOT_PAGES = ("calendar", "static", "decisions_file", "feeds.feed", "home.look")
"""Files to keep, not pages to look at."""


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

    found: dict[tuple[str, str], dict[str, str]] = field(default_factory=dict)
    """Where each kind of visitor found each route, by language."""

    forms: set[str] = field(default_factory=set)
    """Addresses with a form to fill in."""

    @property
    def home(self) -> str:
        """Give the address of the community."""
        return f"{self.base}/{self.slug}"


@contextmanager
def running(url: str, reader: Reader, now: datetime) -> Iterator[Site]:
    """Start it on a database with tables and reference data, and fill that."""
    with listening() as server:
        settings = Settings(database_url=url, secret_key=KEY, env="test", demo=True, base_url=server.base)
        engine = make_engine(settings.database_url)
        demo.load(engine, reader, settings, now=now, plans=[FRIESLAND])
        runtime = start(settings, reader)
        app = create_app(runtime, RATELIMIT_ENABLED=False, PROPAGATE_EXCEPTIONS=False)
        server.answer_with(answering(app))
        with Session(engine) as session:
            row = session.exec(select(HelpRequest).where(HelpRequest.state == "matched")).first()
            assert row is not None and row.id is not None
            token = Tokens(KEY).request_link(row.id, row.link_version)
        yield Site(app, server.base, FRIESLAND.slug, token, engine)
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


def walk(site: Site, page: Page, begin: list[str]) -> dict[str, str]:
    """Follow links, one page of every route; gives the routes that were seen, and where."""
    seen: dict[str, str] = {}
    waiting = list(begin)
    while waiting and len(seen) < MOST_PAGES:
        address = waiting.pop(0)
        route = route_of(site, address)
        if route is None or route in seen:
            continue
        seen[route] = address
        answer = page.goto(address)
        assert answer is not None and answer.status == 200, f"{address}: {answer and answer.status}"
        language = page.evaluate("document.documentElement.lang")
        check(page, deeply=(route, language) not in site.looked_at)
        site.looked_at.add((route, language))
        if page.evaluate(_FIND):
            site.forms.add(address)
        if route != "demo.message":  # what stands in somebody's mail is for them
            waiting += links_of(page)
    return seen


def links_of(page: Page) -> list[str]:
    """Give where the links of a page lead."""
    found: list[str] = page.evaluate("[...document.links].map(a => a.href.split('#')[0])")
    return found


def one_of_each_state(site: Site) -> dict[str, list[str]]:
    """Give addresses of one request, match and volunteer in each state: at the desk, and behind the private link."""
    tokens, desk, private = Tokens(KEY), [], []
    with Session(site.engine) as session:
        for table, path in ((HelpRequest, "requests"), (Match, "matches"), (Volunteer, "volunteers")):
            rows: dict[str, Any] = {}
            for row in session.exec(select(table).order_by(col(table.id))):
                rows.setdefault(row.state, row)
            rows.pop("draft", None)
            desk += [f"{site.home}/desk/{path}/{row.id}" for row in rows.values()]
            if table is HelpRequest:
                private = [f"{site.home}/r/{tokens.request_link(r.id, r.link_version)}" for r in rows.values()]
                who = rows["matched"]
                private += [
                    f"{site.home}/mails/{tokens.mail_kind(who.contact_id, who.community_id, kind)}"
                    for kind in ("day_before", "unanswered")
                ]
    return {"desk": desk, "private": private}


_FIND = """() => {
  window.form = [...document.querySelectorAll('main form[method=post]')].find(
    f => f.querySelector(
      'input[type=text], input[type=tel], input[type=email], input[type=file], input:not([type]), textarea, select'));
  return Boolean(window.form);
}"""
_EMPTY = """() => {
  for (const one of form.elements) {
    if (one.type === 'checkbox' || one.type === 'radio') one.checked = false;
    else if (one.tagName === 'TEXTAREA' || (one.tagName === 'INPUT' && one.type !== 'hidden')) one.value = '';
    else if (one.tagName === 'SELECT') one.value = '';
  }
  form.noValidate = true;
  form.requestSubmit();
}"""


def send_empty(page: Page) -> bool:
    """Send the form of a page with nothing in it; True where the page came back and says what is wrong."""
    if not page.evaluate(_FIND):
        return False
    with page.expect_navigation() as gone:
        page.evaluate(_EMPTY)
    return gone.value.status == 422


def look_at_errors(site: Site, page: Page, addresses: dict[str, str]) -> set[str]:
    """Send each form empty and look at what comes back; gives the routes that said what is wrong.

    Some forms may be sent empty and do something then: whatever cannot be reached any more is passed by.
    """
    said = set()
    for route, address in addresses.items():
        if address not in site.forms:
            continue
        answer = page.goto(address)
        if answer is None or answer.status != 200 or not send_empty(page):
            continue
        said.add(route)
        language = page.evaluate("document.documentElement.lang")
        check(page, deeply=(f"{route}: errors", language) not in site.looked_at)
        links = page.locator("#error-summary a").all_inner_texts()
        assert links, f"{page.url}: no link to what is wrong"
        assert len(links) == len(set(links)), f"{page.url}: which is which? {links}"
        site.looked_at.add((f"{route}: errors", language))
    return said
