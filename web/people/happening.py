"""What happens now with a request, in one sentence for who asked: never a code of a state."""

from dataclasses import dataclass
from typing import Any

from flask import url_for
from flask_babel import gettext, ngettext
from flask_babel import gettext as _

from models import kinds
from models.queries.my_page import Asked
from models.states import REQUEST_FINAL, MatchState, RequestState
from models.tables import HelpRequest, Match, Person
from web import access
from web.runtime import runtime
from web.words import day_in_words, listed


@dataclass(frozen=True, slots=True)
class Shown:
    """One request on somebody's own page.

    Attributes
    ----------
    url : str
        Where it is followed.
    waiting : list of (url, words)
        What waits for an answer of this person.
    helpers : list of (url, words)
        Who helps with it.
    """

    title: str
    kind: str | None
    reference: str
    now: str
    url: str
    ended: bool
    waiting: list[tuple[str, str]]
    helpers: list[tuple[str, str]]


def as_shown(one: Asked, who: Person) -> Shown:
    """Put a request and its matches in words."""
    request = one.request
    names = [kinds.name(slug, gettext) for slug in request.kinds]
    title = listed(names) or _("Help request")
    if request.asker_id == who.id != request.resident_id:
        title = _("For somebody else: %(title)s", title=title)
    waiting = [
        (url_for("matches.show", match_id=match.id), _("%(name)s wants to help. Your answer?", name=name))
        for match, name in one.matches
        if match.state == MatchState.ACCEPTED
    ]
    # Who asks for somebody else is not who reads the mail of that somebody.
    own = who.id == request.contact_id
    token = runtime().tokens.request_link(request.id or 0, request.link_version, by_mail=own)
    url = url_for("follow.show", token=token)
    if request.state == RequestState.ASKED_BACK:
        waiting.insert(0, (url, _("Answer our question")))
    return Shown(
        title=title,
        kind=request.kinds[0] if request.kinds else None,
        reference=request.reference or "",
        now=_now(request, one.matches),
        url=url,
        ended=request.state in REQUEST_FINAL,
        waiting=waiting,
        helpers=[
            (url_for("matches.show", match_id=match.id), _("%(name)s helps", name=name))
            for match, name in one.matches
            if match.state != MatchState.ACCEPTED
        ],
    )


def _now(request: HelpRequest, matches: tuple[tuple[Match, str], ...]) -> str:
    if request.state == RequestState.SUBMITTED:
        days = access.community().promised_working_days
        return ngettext(
            "We read your request. You hear from us within one working day.",
            "We read your request. You hear from us within %(num)d working days.",
            days,
        )
    if request.state == RequestState.OPEN and any(match.state == MatchState.ACCEPTED for match, _name in matches):
        return _("Somebody wants to help. You say yes or no.")
    if request.state == RequestState.ON_HOLD and request.hold_until:
        return _("On hold until %(day)s. Then we look further.", day=day_in_words(request.hold_until))
    if request.state == RequestState.REFERRED and request.referred_to:
        return _("Somebody else can help you better: %(to)s", to=request.referred_to)
    said: dict[str, Any] = {
        RequestState.ASKED_BACK: _("We have a question for you."),
        RequestState.OPEN: _("We look for somebody who fits."),
        RequestState.ON_HOLD: _("On hold. Tell us when we may look further."),
        RequestState.MATCHED: _("You have found each other."),
        RequestState.FULFILLED: _("The help was given."),
        RequestState.CLOSED: _("We do not look for this. We told you why."),
        RequestState.WITHDRAWN: _("Taken back. Nobody looks for this any more."),
        RequestState.EXPIRED: _("This has ended, because the day was over."),
    }
    return str(said.get(RequestState(request.state), ""))
