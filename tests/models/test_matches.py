"""Matches: the road from a yes to help that was given, and what everybody hears when it breaks off."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import Engine
from sqlmodel import Session

from models.actor import Actor
from models.database import reading, transaction
from models.errors import Invalid, NotAllowed, StaleState
from models.operations import asking, matches, proposals, requests
from models.operations.transitions import number_touched
from models.tables import Community, HelpRequest, Match, Volunteer
from tests import factories
from tests.factories import NOW
from tests.models.cast import Cast, gather, log, signals, to_call, told, writes


@pytest.fixture
def cast(session: Session) -> Cast:
    return gather(session)


def _another(cast: Cast) -> Volunteer:
    return factories.create_volunteer(cast.session, cast.community)


def _request_of(cast: Cast, match: Match) -> HelpRequest:
    found = cast.session.get(HelpRequest, match.request_id)
    assert found is not None
    return found


# ---- the main road ----


def test_the_road_from_asking_to_help_that_was_given(cast: Cast) -> None:
    session, coordinator = cast.session, cast.actors["coordinator"]
    form = asking.RequestForm(
        text="Wie gaat er dinsdag met me mee?", kinds=[], when={"kind": "flexible"}, postcode="7551AB",
        first_name="Truus", email="truus@post.example",
    )  # fmt: skip
    draft = asking.start_draft(session, draft_key="key", language="nl", now=NOW)
    request = asking.submit(session, draft, form, actor=cast.actors["nobody"], now=NOW)
    resident = cast.link(request)
    requests.publish(
        session, request, summary="Mee naar de poli.", kinds=["hospital-escort"], urgency="normal",
        actor=coordinator, now=NOW,
    )  # fmt: skip
    match = proposals.propose(session, request, cast.volunteer, actor=coordinator, now=NOW)
    proposals.approve(session, match, actor=coordinator, now=NOW)
    matches.accept(session, match, actor=cast.actors["volunteer"], now=NOW)
    matches.agree(session, match, actor=resident, now=NOW)
    assert (match.state, request.state) == ("agreed", "matched")
    matches.activate(session, match, now=NOW)
    matches.complete(session, match, actor=resident, now=NOW, hours=1.5, thanks="Fijn!")
    assert (match.state, request.state) == ("completed", "fulfilled")
    assert (match.hours, match.thanks, match.ended_at, request.ended_at) == (1.5, "Fijn!", NOW, NOW)
    assert told(session, cast.helper) == ["proposal_volunteer", "match_agreed", "match_completed"]
    person = session.get(type(cast.resident), request.resident_id)
    assert told(session, person) == ["request_received", "request_open", "proposal_resident", "match_agreed"]
    assert [after for _kind, _action, _before, after in log(session)] == [
        "submitted", "open", "proposed", "approved", "accepted_by_volunteer", "agreed", "matched", "active",
        "completed", "fulfilled",
    ]  # fmt: skip


def test_somebody_without_e_mail_goes_the_same_road_by_phone(cast: Cast) -> None:
    caller = factories.create_person(cast.session, first_name="Gerda", email=None, phone="+31742450001")
    request = factories.create_request(cast.session, cast.community, caller)
    match = cast.match("approved", request)
    matches.accept(cast.session, match, actor=cast.actors["coordinator"], now=NOW)
    matches.agree(cast.session, match, actor=cast.actors["coordinator"], now=NOW)
    assert told(cast.session, caller) == []
    assert to_call(cast.session, caller) == ["proposal_resident", "match_agreed"]
    assert [kind for kind, *_rest in log(cast.session)] == ["coordinator", "coordinator", "system"]


def test_who_asked_for_the_resident_is_asked_where_they_are_the_contact(cast: Cast) -> None:
    request = cast.request(contact_id=cast.asker.id)
    match = cast.match("approved", request)
    matches.accept(cast.session, match, actor=cast.actors["volunteer"], now=NOW)
    assert told(cast.session, cast.asker) == ["proposal_resident"] and told(cast.session, cast.resident) == []
    matches.agree(cast.session, match, actor=cast.actors["asker"], now=NOW)
    assert match.state == "agreed"


def test_a_yes_twice_is_one_yes(cast: Cast) -> None:
    match = cast.match("approved")
    matches.accept(cast.session, match, actor=cast.actors["volunteer"], now=NOW)
    with writes(cast.session) as written, pytest.raises(StaleState):
        matches.accept(cast.session, match, actor=cast.actors["volunteer"], now=NOW)
    assert not written
    assert told(cast.session) == ["proposal_resident"]


# ---- no ----


def test_a_volunteers_no_brings_up_the_next_and_the_resident_never_knew(cast: Cast) -> None:
    match = cast.match("approved")
    matches.decline(cast.session, match, "Ik ben dan op vakantie.", actor=cast.actors["volunteer"], now=NOW)
    assert (match.state, match.reason, match.ended_at) == ("declined", "Ik ben dan op vakantie.", NOW)
    assert signals(cast.session) == ["declined"]
    assert told(cast.session) == []
    assert _request_of(cast, match).state == "open"


def test_a_residents_no_is_told_to_the_volunteer_who_said_yes(cast: Cast) -> None:
    match = cast.match("accepted_by_volunteer")
    matches.decline(cast.session, match, "Liever een vrouw.", actor=cast.actors["resident"], now=NOW)
    assert match.state == "declined"
    assert told(cast.session, cast.helper) == ["match_not_chosen"]
    assert signals(cast.session) == ["declined"]


@pytest.mark.parametrize(("state", "wrong"), [("approved", "resident"), ("accepted_by_volunteer", "volunteer")])
def test_only_who_was_asked_says_no(cast: Cast, state: str, wrong: str) -> None:
    match = cast.match(state)
    with writes(cast.session) as written, pytest.raises(NotAllowed):
        matches.decline(cast.session, match, "Nee.", actor=cast.actors[wrong], now=NOW)
    assert not written


def test_a_no_has_a_reason(cast: Cast) -> None:
    match = cast.match("approved")
    with writes(cast.session) as written, pytest.raises(Invalid) as refusal:
        matches.decline(cast.session, match, "", actor=cast.actors["volunteer"], now=NOW)
    assert (refusal.value.field, refusal.value.code) == ("reason", "required") and not written


# ---- silence ----


def test_a_silent_volunteer_lets_the_next_come_up(cast: Cast) -> None:
    match = cast.match("approved")
    matches.lapse(cast.session, match, now=NOW)
    assert match.state == "lapsed"
    assert signals(cast.session) == ["lapsed"] and told(cast.session) == []


def test_a_volunteer_who_said_yes_hears_that_no_answer_came(cast: Cast) -> None:
    match = cast.match("accepted_by_volunteer")
    matches.lapse(cast.session, match, now=NOW)
    assert told(cast.session, cast.helper) == ["match_ended"]
    assert told(cast.session, cast.resident) == []


@pytest.mark.parametrize("state", ["approved", "accepted_by_volunteer"])
@pytest.mark.parametrize("columns", [{"email": None}, {"no_messages_at": NOW}])
def test_the_silence_of_who_gets_no_mail_never_counts(cast: Cast, state: str, columns: dict[str, Any]) -> None:
    asked = cast.helper if state == "approved" else cast.resident
    for name, value in columns.items():
        setattr(asked, name, value)
    match = cast.match(state)
    with writes(cast.session) as written, pytest.raises(StaleState) as refusal:
        matches.lapse(cast.session, match, now=NOW)
    assert refusal.value.code == "silence_never_counts" and not written


# ---- break off ----


@pytest.mark.parametrize(
    ("state", "who", "hears"),
    [
        ("proposed", "volunteer", []),
        ("proposed", "coordinator", []),
        ("approved", "volunteer", []),
        ("approved", "resident", ["volunteer"]),
        ("approved", "coordinator", ["volunteer"]),
        ("accepted_by_volunteer", "volunteer", ["resident"]),
        ("accepted_by_volunteer", "resident", ["volunteer"]),
        ("agreed", "volunteer", ["resident"]),
        ("agreed", "asker", ["volunteer"]),
        ("active", "resident", ["volunteer"]),
        ("active", "volunteer", ["resident"]),
        ("active", "coordinator", ["resident", "volunteer"]),
    ],
)
def test_who_knew_of_a_match_and_did_not_end_it_is_told(cast: Cast, state: str, who: str, hears: list[str]) -> None:
    match = cast.match(state)
    matches.withdraw(cast.session, match, "Het lukt niet.", actor=cast.actors[who], now=NOW)
    assert (match.state, match.reason, match.ended_at) == ("withdrawn", "Het lukt niet.", NOW)
    heard = {"resident": told(cast.session, cast.resident), "volunteer": told(cast.session, cast.helper)}
    assert {name: names for name, names in heard.items() if names} == {name: ["match_ended"] for name in hears}


def test_a_volunteer_who_offered_hears_that_the_desk_took_it_back(cast: Cast) -> None:
    match = cast.match("proposed", origin="volunteer")
    matches.withdraw(cast.session, match, "", actor=cast.actors["coordinator"], now=NOW)
    assert told(cast.session, cast.helper) == ["match_ended"]


@pytest.mark.parametrize("state", ["agreed", "active"])
def test_a_request_opens_again_when_its_match_breaks_off(cast: Cast, state: str) -> None:
    match = cast.match(state)
    matches.withdraw(cast.session, match, "", actor=cast.actors["volunteer"], now=NOW)
    request = _request_of(cast, match)
    assert (request.state, request.life_at) == ("open", NOW)
    assert signals(cast.session) == ["withdrawn"], "the desk looks for somebody else"


def test_it_did_not_work_out_is_a_signal_and_opens_the_request_again(cast: Cast) -> None:
    match = cast.match("active")
    matches.fail(cast.session, match, "Het klikte niet.", actor=cast.actors["resident"], now=NOW)
    assert (match.state, match.reason, _request_of(cast, match).state) == ("failed", "Het klikte niet.", "open")
    assert signals(cast.session) == ["failed"]


@pytest.mark.parametrize("end", [matches.fail, matches.withdraw])
@pytest.mark.parametrize("who", ["resident", "asker", "coordinator"])
def test_help_that_is_no_longer_wanted_is_withdrawn_with_all_its_matches(cast: Cast, end: Any, who: str) -> None:
    request = cast.request("matched", people_wanted=2)
    match, other = cast.match("active", request), cast.match("agreed", request, volunteer=_another(cast))
    end(cast.session, match, "Het hoeft niet meer.", actor=cast.actors[who], now=NOW, still_wanted=False)
    assert (request.state, request.ended_at, other.state) == ("withdrawn", NOW, "withdrawn")
    assert told(cast.session, cast.helper) == ["match_ended"]


def test_a_volunteer_does_not_decide_that_help_is_no_longer_wanted(cast: Cast) -> None:
    match = cast.match("active")
    matches.fail(cast.session, match, "Past niet.", actor=cast.actors["volunteer"], now=NOW, still_wanted=False)
    assert _request_of(cast, match).state == "open"


@pytest.mark.parametrize("end", [matches.fail, matches.withdraw])
def test_coming_appointments_are_cancelled_and_past_ones_stay(cast: Cast, end: Any) -> None:
    match = cast.match("active")
    coming = factories.create_appointment(cast.session, match)
    past = factories.create_appointment(
        cast.session, match, starts_at=datetime(2026, 11, 23, 14), ends_at=datetime(2026, 11, 23, 15)
    )
    end(cast.session, match, "Stop.", actor=cast.actors["volunteer"], now=NOW)
    assert (coming.state, coming.sequence, past.state) == ("cancelled", 1, "planned")


# ---- complete ----


def test_completing_marks_what_began_as_done_and_cancels_what_was_to_come(cast: Cast) -> None:
    match = cast.match("active")
    coming = factories.create_appointment(cast.session, match)
    begun = factories.create_appointment(
        cast.session, match, starts_at=datetime(2026, 11, 24, 8, 30), ends_at=datetime(2026, 11, 24, 10)
    )
    matches.complete(cast.session, match, actor=cast.actors["volunteer"], now=NOW)
    assert (coming.state, begun.state) == ("cancelled", "done")


@pytest.mark.parametrize("hours", [-0.5, 1000.5, float("nan"), float("inf")])
def test_hours_are_hours(cast: Cast, hours: float) -> None:
    match = cast.match("active")
    with writes(cast.session) as written, pytest.raises(Invalid) as refusal:
        matches.complete(cast.session, match, actor=cast.actors["resident"], now=NOW, hours=hours)
    assert (refusal.value.field, refusal.value.code) == ("hours", "number_range") and not written


def test_a_citizen_service_number_does_not_pass_in_any_words(cast: Cast) -> None:
    match = cast.match("active")
    with pytest.raises(Invalid):
        matches.complete(cast.session, match, actor=cast.actors["resident"], now=NOW, thanks="BSN 123456782")
    with pytest.raises(Invalid):
        matches.fail(cast.session, match, "zie 123456782", actor=cast.actors["resident"], now=NOW)
    with pytest.raises(Invalid):
        matches.withdraw(cast.session, match, "zie 123456782", actor=cast.actors["resident"], now=NOW)
    assert match.state == "active"


def test_a_request_for_two_is_matched_by_two_and_fulfilled_by_two(cast: Cast) -> None:
    request = cast.request("open", people_wanted=2)
    one = cast.match("accepted_by_volunteer", request)
    two = cast.match("accepted_by_volunteer", request, volunteer=_another(cast))
    matches.agree(cast.session, one, actor=cast.actors["resident"], now=NOW)
    assert request.state == "open", "one more is wanted"
    matches.agree(cast.session, two, actor=cast.actors["resident"], now=NOW)
    assert request.state == "matched"
    for match in (one, two):
        matches.activate(cast.session, match, now=NOW)
    matches.complete(cast.session, one, actor=cast.actors["resident"], now=NOW)
    assert request.state == "matched", "the other still helps"
    matches.complete(cast.session, two, actor=cast.actors["resident"], now=NOW)
    assert request.state == "fulfilled"


def test_of_two_helpers_one_who_stops_opens_the_request_for_one_more(cast: Cast) -> None:
    request = cast.request("matched", people_wanted=2)
    cast.match("completed", request)
    two = cast.match("active", request, volunteer=_another(cast))
    matches.withdraw(cast.session, two, "", actor=cast.actors["coordinator"], now=NOW)
    assert request.state == "open"
    three = cast.match("accepted_by_volunteer", request, volunteer=_another(cast))
    matches.agree(cast.session, three, actor=cast.actors["resident"], now=NOW)
    assert request.state == "matched"


# ---- what the ranking must notice ----


def test_every_step_of_a_match_is_numbered_for_the_ranking(cast: Cast) -> None:
    match = cast.match("approved")
    request, community = _request_of(cast, match), cast.community
    seen: list[tuple[int, int]] = []
    steps: list[tuple[Callable[..., None], str]] = [(matches.accept, "volunteer"), (matches.agree, "resident")]
    for step, who in steps:
        step(cast.session, match, actor=cast.actors[who], now=NOW)
        number_touched(cast.session)
        seen.append((cast.volunteer.revision, request.revision))
        assert seen[-1] == (community.volunteer_revision, community.request_revision)
    assert seen == [(1, 1), (2, 2)]
    cast.session.flush()
    cast.session.expire_all()
    assert (cast.volunteer.revision, request.revision) == (2, 2), "in the database too"


def test_a_rollback_numbers_nothing(engine: Engine) -> None:
    with transaction(engine) as session:
        match = gather(session).match("approved")

    def accept_and_fail() -> None:
        with transaction(engine) as session:
            found = session.get(Match, match.id)
            assert found is not None
            helper = session.get(Volunteer, found.volunteer_id)
            assert helper is not None
            matches.accept(session, found, actor=Actor(person_id=helper.person_id), now=NOW)
            raise RuntimeError("the line dropped")

    with pytest.raises(RuntimeError):
        accept_and_fail()
    with reading(engine) as session:
        community = session.get(Community, match.community_id)
        assert community is not None and (community.volunteer_revision, community.request_revision) == (0, 0)
