"""The rules of what happens when nobody clicks: each looks at one row again, in its own transaction, and acts.

Which rows are due is told by `models.queries.reminders` and `models.queries.lifetimes`. Doing one twice, or with the
clock a day off, does nothing more: everything said has a unique key, every change is guarded by the old state.
"""

from collections.abc import Callable
from datetime import datetime

from sqlmodel import Session, select

from models.actor import SYSTEM
from models.delays import today
from models.errors import Refused, StaleState
from models.grounds import Grounds
from models.operations import checkins, choices, matches, proposals, requests
from models.operations.telling import UNDO_SECONDS, put_on_call_list, signal, tell
from models.queries import choices as choice_queries
from models.queries import lifetimes
from models.queries import matches as match_queries
from models.queries import reminders as queries
from models.queries.appointments import STANDING
from models.states import MATCH_KNOWS_EACH_OTHER, CallReason, RequestState, SignalKind, VolunteerState
from models.tables import Appointment, CheckIn, Community, HelpRequest, Match, Volunteer

Best = Callable[[Session, HelpRequest, Community, datetime], tuple[Volunteer, Grounds] | None]
"""Gives the best candidate for a request with score and reasons (codes); None: nobody fits."""


def remind_of_proposal(session: Session, match_id: int, *, now: datetime) -> None:
    """No answer to a proposal for some days: ask once more."""
    match, community = _match(session, match_id)
    if not queries.must_remind(session, match, community, now):
        return
    found = queries.asked(session, match)
    tell(session, found.person, f"{found.name}_reminder", about=f"match:{match.id}", community=community, now=now,
         params={"match_id": match.id})  # fmt: skip


def lapse_proposal(session: Session, match_id: int, *, now: datetime) -> None:
    """Still no answer: the proposal lapses, and the desk sees that the next candidate is up."""
    match, community = _match(session, match_id)
    matches.locked_request(session, match)
    session.refresh(match)
    if queries.must_lapse(session, match, community, now):
        matches.lapse(session, match, now=now)


def remind_of_appointment(session: Session, appointment_id: int, *, now: datetime) -> None:
    """The day before: remind both, once for each local date."""
    appointment, community = _appointment(session, appointment_id)
    match = match_queries.by_id(session, appointment.match_id)
    if match is None or match.state not in MATCH_KNOWS_EACH_OTHER or appointment.state not in STANDING:
        return
    for person_id in queries.both_of(session, appointment.match_id):
        tell(session, match_queries.person_of(session, person_id), "appointment_reminder",
             about=queries.appointment_about(appointment), community=community, now=now,
             params={"appointment_id": appointment.id})  # fmt: skip


def remind_of_choice(session: Session, appointment_id: int, *, now: datetime) -> None:
    """No moment was picked for some days, or the first is near: ask who can pick one once more."""
    appointment, community = _appointment(session, appointment_id)
    assert appointment.choice is not None, "only moments to choose from are due"
    for person_id in choice_queries.must_remind(session, appointment, community, now):
        tell(session, match_queries.person_of(session, person_id), choice_queries.REMINDER,
             about=choice_queries.about(appointment.choice), community=community, now=now,
             params={"appointment_id": appointment.id})  # fmt: skip


def lapse_moment(session: Session, appointment_id: int, *, now: datetime) -> None:
    """A proposed moment came and nobody picked it: it lapses; after the last one both are told, and the desk asks."""
    appointment, _community = _appointment(session, appointment_id)
    choices.lapse(session, appointment, now=now)


def ask_how_it_went(session: Session, appointment_id: int, *, now: datetime) -> None:
    """The day after: ask both how it went."""
    appointment, _community = _appointment(session, appointment_id)
    if not queries.must_check_in(session, appointment):
        return
    for person_id in queries.both_of(session, appointment.match_id):
        person = match_queries.person_of(session, person_id)
        if person.erased_at is None:
            checkins.ask(session, appointment, person, now=now)


def call_about_silence(session: Session, check_in_id: int, *, now: datetime) -> None:
    """Silence is a signal too: who did not say how it went is called."""
    check_in = session.exec(select(CheckIn).where(CheckIn.id == check_in_id)).one()
    if check_in.answer is not None:
        return
    match = match_queries.by_id(session, check_in.match_id)
    assert match is not None, "the database keeps a check-in's match"
    put_on_call_list(session, match_queries.person_of(session, check_in.person_id), "check_in",
                     about=queries.check_in_about(check_in), why=CallReason.NO_ANSWER, now=now,
                     community=match_queries.community_of(session, match.community_id),
                     params={"check_in_id": check_in.id})  # fmt: skip


def begin_match(session: Session, match_id: int, *, now: datetime) -> None:
    """The first day of what was agreed has come."""
    match, community = _match(session, match_id)
    request = matches.locked_request(session, match)
    session.refresh(match)
    # A coordinator may still take it back for some seconds.
    settled = match.approved_at is None or (now - match.approved_at).total_seconds() >= UNDO_SECONDS
    if settled and queries.must_begin(match, request, community, now):
        matches.activate(session, match, now=now)


def tell_no_appointment(session: Session, match_id: int, *, now: datetime) -> None:
    """Both said yes and nothing was planned: the desk hears of it, and asks the two."""
    match, community = _match(session, match_id)
    if queries.must_tell_no_appointment(session, match, community, now):
        signal(session, SignalKind.NO_APPOINTMENT, about=f"match:{match.id}", community_id=_id(community),
               match_id=match.id, request_id=match.request_id, now=now)  # fmt: skip


