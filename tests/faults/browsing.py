"""Visitors who click at the same moment: forms and pages as a browser knows them, over real HTTP on loopback."""

import html
import http.client
import re
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html.parser import HTMLParser
from typing import TypeVar
from urllib.parse import urlencode, urljoin, urlsplit

from models import catalogue

HERE = "/dorp"
PATIENCE = 60.0
"""Seconds after which a click that was not answered fails the test."""
_MOST_REDIRECTS = 5
_CSRF = re.compile(r'(name="csrf_token" value=")[^"]*')
_FLASHES = '<div class="flashes'
Found = TypeVar("Found")


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
            goes_to = html.unescape(about.group(1) or "").partition("#")[0] if about else ""
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
