"""Reading what people write: from their own words to kinds of help, without asking anybody else."""

from matcher.language.cache import load_or_train
from matcher.language.embeddings import Embedder, EmbeddingsError
from matcher.language.phrases import VOICES, Phrase
from matcher.language.reader import Reader
from matcher.language.training import train

__all__ = ["VOICES", "Embedder", "EmbeddingsError", "Phrase", "Reader", "load_or_train", "train"]
