"""Signing in and out, and somebody's own page: their requests, their details, and being forgotten."""

from flask import Blueprint

pages = Blueprint("people", __name__)

import web.people.account  # noqa: E402  (the routes register themselves on the blueprint)
import web.people.mailbox  # noqa: E402  (the routes register themselves on the blueprint)
import web.people.mails  # noqa: E402  (the routes register themselves on the blueprint)
import web.people.sign_in  # noqa: E402, F401  (the routes register themselves on the blueprint)

__all__ = ["pages"]
