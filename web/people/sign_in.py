"""Coming in with a mailed code or link, or with a password, and going out again."""

from datetime import datetime
from typing import cast
from urllib.parse import urlsplit

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from models.errors import NotFound, TooMany
from models.operations import sign_in as operations
from models.permissions import Permission
from models.queries import communities, demo
from web import access, limits
from web.access import needs, safe_target
from web.forms import attempt
from web.limits import limiter
from web.people import pages
from web.people.entering import enter, forget_browser, landing
from web.people.forms import CodeForm, EmailForm, PasswordForm
from web.people.mailbox import come_in
from web.runtime import now, runtime
from web.transaction import db
from web.words import clock_in_words

Answer = str | Response | tuple[str, int]


@pages.get("/<community>/sign-in")
@needs(Permission.PUBLIC)
def sign_in() -> Answer:
    """Ask for an e-mail address."""
    who = access.person()
    if who is not None:
        return redirect(safe_target(request.args.get("next")) or landing(who), 303)
    form = EmailForm()
    form.next.data = safe_target(request.args.get("next")) or ""
    return _page(form)


@pages.post("/<community>/sign-in")
@limiter.limit(limits.CODES)
@needs(Permission.PUBLIC)
def send_code() -> Answer:
    """Mail a code if we know the address; the same page follows in any case."""
    form = EmailForm()
    with attempt(form) as tried:
        operations.ask_code(db(), form.email.data or "", community=access.community(), now=now())
    if not tried.done:
        return _page(form), 422
    return render_template("people/code.html", form=CodeForm(), sent=True)


@pages.get("/<community>/sign-in/code")
@needs(Permission.PUBLIC)
def code() -> str:
    """Type the digits in another browser than the one that asked for them."""
    return render_template("people/code.html", form=CodeForm(), sent=False)


@pages.post("/<community>/sign-in/code")
@limiter.limit(limits.SIGNING_IN)
@needs(Permission.PUBLIC)
def use_code() -> Answer:
    """Come in with the digits."""
    form = CodeForm()
    try:
        who = operations.use_digits(
            db(), form.email.data or "", form.digits.data or "", tokens=runtime().tokens, now=now()
        )
    except NotFound:
        # Returned and not raised: the wrong try that was counted is committed.
        form.digits.errors = [_("These digits do not work. Look in the newest mail, or ask for new digits.")]
        return render_template("people/code.html", form=form, sent=bool(form.email.data)), 422
    return come_in(who, form.next.data)


@pages.get("/<community>/sign-in/password")
@needs(Permission.PUBLIC)
def password() -> str:
    """Ask for a password."""
    form = PasswordForm()
    form.next.data = safe_target(request.args.get("next")) or ""
    return render_template("people/password.html", form=form)


@pages.post("/<community>/sign-in/password")
@limiter.limit(limits.SIGNING_IN)
@needs(Permission.PUBLIC)
def use_password() -> Answer:
    """Come in with a password."""
    form = PasswordForm()
    try:
        who = operations.check_password(db(), form.email.data or "", form.password.data or "", now=now())
    except TooMany as error:
        until = cast(datetime, error.details["until"])
        form.password.errors = [
            _("This was tried too often. Try again after %(time)s, or use a code.", time=clock_in_words(until))
        ]
        return render_template("people/password.html", form=form), 429
    except NotFound:
        form.password.errors = [_("This address and this password do not belong together.")]
        return render_template("people/password.html", form=form), 422
    return enter(who, form.next.data)


@pages.get("/<community>/sign-in/<token>")
@needs(Permission.PUBLIC)
def link(token: str) -> Answer:
    """Open a mailed link: a page with a button. Nothing happens yet, for mail programs open links too."""
    if not operations.look_at_link(db(), token, tokens=runtime().tokens, now=now()):
        return render_template("people/link_gone.html"), 404
    return render_template("people/link.html", token=token)


@pages.post("/<community>/sign-in/<token>")
@limiter.limit(limits.SIGNING_IN)
@needs(Permission.PUBLIC)
def use_link(token: str) -> Answer:
    """Come in with a mailed link."""
    try:
        who = operations.use_link(db(), token, tokens=runtime().tokens, now=now())
    except NotFound:
        return render_template("people/link_gone.html"), 404
    return come_in(who, None)


@pages.post("/<community>/sign-in/try/<int:person_id>")
@limiter.limit(limits.SIGNING_IN)
@needs(Permission.PUBLIC)
def try_as(person_id: int) -> Response:
    """In the demonstration alone: come in as one of its invented people with one click."""
    who = demo.person_to_try(db(), person_id) if is_demo() else None
    if who is None:
        raise NotFound
    return enter(who, request.form.get("next"))


@pages.post("/sign-out")
@needs(Permission.PUBLIC)
def sign_out() -> Response:
    """Go out; on a shared computer nothing of this person stays, not even what they were writing."""
    community = _last_community()
    forget_browser()
    flash(_("You are signed out."), "good")
    return redirect(url_for("home.community", community=community) if community else url_for("home.index"), 303)


def is_demo() -> bool:
    """Whether anybody may come in as one of the invented people."""
    settings = runtime().settings
    return settings.demo and not settings.production


def _page(form: EmailForm) -> str:
    here = access.community()
    to_try = demo.people_to_try(db(), here) if is_demo() else []
    return render_template("people/sign_in.html", form=form, to_try=to_try)


def _last_community() -> str | None:
    slug = urlsplit(request.referrer or "").path.strip("/").split("/")[0]
    found = communities.by_slug(db(), slug) if 0 < len(slug) <= 40 else None
    return found.slug if found else None
