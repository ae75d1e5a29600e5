"""A match as its two people see it when they sign in: say yes or no, meet, and tell how it went."""

from flask import Blueprint

pages = Blueprint("matches", __name__)

from web.matches import check_ins, together, views  # noqa: E402, F401  (the routes register themselves)

__all__ = ["pages"]
