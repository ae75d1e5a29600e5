"""What two people do together but for their appointments: messages, how it went, the first meeting, the end."""

from collections.abc import Callable
from typing import Any

from flask import flash, redirect, render_template, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from models.errors import Invalid, NotFound, TooMany
from models.operations import checkins, matches, pair_messages, portraits, proposals
from models.queries import appointments as appointment_queries
from models.queries import checkins as check_in_queries
from models.queries import communities
from models.tables import CheckIn
from web import access
from web.forms import Form, attempt
from web.pair import Pair, together
from web.pair.forms import ANSWERS, HOME, CheckInForm, CompleteForm, MessageForm, PlaceForm, StopForm
from web.pair.steps import Page, back, form_page, gone
from web.portraits import answer as answer_with
from web.runtime import now
from web.transaction import db
from web.words import day_in_words, moment_in_words


def show(pair: Pair, template: str, *, message: MessageForm | None = None, status: int = 200, **more: Any) -> Page:
    """Show a pair that both said yes to; the look at somebody's contact details is written down.

    The route must be declared with ``writes=True``.
    """
    if not pair.knows:
        return gone(pair)
    form = message or MessageForm(formdata=None)
    body = render_template(template, pair=pair, form=form, stay_at=pair.page, **together.context(pair), **more)
    return body if status == 200 else (body, status)


def write(pair: Pair, template: str, **more: Any) -> Page:
    """Send the other a message; refused, it is shown again with what was typed."""
    form = MessageForm()
    try:
        with attempt(form) as tried:
            pair_messages.write(db(), pair.match, form.body.data or "", actor=pair.actor, now=now())
    except TooMany as error:
        until = moment_in_words(error.details["until"])  # type: ignore[arg-type]  # the operation says when
        form.body.errors = [_("Those are many messages in a short time. Write again after %(moment)s.", moment=until)]
        return show(pair, template, message=form, status=429, **more)
    if tried.done:
        flash(_("Your message has been sent."), "good")
        return back(pair, "messages")
    return show(pair, template, message=form, status=422, **more) if form.errors else back(pair)


def portrait(pair: Pair) -> Response:
    """Give the portrait of who helps, to the resident's side alone; the look is written down.

    The route must be declared with ``writes=True``.
    """
    return answer_with(portraits.of_helper(db(), pair.match, actor=pair.actor, now=now()))


# ---- how it went -----------------------------------------------------------------------------------------------------


def answer(pair: Pair, check_in_id: int, *, thanks: str = "") -> Page:
    """How did it go: good, not good, or call me; ``thanks`` is the address of a page that says what happens then."""
    check_in, form = _check_in(pair, check_in_id), CheckInForm()
    if request.method == "POST":
        said = request.form.get("answer", "")
        with attempt(form) as tried:
            checkins.answer(db(), check_in, said, form.note.data or "", actor=pair.actor, now=now())
        if tried.done and thanks:
            return redirect(thanks, 303)
        if tried.done:
            flash(_thanks(said), "good")
        if tried.done or not form.errors:
            return back(pair)
    appointment = appointment_queries.by_id(db(), check_in.appointment_id)
    assert appointment is not None, "the database keeps a check-in's appointment"
    return form_page(pair, "pair/check_in.html", form, answers=ANSWERS, check_in=check_in,
                      day=day_in_words(appointment.starts_at.date()))  # fmt: skip


def _check_in(pair: Pair, check_in_id: int) -> CheckIn:
    found = check_in_queries.by_id(db(), check_in_id)
    if found is None or found.match_id != pair.match.id or not pair.answers_for(found.person_id):
        raise NotFound
    return found


def _thanks(said: str) -> str:
    if said == checkins.GOOD:
        return _("Good to hear. Thank you for telling us.")
    if said == checkins.CALL_ME:
        return _("Thank you. A coordinator calls you.")
    return _("Thank you for telling us. A coordinator looks at it and contacts you. Nobody else reads it.")


# ---- the first meeting, and the end ----------------------------------------------------------------------------------


def first_place(pair: Pair) -> Page:
    """Choose where to meet for the first time."""
    if not pair.knows:
        return gone(pair)
    places = communities.meeting_places(db(), access.community().id or 0)
    form = PlaceForm(data={"place": str(pair.match.meeting_place_id or HOME)})
    home = _("At the home of %(name)s", name=pair.resident.first_name)
    form.place.choices = [
        *((str(place.id), f"{place.name}, {place.address}") for place in places),
        (HOME, _("At my home") if pair.lives_there else home),
    ]
    if request.method == "POST":
        with attempt(form, meeting_place="place") as tried:
            chosen = str(form.place.data or "")
            if chosen not in dict(form.place.choices):
                raise Invalid("place", "choice")
            number = None if chosen == HOME else int(chosen)
            proposals.choose_meeting_place(db(), pair.match, number, actor=pair.actor, now=now())
        if tried.done:
            flash(_("We wrote that down. %(name)s sees it too.", name=pair.other), "good")
        if tried.done or not form.errors:
            return back(pair)
    return form_page(pair, "pair/first_place.html", form)


def complete(pair: Pair) -> Page:
    """The help was given: thanks, and hours."""
    form = CompleteForm()
    if pair.is_resident:
        del form.hours
    else:
        del form.thanks  # thanks are the resident's; the volunteer reads them

    def do() -> None:
        hours = form.spent() if form.hours else None
        thanks = (form.thanks.data or "") if form.thanks else ""
        matches.complete(db(), pair.match, hours=hours, thanks=thanks, actor=pair.actor, now=now())

    return _ending(pair, form, do, "pair/complete.html", _("Thank you. It is written down as done."))


def stop(pair: Pair) -> Page:
    """It does not go on; asked kindly why, and whether help is still wanted."""
    form = StopForm()
    if not pair.is_resident:
        del form.still
    if request.method == "POST" and not form.is_filled():
        return form_page(pair, "pair/stop.html", form)

    def do() -> None:
        words, note = dict(form.why.choices)[form.why.data], (form.note.data or "").strip()
        # Somebody whose life changed takes it back; between the two nothing went wrong, and they may meet again.
        end = matches.withdraw if form.why.data == "changed" else matches.fail
        end(db(), pair.match, f"{words}. {note}" if note else str(words), actor=pair.actor, now=now(),
            still_wanted=not pair.is_resident or form.still.data == "yes")  # fmt: skip

    return _ending(pair, form, do, "pair/stop.html", _("It has stopped. We let %(name)s know.", name=pair.other),
                   reason="note")  # fmt: skip


def _ending(pair: Pair, form: Form, do: Callable[[], None], template: str, words: str, **fields: str) -> Page:
    if request.method == "POST":
        with attempt(form, **fields) as tried:
            do()
        if tried.done:
            flash(words, "good")
        if tried.done or not form.errors:
            return back(pair)
    elif not pair.knows:
        return gone(pair)
    return form_page(pair, template, form)
