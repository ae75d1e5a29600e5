"""Opening what an instance stands on: its own key, and a database that has the present tables."""

import fcntl
import os
import secrets
from dataclasses import replace
from pathlib import Path

from sqlalchemy import Engine
from sqlalchemy.exc import ArgumentError

from models.database import make_engine
from models.errors import Invalid, Refused
from models.settings import Settings

KEY_BYTES = 32
DATABASES = ("sqlite:///", "postgresql+psycopg://")


def with_key(settings: Settings) -> Settings:
    """Give the same settings with a key: outside production a missing one is made once and kept.

    Raises
    ------
    OSError
        The instance folder cannot be made or written.
    """
    if settings.secret_key or settings.production:
        return settings
    settings.instance.mkdir(parents=True, exist_ok=True)
    with os.fdopen(os.open(settings.instance / "secret-key", os.O_RDWR | os.O_CREAT, 0o600), "r+") as file:
        fcntl.flock(file, fcntl.LOCK_EX)  # all processes of a site may begin at once, and must agree
        key = file.read().strip()
        if not key:
            key = secrets.token_hex(KEY_BYTES)
            file.write(key)
    return replace(settings, secret_key=key)


def open_database(settings: Settings, *, migrated: bool = True) -> Engine:
    """Open the database of these settings; the folder of an SQLite file is made.

    Parameters
    ----------
    migrated : bool
        Whether it must have the present tables; False for who is about to make them.

    Raises
    ------
    Invalid
        ``NOABER_DATABASE_URL``: ``database_url``, if it is no address of a database that we know.
    Refused
        ``not_migrated``.
    sqlalchemy.exc.OperationalError
        With `migrated`, if the database does not answer.
    """
    url = settings.database_url
    if not url.startswith(DATABASES):
        raise Invalid("NOABER_DATABASE_URL", "database_url")
    if url.startswith("sqlite:///"):
        Path(url.removeprefix("sqlite:///")).parent.mkdir(parents=True, exist_ok=True)
    try:
        engine = make_engine(url)
    except (ArgumentError, ValueError) as error:
        raise Invalid("NOABER_DATABASE_URL", "database_url") from error
    if migrated:
        # Alembic here: a process that answers pages has no need of it.
        from models import migrations

        if migrations.current(engine) not in migrations.heads():
            engine.dispose()
            raise Refused("not_migrated")
    return engine


def migrate(engine: Engine) -> bool:
    """Bring a database to the present tables; True if there was anything to do.

    Raises
    ------
    Refused
        ``unknown_tables``: the database was made by a newer Noaber.
    """
    from alembic.util import CommandError

    from models import migrations

    try:
        return migrations.upgrade(engine)
    except CommandError as error:
        raise Refused("unknown_tables") from error
