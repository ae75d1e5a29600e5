"""A volunteer's portrait: theirs to give and to take away; the desk and the people whom they help see it."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import delete
from sqlmodel import Session, col

from models import pictures
from models.actor import Actor
from models.database import change_rows
from models.errors import NotAllowed, NotFound, StaleState
from models.operations import contacts
from models.operations.audit import record
from models.operations.transitions import first_role
from models.permissions import roles_on_match, roles_on_volunteer
from models.queries import matches as match_queries
from models.queries import volunteers as queries
from models.states import MATCH_KNOWS_EACH_OTHER, VOLUNTEER, Role
from models.tables import Match, Portrait, Volunteer


def keep(session: Session, volunteer: Volunteer, portrait: pictures.Portrait, *, actor: Actor, now: datetime) -> None:
    """Keep a portrait, in place of the one before; the same once more changes nothing.

    Raises
    ------
    NotAllowed
        For anybody but the volunteer themself.
    StaleState
        ``left`` or ``stopped``: the offer has ended.
    """
    if Role.VOLUNTEER not in roles_on_volunteer(actor, volunteer):
        raise NotAllowed(wanted="portrait")
    _take_turns(session, volunteer)
    if volunteer.state in VOLUNTEER.final:
        raise StaleState(code=str(volunteer.state), subject="volunteer")
    row = queries.portrait(session, volunteer.id)
    if row is not None and row.digest == portrait.digest:
        return
    assert volunteer.id is not None, "the row was read"
    row = row or Portrait(volunteer_id=volunteer.id, picture=b"", digest="", made_at=now)
    row.picture, row.digest, row.made_at = portrait.data, portrait.digest, now
    session.add(row)
    session.flush()
    _record(session, volunteer, "portrait_kept", actor, Role.VOLUNTEER, now)


def remove(session: Session, volunteer: Volunteer, *, actor: Actor, now: datetime) -> None:
    """Take a portrait away; where there is none, nothing changes.

    Raises
    ------
    NotAllowed
        For anybody but the volunteer and a coordinator of that community.
    """
    roles = roles_on_volunteer(actor, volunteer) & {Role.VOLUNTEER, Role.COORDINATOR}
    if not roles:
        raise NotAllowed(wanted="portrait")
    _take_turns(session, volunteer)
    if queries.has_portrait(session, volunteer.id):
        forget(session, [volunteer])
        _record(session, volunteer, "portrait_removed", actor, first_role(roles), now)


def forget(session: Session, volunteers: Iterable[Volunteer]) -> None:
    """Take away the portraits of offers that end; that line of the log tells it."""
    ids = [volunteer.id for volunteer in volunteers]
    change_rows(session, delete(Portrait).where(col(Portrait.volunteer_id).in_(ids)))


def of_helper(session: Session, match: Match, *, actor: Actor, now: datetime) -> Portrait:
    """Give the portrait of who helps, to the resident's side of an agreed match; that look is written down.

    Raises
    ------
    NotFound
        Where there is none, before the match is agreed, after its end, and for everybody else.
    """
    request, volunteer = match_queries.request_of(session, match), match_queries.volunteer_of(session, match)
    theirs = roles_on_match(actor, request, volunteer) & {Role.RESIDENT, Role.ASKER}
    found = queries.portrait(session, volunteer.id)
    if found is None or not theirs or match.state not in MATCH_KNOWS_EACH_OTHER:
        raise NotFound
    contacts.reveal(session, match, actor=actor, now=now)
    return found


def _take_turns(session: Session, volunteer: Volunteer) -> None:
    """Let two clicks, or a click and the end of the offer, go one after the other."""
    session.flush()
    session.refresh(volunteer, with_for_update={"key_share": True})


def _record(session: Session, volunteer: Volunteer, action: str, actor: Actor, role: Role, now: datetime) -> None:
    record(session, actor=actor, role=role, action=action, subject="volunteer", subject_id=volunteer.id, now=now,
           community_id=volunteer.community_id)  # fmt: skip
