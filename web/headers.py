"""Strict headers on every answer."""

from collections.abc import Callable, Iterable
from typing import Any

from flask import Flask, Response, g, request

from models.settings import Settings

POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        "font-src 'self'",
        "connect-src 'self'",
        "manifest-src 'self'",
        "worker-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "object-src 'none'",
        "frame-ancestors 'none'",
    )
)


def with_pictures_from(origin: str) -> str:
    """Give the policy of a page that may also load pictures from one other server, as ``https://host``.

    >>> with_pictures_from("https://tiles.example").split("; ")[3]
    "img-src 'self' https://tiles.example"
    """
    return POLICY.replace("img-src 'self'", f"img-src 'self' {origin}")


_ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=(), browsing-topics=()",
}
_TWO_YEARS = "max-age=63072000; includeSubDomains"


def init_app(app: Flask) -> None:
    """Say of every page, error pages included, who may keep it."""

    @app.after_request
    def _add(answer: Response) -> Response:
        if not answer.headers.get("Cache-Control"):
            # Only the first pages hold nothing of anybody; a draft is as private as a message.
            same_for_all = g.get("open_to_all") and request.blueprint == "home"
            answer.headers["Cache-Control"] = "no-cache" if same_for_all else "no-store"
        answer.headers.add("Vary", "Cookie, Accept-Language")
        return answer


def for_static_file(headers: Any, _path: str, _url: str) -> None:
    """Let stylesheet, script and pictures, which WhiteNoise serves, do less than a page."""
    headers["Content-Security-Policy"] = "default-src 'none'; style-src 'self'; frame-ancestors 'none'"


class Everywhere:
    """Puts them on every answer, whoever makes it: a view, or the server of files, which says no by itself."""

    def __init__(self, application: Callable[..., Iterable[bytes]], settings: Settings) -> None:
        self._application = application
        self._wanted = {**_ALWAYS, "Content-Security-Policy": POLICY, "Cache-Control": "no-store"}
        if settings.secure:
            self._wanted["Strict-Transport-Security"] = _TWO_YEARS

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        """Answer as WSGI asks."""

        def start(status: str, given: list[tuple[str, str]], *more: Any) -> Any:
            there = {name.lower() for name, _value in given}
            missing = [(name, value) for name, value in self._wanted.items() if name.lower() not in there]
            return start_response(status, given + missing, *more)

        return self._application(environ, start)
