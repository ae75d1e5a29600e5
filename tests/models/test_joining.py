"""Two rows, one person: what was typed under an address becomes its owner's once they come in by mail."""

from typing import Any

import pytest
from sqlalchemy import Engine
from sqlmodel import Session, SQLModel, col, select

from models.database import reading, transaction
from models.errors import NotAllowed, NotFound
from models.operations import blocks, erasing, following, joining, sign_in, telling
from models.queries import blocks as block_queries
from models.queries import contacts, my_page
from models.tables import (
    AuditEntry,
    Block,
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
from tests.factories import NOW, PASSWORD, TOKENS, actor_of, row_id

ADDRESS = "riet@post.example"


def _owner(session: Session, **columns: Any) -> Person:
    typed = {"first_name": "Riet", "last_name": "Ter Braak", "email": ADDRESS, "phone": "+31611111111", **columns}
    return factories.create_person(session, **typed)


def _typed(session: Session, **columns: Any) -> Person:
    return _owner(session, **{"last_name": "", "phone": None, "email_confirmed_at": None, **columns})


def _come_in(session: Session, community: Community) -> Person:
    sign_in.ask_code(session, ADDRESS, community=community, now=NOW)
    code = session.exec(select(OutboxMessage).where(OutboxMessage.name == "sign_in")).one()
    assert code.recipient_id is not None
    found = session.get_one(SignInCode, code.params["code_id"])
    return sign_in.use_link(session, TOKENS.sign_in_link(row_id(found), found.nonce), tokens=TOKENS, now=NOW)


def _all(session: Session, table: type[SQLModel], *where: Any) -> list[Any]:
    return list(session.exec(select(table).where(*where)))


# ---- who is one ------------------------------------------------------------------------------------------------------


def test_who_comes_in_by_mail_finds_what_they_asked_and_offered_without_an_account(any_session: Session) -> None:
    session, here = any_session, factories.create_community(any_session)
    owner, asked, offered = _owner(session), _typed(session, first_name="RIET"), _typed(session)
    request = factories.create_request(session, here, asked)
    volunteer = factories.create_volunteer(session, here, offered, state="applied")
    call = factories.create_call(session, here, asked, key=f"request_open:request:{request.id}:{asked.id}")
    assert _come_in(session, here) is owner
    assert (request.resident_id, request.contact_id, volunteer.person_id) == (owner.id, owner.id, owner.id)
    assert [one.request.id for one in my_page.asked(session, owner.id, here.id)] == [request.id]
    assert (call.person_id, call.key) == (owner.id, f"request_open:request:{request.id}:{owner.id}")
    for row in (asked, offered):
        assert (row.joined_id, row.first_name, row.email, row.phone) == (owner.id, "", None, None)
        assert row.erased_at == NOW
    lines = _all(session, AuditEntry, AuditEntry.action == "person_joined")
    assert {(line.subject_id, line.after) for line in lines} == {
        (asked.id, str(owner.id)), (offered.id, str(owner.id)),
    }  # fmt: skip


def test_of_who_was_never_here_before_the_first_row_becomes_the_account(
    session: Session, dummy_community: Community
) -> None:
    first, second = _typed(session), _typed(session)
    request = factories.create_request(session, dummy_community, second)
    assert _come_in(session, dummy_community) is first
    assert (first.email_confirmed_at, request.resident_id, second.joined_id) == (NOW, first.id, first.id)


def test_another_name_may_be_somebody_who_shares_the_mailbox(session: Session, dummy_community: Community) -> None:
    riet, jan = _owner(session), _typed(session, first_name="Jan")
    request = factories.create_request(session, dummy_community, jan)
    assert _come_in(session, dummy_community) is riet
    assert (request.resident_id, jan.joined_id, jan.email_confirmed_at) == (jan.id, None, None)
    assert sign_in.enter_as(session, riet, row_id(jan), now=NOW) is jan
    assert jan.email_confirmed_at == NOW
    assert riet.joined_id is None, "two people, each with an account"


def test_somebody_else_s_mailbox_opens_nothing(session: Session, dummy_community: Community) -> None:
    riet, stranger = _owner(session), factories.create_person(session)
    unproven = _typed(session, first_name="Jan")
    for proven, chosen in ((riet, stranger), (unproven, riet)):
        with pytest.raises(NotFound):
            sign_in.enter_as(session, proven, row_id(chosen), now=NOW)
    for other in (stranger, riet):
        with pytest.raises(NotFound):
            joining.join(session, other, riet, actor=actor_of(session, riet), now=NOW)
    request = factories.create_request(session, dummy_community, riet)
    for actor in (actor_of(session, stranger), factories.link_actor(request)):
        with pytest.raises(NotAllowed):
            joining.join(session, unproven, riet, actor=actor, now=NOW)


def test_who_wrote_their_name_in_another_way_says_that_both_are_theirs(session: Session) -> None:
    riet, initial = _owner(session), _typed(session, first_name="H. ter Braak")
    joining.join(session, initial, riet, actor=actor_of(session, riet), now=NOW)
    assert initial.joined_id == riet.id


def test_the_password_of_each_who_shares_a_mailbox_lets_them_in(session: Session) -> None:
    riet = _owner(session, password=PASSWORD)
    jan = _owner(session, first_name="Jan", password="een ander wachtwoord")
    assert sign_in.check_password(session, ADDRESS, PASSWORD, now=NOW) is riet
    assert sign_in.check_password(session, ADDRESS, "een ander wachtwoord", now=NOW) is jan


def test_a_password_finds_what_was_typed_only_where_the_address_was_proven(session: Session) -> None:
    riet = _owner(session, password=PASSWORD, email_confirmed_at=None)
    typed = _typed(session)
    sign_in.check_password(session, ADDRESS, PASSWORD, now=NOW)
    assert (typed.joined_id, riet.email_confirmed_at) == (None, None)
    riet.email_confirmed_at = NOW
    sign_in.check_password(session, ADDRESS, PASSWORD, now=NOW)
    assert typed.joined_id == riet.id


def test_the_link_from_our_mail_shows_whose_the_request_is(session: Session, dummy_community: Community) -> None:
    owner, typed = _owner(session), _typed(session)
    request = factories.create_request(session, dummy_community, typed, leaves_choice=True, confirmed_at=None)
    holder = following.by_link(session, TOKENS.request_link(row_id(request), 1), tokens=TOKENS)[1]
    following.confirm(session, request, actor=holder, now=NOW)
    assert (request.resident_id, request.confirmed_at) == (owner.id, NOW)


def test_a_code_on_paper_proves_nothing_about_the_address_that_a_coordinator_typed(
    session: Session, dummy_community: Community, dummy_coordinator: Person
) -> None:
    _owner(session)
    typed = _typed(session)
    request = factories.create_request(
        session, dummy_community, typed, intake_by=dummy_coordinator.id, leaves_choice=True
    )
    code = TOKENS.request_code(row_id(request), 1)
    holder = following.by_code(session, str(request.reference), code, tokens=TOKENS, now=NOW)[1]
    following.confirm(session, request, actor=holder, now=NOW)
    assert (request.resident_id, typed.email_confirmed_at) == (typed.id, None)


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
    owner, typed = _owner(session), _typed(session)
    tell = {"about": "request:1", "community": dummy_community, "now": NOW}
    telling.tell(session, typed, "request_open", **tell)
    _come_in(session, dummy_community)
    telling.tell(session, owner, "request_open", **tell)
    telling.tell(session, typed, "request_no_match", **tell)
    found = _all(session, OutboxMessage, OutboxMessage.name != "sign_in")
    assert sorted((message.name, message.recipient_id) for message in found) == [
        ("request_no_match", owner.id), ("request_open", owner.id),
    ], "and who was joined this minute is told as who they are"  # fmt: skip


def test_a_number_that_a_stranger_could_have_typed_replaces_none(session: Session, dummy_community: Community) -> None:
    owner, typed = _owner(session), _typed(session, phone="+31622222222")
    request = factories.create_request(session, dummy_community, typed)
    _come_in(session, dummy_community)
    assert owner.phone == "+31611111111"
    signal = session.exec(select(Signal)).one()
    assert (signal.kind, signal.request_id, signal.person_id) == ("other_phone", request.id, owner.id)
    assert "22222222" in signal.note, "the desk asks which number is right"


def test_of_two_offers_in_one_community_the_proven_one_stays(session: Session, dummy_community: Community) -> None:
    owner, typed = _owner(session), _typed(session)
    kept = factories.create_volunteer(session, dummy_community, owner, state="stopped")
    other = factories.create_volunteer(session, dummy_community, typed)
    match = factories.create_match(session, volunteer=other, state="approved")
    _come_in(session, dummy_community)
    assert (kept.person_id, kept.state) == (owner.id, "stopped"), "nobody comes back in by another door"
    assert (other.state, session.get_one(Match, match.id).state) == ("left", "withdrawn")


def test_a_colleague_who_was_appointed_under_a_typed_address_has_that_work(
    session: Session, dummy_community: Community
) -> None:
    owner, typed = _owner(session), _typed(session)
    for person in (owner, typed):
        session.add(Role(person_id=row_id(person), community_id=row_id(dummy_community), role="coordinator"))
    session.add(Role(person_id=row_id(typed), community_id=row_id(dummy_community), role="administrator"))
    _come_in(session, dummy_community)
    here = frozenset({dummy_community.id})
    assert (actor_of(session, owner).coordinates, actor_of(session, owner).administers) == (here, here)


def test_who_wanted_no_mail_under_the_typed_name_gets_none(session: Session, dummy_community: Community) -> None:
    owner, typed = _owner(session), _typed(session, no_messages_at=NOW)
    waiting = factories.create_outbox_message(session, typed, community_id=dummy_community.id, name="request_open")
    _come_in(session, dummy_community)
    assert owner.no_messages_at == NOW
    assert (waiting.state, session.exec(select(Call)).one().person_id) == ("skipped", owner.id)


def test_who_was_looked_up_reads_who_looked_before_they_came_in(session: Session, dummy_community: Community) -> None:
    owner, typed = _owner(session), _typed(session)
    session.add(AuditEntry(at=NOW, actor_id=None, actor_kind="coordinator", action=contacts.SEEN, subject="person",
                           subject_id=row_id(typed)))  # fmt: skip
    _come_in(session, dummy_community)
    assert [look.kind for look in my_page.looks(session, row_id(owner))] == ["coordinator"]


def test_whoever_is_forgotten_leaves_nothing_under_a_typed_name(session: Session, dummy_community: Community) -> None:
    owner, typed, later = _owner(session), _typed(session), _typed(session)
    factories.create_volunteer(session, dummy_community, owner)
    ended = factories.create_volunteer(session, dummy_community, typed, text="Mijn verhaal.")
    _come_in(session, dummy_community)
    newest = _typed(session)
    request = factories.create_request(session, dummy_community, newest, text="Mijn zorgen.")
    erasing.erase(session, owner, actor=actor_of(session, owner), now=NOW)
    assert (ended.text, request.text, request.state) == ("", "", "withdrawn")
    assert all(row.email is None and row.first_name == "" for row in (owner, typed, later, newest))


# ---- never meeting again ---------------------------------------------------------------------------------------------


def test_a_block_holds_for_who_may_be_that_person(
    session: Session, dummy_community: Community, dummy_coordinator: Person
) -> None:
    owner, typed = _owner(session), _typed(session)
    helper = factories.create_volunteer(session, dummy_community)
    factories.create_block(
        session, dummy_community, owner, session.get_one(Person, helper.person_id), dummy_coordinator
    )
    request = factories.create_request(session, dummy_community, typed)
    assert block_queries.blocked_volunteers(session, [row_id(typed)], dummy_community.id) == {helper.id}
    assert block_queries.closed_requests(session, helper.person_id, dummy_community.id) == {request.id}
    assert block_queries.closed_requests(session, row_id(owner), dummy_community.id) == {request.id}, "their own"
    volunteer = factories.create_volunteer(session, dummy_community, owner)
    assert block_queries.blocked_volunteers(session, [row_id(typed)], dummy_community.id) == {helper.id, volunteer.id}


def test_a_block_ends_a_match_under_a_typed_name_too(
    session: Session, dummy_community: Community, dummy_coordinator: Person
) -> None:
    owner, typed = _owner(session), _typed(session)
    factories.create_request(session, dummy_community, owner)
    match = factories.create_match(session, factories.create_request(session, dummy_community, typed), state="approved")
    helper = session.get_one(Person, session.get_one(Volunteer, match.volunteer_id).person_id)
    desk = actor_of(session, dummy_coordinator)
    blocks.block(session, owner, helper, "Ruzie.", community=dummy_community, actor=desk, now=NOW)
    assert match.state == "withdrawn"


def test_a_block_comes_along_and_can_be_taken_back_by_the_same_desk(
    session: Session, dummy_community: Community, dummy_coordinator: Person
) -> None:
    desk = {"community": dummy_community, "actor": actor_of(session, dummy_coordinator), "now": NOW}
    owner, typed = _owner(session), _typed(session)
    factories.create_request(session, dummy_community, typed)
    helper = session.get_one(Person, factories.create_volunteer(session, dummy_community).person_id)
    blocks.block(session, typed, helper, "Ruzie.", **desk)
    _come_in(session, dummy_community)
    found = session.exec(select(Block)).one()
    assert {found.person_id, found.other_id} == {owner.id, helper.id}
    assert found.reason == "Ruzie."
    blocks.unblock(session, owner, helper, "Bijgelegd.", **desk)
    assert _all(session, Block) == []


# ---- at the same moment ----------------------------------------------------------------------------------------------


def test_two_who_come_in_with_one_address_at_the_same_moment_make_one_person(any_database: Engine) -> None:
    with transaction(any_database) as session:
        here = factories.create_community(session)
        rows = [_typed(session) for _ in range(4)]
        ids = [row_id(row) for row in rows]
        requests = [row_id(factories.create_request(session, here, row)) for row in rows]
    ends = at_once(
        any_database,
        *(lambda session, n=n: joining.confirm(session, session.get_one(Person, n), now=NOW).id for n in ids),
    )
    with reading(any_database) as session:
        left = [row.id for row in _all(session, Person, col(Person.erased_at).is_(None))]
        residents = {session.get_one(HelpRequest, request).resident_id for request in requests}
    assert len(left) == 1
    assert residents == set(left)
    assert set(ends) <= set(ids), "nobody waited for who waited for them"


def test_who_is_told_something_at_that_moment_is_told(any_database: Engine) -> None:
    with transaction(any_database) as session:
        here = row_id(factories.create_community(session))
        owner, typed = row_id(_owner(session)), row_id(_typed(session))

    def tell(session: Session) -> None:
        telling.tell(session, session.get_one(Person, typed), "request_open", about="request:1",
                     community=session.get_one(Community, here), now=NOW)  # fmt: skip

    ends = at_once(
        any_database, tell, lambda session: joining.confirm(session, session.get_one(Person, owner), now=NOW).id
    )
    assert ends == [None, owner]
    with reading(any_database) as session:
        message = session.exec(select(OutboxMessage)).one()
        found = (message.recipient_id, message.key)
    assert found == (owner, f"request_open:request:1:{owner}")
