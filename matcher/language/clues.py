"""What else a text says: how often and when, how urgent, in which language, what is at home, and worries.

Read by rule and not learnt: each clue names the words it was read in, so that a person can be asked "did we understand
that well?". Nothing here is ever applied by itself.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from matcher.language.denials import NO, is_denied
from matcher.language.normalise import normalise
from matcher.language.weekdays import NAME, weekdays

WEEKLY, ONCE = "weekly", "once"
LOW, HIGH = "low", "high"
PARTS = ("morning", "afternoon", "evening")
AT_HOME = ("wheelchair", "dog", "cat", "smoker", "stairs")
WORRIES = ("danger", "violence", "despair")
"""Somebody may be in danger now; somebody is hurt or threatened; somebody does not want to live."""


@dataclass(frozen=True, slots=True)
class Clue:
    """One thing that was read: what it is about, what it says, and in which words (normalised)."""

    about: str
    value: str
    words: str


@dataclass(frozen=True, slots=True)
class Clues:
    """Everything that was read, each thing once, in the order of the text.

    ``about`` is ``often`` (`WEEKLY`, `ONCE`), ``day`` (``0`` Monday to ``6``), ``part`` (`PARTS`), ``no_day`` and
    ``no_part`` (those that do not suit), ``urgency`` (`LOW`, `HIGH`), ``language`` (ISO 639-1), ``home`` (`AT_HOME`) or
    ``worry`` (`WORRIES`). On which date it is, is read apart: see `matcher.language.dates`.
    """

    found: tuple[Clue, ...] = ()

    def of(self, about: str) -> tuple[str, ...]:
        """The values that were read about one thing."""
        return tuple(clue.value for clue in self.found if clue.about == about)

    def first(self, about: str) -> str | None:
        """The first of them, or None."""
        return next(iter(self.of(about)), None)


_LANGUAGES = {
    "ar": "arabisch|arabic", "tr": "turks|turkish", "pl": "pools|polish", "uk": "oekraiens|ukrainian",
    "en": "engels|english", "de": "duits|german", "fr": "frans|french", "es": "spaans|spanish",
    "ti": "tigrinya|tigrinja", "so": "somalisch|somali", "fa": "farsi|perzisch|persian|dari", "ku": "koerdisch|kurdish",
    "ru": "russisch|russian", "zh": "chinees|mandarijn|chinese|mandarin", "pt": "portugees|portuguese",
    "it": "italiaans|italian", "ro": "roemeens|romanian", "bg": "bulgaars|bulgarian", "am": "amhaars|amharisch|amharic",
    "ur": "urdu", "hi": "hindi", "vi": "vietnamees|vietnamese", "el": "grieks|greek",
}  # fmt: skip
_CODES = {name: code for code, names in _LANGUAGES.items() for name in names.split("|")}
_SPEAKS = frozenset((
    "spreek", "spreekt", "spreken", "praat", "praten", "sprekend", "sprekende", "versta", "verstaat", "moedertaal",
    "taal", "speak", "speaks", "speaking", "talk", "talks",
))  # fmt: skip
_NEAR = 4
"""So many words before its name may stand that somebody speaks a language."""
_BUT_NOT_I = re.compile(
    r",? (?:en|maar|and|but) (?:ik|wij|i|we)(?: zelf)?(?: helaas)? (?:niet|don't|do not|cannot|can't)(?=$| ?[.,;:!?)])"
)
"""He speaks it, and who writes does not."""

_THEM = "(?:mij|me|ons|haar|us|her|hem|him)"
_KIN_NL = "(?:man|vrouw|zoon|dochter|partner|vriend|vriendin|ex|vader|moeder|broer|buurman)"
_KIN_EN = "(?:husband|wife|son|daughter|partner|boyfriend|girlfriend|ex|father|mother|brother)"
# What is said of each thing, as patterns over the normalised text; whole words, and none with a repetition inside
# another, so that reading takes as long as the text is.
_SAID: dict[tuple[str, str], tuple[str, ...]] = {
    ("often", WEEKLY): (
        rf"(?:elke|iedere|every|each) (?:week|ochtend|middag|avond|morning|afternoon|evening|{NAME}\w*)",
        "wekelijks", "wekelijkse", "weekly", "once a week", "twice a week",
        "(?:een|1|twee|2|paar) ?(?:x|keer|maal|times?) (?:per|in de|a) week",
        rf"{NAME}(?:s|en)", "vaste (?:dag|middag|ochtend|avond)",
    ),
    ("often", ONCE): ("eenmalig", "eenmalige", "voor een keer", "slechts een keer", "just once", "one time"),
    ("part", "morning"): (
        "(?<!goede )ochtend", "ochtends", "ochtenden", "voormiddag", "(?<!good )morning", "mornings", "'s morgens",
        rf"{NAME}(?:ochtend| ?morgen)", "(?:over)?morgenochtend",
    ),
    ("part", "afternoon"): (
        "(?<!goede )(?<!voor de )middag", "middags", "middagen", "namiddag", "(?<!good )afternoon", "afternoons",
        f"{NAME}middag", "(?:over)?morgenmiddag",
    ),
    ("part", "evening"): (
        "(?<!goeden )(?<!goede )(?<!voor de )avond", "avonds", "avonden", "(?<!good )evening", "evenings",
        f"{NAME}avond", "(?:over)?morgenavond",
    ),
    ("urgency", LOW): (
        f"{NO} (?:echt )?(?:haast|spoed|dringend|rush|hurry|urgent)",
        "wanneer het uitkomt", "als het uitkomt", "whenever it suits",
    ),
    ("urgency", HIGH): (
        "spoed", "er is haast", "haast bij", "heb(?:t|ben)? haast", "dringend",
        "zo snel mogelijk", "zsm", "nog vandaag", "vandaag nog",
        "urgent", "urgently", "as soon as possible", "asap",
    ),
    ("home", "wheelchair"): ("rolstoel", "rolstoelen", "wheelchair"),
    ("home", "dog"): ("hond", "honden", "hondje", "hondjes", "dog", "dogs"),
    ("home", "cat"): ("kat", "katten", "poes", "poezen", "kater", "cat", "cats"),
    ("home", "smoker"): ("ik rook", "rookt", "roker", "rokers", "wij roken", "we roken", "i smoke", "smokes", "smoker"),
    ("home", "stairs"): ("trap", "trappen", "traplopen", "stairs"),
    ("worry", "danger"): (
        "word(?:t|en)? opgesloten", "sluit (?:mij|me|haar|hem) op", "heeft een mes", "met een mes",
        "houdt (?:mij|me) vast", "al dagen niets? gegeten",
        "has a knife", "locked me in",
    ),
    ("worry", "violence"): (
        f"(?:slaat|schopt|trapt|bedreigt|mishandelt|sloeg|schopte|bedreigde|mishandelde) {_THEM}",
        f"(?:he|she|who|{_KIN_EN}) (?:hits|hit|beats|threatens|hurts|abuses) {_THEM}",
        r"(?:word|wordt|werd|worden) (?:door \S+ \S+ )?(?:geslagen|mishandeld|bedreigd|misbruikt)",
        "mishandeling", "huiselijk geweld", "aangerand", "domestic violence", "durf niet (?:meer )?naar huis",
        f"bang voor (?:mijn|m'n|haar|zijn) {_KIN_NL}", f"(?:afraid|scared) of (?:my|her|his) {_KIN_EN}",
    ),
    ("worry", "despair"): (
        "wil (?:ik |hij |ze |zij )?niet meer (?:verder )?leven", "wil(?:de)? (?:ik )?(?:liever |het liefst )?dood",
        "zelfmoord", "suicide", "suicidaal", "suicidal", "uit het leven stappen", "het leven heeft geen zin",
        "een einde? aan (?:mijn|haar|zijn) leven", "er een einde? aan (?:te )?maken", "voor mij hoeft het niet meer",
        "kill myself", "don't want to live", "want to die", "end my life", "no reason to live",
    ),
}  # fmt: skip
# What stands before it turns it into nothing: no dog, no wheelchair. A worry is never talked away.
_DENIED = re.compile(rf"\b{NO}(?: (?:een|meer|zelf|a|any))?$")
_WORD = re.compile(r"[^\W_]+")
_COMPOUNDS = {f"{name}{ending}": name for name in _CODES for ending in ("sprekend", "sprekende")}
_COMPILED = tuple(
    (about, value, re.compile(rf"(?<!\w)(?:{'|'.join(said)})(?!\w)")) for (about, value), said in _SAID.items()
)


def read_clues(text: str) -> Clues:
    """Read what else a text says; never fails.

    Parameters
    ----------
    text : str
        In Dutch or English; the first 10,000 characters are read.

    Examples
    --------
    >>> [(clue.about, clue.value) for clue in read_clues("Elke dinsdagmiddag, en geen haast.").found]
    [('often', 'weekly'), ('day', '1'), ('part', 'afternoon'), ('urgency', 'low')]
    """
    plain = normalise(text)
    found: list[tuple[int, int, Clue]] = []
    for order, (about, value, pattern) in enumerate(_COMPILED):
        for match in pattern.finditer(plain):
            if about == "home" and _is_denied(plain, match.start()):
                continue
            if about in ("often", "part") and is_denied(plain, *match.span()):
                if about == "part":
                    found.append((match.start(), order, Clue("no_part", value, match.group())))
                continue
            found.append((match.start(), order, Clue(about, value, match.group())))
            break
    for day in weekdays(plain):
        found.append((day.start, 1, Clue("no_day" if day.denied else "day", str(day.number), day.words)))
    found += [(start, len(_COMPILED), clue) for start, clue in _languages(plain)]
    return Clues(tuple(_settled(clue for _start, _order, clue in sorted(found, key=lambda one: one[:2]))))


def _is_denied(plain: str, start: int) -> bool:
    return bool(_DENIED.search(plain[max(0, start - 20) : start].rstrip()))


def _languages(plain: str) -> list[tuple[int, Clue]]:
    """Languages that somebody speaks: the name of a language alone may be bread or a neighbour."""
    found: list[tuple[int, Clue]] = []
    words = [(match.group(), match.start()) for match in _WORD.finditer(plain)]
    spoken = [word in _SPEAKS for word, _start in words]
    for place, (word, start) in enumerate(words):
        name = word if word in _CODES else _COMPOUNDS.get(word, "")
        if not name or _is_denied(plain, start):
            continue
        # "Speaks Turkish, Kurdish and a little English": each language leads to the next.
        near = any(spoken[max(0, place - _NEAR) : place + 2])
        if near or name != word or [w for w, _s in words[max(0, place - 2) : place]] == ["in", "het"]:
            spoken[place] = True
            if _BUT_NOT_I.match(plain, start + len(word)):
                continue
            found.append((start, Clue("language", _CODES[name], word)))
    return found


def _settled(clues: Iterable[Clue]) -> list[Clue]:
    """Each thing once; "no hurry" is not a hurry, and "every week" is not once."""
    kept: dict[tuple[str, str], Clue] = {}
    for clue in clues:
        kept.setdefault((clue.about, clue.value), clue)
    for about, stronger, weaker in (("urgency", LOW, HIGH), ("often", WEEKLY, ONCE)):
        if (about, stronger) in kept:
            kept.pop((about, weaker), None)
    return list(kept.values())
