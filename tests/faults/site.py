"""A running site and visitors who click at the same moment: real HTTP on loopback, as browsers send it."""

import html
import http.client
import os
import random
import re
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from html.parser import HTMLParser
from typing import Any, TypeVar
from urllib.parse import urlencode, urljoin, urlsplit
from zoneinfo import ZoneInfo

import time_machine
from flask import Flask
from flask.sessions import SecureCookieSessionInterface
from sqlalchemy import Engine, event, text
from sqlmodel import Session, select
from werkzeug.serving import WSGIRequestHandler, make_server

from jobs import worker
from matcher import Reader
from models import catalogue
from models.database import reading, transaction
from models.settings import Settings
from models.tables import AuditEntry, Community, HelpRequest, Match, OutboxMessage, Person
from tests import factories
from web import create_app
from web.runtime import Runtime, start
from web.server import THREADS

TUESDAY = datetime(2026, 11, 24, 9, 0, tzinfo=ZoneInfo("Europe/Amsterdam"))
HERE = "/dorp"
PATIENCE = 60.0
"""Seconds after which a click that was not answered fails the test."""
PROCESSES = 2
FIRST_NUMBER = 5000
ASKED: dict[str, dict[str, str]] = {
    "": {"text": "Wie kan mij dinsdag met de rollator naar het ziekenhuis brengen?", "whom": "self"},
    "/kinds": {"kinds": "hospital-escort"},
    "/when": {"how": "once", "date": "2026-12-08", "starts": "13:30", "ends": "15:30"},
    "/where": {"postcode": "7551 ab"},
    "/you": {"first_name": "Dien", "reach": "email", "choice": "self", "languages": "nl"},
}
"""What somebody who asks answers on each page; with an e-mail address on the last."""
OFFERED: dict[str, dict[str, str]] = {
    "what": {"text": "Ik rijd graag iemand naar het ziekenhuis."},
    "kinds": {"kinds": "hospital-escort"},
    "when": {"any_time": "y"},
    "where": {"postcode": "7551", "max_km": "10"},
    "more": {"languages": "nl", "capacity": "2"},
    "you": {"first_name": "Yusuf"},
}
"""What somebody who offers help answers; with a way to reach them on the last page."""
_MOST_REDIRECTS = 5
_CSRF = re.compile(r'(name="csrf_token" value=")[^"]*')
_FLASHES = '<div class="flashes'
Found = TypeVar("Found")


# ---- a visitor -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Form:
    """A form as a browser would send it."""

    action: str
    data: tuple[tuple[str, str], ...]

    def filled(self, **answers: str | Sequence[str]) -> "Form":
        """Give it with other answers; one that is not on the page (a button) is added."""
        kept = [pair for pair in self.data if pair[0] not in answers]
        for name, said in answers.items():
            kept += [(name, one) for one in ([said] if isinstance(said, str) else said)]
        return Form(self.action, tuple(kept))


class _Fields(HTMLParser):
    """Reads what a browser sends of a form in which nothing was typed."""

    def __init__(self, markup: str) -> None:
        super().__init__()
        self.data: list[tuple[str, str]] = []
        self._textarea: str | None = None
        self._select: str | None = None
        self.feed(markup)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        about = dict(attrs)
        name, value = about.get("name") or "", about.get("value") or ""
        if tag == "input" and name and about.get("type") != "submit":
            if about.get("type") not in ("checkbox", "radio"):
                self.data.append((name, value))
            elif "checked" in about:
                self.data.append((name, about.get("value") or "on"))
        elif tag == "textarea":
            self._textarea = name
            self.data.append((name, ""))
        elif tag == "select":
            self._select = name
        elif tag == "option" and self._select:
            if not any(known == self._select for known, _value in self.data):
                self.data.append((self._select, value))  # the first, where none is chosen
            elif "selected" in about:
                self.data = [pair for pair in self.data if pair[0] != self._select] + [(self._select, value)]

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            self._textarea = None
        elif tag == "select":
            self._select = None

    def handle_data(self, data: str) -> None:
        if self._textarea is not None:
            name, before = self.data[-1]
            self.data[-1] = (name, (before + data).lstrip("\r\n"))


