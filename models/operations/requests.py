"""Help requests after they were sent: triage, and every change until the end."""

from datetime import date, datetime
from typing import Any

from sqlmodel import Session

from models import values
from models.actor import SYSTEM, Actor
from models.delays import today
from models.errors import Invalid, NotAllowed, NotFound, StaleState
from models.kinds import BY_SLUG
from models.operations import matches, worries
from models.operations.audit import record
from models.operations.telling import signal, tell
from models.operations.transitions import move, touch
from models.permissions import coordinates, roles_on_request
from models.queries import matches as match_queries
from models.queries import requests as queries
from models.rules import check_summary
from models.states import MATCH_TAKES_PLACE, REQUEST_FINAL, MatchState, RequestState, Role, SignalKind
from models.tables import Community, HelpRequest

URGENCIES = ("low", "normal", "high")
MAX_KINDS = 5
MAX_PEOPLE = 20
_HAS_SUMMARY = (RequestState.OPEN, RequestState.ON_HOLD, RequestState.ASKED_BACK, RequestState.MATCHED)


def check_kinds(given: list[str]) -> list[str]:
    """Check slugs of kinds of help: known ones, at most `MAX_KINDS`; one given twice counts once.

    Raises
    ------
    Invalid
        ``too_many_kinds``, ``choice``, field ``kinds``.
    """
    kinds = list(dict.fromkeys(given))
    if len(kinds) > MAX_KINDS:
        raise Invalid("kinds", "too_many_kinds", limit=MAX_KINDS)
    if not all(kind in BY_SLUG for kind in kinds):
        raise Invalid("kinds", "choice")
    return kinds


def check_people_wanted(given: int) -> int:
    """Check how many volunteers are wanted: 1 to `MAX_PEOPLE`, else Invalid ``number_range``."""
    if isinstance(given, bool) or not 1 <= given <= MAX_PEOPLE:
        raise Invalid("people_wanted", "number_range", least=1, most=MAX_PEOPLE)
    return given


def publish(
    session: Session,
    request: HelpRequest,
    *,
    summary: str,
    kinds: list[str],
    urgency: str,
    actor: Actor,
    now: datetime,
    people_wanted: int = 1,
) -> None:
    """Open a request to volunteers, under a summary that is fit for everybody.

    Raises
    ------
    Invalid
        ``required`` for kinds or summary; ``summary_name``, ``summary_contact``.
    """
    _stands(request, RequestState.SUBMITTED, RequestState.OPEN, actor)
    if not coordinates(actor, request.community_id):
        raise NotAllowed(wanted=RequestState.OPEN, subject="request")
    clean = values.text("summary", summary, limit=1000)
    check_summary(clean, queries.people_of(session, request))
    if not kinds:
        raise Invalid("kinds", "required")
    if urgency not in URGENCIES:
        raise Invalid("urgency", "choice")
    let_through(
        session,
        request,
        match_queries.community_of(session, request.community_id),
        actor=actor,
        roles=roles_on_request(actor, request),
        now=now,
        summary=clean,
        kinds=check_kinds(kinds),
        urgency=urgency,
        people_wanted=check_people_wanted(people_wanted),
    )


def let_through(
    session: Session,
    request: HelpRequest,
    community: Community,
    *,
    actor: Actor,
    roles: set[Role] | frozenset[Role],
    now: datetime,
    **columns: Any,
) -> None:
    """Open a request to volunteers, by a coordinator or by a community's rule, and tell the resident."""
    if request.state != RequestState.SUBMITTED:
        raise StaleState(state=request.state, wanted=RequestState.OPEN, subject="request")
    move(
        session, request, RequestState.OPEN, actor=actor, roles=roles, now=now,
        opened_at=now, life_at=now, answered_at=request.answered_at or now, **columns,
    )  # fmt: skip
    tell_contact(session, request, "request_open", now, community=community)


