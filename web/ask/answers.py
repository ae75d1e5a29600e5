"""From answers to a request: the form that is sent, and the lines of "check your answers"."""

from datetime import date
from typing import Any

from babel import Locale
from flask import url_for
from flask_babel import gettext as _

from models import kinds, one_day
from models.operations.request_form import RequestForm
from models.queries import communities
from models.values import phone_as_read
from web import i18n
from web.ask import checks
from web.ask.checks import Answers
from web.ask.forms import LANGUAGES, RELATION_WORDS
from web.preferences import request_facts
from web.transaction import db
from web.words import day_in_words, listed, today_here, when_in_words

Row = dict[str, Any]


def request_form(answers: Answers) -> RequestForm:
    """Give what is sent; the answers were checked page by page before."""
    you, other = answers["you"], checks.is_for_other(answers)
    by_asker = other and you.get("contact") == "asker"
    reach = str(you.get("reach", ""))
    way = {f"{'asker_' if by_asker else ''}{reach}": str(you.get(reach, ""))} if reach in ("phone", "email") else {}
    by_whom: dict[str, Any] = {**way}
    if other:
        by_whom |= {
            "relation": str(you.get("relation", "")),
            "asker_first_name": str(you.get("asker_first_name", "")),
            "contact": str(you.get("contact", "")),
            "told": str(you.get("told", "")),
            "told_on": checks.told_on(you),
        }
    return RequestForm(
        text=own_words(answers),
        kinds=checks.chosen_kinds(answers),
        when=checks.when(answers["when"]),
        postcode=str(answers["where"].get("postcode", "")),
        first_name=str(you.get("first_name", "")),
        last_name=str(you.get("last_name", "")),
        reach=reach,
        languages=_spoken(you),
        traits=list(you.get("traits") or ()),
        avoids=list(you.get("avoids") or ()),
        leaves_choice=you.get("choice") == "us",
        language=i18n.language(),
        **by_whom,
    )


def own_words(answers: Answers) -> str:
    """Give what somebody wrote; who pointed at pictures alone has said it with those."""
    typed = str(answers["words"].get("text", ""))
    if typed.strip():
        return typed
    names = [kinds.name(slug, _) for slug in checks.chosen_kinds(answers)]
    return _("I am looking for help with: %(kinds)s.", kinds=listed(names))


def language_names(language: str) -> list[tuple[str, str]]:
    """Give the languages to tick, each with its name in the language of the page."""
    known = Locale(language).languages
    return [(code, str(known.get(code, code)).capitalize()) for code in LANGUAGES]


def _spoken(you: Answers) -> list[str]:
    return [code for code in you.get("languages") or () if code in LANGUAGES]


def rows(answers: Answers) -> list[Row]:
    """Give the lines of "check your answers", each with the way to change it."""
    return [
        *_what(answers),
        *_when_and_where(answers),
        *(_somebody_else(answers) if checks.is_for_other(answers) else _self(answers)),
        *_the_rest(answers),
    ]


def _row(step: str, question: str, answer: str, *, multiline: bool = False) -> Row:
    return {
        "question": question,
        "answer": answer,
        "url": url_for(f"ask.{'start' if step == 'words' else step}", check=1),
        "multiline": multiline,
    }


def _what(answers: Answers) -> list[Row]:
    chosen = [kinds.name(slug, _) for slug in checks.chosen_kinds(answers)]
    whom = _("Somebody else") if checks.is_for_other(answers) else _("Myself")
    return [
        _row("words", _("What you need"), own_words(answers), multiline=True),
        _row("words", _("Who it is for"), whom),
        _row("kinds", _("The kind of help"), listed(chosen) or _("I do not know. You look at it with me.")),
    ]


def _when_and_where(answers: Answers) -> list[Row]:
    when = checks.when(answers["when"])
    said = when_in_words(when)
    if when["kind"] == "weekly" and not one_day.is_open(when):
        first = date.fromisoformat(when["from"])
        if first > today_here():
            said += "\n" + _("From %(day)s", day=day_in_words(first))
        if when.get("until"):
            said += "\n" + _("Until %(day)s", day=day_in_words(date.fromisoformat(when["until"])))
    community, code = checks.served_by(answers)
    place = communities.neighbourhood(db(), community.id or 0, code).removesuffix(code[:4]).strip()
    written = f"{code[:4]} {code[4:]}".strip()
    return [
        _row("when", _("When"), said, multiline="\n" in said),
        _row("where", _("Where"), f"{written}, {place}" if place else written),
    ]


def _full_name(you: Answers) -> str:
    return " ".join(f"{you.get('first_name', '')} {you.get('last_name', '')}".split())


def _self(answers: Answers) -> list[Row]:
    you = answers["you"]
    return [
        _row("you", _("Your name"), _full_name(you)),
        _row("you", _("How we reach you"), _reach(you)),
    ]


def _somebody_else(answers: Answers) -> list[Row]:
    you = answers["you"]
    told = {
        "in_person": _("Yes, in person"),
        "by_phone": _("Yes, on the phone"),
        "not_yet": _("Not yet"),
    }[you["told"]]
    on = checks.told_on(you)
    contact = _("You") if you["contact"] == "asker" else you["first_name"]
    return [
        _row("you", _("Who needs help"), _full_name(you)),
        _row("you", _("Your name"), str(you["asker_first_name"])),
        _row("you", _("Who you are to them"), str(RELATION_WORDS[you["relation"]])),
        _row("you", _("Do they know"), f"{told}, {day_in_words(on)}" if on else told),
        _row("you", _("Whom we call or write to"), f"{contact}. {_reach(you)}"),
    ]


def _reach(you: Answers) -> str:
    if you["reach"] == "visit":
        return _("You drop in yourself")
    if you["reach"] == "phone":
        return _("By phone: %(number)s", number=phone_as_read(str(you["phone"])))
    return _("By e-mail: %(address)s", address=str(you["email"]).strip())


def _the_rest(answers: Answers) -> list[Row]:
    you, other = answers["you"], checks.is_for_other(answers)
    names = dict(language_names(i18n.language()))
    spoken = listed(names[code] for code in _spoken(you)) or _("Not filled in")
    wishes = [
        _row("you", question, answer)
        for question, answer in request_facts(you.get("traits") or (), you.get("avoids") or ())
    ]
    chooses = _("They choose themselves") if other else _("You choose yourself")
    return [
        _row("you", _("Languages"), spoken),
        *wishes,
        _row("you", _("Who chooses the volunteer"), _("We choose") if you["choice"] == "us" else chooses),
    ]
