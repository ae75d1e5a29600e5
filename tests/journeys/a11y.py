"""Looks at every page in every role, state and language with axe, and writes docs/accessibility.md (``make a11y``).

The suite looks at one page of every route and state in Dutch and English. This looks at all languages, light and dark,
320 and 1280 pixels, enlarged text, and at what every form says that is sent empty. It takes a quarter of an hour.
"""

import argparse
import logging
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright
from sqlmodel import Session

from matcher.language import load_or_train
from models import migrations
from models.catalogue import available_languages, whole_languages
from models.database import make_engine
from seeds import reference_data
from seeds.phrases import kind_names, phrases
from tests.journeys.conftest import CHROMIUM, QUIET, examine, sign_in_as
from tests.journeys.whole import Site, links_of, one_of_each_state, route_of, running, send_empty

OUT = Path(__file__).parents[2] / "docs" / "accessibility.md"
ROLES = ("visitor", "resident", "volunteer", "desk")
WHO = {"volunteer": "vrijwilliger", "desk": "heerenveen"}
SCREENS = ((320, "light"), (1280, "dark"))
LOCALES = {"nl": "nl-NL", "en": "en-GB", "ar": "ar", "pl": "pl-PL", "tr": "tr-TR", "uk": "uk-UA"}
MOST_PAGES = 200


@dataclass
class Looked:
    """What was looked at in one role and language, and what was wrong."""

    pages: int = 0
    routes: set[str] = field(default_factory=set)
    wrong: list[str] = field(default_factory=list)

    def at(self, page: Page, route: str, what: str = "") -> None:
        """Look at the page that is open."""
        self.pages += 1
        self.routes.add(route)
        where = f"`{route}`{what}"
        seen = examine(page)
        self.wrong += [f"{where}: {found[:160]}" for found in seen["violations"]]
        self._sideways(seen["wide"], where)
        if page.viewport_size and page.viewport_size["width"] > 1000:
            page.evaluate("document.documentElement.style.fontSize = '200%'")
            self._sideways(examine(page, deeply=False)["wide"], f"{where}, text at 200 %")

    def _sideways(self, wide: int, where: str) -> None:
        if wide > 0:
            self.wrong.append(f"{where}: scrolls sideways by {wide} px")


def look(site: Site, browser: Browser, role: str, language: str, screen: tuple[int, str]) -> Looked:
    """Walk the site in one role and language on one screen: every route, every state, every form sent empty."""
    width, scheme = screen
    context = browser.new_context(
        locale=LOCALES[language],
        viewport={"width": width, "height": 800},
        color_scheme=scheme,  # type: ignore[arg-type]
    )
    page = context.new_page()
    page.set_default_timeout(30_000)
    looked, states = Looked(), one_of_each_state(site)
    if role in WHO:
        with Session(site.engine) as session:
            sign_in_as(page, site.home, session, WHO[role])
    begin = {
        "visitor": [f"{site.base}/", f"{site.home}/"],
        "resident": [f"{site.home}/r/{site.token}", *states["private"]],
        "volunteer": [f"{site.home}/"],
        "desk": [f"{site.home}/", *states["desk"]],
    }[role]
    seen: dict[str, str] = {}
    waiting, each = list(begin), {*states["private"], *states["desk"]}
    while waiting and looked.pages < MOST_PAGES:
        address = waiting.pop(0)
        route = route_of(site, address)
        if route is None or (route in seen and address not in each):
            continue
        each.discard(address)
        seen.setdefault(route, address)
        answer = page.goto(address)
        if answer is None or answer.status != 200:
            looked.wrong.append(f"`{route}`: {answer and answer.status}")
            continue
        waiting += links_of(page) if route != "demo.message" else []
        looked.at(page, route)
    for route, address in seen.items():
        answer = page.goto(address)
        if answer is not None and answer.status == 200 and send_empty(page):
            looked.at(page, route, " sent empty")
    context.close()
    return looked


@contextmanager
def fresh_site() -> Iterator[Callable[[], Iterator[Site]]]:
    """Give a way to start the site anew: what one visitor sends empty may change it for the next."""
    with tempfile.TemporaryDirectory() as folder:
        reader = load_or_train(phrases(), kind_names(), Path(folder) / "reader.npz")
        number = iter(range(1000))

        @contextmanager
        def begin() -> Iterator[Site]:
            url = f"sqlite:///{folder}/{next(number)}.sqlite"
            engine = make_engine(url)
            migrations.upgrade(engine)
            reference_data.load(engine, [])
            engine.dispose()
            with running(url, reader, datetime.now(UTC)) as site:
                yield site

        yield begin  # type: ignore[misc]  # a context manager is an iterator with manners


def main() -> int:
    """Look at everything, write what was found, and fail where anything is wrong."""
    parser = argparse.ArgumentParser(prog="python -m tests.journeys.a11y", description=__doc__)
    parser.add_argument("--languages", default=",".join(LOCALES), help="which, separated by commas")
    parser.add_argument("--out", type=Path, default=OUT)
    given = parser.parse_args()
    logging.getLogger("werkzeug").setLevel(logging.WARNING)
    started, rows, wrong = time.monotonic(), [], Counter[str]()
    with fresh_site() as begin, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(QUIET))
        for language in given.languages.split(","):
            with begin() as site:  # type: ignore[attr-defined]
                for role in ROLES:
                    if role == "desk" and language not in whole_languages():
                        continue
                    for screen in SCREENS:
                        looked = look(site, browser, role, language, screen)
                        rows.append((language, role, screen, looked))
                        wrong.update(looked.wrong)
                        said = f"{looked.pages} pages, {len(looked.wrong)} wrong"
                        print(language, role, *screen, said, flush=True)
        browser.close()
    given.out.write_text(report(rows, wrong, time.monotonic() - started), "utf-8")
    return 1 if wrong else 0


def report(rows: list[tuple[str, str, tuple[int, str], Looked]], wrong: Counter[str], seconds: float) -> str:
    """Write what was looked at and found as a page of documentation."""
    pages = sum(looked.pages for *_rest, looked in rows)
    routes = {route for *_rest, looked in rows for route in looked.routes}
    languages = [code for code in available_languages() if any(row[0] == code for row in rows)]
    found = f"{pages} pages of {len(routes)} routes in {len(languages)} languages ({', '.join(languages)})"
    lines = [
        "# Accessibility, as it was measured",
        "",
        f"`make a11y`, {datetime.now(UTC):%Y-%m-%d}: {found}, {sum(wrong.values())} faults, {seconds / 60:.0f} min. "
        "Each page was looked at by axe (WCAG 2.0 to 2.2, A and AA, and good practice), at 320 pixels in light and at "
        "1280 in dark; none may scroll sideways, at 1280 pixels not with text at 200 % either. A role is walked by its "
        "links, one page of every route, then one request, match and volunteer of each state, then every form sent "
        "empty.",
        "",
        "| language | role | screen | pages | faults |",
        "| --- | --- | --- | --- | --- |",
        *(
            f"| {language} | {role} | {width} px, {scheme} | {looked.pages} | {len(looked.wrong)} |"
            for language, role, (width, scheme), looked in rows
        ),
        "",
    ]
    if wrong:
        lines += ["## Faults", "", *(f"- {what} ({times}×)" for what, times in wrong.most_common()), ""]
    lines += [
        "The desk works in Dutch and English alone. What a program cannot see stands in the accessibility statement of "
        "the site; the main flows by keyboard alone, without JavaScript, on paper and with reduced motion are in "
        "`tests/journeys`.",
        "",
    ]
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
