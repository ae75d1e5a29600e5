"""Gathers what the browser gets: one stylesheet, fonts, pictures and script, each named after its content.

Run as ``python -m web.assets`` after ``npm ci``. The result stands in ``web/static/build`` with a
``manifest.json`` that says which file carries which name; `asset_url` reads it.
"""

import argparse
import gzip
import hashlib
import json
import re
import sys
from functools import lru_cache
from pathlib import Path

from flask import Flask, g, url_for

from models import themes

ROOT = Path(__file__).resolve().parent.parent
STATIC = ROOT / "web" / "static"
PACKAGES = ROOT / "node_modules"

# Components of NL Design System whose classes the macros use; the colours and sizes come from css/tokens.css.
COMPONENTS = (
    "alert",
    "badge-status",
    "button",
    "button-group",
    "checkbox",
    "data-list",
    "form-field",
    "form-field-description",
    "form-field-error-message",
    "form-fieldset",
    "form-label",
    "heading-1",
    "heading-2",
    "heading-3",
    "link",
    "pagination",
    "paragraph",
    "radio-button",
    "select",
    "skip-link",
    "table",
    "textarea",
    "textbox",
)

# Our own sheets, in the order in which they override each other; `fonts.css` names the two fonts below.
OWN_SHEETS = (
    "fonts",
    "tokens",
    "base",
    "layout",
    "forms",
    "components",
    "facts",
    "cards",
    "week",
    "reveal",
    "pair",
    "desk",
    "home",
    "live",
    "print",
)

# Only for the pages with a map: the library that pans and zooms, with its sheet and ours in one.
LEAFLET = "leaflet/dist/leaflet.js"
LEAFLET_SHEET = "leaflet/dist/leaflet.css"
LEAFLET_LICENCE = "leaflet/LICENSE"  # which wants to stand beside it

# Only for the pages with a list that is refreshed in place.
HTMX = "htmx.org/dist/htmx.min.js"
HTMX_LICENCE = "htmx.org/LICENSE"

FONT = "@fontsource/atkinson-hyperlegible-next"
FONT_FILES = tuple(
    f"atkinson-hyperlegible-next-{part}-{weight}-normal.woff2"
    for part in ("latin", "latin-ext")
    for weight in (400, 700)
)

NOTICE = (
    "/*! Noaber, EUPL-1.2. With component CSS of NL Design System, EUPL-1.2, "
    "Copyright (c) 2020-2024 Frameless B.V., 2021-2024 Gemeente Utrecht. */\n"
)

MAP_NOTICE = "/*! Noaber, EUPL-1.2. With CSS of Leaflet, BSD-2-Clause, (c) 2010-2023 Vladimir Agafonkin. */\n"

LARGEST_SHEET = 60_000  # bytes, compressed
PACKED = frozenset({".css", ".js", ".svg"})  # fonts are packed already
KEPT_SECONDS = 24 * 3600  # how long the files of an earlier build stay

_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_PICTURE_DECLARATION = re.compile(r"[\w-]+:\s*url\([^;}]*;?")
_DATA_DECLARATION = re.compile(r"[\w-]+:\s*url\(\s*[\"']?data:[^;}]*;?")
_HASHED_NAME = re.compile(r"\.[0-9a-f]{12}\.[a-z0-9]+$")


class AssetsMissing(RuntimeError):
    """The stylesheet and pictures were not gathered yet, or a package they come from is not installed."""


def light_minify(css: str) -> str:
    """Drop comments and needless white space, and nothing that changes a meaning.

    >>> light_minify("a {\\n  color : red; /* why */\\n}\\n\\n.b > a:hover { margin: 0 1px; }")
    'a{color : red;}.b > a:hover{margin: 0 1px;}'
    """
    css = _COMMENT.sub("", css)
    css = re.sub(r"\s+", " ", css)
    css = re.sub(r"\s*([{};,])\s*", r"\1", css)
    return css.strip()


