"""Triage at the desk: opening a request with a public text, and the smaller steps."""

from typing import Any

import pytest
from sqlalchemy import Engine

from models.tables import HelpRequest, Signal
from tests import factories
from tests.web import desk as desks
from tests.web.desk import Browser, Desk
from tests.web.walking import nl, rows, text_of

LONG = "héél véél. " * 900
NAUGHTY = "<script>alert(1)</script> {{7*7}} ${7*7} '; DROP TABLE person; -- %s ../../etc"


@pytest.fixture
def desk(engine: Engine, signed_in: Browser) -> Desk:
    return desks.open_desk(engine, signed_in)


def test_the_suggested_summary_says_kind_place_and_moment_and_no_name(desk: Desk) -> None:
    asked = desk.request(
        "submitted", text="Ik ben Dina Haverkamp, bel mij op 06 12345678.", kinds=["groceries"],
        when={"kind": "flexible"},
    )  # fmt: skip
    page = desk.read(f"/requests/{asked.id}")
    suggestion = page.split('name="summary"')[1].split("</textarea>")[0]
    assert "Boodschappen doen, voor iemand in Hengelo 7551." in suggestion
    assert "Dina" not in suggestion and "06" not in suggestion
    answer = desk.press(
        f"/requests/{asked.id}/publish",
        {
            "summary": suggestion.split(">", 1)[1].strip(),
            "kinds": ["groceries"],
            "urgency": "normal",
            "people_wanted": "1",
        },
        page=f"/requests/{asked.id}",
    )
    assert desk.again(asked).state == "open", text_of(answer)


def test_what_was_understood_is_ticked_and_one_tap_corrects_it(desk: Desk) -> None:
    asked = desk.request("submitted", text="Wie wil boodschappen voor mij doen in de supermarkt?", kinds=[])
    page = desk.read(f"/requests/{asked.id}")
    box = page.split('value="groceries"')[1].split(">")[0]
    assert "checked" in box
    desk.press(
        f"/requests/{asked.id}/publish",
        {"summary": "Hulp bij het wandelen.", "kinds": ["walking-together"], "urgency": "low", "people_wanted": "2"},
        page=f"/requests/{asked.id}",
    )
    opened = desk.again(asked)
    assert (opened.state, opened.kinds, opened.urgency, opened.people_wanted) == (
        "open",
        ["walking-together"],
        "low",
        2,
    )


def _publish(desk: Desk, asked: Any, **changed: Any) -> Any:
    data = {"summary": "Hulp met de heg.", "kinds": ["garden"], "urgency": "normal", "people_wanted": "1", **changed}
    return desk.press(f"/requests/{asked.id}/publish", data, page=f"/requests/{asked.id}")


def test_opening_tells_the_resident_and_says_so(desk: Desk) -> None:
    page = text_of(_publish(desk, desk.request("submitted")))
    assert nl("%(name)s gets an e-mail about it.", name="Dina") in page
    assert desk.told(desk.dina) == ["request_open"]


def test_a_resident_without_mail_comes_on_the_call_list_and_it_says_so(desk: Desk) -> None:
    with rows(desk.engine) as session:
        truus = factories.create_person(session, first_name="Truus", email=None, phone="+31742452222")
    page = text_of(_publish(desk, desk.request("submitted", resident=truus)))
    assert nl("%(name)s gets no e-mail: the call list says to call.", name="Truus") in page
    assert desk.calls(truus) == ["request_open"]


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"summary": ""}, "Schrijf op wat iedereen mag lezen."),
        ({"summary": "Voor Dina, een aardige dame."}, "Dina"),
        ({"summary": "Bel 06 12345678."}, "telefoonnummer"),
        ({"summary": LONG}, "te lang"),
        ({"summary": "Mijn nummer is 123456782."}, "BSN"),
        ({"kinds": []}, "Kies minstens één soort hulp."),
        ({"kinds": ["nonsense"]}, "Kies minstens één soort hulp."),
        ({"people_wanted": "-1"}, "van 1 tot en met 20"),
        ({"people_wanted": "1e9"}, "van 1 tot en met 20"),
        ({"people_wanted": "NaN"}, "van 1 tot en met 20"),
        ({"people_wanted": ""}, "van 1 tot en met 20"),
        ({"urgency": "now!!"}, "Kies hoeveel haast het heeft."),
    ],
)  # fmt: skip
def test_what_cannot_be_opened_says_why_at_the_field_and_keeps_what_was_typed(
    desk: Desk, changed: dict[str, Any], words: str
) -> None:
    asked = desk.request("submitted")
    answer = _publish(desk, asked, **changed)
    page = text_of(answer)
    assert answer.status_code == 422
    assert "<title>Fout:" in page and words in page and 'class="error-summary"' in page
    assert desk.again(asked).state == "submitted"
    if changed.get("summary"):
        assert changed["summary"].strip()[:40] in page
    else:
        assert "Hulp met de heg." in page or "summary" in changed


