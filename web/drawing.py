"""What a page repeats by the dozen: icons, and lists of reasons.

They are functions and no macros, and keep what they have drawn: a list of twenty candidates has a hundred of them.
"""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

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


def init_app(app: Flask) -> None:
    """Let every template, macros included, ask for `draw_icon` and `draw_reasons`."""
    app.jinja_env.globals.update(draw_icon=icon, draw_reasons=reasons)
