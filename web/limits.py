"""Limits by address on what could be done a thousand times: they slow down, they never lock out for good."""

from flask import Flask
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address

limiter = Limiter(key_func=get_remote_address, storage_uri="memory://", strategy="moving-window")

# By address; the operations limit by account beside this.
SIGNING_IN = "20 per 10 minutes"
CODES = "10 per 10 minutes"
POSTING = "30 per 10 minutes"
MESSAGES = "60 per 10 minutes"
FEEDS = "60 per 10 minutes"
"""By the address of the calendar: those who read many for many people share an address of their own."""


def init_app(app: Flask) -> None:
    """Count on this application; a test may switch it off with ``RATELIMIT_ENABLED=False``."""
    limiter.init_app(app)
