"""What every test may ask for: databases of its own, rows to begin with, and no way out to the network."""

import ipaddress
import os
import shutil
import socket
import sqlite3
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Dialect, Engine, create_engine
from sqlmodel import Session, SQLModel

import models.database
import models.tables  # the tables must be known before the schema is made
from matcher import Reader
from models.database import make_engine, writing
from models.tables import Community, HelpRequest, Match, Person, Volunteer
from tests import factories
from tests.postgres import Database, bare_database

POSTGRES_VARIABLE = "NOABER_TEST_POSTGRES"


# ---- no socket beyond loopback ---------------------------------------------------------------------------------------


class BeyondLoopback(AssertionError):
    """A test wanted to speak to another machine."""


seen: list[str] = []
"""What the running test tried to reach."""
_ASKED_BY_NAME = frozenset({"socket.getaddrinfo", "socket.gethostbyname"})
_ASKED_BY_ADDRESS = frozenset({"socket.bind", "socket.connect", "socket.sendmsg", "socket.sendto"})


def _is_here(host: object) -> bool:
    if host is None or host in ("", b"", "localhost", b"localhost", socket.gethostname()):
        return True
    name = host.decode("ascii", "replace") if isinstance(host, bytes) else str(host)
    try:
        return ipaddress.ip_address(name.partition("%")[0]).is_loopback
    except ValueError:
        return False


def _watch(event: str, arguments: tuple[Any, ...]) -> None:
    if event in _ASKED_BY_NAME:
        host = arguments[0]
    elif event in _ASKED_BY_ADDRESS and arguments[0].family in (socket.AF_INET, socket.AF_INET6):
        address = arguments[-1]
        if not isinstance(address, tuple):
            return  # an answer on a connection that was checked when it was made
        host = address[0]
        if event == "socket.bind" and host in ("", "0.0.0.0", "::"):
            host = "every address of this machine"
    else:
        return
    if not _is_here(host):
        seen.append(f"{event} to {host!r}")
        raise BeyondLoopback(seen[-1])


# An audit hook sees every socket that Python opens, whoever kept a reference to the class; it cannot be taken off.
sys.addaudithook(_watch)


@pytest.fixture(autouse=True)
def _no_way_out() -> Iterator[None]:
    """Fail the test even where the code under test swallowed the error."""
    seen.clear()
    yield
    assert not seen, f"sockets beyond loopback: {seen}"


# ---- databases -------------------------------------------------------------------------------------------------------


@pytest.fixture(autouse=True, scope="session")
def _said_once() -> Iterator[None]:
    """Let a statement be compiled once a process, as in a running site, and not once a database.

    What SQLAlchemy compiled is kept by dialect object; here all engines of one kind have the same one.
    """
    dialects: dict[str, Dialect] = {}
    compiled: dict[Any, Any] = {}

    def create(url: str, **options: Any) -> Engine:
        options["execution_options"] = {"compiled_cache": compiled, **options.get("execution_options", {})}
        made = create_engine(url, **options)
        made.dialect = made.pool._dialect = dialects.setdefault(made.dialect.name, made.dialect)
        return made

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(models.database, "create_engine", create)
        yield


@pytest.fixture(autouse=True, scope="session")
def _nobody_pulls_the_plug() -> Iterator[None]:
    """Let SQLite not wait for the disk, as PostgreSQL does not here; what processes of their own do, is as ever."""
    prepare = models.database._prepare_sqlite

    def prepare_and_not_wait(connection: sqlite3.Connection, record: object) -> None:
        prepare(connection, record)
        connection.execute("PRAGMA synchronous=OFF")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(models.database, "_prepare_sqlite", prepare_and_not_wait)
        yield


def _fill(engine: Engine) -> None:
    """Write the little reference data that every test knows."""
    with Session(writing(engine)) as session:
        factories.create_postcodes(session)
        session.commit()


@pytest.fixture(scope="session")
def _sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("template") / "noaber.sqlite"
    engine = make_engine(f"sqlite:///{path}")
    SQLModel.metadata.create_all(engine)
    _fill(engine)
    engine.dispose()  # the last connection to close writes everything into the one file
    return path


@pytest.fixture
def engine(_sqlite_template: Path, tmp_path: Path) -> Iterator[Engine]:
    """An SQLite database of this test alone, with its schema and a few postcodes."""
    path = tmp_path / "noaber.sqlite"
    shutil.copy(_sqlite_template, path)
    found = make_engine(f"sqlite:///{path}")
    yield found
    found.dispose()


