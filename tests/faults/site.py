"""A running site to click at: real HTTP on loopback, with a clock and dice of its own."""

import os
import random
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import time_machine
from flask import Flask
from flask.sessions import SecureCookieSessionInterface
from sqlalchemy import Engine, event, text
from sqlmodel import Session, select

from jobs import worker
from matcher import Reader
from models.database import reading, transaction
from models.settings import Settings
from models.tables import AuditEntry, Community, HelpRequest, Match, OutboxMessage, Person
from tests import factories
from tests.faults.browsing import HERE, Browser
from tests.loopback import listening
from web import create_app
from web.runtime import Runtime, start
from web.server import THREADS

TUESDAY = datetime(2026, 11, 24, 9, 0, tzinfo=ZoneInfo("Europe/Amsterdam"))
PROCESSES = 2
FIRST_NUMBER = 5000
ASKED: dict[str, dict[str, str]] = {
    "": {"text": "Wie kan mij dinsdag met de rollator naar het ziekenhuis brengen?", "whom": "self"},
    "/kinds": {"kinds": "hospital-escort"},
    "/when": {"how": "once", "date": "2026-12-08", "starts": "13:30", "ends": "15:30"},
    "/where": {"postcode": "7551 ab"},
    "/you": {"first_name": "Dien", "reach": "email", "choice": "self", "languages": "nl"},
}
"""What somebody who asks answers on each page; with an e-mail address on the last."""
OFFERED: dict[str, dict[str, str]] = {
    "what": {"text": "Ik rijd graag iemand naar het ziekenhuis."},
    "kinds": {"kinds": "hospital-escort"},
    "when": {"any_time": "y"},
    "where": {"postcode": "7551", "max_km": "10"},
    "more": {"languages": "nl", "capacity": "2"},
    "you": {"first_name": "Yusuf"},
}
"""What somebody who offers help answers; with a way to reach them on the last page."""


@dataclass
class Town:
    """A site that runs, its database, and the dice of this test."""

    engine: Engine
    settings: Settings
    seed: int
    port: int = 0
    clock: Any = None
    app: Flask = field(default_factory=lambda: Flask("closed"))
    runtime: Runtime = field(init=False)
    community_id: int = 0
    dice: random.Random = field(init=False)

    def __post_init__(self) -> None:
        self.dice = random.Random(self.seed)

    @contextmanager
    def change(self) -> Iterator[tuple[Session, Community]]:
        """Write rows beside the site; committed at the end."""
        with transaction(self.engine) as session:
            yield session, session.get_one(Community, self.community_id)

    @contextmanager
    def look(self) -> Iterator[Session]:
        """Read the database beside the site; what was read stays as it was."""
        with reading(self.engine) as session:
            yield session
            session.expunge_all()

    def browser(self) -> Browser:
        """Give a browser without cookies."""
        return Browser(self.port)

    def signed_in(self, person: Person) -> Browser:
        """Give a browser in which somebody has signed in before."""
        cookie = {"_user_id": f"{person.id}:{person.session_version}", "_fresh": True}
        signer = SecureCookieSessionInterface().get_signing_serializer(self.app)
        assert signer is not None
        return Browser(self.port, {self.app.config["SESSION_COOKIE_NAME"]: str(signer.dumps(cookie))})

    def link(self, request: HelpRequest) -> str:
        """Give the private page of a request."""
        return f"{HERE}/r/{self.runtime.tokens.request_link(request.id or 0, request.link_version)}"

    def work(self) -> None:
        """Let the worker do what is due when nothing can be undone any more."""
        self.clock.shift(timedelta(minutes=2))
        worker.once(self.settings, datetime.now(TUESDAY.tzinfo), self.runtime.candidates)

    def matches(self, request: HelpRequest) -> list[Match]:
        """Give the matches of a request as they stand now."""
        return self._all(Match, Match.request_id == request.id)

    def told(self, match: Match) -> list[OutboxMessage]:
        """Give the messages about a match."""
        return [m for m in self._all(OutboxMessage) if m.params.get("match_id") == match.id]

    def requests(self) -> list[HelpRequest]:
        """Give every request, drafts included."""
        return self._all(HelpRequest)

    def logged(self, action: str) -> list[AuditEntry]:
        """Give the lines of the log about one kind of change."""
        return self._all(AuditEntry, AuditEntry.action == action)

    def count(self, table: Any) -> int:
        """Count rows."""
        return len(self._all(table))

    def _all(self, table: Any, *conditions: Any) -> list[Any]:
        with self.look() as session:
            return list(session.exec(select(table).where(*conditions).order_by(table.id)))

    def again(self, row: Any) -> Any:
        """Give a row as it stands now."""
        with self.look() as session:
            return session.get_one(type(row), row.id)

    @property
    def deadlocks(self) -> int:
        """How often the database had to break a deadlock; 0 where it knows none."""
        if self.engine.dialect.name != "postgresql":
            return 0
        # The database's processes tell what they counted when their connections end.
        self.runtime.engine.dispose()
        self.engine.dispose()
        others = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
        counted = "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()"
        while True:
            with self.engine.connect() as connection:
                if not connection.execute(text(others)).scalar_one():
                    return int(connection.execute(text(counted)).scalar_one())
            time.sleep(0.01)


@contextmanager
def open_town(engine: Engine, reader: Reader, name: str, *, smtp_url: str = "") -> Iterator[Town]:
    """Run a site on a database, on a Tuesday morning; its seed is printed.

    As many answers are made at a moment as two gunicorn processes make; who comes beside them waits.
    """
    seed = int(os.environ.get("NOABER_FAULT_SEED") or random.SystemRandom().randrange(10**9))
    sys.stdout.write(f"\n{name}: NOABER_FAULT_SEED={seed}\n")
    busy = threading.BoundedSemaphore(PROCESSES * THREADS)
    with listening() as server:
        settings = Settings(
            database_url=engine.url.render_as_string(hide_password=False), secret_key=factories.TOKENS.secret,
            smtp_url=smtp_url, smtp_timeout=5, env="test", base_url=server.base,
        )  # fmt: skip
        town = Town(engine, settings, seed, server.port)
        town.runtime = start(settings, reader)
        town.app = create_app(town.runtime, RATELIMIT_ENABLED=False, PROPAGATE_EXCEPTIONS=False)
        answer = town.app.wsgi_app

        def serve(environ: Any, begin: Any) -> Any:
            with busy:
                return list(answer(environ, begin))

        server.answer_with(serve)
        with transaction(engine) as session:
            # Its own numbers are higher than those that the factories give.
            community = factories.create_community(session, slug=HERE.strip("/"), request_counter=FIRST_NUMBER)
            assert community.id is not None
            town.community_id = community.id
        try:
            with time_machine.travel(TUESDAY, tick=True) as town.clock:
                yield town
        finally:
            town.runtime.engine.dispose()


def widen(town: Town, most: float) -> None:
    """Let every statement that locks take a random moment longer, up to ``most`` seconds, on PostgreSQL.

    Two who meet once a year then meet at every click. SQLite lets one write at a time: there is nothing to widen.
    """
    if town.engine.dialect.name != "postgresql":
        return

    @event.listens_for(town.runtime.engine, "after_cursor_execute")
    def _linger(_connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        if statement.startswith(("UPDATE", "INSERT")) or " FOR " in statement[-40:]:
            threading.Event().wait(town.dice.uniform(0, most))
