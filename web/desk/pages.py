"""The family's blueprint, and what all its pages share: the tabs on top and who is told something."""

from typing import Any

from flask import Blueprint, request, url_for
from flask_babel import gettext as _

from models.errors import NotFound
from models.tables import Person

pages = Blueprint("desk", __name__)

# Endpoint of a tab -> the other endpoints that stand under it.
_UNDER = {
    "desk.today": (),
    "desk.requests": ("desk.request", "desk.letter", "desk.print"),
    "desk.matches": ("desk.match", "desk.appointment"),
    "desk.volunteers": ("desk.volunteer", "desk.map"),
    "desk.calls": ("desk.call",),
    "desk.signals": ("desk.signal",),
    "desk.intake": ("desk.intake", "desk.noted"),
}


@pages.context_processor
def _for_every_page() -> dict[str, Any]:
    return {"desk_tabs": _tabs()}


def _tabs() -> list[dict[str, Any]]:
    words = {
        "desk.today": _("Today"),
        "desk.requests": _("Help requests"),
        "desk.matches": _("Matches"),
        "desk.volunteers": _("Volunteers"),
        "desk.calls": _("Call list"),
        "desk.signals": _("Signals"),
        "desk.intake": _("Write down a call"),
    }
    here = request.endpoint or ""
    return [
        {"url": url_for(endpoint), "text": words[endpoint], "current": _is_under(here, endpoint, under)}
        for endpoint, under in _UNDER.items()
    ]


def _is_under(here: str, endpoint: str, under: tuple[str, ...]) -> bool:
    return here == endpoint or any(here == one or here.startswith(f"{one}_") for one in under)


def told(*people: Person) -> str:
    """Say in a sentence each how these people hear of it: by mail, or by the call list."""
    sentences = []
    for who in {person.id: person for person in people}.values():
        if who.erased_at is not None:
            continue
        if who.email and who.no_messages_at is None:
            sentences.append(_("%(name)s gets an e-mail about it.", name=who.first_name))
        else:
            sentences.append(_("%(name)s gets no e-mail: the call list says to call.", name=who.first_name))
    return " ".join(sentences)


def page_number() -> int:
    """Give the page of a list that was asked for, from 1; anything that is no page is the first one.

    Raises
    ------
    NotFound
        For a number that no list reaches.
    """
    typed = request.args.get("page", "1")
    if not (typed.isascii() and typed.isdigit()):
        return 1
    if len(typed) > 6:
        raise NotFound
    return max(1, int(typed))


def page_count(total: int, size: int) -> int:
    """Give how many pages a list of ``total`` lines has, at least 1."""
    return max(1, -(-total // size))
