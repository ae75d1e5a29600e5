"""Proposals: who is put forward for a request, and a coordinator's decision about it."""

from datetime import datetime, timedelta

from sqlalchemy.exc import IntegrityError
from sqlmodel import Session

from models import one_day, values
from models.actor import Actor
from models.delays import today
from models.errors import Invalid, NotAllowed, StaleState
from models.grounds import UNKNOWN, Grounds
from models.operations import meetings
from models.operations.audit import record
from models.operations.matches import (
    accepted,
    hold_request,
    locked_request,
    locked_volunteer,
    person_behind,
    roles,
    settle,
    tell_of,
)
from models.operations.telling import UNDO_SECONDS, after_undo
from models.operations.transitions import move, touch
from models.permissions import coordinates, roles_on_match, roles_on_volunteer
from models.queries import blocks
from models.queries import matches as queries
from models.queries.appointments import of_volunteer_between as appointments_between
from models.rules import help_day, holds_vog, needs_vog
from models.states import (
    MATCH_LIVE,
    MATCH_TAKES_PLACE,
    MatchState,
    RequestState,
    Role,
    VolunteerState,
)
from models.tables import Community, Dismissal, HelpRequest, Match, MeetingPlace, Volunteer


def propose(
    session: Session,
    request: HelpRequest,
    volunteer: Volunteer,
    *,
    actor: Actor,
    now: datetime,
    note: str = "",
    grounds: Grounds = UNKNOWN,
    meeting_place_id: int | None = None,
) -> Match:
    """Propose a volunteer for an open request. A volunteer who proposes themselves has said yes by that.

    Returns
    -------
    Match
        For a volunteer's second click the one of their first, unchanged.

    Raises
    ------
    NotAllowed
        For anybody but a coordinator there, that volunteer, or the system where the community lets it; ``not_possible``
        for a blocked pair; ``own_request``.
    StaleState
        If the request is not open, the volunteer not active, or the two are brought together already. A coordinator
        who comes too late is told ``taken``, as by `approve`.
    """
    role = _proposing_role(actor, request, volunteer)
    if role is Role.SYSTEM and not queries.community_of(session, request.community_id).proposes_itself:
        raise NotAllowed(wanted=MatchState.PROPOSED)
    hold_request(session, request.id)
    said_before = _offered_before(session, request, volunteer) if role is Role.VOLUNTEER else None
    if said_before is not None:
        return said_before
    _check_pair(session, request, volunteer)
    if request.state == RequestState.MATCHED and role is Role.COORDINATOR:
        _check_room(session, request)
    if request.state != RequestState.OPEN:
        raise StaleState(state=request.state, wanted=MatchState.PROPOSED, subject="request")
    if role is not Role.COORDINATOR and queries.ended_badly(session, request.id, volunteer.id):
        raise StaleState(code="tried_before", subject="match")
    _check_meeting_place(session, meeting_place_id, request.community_id)
    match = Match(
        community_id=volunteer.community_id,
        request_id=_id(request.id),
        volunteer_id=_id(volunteer.id),
        origin=str(role),
        proposed_by=actor.person_id,
        note=values.text("note", note, limit=2000, required=False),
        score=grounds.score,
        codes=grounds.codes,
        factors=grounds.factors,
        proposed_at=now,
        meeting_place_id=meeting_place_id,
    )
    try:
        with session.begin_nested():
            session.add(match)
    except IntegrityError as error:
        raise StaleState(code="already_proposed", subject="match") from error
    if role is Role.VOLUNTEER:  # by that they say that their offer stands
        volunteer.confirmed_on = today(now, queries.community_of(session, match.community_id).timezone)
        session.add(volunteer)
    record(session, actor=actor, role=role, action="match_proposed", subject="match", subject_id=match.id, now=now,
           community_id=match.community_id, after=MatchState.PROPOSED)  # fmt: skip
    touch(session, match)
    return match


def _proposing_role(actor: Actor, request: HelpRequest, volunteer: Volunteer) -> Role:
    found = roles_on_volunteer(actor, volunteer)
    if request.community_id != volunteer.community_id:
        raise NotAllowed(wanted=MatchState.PROPOSED)
    for role in (Role.VOLUNTEER, Role.COORDINATOR, Role.SYSTEM):
        if role in found:
            return role
    raise NotAllowed(wanted=MatchState.PROPOSED)