@dataclass(frozen=True)
class Page:
    """What a visitor sees at the end of a click."""

    path: str
    status: int
    markup: str
    answered: int
    """The status of the first answer, before any redirect."""

    def form(self, action: str = "") -> Form:
        """Give the form on this page whose address ends so; nothing said: the one that comes back to this page."""
        for found in re.finditer(r"<form\b[^>]*>.*?</form>", self.markup, re.DOTALL):
            about = re.match(r'<form\b(?:[^>]*? action="([^"]*)")?', found.group())
            goes_to = html.unescape(about.group(1) or "") if about else ""
            fits = goes_to.endswith(action) if action else not goes_to or goes_to == self.path
            if fits and 'method="post"' in found.group():
                return Form(urljoin(self.path, goes_to), tuple(_Fields(found.group()).data))
        raise AssertionError(f"no form to {action or self.path} on {self.path} ({self.status}): {self.words}")

    @property
    def main(self) -> str:
        """The part of the page that is about something, without what differs from sending to sending."""
        found = re.search(r"<main\b.*</main>", self.markup, re.DOTALL)
        return _CSRF.sub(r"\1", found.group()) if found else self.markup

    @property
    def said_once(self) -> str:
        """What is told about the click that led here; gone when the page is opened again."""
        start = self.main.find(_FLASHES)
        if start < 0:
            return ""
        open_divs = 0
        for found in re.finditer(r"<(/?)div\b[^>]*>", self.main[start:]):
            open_divs += -1 if found.group(1) else 1
            if not open_divs:
                return self.main[start : start + found.end()]
        raise AssertionError("a box that does not end")

    @property
    def confirmation(self) -> str:
        """The page without what is told once."""
        return self.main.replace(self.said_once, "")

    @property
    def words(self) -> str:
        """What stands on the page, as text."""
        return _text(self.main)

    @property
    def told(self) -> str:
        """What is told once, as text."""
        return _text(self.said_once)

    def says(self, words: str, **details: object) -> bool:
        """Whether the Dutch sentence stands on the page; given in English, as in the code."""
        said = str(catalogue.translations("nl").gettext(words))
        return " ".join((said % details if details else said).split()) in self.words

    @property
    def warns(self) -> bool:
        """Whether it tells of something that did not go as it should."""
        return "notice--watch" in self.said_once


class Browser:
    """One visitor's browser."""

    def __init__(self, port: int, cookies: dict[str, str] | None = None) -> None:
        self.port, self.cookies = port, dict(cookies or {})
        self._token = ""

    def twin(self) -> "Browser":
        """Give the same browser once more, for a click that leaves before the other was answered."""
        return Browser(self.port, self.cookies)

    def open(self, path: str) -> Page:
        """Go to a page, and where it leads."""
        return self._go("GET", path)

    def send(self, form: Form) -> Page:
        """Press the button of a form."""
        return self._go("POST", form.action, urlencode(form.data))

    def ready(self) -> "Browser":
        """Open a page with a form, of which `press` takes the token."""
        self._token = dict(self.open(f"{HERE}/sign-in/code").form("/sign-in/code").data)["csrf_token"]
        return self

    def press(self, path: str, **answers: str) -> int:
        """Send answers to an address, as the form of an open page does; gives the status, and follows nowhere."""
        body = urlencode({"csrf_token": self._token, **answers})
        status, _leads_to, markup = self._ask("POST", HERE + path, body)
        assert status < 500 and "csrf" not in markup[:200].lower(), f"{path}: {status}\n{_words(markup)}"
        return status

    def _go(self, method: str, path: str, body: str | None = None) -> Page:
        answered = 0
        for _ in range(_MOST_REDIRECTS):
            status, leads_to, markup = self._ask(method, path, body)
            assert status < 500, f"{method} {path}: {status}\n{_words(markup)}"
            answered = answered or status
            if not leads_to:
                return Page(path, status, markup, answered)
            method, body = "GET", None
            where = urlsplit(urljoin(path, leads_to))
            path = where.path + (f"?{where.query}" if where.query else "")
        raise AssertionError(f"round in circles at {path}")

    def _ask(self, method: str, path: str, body: str | None) -> tuple[int, str, str]:
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        headers = {"Accept-Language": "nl", "Cookie": "; ".join(f"{k}={v}" for k, v in self.cookies.items())}
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        try:
            line.request(method, path, body, headers)
            answer = line.getresponse()
            markup = answer.read().decode()
        finally:
            line.close()
        for kept in answer.headers.get_all("Set-Cookie") or ():
            name, _equals, value = kept.partition(";")[0].partition("=")
            self.cookies[name] = value
        return answer.status, answer.headers.get("Location") or "", markup