def test_naughty_text_comes_back_inert(desk: Desk) -> None:
    asked = desk.request("submitted", text=NAUGHTY)
    page = desk.read(f"/requests/{asked.id}")
    assert "<script>alert" not in page and "&lt;script&gt;alert" in page and "{{7*7}}" in page
    _publish(desk, asked, summary=NAUGHTY)
    assert "<script>alert" not in desk.read(f"/requests/{asked.id}")
    assert desk.again(asked).summary == NAUGHTY


def test_a_second_click_opens_once_and_explains(desk: Desk) -> None:
    asked = desk.request("submitted")
    _publish(desk, asked)
    page = text_of(_publish(desk, asked))
    assert nl("Somebody changed this a moment ago. Look at it again.") in page
    assert desk.told(desk.dina) == ["request_open"]


# ---- the smaller steps -----------------------------------------------------------------------------------------------


def _step(desk: Desk, asked: Any, name: str, **data: str) -> Any:
    return desk.press(f"/requests/{asked.id}/{name}", data, page=f"/requests/{asked.id}/{name}")


@pytest.mark.parametrize(
    ("before", "name", "data", "after", "message"),
    [
        ("submitted", "ask", {"text": "Welke dag komt uit?"}, "asked_back", "request_question"),
        ("open", "ask", {"text": "Welke dag komt uit?"}, "asked_back", "request_question"),
        ("submitted", "refer", {"text": "Wijkteam, 074 245 1111."}, "referred", "request_referred"),
        ("on_hold", "refer", {"text": "Wijkteam, 074 245 1111."}, "referred", "request_referred"),
        ("submitted", "close", {"text": "Stond er al."}, "closed", "request_closed"),
        ("submitted", "withdraw", {"text": ""}, "withdrawn", "request_withdrawn"),
        ("matched", "withdraw", {"text": "Niet meer nodig."}, "withdrawn", "request_withdrawn"),
        ("open", "hold", {"text": "Ligt in het ziekenhuis.", "until": "2026-12-20"}, "on_hold", None),
        ("open", "hold", {"text": "", "until": ""}, "on_hold", None),
    ],
)
def test_a_step_asks_says_what_happens_and_does_it(
    desk: Desk, before: str, name: str, data: dict[str, str], after: str, message: str | None
) -> None:
    asked = desk.request(before)
    assert f"/requests/{asked.id}/{name}" in desk.read(f"/requests/{asked.id}")
    question = desk.read(f"/requests/{asked.id}/{name}")
    assert question.count("<h1") == 1 and nl("No, go back") in question
    answer = _step(desk, asked, name, **data)
    assert answer.status_code == 200, text_of(answer)
    assert desk.again(asked).state == after
    assert desk.told(desk.dina) == ([message] if message else [])


@pytest.mark.parametrize("name", ["ask", "refer", "close"])
def test_a_step_without_its_words_is_refused_at_the_field(desk: Desk, name: str) -> None:
    asked = desk.request("submitted")
    answer = _step(desk, asked, name, text="  ")
    assert answer.status_code == 422 and "Schrijf het in een paar woorden op." in text_of(answer)
    assert desk.again(asked).state == "submitted"


