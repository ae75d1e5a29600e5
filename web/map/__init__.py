"""The map: what is asked, and for the desk who helps, by neighbourhood."""

from flask import Blueprint

pages = Blueprint("map", __name__)

import web.map.views  # noqa: E402, F401  (the routes register themselves on the blueprint)

__all__ = ["pages"]
