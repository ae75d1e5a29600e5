"""The reader: what was learnt from the phrases, and how it is used on a text."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Self

import numpy as np
from numpy.typing import NDArray

from matcher.language import joining
from matcher.language.circumstances import without_circumstances
from matcher.language.embeddings import Embedder
from matcher.language.features import Vectoriser
from matcher.language.sentences import needs_of, wanted
from matcher.language.spelling import Spelling
from matcher.types import Found, Understood

# Worth suggesting to a person from this confidence on, and no more than this many kinds.
SUGGEST_FROM = 0.15
SUGGEST_AT_MOST = 3
# A kind that is less likely than this says nothing: a reader that knows nothing gives each of 35 kinds 0.029.
NOTED_FROM = 0.03
# A sentence that is this sure of a kind lends it so much in the whole text: enough to be suggested, less than what the
# whole text is sure about.
SURE, LENT = 0.9, 0.3
# More likely than all other kinds together.
CLEAR = 0.5
VECTOR_UNIT = 127
DIRECTIONS = 64
_BATCH = 1_000


class Reader:
    """Understands texts. Made by `train` or `load_or_train`; never changes, and fails on no input.

    Parameters
    ----------
    arrays : Mapping of name to array
        What was learnt, as `Reader.learnt` gives it.
    embedder : Embedder, optional
        The one that it was learnt with, if any.

    Attributes
    ----------
    kinds : tuple of str
        The slugs it can find.
    edition : str
        Names the corpus and the way of learning; what it read is comparable within one edition only.
    share : float
        How much of a score embeddings make, 0..1; 0 without them.
    """

    def __init__(self, arrays: Mapping[str, NDArray[np.generic]], embedder: Embedder | None = None) -> None:
        about = json.loads(bytes(np.asarray(arrays["about"], np.uint8)))
        self.edition: str = about["edition"]
        self.kinds: tuple[str, ...] = tuple(about["kinds"])
        self._warmth: float = about["warmth"]
        self._weights = np.asarray(arrays["weights"]).astype(np.float32)
        pieces, stems = about["pieces"], about["stems"]
        if self._weights.ndim != 2 or len(self._weights) != len(pieces) + len(stems):
            raise ValueError("the weights do not belong to these features")
        self._vectoriser = Vectoriser(
            {feature: column for column, feature in enumerate(pieces)},
            {feature: len(pieces) + column for column, feature in enumerate(stems)},
            np.asarray(arrays["idf"]).astype(np.float32),
            about["unseen_idf"],
            Spelling(about["key_words"]),
        )
        self.share: float = about.get("share", 0.0)
        self._embedder = embedder if "share" in about else None
        if self._embedder:
            self._embedded = np.asarray(arrays["embedded"]).astype(np.float32)
            if self._embedded.shape != (self._embedder.dimensions + 1, len(self.kinds)):
                raise ValueError("the weights do not belong to these embeddings")

    @classmethod
    def learnt(
        cls,
        about: Mapping[str, object],
        idf: NDArray[np.float32],
        weights: NDArray[np.float64],
        embedded: NDArray[np.float32] | None = None,
        embedder: Embedder | None = None,
    ) -> tuple[Self, dict[str, NDArray[np.generic]]]:
        """A reader of what was just learnt, with the plain arrays from which it can be made again.

        Weights are kept in half precision, also in the reader that is returned: one that comes from a cache
        says exactly the same. With an embedder `embedded` holds its weights, and ``about["share"]`` what they count.
        """
        text = json.dumps(about, ensure_ascii=False, sort_keys=True).encode()
        arrays: dict[str, NDArray[np.generic]] = {
            "about": np.frombuffer(text, np.uint8),
            "idf": idf.astype(np.float32),
            "weights": weights.astype(np.float16),
        }
        if embedded is not None:
            arrays["embedded"] = embedded
        return cls(arrays, embedder), arrays

    def read(self, texts: Sequence[str]) -> list[Understood]:
        """Read many texts at once; an empty one gives an empty answer.

        Parameters
        ----------
        texts : sequence of str
            In any language; of each the first 10,000 characters are read.

        Returns
        -------
        list of Understood
            In the same order, comparable with others of the same `edition`.
        """
        done: list[Understood] = []
        for start in range(0, len(texts), _BATCH):
            batch = [wanted(text) for text in texts[start : start + _BATCH]]
            read = self._with_needs_beside_circumstances(batch, self._read_batch(batch))
            done += self._with_further_needs(batch, read)
        return done

    def understand(self, text: str) -> list[tuple[str, float]]:
        """The kinds of help worth suggesting for a text, most certain first, with confidence 0..1."""
        return [(found.slug, found.confidence) for found in suggested(self.read([text])[0].kinds)]

    def _read_batch(self, texts: Sequence[str]) -> list[Understood]:
        vectors = self._vectoriser.matrix(texts)
        scores = np.asarray(vectors @ self._weights, np.float64)
        plain, directions = np.split(scores, [len(self.kinds)], axis=1)
        says = np.diff(vectors.indptr) > 0
        if self._embedder:
            meanings = self._embedder.encode(texts)
            plain = joining.join(plain, joining.scores_of(meanings, self._embedded), self.share)
            says |= meanings.any(axis=1)
        confidences = np.round(_softmax(plain * self._warmth), 4)
        return [
            Understood(self._found(row), direction, self.edition) if something else Understood(edition=self.edition)
            for row, direction, something in zip(confidences, _to_bytes(directions), says, strict=True)
        ]

    def _with_needs_beside_circumstances(self, texts: Sequence[str], whole: list[Understood]) -> list[Understood]:
        """Where the rest of a text says what is needed, a dog or a wheelchair is only lent as a need."""
        asked = (without_circumstances(text) for text in texts)
        rests = {place: rest for place, (rest, text) in enumerate(zip(asked, texts, strict=True)) if rest != text}
        if not rests:
            return whole
        for place, rest in zip(rests, self._read_batch([*rests.values()]), strict=True):
            if rest.kinds and rest.kinds[0].confidence >= CLEAR:
                whole[place] = _lend(rest, {kind.slug for kind in whole[place].kinds if kind.confidence >= SURE})
        return whole

    def _with_further_needs(self, texts: Sequence[str], whole: list[Understood]) -> list[Understood]:
        """Add the kinds that one sentence alone is sure about, and that the whole text drowned."""
        sentences = [(place, one) for place, text in enumerate(texts) for one in needs_of(text)]
        if not sentences:
            return whole
        further: dict[int, set[str]] = {}
        for (place, _one), read in zip(sentences, self._read_batch([one for _place, one in sentences]), strict=True):
            if read.kinds and read.kinds[0].confidence >= SURE:
                further.setdefault(place, set()).add(read.kinds[0].slug)
        for place, slugs in further.items():
            whole[place] = _lend(whole[place], slugs)
        return whole

    def _found(self, confidences: NDArray[np.float64]) -> tuple[Found, ...]:
        noted = np.flatnonzero(confidences >= NOTED_FROM)
        found = (Found(self.kinds[kind], float(confidences[kind])) for kind in noted)
        return tuple(sorted(found, key=lambda kind: (-kind.confidence, kind.slug)))


def _lend(read: Understood, slugs: Iterable[str]) -> Understood:
    """Give what was read with these kinds at no less than `LENT`."""
    confidences = {kind.slug: kind.confidence for kind in read.kinds}
    confidences |= {slug: LENT for slug in slugs if confidences.get(slug, 0.0) < LENT}
    kinds = (Found(slug, confidence) for slug, confidence in confidences.items())
    return replace(read, kinds=tuple(sorted(kinds, key=lambda kind: (-kind.confidence, kind.slug))))


def suggested(kinds: Sequence[Found]) -> tuple[Found, ...]:
    """Of everything that was noted, what is worth showing to a person."""
    return tuple(kind for kind in kinds[:SUGGEST_AT_MOST] if kind.confidence >= SUGGEST_FROM)


def _softmax(scores: NDArray[np.float64]) -> NDArray[np.float64]:
    powers = np.exp(scores - scores.max(axis=1, keepdims=True))
    return np.asarray(powers / powers.sum(axis=1, keepdims=True))


def _to_bytes(directions: NDArray[np.float64]) -> list[bytes]:
    """Each row at length 127 in signed bytes; a row without direction is empty."""
    lengths = np.linalg.norm(directions, axis=1, keepdims=True)
    whole = np.rint(directions / np.where(lengths > 0, lengths, 1) * VECTOR_UNIT).astype(np.int8)
    return [row.tobytes() if length > 0 else b"" for row, length in zip(whole, lengths[:, 0], strict=True)]
