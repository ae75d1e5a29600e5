"""The rules of the house, as tests over its files."""

import re
import subprocess
import tomllib
from dataclasses import fields
from pathlib import Path

import pytest

from models.kinds import KINDS
from models.settings import Settings
from seeds.phrases import taxonomy

ROOT = Path(__file__).parents[2]
SECRET = re.compile(
    r"-----BEGIN [A-Z ]*PRIVATE KEY-----|AKIA[0-9A-Z]{16}|ghp_[A-Za-z0-9]{36}"
    r"|(?i:password|secret_key)\s*=\s*['\"][^'\"{}<\s]{12,}"
)
PRETEND = ("tests/",)  # tests make keys and passwords of their own, for nothing but tests


def tracked() -> list[Path]:
    """Give every file that git keeps or would keep."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    return [ROOT / line for line in listed.stdout.splitlines() if (ROOT / line).is_file()]


def texts() -> list[tuple[str, str]]:
    """Give name and text of every text file."""
    found = []
    for path in tracked():
        data = path.read_bytes()
        if b"\0" not in data[:8000]:
            found.append((path.relative_to(ROOT).as_posix(), data.decode("utf-8", "replace")))
    return found


def test_every_setting_is_documented_and_nothing_else() -> None:
    documented = set(re.findall(r"^\| `NOABER_([A-Z_]+)`", (ROOT / "docs" / "settings.md").read_text(), re.MULTILINE))
    assert documented == {field.name.upper() for field in fields(Settings)}


def test_no_secret_is_kept_in_git() -> None:
    found = [name for name, text in texts() if SECRET.search(text) and not name.startswith(PRETEND)]
    assert found == []


def test_lock_files_hold_no_registry_address() -> None:
    for name in ("requirements/run.txt", "requirements/test.txt", "requirements/build.txt", "requirements/node.txt",
                 "requirements/embeddings.txt", "package-lock.json"):  # fmt: skip
        text = (ROOT / name).read_text()
        assert '"resolved"' not in text, name
        lines = [line for line in text.splitlines() if not line.lstrip().startswith("#")]
        assert not re.search(r"index-url|find-links|file:/", "\n".join(lines)), name


def test_no_path_of_a_machine_is_kept() -> None:
    here = rf"(?<![\w./-]){re.escape(str(ROOT))}/"
    home = re.compile(rf"/(?:home|Users|root)/\w+/|{here}")
    found = [name for name, text in texts() if home.search(text) and name != "tests/guards/test_house.py"]
    assert found == []


def test_the_kinds_of_help_are_those_of_the_taxonomy() -> None:
    assert [(k.slug, k.group, k.name) for k in KINDS] == [(k.slug, k.group, k.en) for k in taxonomy()]
    given = ROOT.parent / "shared" / "spec" / "taxonomy.csv"
    assert (ROOT / "seeds" / "reference" / "taxonomy.csv").read_text() == given.read_text()


def test_python_files_are_rooms_not_halls() -> None:
    long = {
        name: text.count("\n")
        for name, text in texts()
        if name.endswith(".py") and text.count("\n") > 400 and "/versions/" not in name
    }
    assert long == {}


def test_import_contracts_hold() -> None:
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    assert {c["type"] for c in contracts} == {"forbidden", "independence", "layers"}
    ran = subprocess.run([str(ROOT / ".venv" / "bin" / "lint-imports")], cwd=ROOT, capture_output=True, text=True)
    assert ran.returncode == 0, ran.stdout


def test_web_and_jobs_write_no_sql() -> None:
    sql = re.compile(
        r"from sqlalchemy import .*\b(select|update|insert|delete|text)\b|from sqlmodel import .*\bselect\b"
    )
    found = [name for name, text in texts() if name.startswith(("web/", "jobs/")) and sql.search(text)]
    assert found == []


def test_operations_never_commit() -> None:
    found = [name for name, text in texts() if name.startswith("models/operations/") and ".commit()" in text]
    assert found == []


def test_nothing_below_the_entry_points_reads_a_clock() -> None:
    clock = re.compile(r"datetime\.now\(|datetime\.utcnow\(|date\.today\(|time\.time\(")
    below = ("matcher/", "models/")
    found = [name for name, text in texts() if name.startswith(below) and name.endswith(".py") and clock.search(text)]
    assert found == []


@pytest.mark.parametrize("suffix", [".html"])
def test_templates_hold_no_inline_style_script_or_stranger(suffix: str) -> None:
    inline = re.compile(r"<script(?![^>]*\bsrc=)|<style|<[a-z][^<>]*\s(?:style|on[a-z]+)=|(?:src|href)=[\"']https?://")
    jinja = re.compile(r"\{[%{#].*?[%}#]\}", re.DOTALL)
    found = [
        name for name, text in texts()
        if name.startswith("web/templates/") and name.endswith(suffix) and inline.search(jinja.sub("", text))
    ]  # fmt: skip
    assert found == []
