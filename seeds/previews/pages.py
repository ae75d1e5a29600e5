"""The messages as pages: a list for each language, a page for each message, and the mail itself by day and by night."""

import re
from collections.abc import Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from models import themes
from models.catalogue import available_languages, direction
from seeds.previews.making import Letter

SCHEMES = {"light": "not all", "dark": "all"}
"""How each kind of page answers when a mail asks whether it is night."""
POLICY = "default-src 'none'; style-src 'unsafe-inline'; frame-src 'self'; base-uri 'none'; form-action 'none'"
_NIGHT = re.compile(r"@media\s*\(prefers-color-scheme:\s*dark\)")
_TEMPLATES = Environment(
    loader=FileSystemLoader(Path(__file__).parent), autoescape=True, undefined=StrictUndefined,
    trim_blocks=True, lstrip_blocks=True,
)  # fmt: skip


def pages(letters: Sequence[Letter], *, language: str = "nl", theme: str = themes.DEFAULT) -> dict[str, str]:
    """Give every page by its path; each leads to the others by a path without a slash.

    Parameters
    ----------
    language : str
        In which the list opens (``index.html``).
    theme : str
        Of the mails: the pages around them wear it too.
    """
    tokens = themes.shipped(theme)
    look = {"style": _style(tokens), "languages": available_languages(), "direction": direction}
    found: dict[str, str] = {}
    for code in available_languages():
        own = [letter for letter in letters if letter.language == code]
        found[f"list-{code}.html"] = _page("list.html", own=own, path=path, language=code, **look)
        around = [None, *own, None]
        for before, (letter, after) in zip(around, pairwise(around[1:]), strict=False):
            assert letter is not None
            found[path(letter)] = _page(
                "letter.html", letter=letter, before=before, after=after, path=path, schemes=SCHEMES, **look
            )
            for scheme, answer in SCHEMES.items():
                found[path(letter, scheme)] = _NIGHT.sub(f"@media {answer}", letter.mail.html)
    found["index.html"] = found[f"list-{language}.html"]
    return found


def path(letter: Letter, scheme: str = "") -> str:
    """Give where a message stands; with a scheme the mail itself."""
    return "-".join(filter(None, (letter.name, letter.to, letter.language, scheme))) + ".html"


def _page(template: str, **shown: object) -> str:
    return _TEMPLATES.get_template(template).render(**shown)


def _style(theme: themes.Theme) -> str:
    return theme.file() + (Path(__file__).parent / "preview.css").read_text("utf-8")


def write(found: Mapping[str, str], folder: Path) -> None:
    """Write the pages in a folder, which is made; what stands there under other names stays."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, page in found.items():
        (folder / name).write_text(page, "utf-8")


def serve(found: Mapping[str, str], port: int) -> WSGIServer:
    """Open a server for this machine alone; ``serve_forever`` lets it answer.

    Raises
    ------
    OSError
        If something answers there already.
    """

    def answer(environ: dict[str, str], start: object) -> list[bytes]:
        page = found.get(environ["PATH_INFO"].removeprefix("/") or "index.html")
        kind = [("Content-Type", "text/html; charset=utf-8"), ("Content-Security-Policy", POLICY)]
        start("404 Not Found" if page is None else "200 OK", [*kind, ("Cache-Control", "no-store")])  # type: ignore[operator]
        return [("There is no such message." if page is None else page).encode()]

    return make_server("127.0.0.1", port, answer, handler_class=_Quiet)


class _Quiet(WSGIRequestHandler):
    """Does not write a line for each page."""

    def log_message(self, *_args: object) -> None:
        """Say nothing."""
