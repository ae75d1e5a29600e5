"""Doing things at the same moment, each in a transaction of its own, as two browsers do."""

import threading
from collections.abc import Callable
from typing import Any

from sqlalchemy import Engine
from sqlmodel import Session

from models.database import transaction

PATIENCE = 30.0


def at_once(engine: Engine, *deeds: Callable[[Session], Any]) -> list[Any]:
    """Run each deed in a thread and a transaction of its own, all begun together.

    Returns
    -------
    list
        What each gave, or the error it raised, in the order of the deeds.
    """
    start = threading.Barrier(len(deeds))
    ends: list[Any] = [None] * len(deeds)

    def run(n: int, deed: Callable[[Session], Any]) -> None:
        try:
            start.wait(PATIENCE)
            with transaction(engine) as session:
                ends[n] = deed(session)
        except Exception as error:
            ends[n] = error

    threads = [threading.Thread(target=run, args=(n, deed), daemon=True) for n, deed in enumerate(deeds)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE)
        assert not thread.is_alive(), "somebody waits for ever"
    return ends
