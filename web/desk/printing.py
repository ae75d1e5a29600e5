"""Posters and cards to print, with a QR code: for the community, for one meeting place, for one open request."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from markupsafe import Markup
from werkzeug.wrappers import Response
from wtforms import RadioField, SelectField

from models import kinds
from models.catalogue import direction
from models.errors import NotFound
from models.permissions import Permission
from models.queries import browse, communities
from models.queries.browse import Open
from models.values import phone_as_read
from web import access, i18n
from web.access import needs
from web.browse.words import is_over
from web.desk import request_page, words
from web.desk.pages import pages
from web.drawing import qr
from web.forms import Form
from web.runtime import runtime
from web.transaction import db
from web.words import day_in_words, today_here, when_in_words

LONGEST_SUMMARY = 320
"""Characters of a request that fit on paper; the rest is on its page."""
CARDS_ON_A_SHEET = 4


class PrintForm(Form):
    """What to print; sent with GET, so without a token."""

    class Meta:
        """Nothing changes."""

        csrf = False

    shape = RadioField(
        lazy_gettext("What do you want to print?"),
        choices=[("poster", lazy_gettext("A poster (A4)")), ("cards", lazy_gettext("Four cards (A6) on one sheet"))],
        default="poster",
    )
    language = SelectField(lazy_gettext("In which language?"))


@pages.get("/<community>/desk/print", endpoint="print")
@needs(Permission.DESK_WORK)
def of_community() -> str:
    """A poster or cards about the community."""
    return _page(_("Posters and cards"), "community", url_for("home.community"), places=_places())


@pages.get("/<community>/desk/print/places/<int:place_id>", endpoint="print_place")
@needs(Permission.DESK_WORK)
def of_place(place_id: int) -> str:
    """A poster or cards for a meeting place."""
    place = communities.meeting_place(db(), access.community().id or 0, place_id)
    if place is None or not place.open:
        raise NotFound
    return _page(_("A poster for %(place)s", place=place.name), "place", url_for("home.community"), place=place)


@pages.get("/<community>/desk/print/requests/<int:request_id>", endpoint="print_request")
@needs(Permission.DESK_WORK)
def of_request(request_id: int) -> str | Response:
    """A poster or cards for one open request: what everybody may read of it, and no more."""
    row = request_page.asked(request_id).request
    back = url_for("desk.request", request_id=request_id)
    found = browse.open_requests(db(), access.community().id, ids=[request_id])
    if not found or is_over(row.when):
        flash(_("Only an open request can be on a poster."), "watch")
        return redirect(back, 303)
    address = url_for("browse.show", request_id=request_id)
    return _page(_("A poster for %(reference)s", reference=row.reference), "request", address, back=back, row=found[0])


def _places() -> list[tuple[str, str]]:
    return [
        (url_for("desk.print_place", place_id=place.id), place.name)
        for place in communities.meeting_places(db(), access.community().id or 0)
    ]


def _page(title: str, about: str, path: str, *, row: Open | None = None, **shown: Any) -> str:
    form = PrintForm(formdata=request.args)
    form.language.choices = i18n.languages()
    here = access.community()
    known = [code for code, _name in i18n.languages()]
    language = form.language.data if form.language.data in known else here.language
    shape = form.shape.data if form.shape.data in ("poster", "cards") else "poster"
    form.language.data, form.shape.data = language, shape
    address = runtime().settings.base_url + path
    with words.in_language(language):
        body = render_template(
            "desk/poster.html",
            about=about,
            asked=_asked(row) if row is not None else None,
            place=shown.get("place"),
            summary_language=here.language,
            qr=qr(address),
            address=address.split("://", 1)[-1].rstrip("/"),
            phone=phone_as_read(here.phone) if here.phone else "",
            today=day_in_words(today_here()),
        )
    return render_template(
        "desk/print.html",
        form=form,
        title=title,
        about=about,
        sheet=Markup(body),  # noqa: S704  # rendered from a template, which escapes
        copies=CARDS_ON_A_SHEET if shape == "cards" else 1,
        sheet_language=language,
        sheet_direction=direction(language),
        **shown,
    )


def _asked(row: Open) -> dict[str, Any]:
    """Give what everybody may read of a request, in the language of the paper."""
    text = " ".join(row.summary.split())
    if len(text) > LONGEST_SUMMARY:
        text = text[:LONGEST_SUMMARY].rsplit(" ", 1)[0].rstrip(".,;:") + "…"
    return {
        "kind": row.kinds[0] if row.kinds else "",
        "kinds": ", ".join(kinds.name(slug, _) for slug in row.kinds),
        "summary": text,
        "size": "short" if len(text) <= 90 else "long" if len(text) > 190 else "middle",
        "place": row.neighbourhood,
        "when": when_in_words(row.when),
    }
