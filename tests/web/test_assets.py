"""What the browser gets: one light stylesheet, colours that can be read, a picture for every kind of help."""

import gzip
import json
import re
import shutil
from pathlib import Path
from xml.etree import ElementTree

import pytest
from flask import Flask

from models.kinds import KINDS
from web import assets

LIGHT_AND_DARK = ("light", "dark")

# (what stands in front, behind it, the least contrast): 4.5 for text, 3 for shapes (WCAG 2.2, 1.4.3 and 1.4.11)
PAIRS = [
    *((text, ground, 4.5) for text in ("ink", "ink-soft", "action") for ground in ("paper", "sand", "card")),
    *(("ink", ground, 4.5) for ground in ("action-soft", "clay-soft", "sun-soft")),
    *((text, "action-soft", 4.5) for text in ("ink-soft", "action", "action-strong")),
    ("action", "sun-soft", 4.5),
    ("ink-soft", "sun-soft", 4.5),
    *(("clay", ground, 4.5) for ground in ("paper", "card", "clay-soft")),
    *(("on-action", ground, 4.5) for ground in ("action", "action-strong")),
    *(("on-clay", ground, 4.5) for ground in ("clay", "clay-strong")),
    ("on-sun", "sun", 4.5),
    ("paper", "ink", 4.5),
    *((shape, ground, 3) for shape in ("edge", "focus") for ground in ("paper", "card", "sand")),
    ("sun-edge", "sun-soft", 3),
    ("sun-edge", "paper", 3),
    ("focus-inner", "focus", 3),
]


def _tokens(scheme: str) -> dict[str, str]:
    text = (assets.STATIC / "css" / "tokens.css").read_text("utf-8")
    light, _, dark = text.partition("@media (prefers-color-scheme: dark)")
    found = dict(re.findall(r"--noaber-([\w-]+):\s*(#[0-9a-f]{6});", light))
    if scheme == "dark":
        found |= dict(re.findall(r"--noaber-([\w-]+):\s*(#[0-9a-f]{6});", dark))
    return found


def _luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _contrast(one: str, other: str) -> float:
    high, low = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("scheme", LIGHT_AND_DARK)
def test_every_colour_can_be_read_on_its_ground(scheme: str) -> None:
    tokens = _tokens(scheme)
    weak = [
        f"{front} on {behind}: {_contrast(tokens[front], tokens[behind]):.2f} < {least}"
        for front, behind, least in PAIRS
        if _contrast(tokens[front], tokens[behind]) < least
    ]
    assert not weak


def test_the_contrast_is_reckoned_as_wcag_says() -> None:
    assert _contrast("#000000", "#ffffff") == pytest.approx(21)
    assert _contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.01)


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    static = tmp_path_factory.mktemp("site") / "static"
    shutil.copytree(assets.STATIC, static, ignore=shutil.ignore_patterns("build"))
    assets.build(static, assets.PACKAGES)
    return static / "build"


def _sheet(built: Path) -> str:
    manifest = json.loads((built / "manifest.json").read_text("utf-8"))
    return (built / manifest["site.css"]).read_text("utf-8")


def test_the_stylesheet_is_light(built: Path) -> None:
    assert len(gzip.compress(_sheet(built).encode())) < assets.LARGEST_SHEET


def test_the_stylesheet_asks_for_nothing_but_our_own_fonts(built: Path) -> None:
    asked = re.findall(r"url\(([^)]*)\)", _sheet(built))
    assert len(asked) == len(assets.FONT_FILES)
    assert all((built / name.strip('"')).is_file() for name in asked)
    assert "@import" not in _sheet(built)


def test_the_stylesheet_keeps_the_notice_of_its_sources(built: Path) -> None:
    assert "Gemeente Utrecht" in _sheet(built)[:300]


def test_building_twice_gives_the_same_names(built: Path) -> None:
    before = (built / "manifest.json").read_text("utf-8")
    assets.build(built.parent, assets.PACKAGES)
    assert (built / "manifest.json").read_text("utf-8") == before


def test_what_is_packed_is_the_same(built: Path) -> None:
    manifest = json.loads((built / "manifest.json").read_text("utf-8"))
    for name in ("site.css", "site.js", "icons.svg", "pictures.svg"):
        plain = built / manifest[name]
        assert gzip.decompress(plain.with_name(f"{plain.name}.gz").read_bytes()) == plain.read_bytes()


def test_a_missing_package_is_named(tmp_path: Path) -> None:
    with pytest.raises(assets.AssetsMissing, match="npm ci"):
        assets.build(assets.STATIC, tmp_path)


def test_an_address_changes_with_its_file(built: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(assets, "STATIC", built.parent)
    app = Flask(__name__)
    with app.test_request_context():
        address = assets.asset_url("site.js")
        assert assets.is_immutable("", address)
    (built.parent / "site.js").write_text("// another script\n", "utf-8")
    assets.build(built.parent, assets.PACKAGES)
    with app.test_request_context():  # the next page of a site that runs
        assert assets.asset_url("site.js") != address
        # A page that is open with the old address keeps its script for a day.
        assert (built / Path(address).name).is_file()
        with pytest.raises(assets.AssetsMissing, match=r"nothing\.css"):
            assets.asset_url("nothing.css")


def _symbols(name: str) -> set[str]:
    tree = ElementTree.parse(assets.STATIC / name)
    return {str(element.get("id")) for element in tree.iter() if element.tag.endswith("symbol")}


def test_every_kind_of_help_has_its_drawing() -> None:
    assert {f"kind-{kind.slug}" for kind in KINDS} <= _symbols("icons.svg")


def test_every_drawing_a_template_names_exists() -> None:
    known = _symbols("icons.svg") | _symbols("pictures.svg")
    named = set()
    for path in (assets.ROOT / "web" / "templates").rglob("*.html"):
        text = path.read_text("utf-8")
        named |= set(re.findall(r"\bicon\(\"([\w-]+)\"", text))
        named |= set(re.findall(r"\bicon=\"([\w-]+)\"", text))
        named |= set(re.findall(r"\bdrawing\(\"([\w-]+)\"", text))
    assert named
    assert named <= known | {"kind-"}


def test_no_template_carries_style_or_script_within() -> None:
    forbidden = re.compile(r"<style|<script(?![^>]*\bsrc=)|\sstyle=|\son[a-z]+=|javascript:", re.IGNORECASE)
    paths = [*(assets.ROOT / "web" / "templates").rglob("*.html"), *assets.STATIC.glob("*.svg")]
    # What stands between Jinja's braces is not sent.
    jinja = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}", re.DOTALL)
    bad = [str(path) for path in paths if forbidden.search(jinja.sub("", path.read_text("utf-8")))]
    assert not bad
