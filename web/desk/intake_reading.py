"""What the words of a call already say: kinds of help, and when; filled in, said so, and theirs to change."""

import hashlib
import json

from models.kinds import BY_SLUG
from models.operations.requests import MAX_KINDS
from web import week
from web.ask.reading import WhenRead, about_read, when_read
from web.desk.intake_form import IntakeForm
from web.runtime import runtime
from web.words import today_here

_SURE = 0.5
"""From here on a kind of help is more likely than all others together."""
_WHEN = ("how", "date", "starts", "ends", "first", "last")


def understood(form: IntakeForm) -> list[tuple[str, float]]:
    """Give the kinds of help to suggest, most certain first, with confidence."""
    found = runtime().reader.understand(_words(form)) if _words(form).strip() else []
    return [(slug, confidence) for slug, confidence in found if slug in BY_SLUG]


def tick_kinds(form: IntakeForm, found: list[tuple[str, float]]) -> None:
    """Tick what was understood where nothing is ticked: somebody asked for it."""
    if not form.kinds.data:
        form.kinds.data = [slug for slug, _confidence in found][:MAX_KINDS]
    form.kinds_for.data = _fingerprint(_words(form))


def tick_home(form: IntakeForm) -> None:
    """Tick what the words say of a home, where nothing is ticked: somebody asked for it."""
    if not form.traits.data:
        form.traits.data = list(about_read(_words(form)).traits)


def tick_sure_kinds(form: IntakeForm, found: list[tuple[str, float]]) -> None:
    """Tick the kinds that are sure where nobody chose any; once for these words, so that it can be left open."""
    for_words, _sign, ours = (form.kinds_for.data or "").partition(":")
    if (form.kinds.data and _named(form) != ours) or for_words == _fingerprint(_words(form)):
        return
    form.kinds.data = [slug for slug, confidence in found if confidence >= _SURE][:MAX_KINDS]
    form.kinds_for.data = f"{_fingerprint(_words(form))}:{_named(form)}"


def kinds_by_us(form: IntakeForm) -> bool:
    """Whether the kinds of help that are ticked are those that we ticked ourselves, without being asked."""
    return bool(form.kinds.data) and (form.kinds_for.data or "").partition(":")[2] == _named(form)


def leave_kinds_open(form: IntakeForm) -> None:
    """Take all ticks away, for good: somebody looks at the kind of help later."""
    form.kinds.data = []
    form.kinds_for.data = _fingerprint(_words(form))


def fill_in_when(form: IntakeForm) -> None:
    """Fill in when from the words, unless somebody chose anything about when; what we filled in may change."""
    if _when_said(form) and not _is_ours(form):
        return
    answers = when_read(_words(form), today_here()).answers
    for name in _WHEN:
        form[name].data = answers.get(name, "")
    form.grid = week.restore(answers.get("week"))
    form.when_for.data = _when_fingerprint(form) if answers else ""


def leave_when_open(form: IntakeForm) -> None:
    """Who says nothing of when has no wish; a date without "once" is left to be asked after."""
    if not _when_said(form):
        form.how.data = "flexible"


def words_of_when(form: IntakeForm) -> list[str]:
    """Give the words in which was read what stands in the form; none where a person chose it, or changed it."""
    if not _is_ours(form):
        return []
    read: WhenRead = when_read(_words(form), today_here())
    return list(read.words) if read.answers.get("how") == form.how.data else []


def _words(form: IntakeForm) -> str:
    return (form.text.data or "")[:10_000]


def _named(form: IntakeForm) -> str:
    return ",".join(sorted(form.kinds.data or []))


def _when_said(form: IntakeForm) -> bool:
    return any((form[name].data or "").strip() for name in _WHEN) or bool(form.grid["parts"] or form.grid["times"])


def _is_ours(form: IntakeForm) -> bool:
    return bool(form.when_for.data) and form.when_for.data == _when_fingerprint(form)


def _when_fingerprint(form: IntakeForm) -> str:
    parts = {day: sorted(parts) for day, parts in form.grid["parts"].items()}
    told = [[form[name].data or "" for name in _WHEN], parts, form.grid["times"]]
    return _fingerprint(json.dumps(told, sort_keys=True))


def _fingerprint(said: str) -> str:
    return hashlib.sha256(said.encode("utf-8", "surrogatepass")).hexdigest()[:16]