def _offered_before(session: Session, request: HelpRequest, volunteer: Volunteer) -> Match | None:
    """Give what a volunteer's first click wrote down."""
    waiting = [m for m in queries.live_of_request(session, request.id) if m.state == MatchState.PROPOSED]
    return next((m for m in waiting if m.volunteer_id == volunteer.id and m.origin == Role.VOLUNTEER), None)


def _check_pair(session: Session, request: HelpRequest, volunteer: Volunteer) -> None:
    theirs = (request.resident_id, request.asker_id)
    if blocks.is_one_of(session, volunteer.person_id, theirs):
        raise NotAllowed(code="own_request")
    if blocks.any_blocked(session, volunteer.person_id, theirs):
        raise NotAllowed(code="not_possible")
    if volunteer.state != VolunteerState.ACTIVE:
        raise StaleState(state=volunteer.state, code="volunteer_not_active", subject="volunteer")


def _check_meeting_place(session: Session, place_id: int | None, community_id: int | None) -> None:
    place = session.get(MeetingPlace, place_id) if place_id is not None else None
    if place_id is not None and (place is None or place.community_id != community_id or not place.open):
        raise Invalid("meeting_place", "choice")


def approve(session: Session, match: Match, *, actor: Actor, now: datetime) -> None:
    """Approve a proposed match: the volunteer is asked, or the resident at once if the volunteer offered.

    Two colleagues at once: one wins, the other gets ``StaleState`` with ``details["volunteer_id"]`` of who was chosen.

    Raises
    ------
    StaleState
        ``taken`` (somebody else was approved), ``no_capacity``, ``busy_then`` (an appointment at that time),
        ``volunteer_not_active``, or the old state is gone.
    NotAllowed
        ``not_possible`` for a blocked pair; ``needs_vog`` without a valid certificate.
    """
    request = locked_request(session, match)
    volunteer = locked_volunteer(session, match)
    found = roles_on_match(actor, request, volunteer)
    if not coordinates(actor, match.community_id):
        raise NotAllowed(wanted=MatchState.APPROVED)
    if match.state != MatchState.PROPOSED:
        raise StaleState(state=match.state, wanted=MatchState.APPROVED, subject="match")
    community = queries.community_of(session, match.community_id)
    _check_room(session, request)
    _check_pair(session, request, volunteer)
    if queries.load(session, volunteer.id) >= volunteer.capacity:
        raise StaleState(code="no_capacity", subject="volunteer")
    _check_free(session, request, volunteer)
    _check_vog(session, community, request, volunteer, now)
    move(
        session, match, MatchState.APPROVED, actor=actor, roles=found, now=now,
        approved_at=now, approved_by=actor.person_id, asked_at=now,
    )  # fmt: skip
    if match.origin == Role.VOLUNTEER:
        accepted(session, match, request, community, actor=Actor(person_id=volunteer.person_id),
                  found={Role.VOLUNTEER}, now=now, reason="offered", due=after_undo(now))  # fmt: skip
    else:
        tell_of(
            session, person_behind(session, volunteer), "proposal_volunteer", match, community, now, due=after_undo(now)
        )


def _check_room(session: Session, request: HelpRequest) -> None:
    taken = [m for m in queries.live_of_request(session, request.id) if m.state in MATCH_TAKES_PLACE]
    done = queries.count(session, (MatchState.COMPLETED,), request_id=request.id)
    if taken and len(taken) + done >= request.people_wanted:
        raise StaleState(code="taken", subject="match", volunteer_id=taken[-1].volunteer_id)
    if request.state != RequestState.OPEN:
        raise StaleState(state=request.state, wanted=MatchState.APPROVED, subject="request")


def _check_free(session: Session, request: HelpRequest, volunteer: Volunteer) -> None:
    asked = one_day.stretches(request.when)
    if not asked:
        return
    planned = appointments_between(
        session, volunteer.id, min(start for start, _ in asked), max(end for _, end in asked)
    )
    taken = [(one.starts_at, one.ends_at) for one in planned]
    if all(meetings.share_time([span], taken) for span in asked):
        raise StaleState(code="busy_then", subject="volunteer")


