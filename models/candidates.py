"""The live rankings of a process: an index of volunteers and one of open requests a community, equal to the database.

Whatever matters for ranking gets a new number from its community's counter in the same transaction (see
`models.operations.transitions.touch`). Before each ranking the counters are compared; only rows with a higher number
are read again. The index reads through transactions of its own, so that it never holds what is rolled back later.
"""

import threading
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import Engine
from sqlmodel import Session

import matcher
from models import translating
from models.database import reading
from models.delays import local_now, today
from models.operations.transitions import is_touched
from models.queries import communities, ranked
from models.queries import volunteers as volunteer_queries
from models.states import RequestState, VolunteerState
from models.tables import Community, HelpRequest, Volunteer
from models.weighing import weights_of

HELPED_LATELY = timedelta(days=30)
"""Over how long the hours are counted that a volunteer helped."""


@dataclass(slots=True)
class _Live:
    """The two indexes of one community, and up to which number they hold; None: nothing was read yet."""

    volunteers: matcher.Index
    requests: matcher.RequestIndex
    volunteer_revision: int | None = None
    request_revision: int | None = None
    vog_kinds: tuple[str, ...] = ()
    day: date | None = None
    """Up to which day the hours are counted that volunteers helped."""
    lock: threading.Lock = field(default_factory=threading.Lock)

    def known(self, index: Any, row: Volunteer | HelpRequest, session: Session) -> Any:
        """Give a row as the index holds it, its text understood; None if it holds none, or this session changed it."""
        with self.lock:
            return index.get(str(row.id)) if str(row.id) in index and not is_touched(session, row) else None


