"""One open request: how it fits, saying yes once, taking it back, and "not for me"."""

from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine
from sqlmodel import Session, select

from models.tables import Community, Dismissal, HelpRequest, Match, Person, Volunteer
from tests import factories
from tests.web.browsing import (  # noqa: F401  (the fixtures are asked for by their names)
    FOR_ME,
    LIST,
    Browser,
    _asked,
    _here,
    _offer,
    _wil,
    _yusuf,
    matches,
    more,
    shown,
)
from tests.web.conftest import post
from tests.web.walking import HERE, rows, text_of

# ---- one request -----------------------------------------------------------------------------------------------------


def test_a_visitor_is_told_how_to_help(client: FlaskClient, asked: HelpRequest) -> None:
    page = text_of(client.get(f"{LIST}/{asked.id}"))
    assert f'href="{HERE}/offer"' in page and f"/sign-in?next={LIST}/{asked.id}" in page
    assert post(client, f"{LIST}/{asked.id}/help", page=LIST).headers["Location"].startswith(f"{HERE}/sign-in")


def test_a_volunteer_reads_how_it_fits_and_says_yes_with_a_note(
    signed_in: Browser, engine: Engine, yusuf: Person, offer: Volunteer, asked: HelpRequest
) -> None:
    browser = signed_in(yusuf)
    assert "Waarom dit bij u kan passen" in text_of(browser.get(f"{LIST}/{asked.id}"))
    answer = post(
        browser, f"{LIST}/{asked.id}/help", {"note": "Dinsdag kan ik <b>altijd</b>."}, page=f"{LIST}/{asked.id}"
    )
    assert (answer.status_code, answer.headers["Location"]) == (303, f"{LIST}/{asked.id}")
    (match,) = matches(engine)
    assert (match.state, match.origin, match.volunteer_id) == ("proposed", "volunteer", offer.id)
    assert match.note == "Dinsdag kan ik <b>altijd</b>."
    assert match.score is not None and {"offers_kind", "same_area"} <= {code["code"] for code in match.codes}
    page = text_of(browser.get(f"{LIST}/{asked.id}"))
    assert "Een coördinator kijkt of het past" in page and "&lt;b&gt;altijd" in page
    assert shown(text_of(browser.get(FOR_ME))) == []


def test_a_second_click_gives_the_same_page(
    signed_in: Browser, engine: Engine, yusuf: Person, offer: Volunteer, asked: HelpRequest
) -> None:
    browser = signed_in(yusuf)
    answers = [post(browser, f"{LIST}/{asked.id}/help", page=LIST) for _click in range(2)]
    assert [answer.headers["Location"] for answer in answers] == [f"{LIST}/{asked.id}"] * 2
    assert len(matches(engine)) == 1
    assert "notice--watch" not in text_of(browser.get(f"{LIST}/{asked.id}"))


@pytest.mark.parametrize("note", ["x" * 2001, "bsn 111222333", "een\x00twee", "x" * 1_000_000])
def test_a_note_that_cannot_be_kept_is_said_at_its_field(
    signed_in: Browser, engine: Engine, yusuf: Person, offer: Volunteer, asked: HelpRequest, note: str
) -> None:
    answer = post(signed_in(yusuf), f"{LIST}/{asked.id}/help", {"note": note}, page=LIST)
    assert answer.status_code == 422 and 'id="note-error"' in text_of(answer) and note[:500] in text_of(answer)
    assert matches(engine) == []


def test_a_yes_can_be_taken_back_and_given_again(
    signed_in: Browser, engine: Engine, yusuf: Person, offer: Volunteer, asked: HelpRequest
) -> None:
    browser, here = signed_in(yusuf), f"{LIST}/{asked.id}"
    post(browser, f"{here}/help", page=here)
    for _twice in range(2):
        assert post(browser, f"{here}/take-back", page=LIST).headers["Location"] == here
    assert [match.state for match in matches(engine)] == ["withdrawn"]
    post(browser, f"{here}/help", page=here)
    assert [match.state for match in matches(engine)] == ["withdrawn", "proposed"]


def test_only_ones_own_untouched_yes_is_taken_back(
    signed_in: Browser, engine: Engine, yusuf: Person, offer: Volunteer, asked: HelpRequest
) -> None:
    with rows(engine) as session:
        mine = factories.create_match(session, asked, offer, origin="coordinator")
        factories.create_match(session, asked, origin="volunteer")
    browser = signed_in(yusuf)
    post(browser, f"{LIST}/{asked.id}/take-back", page=LIST)
    with rows(engine) as session:
        session.get_one(Match, mine.id).state = "agreed"
    post(browser, f"{LIST}/{asked.id}/take-back", page=LIST)
    assert [match.state for match in matches(engine)] == ["agreed", "proposed"]


def test_who_finds_it_taken_in_the_meantime_gets_a_kind_page(
    signed_in: Browser, engine: Engine, yusuf: Person, offer: Volunteer, asked: HelpRequest
) -> None:
    browser = signed_in(yusuf)
    assert browser.get(f"{LIST}/{asked.id}").status_code == 200
    with rows(engine) as session:
        session.get_one(HelpRequest, asked.id).state = "matched"
    answer = post(browser, f"{LIST}/{asked.id}/help", page=LIST)
    assert answer.status_code == 404 and "Bekijk andere hulpvragen" in text_of(answer)
    assert matches(engine) == []


