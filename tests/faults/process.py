"""Real worker processes to kill: ``python -m tests.faults.process`` waits for orders on its standard input.

Each order forks a process of its own, which works on a database until it is done or killed. A process kills itself with
SIGKILL at a chosen point: nothing is flushed, rolled back or said goodbye to.

Points are ``<function>:before`` or ``:after`` of `models.operations.outbox` or `models.operations.telling`.
"""

import logging
import os
import signal
import tempfile
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from sqlmodel import SQLModel

from jobs import worker
from models.actor import Actor
from models.database import make_engine, transaction
from models.operations import matches, outbox, proposals, requests, telling
from models.settings import Settings
from models.tables import HelpRequest, Match
from tests import factories
from tests.nursery import take_orders

MODULES = {"outbox": outbox, "telling": telling}


def die() -> None:
    """End here and now, as in a power cut."""
    os.kill(os.getpid(), signal.SIGKILL)
    raise AssertionError("nobody survives this")


def lay_mine(point: str, nth: int) -> None:
    """Die at the nth time that a function is entered (``before``) or left (``after``)."""
    where, name, side = point.split(":")
    module: Any = MODULES[where]
    really: Callable[..., Any] = getattr(module, name)
    times = 0

    def mined(*arguments: Any, **more: Any) -> Any:
        nonlocal times
        times += 1
        if side == "before" and times == nth:
            die()
        result = really(*arguments, **more)
        if side == "after" and times == nth:
            die()
        return result

    for other in (module, matches, proposals, requests):
        if getattr(other, name, None) is really:
            setattr(other, name, mined)


def work(order: dict[str, Any]) -> None:
    """Be a worker: one turn at a moment, or for as long as nobody kills it."""
    if order.get("mine"):
        lay_mine(order["mine"], order.get("nth", 1))
    settings = Settings.from_env(order["environment"])
    if order.get("now"):
        worker.once(settings, datetime.fromisoformat(order["now"]))
    else:
        worker.run(settings)


def deed(order: dict[str, Any]) -> None:
    """Be a web process: one change with what is to be told of it, in one transaction."""
    if order.get("mine"):
        lay_mine(order["mine"], order.get("nth", 1))
    now = datetime.now(UTC)
    engine = make_engine(order["environment"]["NOABER_DATABASE_URL"])
    actor = Actor(person_id=order["actor"], coordinates=frozenset({order["community"]}))
    with transaction(engine) as session:
        if order["deed"] == "approve":
            match = session.get(Match, order["row"])
            assert match is not None
            proposals.approve(session, match, actor=actor, now=now)
        else:
            request = session.get(HelpRequest, order["row"])
            assert request is not None
            requests.ask_back(session, request, "Welke dag?", actor=actor, now=now)
    if order.get("then_die"):
        die()


def obey(order: dict[str, Any]) -> int:
    """Be the process that is ordered; gives its exit status."""
    logging.basicConfig(filename=order["log"], level=logging.INFO, force=True)
    log = os.open(order["log"], os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    os.dup2(log, 1)
    os.dup2(log, 2)
    try:
        (deed if order.get("deed") else work)(order)
    except Exception:
        logging.exception("this process failed")
        return 1
    finally:
        logging.shutdown()
    return 0


def warm_up() -> None:
    """Do everything once, so that the processes to come have read what there is to read."""
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/warm.sqlite"
        engine = make_engine(url)
        SQLModel.metadata.create_all(engine)
        with transaction(engine) as session:
            community = factories.create_community(session)
            resident = factories.create_person(session)
            request = factories.create_request(session, community, resident)
            factories.create_outbox_message(session, resident, community_id=community.id,
                                            params={"request_id": request.id})  # fmt: skip
        engine.dispose()
        done = worker.once(Settings(database_url=url, secret_key="warm", demo=True, env="test"), factories.NOW)
        assert done.messages == {"sent": 1}


if __name__ == "__main__":
    warm_up()
    take_orders(obey)
