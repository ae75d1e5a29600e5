"""People: who they are, how they are reached, and how they are forgotten."""

from typing import Any

import pytest
from sqlmodel import Session, col, select

from models.actor import NOBODY, SYSTEM, Actor
from models.errors import Invalid, NotAllowed, StaleState
from models.operations import people
from models.queries import people as queries
from models.tables import (
    AuditEntry,
    Call,
    Community,
    HelpRequest,
    Match,
    Person,
    Volunteer,
)
from tests import factories
from tests.factories import NOW, actor_of, link_actor


def _write_down(session: Session, **columns: Any) -> Person:
    return people.write_down(
        session, **{"first_name": "Ans", "email": "ans@post.example", "language": "nl", "now": NOW, **columns}
    )


def _details(session: Session, person: Person, actor: Actor, **columns: Any) -> None:
    typed = {"first_name": "Ans", "last_name": "", "phone": "06 12345678", "language": "nl", **columns}
    people.change_details(session, person, actor=actor, now=NOW, **typed)


def _actions(session: Session, person: Person) -> list[str]:
    lines = select(AuditEntry).where(AuditEntry.subject == "person", AuditEntry.subject_id == person.id)
    return [line.action for line in session.exec(lines.order_by(col(AuditEntry.id)))]


# ---- writing down ----------------------------------------------------------------------------------------------------


def test_what_is_typed_identifies_nobody(session: Session) -> None:
    typed: list[dict[str, Any]] = [{}, {"email": None, "phone": "+31741234567"}]
    rows = [_write_down(session, **columns) for columns in typed for _ in range(2)]
    assert len({row.id for row in rows}) == 4
    assert all(row.email_confirmed_at is None for row in rows)


# ---- who somebody is when they sign in -------------------------------------------------------------------------------


def test_an_actor_has_the_work_of_the_person(session: Session, dummy_community: Community) -> None:
    both = factories.create_staff(session, dummy_community, "coordinator", "administrator")
    only = factories.create_administrator(session, dummy_community)
    here = frozenset({dummy_community.id})
    assert actor_of(session, both) == Actor(person_id=both.id, coordinates=here, administers=here)
    assert actor_of(session, only).coordinates == frozenset()


def test_a_browser_is_signed_in_until_its_session_is_ended(session: Session, dummy_resident: Person) -> None:
    assert dummy_resident.id is not None
    assert queries.signed_in(session, dummy_resident.id, dummy_resident.session_version) is dummy_resident
    assert queries.signed_in(session, dummy_resident.id, dummy_resident.session_version + 1) is None
    assert queries.signed_in(session, 999_999, 1) is None


# ---- changing --------------------------------------------------------------------------------------------------------


def test_somebody_corrects_their_own_details(session: Session, dummy_resident: Person) -> None:
    _details(session, dummy_resident, actor_of(session, dummy_resident), last_name="O'Brien", language="en")
    found = (dummy_resident.first_name, dummy_resident.last_name, dummy_resident.phone, dummy_resident.language)
    assert found == ("Ans", "O'Brien", "+31612345678", "en")
    assert _actions(session, dummy_resident) == ["details_changed"]


def test_saving_what_stands_there_already_writes_nothing_down(session: Session, dummy_resident: Person) -> None:
    for _ in range(2):
        _details(session, dummy_resident, actor_of(session, dummy_resident))
    assert _actions(session, dummy_resident) == ["details_changed"]


def test_a_coordinator_corrects_who_takes_part_there_and_nobody_else(
    session: Session, dummy_request: HelpRequest, dummy_resident: Person, dummy_coordinator: Person,
    other_community: Community,
) -> None:  # fmt: skip
    _details(session, dummy_resident, actor_of(session, dummy_coordinator))
    stranger = actor_of(session, factories.create_coordinator(session, other_community))
    neighbour = actor_of(session, factories.create_person(session))
    for actor in (stranger, neighbour, link_actor(dummy_request), NOBODY, SYSTEM):
        with pytest.raises(NotAllowed):
            _details(session, dummy_resident, actor, first_name="Iemand anders")
    assert dummy_resident.first_name == "Ans"


@pytest.mark.parametrize(
    ("typed", "field", "code"),
    [
        ({"first_name": " "}, "first_name", "required"),
        ({"first_name": "x" * 101}, "first_name", "too_long"),
        ({"last_name": "a\0b"}, "last_name", "unreadable"),
        ({"phone": "12"}, "phone", "phone"),
        ({"language": "Nederlands"}, "language", "choice"),
    ],
)
def test_details_that_cannot_be_used_say_where_and_why(
    session: Session, dummy_resident: Person, typed: dict[str, str], field: str, code: str
) -> None:
    before = dummy_resident.model_dump()
    with pytest.raises(Invalid) as refused:
        _details(session, dummy_resident, actor_of(session, dummy_resident), **typed)
    assert (refused.value.field, refused.value.code) == (field, code)
    assert dummy_resident.model_dump() == before


