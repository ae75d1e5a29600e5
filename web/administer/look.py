"""How pages and mails look: a theme of Noaber, or the municipality's own colours."""

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from models import themes
from models.operations import looks
from models.permissions import Permission
from web import access
from web.access import needs
from web.administer import pages
from web.administer.forms import LookForm
from web.forms import attempt
from web.runtime import now
from web.transaction import db


@pages.get("/<community>/settings/look")
@needs(Permission.COMMUNITY_ADMINISTER)
def look() -> str:
    """Show the themes."""
    here = access.community()
    own = themes.kept(here)
    return _page(LookForm(data={"theme": here.theme or themes.DEFAULT, "tokens": own.file() if own.light else ""}))


@pages.post("/<community>/settings/look")
@needs(Permission.COMMUNITY_ADMINISTER)
def change_look() -> Response | tuple[str, int]:
    """Choose one."""
    form = LookForm()
    with attempt(form) as tried:
        looks.change(
            db(), access.community(), form.theme.data or "", form.tokens.data or "", actor=access.actor(), now=now()
        )
    if tried.done:
        flash(_("This is how the pages look now."), "good")
        return redirect(url_for("administer.look"), 303)
    return _page(form), 422


def _page(form: LookForm) -> str:
    return render_template("administer/look.html", form=form, longest=themes.LONGEST)
