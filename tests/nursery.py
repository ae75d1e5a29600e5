"""Processes that begin quickly: one has read all modules already, and forks another for each order.

An order is a line of JSON; the answer is a line with the process's number, and once ``wait`` is asked with how it
ended. Started anew, each of them would spend a second on importing alone.
"""

import json
import os
import signal
import subprocess
import sys
import traceback
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]


def take_orders(obey: Callable[[dict[str, Any]], int]) -> None:
    """Fork a process for each order on standard input, until there are no more; its status is what ``obey`` gives."""
    for line in sys.stdin:
        order = json.loads(line)
        if "wait" in order:
            _, status = os.waitpid(order["wait"], 0)
            with suppress(ProcessLookupError):
                os.killpg(order["wait"], signal.SIGKILL)  # what it began and left
            _answer({"status": os.waitstatus_to_exitcode(status)})
            continue
        number = os.fork()
        if number == 0:
            os.setsid()
            status = 1
            try:
                status = obey(order)
            except BaseException:
                traceback.print_exc()
                sys.stderr.flush()
            finally:
                os._exit(status)
        _answer({"pid": number})


def _answer(said: dict[str, int]) -> None:
    sys.stdout.write(json.dumps(said) + "\n")
    sys.stdout.flush()


class Nursery:
    """The other end: gives orders to a module that takes them.

    Parameters
    ----------
    module : str
        Run as ``python -m``; it ends with `take_orders`.
    environment : mapping
        All that it is told.
    **always
        Part of every order.
    """

    def __init__(self, module: str, environment: Mapping[str, str], **always: Any) -> None:
        self._always = always
        self._mother = subprocess.Popen(
            [sys.executable, "-m", module], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT,
            env=dict(environment),
        )  # fmt: skip

    def start(self, **order: Any) -> int:
        """Begin a process; gives its number."""
        return self._ask({**self._always, **order})["pid"]

    def wait(self, number: int) -> int:
        """Wait until a process ended; gives its exit code, negative for a signal."""
        return self._ask({"wait": number})["status"]

    def _ask(self, order: Mapping[str, Any]) -> dict[str, int]:
        assert self._mother.stdin is not None and self._mother.stdout is not None
        self._mother.stdin.write(json.dumps(order) + "\n")
        self._mother.stdin.flush()
        answer = self._mother.stdout.readline()
        assert answer, "the mother of these processes ended"
        found: dict[str, int] = json.loads(answer)
        return found

    def close(self) -> None:
        """Send the mother home."""
        assert self._mother.stdin is not None and self._mother.stdout is not None
        self._mother.stdin.close()
        self._mother.wait(10)
        self._mother.stdout.close()
