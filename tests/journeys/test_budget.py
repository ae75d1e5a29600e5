"""What a page costs somebody on a slow line: bytes, requests, and what it waits for before it shows anything."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, Response

from tests.journeys.conftest import Town, signed_in

MOST_BYTES, MOST_REQUESTS, MOST_BLOCKING = 150_000, 16, 2
PAGES = ("", "ask", "offer", "browse", "how", "follow", "sign-in")
OWN_PAGES = ("volunteer", "browse/for-me", "volunteer/agenda", "volunteer/offer")
_BLOCKING = """() => [
  ...document.querySelectorAll('head link[rel=stylesheet]'),
  ...[...document.scripts].filter(s => s.src && !s.defer && !s.async && s.type !== 'module'),
].length"""

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("budget")]


def cost(page: Page, address: str) -> tuple[int, int, int]:
    """Open a page with nothing kept; gives bytes as sent, requests, and what must be there before it is drawn."""
    answers: list[Response] = []
    page.on("response", lambda answer: answers.append(answer))
    page.goto(address, wait_until="networkidle")
    assert all(answer.url.startswith(address[: address.index("/", 8)]) for answer in answers), "somebody else is asked"
    sent = sum(answer.request.sizes()["responseBodySize"] for answer in answers)
    return sent, len(answers), page.evaluate(_BLOCKING)


def test_every_page_is_light(town: Town, visitor: Callable[..., Page]) -> None:
    for path in (*PAGES, *OWN_PAGES):
        page = visitor("nl", 360)
        if path in OWN_PAGES:
            signed_in(page, town, "yusuf")
        sent, requests, blocking = cost(page, f"{town.home}/{path}")
        assert 10_000 < sent <= MOST_BYTES, f"{path}: {sent} bytes"
        assert requests <= MOST_REQUESTS, path
        assert blocking <= MOST_BLOCKING, path
