"""What the words of a call say is filled in for the coordinator, said so, and theirs to change or leave open."""

import re
from typing import Any

import pytest
from sqlalchemy import Engine

from tests.web import desk as desks
from tests.web.conftest import post
from tests.web.desk import DESK, Browser, Desk
from tests.web.walking import nl, requests, text_of

SAID = "The words say: “%(said)s”. So we filled this in. Is it not right? Then change it."
NO_KIND = "You ticked no kind of help. From the words we understand: %(kinds)s. Is it something else? Then change the ticks, or leave it open."  # noqa: E501
ABOUT = "It is about: %(kinds)s."
SHOPPING = "Ik kan zelf niet meer naar de winkel. Wie wil mijn boodschappen doen?"
CALL: dict[str, Any] = {
    "text": f"{SHOPPING} Graag op 5 december om half drie.",
    "postcode": "7551AB",
    "first_name": "Truus",
    "phone": "06-12 34 56 78",
    "reach": "phone",
    "language": "nl",
    "languages": ["nl"],
    "urgency": "normal",
}
FIELDS = ("draft_key", "read_for", "kinds_for", "when_for")


@pytest.fixture
def desk(engine: Engine, signed_in: Browser) -> Desk:
    return desks.open_desk(engine, signed_in)


def _step(desk: Desk, step: str, data: dict[str, Any], page: str | None = None) -> Any:
    page = page or text_of(desk.browser.get(f"{DESK}/intake"))
    hidden = dict(re.findall(rf'<input type="hidden" name="({"|".join(FIELDS)})" value="([^"]*)"', page))
    return post(desk.browser, f"{DESK}/intake", {**hidden, **data, "step": step})


def _ticked(page: str, name: str) -> list[str]:
    inputs = re.findall(r"<input [^>]*>", page)
    return [
        found[1] for one in inputs
        if f'name="{name}"' in one and " checked" in one and (found := re.search(r'value="([^"]*)"', one))
    ]  # fmt: skip


def _value(page: str, name: str) -> str:
    found = re.search(rf'<input [^>]*name="{name}"[^>]*>', page)
    value = re.search(r'value="([^"]*)"', found.group()) if found else None
    return value.group(1) if value else ""


# ---- what is missing -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("sent", [{}, {"how": "once", "relation": "son"}, {"how": "weekly", "reach": "email"}])
def test_the_summary_follows_the_page_and_each_line_names_its_field(desk: Desk, sent: dict[str, str]) -> None:
    answer = _step(desk, "read", sent)
    page = text_of(answer)
    assert answer.status_code == 422
    lines = re.findall(r'<a [^>]*href="#([^"]+)">([^<]*)</a>', page.split("error-summary__list")[1].split("</ul>")[0])
    form = page.split('<form class="form')[-1]
    places = [form.index(f'id="{name}"') for name, _said in lines]
    assert len(lines) >= 3 and places == sorted(places), lines
    said = [words for _name, words in lines]
    assert "Vul een postcode in." in said and not {"Vul dit in.", "Kies een van de antwoorden."} & set(said)
    assert len(set(said)) == len(said)


# ---- when ------------------------------------------------------------------------------------------------------------


def test_when_is_filled_in_from_the_words_and_said(desk: Desk) -> None:
    page = text_of(_step(desk, "understand", CALL))
    assert _ticked(page, "how") == ["once"] and _value(page, "date") == "2026-12-05"
    assert '<option value="14:30" selected>' in page
    assert nl(SAID, said="\u20685 december … half drie\u2069") in page
    page = text_of(_step(desk, "understand", {**CALL, "text": "Wie wandelt er elke dinsdagmiddag met mij?"}))
    assert _ticked(page, "how") == ["weekly"] and _ticked(page, "week-1-part") == ["afternoon"]
    assert nl(SAID, said="\u2068elke dinsdagmiddag\u2069") in page


def test_words_that_say_nothing_of_when_fill_in_nothing(desk: Desk) -> None:
    page = text_of(_step(desk, "understand", {**CALL, "text": f"{SHOPPING} Volgende dinsdag."}))
    assert _ticked(page, "how") == [] and _value(page, "date") == ""
    assert "vulden we dit vast in" not in page


@pytest.mark.parametrize(
    "chosen", [{"how": "flexible"}, {"how": "once", "date": "2026-12-08"}, {"date": "2026-12-08"}, {"starts": "09:00"},
               {"week-0-part": "morning"}, {"how": "weekly"}]
)  # fmt: skip
def test_what_the_coordinator_chose_of_when_is_not_overruled(desk: Desk, chosen: dict[str, str]) -> None:
    page = text_of(_step(desk, "understand", {**CALL, **chosen}))
    assert _ticked(page, "how") == [chosen[name] for name in ("how",) if name in chosen]
    assert _value(page, "date") == chosen.get("date", "") and "vulden we dit vast in" not in page


