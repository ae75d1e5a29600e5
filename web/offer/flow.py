"""The order of the pages, what stands on each, and what is not right yet."""

from dataclasses import replace
from typing import Any

from flask import request
from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict
from wtforms import BooleanField, SelectMultipleField

from models import kinds, values
from models.errors import Invalid
from models.operations import offers
from models.queries import communities
from models.rules import needs_vog
from web import access
from web.offer.forms import NewOffer, OfferFields, WeekField
from web.runtime import runtime
from web.transaction import db
from web.words import day_in_words, today_here

FIELDS: dict[str, tuple[str, ...]] = {
    "what": ("text",),
    "kinds": ("kinds",),
    "when": ("any_time", "windows", "away_from", "away_until"),
    "where": ("postcode", "max_km"),
    "more": ("languages", "capacity", "wants_digest", "traits", "avoids"),
    "you": ("first_name", "last_name", "email", "phone"),
}
"""Each page with its fields, in order; what says who somebody is comes last."""
CHECK = "check"
SHOWN, PASSED = "shown", "passed"
"""Hidden fields: the pages that were shown, so that a suggestion is made once, and those that were answered."""
WHERE = {"away": "away_from"}
"""Where the models' name of a field is not the form's."""
_RIGHT: dict[str, Any] = {
    "text": "-", "kinds": [kinds.KINDS[0].slug], "windows": None, "away": [], "max_km": 1, "languages": ["nl"],
    "capacity": 1, "traits": [], "avoids": [], "first_name": "A", "last_name": "", "email": "a@b.nl", "phone": "",
}  # fmt: skip


def steps() -> list[str]:
    """Give the pages for this visitor; who signed in is not asked what we know."""
    return [step for step in FIELDS if step != "you" or access.person() is None]


def step_of(field: str) -> str:
    """Give the page on which a field of the models stands."""
    name = WHERE.get(field, field)
    return next((step for step, names in FIELDS.items() if name in names), CHECK)


def marked(name: str, sent: MultiDict[str, str] | None = None) -> list[str]:
    """Give the pages that carry a mark, of those that exist for this visitor; ``sent`` where no form was."""
    marks = (request.form if sent is None else sent).getlist(name)
    return [step for step in steps() if step in marks]


def kept(form: NewOffer, step: str, marks: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Give what of an offer half-way may be kept: where somebody is, and all answers but who they are."""
    personal = {*FIELDS["you"], "you"}
    return [
        ("step", step),
        *((name, value) for name, value in carried(form, "") if name not in personal),
        *((name, one) for name, one in marks if one not in personal),
    ]


def left_at(sent: MultiDict[str, str]) -> str:
    """Give the page where somebody was; who they are is asked once more."""
    order, step = steps(), sent.get("step", "")
    if step == CHECK:
        return "you" if "you" in order else CHECK
    return step if step in order else order[0]


def carried(form: NewOffer, step: str) -> list[tuple[str, str]]:
    """Give the answers of all other pages as hidden fields, exactly as a browser sent them."""
    taken: list[tuple[str, str]] = []
    for other, names in FIELDS.items():
        for field in (form[name] for name in names if other != step):
            if isinstance(field, WeekField):
                taken += field.carried
            elif isinstance(field, BooleanField):
                taken += [(field.name, "y")] if field.data else []
            elif isinstance(field, SelectMultipleField):
                taken += [(field.name, value) for value in field.data or ()]
            elif field.data:
                taken.append((field.name, field.data))
    return taken


def suggest(form: NewOffer, step: str) -> None:
    """Fill in what is likely, the first time that a page is shown."""
    if step == "kinds":
        form.kinds.data = [*dict.fromkeys([*(form.kinds.data or ()), *understood(form)])]
    elif step == "more":
        form.languages.data = form.languages.data or ["nl"]
        form.capacity.data = form.capacity.data or "1"


def understood(form: OfferFields) -> list[str]:
    """Give the kinds of help that somebody's own words speak of, the likeliest first."""
    text = form.text.data or ""
    return [slug for slug, _sure in runtime().reader.understand(text)] if text.strip() else []


def kind_groups(form: OfferFields, *, suggestions: bool = True) -> list[tuple[str, list[str]]]:
    """Give the tiles under their headings; what we understood stands on top."""
    ours = understood(form) if suggestions else []
    rest = [(name, [slug for slug, _name in pairs if slug not in ours]) for name, pairs in kinds.grouped(_)]
    top = [(_("We read this in your words"), ours)] if ours else []
    return top + [(name, slugs) for name, slugs in rest if slugs]


def asks_for_vog(form: OfferFields) -> bool:
    """Whether this help asks for a certificate of conduct here."""
    return needs_vog(access.community(), form.kinds.data or understood(form))


def day_shown(typed: str | None) -> str:
    """Give a day as people write it; one that does not exist as it was typed."""
    try:
        return day_in_words(values.day("away", typed or "", today=today_here(), past=True))
    except Invalid:
        return typed or ""


def faults(form: OfferFields) -> list[Invalid]:
    """Give everything that the models refuse in an offer, not the first thing alone."""
    found: list[Invalid] = []
    if not form.any_time.data:
        try:
            form.hours()
        except Invalid as error:
            found.append(error)
    offered = form.offered(any_time=bool(found), who=form.who() if isinstance(form, NewOffer) else None)
    contact = isinstance(form, NewOffer) and access.person() is None
    while True:
        try:
            offers.check(db(), offered, today_here())
            if isinstance(form, NewOffer):
                offers.check_reach(db(), access.community().id or 0, offered)
            if contact:
                offers.check_contact(offered)
            return [_kindly(error) for error in found]
        except Invalid as error:
            if error.field in {known.field for known in found}:
                return [_kindly(known) for known in found]
            found.append(error)
            right: dict[str, Any] = {error.field: _RIGHT.get(error.field, _a_postcode())}
            offered = replace(offered, **right)


def refuse(form: OfferFields, errors: list[Invalid]) -> None:
    """Put each refusal at its field."""
    said = {
        "windows": _("Tick at least one moment of the week, or tick that it varies."),
        "languages": _("Tick at least one language."),
        "first_name": _("Fill in your first name."),
    }
    for error in errors:
        if error.code == "required" and error.field in said:
            form[error.field].errors = [said[error.field]]
        elif error.code == "number_range" and not form[error.field].data:
            form.refuse(Invalid(error.field, "choice"))
        else:
            form.refuse(error, **WHERE)


def _kindly(error: Invalid) -> Invalid:
    # Who writes nothing may point at pictures: that is asked there, not on the page of the words.
    return Invalid("kinds", "choice") if (error.field, error.code) == ("text", "required") else error


def _a_postcode() -> str:
    areas = communities.areas(db(), access.community().id or 0)
    return areas[0].postcode if areas else ""