def tell_no_match(session: Session, request_id: int, *, now: datetime) -> None:
    """Open for days and nobody found: the resident is told, the desk looks again."""
    request, community = _request(session, request_id)
    if not lifetimes.must_tell_no_match(session, request, community, now):
        return
    about = lifetimes.unmatched_about(session, request)
    tell(session, match_queries.person_of(session, request.contact_id), "request_no_match", about=about,
         community=community, now=now, params={"request_id": request.id})  # fmt: skip
    signal(session, SignalKind.NO_MATCH, about=about, community_id=_id(community), request_id=request.id, now=now)


def keep_promise(session: Session, request_id: int, *, now: datetime) -> None:
    """Nobody looked at a request within the promised time: the desk hears of it."""
    request, community = _request(session, request_id)
    if lifetimes.must_keep_promise(request, community, now):
        signal(session, SignalKind.PROMISE, about=f"request:{request.id}", community_id=_id(community),
               request_id=request.id, now=now)  # fmt: skip


def ask_still_wanted(session: Session, request_id: int, *, now: datetime) -> None:
    """No sign of life for weeks: ask whether help is still wanted, at most twice."""
    request, community = _request(session, request_id)
    number = lifetimes.next_life_question(session, request, community, now)
    if number is None:
        return
    request.life_asked = number
    session.add(request)
    tell(session, match_queries.person_of(session, request.contact_id), "request_still_wanted",
         about=lifetimes.life_about(request, number), community=community, now=now,
         params={"request_id": request.id})  # fmt: skip


def end_without_life(session: Session, request_id: int, *, now: datetime) -> None:
    """Asked twice and silent for sixty days: the request ends."""
    request, community = _request(session, request_id)
    if lifetimes.must_end(session, request, community, now):
        requests.expire(session, request, now=now)


def end_past_day(session: Session, request_id: int, *, now: datetime) -> None:
    """The day of the help is past: the request ends, unless the desk has something to decide first."""
    request, community = _request(session, request_id)
    if not lifetimes.is_past(request, community, now):
        return
    if lifetimes.only_proposed(session, request):
        signal(session, SignalKind.DATE_PAST, about=f"request:{request.id}", community_id=_id(community),
               request_id=request.id, now=now)  # fmt: skip
        return
    requests.expire(session, request, now=now)


def tell_hold_is_over(session: Session, request_id: int, *, now: datetime) -> None:
    """A request was put aside until today: the desk takes it up again, or asks."""
    request, community = _request(session, request_id)
    if lifetimes.is_hold_over(request, community, now):
        signal(session, SignalKind.HOLD_OVER, about=lifetimes.hold_about(request), community_id=_id(community),
               request_id=request.id, now=now)  # fmt: skip


def send_digest(session: Session, volunteer_id: int, *, now: datetime) -> None:
    """The weekly mail of a volunteer; what is in it, if anything, is looked up when it is sent."""
    volunteer = session.exec(select(Volunteer).where(Volunteer.id == volunteer_id)).one()
    person = match_queries.person_of(session, volunteer.person_id)
    wanted = volunteer.state == VolunteerState.ACTIVE and volunteer.wants_digest
    # Without mail there is no digest: nobody is called for it.
    if not wanted or not person.email or person.no_messages_at is not None:
        return
    community = match_queries.community_of(session, volunteer.community_id)
    about = queries.digest_about(volunteer, today(now, community.timezone))
    tell(session, person, "digest", about=about, community=community, now=now,
         params={"volunteer_id": volunteer.id})  # fmt: skip


def propose_best(session: Session, request_id: int, *, now: datetime, best: Best) -> None:
    """Put the best candidate forward, where a community lets the system do so; a coordinator still approves."""
    request, community = _request(session, request_id)
    if request.state != RequestState.OPEN or not community.proposes_itself:
        return
    if match_queries.live_of_request(session, request.id):
        return
    found = best(session, request, community, now)
    if found is None:
        return
    volunteer, grounds = found
    try:
        proposals.propose(session, request, volunteer, actor=SYSTEM, now=now, grounds=grounds)
    except Refused as refused:
        # The ranking is a moment old: what it did not know yet is no fault.
        raise StaleState(code=refused.code, subject="match") from refused


def empty_draft(session: Session, request_id: int, *, now: datetime) -> None:
    """A draft that nobody sent for a month is thrown away, words and all."""
    draft = session.exec(select(HelpRequest).where(HelpRequest.id == request_id).with_for_update()).one()
    if draft.state == RequestState.DRAFT:
        requests.forget_draft(session, draft, now=now)


def tell_of_failure(session: Session, rule: str, row_id: int, community_id: int, *, now: datetime) -> None:
    """A rule could not be kept for one row: the desk is told, once a day, so that a human does it."""
    community = match_queries.community_of(session, community_id)
    signal(session, SignalKind.JOB_FAILED, about=f"{rule}:{row_id}:{today(now, community.timezone)}",
           community_id=community_id, note=f"{rule} {row_id}", now=now)  # fmt: skip


def _match(session: Session, match_id: int) -> tuple[Match, Community]:
    match = session.exec(select(Match).where(Match.id == match_id)).one()
    return match, match_queries.community_of(session, match.community_id)


def _request(session: Session, request_id: int) -> tuple[HelpRequest, Community]:
    request = session.exec(select(HelpRequest).where(HelpRequest.id == request_id).with_for_update()).one()
    return request, match_queries.community_of(session, request.community_id)


def _appointment(session: Session, appointment_id: int) -> tuple[Appointment, Community]:
    appointment = session.exec(select(Appointment).where(Appointment.id == appointment_id)).one()
    return appointment, match_queries.community_of(session, appointment.community_id)


def _id(community: Community) -> int:
    assert community.id is not None, "a row that was read has a number"
    return community.id