def _check_vog(
    session: Session, community: Community, request: HelpRequest, volunteer: Volunteer, now: datetime
) -> None:
    if not needs_vog(community, request.kinds):
        return
    on = help_day(request.when, today(now, community.timezone))
    if not holds_vog(queries.certificates(session, volunteer.id), on):
        raise NotAllowed(code="needs_vog")


def undo_approval(session: Session, match: Match, *, actor: Actor, now: datetime) -> Match:
    """Take an approval back before anybody was told; gives a new proposed match of the same pair.

    Raises
    ------
    StaleState
        ``too_late`` once the message may have gone out.
    """
    if not coordinates(actor, match.community_id):
        raise NotAllowed(wanted="undo")
    waiting = (MatchState.APPROVED, MatchState.ACCEPTED, MatchState.AGREED)
    if match.approved_at is None or match.state not in waiting:
        raise StaleState(state=match.state, wanted=MatchState.PROPOSED, subject="match")
    if now >= match.approved_at + timedelta(seconds=UNDO_SECONDS):
        raise StaleState(code="too_late", subject="match")
    request, volunteer = locked_request(session, match), queries.volunteer_of(session, match)
    move(
        session, match, MatchState.WITHDRAWN, actor=actor, roles=roles_on_match(actor, request, volunteer), now=now,
        reason="undone", ended_at=now,
    )  # fmt: skip
    settle(session, request, now)
    again = Match(
        **match.model_dump(include={"community_id", "request_id", "volunteer_id", "origin", "proposed_by", "note",
                                    "score", "codes", "factors", "proposed_at", "meeting_place_id"})
    )  # fmt: skip
    session.add(again)
    session.flush()
    record(session, actor=actor, role=Role.COORDINATOR, action="match_proposed", subject="match", subject_id=again.id,
           now=now, community_id=again.community_id, after=MatchState.PROPOSED, reason="undone")  # fmt: skip
    touch(session, again)
    return again


def reject(session: Session, match: Match, reason: str, *, actor: Actor, now: datetime) -> None:
    """Do not use a proposal, with the reason; a volunteer who had offered is told kindly."""
    why = values.text("reason", reason, limit=500)
    request, volunteer = locked_request(session, match), queries.volunteer_of(session, match)
    move(
        session, match, MatchState.REJECTED, actor=actor, roles=roles_on_match(actor, request, volunteer), now=now,
        reason=why, ended_at=now,
    )  # fmt: skip
    if match.origin == Role.VOLUNTEER:
        tell_of(session, person_behind(session, volunteer), "match_not_chosen", match, None, now)


def choose_meeting_place(
    session: Session, match: Match, meeting_place_id: int | None, *, actor: Actor, now: datetime
) -> None:
    """Say where the first meeting is; None: at home."""
    found = roles(session, match, actor) - {Role.SYSTEM}
    if not found or match.state not in MATCH_LIVE:
        raise NotAllowed(wanted="meeting_place")
    _check_meeting_place(session, meeting_place_id, match.community_id)
    match.meeting_place_id = meeting_place_id
    session.add(match)
    record(session, actor=actor, role=sorted(found)[0], action="meeting_place_chosen", subject="match",
           subject_id=match.id, now=now, community_id=match.community_id)  # fmt: skip


def dismiss(
    session: Session, volunteer: Volunteer, request: HelpRequest, reason: str, *, actor: Actor, now: datetime
) -> None:
    """ "Niets voor mij": the volunteer is not shown or asked this request again."""
    if Role.VOLUNTEER not in roles_on_volunteer(actor, volunteer) or request.community_id != volunteer.community_id:
        raise NotAllowed(wanted="dismiss")
    why = values.text("reason", reason, limit=40, required=False)
    if queries.dismissal(session, request.id, volunteer.id) is None:
        session.add(Dismissal(volunteer_id=_id(volunteer.id), request_id=_id(request.id), reason=why, created_at=now))
        record(session, actor=actor, role=Role.VOLUNTEER, action="request_dismissed", subject="request",
               subject_id=request.id, now=now, community_id=request.community_id, reason=why)  # fmt: skip
        touch(session, volunteer)


def _id(value: int | None) -> int:
    assert value is not None, "the row was flushed"
    return value
