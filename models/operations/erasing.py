"""Forgetting a person: who they were and what they wrote goes; that something happened, and when, stays as ids."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import delete, or_, update
from sqlmodel import Session, SQLModel, col, select

from models.actor import Actor
from models.database import change_rows
from models.errors import NotAllowed, StaleState
from models.operations import communities, joining, people, portraits, requests, volunteers
from models.operations.audit import record
from models.operations.telling import signal
from models.operations.transitions import touch
from models.queries import people as queries
from models.states import MATCH_LIVE, REQUEST_FINAL, VOLUNTEER, MessageState, SignalKind
from models.states import Role as Quality
from models.tables import (
    Appointment,
    Block,
    Call,
    Certificate,
    CheckIn,
    Community,
    HelpRequest,
    Match,
    OutboxMessage,
    PairMessage,
    Person,
    Role,
    Signal,
    SignInCode,
    Volunteer,
)


def erase(session: Session, person: Person, *, actor: Actor, now: datetime) -> None:
    """Forget a person; once is enough, and again changes nothing.

    Offers end, requests are withdrawn, what runs is taken back and the other side is told; then names, addresses and
    texts are emptied, in mails of theirs that were sent too. The audit log keeps its ids.

    Raises
    ------
    NotAllowed
        For anybody but the person, signed in, and a coordinator of the only communities they take part in
        (``elsewhere``: they are known in another one too, and can do it themselves; ``works_here``: an administrator
        takes their work away first).
    StaleState
        ``last_administrator``: somebody else must be able to run the community first.
    """
    role = _right(session, person, actor)
    if person.erased_at is not None:
        return
    if role == people.SELF and person.email_confirmed_at is not None:
        joining.confirm(session, person, now=now)  # what was typed in their name goes too
    _hold(session, person)
    _not_the_last(session, person)
    requests_of = _rows(session, HelpRequest, col(HelpRequest.resident_id) == person.id)
    before = select(Person.id).where(Person.joined_id == person.id)
    offers_of = _rows(
        session, Volunteer, or_(col(Volunteer.person_id) == person.id, col(Volunteer.person_id).in_(before))
    )
    here = queries.communities_of(session, _id(person))
    # First: from now on nothing is sent to them any more, not even that this ended.
    person.erased_at = now
    session.add(person)
    session.flush()
    _end_everything(session, person, requests_of, offers_of, now)
    matches = _matches(session, requests_of, offers_of)
    _empty_requests(session, requests_of)
    _empty_offers(session, offers_of)
    _empty_matches(session, person, matches)
    _empty_messages(session, person, matches, requests_of, offers_of, now)
    _empty_desk(session, person, matches, requests_of, actor, now)
    _empty_person(session, person)
    in_whose_log: list[int | None] = [*sorted(here)] or [None]
    for community_id in in_whose_log:
        record(session, actor=actor, role=role, action="person_erased", subject="person", subject_id=person.id,
               now=now, community_id=community_id)  # fmt: skip
    session.flush()
    session.expire_all()  # whatever was read before holds texts that are gone


def _right(session: Session, person: Person, actor: Actor) -> str:
    if actor.only_request is not None:
        raise NotAllowed(wanted="erase")
    if actor.person_id is not None and actor.person_id == person.id:
        return people.SELF
    here = queries.communities_of(session, _id(person))
    if not here & actor.coordinates:
        raise NotAllowed(wanted="erase")
    if not here <= actor.coordinates:
        raise NotAllowed(code="elsewhere")
    if queries.roles(session, _id(person)):
        raise NotAllowed(code="works_here")
    return Quality.COORDINATOR


def _hold(session: Session, person: Person) -> None:
    """Wait for whoever changes something of theirs, in the order in which everybody takes it."""
    offers = select(Volunteer.id).where(col(Volunteer.person_id) == person.id)
    helped = select(Match.request_id).where(col(Match.volunteer_id).in_(offers), col(Match.state).in_(MATCH_LIVE))
    asked = or_(col(HelpRequest.resident_id) == person.id, col(HelpRequest.asker_id) == person.id)
    for rows in (
        select(Person.id).where(col(Person.id) == person.id),
        select(Call.id).where(col(Call.person_id) == person.id, col(Call.done_at).is_(None)).order_by(col(Call.id)),
        select(HelpRequest.id).where(or_(asked, col(HelpRequest.id).in_(helped))).order_by(col(HelpRequest.id)),
        offers.order_by(col(Volunteer.id)),
    ):
        session.exec(rows.with_for_update(key_share=True)).all()


def _not_the_last(session: Session, person: Person) -> None:
    for work in queries.roles(session, _id(person)):
        community = session.get(Community, work.community_id, with_for_update={"key_share": True})
        administers = work.role == people.ADMINISTRATOR
        if community and administers and communities.is_last_administrator(session, community, person):
            raise StaleState(code="last_administrator", subject="person")


def _end_everything(
    session: Session, person: Person, requests_of: list[HelpRequest], offers_of: list[Volunteer], now: datetime
) -> None:
    themself = Actor(person_id=person.id)
    for volunteer in offers_of:
        if volunteer.state not in VOLUNTEER.final:
            volunteers.leave(session, volunteer, actor=themself, now=now)
    for request in requests_of:
        if request.state == "draft":
            requests.forget_draft(session, request, now=now)
        elif request.state not in REQUEST_FINAL:
            requests.withdraw(session, request, "", actor=themself, now=now)
    _hand_over(session, person, now)


def _hand_over(session: Session, person: Person, now: datetime) -> None:
    """What they asked for somebody else goes on with that somebody; the desk hears that the contact is gone."""
    for request in _rows(session, HelpRequest, col(HelpRequest.asker_id) == person.id):
        if request.contact_id == person.id:
            request.contact_id = request.resident_id
            request.link_version += 1
        request.relation = ""
        session.add(request)
        session.flush()
        if request.state not in REQUEST_FINAL and request.community_id is not None:
            signal(session, SignalKind.ASKER_GONE, about=f"request:{request.id}", community_id=request.community_id,
                   request_id=request.id, person_id=request.resident_id, now=now)  # fmt: skip


def _empty_requests(session: Session, requests_of: list[HelpRequest]) -> None:
    for request in requests_of:
        session.refresh(request)
        request.text = request.summary = request.question = request.referred_to = request.reason = ""
        request.answers, request.found, request.vector, request.edition = {}, [], None, ""
        request.relation, request.draft_key = "", None
        request.traits, request.avoids = [], []
        request.postcode = request.postcode[:4]  # the neighbourhood stays, for the municipality's figures
        request.link_version += 1
        session.add(request)
        session.flush()
        touch(session, request)


def _empty_offers(session: Session, offers_of: list[Volunteer]) -> None:
    for volunteer in offers_of:
        session.refresh(volunteer)
        volunteer.text = volunteer.reason = ""
        volunteer.found, volunteer.vector, volunteer.edition = [], None, ""
        volunteer.windows, volunteer.away = None, []
        volunteer.traits, volunteer.avoids = [], []
        volunteer.postcode = volunteer.postcode[:4]
        volunteer.wants_digest = False
        session.add(volunteer)
        session.flush()
        touch(session, volunteer)
    portraits.forget(session, offers_of)
    change_rows(session, delete(Certificate).where(col(Certificate.volunteer_id).in_(_ids(offers_of))))


def _matches(session: Session, requests_of: list[HelpRequest], offers_of: list[Volunteer]) -> list[int]:
    statement = select(Match.id).where(
        or_(col(Match.request_id).in_(_ids(requests_of)), col(Match.volunteer_id).in_(_ids(offers_of)))
    )
    return [found for found in session.exec(statement) if found is not None]


def _empty_matches(session: Session, person: Person, matches: list[int]) -> None:
    change_rows(
        session,
        update(Match).where(col(Match.id).in_(matches)).values(note="", thanks="", reason="", costs=""),
        update(Appointment).where(col(Appointment.match_id).in_(matches)).values(place="", reason=""),
        update(PairMessage).where(col(PairMessage.sender_id) == person.id).values(body=""),
        update(CheckIn).where(col(CheckIn.person_id) == person.id).values(note=""),
    )


def _empty_messages(
    session: Session,
    person: Person,
    matches: list[int],
    requests_of: list[HelpRequest],
    offers_of: list[Volunteer],
    now: datetime,
) -> None:
    """Stop what waits for them and empty what was sent: to them, and to others about them."""
    to_them = col(OutboxMessage.recipient_id) == person.id
    waiting = col(OutboxMessage.state).in_((MessageState.PENDING, MessageState.LEASED, MessageState.SENDING))
    emptied: dict[str, Any] = {"subject": "", "body": "", "html": ""}
    change_rows(
        session,
        update(OutboxMessage).where(to_them, waiting).values(ended_at=now),
        update(OutboxMessage).where(to_them).values(state=str(MessageState.REDACTED), address="", error="", **emptied),
    )
    params: Any = OutboxMessage.params
    appointments = select(Appointment.id).where(col(Appointment.match_id).in_(matches))
    about_them = or_(
        params["match_id"].as_integer().in_(matches),
        params["appointment_id"].as_integer().in_(appointments),
        params["request_id"].as_integer().in_(_ids(requests_of)),
        params["volunteer_id"].as_integer().in_(_ids(offers_of)),
    )
    ended = col(OutboxMessage.ended_at).is_not(None)
    change_rows(
        session,
        update(OutboxMessage).where(about_them, ended).values(**emptied),
        update(OutboxMessage)
        .where(about_them, col(OutboxMessage.state) == MessageState.SENT)
        .values(state=str(MessageState.REDACTED), **emptied),
    )


def _empty_desk(
    session: Session, person: Person, matches: list[int], requests_of: list[HelpRequest], actor: Actor, now: datetime
) -> None:
    theirs = col(Call.person_id) == person.id
    change_rows(
        session,
        update(Call)
        .where(theirs, col(Call.done_at).is_(None))
        .values(done_at=now, done_by=actor.person_id, outcome="erased"),
        update(Call).where(theirs).values(note=""),
        update(Signal)
        .where(
            or_(
                col(Signal.person_id) == person.id,
                col(Signal.match_id).in_(matches),
                col(Signal.request_id).in_(_ids(requests_of)),
            )
        )
        .values(note=""),
        update(Signal)
        .where(col(Signal.person_id) == person.id, col(Signal.handled_at).is_(None))
        .values(handled_at=now, handled_by=actor.person_id),
        update(Block).where(or_(col(Block.person_id) == person.id, col(Block.other_id) == person.id)).values(reason=""),
        delete(SignInCode).where(col(SignInCode.person_id) == person.id),
        delete(Role).where(col(Role.person_id) == person.id),
    )


def _empty_person(session: Session, person: Person) -> None:
    session.refresh(person)
    person.first_name = person.last_name = person.address = ""
    person.email = person.phone = person.password_hash = None
    person.email_confirmed_at = person.no_messages_at = person.no_day_before_at = person.no_unanswered_at = None
    person.session_version += 1
    session.add(person)
    session.flush()


def _rows(session: Session, table: type[Any], *conditions: Any) -> list[Any]:
    return list(session.exec(select(table).where(*conditions).order_by(table.id)))


def _ids(rows: Iterable[SQLModel]) -> list[int]:
    return [row.id for row in rows]  # type: ignore[attr-defined]  # every row of ours has an id


def _id(person: Person) -> int:
    assert person.id is not None, "somebody who was found has a number"
    return person.id
