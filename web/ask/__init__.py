"""Asking for help: six short pages without an account, one question a page, and nothing that was typed is lost."""

from flask import Blueprint

pages = Blueprint("ask", __name__)

import web.ask.sending  # noqa: E402  (the routes register themselves on the blueprint)
import web.ask.views  # noqa: E402, F401

__all__ = ["pages"]
