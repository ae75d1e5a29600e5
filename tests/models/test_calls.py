"""The desk's call list: a coordinator writes down what somebody says on the phone, and it happens."""

from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import Session, select

from models.errors import Invalid, NotAllowed, StaleState
from models.operations import calls, checkins, matches, proposals, requests
from models.queries import desk_items
from models.states import Role
from models.tables import AuditEntry, Call, CheckIn, HelpRequest, Match, Person, Signal
from tests import factories
from tests.factories import NOW, TODAY
from tests.models.cast import Cast, gather, signals, told, writes
from tests.statements import statements


@pytest.fixture
def cast(session: Session) -> Cast:
    found = gather(session)
    for person in (found.resident, found.helper):  # neither has e-mail
        person.email, person.phone = None, f"+3174245000{person.id}"
    return found


def _calls(cast: Cast, person: Person | None = None) -> list[Call]:
    cast.session.flush()
    rows = cast.session.exec(select(Call)).all()
    return sorted((c for c in rows if person is None or c.person_id == person.id), key=lambda c: c.id or 0)


def _say(cast: Cast, call: Call, said: str, note: str = "", who: str = "coordinator") -> None:
    calls.outcome(cast.session, call, said, note, actor=cast.actors[who], now=NOW)


def _open(cast: Cast) -> list[str]:
    return [item.call.about for item in desk_items.open_calls(cast.session, cast.community.id)]


def _approved(cast: Cast) -> tuple[Match, HelpRequest]:
    request = cast.request()
    match = proposals.propose(cast.session, request, cast.volunteer, actor=cast.actors["coordinator"], now=NOW)
    proposals.approve(cast.session, match, actor=cast.actors["coordinator"], now=NOW)
    return match, request


# ---- proposals ----


def test_two_people_without_e_mail_come_together_by_phone(cast: Cast) -> None:
    match, request = _approved(cast)
    [call] = _calls(cast, cast.helper)
    assert (call.about, call.why, call.due_on) == ("proposal_volunteer", "no_email", TODAY)
    _say(cast, call, "yes", "Belt haar zelf.")
    assert (match.state, call.outcome, call.done_at, call.done_by) == (
        "accepted_by_volunteer", "yes", NOW, cast.coordinator.id,
    )  # fmt: skip
    assert call.note == "Belt haar zelf."
    [call] = _calls(cast, cast.resident)
    assert call.about == "proposal_resident"
    _say(cast, call, "yes")
    assert (match.state, request.state) == ("agreed", "matched")
    assert _open(cast) == ["match_agreed", "match_agreed"]
    said = cast.session.exec(select(AuditEntry).where(AuditEntry.subject == "match")).all()
    assert {entry.actor_id for entry in said} == {cast.coordinator.id}
    assert told(cast.session) == []


@pytest.mark.parametrize("about", ["proposal_volunteer", "proposal_resident"])
def test_a_no_needs_its_reason_and_brings_up_the_next(cast: Cast, about: str) -> None:
    match, _request = _approved(cast)
    [call] = _calls(cast)
    if about == "proposal_resident":
        _say(cast, call, "yes")
        [call] = _calls(cast, cast.resident)
    with writes(cast.session) as written, pytest.raises(Invalid) as refusal:
        _say(cast, call, "no", " ")
    assert (refusal.value.field, refusal.value.code) == ("note", "required") and not written
    _say(cast, call, "no", "Geen tijd in december.")
    assert (match.state, match.reason) == ("declined", "Geen tijd in december.")
    assert signals(cast.session) == ["declined"]


def test_a_reminder_by_phone_is_answered_like_the_question_itself(cast: Cast) -> None:
    match, _request = _approved(cast)
    reminder = factories.create_call(
        cast.session, cast.community, cast.helper, about="proposal_volunteer_reminder", params={"match_id": match.id}
    )
    _say(cast, reminder, "yes")
    assert match.state == "accepted_by_volunteer"


def test_a_call_that_was_overtaken_is_not_shown_and_changes_nothing(cast: Cast) -> None:
    match, _request = _approved(cast)
    [call] = _calls(cast)
    assert _open(cast) == ["proposal_volunteer"]
    matches.withdraw(cast.session, match, "", actor=cast.actors["resident"], now=NOW)
    assert _open(cast) == ["match_ended"]
    with writes(cast.session) as written, pytest.raises(StaleState):
        _say(cast, call, "yes")
    assert not written and call.done_at is None


