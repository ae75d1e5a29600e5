"""Two rows, one person: what was typed under an address becomes its owner's once they come in by mail."""

import pytest
from sqlmodel import Session, SQLModel, select

from models.errors import NotAllowed, NotFound
from models.operations import erasing, following, joining, sign_in, telling
from models.queries import contacts, my_page
from models.tables import (
    AuditEntry,
    Call,
    CheckIn,
    Community,
    Match,
    OutboxMessage,
    Person,
    Role,
    Signal,
)
from tests import factories
from tests.factories import NOW, PASSWORD, TOKENS, actor_of, row_id
from tests.models import mailbox

# ---- who is one ------------------------------------------------------------------------------------------------------


def test_who_comes_in_by_mail_finds_what_they_asked_and_offered_without_an_account(any_session: Session) -> None:
    session, here = any_session, factories.create_community(any_session)
    owner, asked, offered = mailbox.owner(session), mailbox.typed(session, first_name="RIET"), mailbox.typed(session)
    request = factories.create_request(session, here, asked)
    volunteer = factories.create_volunteer(session, here, offered, state="applied")
    call = factories.create_call(session, here, asked, key=f"request_open:request:{request.id}:{asked.id}")
    assert mailbox.come_in(session, here) is owner
    assert (request.resident_id, request.contact_id, volunteer.person_id) == (owner.id, owner.id, owner.id)
    assert [one.request.id for one in my_page.asked(session, owner.id, here.id)] == [request.id]
    assert (call.person_id, call.key) == (owner.id, f"request_open:request:{request.id}:{owner.id}")
    for row in (asked, offered):
        assert (row.joined_id, row.first_name, row.email, row.phone) == (owner.id, "", None, None)
        assert row.erased_at == NOW
    lines = mailbox.all_of(session, AuditEntry, AuditEntry.action == "person_joined")
    assert {(line.subject_id, line.after) for line in lines} == {
        (asked.id, str(owner.id)), (offered.id, str(owner.id)),
    }  # fmt: skip


def test_of_who_was_never_here_before_the_first_row_becomes_the_account(
    session: Session, dummy_community: Community
) -> None:
    first, second = mailbox.typed(session), mailbox.typed(session)
    requests = [factories.create_request(session, dummy_community, row) for row in (first, second)]
    assert mailbox.come_in(session, dummy_community) is first
    assert (first.email_confirmed_at, requests[1].resident_id, second.joined_id) == (NOW, first.id, first.id)


def test_whoever_helps_here_already_stays_who_they_are_whatever_was_typed_before_them(
    session: Session, dummy_community: Community
) -> None:
    stranger, helper = mailbox.typed(session), mailbox.typed(session)
    factories.create_volunteer(session, dummy_community, stranger, state="applied")
    volunteer = factories.create_volunteer(session, dummy_community, helper)
    match = factories.create_match(session, volunteer=volunteer, state="agreed")
    assert mailbox.come_in(session, dummy_community) is helper
    assert (volunteer.state, match.state) == ("active", "agreed")


def test_another_name_may_be_somebody_who_shares_the_mailbox(session: Session, dummy_community: Community) -> None:
    riet, jan = mailbox.owner(session), mailbox.typed(session, first_name="Jan")
    request = factories.create_request(session, dummy_community, jan)
    assert mailbox.come_in(session, dummy_community) is riet
    assert (request.resident_id, jan.joined_id, jan.email_confirmed_at) == (jan.id, None, None)
    assert sign_in.enter_as(session, riet, row_id(jan), now=NOW) is jan
    assert jan.email_confirmed_at == NOW
    assert riet.joined_id is None, "two people, each with an account"


def test_nobody_is_proven_before_it_is_clear_who_came_in(session: Session, dummy_community: Community) -> None:
    stranger, riet = mailbox.typed(session, first_name="Jan"), mailbox.typed(session)
    assert mailbox.come_in(session, dummy_community) is stranger
    assert sign_in.enter_as(session, stranger, row_id(riet), now=NOW) is riet
    assert (stranger.email_confirmed_at, riet.email_confirmed_at) == (None, NOW)
    lines = [(line.action, line.subject_id) for line in mailbox.all_of(session, AuditEntry)]
    assert lines == [("code_asked", stranger.id), ("mailbox_read", stranger.id), ("signed_in", riet.id)]


