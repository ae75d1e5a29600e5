"""The steps of a pair, whichever side takes them: shown, tried, and back to the page where the two stand together."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from flask import Response as File
from flask import flash, redirect, render_template, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from models import calendar
from models.errors import Invalid, NotFound, TooMany
from models.operations import appointments, checkins, matches, pair_messages, proposals
from models.queries import appointments as appointment_queries
from models.queries import checkins as check_in_queries
from models.queries import communities
from models.states import MATCH_FINAL
from models.tables import Appointment, CheckIn
from web import access, i18n
from web.forms import Form, attempt
from web.pair import Pair, together
from web.pair.forms import (
    ANSWERS,
    HOME,
    AppointmentForm,
    CheckInForm,
    CompleteForm,
    MessageForm,
    PlaceForm,
    ReasonForm,
    StopForm,
    as_it_was,
    first_guess,
)
from web.runtime import now, runtime
from web.transaction import db
from web.words import day_in_words, moment_in_words, today_here

Page = str | Response | tuple[str, int]
_FIELDS = {"starts_at": "starts", "ends_at": "ends", "weekly_until": "until", "meeting_place": "where"}


def show(pair: Pair, template: str, *, message: MessageForm | None = None, status: int = 200, **more: Any) -> Page:
    """Show a pair that both said yes to; the look at somebody's contact details is written down.

    The route must be declared with ``writes=True``.
    """
    if not pair.knows:
        return _gone(pair)
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
        return _back(pair, "messages")
    return show(pair, template, message=form, status=422, **more) if form.errors else _back(pair)


# ---- appointments ----------------------------------------------------------------------------------------------------


def plan(pair: Pair) -> Page:
    """Propose a day, once or every week."""
    if _looks_too_late(pair):
        return _gone(pair)
    today = today_here()
    form = AppointmentForm(data=first_guess(pair.request, pair.match.meeting_place_id, today))
    if request.method == "POST" and form.is_filled():
        with attempt(form, **_FIELDS) as tried:
            starts_at, ends_at = form.moment(today)
            place, place_id = form.meeting()
            appointments.plan(db(), pair.match, starts_at=starts_at, ends_at=ends_at, place=place,
                              meeting_place_id=place_id, weekly_until=form.last(today), actor=pair.actor,
                              now=now())  # fmt: skip
        if tried.done:
            both = _("The day is written down. We let both know.")
            _tell(pair, _("You proposed a day. We let you know whether it suits %(name)s.", name=pair.other), both)
        if tried.done or not form.errors:
            return _back(pair)
    return _form_page(pair, "pair/plan.html", _offered(pair, form), today=today.isoformat())


def move(pair: Pair, appointment_id: int) -> Page:
    """Propose another day instead."""
    appointment, today = _appointment(pair, appointment_id), today_here()
    if _looks_too_late(pair):
        return _gone(pair)
    form = AppointmentForm(data=as_it_was(appointment))
    if request.method == "POST" and form.is_filled():
        with attempt(form, **_FIELDS) as tried:
            starts_at, ends_at = form.moment(today)
            place, place_id = form.meeting()
            appointments.move(db(), appointment, starts_at=starts_at, ends_at=ends_at, place=place,
                              meeting_place_id=place_id, actor=pair.actor, now=now())  # fmt: skip
        if tried.done:
            both = _("The appointment was moved. We let both know.")
            _tell(pair, _("The appointment was moved. We let %(name)s know.", name=pair.other), both)
        if tried.done or not form.errors:
            return _back(pair)
    was = together.time_of(appointment)
    return _form_page(pair, "pair/move.html", _offered(pair, form), was=was, today=today.isoformat())


def confirm(pair: Pair, appointment_id: int) -> Page:
    """Say that a day that the other proposed suits."""
    appointment = _appointment(pair, appointment_id)
    with attempt() as tried:
        appointments.confirm(db(), appointment, actor=pair.actor, now=now())
    if tried.done:
        day = day_in_words(appointment.starts_at.date())
        both = _("Good. %(names)s meet on %(day)s.", names=pair.other, day=day)
        _tell(pair, _("Good. You meet %(name)s on %(day)s.", name=pair.other, day=day), both)
    return _back(pair)


def cancel(pair: Pair, appointment_id: int) -> Page:
    """Cancel one appointment; the match goes on."""
    appointment, form = _appointment(pair, appointment_id), ReasonForm()
    if _looks_too_late(pair):
        return _gone(pair)
    if request.method == "POST":
        with attempt(form) as tried:
            appointments.cancel(db(), appointment, form.reason.data or "", actor=pair.actor, now=now())
        if tried.done:
            both = _("The appointment is cancelled. We let both know.")
            _tell(pair, _("The appointment is cancelled. We let %(name)s know.", name=pair.other), both)
        if tried.done or not form.errors:
            return _back(pair)
    return _form_page(pair, "pair/cancel.html", form, was=together.time_of(appointment))


def calendar_file(pair: Pair, appointment_id: int | None, *, url: str = "") -> File:
    """Give one appointment, or all of a match, for somebody's own calendar; ``url`` never holds a token."""
    appointment = _appointment(pair, appointment_id) if appointment_id is not None else None
    settings = runtime().settings
    content = calendar.of_match(
        db(), pair.match, actor=pair.actor, language=i18n.language(), now=now(), only=appointment, url=url,
        domain=urlsplit(settings.base_url).hostname or "localhost",
    )  # fmt: skip
    answer = File(content, content_type=calendar.MIMETYPE)
    answer.headers["Content-Disposition"] = 'attachment; filename="noaber.ics"'
    return answer