def test_a_volunteers_no_is_never_written_down_as_the_residents(cast: Cast) -> None:
    match, _request = _approved(cast)
    [call] = _calls(cast)
    matches.accept(cast.session, match, actor=cast.actors["volunteer"], now=NOW)
    with writes(cast.session) as written, pytest.raises(StaleState):
        _say(cast, call, "no", "Toch niet")
    assert not written and match.state == "accepted_by_volunteer"


# ---- check-ins ----


@pytest.mark.parametrize("said", ["good", "not_good", "call_me"])
def test_how_it_went_is_written_down_in_the_coordinators_name(cast: Cast, said: str) -> None:
    match = cast.match("active")
    visit = factories.create_appointment(
        cast.session, match, starts_at=NOW.replace(tzinfo=None) - timedelta(days=1),
        ends_at=NOW.replace(tzinfo=None) - timedelta(hours=23),
    )  # fmt: skip
    check_in = checkins.ask(cast.session, visit, cast.resident, now=NOW)
    [call] = _calls(cast)
    _say(cast, call, said, "Vertelde ze aan de telefoon.")
    assert (check_in.answer, check_in.recorded_by) == (said, cast.coordinator.id)
    assert signals(cast.session) == ([] if said == "good" else [said])
    assert _open(cast) == []


def test_a_check_in_that_was_answered_on_the_site_is_not_called_about(cast: Cast) -> None:
    visit = factories.create_appointment(
        cast.session, cast.match("active"), starts_at=NOW.replace(tzinfo=None) - timedelta(days=1),
        ends_at=NOW.replace(tzinfo=None) - timedelta(hours=23),
    )  # fmt: skip
    check_in = checkins.ask(cast.session, visit, cast.resident, now=NOW)
    [item] = desk_items.open_calls(cast.session, cast.community.id)
    assert (item.check_in, item.appointment, item.person) == (check_in, visit, cast.resident)
    assert item.match is not None and item.request is not None and item.request.id == item.match.request_id
    checkins.answer(cast.session, check_in, "good", "", actor=cast.actors["resident"], now=NOW)
    assert _open(cast) == []


# ---- requests ----


def test_the_answer_to_a_question_is_written_down(cast: Cast) -> None:
    request = cast.request("submitted")
    requests.ask_back(cast.session, request, "Welke dag?", actor=cast.actors["coordinator"], now=NOW)
    [call] = _calls(cast)
    _say(cast, call, "answered", "Dinsdag na tweeën.")
    assert request.state == "submitted" and request.text.endswith("Dinsdag na tweeën.")


@pytest.mark.parametrize(("said", "state"), [("yes", "open"), ("no", "withdrawn")])
def test_whether_it_is_still_wanted_is_a_yes_or_a_no(cast: Cast, said: str, state: str) -> None:
    request = cast.request("open", life_asked=1, life_at=NOW - timedelta(days=40))
    call = factories.create_call(
        cast.session, cast.community, cast.resident, about="request_still_wanted", params={"request_id": request.id}
    )
    _say(cast, call, said, "Haar buurman helpt nu.")
    assert request.state == state
    assert request.life_at == (NOW if said == "yes" else NOW - timedelta(days=40))


# ---- plain news, and nobody home ----


def test_plain_news_is_told_and_done(cast: Cast) -> None:
    call = factories.create_call(cast.session, cast.community, cast.resident, about="request_open")
    _say(cast, call, "told")
    assert (call.outcome, call.done_at) == ("told", NOW)


@pytest.mark.parametrize("about", ["request_open", "proposal_volunteer", "check_in", "request_question"])
def test_nobody_home_leaves_the_call_open_with_its_note(cast: Cast, about: str) -> None:
    call = factories.create_call(cast.session, cast.community, cast.resident, about=about)
    _say(cast, call, "no_answer", "Voicemail ingesproken.")
    assert (call.outcome, call.note, call.done_at) == ("no_answer", "Voicemail ingesproken.", None)
    _say(cast, call, "no_answer")
    assert call.note == "Voicemail ingesproken.", "a second try does not wipe what was noted"


