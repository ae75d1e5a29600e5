"""What people are told about signing in, about their own offer of help, and each week about who asks."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from sqlmodel import col, select

from models.delays import local_now
from models.mail_kinds import MailKind
from models.messages import formats
from models.messages.context import Context, Message, Skip
from models.messages.facts.matches import help_wanted, must_help
from models.messages.links import Links
from models.queries import requests as request_queries
from models.queries import volunteers as queries
from models.states import MessageState, RequestState, VolunteerState
from models.tables import OutboxMessage, SignInCode, Volunteer

DIGEST_ITEMS = 5
"""So many requests in one weekly mail; the rest is on the page."""
_A_WEEK, _LONGEST = timedelta(days=7), timedelta(days=28)


def _sign_in(context: Context) -> dict[str, Any]:
    code = _code(context)
    return {"time": formats.clock(local_now(code.expires_at, context.community.timezone).time())}


def _code(context: Context) -> SignInCode:
    code = context.session.get(SignInCode, context.number("code_id"))
    if code is None or code.person_id != context.reader.id:
        raise Skip("gone")
    if code.used_at is not None:
        raise Skip("used")
    if code.expires_at <= context.now:
        raise Skip("expired")
    return code


def _sign_in_link(context: Context, links: Links) -> str:
    code = _code(context)
    assert code.id is not None
    return links.sign_in(code.id, code.nonce)


def sign_in_digits(context: Context, links: Links) -> str:
    """Give the digits of a sign-in mail; only a mail ever holds them, never a call list."""
    code = _code(context)
    assert code.id is not None
    digits = links.tokens.sign_in_digits(code.id, code.nonce)
    links.secrets.append(digits)
    return digits


def _volunteer(context: Context) -> Volunteer:
    volunteer = queries.by_id(context.session, context.community.id, context.number("volunteer_id"))
    if volunteer is None or volunteer.person_id != context.reader.id:
        raise Skip("not_theirs")
    return volunteer


def _in_state(state: VolunteerState) -> Callable[[Context], dict[str, Any]]:
    def facts(context: Context) -> dict[str, Any]:
        if _volunteer(context).state != state:
            raise Skip("moved_on")
        return {}

    return facts


def _already(context: Context) -> dict[str, Any]:
    volunteer = _volunteer(context)
    if volunteer.state == VolunteerState.PAUSED:
        raise Skip("paused")
    return {"over": volunteer.state in (VolunteerState.LEFT, VolunteerState.STOPPED)}


def _digest(context: Context) -> dict[str, Any]:
    volunteer = _volunteer(context)
    must_help(context, volunteer)
    if volunteer.state != VolunteerState.ACTIVE or not volunteer.wants_digest:
        raise Skip("not_wanted")
    since = _last_digest(context)
    items = []
    for request_id in context.fitting(context.session, volunteer, context.community, context.now):
        request = request_queries.by_id(context.session, request_id)
        if request is None or request.state != RequestState.OPEN or request.community_id != context.community.id:
            continue
        if request.opened_at is not None and request.opened_at > since:
            items.append(help_wanted(context, request))
    if not items:
        raise Skip("nothing_new")
    return {"items": items[:DIGEST_ITEMS], "number": len(items)}


def _last_digest(context: Context) -> datetime:
    """Give the moment after which a request is new to this volunteer."""
    sent = select(OutboxMessage.ended_at).where(
        OutboxMessage.recipient_id == context.reader.id,
        OutboxMessage.name == "digest",
        OutboxMessage.state == MessageState.SENT,
        OutboxMessage.community_id == context.community.id,
    )
    last = context.session.exec(sent.order_by(col(OutboxMessage.ended_at).desc()).limit(1)).first()
    return max(last or context.now - _A_WEEK, context.now - _LONGEST)


def _own_page(_context: Context, links: Links) -> str:
    return links.volunteer()


def _browse(_context: Context, links: Links) -> str:
    return links.browse()


MESSAGES = {
    "sign_in": Message(_sign_in, _sign_in_link),
    "volunteer_received": Message(_in_state(VolunteerState.APPLIED), _own_page),
    "volunteer_admitted": Message(_in_state(VolunteerState.ACTIVE), _browse),
    "volunteer_stopped": Message(_in_state(VolunteerState.STOPPED), _own_page),
    "already_volunteer": Message(_already, _own_page),
    "digest": Message(_digest, _browse, ("number",), kind=MailKind.WEEKLY),
}
