"""Delivering the outbox: each message has one row, one owner at a time, and an end that somebody can see.

``pending → leased`` (taken by a worker, saved) ``→ sending`` (saved when the receiving server waits for the message,
before its first byte goes out) ``→ sent``, ``failed`` or ``in_doubt`` (saved, one message at a time). Each step is
guarded by the state and the owner that it starts from: who lost a message to another worker can do nothing to it any
more. What was found in ``leased`` after a crash was surely not sent, and goes back. What was found in ``sending`` is
``in_doubt``: nobody can know whether it arrived, so a human calls and it is never resent by itself.
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import update
from sqlalchemy.exc import OperationalError
from sqlmodel import Session, col, select

from models.actor import Actor
from models.delays import is_quiet, next_allowed
from models.errors import NotAllowed, StaleState
from models.messages.context import Fitting
from models.messages.fitting import fitting_requests
from models.messages.rendering import Rendered, Skip, check, render
from models.operations.audit import record
from models.operations.telling import put_on_call_list
from models.permissions import coordinates
from models.queries import communities, people
from models.settings import Settings
from models.states import MESSAGE, CallReason, MessageState, Role
from models.tables import Call, OutboxMessage

log = logging.getLogger(__name__)

LEASE = timedelta(minutes=10)
"""So long a message belongs to the worker that took it; by then every time-out of sending has struck."""
BACKOFF = (
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=6),
)
MOST_ATTEMPTS = len(BACKOFF) + 1
ERASED, PAUSED = "erased", "paused"
# Nobody needs a phone call because a mail of these did not go out.
_NOT_WORTH_A_CALL = frozenset({"already_volunteer", "digest", "sign_in"})
# Who paused gets no mail, but must hear of what was agreed before.
_AGREED_BEFORE = frozenset({
    "appointment_cancelled", "appointment_moved", "appointment_planned", "appointment_reminder",
    "match_agreed", "match_ended",
})  # fmt: skip
_UNREACHED = frozenset({"no_email", "no_messages"})


@dataclass(frozen=True, slots=True)
class Parcel:
    """What goes out, and for which row.

    Attributes
    ----------
    address : str
        Of the recipient, as it was when this was made.
    sender, sender_name : str
        The instance's address, and whom people know it is from: their community.
    reply_to : str
        The community's address; empty where it has none.
    """

    message_id: int
    key: str
    created_at: datetime
    address: str
    sender: str
    sender_name: str
    reply_to: str
    rendered: Rendered


class NoLongerOurs(Exception):
    """A message must not be sent: another worker has it, it is no longer useful, or its reader wants no mail."""


def claim(session: Session, *, worker: str, now: datetime, limit: int) -> list[int]:
    """Take messages that are due: urgent ones first, then longest due first. Commit before anything is sent.

    Parameters
    ----------
    worker : str
        A name that no other worker has, at most 80 characters.
    """
    due = (
        select(OutboxMessage.id)
        .where(OutboxMessage.state == MessageState.PENDING, OutboxMessage.due_at <= now)
        .order_by(col(OutboxMessage.urgent).desc(), col(OutboxMessage.due_at), col(OutboxMessage.id))
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    ids = [i for i in session.exec(due).all() if i is not None]
    if ids:
        taken = update(OutboxMessage).where(
            col(OutboxMessage.id).in_(ids), col(OutboxMessage.state) == MessageState.PENDING
        )
        session.execute(
            taken.values(state=str(MessageState.LEASED), leased_by=worker, leased_until=now + LEASE)
            .execution_options(synchronize_session=False)
        )  # fmt: skip
    return ids


def release(session: Session, ids: Sequence[int], *, worker: str) -> None:
    """Give messages back that were taken and not begun."""
    for message_id in ids:
        _move(session, message_id, MessageState.LEASED, MessageState.PENDING, worker=worker, **_FREE)


def recover(session: Session, *, worker: str, now: datetime, alone: bool) -> int:
    """Take care of what a worker left behind: taken goes back, begun is in doubt.

    Call it while this worker itself is not sending anything.

    Parameters
    ----------
    alone : bool
        No other worker lives: everything that is taken or begun was left behind. Else only what this worker's name
        stands on, and what was taken too long ago.

    Returns
    -------
    int
        How many messages it was.
    """
    held = select(OutboxMessage).where(col(OutboxMessage.state).in_((MessageState.LEASED, MessageState.SENDING)))
    if not alone:
        held = held.where((col(OutboxMessage.leased_until) <= now) | (col(OutboxMessage.leased_by) == worker))
    left = session.exec(held.order_by(col(OutboxMessage.id)).with_for_update(skip_locked=True)).all()
    for message in left:
        owner = message.leased_by
        if message.state == MessageState.LEASED:
            _move(session, _id(message), MessageState.LEASED, MessageState.PENDING, worker=owner, **_FREE)
        else:
            in_doubt(session, _id(message), "the worker stopped while it was being sent", worker=owner, now=now)
    return len(left)


def prepare(
    session: Session,
    message_id: int,
    *,
    worker: str,
    settings: Settings,
    now: datetime,
    fitting: Fitting = fitting_requests,
) -> Parcel | None:
    """Make a message that this worker took.

    Returns
    -------
    Parcel or None
        None: it is not this worker's any more, it is night, it is no longer useful, or it can never be made; its row
        says which.
    """
    message = _held(session, message_id, worker)
    if message is None:
        return None
    community = communities.by_id(session, message.community_id) if message.community_id is not None else None
    if community is not None and not message.urgent and is_quiet(now, community.timezone):
        due = next_allowed(now, community.timezone)
        _move(session, message_id, MessageState.LEASED, MessageState.PENDING, worker=worker, due_at=due, **_FREE)
        return None
    try:
        # What cannot be read must not spoil what is written here.
        with session.begin_nested():
            rendered = render(session, message, settings=settings, now=now, fitting=fitting)
    except Skip as skip:
        _skip(session, message, skip.reason, worker=worker, now=now)
        return None
    except OperationalError:
        raise  # the database, not the message
    except Exception as error:
        log.exception("message %s (%s) cannot be made", message_id, message.name)
        _fail(session, message, f"cannot be made: {type(error).__name__}", worker=worker, now=now)
        return None
    recipient = people.by_id(session, message.recipient_id)
    return Parcel(
        message_id=message_id,
        key=message.key,
        created_at=message.created_at,
        address=(recipient.email if recipient is not None else None) or "",
        sender=settings.mail_from,
        sender_name=community.name if community else "",
        reply_to=community.email if community else "",
        rendered=rendered,
    )


def begin(
    session: Session,
    parcel: Parcel,
    *,
    worker: str,
    settings: Settings,
    now: datetime,
    fitting: Fitting = fitting_requests,
) -> bool:
    """Mark a message as being sent, if it still should be. Commit before its first byte goes out.

    Returns
    -------
    bool
        False: it must not be sent; its row says why.
    """
    message = _held(session, parcel.message_id, worker)
    if message is None:
        return False
    try:
        # Dialling took a while: who withdrew, paused or was erased in the meantime gets no mail.
        check(session, message, now=now, fitting=fitting)
    except Skip as skip:
        _skip(session, message, skip.reason, worker=worker, now=now)
        return False
    keep = parcel.rendered.kept if settings.production else str
    return _move(
        session, parcel.message_id, MessageState.LEASED, MessageState.SENDING, worker=worker,
        attempts=message.attempts + 1, leased_until=now + LEASE, error="", address=parcel.address,
        subject=keep(parcel.rendered.subject), body=keep(parcel.rendered.text), html=keep(parcel.rendered.html),
    )  # fmt: skip


def _held(session: Session, message_id: int, worker: str) -> OutboxMessage | None:
    """Give a message that this worker took and has not begun, held until the end of this transaction."""
    query = select(OutboxMessage).where(OutboxMessage.id == message_id).with_for_update()
    message = session.exec(query.execution_options(populate_existing=True)).one()
    return message if message.state == MessageState.LEASED and message.leased_by == worker else None


def sent(session: Session, message_id: int, *, worker: str, now: datetime) -> bool:
    """The receiving server took it. False: somebody else has decided about it in the meantime."""
    done = _move(session, message_id, MessageState.SENDING, MessageState.SENT, worker=worker, ended_at=now, **_FREE)
    if done:
        _close_call(session, message_id, now)
    return done


def failed(session: Session, message_id: int, error: str, *, worker: str, now: datetime) -> None:
    """It cannot be delivered: a human calls instead."""
    _fail(session, _get(session, message_id), error, worker=worker, now=now)


def again(session: Session, message_id: int, error: str, *, worker: str, now: datetime) -> bool:
    """It could not be delivered now: later again, and after the last attempt it failed.

    Returns
    -------
    bool
        Whether it is tried again.
    """
    message = _get(session, message_id)
    before = MessageState(message.state)
    attempts = message.attempts + (before == MessageState.LEASED)  # one that was begun is counted already
    if attempts >= MOST_ATTEMPTS:
        _fail(session, message, error, worker=worker, now=now, attempts=attempts)
        return False
    _move(
        session, message_id, before, MessageState.PENDING, worker=worker, attempts=attempts,
        due_at=now + BACKOFF[attempts - 1], error=_short(error), address="", subject="", body="", html="", **_FREE,
    )  # fmt: skip
    return True


def in_doubt(session: Session, message_id: int, error: str, *, worker: str | None, now: datetime) -> None:
    """Nobody can know whether it arrived: a human calls, and it is never sent again by itself."""
    done = _move(
        session, message_id, MessageState.SENDING, MessageState.IN_DOUBT, worker=worker, ended_at=now,
        error=_short(error), **_FREE,
    )  # fmt: skip
    if done:
        _call(session, _get(session, message_id), CallReason.IN_DOUBT, now)


def retry(session: Session, message: OutboxMessage, *, actor: Actor, now: datetime) -> None:
    """Send a message again that failed or is in doubt, because a coordinator says so.

    Raises
    ------
    NotAllowed
        For anybody but a coordinator of its community.
    StaleState
        If it is in another state by now.
    """
    if not coordinates(actor, message.community_id):
        raise NotAllowed(wanted="retry")
    session.refresh(message, with_for_update=True)
    before = message.state
    if not MESSAGE.allows(before, MessageState.PENDING, Role.COORDINATOR):
        raise StaleState(state=before, wanted=MessageState.PENDING, subject="message")
    message.state, message.due_at, message.ended_at = str(MessageState.PENDING), now, None
    message.attempts, message.error = 0, ""
    session.add(message)
    record(session, actor=actor, role=Role.COORDINATOR, action="message_retried", subject="message",
           subject_id=message.id, now=now, community_id=message.community_id, before=before,
           after=MessageState.PENDING)  # fmt: skip


_FREE: dict[str, Any] = {"leased_by": None, "leased_until": None}


def _move(
    session: Session, message_id: int, before: MessageState, after: MessageState, *, worker: str | None, **values: Any
) -> bool:
    """Change a message's state if it still is in the old one and belongs to this worker."""
    if not MESSAGE.allows(before, after, Role.SYSTEM):
        return False  # somebody else has given it its end
    session.flush()
    done = session.execute(
        update(OutboxMessage)
        .where(
            col(OutboxMessage.id) == message_id,
            col(OutboxMessage.state) == before,
            col(OutboxMessage.leased_by) == worker,
        )
        .values(state=str(after), **values)
        .execution_options(synchronize_session=False)
    )
    held = session.get(OutboxMessage, message_id)
    if held is not None:
        session.refresh(held)
    return bool(done.rowcount == 1)  # type: ignore[attr-defined]  # an UPDATE's result has a rowcount


