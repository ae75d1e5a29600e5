"""From a word to its stem: the dictionary form of Dutch or English, then the Dutch stem of that."""

import threading
from functools import lru_cache

import simplemma
import Stemmer

LANGUAGES = ("nl", "en")
_per_thread = threading.local()


def _stemmer() -> Stemmer.Stemmer:
    # A stemmer keeps state while it works: threads must not share one.
    if not hasattr(_per_thread, "stemmer"):
        _per_thread.stemmer = Stemmer.Stemmer("dutch")
    return _per_thread.stemmer


@lru_cache(maxsize=50_000)
def stem(word: str) -> str:
    """The stem of one normalised word.

    Examples
    --------
    >>> stem("boodschappen") == stem("boodschap"), stem("gewandeld") == stem("wandelen")
    (True, True)
    """
    return str(_stemmer().stemWord(simplemma.lemmatize(word, lang=LANGUAGES).lower()))


@lru_cache(maxsize=50_000)
def is_known(word: str) -> bool:
    """Whether a dictionary of Dutch or English has this word: such a word is not misspelt."""
    return bool(simplemma.is_known(word, lang=LANGUAGES))
