"""Matches after approval: both say yes, and what follows for the request until the end."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlmodel import Session, select

from models import values
from models.actor import SYSTEM, Actor
from models.delays import local_now
from models.errors import Invalid, StaleState
from models.operations.telling import reached_by_mail, signal, tell
from models.operations.transitions import move
from models.permissions import roles_on_match, roles_on_request
from models.queries import matches as queries
from models.states import (
    MATCH_KNOWS_EACH_OTHER,
    REQUEST_FINAL,
    AppointmentState,
    MatchState,
    RequestState,
    Role,
    SignalKind,
)
from models.tables import Community, HelpRequest, Match, Person, Volunteer

MAX_HOURS = 1000.0


def roles(session: Session, match: Match, actor: Actor) -> frozenset[Role]:
    """In which qualities the actor stands to a match; empty: it is none of their business."""
    return roles_on_match(actor, queries.request_of(session, match), queries.volunteer_of(session, match))


def locked_request(session: Session, match: Match) -> HelpRequest:
    """Give the request of a match as it is now, held until the end of this transaction."""
    return hold_request(session, match.request_id)


def hold_request(session: Session, request_id: int | None) -> HelpRequest:
    """Give a request as it is now, held until the end of this transaction."""
    # On SQLite the whole database is ours already; on PostgreSQL two coordinators queue here. Whoever needs more than
    # this takes requests first, by number, and then volunteers, by number: nobody waits for who waits for them.
    # Sharing the key lets others write rows that name this one.
    return session.exec(
        select(HelpRequest)
        .where(HelpRequest.id == request_id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    ).one()


def locked_volunteer(session: Session, match: Match) -> Volunteer:
    """Give the volunteer of a match, held likewise, and the match as it is now."""
    volunteer = session.exec(
        select(Volunteer)
        .where(Volunteer.id == match.volunteer_id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    ).one()
    session.refresh(match)
    return volunteer


def is_choice_left(request: HelpRequest) -> bool:
    """Whether the resident is not asked about a volunteer: they left it to us, and it was really them who did."""
    return request.leaves_choice and request.confirmed_at is not None


def accept(session: Session, match: Match, *, actor: Actor, now: datetime) -> None:
    """The volunteer says yes; the resident is asked, or it is agreed at once if they left the choice to us."""
    request = locked_request(session, match)
    volunteer = locked_volunteer(session, match)
    community = queries.community_of(session, match.community_id)
    accepted(session, match, request, community, actor=actor, found=roles_on_match(actor, request, volunteer),
              now=now)  # fmt: skip


def accepted(
    session: Session,
    match: Match,
    request: HelpRequest,
    community: Community,
    *,
    actor: Actor,
    found: set[Role] | frozenset[Role],
    now: datetime,
    reason: str = "",
    due: datetime | None = None,
) -> None:
    """Write down the volunteer's yes; the caller holds the request and the volunteer (see `locked_request`)."""
    move(
        session, match, MatchState.ACCEPTED, actor=actor, roles=found, now=now, reason=reason, keep_reason=False,
        asked_at=now,
    )  # fmt: skip
    if is_choice_left(request):
        _agreed(session, match, request, community, actor=Actor(person_id=request.resident_id),
                found={Role.RESIDENT}, now=now, reason="left_choice", due=due)  # fmt: skip
        return
    tell_of(
        session, queries.person_of(session, request.contact_id), "proposal_resident", match, community, now, due=due
    )


def agree(session: Session, match: Match, *, actor: Actor, now: datetime) -> None:
    """The resident says yes: from now on each sees how to reach the other."""
    request = locked_request(session, match)
    community = queries.community_of(session, match.community_id)
    found = roles_on_match(actor, request, queries.volunteer_of(session, match))
    _agreed(session, match, request, community, actor=actor, found=found, now=now)


def _agreed(
    session: Session,
    match: Match,
    request: HelpRequest,
    community: Community,
    *,
    actor: Actor,
    found: set[Role] | frozenset[Role],
    now: datetime,
    reason: str = "",
    due: datetime | None = None,
) -> None:
    move(
        session, match, MatchState.AGREED, actor=actor, roles=found, now=now, reason=reason, keep_reason=False,
        agreed_at=now,
    )  # fmt: skip
    for person in both(session, match, request):
        tell_of(session, person, "match_agreed", match, community, now, due=due)
    settle(session, request, now)


