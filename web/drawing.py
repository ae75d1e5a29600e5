"""What a page repeats by the dozen: icons, and lists of reasons; and a QR code.

They are functions and no macros, and keep what they have drawn: a list of twenty candidates has a hundred of them.
"""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import segno
from flask import Flask
from flask_babel import gettext as _
from jinja2 import Environment, pass_environment
from markupsafe import Markup, escape

_ICONS = {"good": "check", "watch": "exclamation"}


@pass_environment
def icon(environment: Environment, name: str, label: str | None = None, size: str = "m") -> Markup:
    """Draw an icon of ``icons.svg``; `draw_icon` in templates.

    Parameters
    ----------
    label : str, optional
        Where no text beside it says the same; without one, screen readers pass over it.
    size : str
        ``s``, ``m``, ``l`` or ``xl``.
    """
    address: Any = environment.globals["asset_url"]
    return _icon(address("icons.svg"), name, label, size)


@lru_cache(maxsize=2048)
def _icon(url: str, name: str, label: str | None, size: str) -> Markup:
    told = Markup(' role="img" aria-label="{}"').format(label) if label else Markup(' aria-hidden="true"')
    return Markup(
        '<svg class="icon icon--{}" width="24" height="24" viewBox="0 0 24 24" focusable="false"{}>'
        '<use href="{}#{}"></use></svg>'
    ).format(size, told, url, name)


@pass_environment
def reasons(environment: Environment, items: Sequence[tuple[str, str]]) -> Markup:
    """Draw reasons as a list, nothing where there are none; `draw_reasons` in templates.

    Parameters
    ----------
    items : sequence of (str, str)
        Tone (``good``, ``watch`` or ``info``) and sentence.
    """
    if not items:
        return Markup("")
    address: Any = environment.globals["asset_url"]
    url, said = address("icons.svg"), {"good": _("Fits:"), "watch": _("Mind:")}
    lines = [_before(url, tone, said.get(tone, "")) + escape(text) + Markup("</span></li>") for tone, text in items]
    return Markup('<ul class="reasons">') + Markup("").join(lines) + Markup("</ul>")


@lru_cache(maxsize=64)
def _before(url: str, tone: str, said: str) -> Markup:
    """What stands before a sentence of this tone, the same each time."""
    return Markup(
        '<li class="reasons__item reasons__item--{}">{}<span><span class="visually-hidden">{} </span>'
    ).format(tone, _icon(url, _ICONS.get(tone, "dot"), None, "s"), said)


def qr(address: str) -> Markup:
    """Draw the QR code of an address: at least error correction M, and the quiet zone of four modules around it.

    The address itself must stand beside it as text, so that nobody needs a camera; screen readers pass over this.

    Raises
    ------
    segno.DataOverflowError
        For an address that is longer than a code can hold (over 2,000 characters).
    """
    code = segno.make(address, error="m", micro=False)
    rows = [bytes(row) for row in code.matrix_iter(scale=1, border=4)]
    runs = [_run(y, x, row) for y, row in enumerate(rows) for x in _starts(row)]
    return Markup(
        '<svg class="qr" viewBox="0 0 {0} {0}" shape-rendering="crispEdges" aria-hidden="true" focusable="false">'
        '<path fill="#fff" d="M0 0h{0}v{0}H0z"></path><path fill="#000" d="{1}"></path></svg>'
    ).format(len(rows), "".join(runs))


def _starts(row: bytes) -> list[int]:
    """Give where each run of dark modules begins."""
    return [x for x, dark in enumerate(row) if dark and not (x and row[x - 1])]


def _run(y: int, x: int, row: bytes) -> str:
    length = (row.find(0, x) if 0 in row[x:] else len(row)) - x
    return f"M{x} {y}h{length}v1h-{length}z"


def init_app(app: Flask) -> None:
    """Let every template, macros included, ask for `draw_icon` and `draw_reasons`."""
    app.jinja_env.globals.update(draw_icon=icon, draw_reasons=reasons)