@pytest.mark.parametrize(
    ("about", "said"),
    [
        ("request_open", "yes"),
        ("proposal_volunteer", "told"),
        ("check_in", "yes"),
        ("request_question", "no"),
        ("request_still_wanted", "told"),
        ("request_open", ""),
    ],
)
def test_only_what_fits_the_question_comes_out_of_a_call(cast: Cast, about: str, said: str) -> None:
    call = factories.create_call(cast.session, cast.community, cast.resident, about=about)
    with writes(cast.session) as written, pytest.raises(Invalid) as refusal:
        _say(cast, call, said, "x")
    assert (refusal.value.field, refusal.value.code) == ("outcome", "choice") and not written
    assert said not in calls.outcomes(about)


def test_two_colleagues_who_called_the_same_person_see_it(cast: Cast) -> None:
    call = factories.create_call(cast.session, cast.community, cast.resident, about="request_open")
    _say(cast, call, "told")
    with writes(cast.session) as written:
        _say(cast, call, "told")
    assert not written
    with pytest.raises(StaleState) as refusal:
        _say(cast, call, "no_answer")
    assert (refusal.value.code, refusal.value.details["by"]) == ("call_done", cast.coordinator.id)


@pytest.mark.parametrize("who", ["resident", "volunteer", "administrator", "other coordinator", "system", "nobody"])
def test_only_the_desk_of_that_community_works_its_lists(cast: Cast, who: str) -> None:
    call = factories.create_call(cast.session, cast.community, cast.resident, about="request_open")
    signal = factories.create_signal(cast.session, cast.community)
    with writes(cast.session) as written:
        with pytest.raises(NotAllowed):
            _say(cast, call, "told", who=who)
        with pytest.raises(NotAllowed):
            calls.handle_signal(cast.session, signal, "", actor=cast.actors[who], now=NOW)
    assert not written


@pytest.mark.parametrize("params", [{}, {"match_id": 10**6}, {"match_id": "1; DROP"}])
def test_a_call_about_nothing_that_exists_is_refused(cast: Cast, params: dict[str, Any]) -> None:
    call = factories.create_call(cast.session, cast.community, cast.helper, params=params)
    with writes(cast.session) as written, pytest.raises(StaleState):
        _say(cast, call, "yes")
    assert not written


def test_a_call_never_reaches_into_another_community(cast: Cast) -> None:
    there = factories.create_match(
        cast.session, None, factories.create_volunteer(cast.session, cast.elsewhere), state="approved"
    )
    call = factories.create_call(cast.session, cast.community, cast.helper, params={"match_id": there.id})
    with pytest.raises(StaleState):
        _say(cast, call, "yes")
    assert there.state == "approved"


# ---- signals ----


def test_a_signal_is_handled_once_with_what_was_done(cast: Cast) -> None:
    signal = factories.create_signal(cast.session, cast.community, note="Ze schrok.", person_id=cast.resident.id)
    assert [item.signal for item in desk_items.open_signals(cast.session, cast.community.id)] == [signal]
    calls.handle_signal(cast.session, signal, "Gebeld met Dina.", actor=cast.actors["coordinator"], now=NOW)
    assert (signal.handled_at, signal.handled_by) == (NOW, cast.coordinator.id)
    assert signal.note == "Ze schrok.\n\nGebeld met Dina."
    with writes(cast.session) as written:
        calls.handle_signal(cast.session, signal, "Nog eens.", actor=cast.actors["coordinator"], now=NOW)
    assert not written
    assert desk_items.open_signals(cast.session, cast.community.id) == []
    entry = cast.session.exec(select(AuditEntry)).one()
    assert (entry.action, entry.actor_kind, entry.reason) == ("signal_handled", Role.COORDINATOR, ""), "no names there"


def test_what_was_told_is_never_cut_off_by_what_was_done(cast: Cast) -> None:
    signal = factories.create_signal(cast.session, cast.community, note="x" * checkins.NOTE_LIMIT)
    calls.handle_signal(cast.session, signal, "y" * calls.HANDLED_LIMIT, actor=cast.actors["coordinator"], now=NOW)
    limit = Signal.__table__.c.note.type.length  # type: ignore[attr-defined]
    assert len(signal.note) == checkins.NOTE_LIMIT + 2 + calls.HANDLED_LIMIT <= limit


