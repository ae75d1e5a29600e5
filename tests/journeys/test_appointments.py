"""Moments and weekly series to choose from, from both sides: proposed and picked by keyboard on a narrow screen, with a
script and without one.
"""

from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect
from sqlmodel import Session, col, select

from models.database import transaction
from models.tables import Appointment, Community, Match, Person, Volunteer
from models.tokens import Tokens
from tests import factories as make
from tests.journeys.conftest import TUESDAY, Town
from tests.journeys.hands import Hands
from tests.journeys.test_main_road import sign_in

pytestmark = pytest.mark.browser
MOMENTS = (
    ("", "2026-12-22", "14:00", "15:00"),
    ("2", "2026-12-25", "10:00", "11:00"),
    ("3", "2026-12-29", "", "10:00"),
)


def agreed_pair(town: Town) -> str:
    """Let Annie and Yusuf both have said yes; gives Annie's private link."""
    with transaction(town.engine) as session:
        community = session.exec(select(Community)).one()
        yusuf = session.exec(select(Person).where(Person.email == "yusuf@example.org")).one()
        volunteer = session.exec(select(Volunteer).where(Volunteer.person_id == yusuf.id)).one()
        annie = make.create_person(session, first_name="Annie", email="annie@example.org", language="nl")
        request = make.create_request(session, community, annie, state="matched")
        make.create_match(session, request, volunteer, state="agreed", agreed_at=make.NOW)
        token = Tokens(town.settings.secret_key).request_link(request.id or 0, request.link_version)
    return f"{town.home}/r/{token}"


def propose_three(annie: Hands) -> None:
    """Fill in three moments, the second on Christmas Day, which is asked about; the third is half, and corrected."""
    annie.press("Propose a day")
    for slot, day, starts, ends in MOMENTS:
        if slot:
            fold = annie.page.locator("details.more > summary").nth(int(slot) - 2)
            annie.to(fold)
            annie.page.keyboard.press("Enter")
        annie.day(f"day{slot}", day)
        if starts:
            annie.pick(f"starts{slot}", starts)
        annie.pick(f"ends{slot}", ends)
    annie.press("Propose this")
    annie.reads("Choose from what time.")
    annie.pick("starts3", "09:00")
    annie.press("Propose this")
    annie.reads("Christmas Day")
    annie.press("Yes, go on")
    annie.reads("You proposed these moments")


@pytest.mark.parametrize(
    ("database", "script"),
    [("engine", True), ("postgres_engine", False)],
    ids=["with a script", "without one"],
    indirect=["database"],
)
def test_three_moments_are_proposed_and_one_is_picked(town: Town, visitor: Callable[..., Page], script: bool) -> None:
    def hands() -> Hands:
        return Hands(visitor("nl", 320, java_script_enabled=script), "nl", deeply=script)

    annie, yusuf = hands(), hands()
    annie.open(agreed_pair(town))
    annie.press("Go to %(name)s", name="Yusuf")
    propose_three(annie)
    town.work()

    body = town.mails_to("yusuf@example.org")[-1].get_body(("plain",))
    assert body is not None
    words = body.get_content()
    assert all(day in words for day in ("Dinsdag 22 december", "Vrijdag 25 december", "Dinsdag 29 december"))
    yusuf.open(town.newest_link("yusuf@example.org"))
    sign_in(yusuf, town, "yusuf@example.org")
    button = yusuf.page.locator("button.moment").nth(2)
    yusuf.to(button)
    expect(button).to_contain_text("29 december")
    with yusuf.page.expect_navigation():
        yusuf.page.keyboard.press("Enter")
    yusuf.look()
    yusuf.reads("Agreed")
    expect(yusuf.page.locator("button.moment")).to_have_count(0)

    town.work()
    told = town.mails_to("annie@example.org")[-1]
    assert "29 december" in str(told["Subject"])
    with Session(town.engine) as session:
        states = session.exec(select(Appointment.state).order_by(col(Appointment.starts_at))).all()
    assert states == ["cancelled", "cancelled", "confirmed"]

    yusuf.open(f"{town.home}/volunteer/agenda")
    yusuf.reads("Christmas Day")
    yusuf.press("In your own agenda")
    address = yusuf.page.locator("code").inner_text()
    answer = yusuf.page.request.get(address)
    assert answer.status == 200 and "STATUS:CONFIRMED" in answer.text()


