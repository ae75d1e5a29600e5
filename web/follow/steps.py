"""What happens now, as a line of plain steps with dates, and in one sentence; never as the name of a state."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import gettext as _

from models.delays import today
from models.messages import formats
from models.queries import appointments
from models.states import MATCH_KNOWS_EACH_OTHER, AppointmentState, MatchState, RequestState
from models.tables import Appointment, HelpRequest, Match
from models.working_days import promised_day
from web import access
from web.transaction import db
from web.words import day_in_words, today_here

Step = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Story:
    """A request and those who would help with it, so far as the resident may know.

    Attributes
    ----------
    known : sequence of (Match, str)
        Matches with the volunteer's first name.
    asked : bool
        Whether somebody is thinking about it.
    coming : Appointment or None
        The next appointment.
    in_mail : bool
        Whether somebody is found, and only who comes from our mail may read who.
    """

    request: HelpRequest
    known: Sequence[tuple[Match, str]]
    asked: bool
    coming: Appointment | None
    choosing: bool = False
    """Whether there are moments of which this side picks one."""
    in_mail: bool = False

    def names(self, *states: str) -> list[str]:
        """Give the first names of who stands in one of these states."""
        return [name for match, name in self.known if match.state in states]


def next_appointment(matches: Sequence[Match], local: datetime) -> Appointment | None:
    """Give the first appointment of these matches that is not over (local, naive)."""
    coming = [
        found
        for match in matches
        if match.state in MATCH_KNOWS_EACH_OTHER
        for found in appointments.standing_of_match(db(), match.id)
        if found.ends_at > local
    ]
    return min(coming, key=lambda found: (found.starts_at, found.id or 0), default=None)


def can_choose(request: HelpRequest, matches: Sequence[Match], local: datetime) -> bool:
    """Whether there are moments, not proposed on this side, of which one can still be picked (local, naive)."""
    own = (request.resident_id, request.asker_id, request.contact_id)
    return any(
        found.planned_by not in own
        for match in matches
        if match.state in MATCH_KNOWS_EACH_OTHER
        for found in appointments.proposed_of_match(db(), match.id, local)
    )


def headline(story: Story) -> str:
    """Say in one or two sentences how things are."""
    request = story.request
    if request.state in _ENDINGS:
        return _ending(request)
    if request.state == RequestState.ON_HOLD:
        if request.hold_until:
            return _("Your request waits until %(day)s. Then we look again.", day=day_in_words(request.hold_until))
        return _("Your request waits until you say that we may look again.")
    if story.in_mail:
        return _("There is news for you. It stands in your mail.")
    if names := story.names(MatchState.ACTIVE, MatchState.AGREED):
        return _coming(story, " & ".join(names))
    if names := story.names(MatchState.ACCEPTED):
        return _("Good news: %(name)s would like to help.", name=" & ".join(names))
    if request.state == RequestState.ASKED_BACK:
        return _("We would like to know something from you.")
    if request.state == RequestState.SUBMITTED:
        return _reading(request)
    if story.asked:
        return _("We have asked somebody. They are thinking about it.")
    return _("We are looking for somebody nearby who likes to do this.")


def _coming(story: Story, name: str) -> str:
    if story.choosing:
        return _("When do you meet %(name)s? Choose the moment that suits you.", name=name)
    if story.coming is None:
        return _("%(name)s is going to help. Agree on a day together.", name=name)
    day = day_in_words(story.coming.starts_at.date())
    hours = formats.period(story.coming.starts_at, story.coming.ends_at, _)
    request = story.request
    own = story.coming.planned_by in (request.resident_id, request.asker_id, request.contact_id)
    if story.coming.state == AppointmentState.PLANNED and not own:
        return _("%(name)s proposes: %(day)s, %(time)s. Does that suit you?", name=name, day=day, time=hours)
    return _("%(name)s comes on %(day)s, %(time)s.", name=name, day=day, time=hours)


def _reading(request: HelpRequest) -> str:
    here = access.community()
    if request.submitted_at is None:
        return ""
    promised = promised_day(request.submitted_at, here.promised_working_days, here.timezone)
    if promised < today_here():
        return _("We are reading your request. You hear from us as soon as we can.")
    return _("We are reading your request. You hear from us by %(day)s at the latest.", day=day_in_words(promised))


_ENDINGS = frozenset(
    {
        RequestState.FULFILLED,
        RequestState.REFERRED,
        RequestState.CLOSED,
        RequestState.WITHDRAWN,
        RequestState.EXPIRED,
    }
)


def _ending(request: HelpRequest) -> str:
    return {
        RequestState.FULFILLED: _("The help is finished. We hope that it did you good."),
        RequestState.REFERRED: _("Somebody else can help you better with this."),
        RequestState.CLOSED: _("We have closed this request. Call us if you want to know why."),
        RequestState.WITHDRAWN: _("This request has been taken back. We do not look any more."),
        RequestState.EXPIRED: _("We have stopped looking, because the day is past or we heard nothing from you."),
    }[RequestState(request.state)]


def steps(story: Story) -> list[Step]:
    """Give what was done, what happens now, and what follows; dates where there are any."""
    request = story.request
    sent = [_step("done", _("You sent your request."), request.submitted_at)]
    if request.state in _ENDINGS:
        return [*sent, *_read(request), *_found(story), _step("done", _ending(request), request.ended_at)]
    if request.state == RequestState.SUBMITTED:
        return [*sent, _step("now", _("A coordinator reads it.")), *_to_come(story, "look", "say", "day", "how")]
    if request.state == RequestState.ASKED_BACK:
        return [
            *sent,
            _step("now", _("We asked you something. After your answer we go on.")),
            *_to_come(story, "look", "say", "day", "how"),
        ]
    return [*sent, *_read(request), *_running(story)]


def _running(story: Story) -> list[Step]:
    if story.request.state == RequestState.ON_HOLD:
        return [_step("now", headline(story)), *_to_come(story, "look", "say", "day")]
    if story.in_mail:
        return [_step("now", headline(story)), *_to_come(story, "how")]
    if story.names(MatchState.ACTIVE):
        said = headline(story) if story.coming or story.choosing else _("You have met, or are going to.")
        return [*_found(story), _step("now", said), *_to_come(story, "how")]
    if story.names(MatchState.AGREED):
        said = headline(story) if story.choosing else _("You agree on a day together.")
        return [*_found(story), _step("now", said), *_to_come(story, "how")]
    if names := story.names(MatchState.ACCEPTED):
        found = _step("done", _("We found somebody: %(name)s.", name=" & ".join(names)), story.known[-1][0].asked_at)
        return [found, _step("now", _("You say yes or no.")), *_to_come(story, "day", "how")]
    looking = _("We have asked somebody. They are thinking about it.") if story.asked else _("We look for somebody.")
    return [_step("now", looking), *_to_come(story, "say", "day", "how")]


def _read(request: HelpRequest) -> list[Step]:
    at = request.opened_at or request.answered_at
    return [_step("done", _("A coordinator read it."), at)] if at else []


def _found(story: Story) -> list[Step]:
    return [
        _step("done", _("You and %(name)s both said yes.", name=name), match.agreed_at)
        for match, name in story.known
        if match.agreed_at is not None
    ]


def _to_come(story: Story, *which: str) -> list[Step]:
    words = {
        "look": _("We look for somebody nearby who likes to do it."),
        "say": "" if story.request.leaves_choice else _("We tell you who it could be. You say yes or no."),
        "day": _("You agree on a day together."),
        "how": _("Afterwards we ask how it went."),
    }
    return [_step("next", words[name]) for name in which if words[name]]


def _step(state: str, text: str, at: datetime | None = None) -> Step:
    when = day_in_words(today(at, access.community().timezone)) if at else ""
    return {"state": state, "text": text, "when": when}
