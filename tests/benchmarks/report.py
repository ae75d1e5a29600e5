"""The figures as they are kept: a page of Markdown with the machine, the targets and how to measure again."""

import os
import platform
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Line:
    """One figure beside its target; an empty target: only to know."""

    what: str
    figure: str
    target: str = ""


@dataclass(frozen=True, slots=True)
class Part:
    """One subject: a heading, what was done, and its figures."""

    heading: str
    told: str
    lines: Sequence[Line]


def processor() -> str:
    """The processor's name, as far as the machine gives it."""
    try:
        for line in Path("/proc/cpuinfo").read_text().splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    except OSError:
        pass
    return platform.processor() or platform.machine()


def busy() -> float:
    """How many processes wanted to run, on average in the last minute, for each core."""
    return os.getloadavg()[0] / (os.cpu_count() or 1)


def machine() -> str:
    """The machine in a line."""
    return f"{processor()}, {os.cpu_count()} cores, {platform.system()}, Python {platform.python_version()}"


def page(day: str, parts: Sequence[Part], load: float) -> str:
    """Write the page."""
    quiet = load <= 0.5
    lines = [
        f"# Speed, {day}",
        "",
        f"Measured on: {machine()}. Load before it began: {load:.1f} a core"
        + ("." if quiet else "; **the machine was busy with other work, so times are longer than they should be.**"),
        "",
        "Measure again with `make bench`; it takes some minutes, uses loopback only and a temporary folder, and writes "
        "this page under the day's date. No time is asserted in the test suite, which runs on any machine; that a page "
        "takes at most 15 statements of SQL is a test (`tests/web/test_statements.py`).",
    ]
    for part in parts:
        lines += ["", f"## {part.heading}", "", part.told, "", "| what | measured | target |", "| --- | --- | --- |"]
        lines += [f"| {line.what} | {line.figure} | {line.target} |" for line in part.lines]
    return "\n".join(lines) + "\n"
