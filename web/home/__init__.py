"""The first pages: what Noaber is, two doors, and how it works."""

from web.home.views import pages

__all__ = ["pages"]
