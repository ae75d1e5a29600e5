"""Forgetting a person: every word of theirs goes, nothing is left half-way, and only who may asks for it."""

from datetime import timedelta

import pytest
from sqlalchemy import Engine, LargeBinary, cast
from sqlmodel import Session, SQLModel, String, col, func, select

from models.actor import NOBODY, SYSTEM, Actor
from models.database import reading, transaction
from models.errors import NotAllowed, NotFound, Refused, StaleState
from models.operations import following, people
from models.queries import people as queries
from models.tables import (
    AuditEntry,
    Call,
    Community,
    HelpRequest,
    Match,
    OutboxMessage,
    Person,
    Role,
    Signal,
    SignInCode,
    Volunteer,
)
from tests import factories
from tests.concurrency import at_once
from tests.factories import NOW, TOKENS, actor_of, link_actor

SECRETS = {
    "first_name": "Quirijntje",
    "last_name": "Wiggelaar",
    "email": "quirijntje@wiggelaar.example",
    "phone": "+31741239876",
    "address": "Zwaluwpad 17",
}
WORDS = ("Quirijntje", "Wiggelaar", "wiggelaar", "741239876", "Zwaluwpad", "7551QW", "zilvervosje")
"""Each stands in the life below; the last one in every free text."""


def _a_whole_life(session: Session) -> Person:
    """Make somebody who asked, helped, wrote, was written to and called, in every table there is."""
    secret = "Quirijntje Wiggelaar, Zwaluwpad 17, zilvervosje"
    community = factories.create_community(session)
    desk = factories.create_coordinator(session, community)
    person = factories.create_person(session, password=factories.PASSWORD, **SECRETS)
    neighbour = factories.create_person(session)
    free = {
        "text": secret, "summary": secret, "question": secret, "referred_to": secret, "reason": secret,
        "relation": "zilvervosje", "answers": {"text": secret}, "postcode": "7551QW",
        "found": [{"slug": "buddy", "confidence": 0.5}], "vector": b"zilvervosje", "edition": "1",
        "traits": ["zilvervosje"], "avoids": ["zilvervosje"],
    }  # fmt: skip
    for state in ("submitted", "asked_back", "open", "on_hold", "fulfilled", "referred"):
        factories.create_request(session, community, person, state=state, **free, draft_key=f"zilvervosje-{state}")
    asked = factories.create_request(session, community, person, state="matched", **free)
    helper = factories.create_volunteer(session, community, neighbour)
    offer = factories.create_volunteer(
        session, community, person, text=secret, reason=secret, postcode="7551QW",
        found=[{"slug": "buddy", "confidence": 0.5}], vector=b"zilvervosje", edition="1",
        away=[{"from": "2026-12-01", "until": "2026-12-02"}], windows=[{"day": "mon", "from": "09:00", "to": "12:00"}],
        traits=["zilvervosje"], avoids=["zilvervosje"],
    )  # fmt: skip
    factories.create_certificate(session, offer, desk)
    factories.create_portrait(session, offer, b"zilvervosje")
    other_request = factories.create_request(session, community, neighbour, state="matched")
    words = {"note": secret, "thanks": secret, "reason": secret, "costs": "zilvervosje"}
    for match in (
        factories.create_match(session, asked, helper, state="active", **words),
        factories.create_match(session, other_request, offer, state="agreed", **words),
    ):
        appointment = factories.create_appointment(session, match, place=secret, reason=secret)
        factories.create_check_in(session, appointment, person, note=secret)
        factories.create_pair_message(session, match, person, body=secret)
        factories.create_signal(session, community, person_id=person.id, match_id=match.id, note=secret)
        factories.create_outbox_message(  # to the other, about them
            session, neighbour, state="sent", name="match_agreed", params={"match_id": match.id}, subject=secret,
            body=secret, html=secret,
        )  # fmt: skip
    for state in ("pending", "leased", "sending", "sent", "failed", "in_doubt", "skipped"):
        factories.create_outbox_message(
            session, person, state=state, address=SECRETS["email"], subject=secret, body=secret, html=secret,
            error=secret, community_id=community.id,
        )  # fmt: skip
    factories.create_call(session, community, person, note=secret)
    factories.create_block(session, community, person, factories.create_person(session), desk, reason=secret)
    factories.create_sign_in_code(session, person)
    session.commit()
    return person


def _places_of(session: Session, word: str) -> list[str]:
    """Search every column of every table, so that a new one cannot hide a name."""
    found = []
    for table in SQLModel.metadata.sorted_tables:
        for column in table.columns:
            if isinstance(column.type, LargeBinary):
                values = session.execute(select(column)).scalars()
                hit = any(value is not None and word.encode() in value for value in values)
            else:
                asked = select(func.count()).select_from(table).where(cast(column, String).contains(word))
                hit = session.execute(asked).scalar_one() > 0
            if hit:
                found.append(f"{table.name}.{column.name}")
    return found


