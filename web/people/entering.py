"""A browser's session: how it begins, where somebody lands, and what is left when they go."""

from flask import redirect, session, url_for
from flask_login import login_user, logout_user
from werkzeug.wrappers import Response

from models.operations import people
from models.permissions import administers, coordinates
from models.queries import people as queries
from models.queries import volunteers
from models.tables import Person
from web import access
from web.access import SignedIn, safe_target
from web.transaction import db

BY_MAIL = "by_mail"
"""In the cookie of who came in with a mailed code or link, and so reads the mail of their address."""
KEPT = ("language", "ask", "asked")
"""What stays in the cookie at sign-in: the language, and the keys of what this browser asks and asked."""


def enter(who: Person, target: str | None, *, by_mail: bool = False) -> Response:
    """Begin a new session of this person in this browser, and go where they were going."""
    kept = {name: session[name] for name in KEPT if name in session}
    session.clear()
    session.update(kept)
    if by_mail:
        session[BY_MAIL] = True
    login_user(SignedIn(who))
    # Who works at a desk comes in anew each day; a phone at home stays signed in.
    session.permanent = not queries.roles(db(), who.id or 0)
    return redirect(safe_target(target) or landing(who), 303)


def forget_browser() -> None:
    """Leave nothing but the language in this browser's cookie."""
    language = session.get("language")
    logout_user()
    session.clear()
    if language:
        session["language"] = language


def landing(who: Person) -> str:
    """Give where somebody goes who was going nowhere."""
    here = access.community().id
    actor = people.actor_of(db(), who)
    if coordinates(actor, here):
        return url_for("desk.today")
    if administers(actor, here):
        return url_for("administer.index")
    if volunteers.of_person(db(), who.id, here) is not None:
        return url_for("volunteer.home")
    return url_for("people.account")
