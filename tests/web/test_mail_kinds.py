"""Stopping one kind of mail: with the link in it, from the mail program itself, and on one's own page."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine
from sqlmodel import Session, select

from models.mail_kinds import MailKind
from models.messages.facts import MESSAGES
from models.messages.rendering import Rendered, Skip, render
from models.operations import joining
from models.tables import AuditEntry, Community, OutboxMessage, Person, Volunteer
from models.tokens import Tokens
from tests import factories
from tests.factories import NOW
from tests.models import mailbox
from tests.web import walking
from tests.web.conftest import post, token_for, token_of
from tests.web.walking import HERE, nl, rows, text_of

MAILS = f"{HERE}/account/mails"
ONE_CLICK = {"List-Unsubscribe": "One-Click"}
SINCE = {"day_before": "no_day_before_at", "unanswered": "no_unanswered_at"}


@pytest.fixture(autouse=True)
def here(engine: Engine) -> Community:
    return walking.two_communities(engine)[0]


@pytest.fixture
def ria(engine: Engine, here: Community) -> Person:
    """A volunteer who is reached by mail."""
    with rows(engine) as session:
        person = factories.create_person(session, first_name="Ria", email="ria@post.example")
        factories.create_volunteer(session, here, person, wants_digest=True)
        return person


@pytest.fixture
def link(site: Flask, here: Community) -> Callable[..., str]:
    """Give the address in a mail of some kind to somebody."""
    tokens: Tokens = site.extensions["noaber"].tokens

    def made(person: Person, kind: str, community: Community = here) -> str:
        return f"{HERE}/mails/{tokens.mail_kind(person.id or 0, community.id or 0, kind)}"

    return made


def gets(engine: Engine, person: Person, kind: str) -> bool:
    with Session(engine) as session:
        if kind == "weekly":
            return session.exec(select(Volunteer.wants_digest).where(Volunteer.person_id == person.id)).one()
        return getattr(session.get_one(Person, person.id), SINCE[kind]) is None


def lines(engine: Engine) -> list[tuple[str, str | None, int | None]]:
    with Session(engine) as session:
        found = select(AuditEntry).where(AuditEntry.action.startswith("mail_kind")).order_by(AuditEntry.id)  # type: ignore[attr-defined,arg-type]
        return [(line.action, line.after, line.actor_id) for line in session.exec(found)]


# ---- the link in the mail --------------------------------------------------------------------------------------------


def test_the_mail_before_an_appointment_leads_to_where_it_is_stopped(
    client: FlaskClient, engine: Engine, here: Community, ria: Person, site: Flask
) -> None:
    with rows(engine) as session:
        offer = session.exec(select(Volunteer).where(Volunteer.person_id == ria.id)).one()
        match = factories.create_match(session, factories.create_request(session, here), offer, state="active")
        row = factories.create_outbox_message(
            session, session.get_one(Person, ria.id), name="appointment_reminder", community_id=here.id
        )
        row.params = {"appointment_id": factories.create_appointment(session, match).id}

    def made() -> Rendered:
        with Session(engine) as session:
            message = session.get_one(OutboxMessage, row.id)
            return render(session, message, settings=site.extensions["noaber"].settings, now=NOW)

    mail = made()
    page = mail.fewer_url.removeprefix("http://localhost")
    assert mail.fewer_url in mail.text and f'href="{mail.fewer_url}"' in mail.html
    assert page.split("/")[-1] in mail.secrets  # kept nowhere
    assert "U krijgt een mail op de dag voor een afspraak." in text_of(client.get(page))
    post(client, page, {"wants": "0"}, page=page)
    with pytest.raises(Skip, match="not_wanted"):
        made()
    assert "U krijgt geen mail op de dag voor een afspraak" in text_of(client.get(page))
    with Session(engine) as session:
        assert session.get_one(Person, ria.id).no_messages_at is None


@pytest.mark.parametrize("kind", list(MailKind))
def test_one_button_stops_it_and_the_next_one_brings_it_back(
    client: FlaskClient, engine: Engine, ria: Person, link: Callable[..., str], kind: str
) -> None:
    page = link(ria, kind)
    for wants in ("0", "0", "1", "1"):
        answer = post(client, page, {"wants": wants}, page=page)
        assert answer.status_code == 303 and answer.headers["Location"] == page
        assert gets(engine, ria, kind) == (wants == "1")
        said = "Vanaf nu krijgt u deze mail weer" if wants == "1" else "U krijgt deze mail niet meer"
        assert said in text_of(client.get(page))
    assert [gets(engine, ria, other) for other in MailKind] == [True, True, True]
    assert lines(engine) == [("mail_kind_stopped", kind, ria.id), ("mail_kind_resumed", kind, ria.id)]


@pytest.mark.parametrize("kind", list(MailKind))
def test_opening_the_link_stops_nothing_for_mail_programs_open_links_too(
    client: FlaskClient, engine: Engine, ria: Person, link: Callable[..., str], kind: str
) -> None:
    assert client.get(link(ria, kind)).status_code == client.head(link(ria, kind)).status_code == 200
    assert gets(engine, ria, kind) and lines(engine) == []


@pytest.mark.parametrize("kind", list(MailKind))
def test_who_stopped_all_mails_is_not_told_that_this_one_comes(
    client: FlaskClient, engine: Engine, ria: Person, link: Callable[..., str], kind: str
) -> None:
    page = link(ria, kind)
    token = token_of(client.get(page))
    with rows(engine) as session:
        session.get_one(Person, ria.id).no_messages_at = NOW
    client.post(page, data={"wants": "1", "csrf_token": token})  # a page that stood open
    said = text_of(client.get(page))
    assert nl("You get no mails from us. If there is something to tell, we call you.") in said
    assert nl("From now on you get this mail again.") not in said and nl("Mail me this again") not in said
    assert nl("Stop this mail") not in said and f'href="{MAILS}"' in said


# ---- the mail program's own button (RFC 8058) ------------------------------------------------------------------------


@pytest.mark.parametrize("kind", list(MailKind))
@pytest.mark.parametrize("encoding", ["application/x-www-form-urlencoded", "multipart/form-data"])
def test_the_mail_program_stops_it_without_cookie_or_page_and_is_not_sent_elsewhere(
    client: FlaskClient, engine: Engine, ria: Person, link: Callable[..., str], kind: str, encoding: str
) -> None:
    # The second time with the end of a line, as some programs write it.
    for said in ("One-Click", "One-Click\r\n"):
        answer = client.post(link(ria, kind), data={"List-Unsubscribe": said}, content_type=encoding)
        assert answer.status_code == 200 and answer.mimetype == "text/plain" and "Set-Cookie" not in answer.headers
    assert not gets(engine, ria, kind)
    assert lines(engine) == [("mail_kind_stopped", kind, ria.id)]


def test_what_is_no_such_request_needs_the_token_of_our_page(
    client: FlaskClient, engine: Engine, ria: Person, link: Callable[..., str]
) -> None:
    for sent in ({}, {"wants": "0"}, {"List-Unsubscribe": "Yes"}, {"wants": "0", "csrf_token": "x"}):
        assert client.post(link(ria, "weekly"), data=sent).status_code == 400
    assert gets(engine, ria, "weekly")


# ---- links that lead nowhere -----------------------------------------------------------------------------------------


def _cut(address: str) -> str:
    return address[:-1]


def _changed(address: str) -> str:
    return re.sub("/mails/.", "/mails/X", address)


@pytest.mark.parametrize("spoil", [_cut, _changed, lambda a: a + "A" * 500, lambda _a: f"{HERE}/mails/x"])
def test_a_link_that_we_did_not_make_says_so_kindly(
    client: FlaskClient, engine: Engine, ria: Person, link: Callable[..., str], spoil: Callable[[str], str]
) -> None:
    page = spoil(link(ria, "day_before"))
    answer = client.get(page)
    assert answer.status_code == 404 and "Deze link werkt niet meer" in text_of(answer)
    assert client.post(page, data=ONE_CLICK).status_code == 404
    assert gets(engine, ria, "day_before")


def test_a_link_of_another_community_an_unknown_kind_and_another_purpose_lead_nowhere(
    client: FlaskClient, engine: Engine, ria: Person, link: Callable[..., str], site: Flask
) -> None:
    with rows(engine) as session:
        other = factories.create_community(session)
    tokens: Tokens = site.extensions["noaber"].tokens
    for address in (
        link(ria, "day_before", other),
        link(ria, "everything"),
        f"{HERE}/mails/{tokens.request_link(ria.id or 0, 1)}",
        f"{HERE}/mails/{tokens.mail_kind(2**40, 1, 'weekly')}",
        f"{HERE}/mails/{tokens.mail_kind(-1, 1, 'weekly')}",
    ):
        assert client.get(address).status_code == client.post(address, data=ONE_CLICK).status_code == 404
    assert gets(engine, ria, "day_before")


def test_who_was_erased_or_stopped_helping_has_no_such_mail_any_more(
    client: FlaskClient, engine: Engine, here: Community, link: Callable[..., str], ria: Person
) -> None:
    with rows(engine) as session:
        gone = factories.create_person(session, erased_at=NOW, email=None, first_name="")
        session.exec(select(Volunteer).where(Volunteer.person_id == ria.id)).one().state = "left"
    for address in (link(gone, "day_before"), link(ria, "weekly")):
        assert client.get(address).status_code == client.post(address, data=ONE_CLICK).status_code == 404
    assert client.get(link(ria, "day_before")).status_code == 200


# ---- one's own page --------------------------------------------------------------------------------------------------


def test_each_kind_has_a_switch_of_its_own_on_the_page_of_mails(
    signed_in: Callable[[Person], FlaskClient], engine: Engine, ria: Person
) -> None:
    browser = signed_in(ria)
    for kind in MailKind:
        post(browser, f"{MAILS}/{kind}", {"wants": "0"}, page=MAILS)
        assert not gets(engine, ria, kind)
    page = text_of(browser.get(MAILS))
    assert page.count("Mail mij dit weer") == 3
    post(browser, f"{MAILS}/weekly", {"wants": "1", "next": f"{HERE}/volunteer"}, page=MAILS)
    assert gets(engine, ria, "weekly")


def test_a_resident_is_not_asked_about_a_weekly_mail_and_nobody_is_sent_elsewhere(
    signed_in: Callable[[Person], FlaskClient], engine: Engine
) -> None:
    with rows(engine) as session:
        dien = factories.create_person(session, first_name="Dien", email="dien@post.example")
    browser = signed_in(dien)
    assert "Elke week" not in text_of(browser.get(MAILS))
    assert post(browser, f"{MAILS}/weekly", {"wants": "0"}).status_code == 404
    assert browser.post(f"{MAILS}/everything", data={"csrf_token": token_for(browser)}).status_code == 404
    answer = post(browser, f"{MAILS}/day_before", {"wants": "0", "next": "https://evil.example"}, page=MAILS)
    assert answer.headers["Location"] == MAILS


# ---- what goes with it -----------------------------------------------------------------------------------------------


def test_only_what_nobody_misses_can_be_stopped() -> None:
    kinds: dict[str, Any] = {name: made.kind for name, made in MESSAGES.items() if made.kind}
    assert {"digest": "weekly", "appointment_reminder": "day_before"}.items() <= kinds.items()
    assert {name for name, kind in kinds.items() if kind == "unanswered"} == {
        name for name in MESSAGES if name.endswith("_reminder")
    } - {"appointment_reminder"}


def test_what_was_stopped_stays_so_for_who_turns_out_to_be_known_already(any_session: Session, here: Community) -> None:
    session, town = any_session, factories.create_community(any_session)
    owner, typed = mailbox.owner(session), mailbox.typed(session, no_unanswered_at=NOW)
    factories.create_request(session, town, typed)
    assert mailbox.come_in(session, town) is owner
    assert (owner.no_unanswered_at, owner.no_day_before_at, typed.no_unanswered_at) == (NOW, None, None)


def test_the_link_of_who_turned_out_to_be_known_already_is_theirs(
    client: FlaskClient, engine: Engine, here: Community, link: Callable[..., str]
) -> None:
    with rows(engine) as session:
        owner, typed = mailbox.owner(session), mailbox.typed(session)
        factories.create_request(session, here, typed)
        joining.confirm(session, owner, now=NOW)
        session.flush()
        assert session.get_one(Person, typed.id).joined_id == owner.id
    assert client.post(link(typed, "unanswered"), data=ONE_CLICK).status_code == 200
    assert not gets(engine, owner, "unanswered")