def test_two_of_one_first_name_stay_two_and_what_could_be_of_either_waits(
    session: Session, dummy_community: Community
) -> None:
    smit, bos = (
        mailbox.owner(session, first_name="Jan", last_name=name, password=name * 3) for name in ("Smit", "Bos")
    )
    typed = mailbox.typed(session, first_name="Jan")
    factories.create_request(session, dummy_community, typed)
    assert joining.confirm(session, smit, now=NOW) is smit
    assert sign_in.check_password(session, mailbox.ADDRESS, "Bos" * 3, now=NOW) is bos
    assert (bos.joined_id, typed.joined_id) == (None, None)
    assert joining.confirm(session, typed, now=NOW) is typed, "whoever says so themselves"


def test_what_was_typed_in_a_community_where_they_never_were_waits_for_their_word(
    session: Session, dummy_community: Community, other_community: Community
) -> None:
    owner, typed = mailbox.owner(session), mailbox.typed(session)
    factories.create_request(session, dummy_community, owner)
    request = factories.create_request(session, other_community, typed)
    assert mailbox.come_in(session, dummy_community) is owner, "without a question"
    assert request.resident_id == typed.id, "its desk does not read who the owner is"
    joining.join(session, typed, owner, actor=actor_of(session, owner), now=NOW)
    assert request.resident_id == owner.id


def test_somebody_else_s_mailbox_opens_nothing(session: Session, dummy_community: Community) -> None:
    riet, stranger = mailbox.owner(session), factories.create_person(session)
    unproven = mailbox.typed(session, first_name="Jan")
    with pytest.raises(NotFound):
        sign_in.enter_as(session, riet, row_id(stranger), now=NOW)
    for other in (stranger, riet):
        with pytest.raises(NotFound):
            joining.join(session, other, riet, actor=actor_of(session, riet), now=NOW)
    with pytest.raises(NotFound):
        joining.join(session, riet, unproven, actor=actor_of(session, unproven), now=NOW)
    request = factories.create_request(session, dummy_community, riet)
    for actor in (actor_of(session, stranger), factories.link_actor(request)):
        with pytest.raises(NotAllowed):
            joining.join(session, unproven, riet, actor=actor, now=NOW)


def test_who_wrote_their_name_in_another_way_says_that_both_are_theirs(session: Session) -> None:
    riet, initial = mailbox.owner(session), mailbox.typed(session, first_name="H. ter Braak")
    joining.join(session, initial, riet, actor=actor_of(session, riet), now=NOW)
    assert initial.joined_id == riet.id


def test_the_password_of_each_who_shares_a_mailbox_lets_them_in(session: Session) -> None:
    riet = mailbox.owner(session, password=PASSWORD)
    jan = mailbox.owner(session, first_name="Jan", password="een ander wachtwoord")
    assert sign_in.check_password(session, mailbox.ADDRESS, PASSWORD, now=NOW) is riet
    assert sign_in.check_password(session, mailbox.ADDRESS, "een ander wachtwoord", now=NOW) is jan


def test_a_password_finds_what_was_typed_only_where_the_address_was_proven(session: Session) -> None:
    riet = mailbox.owner(session, password=PASSWORD, email_confirmed_at=None)
    typed = mailbox.typed(session)
    sign_in.check_password(session, mailbox.ADDRESS, PASSWORD, now=NOW)
    assert (typed.joined_id, riet.email_confirmed_at) == (None, None)
    riet.email_confirmed_at = NOW
    sign_in.check_password(session, mailbox.ADDRESS, PASSWORD, now=NOW)
    assert typed.joined_id == riet.id


def test_the_link_from_our_mail_shows_whose_the_request_is(session: Session, dummy_community: Community) -> None:
    owner, typed = mailbox.owner(session), mailbox.typed(session)
    request = factories.create_request(session, dummy_community, typed, leaves_choice=True, confirmed_at=None)
    holder = following.by_link(session, TOKENS.request_link(row_id(request), 1), tokens=TOKENS)[1]
    following.confirm(session, request, actor=holder, now=NOW)
    assert (request.resident_id, request.confirmed_at) == (owner.id, NOW)


