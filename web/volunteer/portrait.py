"""A photo of oneself: adding one, another one, and taking it away. It is never asked for."""

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from models import pictures
from models.errors import Invalid, NotFound
from models.operations import portraits
from models.permissions import Permission
from models.queries import volunteers as queries
from models.states import VOLUNTEER
from web import access, limits
from web.access import needs
from web.forms import attempt
from web.limits import limiter
from web.portraits import answer
from web.runtime import now
from web.transaction import db
from web.uploads import receives
from web.volunteer import pages
from web.volunteer.forms import PortraitForm
from web.volunteer.home import own

Answer = str | Response | tuple[str, int]
_PAGE = "/<community>/volunteer/photo"


@pages.get(_PAGE)
@needs(Permission.VOLUNTEER_SELF)
def portrait() -> Answer:
    """My photo, if I want one."""
    return _page(PortraitForm(formdata=None))


def _too_large() -> Answer:
    """Say so of what was not even received."""
    return _refused(PortraitForm(formdata=None), pictures.too_large())


@pages.post(_PAGE)
@limiter.limit(limits.POSTING)
@needs(Permission.VOLUNTEER_SELF)
@receives(pictures.MOST_BYTES, _too_large)
def keep_portrait() -> Answer:
    """Keep what was sent, drawn anew."""
    form = PortraitForm()
    try:
        drawn = _drawn(form)  # first: nothing was asked of the database since the file came, and nobody waits for us
    except Invalid as error:
        return _refused(form, error)
    with attempt(form) as tried:
        portraits.keep(db(), own(), drawn, actor=access.actor(), now=now())
    if not tried.done:
        return _home()
    flash(_("Your photo is kept."), "good")
    return redirect(url_for("volunteer.portrait"), 303)


def _drawn(form: PortraitForm) -> pictures.Portrait:
    sent = form.portrait.data
    if sent is None:
        raise Invalid("portrait", "required")
    sent.stream.seek(0)  # the page may be made once more
    return pictures.portrait(sent.read(pictures.MOST_BYTES + 1))


def _refused(form: PortraitForm, error: Invalid) -> Answer:
    form.refuse(error)
    page = _page(form)
    return (page, 413 if error.code == "picture_bytes" else 422) if isinstance(page, str) else page


@pages.post(f"{_PAGE}/remove")
@needs(Permission.VOLUNTEER_SELF)
def remove_portrait() -> Answer:
    """Take it away."""
    with attempt() as tried:
        portraits.remove(db(), own(), actor=access.actor(), now=now())
    if tried.done:
        flash(_("Your photo is gone. Nobody sees it any more."), "good")
    return redirect(url_for("volunteer.portrait"), 303)


@pages.get(f"{_PAGE}/picture")
@needs(Permission.VOLUNTEER_SELF)
def own_picture() -> Answer:
    """Give the picture itself."""
    found = queries.portrait(db(), own().id)
    if found is None:
        raise NotFound
    return answer(found)


def _page(form: PortraitForm) -> Answer:
    volunteer = own()
    if volunteer.state in VOLUNTEER.final:
        return _home()
    there = queries.has_portrait(db(), volunteer.id)
    if there:
        form.portrait.label.text = _("Choose another photo of yourself")
    return render_template(
        "volunteer/portrait.html", form=form, there=there, first_name=access.signed_in_person().first_name
    )


def _home() -> Response:
    return redirect(url_for("volunteer.home"), 303)
