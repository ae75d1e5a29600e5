"""The main road, from asking to "how did it go?", by keyboard, on a phone and on a desk, in both languages.

Each mail is read from a real mail server, and the way goes on from the link in it.
"""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect
from sqlmodel import Session, select

from models.database import transaction
from models.tables import AuditEntry, HelpRequest, Match, OutboxMessage, Person
from tests.journeys.conftest import TUESDAY, Town
from tests.journeys.hands import Hands

Visitor = Callable[..., Page]
WORDS = {
    "nl": "Ik zou graag weer eens een rondje wandelen, maar alleen durf ik niet meer.",
    "en": "I would like to go for a walk again, but I no longer dare to go alone.",
}
SUMMARY = "Mevrouw van 78 wil graag weer wandelen, met iemand naast zich."
MEETING = TUESDAY + timedelta(days=7)

pytestmark = pytest.mark.browser


def ask_for_help(hands: Hands, town: Town) -> str:
    """Ask on the site without an account; gives the reference. At most six pages (see docs/usability.md)."""
    hands.open(f"{town.home}/")
    hands.press("I need help")
    begun = hands.pages
    hands.write("text", WORDS[hands.language])
    hands.choose("whom", "self")
    hands.press("Next")
    hands.tick(hands.page.locator("input[value='walking-together']").first)
    hands.press("Next")
    hands.choose("how", "once")
    hands.day("date", f"{MEETING:%Y-%m-%d}")
    hands.pick("starts", "14:00")
    hands.pick("ends", "15:00")
    hands.press("Next")
    hands.write("postcode", "7551")
    hands.press("Next")
    hands.write("first_name", "Annie")
    hands.choose("reach", "email")
    hands.write("email", "annie@example.org")
    hands.choose("choice", "self")
    hands.press("Next")
    hands.reads(WORDS[hands.language])
    hands.press("Send request")
    assert hands.pages - begun <= 6
    found = re.search(r"\d{4}-\d{4}", hands.page.locator("main").inner_text())
    assert found
    return found.group()


def sign_in(hands: Hands, town: Town, address: str) -> None:
    """Ask for a code by mail and type it; we stand on a page that sent us to sign in, or on the sign-in page."""
    hands.write("email", address)
    hands.press("Mail me a code")
    town.work()
    body = town.mails_to(address)[-1].get_body(("plain",))
    assert body is not None
    digits = re.search(r"\b\d{3} ?\d{3}\b", body.get_content())
    assert digits
    hands.write("digits", digits.group())
    hands.press("Sign in")


def publish_and_approve(hands: Hands, town: Town, reference: str) -> None:
    """The coordinator opens the request under a public summary, and approves the first of the candidates."""
    hands.open(f"{town.home}/sign-in")
    sign_in(hands, town, "marloes@example.org")
    hands.open(f"{town.home}/desk")
    hands.press("Start with the first")
    hands.reads(reference)
    hands.write("summary", SUMMARY)
    hands.press("Open to volunteers")
    hands.reads("Yusuf")
    hands.press("Propose and approve")


@pytest.mark.parametrize(
    ("database", "language", "width"), [("engine", "nl", 360), ("postgres_engine", "en", 1280)], indirect=["database"]
)
def test_from_asking_to_how_did_it_go(town: Town, visitor: Visitor, language: str, width: int) -> None:
    everybody_speaks(town, language)

    def hands(workers: str = "block") -> Hands:
        return Hands(visitor(language, width, service_workers=workers), language)

    annie = hands("allow")
    reference = ask_for_help(annie, town)
    town.work()
    assert reference in str(town.mails_to("annie@example.org")[0].as_string())
    annie.open(town.newest_link("annie@example.org"))

    publish_and_approve(hands(), town, reference)
    town.at(TUESDAY + timedelta(minutes=20))
    town.work()

    yusuf = hands()
    yusuf.open(town.newest_link("yusuf@example.org"))
    sign_in(yusuf, town, "yusuf@example.org")
    assert "annie@example.org" not in yusuf.page.content()
    yusuf.press("Yes, I will help")

    town.work()
    annie.open(town.newest_link("annie@example.org"))
    annie.reads("Yusuf")
    assert "yusuf@example.org" not in annie.page.content()
    annie.press("Yes, gladly")
    annie.open(town.newest_link("annie@example.org"))
    annie.press("Go to %(name)s", name="Yusuf")
    annie.reads("yusuf@example.org")

    annie.press("Propose a day")
    annie.day("day", f"{MEETING:%Y-%m-%d}")
    annie.pick("starts", "14:00")
    annie.pick("ends", "15:00")
    annie.press("Propose this")

    town.work()
    yusuf.open(f"{town.home}/matches/1")
    yusuf.reads("annie@example.org")
    yusuf.press("Yes, that suits me")

    the_day_before(town)
    the_day_after(town, annie, yusuf)
    everything_is_written_down(town)


