"""Walking the pages of an offer as a browser does: what a page's form holds travels along."""

import html
import re
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import Engine
from sqlmodel import Session, select
from werkzeug.test import TestResponse

from models.tables import OutboxMessage, Person, Volunteer
from tests.web.walking import HERE, text_of

OFFER = f"{HERE}/offer"
ANSWERS: dict[str, dict[str, Any]] = {
    "what": {"text": "Ik rijd graag iemand naar het ziekenhuis."},
    "kinds": {"kinds": ["hospital-escort", "transport"]},
    "when": {
        "windows-1-part": ["morning", "afternoon"],
        "windows-5-from": ["10:00", ""],
        "windows-5-until": ["11:30", ""],
        "away_from": "2026-12-20",
        "away_until": "2027-01-04",
    },
    "where": {"postcode": "7551 ab", "max_km": "10"},
    "more": {"languages": ["nl", "de"], "capacity": "2", "wants_digest": "y"},
    "you": {"first_name": "Yusuf", "last_name": "O'Brien", "email": "Yusuf@post.example", "phone": "06 12345678"},
}
STEPS = list(ANSWERS)


class Walker:
    """A browser that takes along what a page's form holds, and types on top of it."""

    def __init__(self, browser: FlaskClient) -> None:
        self.browser = browser
        self.answer: TestResponse = browser.get(OFFER)

    @property
    def page(self) -> str:
        return text_of(self.answer)

    @property
    def form(self) -> tuple[str, dict[str, list[str]]]:
        """Give where the page's form leads, and what a browser would send of it untouched."""
        found = re.search(r'<form class="form[^"]*" method="post" action="([^"]+)"(.*?)</form>', self.page, re.DOTALL)
        assert found is not None, self.page[:2000]
        sent: dict[str, list[str]] = {}
        for tag in re.findall(r"<input[^>]*>", found.group(2)):
            about = dict(re.findall(r'([a-z-]+)="([^"]*)"', tag))
            if about.get("type") in ("checkbox", "radio") and " checked" not in tag:
                continue
            sent.setdefault(about["name"], []).append(html.unescape(about.get("value", "")))
        for name, inside in re.findall(
            r'<textarea[^>]* name="([^"]+)"[^>]*>(.*?)</textarea>', found.group(2), re.DOTALL
        ):
            sent[name] = [html.unescape(inside).lstrip("\r\n")]
        for name, inside in re.findall(r'<select[^>]* name="([^"]+)"[^>]*>(.*?)</select>', found.group(2), re.DOTALL):
            chosen = re.search(r'<option value="([^"]*)" selected', inside)
            sent.setdefault(name, []).append(chosen.group(1) if chosen else "")
        return found.group(1), sent

    @property
    def step(self) -> str:
        return self.form[1]["step"][0]

    def send(self, answers: dict[str, Any] | None = None, **button: str) -> "Walker":
        """Type these answers and press a button; `` to="next"`` where nothing else is said."""
        action, sent = self.form
        self.answer = self.browser.post(action, data={**sent, **(answers or {}), **(button or {"to": "next"})})
        return self

    def walk(self, until: str = "check", **changed: dict[str, Any]) -> "Walker":
        for step in STEPS:
            if self.step == until:
                break
            assert self.step in (step, "you"), self.page
            self.send(changed.get(step, ANSWERS[step]))
        return self

    def finish(self) -> TestResponse:
        """Press "Send my offer", the one button without a name."""
        action, sent = self.form
        assert action == f"{OFFER}/send"
        self.answer = self.browser.post(action, data=sent)
        return self.answer


def offers(engine: Engine) -> list[Volunteer]:
    with Session(engine) as session:
        return list(session.exec(select(Volunteer).order_by(Volunteer.id)))  # type: ignore[arg-type]


def people(engine: Engine) -> list[Person]:
    with Session(engine) as session:
        return list(session.exec(select(Person).order_by(Person.id)))  # type: ignore[arg-type]


def mails(engine: Engine) -> list[str]:
    with Session(engine) as session:
        return [row.name for row in session.exec(select(OutboxMessage))]
