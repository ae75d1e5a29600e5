"""Every message to look at: all there are, for everybody who gets them, and without any database but its own."""

import re
import threading
import urllib.error
import urllib.request
from datetime import UTC, datetime
from pathlib import Path

import html5lib
import pytest

from models import themes
from models.catalogue import available_languages
from models.messages import NAMES
from seeds.previews import Letter, letters, pages, serve, write
from seeds.previews.invented import BEFORE

NOW = datetime(2026, 11, 24, 8, tzinfo=UTC)
_OF_BOTH = {"match_agreed", "match_ended", "appointment_planned", "appointment_moved", "appointment_reminder"}


@pytest.fixture(scope="module")
def made() -> list[Letter]:
    return letters(NOW)


@pytest.fixture(scope="module")
def site(made: list[Letter]) -> dict[str, str]:
    return pages(made)


def test_every_message_is_there_in_every_language(made: list[Letter]) -> None:
    assert set(BEFORE) == set(NAMES)
    assert {(letter.name, letter.language) for letter in made} == {
        (name, language) for name in NAMES for language in available_languages()
    }


def test_what_both_get_is_shown_as_each_gets_it(made: list[Letter]) -> None:
    readers = {name: {letter.to for letter in made if letter.name == name} for name in NAMES}
    assert {name for name in _OF_BOTH if readers[name] != {"resident", "volunteer"}} == set()
    assert readers["request_received"] == {"resident"} and readers["digest"] == {"volunteer"}


@pytest.mark.parametrize("moment", [
    datetime(2026, 3, 29, 0, 30, tzinfo=UTC), datetime(2026, 10, 25, 0, 30, tzinfo=UTC),
    datetime(2026, 12, 31, 23, 30, tzinfo=UTC), datetime(2028, 2, 29, 12, tzinfo=UTC),
])  # fmt: skip
def test_it_works_at_any_moment(moment: datetime) -> None:
    assert {letter.name for letter in letters(moment)} == set(NAMES)


def test_each_link_of_the_pages_leads_to_a_page(site: dict[str, str]) -> None:
    around = {name: page for name, page in site.items() if not name.endswith(("-light.html", "-dark.html"))}
    for name, page in around.items():
        leads = set(re.findall(r'(?:href|src)="([^"]+)"', page))
        assert leads and leads <= set(site), name
    (lists,) = {page.count("<tr>") - 1 for name, page in around.items() if name.startswith("list-")}
    assert lists >= len(NAMES)
    assert site["index.html"] == site["list-nl.html"]


def test_a_mail_by_day_and_by_night_asks_nothing_of_the_machine(site: dict[str, str]) -> None:
    light, dark = (site[f"request_open-resident-nl-{scheme}.html"] for scheme in ("light", "dark"))
    assert "@media not all" in light and "@media all" in dark
    assert light.replace("@media not all", "@media all") == dark
    assert "prefers-color-scheme" not in light + dark


def test_the_mails_wear_the_theme_that_was_asked_for(made: list[Letter]) -> None:
    (plain, *_), (water, *_) = made, letters(NOW, "water")
    action = themes.shipped("water").light["noaber-action"]
    assert action in water.mail.html and action not in plain.mail.html


@pytest.mark.parametrize("language", available_languages())
def test_the_pages_are_whole(site: dict[str, str], language: str) -> None:
    page = site[f"match_agreed-resident-{language}.html"]
    tree = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False).parse(page)
    assert len(list(tree.iter("h1"))) == 1 and len(list(tree.iter("iframe"))) == 2
    assert all(frame.get("sandbox") == "" and frame.get("title") for frame in tree.iter("iframe"))
    assert "Hanna" in page and "Noaber Voorbeeld" in page


def test_the_server_answers_this_machine_alone_and_lets_nothing_else_in(site: dict[str, str]) -> None:
    with serve(site, 0) as server:
        assert server.server_address[0] == "127.0.0.1"
        threading.Thread(target=server.serve_forever, daemon=True).start()
        base = f"http://127.0.0.1:{server.server_port}"
        with urllib.request.urlopen(base + "/") as answer:
            assert answer.read().decode() == site["index.html"]
            assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
        for nothing in ("/../noaber.py", "/list-xx.html"):
            with pytest.raises(urllib.error.HTTPError) as refused:
                urllib.request.urlopen(base + nothing)
            assert refused.value.code == 404
            refused.value.close()
        server.shutdown()


def test_the_pages_can_be_written_in_a_folder(site: dict[str, str], tmp_path: Path) -> None:
    write(site, tmp_path / "new" / "mails")
    assert {path.name for path in (tmp_path / "new" / "mails").iterdir()} == set(site)
