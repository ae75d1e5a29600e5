"""What a resident, or who asks for them, is told about their request."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from models.delays import local_now
from models.messages.context import Context, Message, Skip, own_request
from models.messages.links import Links
from models.queries import matches as matches_queries
from models.queries import requests as queries
from models.rules import is_over
from models.states import MATCH_TAKES_PLACE, REQUEST_FINAL, RequestState
from models.tables import HelpRequest

LIFE_DAYS = 60
"""After so many days without a sign of life a request ends."""


def _request(context: Context) -> HelpRequest:
    return own_request(context, queries.by_id(context.session, context.number("request_id")))


def _common(context: Context, request: HelpRequest) -> dict[str, Any]:
    for_other = request.contact_id != request.resident_id
    return {
        "reference": request.reference or "",
        "resident": matches_queries.person_of(context.session, request.resident_id).first_name if for_other else "",
        "for_other": for_other,
    }


def _follow(context: Context, links: Links) -> str:
    return links.request(_request(context))


def _received(context: Context) -> dict[str, Any]:
    request = _request(context)
    if request.state in REQUEST_FINAL:
        raise Skip("ended")
    return {
        **_common(context, request),
        "days": context.community.promised_working_days,
        "asks_to_confirm": request.leaves_choice and request.confirmed_at is None,
    }


def _link(context: Context) -> dict[str, Any]:
    return _common(context, _request(context))


def _question(context: Context) -> dict[str, Any]:
    request = _request(context)
    if request.state != RequestState.ASKED_BACK:
        raise Skip("answered")
    return {**_common(context, request), "question": request.question}


def _open(context: Context) -> dict[str, Any]:
    request = _request(context)
    if request.state != RequestState.OPEN:
        raise Skip("moved_on")
    return {**_common(context, request), "summary": request.summary}


def _no_match(context: Context) -> dict[str, Any]:
    request = _request(context)
    live = matches_queries.live_of_request(context.session, request.id)
    if request.state != RequestState.OPEN or any(m.state in MATCH_TAKES_PLACE for m in live):
        raise Skip("moved_on")
    return _common(context, request)


def _still_wanted(context: Context) -> dict[str, Any]:
    request = _request(context)
    if request.state not in (RequestState.OPEN, RequestState.ON_HOLD):
        raise Skip("ended")
    if request.life_asked == 0 or request.life_at is None:
        raise Skip("answered")
    since = local_now(request.life_at, context.community.timezone).date()
    return {
        **_common(context, request),
        "since": context.day(since),
        # Only the second time it is said when we stop; never a day that is past or nearly so.
        "until": context.day(max(since + timedelta(days=LIFE_DAYS), context.today + timedelta(days=7)))
        if request.life_asked > 1
        else "",
    }


def _expired(context: Context) -> dict[str, Any]:
    request = _in_state(RequestState.EXPIRED)(context)
    return {**request, "day_past": is_over(_request(context), context.today)}


def _referred(context: Context) -> dict[str, Any]:
    facts = _in_state(RequestState.REFERRED)(context)
    return {**facts, "referred_to": _request(context).referred_to}


def _in_state(state: RequestState) -> Callable[[Context], dict[str, Any]]:
    def facts(context: Context) -> dict[str, Any]:
        request = _request(context)
        if request.state != state:
            raise Skip("moved_on")
        return _common(context, request)

    return facts


_OWN = ("reference",)
MESSAGES = {
    "request_received": Message(_received, _follow, _OWN),
    "request_question": Message(_question, _follow, _OWN),
    "request_link": Message(_link, _follow),
    "request_open": Message(_open, _follow, _OWN),
    "request_referred": Message(_referred, _follow, _OWN),
    "request_closed": Message(_in_state(RequestState.CLOSED), _follow, _OWN),
    "request_withdrawn": Message(_in_state(RequestState.WITHDRAWN), _follow, _OWN),
    "request_no_match": Message(_no_match, _follow, _OWN),
    "request_still_wanted": Message(_still_wanted, _follow, ("reference", "since")),
    "request_expired": Message(_expired, _follow, _OWN),
}
