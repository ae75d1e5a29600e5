"""Signals: what a human must look at, and what was done about it."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from models.errors import NotFound
from models.operations import calls
from models.permissions import Permission
from models.queries import desk_items
from models.queries.desk import CARE_SIGNALS, place_of
from models.queries.desk_items import SignalItem
from web import access
from web.access import needs
from web.desk import contact, words
from web.desk.forms import NoteForm
from web.desk.pages import pages
from web.forms import attempt
from web.runtime import now
from web.transaction import db
from web.words import days_ago, moment_in_words

ROWS = 30
"""How many of the others stand below the one that is up."""


@pages.get("/<community>/desk/signals", endpoint="signals")
@needs(Permission.DESK_WORK, writes=True)
def show_list() -> str:
    """Show what to look at: one open, the others below it; worries about people first."""
    return _page(NoteForm())


def _page(form: NoteForm, chosen: int | None = None) -> str:
    items = desk_items.open_signals(db(), access.community().id)
    items.sort(key=lambda item: place_of(item.signal.kind))
    typed = request.args.get("signal", "")
    if chosen is None and typed.isascii() and typed.isdigit() and len(typed) < 10:
        chosen = int(typed)
    current = next((item for item in items if item.signal.id == chosen), items[0] if items else None)
    if current is not None and _wants_a_call(current):
        contact.write_down(current.person)
    form.note.label.text = _("What was done?")
    form.note.description = _("In a few words, for your colleagues.")
    return render_template(
        "desk/signals.html",
        form=form,
        current=_open(current) if current is not None else None,
        rows=[_row(item) for item in items if item is not current][:ROWS],
        more=max(0, len(items) - 1 - ROWS),
        total=len(items),
        stay_at=url_for("desk.signals"),
    )


def _wants_a_call(item: SignalItem) -> bool:
    return item.signal.kind in CARE_SIGNALS and item.person is not None and item.person.erased_at is None


def _open(item: SignalItem) -> dict[str, Any]:
    signal, person, row = item.signal, item.person, item.request
    links = []
    if row is not None:
        links.append((url_for("desk.request", request_id=row.id), _("To the request"), row.reference))
    if signal.match_id is not None:
        links.append((url_for("desk.match", match_id=signal.match_id), _("To the match"), ""))
    call = _wants_a_call(item)
    return {
        "id": signal.id,
        "title": words.signal_words(signal.kind),
        "care": signal.kind in CARE_SIGNALS,
        "advice": str(words.ADVICE.get(signal.kind, "")),
        "name": f"{person.first_name} {person.last_name}".strip() if person is not None else "",
        "phone": (person.phone or "") if call and person is not None else "",
        "email": (person.email or "") if call and person is not None else "",
        "note": signal.note,
        "about": words.kind_names(row.kinds) if row is not None else "",
        "when": moment_in_words(signal.created_at),
        "links": links,
    }


def _row(item: SignalItem) -> dict[str, Any]:
    signal, row = item.signal, item.request
    name = item.person.first_name if item.person is not None else ""
    return {
        "url": url_for("desk.signals", signal=signal.id),
        "title": " · ".join(part for part in (words.signal_words(signal.kind), name) if part),
        "text": f"{words.kind_names(row.kinds)} ({row.reference})" if row is not None else None,
        "kind": row.kinds[0] if row is not None and row.kinds and signal.kind not in CARE_SIGNALS else None,
        "icon": "warning" if signal.kind in CARE_SIGNALS else "help",
        "tag": (_("Worry"), "watch") if signal.kind in CARE_SIGNALS else None,
        "when": days_ago(signal.created_at),
    }


@pages.post("/<community>/desk/signals/<int:signal_id>", endpoint="signal_handled")
@needs(Permission.DESK_WORK)
def handle(signal_id: int) -> Response | tuple[str, int]:
    """Write down that somebody looked, and what was done."""
    signal = desk_items.signal_by_id(db(), signal_id)
    if signal is None or signal.community_id != access.community().id:
        raise NotFound
    form = NoteForm()
    with attempt(form) as tried:
        calls.handle_signal(db(), signal, form.note.data or "", actor=access.actor(), now=now())
    if form.errors:
        return _page(form, signal_id), 422
    if tried.done:
        flash(_("Written down. This signal is handled."), "good")
    return redirect(url_for("desk.signals"), 303)
