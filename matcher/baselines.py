"""What others do: texts compared word by word, or piece by piece. Only to measure against, never to match with."""

from collections import Counter
from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from matcher.language.normalise import words
from matcher.language.stems import stem

# The usual values of Okapi BM25 (Robertson and Zaragoza, 2009).
K1, B = 1.2, 0.75
PIECES = (2, 5)
Likeness = Callable[[Sequence[str], Sequence[str]], NDArray[np.float64]]


def bm25(documents: Sequence[str], queries: Sequence[str]) -> NDArray[np.float64]:
    """Okapi BM25 over Dutch stems, shape (queries, documents).

    Examples
    --------
    >>> bm25(["de tuin doen", "samen koffie"], ["wie doet mijn tuin"]).argmax(axis=1).tolist()
    [0]
    """
    counts = [Counter(map(stem, words(text))) for text in documents]
    lengths = np.array([sum(count.values()) for count in counts], np.float64)
    mean = lengths.mean() if len(lengths) and lengths.any() else 1.0
    held = Counter(word for count in counts for word in count)
    scores = np.zeros((len(queries), len(documents)))
    for row, query in enumerate(queries):
        for word in set(map(stem, words(query))) & held.keys():
            often = np.array([count[word] for count in counts], np.float64)
            rare = np.log(1 + (len(documents) - held[word] + 0.5) / (held[word] + 0.5))
            scores[row] += rare * often * (K1 + 1) / (often + K1 * (1 - B + B * lengths / mean))
    return scores


def tfidf_words(documents: Sequence[str], queries: Sequence[str]) -> NDArray[np.float64]:
    """Cosine of TF-IDF vectors over words, shape (queries, documents)."""
    return _cosine(documents, queries, analyzer="word")


def tfidf_characters(documents: Sequence[str], queries: Sequence[str]) -> NDArray[np.float64]:
    """Cosine of TF-IDF vectors over two to five letters in a row within words, shape (queries, documents)."""
    return _cosine(documents, queries, analyzer="char_wb", ngram_range=PIECES)


def _cosine(documents: Sequence[str], queries: Sequence[str], **options: object) -> NDArray[np.float64]:
    # It takes a second to import, and only who measures needs it.
    from sklearn.feature_extraction.text import TfidfVectorizer

    vectoriser = TfidfVectorizer(sublinear_tf=True, **options)
    if not queries:
        return np.zeros((0, len(documents)))
    try:
        there = vectoriser.fit_transform(documents)
    except ValueError:  # not one word in all of them
        return np.zeros((len(queries), len(documents)))
    return np.asarray((vectoriser.transform(queries) @ there.T).toarray(), np.float64)


BASELINES: dict[str, Likeness] = {
    "BM25, Dutch stems": bm25,
    "TF-IDF, words": tfidf_words,
    "TF-IDF, characters": tfidf_characters,
}