def find_postgres(environment: Mapping[str, str]) -> str:
    """Give where a PostgreSQL server for tests is; in CI a missing one is a failure, never a skip."""
    url = environment.get(POSTGRES_VARIABLE, "")
    if not url:
        message = f"{POSTGRES_VARIABLE} names no PostgreSQL server"
        if environment.get("CI", "").lower() == "true":
            pytest.fail(message)
        pytest.skip(message)
    return url


@pytest.fixture(scope="session")
def postgres_url() -> str:
    """Give where a PostgreSQL server for tests is."""
    return find_postgres(os.environ)


@pytest.fixture(scope="session")
def _postgres(postgres_url: str) -> Iterator[Database]:
    with bare_database(postgres_url) as url:
        yield Database(url, _fill)


@pytest.fixture
def postgres_engine(_postgres: Database) -> Iterator[Engine]:
    """An empty PostgreSQL database for this test alone; mark the test ``postgres``."""
    found = _postgres.fresh()
    yield found
    found.dispose()


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def any_database(request: pytest.FixtureRequest) -> Engine:
    """The test runs on SQLite and on PostgreSQL, on a database of its own."""
    name = "engine" if request.param == "sqlite" else "postgres_engine"
    found = request.getfixturevalue(name)
    assert isinstance(found, Engine)
    return found


def _session(engine: Engine) -> Iterator[Session]:
    with Session(writing(engine), expire_on_commit=False) as session:
        yield session
        session.rollback()


@pytest.fixture
def session(engine: Engine) -> Iterator[Session]:
    """A transaction that writes, on SQLite; rolled back at the end."""
    yield from _session(engine)


@pytest.fixture
def any_session(any_database: Engine) -> Iterator[Session]:
    """A transaction that writes, on each of the two databases."""
    yield from _session(any_database)


# ---- passwords -------------------------------------------------------------------------------------------------------


@pytest.fixture(autouse=True, scope="session")
def _cheap_passwords() -> Iterator[None]:
    """Let a password cost microseconds instead of the tens of milliseconds that it costs a thief."""
    from models.operations import sign_in

    patch = pytest.MonkeyPatch()
    patch.setattr(sign_in, "HASHER", factories.CHEAP_HASHER)
    yield
    patch.undo()


# ---- rows to begin with (on ``session``) -----------------------------------------------------------------------------


@pytest.fixture
def dummy_community(session: Session) -> Community:
    """Give a community that serves Hengelo, Borne and Oldenzaal."""
    return factories.create_community(session)


@pytest.fixture
def other_community(session: Session, dummy_community: Community) -> Community:
    """Give another community, which serves Heerenveen."""
    return factories.create_community(session, areas=("8441",))


@pytest.fixture
def dummy_resident(session: Session) -> Person:
    """Give somebody who asks."""
    return factories.create_person(session)


@pytest.fixture
def dummy_volunteer(session: Session, dummy_community: Community) -> Volunteer:
    """Give an active volunteer."""
    return factories.create_volunteer(session, dummy_community)


@pytest.fixture
def dummy_coordinator(session: Session, dummy_community: Community) -> Person:
    """Give a coordinator of the community."""
    return factories.create_coordinator(session, dummy_community)


@pytest.fixture
def dummy_administrator(session: Session, dummy_community: Community) -> Person:
    """Give an administrator of the community."""
    return factories.create_administrator(session, dummy_community)


@pytest.fixture
def dummy_request(session: Session, dummy_community: Community, dummy_resident: Person) -> HelpRequest:
    """Give an open request of the resident."""
    return factories.create_request(session, dummy_community, dummy_resident)


@pytest.fixture
def dummy_match(session: Session, dummy_request: HelpRequest, dummy_volunteer: Volunteer) -> Match:
    """Give a proposed match of the two."""
    return factories.create_match(session, dummy_request, dummy_volunteer)


# ---- what reads people's words ---------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def reader(tmp_path_factory: pytest.TempPathFactory) -> Reader:
    """Give the reader that the site has, learnt once for all workers of this run."""
    from matcher.language import load_or_train
    from seeds.phrases import kind_names, phrases

    folder = tmp_path_factory.getbasetemp().parent / "noaber-reader"
    folder.mkdir(exist_ok=True)
    return load_or_train(phrases(), kind_names(), folder / "reader.npz")
