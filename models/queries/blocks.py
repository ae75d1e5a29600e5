"""Reading who must never meet again. A block holds everywhere, whichever community's desk wrote it down."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import and_, bindparam, func, or_, union
from sqlalchemy.orm import aliased
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


_one: Any = aliased(Person)
_other: Any = aliased(Person)


def _with_mailbox(people: Any) -> tuple[Any, Any]:
    """Ids of these people and of who may be one of them: of one address and first name, and not both proven.

    Until its owner comes in, nobody knows whether the two are one (see `models.operations.joining`): a block holds
    for both.
    """
    may_be = (
        select(_other.id)
        .join(_one, and_(_one.email == _other.email, func.lower(_one.first_name) == func.lower(_other.first_name)))
        .where(_one.id.in_(people), or_(_one.email_confirmed_at.is_(None), _other.email_confirmed_at.is_(None)))
    )
    return select(Person.id).where(col(Person.id).in_(people)), may_be


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
VOLUNTEERS: Any = select(Volunteer.id).where(
    Volunteer.community_id == bindparam("community"), col(Volunteer.person_id).in_(_PEOPLE)
)
_THEIRS = select(HelpRequest.id).where(
    or_(col(HelpRequest.resident_id).in_(_PEOPLE), col(HelpRequest.asker_id).in_(_PEOPLE))
)
REQUESTS: Any = select(HelpRequest.id).where(
    HelpRequest.community_id == bindparam("community"),
    HelpRequest.state == RequestState.OPEN,
    col(HelpRequest.id).in_(_THEIRS),
)


def with_mailbox(session: Session, person_id: int) -> set[int]:
    """Give the ids of a person and of who may be that person: typed with the same name and address, and not proven."""
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
    """Whether this person is one of the others, or may be."""
    return person_id is not None and not with_mailbox(session, person_id).isdisjoint(others)


def closed_requests(session: Session, person_id: int, community_id: int | None) -> set[int]:
    """Give the open requests here that a person may never be shown: of somebody blocked, or their own."""
    return set(session.exec(REQUESTS, params={"people": [person_id], "community": community_id}))
