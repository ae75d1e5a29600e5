"""An offer left half-way: kept for this browser, without who writes it, and gone once it is sent."""

import re
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine
from sqlmodel import Session, select

from models.tables import Community, OfferDraft, Person
from tests import factories
from tests.web import walking
from tests.web.conftest import post
from tests.web.offering import ANSWERS, OFFER, Walker, offers
from tests.web.walking import rows, text_of

Browser = Callable[[Person], FlaskClient]


@pytest.fixture(autouse=True)
def towns(engine: Engine) -> tuple[Community, Community]:
    return walking.two_communities(engine)


def drafts(engine: Engine) -> list[OfferDraft]:
    with Session(engine) as session:
        return list(session.exec(select(OfferDraft).order_by(OfferDraft.id)))  # type: ignore[arg-type]


def reopened(browser: FlaskClient, site: Flask) -> FlaskClient:
    """Close the browser and open it again: only the cookie that it keeps is left."""
    cookie = browser.get_cookie("noaber")
    assert cookie is not None and cookie.expires is not None
    fresh = site.test_client()
    fresh.set_cookie("noaber", cookie.value)
    return fresh


def test_who_closes_the_browser_goes_on_where_they_were(client: FlaskClient, site: Flask, engine: Engine) -> None:
    Walker(client).walk(until="where").send({"postcode": "7551 ab", "max_km": "10"}, to="more")
    walker = Walker(reopened(client, site))
    assert walker.step == "more"
    assert "Wat u invult blijft bewaard, ook als u deze pagina sluit." in walker.page
    held = walker.form[1]
    assert held["text"] == [ANSWERS["what"]["text"]] and held["postcode"] == ["7551 ab"]
    assert held["windows-1-part"] == ["morning", "afternoon"] and held["away_from"] == ["2026-12-20"]
    walker.send(to="where").send().send(ANSWERS["more"]).send(ANSWERS["you"]).finish()
    (volunteer,) = offers(engine)
    assert (volunteer.postcode, volunteer.max_km, volunteer.kinds) == ("7551AB", 10, ["hospital-escort", "transport"])
    assert volunteer.windows is not None and len(volunteer.windows) == 3


def test_what_was_typed_and_wrong_is_kept_as_it_was_typed(client: FlaskClient, site: Flask) -> None:
    Walker(client).walk(until="where").send({"postcode": "geen idee", "max_km": "20"})
    walker = Walker(reopened(client, site))
    assert walker.step == "where" and walker.form[1]["postcode"] == ["geen idee"]


def test_who_somebody_is_is_never_kept_before_they_send_it(client: FlaskClient, site: Flask, engine: Engine) -> None:
    Walker(client).walk()
    (draft,) = drafts(engine)
    assert "10" in repr(draft.answers)
    assert not re.search(r"yusuf|brien|0612|06 12|post\.example", repr(draft.answers).lower())
    with client.session_transaction() as kept:
        assert not re.search("yusuf|ziekenhuis|7551|0612", repr(dict(kept)).lower())
        assert kept["offer"] != draft.draft_key
    walker = Walker(reopened(client, site))
    assert walker.step == "you" and "Uw naam en hoe we u bereiken bewaren we pas" in walker.page
    assert walker.form[1]["first_name"] == [""]


def test_a_number_that_may_be_a_citizens_is_not_kept(client: FlaskClient, engine: Engine) -> None:
    walker = Walker(client).send({"text": "Mijn nummer is 111222333, ik rijd graag."})
    assert walker.answer.status_code == 422 and "111222333" in walker.page
    assert "111222333" not in repr(drafts(engine)[0].answers)


def test_once_sent_nothing_is_kept_and_a_second_click_keeps_nothing(client: FlaskClient, engine: Engine) -> None:
    walker = Walker(client).walk()
    action, sent = walker.form
    for _click in range(2):
        assert client.post(action, data=sent).status_code == 303
    assert drafts(engine) == [] and len(offers(engine)) == 1
    assert Walker(client).form[1]["text"] == [""]


def test_beginning_again_asks_first_and_throws_all_away(client: FlaskClient, engine: Engine) -> None:
    Walker(client).walk(until="when")
    assert "Ja, gooi mijn antwoorden weg" in text_of(client.get(f"{OFFER}/again"))
    assert len(drafts(engine)) == 1
    answer = post(client, f"{OFFER}/again", follow_redirects=True)
    assert "Uw antwoorden zijn weg." in text_of(answer) and drafts(engine) == []
    assert Walker(client).step == "what"
    assert client.get(f"{OFFER}/again").status_code == 303


def test_two_windows_each_keep_their_own_answers_and_the_last_is_found_again(client: FlaskClient) -> None:
    one, other = Walker(client), Walker(client)
    one.send({"text": "Ik kook graag."})
    other.send({"text": "Ik wandel graag."})
    one.send({"kinds": ["pets"]})
    assert one.form[1]["text"] == ["Ik kook graag."]
    assert Walker(client).form[1]["text"] == ["Ik kook graag."]
    assert other.send({"kinds": ["garden"]}).form[1]["text"] == ["Ik wandel graag."]


def test_another_language_finds_the_same_answers(client: FlaskClient, engine: Engine) -> None:
    walker = Walker(client).walk(until="where").send({"postcode": "7551"}, language="en")
    again = Walker(client)
    assert again.step == walker.step == "where" and "How far do you want to go?" in again.page
    assert again.form[1]["postcode"] == ["7551"] and len(drafts(engine)) == 1


def test_the_draft_of_one_community_is_not_that_of_another(
    client: FlaskClient, engine: Engine, towns: tuple[Community, Community]
) -> None:
    Walker(client).walk(until="when")
    there = OFFER.replace(towns[0].slug, towns[1].slug)
    assert there != OFFER
    assert ANSWERS["what"]["text"] not in text_of(client.get(there))
    post(client, there, {"step": "what", "text": "Daar.", "to": "next"})
    assert {draft.community_id for draft in drafts(engine)} == {town.id for town in towns}
    assert Walker(client).form[1]["text"] == [ANSWERS["what"]["text"]]


def test_where_the_draft_is_gone_the_pages_carry_the_answers_on(client: FlaskClient, engine: Engine) -> None:
    walker = Walker(client).walk(until="more")
    with rows(engine) as session:
        session.delete(session.get_one(OfferDraft, drafts(engine)[0].id))
    with client.session_transaction() as kept:
        kept["offer"] = 7  # no key of ours
    walker.send(ANSWERS["more"]).send(ANSWERS["you"]).finish()
    assert offers(engine)[0].text == ANSWERS["what"]["text"]


def test_the_draft_of_a_made_up_key_is_nobodys(client: FlaskClient, site: Flask) -> None:
    Walker(client).walk(until="when")
    stranger = site.test_client()
    with stranger.session_transaction() as kept:
        kept["offer"] = "guessed"
    assert Walker(stranger).step == "what"


def test_who_signs_out_leaves_no_draft_in_the_browser(signed_in: Browser, engine: Engine) -> None:
    with rows(engine) as session:
        person = factories.create_person(session)
    browser = signed_in(person)
    Walker(browser).walk(until="when")
    post(browser, "/sign-out", page=OFFER)
    assert Walker(browser).step == "what"


def test_who_signed_in_is_shown_all_of_it_at_the_end(signed_in: Browser, engine: Engine) -> None:
    with rows(engine) as session:
        person = factories.create_person(session)
    browser = signed_in(person)
    Walker(browser).walk()
    assert Walker(browser).step == "check"
    assert Walker(browser).finish().status_code == 303 and drafts(engine) == []