class Candidates:
    """Ranks volunteers for a request and requests for a volunteer, as the database stands now.

    Parameters
    ----------
    engine : Engine
        Where to read.
    reader : matcher.Reader
        Reads texts that have not been read yet.
    """

    def __init__(self, engine: Engine, reader: matcher.Reader) -> None:
        self._engine, self.reader = engine, reader
        self._live: dict[int, _Live] = {}
        self._lock = threading.Lock()

    def prepare(self, *, now: datetime) -> None:
        """Read every community before the first visitor asks; what changes afterwards is noticed as ever."""
        with reading(self._engine) as session:
            known = [(row.id, today(now, row.timezone)) for row in communities.all_communities(session)]
        for community_id, day in known:
            self._synchronise(community_id, day)

    def for_request(
        self,
        session: Session,
        row: HelpRequest,
        community: Community,
        *,
        now: datetime,
        top: int | None = 20,
        with_excluded: bool = False,
    ) -> matcher.Ranking:
        """Rank volunteers for a request, without those who were tried or stand proposed already.

        Returns
        -------
        matcher.Ranking
            Ids are volunteers' ids as text; best first.
        """
        live = self._synchronise(community.id, today(now, community.timezone))
        asked = self._request(session, row, community, live)
        without = _as_text(ranked.tried_for_request(session, row.id))
        with live.lock:
            return matcher.rank(
                asked,
                live.volunteers,
                now=local_now(now, community.timezone),
                weights=weights_of(community),
                top=top,
                with_excluded=with_excluded,
                without=without,
            )

    def for_volunteer(
        self,
        session: Session,
        row: Volunteer,
        community: Community,
        *,
        now: datetime,
        top: int | None = 50,
        without: Iterable[int] = (),
        room: bool = False,
    ) -> matcher.Ranking:
        """Rank the open requests for a volunteer, without those they set aside or stand proposed for.

        Parameters
        ----------
        without : iterable of int
            Requests that are left out too: those that somebody does not look for now.
        room : bool
            For a list to browse: what nobody reacted to yet stands before what fits nearly as well.

        Returns
        -------
        matcher.Ranking
            Ids are requests' ids as text; best first.
        """
        live = self._synchronise(community.id, today(now, community.timezone))
        helper = self._volunteer(session, row, live)
        left_out = _as_text({*ranked.tried_for_volunteer(session, row.id), *without})
        reactions = ranked.reactions(session, community.id) if room else None
        with live.lock:
            return matcher.rank_requests(
                helper,
                live.requests,
                now=local_now(now, community.timezone),
                weights=weights_of(community),
                top=top,
                without=left_out,
                reactions=reactions,
            )

    def explain(
        self, session: Session, request: HelpRequest, volunteer: Volunteer, community: Community, *, now: datetime
    ) -> matcher.Explanation:
        """Say why this volunteer stands where they stand for this request, or why not at all."""
        live = self._synchronise(community.id, today(now, community.timezone))
        return matcher.explain(
            self._request(session, request, community, live),
            self._volunteer(session, volunteer, live),
            now=local_now(now, community.timezone),
            weights=weights_of(community),
            kinds=self.reader.kinds,
            reader=self.reader,
        )

    def _request(self, session: Session, row: HelpRequest, community: Community, live: _Live) -> matcher.Request:
        people = [i for i in (row.resident_id, row.asker_id) if i is not None]
        blocked, friends = ranked.ties_of_request(session, people, row.resident_id, community.id)
        known = live.known(live.requests, row, session)
        if known is not None:
            return replace(known, blocked=frozenset(_as_text(blocked)), known=frozenset(_as_text(friends)))
        where = communities.place_of(session, row.postcode)
        assert where is not None, "a request has a known postcode"
        return translating.request(row, where, community, edition=self.reader.edition, blocked=blocked, known=friends)

    def _volunteer(self, session: Session, row: Volunteer, live: _Live) -> matcher.Volunteer:
        blocked, friends = ranked.ties_of_volunteer(session, row.person_id, row.id, row.community_id)
        known = live.known(live.volunteers, row, session)
        if known is not None:
            return replace(
                known, blocked=frozenset(_as_text(blocked)), known=frozenset(_as_text(friends)),
                paused=row.state != VolunteerState.ACTIVE,
            )  # fmt: skip
        where = communities.place_of(session, row.postcode)
        assert where is not None, "a volunteer has a known postcode"
        ids = [row.id] if row.id is not None else []
        return translating.volunteer(
            row,
            where,
            load=volunteer_queries.loads(session, row.community_id, ids).get(row.id or 0, 0),
            certificates=volunteer_queries.certificates(session, ids, row.community_id).get(row.id or 0, []),
            edition=self.reader.edition,
            hours_helped=self._hours_helped(session, row.community_id, live.day, ids).get(row.id or 0, 0.0),
            blocked=blocked,
            known=friends,
        )

    def _synchronise(self, community_id: int | None, day: date) -> _Live:
        """Bring the indexes of a community up to what is committed, and to the day."""
        assert community_id is not None, "only what stands in the database is ranked"
        with self._lock:
            live = self._live.get(community_id)
            if live is None:
                live = self._live[community_id] = _Live(self._no_volunteers(), self._no_requests())
        with live.lock, reading(self._engine) as session:
            there = ranked.standing(session, community_id)
            if live.volunteer_revision is None or there.volunteer_revision < live.volunteer_revision or live.day != day:
                # The first time; or a back-up was put back under a process that ran on; or other hours count today.
                live.volunteers, live.volunteer_revision, live.day = self._no_volunteers(), None, day
            if live.volunteer_revision != there.volunteer_revision:
                self._read_volunteers(session, community_id, live)
                live.volunteer_revision = there.volunteer_revision
            stale = live.request_revision is None or there.request_revision < live.request_revision
            if stale or there.vog_kinds != live.vog_kinds:  # which help needs a VOG is asked of every request
                live.requests, live.request_revision, live.vog_kinds = self._no_requests(), None, there.vog_kinds
            if live.request_revision != there.request_revision:
                self._read_requests(session, community_id, live)
                live.request_revision = there.request_revision
        return live

    def _no_volunteers(self) -> matcher.Index:
        return matcher.Index(self.reader.kinds, self.reader)

    def _no_requests(self) -> matcher.RequestIndex:
        return matcher.RequestIndex(self.reader.kinds, self.reader)

    def _read_volunteers(self, session: Session, community_id: int, live: _Live) -> None:
        changed = ranked.volunteers_since(session, community_id, live.volunteer_revision)
        ids = None if live.volunteer_revision is None else [row.id for row in changed]
        certificates = volunteer_queries.certificates(session, ids, community_id)
        hours = self._hours_helped(session, community_id, live.day, ids)
        stay = [row for row in changed if row.state in ranked.RANKED and row.code is not None]
        live.volunteers.put_many(
            translating.volunteer(
                row,
                row,
                load=row.load,
                certificates=certificates.get(row.id, ()),
                edition=self.reader.edition,
                hours_helped=hours.get(row.id, 0.0),
            )
            for row in stay
        )
        _take_out(live.volunteers, changed, stay)

    @staticmethod
    def _hours_helped(session: Session, community_id: int, day: date | None, ids: list[int] | None) -> dict[int, float]:
        assert day is not None, "the day is set before anything is read"
        until = datetime.combine(day, time.min)  # whole days: a ranking stays what it is all day long
        return ranked.hours_helped(session, community_id, until - HELPED_LATELY, until, ids)

    def _read_requests(self, session: Session, community_id: int, live: _Live) -> None:
        changed = ranked.requests_since(session, community_id, live.request_revision)
        stay = [row for row in changed if row.state == RequestState.OPEN and row.code is not None]
        live.requests.put_many(translating.request(row, row, live, edition=self.reader.edition) for row in stay)
        _take_out(live.requests, changed, stay)


def _take_out(index: matcher.Index | matcher.RequestIndex, changed: Iterable[Any], stay: Iterable[Any]) -> None:
    for key in sorted({str(row.id) for row in changed} - {str(row.id) for row in stay}):
        if key in index:
            index.remove(key)


def _as_text(ids: Iterable[int]) -> list[str]:
    return [str(one) for one in ids]