@pytest.mark.parametrize("until", ["2026-11-24", "31-02-2027", "0001-01-01", "9999-12-31", "morgen"])
def test_on_hold_until_a_day_that_cannot_be_says_so_and_keeps_the_reason(desk: Desk, until: str) -> None:
    asked = desk.request("open")
    answer = _step(desk, asked, "hold", text="Op vakantie.", until=until)
    assert answer.status_code == 422
    assert until in text_of(answer) and "Op vakantie." in text_of(answer)
    assert desk.again(asked).state == "open"


def test_an_answer_heard_on_the_phone_is_written_below_the_request(desk: Desk) -> None:
    asked = desk.request("asked_back", text="Ik zoek hulp.")
    _step(desk, asked, "answer", text="Dinsdag na tienen.")
    after = desk.again(asked)
    assert after.state == "submitted" and after.text == "Ik zoek hulp.\n\nDinsdag na tienen."


def test_a_request_on_hold_is_opened_again(desk: Desk) -> None:
    asked = desk.request("on_hold")
    desk.press(f"/requests/{asked.id}/resume", page=f"/requests/{asked.id}")
    assert desk.again(asked).state == "open"


def test_a_sign_of_life_is_written_down(desk: Desk) -> None:
    asked = desk.request("open", life_asked=2)
    desk.press(f"/requests/{asked.id}/still-wanted", page=f"/requests/{asked.id}")
    assert desk.again(asked).life_asked == 0


def test_the_public_text_of_an_open_request_can_be_bettered(desk: Desk) -> None:
    asked = desk.request("open")
    assert "Iemand wil graag gezelschap" in desk.read(f"/requests/{asked.id}/summary")
    assert _step(desk, asked, "summary", text="Voor Dina.").status_code == 422
    _step(desk, asked, "summary", text="Mee naar de poli, met koffie na.")
    assert desk.again(asked).summary == "Mee naar de poli, met koffie na."


@pytest.mark.parametrize(
    ("state", "name"),
    [("open", "close"), ("matched", "hold"), ("fulfilled", "withdraw"), ("submitted", "hold"), ("open", "answer")],
)
def test_a_step_that_does_not_exist_any_more_explains_and_changes_nothing(desk: Desk, state: str, name: str) -> None:
    asked = desk.request(state)
    page = text_of(desk.get(f"/requests/{asked.id}/{name}", follow_redirects=True))
    assert nl("This request has changed meanwhile. You see here how it stands now.") in page
    desk.press(f"/requests/{asked.id}/{name}", {"text": "x"}, page=f"/requests/{asked.id}")
    assert desk.again(asked).state == state


def test_a_colleague_was_first_with_another_step(desk: Desk) -> None:
    asked = desk.request("submitted")
    with rows(desk.engine) as session:  # the page was open before the colleague came
        session.get_one(HelpRequest, asked.id).state = "closed"
    page = text_of(desk.press(f"/requests/{asked.id}/refer", {"text": "x"}))
    assert nl("This request has changed meanwhile. You see here how it stands now.") in page
    assert desk.again(asked).state == "closed"


def test_putting_on_hold_takes_back_who_was_asked(desk: Desk) -> None:
    asked = desk.request("open")
    match = desk.match(asked, desk.yusuf, "approved")
    _step(desk, asked, "hold", text="", until="")
    assert desk.again(match).state == "withdrawn"
    assert desk.told(desk.person_of(desk.yusuf)) == ["match_ended"]


def test_the_history_tells_who_did_what_without_codes(desk: Desk) -> None:
    asked = desk.request("submitted")
    _publish(desk, asked)
    page = desk.read(f"/requests/{asked.id}")
    assert nl("Opened to volunteers.") in page and "Marieke, coördinator" in page
    assert "request_open" not in page


def test_a_signal_is_made_by_an_answer_and_stands_in_the_queue(desk: Desk) -> None:
    asked = desk.request("asked_back")
    _step(desk, asked, "answer", text="Op dinsdag.")
    with rows(desk.engine) as session:
        assert session.get(Signal, 1) is not None
    assert nl("Your question was answered") in desk.read()
