"""Somebody's private calendar, which other programs read: the file, and how to add it to one's own agenda."""

from flask import Blueprint

pages = Blueprint("feeds", __name__)

import web.feeds.views  # noqa: E402, F401  (the routes register themselves on the blueprint)

__all__ = ["pages"]