def test_whose_match_it_became_is_led_to_it(
    signed_in: Browser, engine: Engine, yusuf: Person, offer: Volunteer, asked: HelpRequest
) -> None:
    with rows(engine) as session:
        match = factories.create_match(session, asked, offer, state="agreed")
        session.get_one(HelpRequest, asked.id).state = "matched"
    assert signed_in(yusuf).get(f"{LIST}/{asked.id}").headers["Location"] == f"{HERE}/matches/{match.id}"


@pytest.mark.parametrize(
    ("columns", "words"),
    [
        ({"state": "approved"}, "We vroegen u hiervoor"),
        ({"state": "proposed", "origin": "coordinator"}, "Een coördinator denkt hierbij aan u"),
        ({"state": "proposed", "origin": "volunteer"}, "U zei: ik kan helpen"),
        ({"state": "declined"}, "Dit is eerder geprobeerd"),
        ({"state": "rejected"}, "Dit is eerder geprobeerd"),
        ({"state": "withdrawn"}, "Ik kan helpen"),
    ],
)
def test_how_it_stands_between_the_two_is_said(
    signed_in: Browser, engine: Engine, yusuf: Person, offer: Volunteer, asked: HelpRequest, columns: Any, words: str
) -> None:
    with rows(engine) as session:
        factories.create_match(session, asked, offer, **columns)
    assert words in text_of(signed_in(yusuf).get(f"{LIST}/{asked.id}"))


def test_why_it_does_not_fit_is_said_and_one_may_offer_all_the_same(
    signed_in: Browser, engine: Engine, here: Community, yusuf: Person, offer: Volunteer
) -> None:
    with rows(engine) as session:
        row = session.get_one(Volunteer, offer.id)
        row.max_km, row.windows = 2, [{"day": "mon", "from": "09:00", "to": "12:00"}]
        session.get_one(Community, here.id).vog_kinds = ["hospital-escort"]
    when = {"kind": "once", "start": "2026-12-08T13:30", "end": "2026-12-08T15:30"}
    found = more(engine, here, postcode="7571", when=when, languages=["uk"])
    browser = signed_in(yusuf)
    page = text_of(browser.get(f"{LIST}/{found.id}"))
    for words in ("Let op: dit past misschien niet", "Te ver weg", "U kunt niet op dat moment", "Oekraïens", "VOG"):
        assert words in page, words
    post(browser, f"{LIST}/{found.id}/help", page=f"{LIST}/{found.id}")
    assert len(matches(engine)) == 1


def test_who_helps_enough_people_is_shown_where_to_change_that(
    signed_in: Browser, engine: Engine, here: Community, yusuf: Person, offer: Volunteer, asked: HelpRequest
) -> None:
    with rows(engine) as session:
        session.get_one(Volunteer, offer.id).capacity = 1
        factories.create_match(session, factories.create_request(session, here, state="matched"), offer, state="active")
    browser = signed_in(yusuf)
    page = text_of(browser.get(f"{LIST}/{asked.id}"))
    assert "U helpt al zoveel mensen als u wilde" in page and f"{HERE}/volunteer/offer" in page
    post(browser, f"{LIST}/{asked.id}/help", page=LIST)
    assert len(matches(engine)) == 1


def test_ones_own_request_is_recognised(signed_in: Browser, engine: Engine, wil: Person, asked: HelpRequest) -> None:
    assert "Dit is uw eigen vraag" in text_of(signed_in(wil).get(f"{LIST}/{asked.id}"))


def test_a_resident_who_is_no_volunteer_is_invited(signed_in: Browser, engine: Engine, asked: HelpRequest) -> None:
    with rows(engine) as session:
        stranger = factories.create_person(session)
    browser = signed_in(stranger)
    assert "U bent hier nog geen vrijwilliger" in text_of(browser.get(f"{LIST}/{asked.id}"))
    assert post(browser, f"{LIST}/{asked.id}/help", page=LIST).headers["Location"] == f"{HERE}/offer"


# ---- not for me ------------------------------------------------------------------------------------------------------


def test_not_for_me_asks_why_and_the_request_does_not_come_back(
    signed_in: Browser, engine: Engine, yusuf: Person, offer: Volunteer, asked: HelpRequest
) -> None:
    browser, why = signed_in(yusuf), f"{LIST}/{asked.id}/not-for-me"
    page = text_of(browser.get(f"{why}?next={FOR_ME}?page=2"))
    assert page.count('name="reason"') == 5 and f'value="{FOR_ME}?page=2"' in page
    for _twice in range(2):
        answer = post(browser, why, {"reason": "far", "next": f"{FOR_ME}?page=2"}, page=LIST)
        assert answer.headers["Location"] == f"{FOR_ME}?page=2"
    with Session(engine) as session:
        (kept,) = session.exec(select(Dismissal)).all()
    assert (kept.volunteer_id, kept.request_id, kept.reason) == (offer.id, asked.id, "far")
    assert shown(text_of(browser.get(FOR_ME))) == []
    assert "U zei: niets voor mij" in text_of(browser.get(f"{LIST}/{asked.id}"))


@pytest.mark.parametrize("reason", ["", "x" * 10_000, "<script>", "bsn 111222333"])
def test_an_odd_reason_is_another_reason(
    signed_in: Browser, engine: Engine, yusuf: Person, offer: Volunteer, asked: HelpRequest, reason: str
) -> None:
    answer = post(
        signed_in(yusuf), f"{LIST}/{asked.id}/not-for-me", {"reason": reason, "next": "//evil.example"}, page=LIST
    )
    assert answer.headers["Location"] == FOR_ME
    with Session(engine) as session:
        assert session.exec(select(Dismissal)).one().reason == "other"
