"""The draft of this browser: found by a random key in its cookie, of which the database holds only a hash."""

import hashlib
import re
import secrets
from typing import Any

from flask import session

from models import values
from models.operations import asking
from models.states import RequestState
from models.tables import HelpRequest
from web import i18n
from web.runtime import now
from web.transaction import db

DRAFT, SENT = "ask", "asked"
"""Names in the cookie: the key of what is being written, and of what was sent last."""
LONGEST_KEPT = 20_000
"""Of a text that is far too long the beginning is kept; the page itself still shows all that was typed."""
_MOST_ANSWERS = 300
_NINE_DIGITS = re.compile(r"(?<!\d)\d(?:[^\w\n]?\d){8}(?!\d)")
_MASK = "[…]"


def begin() -> None:
    """Give this browser a key; a fresh one where the last request was sent already. Writes nothing down yet."""
    found = current()
    if found is not None and not is_draft(found):
        session[SENT] = session.pop(DRAFT)
    if not isinstance(session.get(DRAFT), str):
        session[DRAFT] = secrets.token_urlsafe(24)
    session.permanent = True


def current() -> HelpRequest | None:
    """Give what this browser is writing, or has just sent; None before the first answer."""
    return _by_key(session.get(DRAFT))


def sent() -> HelpRequest | None:
    """Give what this browser sent last, if it is still to be shown here."""
    for name in (DRAFT, SENT):
        found = _by_key(session.get(name))
        if found is not None and not is_draft(found):
            return found
    return None


def is_draft(request: HelpRequest) -> bool:
    """Whether it was not sent yet."""
    return request.state == RequestState.DRAFT


def answers() -> dict[str, Any]:
    """Give the answers so far, by step; nothing where nobody answered yet."""
    found = current()
    return dict(found.answers) if found is not None and is_draft(found) else {}


def keep(step: str, typed: dict[str, Any]) -> dict[str, Any]:
    """Keep the answers of one page as they were typed, right or wrong; gives all answers."""
    found = current()
    if found is None:
        begin()
        found = asking.start_draft(db(), draft_key=_hash(session[DRAFT]), language=i18n.language(), now=now())
    asking.keep_answers(db(), found, {step: keepable(typed), "language": i18n.language()})
    return dict(found.answers)


def forget() -> None:
    """Let this browser know nothing any more of what was written or sent."""
    session.pop(DRAFT, None)
    session.pop(SENT, None)


def keepable(typed: Any, name: str = "") -> Any:
    """Give an answer as it may be kept: no sign that a database cannot hold, and never a citizen service number."""
    if isinstance(typed, str):
        clean = "".join(c for c in typed[: 2 * LONGEST_KEPT] if c != "\0" and not "\ud800" <= c <= "\udfff")
        return (clean if name.endswith("phone") else _without_bsn(clean))[:LONGEST_KEPT]
    if isinstance(typed, dict):
        return {str(key)[:40]: keepable(value, str(key)) for key, value in list(typed.items())[:_MOST_ANSWERS]}
    if isinstance(typed, list | tuple):
        return [keepable(value, name) for value in typed[:_MOST_ANSWERS]]
    return typed


def _without_bsn(typed: str) -> str:
    if not values.has_bsn(typed):
        return typed
    masked = _NINE_DIGITS.sub(lambda run: _MASK if values.has_bsn(run.group()) else run.group(), typed)
    # Hidden among signs that we did not expect: then no digit is kept at all.
    return re.sub(r"\d", "•", typed) if values.has_bsn(masked) else masked


def _by_key(key: object) -> HelpRequest | None:
    return asking.find_draft(db(), _hash(key)) if isinstance(key, str) else None


def _hash(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()
