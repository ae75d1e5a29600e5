"""The matcher's reasons as sentences, to a coordinator about a volunteer and to a volunteer about a request.

Every code of `matcher.CODES` has a sentence in both voices; the message ids are English, the translations stand in
`translations/<language>/reasons.po`.
"""

from collections.abc import Iterable, Mapping, Sequence
from functools import cache, lru_cache
from typing import Any, Literal

from babel import Locale
from babel.lists import format_list
from babel.numbers import format_decimal

from matcher import CODES, Reason
from models import catalogue, kinds

Voice = Literal["desk", "volunteer"]
Message = str | tuple[str, str]
Names = Mapping[str, str]


def _(message: str) -> str:
    # Marks a sentence for the catalogues; it is translated when it is said.
    return message


def ngettext(one: str, many: str) -> tuple[str, str]:
    # Marks a sentence that has a plural.
    return one, many


# A kind of help as it stands in the middle of a sentence: "Likes to help with ...".
KINDS: dict[str, str] = {
    "company-visits": _("company and home visits"),
    "walking-together": _("walking together"),
    "outings": _("outings"),
    "phone-buddy": _("phone calls for company"),
    "buddy": _("long-term contact as a buddy"),
    "dementia-buddy": _("company for somebody with dementia"),
    "groceries": _("groceries"),
    "cooking-meals": _("cooking"),
    "light-housework": _("light housework"),
    "odd-jobs": _("odd jobs indoors"),
    "garden": _("garden jobs"),
    "moving-help": _("moving and clearing out"),
    "pets": _("pets"),
    "sewing": _("sewing and mending"),
    "bike-repair": _("bicycle repair"),
    "transport": _("transport by car"),
    "hospital-escort": _("visits to hospital or doctor"),
    "wheelchair-outing": _("pushing a wheelchair"),
    "paperwork": _("post and administration"),
    "money": _("money matters"),
    "forms-benefits": _("forms and benefits"),
    "digital-help": _("computer and phone"),
    "language-practice": _("practising Dutch"),
    "reading-aloud": _("reading aloud"),
    "homework": _("homework and tutoring"),
    "interpreting": _("interpreting and translating"),
    "job-search": _("finding work"),
    "respite-care": _("relieving an informal carer"),
    "child-minding": _("child minding"),
    "hosting": _("receiving guests"),
    "activity-help": _("activities"),
    "event-help": _("events"),
    "board-work": _("board work"),
    "publicity": _("publicity"),
    "music-creative": _("music and crafts"),
}
MOMENTS: dict[str, str] = {
    "night": _("%(day)s night"),
    "morning": _("%(day)s morning"),
    "afternoon": _("%(day)s afternoon"),
    "evening": _("%(day)s evening"),
}
TRAITS: dict[str, str] = {
    "smoker": _("smoking"),
    "dog": _("a dog"),
    "cat": _("a cat"),
    "stairs": _("stairs"),
    "man": _("a man"),
    "woman": _("a woman"),
}
# Which number decides between one and many.
COUNTED = {"near": "km", "far": "km", "little_time": "hours", "helps": "load"}

