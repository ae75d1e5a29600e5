"""How long it takes until Noaber is there: a process, the invented community, and `noaber up` the second time."""

import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from matcher import Reader
from models import migrations
from models.database import make_engine
from models.settings import Settings
from seeds import demo, reference_data
from tests.benchmarks.site import environment, free_port, running

TIMES = 5
_APPLICATION = "import noaber; noaber.application()"


@dataclass(frozen=True, slots=True)
class Starts:
    """What was measured, in seconds."""

    process: list[float]
    invented: float
    up: list[float]


def process(settings: Settings) -> list[float]:
    """Seconds until a new process has its application, each time; what was learnt before is in its cache."""
    found = []
    for _ in range(TIMES):
        began = time.perf_counter()
        subprocess.run([sys.executable, "-c", _APPLICATION], env=environment(settings), check=True, timeout=120)
        found.append(time.perf_counter() - began)
    return found


def invented_community(settings: Settings, reader: Reader, now: datetime) -> float:
    """Seconds that it takes to load the invented community into a database that has its tables and postcodes."""
    engine = make_engine(settings.database_url)
    migrations.upgrade(engine)
    reference_data.load(engine, [])
    began = time.perf_counter()
    demo.load(engine, reader, settings, now=now)
    seconds = time.perf_counter() - began
    engine.dispose()
    return seconds


def up_again(settings: Settings, log: Path) -> list[float]:
    """Seconds until `noaber up` answers on a database that is there already, each time."""
    found = []
    for _ in range(TIMES):
        port = free_port()
        env = environment(settings, NOABER_DEMO="1")
        with running(["up", "--port", str(port)], env, port, log) as (seconds, _pid):
            found.append(seconds)
    return found


def measure(settings: Settings, reader: Reader, folder: Path, now: datetime, say: Callable[[str], None]) -> Starts:
    """Measure all three, one after the other."""
    own = replace(settings, database_url=f"sqlite:///{folder}/invented.sqlite", demo=True)
    starts = Starts(process(settings), invented_community(own, reader, now), up_again(own, folder / "up.log"))
    say(f"a process has its application after {sorted(starts.process)[TIMES // 2]:.2f} s")
    say(f"the invented community is loaded in {starts.invented:.1f} s")
    say(f"`noaber up`, again: answers after {sorted(starts.up)[TIMES // 2]:.2f} s")
    return starts
