"""Files that people send: more bytes than a form may have, on the routes that say so, while nobody waits for them."""

from collections.abc import Callable
from typing import Any, TypeVar

from flask import Flask, current_app, request
from werkzeug.exceptions import RequestEntityTooLarge

from web.transaction import db

View = TypeVar("View", bound=Callable[..., Any])
_ATTRIBUTE = "noaber_receives"
TAKEN_IN = 2.5
"""How many times the limit is still received, so that a browser that sends too much reads why: it would not look
before all is sent, and what is cut off looks like no internet."""


def receives(most: int, too_large: Callable[[], Any]) -> Callable[[View], View]:
    """Declare that a route receives a file.

    Parameters
    ----------
    most : int
        Bytes that the view accepts; it says itself what is wrong with somewhat more.
    too_large : callable
        Makes the answer where it is so much that it is not even received.
    """

    def declare(view: View) -> View:
        setattr(view, _ATTRIBUTE, (int(most * TAKEN_IN), too_large))
        return view

    return declare


def init_app(app: Flask) -> None:
    """Receive the file after the visitor's right was checked and before anything of the form is looked at."""

    @app.before_request
    def _receive() -> Any:
        most, too_large = getattr(current_app.view_functions.get(request.endpoint or ""), _ATTRIBUTE, (None, None))
        if most is None or too_large is None:
            return None
        request.max_content_length = most
        db().rollback()  # on SQLite nobody could write while somebody's phone sends its photo
        try:
            request.files  # noqa: B018  (receives them)
        except RequestEntityTooLarge:
            return too_large()
        return None
