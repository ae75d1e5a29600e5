"""Sending by SMTP, step by step, so that it is known at each error whether the message may have been taken."""

import re
import smtplib
import socket
import ssl
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal
from urllib.parse import unquote, urlsplit

from jobs.channels import Begin, InDoubt, Later, Refused, Unreachable
from jobs.channels.mail import BadAddress, Mail, mail
from models.errors import Invalid
from models.operations.outbox import Parcel

Security = Literal["none", "starttls", "tls"]
_SCHEMES: dict[str, tuple[Security, int]] = {
    "smtp": ("none", 25),
    "smtp+starttls": ("starttls", 587),
    "smtps": ("tls", 465),
}
_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
_VARIABLE = "NOABER_SMTP_URL"
_DOT = re.compile(rb"(?m)^\.")
_DONE, _GOODBYE = 250, 421
_GONE = (smtplib.SMTPServerDisconnected, OSError)


@dataclass(frozen=True, slots=True)
class Server:
    """Where mail is handed over, and how."""

    host: str
    port: int
    security: Security
    user: str = ""
    password: str = field(default="", repr=False)

    @classmethod
    def from_url(cls, url: str) -> "Server":
        """Read ``smtp://``, ``smtps://`` or ``smtp+starttls://``, with credentials where needed.

        Raises
        ------
        Invalid
            ``NOABER_SMTP_URL``: ``smtp_url``, or ``smtp_plain_password`` for a password that would leave this machine
            unencrypted.
        """
        try:
            parts = urlsplit(url)
            port = parts.port
        except ValueError as error:
            raise Invalid(_VARIABLE, "smtp_url") from error
        if parts.scheme not in _SCHEMES or not parts.hostname or parts.path.strip("/") or parts.query:
            raise Invalid(_VARIABLE, "smtp_url")
        security, usual = _SCHEMES[parts.scheme]
        if parts.password and security == "none" and parts.hostname not in _LOOPBACK:
            raise Invalid(_VARIABLE, "smtp_plain_password")
        return cls(
            host=parts.hostname, port=port or usual, security=security,
            user=unquote(parts.username or ""), password=unquote(parts.password or ""),
        )  # fmt: skip


