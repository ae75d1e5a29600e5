"""The call list: whom to call, what to say, and what came out of it."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from werkzeug.wrappers import Response

from models.errors import NotFound
from models.messages import rendering
from models.operations import calls
from models.permissions import Permission
from models.queries import desk_items
from models.queries.desk_items import CallItem
from web import access, i18n
from web.access import needs
from web.desk import contact, words
from web.desk.forms import NoteForm
from web.desk.pages import pages
from web.forms import attempt
from web.runtime import now
from web.transaction import db
from web.words import days_ago, today_here

# What may come out of a call -> its button, and whether that is the one to be seen first.
_BUTTONS: dict[str, tuple[Any, str]] = {
    "yes": (lazy_gettext("Yes"), "primary"),
    "good": (lazy_gettext("Good"), "primary"),
    "answered": (lazy_gettext("Write down the answer"), "primary"),
    "told": (lazy_gettext("Told"), "primary"),
    "no": (lazy_gettext("No"), "secondary"),
    "not_good": (lazy_gettext("Not good"), "secondary"),
    "call_me": (lazy_gettext("Wants to talk to somebody"), "secondary"),
    "no_answer": (lazy_gettext("Nobody answered, call again later"), "secondary"),
}
_DONE: dict[str, Any] = {
    "yes": lazy_gettext("Written down: %(name)s says yes."),
    "no": lazy_gettext("Written down: %(name)s says no."),
    "good": lazy_gettext("Written down: it went well for %(name)s."),
    "not_good": lazy_gettext("Written down. It stands among the signals now."),
    "call_me": lazy_gettext("Written down. It stands among the signals now."),
    "answered": lazy_gettext("The answer of %(name)s stands with the request now."),
    "told": lazy_gettext("%(name)s is told."),
    "no_answer": lazy_gettext("%(name)s stays on the list."),
}
ABOUT: dict[str, Any] = {
    "proposal_volunteer": lazy_gettext("Asked to help somebody"),
    "proposal_volunteer_reminder": lazy_gettext("Asked to help somebody"),
    "proposal_resident": lazy_gettext("A volunteer was found"),
    "proposal_resident_reminder": lazy_gettext("A volunteer was found"),
    "match_agreed": lazy_gettext("It is agreed"),
    "match_ended": lazy_gettext("It does not go on"),
    "match_not_chosen": lazy_gettext("Somebody else was chosen"),
    "match_completed": lazy_gettext("Thank you"),
    "appointment_planned": lazy_gettext("A new appointment"),
    "appointment_choice_reminder": lazy_gettext("Which moment suits?"),
    "appointment_choice_lapsed": lazy_gettext("No moment was chosen"),
    "appointment_moved": lazy_gettext("An appointment moved"),
    "appointment_cancelled": lazy_gettext("An appointment is cancelled"),
    "appointment_confirmed": lazy_gettext("An appointment suits"),
    "appointment_declined": lazy_gettext("No moment suits"),
    "appointment_series_ended": lazy_gettext("A weekly appointment stops"),
    "appointment_reminder": lazy_gettext("Reminder of tomorrow"),
    "check_in": lazy_gettext("How did it go?"),
    "pair_message": lazy_gettext("A message from the other"),
    "request_received": lazy_gettext("The request came in"),
    "request_link": lazy_gettext("The link to the request"),
    "request_question": lazy_gettext("We have a question"),
    "request_open": lazy_gettext("We are looking for somebody"),
    "request_referred": lazy_gettext("Somebody else helps better"),
    "request_closed": lazy_gettext("The request is closed"),
    "request_withdrawn": lazy_gettext("The request was taken back"),
    "request_no_match": lazy_gettext("Still nobody found"),
    "request_still_wanted": lazy_gettext("Is the help still wanted?"),
    "request_expired": lazy_gettext("The request is over"),
    "volunteer_received": lazy_gettext("Thank you for offering"),
    "volunteer_admitted": lazy_gettext("You can start"),
    "volunteer_stopped": lazy_gettext("The offer ends"),
}
WHY: dict[str, Any] = {
    "no_email": lazy_gettext("Gets no e-mail"),
    "failed": lazy_gettext("The e-mail did not arrive"),
    "in_doubt": lazy_gettext("Perhaps the e-mail did not arrive"),
    "no_answer": lazy_gettext("Did not answer our e-mails"),
    "paused": lazy_gettext("Is on a pause and gets no e-mail"),
}


ROWS = 30
"""How many of the others stand below the one that is up."""


@pages.get("/<community>/desk/calls", endpoint="calls")
@needs(Permission.DESK_WORK, writes=True)
def show_list() -> str:
    """Show whom to call: one open with its number and words, the others below it."""
    return _page(NoteForm())


def _page(form: NoteForm, chosen: int | None = None) -> str:
    items = desk_items.open_calls(db(), access.community().id, until=today_here())
    typed = request.args.get("call", "")
    if chosen is None and typed.isascii() and typed.isdigit() and len(typed) < 10:
        chosen = int(typed)
    # Who did not answer comes up again after all others.
    items.sort(key=lambda item: bool(item.call.outcome))
    current = next((item for item in items if item.call.id == chosen), items[0] if items else None)
    if current is not None:
        contact.write_down(current.person)
    return render_template(
        "desk/calls.html",
        form=form,
        current=_open(current) if current is not None else None,
        rows=[_row(item) for item in items if item is not current][:ROWS],
        more=max(0, len(items) - 1 - ROWS),
        total=len(items),
        stay_at=url_for("desk.calls"),
    )


def _open(item: CallItem) -> dict[str, Any]:
    call, person = item.call, item.person
    try:
        say = rendering.spoken(db(), call, i18n.language(), now=now())
    except rendering.Skip:
        say = ""
    except ValueError:  # nobody knows any more what it was about; the others on the list must still be called
        say = _("There is news for you. May I look it up and call you back?")
    match, row, possible = item.match, item.request, calls.outcomes(call.about)
    if match is not None:
        link = url_for("desk.match", match_id=match.id)
    else:
        link = url_for("desk.request", request_id=row.id) if row is not None else ""
    return {
        "id": call.id,
        "name": f"{person.first_name} {person.last_name}".strip(),
        "phone": person.phone or "",
        "about": str(ABOUT.get(call.about, _("News"))),
        "why": str(WHY.get(call.why, "")),
        "since": days_ago(call.created_at),
        "say": say,
        "link": link,
        "reference": row.reference if row is not None else "",
        "language": words.language_name(person.language) if person.language != i18n.language() else "",
        "tried": call.note if call.outcome else "",
        "was_tried": bool(call.outcome),
        "buttons": [(name, str(_BUTTONS[name][0]), _style(name, possible)) for name in possible],
    }


def _style(name: str, possible: tuple[str, ...]) -> str:
    """One button is to be seen first: that somebody was told, only where nothing was asked."""
    return "secondary" if name == calls.TOLD and calls.YES in possible else _BUTTONS[name][1]


def _row(item: CallItem) -> dict[str, Any]:
    call, row = item.call, item.request
    about = str(ABOUT.get(call.about, _("News")))
    return {
        "url": url_for("desk.calls", call=call.id),
        "title": f"{item.person.first_name} {item.person.last_name}".strip(),
        "text": f"{about} ({row.reference})" if row is not None else about,
        "kind": row.kinds[0] if row is not None and row.kinds else None,
        "tag": (_("Was called already"), "neutral") if call.outcome else None,
        "when": days_ago(call.created_at),
    }


@pages.post("/<community>/desk/calls/<int:call_id>", endpoint="call_outcome")
@needs(Permission.DESK_WORK)
def write_down(call_id: int) -> Response | tuple[str, int]:
    """Write down what came out of a call, do what was said, and go to the next."""
    call = desk_items.call_by_id(db(), call_id)
    if call is None or call.community_id != access.community().id:
        raise NotFound
    form, said = NoteForm(), request.form.get("outcome", "")
    name = next(
        (i.person.first_name for i in desk_items.open_calls(db(), call.community_id) if i.call.id == call_id), ""
    )
    with attempt(form, outcome="note") as tried:
        calls.outcome(db(), call, said, form.note.data or "", actor=access.actor(), now=now())
    if form.errors:
        return _page(form, call_id), 422
    if tried.done:
        flash(str(_DONE[said]) % {"name": name} if "%(name)s" in str(_DONE[said]) else str(_DONE[said]), "good")
    return redirect(url_for("desk.calls"), 303)
