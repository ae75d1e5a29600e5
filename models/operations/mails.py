"""Choosing which kinds of mail somebody gets: on their own page, or with the link in a mail of that kind."""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from models.actor import Actor
from models.database import LAST_ID
from models.errors import NotAllowed, NotFound
from models.mail_kinds import SINCE, MailKind, stopped
from models.operations.audit import record
from models.operations.people import SELF
from models.queries import people as queries
from models.queries import volunteers as volunteer_queries
from models.states import VOLUNTEER
from models.tables import Person, Volunteer
from models.tokens import Tokens


@dataclass(frozen=True, slots=True)
class Choice:
    """One kind of mail for one person in one community.

    Attributes
    ----------
    wanted : bool
        Whether they get it now.
    """

    person: Person
    community_id: int
    kind: MailKind
    wanted: bool


def by_link(session: Session, token: str, *, tokens: Tokens) -> Choice:
    """Find whose mails of which kind a link stops; whoever was joined since is who they turned out to be.

    Raises
    ------
    NotFound
        For anything that we did not make, somebody who was erased, and a weekly mail whose offer is gone.
    """
    read = tokens.read_mail_kind(token)
    if read is None or not 0 < read[0] <= LAST_ID or read[2] not in set(MailKind):
        raise NotFound
    person_id, community_id, kind = read
    person = queries.by_id(session, person_id)
    if person is not None and person.joined_id is not None:
        person = queries.by_id(session, person.joined_id)
    if person is None:
        raise NotFound
    return choice(session, person, community_id, MailKind(kind))


def choice(session: Session, person: Person, community_id: int, kind: MailKind) -> Choice:
    """Give what somebody chose of one kind.

    Raises
    ------
    NotFound
        For somebody who was erased, and for a weekly mail without an offer here.
    """
    if person.erased_at is not None:
        raise NotFound
    weekly = kind is MailKind.WEEKLY
    wanted = _offer(session, person, community_id).wants_digest if weekly else not stopped(person, kind)
    return Choice(person, community_id, kind, wanted)


def choose(session: Session, chosen: Choice, wanted: bool, *, actor: Actor, now: datetime) -> None:
    """Stop one kind of mail, or let it come again; choosing what is so already changes nothing.

    Raises
    ------
    NotAllowed
        For anybody but that person: signed in, or with the link in their mail.
    NotFound
        If they were erased meanwhile, or their offer has ended.
    """
    person, kind = chosen.person, chosen.kind
    if actor.only_request is not None or actor.person_id is None or actor.person_id != person.id:
        raise NotAllowed(wanted="mails")
    row = _offer(session, person, chosen.community_id) if kind is MailKind.WEEKLY else person
    session.refresh(row, with_for_update=True)
    if choice(session, person, chosen.community_id, kind).wanted == wanted:
        return
    if isinstance(row, Volunteer):
        row.wants_digest = wanted
    else:
        setattr(row, SINCE[kind], None if wanted else now)
    session.add(row)
    session.flush()
    action = "mail_kind_resumed" if wanted else "mail_kind_stopped"
    record(session, actor=actor, role=SELF, action=action, subject="person", subject_id=person.id, now=now,
           community_id=chosen.community_id, after=str(kind))  # fmt: skip


def _offer(session: Session, person: Person, community_id: int) -> Volunteer:
    found = volunteer_queries.of_person(session, person.id, community_id)
    if found is None or found.state in VOLUNTEER.final:
        raise NotFound
    return found
