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


def test_the_map_has_a_sheet_of_its_own_that_asks_for_nothing_and_names_its_source(built: Path) -> None:
    manifest = json.loads((built / "manifest.json").read_text("utf-8"))
    sheet = (built / manifest["map.css"]).read_text("utf-8")
    assert "url(" not in sheet and ".leaflet-container" in sheet and ".map__sheet" in sheet
    assert "Agafonkin" in sheet[:200] and "BSD 2-Clause" in (built / manifest["leaflet.txt"]).read_text("utf-8")
    assert ".leaflet" not in _sheet(built) and ".map__" not in _sheet(built)


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


def test_scripts_are_light(built: Path) -> None:
    manifest = json.loads((built / "manifest.json").read_text("utf-8"))

    def packed(*names: str) -> int:
        return sum((built / f"{manifest[name]}.gz").stat().st_size for name in names)

    assert packed("site.js", "kept.js", "keep.js", "offline.js") < 12_000
    assert packed("htmx.js", "lists.js") < 18_500
    assert "Zero-Clause BSD" in (built / manifest["htmx.txt"]).read_text("utf-8")
