"""Messages between the two of an agreed pair, on the site: mail tells that there is one, and no address is shown."""

from datetime import datetime, timedelta

from sqlmodel import Session

from models import values
from models.actor import Actor
from models.delays import next_allowed
from models.errors import NotAllowed, StaleState, TooMany
from models.operations import matches
from models.operations.audit import record
from models.operations.telling import tell
from models.permissions import roles_on_match
from models.queries import blocks
from models.queries import matches as match_queries
from models.queries import pair_messages as queries
from models.states import MATCH_KNOWS_EACH_OTHER, MessageState, Role
from models.tables import Community, HelpRequest, Match, PairMessage, Person, Volunteer

BODY_LIMIT = 2000
MOST_AN_HOUR = 30
_HOUR = timedelta(hours=1)
_NOT_OUT_YET = (MessageState.PENDING, MessageState.LEASED)
_SAME_WITHIN = timedelta(minutes=2)
_ONE_SIDE = (Role.RESIDENT, Role.ASKER, Role.VOLUNTEER)


def write(session: Session, match: Match, body: str, *, actor: Actor, now: datetime) -> PairMessage:
    """Write to the other of an agreed pair; they are told by at most one mail an hour, and of every message.

    What the other wrote before counts as read. The same words again within two minutes (a second click) are the same
    message.

    Raises
    ------
    NotAllowed
        For anybody but the two sides, the desk included; ``not_possible`` for a blocked pair.
    StaleState
        If the match is not agreed or active.
    Invalid
        ``body`` as `values.text`, at most `BODY_LIMIT` characters.
    TooMany
        Over `MOST_AN_HOUR` an hour; ``until`` says when the next may be written.
    """
    request, volunteer = matches.locked_request(session, match), matches.locked_volunteer(session, match)
    side = _side(actor, request, volunteer)
    sender_id = _sender(actor, request)
    if match.state not in MATCH_KNOWS_EACH_OTHER:
        raise StaleState(state=match.state, wanted="pair_message", subject="match")
    if blocks.any_blocked(session, volunteer.person_id, (request.resident_id, request.asker_id)):
        raise NotAllowed(code="not_possible")
    clean = values.text("body", body, limit=BODY_LIMIT)
    last = queries.newest(session, match.id)
    if last is not None and (last.sender_id, last.body) == (sender_id, clean) and now - last.created_at < _SAME_WITHIN:
        return last
    if queries.written_since(session, match.id, sender_id, now - _HOUR) >= MOST_AN_HOUR:
        raise TooMany(until=now + _HOUR)
    _read(session, match, side, request, volunteer, now)
    assert match.id is not None
    message = PairMessage(match_id=match.id, sender_id=sender_id, body=clean, created_at=now)
    session.add(message)
    session.flush()
    record(session, actor=actor, role=side, action="pair_message_written", subject="match", subject_id=match.id,
           now=now, community_id=match.community_id)  # fmt: skip
    other_id = request.contact_id if side is Role.VOLUNTEER else volunteer.person_id
    _tell_of_new(session, match, match_queries.person_of(session, other_id), now)
    return message


def mark_read(session: Session, match: Match, *, actor: Actor, now: datetime) -> None:
    """Note that one side read what the other wrote.

    Raises
    ------
    NotAllowed
        For anybody but the two sides.
    """
    request, volunteer = match_queries.request_of(session, match), match_queries.volunteer_of(session, match)
    _read(session, match, _side(actor, request, volunteer), request, volunteer, now)


def _side(actor: Actor, request: HelpRequest, volunteer: Volunteer) -> Role:
    found = roles_on_match(actor, request, volunteer)
    for role in _ONE_SIDE:
        if role in found:
            return role
    raise NotAllowed(wanted="pair_message")


def _sender(actor: Actor, request: HelpRequest) -> int:
    # By a private link without a name it is whom the link was given to.
    sender = actor.person_id if actor.person_id is not None else request.contact_id
    assert sender is not None, "a match has somebody to write to"
    return sender


def _read(
    session: Session, match: Match, side: Role, request: HelpRequest, volunteer: Volunteer, now: datetime
) -> None:
    theirs = (request.resident_id, request.asker_id, request.contact_id)
    readers = {volunteer.person_id} if side is Role.VOLUNTEER else {i for i in theirs if i is not None}
    for message in queries.unread(session, match.id, readers):
        message.read_at = now
        session.add(message)


def _tell_of_new(session: Session, match: Match, person: Person, now: datetime) -> None:
    """Tell of a new message, unless a mail that will tell of it is on its way; else an hour after the last one."""
    community: Community = match_queries.community_of(session, match.community_id)
    mails = queries.mails(session, match.id, person.id)
    if any(mail.state in _NOT_OUT_YET for mail in mails) or queries.open_call(session, match.id, person.id):
        return
    due = max([now, *(mail.due_at + _HOUR for mail in mails[:1])])
    due = next_allowed(due, community.timezone)
    tell(session, person, queries.NAME, about=f"match:{match.id}:{due:%Y%m%d%H}", community=community, now=now,
         params={"match_id": match.id}, due=due)  # fmt: skip
