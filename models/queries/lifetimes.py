"""Which requests must not be forgotten: promised answers, no match yet, no sign of life, a day that is past."""

from datetime import date, datetime, timedelta
from typing import Any, cast

from sqlalchemy import func
from sqlalchemy.orm import defer
from sqlmodel import Session, col, select

from models.delays import days_since, today
from models.queries import matches as match_queries
from models.queries import volunteers
from models.queries.reminders import Due
from models.rules import is_over
from models.states import MATCH_LIVE, MATCH_TAKES_PLACE, MatchState, MessageState, RequestState
from models.tables import AuditEntry, Call, Community, HelpRequest, Match, OfferDraft, OutboxMessage, Signal
from models.working_days import working_days_after

LIFE_ASKED_AFTER = (30, 45)
"""Days without a sign of life after which a resident is asked whether it is still wanted."""
LIFE_ENDS_AFTER = 60
_BETWEEN = LIFE_ASKED_AFTER[1] - LIFE_ASKED_AFTER[0]
"""So many days somebody has to answer, however late they were asked."""
DRAFT_DAYS = 30
_LASTS = (RequestState.OPEN, RequestState.ON_HOLD)


def unmatched(session: Session, now: datetime) -> list[Due]:
    """Give open requests without a match for so many days that resident and desk are told; once for each opening."""
    rows = _of_state(session, RequestState.OPEN)
    waiting = [(row, community) for row, community in rows if must_tell_no_match(session, row, community, now)]
    keys = {row.id: f"no_match:{unmatched_about(session, row)}" for row, _community in waiting}
    return [Due(_id(row), row.community_id) for row, _ in waiting if not _signalled(session, keys[row.id])]


def must_tell_no_match(session: Session, request: HelpRequest, community: Community, now: datetime) -> bool:
    """Whether this request has been open too long without anybody who was approved."""
    if request.state != RequestState.OPEN:
        return False
    # The log is only read for a request that was opened long enough ago the first time.
    if days_since(request.opened_at or request.created_at, now, community.timezone) < community.no_match_days:
        return False
    if days_since(opened_at(session, request), now, community.timezone) < community.no_match_days:
        return False
    return match_queries.count(session, MATCH_TAKES_PLACE, request_id=request.id) == 0


def unmatched_about(session: Session, request: HelpRequest) -> str:
    """Give what makes this the one time for this opening."""
    return f"request:{request.id}:{opened_at(session, request):%Y%m%dT%H%M}"


def opened_at(session: Session, request: HelpRequest) -> datetime:
    """Give when a request was last opened: first, after a pause, or after a match that ended."""
    query = select(func.max(AuditEntry.at)).where(
        AuditEntry.subject == "request",
        AuditEntry.subject_id == request.id,
        AuditEntry.after == RequestState.OPEN,
        AuditEntry.before != RequestState.ASKED_BACK,  # a question in between opens nothing anew
    )
    logged = session.exec(query).one()
    moments = [moment for moment in (logged, request.opened_at) if moment is not None]
    return max(moments, default=request.created_at)


def promises(session: Session, now: datetime) -> list[Due]:
    """Give requests that nobody looked at within the community's promised working days."""
    return [
        Due(_id(row), row.community_id)
        for row, community in _of_state(session, RequestState.SUBMITTED)
        if must_keep_promise(row, community, now) and not _signalled(session, f"promise:request:{row.id}")
    ]


def must_keep_promise(request: HelpRequest, community: Community, now: datetime) -> bool:
    """Whether the promised time is up on this day and nothing was said yet."""
    if request.state != RequestState.SUBMITTED or request.answered_at is not None or request.submitted_at is None:
        return False
    asked_on, on = today(request.submitted_at, community.timezone), today(now, community.timezone)
    return working_days_after(asked_on, on) >= community.promised_working_days


def to_ask_for_life(session: Session, now: datetime) -> list[Due]:
    """Give requests whose resident must be asked whether help is still wanted."""
    return [
        Due(_id(row), row.community_id)
        for row, community in _of_state(session, *_LASTS)
        if next_life_question(session, row, community, now) is not None
    ]


def next_life_question(session: Session, request: HelpRequest, community: Community, now: datetime) -> int | None:
    """Give which question after a sign of life is due now, 1 or 2; None: none is."""
    number = request.life_asked + 1
    if request.state not in _LASTS or number > len(LIFE_ASKED_AFTER):
        return None
    if _quiet_days(request, community, now) < LIFE_ASKED_AFTER[number - 1] or _is_being_helped(session, request):
        return None
    if number > 1 and not _had_time(session, request, number - 1, community, now):
        return None
    return number


def without_life(session: Session, now: datetime) -> list[Due]:
    """Give requests that end: 60 days without a sign of life, after asking twice."""
    return [
        Due(_id(row), row.community_id)
        for row, community in _of_state(session, *_LASTS)
        if must_end(session, row, community, now)
    ]


def must_end(session: Session, request: HelpRequest, community: Community, now: datetime) -> bool:
    """Whether nobody answered twice; silence of somebody who was not reached does not count."""
    return (
        request.state in _LASTS
        and request.life_asked >= len(LIFE_ASKED_AFTER)
        and _quiet_days(request, community, now) >= LIFE_ENDS_AFTER
        and _had_time(session, request, len(LIFE_ASKED_AFTER), community, now)
        and match_queries.count(session, MATCH_LIVE, request_id=request.id) == 0
    )


