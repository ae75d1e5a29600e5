"""Whether the answers of each page can be used: every rule stands in the models, here they are asked page by page."""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any

from models import one_day, preferences, values
from models.delays import local_now, today
from models.errors import Invalid
from models.kinds import BY_SLUG
from models.operations import asking, request_form
from models.operations.requests import check_kinds
from models.tables import Community
from web import access, week
from web.ask.forms import OPEN_TIMES, OTHER, UNKNOWN
from web.runtime import now
from web.transaction import db

STEPS = ("words", "kinds", "when", "where", "you")
"""The pages with questions, in order; each is also its endpoint and its key among the answers."""
Answers = Mapping[str, Any]


class Checks:
    """Asks the models about one value after another and gathers what they refuse."""

    def __init__(self) -> None:
        self.refused: list[Invalid] = []

    def ask(self, rule: Callable[..., Any], *given: Any, **more: Any) -> Any:
        """Give what the rule makes of a value, or None where it refuses it."""
        try:
            return rule(*given, **more)
        except Invalid as error:
            self.refused.append(error)
            return None


def problems(step: str, answers: Answers) -> list[Invalid]:
    """Give what is wrong with the answers of a page; the fields are named as in its form."""
    checks = Checks()
    _CHECKS[step](checks, answers.get(step) or {}, answers)
    return checks.refused


def first_open(answers: Answers) -> str | None:
    """Give the first page that was not answered yet, or not rightly; None: ready to be sent."""
    return next((step for step in STEPS if step not in answers or problems(step, answers)), None)


def is_for_other(answers: Answers) -> bool:
    """Whether somebody asks for somebody else."""
    return (answers.get("words") or {}).get("whom") == OTHER


def chosen_kinds(answers: Answers) -> list[str]:
    """Give the kinds of help that were ticked; empty: a coordinator decides."""
    given = answers.get("kinds") or {}
    if given.get("unsure"):
        return []
    return [slug for slug in (*given.get("kinds", ()), *given.get("others", ())) if slug in BY_SLUG]


def served_by(answers: Answers) -> tuple[Community, str]:
    """Give who serves the postcode, and the postcode in our notation (see `asking.community_for_postcode`)."""
    return asking.community_for_postcode(db(), str((answers.get("where") or {}).get("postcode", "")))


def _words(checks: Checks, given: Answers, _answers: Answers) -> None:
    by_pictures = bool(given.get("pictures")) and not str(given.get("text", "")).strip()
    checks.ask(values.text, "text", str(given.get("text", "")), required=not by_pictures)
    if given.get("whom") not in ("self", "other"):
        checks.refused.append(Invalid("whom", "choice"))


def _kinds(checks: Checks, given: Answers, answers: Answers) -> None:
    chosen = chosen_kinds({"kinds": given})
    checks.ask(check_kinds, chosen)
    if not chosen and not str((answers.get("words") or {}).get("text", "")).strip():
        checks.refused.append(Invalid("kinds", "words_or_picture"))


def _when(checks: Checks, given: Answers, _answers: Answers) -> None:
    when(given, checks)


def how_filled_in(given: Answers) -> str:
    """Give how often help is asked for, by what was filled in under an answer that nobody chose; empty: not one."""
    dated = any(str(given.get(name) or "").strip() for name in ("date", "starts", "ends"))
    weekly = any((given.get("week") or {}).values())
    if dated == weekly:
        return ""
    return "once" if dated else "weekly"


def when(given: Answers, checks: Checks | None = None) -> dict[str, Any]:
    """Give ``when`` of the matching file format for these answers; empty where something is refused."""
    checks = checks or Checks()
    zone = access.community().timezone
    day = today(now(), zone)
    how = given.get("how")
    wanted: dict[str, Any] = {"kind": how or ""}
    if how == "once" and given.get("starts") in OPEN_TIMES:
        wanted = _some_time(given, checks, day)
    elif how == "once":
        wanted |= _once(given, checks, day)
    elif how == "weekly":
        wanted |= _weekly(given, checks, day)
    if checks.refused:
        return {}
    names = {"when": "how", "start": "starts", "end": "ends", "windows": "week", "from": "first", "until": "last"}
    try:
        return asking.check_when(wanted, today=day, local=local_now(now(), zone))
    except Invalid as error:
        checks.refused.append(Invalid(names[error.field], error.code, **_details(error)))
        return {}