def test_of_a_forgotten_person_no_word_is_left_anywhere(any_session: Session) -> None:
    person = _a_whole_life(any_session)
    assert [word for word in WORDS if not _places_of(any_session, word)] == [], "the life above holds every word"
    people.erase(any_session, person, actor=actor_of(any_session, person), now=NOW)
    assert {word: places for word in WORDS if (places := _places_of(any_session, word))} == {}
    any_session.refresh(person)
    assert (person.email, person.phone, person.password_hash, person.erased_at) == (None, None, None, NOW)


def test_a_forgotten_person_leaves_no_loose_end(any_session: Session) -> None:
    person = _a_whole_life(any_session)
    people.erase(any_session, person, actor=actor_of(any_session, person), now=NOW)
    requests = any_session.exec(select(HelpRequest).where(HelpRequest.resident_id == person.id)).all()
    assert {r.state for r in requests} == {"withdrawn", "fulfilled", "referred"}
    offer = any_session.exec(select(Volunteer).where(Volunteer.person_id == person.id)).one()
    assert (offer.state, offer.windows, offer.away, offer.wants_digest) == ("left", None, [], False)
    assert {m.state for m in any_session.exec(select(Match))} == {"withdrawn"}
    theirs = any_session.exec(select(OutboxMessage).where(OutboxMessage.recipient_id == person.id)).all()
    assert {m.state for m in theirs} == {"redacted"}
    assert all(m.ended_at is not None for m in theirs)
    calls = any_session.exec(select(Call).where(Call.person_id == person.id)).all()
    assert all(call.done_at == NOW and call.outcome == "erased" for call in calls)
    assert any_session.exec(select(SignInCode)).all() == []


def test_the_other_side_is_told_and_the_one_who_asked_for_it_is_not(any_session: Session) -> None:
    person = _a_whole_life(any_session)
    people.erase(any_session, person, actor=actor_of(any_session, person), now=NOW)
    told = any_session.exec(select(OutboxMessage).where(OutboxMessage.state == "pending")).all()
    assert {(m.name, m.recipient_id == person.id) for m in told} == {("match_ended", False)}
    assert len(told) == 2
    assert any_session.exec(select(Call).where(Call.person_id == person.id, col(Call.done_at).is_(None))).all() == []
    neighbour = _helped_by(any_session, person)
    assert neighbour.state == "open", "who was helped by them still wants help"


def _helped_by(session: Session, person: Person) -> HelpRequest:
    """Give the request of somebody else that this person had helped with."""
    return session.exec(
        select(HelpRequest)
        .join(Match, col(Match.request_id) == col(HelpRequest.id))
        .join(Volunteer, col(Volunteer.id) == col(Match.volunteer_id))
        .where(Volunteer.person_id == person.id)
    ).one()


def test_forgetting_ends_every_session_link_and_right(any_session: Session) -> None:
    community = factories.create_community(any_session)
    factories.create_administrator(any_session, community)
    person = factories.create_staff(any_session, community, "coordinator", "administrator")
    request = factories.create_request(any_session, community, person)
    assert person.id is not None
    assert request.id is not None
    version, token = person.session_version, TOKENS.request_link(request.id, request.link_version)
    code = TOKENS.request_code(request.id, request.link_version)
    people.erase(any_session, person, actor=actor_of(any_session, person), now=NOW)
    assert queries.signed_in(any_session, person.id, version) is None
    assert queries.signed_in(any_session, person.id, person.session_version) is None
    assert any_session.exec(select(Role).where(Role.person_id == person.id)).all() == []
    assert actor_of(any_session, person) == NOBODY
    with pytest.raises(NotFound):
        following.by_link(any_session, token, tokens=TOKENS)
    newest = TOKENS.request_link(request.id, request.link_version)
    with pytest.raises(NotFound):
        following.by_link(any_session, newest, tokens=TOKENS)
    with pytest.raises(NotFound):
        following.by_code(any_session, str(request.reference), code, tokens=TOKENS, now=NOW)
    for change in (
        lambda: people.set_language(any_session, person, "en", actor=Actor(person_id=person.id), now=NOW),
        lambda: people.resume_messages(any_session, person, actor=Actor(person_id=person.id), now=NOW),
    ):
        with pytest.raises(NotFound):
            change()


def test_forgetting_twice_is_forgetting_once(any_session: Session) -> None:
    person = _a_whole_life(any_session)
    actor = actor_of(any_session, person)
    people.erase(any_session, person, actor=actor, now=NOW)
    count = select(func.count()).select_from(AuditEntry)
    before, version = any_session.exec(count).one(), person.session_version
    people.erase(any_session, person, actor=actor, now=NOW + timedelta(days=1))
    assert any_session.exec(count).one() == before
    assert (person.session_version, person.erased_at) == (version, NOW)


