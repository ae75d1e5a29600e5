"""One transaction a request: opened when first asked for, committed before the answer leaves, rolled back on error.

A GET reads. A page that must write down that somebody looked (contact details) declares ``writes=True``.
"""

import copy
import time
from collections.abc import Callable
from typing import Any, cast

from flask import Flask, Response, g, request, session
from flask.globals import request_ctx
from sqlmodel import Session

from models.database import can_be_repeated, writing
from web.runtime import runtime

PAUSES = (0.05, 0.2, 0.5)
"""Seconds before a page is made once more of which the database took back the work: the other one goes first."""


def init_app(app: Flask) -> None:
    """Close what a request opened, whatever happened."""

    @app.teardown_request
    def _close(_error: BaseException | None) -> None:
        opened = g.pop("session", None)
        if opened is not None:
            opened.rollback()
            opened.close()


def db() -> Session:
    """Give this request's session."""
    if "session" not in g:
        engine = runtime().engine
        g.session = Session(writing(engine) if _writes() else engine, expire_on_commit=False)
    return cast(Session, g.session)


def answer(make: Callable[[], Response]) -> Response:
    """Make an answer and commit what was done for it; if others were in the way, all of it once more.

    Nothing has left the house before the commit, and what was typed is still in memory. Where it comes to nothing,
    what was noted in the visitor's cookie meanwhile is taken back with it: nobody reads that something was done.
    """
    cookie, known = copy.deepcopy(dict(session)), {name: g.get(name) for name in g}
    for pause in (*PAUSES, None):
        try:
            made = make()
            _finish(made)
        except Exception as error:
            _take_back_cookie(cookie)
            if pause is None or not can_be_repeated(error):
                raise
            _forget_all_but(known)
            db().rollback()
            time.sleep(pause)
        else:
            return made
    raise AssertionError("the last try returns or raises")


def _finish(made: Response) -> None:
    """Commit what the view changed; an answer that says something went wrong on our side commits nothing."""
    opened = g.get("session")
    if opened is None:
        return
    if _writes() and made.status_code < 500:
        opened.commit()
    else:
        opened.rollback()


def _take_back_cookie(before: dict[str, Any]) -> None:
    """Let the visitor's cookie be as it was before the view, with what it was to say."""
    request_ctx.flashes = None
    if dict(session) != before:
        session.clear()
        session.update(copy.deepcopy(before))
        g.pop("csrf_token", None)  # it may have been made for what the cookie held a moment ago


def _forget_all_but(known: dict[str, Any]) -> None:
    """Let this request know what it knew before the view; the rest is found out again."""
    for name in [name for name in g if name not in known and name != "session"]:
        g.pop(name)
    for name, value in known.items():
        setattr(g, name, value)


def _writes() -> bool:
    return request.method not in ("GET", "HEAD", "OPTIONS") or bool(g.get("writes"))