def _once(given: Answers, checks: Checks, day: date) -> dict[str, str]:
    on = checks.ask(_day, "date", given, day)
    starts = checks.ask(_clock, "starts", given)
    if on is None or starts is None:
        return {}
    start = datetime.combine(on, starts)
    checks.ask(values.on_the_clock, "starts", start, access.community().timezone)
    end = checks.ask(one_day.end, "ends", str(given.get("ends") or ""), start)
    return {} if end is None else {"start": start.isoformat(), "end": end.isoformat()}


def _some_time(given: Answers, checks: Checks, day: date) -> dict[str, Any]:
    """Give ``when`` for one day of which only a part of it is known, or not even that."""
    on = checks.ask(_day, "date", given, day)
    if str(given.get("ends") or "").strip():
        checks.refused.append(Invalid("starts", "only_end"))
    if on is None or checks.refused:
        return {}
    part = None if given["starts"] == UNKNOWN else str(given["starts"])
    left = one_day.spans(on, part, local_now(now(), access.community().timezone))
    if not left:
        checks.refused.append(Invalid("starts", "date_past"))
    return one_day.as_when(on, left)


def _weekly(given: Answers, checks: Checks, day: date) -> dict[str, Any]:
    wanted: dict[str, Any] = {"windows": checks.ask(week.windows, "week", week.restore(given.get("week"))) or []}
    if not wanted["windows"] and not checks.refused:
        checks.refused.append(Invalid("week", "no_time"))
    for name, key in (("first", "from"), ("last", "until")):
        if str(given.get(name, "")).strip():
            found = checks.ask(values.day, name, str(given[name]), today=day)
            wanted[key] = found.isoformat() if found else ""
    return wanted


def _day(field: str, given: Answers, day: date, *, past: bool = False) -> date:
    typed = str(given.get(field, "")).strip()
    if not typed:
        raise Invalid(field, "required")
    return values.day(field, typed, today=day, past=past)


def _clock(field: str, given: Answers) -> Any:
    typed = str(given.get(field, "")).strip()
    if not typed:
        raise Invalid(field, "required")
    return values.clock(field, typed)


def _where(checks: Checks, _given: Answers, answers: Answers) -> None:
    checks.ask(served_by, answers)


def _you(checks: Checks, given: Answers, answers: Answers) -> None:
    other = is_for_other(answers)
    checks.ask(values.name, "first_name", str(given.get("first_name", "")))
    checks.ask(values.name, "last_name", str(given.get("last_name", "")), required=False)
    if other:
        _asker(checks, given)
    reach = given.get("reach")
    if reach not in request_form.REACH:
        checks.refused.append(Invalid("reach", "choice"))
    elif reach in ("phone", "email"):
        rule = values.phone if reach == "phone" else values.email
        checks.ask(_filled, rule, reach, str(given.get(reach, "")))
    checks.ask(preferences.check, "traits", _ticked(given, "traits"), preferences.REQUEST_TRAITS)
    checks.ask(preferences.check, "avoids", _ticked(given, "avoids"), preferences.REQUEST_AVOIDS)
    if given.get("choice") not in ("self", "us"):
        checks.refused.append(Invalid("choice", "choice"))


def _ticked(given: Answers, name: str) -> list[str]:
    return list(given.get(name) or ())


def _asker(checks: Checks, given: Answers) -> None:
    if given.get("relation") not in request_form.RELATIONS:
        checks.refused.append(Invalid("relation", "choice"))
    checks.ask(values.name, "asker_first_name", str(given.get("asker_first_name", "")))
    if given.get("contact") not in ("asker", "resident"):
        checks.refused.append(Invalid("contact", "choice"))
    if given.get("told") not in request_form.TOLD:
        checks.refused.append(Invalid("told", "choice"))
    checks.ask(told_on, given)


def told_on(given: Answers) -> date | None:
    """Give the day on which the person was told, if they were and it was filled in."""
    if given.get("told") not in ("in_person", "by_phone") or not str(given.get("told_on", "")).strip():
        return None
    day = today(now(), access.community().timezone)
    found = _day("told_on", given, day, past=True)
    if found > day:
        raise Invalid("told_on", "date_future")
    return found


def _filled(rule: Callable[[str, str], str], field: str, typed: str) -> str:
    if not typed.strip():
        raise Invalid(field, "required")
    return rule(field, typed)


def _details(error: Invalid) -> dict[str, Any]:
    return {name: value for name, value in error.details.items() if name != "field"}


_CHECKS: dict[str, Callable[[Checks, Answers, Answers], None]] = {
    "words": _words,
    "kinds": _kinds,
    "when": _when,
    "where": _where,
    "you": _you,
}