def test_the_only_way_to_reach_somebody_is_not_taken_away(session: Session) -> None:
    person = factories.create_person(session, email=None, phone="+31741234567")
    with pytest.raises(Invalid, match="phone_needed"):
        _details(session, person, actor_of(session, person), phone="")
    with_mail = factories.create_person(session, phone="+31741234567")
    _details(session, with_mail, actor_of(session, with_mail), phone="")
    assert with_mail.phone is None


def test_an_address_is_noted_only_once_somebody_is_coming(session: Session, dummy_match: Match) -> None:
    request = session.get_one(HelpRequest, dummy_match.request_id)
    resident = session.get_one(Person, request.resident_id)
    for state in ("proposed", "approved", "accepted_by_volunteer"):
        dummy_match.state = state
        with pytest.raises(StaleState, match="no_agreed_match"):
            people.set_address(session, resident, "Marktstraat 1", actor=link_actor(request), now=NOW)
    dummy_match.state = "agreed"
    people.set_address(session, resident, "Marktstraat 1\nHengelo", actor=link_actor(request), now=NOW)
    assert resident.address == "Marktstraat 1 Hengelo"
    dummy_match.state = "completed"
    people.set_address(session, resident, "", actor=link_actor(request), now=NOW)
    assert resident.address == ""


def test_a_private_link_changes_nobody_but_its_own_resident(session: Session, dummy_match: Match) -> None:
    dummy_match.state = "agreed"
    request = session.get_one(HelpRequest, dummy_match.request_id)
    community = session.get_one(Community, dummy_match.community_id)
    another = factories.create_request(session, community)
    volunteer = session.get_one(Person, session.get_one(Volunteer, dummy_match.volunteer_id).person_id)
    resident = session.get_one(Person, request.resident_id)
    for person, actor in ((resident, link_actor(another)), (volunteer, link_actor(request))):
        with pytest.raises(NotAllowed):
            people.set_address(session, person, "Marktstraat 1", actor=actor, now=NOW)
        with pytest.raises(NotAllowed):
            people.set_language(session, person, "en", actor=actor, now=NOW)
        with pytest.raises(NotAllowed):
            people.stop_messages(session, person, actor=actor, now=NOW)


def test_a_language_is_chosen_by_the_person(session: Session, dummy_resident: Person) -> None:
    people.set_language(session, dummy_resident, "en", actor=actor_of(session, dummy_resident), now=NOW)
    assert dummy_resident.language == "en"
    with pytest.raises(Invalid):
        people.set_language(session, dummy_resident, "xx<b>", actor=actor_of(session, dummy_resident), now=NOW)


# ---- no mail any more ------------------------------------------------------------------------------------------------


def test_who_wants_no_mail_is_called_instead_of_what_was_waiting(
    session: Session, dummy_community: Community, dummy_resident: Person
) -> None:
    here = {"community_id": dummy_community.id}
    key = f"request_open:request:7:{dummy_resident.id}"
    waiting = factories.create_outbox_message(session, dummy_resident, **here, key=key, params={"request_id": 7})
    leased = factories.create_outbox_message(session, dummy_resident, **here, name="digest", state="leased")
    sent = factories.create_outbox_message(session, dummy_resident, **here, state="sent")
    of_another = factories.create_outbox_message(session, factories.create_person(session), **here)
    actor = actor_of(session, dummy_resident)
    for _ in range(2):
        people.stop_messages(session, dummy_resident, actor=actor, now=NOW)
    assert [m.state for m in (waiting, leased, sent, of_another)] == ["skipped", "skipped", "sent", "pending"]
    call = session.exec(select(Call)).one()  # a digest is worth no call
    assert (call.about, call.key, call.params) == ("request_open", key, {"request_id": 7})
    people.resume_messages(session, dummy_resident, actor=actor, now=NOW)
    assert dummy_resident.no_messages_at is None
    assert _actions(session, dummy_resident) == ["messages_stopped", "messages_resumed"]


# ---- reading ---------------------------------------------------------------------------------------------------------


def test_the_intake_hints_at_people_of_this_community_only(
    session: Session, dummy_community: Community, other_community: Community
) -> None:
    here = factories.create_person(session, phone="+31741234567")
    factories.create_request(session, dummy_community, here)
    elsewhere = factories.create_person(session, phone="+31741234567")
    factories.create_request(session, other_community, elsewhere)
    assert dummy_community.id is not None
    assert queries.perhaps_the_same(session, dummy_community.id, phone="+31741234567") == [here]
    assert queries.perhaps_the_same(session, dummy_community.id, email=str(elsewhere.email)) == []
    assert queries.perhaps_the_same(session, dummy_community.id) == []