def hashed_name(name: str, content: bytes) -> str:
    """Put the first 12 hexadecimals of the content's SHA-256 in a file name.

    >>> hashed_name("site.css", b"")
    'site.e3b0c44298fc.css'
    """
    path = Path(name)
    digest = hashlib.sha256(content).hexdigest()[:12]
    return str(path.with_name(f"{path.stem}.{digest}{path.suffix}"))


def is_immutable(_path: str, url: str) -> bool:
    """Say whether a served file may be cached for ever: its name holds its hash (for WhiteNoise).

    >>> is_immutable("", "/static/build/site.e3b0c44298fc.css"), is_immutable("", "/static/site.js")
    (True, False)
    """
    return bool(_HASHED_NAME.search(url))


def _read_package(packages: Path, name: str) -> bytes:
    path = packages / name
    if not path.is_file():
        raise AssetsMissing(f"{path} is missing: run `npm ci` first")
    return path.read_bytes()


def stylesheet(packages: Path, own: Path, names: dict[str, str]) -> str:
    """Join the components' CSS and our own into one sheet.

    Parameters
    ----------
    packages : the folder ``node_modules``.
    own : the folder with our own sheets.
    names : plain file name -> hashed name, for each ``url("...")`` in our own sheets.

    Raises
    ------
    AssetsMissing : a package or sheet is not there, or a sheet names a file that is not gathered.
    """
    parts = []
    for component in COMPONENTS:
        text = _read_package(packages, f"@utrecht/{component}-css/dist/index.css").decode()
        # The Content-Security-Policy allows pictures from our own address only.
        parts.append(_DATA_DECLARATION.sub("", text))

    def ours(match: re.Match[str]) -> str:
        name = match.group(1)
        if name not in names:
            raise AssetsMissing(f"the stylesheet names {name}, which is not gathered")
        return f'url("{names[name]}")'

    parts.append((themes.FOLDER / f"{themes.DEFAULT}.css").read_text("utf-8"))
    for sheet in OWN_SHEETS:
        path = own / f"{sheet}.css"
        if not path.is_file():
            raise AssetsMissing(f"{path} is missing")
        parts.append(re.sub(r'url\("([^"]+)"\)', ours, path.read_text("utf-8")))
    return NOTICE + light_minify("\n".join(parts)) + "\n"


def map_stylesheet(packages: Path, own: Path) -> str:
    """Join the sheet of Leaflet, without the pictures of markers and layers that no map here has, and our own.

    Raises
    ------
    AssetsMissing : as `stylesheet`.
    """
    theirs = _PICTURE_DECLARATION.sub("", _read_package(packages, LEAFLET_SHEET).decode())
    ours = (own / "map.css").read_text("utf-8")
    return MAP_NOTICE + light_minify(f"{theirs}\n{ours}") + "\n"


def poster_stylesheet(own: Path) -> str:
    """Give the sheet of what is printed as a whole page, with the tokens of daylight: paper has no night."""
    light = themes.shipped(themes.DEFAULT).light
    tokens = "".join(f"--{name}:{value};" for name, value in light.items())
    return light_minify(f".paper{{{tokens}}}\n" + (own / "poster.css").read_text("utf-8")) + "\n"


def _own_files(static: Path, build: Path) -> list[Path]:
    """List what is served as it is: everything in the static folder but sheets and what was built."""
    return sorted(
        path
        for path in static.rglob("*")
        if path.is_file() and build not in path.parents and path.suffix != ".css" and not path.name.startswith(".")
    )


