"""Colleagues: who is appointed and dismissed, and why a community always has an administrator."""

from collections.abc import Callable

import pytest
from sqlalchemy import Engine
from sqlmodel import Session, col, func, select

from models.actor import Actor
from models.database import reading, transaction
from models.errors import Invalid, NotFound, StaleState
from models.operations import communities, people
from models.queries import people as person_queries
from models.tables import AuditEntry, Community, Person, Role
from tests import factories
from tests.concurrency import at_once
from tests.factories import NOW, actor_of


@pytest.fixture
def boss(session: Session, dummy_administrator: Person) -> Actor:
    """Give what the administrator acts as."""
    return actor_of(session, dummy_administrator)


def _log(session: Session) -> list[tuple[str, str, str, str]]:
    lines = session.exec(select(AuditEntry).order_by(col(AuditEntry.id)))
    return [(line.action, line.reason, line.before, line.after) for line in lines]


def _id(community: Community) -> int:
    assert community.id is not None
    return community.id


def test_a_colleague_is_appointed_by_address_known_or_not(
    session: Session, dummy_community: Community, boss: Actor
) -> None:
    known = factories.create_person(session)
    factories.create_request(session, dummy_community, known)
    elsewhere = factories.create_person(session)
    theirs = communities.appoint(
        session, dummy_community, str(elsewhere.email), "coordinator", first_name=elsewhere.first_name, actor=boss,
        now=NOW,
    )  # fmt: skip
    assert theirs.id != elsewhere.id, "nobody is looked up who was never here"
    communities.dismiss_role(session, dummy_community, theirs, "coordinator", actor=boss, now=NOW)
    before = known.model_dump()
    for _click in range(2):
        found = communities.appoint(
            session, dummy_community, str(known.email).upper(), "coordinator", first_name=known.first_name, actor=boss,
            now=NOW,
        )  # fmt: skip
        assert found is known
    session.refresh(known)
    assert known.model_dump() == before
    new = communities.appoint(
        session, dummy_community, "nieuw@post.example", "administrator", first_name="Ria", actor=boss, now=NOW
    )
    assert (new.first_name, new.email) == ("Ria", "nieuw@post.example")
    assert actor_of(session, known).coordinates == {dummy_community.id}
    assert actor_of(session, new).administers == {dummy_community.id}
    assert [line[0] for line in _log(session)] == ["role_given", "role_taken", "role_given", "role_given"]
    staff = [(person.id, role) for person, role in person_queries.staff(session, _id(dummy_community))]
    assert sorted(staff) == sorted(
        [(boss.person_id, "administrator"), (known.id, "coordinator"), (new.id, "administrator")]
    )


@pytest.mark.parametrize(
    ("who", "role", "first_name", "field", "code"),
    [
        ("a@post.example", "boss", "Ria", "role", "choice"),
        ("a@post.example", "", "Ria", "role", "choice"),
        ("geen adres", "coordinator", "Ria", "email", "email"),
        ("a@post.example", "coordinator", " ", "first_name", "required"),
    ],
)
def test_an_appointment_that_cannot_be_made_says_why(
    session: Session,
    dummy_community: Community,
    boss: Actor,
    who: str,
    role: str,
    first_name: str,
    field: str,
    code: str,
) -> None:
    with pytest.raises(Invalid) as refused:
        communities.appoint(session, dummy_community, who, role, first_name=first_name, actor=boss, now=NOW)
    assert (refused.value.field, refused.value.code) == (field, code)


def test_who_was_forgotten_is_appointed_to_nothing(session: Session, dummy_community: Community, boss: Actor) -> None:
    person = factories.create_person(session)
    people.erase(session, person, actor=actor_of(session, person), now=NOW)
    with pytest.raises(NotFound):
        communities.appoint(session, dummy_community, person, "coordinator", actor=boss, now=NOW)


def test_a_dismissed_colleague_is_signed_out_and_works_here_no_more(
    session: Session, dummy_community: Community, dummy_coordinator: Person, boss: Actor
) -> None:
    assert dummy_coordinator.id is not None
    version = dummy_coordinator.session_version
    communities.dismiss_role(session, dummy_community, dummy_coordinator, "coordinator", actor=boss, now=NOW)
    assert person_queries.signed_in(session, dummy_coordinator.id, version) is None
    assert actor_of(session, dummy_coordinator).coordinates == frozenset()
    with pytest.raises(NotFound):
        communities.dismiss_role(session, dummy_community, dummy_coordinator, "coordinator", actor=boss, now=NOW)


def test_another_communitys_colleague_is_not_dismissed_from_here(
    session: Session, dummy_community: Community, other_community: Community, boss: Actor
) -> None:
    theirs = factories.create_coordinator(session, other_community)
    with pytest.raises(NotFound):
        communities.dismiss_role(session, dummy_community, theirs, "coordinator", actor=boss, now=NOW)
    assert actor_of(session, theirs).coordinates == {other_community.id}


def test_the_last_administrator_stays(
    session: Session, dummy_community: Community, dummy_administrator: Person, boss: Actor, other_community: Community
) -> None:
    factories.create_coordinator(session, dummy_community)
    factories.create_administrator(session, other_community)
    with pytest.raises(StaleState, match="last_administrator"):
        communities.dismiss_role(session, dummy_community, dummy_administrator, "administrator", actor=boss, now=NOW)
    communities.appoint(
        session, dummy_community, "nieuw@post.example", "administrator", first_name="Ria", actor=boss, now=NOW
    )
    communities.dismiss_role(session, dummy_community, dummy_administrator, "administrator", actor=boss, now=NOW)
    assert [
        p.first_name for p, _role in person_queries.staff(session, _id(dummy_community)) if _role != "coordinator"
    ] == ["Ria"]


def test_two_administrators_who_dismiss_each_other_at_once_leave_one(any_database: Engine) -> None:
    with transaction(any_database) as session:
        community = factories.create_community(session)
        one, two = (factories.create_administrator(session, community) for _ in range(2))
        first, second = actor_of(session, one), actor_of(session, two)

    def dismiss(whom: Person, actor: Actor) -> Callable[[Session], None]:
        return lambda s: communities.dismiss_role(
            s, community, s.get_one(Person, whom.id), "administrator", actor=actor, now=NOW
        )

    ends = at_once(any_database, dismiss(two, first), dismiss(one, second))
    assert sorted(type(end).__name__ for end in ends) == ["NoneType", "StaleState"], ends
    with reading(any_database) as session:
        assert session.exec(select(func.count()).select_from(Role)).one() == 1
