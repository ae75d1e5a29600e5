"""What a process opens once and every page uses: the database, the key, the reader and the live rankings."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import cast

from flask import current_app, g
from sqlalchemy import Engine

from matcher import Reader
from models.candidates import Candidates
from models.database import make_engine
from models.settings import Settings
from models.tokens import Tokens


@dataclass(frozen=True, slots=True)
class Runtime:
    """The opened things of one process."""

    settings: Settings
    engine: Engine
    tokens: Tokens
    reader: Reader
    candidates: Candidates


def start(settings: Settings, reader: Reader) -> Runtime:
    """Open the database of these settings; nothing is read from it yet."""
    engine = make_engine(settings.database_url)
    return Runtime(
        settings=settings,
        engine=engine,
        tokens=Tokens(settings.secret_key),
        reader=reader,
        candidates=Candidates(engine, reader),
    )


def runtime() -> Runtime:
    """Give the opened things of the application that answers now."""
    return cast(Runtime, current_app.extensions["noaber"])


def now() -> datetime:
    """Give the moment of this request (UTC): the same for everything that happens in it."""
    if "now" not in g:
        g.now = datetime.now(UTC)
    return cast(datetime, g.now)
