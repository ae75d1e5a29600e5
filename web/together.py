"""Site and worker side by side, as two processes of one command; when one ends, so does the other."""

import ctypes
import multiprocessing
import os
import signal
import socket
import sys
import time
from collections.abc import Callable
from multiprocessing.process import BaseProcess
from types import FrameType

from models.database import reading
from models.opening import open_database
from models.queries.communities import all_communities
from models.queries.demo import people_to_try
from models.settings import Settings

STOP_SECONDS = 10.0
# The last one is what a closed window sends.
_STOPPING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
_DIE_WITH_PARENT = 1  # prctl's PR_SET_PDEATHSIG


def run_both(run: Callable[[list[str]], int], host: str, port: int, settings: Settings) -> int:
    """Run both until Ctrl-C, SIGTERM or SIGHUP, or until one of them ends.

    Once the site answers, its address is printed, and in a demonstration the people to sign in as.

    Parameters
    ----------
    run : callable
        Runs one command of ours, given as it is typed, and gives its exit status.

    Returns
    -------
    int
        0 after being stopped, 1 if one ended by itself.
    """
    stopping = False

    def stop(_signal: int, _frame: FrameType | None) -> None:
        nonlocal stopping
        stopping = True

    before = {number: signal.signal(number, stop) for number in _STOPPING}
    both = [_begin(run, "serve", "--host", host, "--port", str(port)), _begin(run, "worker")]
    told = False
    try:
        while not stopping and all(process.is_alive() for process in both):
            if not told and _answers(host, port):
                print(introduce(host, port, settings), flush=True)  # noqa: T201
                told = True
            time.sleep(0.2 if told else 0.05)
        for process in both:
            if not stopping and not process.is_alive():
                print(f"`noaber {process.name}` ended by itself, so everything stops.", file=sys.stderr)  # noqa: T201
        return 0 if stopping else 1
    finally:
        _end(both)
        for number, handler in before.items():
            signal.signal(number, handler)


def _begin(run: Callable[[list[str]], int], *command: str) -> BaseProcess:
    """Begin a copy of this process, which has read all there is to read: far quicker than a new one."""
    process = multiprocessing.get_context("fork").Process(target=_be, args=(run, command), name=command[0])
    signal.pthread_sigmask(signal.SIG_BLOCK, _STOPPING)
    try:
        process.start()
    finally:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, _STOPPING)
    return process


def _be(run: Callable[[list[str]], int], command: tuple[str, ...]) -> None:
    # In a session of its own: Ctrl-C reaches our parent alone, which stops both in good order.
    os.setsid()
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_DIE_WITH_PARENT, signal.SIGTERM)
    for number in _STOPPING:
        signal.signal(number, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, _STOPPING)
    sys.exit(run(list(command)))


def introduce(host: str, port: int, settings: Settings) -> str:
    """Give what somebody reads who just started it: where it is, and in a demonstration who may be tried."""
    lines = [f"Noaber runs on http://{host}:{port}  (Ctrl-C stops it)"]
    if settings.demo:
        lines += ["", "Invented people to sign in as, with one click on the sign-in page:"]
        engine = open_database(settings)
        with reading(engine) as session:
            first = max(all_communities(session), key=lambda community: community.volunteer_revision)
            lines += [
                f"  {', '.join(one.qualities):28} {one.person.first_name} {one.person.last_name} ({one.community.name})"
                for one in people_to_try(session, first)
            ]
        engine.dispose()
    return "\n".join(lines)


def _answers(host: str, port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex((host, port)) == 0


def _end(processes: list[BaseProcess]) -> None:
    for process in processes:
        process.terminate()
    deadline = time.monotonic() + STOP_SECONDS
    for process in processes:
        process.join(max(0.1, deadline - time.monotonic()))
        if process.is_alive():
            process.kill()
            process.join()
