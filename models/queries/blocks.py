"""Reading who must never meet again. A block holds everywhere, whichever community's desk wrote it down."""

from typing import Any

from sqlalchemy import BindParameter, bindparam, or_, union
from sqlmodel import Session, col, select

from models.states import RequestState
from models.tables import Block, HelpRequest, Person, Volunteer


def pair(a: int, b: int) -> tuple[int, int]:
    """Give the two ids of people in the order in which a block stores them."""
    return (a, b) if a < b else (b, a)


def blocked_pairs(session: Session, community_id: int) -> set[tuple[int, int]]:
    """Give every blocked pair of people (lower id first) of whom one volunteers in this community."""
    helpers = select(Volunteer.person_id).where(Volunteer.community_id == community_id)
    statement = select(Block.person_id, Block.other_id).where(
        or_(col(Block.person_id).in_(helpers), col(Block.other_id).in_(helpers))
    )
    return {(one, other) for one, other in session.exec(statement)}


def blocked_with(session: Session, person_id: int) -> set[int]:
    """Give the ids of everybody whom a person must never meet."""
    statement = select(Block.person_id, Block.other_id).where(
        or_(col(Block.person_id) == person_id, col(Block.other_id) == person_id)
    )
    return {other if one == person_id else one for one, other in session.exec(statement)}


def find(session: Session, a: int, b: int) -> Block | None:
    """Give the block between two people, in whichever order."""
    first, second = pair(a, b)
    return session.exec(select(Block).where(Block.person_id == first, Block.other_id == second)).first()


def is_blocked(session: Session, a: int, b: int) -> bool:
    """Whether two people must never meet."""
    return find(session, a, b) is not None


def of_community(session: Session, community_id: int) -> list[Block]:
    """Give the blocks that this community's desk wrote down, newest first."""
    statement = select(Block).where(Block.community_id == community_id).order_by(col(Block.id).desc())
    return list(session.exec(statement))


def _kept_from(people: BindParameter[list[int]]) -> Any:
    """Ids of these people and of everybody whom one of them must never meet."""
    return union(
        select(Person.id).where(col(Person.id).in_(people)),
        select(Block.other_id).where(col(Block.person_id).in_(people)),
        select(Block.person_id).where(col(Block.other_id).in_(people)),
    )


# Built once, and nested so that both databases go by the few people and not by all who are in a community.
_PEOPLE = _kept_from(bindparam("people", expanding=True))
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


def blocked_volunteers(session: Session, people: list[int], community_id: int | None) -> set[int]:
    """Give the volunteers here who may never be ranked for these people: blocked with one of them, or one of them."""
    return set(session.exec(_VOLUNTEERS, params={"people": people, "community": community_id}))


def closed_requests(session: Session, person_id: int, community_id: int | None) -> set[int]:
    """Give the open requests here that a person may never be shown: of somebody blocked, or their own."""
    return set(session.exec(_REQUESTS, params={"people": [person_id], "community": community_id}))
