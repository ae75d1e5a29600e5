"""Who works for the community."""

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from models.errors import NotFound
from models.operations import communities
from models.permissions import Permission
from models.queries import people as queries
from models.tables import Person
from web import access
from web.access import needs
from web.administer import pages
from web.administer.forms import ColleagueForm
from web.forms import attempt
from web.runtime import now
from web.transaction import db


def _page(form: ColleagueForm) -> str:
    return render_template("administer/staff.html", form=form, rows=queries.staff(db(), access.community().id or 0))


@pages.get("/<community>/settings/colleagues")
@needs(Permission.COMMUNITY_ADMINISTER)
def staff() -> str:
    """List coordinators and administrators."""
    return _page(ColleagueForm())


@pages.post("/<community>/settings/colleagues")
@needs(Permission.COMMUNITY_ADMINISTER)
def appoint() -> Response | tuple[str, int]:
    """Let somebody work here; they sign in with a mailed code."""
    form = ColleagueForm()
    with attempt(form) as tried:
        communities.appoint(
            db(), access.community(), form.email.data or "", form.role.data or "",
            first_name=form.first_name.data or "", actor=access.actor(), now=now(),
        )  # fmt: skip
    if tried.done:
        flash(_("They can sign in now, with a code by e-mail."), "good")
        return redirect(url_for("administer.staff"), 303)
    return _page(form), 422


def _colleague(person_id: int, role: str) -> Person:
    for person, theirs in queries.staff(db(), access.community().id or 0):
        if (person.id, theirs) == (person_id, role):
            return person
    raise NotFound


@pages.get("/<community>/settings/colleagues/<int:person_id>/remove")
@needs(Permission.COMMUNITY_ADMINISTER)
def leaving(person_id: int) -> str:
    """Ask once more before somebody's work here is taken away."""
    role = request.args.get("role", "")
    colleague = _colleague(person_id, role)
    oneself = colleague.id == access.signed_in_person().id
    return render_template("administer/leaving.html", colleague=colleague, role=role, oneself=oneself)


@pages.post("/<community>/settings/colleagues/<int:person_id>/remove")
@needs(Permission.COMMUNITY_ADMINISTER)
def dismiss(person_id: int) -> Response:
    """Take somebody's work here away; they are signed out at once."""
    role = request.form.get("role", "")
    colleague = _colleague(person_id, role)
    with attempt() as tried:
        communities.dismiss_role(db(), access.community(), colleague, role, actor=access.actor(), now=now())
    if tried.done:
        flash(_("%(name)s has no access any more.", name=colleague.first_name), "good")
        if colleague.id == access.signed_in_person().id:
            return redirect(url_for("home.community"), 303)
    return redirect(url_for("administer.staff"), 303)
