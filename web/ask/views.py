"""The questions, one a page; `web.ask.sending` makes a request of the answers."""

import hashlib
from typing import Any

from flask import redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from models import kinds as kinds_of_help
from models.operations import requests
from models.permissions import Permission
from web import access, i18n, limits, week
from web.access import needs
from web.ask import checks, draft, pages
from web.ask.flow import ENDPOINTS, Page, already_sent, page, show, take
from web.ask.forms import SELF, KindsForm, WhenForm, WhereForm, WordsForm, YouForm, typed
from web.ask.reading import AboutRead, WhenRead, about_read, when_read
from web.limits import limiter
from web.runtime import runtime
from web.words import today_here

_NOT_SERVED = ("postcode_outside", "postcode_foreign")
_ABROAD = ("belgian", "german")


@pages.after_request
def _keep_nothing(answer: Response) -> Response:
    """Let no proxy keep a page on which somebody's own words stand, and no browser longer than it is open.

    What was sent and refused stays for who goes back to it: else the browser would ask to send it again.
    """
    refused = request.method == "POST" and answer.status_code == 422
    answer.headers["Cache-Control"] = "private, no-cache" if refused else "no-store"
    return answer


# ---- what is needed --------------------------------------------------------------------------------------------------


@pages.get("/<community>/ask")
@needs(Permission.PUBLIC)
def start() -> Page:
    """In your own words: what can we help you with?"""
    draft.begin()
    answers = draft.answers()
    return show("words", WordsForm(data={"whom": SELF, **answers.get("words", {})}), answers)


@pages.post("/<community>/ask")
@limiter.limit(limits.POSTING)
@needs(Permission.PUBLIC)
def words() -> Page:
    """Keep the words."""
    draft.begin()
    form = WordsForm()
    pictures = "pictures" in request.form
    answers, onward = take("words", form, {**typed(form, "text", "whom"), "pictures": pictures})
    if onward is None:
        return show("words", form, answers, 422)
    if request.args.get("check") and _fingerprint(answers) != answers.get("kinds", {}).get("for"):
        return redirect(url_for("ask.kinds", check=1), 303)  # other words may mean another kind of help
    return onward


@pages.get("/<community>/ask/kinds")
@needs(Permission.PUBLIC)
def kinds() -> Page:
    """Say what we understood; one tap corrects it."""
    answers = draft.answers()
    return already_sent() or show("kinds", _kinds_form(answers, _ticked(answers)), answers)


@pages.post("/<community>/ask/kinds")
@limiter.limit(limits.POSTING)
@needs(Permission.PUBLIC)
def take_kinds() -> Page:
    """Keep which kinds of help were ticked."""
    form = KindsForm()
    said = {"kinds": form.kinds.data or [], "others": form.others.data or [], "unsure": "unsure" in request.form}
    answers, onward = take("kinds", form, {**said, "for": _fingerprint(draft.answers())})
    if onward is None:
        again = _kinds_form(answers, checks.chosen_kinds(answers))
        for error in checks.problems("kinds", answers):
            again.refuse(error, kinds="kinds" if again.kinds.choices else "others")
        return show("kinds", again, answers, 422)
    return onward


def _kinds_form(answers: checks.Answers, ticked: list[str]) -> KindsForm:
    form = KindsForm(formdata=None, data={"kinds": ticked, "others": []})
    top = list(dict.fromkeys([*_understood(answers), *ticked]))
    form.kinds.choices = [(slug, kinds_of_help.name(slug, _)) for slug in top]
    form.others.choices = [(k.slug, _(k.name)) for k in kinds_of_help.KINDS if k.slug not in top]
    if not top:
        form.others.label.text = _("Which kind of help fits?")
    return form


def _understood(answers: checks.Answers) -> list[str]:
    text = _words(answers)
    return [slug for slug, _confidence in runtime().reader.understand(text) if slug in kinds_of_help.BY_SLUG]


def _words(answers: checks.Answers) -> str:
    return str(answers.get("words", {}).get("text", ""))


def _ticked(answers: checks.Answers) -> list[str]:
    """Give the ticks: what was chosen, and what we understand in words that were written since."""
    chosen = checks.chosen_kinds(answers)
    if answers.get("kinds", {}).get("for") == _fingerprint(answers):
        return chosen
    return list(dict.fromkeys([*chosen, *_understood(answers)]))[: requests.MAX_KINDS]