def build(static: Path = STATIC, packages: Path = PACKAGES) -> dict[str, str]:
    """Gather everything into ``static/build`` and return the manifest: plain name -> hashed name.

    The folder is replaced only when all went well; running it twice gives the same files.
    """
    target = static / "build"
    contents: dict[str, bytes] = {}
    for font in FONT_FILES:
        contents[font] = _read_package(packages, f"{FONT}/files/{font}")
    for path in _own_files(static, target):
        contents[path.relative_to(static).as_posix()] = path.read_bytes()
    contents["leaflet.js"] = _read_package(packages, LEAFLET)
    contents["leaflet.txt"] = _read_package(packages, LEAFLET_LICENCE)
    contents["htmx.js"] = _read_package(packages, HTMX)
    contents["htmx.txt"] = _read_package(packages, HTMX_LICENCE)
    contents["map.css"] = map_stylesheet(packages, static / "css").encode()
    manifest = {name: hashed_name(name, content) for name, content in contents.items()}
    sheet = stylesheet(packages, static / "css", manifest).encode()
    contents["site.css"] = sheet
    contents["poster.css"] = poster_stylesheet(static / "css").encode()
    manifest["poster.css"] = hashed_name("poster.css", contents["poster.css"])
    manifest["site.css"] = hashed_name("site.css", sheet)

    target.mkdir(parents=True, exist_ok=True)
    written = {target / "manifest.json"}
    for name, content in contents.items():
        path = target / manifest[name]
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        written.add(path)
        if path.suffix in PACKED:  # WhiteNoise sends the packed file to who can read it
            packed = path.with_name(f"{path.name}.gz")
            packed.write_bytes(gzip.compress(content, mtime=0))
            written.add(packed)
    partial = target / "manifest.json.new"
    partial.write_text(json.dumps(manifest, indent=1, sort_keys=True) + "\n", "utf-8")
    partial.replace(target / "manifest.json")
    _sweep(target, written)
    return manifest


def _sweep(target: Path, keep: set[Path]) -> None:
    """Remove what earlier builds left behind, after a day: until then a site that still runs keeps its look."""
    newest = max(path.stat().st_mtime for path in keep)
    for path in target.rglob("*"):
        if path.is_file() and path not in keep and newest - path.stat().st_mtime > KEPT_SECONDS:
            path.unlink()


def asset_url(name: str) -> str:
    """Give the address of a gathered file, such as ``site.css`` or ``icons.svg``.

    A new build is noticed by the next page, also by a site that runs.

    Raises
    ------
    AssetsMissing : nothing was gathered yet, or there is no such file.
    """
    known: dict[str, str] = g.setdefault("asset_urls", {})  # a page names the file of icons a hundred times
    if name not in known:
        manifest = _manifest(STATIC / "build" / "manifest.json")
        if name not in manifest:
            raise AssetsMissing(f"no file {name} among the gathered ones: run `make setup`")
        known[name] = url_for("static", filename=f"build/{manifest[name]}")
    return known[name]


def asset_text(name: str) -> str:
    """Give what stands in a gathered file of text.

    Raises
    ------
    AssetsMissing : as `asset_url`.
    """
    return (STATIC / "build" / Path(asset_url(name)).name).read_text("utf-8")


def _manifest(path: Path) -> dict[str, str]:
    try:
        changed = path.stat().st_mtime_ns
    except FileNotFoundError as error:
        raise AssetsMissing("the stylesheet is not gathered yet: run `make setup`") from error
    return _read_manifest(path, changed)


@lru_cache(maxsize=2)
def _read_manifest(path: Path, _changed: int) -> dict[str, str]:
    manifest: dict[str, str] = json.loads(path.read_text("utf-8"))
    return manifest


def init_app(app: Flask) -> None:
    """Let every template, macros included, ask for `asset_url`."""
    app.jinja_env.globals["asset_url"] = asset_url


def main() -> int:
    """Gather, say what came of it, and refuse a stylesheet that has grown too heavy."""
    argparse.ArgumentParser(prog="python -m web.assets", description=__doc__).parse_args()
    try:
        manifest = build()
    except AssetsMissing as error:
        print(error, file=sys.stderr)  # noqa: T201 (a command speaks through its streams)
        return 1
    sheet = (STATIC / "build" / manifest["site.css"]).read_bytes()
    packed = len(gzip.compress(sheet))
    print(f"web/static/build: {len(manifest)} files, site.css {packed} bytes compressed")  # noqa: T201
    if packed > LARGEST_SHEET:
        print(f"site.css is over {LARGEST_SHEET} bytes compressed", file=sys.stderr)  # noqa: T201
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
