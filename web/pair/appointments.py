"""The appointments of a pair, whichever side makes them: proposed, picked, confirmed, moved, cancelled, taken along."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlsplit

from flask import Response as File
from flask import request
from flask_babel import gettext as _

from models import calendar, one_day
from models.errors import Invalid, NotFound
from models.operations import appointments, choices
from models.queries import appointments as appointment_queries
from models.queries import communities
from models.states import AppointmentState
from models.tables import Appointment
from web import access, i18n
from web.forms import attempt
from web.pair import Pair, together
from web.pair.forms import AppointmentForm, CancelForm, as_it_was, first_guess
from web.pair.steps import Page, back, form_page, gone, looks_too_late, tell
from web.runtime import now, runtime
from web.transaction import db
from web.words import day_in_words, holiday_in_words, today_here, weekday_in_words

_FIELDS = {"starts_at": "starts", "ends_at": "ends", "weekly_until": "until", "meeting_place": "where"}


@dataclass(frozen=True, slots=True)
class Holiday:
    """A public holiday on which somebody plans something, and whether they leave it out."""

    iso: str
    day: str
    name: str
    skipped: bool


def plan(pair: Pair) -> Page:
    """Propose a day, or two or three moments of which the other picks one; each once or every week."""
    if looks_too_late(pair):
        return gone(pair)
    today, instead = today_here(), _instead_of(pair)
    guess = {} if instead else first_guess(pair.request, pair.match.meeting_place_id, today)
    form = AppointmentForm(data=guess or as_it_was(instead, day=False))
    asks: list[Holiday] = []
    if request.method == "POST" and form.is_filled():
        with attempt(form, **_FIELDS) as tried:
            asks = _holidays(_days(form, today))
            with _kept_unless(asks):
                if instead is not None:
                    choices.replace(db(), instead, actor=pair.actor, now=now())
                first, *_others = _propose(pair, form, today)
        if tried.done and not asks:
            _say_proposed(pair, first, several=len(form.slots()) > 1)
        if (tried.done and not asks) or (not tried.done and not form.errors):
            return back(pair)
    moments = together.moments_with(pair, instead) if instead is not None else []
    asked = pair.request.when if one_day.is_open(pair.request.when) else None
    return form_page(pair, "pair/plan.html", _offered(pair, form), today=today.isoformat(), instead=instead,
                     moments=moments, holidays=asks, may_skip=form.is_weekly(), asked=asked)  # fmt: skip


def _say_proposed(pair: Pair, first: Appointment, *, several: bool) -> None:
    if first.state == AppointmentState.CONFIRMED:  # the other had proposed the very same
        _say_that_they_meet(pair, first)
        return
    both = _("The day is written down. We let both know.")
    one = _("You proposed a day. We let you know whether it suits %(name)s.", name=pair.other)
    if several:
        one = _("%(name)s can choose now. We let you know.", name=pair.other)
        both = _("They can choose now. We let both know.")
    tell(pair, one, both)


def _days(form: AppointmentForm, today: date) -> list[date]:
    """Give the days that were filled in, and of weekly series all of them, in order."""
    firsts = [form.moment(today, slot)[0].date() for slot in form.slots()]
    last = form.last(today)
    return sorted({day for first in firsts for day in appointments.weekly_days(first, last)})


@contextmanager
def _kept_unless(asks: list[Holiday]) -> Iterator[None]:
    """Try something, and take it back where there is something to ask first: what cannot be is refused before that."""
    with db().begin_nested() as trial:
        yield
        if asks:
            trial.rollback()


def _holidays(days: list[date]) -> list[Holiday]:
    """Give the holidays among these days if one of them was not asked about yet; then all, as they were answered."""
    asked, skipped = request.form.getlist("holiday"), request.form.getlist("skip")
    found = [
        Holiday(day.isoformat(), day_in_words(day), name, day.isoformat() in skipped)
        for day in days
        if (name := holiday_in_words(day))
    ]
    return found if any(one.iso not in asked for one in found) else []


def _instead_of(pair: Pair) -> Appointment | None:
    """Give a moment of the choice of which none suits, where the way here led past it."""
    typed = request.values.get("instead", "")
    if not (typed.isascii() and typed.isdigit() and len(typed) < 10):
        return None
    found = _appointment(pair, int(typed))
    return found if found.choice is not None else None


def _propose(pair: Pair, form: AppointmentForm, today: date) -> list[Appointment]:
    place, place_id = form.meeting()
    slots = form.slots()
    times = [form.moment(today, slot) for slot in slots]
    last, skipped = form.last(today), request.form.getlist("skip") if form.is_weekly() else []
    left_out = [day for day in _days(form, today) if day.isoformat() in skipped]
    if len(times) == 1:
        return appointments.plan(db(), pair.match, starts_at=times[0][0], ends_at=times[0][1], place=place,
                                 meeting_place_id=place_id, weekly_until=last, leave_out=left_out, actor=pair.actor,
                                 now=now())  # fmt: skip
    try:
        return choices.propose(db(), pair.match, times, place=place, meeting_place_id=place_id, weekly_until=last,
                               leave_out=left_out, actor=pair.actor, now=now())  # fmt: skip
    except Invalid as error:  # at the field of the moment that it speaks of
        number = error.details.get("number", 0)
        field, slot = _FIELDS.get(error.field, error.field), slots[number] if isinstance(number, int) else ""
        raise error.at(field + slot if field + slot in form else field) from error


def pick(pair: Pair, appointment_id: int) -> Page:
    """Choose one of the moments that the other proposed."""
    appointment = _appointment(pair, appointment_id)
    with attempt() as tried:
        choices.pick(db(), appointment, actor=pair.actor, now=now())
    if tried.done and appointment.also_on:
        weekday, day = weekday_in_words(appointment.starts_at.date()), day_in_words(appointment.starts_at.date())
        both = _("Good. %(names)s meet every %(weekday)s, from %(day)s.", names=pair.other, weekday=weekday, day=day)
        tell(
            pair,
            _("Good. You meet %(name)s every %(weekday)s, from %(day)s.", name=pair.other, weekday=weekday, day=day),
            both,
        )
    elif tried.done:
        _say_that_they_meet(pair, appointment)
    return back(pair, "appointments")


def none_suits(pair: Pair, appointment_id: int) -> Page:
    """None of the moments suits; or who proposed them takes them back."""
    appointment = _appointment(pair, appointment_id)
    with attempt() as tried:
        choices.decline(db(), appointment, actor=pair.actor, now=now())
    if tried.done:
        both = _("These moments are taken away. We let both know.")
        tell(pair, _("These moments are taken away. We let %(name)s know.", name=pair.other), both)
    return back(pair, "appointments")


def _say_that_they_meet(pair: Pair, appointment: Appointment) -> None:
    day = day_in_words(appointment.starts_at.date())
    both = _("Good. %(names)s meet on %(day)s.", names=pair.other, day=day)
    tell(pair, _("Good. You meet %(name)s on %(day)s.", name=pair.other, day=day), both)


def move(pair: Pair, appointment_id: int) -> Page:
    """Propose another day instead; of a weekly series for this one alone."""
    appointment, today = _appointment(pair, appointment_id), today_here()
    if looks_too_late(pair):
        return gone(pair)
    form = AppointmentForm(data=as_it_was(appointment))
    del form.repeat
    asks: list[Holiday] = []
    if request.method == "POST" and form.is_filled():
        with attempt(form, **_FIELDS) as tried:
            starts_at, ends_at = form.moment(today)
            place, place_id = form.meeting()
            asks = _holidays([starts_at.date()])
            with _kept_unless(asks):
                newer = appointments.move(db(), appointment, starts_at=starts_at, ends_at=ends_at, place=place,
                                          meeting_place_id=place_id, actor=pair.actor, now=now())  # fmt: skip
        if tried.done and not asks and newer.state == AppointmentState.CONFIRMED:
            _say_that_they_meet(pair, newer)
        elif tried.done and not asks:
            both = _("The appointment was moved. We let both know.")
            tell(pair, _("The appointment was moved. We let %(name)s know.", name=pair.other), both)
        if (tried.done and not asks) or (not tried.done and not form.errors):
            return back(pair)
    return form_page(pair, "pair/move.html", _offered(pair, form), was=together.time_of(appointment),
                     today=today.isoformat(), holidays=asks, weekly=appointment.series is not None)  # fmt: skip


def confirm(pair: Pair, appointment_id: int) -> Page:
    """Say that a day that the other proposed suits."""
    appointment = _appointment(pair, appointment_id)
    with attempt() as tried:
        appointments.confirm(db(), appointment, actor=pair.actor, now=now())
    if tried.done:
        _say_that_they_meet(pair, appointment)
    return back(pair)


def cancel(pair: Pair, appointment_id: int) -> Page:
    """Cancel one appointment, of a weekly series perhaps all after it too; the match goes on."""
    appointment, form = _appointment(pair, appointment_id), CancelForm()
    if looks_too_late(pair):
        return gone(pair)
    form.offer(len(appointment_queries.standing_after(db(), appointment)))
    if request.method == "POST":
        with attempt(form) as tried:
            following = form.is_for_following()
            appointments.cancel(db(), appointment, form.reason.data or "", following=following, actor=pair.actor,
                                now=now())  # fmt: skip
        if tried.done:
            both = _("The appointment is cancelled. We let both know.")
            tell(pair, _("The appointment is cancelled. We let %(name)s know.", name=pair.other), both)
        if tried.done or not form.errors:
            return back(pair)
    return form_page(pair, "pair/cancel.html", form, was=together.time_of(appointment))


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
