"""One person who was written down twice: joined once they show that the address is theirs.

Anybody can type anybody's e-mail address, so a typed one says nothing about who somebody is: each form writes down a
person of its own. Who comes in by mail has shown that they read the mail of that address; what was typed there under
their name is theirs, and what was typed under another name may be of somebody who shares the mailbox.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import delete, or_, update
from sqlmodel import Session, col, select

from models import values
from models.actor import Actor
from models.database import change_rows
from models.errors import NotAllowed, NotFound
from models.mail_kinds import SINCE
from models.operations import blocks, people, volunteers
from models.operations.audit import record
from models.operations.telling import signal
from models.queries import matches as match_queries
from models.queries import people as queries
from models.queries import volunteers as volunteer_queries
from models.states import MATCH_LIVE, MATCH_TAKES_PLACE, VOLUNTEER, MessageState, SignalKind, VolunteerState
from models.tables import (
    Appointment,
    Block,
    Call,
    Certificate,
    CheckIn,
    HelpRequest,
    Match,
    OutboxMessage,
    PairMessage,
    Person,
    Role,
    Signal,
    SignInCode,
    Volunteer,
    WeightStudy,
)

MOVED: tuple[Any, ...] = (
    HelpRequest.resident_id, HelpRequest.asker_id, HelpRequest.contact_id, HelpRequest.intake_by,
    Match.proposed_by, Match.approved_by, Appointment.planned_by, CheckIn.recorded_by,
    PairMessage.sender_id, Call.done_by, Signal.person_id, Signal.handled_by, Certificate.seen_by, Block.blocked_by,
    Person.joined_id, WeightStudy.made_by, WeightStudy.decided_by,
)  # fmt: skip
"""What simply becomes the other's; a test holds that no column which names a person is forgotten here or below."""
APART: tuple[Any, ...] = (
    Volunteer.person_id, Role.person_id, Block.person_id, Block.other_id, OutboxMessage.recipient_id, Call.person_id,
    CheckIn.person_id, SignInCode.person_id,
)  # fmt: skip
"""What is looked at row by row, because only one may be left, or because its key names the person."""
_WAITS = (MessageState.PENDING, MessageState.LEASED)


def confirm(session: Session, person: Person, *, now: datetime) -> Person:
    """Note that somebody reads the mail of their address, and join what was typed there under their name.

    Only what nobody proved is joined by itself, and only where it can be of one person alone: two of a name who share
    a mailbox stay two. Nor is what was typed in a community where they never were: its desk would read who they are.

    Returns
    -------
    Person
        Who they are: themselves, or the one of that name who had shown it before.
    """
    if not person.email:
        return person
    _take_turns(session, person)
    if person.joined_id is not None:  # somebody found it out at the same moment
        return session.get_one(Person, person.joined_id)
    into = _who_it_is(session, person)
    was_proven = into.email_confirmed_at is not None
    into.email_confirmed_at = into.email_confirmed_at or now
    session.add(into)
    session.flush()
    here = queries.communities_of(session, _id(into))
    for other in _theirs(session, into):
        if not here or queries.communities_of(session, _id(other)) <= here:
            _join(session, other, into, now, keeps_phone=was_proven)
    return into


def may_be_others(session: Session, person: Person) -> list[Person]:
    """Give who of this address, in the order of `queries.under`, is not simply what this person typed before."""
    into = _who_it_is(session, person)
    theirs = {other.id for other in (person, into, *_theirs(session, into))}
    return [other for other in queries.sharing(session, into) if other.id not in theirs]


def _who_it_is(session: Session, person: Person) -> Person:
    """Of the rows with this person's address and name: the one proven already, else who has most to lose."""
    if person.email_confirmed_at is not None:
        return person
    namesakes = [other for other in queries.sharing(session, person) if _is_namesake(person, other)]
    proven = [other for other in namesakes if other.email_confirmed_at is not None]
    if proven:
        return proven[0] if len(proven) == 1 else person
    return max((person, *namesakes), key=lambda one: (*_standing(session, one), -_id(one)))


def _standing(session: Session, person: Person) -> tuple[int, int, int]:
    """How far somebody's work and offers here are: those stay as they are, the others are joined with them."""
    offers = session.exec(select(Volunteer).where(Volunteer.person_id == person.id)).all()
    helps = sum(match_queries.count(session, MATCH_TAKES_PLACE, volunteer_id=offer.id) for offer in offers)
    admitted = sum(offer.state != VolunteerState.APPLIED for offer in offers)
    return len(queries.roles(session, _id(person))), helps, admitted


