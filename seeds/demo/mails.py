"""The post of the past half year: what the worker would have sent, and what the desk did with its lists."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import update
from sqlmodel import Session, col, select

from models.delays import next_allowed
from models.messages.rendering import Skip, render
from models.settings import Settings
from models.states import MessageState
from models.tables import Call, Community, OutboxMessage, Person, Signal

KEPT_DAYS = 45
"""Older messages stand there as sent and emptied, as after their time of keeping."""
RECENT_DAYS = 4
"""What the desk has not come to yet."""


class Post:
    """Sends what is due at the moments of the stories, without sending anything."""

    def __init__(self, session: Session, settings: Settings, now: datetime) -> None:
        self.session, self.settings, self.now = session, settings, now
        self.kept_since = now - timedelta(days=KEPT_DAYS)

    def deliver(self, at: datetime) -> None:
        """Send what is due by then, some minutes later."""
        at = min(at, self.now)
        if at < self.kept_since:
            return
        # What waited for the morning has gone out in the morning; each story goes forward only.
        due = next_allowed(at, "Europe/Amsterdam") if at < self.now - timedelta(days=1) else at
        waiting = select(OutboxMessage).where(
            OutboxMessage.state == MessageState.PENDING,
            OutboxMessage.due_at >= self.kept_since,
            OutboxMessage.due_at <= due + timedelta(minutes=1),
        )
        for message in self.session.exec(waiting.order_by(col(OutboxMessage.id))).all():
            self._send(message, max(message.due_at, message.created_at))

    def _send(self, message: OutboxMessage, at: datetime) -> None:
        message.ended_at, message.attempts = at + timedelta(seconds=20), 1
        person = self.session.get(Person, message.recipient_id)
        assert person is not None and person.email is not None, "only who has e-mail has a message"
        try:
            rendered = render(self.session, message, settings=self.settings, now=at)
        except Skip as skip:
            message.state, message.error = MessageState.SKIPPED, str(skip)[:500]
        else:
            message.state, message.address = MessageState.SENT, person.email
            message.subject = rendered.kept(rendered.subject)
            message.body, message.html = rendered.kept(rendered.text), rendered.kept(rendered.html)
        self.session.add(message)

    def close_the_past(self, community: Community) -> None:
        """Note the calls and signals of before this week as done, and empty the mail that is not kept any more."""
        columns: Any = OutboxMessage
        self.session.execute(
            update(OutboxMessage)
            .where(columns.state == MessageState.PENDING, columns.due_at < self.kept_since)
            .values(state=str(MessageState.REDACTED), attempts=1, ended_at=columns.due_at)
            .execution_options(synchronize_session=False)
        )
        before = self.now - timedelta(days=RECENT_DAYS)
        calls = select(Call).where(Call.community_id == community.id, Call.created_at < before)
        for call in self.session.exec(calls).all():
            call.done_at, call.outcome = call.created_at + timedelta(hours=5), "told"
            self.session.add(call)
        signals = select(Signal).where(Signal.community_id == community.id, Signal.created_at < before)
        for found in self.session.exec(signals).all():
            found.handled_at = found.created_at + timedelta(hours=9)
            self.session.add(found)