def change_summary(session: Session, request: HelpRequest, summary: str, *, actor: Actor, now: datetime) -> None:
    """Better the public summary of a request that is open already."""
    if not coordinates(actor, request.community_id):
        raise NotAllowed(wanted="summary")
    if request.state not in _HAS_SUMMARY:
        raise StaleState(state=request.state, wanted="summary", subject="request")
    clean = values.text("summary", summary, limit=1000)
    check_summary(clean, queries.people_of(session, request))
    request.summary = clean
    session.add(request)
    touch(session, request)
    _record(session, request, "summary_changed", actor, Role.COORDINATOR, now)


def ask_back(session: Session, request: HelpRequest, question: str, *, actor: Actor, now: datetime) -> None:
    """Ask the resident something; answered, the request goes back to where it was."""
    clean = values.text("question", question, limit=2000)
    move(
        session, request, RequestState.ASKED_BACK, actor=actor, roles=roles_on_request(actor, request), now=now,
        question=clean, came_from=request.state, answered_at=request.answered_at or now,
    )  # fmt: skip
    tell_contact(session, request, "request_question", now, each_time=True)


def answer(session: Session, request: HelpRequest, said: str, *, actor: Actor, now: datetime) -> None:
    """Write down the answer to the coordinator's question, below what was asked first."""
    clean = values.text("answer", said, limit=2000)
    if request.state != RequestState.ASKED_BACK:
        raise StaleState(state=request.state, wanted=RequestState.SUBMITTED, subject="request")
    whole = f"{request.text}\n\n{clean}"
    if len(whole) > values.TEXT_LIMIT:  # nothing that somebody wrote is cut off in silence
        raise Invalid("answer", "too_long", limit=max(0, values.TEXT_LIMIT - len(request.text) - 2))
    move(
        session, request, request.came_from, actor=actor, roles=roles_on_request(actor, request), now=now,
        text=whole, edition="", life_at=now, life_asked=0,
    )  # fmt: skip
    matches.settle(session, request, now)  # somebody may have agreed while the question stood open
    signal(session, SignalKind.ANSWERED, about=f"request:{request.id}:{now:%Y%m%d%H%M}",
           community_id=_community_id(request), request_id=request.id, now=now)  # fmt: skip
    worries.tell_desk(session, request, clean, now=now)


def refer(session: Session, request: HelpRequest, to: str, *, actor: Actor, now: datetime) -> None:
    """Refer to somebody who can help better, with where to."""
    where = values.text("referred_to", to, limit=500)
    _end(session, request, RequestState.REFERRED, "request_referred", where, actor, now, referred_to=where)


def close(session: Session, request: HelpRequest, reason: str, *, actor: Actor, now: datetime) -> None:
    """Close a request that is not for us or came twice, with the reason."""
    why = values.text("reason", reason, limit=500)
    _end(session, request, RequestState.CLOSED, "request_closed", why, actor, now)


def withdraw(session: Session, request: HelpRequest, reason: str, *, actor: Actor, now: datetime) -> None:
    """Take a request back, at any moment before its end."""
    why = values.text("reason", reason, limit=500, required=False)
    if request.state == RequestState.DRAFT:
        raise StaleState(state=request.state, wanted=RequestState.WITHDRAWN, subject="request")
    matches.hold_request(session, request.id)  # not needed any more stays so, even if somebody was found meanwhile
    _end(session, request, RequestState.WITHDRAWN, "request_withdrawn", why, actor, now)


def forget_draft(session: Session, draft: HelpRequest, *, now: datetime) -> None:
    """Throw a draft away, words and all; only that there was one stays."""
    if draft.state != RequestState.DRAFT:
        raise StaleState(state=draft.state, wanted=RequestState.WITHDRAWN, subject="request")
    move(
        session, draft, RequestState.WITHDRAWN, actor=Actor(), roles={Role.RESIDENT}, now=now, ended_at=now,
        answers={}, draft_key=None,
    )  # fmt: skip


