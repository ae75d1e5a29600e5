"""A photo of oneself in a real browser: chosen at 320 px, with a script and without one, and seen by who is helped."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page

from models import pictures
from tests.journeys.conftest import Town, check, signed_in
from tests.journeys.hands import Hands
from tests.journeys.test_appointments import agreed_pair
from tests.pictures import halves, phone_photo

pytestmark = pytest.mark.browser
_SHOWN = """image => image.decode().then(
  () => [image.naturalWidth, image.getBoundingClientRect().width, image.getBoundingClientRect().height])"""


def choose(hands: Hands, folder: Path, photo: bytes, button: str) -> None:
    """Choose a file and send it."""
    file = folder / "ik.jpg"
    file.write_bytes(photo)
    hands.page.locator("input[type=file]").set_input_files(file)
    hands.press(button)


def shown(page: Page, name: str) -> list[float]:
    """Give how wide a portrait is in its file, and how wide and high on the page; it must be there."""
    face = page.get_by_alt_text(name)
    face.scroll_into_view_if_needed()
    found: list[float] = face.evaluate(_SHOWN)
    return found


@pytest.mark.parametrize("script", [True, False], ids=["with a script", "without one"])
def test_a_face_is_chosen_and_known_at_the_front_door(
    town: Town, visitor: Callable[..., Page], tmp_path: Path, script: bool
) -> None:
    link = agreed_pair(town)
    yusuf = Hands(visitor("nl", 320, java_script_enabled=script), "nl", deeply=script)
    signed_in(yusuf.page, town, "yusuf")
    yusuf.open(f"{town.home}/volunteer")
    yusuf.page.locator("a.row[href$='/photo']").click()
    yusuf.look()
    choose(yusuf, tmp_path, b"Dit is geen foto.", "Use this photo")
    yusuf.reads("This is not a photo that we can read. Choose a JPEG, PNG or WebP file.")
    choose(yusuf, tmp_path, b"\xff\xd8\xff" * (pictures.MOST_BYTES // 2), "Use this photo")
    assert yusuf.page.locator("#portrait-error").count() == 1, "told on the page itself"
    choose(yusuf, tmp_path, phone_photo(halves(1200, 1600), orientation=6), "Use this photo")
    yusuf.reads("Your photo is kept.")
    assert yusuf.page.get_by_alt_text("Foto van Yusuf").count() == 1

    annie = Hands(visitor("nl", 320), "nl")
    annie.open(link)
    annie.press("Go to %(name)s", name="Yusuf")
    natural, wide, high = shown(annie.page, "Foto van Yusuf")
    assert natural == pictures.SIDE and wide == high and 80 <= wide <= 160
    annie.page.emulate_media(media="print")
    check(annie.page, deeply=False)
    assert shown(annie.page, "Foto van Yusuf")[1] >= 80, "on paper too"
