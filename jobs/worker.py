"""The one worker process: a scheduler that only ticks, the rules, the outbox, and a sign of life."""

import logging
import os
import signal
import socket
import threading
import uuid
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from types import FrameType
from typing import Any

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.blocking import BlockingScheduler
from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session

from jobs import schedule
from jobs.channels import Channel
from jobs.channels.choosing import channel_for
from jobs.outbox import Delivery
from jobs.rules import Keeper
from models.candidates import Candidates
from models.database import make_engine, reading, transaction
from models.errors import NotAllowed
from models.grounds import Grounds
from models.messages.fitting import by_candidates, fitting_requests, suiting
from models.operations import reading as read_ahead
from models.operations import worker as operations
from models.operations.reminders import Best
from models.queries import ranked, volunteers
from models.settings import Settings
from models.tables import Community, HelpRequest, Volunteer
from models.weighing import weights_of

log = logging.getLogger(__name__)

SPARE_LOOKS_EVERY = 2.0
"""Seconds between a spare's attempts to take the place."""
_PRESENT = timedelta(minutes=5)


@dataclass(slots=True)
class Done:
    """What one turn did.

    Attributes
    ----------
    rules : dict
        By name of the rule, for how many rows it was kept; rules that had nothing to do are left out.
    messages : Counter
        How many messages were ``sent``, ``failed``, ``in_doubt``, put ``later`` or ``settled`` without sending.
    read : int
        How many texts were read ahead of time.
    """

    rules: dict[str, int] = field(default_factory=dict)
    messages: Counter[str] = field(default_factory=Counter)
    read: int = 0


def run(settings: Settings, candidates: Candidates | None = None) -> None:
    """Work until told to stop (SIGTERM, SIGINT); while another worker lives, wait as its spare.

    Parameters
    ----------
    candidates : Candidates, optional
        Ranks for the weekly digest, and for communities where the system proposes by itself.
    """
    engine = make_engine(settings.database_url)
    stop = threading.Event()
    with _signals(stop):
        try:
            Worker(engine, settings, channel_for(settings, _clock), candidates, stop=stop).run()
        finally:
            engine.dispose()


def once(settings: Settings, now: datetime, candidates: Candidates | None = None) -> Done:
    """Do what is due at a moment, in a fixed order, and end.

    Parameters
    ----------
    now : datetime
        That moment, aware. It may lie beside a live worker's; neither does anything twice.

    Raises
    ------
    NotAllowed
        ``not_the_present`` in production, where messages would go out at the wrong time.
    """
    if settings.production and abs(now - _clock()) > _PRESENT:
        raise NotAllowed("not_the_present")
    moment = now.astimezone(UTC)
    engine = make_engine(settings.database_url)
    try:
        worker = Worker(engine, settings, channel_for(settings, lambda: moment), candidates, clock=lambda: moment)
        return worker.turn()
    finally:
        engine.dispose()


