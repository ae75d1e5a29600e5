"""How fast the matcher is: `python -m tests.benchmarks.bench_matcher [--volunteers 10000]`.

Prints the time to learn and to load a reader, to fill an index with texts, and to rank one request over all
volunteers and one volunteer over a thousand requests, warm, on one core.
"""

import argparse
import os
import platform
import random
import statistics
import tempfile
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from functools import cache, partial
from pathlib import Path
from time import perf_counter

from threadpoolctl import threadpool_limits

from matcher import (
    Away,
    Certificate,
    Flexible,
    Index,
    Once,
    Place,
    Request,
    RequestIndex,
    Volunteer,
    Weekly,
    Window,
    assign,
    load_or_train,
    rank,
    rank_requests,
)
from seeds.phrases import kind_names, phrases

NOW = datetime(2026, 11, 22, 9)
LANGUAGES = ("nl", "en", "de", "tr", "ar", "pl")


@cache
def _stock(voice: str) -> list[str]:
    return [phrase.text for phrase in phrases() if phrase.voice == voice]


def invented_text(chance: random.Random, voice: str) -> str:
    """Two or three phrases of one voice after another, as long as what people write."""
    return " ".join(chance.sample(_stock(voice), chance.randint(2, 3)))


def invented_place(chance: random.Random) -> Place:
    return Place(52.2658 + chance.gauss(0, 0.06), 6.7931 + chance.gauss(0, 0.09))


def invented_windows(chance: random.Random) -> tuple[Window, ...]:
    parts = ((540, 720), (720, 1020), (1020, 1290))
    return tuple(Window(day, *part) for day in range(7) for part in parts if chance.random() < 0.5)


def invented_volunteer(chance: random.Random, number: int) -> Volunteer:
    absence = date(2026, 11, 1) + timedelta(chance.randrange(90))
    return Volunteer(
        f"v{number}",
        invented_place(chance),
        text=invented_text(chance, "offer"),
        max_km=chance.choice((3, 5, 10, 15, 25)),
        windows=invented_windows(chance),
        away=(Away(absence, absence + timedelta(7)),) if chance.random() < 0.4 else (),
        languages=frozenset(["nl", *chance.sample(LANGUAGES, 1)]),
        certificates=(Certificate("vog"),) if chance.random() < 0.6 else (),
        capacity=2,
        load=chance.randrange(3),
    )


def invented_request(chance: random.Random, number: int) -> Request:
    start = datetime(2026, 11, 23, 9) + timedelta(hours=chance.randrange(24 * 30))
    windows = tuple(chance.sample(invented_windows(random.Random(number)), 2))
    when = chance.choice((Once(start, start + timedelta(hours=2)), Weekly(windows, start.date()), Flexible()))
    return Request(
        f"r{number}",
        invented_place(chance),
        text=invented_text(chance, "ask"),
        when=when,
        languages=frozenset(chance.sample(LANGUAGES, chance.randrange(2))),
        certificates=frozenset(["vog"] if chance.random() < 0.4 else []),
    )


def timed(what: Callable[[], object], times: int) -> list[float]:
    """Milliseconds of each run."""
    found = []
    for _ in range(times):
        start = perf_counter()
        what()
        found.append((perf_counter() - start) * 1000)
    return found


def tell(told: list[tuple[str, list[float]]], what: str, found: list[float]) -> None:
    told.append((what, found))
    p95 = sorted(found)[int(len(found) * 0.95)]
    print(f"{what:58s} median {statistics.median(found):9.2f} ms   p95 {p95:9.2f} ms")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--volunteers", type=int, default=10_000)
    parser.add_argument("--requests", type=int, default=1_000)
    sizes = parser.parse_args()
    print(f"{platform.processor() or platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}")
    measure(sizes.volunteers, sizes.requests)


def measure(many_volunteers: int, many_requests: int) -> list[tuple[str, list[float]]]:
    """Print what takes how long, and give it: what, and the milliseconds of each time."""
    told: list[tuple[str, list[float]]] = []
    with threadpool_limits(limits=1):  # what is measured is one core
        _measure(partial(tell, told), many_volunteers, many_requests)
    return told


def _measure(tell: Callable[[str, list[float]], None], many_volunteers: int, many_requests: int) -> None:
    chance = random.Random(2026)
    with tempfile.TemporaryDirectory() as folder:
        cache = Path(folder) / "reader.npz"
        tell("learn from the phrases", timed(lambda: load_or_train(phrases(), kind_names(), cache), 1))
        tell("load what was learnt", timed(lambda: load_or_train(phrases(), kind_names(), cache), 5))
        reader = load_or_train(phrases(), kind_names(), cache)
    volunteers = [invented_volunteer(chance, number) for number in range(many_volunteers)]
    requests = [invented_request(chance, number) for number in range(many_requests)]
    index, open_requests = Index(reader.kinds, reader), RequestIndex(reader.kinds, reader)
    tell(f"fill an index with {many_volunteers} texts", timed(lambda: index.put_many(volunteers), 1))
    tell(f"fill an index with {many_requests} requests", timed(lambda: open_requests.put_many(requests), 1))
    read = [index.get(key) for key in index]
    tell("fill it again, texts kept", timed(lambda: Index(reader.kinds, reader).put_many(read), 1))
    for kind in (Once, Weekly, Flexible):
        asked = [open_requests.get(key) for key in open_requests]
        asked = [request for request in asked if isinstance(request.when, kind)][:200]
        turns = iter(asked * 2)
        found = timed(lambda turns=turns: rank(next(turns), index, now=NOW), len(asked) * 2)
        tell(f"rank 1 request ({kind.__name__.lower()}) over {many_volunteers} volunteers", found[len(asked) :])
    askers = iter(read[:200] * 2)
    found = timed(lambda: rank_requests(next(askers), open_requests, now=NOW), 400)
    tell(f"rank {many_requests} requests for 1 volunteer", found[200:])
    unread = iter([replace(request, understood=None) for request in requests[:200]])
    tell("rank 1 request whose text is not read yet", timed(lambda: rank(next(unread), index, now=NOW), 200))
    asked = [open_requests.get(key) for key in open_requests]
    tell(f"assign {many_requests} requests, over all pairs", timed(lambda: assign(asked, index, now=NOW), 1))
    tell("the same over the best 20 of each", timed(lambda: assign(asked, index, now=NOW, top=20), 1))
    one = iter(read[:200])
    tell("replace 1 volunteer", timed(lambda: index.put(next(one)), 200))


if __name__ == "__main__":
    main()
