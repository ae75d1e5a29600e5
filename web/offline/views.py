"""The manifest, the service worker, and the one page that a browser keeps for when there is no internet.

None of them says anything about who asks: they are the same for everybody who reads the same language.
"""

import hashlib
import json
from typing import Any

from flask import Response, g, jsonify, render_template, url_for
from flask_babel import gettext as _
from flask_babel import refresh

from models import themes
from models.catalogue import available_languages, direction
from models.errors import NotFound
from models.permissions import Permission
from web import assets, i18n
from web.access import needs
from web.offline import pages

PRECACHED = (
    "site.css",
    "site.js",
    "kept.js",
    "offline.js",
    "icons.svg",
    "pictures.svg",
    "favicon.svg",
    "atkinson-hyperlegible-next-latin-400-normal.woff2",
    "atkinson-hyperlegible-next-latin-700-normal.woff2",
)
"""What the page without internet is made of; everything else comes from the network, as ever."""
_ICONS = (
    ("favicon.svg", "any", "any", "image/svg+xml"),
    ("icon-192.png", "192x192", "any", "image/png"),
    ("icon-512.png", "512x512", "any", "image/png"),
    ("icon-maskable-192.png", "192x192", "maskable", "image/png"),
    ("icon-maskable-512.png", "512x512", "maskable", "image/png"),
)
_ASK_EACH_TIME = "no-cache"


@pages.get("/manifest.webmanifest", defaults={"community": None})
@pages.get("/<community>/manifest.webmanifest")
@needs(Permission.PUBLIC)
def manifest() -> Response:
    """Tell a browser how to put the site, or one community, among its apps."""
    here, language = g.get("community"), i18n.language()
    start = url_for("home.community") if here else url_for("home.index")
    paper = themes.of(here).of("light")["noaber-paper"]
    said: dict[str, Any] = {
        "id": start,
        "name": f"Noaber {here.name}" if here else "Noaber",
        "short_name": "Noaber",
        "description": _("Neighbours who help, as a matter of course."),
        "lang": language,
        "dir": direction(language),
        "start_url": start,
        "scope": "/",
        "display": "standalone",
        "background_color": paper,
        "theme_color": paper,
        "icons": [
            {"src": assets.asset_url(name), "sizes": sizes, "purpose": purpose, "type": kind}
            for name, sizes, purpose, kind in _ICONS
        ],
    }
    if here:
        said["shortcuts"] = [
            {"name": _("I need help"), "url": url_for("ask.start")},
            {"name": _("I want to help"), "url": url_for("offer.start")},
        ]
    answer = jsonify(said)
    answer.mimetype = "application/manifest+json"
    answer.headers["Cache-Control"] = _ASK_EACH_TIME
    return answer


@pages.get("/service-worker.js")
@needs(Permission.PUBLIC)
def service_worker() -> Response:
    """Give the service worker with the names of this build in it: another build is another worker."""
    files = [assets.asset_url(name) for name in PRECACHED]
    script = assets.asset_text("kept.js") + assets.asset_text("service-worker.js")
    version = hashlib.sha256(f"{files}{script}".encode()).hexdigest()[:12]
    given = f"const FILES = {json.dumps(files)};\nconst VERSION = {json.dumps(version)};\n"
    answer = Response(given + script, mimetype="text/javascript")
    answer.headers["Cache-Control"] = _ASK_EACH_TIME
    return answer


@pages.get("/offline/<language>", defaults={"community": None})
@pages.get("/<community>/offline/<language>")
@needs(Permission.PUBLIC)
def page(language: str) -> Response:
    """Say that there is no internet, in a language that the address names: the browser keeps this page."""
    if language not in available_languages():
        raise NotFound
    g.language = language
    refresh()
    answer = Response(render_template("offline/page.html"), mimetype="text/html")
    answer.headers["Cache-Control"] = _ASK_EACH_TIME
    return answer