def test_what_was_filled_in_follows_the_words_until_somebody_changes_it(desk: Desk) -> None:
    page = text_of(_step(desk, "understand", CALL))
    filled = {**CALL, "how": "once", "date": "2026-12-05", "starts": "14:30"}
    later = {"text": f"{SHOPPING} Graag op 12 december om half drie."}
    page = text_of(_step(desk, "understand", {**filled, **later}, page))
    assert _value(page, "date") == "2026-12-12" and nl(SAID, said="\u206812 december … half drie\u2069") in page
    changed = {**filled, "date": "2026-12-13"}
    page = text_of(_step(desk, "understand", {**changed, "text": CALL["text"]}, page))
    assert _value(page, "date") == "2026-12-13" and "vulden we dit vast in" not in page


def test_who_never_asks_what_was_understood_still_reads_it_back(desk: Desk) -> None:
    page = text_of(_step(desk, "read", {**CALL, "kinds": ["groceries"]}))
    assert "zaterdag 5 december, 14:30" in page and nl("Read this out") in page
    assert nl(SAID, said="\u20685 december … half drie\u2069") in page
    page = text_of(_step(desk, "read", {**CALL, "text": SHOPPING, "kinds": ["groceries"]}))
    assert _ticked(page, "how") == ["flexible"] and nl("Read this out") in page


def test_a_date_without_when_is_asked_after(desk: Desk) -> None:
    answer = _step(desk, "read", {**CALL, "date": "2026-12-08"})
    assert answer.status_code == 422 and "Kies wanneer de hulp nodig is." in text_of(answer)


# ---- kinds of help ---------------------------------------------------------------------------------------------------


def test_a_kind_that_is_sure_is_shown_read_back_and_written_down_with_a_yes(desk: Desk) -> None:
    page = text_of(_step(desk, "read", CALL))
    assert _ticked(page, "kinds") == ["groceries"] and nl(NO_KIND, kinds="Boodschappen doen") in page
    assert nl(ABOUT, kinds="Boodschappen doen") in page and requests(desk.engine) == []
    yes = {**CALL, "kinds": ["groceries"], "how": "once", "date": "2026-12-05", "starts": "14:30", "consent": "y"}
    _step(desk, "send", yes, page)
    assert [row.kinds for row in requests(desk.engine)] == [["groceries"]]


def test_the_kind_can_be_left_open_with_one_press(desk: Desk) -> None:
    page = text_of(_step(desk, "read", CALL))
    filled = {**CALL, "how": "once", "date": "2026-12-05", "starts": "14:30"}
    page = text_of(_step(desk, "open", {**filled, "kinds": ["groceries"]}, page))
    assert _ticked(page, "kinds") == [] and nl("Read this out") in page and "U vinkte geen soort" not in page
    assert nl(ABOUT, kinds=nl("Not known yet")) in page
    _step(desk, "send", {**filled, "consent": "y"}, page)
    assert [row.kinds for row in requests(desk.engine)] == [[]]


def test_a_tick_that_was_taken_away_stays_away(desk: Desk) -> None:
    page = text_of(_step(desk, "understand", CALL))
    assert _ticked(page, "kinds")
    page = text_of(_step(desk, "read", {**CALL, "how": "flexible"}, page))
    assert _ticked(page, "kinds") == [] and "U vinkte geen soort" not in page
    page = text_of(_step(desk, "read", CALL))
    page = text_of(_step(desk, "read", {**CALL, "how": "flexible"}, page))
    assert _ticked(page, "kinds") == [] and nl(ABOUT, kinds=nl("Not known yet")) in page


def test_it_is_said_also_after_a_mistake_elsewhere(desk: Desk) -> None:
    page = text_of(_step(desk, "read", {**CALL, "postcode": ""}))
    assert _ticked(page, "kinds") == ["groceries"]
    page = text_of(_step(desk, "read", {**CALL, "kinds": ["groceries"]}, page))
    assert nl(NO_KIND, kinds="Boodschappen doen") in page


def test_nothing_is_written_down_that_was_not_read_back(desk: Desk) -> None:
    page = text_of(_step(desk, "send", {**CALL, "consent": "y"}))
    assert requests(desk.engine) == [] and nl(NO_KIND, kinds="Boodschappen doen") in page


def test_a_kind_of_the_coordinator_is_kept_and_what_is_not_sure_is_not_ticked(desk: Desk) -> None:
    page = text_of(_step(desk, "read", {**CALL, "kinds": ["garden"]}))
    assert _ticked(page, "kinds") == ["garden"] and "U vinkte geen soort" not in page
    page = text_of(_step(desk, "read", {**CALL, "text": "xqzt"}))
    assert _ticked(page, "kinds") == [] and "U vinkte geen soort" not in page


@pytest.mark.parametrize("odd", ["\0", "x" * 5000, ":", "a:b"])
def test_odd_marks_break_nothing(desk: Desk, odd: str) -> None:
    assert _step(desk, "read", {**CALL, "kinds_for": odd, "when_for": odd}).status_code == 200