def _skip(session: Session, message: OutboxMessage, reason: str, *, worker: str, now: datetime) -> None:
    after = MessageState.REDACTED if reason == ERASED else MessageState.SKIPPED
    done = _move(session, _id(message), MessageState.LEASED, after, worker=worker, ended_at=now, error=reason, **_FREE)
    if not done:
        return
    if (reason in _UNREACHED and message.name not in _NOT_WORTH_A_CALL) or (
        reason == PAUSED and message.name in _AGREED_BEFORE
    ):
        _call(session, message, CallReason.PAUSED if reason == PAUSED else CallReason.NO_EMAIL, now)


def _fail(session: Session, message: OutboxMessage, error: str, *, worker: str, now: datetime, **columns: Any) -> None:
    done = _move(session, _id(message), MessageState(message.state), MessageState.FAILED, worker=worker, ended_at=now,
                 error=_short(error), **columns, **_FREE)  # fmt: skip
    if done:
        _call(session, message, CallReason.FAILED, now)


def _call(session: Session, message: OutboxMessage, why: CallReason, now: datetime) -> None:
    """Put the recipient on the call list, under the message's own key."""
    recipient = people.by_id(session, message.recipient_id)
    community = communities.by_id(session, message.community_id) if message.community_id is not None else None
    if recipient is None or community is None:
        log.error("message %s has nobody who could be called", message.id)
        return
    put_on_call_list(session, recipient, message.name, about=about(message), community=community, now=now,
                     params=dict(message.params), why=why)  # fmt: skip


def about(message: OutboxMessage) -> str:
    """Give the middle of a message's key: what it is about."""
    return message.key.removeprefix(f"{message.name}:").removesuffix(f":{message.recipient_id}")


def _close_call(session: Session, message_id: int, now: datetime) -> None:
    """A message that was sent again and arrived needs no call any more."""
    message = _get(session, message_id)
    call = session.exec(select(Call).where(Call.key == message.key, col(Call.done_at).is_(None))).first()
    if call is not None:
        call.done_at, call.outcome = now, "sent"
        session.add(call)


def _get(session: Session, message_id: int) -> OutboxMessage:
    return session.exec(select(OutboxMessage).where(OutboxMessage.id == message_id)).one()


def _short(error: str) -> str:
    return " ".join(error.split())[:500]


def _id(message: OutboxMessage) -> int:
    assert message.id is not None, "a row that was read has a number"
    return message.id
