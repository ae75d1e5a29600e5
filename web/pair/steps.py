"""What every step of a pair does: said, led back, shown again."""

from typing import Any

from flask import flash, redirect, render_template, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from models.states import MATCH_FINAL
from web.forms import Form
from web.pair import Pair

Page = str | Response | tuple[str, int]


def tell(pair: Pair, one: str, both: str) -> None:
    """Say what happened: to one of the two about the other, or to the desk about both."""
    flash(both if pair.side == "desk" else one, "good")


def looks_too_late(pair: Pair) -> bool:
    """Whether a page is opened that leads nowhere any more; a click too late is explained by the operation itself."""
    return request.method == "GET" and not pair.knows


def gone(pair: Pair) -> Response:
    """Lead somebody who comes too late to what is left, and say so."""
    if pair.match.state in MATCH_FINAL:
        flash(_("This match has ended."), "info")
    return redirect(pair.after, 303)


def back(pair: Pair, anchor: str = "") -> Response:
    """Lead to where the two stand together, or to what is left when that has ended."""
    return redirect(pair.page + (f"#{anchor}" if anchor else "") if pair.knows else pair.after, 303)


def form_page(pair: Pair, template: str, form: Form, **more: Any) -> Page:
    """Show a step, again with what was typed where it was refused."""
    body = render_template(template, pair=pair, form=form, **more)
    return (body, 422) if request.method == "POST" and form.errors else body
