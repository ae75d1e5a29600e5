"""Two people who share a mailbox: who is it that came in? And two names that turn out to be one person."""

from datetime import datetime, timedelta

from flask import flash, redirect, render_template, request, session, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from models.operations import joining, sign_in
from models.permissions import Permission
from models.queries import people as queries
from models.tables import Person
from web import access, limits
from web.access import needs, safe_target
from web.forms import attempt
from web.limits import limiter
from web.people import pages
from web.people.entering import BY_MAIL, enter
from web.runtime import now
from web.transaction import db

Answer = str | Response

_CAME_IN = "came_in"
"""In the cookie until they say who they are: whose account the mailbox opened, and until when that counts."""
_TIME_TO_SAY = timedelta(minutes=10)


def come_in(who: Person, target: str | None) -> Response:
    """Begin the session of who came in by mail; where it may be somebody else's address too, ask who it is first."""
    if not joining.may_be_others(db(), who):
        return enter(who, target, by_mail=True)
    session[_CAME_IN] = [who.id, (now() + _TIME_TO_SAY).isoformat()]
    return redirect(url_for("people.which", next=safe_target(target)), 303)


@pages.get("/<community>/sign-in/who")
@needs(Permission.PUBLIC)
def which() -> Answer:
    """Ask who it is."""
    proven = _who_came_in()
    if proven is None:
        return redirect(url_for("people.sign_in"), 303)
    target = safe_target(request.args.get("next")) or ""
    everybody = [proven, *joining.may_be_others(db(), proven)]
    return render_template("people/which.html", everybody=everybody, target=target)


@pages.post("/<community>/sign-in/who")
@limiter.limit(limits.SIGNING_IN)
@needs(Permission.PUBLIC)
def choose() -> Response:
    """Come in as the one who was chosen."""
    proven, chosen = _who_came_in(), _number(request.form.get("person", ""))
    if proven is None:
        return redirect(url_for("people.sign_in"), 303)
    who = sign_in.enter_as(db(), proven, chosen, now=now())
    return enter(who, request.form.get("next"), by_mail=True)


@pages.get("/<community>/account/also")
@needs(Permission.SELF)
def also() -> Answer:
    """Show who else stands under my address."""
    others = others_of(access.signed_in_person())
    return render_template("people/also.html", others=others) if others else redirect(url_for("people.account"), 303)


@pages.post("/<community>/account/also")
@needs(Permission.SELF)
def join() -> Response:
    """That is me too: one person from now on."""
    who, wanted = access.signed_in_person(), _number(request.form.get("person", ""))
    other = next((one for one in others_of(who) if one.id == wanted), None)
    if other is not None:  # else a second click
        with attempt() as tried:
            joining.join(db(), other, who, actor=access.actor(), now=now())
        if tried.done:
            flash(_("It stands together now, on this page."), "good")
    return redirect(url_for("people.account"), 303)


def others_of(who: Person) -> list[Person]:
    """Give who else has this address, for a browser that came in by its mail: a password says nothing about that."""
    return queries.sharing(db(), who) if session.get(BY_MAIL) else []


def _who_came_in() -> Person | None:
    kept = session.get(_CAME_IN)
    if not kept or datetime.fromisoformat(kept[1]) < now():
        return None
    found = queries.by_id(db(), kept[0])
    return found if found is not None and found.erased_at is None else None


def _number(typed: str) -> int:
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 10 else 0
