"""Puts a message in the form of a mail: headers that nobody can inject into, both bodies, an identity that stays."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address, BaseHeader, HeaderRegistry, UnstructuredHeader
from email.message import EmailMessage
from email.policy import SMTP, Policy
from email.utils import format_datetime, parseaddr
from urllib.parse import urlsplit

from email_validator import EmailNotValidError, validate_email

from models.messages.rendering import one_line
from models.operations.outbox import Parcel


class _OneLine(UnstructuredHeader, BaseHeader):
    """A header that stays on its line: folding would make words of a long address that no mail program opens."""

    def fold(self, *, policy: Policy) -> str:
        """Give it whole; a line may have 998 characters."""
        return f"{self.name}: {self}{policy.linesep}"


_HEADERS = HeaderRegistry()
_HEADERS.map_to_type("list-unsubscribe", _OneLine)
_POLICY = SMTP.clone(header_factory=_HEADERS)


class BadAddress(ValueError):
    """An address that no mail can be sent to."""


@dataclass(frozen=True, slots=True)
class Mail:
    """What the protocol needs: the two ends, and the bytes with CRLF at the end of each line."""

    sender: str
    recipient: str
    content: bytes
    utf8: bool
    """Whether the receiving server must know SMTPUTF8: the part before the ``@`` is not ASCII."""


def mail(parcel: Parcel, *, base_url: str, now: datetime) -> Mail:
    """Make the mail of a message.

    Parameters
    ----------
    base_url : str
        Of the site; its host stands in the mail's identity, which is the same each time for the same row.

    Raises
    ------
    BadAddress
        If recipient, sender or the community's address is none.
    """
    recipient = on_the_wire(parcel.address)
    name, address = parseaddr(parcel.sender)
    sender = on_the_wire(address)
    utf8 = not (recipient + sender).isascii()
    made = EmailMessage(policy=_POLICY.clone(utf8=utf8))
    made["From"] = _address(parcel.sender_name or name, sender)
    made["To"] = _address("", recipient)
    if parcel.reply_to:
        made["Reply-To"] = _address("", on_the_wire(parcel.reply_to))
    made["Subject"] = one_line(parcel.rendered.subject)
    made["Date"] = format_datetime(now)
    made["Message-ID"] = message_id(parcel, base_url)
    # Nobody's holiday notice should answer a machine.
    made["Auto-Submitted"] = "auto-generated"
    made["X-Auto-Response-Suppress"] = "All"
    if parcel.rendered.fewer_url:
        made["List-Unsubscribe"] = f"<{parcel.rendered.fewer_url}>"
        if parcel.rendered.fewer_url.startswith("https://"):  # RFC 8058: one click in the mail program itself
            made["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    made.set_content(parcel.rendered.text, cte="quoted-printable")
    made.add_alternative(parcel.rendered.html, subtype="html", cte="quoted-printable")
    made["Content-Language"] = parcel.rendered.language  # last: making the two bodies moves such headers into one
    return Mail(sender=sender, recipient=recipient, content=made.as_bytes(), utf8=utf8)


def message_id(parcel: Parcel, base_url: str) -> str:
    """Give the identity of a message: the same however often it is tried, of no use to who wants to guess another."""
    digest = hashlib.sha256(f"{parcel.key}\0{parcel.created_at.isoformat()}".encode()).hexdigest()[:20]
    return f"<{parcel.message_id}.{digest}@{urlsplit(base_url).hostname or 'localhost'}>"


def on_the_wire(address: str) -> str:
    """Give an address with its domain in ASCII.

    Raises
    ------
    BadAddress
        For anything that is not exactly one address.
    """
    try:
        found = validate_email(address, check_deliverability=False, test_environment=True, globally_deliverable=False)
    except EmailNotValidError as error:
        raise BadAddress(str(error)) from error
    return found.ascii_email or f"{found.local_part}@{found.ascii_domain}"


def _address(name: str, address: str) -> Address:
    username, _, domain = address.rpartition("@")
    return Address(display_name=one_line(name), username=username, domain=domain)
