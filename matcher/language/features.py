"""What a text is made of: its words as stems, pairs of stems, and the pieces of its words, each with a weight."""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from matcher.language.normalise import words
from matcher.language.spelling import Spelling
from matcher.language.stems import stem

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

# Pairs of letters and fives make learning a third slower and read other people's texts no better.
PIECE_SIZES = (3, 4)
REMEMBERED_WORDS = 100_000
_BETWEEN = "\t"  # stands in no word, so that pieces, stems and pairs are never confused


@lru_cache(maxsize=REMEMBERED_WORDS)
def pieces_of(word: str) -> tuple[str, ...]:
    """Three and four letters in a row, with a space where the word begins and ends: compounds share them."""
    padded = f" {word} "
    return tuple(padded[start : start + size] for size in PIECE_SIZES for start in range(len(padded) - size + 1))


def stem_feature(word: str) -> str:
    """The name of the feature for the stem of one word."""
    return f"{_BETWEEN}{stem(word)}"


def pair_feature(first: str, second: str) -> str:
    """The name of the feature for two words in a row."""
    return f"{_BETWEEN}{stem(first)}{_BETWEEN}{stem(second)}"


def word_features(found: Sequence[str]) -> list[str]:
    """Stems and pairs of stems of a list of words."""
    return [*map(stem_feature, found), *(pair_feature(a, b) for a, b in pairwise(found))]


def piece_features(found: Sequence[str]) -> list[str]:
    """Pieces of all words of a list."""
    return [piece for word in found for piece in pieces_of(word)]


class Vectoriser:
    """Turns words into weights: TF-IDF, one part for pieces and one for stems, each of length at most 1.

    A feature that no phrase had counts in the length with the weight of the rarest: the less of a text is
    known, the shorter its vector, and the less sure every conclusion.

    Parameters
    ----------
    pieces, stems : Mapping of feature to column
        The columns of `stems` follow those of `pieces`.
    idf : NDArray, shape (columns,)
        How telling each feature is.
    unseen_idf : float
        What a feature weighs that no phrase had.
    """

    def __init__(
        self,
        pieces: Mapping[str, int],
        stems: Mapping[str, int],
        idf: NDArray[np.float32],
        unseen_idf: float,
        spelling: Spelling,
    ) -> None:
        self._pieces, self._stems = pieces, stems
        self.idf, self._unseen_idf = idf, unseen_idf
        self._spelling = spelling
        self._remembered: dict[str, tuple[str, NDArray[np.int32], int]] = {}

    @property
    def columns(self) -> int:
        """How many features there are."""
        return len(self.idf)

    def matrix(self, texts: Sequence[str]) -> "csr_matrix":
        """The vectors of many texts, shape (texts, columns)."""
        from scipy.sparse import csr_matrix  # here: a process starts sooner without it

        rows = [self._row(words(text)) for text in texts]
        ends = np.cumsum([0, *(len(columns) for columns, _ in rows)])
        columns = np.concatenate([np.zeros(0, np.int32), *(columns for columns, _ in rows)])
        values = np.concatenate([np.zeros(0, np.float32), *(values for _, values in rows)])
        return csr_matrix((values, columns, ends), shape=(len(texts), self.columns))

    def _row(self, text: Sequence[str]) -> tuple[NDArray[np.int32], NDArray[np.float32]]:
        known = [self._word(word) for word in text]
        stems = word_features([word for word, _, _ in known])
        seen = [self._stems[feature] for feature in stems if feature in self._stems]
        parts = (
            self._weigh([columns for _, columns, _ in known], sum(unseen for _, _, unseen in known)),
            self._weigh([np.array(seen, np.int32)], len(stems) - len(seen)),
        )
        return np.concatenate([part[0] for part in parts]), np.concatenate([part[1] for part in parts])

    def _word(self, word: str) -> tuple[str, NDArray[np.int32], int]:
        """The word as it was meant, the columns of its pieces, and how many pieces no phrase had."""
        if word not in self._remembered:
            if len(self._remembered) >= REMEMBERED_WORDS:
                self._remembered.clear()
            meant = self._spelling.mend(word)
            pieces = pieces_of(meant)
            columns = [self._pieces[piece] for piece in pieces if piece in self._pieces]
            self._remembered[word] = meant, np.array(columns, np.int32), len(pieces) - len(columns)
        return self._remembered[word]

    def _weigh(self, found: list[NDArray[np.int32]], unseen: int) -> tuple[NDArray[np.int32], NDArray[np.float32]]:
        columns, counts = np.unique(np.concatenate([np.zeros(0, np.int32), *found]), return_counts=True)
        values = (1 + np.log(counts, dtype=np.float32)) * self.idf[columns]
        length = np.sqrt(np.square(values).sum() + unseen * self._unseen_idf**2)
        return columns, values / length if length else values