def decline(
    session: Session, match: Match, reason: str, *, actor: Actor, now: datetime, personal: bool = False
) -> None:
    """Who was asked says no, with the reason; the desk sees that the next candidate is up.

    Parameters
    ----------
    personal : bool
        The reason is who the other is, and not how well the two fit: nothing is learnt from it.
    """
    why = values.text("reason", reason, limit=500)
    request, volunteer = locked_request(session, match), queries.volunteer_of(session, match)
    resident_said = match.state == MatchState.ACCEPTED
    move(
        session, match, MatchState.DECLINED, actor=actor, roles=roles_on_match(actor, request, volunteer), now=now,
        reason=why, personal=personal, ended_at=now,
    )  # fmt: skip
    if resident_said:
        tell_of(session, person_behind(session, volunteer), "match_not_chosen", match, None, now)
    _tell_desk(session, match, SignalKind.DECLINED, now)


def lapse(session: Session, match: Match, *, now: datetime) -> None:
    """Nobody answered in time: the proposal is taken back and the desk is told.

    Raises
    ------
    StaleState
        ``silence_never_counts`` where the one who was asked gets no mail: they stand on the call list.
    """
    request, volunteer = queries.request_of(session, match), queries.volunteer_of(session, match)
    helper, said_yes = person_behind(session, volunteer), match.state == MatchState.ACCEPTED
    asked = queries.person_of(session, request.contact_id) if said_yes else helper
    if match.state in (MatchState.APPROVED, MatchState.ACCEPTED) and not reached_by_mail(asked):
        raise StaleState(code="silence_never_counts", subject="match")
    move(session, match, MatchState.LAPSED, actor=SYSTEM, roles={Role.SYSTEM}, now=now, ended_at=now)
    if said_yes:  # they said yes and keep their days free
        tell_of(session, helper, "match_ended", match, None, now)
    _tell_desk(session, match, SignalKind.LAPSED, now)


def withdraw(
    session: Session, match: Match, reason: str, *, actor: Actor, now: datetime, still_wanted: bool = True
) -> None:
    """Take a match back, by either side or the desk, at any moment before its end.

    ``still_wanted`` False, said by the resident's side or the desk: the request is withdrawn with it. A volunteer
    cannot say that of somebody else's request: it opens again.
    """
    _broken_off(session, match, MatchState.WITHDRAWN, reason, actor, now, still_wanted)


def fail(
    session: Session, match: Match, reason: str, *, actor: Actor, now: datetime, still_wanted: bool = True
) -> None:
    """It did not work out; the request opens again if help is still wanted, else it is withdrawn (see `withdraw`)."""
    values.text("reason", reason, limit=500)
    _broken_off(session, match, MatchState.FAILED, reason, actor, now, still_wanted)
    _tell_desk(session, match, SignalKind.FAILED, now)


def _broken_off(
    session: Session, match: Match, state: MatchState, reason: str, actor: Actor, now: datetime, still_wanted: bool
) -> None:
    why = values.text("reason", reason, limit=500, required=False)
    request, before = locked_request(session, match), match.state
    volunteer = queries.volunteer_of(session, match)
    found = roles_on_match(actor, request, volunteer)
    role = move(session, match, state, actor=actor, roles=found, now=now, reason=why, ended_at=now)
    _end_appointments(session, match, actor, found, now)
    for person in _others_to_tell(session, match, request, volunteer, before, role):
        tell_of(session, person, "match_ended", match, None, now)
    if request.state in REQUEST_FINAL:
        return  # the whole request ends: there is nobody to look for
    if not still_wanted and role is not Role.VOLUNTEER:
        _withdraw_request(session, request, why, actor, now)
        return
    settle(session, request, now)
    if role is Role.VOLUNTEER and state is MatchState.WITHDRAWN and before != MatchState.PROPOSED:
        _tell_desk(session, match, SignalKind.WITHDRAWN, now)


def _withdraw_request(session: Session, request: HelpRequest, reason: str, actor: Actor, now: datetime) -> None:
    found = roles_on_request(actor, request)
    move(session, request, RequestState.WITHDRAWN, actor=actor, roles=found, now=now, reason=reason, ended_at=now)
    for other in queries.live_of_request(session, request.id):
        withdraw(session, other, reason, actor=actor, now=now)


