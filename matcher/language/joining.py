"""What sentence embeddings say about kinds of help, and how much of it counts beside the plain reader."""

import numpy as np
from numpy.typing import NDArray

Scores = NDArray[np.float64]

RIDGE = 1.0
HELD_BACK = 8
"""One in so many phrases is held back from learning, to find out how far to trust a model that we never saw."""
COLDEST, WARMEST = 1.0, 100.0


def learn_weights(vectors: NDArray[np.float32], targets: NDArray[np.float32]) -> NDArray[np.float32]:
    """Weights of a ridge regression on the kinds; the last row is what every vector starts with.

    Parameters
    ----------
    vectors : NDArray, shape (phrases, dimensions)
    targets : NDArray, shape (phrases, kinds)

    Returns
    -------
    NDArray, shape (dimensions + 1, kinds)
    """
    # Some models point all sentences the same way: what they have in common says nothing.
    middle = vectors.mean(axis=0, dtype=np.float64)
    centred = vectors - middle
    inner = centred.T @ centred + RIDGE * np.eye(len(middle))
    weights = np.linalg.solve(inner, centred.T @ targets)
    return np.vstack([weights, -middle @ weights]).astype(np.float32)


def scores_of(vectors: NDArray[np.float32], weights: NDArray[np.float32]) -> Scores:
    """How much each vector speaks for each kind, shape (texts, kinds); of a row of zeros nothing."""
    spoken = vectors.any(axis=1, keepdims=True)
    # Row by row: a linear algebra library adds up many in another order than one.
    return np.stack([row @ weights for row in np.hstack([vectors, spoken]).astype(np.float64)])


def join(plain: Scores, embedded: Scores, share: float) -> Scores:
    """Scores of both together, where embeddings count for `share`, 0..1."""
    return (1 - share) * plain + share * embedded


def fit(plain: Scores, embedded: Scores, right: NDArray[np.intp]) -> tuple[float, float]:
    """The share and the warmth with which confidences come true best on phrases that neither learnt from.

    Parameters
    ----------
    plain, embedded : NDArray, shape (phrases, kinds)
    right : NDArray, shape (phrases,)
        The column of each phrase's kind.

    Returns
    -------
    share : float
        0..1; 0 where the embeddings add nothing.
    warmth : float
        How sharply joined scores become confidences, 1..200.
    """
    # scipy.optimize takes its time to import: only a process that learns pays for it.
    from scipy.optimize import minimize

    def surprise(warmths: NDArray[np.float64]) -> float:
        return _surprise(warmths[0] * plain + warmths[1] * embedded, right)

    # Convex, so there is one answer, wherever the search begins.
    own, theirs = minimize(surprise, (WARMEST / 4, WARMEST / 4), bounds=[(0, WARMEST)] * 2).x
    warmth = max(own + theirs, COLDEST)
    return float(theirs / warmth), float(warmth)


def _surprise(scores: Scores, right: NDArray[np.intp]) -> float:
    """Mean logarithmic loss of confidences made of these scores."""
    top = scores.max(axis=1)
    whole = top + np.log(np.exp(scores - top[:, None]).sum(axis=1))
    return float(np.mean(whole - np.take_along_axis(scores, right[:, None], axis=1)[:, 0]))
