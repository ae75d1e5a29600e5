"""Posters and cards: what stands on them, that the QR code leads there, and that no name ever does."""

import re
from collections.abc import Callable

import numpy as np
import pytest
import zxingcpp
from flask.testing import FlaskClient
from sqlalchemy import Engine

from models.tables import Person
from tests import factories
from tests.web.desk import Desk, open_desk
from tests.web.walking import rows, text_of
from web.drawing import qr

_PAPER = re.compile(r'<div class="paper.*?</section>', re.DOTALL)
_RUN = re.compile(r"M(\d+) (\d+)h(\d+)v1h-\3z")


@pytest.fixture
def desk(engine: Engine, signed_in: Callable[[Person], FlaskClient]) -> Desk:
    return open_desk(engine, signed_in)


def paper(desk: Desk, path: str) -> str:
    """Give what is printed, as HTML."""
    found = _PAPER.search(desk.get(path).get_data(as_text=True))
    assert found
    return found.group()


def scanned(svg: str) -> tuple[str, str]:
    """Read a drawn QR code as a camera does: the address, and the level of error correction."""
    found = re.search(r'class="qr" viewBox="0 0 (\d+) \1"', svg)
    assert found
    picture = np.full((int(found.group(1)),) * 2, 255, dtype=np.uint8)
    for x, y, length in (map(int, run) for run in _RUN.findall(svg)):
        picture[y, x : x + length] = 0
    assert (picture[:4] == 255).all() and (picture[:, :4] == 255).all(), "no quiet zone"
    code = zxingcpp.read_barcode(np.kron(picture, np.ones((4, 4), dtype=np.uint8)))
    assert code is not None
    return code.text, code.ec_level


@pytest.mark.parametrize("address", [
    "https://noaber.example/hengelo/", "https://noaber.example/hengelo/browse/999999999", "http://x/" + "a" * 900,
])  # fmt: skip
def test_a_camera_reads_the_address_out_of_the_drawing(address: str) -> None:
    text, level = scanned(str(qr(address)))
    assert text == address
    assert level in "MQH"


def test_the_poster_of_the_community_leads_to_its_first_page_and_says_the_number(desk: Desk) -> None:
    page = desk.read("/print")
    assert "Hulp nodig?" in page and "Of tijd over?" in page
    drawn = paper(desk, "/print")
    address, _level = scanned(drawn)
    assert address == f"http://localhost/{desk.community.slug}/"
    assert desk.signed_in(desk.marieke).get(address).status_code == 200
    # Beside it as text: for who has no camera, and for who hears it.
    assert f"localhost/{desk.community.slug}" in drawn.replace("\u200b", "")
    assert 'aria-hidden="true"' in drawn[drawn.index('class="qr"') :]


def test_cards_are_four_on_a_sheet_and_are_read_aloud_once(desk: Desk) -> None:
    assert paper(desk, "/print").count("<article") == 1
    cards = paper(desk, "/print?shape=cards")
    assert cards.count("<article") == 4
    assert cards.count('<article class="poster poster--community" aria-hidden="true"') == 3


@pytest.mark.parametrize(
    ("language", "says", "way"), [("nl", "Hulp nodig?", "ltr"), ("en", "Need help?", "ltr"), ("ar", "", "rtl")]
)
def test_the_language_of_the_paper_is_chosen_on_the_page(desk: Desk, language: str, says: str, way: str) -> None:
    drawn = paper(desk, f"/print?language={language}")
    assert says in drawn and f'lang="{language}" dir="{way}"' in drawn
    assert "Wat wilt u printen?" in desk.read(f"/print?language={language}")


@pytest.mark.parametrize("asked", ["language=xx", "shape=banner", "language=&shape=", "shape=cards&shape=poster"])
def test_odd_wishes_give_a_poster_in_the_language_of_the_community(desk: Desk, asked: str) -> None:
    assert 'lang="nl"' in paper(desk, f"/print?{asked}")


def test_a_meeting_place_stands_on_its_poster_with_its_hours(desk: Desk, engine: Engine) -> None:
    with rows(engine) as session:
        place = factories.create_meeting_place(
            session, desk.community, name="'t <Trefpunt>", address="Markt 1", opening_hours="ma 9-12 uur"
        )
        closed = factories.create_meeting_place(session, desk.community, open=False)
        there = factories.create_meeting_place(session, desk.elsewhere)
    drawn = paper(desk, f"/print/places/{place.id}")
    for words in ("&#39;t &lt;Trefpunt&gt;", "Markt 1", "ma 9-12 uur"):
        assert words in drawn
    assert f"/print/places/{place.id}" in desk.get("/print").get_data(as_text=True)
    for other in (closed, there):
        assert desk.get(f"/print/places/{other.id}").status_code == 404


def test_a_request_is_printed_with_what_everybody_may_read_and_no_more(desk: Desk) -> None:
    row = desk.request(
        summary="Wie gaat er mee wandelen?", text="Ik ben Dina Haverkamp, bel 0612345678.", kinds=["company-visits"],
        postcode="7551AB",
    )  # fmt: skip
    drawn = paper(desk, f"/print/requests/{row.id}")
    assert "Kunt u helpen?" in drawn and "Wie gaat er mee wandelen?" in drawn
    for secret in ("Dina", "Haverkamp", "0612345678", "7551AB", "dina@post.example"):
        assert secret not in drawn
    address, _level = scanned(drawn)
    assert address == f"http://localhost/{desk.community.slug}/browse/{row.id}"
    assert "Wie gaat er mee wandelen?" in text_of(desk.signed_in(desk.joost).get(address))
    assert f"/print/requests/{row.id}" in desk.get(f"/requests/{row.id}").get_data(as_text=True)


def test_a_long_request_is_cut_between_words(desk: Desk) -> None:
    row = desk.request(summary="lang " * 190)
    drawn = paper(desk, f"/print/requests/{row.id}")
    assert "lang lang…" in drawn and len(re.findall(r"\blang\b(?!=)", drawn)) < 70


@pytest.mark.parametrize("state", ["submitted", "asked_back", "on_hold", "matched", "fulfilled", "closed", "withdrawn"])
def test_only_an_open_request_is_printed(desk: Desk, state: str) -> None:
    row = desk.request(state, summary="Niet voor de muur.")
    answer = desk.get(f"/print/requests/{row.id}", follow_redirects=True)
    assert answer.request.path.endswith(f"/desk/requests/{row.id}")
    assert "Alleen een open hulpvraag kan op een poster." in text_of(answer)


def test_a_request_of_another_desk_is_not_there(desk: Desk, engine: Engine) -> None:
    with rows(engine) as session:
        row = factories.create_request(session, desk.elsewhere, desk.dina, state="open")
    assert desk.get(f"/print/requests/{row.id}").status_code == 404