class SmtpChannel:
    """Hands messages over to one server, over one connection for as long as it lasts.

    Parameters
    ----------
    timeout : float
        Seconds that the server may be silent at each step.
    base_url : str
        Of the site.
    clock : callable
        Gives the present moment (aware, UTC), for the mail's date.
    """

    def __init__(self, server: Server, *, timeout: float, base_url: str, clock: Callable[[], datetime]) -> None:
        self._server, self._timeout, self._base_url, self._clock = server, timeout, base_url, clock
        self._line: smtplib.SMTP | None = None

    def send(self, parcel: Parcel, begin: Begin) -> None:
        """Hand a message over.

        Raises
        ------
        Unreachable
            No connection, no TLS, no login: nothing was said about this message.
        Later
            The server said "not now" (4xx), or the connection broke before the message was complete.
        Refused
            The server said "never" (5xx), or this is no address at all.
        InDoubt
            The message was complete, and no answer came.
        """
        try:
            made = mail(parcel, base_url=self._base_url, now=self._clock())
        except BadAddress as error:
            raise Refused("this is not an e-mail address") from error
        except Exception as error:  # nothing was sent yet: this message alone is at fault
            raise Refused(f"cannot be made into a mail: {type(error).__name__}") from error
        line = self._from(made)
        try:
            self._hand_over(line, made, begin)
        except (Later, Refused, InDoubt):
            raise
        except _GONE as error:
            self.close()
            raise Later(f"the connection broke: {type(error).__name__}") from error

    def close(self) -> None:
        """Say goodbye, and hang up in any case."""
        line, self._line = self._line, None
        if line is None:
            return
        try:
            line.quit()
        except (smtplib.SMTPException, OSError):
            line.close()

    def _from(self, made: Mail) -> smtplib.SMTP:
        """Say who it is from; on a line that the server hung up in the meantime, dial once more."""
        while True:
            reused = self._line is not None
            line = self._connected()
            options = self._options(line, made)
            try:
                answer = line.mail(made.sender, options)
            except _GONE as error:
                self._hang_up()
                if reused:
                    continue
                raise Unreachable(f"the connection broke: {type(error).__name__}") from error
            if answer[0] == _GOODBYE and reused:
                self._hang_up()
                continue
            self._said(answer, "MAIL")
            return line

    def _options(self, line: smtplib.SMTP, made: Mail) -> list[str]:
        if not made.utf8:
            return []
        if not line.has_extn("smtputf8"):
            raise Refused("the server cannot write to addresses like this one")
        return ["SMTPUTF8", *(["BODY=8BITMIME"] if line.has_extn("8bitmime") else [])]

    def _hand_over(self, line: smtplib.SMTP, made: Mail, begin: Begin) -> None:
        self._said(line.rcpt(made.recipient), "RCPT")
        self._said(line.docmd("DATA"), "DATA", wanted=354)
        try:
            begin()
        except BaseException:
            self._hang_up()  # the server waits for a message that will not come
            raise
        line.send(_DOT.sub(b"..", made.content))
        # Until this dot the server has nothing that it may deliver; from here on it may have everything.
        try:
            line.send(b".\r\n" if made.content.endswith(b"\r\n") else b"\r\n.\r\n")
            answer = line.getreply()
        except (*_GONE, smtplib.SMTPException) as error:
            self._hang_up()
            raise InDoubt(f"no answer after the message: {type(error).__name__}") from error
        if not (200 <= answer[0] < 300 or 400 <= answer[0] < 600):
            self._hang_up()
            raise InDoubt(f"no sense in the answer after the message: {answer[0]}")
        self._said(answer, "message")

    def _said(self, answer: tuple[int, bytes], step: str, *, wanted: int = _DONE) -> None:
        code, words = answer
        if code == wanted or (wanted == _DONE and 200 <= code < 300):
            return
        said = f"{step}: {code} {words.decode(errors='replace')}"
        if code < 0:
            raise smtplib.SMTPServerDisconnected(said)
        # After "no" the line is as good as new; after 421 the server hangs up.
        if code == _GOODBYE:
            self._hang_up()
        else:
            self._reset()
        if 500 <= code < 600:
            raise Refused(said)
        raise Later(said)

    def _reset(self) -> None:
        try:
            if self._line is not None:
                self._line.rset()
        except (smtplib.SMTPException, OSError):
            self._hang_up()

    def _hang_up(self) -> None:
        if self._line is not None:
            self._line.close()
            self._line = None

    def _connected(self) -> smtplib.SMTP:
        if self._line is None:
            try:
                self._line = self._dial()
            except (smtplib.SMTPException, OSError) as error:
                raise Unreachable(f"cannot speak to the mail server: {type(error).__name__}: {error}") from error
        return self._line

    def _dial(self) -> smtplib.SMTP:
        server, name = self._server, urlsplit(self._base_url).hostname or "localhost"
        context = ssl.create_default_context()
        if server.security == "tls":
            line: smtplib.SMTP = smtplib.SMTP_SSL(
                server.host, server.port, local_hostname=name, timeout=self._timeout, context=context
            )
        else:
            line = smtplib.SMTP(server.host, server.port, local_hostname=name, timeout=self._timeout)
        try:
            if server.security == "starttls":
                line.starttls(context=context)  # raises where the server has none: never plaintext instead
            if line.sock is not None:
                # The last dot is a small packet of its own: it should not wait for the answer to the one before.
                line.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            line.ehlo_or_helo_if_needed()
            if server.user:
                line.login(server.user, server.password)
        except BaseException:
            line.close()
            raise
        return line
