"""Compiled templates, kept as Python keeps compiled modules: in ``__pycache__`` beside what they are made from."""

import sys
from contextlib import suppress
from pathlib import Path

import jinja2
from jinja2 import Environment, FileSystemBytecodeCache
from jinja2.bccache import Bucket


class Compiled(FileSystemBytecodeCache):
    """Keeps what was compiled for the next process, and in memory for the next application (tests build hundreds).

    Jinja itself sees when a template has changed. Where nothing may be written, as in a folder that only root may
    change, each process compiles for itself. Whoever can write there could as well write Python's own files.

    Parameters
    ----------
    folder : Path
        Made when there is something to keep. Environments that share it have the same filters: Jinja may compile what
        they give.
    """

    def __init__(self, folder: Path) -> None:
        super().__init__(str(folder), "%s.jinja")
        self._memory: dict[tuple[str, str], bytes] = {}

    def get_bucket(self, environment: Environment, name: str, filename: str | None, source: str) -> Bucket:
        """As Jinja does, and what compiled it counts too: another version or other options, and it is made anew."""
        escaping = environment.autoescape
        options = (
            environment.trim_blocks, environment.lstrip_blocks, environment.keep_trailing_newline,
            escaping(name) if callable(escaping) else escaping, getattr(environment, "newstyle_gettext", False),
        )  # fmt: skip
        made_by = (jinja2.__version__, sorted(environment.extensions), options)
        return super().get_bucket(environment, name, filename, f"{source}\0{made_by}")

    def load_bytecode(self, bucket: Bucket) -> None:
        """Give what was kept of a template, if anything."""
        kept = self._memory.get((bucket.key, bucket.checksum))
        if kept is not None:
            bucket.bytecode_from_string(kept)
            return
        with suppress(OSError):
            super().load_bytecode(bucket)
        if bucket.code is not None:
            self._remember(bucket)

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep a compiled template."""
        self._remember(bucket)
        if not sys.dont_write_bytecode:
            with suppress(OSError):
                Path(self.directory).mkdir(exist_ok=True)
                super().dump_bytecode(bucket)

    def _remember(self, bucket: Bucket) -> None:
        self._memory[bucket.key, bucket.checksum] = bucket.bytecode_to_string()
