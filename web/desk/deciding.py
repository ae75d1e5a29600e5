"""What the desk decides about a volunteer: admit, a VOG seen, pause, stop, and whom they never meet again."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from werkzeug.wrappers import Response

from models import values
from models.errors import Invalid, NotFound
from models.operations import blocks, volunteers
from models.permissions import Permission
from models.queries import desk_volunteers
from models.queries import matches as match_queries
from models.tables import Person
from web import access
from web.access import needs
from web.desk import volunteers as volunteer_page
from web.desk.forms import ActionForm, BlockForm, VogForm
from web.desk.pages import pages, told
from web.forms import attempt
from web.runtime import now
from web.transaction import db
from web.words import today_here


@pages.post("/<community>/desk/volunteers/<int:volunteer_id>/admit", endpoint="volunteer_admit")
@needs(Permission.DESK_WORK)
def admit(volunteer_id: int) -> Response:
    """Let somebody who applied help here."""
    row, person = volunteer_page.found(volunteer_id)
    with attempt() as tried:
        volunteers.admit(db(), row, actor=access.actor(), now=now())
    if tried.done:
        flash(_("%(name)s can start.", name=person.first_name) + " " + told(person), "good")
    return redirect(url_for("desk.volunteer", volunteer_id=volunteer_id), 303)


@pages.post("/<community>/desk/volunteers/<int:volunteer_id>/resume", endpoint="volunteer_resume")
@needs(Permission.DESK_WORK)
def resume(volunteer_id: int) -> Response:
    """End a pause."""
    row, person = volunteer_page.found(volunteer_id)
    with attempt() as tried:
        volunteers.resume(db(), row, actor=access.actor(), now=now())
    if tried.done:
        flash(_("%(name)s is active again.", name=person.first_name), "good")
    return redirect(url_for("desk.volunteer", volunteer_id=volunteer_id), 303)


@pages.post("/<community>/desk/volunteers/<int:volunteer_id>/vog", endpoint="volunteer_vog")
@needs(Permission.DESK_WORK)
def see_vog(volunteer_id: int) -> Response | tuple[str, int]:
    """Note that a certificate of conduct was seen; the coordinator who is signed in saw it."""
    row, person = volunteer_page.found(volunteer_id)
    form = VogForm()
    with attempt(form) as tried:
        typed, until = (form.seen_on.data or "").strip(), (form.valid_until.data or "").strip()
        if not typed:
            raise Invalid("seen_on", "required")
        volunteers.see_vog(
            db(),
            row,
            seen_on=values.day("seen_on", typed, today=today_here(), past=True),
            valid_until=_end_of_vog(until) if until else None,
            actor=access.actor(),
            now=now(),
        )
    if form.errors:
        return volunteer_page.page(row, person, form), 422
    if tried.done:
        flash(_("Written down: you saw the VOG of %(name)s.", name=person.first_name), "good")
    return redirect(url_for("desk.volunteer", volunteer_id=volunteer_id), 303)


def _end_of_vog(typed: str) -> date:
    """Read until when a certificate is valid: up to twelve years ahead, where other dates end after two."""
    return values.day("valid_until", typed, today=today_here() + timedelta(days=3653), past=True)


@dataclass(frozen=True, slots=True)
class Action:
    """A step with a page of its own; see `web.desk.steps.Action`."""

    title: Any
    explains: Any
    button: Any
    done: Any
    label: Any = ""
    help: Any = ""
    ends: bool = False
    optional: bool = False
    asks_day: bool = False


ACTIONS: dict[str, Action] = {
    "pause": Action(
        title=lazy_gettext("Until when does %(name)s pause?"),
        explains=lazy_gettext("Nothing new is proposed until then. What was not agreed yet is taken back."),
        button=lazy_gettext("Pause"),
        done=lazy_gettext("%(name)s is on a pause."),
        asks_day=True,
    ),
    "stop": Action(
        title=lazy_gettext("Why does %(name)s stop?"),
        explains=lazy_gettext("All running matches are taken back, and the others hear that. This cannot be undone."),
        label=lazy_gettext("The reason"),
        help=lazy_gettext("Only the desk reads this. Keep it short."),
        button=lazy_gettext("Stop"),
        done=lazy_gettext("%(name)s no longer helps here."),
        ends=True,
    ),
}
UNBLOCK = Action(
    title=lazy_gettext("May %(one)s and %(other)s meet again?"),
    explains=lazy_gettext("From then on they can be proposed to each other."),
    button=lazy_gettext("Take the block back"),
    done="",
)


@pages.route(
    "/<community>/desk/volunteers/<int:volunteer_id>/<any(pause,stop):name>",
    methods=["GET", "POST"],
    endpoint="volunteer_action",
)
@needs(Permission.DESK_WORK)
def act(volunteer_id: int, name: str) -> Response | str | tuple[str, int]:
    """Ask until when or why, say what happens, and do it."""
    row, person = volunteer_page.found(volunteer_id)
    action, form, who = ACTIONS[name], ActionForm(), {"name": person.first_name or _("Erased")}
    back = url_for("desk.volunteer", volunteer_id=volunteer_id)
    if not volunteer_page.allows(row.state, volunteer_page.AFTER[name]):
        flash(_("This volunteer has changed meanwhile. You see here how it stands now."), "watch")
        return redirect(back, 303)
    form.text.label.text, form.text.description = str(action.label), str(action.help)
    if request.method == "POST":
        with attempt(form, reason="text", paused_until="until") as tried:
            if name == "pause":
                typed = (form.until.data or "").strip()
                until = values.day("paused_until", typed, today=today_here()) if typed else None
                volunteers.pause(db(), row, until, actor=access.actor(), now=now())
            else:
                volunteers.stop(db(), row, form.text.data or "", actor=access.actor(), now=now())
        if tried.done:
            flash(str(action.done) % who + (" " + told(person) if name == "stop" else ""), "good")
        if not form.errors:
            return redirect(back, 303)
    page = render_template(
        "desk/act.html",
        form=form,
        action=action,
        title=str(action.title) % who,
        explains=str(action.explains),
        button=str(action.button),
        has_text=bool(action.label),
        quote="",
        about=f"{person.first_name} {person.last_name}".strip(),
        back=back,
        tells=told(person) if name == "stop" else "",
        hours=False,
        asks_still_wanted=False,
    )
    return (page, 422) if form.errors else page


# ---- two who must never meet -----------------------------------------------------------------------------------------


@pages.route(
    "/<community>/desk/volunteers/<int:volunteer_id>/block", methods=["GET", "POST"], endpoint="volunteer_block"
)
@needs(Permission.DESK_WORK)
def block(volunteer_id: int) -> Response | str | tuple[str, int]:
    """Choose whom this volunteer must never meet again: from their matches, or by the number of a request."""
    row, person = volunteer_page.found(volunteer_id)
    form, back = BlockForm(), url_for("desk.volunteer", volunteer_id=volunteer_id)
    met = {t.request.resident_id: t for t in desk_volunteers.matches_of(db(), row.id)}
    form.other.choices = [
        (str(i), f"{t.resident_first_name} ({t.request.reference})") for i, t in met.items() if t.resident_first_name
    ]
    if request.method == "POST":
        other: Person | None = None
        with attempt(form) as tried:
            other = _chosen(form, {str(i) for i in met})
            if other.id == person.id:
                raise Invalid("reference", "themself")
            blocks.block(
                db(), person, other, form.reason.data or "", community=access.community(), actor=access.actor(),
                now=now(),
            )  # fmt: skip
        if tried.done and other is not None:
            flash(
                _(
                    "%(one)s and %(other)s never meet again: not in a list, not in a mail.",
                    one=person.first_name,
                    other=other.first_name,
                ),
                "good",
            )
        if not form.errors:
            return redirect(back, 303)
    page = render_template("desk/block.html", form=form, name=person.first_name, back=back)
    return (page, 422) if form.errors else page


def _chosen(form: BlockForm, known: set[str]) -> Person:
    """Give the other person: by the number of their request if one was typed, else who was ticked."""
    typed, ticked = (form.reference.data or "").strip(), form.other.data or ""
    if typed:
        found = desk_volunteers.by_reference(db(), access.community().id, typed)
        if found is None or found.resident_id is None:
            raise Invalid("reference", "no_such_request")
        return match_queries.person_of(db(), found.resident_id)
    if ticked not in known:
        raise Invalid("reference", "whom_or_number")
    return match_queries.person_of(db(), int(ticked))


@pages.route(
    "/<community>/desk/volunteers/<int:volunteer_id>/unblock/<int:other_id>",
    methods=["GET", "POST"],
    endpoint="volunteer_unblock",
)
@needs(Permission.DESK_WORK)
def unblock(volunteer_id: int, other_id: int) -> Response | str | tuple[str, int]:
    """Take a block back that this desk wrote down, with the reason."""
    row, person = volunteer_page.found(volunteer_id)
    mine = [name for block, name in desk_volunteers.blocks_of(db(), person.id or 0, access.community().id)
            if other_id in (block.person_id, block.other_id)]  # fmt: skip
    if not mine or other_id == person.id:
        raise NotFound
    form, back = ActionForm(), url_for("desk.volunteer", volunteer_id=row.id)
    form.text.label.text, form.text.description = _("The reason"), _("Only the desk reads this. Keep it short.")
    if request.method == "POST":
        with attempt(form, reason="text") as tried:
            blocks.unblock(
                db(), person, match_queries.person_of(db(), other_id), form.text.data or "",
                community=access.community(), actor=access.actor(), now=now(),
            )  # fmt: skip
        if tried.done:
            flash(_("The block is taken back. These two may be brought together again."), "good")
        if not form.errors:
            return redirect(back, 303)
    page = render_template(
        "desk/act.html",
        form=form,
        action=UNBLOCK,
        title=str(UNBLOCK.title) % {"one": person.first_name, "other": mine[0]},
        explains=str(UNBLOCK.explains),
        button=str(UNBLOCK.button),
        has_text=True,
        quote="",
        about=f"{person.first_name} {person.last_name}".strip(),
        back=back,
        tells="",
        hours=False,
        asks_still_wanted=False,
    )
    return (page, 422) if form.errors else page
