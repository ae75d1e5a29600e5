"""Learning from phrases: deterministic, some seconds; what comes out is arrays, nothing pickled."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from importlib.metadata import version
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from matcher.language import features, joining
from matcher.language.embeddings import Embedder
from matcher.language.normalise import words
from matcher.language.phrases import Phrase
from matcher.language.reader import DIRECTIONS, Reader
from matcher.language.spelling import SHORTEST

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

# Change this when the way of reading or learning changes: every cache and stored reading is then made anew.
METHOD = 9
# And this when only what embeddings add to it changes.
JOINED = 1
RIDGE = 1.0
# What a phrase says of its own kind, of one that it also asks for, and of one that it names and does not want; of all
# others together it says as much against them as for its own.
OWN, ALSO, REFUSED = 1.0, 0.6, -0.3
# More steps fit the corpus closer and read other people's texts no better.
STEPS = 14
CLOSE_ENOUGH = 1e-3
# How sharply scores become confidences, so that they come true on phrases that were held back (docs/quality.md).
WARMTH = 18.0
_TINY = np.float32(1e-30)
# Their word lists and formulas are part of what is learnt.
_LEARNT_WITH = ("numpy", "scipy", "scikit-learn", "simplemma", "PyStemmer", "rapidfuzz")


def edition_of(phrases: Sequence[Phrase], names: Mapping[str, Sequence[str]], embedder: Embedder | None = None) -> str:
    """A name for this corpus, read and learnt in this way."""
    versions = [version(package) for package in _LEARNT_WITH]
    parts: list[object] = [METHOD, versions, [list(p) for p in phrases], sorted(names.items())]
    if embedder:
        parts += [JOINED, embedder.edition]
    document = json.dumps(parts, ensure_ascii=False, default=list)
    return hashlib.sha256(document.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def train(phrases: Sequence[Phrase], names: Mapping[str, Sequence[str]], embedder: Embedder | None = None) -> Reader:
    """Learn to tell kinds of help apart.

    Parameters
    ----------
    phrases : sequence of Phrase
        At least one for two kinds or more; order matters for nothing but the last decimals.
    names : Mapping of slug to names
        What the kinds are called, in any number of languages; they are phrases too, and their order is the order
        of `Reader.kinds`.
    embedder : Embedder, optional
        Learn from the phrases' embeddings too.

    Raises
    ------
    ValueError
        If a phrase is about a kind that has no name, or fewer than two kinds have phrases.
    """
    return learn(phrases, names, embedder)[0]


def learn(
    phrases: Sequence[Phrase], names: Mapping[str, Sequence[str]], embedder: Embedder | None = None
) -> tuple[Reader, dict[str, NDArray[np.generic]]]:
    """As `train`, with the arrays that a cache keeps."""
    named = {slug for phrase in phrases for slug in (phrase.slug, *phrase.also, *phrase.refused)}
    if unknown := sorted(named - set(names)):
        raise ValueError(f"phrases about unknown kinds: {', '.join(unknown)}")
    if len(names) < 2:
        raise ValueError("there must be at least two kinds to tell apart")
    kinds = list(names)
    corpus = [*phrases, *(Phrase(slug, "name", text) for slug in kinds for text in names[slug])]
    texts = [words(phrase.text) for phrase in corpus]
    vocabulary, matrix = _vocabulary(texts)
    targets = _targets(corpus, kinds)
    with ThreadPoolExecutor(1) as beside:  # products of sparse matrices let others work
        directions = beside.submit(_directions, matrix)
        weights = np.hstack([_ridge(matrix, targets), directions.result()])
    about = {
        "edition": edition_of(phrases, names, embedder),
        "kinds": kinds,
        "warmth": WARMTH,
        **{key: vocabulary[key] for key in ("pieces", "stems", "unseen_idf", "key_words")},
    }
    if embedder is None:
        return Reader.learnt(about, vocabulary["idf"], weights)
    vectors = embedder.encode([phrase.text for phrase in corpus])
    about["share"], about["warmth"] = _trust(matrix, vectors, targets, [kinds.index(one.slug) for one in corpus])
    return Reader.learnt(about, vocabulary["idf"], weights, joining.learn_weights(vectors, targets), embedder)


def _vocabulary(texts: Sequence[list[str]]) -> tuple[dict, "csr_matrix"]:
    """The features of the corpus, how telling each is, and the words long enough to be mended to; and its vectors.

    No feature of the corpus is unknown and no word in it is mended, so these are the vectors that
    `features.Vectoriser` would give, without going through all texts once more.
    """
    # scikit-learn takes a second to import: only a process that learns pays for it.
    from scipy.sparse import hstack
    from sklearn.feature_extraction.text import TfidfVectorizer

    analysers = (features.piece_features, features.word_features)
    parts = [TfidfVectorizer(analyzer=analyser, sublinear_tf=True, dtype=np.float32) for analyser in analysers]
    matrix = hstack([part.fit_transform(texts) for part in parts], format="csr")
    vocabulary = {
        "pieces": parts[0].get_feature_names_out().tolist(),
        "stems": parts[1].get_feature_names_out().tolist(),
        "idf": np.concatenate([part.idf_ for part in parts]).astype(np.float32),
        "unseen_idf": float(max(part.idf_.max() for part in parts)),
        "key_words": sorted({word for text in texts for word in text if len(word) >= SHORTEST}),
    }
    return vocabulary, matrix


def _targets(corpus: Sequence[Phrase], kinds: Sequence[str]) -> NDArray[np.float32]:
    column = {slug: number for number, slug in enumerate(kinds)}
    targets = np.full((len(corpus), len(kinds)), -1 / (len(kinds) - 1), np.float32)
    for row, phrase in zip(targets, corpus, strict=True):
        row[[column[slug] for slug in phrase.refused]] = REFUSED
        row[[column[slug] for slug in phrase.also]] = ALSO
        row[column[phrase.slug]] = OWN
    return targets


def _ridge(matrix: "csr_matrix", targets: NDArray[np.float32]) -> NDArray[np.float32]:
    """Weights of a ridge regression on the kinds, shape (columns, kinds).

    By conjugate gradients, all kinds side by side: some products of a sparse matrix, the same on every machine.
    """
    transposed = matrix.T.tocsr()
    weights = np.zeros((matrix.shape[1], targets.shape[1]), np.float32)
    rest = transposed @ targets
    step, length = rest.copy(), np.square(rest).sum(axis=0)
    enough = length * CLOSE_ENOUGH**2
    for _ in range(STEPS):
        ahead = transposed @ (matrix @ step) + RIDGE * step
        far = length / np.maximum((step * ahead).sum(axis=0), _TINY)
        weights += far * step
        rest -= far * ahead
        before, length = length, np.square(rest).sum(axis=0)
        if (length <= enough).all():
            break
        step = rest + length / np.maximum(before, _TINY) * step
    return np.asarray(weights)


def _trust(
    matrix: "csr_matrix", vectors: NDArray[np.float32], targets: NDArray[np.float32], right: Sequence[int]
) -> tuple[float, float]:
    """How much embeddings count and how sharply scores become confidences, as phrases that are held back show."""
    held = np.arange(len(right)) % joining.HELD_BACK == 0
    plain = matrix[held] @ _ridge(matrix[~held], targets[~held])
    embedded = joining.scores_of(vectors[held], joining.learn_weights(vectors[~held], targets[~held]))
    return joining.fit(np.asarray(plain, np.float64), embedded, np.array(right)[held])


def _directions(matrix: "csr_matrix") -> NDArray[np.float64]:
    """The main directions in which texts differ, shape (columns, at most 64): latent semantic analysis.

    An orthonormal basis of the space that they span: what is compared are angles within it, and those are the same
    whatever its axes. So the singular values themselves, which take longest, are not needed.
    """
    from sklearn.utils.extmath import randomized_range_finder

    wanted = min(DIRECTIONS, min(matrix.shape) - 1)
    return np.asarray(randomized_range_finder(matrix.T, size=wanted, n_iter=2, random_state=0))