DESK: dict[str, Message] = {
    "offers_kind": _("Likes to help with %(kind)s."),
    "writes_about_kind": _("Writes about %(kind)s."),
    "offers_some_kinds": _("Can help with %(covered)s of the %(asked)s things asked."),
    "maybe_kind": _("Can perhaps help with %(kind)s."),
    "related_kind": _("Does something like it: %(kind)s."),
    "other_kind": _("Does not mention %(kind)s."),
    "kind_unknown": _("It is not clear yet which help is needed."),
    "same_area": _("Lives in the neighbourhood."),
    "near": ngettext("Lives %(km)s kilometre away.", "Lives %(km)s kilometres away."),
    "far": ngettext("Lives further away: %(km)s kilometre.", "Lives further away: %(km)s kilometres."),
    "can_once": _("Can come on %(moment)s."),
    "can_day": _("Can come on %(day)s."),
    "can_period": _("Can come the whole time."),
    "can_weekly": _("Can come every %(moment)s."),
    "can_all_times": _("Can come at all %(asked)s times asked."),
    "can_some_times": _("Can come at %(covered)s of the %(asked)s times asked."),
    "has_time": _("Can come at many times in the week."),
    "little_time": ngettext("Can come only %(hours)s hour a week.", "Can come only %(hours)s hours a week."),
    "speaks": _("Speaks %(languages)s."),
    "speaks_some": _("Speaks %(languages)s, but not every language asked."),
    "away_days": _("Is away on %(days)s of the coming %(coming)s days."),
    "free": _("Helps nobody else at the moment."),
    "helps": ngettext(
        "Helps %(load)s person already, or was asked to.", "Helps %(load)s people already, or was asked to."
    ),
    "helped_much": _("Helped %(hours)s hours in the last month already."),
    "offered_long_ago": _("Offered help %(months)s months ago. Ask whether it still stands."),
    "urgent": _("There is a hurry."),
    "waits": _("Has waited for %(days)s days."),
    "known": _("Helped here before, and it went well."),
    "distance": _("Lives too far away: %(km)s kilometres. Travels at most %(max_km)s."),
    "time": _("Cannot come at that time."),
    "away": _("Is away then."),
    "certificate": _("Has no valid certificate for this on that day: %(certificate)s."),
    "language": _("Does not speak %(languages)s."),
    "capacity": _("Helps enough people already."),
    "blocked": _("We do not bring these two together."),
    "preference": _("Does not fit a wish: %(trait)s."),
    "paused": _("Is taking a break."),
}
VOLUNTEER: dict[str, Message] = {
    "offers_kind": _("You like to help with %(kind)s."),
    "writes_about_kind": _("You wrote about %(kind)s."),
    "offers_some_kinds": _("You can help with %(covered)s of the %(asked)s things asked."),
    "maybe_kind": _("Perhaps you can help with %(kind)s."),
    "related_kind": _("It is like what you do: %(kind)s."),
    "other_kind": _("This is about %(kind)s. You did not mention that."),
    "kind_unknown": _("It is not clear yet which help is needed."),
    "same_area": _("In your neighbourhood."),
    "near": ngettext("%(km)s kilometre from you.", "%(km)s kilometres from you."),
    "far": ngettext("Further away: %(km)s kilometre from you.", "Further away: %(km)s kilometres from you."),
    "can_once": _("You can come on %(moment)s."),
    "can_day": _("You can come on %(day)s."),
    "can_period": _("You can come the whole time."),
    "can_weekly": _("You can come every %(moment)s."),
    "can_all_times": _("You can come at all %(asked)s times asked."),
    "can_some_times": _("You can come at %(covered)s of the %(asked)s times asked."),
    "has_time": _("You can come at many times in the week."),
    "little_time": ngettext("You can come only %(hours)s hour a week.", "You can come only %(hours)s hours a week."),
    "speaks": _("You speak %(languages)s."),
    "speaks_some": _("You speak %(languages)s, but not every language asked."),
    "away_days": _("You are away on %(days)s of the coming %(coming)s days."),
    "free": _("You help nobody else at the moment."),
    "helps": ngettext(
        "You help %(load)s person already, or were asked to.", "You help %(load)s people already, or were asked to."
    ),
    "helped_much": _("You helped %(hours)s hours in the last month already."),
    "offered_long_ago": _("You offered your help %(months)s months ago."),
    "urgent": _("There is a hurry."),
    "waits": _("This person has waited for %(days)s days."),
    "known": _("You helped here before, and it went well."),
    "distance": _("Too far away: %(km)s kilometres. You travel at most %(max_km)s."),
    "time": _("You cannot come at that time."),
    "away": _("You are away then."),
    "certificate": _("You need a valid certificate for this: %(certificate)s."),
    "language": _("For this you need to speak %(languages)s."),
    "capacity": _("You help enough people already."),
    # Who blocked whom, and whose wish it is, is nobody's business but the desk's.
    "blocked": _("This request does not suit you."),
    "preference": _("This request does not suit you."),
    "paused": _("You are taking a break."),
}
# For a ranking that says only which hard constraint was broken.
BARE: dict[Voice, dict[str, str]] = {
    "desk": {
        "distance": _("Lives too far away."),
        "certificate": _("Has no valid certificate for this on that day."),
        "language": _("Does not speak the language asked."),
        "preference": _("Does not fit a wish."),
    },
    "volunteer": {
        "distance": _("This is too far away for you."),
        "certificate": _("You need a valid certificate for this."),
        "language": _("You do not speak the language asked."),
    },
}
_MESSAGES: dict[Voice, dict[str, Message]] = {"desk": DESK, "volunteer": VOLUNTEER}


