"""Which mails somebody gets: on their own page, or with the link in a mail, without signing in."""

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from models.actor import Actor
from models.errors import NotFound
from models.mail_kinds import MailKind
from models.operations import mails as operations
from models.operations import people
from models.permissions import Permission
from web import access, limits
from web.access import needs, safe_target
from web.forms import attempt, csrf
from web.limits import limiter
from web.people import pages
from web.runtime import now, runtime
from web.transaction import db

Answer = str | Response | tuple[str, int]
_ONE_CLICK = "One-Click"
"""What a mail program sends under ``List-Unsubscribe`` when its own button is used (RFC 8058)."""


@pages.get("/<community>/account/mails")
@needs(Permission.SELF)
def mails() -> str:
    """Which mails I get, and how to stop them."""
    who = access.signed_in_person()
    return render_template("people/mails.html", who=who, choices=_choices())


@pages.post(f"/<community>/account/mails/<any({', '.join(MailKind)}):kind>")
@needs(Permission.SELF)
def choose_mails(kind: str) -> Response:
    """Stop one kind, or let it come again."""
    chosen = operations.choice(db(), access.signed_in_person(), access.community().id or 0, MailKind(kind))
    _choose(chosen, access.actor())
    return redirect(safe_target(request.form.get("next")) or url_for("people.mails"), 303)


@pages.post("/<community>/account/mails/stop")
@needs(Permission.SELF)
def stop_mails() -> Response:
    """No mail any more."""
    with attempt() as tried:
        people.stop_messages(db(), access.signed_in_person(), actor=access.actor(), now=now())
    if tried.done:
        flash(_("We do not mail you any more. If there is something to tell, we call you."), "good")
    return redirect(url_for("people.mails"), 303)


@pages.post("/<community>/account/mails/resume")
@needs(Permission.SELF)
def resume_mails() -> Response:
    """Mail again."""
    with attempt() as tried:
        people.resume_messages(db(), access.signed_in_person(), actor=access.actor(), now=now())
    if tried.done:
        flash(_("From now on we mail you again."), "good")
    return redirect(url_for("people.mails"), 303)


@pages.get("/<community>/mails/<mail_token>")
@needs(Permission.PUBLIC)
def mail_kind(mail_token: str) -> Answer:
    """Open the link in a mail: a page with a button. Nothing happens yet, for mail programs open links too."""
    chosen = _of_link(mail_token)
    if chosen is None:
        return render_template("people/mails_gone.html"), 404
    return render_template("people/mail_kind.html", chosen=chosen, token=mail_token)


@pages.post("/<community>/mails/<mail_token>")
@csrf.exempt  # of no use to a mail program; a browser is asked for it below
@limiter.limit(limits.POSTING)
@needs(Permission.PUBLIC)
def choose_mail_kind(mail_token: str) -> Answer:
    """Stop the mails of a link's kind, or let them come again: by the page's button, or from the mail program."""
    one_click = request.form.get("List-Unsubscribe", "").strip() == _ONE_CLICK
    if not one_click:
        csrf.protect()
    chosen = _of_link(mail_token)
    if chosen is None:
        return render_template("people/mails_gone.html"), 404
    if one_click:
        operations.choose(db(), chosen, False, actor=Actor(person_id=chosen.person.id), now=now())
        return Response(_("You do not get this mail any more."), mimetype="text/plain")
    _choose(chosen, Actor(person_id=chosen.person.id))
    return redirect(url_for("people.mail_kind", mail_token=mail_token), 303)


def _of_link(token: str) -> operations.Choice | None:
    try:
        found = operations.by_link(db(), token, tokens=runtime().tokens)
    except NotFound:
        return None
    return found if found.community_id == access.community().id else None


def _choices() -> list[operations.Choice]:
    who, here, found = access.signed_in_person(), access.community().id or 0, []
    for kind in MailKind:
        try:
            found.append(operations.choice(db(), who, here, kind))
        except NotFound:  # no offer, no weekly mail
            continue
    return found


def _choose(chosen: operations.Choice, actor: Actor) -> None:
    wanted = request.form.get("wants") == "1"
    with attempt() as tried:
        operations.choose(db(), chosen, wanted, actor=actor, now=now())
    if tried.done and not chosen.person.no_messages_at:  # else none comes either way, and the page says so
        flash(_("From now on you get this mail again.") if wanted else _("You do not get this mail any more."), "good")
