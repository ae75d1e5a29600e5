"""A model of sentences small enough to make in a test: each word a vector, those of one meaning close together."""

import zlib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper, save
from tokenizers import Tokenizer
from tokenizers.models import WordLevel
from tokenizers.normalizers import Lowercase
from tokenizers.pre_tokenizers import Whitespace

DIMENSIONS = 384
UNKNOWN = "[UNK]"


def make_folder(
    folder: Path,
    words: Iterable[str],
    meaning: Mapping[str, str] | None = None,
    *,
    about: Mapping[str, str] | None = None,
    inputs: Iterable[str] = ("input_ids", "attention_mask"),
    kind: int = TensorProto.INT64,
    shape: tuple[str | int, str | int] = ("batch", "tokens"),
    sentence: bool = False,
    rows: int | None = None,
    name: str = "model.onnx",
) -> Path:
    """Make `model.onnx` and `tokenizer.json`.

    Parameters
    ----------
    words : iterable of str
        What the model knows, in lower case; all else means nothing to it.
    meaning : Mapping of word to word
        Words that mean nearly the same as another.
    about : Mapping of word to subject
        Words of one subject lie near each other, as in a model that has read much.
    sentence : bool
        Give one vector a text (and one that is to be left alone first), not one a token.
    rows : int, optional
        The model knows so many words and the tokenizer more, as with files of two models.
    """
    meaning, about = meaning or {}, about or {}
    known = [UNKNOWN, *sorted({*words, *meaning})]
    meant = [meaning.get(word, word) for word in known]
    table = np.array([_vector(one) + 0.1 * _vector(word) for one, word in zip(meant, known, strict=True)])
    table += [2 * _vector(about[one]) if one in about else np.zeros(DIMENSIONS) for one in meant]
    table[0] = 0
    folder.mkdir(exist_ok=True)
    (folder / name).parent.mkdir(exist_ok=True)
    save(_model(table[:rows].astype(np.float32), tuple(inputs), kind, shape, sentence), folder / name)
    tokenizer(known).save(str(folder / "tokenizer.json"))
    return folder


def tokenizer(known: Iterable[str]) -> Any:
    """One token a word, whatever its capitals; the first is for all that are not known."""
    found: Any = Tokenizer(WordLevel({word: number for number, word in enumerate(known)}, unk_token=UNKNOWN))
    found.normalizer, found.pre_tokenizer = Lowercase(), Whitespace()
    return found


def _vector(word: str) -> NDArray[np.float64]:
    return np.random.default_rng(zlib.crc32(word.encode())).normal(size=DIMENSIONS)


def _model(
    table: NDArray[np.float32], inputs: tuple[str, ...], kind: int, shape: tuple[str | int, str | int], sentence: bool
) -> Any:
    tokens = helper.make_tensor_value_info("token_embeddings", TensorProto.FLOAT, [*shape, DIMENSIONS])
    nodes = [helper.make_node("Gather", ["table", "input_ids"], ["token_embeddings"])]
    outputs = [tokens]
    if sentence:
        nodes.append(helper.make_node("ReduceMean", ["token_embeddings"], ["sentence_embedding"], axes=[1], keepdims=0))
        outputs.append(helper.make_tensor_value_info("sentence_embedding", TensorProto.FLOAT, [shape[0], DIMENSIONS]))
    graph = helper.make_graph(
        nodes,
        "tiny",
        [helper.make_tensor_value_info(one, kind, shape) for one in inputs],
        outputs,
        [numpy_helper.from_array(table, "table")],
    )
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