def _theirs(session: Session, into: Person) -> list[Person]:
    """Give what was typed, and never proven, under the name of this person and of no other who proved the address."""
    others = queries.sharing(session, into)
    proven = [other for other in others if other.email_confirmed_at is not None]
    return [
        other
        for other in others
        if other.email_confirmed_at is None
        and _is_namesake(into, other)
        and not any(_is_namesake(one, other) for one in proven)
    ]


def _is_namesake(one: Person, other: Person) -> bool:
    return people.is_named(one, other.first_name, other.last_name)


def join(session: Session, other: Person, into: Person, *, actor: Actor, now: datetime) -> None:
    """Join two names under one address, because the one who proved the address says that both are theirs.

    Raises
    ------
    NotAllowed
        For anybody but that person, signed in.
    NotFound
        Unless both have the same, proven address.
    """
    if actor.only_request is not None or actor.person_id is None or actor.person_id != into.id:
        raise NotAllowed(wanted="join")
    _take_turns(session, into)
    if into.email_confirmed_at is None or other.id not in [found.id for found in queries.sharing(session, into)]:
        raise NotFound
    _join(session, other, into, now, keeps_phone=True)


def _take_turns(session: Session, person: Person) -> None:
    """Let two who come in with one address at the same moment go one after the other."""
    session.flush()
    rows = select(Person).where(or_(col(Person.id) == person.id, col(Person.email) == person.email))
    rows = rows.order_by(col(Person.id)).with_for_update(key_share=True).execution_options(populate_existing=True)
    session.exec(rows).all()


def _join(session: Session, other: Person, into: Person, now: datetime, *, keeps_phone: bool) -> None:
    old, new = _id(other), _id(into)
    here = queries.communities_of(session, old)
    _hold(session, old)
    _tell_of_another_phone(session, other, into, now)
    if not keeps_phone and other.phone != into.phone and other.phone is not None:
        # Nobody knows yet which of the two is theirs: better none than a stranger's.
        _tell_of_another_phone(session, into, other, now)
        into.phone = None
    _join_offers(session, old, into, now)
    _join_roles(session, old, new)
    _join_check_ins(session, old, new)
    blocks.hand_over(session, other, into, now=now)
    session.flush()
    for column in MOVED:
        change_rows(session, update(column.class_).where(column == old).values({column.key: new}))
    same = update(HelpRequest).where(col(HelpRequest.resident_id) == new, col(HelpRequest.asker_id) == new)
    change_rows(session, same.values(asker_id=None, relation=""))
    _readdress(session, old, new, now)
    change_rows(session, delete(SignInCode).where(col(SignInCode.person_id) == old))
    if other.email_confirmed_at is not None:  # else a stranger's
        if other.no_messages_at is not None:
            people.stop_messages(session, into, actor=Actor(person_id=new), now=now)
        into.password_hash = into.password_hash or other.password_hash
        into.address = into.address or other.address
    for since in SINCE.values():  # whoever stopped it read the mail of this address
        setattr(into, since, getattr(into, since) or getattr(other, since))
        setattr(other, since, None)
    _empty(session, other, new, now)
    session.add(into)
    session.flush()
    in_whose_log: list[int | None] = [*sorted(here)] or [None]
    for community_id in in_whose_log:
        record(session, actor=Actor(person_id=new), role=people.SELF, action="person_joined", subject="person",
               subject_id=old, now=now, community_id=community_id, after=str(new))  # fmt: skip
    session.expire_all()


def _hold(session: Session, old: int) -> None:
    """Wait for whoever changes something of theirs, in the order in which everybody takes it; then for who tells them.

    The person is held against those too who only name it in a new row (`people.as_known`): none is written for who is
    gone.
    """
    offers = select(Volunteer.id).where(col(Volunteer.person_id) == old)
    helped = select(Match.request_id).where(col(Match.volunteer_id).in_(offers), col(Match.state).in_(MATCH_LIVE))
    asked = or_(*(col(column) == old for column in (HelpRequest.resident_id, HelpRequest.asker_id)))
    session.flush()
    for rows in (
        select(HelpRequest.id).where(or_(asked, col(HelpRequest.id).in_(helped))).order_by(col(HelpRequest.id)),
        offers.order_by(col(Volunteer.id)),
    ):
        session.exec(rows.with_for_update(key_share=True)).all()
    session.exec(
        select(Person).where(Person.id == old).with_for_update().execution_options(populate_existing=True)
    ).one()