class Worker:
    """One worker on one database.

    Parameters
    ----------
    clock : callable
        Gives the present moment (aware, UTC).
    stop : threading.Event
        Once set, what is begun is finished and nothing else is begun.
    """

    def __init__(
        self,
        engine: Engine,
        settings: Settings,
        channel: Channel,
        candidates: Candidates | None = None,
        *,
        clock: Callable[[], datetime] | None = None,
        stop: threading.Event | None = None,
    ) -> None:
        self.name = f"{socket.gethostname()[:30]}:{os.getpid()}:{uuid.uuid4().hex[:8]}"
        self._engine, self._clock, self._stop = engine, clock or _clock, stop or threading.Event()
        self._rules = schedule.rules(best_of(candidates) if candidates is not None else None)
        self._keeper = Keeper(engine)
        self._reader = candidates.reader if candidates is not None else None
        self._place = operations.Place(engine)
        self._lost = threading.Event()
        """The place is no longer ours, or we were told to stop."""
        self._delivery = Delivery(
            engine, settings, channel, worker=self.name, clock=self._clock, stopping=self._lost,
            fitting=by_candidates(candidates) if candidates is not None else fitting_requests,
        )  # fmt: skip

    def turn(self) -> Done:
        """Keep every rule once, then deliver until nothing more is due."""
        done = Done()
        alone = self._place.take()
        try:
            self._delivery.recover(alone=alone)
            for rule in self._rules:
                kept = self._keeper.keep(rule, self._clock())
                if kept:
                    done.rules[rule.name] = kept
            while ends := self._delivery.tick():
                done.messages += ends
            done.read = self._read_ahead()
        finally:
            self._place.leave()
        return done

    def run(self) -> None:
        """Work whenever the place is free, until told to stop."""
        told = False
        while not self._stop.is_set():
            if self._take():
                told = False
                self._work()
            else:
                if not told:
                    log.info("another worker is at work; waiting as its spare")
                    told = True
                self._stop.wait(SPARE_LOOKS_EVERY)

    def _take(self) -> bool:
        try:
            return self._place.take()
        except SQLAlchemyError as error:
            log.warning("the database does not answer: %s", type(error).__name__)
            return False

    def _work(self) -> None:
        log.info("worker %s begins", self.name)
        self._lost.clear()
        scheduler, over = self._scheduler(), threading.Event()
        watch = threading.Thread(target=self._watch, args=(scheduler, over), name="watch", daemon=True)
        watch.start()
        try:
            self._beat()
            # Whoever held the place before is gone: what it had in its hands is taken care of at once.
            self._delivery.recover(alone=True)
            scheduler.start()
        except SQLAlchemyError as error:
            log.warning("the database does not answer: %s", type(error).__name__)
            self._stop.wait(SPARE_LOOKS_EVERY)
        finally:
            over.set()
            watch.join()
            self._place.leave()
        log.info("worker %s ends", self.name)

    def _scheduler(self) -> BlockingScheduler:
        """Make a scheduler that only ticks; nothing of it is kept, all that is due stands in the database."""
        # One thread each: rules never wait for a slow mail server, and the sign of life waits for nobody.
        lanes = {name: ThreadPoolExecutor(1) for name in ("rules", "outbox", "heartbeat", "reading")}
        scheduler = BlockingScheduler(
            executors=lanes,
            job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 1},
            timezone=UTC,
        )
        now = datetime.now(UTC)
        ticks: list[tuple[str, str, timedelta, Callable[[], Any]]] = [
            ("heartbeat", "heartbeat", schedule.HEARTBEAT_EVERY, self._beat),
            ("outbox", "outbox", schedule.OUTBOX_EVERY, self._delivery.tick),
            ("reading", "reading", schedule.READING_EVERY, self._read_ahead),
            *(("rules", rule.name, rule.every, self._keeping(rule)) for rule in self._rules),
        ]
        for lane, name, every, tick in ticks:
            scheduler.add_job(
                _safely(name, tick), "interval", seconds=every.total_seconds(), id=name, executor=lane,
                next_run_time=now,
            )  # fmt: skip
        return scheduler

    def _keeping(self, rule: schedule.Rule) -> Callable[[], Any]:
        def keep() -> None:
            if not self._lost.is_set():
                self._keeper.keep(rule, self._clock())

        return keep

    def _read_ahead(self) -> int:
        """Read what was written lately, and after a change of the corpus all texts, so that no visitor waits for it."""
        if self._reader is None:
            return 0
        done, batch = 0, read_ahead.BATCH
        while batch == read_ahead.BATCH and not self._lost.is_set():
            with reading(self._engine) as session:
                found = ranked.unread(session, self._reader.edition, read_ahead.BATCH)
            read = self._reader.read([one.text for one in found])
            with transaction(self._engine) as session:
                read_ahead.keep(session, found, read)
            batch = len(found)
            done += batch
        return done

    def _watch(self, scheduler: BlockingScheduler, over: threading.Event) -> None:
        """End the scheduler once we are told to stop, or the place is lost; what is begun is finished."""
        while not over.wait(0.1):
            if self._stop.is_set():
                self._lost.set()
            if self._lost.is_set() and scheduler.running:
                scheduler.shutdown(wait=True)
                return

    def _beat(self) -> None:
        if not self._place.holds():
            log.warning("worker %s lost its place", self.name)
            self._lost.set()
            return
        with transaction(self._engine) as session:
            operations.beat(session, name=self.name, now=self._clock())


def best_of(candidates: Candidates) -> Best:
    """Let the system propose whoever ranks first and offers what is asked."""

    def best(
        session: Session, request: HelpRequest, community: Community, now: datetime
    ) -> tuple[Volunteer, Grounds] | None:
        ranking = candidates.for_request(session, request, community, now=now)
        for found in suiting(ranking, weights_of(community)):
            volunteer = volunteers.by_id(session, community.id, int(found.id))
            if volunteer is not None:
                return volunteer, Grounds.of(found)
        return None

    return best


def _safely(name: str, tick: Callable[[], Any]) -> Callable[[], None]:
    """Let an error of one tick end nothing but that tick."""

    def run() -> None:
        try:
            tick()
        except Exception:
            log.exception("%s: this time it failed", name)

    return run


def _clock() -> datetime:
    return datetime.now(UTC)


@contextmanager
def _signals(stop: threading.Event) -> Iterator[None]:
    """Let SIGTERM and SIGINT ask for an end, where this is the main thread."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def ask(_number: int, _frame: FrameType | None) -> None:
        stop.set()

    before = {number: signal.signal(number, ask) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
