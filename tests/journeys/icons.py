"""Draws the icons of the installed site from its favicon, with the browser of the tests (``make icons``)."""

from playwright.sync_api import sync_playwright

from tests.journeys.conftest import CHROMIUM, QUIET
from web.assets import STATIC

SIZES = (192, 512)
PLATE = '<rect width="32" height="32" rx="7" fill="#0b5a55"/>'
# Phones cut a maskable icon to their own shape: the plate fills it, and the drawing keeps to the middle.
MASKABLE = '<rect width="32" height="32" fill="#0b5a55"/><g transform="translate(16 16) scale(.76) translate(-16 -16)">'


def main() -> None:
    """Write two sizes of each icon."""
    plain = (STATIC / "favicon.svg").read_text("utf-8")
    assert PLATE in plain, "the favicon has another plate now"
    maskable = plain.replace(PLATE, MASKABLE).replace("</svg>", "</g></svg>")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(QUIET))
        for size in SIZES:
            page = browser.new_page(viewport={"width": size, "height": size})
            for name, drawing in (("icon", plain), ("icon-maskable", maskable)):
                page.set_content(f"<style>body{{margin:0}}svg{{display:block;width:{size}px}}</style>{drawing}")
                page.screenshot(path=STATIC / f"{name}-{size}.png", omit_background=True)
        browser.close()


if __name__ == "__main__":
    main()
