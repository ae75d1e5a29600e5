"""Templates are compiled once, and anew when anything that they are made from has changed."""

import sys
from pathlib import Path
from typing import Any

import pytest
from jinja2 import DictLoader, Environment

from models.compiled import Compiled


@pytest.fixture(autouse=True)
def _may_be_written(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "dont_write_bytecode", False)


@pytest.fixture
def compiled(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the templates that Jinja had to compile."""
    found: list[str] = []
    really = Environment.compile

    def compile_it(self: Environment, source: str, name: str, *rest: Any, **options: Any) -> Any:
        found.append(name)
        return really(self, source, name, *rest, **options)

    monkeypatch.setattr(Environment, "compile", compile_it)
    return found


def show(folder: Path, source: str, **options: Any) -> str:
    """Show a template as a new process would."""
    environment = Environment(loader=DictLoader({"page": source}), bytecode_cache=Compiled(folder), **options)
    return environment.get_template("page").render(name="Annie")


def test_another_process_finds_it_compiled(tmp_path: Path, compiled: list[str]) -> None:
    for _ in range(2):
        assert show(tmp_path / "kept", "Dag {{ name }}") == "Dag Annie"
    assert compiled == ["page"]


def test_another_application_of_this_process_finds_it_too(tmp_path: Path, compiled: list[str]) -> None:
    kept = Compiled(tmp_path / "nowhere" / "nowhere")
    for _ in range(2):
        environment = Environment(loader=DictLoader({"page": "Dag"}), bytecode_cache=kept)
        assert environment.get_template("page").render() == "Dag"
    assert compiled == ["page"]


def test_a_changed_template_is_compiled_anew(tmp_path: Path) -> None:
    assert show(tmp_path, "Dag {{ name }}") == "Dag Annie"
    assert show(tmp_path, "Hoi {{ name }}") == "Hoi Annie"


def test_other_options_compile_anew(tmp_path: Path, compiled: list[str]) -> None:
    assert show(tmp_path, "{% if name %}\nDag{% endif %}") == "\nDag"
    assert show(tmp_path, "{% if name %}\nDag{% endif %}", trim_blocks=True) == "Dag"
    assert compiled == ["page", "page"]


def test_what_is_escaped_is_compiled_apart(tmp_path: Path) -> None:
    assert show(tmp_path, "{{ name }} & {{ '<b>' }}") == "Annie & <b>"
    assert show(tmp_path, "{{ name }} & {{ '<b>' }}", autoescape=True) == "Annie & &lt;b&gt;"


@pytest.mark.parametrize("damage", [b"", b"j2", b"\0" * 400])
def test_a_damaged_file_is_made_anew(tmp_path: Path, compiled: list[str], damage: bytes) -> None:
    show(tmp_path, "Dag")
    [kept] = tmp_path.iterdir()
    kept.write_bytes(damage)
    assert show(tmp_path, "Dag") == "Dag"
    kept.write_bytes(kept.read_bytes()[:-9])
    assert show(tmp_path, "Dag") == "Dag"
    assert len(compiled) == 3


def test_where_nothing_may_be_written_pages_are_shown_all_the_same(tmp_path: Path) -> None:
    in_the_way = tmp_path / "kept"
    in_the_way.write_text("a file where the folder should be")
    assert show(in_the_way, "Dag {{ name }}") == "Dag Annie"


def test_whoever_lets_python_write_nothing_gets_no_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    assert show(tmp_path / "kept", "Dag") == "Dag"
    assert not (tmp_path / "kept").exists()
