"""Learning from phrases: closed-form, deterministic, a few seconds; what comes out is arrays, nothing pickled."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from importlib.metadata import version

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from scipy.special import logsumexp

from matcher.language import features
from matcher.language.normalise import words
from matcher.language.phrases import Phrase
from matcher.language.reader import DIRECTIONS, Reader
from matcher.language.spelling import SHORTEST, Spelling

# Change this when the way of reading or learning changes: every cache and stored reading is then made anew.
METHOD = 1
RIDGE = 0.3
FOLDS = 4
# How sharply scores become confidences: tried from 4 to 40, each step 5 % up.
WARMTHS = 4 * 1.05 ** np.arange(48)
# Their word lists and formulas are part of what is learnt.
_LEARNT_WITH = ("numpy", "scipy", "scikit-learn", "simplemma", "PyStemmer", "rapidfuzz")


def edition_of(phrases: Sequence[Phrase], names: Mapping[str, Sequence[str]]) -> str:
    """A name for this corpus, read and learnt in this way."""
    document = json.dumps(
        [METHOD, [version(package) for package in _LEARNT_WITH], [list(p) for p in phrases], sorted(names.items())],
        ensure_ascii=False,
        default=list,
    )
    return hashlib.sha256(document.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def train(phrases: Sequence[Phrase], names: Mapping[str, Sequence[str]]) -> Reader:
    """Learn to tell kinds of help apart.

    Parameters
    ----------
    phrases : sequence of Phrase
        At least one for two kinds or more; order matters for nothing but the last decimals.
    names : Mapping of slug to names
        What the kinds are called, in any number of languages; they are phrases too, and their order is the order
        of `Reader.kinds`.

    Raises
    ------
    ValueError
        If a phrase is about a kind that has no name, or fewer than two kinds have phrases.
    """
    return learn(phrases, names)[0]


def learn(
    phrases: Sequence[Phrase], names: Mapping[str, Sequence[str]]
) -> tuple[Reader, dict[str, NDArray[np.generic]]]:
    """As `train`, with the arrays that a cache keeps."""
    if unknown := sorted({phrase.slug for phrase in phrases} - set(names)):
        raise ValueError(f"phrases about unknown kinds: {', '.join(unknown)}")
    if len(names) < 2:
        raise ValueError("there must be at least two kinds to tell apart")
    kinds = list(names)
    corpus = [*phrases, *(Phrase(slug, "name", text) for slug in kinds for text in names[slug])]
    texts = [words(phrase.text) for phrase in corpus]
    labels = np.array([kinds.index(phrase.slug) for phrase in corpus])
    vocabulary = _vocabulary(texts)
    matrix = _vectoriser(vocabulary).matrix_of_words(texts)
    weights = np.hstack([_ridge(matrix, _targets(labels, len(kinds))), _directions(matrix)])
    about = {
        "edition": edition_of(phrases, names),
        "kinds": kinds,
        "warmth": _warmth(texts, labels, len(kinds)),
        **{key: vocabulary[key] for key in ("pieces", "stems", "unseen_idf", "key_words")},
    }
    return Reader.learnt(about, vocabulary["idf"], weights)


def _vocabulary(texts: Sequence[list[str]]) -> dict:
    """The features of the corpus and how telling each is, and the words long enough to be mended to."""
    # scikit-learn takes a second to import: only a process that learns pays for it.
    from sklearn.feature_extraction.text import TfidfVectorizer

    parts = [
        TfidfVectorizer(analyzer=analyser, sublinear_tf=True).fit(texts)
        for analyser in (features.piece_features, features.word_features)
    ]
    return {
        "pieces": parts[0].get_feature_names_out().tolist(),
        "stems": parts[1].get_feature_names_out().tolist(),
        "idf": np.concatenate([part.idf_ for part in parts]).astype(np.float32),
        "unseen_idf": float(max(part.idf_.max() for part in parts)),
        "key_words": sorted({word for text in texts for word in text if len(word) >= SHORTEST}),
    }


def _vectoriser(vocabulary: dict) -> features.Vectoriser:
    pieces, stems = vocabulary["pieces"], vocabulary["stems"]
    return features.Vectoriser(
        {feature: column for column, feature in enumerate(pieces)},
        {feature: len(pieces) + column for column, feature in enumerate(stems)},
        vocabulary["idf"],
        vocabulary["unseen_idf"],
        Spelling(vocabulary["key_words"]),
    )


def _targets(labels: NDArray[np.intp], kinds: int) -> NDArray[np.float64]:
    targets = np.full((len(labels), kinds), -1 / (kinds - 1))
    targets[np.arange(len(labels)), labels] = 1
    return targets


def _ridge(matrix: csr_matrix, targets: NDArray[np.float64]) -> NDArray[np.float64]:
    """Weights of a ridge regression on the kinds, shape (columns, kinds).

    There are far fewer phrases than features: solved in the space of the phrases, exactly and at once.
    """
    from sklearn.kernel_ridge import KernelRidge

    model = KernelRidge(alpha=RIDGE, kernel="linear").fit(matrix, targets)
    return np.asarray(matrix.T @ model.dual_coef_)


def _directions(matrix: csr_matrix) -> NDArray[np.float64]:
    """The main directions in which texts differ, shape (columns, at most 64): latent semantic analysis."""
    from sklearn.decomposition import TruncatedSVD

    wanted = min(DIRECTIONS, min(matrix.shape) - 1)
    return np.asarray(TruncatedSVD(wanted, algorithm="randomized", random_state=0).fit(matrix).components_.T)


def _warmth(texts: Sequence[list[str]], labels: NDArray[np.intp], kinds: int) -> float:
    """How sharp confidences may be, so that they come true on phrases that were held back."""
    scores = np.zeros((len(texts), kinds))
    fold_of = np.arange(len(texts)) % FOLDS
    for fold in range(FOLDS):
        kept, held = (np.flatnonzero(mask).tolist() for mask in (fold_of != fold, fold_of == fold))
        if not kept or not held:
            return float(WARMTHS[len(WARMTHS) // 2])
        vectoriser = _vectoriser(_vocabulary([texts[row] for row in kept]))
        weights = _ridge(vectoriser.matrix_of_words([texts[row] for row in kept]), _targets(labels[kept], kinds))
        scores[held] = vectoriser.matrix_of_words([texts[row] for row in held]) @ weights
    right = scores[np.arange(len(texts)), labels]
    losses = [np.mean(logsumexp(scores * warmth, axis=1) - right * warmth) for warmth in WARMTHS]
    return float(WARMTHS[int(np.argmin(losses))])
