"""All benchmarks: ``python -m tests.benchmarks``, or ``make bench``. Prints as it goes, and writes docs/benchmarks."""

import argparse
import statistics
import tempfile
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from matcher import Reader, load_or_train
from models.database import make_engine
from models.settings import Settings
from seeds.phrases import kind_names, phrases
from tests.benchmarks import bench_matcher, crowd, report, site, starting
from tests.benchmarks.report import Line, Part
from tests.benchmarks.site import Figures

ROOT = Path(__file__).parents[2]
say = partial(print, flush=True)


def main() -> None:
    """Measure everything and write the page."""
    now = datetime.now(UTC)
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.add_argument("--volunteers", type=int, default=10_000)
    parser.add_argument("--requests", type=int, default=1_000)
    parser.add_argument("--pages", type=int, default=60, help="measured pages of each of the 8 clients (60)")
    parser.add_argument("--output", type=Path, default=ROOT / "docs" / "benchmarks" / f"{now.date()}.md")
    given = parser.parse_args()
    began, load = time.monotonic(), report.busy()
    say(report.machine())
    with tempfile.TemporaryDirectory(prefix="noaber-bench-") as name:
        parts = _parts(Path(name), given, now)
    given.output.parent.mkdir(parents=True, exist_ok=True)
    given.output.write_text(report.page(f"{now.date()}", parts, load))
    say(f"{given.output} written after {time.monotonic() - began:.0f} s")


def _parts(folder: Path, given: argparse.Namespace, now: datetime) -> list[Part]:
    measured = bench_matcher.measure(given.volunteers, given.requests)
    reader = load_or_train(phrases(), kind_names(), folder / "reader.npz")
    settings = Settings(
        database_url=f"sqlite:///{folder}/crowd.sqlite",
        secret_key="only-for-measuring-" + "x" * 40,
        instance=folder,
    )
    started = starting.measure(settings, reader, folder, now, say)
    there = _crowd(settings, reader, given, now)
    figures = site.load(there, settings, reader, times=given.pages, log=folder / "site.log", say=say)
    sizes = f"{given.volunteers:,} volunteers and {given.requests:,} open requests"
    return [
        Part("The matcher", f"One process, one core, {sizes}; warm.", _matcher(measured)),
        Part(
            "The site",
            f"SQLite, gunicorn with {site.WORKERS} workers as `noaber serve` starts it, {sizes}. Each client asks for "
            "its next page as soon as it has read the last one, on the same machine; nobody pauses to read.",
            [line for one in figures for line in _site(one)],
        ),
        Part("Starting", "Medians; what was learnt from the phrases is in its cache.", _starting(started)),
    ]


def _crowd(settings: Settings, reader: Reader, given: argparse.Namespace, now: datetime) -> crowd.Crowd:
    engine = make_engine(settings.database_url)
    began = time.perf_counter()
    found = crowd.gather(engine, reader, volunteers=given.volunteers, requests=given.requests, now=now)
    engine.dispose()
    say(f"a crowd to measure with was made in {time.perf_counter() - began:.0f} s")
    return found


def _matcher(measured: Sequence[tuple[str, list[float]]]) -> list[Line]:
    return [
        Line(
            what,
            f"{statistics.median(times):,.1f} ms" + (f", p95 {_at(times, 0.95):,.1f} ms" if len(times) > 1 else ""),
            "5 ms" if what.startswith("rank 1 request (") else "",
        )
        for what, times in measured
    ]


def _site(figures: Figures) -> list[Line]:
    at_once = figures.name.endswith(f"{site.CLIENTS} clients")
    found = [
        Line(
            figures.name,
            f"p50 {figures.at(0.5):.0f} ms, p95 {figures.at(0.95):.0f} ms",
            "p95 100 ms" if at_once else "",
        )
    ]
    if at_once:
        pages = len(figures.milliseconds) / figures.seconds
        found += [
            Line("… pages a second", f"{pages:.0f}, of {figures.size / 1000:.0f} kB"),
            Line("… processor time of the site for a page", f"{figures.work:.1f} ms"),
            Line("… statements of SQL for a page", f"{figures.statements}", "15"),
        ]
    return found


def _starting(found: starting.Starts) -> list[Line]:
    return [
        Line("a process until it has its application", f"{statistics.median(found.process):.2f} s", "1 s"),
        Line("loading the invented community", f"{found.invented:.1f} s", "20 s"),
        Line("`noaber up`, the second time, until it answers", f"{statistics.median(found.up):.2f} s", "5 s"),
    ]


def _at(times: list[float], share: float) -> float:
    return sorted(times)[int(len(times) * share)]


if __name__ == "__main__":
    main()
