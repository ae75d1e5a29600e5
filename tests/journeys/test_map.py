"""The map in a real browser: moved and enlarged, by keyboard, without a script, and with an operator's tiles."""

import re
import struct
import zlib
from collections.abc import Callable
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect
from sqlmodel import Session, select

from models.database import writing
from models.tables import Community, Person
from tests import factories
from tests.journeys.conftest import Town, check
from web.map import page as map_page
from web.runtime import runtime

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("map")]
Visitor = Callable[..., Page]


@pytest.fixture(autouse=True)
def _asked(town: Town) -> None:
    with Session(writing(town.engine)) as session:
        here = session.exec(select(Community).where(Community.slug == town.slug)).one()
        for postcode in ("7551", "7551", "7621"):
            factories.create_request(session, here, postcode=postcode)
        session.commit()


@pytest.mark.parametrize(("language", "width"), [("nl", 320), ("en", 1280)])
@pytest.mark.parametrize("scripts", [True, False])
def test_everybody_can_use_it(town: Town, visitor: Visitor, language: str, width: int, scripts: bool) -> None:
    page = visitor(language, width, java_script_enabled=scripts)
    said = {"nl": "Hengelo 7551: 2 hulpvragen", "en": "Hengelo 7551: 2 requests"}[language]
    page.goto(f"{town.home}/map")
    if scripts:
        check(page)
    expect(page.locator(".map__moves")).to_be_visible(visible=scripts)
    area = page.get_by_role("link", name=said)
    area.focus()
    with page.expect_navigation():
        page.keyboard.press("Enter")
    expect(page.locator(".card")).to_have_count(2)


def test_it_is_enlarged_and_moved_and_the_keyboard_brings_each_area_in_sight(town: Town, visitor: Visitor) -> None:
    page = visitor("nl", 1280, reduced_motion="reduce")
    page.goto(f"{town.home}/map")
    frame = page.locator("[data-map]")
    for _ in range(2):
        page.get_by_role("button", name="Groter").click()
    check(page)
    before = page.url
    box = frame.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 300, box["y"] + 200)
    page.mouse.down()
    page.mouse.move(box["x"] + 100, box["y"] + 100, steps=4)
    page.mouse.up()
    assert page.url == before  # to move the map is not to follow the link under the hand
    frame.focus()
    for name in ("Borne 7621", "Hengelo 7551", "Oldenzaal 7571"):
        page.keyboard.press("Tab")
        active = page.locator("a:focus")
        expect(active).to_contain_text(name)
        spot = page.locator(".map__number").nth(["Borne 7621", "Hengelo 7551", "Oldenzaal 7571"].index(name))
        expect(spot).to_be_in_viewport()
        inside = spot.evaluate(
            """text => { const [a, b] = [text, text.closest('[data-map]')].map(e => e.getBoundingClientRect());
            return a.left >= b.left && a.right <= b.right && a.top >= b.top && a.bottom <= b.bottom; }"""
        )
        assert inside, name
    for _ in range(2):
        page.get_by_role("button", name="Kleiner").click()
    assert frame.evaluate("e => e.style.getPropertyValue('--map-zoom')") == "1.000"


def test_on_paper_and_at_another_width_it_is_whole_again(town: Town, visitor: Visitor) -> None:
    page = visitor("nl", 1280)
    page.goto(f"{town.home}/map")
    page.get_by_role("button", name="Groter").click()
    page.set_viewport_size({"width": 400, "height": 800})
    expect(page.locator("[data-map]")).to_have_attribute("style", re.compile(r"--map-zoom: 1\.000"))
    check(page)
    page.get_by_role("button", name="Groter").click()
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    expect(page.locator("[data-map]")).to_be_hidden()
    sheet = page.locator(".map__frame > .map__sheet")
    box = sheet.bounding_box()
    assert box is not None and box["x"] >= 0 and box["x"] + box["width"] <= 400
    page.evaluate("window.dispatchEvent(new Event('afterprint'))")
    expect(page.locator(".leaflet-pane svg")).to_be_visible()


def test_a_volunteer_sees_their_circle(town: Town, visitor: Visitor) -> None:
    with Session(town.engine) as session:
        yusuf = session.exec(select(Person).where(Person.first_name == "Yusuf")).one()
    page = visitor("nl", 360)
    page.goto(f"{town.home}/sign-in")
    _sign_in(town, page, yusuf)
    page.goto(f"{town.home}/map")
    expect(page.locator(".map__sheet .map__circle")).to_have_count(1)
    check(page)


def _sign_in(town: Town, page: Page, person: Person) -> None:
    page.locator("[name=email]").fill(str(person.email))
    page.locator("main button[type=submit]").first.click()
    town.work()
    page.goto(town.newest_link(str(person.email)))
    page.get_by_role("main").get_by_role("button").first.click()


def _picture() -> bytes:
    """Make the smallest PNG: one grey pixel."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head, body = struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0), zlib.compress(b"\0\x99")
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", body) + chunk(b"IEND", b"")


def test_tiles_come_from_the_operators_server_alone_and_who_made_them_is_text(
    town: Town, visitor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    def with_tiles() -> Any:
        found = runtime()
        tiles = replace(found.settings, tiles="https://tiles.example/{z}/{x}/{y}.png", tiles_by="<b>Kaartmakers</b>")
        return SimpleNamespace(settings=tiles)

    monkeypatch.setattr(map_page, "runtime", with_tiles)
    page = visitor("nl", 1280)
    asked: list[str] = []

    def answer(route: Route) -> None:
        asked.append(route.request.url)
        route.fulfill(body=_picture(), content_type="image/png")

    page.route("https://tiles.example/**", answer)
    page.goto(f"{town.home}/map")
    expect(page.locator(".leaflet-tile-loaded").nth(2)).to_be_attached()
    assert len(asked) > 2
    expect(page.locator(".leaflet-control-attribution")).to_contain_text("<b>Kaartmakers</b>")
    check(page)
