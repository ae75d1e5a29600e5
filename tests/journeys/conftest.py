"""A real browser, a real site, a real mail server and a worker, on a clock that can be moved."""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from flask import Flask
from flask.sessions import SecureCookieSessionInterface
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright
from sqlalchemy import Engine
from sqlmodel import Session, select

from jobs import worker
from matcher import Reader
from models.candidates import Candidates
from models.database import writing
from models.settings import Settings
from models.tables import Person
from tests import factories as make
from tests.jobs.mail_server import MailServer
from tests.loopback import listening
from web import create_app
from web.runtime import start

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

CHROMIUM = "/usr/bin/chromium-headless-shell"
QUIET = ("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
         "--disable-component-update", "--disable-sync")  # fmt: skip
AXE = Path(__file__).parents[2] / "node_modules" / "axe-core" / "axe.min.js"
AMSTERDAM = ZoneInfo("Europe/Amsterdam")
TUESDAY = datetime(2026, 11, 24, 9, 0, tzinfo=AMSTERDAM)
LINK = re.compile(r"http://127\.0\.0\.1:\d+/\S+")
RAW_PHONE = re.compile(r"\+\d{9,}")
AXE_AT = "/axe-for-this-test.js"
_LOOK = """async ([deeply, address]) => {
  const scripts = () => {
    const made = document.createElement('div');
    made.innerHTML = '<noscript><i></i></noscript>';
    return !made.querySelector('i');
  };
  const bring = () => new Promise((done) => {
    const script = document.createElement('script');
    script.src = address;
    script.onload = script.onerror = () => { script.remove(); done(); };
    document.head.append(script);
  });
  if (deeply && !window.axe && scripts()) await bring();
  if (deeply && !window.axe) return null;
  const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
  const found = deeply
    ? await axe.run(document, {runOnly: {type: 'tag', values: tags}, resultTypes: ['violations']})
    : {violations: []};
  return {
    violations: found.violations.map(v => v.id + ': ' + v.nodes.map(n => n.html).join(' | ')),
    wide: document.documentElement.scrollWidth - document.documentElement.clientWidth,
    h1s: document.querySelectorAll('h1').length,
    text: document.body.innerText,
    title: document.title,
  };
}"""
_READY = """async () => {
  for (let tries = 0; tries < 100; tries++) {
    const names = await caches.keys();
    const paths = names.length ? (await (await caches.open(names[0])).keys()).map(r => new URL(r.url).pathname) : [];
    if (navigator.serviceWorker.controller && paths.some(p => p.includes("/offline/"))) return paths;
    await new Promise(wait => setTimeout(wait, 50));
  }
  throw new Error("the service worker is not ready");
}"""
LONGEST_WAIT = 10_000
"""Milliseconds that the browser waits for anything before the test fails."""


@dataclass
class Town:
    """One running Noaber with its people."""

    engine: Engine
    settings: Settings
    mail: MailServer
    clock: Any
    candidates: Candidates
    slug: str = ""

    @property
    def home(self) -> str:
        """Give the address of the community."""
        return f"{self.settings.base_url}/{self.slug}"

    def at(self, moment: datetime) -> None:
        """Move the clock of site and worker."""
        self.clock.move_to(moment)

    def work(self) -> None:
        """Let the worker do what is due now."""
        worker.once(self.settings, datetime.now(AMSTERDAM), self.candidates)

    def mails_to(self, address: str) -> list[EmailMessage]:
        """Give what the mail server took for somebody, oldest first."""
        return [m for m in self.mail.mails.accepted if address in str(m["To"])]

    def newest_link(self, address: str) -> str:
        """Give the link in the last mail to somebody."""
        body = self.mails_to(address)[-1].get_body(("plain",))
        assert body is not None
        found = LINK.search(body.get_content())
        assert found, body.get_content()
        return found.group()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium, started once a process of tests."""
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=CHROMIUM, args=list(QUIET))
        yield found
        found.close()


@pytest.fixture
def clock() -> Iterator[Any]:
    """A Tuesday morning that goes on ticking."""
    with time_machine.travel(TUESDAY, tick=True) as traveller:
        yield traveller


@pytest.fixture
def database(request: pytest.FixtureRequest) -> Engine:
    """SQLite, unless a test names another: a browser sees no difference, and the main road is walked on both."""
    found = request.getfixturevalue(getattr(request, "param", "engine"))
    assert isinstance(found, Engine)
    return found


@pytest.fixture
def town(database: Engine, reader: Reader, clock: Any) -> Iterator[Town]:
    """Start site and mail server on a database with one community, its desk and two volunteers."""
    mail = MailServer()
    mail.start()
    with listening() as server:
        settings = Settings(
            database_url=database.url.render_as_string(hide_password=False),
            secret_key="only-for-journeys-" + "x" * 40,
            smtp_url=mail.url,
            env="test",
            base_url=server.base,
        )
        runtime = start(settings, reader)
        app = create_app(runtime, RATELIMIT_ENABLED=False, PROPAGATE_EXCEPTIONS=False)
        server.answer_with(answering(app))
        town = Town(database, settings, mail, clock, runtime.candidates)
        with Session(writing(database), expire_on_commit=False) as session:
            town.slug = people_of_the_road(session)
            session.commit()
        yield town
    runtime.engine.dispose()
    mail.stop()


def people_of_the_road(session: Session) -> str:
    """Make a community, a coordinator, and two volunteers who could walk with somebody."""
    community = make.create_community(session, slug="dorp", name="Het Dorp", phone="+31742450000")
    make.create_coordinator(session, community, first_name="Marloes", email="marloes@example.org",
                            password=make.PASSWORD)  # fmt: skip
    for first, text, code in (
        ("Yusuf", "Ik wandel graag met iemand die niet alleen durft.", "7551"),
        ("Ria", "Koffie drinken en een praatje, dat doe ik graag.", "7571"),
    ):
        person = make.create_person(session, first_name=first, email=f"{first.lower()}@example.org", language="nl")
        kinds = ["walking-together"] if first == "Yusuf" else ["company-visits"]
        make.create_volunteer(session, community, person, text=text, kinds=kinds, postcode=code, max_km=15,
                              windows=None, languages=["nl", "en"])  # fmt: skip
    make.create_meeting_place(session, community)
    return community.slug


@pytest.fixture
def visitor(browser: Browser) -> Iterator[Callable[..., Page]]:
    """Open a browser of one's own: ``visitor(language, width)`` gives its page."""
    opened: list[BrowserContext] = []

    def open_browser(language: str = "nl", width: int = 360, **options: Any) -> Page:
        options.setdefault("service_workers", "block")  # what it keeps is fetched in every new browser, and takes long
        context = browser.new_context(
            locale={"nl": "nl-NL", "en": "en-GB"}[language], viewport={"width": width, "height": 800}, **options
        )
        opened.append(context)
        page = context.new_page()
        page.set_default_timeout(LONGEST_WAIT)
        page.on("pageerror", lambda error: pytest.fail(f"JavaScript on {page.url}: {error}"))
        return page

    yield open_browser
    for context in opened:
        context.close()


