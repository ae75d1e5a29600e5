"""Offering help on a few short pages; what was typed travels along with each page."""

from flask import Blueprint

pages = Blueprint("offer", __name__)

import web.offer.views  # noqa: E402, F401  (the routes register themselves on the blueprint)

__all__ = ["pages"]
