"""A volunteer's portrait at the desk: to know who comes by, and to take it away where it should not be."""

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from models.errors import NotFound
from models.operations import portraits
from models.permissions import Permission
from models.queries import volunteers as queries
from web import access
from web.access import needs
from web.desk import contact
from web.desk import volunteers as volunteer_page
from web.desk.pages import pages
from web.forms import attempt
from web.portraits import answer
from web.runtime import now
from web.transaction import db

_HERE = "/<community>/desk/volunteers/<int:volunteer_id>/photo"


@pages.get(_HERE, endpoint="volunteer_portrait")
@needs(Permission.DESK_SEE, writes=True)
def show(volunteer_id: int) -> Response:
    """Give the picture; that somebody looked is written down."""
    row, person = volunteer_page.found(volunteer_id)
    portrait = queries.portrait(db(), row.id)
    if portrait is None:
        raise NotFound
    contact.write_down(person)
    return answer(portrait)


@pages.get(f"{_HERE}/remove", endpoint="volunteer_portrait_removal")
@needs(Permission.DESK_WORK)
def ask(volunteer_id: int) -> Response | str:
    """Ask once more."""
    row, person = volunteer_page.found(volunteer_id)
    back = url_for("desk.volunteer", volunteer_id=volunteer_id)
    if not queries.has_portrait(db(), row.id):
        return redirect(back)
    return render_template("desk/portrait.html", row=row, name=person.first_name, back=back)


@pages.post(f"{_HERE}/remove", endpoint="volunteer_portrait_remove")
@needs(Permission.DESK_WORK)
def remove(volunteer_id: int) -> Response:
    """Take it away."""
    row, person = volunteer_page.found(volunteer_id)
    with attempt() as tried:
        portraits.remove(db(), row, actor=access.actor(), now=now())
    if tried.done:
        flash(_("The photo of %(name)s is gone. Tell them why.", name=person.first_name), "good")
    return redirect(url_for("desk.volunteer", volunteer_id=volunteer_id), 303)