def _others_to_tell(
    session: Session, match: Match, request: HelpRequest, volunteer: Volunteer, before: str, role: Role
) -> Sequence[Person]:
    """Give who knew of this match and did not end it themselves."""
    told: list[Person] = []
    volunteer_knew = before != MatchState.PROPOSED or match.origin == Role.VOLUNTEER
    if volunteer_knew and role is not Role.VOLUNTEER:
        told.append(person_behind(session, volunteer))
    resident_knew = before in (MatchState.ACCEPTED, *MATCH_KNOWS_EACH_OTHER)
    if resident_knew and role not in (Role.RESIDENT, Role.ASKER):
        told.append(queries.person_of(session, request.contact_id))
    return told


def _end_appointments(
    session: Session, match: Match, actor: Actor, found: frozenset[Role], now: datetime, *, helped: bool = False
) -> None:
    """Cancel what is still to come; what began already is done where help was given, else it stays as it was."""
    local = local_now(now, queries.community_of(session, match.community_id).timezone)
    for appointment in queries.coming_appointments(session, match.id):
        if appointment.starts_at > local or appointment.state == AppointmentState.PROPOSED:
            move(session, appointment, AppointmentState.CANCELLED, actor=actor, roles=found, now=now,
                 sequence=appointment.sequence + 1)  # fmt: skip
        elif helped:
            move(session, appointment, AppointmentState.DONE, actor=actor, roles=found, now=now)


def activate(session: Session, match: Match, *, now: datetime) -> None:
    """The first appointment is fixed, or the start date has come."""
    move(session, match, MatchState.ACTIVE, actor=SYSTEM, roles={Role.SYSTEM}, now=now, active_at=now)


def complete(
    session: Session,
    match: Match,
    *,
    actor: Actor,
    now: datetime,
    hours: float | None = None,
    thanks: str = "",
) -> None:
    """The help was given: hours and thanks are noted, the request is fulfilled."""
    columns: dict[str, Any] = {"ended_at": now}
    if hours is not None:
        if not 0 <= hours <= MAX_HOURS:
            raise Invalid("hours", "number_range", least=0, most=int(MAX_HOURS))
        columns["hours"] = hours
    if thanks.strip():
        columns["thanks"] = values.text("thanks", thanks, limit=2000)
    request = locked_request(session, match)
    volunteer = queries.volunteer_of(session, match)
    found = roles_on_match(actor, request, volunteer)
    move(session, match, MatchState.COMPLETED, actor=actor, roles=found, now=now, **columns)
    _end_appointments(session, match, actor, found, now, helped=True)
    tell_of(session, person_behind(session, volunteer), "match_completed", match, None, now)
    settle(session, request, now)


def settle(session: Session, request: HelpRequest, now: datetime) -> None:
    """Bring the request's state in line with its matches."""
    session.flush()
    together = queries.count(session, MATCH_KNOWS_EACH_OTHER, request_id=request.id)
    done = queries.count(session, (MatchState.COMPLETED,), request_id=request.id)
    enough = together + done >= request.people_wanted
    after: RequestState | None = None
    if request.state == RequestState.OPEN and enough and together:
        after = RequestState.MATCHED
    elif request.state == RequestState.MATCHED and enough and not together:
        after = RequestState.FULFILLED
    elif request.state == RequestState.MATCHED and not enough:
        after = RequestState.OPEN
    if after is not None:
        ended = {"ended_at": now} if after == RequestState.FULFILLED else {"life_at": now, "life_asked": 0}
        move(session, request, after, actor=SYSTEM, roles={Role.SYSTEM}, now=now, **ended)


def _tell_desk(session: Session, match: Match, kind: SignalKind, now: datetime) -> None:
    signal(session, kind, about=f"match:{match.id}", community_id=match.community_id, match_id=match.id,
           request_id=match.request_id, now=now)  # fmt: skip


def both(session: Session, match: Match, request: HelpRequest) -> Sequence[Person]:
    """Give whom to tell on the resident's side, and the volunteer."""
    volunteer = queries.volunteer_of(session, match)
    return [queries.person_of(session, request.contact_id), person_behind(session, volunteer)]


def person_behind(session: Session, volunteer: Volunteer) -> Person:
    """Give who the volunteer is."""
    return queries.person_of(session, volunteer.person_id)


def tell_of(
    session: Session, person: Person, name: str, match: Match, community: Community | None, now: datetime,
    due: datetime | None = None,
) -> None:  # fmt: skip
    """Tell somebody something about a match, once (see `models.operations.telling.tell`)."""
    community = community or queries.community_of(session, match.community_id)
    tell(session, person, name, about=f"match:{match.id}", community=community, now=now,
         params={"match_id": match.id}, due=due)  # fmt: skip
