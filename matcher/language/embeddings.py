"""Sentence embeddings by a model in a folder that the operator supplies: nothing is fetched, nothing unpickled.

Imported by everybody, but what runs the model (`onnxruntime`, `tokenizers`) is only loaded with the first folder.
"""

import hashlib
import logging
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from matcher.language.normalise import told

logger = logging.getLogger(__name__)

# Some 170 words; what stands beyond says little more about the kind of help, and time grows with the length.
TOKENS_AT_MOST = 256
_MODEL, _TOKENIZER = ("model.onnx", "onnx/model.onnx"), "tokenizer.json"
_RUN_BY = ("onnxruntime", "tokenizers")
_WHOLE_NUMBERS: dict[str, Any] = {"tensor(int64)": np.int64, "tensor(int32)": np.int32}
_FED = ("input_ids", "attention_mask", "token_type_ids")
_SENTENCE = "sentence_embedding"
# Short, and longer than any model reads: a model must take both before people's texts come.
_PROBES = ("boodschappen", "Wie doet er boodschappen voor mij? " * TOKENS_AT_MOST)


class EmbeddingsError(ValueError):
    """A folder that cannot be used; the message names folder or file and what is wrong, on one line."""


class Embedder:
    """Gives each text the direction of its meaning, as a model sees it. Never changes, and fails on no text.

    Texts go through the model one by one and without padding: what is read of a text never depends on the texts beside
    it, as it would in a batch of a quantised model.

    Parameters
    ----------
    folder : Path
        Holds `model.onnx` (or `onnx/model.onnx`) and `tokenizer.json`, as sentence-embedding models are exported.

    Attributes
    ----------
    dimensions : int
        How long a vector is.
    edition : str
        Names the model's files, byte for byte, and what runs them; vectors are comparable within one edition only.

    Raises
    ------
    EmbeddingsError
        Where the folder, a file of it or what runs it is missing, or a file is damaged or no model of sentences.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        model = _found(folder, _MODEL)
        tokenizer = _found(folder, (_TOKENIZER,))
        self._tokenizer = _open_tokenizer(tokenizer)
        self._session = _open_model(model)
        self._inputs = _inputs(self._session, model)
        outputs = [output.name for output in self._session.get_outputs()]
        self._output = _SENTENCE if _SENTENCE in outputs else outputs[0]
        try:
            lengths = {len(self._embed(probe)) for probe in _PROBES}
        except Exception as error:  # ONNX Runtime has a dozen kinds of them, with Exception in common
            raise EmbeddingsError(f"{model}: cannot embed a text: {_first_line(error)}") from error
        if len(lengths) > 1:
            raise EmbeddingsError(f"{model}: gives a vector of another length for each text")
        [self.dimensions] = lengths
        self.edition = _edition([*sorted(model.parent.glob(f"{model.name}*")), tokenizer])

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Embed texts; given names and numbers are left out of them first, and each is read up to 256 tokens.

        Returns
        -------
        NDArray, shape (texts, dimensions)
            Rows of length 1; of a text without words, or that the model cannot embed, a row of zeros.
        """
        vectors = np.zeros((len(texts), self.dimensions), np.float32)
        failures: list[str] = []
        for row, text in zip(vectors, map(told, texts), strict=True):
            if not text:
                continue
            try:
                row[:] = self._embed(text)
            except Exception as error:
                failures.append(_first_line(error))
        if failures:  # what people wrote is in no log
            logger.warning("%d of %d texts read without embeddings: %s", len(failures), len(texts), failures[0])
        return vectors

    def _embed(self, text: str) -> NDArray[np.float64]:
        """One vector of length 1; anything may be raised."""
        read = self._tokenizer.encode(text)
        fed = dict(zip(_FED, (read.ids, read.attention_mask, read.type_ids), strict=True))
        feed = {name: np.array([fed[name]], kind) for name, kind in self._inputs.items()}
        [found] = self._session.run([self._output], feed)
        vector = np.asarray(found, np.float64)[0]
        if vector.ndim == 2:  # one for each token, and none of them is padding
            vector = vector.mean(axis=0)
        length = np.linalg.norm(vector)
        if vector.ndim != 1 or not 0 < length < np.inf:
            raise ValueError(f"{self._output} is no vector")
        return np.asarray(vector / length)


def _found(folder: Path, names: Sequence[str]) -> Path:
    if not folder.is_dir():
        raise EmbeddingsError(f"{folder}: no such folder")
    for name in names:
        if (folder / name).is_file():
            return folder / name
    raise EmbeddingsError(f"{folder}: there is no {' or '.join(names)}")


def _open_tokenizer(path: Path) -> Any:
    try:
        from tokenizers import Tokenizer
    except ImportError as error:
        raise _not_installed() from error
    try:
        tokenizer = Tokenizer.from_str(path.read_text("utf-8"))
        tokenizer.no_padding()
        own = (tokenizer.truncation or {}).get("max_length", TOKENS_AT_MOST)
        tokenizer.enable_truncation(min(own, TOKENS_AT_MOST))
    except Exception as error:  # tokenizers raises Exception itself
        raise EmbeddingsError(f"{path}: is no tokenizer: {_first_line(error)}") from error
    return tokenizer


def _open_model(path: Path) -> Any:
    try:
        import onnxruntime
    except ImportError as error:
        raise _not_installed() from error
    options = onnxruntime.SessionOptions()
    # One thread, and so none of its own: the processes that serve are born from the one that opened the model, and
    # threads do not come along.
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.use_deterministic_compute = True
    options.log_severity_level = 4  # what goes wrong is told by us
    try:
        return onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
    except Exception as error:
        raise EmbeddingsError(f"{path}: is no ONNX model: {_first_line(error)}") from error


def _inputs(session: Any, path: Path) -> dict[str, Any]:
    """What the model asks for, as kinds of whole numbers."""
    asked = {one.name: one.type for one in session.get_inputs()}
    if strange := [name for name, kind in asked.items() if name not in _FED or kind not in _WHOLE_NUMBERS]:
        raise EmbeddingsError(f"{path}: asks for what a text does not give: {', '.join(strange)}")
    return {name: _WHOLE_NUMBERS[kind] for name, kind in asked.items()}


def _edition(paths: Sequence[Path]) -> str:
    digest = hashlib.sha256(" ".join(version(package) for package in _RUN_BY).encode())
    for path in paths:
        with path.open("rb") as file:
            digest.update(hashlib.file_digest(file, "sha256").digest())
    return digest.hexdigest()[:16]


def _not_installed() -> EmbeddingsError:
    return EmbeddingsError(f"{' and '.join(_RUN_BY)} are not installed: run `make embeddings`")


def _first_line(error: Exception) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0]
