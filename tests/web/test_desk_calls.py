"""The call list and the signals: whom to call, what to say, and what came out of it."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Engine

from models.tables import Call
from tests import factories
from tests.factories import TODAY
from tests.web import desk as desks
from tests.web.desk import Browser, Desk
from tests.web.walking import nl, rows, text_of


@pytest.fixture
def desk(engine: Engine, signed_in: Browser) -> Desk:
    return desks.open_desk(engine, signed_in)


def _proposal(desk: Desk, **columns: Any) -> tuple[Call, Any]:
    match = desk.match(desk.request(), desk.ria, "approved")
    with rows(desk.engine) as session:
        call = factories.create_call(
            session, desk.community, desk.person_of(desk.ria), params={"match_id": match.id}, **columns
        )
    return call, match


def _out(desk: Desk, call: Call, outcome: str, note: str = "") -> Any:
    return desk.press(f"/calls/{call.id}", {"outcome": outcome, "note": note}, page="/calls")


def test_an_empty_call_list_says_so(desk: Desk) -> None:
    assert nl("Nobody to call") in desk.read("/calls")


def test_who_is_up_is_shown_with_number_and_what_to_say(desk: Desk) -> None:
    _proposal(desk)
    page = desk.read("/calls")
    assert "Ria Stoel" in page and "074 245 1111" in page
    assert "Iemand wil graag gezelschap" in page  # what the mail would have said, in a few sentences
    assert nl("Gets no e-mail") in page


def test_that_the_number_was_seen_is_written_down_once(desk: Desk) -> None:
    _proposal(desk)
    desk.read("/calls")
    desk.read("/calls")
    assert desk.looks(desk.person_of(desk.ria)) == [desk.marieke.id]


def test_only_the_one_who_is_up_shows_a_number(desk: Desk) -> None:
    _proposal(desk)
    with rows(desk.engine) as session:
        truus = factories.create_person(session, first_name="Truus", email=None, phone="+31742452222")
        later = factories.create_call(session, desk.community, truus, about="request_open")
    page = desk.read("/calls")
    assert "Truus" in page and "074 245 2222" not in page
    assert "074 245 2222" in desk.read(f"/calls?call={later.id}")
    assert desk.looks(truus) == [desk.marieke.id]


def test_a_yes_on_the_phone_asks_the_resident(desk: Desk) -> None:
    call, match = _proposal(desk)
    page = text_of(_out(desk, call, "yes"))
    assert nl("Written down: %(name)s says yes.", name="Ria") in page
    assert desk.again(match).state == "accepted_by_volunteer"
    assert desk.told(desk.dina) == ["proposal_resident"]
    assert desk.again(call).done_by == desk.marieke.id


def test_a_no_needs_its_reason_and_keeps_the_page(desk: Desk) -> None:
    call, match = _proposal(desk)
    answer = _out(desk, call, "no")
    assert answer.status_code == 422 and "Schrijf op wat er is gezegd." in text_of(answer)
    _out(desk, call, "no", "Te ver fietsen.")
    assert desk.again(match).state == "declined" and desk.again(match).reason == "Te ver fietsen."


def test_nobody_answering_leaves_the_call_and_puts_it_last(desk: Desk) -> None:
    call, _match = _proposal(desk)
    with rows(desk.engine) as session:
        truus = factories.create_person(session, first_name="Truus", email=None, phone="+31742452222")
        factories.create_call(session, desk.community, truus, about="request_open", due_on=TODAY)
    page = text_of(_out(desk, call, "no_answer", "Voicemail."))
    assert "074 245 2222" in page  # the next is up
    assert nl("Was called already") in page
    assert desk.again(call).done_at is None
    assert "Voicemail." in desk.read(f"/calls?call={call.id}")


@pytest.mark.parametrize(("said", "signals"), [("good", 0), ("not_good", 1), ("call_me", 1)])
def test_how_it_went_is_written_down_and_a_worry_becomes_a_signal(desk: Desk, said: str, signals: int) -> None:
    match = desk.match(desk.request("matched"), desk.yusuf, "active")
    with rows(desk.engine) as session:
        meeting = factories.create_appointment(session, match)
        check_in = factories.create_check_in(session, meeting, desk.dina)
        call = factories.create_call(
            session, desk.community, desk.dina, about="check_in", params={"check_in_id": check_in.id}
        )
    _out(desk, call, said, "Zo ging het.")
    assert desk.again(check_in).answer == said and desk.again(check_in).recorded_by == desk.marieke.id
    page = desk.read("/signals")
    assert ("Zo ging het." in page) == bool(signals)


def test_plain_news_is_told(desk: Desk) -> None:
    asked = desk.request()
    with rows(desk.engine) as session:
        call = factories.create_call(
            session, desk.community, desk.dina, about="request_open", params={"request_id": asked.id}
        )
    assert nl("%(name)s is told.", name="Dina") in text_of(_out(desk, call, "told"))
    assert desk.again(call).outcome == "told"


@pytest.mark.parametrize("odd", ["", "maybe", "yes' OR 1=1"])
def test_an_outcome_that_does_not_exist_changes_nothing(desk: Desk, odd: str) -> None:
    call, match = _proposal(desk)
    answer = _out(desk, call, odd, "Iets.")
    assert answer.status_code == 422 and "Iets." in text_of(answer)
    assert desk.again(match).state == "approved"


def test_a_colleague_called_already(desk: Desk) -> None:
    call, match = _proposal(desk)
    desk.press(f"/calls/{call.id}", {"outcome": "yes"}, page="/calls", who=desk.joost)
    page = text_of(_out(desk, call, "no", "Toch niet."))
    assert nl("A colleague has made this call already.") in page
    assert desk.again(match).state == "accepted_by_volunteer"


def test_what_was_overtaken_is_not_on_the_list(desk: Desk) -> None:
    _call, match = _proposal(desk)
    with rows(desk.engine) as session:
        session.get_one(type(match), match.id).state = "withdrawn"
    assert nl("Nobody to call") in desk.read("/calls")


def test_what_is_due_tomorrow_waits_till_tomorrow(desk: Desk) -> None:
    _proposal(desk, due_on=TODAY + timedelta(days=1))
    assert nl("Nobody to call") in desk.read("/calls")


def test_calls_and_signals_of_another_community_do_not_exist_here(desk: Desk) -> None:
    with rows(desk.engine) as session:
        person = factories.create_person(session, first_name="Sjoukje", phone="+31513123456")
        call = factories.create_call(session, desk.elsewhere, person, about="request_open")
        signal = factories.create_signal(session, desk.elsewhere)
    assert "Sjoukje" not in desk.read(f"/calls?call={call.id}")
    assert desk.press(f"/calls/{call.id}", {"outcome": "told"}).status_code == 404
    assert desk.press(f"/signals/{signal.id}").status_code == 404
    assert desk.again(call).done_at is None and desk.again(signal).handled_at is None


# ---- signals ---------------------------------------------------------------------------------------------------------


def test_no_signals_is_good_news(desk: Desk) -> None:
    assert nl("No signals") in desk.read("/signals")


def test_a_worry_shows_what_was_told_and_whom_to_call_and_stays_private(desk: Desk) -> None:
    match = desk.match(desk.request("matched"), desk.yusuf, "active")
    with rows(desk.engine) as session:
        factories.create_signal(session, desk.community, kind="declined", request_id=match.request_id)
        factories.create_signal(
            session, desk.community, kind="not_good", person_id=desk.dina.id, match_id=match.id,
            request_id=match.request_id, note="Hij rookte binnen.",
        )  # fmt: skip
    page = desk.read("/signals")
    assert page.index("Hij rookte binnen.") < page.index(nl("Somebody said no: who is next?"))
    assert "06 12345678" in page
    assert nl("This is private: the other of the two does not know of it.") in page
    assert f"/matches/{match.id}" in page
    assert desk.looks(desk.dina) == [desk.marieke.id]


def test_a_handled_signal_leaves_the_list_and_keeps_what_was_done(desk: Desk) -> None:
    with rows(desk.engine) as session:
        signal = factories.create_signal(session, desk.community, kind="declined", note="")
    desk.press(f"/signals/{signal.id}", {"note": "Ria gevraagd."}, page="/signals")
    desk.press(f"/signals/{signal.id}", {"note": "Nog eens."}, page="/signals")
    handled = desk.again(signal)
    assert handled.handled_by == desk.marieke.id and handled.note == "Ria gevraagd."
    assert nl("No signals") in desk.read("/signals")


def test_a_note_that_is_too_long_is_kept_and_explained(desk: Desk) -> None:
    with rows(desk.engine) as session:
        signal = factories.create_signal(session, desk.community)
    answer = desk.press(f"/signals/{signal.id}", {"note": "lang " * 300}, page="/signals")
    assert answer.status_code == 422 and "lang lang" in text_of(answer)
    assert desk.again(signal).handled_at is None
