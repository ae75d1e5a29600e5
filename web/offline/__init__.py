"""The site on somebody's own screen: what it is called there, and what it says without internet."""

from flask import Blueprint

pages = Blueprint("offline", __name__)

import web.offline.views  # noqa: E402, F401  (the routes register themselves on the blueprint)

__all__ = ["pages"]
