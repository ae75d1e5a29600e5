"""The pages of an offer: one question each; an offer is made of the answers on the last one."""

from flask import Response as FlaskResponse
from flask import flash, g, redirect, render_template, request, session, url_for
from flask_babel import gettext as _
from flask_babel import refresh
from werkzeug.wrappers import Response

from models import kinds
from models.errors import Invalid
from models.operations import volunteers
from models.permissions import Permission
from models.states import VolunteerState
from web import access, i18n, limits
from web.access import needs
from web.forms import attempt
from web.limits import limiter
from web.offer import draft, flow, pages
from web.offer.forms import KILOMETRES, NewOffer
from web.runtime import now
from web.transaction import db

Answer = str | Response | tuple[str, int]


@pages.after_request
def _keep_nobody(answer: FlaskResponse) -> FlaskResponse:
    """Let a browser keep, for itself alone, the pages on the way that say nothing of who somebody is.

    They are answers to a POST: where none may be kept, the browser's back button warns and asks to send again.
    """
    says_who = any(request.form.get(name) for name in flow.FIELDS["you"])
    on_the_way = request.method == "POST" and answer.status_code in (200, 422) and not says_who
    answer.headers["Cache-Control"] = "private, no-cache" if on_the_way else "no-store"
    return answer


@pages.get("/<community>/offer")
@needs(Permission.PUBLIC)
def start() -> Answer:
    """What do you like to do?"""
    if (elsewhere := _volunteers_already()) is not None:
        return elsewhere
    if not (kept := draft.answers()):
        return _show("what", NewOffer())
    form = NewOffer(formdata=kept)
    return _show(flow.left_at(kept), form, flow.marked(flow.PASSED, kept), flow.marked(flow.SHOWN, kept))


@pages.post("/<community>/offer")
@limiter.limit(limits.MESSAGES)
@needs(Permission.PUBLIC)
def step() -> Answer:
    """Take the answer of one page and show the next; back and "change" go where they say, whatever was typed."""
    if (elsewhere := _volunteers_already()) is not None:
        return elsewhere
    form, order = NewOffer(), flow.steps()
    here = request.form.get("step", "")
    here = here if here in order else order[0]
    passed = flow.marked(flow.PASSED)
    if (language := request.form.get("language")) in i18n.available_languages():
        _speak(str(language))
        return _show(here, form, passed)
    if (to := request.form.get("to")) in order:
        return _show(str(to), form, passed)
    wrong = flow.faults(form)
    passed = [one for one in order if one in passed or one == here]
    for at in (here, *order):
        if at in passed and (errors := [error for error in wrong if flow.step_of(error.field) == at]):
            flow.refuse(form, errors)
            return _show(at, form, [one for one in passed if one != at]), 422
    return _show(next((one for one in order if one not in passed), flow.CHECK), form, passed)


@pages.post("/<community>/offer/send")
@limiter.limit(limits.POSTING)
@needs(Permission.PUBLIC)
def send() -> Answer:
    """Make the offer; its page has ways back too."""
    if request.form.get("to") or request.form.get("language"):
        return step()
    form = NewOffer()
    with attempt(form, **flow.WHERE) as tried:
        volunteers.offer(
            db(), form.offered(who=form.who()), community=access.community(), actor=access.actor(), now=now()
        )
    if tried.done:
        draft.forget()
        who = access.person()
        by_mail = bool(who.email if who else (form.email.data or "").strip())
        vog = 1 if flow.asks_for_vog(form) else None
        return redirect(url_for("offer.thanks", vog=vog, call=None if by_mail else 1), 303)
    if isinstance(tried.refused, Invalid):
        at = flow.step_of(tried.refused.field)
        return _show(at, form, [one for one in flow.steps() if one != at]), 422
    return redirect(url_for("volunteer.home" if access.own_volunteer() else "offer.start"), 303)


@pages.get("/<community>/offer/thanks")
@needs(Permission.PUBLIC)
def thanks() -> str:
    """Say thanks, and what happens now: the same words whether or not we knew the address."""
    volunteer = access.own_volunteer()
    return render_template(
        "offer/thanks.html",
        vog=bool(request.args.get("vog")),
        call=bool(request.args.get("call")),
        at_once=access.community().admits_without_vog and not request.args.get("vog"),
        active=volunteer is not None and volunteer.state == VolunteerState.ACTIVE,
    )


@pages.get("/<community>/offer/again")
@needs(Permission.PUBLIC)
def again() -> Answer:
    """Ask whether everything may be thrown away."""
    return render_template("offer/again.html") if draft.answers() else redirect(url_for("offer.start"), 303)


@pages.post("/<community>/offer/again")
@needs(Permission.PUBLIC)
def begin_again() -> Answer:
    """Throw away what was kept, words and all, and begin anew."""
    if draft.forget():
        flash(_("Your answers are gone. You can begin again."), "good")
    return redirect(url_for("offer.start"), 303)


def _volunteers_already() -> Response | None:
    if access.own_volunteer() is None:
        return None
    flash(_("You are a volunteer here already. This is your page."), "info")
    return redirect(url_for("volunteer.home"), 303)


def _speak(language: str) -> None:
    session["language"] = language
    g.pop("language", None)
    refresh()


def _show(step: str, form: NewOffer, passed: list[str] | None = None, shown: list[str] | None = None) -> str:
    begun = shown is not None or request.method == "POST"
    order, passed, shown = flow.steps(), passed or [], shown or flow.marked(flow.SHOWN)
    if step != flow.CHECK and step not in shown:
        flow.suggest(form, step)
        shown.append(step)
    form.fill_choices()
    place = order.index(step) if step in order else len(order)
    marks = [(flow.SHOWN, one) for one in shown] + [(flow.PASSED, one) for one in passed]
    if request.method == "POST":
        draft.keep(flow.kept(form, step, marks))
    return render_template(
        "offer/check.html" if step == flow.CHECK else "offer/step.html",
        form=form,
        step=step,
        before=order[place - 1] if place else None,
        carried=flow.carried(form, step) + marks,
        groups=flow.kind_groups(form) if step == "kinds" else [],
        kind_names=[kinds.name(slug, _) for slug in form.kinds.data or ()],
        how_far=KILOMETRES,
        day_shown=flow.day_shown,
        vog=step in ("kinds", flow.CHECK) and flow.asks_for_vog(form),
        stay_at=url_for("offer.start"),
        knows_you=access.person() is not None,
        begun=begun,
    )
