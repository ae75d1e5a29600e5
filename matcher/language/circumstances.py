"""What is only good to know: that somebody walks badly or has a dog says how help goes, not which help they need.

A kind of help has words of the same sound, and what somebody tells about themselves would drown what they ask.
"""

import re

from matcher.language.normalise import sentences_of

_SOMEBODY = r"(?:ik|hij|zij|ze|we|wij|mevrouw|meneer|mijn \w+|m'?n \w+|i|he|she|my \w+)"
_VERY = r"(?:(?:heel|erg|wat|nogal|zo|vrij|best|steeds|alleen|nog|te|zelf|very|quite|so|that) )*"
_BADLY = (
    rf"{_VERY}(?:slecht(?:er)?|moeilijk(?:er)?|moeizaam|lastig|langzaam|badly|slowly)(?: meer)?"
    rf"|niet (?:meer )?{_VERY}(?:goed|best|ver|lang|makkelijk|gemakkelijk|snel|vast)(?: meer)?"
)
_AID = (
    r"(?:(?:een|mijn|m'?n|z'?n|zijn|haar|a|an|my) )?"
    r"(?:rollator|wandelstok|stok|krukken|looprek|walker|cane|stick|crutches)"
)
_WHEELCHAIR = r"(?:(?:een|mijn|zijn|haar|a|my) )?(?:elektrische |electric )?(?:rolstoel|wheelchair)"
_WALKING = "|".join(
    (
        rf"(?:loop|loopt|lopen) (?:{_BADLY}|{_VERY}(?:met|achter) {_AID})",
        rf"(?:walk|walks) (?:{_BADLY}|with {_AID})",
        rf"(?:kan|kunnen) (?:{_BADLY}) (?:ver )?lopen",
        r"can(?:'t|not) walk (?:very |so |that )?(?:far|well|long)",
        rf"(?:ben|is|zijn) (?:slecht|niet (?:meer )?{_VERY}goed)(?: meer)? ter been",
        rf"(?:heb|heeft|gebruik|gebruikt|have|has|use|uses) {_AID}",
        rf"(?:zit|zitten|am|is|sit|sits) in {_WHEELCHAIR}",
        rf"(?:heb|heeft|gebruik|gebruikt|have|has|use|uses) {_WHEELCHAIR}",
    )
)
_SHY = r"durf(?:t)? (?:er )?(?:niet|nie) (?:meer )?(?:zo )?(?:goed )?alleen(?: heen| naartoe)?"
_ABOUT_WALKING = rf"(?:{_SOMEBODY} )?(?:{_WALKING})"
_ABOUT = rf"(?:{_ABOUT_WALKING}|(?:{_SOMEBODY} )?{_SHY})"
_JOINED = r",? (?:en|want|maar|dus|and|but|because|so) "
_ONLY_WALKING = re.compile(rf"\W*{_ABOUT}(?:{_JOINED}{_ABOUT})*\W*", re.IGNORECASE)
_DARES_NOT = re.compile(_SHY, re.IGNORECASE)
_SOME_WALKING = re.compile(_WALKING, re.IGNORECASE)
_BESIDE = re.compile(
    # Before what is asked ("ik loop slecht, wie ..."), or behind it ("..., want ik loop slecht").
    rf"^\W*{_SOMEBODY} (?:{_WALKING}), |(?:,|,? (?:en|want|omdat|maar|and|because)) {_SOMEBODY} (?:{_WALKING})(?=\W*$)",
    re.IGNORECASE,
)
_AT_HOME = re.compile(
    r"\W*(?:ik heb|w(?:e|ij) hebben|er (?:is|zijn)|(?:hij|zij|ze|mijn \w+) heeft"
    r"|i have|we have|there(?: is| are|'s))(?: \w+){0,3}"
    r" (?:hond(?:je|en)?|kat(?:ten)?|poes|poezen|trap(?:pen)?|dogs?|cats?|stairs)(?: in huis| thuis| at home)?\W*",
    re.IGNORECASE,
)


def tells_of_walking(sentence: str) -> bool:
    """Whether a sentence asks and offers nothing: it says how somebody walks, or with what.

    Examples
    --------
    >>> tells_of_walking("Ik durf niet alleen en ik loop met een rollator.")
    True
    >>> tells_of_walking("Ik durf niet alleen naar buiten.")
    False
    """
    return bool(_ONLY_WALKING.fullmatch(sentence) and _SOME_WALKING.search(sentence))


def without_circumstances(text: str) -> str:
    """Give a text without what only tells of circumstances; the whole text where nothing is left.

    Examples
    --------
    >>> without_circumstances("Wie komt er op de koffie? Ik heb een hond.")
    'Wie komt er op de koffie?'
    >>> without_circumstances("Wie doet mijn boodschappen, want ik loop slecht?")
    'Wie doet mijn boodschappen?'
    """
    sentences = sentences_of(text)
    kept = [asked for one in sentences if (asked := _asked(one))]
    return " ".join(kept) if kept and kept != sentences else text


def _asked(sentence: str) -> str:
    if _AT_HOME.fullmatch(sentence):
        return ""
    if tells_of_walking(sentence):
        # Who does not dare to go alone asks for company on the way.
        return " ".join(found[0] for found in _DARES_NOT.finditer(sentence))
    return _BESIDE.sub("", sentence)