def test_the_log_keeps_the_number_of_who_was_forgotten(session: Session) -> None:
    person = _a_whole_life(session)
    people.erase(session, person, actor=actor_of(session, person), now=NOW)
    line = session.exec(select(AuditEntry).where(AuditEntry.action == "person_erased")).one()
    assert (line.actor_id, line.subject_id, line.actor_kind) == (person.id, person.id, "self")


def test_a_coordinator_forgets_who_takes_part_there_alone(
    session: Session, dummy_request: HelpRequest, dummy_resident: Person, dummy_coordinator: Person
) -> None:
    people.erase(session, dummy_resident, actor=actor_of(session, dummy_coordinator), now=NOW)
    assert dummy_resident.erased_at == NOW
    withdrawn = session.exec(
        select(AuditEntry).where(AuditEntry.action == "person_erased", AuditEntry.actor_id == dummy_coordinator.id)
    ).one()
    assert withdrawn.community_id == dummy_request.community_id


def test_nobody_else_forgets_somebody(
    session: Session, dummy_request: HelpRequest, dummy_resident: Person, dummy_administrator: Person,
    other_community: Community,
) -> None:  # fmt: skip
    of_another = factories.create_coordinator(session, other_community)
    for actor in (
        actor_of(session, of_another),
        actor_of(session, dummy_administrator),
        actor_of(session, factories.create_person(session)),
        link_actor(dummy_request),
        NOBODY,
        SYSTEM,
    ):
        with pytest.raises(NotAllowed):
            people.erase(session, dummy_resident, actor=actor, now=NOW)
    assert dummy_resident.erased_at is None


def test_a_coordinator_does_not_forget_somebody_for_another_community(
    session: Session, dummy_request: HelpRequest, dummy_resident: Person, dummy_coordinator: Person,
    other_community: Community,
) -> None:  # fmt: skip
    factories.create_volunteer(session, other_community, dummy_resident)
    with pytest.raises(NotAllowed, match="elsewhere"):
        people.erase(session, dummy_resident, actor=actor_of(session, dummy_coordinator), now=NOW)


def test_a_coordinator_does_not_forget_a_colleague(session: Session, dummy_coordinator: Person) -> None:
    community = session.exec(select(Community)).one()
    colleague = factories.create_administrator(session, community)
    with pytest.raises(NotAllowed, match="works_here"):
        people.erase(session, colleague, actor=actor_of(session, dummy_coordinator), now=NOW)


def test_the_last_administrator_cannot_be_forgotten(session: Session, dummy_administrator: Person) -> None:
    actor = actor_of(session, dummy_administrator)
    with pytest.raises(StaleState, match="last_administrator"):
        people.erase(session, dummy_administrator, actor=actor, now=NOW)
    community = session.exec(select(Community)).one()
    factories.create_administrator(session, community)
    people.erase(session, dummy_administrator, actor=actor, now=NOW)
    assert dummy_administrator.erased_at == NOW


def test_what_they_asked_for_somebody_else_goes_on_with_that_somebody(
    session: Session, dummy_community: Community, dummy_resident: Person
) -> None:
    daughter = factories.create_person(session)
    request = factories.create_request(
        session, dummy_community, dummy_resident, asker_id=daughter.id, contact_id=daughter.id, relation="daughter"
    )
    version = request.link_version
    people.erase(session, daughter, actor=actor_of(session, daughter), now=NOW)
    assert (request.state, request.contact_id, request.relation) == ("open", dummy_resident.id, "")
    assert request.text != ""
    assert request.link_version > version, "the daughter's mailed link leads nowhere"
    signal = session.exec(select(Signal)).one()
    assert (signal.kind, signal.request_id) == ("asker_gone", request.id)


def test_an_erasure_that_fails_half_way_leaves_everything(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    with transaction(engine) as session:
        person_id = _a_whole_life(session).id
    from models.operations import erasing

    def broken(*_arguments: object) -> None:
        raise Refused("broken")

    monkeypatch.setattr(erasing, "_empty_person", broken)
    ends = at_once(
        engine,
        lambda session: people.erase(
            session, session.get_one(Person, person_id), actor=Actor(person_id=person_id), now=NOW
        ),
    )
    assert isinstance(ends[0], Refused)
    with reading(engine) as session:
        person = session.get_one(Person, person_id)
        assert (person.first_name, person.erased_at) == ("Quirijntje", None)
        assert session.exec(select(Match).where(Match.state == "withdrawn")).all() == []
