"""The resident and the volunteer together: reaching each other, appointments, messages, how it went, and the end."""

from datetime import datetime

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine
from sqlmodel import select

from models.states import MatchState, RequestState
from models.tables import (
    Appointment,
    AuditEntry,
    CheckIn,
    Community,
    HelpRequest,
    Match,
    MeetingPlace,
    OutboxMessage,
    PairMessage,
    Signal,
)
from tests import factories
from tests.factories import NOW
from tests.web import walking
from tests.web.conftest import post
from tests.web.together import NEXT_WEEK, Together
from tests.web.walking import nl, rows, text_of


@pytest.fixture
def here(engine: Engine) -> Community:
    return walking.two_communities(engine)[0]


@pytest.fixture
def two(site: Flask, engine: Engine, here: Community) -> Together:
    return Together(site, engine, here)


@pytest.fixture
def running(site: Flask, engine: Engine, here: Community) -> Together:
    return Together(site, engine, here, state="active")


# ---- reaching each other ---------------------------------------------------------------------------------------------


def test_a_look_at_the_phone_number_is_written_down_once_a_day(client: FlaskClient, two: Together) -> None:
    for _look in range(3):
        assert "06 11112222" in text_of(client.get(two.page))
    looks = [entry for entry in two.all(AuditEntry) if entry.action == "contact_seen"]
    assert [(look.actor_id, look.subject_id) for look in looks] == [(two.resident.id, two.helper.id)]


def test_the_resident_reads_who_saw_their_details(client: FlaskClient, two: Together) -> None:
    assert "Nog niemand." in text_of(client.get(two.page))
    with rows(two.engine) as session:
        session.add(
            AuditEntry(at=NOW, community_id=two.here.id, actor_id=two.helper.id, actor_kind="volunteer",
                       action="contact_seen", subject="person", subject_id=two.resident.id)
        )  # fmt: skip
    assert "<li>Yusuf, dinsdag 24 november, 9:00</li>" in text_of(client.get(two.page))


def test_the_address_is_given_only_now_and_never_shown_back(client: FlaskClient, two: Together) -> None:
    post(client, f"{two.link}/address", {"address": "Dorpsstraat 1, Hengelo"})
    assert two.now(two.resident).address == "Dorpsstraat 1, Hengelo"
    assert "Dorpsstraat 1" in text_of(client.get(two.link))  # said back once, to be checked
    assert "Dorpsstraat 1" not in text_of(client.get(two.link)) + text_of(client.get(two.page))
    for wrong in ("", "x" * 301, "BSN 111222333"):
        answer = post(client, f"{two.link}/address", {"address": wrong})
        assert answer.status_code == 422 and 'href="#address"' in text_of(answer)


def test_nobody_is_asked_for_an_address_before_somebody_comes(
    client: FlaskClient, site: Flask, engine: Engine, here: Community
) -> None:
    waiting = Together(site, engine, here, state="accepted_by_volunteer")
    assert client.get(f"{waiting.link}/address").headers["Location"] == waiting.link
    token_page = waiting.link
    answer = post(client, f"{waiting.link}/address", {"address": "Dorpsstraat 1"}, page=token_page)
    assert answer.status_code == 303 and waiting.now(waiting.resident).address == ""


# ---- messages --------------------------------------------------------------------------------------------------------


def test_they_write_to_each_other_without_addresses(client: FlaskClient, two: Together) -> None:
    with rows(two.engine) as session:
        factories.create_pair_message(session, two.match, two.helper, body="Zal ik de auto <meenemen>?")
    page = text_of(client.get(two.page))
    assert "Zal ik de auto &lt;meenemen&gt;?" in page
    answer = post(client, f"{two.page}/message", {"body": "Graag!\nTot dan 👋"}, page=two.page)
    assert answer.headers["Location"] == f"{two.page}#messages"
    first, second = two.all(PairMessage)
    assert first.read_at is not None
    assert (second.sender_id, second.body) == (two.resident.id, "Graag!\nTot dan 👋")
    told = [m for m in two.all(OutboxMessage) if m.name == "pair_message"]
    assert [m.recipient_id for m in told] == [two.helper.id]


@pytest.mark.parametrize("body", ["", "  ", "x" * 2001, "a\0b", "Mijn BSN is 111222333"])
def test_a_message_that_cannot_be_sent_stays_in_the_box(client: FlaskClient, two: Together, body: str) -> None:
    answer = post(client, f"{two.page}/message", {"body": body}, page=two.page)
    page = text_of(answer)
    assert answer.status_code == 422 and 'href="#body"' in page
    assert body.replace("\0", "") in page.replace("\0", "")
    assert two.all(PairMessage) == []


def test_too_many_messages_wait_with_what_was_typed(client: FlaskClient, two: Together) -> None:
    with rows(two.engine) as session:
        for n in range(30):
            factories.create_pair_message(session, two.match, two.resident, body=f"{n}", created_at=NOW)
    answer = post(client, f"{two.page}/message", {"body": "Nog een"}, page=two.page)
    assert answer.status_code == 429 and "Nog een</textarea>" in text_of(answer)
    assert "Schrijf weer na dinsdag 24 november, 10:00" in text_of(answer)


# ---- how it went -----------------------------------------------------------------------------------------------------


def _asked(two: Together) -> CheckIn:
    yesterday = {"starts_at": datetime(2026, 11, 23, 14), "ends_at": datetime(2026, 11, 23, 16), "state": "confirmed"}
    appointment = two.appointment(planned_by=two.helper.id, **yesterday)
    with rows(two.engine) as session:
        return factories.create_check_in(session, appointment, two.resident)