def hold(
    session: Session, request: HelpRequest, until: date | None, reason: str, *, actor: Actor, now: datetime
) -> None:
    """Put an open request aside until a date; proposals that wait for an answer are taken back."""
    _stands(request, RequestState.OPEN, RequestState.ON_HOLD, actor)
    community = match_queries.community_of(session, request.community_id)
    if until is not None and until <= today(now, community.timezone):
        raise Invalid("hold_until", "date_past")
    why = values.text("reason", reason, limit=500, required=False)
    roles = roles_on_request(actor, request)
    move(session, request, RequestState.ON_HOLD, actor=actor, roles=roles, now=now, reason=why, hold_until=until)
    for match in match_queries.live_of_request(session, request.id):
        if match.state in (MatchState.APPROVED, MatchState.ACCEPTED):
            matches.withdraw(session, match, why, actor=actor, now=now)


def resume(session: Session, request: HelpRequest, *, actor: Actor, now: datetime) -> None:
    """Take up a request again that was put aside."""
    if request.state != RequestState.ON_HOLD:
        raise StaleState(state=request.state, wanted=RequestState.OPEN, subject="request")
    move(
        session, request, RequestState.OPEN, actor=actor, roles=roles_on_request(actor, request), now=now,
        hold_until=None, life_at=now, life_asked=0,
    )  # fmt: skip
    matches.settle(session, request, now)


def still_wanted(session: Session, request: HelpRequest, *, actor: Actor, now: datetime) -> None:
    """Note a sign of life: the help is still wanted."""
    roles = roles_on_request(actor, request)
    if not roles:
        raise NotAllowed(wanted="still_wanted")
    if request.state in REQUEST_FINAL or request.state == RequestState.DRAFT:
        raise StaleState(state=request.state, wanted="still_wanted", subject="request")
    request.life_at, request.life_asked = now, 0
    session.add(request)
    _record(session, request, "still_wanted", actor, next(iter(sorted(roles))), now)


def expire(session: Session, request: HelpRequest, *, now: datetime) -> None:
    """End a request whose day is past, or that nobody gave a sign of life about (see the jobs)."""
    if any(m.state in MATCH_TAKES_PLACE for m in match_queries.live_of_request(session, request.id)):
        raise StaleState(state=request.state, wanted=RequestState.EXPIRED, subject="request")
    move(session, request, RequestState.EXPIRED, actor=SYSTEM, roles={Role.SYSTEM}, now=now, ended_at=now)
    tell_contact(session, request, "request_expired", now)


def _stands(request: HelpRequest, before: RequestState, after: RequestState, actor: Actor) -> None:
    """Refuse before anything is looked up; a draft has no community yet."""
    if not roles_on_request(actor, request):
        raise NotAllowed(wanted=after, subject="request")
    if request.state != before:
        raise StaleState(state=request.state, wanted=after, subject="request")


def _end(
    session: Session, request: HelpRequest, state: RequestState, message: str, reason: str, actor: Actor,
    now: datetime, **columns: Any,
) -> None:  # fmt: skip
    roles = roles_on_request(actor, request)
    role = move(session, request, state, actor=actor, roles=roles, now=now, reason=reason, ended_at=now, **columns)
    for match in match_queries.live_of_request(session, request.id):
        matches.withdraw(session, match, reason, actor=actor, now=now, still_wanted=False)
    if role is Role.COORDINATOR or actor.person_id not in (None, request.contact_id):
        # Who withdrew it themselves is sent nothing any more.
        tell_contact(session, request, message, now)


def tell_contact(
    session: Session, request: HelpRequest, name: str, now: datetime, *, community: Community | None = None,
    each_time: bool = False,
) -> None:  # fmt: skip
    """Tell who is written to about a request; ``each_time``: more than once about the same request."""
    about = f"request:{request.id}" + (f":{now:%Y%m%d%H%M%S}" if each_time else "")
    tell(
        session,
        match_queries.person_of(session, request.contact_id),
        name,
        about=about,
        community=community or match_queries.community_of(session, request.community_id),
        now=now,
        params={"request_id": request.id},
    )


def _record(session: Session, request: HelpRequest, action: str, actor: Actor, role: Role, now: datetime) -> None:
    record(session, actor=actor, role=role, action=action, subject="request", subject_id=request.id, now=now,
           community_id=request.community_id)  # fmt: skip


def _community_id(request: HelpRequest) -> int:
    if request.community_id is None:
        raise NotFound
    return request.community_id
