"""The address of somebody's private calendar: found, and made anew for one that got about."""

from datetime import datetime

from sqlmodel import Session

from models.actor import Actor
from models.database import LAST_ID
from models.errors import NotAllowed, NotFound
from models.operations import following
from models.operations.audit import record
from models.operations.transitions import first_role
from models.permissions import roles_on_request, roles_on_volunteer
from models.queries import people
from models.states import Role, VolunteerState
from models.tables import HelpRequest, Volunteer
from models.tokens import Tokens


def token_of(owner: Volunteer | HelpRequest, tokens: Tokens) -> str:
    """Give the token of a volunteer's calendar, or of a request's; with a new private link that is a new one too."""
    assert owner.id is not None, "the row was flushed"
    if isinstance(owner, Volunteer):
        return tokens.feed("volunteer", owner.id, owner.feed_version)
    return tokens.feed("request", owner.id, owner.link_version, owner.feed_version)


def by_token(session: Session, token: str, community_id: int | None, *, tokens: Tokens) -> Volunteer | HelpRequest:
    """Find whose calendar a token opens.

    Raises
    ------
    NotFound
        For anything but the newest address of somebody who takes part in this community and was not erased.
    """
    read = tokens.read_feed(token)
    if read is None or not 0 < read[1] <= LAST_ID:
        raise NotFound
    kind, row_id = read
    owner: Volunteer | HelpRequest | None
    owner = session.get(Volunteer, row_id) if kind == "volunteer" else session.get(HelpRequest, row_id)
    if owner is None or owner.community_id != community_id or token_of(owner, tokens) != token:
        raise NotFound
    if not (_helps(session, owner) if isinstance(owner, Volunteer) else following.can_be_followed(session, owner)):
        raise NotFound
    return owner


def renew(session: Session, owner: Volunteer | HelpRequest, *, actor: Actor, now: datetime) -> None:
    """Make every earlier address of a calendar worthless.

    Raises
    ------
    NotAllowed
        For anybody but whose calendar it is, and for who is not proven to be that.
    """
    is_volunteer = isinstance(owner, Volunteer)
    roles = roles_on_volunteer(actor, owner) if isinstance(owner, Volunteer) else roles_on_request(actor, owner)
    roles &= {Role.VOLUNTEER, Role.RESIDENT, Role.ASKER}
    if not roles or not actor.is_proven:
        raise NotAllowed(wanted="renew_feed")
    owner.feed_version += 1
    session.add(owner)
    session.flush()
    record(session, actor=actor, role=first_role(roles), action="feed_renewed", now=now, subject_id=owner.id,
           subject="volunteer" if is_volunteer else "request", community_id=owner.community_id)  # fmt: skip


def _helps(session: Session, volunteer: Volunteer) -> bool:
    person = people.by_id(session, volunteer.person_id)
    stays = volunteer.state not in (VolunteerState.LEFT, VolunteerState.STOPPED)
    return stays and person is not None and person.erased_at is None
