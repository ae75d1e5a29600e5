"""What is nicer with a script: lists that change in place, painting the week, and undoing without looking for it."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from sqlmodel import Session, col, select

from models.database import writing
from models.states import MatchState, RequestState
from models.tables import Community, Match, Person, Volunteer
from tests import factories
from tests.journeys.conftest import Town, check, signed_in

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("in_place")]
Visitor = Callable[..., Page]
_PICKED = "names => names.filter(name => document.getElementById(name).checked)"


@pytest.fixture
def asked(town: Town) -> None:
    """Twenty-three requests to garden, and two to walk."""
    with Session(writing(town.engine)) as session:
        here = session.exec(select(Community).where(Community.slug == town.slug)).one()
        for kind, number in (("garden", 23), ("walking-together", 2)):
            for _ in range(number):
                factories.create_request(session, here, postcode="7551", kinds=[kind], state=RequestState.OPEN)
        session.commit()


def complaints(page: Page) -> list[str]:
    """Collect what the browser says was refused or went wrong."""
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text) if message.type == "error" else None)
    return said


@pytest.mark.usefixtures("asked")
@pytest.mark.parametrize("scripts", [True, False])
def test_the_list_changes_in_place_and_says_how_many(town: Town, visitor: Visitor, scripts: bool) -> None:
    page = visitor("nl", 360, java_script_enabled=scripts)
    said = complaints(page)
    page.goto(f"{town.home}/browse")
    expect(page.locator("#count")).to_have_text("25 hulpvragen")
    loaded: list[str] = []
    page.on("domcontentloaded", lambda _page: loaded.append(page.url))
    page.locator("summary", has_text="Kies wat u wilt zien").click()
    page.locator("[name=kind]").select_option("walking-together")
    button = page.get_by_role("button", name="Laat deze hulpvragen zien")
    button.click()
    expect(page.locator("#count")).to_have_text("2 hulpvragen")
    expect(page.locator("#found .card")).to_have_count(2)
    assert "kind=walking-together" in page.url
    expect(page.get_by_role("link", name="Laat alles zien", exact=True)).to_be_visible()
    assert said == []
    assert bool(loaded) is not scripts
    if scripts:
        expect(button).to_be_focused()
        check(page)
        assert page.evaluate("Object.keys(sessionStorage).filter(k => k.startsWith('htmx-history'))") == []
        page.go_back()
        expect(page.locator("#count")).to_have_text("25 hulpvragen")


@pytest.mark.usefixtures("asked")
def test_another_page_of_the_list_begins_at_its_top(town: Town, visitor: Visitor) -> None:
    page = visitor("nl", 360)
    page.goto(f"{town.home}/browse")
    page.get_by_role("link", name="Volgende").click()
    expect(page.locator("#found .card")).to_have_count(5)
    expect(page.locator("#found")).to_be_focused()
    expect(page.locator("#count")).to_be_in_viewport()
    assert "page=2" in page.url


@pytest.mark.usefixtures("asked")
def test_what_fails_leaves_the_old_list_and_says_so(town: Town, visitor: Visitor) -> None:
    page = visitor("nl", 360)
    page.goto(f"{town.home}/browse")
    page.context.set_offline(True)
    page.get_by_role("link", name="Volgende").click()
    expect(page.get_by_role("alert")).to_contain_text("Dit lukte niet.")
    expect(page.get_by_role("alert")).to_be_in_viewport()
    expect(page.locator("#found .card")).to_have_count(20)
    check(page)
    page.context.set_offline(False)
    page.get_by_role("link", name="Volgende").click()
    expect(page.locator("#found .card")).to_have_count(5)
    expect(page.get_by_role("alert")).to_have_count(0)


@pytest.mark.usefixtures("asked")
def test_what_suits_a_volunteer_changes_in_place_too(town: Town, visitor: Visitor) -> None:
    page = visitor("nl", 360)
    said = complaints(page)
    signed_in(page, town, "yusuf")
    page.goto(f"{town.home}/browse/for-me")
    before = page.locator("#count").inner_text()
    page.locator("summary", has_text="Kies wat u wilt zien").click()
    page.locator("[name=kind]").select_option("walking-together")
    page.evaluate("window.same = true")
    page.get_by_role("button", name="Laat deze hulpvragen zien").click()
    expect(page.locator("#count")).to_have_text("2 hulpvragen")
    assert before != "2 hulpvragen" and page.evaluate("window.same")
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.url) if request.method == "POST" else None)
    page.get_by_role("button", name="Ik kan helpen").first.dblclick()  # a form that came with the list is as ever
    expect(page.locator("main")).to_contain_text("U zei: ik kan helpen")
    assert len(sent) == 1 and said == []


@pytest.mark.usefixtures("asked")
def test_a_wrong_postcode_is_said_as_without_a_script(town: Town, visitor: Visitor) -> None:
    page = visitor("nl", 360)
    page.goto(f"{town.home}/browse")
    page.locator("summary", has_text="Kies wat u wilt zien").click()
    page.locator("[name=postcode]").fill("abc")
    page.get_by_role("button", name="Laat deze hulpvragen zien").click()
    expect(page.locator("[name=postcode]")).to_have_attribute("aria-invalid", "true")
    expect(page.locator("[name=postcode]")).to_have_value("abc")
    check(page)


@pytest.mark.usefixtures("asked")
def test_the_desk_searches_in_place_and_is_sent_to_sign_in_when_signed_out(town: Town, visitor: Visitor) -> None:
    page = visitor("nl", 1280)
    said = complaints(page)
    signed_in(page, town, "marloes")
    page.goto(f"{town.home}/desk/requests?group=open")
    page.locator("summary", has_text="Zoeken en kiezen").click()
    page.locator("[name=kind]").select_option("walking-together")
    page.get_by_role("button", name="Zoek", exact=True).click()
    expect(page.locator("#count")).to_have_text("2 hulpvragen")
    expect(page.locator("#lists [aria-current] .tabs__count")).to_have_text("2")
    check(page)
    assert said == []
    page.context.clear_cookies()
    page.get_by_role("button", name="Zoek", exact=True).click()
    page.wait_for_url("**/sign-in**")


def drag(page: Page, first: str, last: str, **options: Any) -> None:
    """Press on one box of the week and let go on another."""
    boxes = [page.locator(f"label:has([id='{name}'])").bounding_box() for name in (first, last)]
    assert boxes[0] and boxes[1]
    (x, y), (to_x, to_y) = ((box["x"] + box["width"] / 2, box["y"] + box["height"] / 2) for box in boxes if box)
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(to_x, to_y, **options)
    page.mouse.up()


def weekly(page: Page, town: Town) -> None:
    """Open the week grid of asking."""
    page.goto(f"{town.home}/ask/when")
    page.locator("label", has_text="Elke week").first.click()
    page.locator("[data-week]").scroll_into_view_if_needed()


@pytest.mark.parametrize("motion", ["reduce", "no-preference"])
def test_the_week_is_painted_and_cleared_with_a_mouse(town: Town, visitor: Visitor, motion: Any) -> None:
    page = visitor("nl", 1280, reduced_motion=motion)
    weekly(page, town)
    morning = [f"week-{day}-morning" for day in range(5)]
    drag(page, morning[0], morning[4])
    assert page.evaluate(_PICKED, morning) == morning
    drag(page, morning[3], morning[1], steps=3)
    assert page.evaluate(_PICKED, morning) == [morning[0], morning[4]]
    page.locator(f"label:has([id='{morning[2]}'])").click()  # a click is a click
    assert page.evaluate(_PICKED, morning) == [morning[0], morning[2], morning[4]]
    page.locator(f"[id='{morning[1]}']").press("Space")  # and a key is a key
    assert page.evaluate(_PICKED, morning) == [morning[0], morning[1], morning[2], morning[4]]
    moves = page.locator(".week-grid__cell").first.evaluate("cell => getComputedStyle(cell).transitionDuration")
    assert (moves == "0s") is (motion == "reduce")
    check(page)


def swipe(page: Page, points: list[tuple[float, float]], *, pause: int = 0) -> None:
    """Move one finger along points, resting on the first for so many milliseconds."""
    hand = page.context.new_cdp_session(page)
    touch = [{"x": points[0][0], "y": points[0][1]}]
    hand.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": touch})
    page.wait_for_timeout(pause)
    for x, y in points[1:]:
        hand.send("Input.dispatchTouchEvent", {"type": "touchMove", "touchPoints": [{"x": x, "y": y}]})
    hand.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})


def line(page: Page, first: str, last: str) -> list[tuple[float, float]]:
    """Give ten points from one box to another."""
    ends = []
    for name in (first, last):
        box = page.locator(f"label:has([id='{name}'])").bounding_box()
        assert box
        ends.append((box["x"] + box["width"] / 2, box["y"] + box["height"] / 2))
    (x, y), (to_x, to_y) = ends
    return [(x + (to_x - x) * step / 10, y + (to_y - y) * step / 10) for step in range(11)]


def test_a_finger_paints_sideways_or_after_a_long_press_and_else_scrolls(town: Town, visitor: Visitor) -> None:
    page = visitor("nl", 360, has_touch=True, is_mobile=True)
    weekly(page, town)
    tuesday = [f"week-1-{part}" for part in ("morning", "afternoon", "evening")]
    swipe(page, line(page, tuesday[0], tuesday[2]))
    assert page.evaluate(_PICKED, tuesday) == tuesday

    evening = [f"week-{day}-evening" for day in range(4, 7)]
    before = page.evaluate("scrollY")
    swipe(page, line(page, evening[2], evening[0])[::-1], pause=500)
    assert page.evaluate(_PICKED, evening) == evening and page.evaluate("scrollY") == before

    friday = [f"week-{day}-morning" for day in range(3, 7)]
    swipe(page, line(page, friday[3], friday[0]))
    assert page.evaluate(_PICKED, friday) == []
    assert page.evaluate("scrollY") != before


@pytest.fixture
def approved(town: Town) -> int:
    """Give a request whose volunteer was approved a moment ago."""
    with Session(writing(town.engine)) as session:
        here = session.exec(select(Community).where(Community.slug == town.slug)).one()
        request = factories.create_request(session, here, postcode="7551", state=RequestState.OPEN)
        person = session.exec(select(Person).where(col(Person.email).startswith("yusuf"))).one()
        helper = session.exec(select(Volunteer).where(Volunteer.person_id == person.id)).one()
        factories.create_match(session, request, helper, state=MatchState.APPROVED, approved_at=datetime.now(UTC))
        session.commit()
        return request.id or 0


@pytest.mark.parametrize("scripts", [True, False])
@pytest.mark.parametrize("width", [320, 1280])
def test_undoing_stays_in_sight_while_there_is_time(
    town: Town, visitor: Visitor, approved: int, scripts: bool, width: int
) -> None:
    page = visitor("nl", width, java_script_enabled=scripts, reduced_motion="reduce")
    signed_in(page, town, "marloes")
    page.goto(f"{town.home}/desk/requests/{approved}")
    undo = page.get_by_role("button", name="Draai terug Yusuf")
    if scripts:
        expect(page.locator("[data-toast-said]")).to_contain_text("Akkoord voor Yusuf.")
        page.evaluate("scrollTo(0, document.body.scrollHeight)")
        expect(undo).to_be_in_viewport(ratio=1)
        check(page)
    undo.click()
    expect(page.locator("main")).to_contain_text("Teruggedraaid.")
    with Session(town.engine) as session:
        states = session.exec(select(Match.state).order_by(col(Match.id))).all()
    assert MatchState.APPROVED not in states


def test_undoing_goes_when_its_time_is_over_but_not_from_under_a_hand(
    town: Town, visitor: Visitor, approved: int
) -> None:
    page = visitor("nl", 360)
    page.clock.install()
    signed_in(page, town, "marloes")
    page.goto(f"{town.home}/desk/requests/{approved}")
    toast = page.locator("[data-toast]")
    page.clock.fast_forward(20_000)
    expect(toast).to_be_visible()
    page.get_by_role("button", name="Draai terug Yusuf").focus()
    page.clock.fast_forward(20_000)
    expect(page.locator("[data-toast-left]")).to_have_text("Nog 0 s")
    expect(toast).to_be_visible()
    page.locator("#main").focus()
    page.clock.fast_forward(1_000)
    expect(toast).to_have_count(0)
