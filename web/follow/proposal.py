"""Somebody who would like to help, as the resident reads of them: a first name, never a way to reach them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from babel import Locale
from babel.lists import format_list
from flask_babel import gettext as _

from models import kinds
from models.errors import Invalid
from models.queries import communities, matches
from models.rules import check_summary, holds_vog
from models.tables import HelpRequest, Match, MeetingPlace, Person, Volunteer
from web import access, i18n
from web.runtime import now, runtime
from web.transaction import db
from web.words import today_here

_FITS = frozenset({"offers_kind", "writes_about_kind"})


@dataclass(frozen=True, slots=True)
class Proposal:
    """What a resident reads before saying yes or no."""

    match_id: int
    name: str
    neighbourhood: str
    likes: list[str]
    words: str
    reasons: list[tuple[str, str]]
    checked: list[str]
    meeting_place: MeetingPlace | None


def of(match: Match, volunteer: Volunteer, person: Person, request: HelpRequest) -> Proposal:
    """Say who would come, what they like to do, why they fit, and what was checked."""
    here = access.community()
    place_id = match.meeting_place_id
    checked = [_("Our coordinator has looked at it and thinks that you suit each other.")]
    if holds_vog(matches.certificates(db(), volunteer.id), today_here()):
        checked.append(_("%(name)s has a certificate of conduct (VOG). We have seen it.", name=person.first_name))
    return Proposal(
        match_id=match.id or 0,
        name=person.first_name,
        neighbourhood=communities.neighbourhood(db(), here.id or 0, volunteer.postcode),
        likes=[kinds.name(slug, _) for slug in volunteer.kinds if slug not in request.kinds],
        words=_fit_to_show(volunteer.text, person),
        reasons=[("good", said) for said in _reasons(match, volunteer, request)],
        checked=checked,
        meeting_place=communities.meeting_place(db(), match.community_id, place_id) if place_id else None,
    )


def _fit_to_show(text: str, person: Person) -> str:
    """Give a volunteer's own words, unless they hold more than a first name, or are long."""
    stranger = Person(first_name="", last_name=person.last_name, created_at=person.created_at)
    try:
        check_summary(text, [stranger])
    except Invalid:
        return ""
    return text.strip() if len(text) <= 600 else ""


def _reasons(match: Match, volunteer: Volunteer, request: HelpRequest) -> list[str]:
    found: Iterable[Mapping[str, Any]] = match.codes or [
        reason.as_dict()
        for reason in runtime().candidates.explain(db(), request, volunteer, access.community(), now=now()).reasons
    ]
    said = [_sentence(str(reason.get("code", "")), {**reason, **(reason.get("params") or {})}) for reason in found]
    return [words for words in dict.fromkeys(said) if words]


def _sentence(code: str, params: Mapping[str, Any]) -> str:
    """Give a reason as a resident reads it; what speaks against somebody, or is of the desk, is not for here."""
    if code in _FITS:
        return _("Likes to do this: %(kind)s", kind=kinds.name(str(params.get("slug", "")), _))
    if code == "same_area":
        return _("Lives in your neighbourhood")
    if code in ("near", "far"):
        return _("Lives about %(km)s km from you", km=params.get("km", ""))
    if code in ("can_once", "can_day", "can_period", "can_weekly", "can_all_times"):
        return _("Can come at the time you asked for")
    if code == "can_some_times":
        return _("Can come at some of the times you asked for")
    if code == "has_time":
        return _("Has the time for it")
    if code in ("speaks", "speaks_some"):
        return _speaks(params.get("languages") or [])
    return ""


def _speaks(codes: Iterable[str]) -> str:
    language = i18n.language()
    names = Locale(language).languages
    known = [str(names.get(code, code)) for code in codes]
    return _("Speaks %(languages)s", languages=format_list(known, locale=language)) if known else ""
