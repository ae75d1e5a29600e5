"""The demonstration alone: reading what would have been sent. Registered only where ``NOABER_DEMO`` is on."""

from web.demo.views import pages

__all__ = ["pages"]
