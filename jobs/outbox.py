"""Delivers what waits in the outbox: takes a few, makes and sends them one at a time, saves what became of each."""

import logging
from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from threading import Event
from typing import TypeVar

from sqlalchemy import Engine
from sqlalchemy.exc import OperationalError
from sqlmodel import Session

from jobs.channels import Channel, InDoubt, Later, Refused, Unreachable
from models.database import reading, transaction
from models.messages.context import Fitting
from models.messages.fitting import fitting_requests
from models.operations import outbox
from models.queries import outbox as queries
from models.settings import Settings

log = logging.getLogger(__name__)
Result = TypeVar("Result")

BATCH = 20
HOLD = timedelta(seconds=30)
"""So long nothing is tried after the server could not be reached."""
_SAVING = (0.5, 1.0, 2.0, 4.0)
"""Seconds between attempts to save what became of a message, while the database does not answer."""


class Delivery:
    """Sends what is due.

    Parameters
    ----------
    worker : str
        The name under which messages are taken; no other process has it.
    clock : callable
        Gives the present moment (aware, UTC).
    stopping : threading.Event
        Once set, no further message is begun.
    """

    def __init__(
        self,
        engine: Engine,
        settings: Settings,
        channel: Channel,
        *,
        worker: str,
        clock: Callable[[], datetime],
        stopping: Event,
        fitting: Fitting = fitting_requests,
    ) -> None:
        self._engine, self._settings, self._channel = engine, settings, channel
        self._worker, self._clock, self._stopping, self._fitting = worker, clock, stopping, fitting
        self._not_before: datetime | None = None

    def recover(self, *, alone: bool) -> int:
        """Take care of what was left behind by a worker that died; see `models.operations.outbox.recover`."""
        with reading(self._engine) as session:
            if not queries.is_held(session):
                return 0
        with transaction(self._engine) as session:
            found = outbox.recover(session, worker=self._worker, now=self._clock(), alone=alone)
        if found:
            log.warning("%d messages were left behind", found)
        return found

    def tick(self) -> Counter[str]:
        """Send everything that is due now.

        Returns
        -------
        Counter
            How many messages were ``sent``, ``failed``, ``in_doubt``, put ``later``, or ``settled`` without sending
            (skipped, night, cannot be made).
        """
        ends: Counter[str] = Counter()
        if self._not_before is not None and self._clock() < self._not_before:
            return ends
        self._not_before = None
        # What an error left under this worker's own name; a live database has nothing there.
        self.recover(alone=False)
        try:
            while not self._stopping.is_set() and (ids := self._claim()):
                if not self._deliver(ids, ends):
                    break
        finally:
            self._channel.close()
        if ends:
            log.info("outbox: %s", ", ".join(f"{n} {end}" for end, n in sorted(ends.items())))
        return ends

    def _claim(self) -> list[int]:
        now = self._clock()
        with reading(self._engine) as session:  # most ticks find nothing: they should not hold up who writes
            if not queries.is_due(session, now):
                return []
        with transaction(self._engine) as session:
            return outbox.claim(session, worker=self._worker, now=now, limit=BATCH)

    def _deliver(self, ids: list[int], ends: Counter[str]) -> bool:
        """Send these, one at a time; False: stop for now, the rest was given back."""
        for number, message_id in enumerate(ids):
            if self._stopping.is_set():
                self._release(ids[number:])
                return False
            end = self._one(message_id)
            ends["later" if end == "unreachable" else end] += 1
            if end == "unreachable":
                self._release(ids[number + 1 :])
                self._not_before = self._clock() + HOLD
                return False
        return True

    def _one(self, message_id: int) -> str:
        with transaction(self._engine) as session:
            parcel = outbox.prepare(
                session, message_id, worker=self._worker, settings=self._settings, now=self._clock(),
                fitting=self._fitting,
            )  # fmt: skip
        if parcel is None:
            return "settled"
        begun = Event()
        try:
            self._channel.send(parcel, lambda: self._begin(parcel, begun))
        except outbox.NoLongerOurs:
            return "settled"
        except Unreachable as error:
            return "unreachable" if self._again(message_id, error) else "failed"
        except Later as error:
            return "later" if self._again(message_id, error) else "failed"
        except Refused as error:
            reason = str(error)
            self._save(lambda s: outbox.failed(s, message_id, reason, worker=self._worker, now=self._clock()))
            return "failed"
        except Exception as error:
            if not isinstance(error, InDoubt):
                log.exception("message %s: an error nobody foresaw", message_id)
            if not begun.is_set():
                return "later" if self._again(message_id, Later(type(error).__name__)) else "failed"
            # It may have happened after the last byte.
            doubt = str(error) if isinstance(error, InDoubt) else type(error).__name__
            self._save(lambda s: outbox.in_doubt(s, message_id, doubt, worker=self._worker, now=self._clock()))
            return "in_doubt"
        self._save(lambda s: outbox.sent(s, message_id, worker=self._worker, now=self._clock()))
        return "sent"

    def _begin(self, parcel: outbox.Parcel, begun: Event) -> None:
        """Save that a message is being sent; from here on a crash leaves it in doubt."""
        with transaction(self._engine) as session:
            ours = outbox.begin(
                session, parcel, worker=self._worker, settings=self._settings, now=self._clock(),
                fitting=self._fitting,
            )  # fmt: skip
        if not ours:
            raise outbox.NoLongerOurs
        begun.set()

    def _again(self, message_id: int, error: Later) -> bool:
        reason = str(error)
        log.warning("message %s: %s", message_id, type(error).__name__)
        return self._save(lambda s: outbox.again(s, message_id, reason, worker=self._worker, now=self._clock()))

    def _save(self, write: Callable[[Session], Result]) -> Result:
        """Save what became of a message, patiently: if this is lost, a human has to find it out."""
        for pause in (*_SAVING, None):
            try:
                with transaction(self._engine) as session:
                    return write(session)
            except OperationalError:
                if pause is None:
                    raise
                self._stopping.wait(pause)
        raise AssertionError("either saved or an error")

    def _release(self, ids: list[int]) -> None:
        with transaction(self._engine) as session:
            outbox.release(session, ids, worker=self._worker)