def test_a_code_on_paper_proves_nothing_about_the_address_that_a_coordinator_typed(
    session: Session, dummy_community: Community, dummy_coordinator: Person
) -> None:
    mailbox.owner(session)
    typed = mailbox.typed(session)
    request = factories.create_request(
        session, dummy_community, typed, intake_by=dummy_coordinator.id, leaves_choice=True
    )
    code = TOKENS.request_code(row_id(request), 1)
    holder = following.by_code(session, str(request.reference), code, tokens=TOKENS, now=NOW)[1]
    following.confirm(session, request, actor=holder, now=NOW)
    assert (request.resident_id, typed.email_confirmed_at) == (typed.id, None)
    mailbox.come_in(session, dummy_community)
    holder = following.by_code(session, str(request.reference), code, tokens=TOKENS, now=NOW)[1]
    assert not holder.is_proven, "nor does it open what is the owner's, now that it is the owner's request"


# ---- what comes along, and what does not -----------------------------------------------------------------------------


def test_no_column_that_names_a_person_is_forgotten() -> None:
    naming = {
        column
        for table in SQLModel.metadata.tables.values()
        for column in table.columns
        if any(key.column.table.name == "person" for key in column.foreign_keys)
    }
    handled = {column.property.columns[0] for column in (*joining.MOVED, *joining.APART)}
    assert {str(column) for column in naming} == {str(column) for column in handled}


def test_what_was_told_once_is_not_told_again(session: Session, dummy_community: Community) -> None:
    owner, typed = mailbox.owner(session), mailbox.typed(session)
    tell = {"about": "request:1", "community": dummy_community, "now": NOW}
    telling.tell(session, typed, "request_open", **tell)
    mailbox.come_in(session, dummy_community)
    telling.tell(session, owner, "request_open", **tell)
    telling.tell(session, typed, "request_no_match", **tell)
    found = mailbox.all_of(session, OutboxMessage, OutboxMessage.name != "sign_in")
    assert sorted((message.name, message.recipient_id) for message in found) == [
        ("request_no_match", owner.id), ("request_open", owner.id),
    ], "and who was joined this minute is told as who they are"  # fmt: skip


def test_a_number_that_a_stranger_could_have_typed_replaces_none(session: Session, dummy_community: Community) -> None:
    owner, typed = mailbox.owner(session), mailbox.typed(session, phone="+31622222222")
    request = factories.create_request(session, dummy_community, typed)
    mailbox.come_in(session, dummy_community)
    assert owner.phone == "+31611111111"
    signal = session.exec(select(Signal)).one()
    assert (signal.kind, signal.request_id, signal.person_id) == ("other_phone", request.id, owner.id)
    assert "22222222" in signal.note, "the desk asks which number is right"


def test_of_two_numbers_that_nobody_proved_none_is_called(session: Session, dummy_community: Community) -> None:
    rows = [mailbox.typed(session, phone=number) for number in ("+31611111111", "+31622222222")]
    for row in rows:
        factories.create_request(session, dummy_community, row)
    assert mailbox.come_in(session, dummy_community).phone is None
    assert sorted(signal.note for signal in mailbox.all_of(session, Signal)) == ["06 11111111", "06 22222222"]


def test_of_two_offers_in_one_community_the_proven_one_stays(session: Session, dummy_community: Community) -> None:
    owner, typed = mailbox.owner(session), mailbox.typed(session)
    kept = factories.create_volunteer(session, dummy_community, owner, state="stopped")
    other = factories.create_volunteer(session, dummy_community, typed)
    match = factories.create_match(session, volunteer=other, state="approved")
    mailbox.come_in(session, dummy_community)
    assert (kept.person_id, kept.state) == (owner.id, "stopped"), "nobody comes back in by another door"
    assert (other.state, session.get_one(Match, match.id).state) == ("left", "withdrawn")


