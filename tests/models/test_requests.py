"""Help requests after they were sent: triage, questions, a rest, an end; and what the resident hears of it."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlmodel import Session, select

from models.errors import Invalid, NotAllowed, StaleState
from models.operations import matches, proposals, requests
from models.operations.transitions import number_touched
from models.tables import AuditEntry, HelpRequest, OutboxMessage
from tests import factories
from tests.factories import NOW, TODAY
from tests.models.cast import Cast, gather, log, signals, to_call, told, writes

SUMMARY = "Iemand van in de tachtig wil op dinsdagmiddag mee naar het ziekenhuis."


@pytest.fixture
def cast(session: Session) -> Cast:
    return gather(session)


def _publish(cast: Cast, request: HelpRequest, summary: str = SUMMARY, **changes: Any) -> None:
    values = {"kinds": ["hospital-escort"], "urgency": "normal", **changes}
    requests.publish(cast.session, request, summary=summary, actor=cast.actors["coordinator"], now=NOW, **values)


# ---- publish ----


def test_a_coordinator_publishes_with_a_summary_and_the_resident_is_told(cast: Cast) -> None:
    request = cast.request("submitted", kinds=[])
    _publish(cast, request, kinds=["hospital-escort", "transport", "transport"], urgency="high", people_wanted=2)
    assert (request.state, request.summary, request.opened_at) == ("open", SUMMARY, NOW)
    assert (request.kinds, request.urgency, request.people_wanted) == (["hospital-escort", "transport"], "high", 2)
    assert request.answered_at == NOW
    assert told(cast.session, cast.resident) == ["request_open"]
    assert log(cast.session) == [("coordinator", "request_open", "submitted", "open")]


@pytest.mark.parametrize(
    "summary",
    [
        "Dina wil mee naar de markt.",
        "dina wil mee",
        "DINA wil mee",
        "Wie gaat met Dína mee?",
        "Mevrouw Haverkamp wil mee.",
        "Haverkamps is het niet, Haverkamp wel.",
        "Marleen vraagt het voor haar moeder.",
        "Vraag van mevrouw Stoel.",
    ],
)
def test_a_name_in_a_summary_is_stopped(cast: Cast, summary: str) -> None:
    request = cast.request("submitted")
    with writes(cast.session) as written, pytest.raises(Invalid) as refusal:
        _publish(cast, request, summary)
    assert (refusal.value.field, refusal.value.code) == ("summary", "summary_name")
    assert not written


@pytest.mark.parametrize(
    ("first", "last", "summary", "stopped"),
    [
        ("Jo", "", "Jo wil wandelen.", True),
        ("Jo", "", "Een project met jo-jo's.", False),
        ("An", "van der Berg", "Wandelen met iemand van de kerk.", False),
        ("An", "van der Berg", "Bij mevrouw van der Berg.", True),
        ("An", "d'Haens-van 't Hoff", "Bij familie Haens.", True),
        ("An", "d'Haens-van 't Hoff", "Bij de familie 't Hof.", False),
        ("A", "", "Een wandeling, a.u.b.", False),
        ("Anne Marie", "", "Marie wil wandelen.", True),
        ("李", "", "李さん wil wandelen.", True),
        ("محمد", "", "Wandelen met محمد graag.", True),
        ("Chloë", "", "Chloe wil wandelen.", True),
    ],
)
def test_names_are_found_as_neighbours_would_know_them(
    cast: Cast, first: str, last: str, summary: str, stopped: bool
) -> None:
    resident = factories.create_person(cast.session, first_name=first, last_name=last)
    request = factories.create_request(cast.session, cast.community, resident, state="submitted")
    if stopped:
        with pytest.raises(Invalid):
            _publish(cast, request, summary)
    else:
        _publish(cast, request, summary)


@pytest.mark.parametrize(
    "summary",
    [
        "Bel 06 12345678.",
        "Bel 06.12.34.56.78.",
        "Bel (074) 123 45 67.",
        "Mail naar d.haver@post.example.",
        "Woont op 7551 AB.",
        "Woont op 7551ab.",
        "Woont op 7551 ab.",
    ],
)
def test_a_way_to_reach_somebody_in_a_summary_is_stopped(cast: Cast, summary: str) -> None:
    with pytest.raises(Invalid) as refusal:
        _publish(cast, cast.request("submitted"), summary)
    assert refusal.value.code == "summary_contact"


@pytest.mark.parametrize(
    "summary",
    [
        "Op 24-11-2026 van 13:30 tot 15:30 uur.",
        "In 2026 is het 10 jaar geleden; sinds 1990 op dezelfde plek.",
        "Wie kan 2x per week 20 minuten wandelen?",
        "De kosten waren 1200 euro.",
    ],
)
def test_dates_years_and_amounts_are_no_way_to_reach_anybody(cast: Cast, summary: str) -> None:
    request = cast.request("submitted")
    _publish(cast, request, summary)
    assert request.state == "open"


@pytest.mark.parametrize(
    ("changes", "field", "code"),
    [
        ({"summary": " "}, "summary", "required"),
        ({"summary": "x" * 1001}, "summary", "too_long"),
        ({"summary": "BSN 123456782"}, "summary", "has_bsn"),
        ({"kinds": []}, "kinds", "required"),
        ({"kinds": ["unknown"]}, "kinds", "choice"),
        ({"urgency": "soon"}, "urgency", "choice"),
        ({"people_wanted": 0}, "people_wanted", "number_range"),
    ],
)
def test_nothing_is_published_that_is_not_complete(cast: Cast, changes: dict[str, Any], field: str, code: str) -> None:
    request = cast.request("submitted")
    with writes(cast.session) as written, pytest.raises(Invalid) as refusal:
        _publish(cast, request, **changes)
    assert (refusal.value.field, refusal.value.code) == (field, code)
    assert not written and request.state == "submitted"


def test_a_summary_can_be_bettered_while_it_is_public(cast: Cast) -> None:
    request = cast.request("open")
    before = request.revision
    requests.change_summary(cast.session, request, "Iemand wil mee.", actor=cast.actors["coordinator"], now=NOW)
    assert request.summary == "Iemand wil mee."
    number_touched(cast.session)
    assert request.revision > before, "the ranking notices"
    with pytest.raises(Invalid):
        requests.change_summary(cast.session, request, "Dina wil mee.", actor=cast.actors["coordinator"], now=NOW)


# ---- ask back and answer ----


@pytest.mark.parametrize("state", ["submitted", "open"])
def test_a_question_that_is_answered_brings_the_request_back_to_where_it_was(cast: Cast, state: str) -> None:
    request = cast.request(state)
    requests.ask_back(cast.session, request, "Welke dag?", actor=cast.actors["coordinator"], now=NOW)
    assert (request.state, request.question) == ("asked_back", "Welke dag?")
    assert told(cast.session, cast.resident) == ["request_question"]
    requests.answer(cast.session, request, "Dinsdag.", actor=cast.link(request), now=NOW)
    assert request.state == state
    assert request.text.endswith("Ik durf niet alleen.\n\nDinsdag.")
    assert request.edition == "", "the text is read again"
    assert signals(cast.session) == ["answered"]


def test_every_question_is_told_even_the_second(cast: Cast) -> None:
    request = cast.request("submitted")
    for hours in (0, 5):
        now = NOW + timedelta(hours=hours)
        requests.ask_back(cast.session, request, f"Vraag {hours}?", actor=cast.actors["coordinator"], now=now)
        requests.answer(cast.session, request, "Ja.", actor=cast.actors["resident"], now=now)
    assert told(cast.session, cast.resident) == ["request_question", "request_question"]
    assert signals(cast.session) == ["answered", "answered"]


def test_an_answer_that_no_longer_fits_is_refused_and_not_cut_off(cast: Cast) -> None:
    request = cast.request("asked_back", text="x" * 9_990)
    with pytest.raises(Invalid) as refusal:
        requests.answer(cast.session, request, "Twaalf tekens", actor=cast.actors["resident"], now=NOW)
    assert (refusal.value.field, refusal.value.code, refusal.value.details["limit"]) == ("answer", "too_long", 8)
    requests.answer(cast.session, request, "Dinsdag.", actor=cast.actors["resident"], now=NOW)
    assert len(request.text) == 10_000


def test_who_agreed_while_a_question_stood_open_is_not_forgotten(cast: Cast) -> None:
    request = cast.request("open")
    match = cast.match("accepted_by_volunteer", request)
    requests.ask_back(cast.session, request, "Welke ingang?", actor=cast.actors["coordinator"], now=NOW)
    matches.agree(cast.session, match, actor=cast.actors["resident"], now=NOW)
    assert request.state == "asked_back"
    requests.answer(cast.session, request, "De zijdeur.", actor=cast.actors["resident"], now=NOW)
    assert request.state == "matched"


# ---- refer and close ----


@pytest.mark.parametrize(
    ("end", "state", "message"),
    [
        (requests.refer, "referred", "request_referred"),
        (requests.close, "closed", "request_closed"),
    ],
)
def test_an_end_by_the_desk_has_a_reason_and_is_told(
    cast: Cast, end: Callable[..., None], state: str, message: str
) -> None:
    request = cast.request("submitted")
    with pytest.raises(Invalid) as refusal:
        end(cast.session, request, "  ", actor=cast.actors["coordinator"], now=NOW)
    assert refusal.value.code == "required"
    end(cast.session, request, "Het wijkteam kan dit beter.", actor=cast.actors["coordinator"], now=NOW)
    assert (request.state, request.reason, request.ended_at) == (state, "Het wijkteam kan dit beter.", NOW)
    assert told(cast.session, cast.resident) == [message]
    if state == "referred":
        assert request.referred_to == "Het wijkteam kan dit beter."


# ---- hold and resume ----


def test_a_rest_takes_back_who_was_asked_and_leaves_who_agreed(cast: Cast) -> None:
    request = cast.request("open", people_wanted=3)
    asked, agreed = (
        cast.match("approved", request),
        cast.match("agreed", request, volunteer=factories.create_volunteer(cast.session, cast.community)),
    )
    requests.hold(
        cast.session, request, TODAY + timedelta(days=30), "Naar mijn zus.", actor=cast.actors["resident"], now=NOW
    )
    assert (request.state, request.hold_until) == ("on_hold", TODAY + timedelta(days=30))
    assert (asked.state, agreed.state) == ("withdrawn", "agreed")
    assert told(cast.session, cast.helper) == ["match_ended"]
    requests.resume(cast.session, request, actor=cast.actors["resident"], now=NOW)
    assert (request.state, request.hold_until) == ("open", None)


@pytest.mark.parametrize("until", [TODAY, TODAY - timedelta(days=1)])
def test_a_rest_ends_after_today(cast: Cast, until: date) -> None:
    with pytest.raises(Invalid) as refusal:
        requests.hold(cast.session, cast.request(), until, "", actor=cast.actors["resident"], now=NOW)
    assert (refusal.value.field, refusal.value.code) == ("hold_until", "date_past")


def test_today_is_that_of_the_wall_clock(cast: Cast) -> None:
    half_past_midnight = datetime(2026, 11, 24, 23, 30, tzinfo=UTC)
    with pytest.raises(Invalid):
        requests.hold(
            cast.session, cast.request(), date(2026, 11, 25), "", actor=cast.actors["resident"], now=half_past_midnight
        )


# ---- withdraw and expire ----


def test_who_withdraws_is_sent_nothing_and_who_was_asked_is_told(cast: Cast) -> None:
    request = cast.request("open")
    match = cast.match("approved", request)
    requests.withdraw(cast.session, request, "Het is gelukt.", actor=cast.actors["resident"], now=NOW)
    assert (request.state, request.reason, request.ended_at) == ("withdrawn", "Het is gelukt.", NOW)
    assert match.state == "withdrawn"
    assert told(cast.session, cast.resident) == []
    assert told(cast.session, cast.helper) == ["match_ended"]
    assert signals(cast.session) == [], "nobody has to look for somebody else"


def test_by_the_private_link_it_is_the_same(cast: Cast) -> None:
    request = cast.request("open")
    requests.withdraw(cast.session, request, "", actor=cast.link(request), now=NOW)
    assert request.state == "withdrawn" and told(cast.session) == []


def test_the_resident_is_told_what_another_withdrew_for_them(cast: Cast) -> None:
    for who in ("asker", "coordinator"):
        requests.withdraw(cast.session, cast.request("open"), "Dubbel.", actor=cast.actors[who], now=NOW)
    assert told(cast.session, cast.resident) == ["request_withdrawn", "request_withdrawn"]


def test_a_volunteer_who_was_never_asked_hears_nothing_of_a_withdrawal(cast: Cast) -> None:
    request = cast.request("open")
    cast.match("proposed", request)
    requests.withdraw(cast.session, request, "", actor=cast.actors["resident"], now=NOW)
    assert told(cast.session, cast.helper) == []


def test_a_matched_request_is_withdrawn_with_its_match_and_its_appointments(cast: Cast) -> None:
    request = cast.request("matched")
    match = cast.match("active", request)
    coming = factories.create_appointment(cast.session, match)
    been = factories.create_appointment(
        cast.session, match, starts_at=datetime(2026, 11, 20, 14), ends_at=datetime(2026, 11, 20, 16)
    )
    requests.withdraw(cast.session, request, "", actor=cast.actors["resident"], now=NOW)
    assert (request.state, match.state, coming.state) == ("withdrawn", "withdrawn", "cancelled")
    assert been.state == "planned", "what was, was"


def test_a_request_whose_day_is_past_ends_though_somebody_had_offered(cast: Cast) -> None:
    request = cast.request("open")
    offered = cast.match("proposed", request, origin="volunteer")
    requests.expire(cast.session, request, now=NOW)
    assert (request.state, offered.state) == ("expired", "proposed")
    assert told(cast.session, cast.resident) == ["request_expired"]
    with pytest.raises(StaleState):
        proposals.approve(cast.session, offered, actor=cast.actors["coordinator"], now=NOW)


@pytest.mark.parametrize("state", ["approved", "accepted_by_volunteer", "agreed", "active"])
def test_a_request_for_which_somebody_was_asked_does_not_expire(cast: Cast, state: str) -> None:
    request = cast.request("open")
    cast.match(state, request)
    with pytest.raises(StaleState):
        requests.expire(cast.session, request, now=NOW)
    assert request.state == "open"


def test_a_draft_is_forgotten_with_its_words(cast: Cast) -> None:
    draft = cast.request("draft", draft_key="key", answers={"text": "geheim"})
    requests.forget_draft(cast.session, draft, now=NOW)
    assert (draft.state, draft.answers, draft.draft_key) == ("withdrawn", {}, None)


def test_a_sign_of_life_starts_the_count_again(cast: Cast) -> None:
    request = cast.request("open", life_asked=2, life_at=NOW - timedelta(days=58))
    requests.still_wanted(cast.session, request, actor=cast.link(request), now=NOW)
    assert (request.life_at, request.life_asked) == (NOW, 0)
    assert log(cast.session) == [("resident", "still_wanted", "", "")]


# ---- what always holds ----


def test_who_has_no_e_mail_is_called_about_everything_that_is_told(cast: Cast) -> None:
    caller = factories.create_person(cast.session, first_name="Gerda", email=None, phone="+31742450001")
    request = factories.create_request(cast.session, cast.community, caller, state="submitted")
    requests.ask_back(cast.session, request, "Welke dag?", actor=cast.actors["coordinator"], now=NOW)
    requests.answer(cast.session, request, "Dinsdag.", actor=cast.actors["coordinator"], now=NOW)
    _publish(cast, request)
    requests.refer(cast.session, request, "De huisarts.", actor=cast.actors["coordinator"], now=NOW)
    assert told(cast.session) == []
    assert to_call(cast.session, caller) == ["request_question", "request_open", "request_referred"]


def test_what_the_coordinator_writes_down_stands_in_their_name(cast: Cast) -> None:
    request = cast.request("asked_back")
    requests.answer(cast.session, request, "Dinsdag.", actor=cast.actors["coordinator"], now=NOW)
    entry = cast.session.exec(select(AuditEntry)).one()
    assert (entry.actor_kind, entry.actor_id) == ("coordinator", cast.coordinator.id)


def test_a_coordinator_elsewhere_and_an_administrator_here_have_no_say(cast: Cast) -> None:
    request = cast.request("submitted")
    for who in ("other coordinator", "administrator", "volunteer"):
        with writes(cast.session) as written, pytest.raises(NotAllowed):
            requests.close(cast.session, request, "Weg.", actor=cast.actors[who], now=NOW)
        assert not written


def test_a_mail_that_comes_due_at_night_waits_for_the_morning(cast: Cast) -> None:
    request = cast.request("submitted")
    late = datetime(2026, 11, 24, 20, 30, tzinfo=UTC)  # half past nine in the evening
    requests.ask_back(cast.session, request, "Welke dag?", actor=cast.actors["coordinator"], now=late)
    message = cast.session.exec(select(OutboxMessage)).one()
    assert message.due_at == datetime(2026, 11, 25, 7, 0, tzinfo=UTC)
