"""Following one's own request without an account: by a private link, or with the number and code on paper."""

from flask import Blueprint

pages = Blueprint("follow", __name__)

import web.follow.agenda  # noqa: E402  (the routes register themselves on the blueprint)
import web.follow.changes  # noqa: E402
import web.follow.errors  # noqa: E402
import web.follow.together  # noqa: E402
import web.follow.views  # noqa: E402, F401

__all__ = ["pages"]