def _appointment(pair: Pair, appointment_id: int) -> Appointment:
    found = appointment_queries.by_id(db(), appointment_id)
    if found is None or found.match_id != pair.match.id:
        raise NotFound
    return found


def _offered(pair: Pair, form: AppointmentForm) -> AppointmentForm:
    places = communities.meeting_places(db(), access.community().id or 0)
    home = _("At my home") if pair.lives_there else _("At the home of %(name)s", name=pair.resident.first_name)
    form.offer(places, home)
    if pair.side == "desk":
        form.where.label.text = _("Where do they meet?")
    return form


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
            return _back(pair)
    appointment = appointment_queries.by_id(db(), check_in.appointment_id)
    assert appointment is not None, "the database keeps a check-in's appointment"
    return _form_page(pair, "pair/check_in.html", form, answers=ANSWERS, check_in=check_in,
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
        return _gone(pair)
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
            return _back(pair)
    return _form_page(pair, "pair/first_place.html", form)


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
        return _form_page(pair, "pair/stop.html", form)

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
            return _back(pair)
    elif not pair.knows:
        return _gone(pair)
    return _form_page(pair, template, form)


# ---- what every step does --------------------------------------------------------------------------------------------


def _tell(pair: Pair, one: str, both: str) -> None:
    """Say what happened: to one of the two about the other, or to the desk about both."""
    flash(both if pair.side == "desk" else one, "good")


def _looks_too_late(pair: Pair) -> bool:
    # A click that comes too late is explained by the operation itself.
    return request.method == "GET" and not pair.knows


def _gone(pair: Pair) -> Response:
    """Lead somebody who comes too late to what is left, and say so."""
    if pair.match.state in MATCH_FINAL:
        flash(_("This match has ended."), "info")
    return redirect(pair.after, 303)


def _back(pair: Pair, anchor: str = "") -> Response:
    """Lead to where the two stand together, or to what is left when that has ended."""
    return redirect(pair.page + (f"#{anchor}" if anchor else "") if pair.knows else pair.after, 303)


def _form_page(pair: Pair, template: str, form: Form, **more: Any) -> Page:
    body = render_template(template, pair=pair, form=form, **more)
    return (body, 422) if request.method == "POST" and form.errors else body
