"""What is at home, who may come and what does not suit: told by people themselves, asked of nobody, never guessed."""

import re
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine

from models.operations.transitions import touch
from tests.web import desk as desks
from tests.web import walking
from tests.web.conftest import post
from tests.web.desk import DESK, Browser, Desk
from tests.web.offering import ANSWERS as OFFERED
from tests.web.offering import Walker, offers
from tests.web.walking import ANSWERS, HERE, nl, requests, rows, send, text_of, walk

NOBODY_LEFT = "Only a woman and only a man: then nobody is left. Choose one of the two, or none."
NOT_TOLD = "Has not told whether this is a woman or a man: ask first"
AT_EASE = "With this we look for somebody who feels at ease."


@pytest.fixture
def desk(engine: Engine, signed_in: Browser) -> Desk:
    return desks.open_desk(engine, signed_in)


def _ticked(page: str, name: str) -> list[str]:
    found = re.findall(rf'<input[^>]*name="{name}"[^>]*>', page)
    return [re.findall(r'value="(\w+)"', one)[0] for one in found if " checked" in one]


def _you(**more: Any) -> dict[str, Any]:
    return {**ANSWERS["/you"], **more}


def _ranked(desk: Desk, asked: Any) -> list[str]:
    return re.findall(
        r'candidate__name"><span class="visually-hidden">\d+\. </span><a [^>]+>([^<]+)<',
        desk.read(f"/requests/{asked.id}"),
    )


# ---- who asks --------------------------------------------------------------------------------------------------------


def test_what_somebody_tells_of_their_home_goes_along_and_is_read_before_it_is_sent(
    client: FlaskClient, engine: Engine
) -> None:
    walking.two_communities(engine)
    walk(client, you=_you(traits=["stairs", "dog"], avoids=["man"]))
    page = text_of(client.get(f"{HERE}/ask/check"))
    for words in ("There is a dog", "There are stairs to climb", "Only a woman"):
        assert nl(words) in page
    send(client)
    (asked,) = requests(engine)
    assert (asked.traits, asked.avoids) == (["dog", "stairs"], ["man"])


def test_nothing_is_asked_for_and_nothing_is_guessed(client: FlaskClient, engine: Engine) -> None:
    walking.two_communities(engine)
    walk(client, words={"text": "Ik ben een vrouw van 82 en zoek iemand voor mijn tuin.", "whom": "self"})
    assert nl("Who may come") not in text_of(client.get(f"{HERE}/ask/check"))
    send(client)
    (asked,) = requests(engine)
    assert (asked.traits, asked.avoids) == ([], [])


def test_a_dog_that_somebody_writes_of_is_ticked_said_so_and_theirs_to_untick(
    client: FlaskClient, engine: Engine
) -> None:
    walking.two_communities(engine)
    walk(client, until="/where", words={"text": "Wie komt er op de koffie? Ik heb een hond.", "whom": "self"})
    page = text_of(client.get(f"{HERE}/ask/you"))
    assert _ticked(page, "traits") == ["dog"] and "“\u2068hond\u2069”" in page
    post(client, f"{HERE}/ask/you", _you())
    send(client)
    assert requests(engine)[0].traits == []


def test_only_a_woman_and_only_a_man_leaves_nobody(client: FlaskClient, engine: Engine) -> None:
    walking.two_communities(engine)
    answer = walk(client, you=_you(avoids=["man", "woman"]))
    page = text_of(answer)
    assert answer.status_code == 422 and nl(NOBODY_LEFT) in page
    assert 'href="#avoids-0"' in page and _ticked(page, "avoids") == ["man", "woman"]


@pytest.mark.parametrize("forged", ["rich", "<script>", "old"])
def test_what_cannot_be_ticked_is_refused(client: FlaskClient, engine: Engine, forged: str) -> None:
    walking.two_communities(engine)
    assert walk(client, you=_you(traits=[forged])).status_code == 422


# ---- who offers ------------------------------------------------------------------------------------------------------


def test_an_offer_says_what_does_not_suit(client: FlaskClient, engine: Engine) -> None:
    walking.two_communities(engine)
    more = {**OFFERED["more"], "avoids": ["cat", "stairs"], "traits": ["woman"]}
    walker = Walker(client).walk(more=more)
    for words in ("A cat", "Climbing stairs", "I am a woman"):
        assert nl(words) in walker.page
    walker.finish()
    (offer,) = offers(engine)
    assert (offer.traits, offer.avoids) == (["woman"], ["cat", "stairs"])