@pytest.mark.parametrize("said", ["good", "not_good", "call_me"])
def test_how_it_went_is_one_tap(client: FlaskClient, running: Together, said: str) -> None:
    check_in = _asked(running)
    assert "Hoe ging het met Yusuf?" in text_of(client.get(running.link))
    url = f"{running.page}/check-in/{check_in.id}"
    assert text_of(client.get(url)).count('name="answer"') == 3
    assert post(client, url, {"answer": said, "note": "Hij was lief."}).status_code == 303
    opened_again = text_of(client.get(url))
    assert (
        nl("You told us: %(answer)s.", answer=nl({"good": "Good", "not_good": "Not good", "call_me": "Call me"}[said]))
        in opened_again
    )
    row = running.now(check_in)
    assert (row.answer, row.note) == (said, "Hij was lief.")
    signals = [signal.kind for signal in running.all(Signal)]
    assert signals == ([] if said == "good" else [said])
    assert "Hoe ging het met Yusuf?" not in text_of(client.get(running.link))


def test_a_good_single_visit_completes_the_match(
    client: FlaskClient, site: Flask, engine: Engine, here: Community
) -> None:
    when = {"kind": "once", "start": "2026-11-23T14:00", "end": "2026-11-23T16:00"}
    two = Together(site, engine, here, state="active", when=when)
    answer = post(client, f"{two.page}/check-in/{_asked(two).id}", {"answer": "good"})
    assert answer.headers["Location"] == two.link  # there is no page of the two any more
    assert two.now(two.request).state == RequestState.FULFILLED
    assert "De hulp is klaar." in text_of(client.get(two.link))


def test_an_answer_that_does_not_exist_is_refused(client: FlaskClient, running: Together) -> None:
    check_in = _asked(running)
    answer = post(client, f"{running.page}/check-in/{check_in.id}", {"answer": "great", "note": "x" * 10})
    assert answer.status_code == 422 and running.now(check_in).answer is None


def test_what_the_volunteer_was_asked_is_not_for_the_resident(client: FlaskClient, running: Together) -> None:
    appointment = running.appointment(state="done")
    with rows(running.engine) as session:
        theirs = factories.create_check_in(session, appointment, running.helper, answer="not_good", note="Het rook.")
    assert client.get(f"{running.page}/check-in/{theirs.id}").status_code == 404
    assert "Het rook." not in text_of(client.get(running.page)) + text_of(client.get(running.link))


# ---- the end ---------------------------------------------------------------------------------------------------------


def test_thanks_and_finished(client: FlaskClient, running: Together) -> None:
    post(client, f"{running.page}/complete", {"thanks": "Dank je wel, Yusuf!", "hours": "4"})
    match = running.now(running.match)
    assert (match.state, match.thanks, match.hours) == (MatchState.COMPLETED, "Dank je wel, Yusuf!", 0)
    assert running.now(running.request).state == RequestState.FULFILLED


@pytest.mark.parametrize(("still", "state"), [("yes", RequestState.OPEN), ("no", RequestState.WITHDRAWN)])
def test_stopping_kindly(client: FlaskClient, two: Together, still: str, state: str) -> None:
    post(client, f"{two.page}/stop", {"why": "no_click", "note": "Te druk.", "still": still})
    match = two.now(two.match)
    assert (match.state, match.reason) == (MatchState.FAILED, "Het klikt niet tussen ons. Te druk.")
    assert two.now(two.request).state == state
    assert client.get(two.page).headers["Location"] == two.link


def test_stopping_asks_both_questions(client: FlaskClient, two: Together) -> None:
    answer = post(client, f"{two.page}/stop", {})
    page = text_of(answer)
    assert answer.status_code == 422
    assert 'href="#why-0"' in page and 'href="#still-0"' in page
    assert two.now(two.match).state == MatchState.AGREED


def test_a_first_meeting_at_a_meeting_place(client: FlaskClient, two: Together, engine: Engine) -> None:
    with rows(engine) as session:
        place = factories.create_meeting_place(session, two.here, name="De Brink")
        other = session.exec(select(Community).where(Community.slug == "heerenveen")).one()
        foreign: MeetingPlace = factories.create_meeting_place(session, other)
    url = f"{two.page}/first-place"
    assert post(client, url, {"place": str(foreign.id)}).status_code == 422
    assert post(client, url, {"place": "999999999999999999999"}).status_code == 422
    post(client, url, {"place": str(place.id)})
    assert two.now(two.match).meeting_place_id == place.id
    assert "De Brink" in text_of(client.get(two.page))


def test_after_the_end_every_step_leads_back_to_the_request(
    client: FlaskClient, site: Flask, engine: Engine, here: Community
) -> None:
    ended = Together(site, engine, here, state="failed")
    for path in ("", "/plan", "/first-place", "/complete", "/stop"):
        assert client.get(f"{ended.page}{path}").headers["Location"] == ended.link
    assert "Deze koppeling is gestopt." in text_of(client.get(ended.link))
    late = post(client, f"{ended.page}/plan", NEXT_WEEK, page=ended.link)
    assert late.headers["Location"] == ended.link and ended.all(Appointment) == []


def test_for_who_asked_for_somebody_else_home_is_that_persons(
    client: FlaskClient, site: Flask, engine: Engine, here: Community
) -> None:
    two = Together(site, engine, here, state="active")
    with rows(engine) as session:
        daughter = factories.create_person(session, first_name="Anna")
        row = session.get(HelpRequest, two.request.id)
        match = session.get(Match, two.match.id)
        assert row is not None and match is not None
        row.asker_id = row.contact_id = daughter.id
        session.add(row)
        factories.create_appointment(session, match, planned_by=two.helper.id)
    assert "Bij Dien thuis" in text_of(client.get(two.page))
