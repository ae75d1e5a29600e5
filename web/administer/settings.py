"""The way in, and the settings of the community."""

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from models import kinds
from models.operations import communities
from models.permissions import Permission
from web import access
from web.access import needs
from web.administer import pages
from web.administer.forms import SettingsForm
from web.forms import attempt
from web.runtime import now
from web.transaction import db


@pages.get("/<community>/settings")
@needs(Permission.COMMUNITY_ADMINISTER)
def index() -> str:
    """Show what can be set."""
    return render_template("administer/index.html")


@pages.get("/<community>/settings/community")
@needs(Permission.COMMUNITY_ADMINISTER)
def community() -> str:
    """Show name, delays and rules."""
    return _page(SettingsForm.of(access.community()))


def _page(form: SettingsForm) -> str:
    groups = [(heading, [slug for slug, _name in members]) for heading, members in kinds.grouped(gettext)]
    return render_template("administer/community.html", form=form, groups=groups)


@pages.post("/<community>/settings/community")
@needs(Permission.COMMUNITY_ADMINISTER)
def change_community() -> Response | tuple[str, int]:
    """Change name, delays and rules."""
    form = SettingsForm()
    with attempt(form) as tried:
        communities.change_settings(db(), access.community(), form.typed(), actor=access.actor(), now=now())
    if tried.done:
        flash(_("The settings are saved."), "good")
        return redirect(url_for("administer.index"), 303)
    return _page(form), 422