def life_about(request: HelpRequest, number: int) -> str:
    """Give what makes a question this one: the request, its last sign of life, and which of the two."""
    return f"request:{request.id}:{request.life_at:%Y%m%dT%H%M}:{number}"


def _quiet_days(request: HelpRequest, community: Community, now: datetime) -> int:
    """Count days since the last sign of life; "not until March" is one that lasts until March."""
    days = days_since(request.life_at or request.created_at, now, community.timezone)
    if request.state == RequestState.ON_HOLD and request.hold_until is not None:
        days = min(days, (today(now, community.timezone) - request.hold_until).days)
    return days


def _had_time(session: Session, request: HelpRequest, number: int, community: Community, now: datetime) -> bool:
    """Whether a question really reached its reader, and long enough ago."""
    key = f"request_still_wanted:{life_about(request, number)}:{request.contact_id}"
    message = session.exec(select(OutboxMessage).where(OutboxMessage.key == key)).first()
    call = session.exec(select(Call).where(Call.key == key)).first()
    reached = call.done_at if call is not None else None
    if call is None and message is not None and message.state == MessageState.SENT:
        reached = message.ended_at
    return reached is not None and days_since(reached, now, community.timezone) >= _BETWEEN


def _is_being_helped(session: Session, request: HelpRequest) -> bool:
    return match_queries.count(session, MATCH_TAKES_PLACE, request_id=request.id) > 0


def past_their_day(session: Session, now: datetime) -> list[Due]:
    """Give requests whose last day is past and for which nobody is under way."""
    return [
        Due(_id(row), row.community_id)
        for row, community in _of_state(session, *_LASTS)
        if is_past(row, community, now)
        and not _is_being_helped(session, row)
        and not _signalled(session, f"date_past:request:{row.id}")
    ]


def is_past(request: HelpRequest, community: Community, now: datetime) -> bool:
    """Whether the last day on which this help makes sense is over."""
    return request.state in _LASTS and is_over(request, today(now, community.timezone))


def holds_over(session: Session, now: datetime) -> list[Due]:
    """Give requests that were put aside until a day that has come, and that the desk was not told of yet."""
    return [
        Due(_id(row), row.community_id)
        for row, community in _of_state(session, RequestState.ON_HOLD)
        if is_hold_over(row, community, now) and not _signalled(session, f"hold_over:{hold_about(row)}")
    ]


def is_hold_over(request: HelpRequest, community: Community, now: datetime) -> bool:
    """Whether a request was put aside until today or before."""
    until: date | None = request.hold_until
    return request.state == RequestState.ON_HOLD and until is not None and until <= today(now, community.timezone)


def hold_about(request: HelpRequest) -> str:
    """Give what makes this the one time for this date."""
    return f"request:{request.id}:{request.hold_until}"


def to_propose(session: Session, now: datetime) -> list[Due]:  # noqa: ARG001  # every rule is asked the same way
    """Give open requests without any running match, in communities where the system proposes by itself."""
    columns: Any = HelpRequest
    running = select(Match.request_id).where(col(Match.state).in_(MATCH_LIVE))
    query = (
        select(HelpRequest)
        .join(Community, col(Community.id) == HelpRequest.community_id)
        .where(
            HelpRequest.state == RequestState.OPEN,
            col(Community.proposes_itself).is_(True),
            columns.id.not_in(running),
        )
    )
    rows = session.exec(query.order_by(columns.opened_at, columns.id)).all()
    return [Due(_id(row), row.community_id) for row in rows]


def old_drafts(session: Session, now: datetime) -> list[Due]:
    """Give drafts that nobody sent within thirty days."""
    query = select(HelpRequest.id).where(
        HelpRequest.state == RequestState.DRAFT, HelpRequest.created_at < now - timedelta(days=DRAFT_DAYS)
    )
    return [Due(i, None) for i in session.exec(query.order_by(col(HelpRequest.id))) if i is not None]


def old_offer_drafts(session: Session, now: datetime) -> list[Due]:
    """Give offers that nobody touched for thirty days and never sent."""
    query = select(OfferDraft.id, OfferDraft.community_id).where(OfferDraft.updated_at < now - volunteers.DRAFT_KEPT)
    return [Due(i, community) for i, community in session.exec(query.order_by(col(OfferDraft.id))) if i is not None]


def only_proposed(session: Session, request: HelpRequest) -> bool:
    """Whether all that runs for a request is waiting for the desk's decision."""
    live = match_queries.live_of_request(session, request.id)
    return bool(live) and all(match.state == MatchState.PROPOSED for match in live)


def _of_state(session: Session, *states: RequestState) -> list[tuple[HelpRequest, Community]]:
    query = (
        select(HelpRequest, Community)
        .join(Community, col(Community.id) == HelpRequest.community_id)
        .where(col(HelpRequest.state).in_(states))
        .options(defer(cast(Any, HelpRequest.vector)))
    )
    return list(session.exec(query.order_by(col(HelpRequest.id))))


def _signalled(session: Session, key: str) -> bool:
    return session.exec(select(Signal.id).where(Signal.key == key)).first() is not None


def _id(row: HelpRequest) -> int:
    assert row.id is not None, "a row that was read has a number"
    return row.id
