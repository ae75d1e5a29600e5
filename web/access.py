"""Who may use a route. Every route declares it with `needs`; one that does not is refused, and fails the build."""

from collections.abc import Callable
from functools import cache
from typing import Any, TypeVar, cast
from urllib.parse import urlsplit

from flask import Flask, abort, current_app, flash, g, redirect, request, url_for
from flask_babel import gettext as _
from flask_login import UserMixin, current_user
from werkzeug.wrappers import Response

from models.actor import NOBODY, Actor
from models.operations import people
from models.permissions import Permission, administers, coordinates
from models.queries import communities as community_queries
from models.queries import people as people_queries
from models.queries import volunteers as volunteer_queries
from models.tables import Community, Person, Volunteer
from web.transaction import db

View = TypeVar("View", bound=Callable[..., Any])
_ATTRIBUTE = "noaber_access"

# Pages that hold nothing about a person; all others are never kept by a browser or proxy.
OPEN_TO_ALL = frozenset({Permission.PUBLIC})


def needs(permission: Permission, *, writes: bool = False) -> Callable[[View], View]:
    """Declare who may use a route.

    Parameters
    ----------
    permission : Permission
        What the visitor must be able to do in the community of the address; the object itself is checked again in
        the operation.
    writes : bool
        A GET that must write down that somebody looked.
    """

    def declare(view: View) -> View:
        setattr(view, _ATTRIBUTE, (permission, writes))
        return view

    return declare


def declared(app: Flask, endpoint: str) -> Permission | None:
    """Give what a route declared; None: nothing, so that nobody gets in."""
    view = app.view_functions[endpoint]
    found = getattr(view, _ATTRIBUTE, None)
    return found[0] if found else None


class SignedIn(UserMixin):
    """The person behind this browser, as Flask-Login wants them."""

    def __init__(self, person: Person) -> None:
        self.person = person

    def get_id(self) -> str:
        """Give what the cookie holds: who, and which version of their session."""
        return f"{self.person.id}:{self.person.session_version}"


def load_signed_in(kept: str) -> SignedIn | None:
    """Find the person of a cookie; None once that session was ended, and where the database failed us."""
    if g.get("session_failed"):
        return None
    person_id, _colon, version = kept.partition(":")
    if not (person_id.isascii() and person_id.isdigit() and version.isascii() and version.isdigit()):
        return None
    if len(person_id) > 18 or len(version) > 9:
        return None
    person = people_queries.signed_in(db(), int(person_id), int(version))
    return SignedIn(person) if person else None


def init_app(app: Flask) -> None:
    """Find the community of the address and check the declaration before any view runs."""

    @app.url_value_preprocessor
    def _community(endpoint: str | None, values: dict[str, Any] | None) -> None:
        g.community = None
        slug = (values or {}).pop("community", None)
        if slug is not None and endpoint != "static":
            g.community_slug = slug

    @app.url_defaults
    def _same_community(endpoint: str, values: dict[str, Any]) -> None:
        here: Community | None = g.get("community")
        if here and "community" not in values and _of_a_community(endpoint):
            values["community"] = here.slug

    @cache  # a page makes sixty addresses, and routes do not change
    def _of_a_community(endpoint: str) -> bool:
        return endpoint in app.view_functions and app.url_map.is_endpoint_expecting(endpoint, "community")

    @app.before_request
    def _check() -> Response | None:
        endpoint = request.endpoint
        if endpoint is None or endpoint == "static":
            return None
        permission, g.writes = getattr(current_app.view_functions[endpoint], _ATTRIBUTE, (None, False))
        slug = g.pop("community_slug", None)
        if slug is not None:
            g.community = community_queries.by_slug(db(), slug) if len(slug) <= 40 else None
            if g.community is None:
                abort(404)
        g.open_to_all = permission in OPEN_TO_ALL
        if permission is None:
            abort(403)
        return _refuse(permission)


def _refuse(permission: Permission) -> Response | None:
    if permission in (Permission.PUBLIC, Permission.REQUEST_FOLLOW):
        return None  # the private link itself is the right; the view reads it
    if not current_user.is_authenticated:
        return ask_to_sign_in()
    here = g.community.id if g.community else None
    if permission in (Permission.DESK_SEE, Permission.DESK_WORK) and not coordinates(actor(), here):
        abort(403)
    if permission is Permission.COMMUNITY_ADMINISTER and not administers(actor(), here):
        abort(403)
    if permission is Permission.VOLUNTEER_SELF and own_volunteer() is None:
        flash(_("You are not a volunteer here yet. You can offer your help."), "info")
        return redirect(url_for("offer.start"))
    return None


def ask_to_sign_in() -> Response:
    """Send to the sign-in page, and back here afterwards."""
    target = request.full_path.rstrip("?") if request.method == "GET" else None
    community = g.community or next(iter(community_queries.all_communities(db())), None)
    if community is None:
        abort(404)
    return redirect(url_for("people.sign_in", community=community.slug, next=target))


def person() -> Person | None:
    """Give the person who is signed in."""
    return cast(SignedIn, current_user).person if current_user.is_authenticated else None


def signed_in_person() -> Person:
    """Give the person who is signed in, on a route that needs one."""
    found = person()
    assert found is not None, "the route declares that it needs somebody signed in"
    return found


def actor() -> Actor:
    """Give who acts in this request."""
    if "actor" not in g:
        who = person()
        g.actor = people.actor_of(db(), who) if who else NOBODY
    return cast(Actor, g.actor)


def community() -> Community:
    """Give the community of the address, on a route that has one."""
    assert g.community is not None, "the route has a community in its address"
    return cast(Community, g.community)


def own_volunteer() -> Volunteer | None:
    """Give the signed-in person's offer of help here."""
    if "own_volunteer" not in g:
        who = person()
        here = g.community
        g.own_volunteer = volunteer_queries.of_person(db(), who.id, here.id) if who and here else None
    return cast(Volunteer | None, g.own_volunteer)


def safe_target(target: str | None) -> str | None:
    """Give a redirect target if it is a path of ours, else None."""
    if not target or not target.startswith("/") or target.startswith(("//", "/\\")):
        return None
    if any(c in target for c in "\\\r\n\t\0") or not target.isprintable():
        return None
    parts = urlsplit(target)
    return target if not parts.scheme and not parts.netloc else None
