"""One spelling for what can be typed in many ways, so that equal words look equal."""

import re
import unicodedata

from matcher.language.names import GIVEN_NAMES

# Nobody's question is longer; what stands beyond is not read.
READ_AT_MOST = 10_000
LONGEST_WORD = 40
_APOSTROPHES = str.maketrans(dict.fromkeys("’‘‚‛`´ʼ′", "'"))
_SENTENCE_ENDS = re.compile(r"(?<=[.!?;])\s+|\n+")
_WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)*")

# How people shorten on a phone, and how it sounds in the east of the country: common words only.
_SHORT_FORMS = {
    "'k": "ik", "m'n": "mijn", "mn": "mijn", "mien": "mijn", "mie": "mij", "z'n": "zijn", "zn": "zijn",
    "d'r": "haar", "iemd": "iemand", "iem": "iemand", "emaand": "iemand", "nr": "naar", "noar": "naar",
    "vr": "voor", "veur": "voor", "vd": "van de", "vh": "van het", "vn": "van", "mt": "met", "ff": "even",
    "effe": "even", "nie": "niet", "nich": "niet", "neet": "niet", "nt": "niet", "gin": "geen", "gien": "geen",
    "moar": "maar", "mar": "maar", "mr": "maar", "geern": "graag", "grg": "graag", "hoes": "huis",
    "thoes": "thuis", "tuun": "tuin", "oale": "oude", "olde": "oude", "leu": "mensen", "mense": "mensen",
    "boodsch": "boodschappen", "adm": "administratie", "mob": "mobiel", "zkh": "ziekenhuis",
    "ziekenh": "ziekenhuis", "afspr": "afspraak", "fysio": "fysiotherapie", "mw": "mevrouw", "mevr": "mevrouw",
    "dhr": "meneer", "wk": "week", "mnd": "maand", "vrijd": "vrijdag", "aub": "alstublieft",
    "svp": "alstublieft", "pls": "please", "thx": "thanks",
}  # fmt: skip


def sentences_of(text: str) -> list[str]:
    """Give the sentences and lines of what is read of a text, as they were typed.

    Examples
    --------
    >>> sentences_of("De tuin groeit dicht. Wie helpt?\\nGroetjes")
    ['De tuin groeit dicht.', 'Wie helpt?', 'Groetjes']
    """
    return [one for one in _SENTENCE_ENDS.split(text[:READ_AT_MOST]) if one]


def normalise(text: str) -> str:
    """Lower case, one kind of apostrophe, no accents, no signs that are not text; never fails.

    Examples
    --------
    >>> normalise("  Één  kopje KOFFIE,\\u00a0m’n buurvrouw ")
    "een kopje koffie, m'n buurvrouw"
    """
    folded = unicodedata.normalize("NFKD", text[:READ_AT_MOST]).casefold().translate(_APOSTROPHES)
    kept = folded
    if not (folded.isascii() and folded.isprintable()):  # most texts are plain after all
        kept = "".join(" " if sign.isspace() else sign for sign in folded if sign.isspace() or _is_text(sign))
    return " ".join(kept[:READ_AT_MOST].split())


def _is_text(sign: str) -> bool:
    # Accents stand apart from their letters since NFKD; control signs and halves of signs do not print.
    return sign.isprintable() and (sign.isascii() or unicodedata.category(sign)[0] != "M")


def words(text: str) -> list[str]:
    """The words of a text in order, short forms written in full; no given names and no numbers, so no ages.

    Examples
    --------
    >>> words("Ik ben Fatma, 47 jaar") == words("ik ben Sjoerd, 88 jaar")
    True
    >>> words("Wie brengt m'n vader ff nr t zkh?")
    ['wie', 'brengt', 'mijn', 'vader', 'even', 'naar', 't', 'ziekenhuis']
    """
    found = (word[:LONGEST_WORD] for word in _WORD.findall(normalise(text)))
    return " ".join(_SHORT_FORMS.get(word, word) for word in found if _is_read(word)).split()


def told(text: str) -> str:
    """The text as it was written, in any script, without given names and numbers; empty if no word is left.

    For what knows sentences as people write them, with capitals, accents and full stops.

    Examples
    --------
    >>> told("Ik ben Fatma,  47 jaar. Hé, wie snoeit mijn heg?")
    'Ik ben , jaar. Hé, wie snoeit mijn heg?'
    >>> told("Fatma, 47!")
    ''
    """
    signs = unicodedata.normalize("NFKC", text[:READ_AT_MOST])[:READ_AT_MOST].translate(_APOSTROPHES)
    shown = "".join(sign if sign.isprintable() else " " if sign.isspace() else "" for sign in signs)
    kept = _WORD.sub(lambda word: word.group() if _is_read(normalise(word.group())) else "", shown)
    return " ".join(kept.split()) if _WORD.search(kept) else ""


def _is_read(word: str) -> bool:
    return word not in GIVEN_NAMES and not word.isdigit()