def _text(markup: str) -> str:
    return " ".join(html.unescape(re.sub(r"<(?:svg.*?</svg|[^>]+)>", " ", markup, flags=re.DOTALL)).split())


def _words(markup: str) -> str:
    return Page("", 0, markup, 0).words[:500]


def at_once(*clicks: Callable[[], Found]) -> list[Found]:
    """Let everybody click at the same moment; gives what each got, in order."""
    ready = threading.Barrier(len(clicks))
    got: dict[int, Found] = {}
    wrong: list[BaseException] = []

    def click(number: int) -> None:
        try:
            ready.wait(PATIENCE)
            got[number] = clicks[number]()
        except BaseException as error:
            wrong.append(error)

    threads = [threading.Thread(target=click, args=(number,), daemon=True) for number in range(len(clicks))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(2 * PATIENCE)
        assert not thread.is_alive(), "somebody waits for ever"
    if wrong:
        raise wrong[0]
    return [got[number] for number in range(len(clicks))]


# ---- the site --------------------------------------------------------------------------------------------------------


@dataclass
class Town:
    """A site that runs, its database, and the dice of this test."""

    engine: Engine
    settings: Settings
    seed: int
    port: int = 0
    clock: Any = None
    app: Flask = field(default_factory=lambda: Flask("closed"))
    runtime: Runtime = field(init=False)
    community_id: int = 0
    dice: random.Random = field(init=False)

    def __post_init__(self) -> None:
        self.dice = random.Random(self.seed)

    @contextmanager
    def change(self) -> Iterator[tuple[Session, Community]]:
        """Write rows beside the site; committed at the end."""
        with transaction(self.engine) as session:
            yield session, session.get_one(Community, self.community_id)

    @contextmanager
    def look(self) -> Iterator[Session]:
        """Read the database beside the site."""
        with reading(self.engine) as session:
            yield session

    def browser(self) -> Browser:
        """Give a browser without cookies."""
        return Browser(self.port)

    def signed_in(self, person: Person) -> Browser:
        """Give a browser in which somebody has signed in before."""
        cookie = {"_user_id": f"{person.id}:{person.session_version}", "_fresh": True}
        signer = SecureCookieSessionInterface().get_signing_serializer(self.app)
        assert signer is not None
        return Browser(self.port, {self.app.config["SESSION_COOKIE_NAME"]: str(signer.dumps(cookie))})

    def link(self, request: HelpRequest) -> str:
        """Give the private page of a request."""
        return f"{HERE}/r/{self.runtime.tokens.request_link(request.id or 0, request.link_version)}"

    def work(self) -> None:
        """Let the worker do what is due when nothing can be undone any more."""
        self.clock.shift(timedelta(minutes=2))
        worker.once(self.settings, datetime.now(TUESDAY.tzinfo), self.runtime.candidates)

    def matches(self, request: HelpRequest) -> list[Match]:
        """Give the matches of a request as they stand now."""
        return self._all(Match, Match.request_id == request.id)

    def told(self, match: Match) -> list[OutboxMessage]:
        """Give the messages about a match."""
        return [m for m in self._all(OutboxMessage) if m.params.get("match_id") == match.id]

    def requests(self) -> list[HelpRequest]:
        """Give every request, drafts included."""
        return self._all(HelpRequest)

    def logged(self, action: str) -> list[AuditEntry]:
        """Give the lines of the log about one kind of change."""
        return self._all(AuditEntry, AuditEntry.action == action)

    def count(self, table: Any) -> int:
        """Count rows."""
        return len(self._all(table))

    def _all(self, table: Any, *conditions: Any) -> list[Any]:
        with reading(self.engine) as session:
            found = list(session.exec(select(table).where(*conditions).order_by(table.id)))
            session.expunge_all()
            return found

    def again(self, row: Any) -> Any:
        """Give a row as it stands now."""
        with reading(self.engine) as session:
            found = session.get_one(type(row), row.id)
            session.expunge_all()
            return found

    @property
    def deadlocks(self) -> int:
        """How often the database had to break a deadlock; 0 where it knows none."""
        if self.engine.dialect.name != "postgresql":
            return 0
        # The database's processes tell what they counted when their connections end.
        self.runtime.engine.dispose()
        self.engine.dispose()
        others = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
        counted = "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()"
        while True:
            with self.engine.connect() as connection:
                if not connection.execute(text(others)).scalar_one():
                    return int(connection.execute(text(counted)).scalar_one())
            time.sleep(0.01)


class _Quiet(WSGIRequestHandler):
    def log_request(self, *_details: object, **_more: object) -> None:
        """Say nothing of each answer."""


@contextmanager
def open_town(engine: Engine, reader: Reader, name: str, *, smtp_url: str = "") -> Iterator[Town]:
    """Run a site on a database, on a Tuesday morning; its seed is printed.

    As many answers are made at a moment as two gunicorn processes make; who comes beside them waits.
    """
    seed = int(os.environ.get("NOABER_FAULT_SEED") or random.SystemRandom().randrange(10**9))
    sys.stdout.write(f"\n{name}: NOABER_FAULT_SEED={seed}\n")
    busy, apps = threading.BoundedSemaphore(PROCESSES * THREADS), []

    def serve(environ: Any, begin: Any) -> Any:
        with busy:
            return list(apps[0](environ, begin))

    server = make_server("127.0.0.1", 0, serve, threaded=True, request_handler=_Quiet)
    settings = Settings(
        database_url=engine.url.render_as_string(hide_password=False), secret_key=factories.TOKENS.secret,
        smtp_url=smtp_url, smtp_timeout=5, env="test", base_url=f"http://127.0.0.1:{server.server_port}",
    )  # fmt: skip
    town = Town(engine, settings, seed, server.server_port)
    town.runtime = start(settings, reader)
    town.app = create_app(town.runtime, RATELIMIT_ENABLED=False, PROPAGATE_EXCEPTIONS=False)
    apps.append(town.app.wsgi_app)
    with transaction(engine) as session:
        # Its own numbers are higher than those that the factories give.
        community = factories.create_community(session, slug=HERE.strip("/"), request_counter=FIRST_NUMBER)
        assert community.id is not None
        town.community_id = community.id
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        with time_machine.travel(TUESDAY, tick=True) as town.clock:
            yield town
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
        town.runtime.engine.dispose()


def widen(town: Town, most: float) -> None:
    """Let every statement that locks take a random moment longer, up to ``most`` seconds, on PostgreSQL.

    Two who meet once a year then meet at every click. SQLite lets one write at a time: there is nothing to widen.
    """
    if town.engine.dialect.name != "postgresql":
        return

    @event.listens_for(town.runtime.engine, "after_cursor_execute")
    def _linger(_connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        if statement.startswith(("UPDATE", "INSERT")) or " FOR " in statement[-40:]:
            threading.Event().wait(town.dice.uniform(0, most))