def for_desk(reasons: Iterable[Reason], language: str, names: Names | None = None) -> list[str]:
    """Say to a coordinator why a volunteer fits, a sentence a reason.

    Parameters
    ----------
    language : str
        One of `catalogue.available_languages()`.
    names : Mapping of slug to name, optional
        What kinds are called that the catalogue does not know.
    """
    return [sentence(reason, language, "desk", names) for reason in reasons]


def for_volunteer(reasons: Iterable[Reason], language: str, names: Names | None = None) -> list[str]:
    """Say to a volunteer why a request fits them; parameters as in `for_desk`."""
    return [sentence(reason, language, "volunteer", names) for reason in reasons]


def why_not(reason: Reason | str, language: str, names: Names | None = None, voice: Voice = "desk") -> str:
    """Say which hard constraint is broken: with its figures for a reason, bare for its code alone."""
    if isinstance(reason, Reason):
        return sentence(reason, language, voice, names)
    message = BARE[voice].get(reason) or _MESSAGES[voice][reason]
    assert isinstance(message, str)
    return str(catalogue.translations(language).gettext(message))


def render_both(
    reasons: Sequence[Reason], voice: Voice = "desk", names: Mapping[str, Names] | None = None
) -> dict[str, list[str]]:
    """Say the same reasons in the languages of the desk; `names` holds the kinds' names by language."""
    return {
        language: [sentence(reason, language, voice, (names or {}).get(language)) for reason in reasons]
        for language in catalogue.whole_languages()
    }


def sentence(reason: Reason, language: str, voice: Voice = "desk", names: Names | None = None) -> str:
    """Say one reason. KeyError for a code that is not in `matcher.CODES`.

    Examples
    --------
    >>> sentence(Reason("near", {"km": 3}), "en"), sentence(Reason("near", {"km": 3}), "nl", "volunteer")
    ('Lives 3 kilometres away.', '3 kilometer bij u vandaan.')
    """
    words = catalogue.translations(language)
    given: dict[str, Any] = {name: reason.params[name] for name in CODES[reason.code]}
    code = "away" if given.get("away") else reason.code
    message = _MESSAGES[voice][code]
    one, many = (message, message) if isinstance(message, str) else message
    said = words.gettext(one) if one == many else words.ngettext(one, many, given[COUNTED[code]])
    return str(said) % _spoken(given, reason.code, language, names or {})


def _spoken(given: Mapping[str, Any], code: str, language: str, names: Names) -> dict[str, str]:
    """The parameters as words and numbers of this language."""
    say = catalogue.translations(language).gettext
    locale = _locale(language)
    spoken: dict[str, str] = {}
    for name, value in given.items():
        match name:
            case "slug":
                spoken["kind"] = say(KINDS[value]) if value in KINDS else names.get(value) or kinds.name(value, say)
            case "languages":
                listed = [locale.languages.get(spoken_one, spoken_one) for spoken_one in value]
                spoken[name] = format_list(listed, style="or" if code == "language" else "standard", locale=locale)
            case "day":
                spoken[name] = locale.days["format"]["wide"][value]
            case "part":
                spoken["moment"] = say(MOMENTS[value]) % {"day": locale.days["format"]["wide"][given["day"]]}
            case "kind":
                spoken["certificate"] = _certificate(value, say)
            case "trait":
                spoken[name] = say(TRAITS[value])
            case _ if isinstance(value, (int, float)) and not isinstance(value, bool):
                spoken[name] = _number(value, language)
    return spoken


_locale = cache(Locale.parse)


@lru_cache(maxsize=4096)  # a page says some eighty numbers, nearly all of them small and whole
def _number(value: float, language: str) -> str:
    return format_decimal(value, locale=_locale(language))


def _certificate(kind: str, say: Any) -> str:
    known = {"vog": _("VOG"), "first-aid": _("first aid")}
    return str(say(known[kind])) if kind in known else kind
