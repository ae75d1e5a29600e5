"""What somebody can do about their own request: answer, wait, stop, say yes or no to a volunteer."""

from datetime import date, timedelta

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from models import values
from models.errors import Invalid
from models.operations import matches, people, requests
from models.permissions import Permission
from models.queries import matches as match_queries
from models.states import MATCH_KNOWS_EACH_OTHER, MatchState, RequestState
from web.access import needs
from web.follow import pages
from web.follow.forms import AddressForm, AnswerForm, DeclineForm, HoldForm, WithdrawForm
from web.follow.own import NeedsMail, Own, find, find_match
from web.follow.views import page
from web.forms import Form, attempt
from web.runtime import now
from web.transaction import db
from web.words import day_in_words, today_here

Page = str | Response | tuple[str, int]


def _form_page(template: str, form: Form, **more: object) -> Page:
    body = render_template(template, form=form, **more)
    return (body, 422) if request.method == "POST" and form.errors else body


@pages.post("/<community>/r/<token>/answer")
@needs(Permission.REQUEST_FOLLOW)
def answer_question(token: str) -> Page:
    """Answer the coordinator's question."""
    own, form = find(token), AnswerForm()
    with attempt(form) as tried:
        requests.answer(db(), own.request, form.answer.data or "", actor=own.actor, now=now())
    if tried.done:
        flash(_("Thank you for your answer. We go on with it."), "good")
    if tried.done or not form.errors:
        return redirect(own.page, 303)
    return page(own, form, 422)


@pages.get("/<community>/r/<token>/hold")
@pages.post("/<community>/r/<token>/hold")
@needs(Permission.REQUEST_FOLLOW)
def hold(token: str) -> Page:
    """Not now: wait until a day."""
    own = find(token)
    form = HoldForm(data={"until": (today_here() + timedelta(days=14)).isoformat()})
    if request.method == "POST":
        with attempt(form, hold_until="until") as tried:
            until = _until(form.until.data or "")
            requests.hold(db(), own.request, until, "", actor=own.actor, now=now())
            flash(_("We wait until %(day)s.", day=day_in_words(until)), "good")
        if tried.done or not form.errors:
            return redirect(own.page, 303)
    elif own.request.state != RequestState.OPEN:
        return redirect(own.page, 303)
    return _form_page("follow/hold.html", form, own=own, today=today_here().isoformat())


def _until(typed: str) -> date:
    if not typed.strip():
        raise Invalid("until", "required")
    return values.day("until", typed, today=today_here())


@pages.post("/<community>/r/<token>/resume")
@needs(Permission.REQUEST_FOLLOW)
def resume(token: str) -> Page:
    """Look again."""
    own = find(token)
    with attempt() as tried:
        requests.resume(db(), own.request, actor=own.actor, now=now())
    if tried.done:
        flash(_("We look again."), "good")
    return redirect(own.page, 303)


@pages.post("/<community>/r/<token>/still-wanted")
@needs(Permission.REQUEST_FOLLOW)
def still_wanted(token: str) -> Page:
    """Yes, the help is still wanted."""
    own = find(token)
    with attempt() as tried:
        requests.still_wanted(db(), own.request, actor=own.actor, now=now())
    if tried.done:
        flash(_("Good. We keep looking."), "good")
    return redirect(own.page, 303)


@pages.get("/<community>/r/<token>/withdraw")
@pages.post("/<community>/r/<token>/withdraw")
@needs(Permission.REQUEST_FOLLOW)
def withdraw(token: str) -> Page:
    """Help is no longer needed: asked once more, then it stops."""
    own, form = find(token), WithdrawForm()
    if request.method == "POST":
        words = dict(form.why.choices).get(form.why.data or "", "")
        with attempt(form, reason="why") as tried:
            requests.withdraw(db(), own.request, str(words), actor=own.actor, now=now())
        if tried.done:
            flash(_("Your request has stopped. Thank you for letting us know."), "good")
        if tried.done or not form.errors:
            return redirect(own.page, 303)
    elif own.ended:
        return redirect(own.page, 303)
    return _form_page("follow/withdraw.html", form, own=own, agreed=_is_somebody_coming(own))


# ---- yes or no to a volunteer ----------------------------------------------------------------------------------------


@pages.post("/<community>/r/<token>/match/<int:match_id>/agree")
@needs(Permission.REQUEST_FOLLOW)
def agree(token: str, match_id: int) -> Page:
    """Yes, gladly: from now on the two see how to reach each other."""
    own = find(token)
    match = find_match(own, match_id)
    if match.state in MATCH_KNOWS_EACH_OTHER:  # a second click
        return redirect(url_for("follow.together", token=token, match_id=match_id), 303)
    with attempt() as tried:
        matches.agree(db(), match, actor=own.actor, now=now())
    if not tried.done:
        return redirect(own.page, 303)
    flash(_("How nice. Now you can reach each other. Agree on a day together."), "good")
    return redirect(url_for("follow.together", token=token, match_id=match_id), 303)


@pages.get("/<community>/r/<token>/match/<int:match_id>/decline")
@pages.post("/<community>/r/<token>/match/<int:match_id>/decline")
@needs(Permission.REQUEST_FOLLOW)
def decline(token: str, match_id: int) -> Page:
    """Rather not: asked kindly why, and we look on."""
    own, form = find(token), DeclineForm()
    match = find_match(own, match_id)
    if request.method == "POST":
        words = str(dict(form.why.choices).get(form.why.data or "", dict(form.why.choices)["unsaid"]))
        note = (form.note.data or "").strip()
        with attempt(form, reason="note") as tried:
            reason = f"{words}. {note}" if note else words
            matches.decline(db(), match, reason, actor=own.actor, now=now(), personal=form.is_personal)
        if tried.done:
            flash(_("That is all right. We look for somebody else."), "good")
        if tried.done or not form.errors:
            return redirect(own.page, 303)
    elif match.state != MatchState.ACCEPTED:
        return redirect(own.page, 303)
    name = match_queries.person_of(db(), match_queries.volunteer_of(db(), match).person_id).first_name
    return _form_page("follow/decline.html", form, own=own, name=name)


@pages.get("/<community>/r/<token>/address")
@pages.post("/<community>/r/<token>/address")
@needs(Permission.REQUEST_FOLLOW)
def address(token: str) -> Page:
    """Where the help is: asked only now that somebody is coming."""
    own, form = find(token), AddressForm()
    if not own.actor.is_proven:
        raise NeedsMail(own)
    resident = match_queries.person_of(db(), own.request.resident_id)
    if request.method == "POST":
        typed = form.address.data or ""
        with attempt(form) as tried:
            if not typed.strip():
                raise Invalid("address", "required")
            people.set_address(db(), resident, typed, actor=own.actor, now=now())
        if tried.done:
            flash(_("We wrote down: %(address)s", address=resident.address), "good")
        if tried.done or not form.errors:
            return redirect(own.page, 303)
    elif not _is_somebody_coming(own):
        return redirect(own.page, 303)
    return _form_page("follow/address.html", form, own=own)


def _is_somebody_coming(own: Own) -> bool:
    return any(m.state in MATCH_KNOWS_EACH_OTHER for m in match_queries.live_of_request(db(), own.request.id))
