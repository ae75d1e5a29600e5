"""Typing errors: a word in no dictionary becomes the key word that it nearly is."""

from collections import defaultdict
from collections.abc import Iterable

from rapidfuzz import process
from rapidfuzz.distance import OSA

from matcher.language.stems import is_known

SHORTEST = 5
NEAR_ENOUGH = 0.8


class Spelling:
    """Knows the key words of a corpus and finds the one that was meant.

    Examples
    --------
    >>> Spelling(["boodschappen", "rolstoel"]).mend("bodschapen")
    'boodschappen'
    """

    def __init__(self, key_words: Iterable[str]) -> None:
        self._words = frozenset(key_words)
        self._by_first: dict[str, list[str]] = defaultdict(list)
        for word in sorted(self._words):
            if len(word) >= SHORTEST:
                self._by_first[word[0]].append(word)

    def mend(self, word: str) -> str:
        """The key word at most a fifth of its letters away, if the word itself is in no dictionary.

        A first letter is seldom mistyped: only key words that share it are looked at.
        """
        if len(word) < SHORTEST or word in self._words or word[0] not in self._by_first or is_known(word):
            return word
        found = process.extractOne(
            word,
            self._by_first[word[0]],
            scorer=OSA.normalized_similarity,
            score_cutoff=NEAR_ENOUGH,
        )
        return found[0] if found else word
