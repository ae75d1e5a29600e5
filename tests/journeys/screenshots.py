"""Takes the pictures in docs/screenshots, of the invented community (``make screenshots``)."""

import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, sync_playwright
from sqlmodel import Session, col, select

from matcher.language import load_or_train
from models import migrations
from models.database import make_engine
from models.settings import Settings
from models.tables import Call, HelpRequest, Match
from seeds import demo, reference_data
from seeds.demo.communities import TWENTE
from seeds.phrases import kind_names, phrases
from tests.journeys.conftest import CHROMIUM, QUIET, ready, sign_in_as
from tests.loopback import listening
from web import create_app
from web.runtime import start

OUT = Path(__file__).parents[2] / "docs" / "screenshots"
WIDTHS = (360, 1280)
WORDS = "Ik zou graag weer eens een rondje wandelen, maar alleen durf ik niet meer."
ONE_SCREEN = ("home", "desk-undo", "desk-undo-dark")
Show = Callable[[Page, str], None]


@contextmanager
def running() -> Iterator[tuple[str, Session]]:
    """Start the site on the large invented community; gives its address and a session to find things with."""
    with tempfile.TemporaryDirectory() as folder, listening() as server:
        settings = Settings(
            database_url=f"sqlite:///{folder}/noaber.sqlite", secret_key="x" * 40, demo=True, base_url=server.base
        )
        engine = make_engine(settings.database_url)
        migrations.upgrade(engine)
        reference_data.load(engine, [])
        reader = load_or_train(phrases(), kind_names(), Path(folder) / "reader.npz")
        demo.load(engine, reader, settings, now=datetime.now(UTC))
        runtime = start(settings, reader)
        server.answer_with(create_app(runtime, RATELIMIT_ENABLED=False))
        with Session(engine) as session:
            yield f"{server.base}/{TWENTE.slug}", session
        runtime.engine.dispose()
        engine.dispose()


def public(page: Page, home: str, keep: Show) -> None:
    """Home, the first questions, and what neighbours ask."""
    page.goto(f"{home}/")
    keep(page, "home")
    page.goto(f"{home}/ask")
    page.locator("[name=text]").fill(WORDS)
    keep(page, "ask-words")
    page.locator("[name=whom][value=self]").check()
    page.locator("main button[type=submit]").first.click()
    keep(page, "ask-kinds")
    page.goto(f"{home}/browse")
    keep(page, "browse")
    page.goto(f"{home}/map")
    keep(page, "map")


def volunteer(page: Page, home: str, keep: Show, session: Session) -> None:
    """What fits this volunteer."""
    sign_in_as(page, home, session, "vrijwilliger")
    page.goto(f"{home}/browse/for-me")
    keep(page, "for-me")
    page.goto(f"{home}/volunteer")
    keep(page, "my-help")


def desk(page: Page, home: str, keep: Show, session: Session) -> None:
    """Today, one request with its candidates, the call list."""
    sign_in_as(page, home, session, "coordinator")
    page.goto(f"{home}/desk")
    keep(page, "desk")
    row = session.exec(
        select(HelpRequest.id)
        .where(HelpRequest.state == "open", col(HelpRequest.id).not_in(select(Match.request_id)))
        .order_by(col(HelpRequest.id))
    ).first()
    page.goto(f"{home}/desk/requests/{row}")
    keep(page, "desk-request")
    page.goto(f"{home}/desk/intake")
    keep(page, "desk-intake")
    if session.exec(select(Call.id).where(col(Call.done_at).is_(None))).first():
        page.goto(f"{home}/desk/calls")
        keep(page, "desk-calls")


def offline(page: Page, home: str, keep: Show) -> None:
    """A request that was written where there is no internet."""
    page.goto(f"{home}/ask")
    ready(page)
    page.locator("[name=text]").fill(WORDS)
    page.context.set_offline(True)
    page.locator("main form.form button[type=submit]").first.click()
    page.locator("[data-throw]").wait_for()
    keep(page, "offline")
    page.context.set_offline(False)


def undo(page: Page, home: str, keep: Show, session: Session) -> None:
    """An approval that can still be undone, which it is afterwards."""
    sign_in_as(page, home, session, "coordinator")
    row = session.exec(
        select(HelpRequest.id)
        .where(HelpRequest.state == "open", col(HelpRequest.id).not_in(select(Match.request_id)))
        .order_by(col(HelpRequest.id))
    ).first()
    page.goto(f"{home}/desk/requests/{row}")
    page.locator("button[name=approve][value='1']").first.click()
    page.locator(".toast--up").wait_for()
    page.screenshot()  # until it has come up
    keep(page, "desk-undo")
    page.locator(".toast--up button").click()


def in_the_dark(browser: Browser, home: str, keep: Show, session: Session, options: dict[str, Any]) -> None:
    """What comes up by itself, by day and by night."""
    for scheme in ("light", "dark"):

        def named(page: Page, name: str, scheme: str = scheme) -> None:
            keep(page, name if scheme == "light" else f"{name}-dark")

        for visit in (lambda page: offline(page, home, named), lambda page: undo(page, home, named, session)):
            page = browser.new_page(**options, color_scheme=scheme, reduced_motion="reduce")
            visit(page)
            page.close()


def match(browser: Browser, home: str, width: int, keep: Show, session: Session) -> None:
    """A pair that has agreed, as its volunteer sees it."""
    page = browser.new_page(locale="nl-NL", viewport={"width": width, "height": 800})
    sign_in_as(page, home, session, "vrijwilliger")
    page.goto(f"{home}/volunteer")
    link = page.locator("main a[href*='/matches/']").first
    if link.count():
        link.click()
        page.wait_for_load_state()
        keep(page, "match")
    page.close()


def main() -> None:
    """Take them all, at both widths, in Dutch."""
    OUT.mkdir(parents=True, exist_ok=True)
    with running() as (home, session), sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(QUIET))
        for width in WIDTHS:

            def keep(page: Page, name: str, width: int = width) -> None:
                page.screenshot(path=OUT / f"{name}-{width}.png", full_page=width < 500 and name not in ONE_SCREEN)

            options: Any = {"locale": "nl-NL", "viewport": {"width": width, "height": 800 if width < 500 else 900}}
            page = browser.new_page(**options)
            public(page, home, keep)
            page.close()
            for visit in (volunteer, desk):
                page = browser.new_page(**options)
                visit(page, home, keep, session)
                page.close()
            match(browser, home, width, keep, session)
            in_the_dark(browser, home, keep, session, options)
        browser.close()


if __name__ == "__main__":
    main()
