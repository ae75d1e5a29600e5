"""Processes to kill, and a house whose worker is a process of its own."""

import os
import random
import signal
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import Engine

from models.tables import Community
from tests import factories
from tests.jobs.conftest import House
from tests.jobs.mail_server import MailServer
from tests.nursery import Nursery

ROUNDS = int(os.environ.get("NOABER_FAULT_ROUNDS", "8"))
KILLED = -signal.SIGKILL
LONG_DUE = {"due_at": datetime(2026, 1, 1, tzinfo=UTC), "urgent": True}
"""For a live worker, which has the clock on the wall: due, by night too."""
# A Tuesday at noon: reminders may go out, whatever the time of the night in which the tests run.
DAYTIME = datetime(2026, 11, 24, 11, 0, tzinfo=UTC)


@pytest.fixture(scope="session")
def nursery(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Nursery]:
    """Give where processes are made."""
    log = tmp_path_factory.mktemp("faults") / "processes.log"
    found = Nursery("tests.faults.process", {**os.environ, "PYTHONWARNINGS": "ignore"}, log=str(log))
    yield found
    found.close()


@dataclass
class Site:
    """A database, a real mail server, and workers that are processes."""

    house: House
    server: MailServer
    nursery: Nursery
    seed: int
    dice: random.Random = field(init=False)
    community_id: int = 0

    def __post_init__(self) -> None:
        self.dice = random.Random(self.seed)
        self.house.clock.now = DAYTIME
        with self.house.write() as session:
            community = factories.create_community(session)
            assert community.id is not None
            self.community_id = community.id

    @property
    def environment(self) -> dict[str, str]:
        """Give what a process is told about this site."""
        url = self.house.engine.url.render_as_string(hide_password=False)
        return {
            "NOABER_DATABASE_URL": url,
            "NOABER_SECRET_KEY": factories.TOKENS.secret,
            "NOABER_SMTP_URL": self.server.url,
            "NOABER_SMTP_TIMEOUT": "5",
            "NOABER_BASE_URL": "https://noaber.example",
            "NOABER_MAIL_FROM": "Noaber <post@noaber.example>",
            "NOABER_ENV": "test",
        }

    def start(self, **order: Any) -> int:
        """Begin a worker that does what is due by day, and ends."""
        return self.nursery.start(environment=self.environment, **{"now": DAYTIME.isoformat(), **order})

    def run(self, **order: Any) -> int:
        """Let a worker do what is due; gives how it ended."""
        return self.nursery.wait(self.start(**order))

    def tell(self, several: int, **columns: Any) -> dict[int, str]:
        """Write messages to as many people, due by day; gives their addresses by the messages' ids."""
        told = {}
        with self.house.write() as session:
            for _ in range(several):
                resident = factories.create_person(session)
                request = factories.create_request(session, session.get_one(Community, self.community_id),
                                                   resident)  # fmt: skip
                message = factories.create_outbox_message(
                    session, resident, community_id=self.community_id, params={"request_id": request.id},
                    **{"due_at": DAYTIME, **columns},
                )  # fmt: skip
                assert message.id is not None and resident.email is not None
                told[message.id] = resident.email
        return told

    def copies(self, address: str) -> int:
        """Count how many mails to an address the server has accepted."""
        return sum(mail["To"] == address for mail in self.server.mails.accepted)

    def states(self, told: dict[int, str]) -> dict[int, str]:
        """Give the state of each message."""
        return {message.id: message.state for message in self.house.messages() if message.id in told}


@pytest.fixture
def site(any_database: Engine, mail_server: MailServer, nursery: Nursery, request: pytest.FixtureRequest) -> Site:
    """Give a site; its seed is printed, and taken from ``NOABER_FAULT_SEED`` to repeat a run."""
    seed = int(os.environ.get("NOABER_FAULT_SEED") or random.SystemRandom().randrange(10**9))
    sys.stdout.write(f"\n{request.node.name}: NOABER_FAULT_SEED={seed} NOABER_FAULT_ROUNDS={ROUNDS}\n")
    return Site(House(any_database), mail_server, nursery, seed)


@pytest.fixture
def mail_server() -> Iterator[MailServer]:
    """A real SMTP server."""
    server = MailServer()
    server.start()
    yield server
    server.stop()
