"""What can be done with a request besides opening it, and the suggestion for opening it."""

from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext

from models.queries.desk_requests import Asked
from models.states import REQUEST, RequestState, Role
from models.tables import HelpRequest
from web import access
from web.desk import words
from web.desk.forms import PublishForm
from web.runtime import runtime
from web.words import when_in_words


@dataclass(frozen=True, slots=True)
class Action:
    """A step with a page of its own: what it asks, what it does, and what it says afterwards.

    Attributes
    ----------
    after : str
        The state it leads to; it is offered wherever that change exists.
    field : str
        What the operation calls its text.
    ends : bool
        Cannot be undone.
    tells : bool
        Who asked hears of it.
    """

    after: str
    link: Any
    title: Any
    explains: Any
    label: Any
    button: Any
    done: Any
    help: Any = ""
    field: str = "reason"
    ends: bool = False
    tells: bool = True
    optional: bool = False
    asks_day: bool = False


ACTIONS: dict[str, Action] = {
    "answer": Action(
        after="",
        link=lazy_gettext("Write down the answer"),
        title=lazy_gettext("What is the answer?"),
        explains=lazy_gettext("The answer is added to the request. After that you can go on with it."),
        label=lazy_gettext("The answer"),
        button=lazy_gettext("Write down the answer"),
        done=lazy_gettext("The answer stands with the request now."),
        field="answer",
        tells=False,
    ),
    "ask": Action(
        after=RequestState.ASKED_BACK,
        link=lazy_gettext("Ask the resident something"),
        title=lazy_gettext("What do you want to ask?"),
        explains=lazy_gettext("The request waits until there is an answer."),
        label=lazy_gettext("Your question"),
        help=lazy_gettext("Short and friendly. One question at a time."),
        button=lazy_gettext("Send the question"),
        done=lazy_gettext("Your question is on its way."),
        field="question",
    ),
    "refer": Action(
        after=RequestState.REFERRED,
        link=lazy_gettext("Refer to somebody else"),
        title=lazy_gettext("Who can help better?"),
        explains=lazy_gettext("The request ends here. This cannot be undone."),
        label=lazy_gettext("Where can they go?"),
        help=lazy_gettext("The name, the phone number, and when somebody is there. The resident reads this."),
        button=lazy_gettext("Refer"),
        done=lazy_gettext("The request is referred."),
        field="referred_to",
        ends=True,
    ),
    "close": Action(
        after=RequestState.CLOSED,
        link=lazy_gettext("Close the request"),
        title=lazy_gettext("Why do you close this request?"),
        explains=lazy_gettext("The request ends here. This cannot be undone."),
        label=lazy_gettext("The reason"),
        help=lazy_gettext("For example: it was asked twice, or it is not for us. The resident may read this."),
        button=lazy_gettext("Close the request"),
        done=lazy_gettext("The request is closed."),
        ends=True,
    ),
    "hold": Action(
        after=RequestState.ON_HOLD,
        link=lazy_gettext("Put on hold"),
        title=lazy_gettext("Until when does this request wait?"),
        explains=lazy_gettext(
            "Nobody sees the request until then. Volunteers who were asked hear that it is not needed now."
        ),
        label=lazy_gettext("Why?"),
        button=lazy_gettext("Put on hold"),
        done=lazy_gettext("The request is on hold."),
        tells=False,
        optional=True,
        asks_day=True,
    ),
    "withdraw": Action(
        after=RequestState.WITHDRAWN,
        link=lazy_gettext("The resident takes it back"),
        title=lazy_gettext("Does the resident take the request back?"),
        explains=lazy_gettext("The request ends here, and so do its matches. This cannot be undone."),
        label=lazy_gettext("Why?"),
        button=lazy_gettext("Take the request back"),
        done=lazy_gettext("The request was taken back."),
        ends=True,
        optional=True,
    ),
    "summary": Action(
        after="",
        link=lazy_gettext("Change the text that everybody reads"),
        title=lazy_gettext("What may everybody read?"),
        explains=lazy_gettext("Volunteers and visitors see this text."),
        label=lazy_gettext("The text"),
        help=lazy_gettext("No names, no phone number, no street. Say what the help is, and what makes it pleasant."),
        button=lazy_gettext("Change the text"),
        done=lazy_gettext("The text is changed."),
        field="summary",
        tells=False,
    ),
}
_WITHOUT_A_CHANGE_OF_STATE = {
    "answer": frozenset({RequestState.ASKED_BACK}),
    "summary": frozenset({RequestState.OPEN}),
}


def actions(row: HelpRequest) -> list[tuple[str, Action]]:
    """Give what a coordinator can do with a request as it stands, beside opening it."""
    return [(name, action) for name, action in ACTIONS.items() if fits(name, action, row.state)]


def fits(name: str, action: Action, state: str) -> bool:
    if name in _WITHOUT_A_CHANGE_OF_STATE:
        return state in _WITHOUT_A_CHANGE_OF_STATE[name]
    return REQUEST.allows(state, action.after, Role.COORDINATOR)


def suggested(row: HelpRequest) -> list[str]:
    """Give the kinds of help to show on top: those that were chosen, then those that were read in the text."""
    if row.state != RequestState.SUBMITTED:
        return list(row.kinds)
    read = [slug for slug, _confidence in runtime().reader.understand(row.text)]
    return list(dict.fromkeys([*row.kinds, *read]))[:6]


def publish_form(found: Asked) -> PublishForm:
    """Give the form with a suggestion: a summary from kind, place and moment alone, so that no name slips in."""
    row = found.request
    chosen = row.kinds or suggested(row)[:1]
    return PublishForm(
        formdata=None,
        data={
            "summary": row.summary or _summary(found, chosen),
            "kinds": chosen,
            "urgency": row.urgency,
            "people_wanted": str(row.people_wanted),
        },
    )


def _summary(found: Asked, kinds: list[str]) -> str:
    """Write a summary in the language of the community: its volunteers are who reads it."""
    with words.in_language(access.community().language):
        if not kinds:
            return ""
        return _(
            "%(kinds)s, for somebody in %(place)s. %(when)s.",
            place=found.place,
            kinds=words.kind_names(kinds),
            when=_capital(when_in_words(found.request.when)),
        )


def _capital(said: str) -> str:
    return said[:1].upper() + said[1:]
