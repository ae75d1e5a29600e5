"""Going through pages with the keyboard alone, as somebody who cannot use a mouse."""

import re

from playwright.sync_api import Locator, Page, expect

from models.catalogue import translations
from tests.journeys.conftest import check

MOST_TABS = 150


class Hands:
    """Two hands on a keyboard; every page that is left was looked at with axe first.

    Parameters
    ----------
    page : Page
    language : str
        In which the texts are looked for; they are given in English, as in the code.
    deeply : bool
        Whether axe looks at each page.

    Attributes
    ----------
    pages, interactions : int
        What was seen, and what was typed, chosen and pressed; an answer that stood there already counts for nothing.
    """

    def __init__(self, page: Page, language: str, *, deeply: bool = True) -> None:
        self.page, self.language, self._deeply = page, language, deeply
        self._gettext = translations(language).gettext
        self.pages = self.interactions = 0

    def say(self, text: str, **values: str) -> str:
        """Give a text in the language of this visitor."""
        found = self._gettext(text)
        return found % values if values else found

    def open(self, address: str) -> None:
        """Follow a link from a mail or type an address."""
        answer = self.page.goto(address)
        assert answer is not None and answer.ok, f"{address}: {answer and answer.status}"
        self.look()

    def look(self) -> None:
        """Check the page in front of us."""
        self.pages += 1
        check(self.page, deeply=self._deeply)
        expect(self.page.locator("html")).to_have_attribute("lang", self.language)

    def to(self, target: Locator) -> None:
        """Move the focus to something with the Tab key."""
        expect(target).to_be_visible()
        handle = target.element_handle()
        for _ in range(MOST_TABS):
            if handle is not None and handle.evaluate("e => e === document.activeElement"):
                return
            self.page.keyboard.press("Tab")
        raise AssertionError(f"the keyboard does not reach {target} on {self.page.url}")

    def write(self, name: str, text: str) -> None:
        """Type into a field, by its name; what stood there is replaced."""
        self.interactions += 1
        self.to(self.page.locator(f"[name='{name}']:not([type=hidden])"))
        self.page.keyboard.press("Control+a")
        self.page.keyboard.type(text)

    def day(self, name: str, iso: str) -> None:
        """Give a date. The browser's own field takes it in the order of its language, so it is set whole."""
        self.interactions += 1
        field = self.page.locator(f"[name='{name}']")
        self.to(field)
        field.fill(iso)

    def pick(self, name: str, value: str) -> None:
        """Choose from a list with the arrow keys."""
        self.interactions += 1
        field = self.page.locator(f"select[name='{name}']")
        self.to(field)
        values = field.evaluate("e => [...e.options].map(o => o.value)")
        self.page.keyboard.press("Home")
        for _ in range(values.index(value)):
            self.page.keyboard.press("ArrowDown")
        expect(field).to_have_value(value)

    def choose(self, name: str, value: str) -> None:
        """Choose one of some answers with the arrow keys and the space bar."""
        group = self.page.locator(f"input[type=radio][name='{name}']")
        checked = self.page.locator(f"input[type=radio][name='{name}']:checked")
        self.to(checked.first if checked.count() else group.first)
        wanted = self.page.locator(f"input[type=radio][name='{name}'][value='{value}']")
        self.interactions += not wanted.is_checked()
        self.page.keyboard.press("Space")
        for _ in range(group.count()):
            if wanted.is_checked():
                return
            self.page.keyboard.press("ArrowDown")
        expect(wanted).to_be_checked()

    def tick(self, target: Locator) -> None:
        """Tick a box, if it is not ticked yet."""
        if not target.is_checked():
            self.interactions += 1
            self.to(target)
            self.page.keyboard.press("Space")
        expect(target).to_be_checked()

    def press(self, text: str, *, nth: int = 0, **values: str) -> None:
        """Press a button or follow a link, and look at the page that comes."""
        words = re.compile("^" + re.escape(self.say(text, **values)))
        target = self._named("main", words)
        if not target.count():
            target = self._named("body", words)
        target = target.nth(nth)
        self.to(target)
        self.interactions += 1
        before = self.page.url
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")
        self.page.wait_for_load_state()
        assert self.page.locator("main").count() == 1, before
        self.look()

    def _named(self, where: str, words: re.Pattern[str]) -> Locator:
        part = self.page.locator(where)
        return part.get_by_role("button", name=words).or_(part.get_by_role("link", name=words))

    def reads(self, text: str, **values: str) -> None:
        """See that something stands on the page."""
        expect(self.page.locator("main")).to_contain_text(self.say(text, **values))
