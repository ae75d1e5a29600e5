"""Keeps a rule: finds what is due, then one transaction a row, so that a poisoned row harms no other."""

import logging
from datetime import datetime, timedelta

from sqlalchemy import Engine

from jobs.schedule import Rule
from models.database import reading, transaction
from models.errors import StaleState
from models.operations.reminders import tell_of_failure
from models.queries.reminders import Due

log = logging.getLogger(__name__)

REST = timedelta(hours=1)
"""So long a row that raised an error is left alone."""


class Keeper:
    """Keeps rules on one database, and remembers which rows cannot be handled at the moment."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._resting: dict[tuple[str, int], datetime] = {}

    def keep(self, rule: Rule, now: datetime) -> int:
        """Do what a rule says for every row that is due; gives for how many it was done."""
        with reading(self._engine) as session:
            due = rule.due(session, now)
        done = 0
        for row in due:
            since = self._resting.get((rule.name, row.id))
            if since is None or not since <= now < since + REST:
                done += self._act(rule, row, now)
        if done:
            log.info("%s: %d", rule.name, done)
        return done

    def _act(self, rule: Rule, row: Due, now: datetime) -> int:
        try:
            with transaction(self._engine) as session:
                rule.act(session, row.id, now=now)
        except StaleState:
            return 0  # somebody was faster: then there is nothing left to do
        except Exception:
            log.exception("%s: row %d cannot be handled", rule.name, row.id)
            self._resting[rule.name, row.id] = now
            if row.community_id is not None:
                with transaction(self._engine) as session:
                    tell_of_failure(session, rule.name, row.id, row.community_id, now=now)
            return 0
        self._resting.pop((rule.name, row.id), None)
        return 1
