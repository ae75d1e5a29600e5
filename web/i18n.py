"""The language of a page: the person's choice, else the browser's, else the community's."""

from collections.abc import Iterable
from typing import Any

from babel.support import NullTranslations
from flask import Blueprint, Flask, g, request, session
from flask_babel import Babel, Domain, get_locale
from werkzeug.utils import redirect
from werkzeug.wrappers import Response

from models.catalogue import available_languages, translations, whole_languages
from models.operations import people
from models.permissions import Permission
from web.access import actor, needs, person, safe_target
from web.runtime import now
from web.transaction import db

OWN_NAMES = {
    "nl": "Nederlands", "en": "English", "ar": "العربية", "pl": "Polski", "tr": "Türkçe", "uk": "Українська",
}  # fmt: skip
_STAFF = frozenset({"desk", "administer"})
"""Rooms for who works here: in languages that are whole."""

FIRST = ("nl", "en")

pages = Blueprint("i18n", __name__)


class _Catalogue(Domain):
    """Takes translations from the one catalogue that mails and the command line use too."""

    def get_translations(self) -> NullTranslations:
        return _spoken()


def _spoken() -> NullTranslations:
    locale = get_locale()
    return translations(locale.language if locale else "en")


def init_app(app: Flask) -> None:
    """Let templates and forms speak the language of the page."""
    babel = Babel(app, locale_selector=language, default_locale="nl", default_timezone="Europe/Amsterdam")
    babel.domain_instance = _Catalogue()  # for code that asks Babel itself
    # A page says a hundred and fifty things: templates ask the catalogue itself, not by way of Babel's domains.
    app.jinja_env.install_gettext_callables(  # type: ignore[attr-defined]  # the extension for translations adds it
        gettext=lambda said: _spoken().ugettext(said),
        ngettext=lambda one, many, number: _spoken().ungettext(one, many, number),
        pgettext=lambda context, said: _spoken().upgettext(context, said),
        npgettext=lambda context, one, many, number: _spoken().unpgettext(context, one, many, number),
        newstyle=True,
    )
    app.jinja_env.globals["_"] = app.jinja_env.globals["gettext"]

    @app.before_request
    def _our_catalogue() -> None:
        _Catalogue().as_default()

    app.register_blueprint(pages)


def language() -> str:
    """Give the language of this request."""
    if "language" not in g:
        g.language = _choose()
    return str(g.language)


def _choose() -> str:
    known = _spoken_here()
    chosen = session.get("language")
    if chosen in known:
        return str(chosen)
    who = None if g.get("session_failed") else person()  # the page about an error reads nothing any more
    if who is not None and who.language in known:
        return who.language
    # Dutch first where a browser has no wish of its own.
    wished = request.accept_languages.best_match(sorted(known, key=lambda code: code != "nl"))
    if wished:
        return str(wished)
    here: Any = g.get("community")
    return here.language if here is not None and here.language in known else "nl"


def _spoken_here() -> tuple[str, ...]:
    return whole_languages() if request.blueprint in _STAFF else available_languages()


def languages() -> list[tuple[str, str]]:
    """Give the languages that people can be written to in, each in its own name; Dutch and English first."""
    return _named(available_languages())


def languages_here() -> list[tuple[str, str]]:
    """Give the languages in which this page can be read."""
    return _named(_spoken_here())


def _named(codes: Iterable[str]) -> list[tuple[str, str]]:
    names = [(code, OWN_NAMES.get(code, code)) for code in codes]
    return sorted(names, key=lambda pair: (pair[0] not in FIRST, pair[0] != "nl", pair[1]))


@pages.post("/language/<language>")
@needs(Permission.PUBLIC)
def switch(language: str) -> Response:
    """Change the language and stay on the same page."""
    if language in available_languages():
        session["language"] = language
        who = person()
        if who is not None and who.language != language:
            people.set_language(db(), who, language, actor=actor(), now=now())
    return redirect(safe_target(request.values.get("next")) or "/", code=303)
