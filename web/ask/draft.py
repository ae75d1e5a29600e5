"""The draft of this browser: found by a random key in its cookie, of which the database holds only a hash."""

from typing import Any

from flask import session

from models.operations import asking
from models.states import RequestState
from models.tables import HelpRequest
from web import i18n
from web.drafts import hashed, keepable, new_key
from web.runtime import now
from web.transaction import db

DRAFT, SENT = "ask", "asked"
"""Names in the cookie: the key of what is being written, and of what was sent last."""


def begin() -> None:
    """Give this browser a key; a fresh one where the last request was sent already. Writes nothing down yet."""
    found = current()
    if found is not None and not is_draft(found):
        session[SENT] = session.pop(DRAFT)
    if not isinstance(session.get(DRAFT), str):
        session[DRAFT] = new_key()
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
        found = asking.start_draft(db(), draft_key=hashed(session[DRAFT]), language=i18n.language(), now=now())
    asking.keep_answers(db(), found, {step: keepable(typed), "language": i18n.language()})
    return dict(found.answers)


def forget() -> None:
    """Let this browser know nothing any more of what was written or sent."""
    session.pop(DRAFT, None)
    session.pop(SENT, None)


def _by_key(key: object) -> HelpRequest | None:
    return asking.find_draft(db(), hashed(key)) if isinstance(key, str) else None
