"""A volunteer's own page: whom they help, what waits for them, and keeping their offer right."""

from flask import Blueprint

pages = Blueprint("volunteer", __name__)

import web.volunteer.agenda  # noqa: E402  (the routes register themselves on the blueprint)
import web.volunteer.home  # noqa: E402  (the routes register themselves on the blueprint)
import web.volunteer.offer  # noqa: E402  (the routes register themselves on the blueprint)
import web.volunteer.portrait  # noqa: E402, F401  (the routes register themselves on the blueprint)

__all__ = ["pages"]
