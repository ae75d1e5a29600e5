"""The open requests: for everybody without names, and for a volunteer in the order in which they fit."""

from flask import Blueprint

pages = Blueprint("browse", __name__)

import web.browse.lists  # noqa: E402  (the routes register themselves on the blueprint)
import web.browse.one  # noqa: E402, F401  (the routes register themselves on the blueprint)

__all__ = ["pages"]
