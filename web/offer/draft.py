"""The offer that this browser is writing: found by a random key in its cookie, of which the database holds a hash.

The pages carry the answers themselves; this is only for who closes the browser half-way. Who somebody is is asked
last, and not kept here.
"""

from flask import session
from werkzeug.datastructures import MultiDict

from models.operations import offer_drafts
from models.queries import volunteers as queries
from web import access
from web.drafts import hashed, keepable, new_key
from web.runtime import now
from web.transaction import db

DRAFT = "offer"
"""Name in the cookie of the key."""


def answers() -> MultiDict[str, str]:
    """Give what was kept, as a browser would send it; nothing where nothing was."""
    found = queries.draft(db(), hashed(key), _here()) if (key := _key()) else None
    return MultiDict([(name, value) for name, value in found.answers] if found is not None else [])


def keep(pairs: list[tuple[str, str]]) -> None:
    """Keep the answers, right or wrong, instead of what was kept before."""
    key = _key()
    if key is None:
        key = session[DRAFT] = new_key()
    session.permanent = True
    offer_drafts.keep(db(), hashed(key), _here(), [keepable(list(pair)) for pair in pairs], now=now())


def forget() -> bool:
    """Throw away what was kept here; gives whether there was anything."""
    key = _key()
    # The key stays: in another community something may be half-way too.
    return offer_drafts.forget(db(), hashed(key), _here()) if key else False


def _key() -> str | None:
    key = session.get(DRAFT)
    return key if isinstance(key, str) else None


def _here() -> int:
    return access.community().id or 0