def test_helping_women_only_and_men_only_is_refused_at_its_place(client: FlaskClient, engine: Engine) -> None:
    walking.two_communities(engine)
    walker = Walker(client).walk(until="more").send({**OFFERED["more"], "avoids": ["man", "woman"]})
    assert walker.answer.status_code == 422 and walker.step == "more" and nl(NOBODY_LEFT) in walker.page


def test_a_volunteer_changes_it_and_another_change_leaves_it(desk: Desk) -> None:
    browser = desk.signed_in(desk.person_of(desk.yusuf))
    form = {"text": "Ik rijd graag.", "kinds": ["transport"], "any_time": "y", "postcode": "7551", "max_km": "10",
            "languages": ["nl"], "capacity": "1"}  # fmt: skip
    post(browser, f"{HERE}/volunteer/offer", {**form, "avoids": ["dog"]})
    assert desk.again(desk.yusuf).avoids == ["dog"]
    post(browser, f"{HERE}/volunteer/away", {"first": "1-12-2026", "last": "3-12-2026"})
    assert desk.again(desk.yusuf).away and desk.again(desk.yusuf).avoids == ["dog"]
    post(browser, f"{HERE}/volunteer/offer", form)
    assert desk.again(desk.yusuf).avoids == []


# ---- the desk --------------------------------------------------------------------------------------------------------


def _change(desk: Desk, volunteer: Any, **columns: Any) -> None:
    with rows(desk.engine) as session:
        row = session.get_one(type(volunteer), volunteer.id)
        for name, value in columns.items():
            setattr(row, name, value)
        session.add(row)
        session.flush()
        touch(session, row)


def test_who_is_asked_not_to_come_is_not_ranked_and_who_told_nothing_is_asked_first(desk: Desk) -> None:
    _change(desk, desk.yusuf, traits=["man"])
    asked = desk.request(kinds=["hospital-escort"], avoids=["man"])
    assert _ranked(desk, asked) == ["Ria Stoel"]
    page = desk.read(f"/requests/{asked.id}")
    assert nl(NOT_TOLD) in page and nl("Only a woman") in page
    _change(desk, desk.ria, traits=["woman"])
    assert nl(NOT_TOLD) not in desk.read(f"/requests/{asked.id}")


def test_a_house_that_does_not_suit_a_volunteer_is_not_put_before_them(desk: Desk) -> None:
    _change(desk, desk.yusuf, avoids=["dog"])
    assert _ranked(desk, desk.request(kinds=["hospital-escort"], traits=["dog"])) == ["Ria Stoel"]
    assert _ranked(desk, desk.request(kinds=["hospital-escort"])) == ["Yusuf Demir", "Ria Stoel"]


def test_a_call_writes_it_down_and_reads_it_back(desk: Desk) -> None:
    call: dict[str, Any] = {
        "text": "Wie komt er op de koffie? Er is een hond in huis.", "postcode": "7551AB", "first_name": "Truus",
        "phone": "06-12 34 56 78", "reach": "phone", "language": "nl", "languages": ["nl"], "urgency": "normal",
        "how": "flexible", "kinds": ["company-visits"],
    }  # fmt: skip
    page = text_of(post(desk.browser, f"{DESK}/intake", {**call, "step": "understand"}))
    assert _ticked(page, "traits") == ["dog"]
    page = text_of(post(desk.browser, f"{DESK}/intake", {**call, "traits": ["dog"], "avoids": ["man"], "step": "read"}))
    read_out = page[page.index('id="read-back"') :]
    assert nl("There is a dog") in read_out and nl("Only a woman") in read_out
    hidden = dict(re.findall(r'<input type="hidden" name="(draft_key|read_for)" value="([^"]*)"', page))
    post(desk.browser, f"{DESK}/intake", {**call, **hidden, "traits": ["dog"], "avoids": ["man"], "consent": "y",
                                         "step": "send"})  # fmt: skip
    (asked,) = requests(desk.engine)
    assert (asked.traits, asked.avoids) == (["dog"], ["man"])


# ---- who reads it ----------------------------------------------------------------------------------------------------


def test_a_volunteer_reads_what_is_at_home_and_not_for_whom_or_whose_wish(desk: Desk, client: FlaskClient) -> None:
    asked = desk.request(kinds=["hospital-escort"], traits=["dog", "woman"], avoids=["smoker"])
    page = text_of(desk.signed_in(desk.person_of(desk.yusuf)).get(f"{HERE}/browse/{asked.id}"))
    assert nl("There is a dog") in page
    assert nl("The help is for a woman") not in page and nl("Nobody who smokes") not in page
    assert nl("There is a dog") not in text_of(client.get(f"{HERE}/browse/{asked.id}"))
