"""The real site under load: gunicorn as `noaber serve` starts it, and clients of it on loopback.

Each client is signed in and asks for its next page as soon as it has read the last one, without a pause: eight such
clients are harder on a site than eight people are.
"""

import http.client
import os
import re
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

from flask import Flask
from flask.sessions import SecureCookieSessionInterface
from sqlalchemy import event

from matcher import Reader
from models.settings import Settings
from tests.benchmarks.crowd import Crowd
from web import create_app
from web.runtime import start

CLIENTS = 8
WORKERS = 2
START_SECONDS = 60.0
ANSWER_SECONDS = 30.0
NOT_MEASURED = 5
"""Pages of each client before its measured ones: browsers have a session by then, processes what they keep."""
_OK = 200
_TITLE = re.compile(rb"<h1[ >]")


class BenchmarkError(RuntimeError):
    """Something did not answer as it should: then no figure is worth anything."""


@dataclass(slots=True)
class Figures:
    """How long something took, each time.

    Attributes
    ----------
    milliseconds : list of float
        Of each page, from sending the request to the last byte of the answer.
    statements : int
        Statements of SQL that one page took, warm.
    size : int
        Bytes of one page.
    seconds : float
        From the first page to the last.
    work : float
        Milliseconds of processor time that the site spent on a page; what else the machine did hardly changes it.
    """

    name: str
    milliseconds: list[float] = field(default_factory=list)
    statements: int = 0
    size: int = 0
    seconds: float = 0.0
    work: float = 0.0

    def at(self, share: float) -> float:
        """The time within which this share of the pages (0..1) was answered, in milliseconds."""
        ordered = sorted(self.milliseconds)
        return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


@dataclass(frozen=True, slots=True)
class Visit:
    """One page of one person."""

    cookie: str
    path: str


def cookie_of(settings: Settings, person_id: int) -> str:
    """The cookie of somebody who signed in."""
    app = Flask(__name__)
    app.secret_key = settings.secret_key
    signer = SecureCookieSessionInterface().get_signing_serializer(app)
    assert signer is not None, "there is a key"
    kept = {"_user_id": f"{person_id}:1", "_fresh": True, "csrf_token": "0" * 40, "language": "nl"}
    return f"noaber={signer.dumps(kept)}"


