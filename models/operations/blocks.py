"""Blocking a pair: two people who never meet again, in any list, ranking, batch or mail."""

from dataclasses import replace
from datetime import datetime

from sqlalchemy import and_, or_
from sqlmodel import Session, col, select

from models import values
from models.actor import Actor
from models.errors import Invalid, NotAllowed, NotFound
from models.operations import matches
from models.operations.audit import record
from models.operations.telling import as_known
from models.operations.transitions import touch
from models.permissions import coordinates
from models.queries import audit, people
from models.queries import blocks as queries
from models.states import MATCH_LIVE, REQUEST_FINAL, Role
from models.tables import Block, Community, HelpRequest, Match, Person, Volunteer

_PAIR, _BLOCKED, _UNBLOCKED = "pair", "pair_blocked", "pair_unblocked"


def block(
    session: Session,
    person: Person,
    other: Person,
    reason: str,
    *,
    community: Community,
    actor: Actor,
    now: datetime,
) -> Block:
    """Keep two people apart everywhere; what runs between them is taken back, without telling them why.

    Raises
    ------
    NotAllowed
        For anybody but a coordinator of this community.
    NotFound
        Unless both take part here.
    Invalid
        ``same_person`` for ``other``; ``required`` for ``reason``.
    """
    one, two = _pair_here(session, as_known(session, person), as_known(session, other), community, actor)
    why = values.text("reason", reason, limit=500)
    # What was typed under their name and address may be theirs: a block holds for that too.
    ones, twos = queries.with_mailbox(session, one), queries.with_mailbox(session, two)
    _hold(session, ones | twos)
    found = queries.find(session, one, two)
    if found is None:
        found = Block(
            person_id=one, other_id=two, community_id=_id(community.id), blocked_by=_id(actor.person_id),
            reason=why, created_at=now,
        )  # fmt: skip
        session.add(found)
        session.flush()
    elif _id(community.id) in _wishes(session, found):
        return found  # a second click
    _record(session, found, _BLOCKED, community, actor, now)
    for match in _live_between(session, ones, twos):
        # Another community's match too: the rule holds everywhere, and its log says who set it in motion.
        acting = replace(actor, coordinates=actor.coordinates | {match.community_id})
        matches.withdraw(session, match, "", actor=acting, now=now)
    _number_anew(session, ones | twos)
    return found


def unblock(
    session: Session,
    person: Person,
    other: Person,
    reason: str,
    *,
    community: Community,
    actor: Actor,
    now: datetime,
) -> None:
    """Take back this community's block; what another community's desk wrote down about the two stays in force.

    Raises
    ------
    NotFound
        Unless this community's desk blocked them.
    """
    one, two = _pair_here(session, as_known(session, person), as_known(session, other), community, actor)
    why = values.text("reason", reason, limit=500)
    found = queries.find(session, one, two)
    wishes = _wishes(session, found) if found else {}
    if found is None or wishes.pop(_id(community.id), None) is None:
        raise NotFound
    _record(session, found, _UNBLOCKED, community, actor, now, reason=why)
    if wishes:
        found.community_id, found.blocked_by = next(iter(wishes.items()))
        found.reason = ""
        session.add(found)
    else:
        session.delete(found)
    session.flush()
    _number_anew(session, queries.with_mailbox(session, one) | queries.with_mailbox(session, two))


def hand_over(session: Session, person: Person, to: Person, *, now: datetime) -> None:
    """Let whom somebody must never meet hold for who they turned out to be (see `joining`)."""
    old, new = _id(person.id), _id(to.id)
    theirs = or_(col(Block.person_id) == old, col(Block.other_id) == old)
    for found in session.exec(select(Block).where(theirs).order_by(col(Block.id))).all():
        other = found.other_id if found.person_id == old else found.person_id
        wishes, why, since = _wishes(session, found), found.reason, found.created_at
        session.delete(found)
        session.flush()
        if other == new:
            continue
        one, two = queries.pair(new, other)
        kept = queries.find(session, one, two)
        if kept is None:
            community_id, blocked_by = next(iter(wishes.items()))
            kept = Block(person_id=one, other_id=two, community_id=community_id, blocked_by=blocked_by, reason=why,
                         created_at=since)  # fmt: skip
            session.add(kept)
            session.flush()
        for community_id, wanted_by in wishes.items():
            # As the log says it of the other two: whoever wanted it can take it back here too.
            record(session, actor=Actor(person_id=wanted_by), role=Role.COORDINATOR, action=_BLOCKED, subject=_PAIR,
                   subject_id=one, now=now, community_id=community_id, after=str(two))  # fmt: skip


