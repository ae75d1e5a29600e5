"""What happens now with a match, as a line of plain steps with dates; never as the name of a state."""

from datetime import date, datetime, timedelta
from typing import Any

from flask_babel import gettext as _

from models import rules
from models.delays import local_now, today
from models.operations.matches import is_choice_left
from models.operations.telling import reached_by_mail
from models.queries import appointments
from models.states import MatchState
from models.tables import Appointment
from web import access
from web.matches.own import Own
from web.pair import Pair
from web.pair.together import time_of
from web.runtime import now
from web.transaction import db
from web.words import day_in_words, today_here

Step = dict[str, Any]
_S = MatchState


def steps(own: Own) -> list[Step]:
    """Give what was done, what happens now, and what follows."""
    done = [*_begun(own), *_grown(own)]
    if own.ended:
        return [*done, _step("done", _ended(own), own.match.ended_at)]
    return [*done, *_now(own), *[_step("next", words) for words in _to_come(own) if words]]


def _begun(own: Own) -> list[Step]:
    """Give how it came to an answer of the volunteer."""
    match = own.match
    said_yes = own.story.get(_S.ACCEPTED)
    if own.pair.is_resident:
        words = _("%(name)s said: I would like to help.", name=own.name) if own.name else _("Somebody wanted to help.")
        return [_step("done", words, said_yes.at if said_yes else match.asked_at)]
    if own.offered:
        found = [_step("done", _("You said: I can help"), match.proposed_at)]
        return (
            [*found, _step("done", _("A coordinator thought so too."), match.approved_at)]
            if match.approved_at
            else found
        )
    found = [_step("done", _("We asked you."), match.approved_at)]
    return [*found, _step("done", _("You said yes."), said_yes.at)] if said_yes else found


def _grown(own: Own) -> list[Step]:
    match, found = own.match, []
    if match.agreed_at:
        both = _("You and %(name)s both said yes.", name=own.name) if own.name else _("You both said yes.")
        found.append(_step("done", both, match.agreed_at))
    if match.active_at:
        found.append(_step("done", _("You made an appointment."), match.active_at))
    return found


def _now(own: Own) -> list[Step]:
    state, name = own.match.state, own.name
    if state == _S.PROPOSED:
        return [_step("now", _("A coordinator looks whether it fits"))]
    if state == _S.APPROVED or (state == _S.ACCEPTED and own.pair.is_resident):
        last = answer_by(own)
        before = _("Until %(day)s.", day=day_in_words(last)) if last else ""
        return [{"state": "now", "text": _("You say yes or no."), "when": before}]
    if state == _S.ACCEPTED:
        asked = own.match.asked_at
        since = _("Asked on %(day)s.", day=_day(asked)) if asked else ""
        return [{"state": "now", "text": _("%(name)s says yes or no. You hear from us.", name=name), "when": since}]
    if state == _S.AGREED:
        return [_step("now", _("You agree on a day together."))]
    coming = next_appointment(own.pair)
    if coming is None:
        return [_step("now", _("There is no next appointment. Propose a day, or tell us that it is finished."))]
    return [{"state": "now", "text": _("You meet %(name)s.", name=name), "when": time_of(coming)}]


def _to_come(own: Own) -> list[str]:
    state, found = own.match.state, []
    if state == _S.PROPOSED:
        found.append(_("Then we ask who needs the help. You hear from us in any case."))
    if state == _S.APPROVED and not is_choice_left(own.pair.request):
        found.append(_("Then we ask %(name)s.", name=own.name))
    if state in (_S.PROPOSED, _S.APPROVED, _S.ACCEPTED):
        found.append(_("Then you see how to reach each other, and agree on a day."))
    return [*found, _("Afterwards we ask how it went.")]


def _ended(own: Own) -> str:
    """Say in one sentence how it ended."""
    state = own.match.state
    if state == _S.COMPLETED:
        return _("The help is finished.")
    if state == _S.REJECTED:
        return _("We looked, and chose another way.")
    if state == _S.DECLINED:
        return _("You said: rather not.") if own.silent else _("The answer was: rather not.")
    if state == _S.LAPSED:
        return _("We heard nothing from you.") if own.silent else _("We got no answer.")
    return _("You stopped with it.") if own.ended_by_me else _("It has stopped.")


def answer_by(own: Own) -> date | None:
    """Give the last day on which an answer of who looks is in time; None where nothing runs out."""
    here, asked = access.community(), own.match.asked_at
    who = access.signed_in_person()
    if asked is None or not reached_by_mail(who):  # silence of who gets no mail never counts
        return None
    last = today(asked, here.timezone) + timedelta(days=rules.answer_days(here.answer_lapse_days))
    return rules.answer_by(own.pair.request, last, today_here()) if last >= today_here() else None


def next_appointment(pair: Pair) -> Appointment | None:
    """Give the first appointment that is not over."""
    local = local_now(now(), access.community().timezone)
    standing = appointments.standing_of_match(db(), pair.match.id)
    return next((found for found in standing if found.ends_at > local), None)


def _day(at: datetime) -> str:
    return day_in_words(today(at, access.community().timezone))


def _step(state: str, text: str, at: datetime | None = None) -> Step:
    return {"state": state, "text": text, "when": _day(at) if at else ""}
