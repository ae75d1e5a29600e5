"""HTTP in, HTML out: the site. ``create_app(settings)`` builds it."""

from web.site import create_app

__all__ = ["create_app"]
