"""Reading who must never meet again. A block holds everywhere, whichever community's desk wrote it down."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import bindparam, or_, union
from sqlmodel import Session, col, select

from models.states import RequestState
from models.tables import Block, HelpRequest, Person, Volunteer


def pair(a: int, b: int) -> tuple[int, int]:
    """Give the two ids of people in the order in which a block stores them."""
    return (a, b) if a < b else (b, a)


def find(session: Session, a: int, b: int) -> Block | None:
    """Give the block between two people, in whichever order."""
    first, second = pair(a, b)
    return session.exec(select(Block).where(Block.person_id == first, Block.other_id == second)).first()


def of_community(session: Session, community_id: int) -> list[Block]:
    """Give the blocks that this community's desk wrote down, newest first."""
    statement = select(Block).where(Block.community_id == community_id).order_by(col(Block.id).desc())
    return list(session.exec(statement))


def _with_mailbox(people: Any) -> tuple[Any, Any]:
    """Ids of these people and of everybody with the same e-mail address.

    Until its owner comes in, nobody knows whether two people with one address are one: a block holds for both.
    """
    addresses = select(Person.email).where(col(Person.id).in_(people), col(Person.email).is_not(None))
    return (
        select(Person.id).where(col(Person.id).in_(people)),
        select(Person.id).where(col(Person.email).in_(addresses)),
    )


def _strangers(people: Any) -> Any:
    """Ids of everybody whom one of these people must never meet."""
    return union(
        select(Block.other_id).where(col(Block.person_id).in_(people)),
        select(Block.person_id).where(col(Block.other_id).in_(people)),
    )


# Built once, and nested so that both databases go by the few people and not by all who are in a community.
_mine = _with_mailbox(bindparam("people", expanding=True))
_MINE = union(*_mine)
_apart = _with_mailbox(_strangers(_MINE))
_APART = union(*_apart)
_PEOPLE = union(*_mine, *_apart)
_VOLUNTEERS: Any = select(Volunteer.id).where(
    Volunteer.community_id == bindparam("community"), col(Volunteer.person_id).in_(_PEOPLE)
)
_THEIRS = select(HelpRequest.id).where(
    or_(col(HelpRequest.resident_id).in_(_PEOPLE), col(HelpRequest.asker_id).in_(_PEOPLE))
)
_REQUESTS: Any = select(HelpRequest.id).where(
    HelpRequest.community_id == bindparam("community"),
    HelpRequest.state == RequestState.OPEN,
    col(HelpRequest.id).in_(_THEIRS),
)


def with_mailbox(session: Session, person_id: int) -> set[int]:
    """Give the ids of a person and of everybody with the same e-mail address."""
    return set(session.execute(_MINE, {"people": [person_id]}).scalars())


def blocked_with(session: Session, person_id: int) -> set[int]:
    """Give the ids of everybody whom a person must never meet."""
    return set(session.execute(_APART, {"people": [person_id]}).scalars())


def kept_from(session: Session, person_id: int) -> set[int]:
    """Give the ids of everybody whom a person must never meet, and of who may be that person."""
    return set(session.execute(_PEOPLE, {"people": [person_id]}).scalars()) - {person_id}


def any_blocked(session: Session, person_id: int | None, others: Iterable[int | None]) -> bool:
    """Whether this person must never meet one of the others again."""
    return person_id is not None and not blocked_with(session, person_id).isdisjoint(others)


def is_one_of(session: Session, person_id: int | None, others: Iterable[int | None]) -> bool:
    """Whether this person is one of the others, or may be: they have the same e-mail address."""
    return person_id is not None and not with_mailbox(session, person_id).isdisjoint(others)


def blocked_volunteers(session: Session, people: list[int], community_id: int | None) -> set[int]:
    """Give the volunteers here who may never be ranked for these people: blocked with one of them, or one of them."""
    return set(session.exec(_VOLUNTEERS, params={"people": people, "community": community_id}))


def closed_requests(session: Session, person_id: int, community_id: int | None) -> set[int]:
    """Give the open requests here that a person may never be shown: of somebody blocked, or their own."""
    return set(session.exec(_REQUESTS, params={"people": [person_id], "community": community_id}))
