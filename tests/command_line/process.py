"""The command in a process of its own that has read all modules: ``python -m tests.command_line.process``.

It has the folder, the environment and the files of who typed it; how it is found and begins is tried by the tests that
start it anew.
"""

import importlib
import os
import signal
import sys
from typing import Any

from sqlalchemy.orm import configure_mappers

import noaber
from tests.nursery import take_orders

READ = (
    "jobs.worker", "matcher.casefile", "matcher.evaluation", "models.migrations", "models.opening", "seeds.demo",
    "seeds.previews", "seeds.reference_data", "web.routes", "web.server",
)  # fmt: skip
"""What a command may want, with all that it wants itself."""


def obey(order: dict[str, Any]) -> int:
    """Be the command; gives its exit status."""
    signal.alarm(order["seconds"])  # whoever takes longer is killed
    os.chdir(order["folder"])
    os.environ.clear()
    os.environ.update(order["environment"])
    for number, name in enumerate((os.devnull, order["stdout"], order["stderr"])):
        found = os.open(name, os.O_RDONLY if number == 0 else os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        os.dup2(found, number)
        os.close(found)
    try:
        return noaber.main(order["words"])
    except SystemExit as ending:
        return int(ending.code or 0)
    finally:
        sys.stdout.flush()
        sys.stderr.flush()


if __name__ == "__main__":
    for name in READ:
        importlib.import_module(name)
    configure_mappers()
    take_orders(obey)