def sign_in_as(page: Page, home: str, session: Session, who: str) -> None:
    """Sign in as one of the invented people, with one click; ``who`` is the name in their address."""
    person = session.exec(select(Person.id).where(Person.email == f"{who}@probeer.example")).one()
    page.goto(f"{home}/sign-in")
    page.locator(f"form[action$='/try/{person}'] button[type=submit]").first.click()
    page.wait_for_load_state()


def examine(page: Page, *, deeply: bool = True) -> dict[str, Any]:
    """Ask the browser about a page: its ``title`` and ``text``, ``h1s``, how ``wide`` beyond its screen, and axe.

    ``violations`` are the rule and where; axe comes from the site itself (see `answering`), which keeps its half
    megabyte read for the next page, or is sent where no script may come, or no server answers.
    """
    found: dict[str, Any] | None = page.evaluate(_LOOK, [deeply, AXE_AT])
    if found is None:
        page.evaluate(AXE.read_text("utf-8"))
        found = page.evaluate(_LOOK, [deeply, AXE_AT])
    assert found is not None
    return found


def answering(app: "WSGIApplication") -> "WSGIApplication":
    """Let an application give axe too."""

    def answer(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        if environ["PATH_INFO"] != AXE_AT:
            return app(environ, start_response)
        start_response("200 OK", [("Content-Type", "text/javascript"), ("Cache-Control", "max-age=3600, immutable")])
        return [AXE.read_bytes()]

    return answer


def signed_in(page: Page, town: Town, name: str) -> None:
    """Give this browser the session of one of the people of the road."""
    with Session(town.engine) as session:
        person = session.exec(select(Person).where(Person.email == f"{name}@example.org")).one()
        kept = {"_user_id": f"{person.id}:{person.session_version}", "_fresh": True}
    app = Flask(__name__)
    app.secret_key = town.settings.secret_key
    signer = SecureCookieSessionInterface().get_signing_serializer(app)
    assert signer is not None
    cookie = str(signer.dumps(kept))
    page.context.add_cookies([{"name": "noaber", "value": cookie, "url": town.settings.base_url}])


def ready(page: Page) -> list[str]:
    """Wait until the service worker looks after this page; gives the paths of all that it keeps."""
    found: list[str] = page.evaluate(_READY)
    return found


def check(page: Page, *, deeply: bool = True) -> None:
    """Look at a page as a critic: axe finds nothing, no sideways scrolling, one h1, nothing from strangers.

    Parameters
    ----------
    deeply : bool
        False leaves axe out, which takes most of the time: where this very page was looked at before.
    """
    page.wait_for_load_state()  # without a script a click may have only just begun to lead here
    seen = examine(page, deeply=deeply)
    assert seen["violations"] == [], f"{page.url}: {seen['violations']}"
    assert seen["wide"] <= 0, f"{page.url} scrolls sideways by {seen['wide']} px"
    assert seen["h1s"] == 1, page.url
    assert not (found := RAW_PHONE.findall(seen["text"])), f"{page.url}: a number as nobody reads it, {found}"
    assert seen["title"] and "None" not in seen["title"], page.url
