"""A real SMTP server on loopback, that can be told to misbehave at any step."""

import asyncio
import os
import ssl
from collections.abc import Callable
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any, cast

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session, syntax

OK = "250 OK"


class Handler:
    """Keeps what was accepted, and answers as it is told.

    Attributes
    ----------
    accepted : list of EmailMessage
        What the server said yes to, in order.
    seen : list of EmailMessage
        Everything whose data arrived whole, whatever was answered.
    answers : dict
        Step (``MAIL``, ``RCPT``, ``DATA``) to a function of the recipient that gives an answer other than 250, or None.
    """

    def __init__(self) -> None:
        self.accepted: list[EmailMessage] = []
        self.seen: list[EmailMessage] = []
        self.senders: list[str] = []
        self.recipients: list[str] = []
        self.answers: dict[str, Callable[[str], str | None]] = {}
        self.before_answer: Callable[[EmailMessage, SMTP], None] | None = None
        self.break_at: str | None = None
        """Hang up, once, at ``DATA`` (before the message) or ``answer`` (after it)."""
        self.delay = 0.0

    async def handle_MAIL(  # the library asks for these names
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        answer = self._answer("MAIL", address)
        if answer == OK:
            envelope.mail_from = address
            envelope.mail_options.extend(options)
            self.senders.append(address)
        return answer

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        answer = self._answer("RCPT", address)
        if answer == OK:
            envelope.rcpt_tos.append(address)
            self.recipients.append(address)
        return answer

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        content = envelope.content
        assert isinstance(content, bytes)
        found = cast(EmailMessage, message_from_bytes(content, policy=default))
        self.seen.append(found)
        if self.delay:
            await asyncio.sleep(self.delay)
        if self.before_answer is not None:
            self.before_answer(found, server)
        if self.break_at == "answer":
            self.break_at = None
            hang_up(server)
            return OK
        answer = self._answer("DATA", envelope.rcpt_tos[0])
        if answer == OK:
            self.accepted.append(found)
        return answer

    def _answer(self, step: str, address: str) -> str:
        asked = self.answers.get(step)
        return (asked(address) if asked else None) or OK


def hang_up(server: SMTP) -> None:
    """Break the connection without a word."""
    assert server.transport is not None
    server.transport.abort()


class Breakable(SMTP):
    """Hangs up at ``DATA`` where its handler is told so."""

    @syntax("DATA")
    async def smtp_DATA(self, arg: str) -> None:
        handler: Any = self.event_handler
        if handler.break_at == "DATA":
            handler.break_at = None
            hang_up(self)
            return
        await super().smtp_DATA(arg)


class MailServer(Controller):
    """The server; ``url`` is what a `Settings.smtp_url` needs."""

    def __init__(self, handler: Handler | None = None, *, tls: ssl.SSLContext | None = None, **options: Any) -> None:
        self.mails = handler or Handler()
        super().__init__(self.mails, hostname="127.0.0.1", port=_free_port(), ready_timeout=10, **options)
        self._tls = tls

    def factory(self) -> SMTP:
        """Make what speaks on one connection."""
        options = dict(self.SMTP_kwargs)
        if self._tls is not None:
            options["tls_context"] = self._tls
        return Breakable(self.handler, hostname="mail.test", **options)

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"smtp://127.0.0.1:{self.port}"


def _free_port() -> int:
    import socket

    # Far from the ports that the system gives to who asks for none, and one process's own.
    base = 20_000 + os.getpid() % 8_000
    for port in range(base, base + 400):
        with socket.socket() as trial:
            trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                trial.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    raise AssertionError("no free port")


def text_of(mail: EmailMessage) -> str:
    """Give the plain body."""
    body = mail.get_body(("plain",))
    assert body is not None
    return str(body.get_content()).replace("\r\n", "\n")
