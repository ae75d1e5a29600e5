"""What was learnt, kept beside the instance as plain arrays, so that a process starts in under a second."""

import logging
import os
import tempfile
import time
import zipfile
import zlib
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from matcher.language.embeddings import Embedder
from matcher.language.phrases import Phrase
from matcher.language.reader import Reader
from matcher.language.training import edition_of, learn

logger = logging.getLogger(__name__)

# Everything that a cut-off, overwritten or foreign file makes NumPy and the zip reader say.
_UNREADABLE = (OSError, ValueError, KeyError, TypeError, EOFError, zipfile.BadZipFile, zlib.error)


def load_or_train(
    phrases: Sequence[Phrase],
    names: Mapping[str, Sequence[str]],
    cache: Path | None,
    embedder: Embedder | None = None,
) -> Reader:
    """A reader for this corpus: from the cache when it holds this very corpus, else learnt and kept.

    Parameters
    ----------
    cache : Path or None
        File ending in `.npz`, in a folder that exists; None: keep nothing. A file that cannot be read or is about
        another corpus is replaced; a folder that cannot be written is only logged.
    embedder : Embedder, optional
        Sentence embeddings to learn from and read with too. All phrases then go through its model when there is no
        cache: some minutes with a usual one.
    """
    if cache is not None and (reader := load(cache, edition_of(phrases, names, embedder), embedder)):
        return reader
    if embedder is None:
        reader, arrays = learn(phrases, names)
    else:
        logger.info("embedding %d phrases with %s, once: some minutes", len(phrases), embedder.folder)
        begun = time.perf_counter()
        reader, arrays = learn(phrases, names, embedder)
        took = time.perf_counter() - begun
        logger.info("learnt with embeddings in %.0f seconds; they count for %.0f%%", took, reader.share * 100)
    if cache is not None:
        try:
            save(cache, arrays)
        except OSError as error:
            logger.warning("what was learnt could not be kept in %s: %s", cache, error)
    return reader


def load(cache: Path, edition: str, embedder: Embedder | None = None) -> Reader | None:
    """The reader in this file, or None if there is none, it is damaged, or it is of another edition."""
    try:
        # Opened here: NumPy leaves a file open that turns out to be no zip.
        with cache.open("rb") as file, np.load(file, allow_pickle=False) as kept:
            reader = Reader(dict(kept), embedder)
    except FileNotFoundError:
        return None
    except _UNREADABLE as error:
        logger.warning("learning again: %s cannot be read (%s)", cache, error)
        return None
    return reader if reader.edition == edition else None


def save(cache: Path, arrays: Mapping[str, NDArray[np.generic]]) -> None:
    """Write the whole file or nothing: other processes see the old one or the new one."""
    handle, name = tempfile.mkstemp(dir=cache.parent, prefix=cache.name, suffix=".part")
    try:
        with os.fdopen(handle, "wb") as file:
            np.savez(file, allow_pickle=False, **arrays)
            file.flush()
            os.fsync(file.fileno())
        os.replace(name, cache)
    except BaseException:
        os.unlink(name)
        raise
