"""Reads for the demonstration: the invented people whom anybody may sign in as."""

from dataclasses import dataclass
from typing import Any

from sqlmodel import Session, col, or_, select

from models.database import LAST_ID
from models.tables import Community, HelpRequest, Person, Role, Volunteer

TO_TRY = "@probeer.example"
"""How the addresses of these people end; the name belongs to nobody, so that no real person has one."""
_IN_ORDER = ("resident", "volunteer", "coordinator", "administrator")


@dataclass(frozen=True, slots=True)
class ToTry:
    """One invented person, and as what they are there.

    Attributes
    ----------
    qualities : tuple of str
        ``resident``, ``volunteer``, ``coordinator``, ``administrator``; never empty.
    """

    person: Person
    community: Community
    qualities: tuple[str, ...]


def people_to_try(session: Session, here: Community) -> list[ToTry]:
    """Give the people to try in every community, those of this one first."""
    people = {p.id: p for p in session.exec(select(Person).where(*_may_be_tried())).all() if p.id is not None}
    if not people:
        return []
    places = {c.id: c for c in session.exec(select(Community).where(col(Community.invented))).all() if c.id is not None}
    found: dict[tuple[int, int], set[str]] = {}
    for person_id, community_id, quality in _qualities(session, list(people)):
        if community_id in places:
            found.setdefault((person_id, community_id), set()).add(quality)
    listed = [
        ToTry(people[person_id], places[community_id], tuple(q for q in _IN_ORDER if q in qualities))
        for (person_id, community_id), qualities in found.items()
    ]
    return sorted(
        listed,
        key=lambda t: (
            t.community.id != here.id, t.community.name, _IN_ORDER.index(t.qualities[0]), t.person.id,
        ),
    )  # fmt: skip


def person_to_try(session: Session, person_id: int) -> Person | None:
    """Give one of them; None for anybody else."""
    if not 0 < person_id <= LAST_ID:
        return None
    return session.exec(select(Person).where(Person.id == person_id, *_may_be_tried())).first()


def _may_be_tried() -> tuple[Any, ...]:
    return (col(Person.email).endswith(TO_TRY, autoescape=True), col(Person.erased_at).is_(None))


def _qualities(session: Session, ids: list[int]) -> list[tuple[int, int, str]]:
    roles = select(Role.person_id, Role.community_id, Role.role).where(col(Role.person_id).in_(ids))
    found = list(session.exec(roles).all())
    helps = select(Volunteer.person_id, Volunteer.community_id).where(col(Volunteer.person_id).in_(ids))
    found += [(person, place, "volunteer") for person, place in session.exec(helps)]
    asks = select(HelpRequest.resident_id, HelpRequest.asker_id, HelpRequest.community_id).where(
        or_(col(HelpRequest.resident_id).in_(ids), col(HelpRequest.asker_id).in_(ids)),
        col(HelpRequest.community_id).is_not(None),
    )
    for resident, asker, place in session.exec(asks):
        found += [(p, place or 0, "resident") for p in (resident, asker) if p is not None and p in ids]
    return found