def _tell_of_another_phone(session: Session, other: Person, into: Person, now: datetime) -> None:
    """Let the desk ask which number is right: who types an address could have typed a number of their own."""
    if other.phone is None or other.phone == into.phone:
        return
    note = values.phone_as_read(other.phone)
    theirs = or_(col(HelpRequest.contact_id) == other.id, col(HelpRequest.resident_id) == other.id)
    for request in session.exec(select(HelpRequest).where(theirs).order_by(col(HelpRequest.id))).all():
        if request.community_id is not None:
            signal(session, SignalKind.OTHER_PHONE, about=f"request:{request.id}:{other.id}", now=now, note=note,
                   community_id=request.community_id, person_id=other.id, request_id=request.id)  # fmt: skip
    for offer in session.exec(select(Volunteer).where(Volunteer.person_id == other.id)).all():
        signal(session, SignalKind.OTHER_PHONE, about=f"volunteer:{offer.id}:{other.id}", now=now, note=note,
               community_id=offer.community_id, person_id=other.id)  # fmt: skip


def _join_offers(session: Session, old: int, into: Person, now: datetime) -> None:
    """Take over the offers; where there are two in one community, the one that was proven stays."""
    for offer in session.exec(select(Volunteer).where(Volunteer.person_id == old).order_by(col(Volunteer.id))).all():
        if volunteer_queries.of_person(session, into.id, offer.community_id) is None:
            offer.person_id = _id(into)
            session.add(offer)
            session.flush()
        elif offer.state not in VOLUNTEER.final:
            volunteers.leave(session, offer, actor=Actor(person_id=old), now=now)


def _join_roles(session: Session, old: int, new: int) -> None:
    held = {(work.community_id, work.role) for work in queries.roles(session, new)}
    for work in queries.roles(session, old):
        if (work.community_id, work.role) in held:
            session.delete(work)
        else:
            work.person_id = new
            session.add(work)
    session.flush()


def _readdress(session: Session, old: int, new: int, now: datetime) -> None:
    """Give messages and calls to the other, key and all: what was told once is not told again, nor what waits twice."""
    done: dict[Any, dict[str, Any]] = {
        OutboxMessage: {"state": str(MessageState.SKIPPED), "ended_at": now},
        Call: {"done_at": now, "outcome": "joined"},
    }
    tables: tuple[tuple[Any, Any], ...] = (
        (OutboxMessage, col(OutboxMessage.recipient_id)), (Call, col(Call.person_id)),
    )  # fmt: skip
    for table, column in tables:
        rows: Any = select(table).where(column == old).order_by(table.id).with_for_update()
        for row in session.exec(rows).all():
            key = f"{row.key.removesuffix(f':{old}')}:{new}" if row.key.endswith(f":{old}") else row.key
            named = select(table.id).where(table.key == key)
            changed: dict[str, Any] = {column.key: new, "key": key}
            if key != row.key and session.exec(named).first() is not None:  # both were told: once is enough
                waits = row.done_at is None if table is Call else row.state in _WAITS
                changed = {column.key: new, **(done[table] if waits else {})}
            change_rows(session, update(table).where(col(table.id) == row.id).values(changed))


def _join_check_ins(session: Session, old: int, new: int) -> None:
    """Ask the one of them how it went, where both were asked; an answer stays."""
    asked = {one.appointment_id: one for one in session.exec(select(CheckIn).where(CheckIn.person_id == new))}
    for one in session.exec(select(CheckIn).where(CheckIn.person_id == old)).all():
        twin = asked.get(one.appointment_id)
        if twin is None or (twin.answer is None and one.answer is not None):
            if twin is not None:
                session.delete(twin)
                session.flush()
            one.person_id = new
            session.add(one)
        elif one.answer is None:
            session.delete(one)
    session.flush()


def _empty(session: Session, other: Person, new: int, now: datetime) -> None:
    other.first_name = other.last_name = other.address = ""
    other.email = other.phone = other.password_hash = other.email_confirmed_at = other.no_messages_at = None
    other.session_version += 1
    other.erased_at, other.joined_id = now, new
    session.add(other)
    session.flush()


def _id(person: Person) -> int:
    assert person.id is not None, "somebody who was found has a number"
    return person.id
