"""What a coordinator does with a request: open it to volunteers, ask back, refer, close, hold, take back."""

from collections.abc import Callable
from datetime import date

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from models import values
from models.operations import requests as operations
from models.operations.offers import whole_number
from models.permissions import Permission
from models.tables import HelpRequest
from web import access
from web.access import needs
from web.desk import request_page, steps, words
from web.desk.forms import ActionForm, PublishForm
from web.desk.pages import pages, told
from web.forms import attempt
from web.runtime import now
from web.transaction import db
from web.words import today_here


@pages.post("/<community>/desk/requests/<int:request_id>/publish", endpoint="request_publish")
@needs(Permission.DESK_WORK)
def publish(request_id: int) -> Response | tuple[str, int]:
    """Open a request to volunteers."""
    found, form = request_page.asked(request_id), PublishForm()
    with attempt(form) as tried:
        operations.publish(
            db(),
            found.request,
            summary=form.summary.data or "",
            kinds=form.kinds.data or [],
            urgency=form.urgency.data or "",
            people_wanted=whole_number("people_wanted", form.people_wanted.data or "", 1, operations.MAX_PEOPLE),
            actor=access.actor(),
            now=now(),
        )
    if tried.done:
        flash(_("The request is open. Volunteers can see it now.") + " " + told(found.contact), "good")
        return redirect(url_for("desk.request", request_id=request_id), 303)
    if form.errors:
        return request_page.page(found, publish=form), 422
    return redirect(url_for("desk.request", request_id=request_id), 303)


# ---- the smaller steps -----------------------------------------------------------------------------------------------

_NAMES = "ask,answer,refer,close,hold,withdraw,summary"


@pages.route(
    f"/<community>/desk/requests/<int:request_id>/<any({_NAMES}):name>",
    methods=["GET", "POST"],
    endpoint="request_action",
)
@needs(Permission.DESK_WORK)
def act(request_id: int, name: str) -> Response | str | tuple[str, int]:
    """Ask for the reason, say what happens, and do it."""
    found, action = request_page.asked(request_id), steps.ACTIONS[name]
    row, form = found.request, ActionForm()
    if not steps.fits(name, action, row.state):
        flash(_("This request has changed meanwhile. You see here how it stands now."), "watch")
        return redirect(url_for("desk.request", request_id=request_id), 303)
    form.text.label.text, form.text.description = str(action.label), str(action.help)
    if request.method == "GET" and name == "summary":
        form.text.data = row.summary
    if request.method == "POST":
        with attempt(form, **{action.field: "text", "hold_until": "until"}) as tried:
            _do(name, row, form)
        if tried.done:
            flash(str(action.done) + (" " + told(found.contact) if action.tells else ""), "good")
            return redirect(url_for("desk.request", request_id=request_id), 303)
        if not form.errors:
            return redirect(url_for("desk.request", request_id=request_id), 303)
    page = render_template(
        "desk/act.html",
        form=form,
        action=action,
        title=str(action.title),
        explains=str(action.explains),
        button=str(action.button),
        has_text=True,
        quote=row.text,
        about=f"{row.reference} · {found.resident.first_name} · {words.kind_names(row.kinds)}",
        back=url_for("desk.request", request_id=request_id),
        tells=told(found.contact) if action.tells else "",
        hours=False,
        asks_still_wanted=False,
    )
    return (page, 422) if form.errors else page


def _do(name: str, row: HelpRequest, form: ActionForm) -> None:
    said, actor = form.text.data or "", access.actor()
    simple: dict[str, Callable[..., None]] = {
        "ask": operations.ask_back,
        "answer": operations.answer,
        "refer": operations.refer,
        "close": operations.close,
        "withdraw": operations.withdraw,
        "summary": operations.change_summary,
    }
    if name == "hold":
        operations.hold(db(), row, _day(form.until.data), said, actor=actor, now=now())
    else:
        simple[name](db(), row, said, actor=actor, now=now())


def _day(typed: str | None) -> date | None:
    return values.day("hold_until", typed, today=today_here()) if typed and typed.strip() else None


@pages.post("/<community>/desk/requests/<int:request_id>/resume", endpoint="request_resume")
@needs(Permission.DESK_WORK)
def resume(request_id: int) -> Response:
    """Take up a request again that was put aside."""
    found = request_page.asked(request_id)
    with attempt() as tried:
        operations.resume(db(), found.request, actor=access.actor(), now=now())
    if tried.done:
        flash(_("The request is open again. Volunteers can see it."), "good")
    return redirect(url_for("desk.request", request_id=request_id), 303)


@pages.post("/<community>/desk/requests/<int:request_id>/still-wanted", endpoint="request_still_wanted")
@needs(Permission.DESK_WORK)
def still_wanted(request_id: int) -> Response:
    """Note that the help is still wanted."""
    found = request_page.asked(request_id)
    with attempt() as tried:
        operations.still_wanted(db(), found.request, actor=access.actor(), now=now())
    if tried.done:
        flash(_("Written down: the help is still wanted."), "good")
    return redirect(url_for("desk.request", request_id=request_id), 303)
