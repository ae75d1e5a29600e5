"""The page of a match, and the answers to it: yes, rather not, and taking a yes back."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import force_locale
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from models.errors import NotFound
from models.operations import matches
from models.permissions import Permission
from models.queries import matches as queries
from models.states import MATCH_KNOWS_EACH_OTHER, MatchState
from web import access
from web.access import needs
from web.follow import proposal
from web.follow.forms import DeclineForm as ResidentDeclineForm
from web.forms import Form, attempt
from web.matches import asked, endings, pages
from web.matches.forms import DeclineForm, TakeBackForm
from web.matches.own import Own, find, request_page
from web.matches.steps import answer_by, steps
from web.pair import together, views
from web.pair.steps import Page
from web.runtime import now
from web.transaction import db
from web.words import day_in_words

TOGETHER = "matches/together.html"
_HERE = "/<community>/matches/<int:match_id>"
_YES = (MatchState.ACCEPTED, *MATCH_KNOWS_EACH_OTHER)


@pages.get(_HERE)
@needs(Permission.MATCH_TAKE_PART, writes=True)
def show(match_id: int) -> Page:
    """Show a match as it stands for who looks: to answer, to wait, to meet, or how it ended."""
    try:
        own = find(match_id)
    except NotFound:
        newer = _instead_of(match_id)
        if newer is None:
            raise
        return redirect(url_for("matches.show", match_id=newer))
    if own.match.state in MATCH_KNOWS_EACH_OTHER:
        return views.show(own.pair, TOGETHER, **beside(own))
    if own.ended:
        return render_template(
            "matches/ended.html", own=own, pair=own.pair, ending=endings.of(own), steps=steps(own),
            check_ins=[] if own.blocked else together.open_check_ins(own.pair),
        )  # fmt: skip
    return _before(own)


def _instead_of(match_id: int) -> int | None:
    """Give the match that stands for one whose approval was undone: the volunteer had offered, and it waits again."""
    old, volunteer = queries.by_id(db(), match_id), access.own_volunteer()
    if old is None or volunteer is None or old.volunteer_id != volunteer.id:
        return None
    later = [m for m in queries.live_of_volunteer(db(), volunteer.id) if m.request_id == old.request_id]
    return later[-1].id if later and later[-1].id != match_id and later[-1].origin == "volunteer" else None


def _before(own: Own) -> str:
    """Show what stands before both said yes."""
    last = answer_by(own)
    shared: dict[str, Any] = {
        "own": own,
        "pair": own.pair,
        "steps": steps(own),
        "answer_by": day_in_words(last) if last else "",
    }
    if own.pair.is_resident:
        one = proposal.of(own.match, own.pair.volunteer, own.pair.helper, own.pair.request)
        return render_template("matches/proposal.html", one=one, request_page=request_page(own), **shared)
    shared["asked"] = asked.of(own)
    if own.match.state != MatchState.APPROVED:
        return render_template("matches/waiting.html", **shared)
    return render_template("matches/asked.html", reads=asked.what_the_other_reads(own), **shared)


def beside(own: Own) -> dict[str, Any]:
    """Give what stands on the page of two who both said yes beside what they share."""
    pair = own.pair
    return {
        "own": own,
        "steps": steps(own),
        "asked": None if pair.is_resident else asked.of(own, why=False),
        "back": url_for("people.account") if pair.is_resident else url_for("volunteer.home"),
        "request_page": request_page(own) if pair.is_resident else "",
        "address_url": request_page(own, "follow.address") if pair.is_resident else "",
        "has_address": bool(pair.resident.address),
    }


@pages.post(f"{_HERE}/accept")
@needs(Permission.MATCH_TAKE_PART)
def accept(match_id: int) -> Response:
    """Yes, I will help."""
    own = find(match_id)
    if own.pair.is_resident:
        raise NotFound
    if own.match.state == MatchState.APPROVED:  # else it is a second or a late click: the page says how it stands
        with attempt() as tried:
            matches.accept(db(), own.match, actor=own.pair.actor, now=now())
        if tried.done and own.match.state in MATCH_KNOWS_EACH_OTHER:
            flash(_("How nice. Now you can reach each other. Agree on a day together."), "good")
        elif tried.done:
            flash(_("How nice. Thank you. Now we ask %(name)s.", name=own.name), "good")
    elif own.match.state not in _YES:
        flash(_("This has changed meanwhile. You see here how it stands now."), "info")
    return _shown(own)


@pages.post(f"{_HERE}/agree")
@needs(Permission.MATCH_TAKE_PART)
def agree(match_id: int) -> Response:
    """Yes, gladly: from now on the two see how to reach each other."""
    own = find(match_id)
    if not own.pair.is_resident:
        raise NotFound
    if own.match.state == MatchState.ACCEPTED:
        with attempt() as tried:
            matches.agree(db(), own.match, actor=own.pair.actor, now=now())
        if tried.done:
            flash(_("How nice. Now you can reach each other. Agree on a day together."), "good")
    elif own.match.state not in MATCH_KNOWS_EACH_OTHER:
        flash(_("This has changed meanwhile. You see here how it stands now."), "info")
    return _shown(own)


@pages.get(f"{_HERE}/decline")
@pages.post(f"{_HERE}/decline")
@needs(Permission.MATCH_TAKE_PART)
def decline(match_id: int) -> Page:
    """Rather not: asked kindly why, and we look on."""
    own = find(match_id)
    form = ResidentDeclineForm() if own.pair.is_resident else DeclineForm()
    if own.match.state != (MatchState.ACCEPTED if own.pair.is_resident else MatchState.APPROVED):
        return _too_late(own)
    if request.method == "POST":
        with attempt(form, reason="note") as tried:
            matches.decline(db(), own.match, _reason(form), actor=own.pair.actor, now=now(), personal=form.is_personal)
        if tried.done or not form.errors:
            return _shown(own)
    return _form_page("matches/decline.html", form, own)


def _reason(form: Any) -> str:
    """Write down why, in the language of the desk."""
    with force_locale(access.community().language):
        choices = dict(form.why.choices)
        words = str(choices.get(form.why.data or "", choices["unsaid"]))
    note = (form.note.data or "").strip()
    return f"{words}. {note}" if note else words


@pages.get(f"{_HERE}/take-back")
@pages.post(f"{_HERE}/take-back")
@needs(Permission.MATCH_TAKE_PART)
def take_back(match_id: int) -> Page:
    """I cannot help after all, before both said yes."""
    own, form = find(match_id), TakeBackForm()
    if own.pair.knows:
        return redirect(own.pair.url("stop"), 303)
    if own.pair.is_resident or own.match.state not in (MatchState.PROPOSED, MatchState.ACCEPTED):
        return _too_late(own)
    if request.method == "POST":
        with attempt(form) as tried:
            matches.withdraw(db(), own.match, form.reason.data or "", actor=own.pair.actor, now=now())
        if tried.done or not form.errors:
            return _shown(own)
    return _form_page("matches/take_back.html", form, own)


def _too_late(own: Own) -> Response:
    # Who said no already, or clicked twice, needs no explanation: the page says how it stands.
    if request.method == "POST" and not own.ended_by_me:
        flash(_("This has changed meanwhile. You see here how it stands now."), "info")
    return _shown(own)


def _shown(own: Own) -> Response:
    return redirect(own.pair.page, 303)


def _form_page(template: str, form: Form, own: Own) -> Page:
    body = render_template(template, form=form, own=own, pair=own.pair)
    return (body, 422) if request.method == "POST" and form.errors else body
