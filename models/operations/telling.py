"""Telling people something: a row in the outbox, or in the call list for who has no e-mail."""

from datetime import datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import insert
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, SQLModel, select

from models.delays import next_allowed, today
from models.states import CallReason, SignalKind
from models.tables import Call, Community, OutboxMessage, Person, Signal

MAILED_AT_MOST, MAILED_WITHIN = 5, timedelta(hours=1)
"""So many requests, or offers, within an hour are confirmed by mail to one address that nobody has signed in with."""
UNDO_SECONDS = 30
"""How long a message waits after a coordinator's approval, so that it can be taken back before it is sent."""


def as_known(session: Session, person: Person) -> Person:
    """Give who somebody turned out to be (see `joining`); whoever finds that out waits until this is saved."""
    query = select(Person.joined_id).where(Person.id == person.id).with_for_update(read=True, key_share=True)
    joined = session.exec(query).first()
    return person if joined is None else session.exec(select(Person).where(Person.id == joined)).one()


def tell(
    session: Session,
    person: Person,
    name: str,
    *,
    about: str,
    community: Community,
    now: datetime,
    params: dict[str, Any] | None = None,
    due: datetime | None = None,
    urgent: bool = False,
) -> None:
    """Write down that a person must be told something: once, whoever asks and however often.

    Parameters
    ----------
    name : str
        Which message, a folder of ``models/messages``.
    about : str
        What makes it this one and no other, e.g. ``match:12`` or ``appointment:7:2026-11-24``; with name and
        person it is the unique key.
    params : dict
        Ids for the message's context; never names or texts.
    due : datetime, optional
        Earliest moment (UTC), moved out of the night unless ``urgent``.
    urgent : bool
        Asked for by the person this minute (a sign-in code): sent at night too, and to who wants no other mail.
    """
    person = as_known(session, person)
    if person.erased_at is not None:
        return
    key = f"{name}:{about}:{person.id}"
    due = due or now
    if not urgent:
        due = next_allowed(due, community.timezone)
    if reached_by_mail(person) or (urgent and person.email):
        _insert_once(
            session,
            OutboxMessage,
            community_id=community.id,
            recipient_id=person.id,
            name=name,
            params=params or {},
            key=key,
            state="pending",
            due_at=due,
            urgent=urgent,
            created_at=now,
            attempts=0,
            error="",
            address="",
            subject="",
            body="",
            html="",
        )
    else:
        put_on_call_list(session, person, name, about=about, community=community, now=now, params=params, due=due)


def reached_by_mail(person: Person) -> bool:
    """Whether this person gets mail; who does not is called, and their silence never counts as an answer."""
    return bool(person.email) and person.no_messages_at is None and person.erased_at is None


def put_on_call_list(
    session: Session,
    person: Person,
    name: str,
    *,
    about: str,
    community: Community,
    now: datetime,
    params: dict[str, Any] | None = None,
    due: datetime | None = None,
    why: CallReason = CallReason.NO_EMAIL,
) -> None:
    """Ask the desk to call somebody about what a message would have said; once."""
    person = as_known(session, person)
    if person.erased_at is not None:
        return
    _insert_once(
        session,
        Call,
        community_id=community.id,
        person_id=person.id,
        about=name,
        key=f"{name}:{about}:{person.id}",
        why=str(why),
        params=params or {},
        due_on=today(due or now, community.timezone),
        created_at=now,
        outcome="",
        note="",
    )


def signal(
    session: Session,
    kind: SignalKind,
    *,
    about: str,
    community_id: int,
    now: datetime,
    person_id: int | None = None,
    request_id: int | None = None,
    match_id: int | None = None,
    note: str = "",
) -> None:
    """Show the desk something that a human must look at; once."""
    _insert_once(
        session,
        Signal,
        community_id=community_id,
        kind=str(kind),
        key=f"{kind}:{about}",
        person_id=person_id,
        request_id=request_id,
        match_id=match_id,
        note=note,
        created_at=now,
    )


def after_undo(now: datetime) -> datetime:
    """Give the earliest moment for a message that a coordinator may still take back."""
    return now + timedelta(seconds=UNDO_SECONDS)


def _insert_once(session: Session, table: type[SQLModel], **values: Any) -> None:
    session.flush()
    session.execute(_insert_unless_there(table, session.get_bind().dialect.name), [values])


@cache
def _insert_unless_there(table: type[SQLModel], dialect: str) -> Any:
    make: Any = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}.get(dialect, insert)
    return make(table).on_conflict_do_nothing(index_elements=["key"])
