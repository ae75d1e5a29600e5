"""Somebody's own page: what they asked and what happens now, their details, and being forgotten."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine
from sqlmodel import Session

from models.operations.audit import record
from models.permissions import Role
from models.tables import Community, HelpRequest, Match, Person, Volunteer
from tests import factories
from tests.factories import NOW, PASSWORD
from tests.web import walking
from tests.web.conftest import post
from tests.web.walking import HERE, rows, text_of

ACCOUNT = f"{HERE}/account"
Browser = Callable[[Person], FlaskClient]


@pytest.fixture(autouse=True)
def here(engine: Engine) -> Community:
    return walking.two_communities(engine)[0]


@pytest.fixture
def ria(engine: Engine) -> Person:
    """Somebody with an e-mail address, a phone and nothing else."""
    with rows(engine) as session:
        return factories.create_person(
            session, first_name="Ria", last_name="Smit", email="ria@post.example", phone="+31612345678"
        )


def again(engine: Engine, table: type[Any], row_id: int | None) -> Any:
    with Session(engine) as session:
        return session.get(table, row_id)


# ---- what I asked ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("columns", "words"),
    [
        ({"state": "submitted"}, "U hoort binnen 2 werkdagen van ons"),
        ({"state": "asked_back"}, "We hebben een vraag aan u"),
        ({"state": "open"}, "We zoeken iemand die bij u past"),
        ({"state": "on_hold", "hold_until": factories.TODAY + timedelta(days=7)}, "wacht tot dinsdag 1 december"),
        ({"state": "on_hold"}, "Zeg ons wanneer we verder mogen zoeken"),
        ({"state": "matched"}, "U heeft elkaar gevonden"),
        ({"state": "fulfilled"}, "De hulp is gegeven"),
        ({"state": "referred", "referred_to": "het Juridisch Loket"}, "het Juridisch Loket"),
        ({"state": "closed"}, "Hier zoeken we niemand voor"),
        ({"state": "withdrawn"}, "ingetrokken"),
        ({"state": "expired"}, "Deze vraag is gestopt"),
    ],
)
def test_every_request_says_in_plain_words_what_happens_now(
    signed_in: Browser, engine: Engine, here: Community, ria: Person, columns: dict[str, Any], words: str
) -> None:
    with rows(engine) as session:
        request = factories.create_request(session, here, ria, **columns)
    page = text_of(signed_in(ria).get(ACCOUNT))
    assert words in page and str(request.reference) in page and f"{HERE}/r/" in page


def test_a_draft_and_the_requests_of_others_and_elsewhere_do_not_stand_there(
    signed_in: Browser, engine: Engine, here: Community, ria: Person
) -> None:
    with rows(engine) as session:
        there = factories.create_community(session, slug="elders")
        numbers = [
            factories.create_request(session, here).reference,
            factories.create_request(session, there, ria).reference,
        ]
        factories.create_request(session, here, state="draft", text="een begin")
    page = text_of(signed_in(ria).get(ACCOUNT))
    assert not any(str(number) in page for number in numbers)
    assert "U heeft nu geen hulpvraag" in page


def test_who_wants_to_help_is_asked_about_and_who_was_only_proposed_is_not_named(
    signed_in: Browser, engine: Engine, here: Community, ria: Person
) -> None:
    with rows(engine) as session:
        request = factories.create_request(session, here, ria)
        waiting = factories.create_match(
            session, request, helper(session, here, "Yusuf"), state="accepted_by_volunteer"
        )
        for n, state in enumerate(("proposed", "approved", "declined", "rejected", "withdrawn")):
            factories.create_match(session, request, helper(session, here, f"Geheim{n}"), state=state)
    page = text_of(signed_in(ria).get(ACCOUNT))
    assert "Yusuf wil helpen" in page and f"{HERE}/matches/{waiting.id}" in page
    assert "Geheim" not in page


def helper(session: Session, here: Community, first_name: str) -> Volunteer:
    return factories.create_volunteer(session, here, factories.create_person(session, first_name=first_name))


def test_who_asked_for_somebody_else_sees_it_as_that(
    signed_in: Browser, engine: Engine, here: Community, ria: Person
) -> None:
    with rows(engine) as session:
        factories.create_request(session, here, asker_id=ria.id, contact_id=ria.id, relation="daughter")
    assert "Voor iemand anders: Mee naar ziekenhuis of arts" in text_of(signed_in(ria).get(ACCOUNT))


def test_nobody_gets_in_without_signing_in(client: FlaskClient) -> None:
    for path in ("", "/details", "/password", "/seen", "/mails", "/erase"):
        answer = client.get(ACCOUNT + path)
        assert answer.status_code == 302 and "/sign-in?next=" in answer.headers["Location"]


def test_no_browser_keeps_these_pages_and_each_has_one_h1(signed_in: Browser, ria: Person) -> None:
    browser = signed_in(ria)
    for path in ("", "/details", "/password", "/seen", "/mails", "/erase"):
        answer = browser.get(ACCOUNT + path)
        assert answer.headers["Cache-Control"] == "no-store"
        assert text_of(answer).count("<h1") == 1 and "#people." not in text_of(answer)


# ---- details ---------------------------------------------------------------------------------------------------------

RIGHT = {"first_name": "Ria", "last_name": "Smit", "phone": "06-12345678", "language": "nl"}


@pytest.mark.parametrize(
    "name", ["Q", "O'Brien", "d'Haens-van 't Hoff", "李", "محمد", "Zoë’s", "<b>Jan</b>", "{{7*7}}", "x" * 100]
)
def test_any_name_is_kept_exactly_and_shown_inert(signed_in: Browser, engine: Engine, ria: Person, name: str) -> None:
    browser = signed_in(ria)
    assert post(browser, f"{ACCOUNT}/details", {**RIGHT, "first_name": name}).status_code == 303
    assert again(engine, Person, ria.id).first_name == name
    page = text_of(browser.get(ACCOUNT))
    assert "<b>Jan" not in page and "Dag 49" not in page


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("first_name", ""),
        ("first_name", "x" * 101),
        ("first_name", "een\x00twee"),
        ("first_name", "burgerservicenummer 111222333"),
        ("last_name", "x" * 10_000),
        ("phone", "12"),
        ("phone", "06 1234567x"),
        ("phone", "१२३४"),
        ("phone", "0612345678\r\n0687654321"),
        ("language", "xx1"),
        ("language", ""),
    ],
)
def test_what_cannot_be_kept_is_said_at_its_field_and_stays_there(
    signed_in: Browser, engine: Engine, ria: Person, field: str, typed: str
) -> None:
    answer = post(signed_in(ria), f"{ACCOUNT}/details", {**RIGHT, "last_name": "Anders", field: typed})
    page = text_of(answer)
    assert answer.status_code == 422
    assert f'id="{field}-error"' in page and f'href="#{field}"' in page
    if field != "language" and typed.isprintable():
        assert f'value="{typed}"' in page
    assert again(engine, Person, ria.id).last_name == "Smit"


def test_what_is_missing_is_named_at_its_field_and_in_the_list_on_top(signed_in: Browser, ria: Person) -> None:
    answer = post(signed_in(ria), f"{ACCOUNT}/details", {"language": "nl"})
    assert answer.status_code == 422 and text_of(answer).count("Vul dit in: Voornaam") == 2


def test_who_has_no_e_mail_address_must_stay_reachable(signed_in: Browser, engine: Engine) -> None:
    with rows(engine) as session:
        toos = factories.create_person(session, email=None, phone="+31742345678")
    answer = post(signed_in(toos), f"{ACCOUNT}/details", {**RIGHT, "phone": ""})
    assert answer.status_code == 422 and 'id="phone-error"' in text_of(answer)


def test_the_chosen_language_is_that_of_the_next_page(signed_in: Browser, engine: Engine, ria: Person) -> None:
    browser = signed_in(ria)
    post(browser, f"{ACCOUNT}/details", {**RIGHT, "language": "en"})
    assert "Hello Ria" in text_of(browser.get(ACCOUNT))
    assert again(engine, Person, ria.id).language == "en"


def test_an_address_can_be_taken_away(signed_in: Browser, engine: Engine, ria: Person) -> None:
    with rows(engine) as session:
        session.get_one(Person, ria.id).address = "Dorpsstraat 1"
    browser = signed_in(ria)
    assert "Dorpsstraat 1" in text_of(browser.get(f"{ACCOUNT}/details"))
    post(browser, f"{ACCOUNT}/address", page=f"{ACCOUNT}/details")
    assert again(engine, Person, ria.id).address == ""


def test_nothing_but_the_four_fields_can_be_changed(signed_in: Browser, engine: Engine, ria: Person) -> None:
    post(signed_in(ria), f"{ACCOUNT}/details", {**RIGHT, "email": "x@y.nl", "id": "7", "session_version": "9"})
    row = again(engine, Person, ria.id)
    assert (row.email, row.session_version) == ("ria@post.example", 1)


# ---- password and sessions -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("typed", ["", "kort", "Welkom2026!", "x" * 129, "12345678", "twee fietsen\x00 en een brug"])
def test_a_poor_password_is_refused_and_never_shown(
    signed_in: Browser, engine: Engine, ria: Person, typed: str
) -> None:
    answer = post(signed_in(ria), f"{ACCOUNT}/password", {"password": typed})
    page = text_of(answer)
    assert answer.status_code == 422 and 'id="password-error"' in page
    assert not typed or f'value="{typed}"' not in page
    assert again(engine, Person, ria.id).password_hash is None


def test_a_new_password_ends_all_other_sessions_and_lets_this_one_go_on(signed_in: Browser, ria: Person) -> None:
    here, elsewhere = signed_in(ria), signed_in(ria)
    assert post(here, f"{ACCOUNT}/password", {"password": PASSWORD}).status_code == 303
    assert here.get(ACCOUNT).status_code == 200
    assert elsewhere.get(ACCOUNT).status_code == 302


def test_signing_out_everywhere_ends_every_session(signed_in: Browser, ria: Person) -> None:
    here, elsewhere = signed_in(ria), signed_in(ria)
    answer = post(here, f"{ACCOUNT}/sign-out-everywhere", page=ACCOUNT)
    assert answer.headers["Location"] == f"{HERE}/sign-in"
    assert here.get(ACCOUNT).status_code == elsewhere.get(ACCOUNT).status_code == 302


# ---- who saw me ------------------------------------------------------------------------------------------------------


def test_everybody_who_saw_how_to_reach_me_stands_there_with_the_moment(
    signed_in: Browser, engine: Engine, here: Community, ria: Person
) -> None:
    with rows(engine) as session:
        marloes = factories.create_coordinator(session, here, first_name="Marloes", last_name="Nijhuis")
        record(session, actor=factories.actor_of(session, marloes), role=Role.COORDINATOR, action="contact_seen",
               subject="person", subject_id=ria.id, now=NOW, community_id=here.id)  # fmt: skip
    page = text_of(signed_in(ria).get(f"{ACCOUNT}/seen"))
    assert "Marloes, coördinator" in page and "dinsdag 24 november, 9:00" in page
    assert "Nijhuis" not in page
    assert "Nog niemand heeft gekeken" in text_of(signed_in(marloes).get(f"{ACCOUNT}/seen"))


# ---- mails -----------------------------------------------------------------------------------------------------------


def test_all_mails_stop_with_one_click_and_come_back_with_another(
    signed_in: Browser, engine: Engine, ria: Person
) -> None:
    browser, page = signed_in(ria), f"{ACCOUNT}/mails"
    for _twice in range(2):
        assert post(browser, f"{page}/stop", page=page).status_code == 303
    assert again(engine, Person, ria.id).no_messages_at is not None
    assert "U krijgt geen mails van ons" in text_of(browser.get(page))
    post(browser, f"{page}/resume", page=page)
    assert again(engine, Person, ria.id).no_messages_at is None


# ---- being forgotten -------------------------------------------------------------------------------------------------


def test_looking_at_the_page_erases_nobody(signed_in: Browser, engine: Engine, ria: Person) -> None:
    page = text_of(signed_in(ria).get(f"{ACCOUNT}/erase"))
    assert "Wat weggaat" in page and "Wat blijft" in page
    assert again(engine, Person, ria.id).erased_at is None


def test_who_is_erased_is_gone_signed_out_and_their_match_is_taken_back(
    signed_in: Browser, engine: Engine, here: Community, ria: Person
) -> None:
    with rows(engine) as session:
        request = factories.create_request(session, here, ria, state="matched")
        match = factories.create_match(session, request, state="agreed")
    browser = signed_in(ria)
    answer = post(browser, f"{ACCOUNT}/erase")
    assert answer.headers["Location"] == f"{HERE}/"
    assert "gewist" in text_of(browser.get(f"{HERE}/"))
    row = again(engine, Person, ria.id)
    assert (row.first_name, row.last_name, row.email, row.phone) == ("", "", None, None)
    assert again(engine, Match, match.id).state == "withdrawn"
    assert again(engine, HelpRequest, request.id).state == "withdrawn"
    assert browser.get(ACCOUNT).status_code == 302


def test_the_last_administrator_is_told_why_they_cannot_go_yet(
    signed_in: Browser, engine: Engine, here: Community, site: Flask
) -> None:
    with rows(engine) as session:
        bas = factories.create_administrator(session, here)
    browser = signed_in(bas)
    answer = post(browser, f"{ACCOUNT}/erase")
    stays = again(engine, Person, bas.id).erased_at is None
    assert answer.status_code == 303
    assert (answer.headers["Location"] == f"{ACCOUNT}/erase") == stays


def test_who_asks_for_somebody_does_not_read_that_somebodys_mail(
    signed_in: Browser, engine: Engine, here: Community, ria: Person
) -> None:
    with rows(engine) as session:
        owner = factories.create_person(session, first_name="Dina", email="dina@post.example")
        typed = factories.create_person(session, first_name="Dina", email="dina@post.example", email_confirmed_at=None)
        request = factories.create_request(
            session, here, typed, asker_id=ria.id, relation="neighbour", leaves_choice=True, confirmed_at=None
        )
    browser = signed_in(ria)
    page = text_of(browser.get(ACCOUNT))
    link = page.split(f'href="{HERE}/r/', 1)[1].split('"', 1)[0]
    for step in ("mine", "address"):
        post(browser, f"{HERE}/r/{link}/{step}", {"address": "Dorpsstraat 1"}, page=ACCOUNT)
    assert again(engine, HelpRequest, request.id).confirmed_at is None
    assert again(engine, HelpRequest, request.id).resident_id == typed.id
    assert again(engine, Person, owner.id).address == ""
