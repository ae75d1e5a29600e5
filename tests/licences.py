"""Writes docs/licences.md: the licences of everything the site runs on (``make licences``)."""

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
HEAD = """# Licences of what Noaber stands on

Noaber itself is EUPL-1.2. Made by `make licences` from what is installed.

## Python

| package | version | licence |
| --- | --- | --- |
"""


def main() -> int:
    """List the packages of the lock files, and those of package-lock.json."""
    wanted = {
        line.split("==")[0].lower().replace("_", "-")
        for line in (ROOT / "requirements" / "run.txt").read_text().splitlines()
        if "==" in line and not line.startswith((" ", "#"))
    }
    listed = subprocess.run(
        [sys.executable, "-m", "piplicenses", "--format=json", "--from=mixed"],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    rows = [
        f"| {p['Name']} | {p['Version']} | {' '.join(p['License'].split())[:120]} |"
        for p in sorted(json.loads(listed.stdout), key=lambda p: p["Name"].lower())
        if p["Name"].lower().replace("_", "-") in wanted
    ]
    packages = json.loads((ROOT / "package-lock.json").read_text())["packages"]
    front = [
        f"| {name.removeprefix('node_modules/')} | {p['version']} | {p.get('license', '')} |"
        for name, p in sorted(packages.items())
        if name and not p.get("dev")
    ]
    text = HEAD + "\n".join(rows) + "\n\n## In the browser\n\n| package | version | licence |\n| --- | --- | --- |\n"
    text += (
        "\n".join(front) + "\n\n## Data\n\nPostcodes: GeoNames, CC BY 4.0, adapted (`seeds/reference/POSTCODES.md`).\n"
    )
    (ROOT / "docs" / "licences.md").write_text(text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
