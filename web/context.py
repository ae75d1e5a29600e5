"""What every template knows: the community, the language, who looks, and where they can go."""

from dataclasses import dataclass
from typing import Any

from flask import Flask, g, request, url_for
from flask_babel import gettext as _

from models.catalogue import direction
from models.permissions import administers, coordinates
from models.values import phone_as_read
from web import access, i18n, words
from web.runtime import runtime


@dataclass(frozen=True, slots=True)
class Me:
    """What the visitor is in this community."""

    is_signed_in: bool = False
    is_volunteer: bool = False
    is_coordinator: bool = False
    is_administrator: bool = False


def init_app(app: Flask) -> None:
    """Give the variables to every template, and what writes dates, quotations and numbers."""
    dates = (words.when_in_words, words.day_in_words, words.moment_in_words, words.days_ago)
    for write in (*dates, words.as_written, phone_as_read):
        app.add_template_filter(write)

    @app.context_processor
    def _variables() -> dict[str, Any]:
        who = me()
        return {
            "community": g.get("community"),
            "languages": i18n.languages_here(),
            "language": i18n.language(),
            "direction": direction(i18n.language()),
            "demo": runtime().settings.demo,
            "source_url": runtime().settings.source_url,
            "me": who,
            "navigation": navigation(who),
        }


def me() -> Me:
    """Give what the visitor is here; nobody, where an error came before we could know."""
    if g.get("session_failed"):
        return Me()
    who = access.person()
    here = g.get("community")
    if who is None:
        return Me()
    if here is None:
        return Me(is_signed_in=True)
    return Me(
        is_signed_in=True,
        is_volunteer=access.own_volunteer() is not None,
        is_coordinator=coordinates(access.actor(), here.id),
        is_administrator=administers(access.actor(), here.id),
    )


def navigation(who: Me) -> list[tuple[str, str, bool]]:
    """Give the menu as (address, label, is it this page)."""
    if g.get("community") is None:
        return []
    items = [("browse.index", _("Requests"))]
    if who.is_volunteer:
        items = [("browse.for_me", _("For me")), ("volunteer.home", _("My help"))]
    if who.is_signed_in:
        items.append(("people.account", _("My page")))
    if who.is_coordinator:
        items.insert(0, ("desk.today", _("Desk")))
    if who.is_administrator:
        items.append(("administer.index", _("Settings")))
    if not who.is_signed_in:
        items.append(("follow.start", _("Follow my request")))
    family = (request.blueprint or "") if request else ""
    return [
        (url_for(endpoint), label, endpoint.split(".")[0] == family and _is_here(endpoint, family))
        for endpoint, label in items
    ]


def _is_here(endpoint: str, family: str) -> bool:
    # A family with two doors in the menu marks the one that is open; others mark the whole family.
    return request.endpoint == endpoint if family == "browse" else True
