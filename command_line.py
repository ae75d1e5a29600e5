"""What every command shares: options, and telling on stderr what went wrong, a line each."""

import argparse
import os
import sys
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import NoReturn
from zoneinfo import ZoneInfo

from models.errors import Invalid, Refused

SAID = {
    "unknown_environment": "must be development, test or production",
    "not_yes_or_no": "must be yes or no",
    "not_a_number": "must be a whole number",
    "tiles": "must be https://host/{z}/{x}/{y}.png",
    "smtp_url": "must be smtp://host:25, smtp+starttls://user:password@host:587 or smtps://user:password@host:465",
    "database_url": "must be sqlite:///path or postgresql+psycopg://user:password@host/name",
    "not_migrated": "The database does not have the present tables: run `noaber migrate` first.",
    "unknown_tables": "The database was made by a newer Noaber: install that one.",
}


class Problem(Exception):
    """Something that the person at the keyboard can mend; ``status`` 2 for wrong input, 1 for the rest."""

    def __init__(self, message: str, status: int = 1) -> None:
        super().__init__(message)
        self.status = status


def explain(error: BaseException) -> tuple[str, int]:
    """Give what to say of an error and the exit status; what nobody foresaw goes on, with its traceback."""
    from sqlalchemy.exc import DBAPIError

    match error:
        case Problem():
            return str(error), error.status
        case Invalid():
            return f"{error.field}: {SAID.get(error.code, error.code)}", 2
        case Refused():
            return SAID.get(error.code, error.code), 1
        case KeyboardInterrupt():
            return "stopped", 1
        case OSError():
            with suppress(OSError, AttributeError):  # what could not be written is not tried again at the end
                os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            said = ": ".join(str(part) for part in (error.filename, error.strerror or error) if part)
            return "" if isinstance(error, BrokenPipeError) else said, 1
        case DBAPIError():
            return f"The database: {str(error.orig).strip().splitlines()[0]}", 1
    raise error


def say(text: str, end: str = "\n") -> None:
    """Show progress, to people only."""
    if sys.stderr.isatty():
        print(text, end=end, file=sys.stderr, flush=True)


def progress(done: int, of: int) -> None:
    """Show how far it is, on one line."""
    say(f"{done} of {of}", end="\n" if done == of else "\r")


class Parser(argparse.ArgumentParser):
    """Says what is wrong in one line."""

    def error(self, message: str) -> NoReturn:
        """Say it in one line."""
        self.exit(2, f"{self.prog}: {message} (see {self.prog} --help)\n")


def mailing(parser: argparse.ArgumentParser) -> None:
    """Ask which messages to show, and where."""
    parser.add_argument("what", choices=("preview",), help="on a page of this machine")
    parser.add_argument("--port", type=whole(65535), default=8010, metavar="N", help="port to answer on (8010)")
    parser.add_argument("--language", default="nl", metavar="CODE", help="of the list that opens (nl)")
    parser.add_argument("--theme", default="noaber", metavar="NAME", help="how they look (noaber)")
    parser.add_argument("--output", type=Path, metavar="FOLDER", help="write the pages in a folder instead")


def listening(parser: argparse.ArgumentParser) -> None:
    """Ask on which address to answer."""
    parser.add_argument("--host", default="127.0.0.1", help="address to answer on (127.0.0.1)")
    parser.add_argument("--port", type=whole(65535), default=8000, metavar="N", help="port to answer on (8000)")


def files(parser: argparse.ArgumentParser) -> None:
    """Ask for a case and for a result."""
    parser.add_argument("--input", required=True, type=Path, metavar="CASE.json", help="noaber.match/1")
    parser.add_argument("--output", required=True, type=Path, metavar="FILE.json", help="where the result goes")


def whole(most: int = 10**9) -> Callable[[str], int]:
    """Give what reads a whole number from 1 up."""

    def read(typed: str) -> int:
        if not (typed.isascii() and typed.isdigit() and len(typed) < 11 and 0 < int(typed) <= most):
            raise argparse.ArgumentTypeError(f"must be a whole number from 1 to {most}")
        return int(typed)

    return read


def read_now(typed: str | None) -> datetime:
    """Read ``--now``, by the clock of the Netherlands where no zone is typed; the present where nothing is typed.

    Raises
    ------
    Problem
        It is not a moment.
    """
    zone = ZoneInfo("Europe/Amsterdam")
    try:
        found = datetime.fromisoformat(typed) if typed else datetime.now(zone)
        if not 2000 <= found.year < 2100:
            raise ValueError
    except ValueError as error:
        raise Problem(f"--now {typed}: not a moment; write 2026-11-24T09:00", 2) from error
    return found if found.tzinfo else found.replace(tzinfo=zone)
