"""The community's own words in its messages."""

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from models.catalogue import available_languages
from models.errors import Invalid, NotFound
from models.messages import words
from models.messages.rendering import default_words
from models.operations import communities
from models.permissions import Permission
from models.queries import communities as queries
from web import access, i18n
from web.access import needs
from web.administer import fields, pages
from web.administer.forms import WordingForm
from web.administer.names import FILLED_IN, MESSAGE_NAMES
from web.forms import attempt
from web.runtime import now
from web.transaction import db


@pages.get("/<community>/settings/texts")
@needs(Permission.COMMUNITY_ADMINISTER)
def texts() -> str:
    """List the texts of the messages, and which of them have own words."""
    own = {code: queries.wordings(db(), access.community().id or 0, code) for code, _name in i18n.languages()}
    rows = [
        (name, label, [(part, [code for code in own if f"{name}.{part}" in own[code]]) for part in words.PARTS])
        for name, label in MESSAGE_NAMES.items()
    ]
    return render_template("administer/texts.html", rows=rows)


def _page(form: WordingForm, key: str, language: str) -> str:
    name, _dot, part = key.rpartition(".")
    return render_template(
        "administer/text.html",
        form=form,
        key=key,
        part=part,
        label=MESSAGE_NAMES[name],
        text_language=dict(i18n.languages()).get(language, language),
        language_code=language,
        default=fields.shown(default_words(key, language)),
        placeholders=[FILLED_IN[name] for name in words.placeholders(key)],
    )


def _read(key: str, typed: str) -> str:
    limit = words.LONGEST[key.rpartition(".")[2]]
    if len(typed.strip()) > limit:
        raise Invalid("text", "too_long", limit=limit)
    return fields.stored(key, typed)


def _known(key: str, language: str) -> None:
    if key not in set(words.keys()) or language not in available_languages():
        raise NotFound


@pages.get("/<community>/settings/texts/<key>/<language>")
@needs(Permission.COMMUNITY_ADMINISTER)
def text(key: str, language: str) -> str:
    """Show one text: ours, and the community's own."""
    _known(key, language)
    own = queries.wordings(db(), access.community().id or 0, language).get(key, "")
    return _page(WordingForm(data={"text": fields.shown(own)}), key, language)


@pages.post("/<community>/settings/texts/<key>/<language>")
@needs(Permission.COMMUNITY_ADMINISTER)
def change_text(key: str, language: str) -> Response | tuple[str, int]:
    """Save own words, or take ours again."""
    _known(key, language)
    form = WordingForm()
    with attempt(form) as tried:
        text = _read(key, form.text.data or "")
        communities.set_wording(db(), access.community(), key, language, text, actor=access.actor(), now=now())
    if tried.done:
        flash(_("The text is saved."), "good")
        return redirect(url_for("administer.texts"), 303)
    return _page(form, key, language), 422