def _fingerprint(answers: checks.Answers) -> str:
    """Name the words for which the kinds were chosen."""
    return hashlib.sha256(_words(answers).encode()).hexdigest()[:16]


# ---- when and where --------------------------------------------------------------------------------------------------


@pages.get("/<community>/ask/when")
@needs(Permission.PUBLIC)
def when() -> Page:
    """Once, every week, or it does not matter."""
    answers = draft.answers()
    read = WhenRead() if "when" in answers else when_read(_words(answers), today_here())
    kept = answers.get("when", read.answers)
    grid = week.restore(kept.get("week"))
    return already_sent() or show("when", WhenForm(data=kept), answers, grid=grid, read=read.words)


@pages.post("/<community>/ask/when")
@limiter.limit(limits.POSTING)
@needs(Permission.PUBLIC)
def take_when() -> Page:
    """Keep when."""
    form, grid = WhenForm(), week.read(request.form, "week")
    said = {**typed(form, "how", "date", "starts", "ends", "first", "last"), "week": grid}
    form.how.data = said["how"] = said["how"] or checks.how_filled_in(said)
    answers, onward = take("when", form, said)
    return onward or show("when", form, answers, 422, grid=grid)


@pages.get("/<community>/ask/where")
@needs(Permission.PUBLIC)
def where() -> Page:
    """The postcode, to find somebody nearby."""
    answers = draft.answers()
    return already_sent() or show("where", WhereForm(data=answers.get("where", {})), answers)


@pages.post("/<community>/ask/where")
@limiter.limit(limits.POSTING)
@needs(Permission.PUBLIC)
def take_where() -> Page:
    """Keep the postcode; who lives elsewhere reads who serves them, or whom to call."""
    form = WhereForm()
    answers, onward = take("where", form, typed(form, "postcode"))
    if onward is None:
        error = checks.problems("where", answers)[0]
        if error.code in _NOT_SERVED or error.details.get("why") in _ABROAD:
            return page("ask/outside.html", why=error.details.get("why") or error.code, postcode=form.postcode.data)
        return show("where", form, answers, 422)
    if checks.served_by(answers)[0].id != access.community().id:
        return redirect(url_for("ask.elsewhere"), 303)
    return onward


@pages.get("/<community>/ask/elsewhere")
@needs(Permission.PUBLIC)
def elsewhere() -> Page:
    """Say which community serves the postcode, and go on there."""
    answers = draft.answers()
    if "where" not in answers or checks.problems("where", answers):
        return redirect(url_for("ask.where"), 303)
    there, code = checks.served_by(answers)
    onward = ENDPOINTS[checks.first_open(answers) or "check"]
    if there.id == access.community().id:
        return redirect(url_for(onward), 303)
    return page("ask/elsewhere.html", there=there, postcode=code, onward=url_for(onward, community=there.slug))


# ---- who -------------------------------------------------------------------------------------------------------------


@pages.get("/<community>/ask/you")
@needs(Permission.PUBLIC)
def you() -> Page:
    """Who you are, and how we reach you."""
    answers = draft.answers()
    read = AboutRead() if "you" in answers else about_read(_words(answers))
    form = YouForm(data={**_known(answers, read), **answers.get("you", {})})
    return already_sent() or show("you", form, answers, read=read.language_words, read_home=read.home_words)


@pages.post("/<community>/ask/you")
@limiter.limit(limits.POSTING)
@needs(Permission.PUBLIC)
def take_you() -> Page:
    """Keep who and how."""
    form = YouForm()
    names = [name for name in form._fields if name != "csrf_token"]
    answers, onward = take("you", form, typed(form, *names))
    return onward or show("you", form, answers, 422)


def _known(answers: checks.Answers, read: AboutRead) -> dict[str, Any]:
    """Give what somebody need not fill in: their language, and who they are where they signed in."""
    # Who reads a page speaks its language; the page of a daughter says nothing about her mother.
    speaks = list(read.languages) or ([] if checks.is_for_other(answers) else [i18n.language()])
    known: dict[str, Any] = {"languages": speaks, "traits": list(read.traits), "choice": "self", "contact": "asker"}
    known["reach"] = "phone"  # as at the desk: what most people have, and nothing is sent without a number
    person = access.person()
    if person is not None:
        name = "asker_first_name" if checks.is_for_other(answers) else "first_name"
        known |= {name: person.first_name, "email": person.email or "", "phone": person.phone or ""}
        known["reach"] = "email" if person.email else "phone"
    return known
