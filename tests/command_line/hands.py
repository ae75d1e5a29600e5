"""The real command, run as a person or a service manager runs it, on an instance of its own."""

import os
import select
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from tests.nursery import Nursery

COMMAND = Path(sys.executable).with_name("noaber")
LONGEST_WAIT = 60.0
"""Seconds that anything may take on a busy machine before the test fails."""
PRODUCTION = {
    "NOABER_ENV": "production",
    "NOABER_SECRET_KEY": "only for tests, and long enough for production",
    "NOABER_BASE_URL": "https://noaber.test",
    "NOABER_SMTP_URL": "smtps://post@mail.noaber.test:465",
    "NOABER_MAIL_FROM": "Noaber <post@noaber.test>",
    "NOABER_TRUSTED_HOSTS": "noaber.test",
}
"""Settings with which a real site may run."""


@dataclass
class Instance:
    """A folder, a database, and the command on them; nothing else of this machine's environment comes along.

    What ends by itself is `run` by a process that has read all modules before; what goes on is `start`-ed anew.
    """

    folder: Path
    nursery: Nursery
    database_url: str = ""
    started: list[subprocess.Popen[str]] = field(default_factory=list)

    @property
    def environment(self) -> dict[str, str]:
        """Give what the command is told."""
        found = {
            "PATH": os.defpath,
            "HOME": str(self.folder / "home"),
            "NOABER_INSTANCE": str(self.folder / "instance"),
        }
        return found | ({"NOABER_DATABASE_URL": self.database_url} if self.database_url else {})

    @property
    def url(self) -> str:
        """Give the database's address."""
        return self.database_url or f"sqlite:///{self.folder / 'instance' / 'noaber.sqlite'}"

    def run(self, *words: str | Path, status: int = 0, says: str = "", stdout: str = "", **environment: str) -> str:
        """Run one command to its end; gives what it wrote on stdout, unless that goes elsewhere.

        It must end with this status. Well ended, it was silent on stderr; else it said one line there, with `says`
        in it, which is given back instead.
        """
        written = {name: self.folder / f"{name}-of-run" for name in ("stdout", "stderr")}
        ended = self.nursery.wait(
            self.nursery.start(
                words=[str(word) for word in words], environment=self.environment | environment,
                folder=str(self.folder), stdout=stdout or str(written["stdout"]), stderr=str(written["stderr"]),
                seconds=int(LONGEST_WAIT),
            )
        )  # fmt: skip
        out, err = (path.read_text() if path.exists() else "" for path in written.values())
        for path in written.values():
            path.unlink(missing_ok=True)
        assert ended == status, err
        if status == 0:
            assert err == ""
            return out
        assert_one_line(err)
        assert says in err
        assert not out
        return err

    def start(self, *words: str, **environment: str) -> "Running":
        """Begin a command that goes on until it is stopped."""
        log = (self.folder / f"stderr-{len(self.started)}").open("w+")
        process = subprocess.Popen(
            [COMMAND, *words], env=self.environment | environment, cwd=self.folder,
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=log, text=True, start_new_session=True,
            # A suite that was begun in the background ignores Ctrl-C, and its children would too.
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
        )  # fmt: skip
        self.started.append(process)
        return Running(process, log, self)

    def processes(self) -> list[int]:
        """Give the processes that work on this instance, oldest first."""
        mark = f"NOABER_INSTANCE={self.folder / 'instance'}".encode()
        found = []
        for path in Path("/proc").glob("[0-9]*"):
            try:
                living = (path / "stat").read_text().rpartition(")")[2].split()[0] != "Z"
                if living and mark in (path / "environ").read_bytes().split(b"\0"):
                    found.append(int(path.name))
            except OSError:  # it ended, or is not ours
                continue
        return sorted(found)

    def close(self) -> None:
        """End what a failed test left."""
        for process in self.started:
            if process.poll() is None:
                process.kill()
            process.wait()
            assert process.stdout
            process.stdout.close()
        for number in self.processes():
            os.kill(number, signal.SIGKILL)


@dataclass
class Running:
    """A command that goes on."""

    process: subprocess.Popen[str]
    log: IO[str]
    instance: Instance

    def line(self, seconds: float = LONGEST_WAIT) -> str:
        """Wait for the next line on stdout."""
        assert self.process.stdout
        ready, _, _ = select.select([self.process.stdout], [], [], seconds)
        assert ready, self.said()
        return self.process.stdout.readline()

    def said(self) -> str:
        """Give what it wrote on stderr so far."""
        return Path(self.log.name).read_text()

    def until_said(self, words: str) -> None:
        """Wait until it wrote something on stderr."""
        wait_until(lambda: words in self.said(), lambda: f"{words!r} is not in {self.said()!r}")

    def stop(self, number: signal.Signals = signal.SIGTERM, status: int = 0) -> str:
        """Send it a signal; it ends with this status, and nothing of it is left. Gives the rest of its stdout."""
        self.process.send_signal(number)
        return self.ends(status)

    def ends(self, status: int) -> str:
        """Wait for its end."""
        assert self.process.stdout
        assert self.process.wait(LONGEST_WAIT) == status, self.said()
        rest = self.process.stdout.read()
        assert "Traceback" not in self.said()
        wait_until(lambda: self.instance.processes() == [], lambda: f"left: {self.instance.processes()}")
        self.log.close()
        return rest


def assert_one_line(told: str) -> None:
    """Hold an error to the form that all of them have."""
    assert "Traceback" not in told
    assert told.count("\n") == 1 and told.endswith("\n") and told.strip(), told


def wait_until(true: Any, otherwise: Any) -> None:
    """Look again and again."""
    deadline = time.monotonic() + LONGEST_WAIT
    while not true():
        assert time.monotonic() < deadline, otherwise()
        time.sleep(0.05)


def free_port() -> int:
    """Give a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def page(port: int, path: str = "/") -> str:
    """Read a page as soon as somebody answers."""
    deadline = time.monotonic() + LONGEST_WAIT
    while True:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=LONGEST_WAIT) as answer:
                return str(answer.read().decode())
        except urllib.error.HTTPError:
            raise
        except OSError:
            assert time.monotonic() < deadline, "nobody answers"
            time.sleep(0.05)
