"""Putting the site together: opened things in, a Flask application out."""

import importlib
from pathlib import Path
from typing import Any

from flask import Flask, Response
from flask_login import LoginManager
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.routing import IntegerConverter
from whitenoise import WhiteNoise

from models.compiled import Compiled
from web import access, assets, context, drawing, errors, forms, headers, i18n, limits, looks, transaction, uploads
from web.runtime import Runtime

# The families of pages, each a package with a blueprint `pages`.
FAMILIES = (
    "home",
    "people",
    "ask",
    "feeds",
    "follow",
    "offer",
    "volunteer",
    "browse",
    "map",
    "matches",
    "desk",
    "administer",
    "offline",
)
MAX_FORM_BYTES = 5_000_000
"""Larger than any text that is refused kindly, smaller than anything that hurts."""
_COMPILED = Compiled(Path(__file__).parent / "templates" / "__pycache__")


class RowId(IntegerConverter):
    """A number in an address: never larger than a database's integer, which would choke on it."""

    regex = r"\d{1,9}"


class Site(Flask):
    """Flask, with one transaction around each page."""

    def dispatch_request(self) -> Response:
        """Run the view and render its answer; commit before the answer leaves."""
        view = super().dispatch_request
        return transaction.answer(lambda: self.make_response(view()))


def create_app(runtime: Runtime, **config: Any) -> Flask:
    """Build the site.

    Parameters
    ----------
    runtime : Runtime
        Settings, database, reader and rankings, opened by the caller (`web.runtime.start`).
    **config
        Flask settings of a test, e.g. ``RATELIMIT_ENABLED=False``.
    """
    settings = runtime.settings
    app = Site(__name__, static_folder="static", static_url_path="/static")
    app.url_map.converters["int"] = RowId
    app.config.update(
        SECRET_KEY=settings.secret_key,
        SESSION_COOKIE_NAME="__Host-noaber" if settings.secure else "noaber",
        SESSION_COOKIE_SECURE=settings.secure,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_PATH="/",
        PERMANENT_SESSION_LIFETIME=30 * 24 * 3600,
        MAX_CONTENT_LENGTH=MAX_FORM_BYTES,
        MAX_FORM_MEMORY_SIZE=MAX_FORM_BYTES,
        MAX_FORM_PARTS=2000,
        TRUSTED_HOSTS=list(settings.trusted_hosts) or None,
        # A resident's half-written form never runs out; it is tied to their session all the same.
        WTF_CSRF_TIME_LIMIT=None,
        WTF_CSRF_SSL_STRICT=settings.secure,
        TESTING=settings.env == "test",
    )
    app.config.update(config)
    app.jinja_env.bytecode_cache = _COMPILED
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.extensions["noaber"] = runtime
    _sign_in(app)
    i18n.init_app(app)
    assets.init_app(app)
    drawing.init_app(app)
    looks.init_app(app)
    limits.init_app(app)
    access.init_app(app)
    uploads.init_app(app)  # before the token is looked for in what is received
    forms.init_app(app)  # after access: the page that explains an expired form knows the community
    transaction.init_app(app)
    context.init_app(app)
    headers.init_app(app)
    errors.init_app(app)
    families = (*FAMILIES, "demo") if settings.demo else FAMILIES
    for family in families:
        app.register_blueprint(importlib.import_module(f"web.{family}").pages)
    app.wsgi_app = WhiteNoise(  # type: ignore[method-assign]  # how Flask says to wrap it
        app.wsgi_app,
        root=str(Path(app.root_path) / "static"),
        prefix="static/",
        immutable_file_test=assets.is_immutable,
        add_headers_function=headers.for_static_file,
    )
    app.wsgi_app = headers.Everywhere(app.wsgi_app, settings)  # type: ignore[method-assign]
    if settings.proxy_hops:
        hops = settings.proxy_hops
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]
    return app


def _sign_in(app: Flask) -> None:
    manager = LoginManager(app)
    manager.session_protection = None  # the session's version ends it; phones change address all day
    manager.user_loader(access.load_signed_in)
    manager.unauthorized_handler(access.ask_to_sign_in)