def _pair_here(session: Session, person: Person, other: Person, community: Community, actor: Actor) -> tuple[int, int]:
    if not coordinates(actor, community.id):
        raise NotAllowed(wanted="block")
    one, two = queries.pair(_id(person.id), _id(other.id))
    if not all(people.takes_part(session, who, _id(community.id)) for who in (one, two)):
        raise NotFound
    if one == two:
        raise Invalid("other", "same_person")
    return one, two


def _hold(session: Session, everybody: set[int]) -> None:
    """Let approvals of either wait until this block stands, and wait for those that began before it."""
    asked = select(HelpRequest.id).where(
        or_(col(HelpRequest.resident_id).in_(everybody), col(HelpRequest.asker_id).in_(everybody)),
        col(HelpRequest.state).not_in(REQUEST_FINAL),
    )
    offered = select(Volunteer.id).where(col(Volunteer.person_id).in_(everybody))
    session.flush()
    people_of = select(Person.id).where(col(Person.id).in_(everybody)).order_by(col(Person.id))
    session.exec(people_of.with_for_update(key_share=True)).all()  # two desks at once take turns here
    session.exec(asked.order_by(col(HelpRequest.id)).with_for_update(key_share=True)).all()
    session.exec(offered.order_by(col(Volunteer.id)).with_for_update(key_share=True)).all()


def _wishes(session: Session, found: Block) -> dict[int, int]:
    """Give which communities' desks want the two kept apart, and who wrote it down, oldest first."""
    wishes: dict[int, int] = {}
    for line in audit.history(session, _PAIR, found.person_id):
        if line.after != str(found.other_id) or line.community_id is None or line.actor_id is None:
            continue
        if line.action == _BLOCKED:
            wishes.setdefault(line.community_id, line.actor_id)
        elif line.action == _UNBLOCKED:
            wishes.pop(line.community_id, None)
    wishes.setdefault(found.community_id, found.blocked_by)
    return wishes


def _live_between(session: Session, ones: set[int], twos: set[int]) -> list[Match]:
    ways = [
        and_(
            col(Volunteer.person_id).in_(helps),
            or_(col(HelpRequest.resident_id).in_(asks), col(HelpRequest.asker_id).in_(asks)),
        )
        for helps, asks in ((ones, twos), (twos, ones))
    ]
    statement = (
        select(Match)
        .join(HelpRequest, col(HelpRequest.id) == col(Match.request_id))
        .join(Volunteer, col(Volunteer.id) == col(Match.volunteer_id))
        .where(col(Match.state).in_(MATCH_LIVE), or_(*ways))
        .order_by(col(Match.request_id), col(Match.id))
        .execution_options(populate_existing=True)
    )
    return list(session.exec(statement))


def _number_anew(session: Session, everybody: set[int]) -> None:
    """Let every ranking notice: the offers of both, and what both ask for."""
    for volunteer in session.exec(select(Volunteer).where(col(Volunteer.person_id).in_(everybody))).all():
        touch(session, volunteer)
    running = select(HelpRequest).where(
        or_(col(HelpRequest.resident_id).in_(everybody), col(HelpRequest.asker_id).in_(everybody)),
        col(HelpRequest.state).not_in(REQUEST_FINAL),
    )
    for request in session.exec(running).all():
        touch(session, request)


def _record(
    session: Session, found: Block, action: str, community: Community, actor: Actor, now: datetime, reason: str = ""
) -> None:
    # Under the two people, not under the row: it goes when the block is taken back, and its number comes again.
    record(session, actor=actor, role=Role.COORDINATOR, action=action, subject=_PAIR, subject_id=found.person_id,
           now=now, community_id=community.id, after=str(found.other_id), reason=reason)  # fmt: skip


def _id(value: int | None) -> int:
    assert value is not None, "whoever is blocked and who blocks them was written down"
    return value
