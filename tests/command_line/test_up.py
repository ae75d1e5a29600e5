"""``noaber up``: one command for everything, from an empty folder to a site that answers."""

import json
import os
import re
import shutil
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func
from sqlmodel import Session, SQLModel, col, select

from models.database import make_engine, transaction
from models.tables import Community, Postcode
from tests.command_line.conftest import furnish
from tests.command_line.hands import LONGEST_WAIT, Instance, Running, free_port, page, wait_until
from tests.nursery import Nursery

FIRST_START = 300.0
"""Seconds that a busy machine may take to load it."""


def begin(instance: Instance, *, seconds: float = LONGEST_WAIT, **environment: str) -> tuple[Running, int]:
    """Start everything and wait for the address."""
    port = free_port()
    running = instance.start("up", "--port", str(port), **environment)
    assert running.line(seconds) == f"Noaber runs on http://127.0.0.1:{port}  (Ctrl-C stops it)\n"
    return running, port


def at_work(port: int) -> bool:
    """Say whether the site finds its database and its worker alive."""
    return bool(json.loads(page(port, "/health"))["ok"])


def rows(instance: Instance) -> dict[str, int | None]:
    """Count the rows of every table."""
    engine = make_engine(instance.url)
    with Session(engine) as session:
        tables: dict[str, Any] = dict(SQLModel.metadata.tables)
        found = {name: session.scalar(select(func.count()).select_from(table)) for name, table in tables.items()}
    engine.dispose()
    return found


def people(printed: str) -> list[tuple[str, str]]:
    """Read as what, and as whom, one may sign in."""
    return re.findall(r"^  (\S.*?) {2,}(\S.*) \(.+\)$", printed, re.MULTILINE)


@pytest.fixture(scope="module")
def demonstration(
    learnt: Path, nursery: Nursery, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Instance, str]]:
    """The folder as the first start left it, and what that start printed after the address."""
    instance = Instance(tmp_path_factory.mktemp("demonstration"), nursery)
    furnish(instance, learnt)
    running, port = begin(instance, seconds=FIRST_START, NOABER_DEMO="1")
    page(port)
    yield instance, running.stop(signal.SIGINT)
    instance.close()


def test_the_first_start_names_the_people_to_sign_in_as(demonstration: tuple[Instance, str]) -> None:
    _, printed = demonstration
    assert {"resident", "volunteer", "coordinator", "administrator"} <= {quality for quality, _ in people(printed)}
    assert len(set(re.findall(r"\((.+)\)$", printed, re.MULTILINE))) == 2  # of two communities


def test_later_starts_keep_the_data_and_name_the_same_people(
    demonstration: tuple[Instance, str], instance: Instance
) -> None:
    first, printed = demonstration
    shutil.copy(first.folder / "instance" / "noaber.sqlite", instance.folder / "instance")
    engine = make_engine(instance.url)
    with transaction(engine) as session:
        session.exec(select(Community).order_by(col(Community.name))).all()[0].name = "Onze eigen naam"
    engine.dispose()
    running, port = begin(instance, NOABER_DEMO="1")
    assert "Onze eigen naam" in page(port)
    wait_until(lambda: at_work(port), running.said)
    again = running.stop(signal.SIGINT)
    assert sorted(people(again)) == sorted(people(printed))
    before, after = rows(first), rows(instance)
    kept = ("person", "community", "volunteer", "help_request", "postcode", "area")
    assert {name: after[name] for name in kept} == {name: before[name] for name in kept}


def test_the_invented_community_is_loaded_once(demonstration: tuple[Instance, str]) -> None:
    instance, _ = demonstration
    before = rows(instance)
    assert before["community"] == 2
    assert (before["help_request"] or 0) >= 300
    assert "there already" in instance.run("seed", "--demo")
    assert rows(instance) == before


def test_from_an_empty_folder_to_a_site_with_its_worker(any_instance: Instance) -> None:
    running, port = begin(any_instance)
    wait_until(lambda: at_work(port), running.said)
    assert f"http://127.0.0.1:{port}/" in page(port, "/.well-known/security.txt")  # links lead to where it runs
    assert running.stop(signal.SIGINT) == ""  # no invented people where nobody asked for them
    found = rows(any_instance)
    assert (found["community"], found["person"]) == (0, 0)
    engine = make_engine(any_instance.url)
    with Session(engine) as session:
        assert session.get(Postcode, "7551") is not None
    engine.dispose()


def workers_and_site(running: Running) -> tuple[int, int]:
    """Give the processes of worker and site, which began in this order: site, worker."""
    children = Path(f"/proc/{running.process.pid}/task/{running.process.pid}/children").read_text().split()
    site, worker = sorted(int(number) for number in children)
    return worker, site


@pytest.mark.parametrize("which", ["worker", "serve"])
def test_when_one_dies_the_other_ends(prepared: Instance, which: str) -> None:
    running, port = begin(prepared)
    wait_until(lambda: at_work(port), running.said)
    worker, site = workers_and_site(running)
    os.kill(worker if which == "worker" else site, signal.SIGKILL)
    running.ends(1)
    assert f"`noaber {which}` ended by itself" in running.said()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_service_manager_and_a_closed_window_stop_both(prepared: Instance, number: signal.Signals) -> None:
    running, _ = begin(prepared)
    running.stop(number)


def test_killed_without_warning_it_leaves_nobody_behind(prepared: Instance) -> None:
    running, port = begin(prepared)
    page(port)
    running.stop(signal.SIGKILL, status=-signal.SIGKILL)


def test_stopped_while_it_still_begins_it_leaves_nobody_behind(prepared: Instance) -> None:
    running = prepared.start("up", "--port", str(free_port()))
    wait_until(lambda: len(prepared.processes()) > 1, running.said)
    running.stop(signal.SIGINT)
