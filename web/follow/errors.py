"""A private link that opens nothing: what to do then, in the same words; and nothing is kept by any browser."""

from flask import g, render_template
from werkzeug.wrappers import Response

from models.errors import NotFound
from web.follow import pages
from web.follow.own import NeedsMail
from web.transaction import db


@pages.errorhandler(NotFound)
def no_such_link(_error: NotFound) -> tuple[str, int]:
    """Say what somebody can do whose link does not work."""
    if "session" in g:
        db().rollback()
    return render_template("follow/gone.html"), 404


@pages.errorhandler(NeedsMail)
def needs_mail(error: NeedsMail) -> tuple[str, int]:
    """Say that this step is for who comes from our mail, and offer to mail the link again."""
    if "session" in g:
        db().rollback()
    return render_template("follow/from_mail.html", own=error.own), 403


@pages.after_request
def keep_nothing(answer: Response) -> Response:
    """Let no browser or proxy keep a page on which a code or somebody's words may stand."""
    answer.headers["Cache-Control"] = "no-store"
    return answer