def everybody_speaks(town: Town, language: str) -> None:
    """Let the desk and the volunteers have this language: it is the person's choice before the browser's."""
    with transaction(town.engine) as session:
        for person in session.exec(select(Person)):
            person.language = language
            session.add(person)


def the_day_before(town: Town) -> None:
    """Both get one reminder; a second turn of the worker sends none."""
    town.at(MEETING - timedelta(days=1))
    for _ in range(2):
        town.work()
    with Session(town.engine) as session:
        sent = session.exec(select(OutboxMessage).where(OutboxMessage.name == "appointment_reminder")).all()
    assert sorted(m.state for m in sent) == ["sent", "sent"]


def the_day_after(town: Town, annie: Hands, yusuf: Hands) -> None:
    """Both are asked how it went, and both say that it went well."""
    town.at(MEETING + timedelta(days=1))
    town.work()
    annie.open(town.newest_link("annie@example.org"))
    annie.press("Tell us how it went")
    annie.press("Good")
    yusuf.open(town.newest_link("yusuf@example.org"))
    yusuf.press("Good")


def everything_is_written_down(town: Town) -> None:
    """The request is fulfilled, and the log tells each step once."""
    with Session(town.engine) as session:
        assert session.exec(select(HelpRequest.state)).one() == "fulfilled"
        assert session.exec(select(Match.state)).one() == "completed"
        steps = session.exec(select(AuditEntry.action).order_by(AuditEntry.id)).all()  # type: ignore[arg-type]
        undone = session.exec(select(OutboxMessage).where(OutboxMessage.state != "sent")).all()
    states = [s for s in steps if s.startswith(("request_", "match_", "appointment_"))]
    assert states[:6] == ["request_submitted", "request_open", "match_proposed", "match_approved",
                          "match_accepted_by_volunteer", "match_agreed"]  # fmt: skip
    assert states[-2:] == ["match_completed", "request_fulfilled"]
    assert [m.name for m in undone if m.state not in ("skipped", "pending")] == []


@pytest.mark.parametrize(
    ("words", "when", "taken"),
    [
        ("Ik durf niet alleen te wandelen. Wie loopt er met mij een rondje?", {"how": "flexible"}, 11),
        ("Wie rijdt mij naar de oogarts?", {"date": f"{MEETING:%Y-%m-%d}", "starts": "14:30"}, 12),
        ("Wie rijdt mij naar de oogarts?", {"date": f"{MEETING:%Y-%m-%d}", "starts": "unknown"}, 12),
        ("Wie rijdt mij op 1 december om half drie naar de oogarts?", {}, 10),
        ("Wie rijdt mij op 1 december in de middag naar de oogarts?", {}, 10),
    ],
    ids=[
        "whenever it suits",
        "a day and a time",
        "a day, the time unknown",
        "day and time in the words",
        "day and part of it in the words",
    ],
)
def test_asking_takes_six_pages_and_few_interactions(
    town: Town, visitor: Visitor, words: str, when: dict[str, str], taken: int
) -> None:
    hands = Hands(visitor("nl", 360), "nl", deeply=False)
    hands.open(f"{town.home}/ask")
    hands.interactions = 0
    hands.write("text", words)
    hands.press("Next")
    hands.press("Next")
    for name, answer in when.items():
        {"how": hands.choose, "date": hands.day, "starts": hands.pick}[name](name, answer)
    if "date" in when:  # a day that is filled in chooses "once", in sight
        expect(hands.page.locator("[name=how][value=once]")).to_be_checked()
    hands.press("Next")
    hands.write("postcode", "7551")
    hands.press("Next")
    hands.write("first_name", "Annie")
    hands.write("phone", "06 12345678")
    hands.press("Next")
    assert hands.pages == 6
    hands.press("Send request")
    assert hands.interactions == taken