def test_a_colleague_who_was_appointed_under_a_typed_address_has_that_work(
    session: Session, dummy_community: Community
) -> None:
    owner, typed = mailbox.owner(session), mailbox.typed(session)
    for person in (owner, typed):
        session.add(Role(person_id=row_id(person), community_id=row_id(dummy_community), role="coordinator"))
    session.add(Role(person_id=row_id(typed), community_id=row_id(dummy_community), role="administrator"))
    mailbox.come_in(session, dummy_community)
    here = frozenset({dummy_community.id})
    assert (actor_of(session, owner).coordinates, actor_of(session, owner).administers) == (here, here)


def test_nobody_stops_the_mail_of_an_address_that_they_only_typed(session: Session, dummy_community: Community) -> None:
    owner, typed = mailbox.owner(session), mailbox.typed(session, no_messages_at=NOW)
    mailbox.come_in(session, dummy_community)
    assert (owner.no_messages_at, typed.joined_id) == (None, owner.id)


def test_two_proven_names_of_one_person_keep_what_both_had(session: Session) -> None:
    owner = mailbox.owner(session)
    other = mailbox.owner(session, first_name="H.", no_messages_at=NOW, password=PASSWORD, address="Dorpsstraat 1")
    joining.join(session, other, owner, actor=actor_of(session, owner), now=NOW)
    assert (owner.no_messages_at, owner.address) == (NOW, "Dorpsstraat 1")
    assert sign_in.check_password(session, mailbox.ADDRESS, PASSWORD, now=NOW) is owner


def test_who_was_asked_twice_how_it_went_is_asked_once_and_an_answer_stays(
    session: Session, dummy_community: Community
) -> None:
    owner, typed = mailbox.owner(session), mailbox.typed(session)
    appointments = [
        factories.create_appointment(session, factories.create_match(session, state="active")) for _ in "12"
    ]
    for appointment in appointments:
        factories.create_check_in(session, appointment, owner)
        factories.create_check_in(
            session, appointment, typed, answer="good" if appointment is appointments[0] else None
        )
    mailbox.come_in(session, dummy_community)
    answers = {
        one.appointment_id: one.answer for one in mailbox.all_of(session, CheckIn, CheckIn.person_id == owner.id)
    }
    assert answers == {appointments[0].id: "good", appointments[1].id: None}


def test_what_waits_for_both_goes_once(session: Session, dummy_community: Community) -> None:
    owner, typed = mailbox.owner(session), mailbox.typed(session)
    for person in (owner, typed):
        key = f"request_open:request:1:{person.id}"
        factories.create_outbox_message(session, person, community_id=dummy_community.id, key=key)
        factories.create_call(session, dummy_community, person, key=key)
    mailbox.come_in(session, dummy_community)
    waiting = [m for m in mailbox.all_of(session, OutboxMessage) if m.name != "sign_in"]
    assert sorted(message.state for message in waiting) == ["pending", "skipped"]
    assert sorted(call.outcome for call in mailbox.all_of(session, Call)) == ["", "joined"]


def test_who_was_looked_up_reads_who_looked_before_they_came_in(session: Session, dummy_community: Community) -> None:
    owner, typed = mailbox.owner(session), mailbox.typed(session)
    session.add(AuditEntry(at=NOW, actor_id=None, actor_kind="coordinator", action=contacts.SEEN, subject="person",
                           subject_id=row_id(typed)))  # fmt: skip
    mailbox.come_in(session, dummy_community)
    assert [look.kind for look in my_page.looks(session, row_id(owner))] == ["coordinator"]


def test_whoever_is_forgotten_leaves_nothing_under_a_typed_name(session: Session, dummy_community: Community) -> None:
    owner, typed, later = mailbox.owner(session), mailbox.typed(session), mailbox.typed(session)
    factories.create_volunteer(session, dummy_community, owner)
    ended = factories.create_volunteer(session, dummy_community, typed, text="Mijn verhaal.")
    mailbox.come_in(session, dummy_community)
    newest = mailbox.typed(session)
    request = factories.create_request(session, dummy_community, newest, text="Mijn zorgen.")
    erasing.erase(session, owner, actor=actor_of(session, owner), now=NOW)
    assert (ended.text, request.text, request.state) == ("", "", "withdrawn")
    assert all(row.email is None and row.first_name == "" for row in (owner, typed, later, newest))
