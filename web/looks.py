"""The colours of a community in its pages: a small stylesheet of its own, after the one of the site."""

import hashlib
from typing import Any

from flask import Flask, g, url_for

from models import themes
from models.tables import Community


def init_app(app: Flask) -> None:
    """Tell every template where the colours of its community stand, and which paper and night they have."""

    @app.context_processor
    def _variables() -> dict[str, Any]:
        here = g.get("community")
        whole, found = themes.of(here), sheet(here)
        return {
            "look_url": url_for("home.look", version=version(found)) if found else None,
            "papers": {scheme: whole.of(scheme)["noaber-paper"] for scheme in themes.SCHEMES},
        }


def sheet(community: Community | None) -> str | None:
    """Give what a community has otherwise than Noaber, as a stylesheet; None where nothing is."""
    found = themes.otherwise(community)
    return found.css() if found is not None else None


def version(css: str) -> str:
    """Name a stylesheet after what stands in it."""
    return hashlib.sha256(css.encode()).hexdigest()[:12]