def propose_series(yusuf: Hands) -> None:
    """Fill in Tuesdays and Fridays until the middle of January; Christmas is left out, New Year's Day is not."""
    yusuf.press("Propose a day")
    yusuf.day("day", "2026-12-22")
    yusuf.pick("starts", "10:00")
    yusuf.pick("ends", "11:30")
    fold = yusuf.page.locator("details.more > summary").first
    yusuf.to(fold)
    yusuf.page.keyboard.press("Enter")
    yusuf.day("day2", "2026-12-18")
    yusuf.pick("starts2", "14:00")
    yusuf.pick("ends2", "15:00")
    yusuf.choose("repeat", "weekly")
    yusuf.press("Propose this")
    yusuf.reads("Fill in until which day.")
    yusuf.day("until", "2027-01-15")
    yusuf.press("Propose this")
    yusuf.reads("Tick what you leave out. The other weeks stay.")
    yusuf.tick(yusuf.page.locator("input[name=skip]").first)
    yusuf.press("Yes, go on")
    yusuf.reads("You proposed these moments")


@pytest.mark.parametrize(
    ("database", "script"),
    [("postgres_engine", True), ("engine", False)],
    ids=["with a script", "without one"],
    indirect=["database"],
)
def test_a_series_is_picked_after_a_reminder(town: Town, visitor: Callable[..., Page], script: bool) -> None:
    def hands() -> Hands:
        return Hands(visitor("nl", 360, java_script_enabled=script), "nl", deeply=script)

    annie, yusuf = hands(), hands()
    link = agreed_pair(town)
    yusuf.open(f"{town.home}/sign-in")
    sign_in(yusuf, town, "yusuf@example.org")
    with Session(town.engine) as session:
        match_id = session.exec(select(Match.id)).one()
    yusuf.open(f"{town.home}/matches/{match_id}")
    propose_series(yusuf)
    town.work()
    asked = len(town.mails_to("annie@example.org"))

    town.at(TUESDAY + timedelta(days=2))
    for _twice in range(2):
        town.work()
    mails = town.mails_to("annie@example.org")
    assert [str(mail["Subject"]) for mail in mails[asked:]] == ["Wanneer ziet u Yusuf? U kunt nog kiezen"]
    body = mails[-1].get_body(("plain",))
    assert body is not None
    words = " ".join(body.get_content().split())
    assert "Elke vrijdag van 18 december tot en met 15 januari 2027, 14:00 tot 15:00 uur. Niet op 25 december" in words

    annie.open(link)
    annie.press("Go to %(name)s", name="Yusuf")
    buttons = annie.page.locator("button.moment")
    expect(buttons).to_have_count(2)
    expect(buttons.first).to_contain_text("Niet op 25 december")
    annie.to(buttons.first)
    with annie.page.expect_navigation():
        annie.page.keyboard.press("Enter")
    annie.look()
    annie.reads("Agreed")
    expect(annie.page.locator("main")).to_contain_text("Elke week, tot en met vrijdag 15 januari 2027")

    town.work()
    assert str(town.mails_to("yusuf@example.org")[-1]["Subject"]) == "Het past: elke vrijdag met Annie"
    with Session(town.engine) as session:
        rows = session.exec(select(Appointment).order_by(col(Appointment.starts_at))).all()
    assert [f"{row.starts_at:%d-%m}" for row in rows if row.state == "confirmed"] == [
        "18-12",
        "01-01",
        "08-01",
        "15-01",
    ]
    yusuf.open(f"{town.home}/volunteer/agenda")
    expect(yusuf.page.locator("main")).to_contain_text("vrijdag 8 januari 2027")
