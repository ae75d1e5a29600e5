"""A worker on a database of its own, a clock that stands still, and a mail server to watch."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Event
from typing import Any

import pytest
from sqlalchemy import Engine
from sqlmodel import Session, select

from jobs import schedule
from jobs.channels import Begin, Channel, InDoubt
from jobs.outbox import Delivery
from jobs.rules import Keeper
from models.database import reading, transaction
from models.operations.outbox import Parcel
from models.settings import Settings
from models.tables import Call, Community, OutboxMessage, Signal
from tests import factories
from tests.jobs.mail_server import MailServer

SETTINGS = Settings(
    secret_key=factories.TOKENS.secret, base_url="https://noaber.example", mail_from="Noaber <post@noaber.example>",
    env="test", smtp_timeout=5,
)  # fmt: skip


@dataclass
class Clock:
    """Stands still until somebody moves it."""

    now: datetime = factories.NOW

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **time: float) -> None:
        """Move on (``days=``, ``hours=`` …)."""
        self.now += timedelta(**time)


class Remembering:
    """A channel that takes everything, or does what it is told."""

    def __init__(self) -> None:
        self.parcels: list[Parcel] = []
        self.errors: list[Exception] = []
        self.closed = 0

    def send(self, parcel: Parcel, begin: Begin) -> None:
        """Take it, or raise the next error: before the message goes out, or after it where it is doubtful."""
        if self.errors and not isinstance(self.errors[0], InDoubt | RuntimeError):
            raise self.errors.pop(0)
        begin()
        if self.errors:
            raise self.errors.pop(0)
        self.parcels.append(parcel)

    def close(self) -> None:
        """Count."""
        self.closed += 1


@dataclass
class House:
    """A database with a worker in it, whose clock is ours."""

    engine: Engine
    clock: Clock = field(default_factory=Clock)
    channel: Any = field(default_factory=Remembering)
    settings: Settings = SETTINGS
    name: str = "worker-1"

    def delivery(self, channel: Channel | None = None, *, name: str | None = None) -> Delivery:
        """Give a delivery under some worker's name."""
        return Delivery(
            self.engine, self.settings, channel or self.channel, worker=name or self.name, clock=self.clock,
            stopping=Event(),
        )  # fmt: skip

    def keep(self, *names: str) -> dict[str, int]:
        """Keep the rules of these names, or all, once."""
        keeper = Keeper(self.engine)
        rules = [r for r in schedule.RULES if not names or r.name in names]
        assert len(rules) == (len(names) or len(schedule.RULES))
        kept = {rule.name: keeper.keep(rule, self.clock()) for rule in rules}
        return {name: n for name, n in kept.items() if n}

    def deliver(self) -> dict[str, int]:
        """Send what is due."""
        return dict(self.delivery().tick())

    def write(self) -> Any:
        """Give a transaction that is committed."""
        return transaction(self.engine)

    def messages(self, name: str | None = None) -> list[OutboxMessage]:
        """Give the rows of the outbox, of one message or all."""
        return self._all(OutboxMessage, OutboxMessage.name, name)

    def calls(self, about: str | None = None) -> list[Call]:
        """Give the call list."""
        return self._all(Call, Call.about, about)

    def signals(self, kind: str | None = None) -> list[Signal]:
        """Give the signals."""
        return self._all(Signal, Signal.kind, kind)

    def get(self, table: Any, row_id: int | None) -> Any:
        """Give a row as it stands now."""
        with reading(self.engine) as session:
            found = session.get(table, row_id)
            session.expunge_all()
            return found

    def _all(self, table: Any, column: Any, value: str | None) -> list[Any]:
        with reading(self.engine) as session:
            query = select(table).order_by(table.id)
            found = list(session.exec(query.where(column == value) if value else query))
            session.expunge_all()
            return found


@pytest.fixture
def house(engine: Engine) -> House:
    """Give a worker's house on SQLite."""
    return House(engine)


@pytest.fixture
def any_house(any_database: Engine) -> House:
    """Give a worker's house, on each of the two databases."""
    return House(any_database)


@pytest.fixture
def mail_server() -> Iterator[MailServer]:
    """A real SMTP server."""
    server = MailServer()
    server.start()
    yield server
    server.stop()


def waiting(session: Session, person: Any, community: Any, **columns: Any) -> OutboxMessage:
    """Write a message of the community to somebody, due now."""
    return factories.create_outbox_message(session, person, community_id=community.id, **columns)


def told(house: House, **columns: Any) -> tuple[int, int]:
    """Write a message to a resident whose request is open; gives the message's and the person's id."""
    with house.write() as session:
        community = factories.create_community(session)
        return told_in(session, community, **columns)


def told_in(session: Session, community: Community, **columns: Any) -> tuple[int, int]:
    resident = factories.create_person(session, first_name="Ria")
    request = factories.create_request(session, community, resident)
    message = waiting(session, resident, community, params={"request_id": request.id}, **columns)
    assert message.id is not None and resident.id is not None
    return message.id, resident.id
