"""Who must never meet again, under whichever name they were typed; and two joins at the same moment."""

import pytest
from sqlalchemy import Engine
from sqlmodel import Session, col, select

from models.database import reading, transaction
from models.operations import blocks, joining, telling
from models.queries import blocks as block_queries
from models.queries import ranked
from models.tables import (
    Block,
    Community,
    HelpRequest,
    OutboxMessage,
    Person,
    Volunteer,
)
from tests import factories
from tests.concurrency import at_once
from tests.factories import NOW, actor_of, row_id
from tests.models import mailbox

# ---- never meeting again ---------------------------------------------------------------------------------------------


def test_a_block_holds_for_who_may_be_that_person(
    session: Session, dummy_community: Community, dummy_coordinator: Person
) -> None:
    owner, typed = mailbox.owner(session), mailbox.typed(session)
    helper = factories.create_volunteer(session, dummy_community)
    factories.create_block(
        session, dummy_community, owner, session.get_one(Person, helper.person_id), dummy_coordinator
    )
    request = factories.create_request(session, dummy_community, typed)
    assert ranked.ties_of_request(session, [row_id(typed)], None, dummy_community.id)[0] == {helper.id}
    assert block_queries.closed_requests(session, helper.person_id, dummy_community.id) == {request.id}
    assert block_queries.closed_requests(session, row_id(owner), dummy_community.id) == {request.id}, "their own"
    volunteer = factories.create_volunteer(session, dummy_community, owner)
    assert ranked.ties_of_request(session, [row_id(typed)], None, dummy_community.id)[0] == {helper.id, volunteer.id}


@pytest.mark.parametrize(("first_name", "state"), [("Riet", "withdrawn"), ("Jan", "agreed")])
def test_a_block_ends_a_match_under_the_same_name_and_no_other(
    session: Session, dummy_community: Community, dummy_coordinator: Person, first_name: str, state: str
) -> None:
    owner, typed = mailbox.owner(session), mailbox.typed(session, first_name=first_name)
    factories.create_request(session, dummy_community, owner)
    match = factories.create_match(
        session, factories.create_request(session, dummy_community, typed, state="matched"), state="agreed"
    )
    helper = session.get_one(Person, session.get_one(Volunteer, match.volunteer_id).person_id)
    desk = actor_of(session, dummy_coordinator)
    blocks.block(session, owner, helper, "Ruzie.", community=dummy_community, actor=desk, now=NOW)
    assert match.state == state
    assert block_queries.any_blocked(session, helper.id, [typed.id]) == (first_name == "Riet")


def test_two_proven_people_of_one_mailbox_are_two(
    session: Session, dummy_community: Community, dummy_coordinator: Person
) -> None:
    riet, namesake = mailbox.owner(session), mailbox.owner(session, last_name="Jansen")
    helper = factories.create_person(session)
    factories.create_block(session, dummy_community, riet, helper, dummy_coordinator)
    assert block_queries.any_blocked(session, helper.id, [riet.id])
    assert not block_queries.any_blocked(session, helper.id, [namesake.id])


def test_a_block_of_who_turned_out_to_be_somebody_is_of_that_somebody(
    session: Session, dummy_community: Community, dummy_coordinator: Person
) -> None:
    owner, typed = mailbox.owner(session), mailbox.typed(session)
    factories.create_request(session, dummy_community, owner)
    helper = session.get_one(Person, factories.create_volunteer(session, dummy_community).person_id)
    mailbox.come_in(session, dummy_community)
    desk = actor_of(session, dummy_coordinator)
    blocks.block(session, typed, helper, "Ruzie.", community=dummy_community, actor=desk, now=NOW)
    assert block_queries.any_blocked(session, owner.id, [helper.id])


def test_a_block_comes_along_and_can_be_taken_back_by_the_same_desk(
    session: Session, dummy_community: Community, dummy_coordinator: Person
) -> None:
    desk = {"community": dummy_community, "actor": actor_of(session, dummy_coordinator), "now": NOW}
    owner, typed = mailbox.owner(session), mailbox.typed(session)
    factories.create_request(session, dummy_community, typed)
    helper = session.get_one(Person, factories.create_volunteer(session, dummy_community).person_id)
    blocks.block(session, typed, helper, "Ruzie.", **desk)
    mailbox.come_in(session, dummy_community)
    found = session.exec(select(Block)).one()
    assert {found.person_id, found.other_id} == {owner.id, helper.id}
    assert found.reason == "Ruzie."
    blocks.unblock(session, owner, helper, "Bijgelegd.", **desk)
    assert mailbox.all_of(session, Block) == []


# ---- at the same moment ----------------------------------------------------------------------------------------------


def test_two_who_come_in_with_one_address_at_the_same_moment_make_one_person(any_database: Engine) -> None:
    with transaction(any_database) as session:
        here = factories.create_community(session)
        rows = [mailbox.typed(session) for _ in range(4)]
        ids = [row_id(row) for row in rows]
        requests = [row_id(factories.create_request(session, here, row)) for row in rows]
    ends = at_once(
        any_database,
        *(lambda session, n=n: joining.confirm(session, session.get_one(Person, n), now=NOW).id for n in ids),
    )
    with reading(any_database) as session:
        left = [row.id for row in mailbox.all_of(session, Person, col(Person.erased_at).is_(None))]
        residents = {session.get_one(HelpRequest, request).resident_id for request in requests}
    assert len(left) == 1
    assert residents == set(left)
    assert set(ends) <= set(ids), "nobody waited for who waited for them"


def test_two_clicks_that_join_two_names_either_way_leave_one_of_them(any_database: Engine) -> None:
    with transaction(any_database) as session:
        ids = [row_id(mailbox.owner(session, first_name=name)) for name in ("Riet", "Jan")]

    def join(session: Session, one: int, other: int) -> None:
        me = session.get_one(Person, other)
        joining.join(session, session.get_one(Person, one), me, actor=actor_of(session, me), now=NOW)

    at_once(
        any_database,
        lambda session: join(session, ids[0], ids[1]),
        lambda session: join(session, ids[1], ids[0]),
    )
    with reading(any_database) as session:
        left = [row.id for row in mailbox.all_of(session, Person, col(Person.erased_at).is_(None))]
        assert [session.get_one(Person, n).joined_id for n in ids if n not in left] == left


def test_who_is_told_something_at_that_moment_is_told(any_database: Engine) -> None:
    with transaction(any_database) as session:
        here = row_id(factories.create_community(session))
        owner, typed = row_id(mailbox.owner(session)), row_id(mailbox.typed(session))

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