# ---- reading ----


def test_the_list_holds_what_is_due_here_longest_first_and_nobody_who_was_erased(cast: Cast) -> None:
    def call(**columns: Any) -> Call:
        values = {"about": "request_open", **columns}
        return factories.create_call(cast.session, values.pop("community", cast.community), cast.resident, **values)

    today, older = call(), call(due_on=TODAY - timedelta(days=3))
    tomorrow = call(due_on=TODAY + timedelta(days=1))
    call(done_at=NOW)
    call(community=cast.elsewhere)
    gone = factories.create_person(cast.session, first_name="", email=None, erased_at=NOW)
    factories.create_call(cast.session, cast.community, gone, about="request_open")
    here = cast.community.id
    assert [i.call for i in desk_items.open_calls(cast.session, here, until=TODAY)] == [older, today]
    assert [i.call for i in desk_items.open_calls(cast.session, here)] == [older, today, tomorrow]
    assert [i.call for i in desk_items.open_calls(cast.session, here, limit=1)] == [older]
    assert desk_items.count_open_calls(cast.session, here, until=TODAY) == 2
    assert list(desk_items.open_calls_of(cast.session, here, cast.resident.id)) == [older, today, tomorrow]


@pytest.mark.parametrize(
    ("about", "fits", "past"),
    [
        ("request_question", "asked_back", "submitted"),
        ("request_still_wanted", "on_hold", "withdrawn"),
        ("request_no_match", "open", "matched"),
    ],
)
def test_a_call_about_a_request_is_shown_while_it_makes_sense(cast: Cast, about: str, fits: str, past: str) -> None:
    request = cast.request(fits)
    factories.create_call(cast.session, cast.community, cast.resident, about=about, params={"request_id": request.id})
    assert _open(cast) == [about]
    request.state = past
    cast.session.flush()
    assert _open(cast) == [] and desk_items.count_open_calls(cast.session, cast.community.id) == 0


def test_a_call_about_an_appointment_is_shown_while_it_stands(cast: Cast) -> None:
    visit = factories.create_appointment(cast.session, cast.match("active"))
    factories.create_call(
        cast.session, cast.community, cast.helper, about="appointment_reminder", params={"appointment_id": visit.id}
    )
    assert _open(cast) == ["appointment_reminder"]
    visit.state = "cancelled"
    cast.session.flush()
    assert _open(cast) == []


def test_the_call_list_is_one_read_however_long_it_is(cast: Cast) -> None:
    for _ in range(5):
        match, _request = _approved(cast)
        cast.volunteer.capacity += 1
        assert match.id
    cast.session.flush()
    cast.session.expunge_all()
    with statements(cast.session.get_bind()) as said:
        items = desk_items.open_calls(cast.session, cast.community.id)
        names = {(item.person.first_name, item.request.reference) for item in items if item.request is not None}
    assert len(names) == 5 and len(said) == 1


def test_calls_are_the_same_on_both_databases(any_session: Session) -> None:
    found = gather(any_session)
    found.resident.email = None
    match = found.match("accepted_by_volunteer")
    visit = factories.create_appointment(any_session, match)
    check_in: CheckIn = factories.create_check_in(any_session, visit, found.resident)
    for about, params in (
        ("proposal_resident", {"match_id": match.id}),
        ("proposal_volunteer", {"match_id": match.id}),
        ("check_in", {"check_in_id": check_in.id}),
        ("appointment_planned", {"appointment_id": visit.id}),
        ("request_open", {"request_id": match.request_id}),
        ("request_question", {"request_id": match.request_id}),
        ("match_ended", {}),
    ):
        factories.create_call(any_session, found.community, found.resident, about=about, params=params)
    items = desk_items.open_calls(any_session, found.community.id)
    assert [(i.call.about, i.match is not None, i.request is not None) for i in items] == [
        ("proposal_resident", True, True),
        ("check_in", True, True),
        ("appointment_planned", True, True),
        ("request_open", False, True),
        ("match_ended", False, False),
    ]
    assert desk_items.count_open_calls(any_session, found.community.id) == 5
