"""Keeping an offer right: changing it, being away, a pause, stopping."""

from dataclasses import replace

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from models import values
from models.errors import Invalid
from models.operations import volunteers
from models.operations.offers import OfferForm
from models.permissions import Permission
from models.states import VOLUNTEER, VolunteerState
from models.tables import Volunteer
from web import access
from web.access import needs
from web.forms import attempt
from web.offer import flow
from web.offer.forms import KILOMETRES, OfferFields, of_volunteer
from web.runtime import now
from web.transaction import db
from web.volunteer import pages
from web.volunteer.forms import AwayForm, PauseForm
from web.volunteer.home import absences, own
from web.words import day_in_words, today_here

Answer = str | Response | tuple[str, int]


@pages.get("/<community>/volunteer/offer")
@needs(Permission.VOLUNTEER_SELF)
def change() -> Answer:
    """Change what I do, when, how far and for how many."""
    return _ended() or _change_page(OfferFields(data=of_volunteer(own())))


@pages.post("/<community>/volunteer/offer")
@needs(Permission.VOLUNTEER_SELF)
def keep_change() -> Answer:
    """Keep the changed offer."""
    volunteer, form = own(), OfferFields()
    wrong = flow.faults(form)
    if wrong:
        flow.refuse(form, wrong)
        return _change_page(form), 422
    with attempt(form, **flow.WHERE) as tried:
        volunteers.change(db(), volunteer, form.offered(away=volunteer.away), actor=access.actor(), now=now())
    if tried.done:
        flash(_("Your offer is kept. Thank you for keeping it right."), "good")
        return _home()
    return (_change_page(form), 422) if isinstance(tried.refused, Invalid) else _home()


def _change_page(form: OfferFields) -> str:
    form.fill_choices()
    return render_template(
        "volunteer/offer.html", form=form, groups=flow.kind_groups(form, suggestions=False), how_far=KILOMETRES
    )


@pages.post("/<community>/volunteer/confirm")
@needs(Permission.VOLUNTEER_SELF)
def confirm() -> Response:
    """My offer still stands."""
    with attempt() as tried:
        volunteers.confirm(db(), own(), actor=access.actor(), now=now())
    if tried.done:
        flash(_("Good to know. Thank you."), "good")
    return _home()


@pages.get("/<community>/volunteer/away")
@needs(Permission.VOLUNTEER_SELF)
def away() -> Answer:
    """The days on which I cannot come."""
    return _ended() or _away_page(AwayForm())


@pages.post("/<community>/volunteer/away")
@needs(Permission.VOLUNTEER_SELF)
def add_away() -> Answer:
    """One more absence."""
    if (ended := _ended()) is not None:
        return ended
    form, volunteer = AwayForm(), own()
    first, last = (form.first.data or "").strip(), (form.last.data or "").strip()
    with attempt(form, away="first") as tried:
        until = values.day("last", last or first, today=today_here())
        added = [*volunteer.away, {"from": first, "until": until.isoformat()}]
        _change_away(volunteer, added)
    if not tried.done:
        return _away_page(form), 422
    flash(_("Written down. On those days we ask you nothing."), "good")
    return redirect(url_for("volunteer.away"), 303)


@pages.post("/<community>/volunteer/away/remove")
@needs(Permission.VOLUNTEER_SELF)
def remove_away() -> Response:
    """I can come after all."""
    volunteer = own()
    gone = {"from": request.form.get("from", ""), "until": request.form.get("until", "")}
    with attempt() as tried:
        _change_away(volunteer, [one for one in volunteer.away if one != gone])
    if tried.done:
        flash(_("Removed. We can ask you for those days again."), "good")
    return redirect(url_for("volunteer.away"), 303)


def _change_away(volunteer: Volunteer, given: list[dict[str, str]]) -> None:
    volunteers.change(db(), volunteer, replace(as_form(volunteer), away=given), actor=access.actor(), now=now())


def _away_page(form: AwayForm) -> str:
    return render_template("volunteer/away.html", form=form, away=absences(own()), today=today_here().isoformat())


@pages.get("/<community>/volunteer/pause")
@needs(Permission.VOLUNTEER_SELF)
def pause() -> Answer:
    """Nothing for a while."""
    return _ended() or _pause_page(PauseForm())


@pages.post("/<community>/volunteer/pause")
@needs(Permission.VOLUNTEER_SELF)
def begin_pause() -> Answer:
    """Begin the pause."""
    if own().state == VolunteerState.PAUSED:  # a second click
        return _home()
    form = PauseForm()
    typed = (form.until.data or "").strip()
    with attempt(form, paused_until="until") as tried:
        until = values.day("until", typed, today=today_here()) if typed else None
        volunteers.pause(db(), own(), until, actor=access.actor(), now=now())
    if not tried.done:
        return (_pause_page(form), 422) if isinstance(tried.refused, Invalid) else _home()
    if until:
        flash(_("You have a pause until %(day)s. Enjoy it.", day=day_in_words(until)), "good")
    else:
        flash(_("You have a pause. End it whenever you like."), "good")
    return _home()


def _pause_page(form: PauseForm) -> str:
    return render_template("volunteer/pause.html", form=form, today=today_here().isoformat())


@pages.post("/<community>/volunteer/resume")
@needs(Permission.VOLUNTEER_SELF)
def resume() -> Response:
    """Here I am again."""
    if own().state == VolunteerState.ACTIVE:  # a second click
        return _home()
    with attempt() as tried:
        volunteers.resume(db(), own(), actor=access.actor(), now=now())
    if tried.done:
        flash(_("Welcome back. Look who could use you."), "good")
    return _home()


@pages.get("/<community>/volunteer/stop")
@needs(Permission.VOLUNTEER_SELF)
def stop() -> Answer:
    """What happens when I stop, before I do."""
    return _ended() or render_template("volunteer/stop.html")


@pages.post("/<community>/volunteer/stop")
@needs(Permission.VOLUNTEER_SELF)
def leave() -> Response:
    """Stop helping."""
    if (ended := _ended()) is not None:  # a second click
        return ended
    with attempt() as tried:
        volunteers.leave(db(), own(), actor=access.actor(), now=now())
    if tried.done:
        flash(_("You have stopped. Thank you for everything you did."), "good")
    return _home()


def as_form(row: Volunteer) -> OfferForm:
    """Give an offer as it stands, to change one thing of it."""
    return OfferForm(
        text=row.text,
        kinds=list(row.kinds),
        postcode=row.postcode,
        max_km=row.max_km,
        windows=[dict(one) for one in row.windows] if row.windows is not None else None,
        away=[dict(one) for one in row.away],
        languages=list(row.languages),
        capacity=row.capacity,
        wants_digest=row.wants_digest,
        traits=list(row.traits),
        avoids=list(row.avoids),
    )


def _ended() -> Response | None:
    """Send who has stopped to their page, which says so."""
    return _home() if own().state in VOLUNTEER.final else None


def _home() -> Response:
    return redirect(url_for("volunteer.home"), 303)
