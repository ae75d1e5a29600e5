"""Reads for the report about who finds help, and how soon."""

from datetime import datetime
from typing import Any

from sqlalchemy import func
from sqlmodel import Session, col, select

from matcher.fairness import Asked
from models.states import RequestState
from models.tables import HelpRequest, Match

_DAY = 86400.0
_NOT_COUNTED = (RequestState.DRAFT, RequestState.CLOSED, RequestState.REFERRED, RequestState.WITHDRAWN)
"""Never for volunteers, or the resident stopped it: neither tells whether volunteers were found."""


def asked(session: Session, community_id: int | None, *, since: datetime, now: datetime) -> list[tuple[Asked, str]]:
    """Give the requests of a community that were sent since then, each with its four-digit postcode.

    Their groups are their kinds of help.
    """
    agreed = (
        select(col(Match.request_id).label("request_id"), func.min(col(Match.agreed_at)).label("first"))
        .where(Match.community_id == community_id, col(Match.agreed_at).is_not(None))
        .group_by(col(Match.request_id))
        .subquery()
    )
    columns: Any = HelpRequest
    query: Any = (
        select(  # type: ignore[call-overload]
            columns.kinds, columns.postcode, columns.submitted_at, columns.state, columns.ended_at, agreed.c.first
        )
        .outerjoin(agreed, agreed.c.request_id == columns.id)
        .where(
            columns.community_id == community_id,
            columns.submitted_at >= since,
            col(HelpRequest.state).not_in([str(state) for state in _NOT_COUNTED]),
        )
        .order_by(columns.id)
    )
    found = []
    for kinds, postcode, sent, state, ended, first in session.exec(query):
        until = now if first is not None or ended is None else min(ended, now)
        one = Asked(
            groups=tuple(kinds),
            age=_days(sent, until),
            found_after=None if first is None else _days(sent, first),
            waits=state == RequestState.OPEN,
        )
        found.append((one, postcode[:4]))
    return found


def _days(since: datetime, until: datetime) -> float:
    return max(0.0, (until - since).total_seconds() / _DAY)
