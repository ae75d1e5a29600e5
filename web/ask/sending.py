"""Checking and sending: a request is made of the answers, and the page to keep is shown."""

from flask import flash, redirect, url_for
from flask_babel import gettext as _

from models.delays import today
from models.errors import Invalid, StaleState
from models.health import names_an_illness
from models.operations import asking, following, requests
from models.permissions import Permission
from models.queries import communities
from models.states import REQUEST_FINAL
from models.tables import HelpRequest
from models.working_days import promised_day
from web import access, limits
from web.access import needs
from web.ask import answers as lines
from web.ask import checks, draft, pages
from web.ask.flow import Page, already_sent, page, unfinished
from web.ask.forms import SendForm
from web.limits import limiter
from web.runtime import now, runtime
from web.transaction import db
from web.words import day_in_words


@pages.get("/<community>/ask/check")
@needs(Permission.PUBLIC)
def check() -> Page:
    """Read everything once more before it is sent."""
    answers = draft.answers()
    return already_sent() or unfinished(answers) or _check_page(SendForm(), answers)


@pages.post("/<community>/ask/check")
@limiter.limit(limits.MESSAGES)
@needs(Permission.PUBLIC)
def send() -> Page:
    """Send the request; a second click finds the same one."""
    row, answers = draft.current(), draft.answers()
    onward = already_sent() or unfinished(answers)
    if onward is not None or row is None:
        return onward or redirect(url_for("ask.start"), 303)
    form = SendForm()
    try:
        with db().begin_nested():
            asking.submit(db(), row, lines.request_form(answers), actor=access.actor(), now=now())
    except Invalid as error:
        form.refuse(error)
        return _check_page(form, answers, 422)
    except StaleState:
        db().refresh(row)  # the same form came in twice at one moment; the other one was sent
    return redirect(url_for("ask.done"), 303)


def _check_page(form: SendForm, answers: checks.Answers, status: int = 200) -> Page:
    return page(
        "ask/check.html",
        status,
        form=form,
        rows=lines.rows(answers),
        other=checks.is_for_other(answers),
        you=answers["you"],
        health=names_an_illness(lines.own_words(answers)),
        back=url_for("ask.you"),
    )


@pages.get("/<community>/ask/done")
@needs(Permission.PUBLIC)
def done() -> Page:
    """To keep: the number, the code, the link, what happens when, whom to call."""
    row = draft.sent()
    if row is None or row.state in REQUEST_FINAL or row.submitted_at is None:
        return redirect(url_for("ask.start"), 303)
    here = access.community()
    if row.community_id != here.id:
        there = communities.by_id(db(), row.community_id or 0)
        return redirect(url_for("ask.done", community=there.slug if there else here.slug), 303)
    return page(
        "ask/done.html",
        row=row,
        today=today(row.submitted_at, here.timezone),
        day_in_words=day_in_words,
        code=_grouped(runtime().tokens.request_code(_id(row), row.link_version)),
        link=_private_link(row),
        site=runtime().settings.base_url + url_for("follow.start"),
        promised=promised_day(row.submitted_at, here.promised_working_days, here.timezone),
        meeting_places=communities.meeting_places(db(), here.id or 0) if row.reach == "visit" else [],
    )


def _private_link(row: HelpRequest) -> str:
    # Who typed an address is not yet whose it is.
    who = access.person()
    known = not following.needs_mail(db(), row) or (who is not None and who.id == row.contact_id)
    token = runtime().tokens.request_link(_id(row), row.link_version, by_mail=known)
    return runtime().settings.base_url + url_for("follow.show", token=token)


def _grouped(code: str) -> str:
    """Write a code in groups of four, as people read it aloud."""
    return " ".join(code[start : start + 4] for start in range(0, len(code), 4))


# ---- anew ------------------------------------------------------------------------------------------------------------


@pages.get("/<community>/ask/again")
@needs(Permission.PUBLIC)
def again() -> Page:
    """Ask whether everything may be thrown away."""
    return page("ask/again.html") if draft.answers() else redirect(url_for("ask.start"), 303)


@pages.post("/<community>/ask/again")
@needs(Permission.PUBLIC)
def begin_again() -> Page:
    """Throw the draft away, words and all, and begin anew."""
    row = draft.current()
    if row is not None and draft.is_draft(row):
        requests.forget_draft(db(), row, now=now())
        flash(_("Your answers are gone. You can begin again."), "good")
    draft.forget()
    return redirect(url_for("ask.start"), 303)


@pages.post("/<community>/ask/close")
@needs(Permission.PUBLIC)
def close() -> Page:
    """Leave nothing behind on a computer that others use too; the request itself goes on."""
    draft.forget()
    flash(_("This computer no longer shows your request. Keep your number and code."), "good")
    return redirect(url_for("home.community"), 303)


def _id(row: HelpRequest) -> int:
    assert row.id is not None, "the row was saved"
    return row.id