def pages(crowd: Crowd, settings: Settings) -> dict[str, list[list[Visit]]]:
    """What each client looks at, by the page that is measured."""
    desk = [cookie_of(settings, person) for person in crowd.desk[:CLIENTS]]
    helpers = [cookie_of(settings, person) for person in crowd.helpers[:: len(crowd.helpers) // 200]]
    return {
        "desk: a request with its ranked candidates": [
            [Visit(who, f"/{crowd.slug}/desk/requests/{one}") for one in crowd.requests[client::CLIENTS]]
            for client, who in enumerate(desk)
        ],
        "a volunteer's “for me”": [
            [Visit(who, f"/{crowd.slug}/browse/for-me") for who in helpers[client::CLIENTS]]
            for client in range(CLIENTS)
        ],
    }


def free_port() -> int:
    """A port of loopback that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def environment(settings: Settings, **more: str) -> dict[str, str]:
    """The environment in which a process has these settings and no others."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("NOABER_")}
    return kept | {
        "NOABER_DATABASE_URL": settings.database_url,
        "NOABER_SECRET_KEY": settings.secret_key,
        "NOABER_INSTANCE": str(settings.instance),
        **more,
    }


@contextmanager
def running(command: Sequence[str], env: dict[str, str], port: int, log: Path) -> Iterator[tuple[float, int]]:
    """Run ``noaber …`` and stop it again; gives the seconds until it answered, and the id of its first process."""
    began = time.perf_counter()
    with log.open("wb") as file:
        process = subprocess.Popen(
            [sys.executable, "-m", "noaber", *command], env=env, stdout=file, stderr=subprocess.STDOUT
        )
    try:
        _wait_for(port, process, log)
        yield time.perf_counter() - began, process.pid
    finally:
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait_for(port: int, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        try:
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=ANSWER_SECONDS)
            connection.request("GET", "/")
            if connection.getresponse().status < 500:
                connection.close()
                return
        except OSError:
            time.sleep(0.02)
    raise BenchmarkError(f"no answer on port {port}:\n{log.read_text(errors='replace')[-2000:]}")


def worked(pid: int) -> float:
    """Milliseconds of processor time that a process and its children took so far; 0 where nobody can tell."""
    total, waiting = 0.0, [pid]
    while waiting:
        one = waiting.pop()
        try:
            spent = Path(f"/proc/{one}/stat").read_text().rsplit(")", 1)[1].split()
            children = Path(f"/proc/{one}/task/{one}/children").read_text().split()
        except OSError:
            continue
        total += (int(spent[11]) + int(spent[12])) * 1000 / os.sysconf("SC_CLK_TCK")
        waiting += [int(child) for child in children]
    return total


def measure(name: str, pid: int, port: int, clients: Sequence[Sequence[Visit]], times: int) -> Figures:
    """Let all clients look at their pages at the same time.

    Parameters
    ----------
    times : int
        Measured pages of each client.
    """
    found = Figures(name)
    begin, wrong = threading.Barrier(len(clients) + 1), []

    def look(visits: Sequence[Visit]) -> None:
        try:
            took = _look(port, visits, times, begin)
        except Exception as error:
            wrong.append(error)
            begin.abort()
        else:
            found.milliseconds += took  # one statement: the list is shared, the times are not

    threads = [threading.Thread(target=look, args=(visits,), daemon=True) for visits in clients]
    for thread in threads:
        thread.start()
    try:
        begin.wait(START_SECONDS + ANSWER_SECONDS)
    except threading.BrokenBarrierError as error:
        raise BenchmarkError(f"{name}: {wrong or 'not ready in time'}") from error
    began, before = time.perf_counter(), worked(pid)
    for thread in threads:
        thread.join(times * ANSWER_SECONDS)
    found.seconds = time.perf_counter() - began
    found.work = (worked(pid) - before) / max(1, len(found.milliseconds))
    if wrong:
        raise BenchmarkError(f"{name}: {wrong[0]}")
    return found


def _look(port: int, visits: Sequence[Visit], times: int, begin: threading.Barrier) -> list[float]:
    took: list[float] = []
    for number in count():
        if number == NOT_MEASURED:
            begin.wait(START_SECONDS + ANSWER_SECONDS)
        if number == NOT_MEASURED + times:
            return took
        visit = visits[number % len(visits)]
        began = time.perf_counter()
        _fetch(port, visit)
        if number >= NOT_MEASURED:
            took.append((time.perf_counter() - began) * 1000)
    raise AssertionError("count() does not end")


def _fetch(port: int, visit: Visit) -> bytes:
    # A connection a page, as a proxy in front of the site makes them.
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=ANSWER_SECONDS)
    connection.request("GET", visit.path, headers={"Cookie": visit.cookie, "Connection": "close"})
    answer = connection.getresponse()
    page = answer.read()
    connection.close()
    if answer.status != _OK or not _TITLE.search(page):
        raise BenchmarkError(f"{visit.path}: {answer.status}")
    return page


def count_statements(settings: Settings, reader: Reader, visits: dict[str, list[list[Visit]]]) -> dict[str, int]:
    """Count the SQL statements of each page once the process is warm; the opening of transactions left out."""
    runtime = start(settings, reader)
    app = create_app(runtime)
    seen: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        if not statement.startswith("BEGIN"):
            seen.append(statement)

    event.listen(runtime.engine, "before_cursor_execute", note)
    found = {}
    for name, clients in visits.items():
        worst = 0
        for visit in clients[0][:10]:
            browser = app.test_client(use_cookies=False)
            for _ in range(2):
                seen.clear()
                answer = browser.get(visit.path, headers={"Cookie": visit.cookie})
                if answer.status_code != _OK:
                    raise BenchmarkError(f"{visit.path}: {answer.status}")
            worst = max(worst, len(seen))
        found[name] = worst
    runtime.engine.dispose()
    return found


def load(
    crowd: Crowd, settings: Settings, reader: Reader, *, times: int, log: Path, say: Callable[[str], None]
) -> list[Figures]:
    """Start the site, look at its two busiest pages with all clients, stop it."""
    visits, port = pages(crowd, settings), free_port()
    statements = count_statements(settings, reader, visits)
    found = []
    command = ["serve", "--port", str(port), "--workers", str(WORKERS)]
    with running(command, environment(settings), port, log) as (seconds, pid):
        say(f"the site answers after {seconds:.1f} s")
        for name, clients in visits.items():
            alone = measure(f"{name}, 1 client", pid, port, clients[:1], times)
            together = measure(f"{name}, {CLIENTS} clients", pid, port, clients, times)
            for figures in (alone, together):
                figures.statements, figures.size = statements[name], len(_fetch(port, clients[0][0]))
                found.append(figures)
                say(
                    f"{figures.name:60s} p50 {figures.at(0.5):6.1f} ms   p95 {figures.at(0.95):6.1f} ms   "
                    f"{len(figures.milliseconds) / figures.seconds:5.0f} pages/s   "
                    f"{figures.work:5.1f} ms of work   {figures.statements} statements"
                )
    return found
