"""The people of a test: one in each role around a request and a volunteer, and people whom it does not concern."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import Session, select

from models.actor import SYSTEM, Actor
from models.operations import appointments
from models.states import Role
from models.tables import (
    Appointment,
    AuditEntry,
    Call,
    Community,
    HelpRequest,
    Match,
    OutboxMessage,
    Person,
    Signal,
    Volunteer,
)
from tests import factories
from tests.statements import WRITES, statements

START, END = datetime(2026, 12, 1, 14, 0), datetime(2026, 12, 1, 16, 0)
"""When they meet where a test says nothing else: a Tuesday afternoon, local."""

R, A, V, C, S = Role.RESIDENT, Role.ASKER, Role.VOLUNTEER, Role.COORDINATOR, Role.SYSTEM


@dataclass
class Cast:
    """A daughter asks for her mother; a volunteer, a coordinator, an administrator, and people from elsewhere."""

    session: Session
    community: Community
    elsewhere: Community
    resident: Person
    asker: Person
    helper: Person
    coordinator: Person
    administrator: Person
    volunteer: Volunteer
    actors: dict[str, Actor]
    """Who acts, by what they are to the request and the match."""

    def request(self, state: str = "open", **columns: Any) -> HelpRequest:
        """Make a request of the resident, asked by the asker."""
        return factories.create_request(
            self.session,
            self.community,
            self.resident,
            state=state,
            **{"asker_id": self.asker.id, "relation": "daughter", **columns},
        )

    def match(self, state: str = "proposed", request: HelpRequest | None = None, **columns: Any) -> Match:
        """Make a match of the volunteer and a request of the resident that fits its state."""
        standing = {"agreed": "matched", "active": "matched", "completed": "fulfilled"}.get(state, "open")
        columns = {"volunteer": self.volunteer, **columns}
        return factories.create_match(self.session, request or self.request(standing), state=state, **columns)

    def link(self, request: HelpRequest) -> Actor:
        """Give who came by the request's private link."""
        return factories.link_actor(request)


STRANGERS = ("stranger", "other coordinator", "administrator", "nobody")
"""Whom no request and no match concerns."""
ROLES: dict[str, frozenset[Role]] = {
    "resident": frozenset({R}),
    "asker": frozenset({A}),
    "volunteer": frozenset({V}),
    "coordinator": frozenset({C}),
    "system": frozenset({S}),
    **dict.fromkeys(STRANGERS, frozenset()),
}


def gather(session: Session) -> Cast:
    """Bring everybody together."""
    community = factories.create_community(session)
    elsewhere = factories.create_community(session, areas=("8441",))
    resident = factories.create_person(session, first_name="Dina", last_name="Haverkamp")
    asker = factories.create_person(session, first_name="Marleen", last_name="Haverkamp-Stoel")
    helper = factories.create_person(session, first_name="Yusuf", last_name="Demir")
    coordinator = factories.create_coordinator(session, community)
    administrator = factories.create_administrator(session, community)
    volunteer = factories.create_volunteer(session, community, helper)

    def acting(person: Person) -> Actor:
        return factories.actor_of(session, person)

    actors = {
        "resident": acting(resident),
        "asker": acting(asker),
        "volunteer": acting(helper),
        "coordinator": acting(coordinator),
        "system": SYSTEM,
        "stranger": acting(factories.create_person(session)),
        "other coordinator": acting(factories.create_coordinator(session, elsewhere)),
        "administrator": acting(administrator),
        "nobody": Actor(),
    }
    return Cast(session, community, elsewhere, resident, asker, helper, coordinator, administrator, volunteer, actors)


@contextmanager
def writes(session: Session) -> Iterator[list[str]]:
    """Watch what a block writes to the database, what it left unflushed included."""
    session.flush()
    with statements(session.get_bind(), only=WRITES) as found:
        yield found
        session.flush()


def told(session: Session, person: Person | None = None) -> list[str]:
    """Give the names of the messages that wait for somebody (or for all), in order."""
    session.flush()
    rows = session.exec(select(OutboxMessage).order_by(OutboxMessage.id)).all()  # type: ignore[arg-type]
    return [row.name for row in rows if person is None or row.recipient_id == person.id]


def to_call(session: Session, person: Person | None = None) -> list[str]:
    """Give what the desk has to call somebody (or all) about, in order."""
    session.flush()
    rows = session.exec(select(Call).order_by(Call.id)).all()  # type: ignore[arg-type]
    return [row.about for row in rows if (person is None or row.person_id == person.id) and row.done_at is None]


def signals(session: Session) -> list[str]:
    """Give the kinds of the signals that the desk has to look at, in order."""
    session.flush()
    rows = session.exec(select(Signal).order_by(Signal.id)).all()  # type: ignore[arg-type]
    return [row.kind for row in rows if row.handled_at is None]


def log(session: Session) -> list[tuple[str, str, str, str]]:
    """Give the audit log, oldest first: in what quality, what, from where, to where."""
    session.flush()
    rows = session.exec(select(AuditEntry).order_by(AuditEntry.id)).all()  # type: ignore[arg-type]
    return [(row.actor_kind, row.action, row.before, row.after) for row in rows]


def plan(cast: Cast, match: Match, who: str = "volunteer", **changes: Any) -> list[Appointment]:
    """Plan an appointment of a match, by one of the cast."""
    values = {"starts_at": START, "ends_at": END, "now": factories.NOW, **changes}
    return appointments.plan(cast.session, match, actor=cast.actors[who], **values)
