"""What every page of asking does: keep what was typed, say what is wrong, and lead on to the next question."""

from typing import Any

from flask import redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from models import kinds as kinds_of_help
from models.errors import StaleState
from models.queries import communities
from web import access, i18n
from web.ask import answers as lines
from web.ask import checks, draft
from web.ask.forms import KindsForm, YouForm
from web.forms import Form
from web.transaction import db
from web.words import today_here

Page = str | Response | tuple[str, int]
ENDPOINTS = {"words": "ask.start", **{step: f"ask.{step}" for step in (*checks.STEPS[1:], "check")}}
ORDER = (*checks.STEPS, "check")


def take(step: str, form: Form, said: dict[str, Any]) -> tuple[dict[str, Any], Response | None]:
    """Keep what was typed on a page; gives all answers, and where to go on, or None where something is wrong."""
    sent = already_sent() if step != "words" else None
    if sent is not None:
        return {}, sent
    try:
        answers = draft.keep(step, said)
    except StaleState:  # sent in another window a moment ago
        return {}, redirect(url_for("ask.done"), 303)
    # What was kept may be shorter or milder than what was typed; what was typed is what is checked.
    refused = checks.problems(step, {**answers, step: said})
    for error in refused:
        form.refuse(error)
    if refused:
        return {**answers, step: said}, None
    if request.args.get("check"):
        return answers, redirect(url_for("ask.check"), 303)
    return answers, redirect(url_for(ENDPOINTS[ORDER[ORDER.index(step) + 1]]), 303)


def show(step: str, form: Form, answers: checks.Answers, status: int = 200, **more: Any) -> Page:
    """Show a page with what stands in its form; what was answered before and is not right says so."""
    if request.method == "GET" and step in answers:
        for error in checks.problems(step, answers):
            form.refuse(error)
    other = checks.is_for_other(answers)
    if isinstance(form, YouForm):
        form.speak_of(other, lines.language_names(i18n.language()))
    more["today"] = today_here().isoformat()
    if isinstance(form, KindsForm):
        more |= {"groups": _groups(form), "written": bool(str(answers.get("words", {}).get("text", "")).strip())}
    if step == "you":
        more["meeting_places"] = communities.meeting_places(db(), access.community().id or 0)
    at = ORDER.index(step)
    before = url_for(ENDPOINTS[ORDER[at - 1]]) if at else url_for("home.community")
    back = url_for("ask.check") if request.args.get("check") else before
    return page(f"ask/{step}.html", status, form=form, back=back, other=other, begun=bool(answers), **more)


def _groups(form: KindsForm) -> list[tuple[str, list[str]]]:
    """Give the kinds that were not understood, under their headings."""
    rest = {slug for slug, _name in form.others.choices}
    found = [(heading, [slug for slug, _name in kinds if slug in rest]) for heading, kinds in kinds_of_help.grouped(_)]
    return [(heading, slugs) for heading, slugs in found if slugs]


def page(template: str, status: int = 200, **context: Any) -> Page:
    """Show a page."""
    body = render_template(template, **context)
    return body if status == 200 else (body, status)


def already_sent() -> Response | None:
    """Lead somebody who went back after sending to the same confirmation."""
    row = draft.current()
    if row is None or draft.is_draft(row):
        return None
    return redirect(url_for("ask.done"), 303)


def unfinished(answers: checks.Answers) -> Response | None:
    """Lead to the first page that still needs an answer; or to the community that serves the postcode."""
    step = checks.first_open(answers)
    if step is not None:
        nearly_done = all(step in answers for step in checks.STEPS)
        return redirect(url_for(ENDPOINTS[step], check=1 if nearly_done else None), 303)
    if checks.served_by(answers)[0].id != access.community().id:
        return redirect(url_for("ask.elsewhere"), 303)
    return None
