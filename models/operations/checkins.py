"""Check-ins (belletje "hoe ging het?"): asked after an appointment, answered by one, private to them and the desk."""

from datetime import datetime

from sqlalchemy.exc import IntegrityError
from sqlmodel import Session

from models import one_day, values
from models.actor import SYSTEM, Actor
from models.delays import local_now
from models.errors import Invalid, NotAllowed, StaleState
from models.operations import matches
from models.operations.audit import record
from models.operations.telling import signal, tell
from models.operations.transitions import move
from models.permissions import roles_on_match
from models.queries import appointments as appointment_queries
from models.queries import checkins as queries
from models.queries import matches as match_queries
from models.states import WORRIES, AppointmentState, MatchState, Role, SignalKind
from models.tables import Appointment, CheckIn, HelpRequest, Match, Person, Volunteer

GOOD, NOT_GOOD, CALL_ME = "good", "not_good", "call_me"
ANSWERS = (GOOD, NOT_GOOD, CALL_ME)
NOTE_LIMIT = 1500


def ask(session: Session, appointment: Appointment, person: Person, *, now: datetime) -> CheckIn:
    """Ask one of the two how an appointment went; asked before: the same check-in, and nobody is told again.

    Raises
    ------
    NotAllowed
        If the person has no part in this appointment.
    StaleState
        ``not_yet`` before it has begun, ``erased``, or if it was cancelled or never picked.
    """
    match = match_queries.by_id(session, appointment.match_id)
    assert match is not None, "the database keeps an appointment's match"
    request, volunteer = match_queries.request_of(session, match), match_queries.volunteer_of(session, match)
    if person.id not in (request.contact_id, request.resident_id, volunteer.person_id):
        raise NotAllowed(wanted="check_in")
    if person.erased_at is not None:
        raise StaleState(code="erased", subject="person")
    community = match_queries.community_of(session, match.community_id)
    if appointment.state in (AppointmentState.PROPOSED, AppointmentState.CANCELLED):
        raise StaleState(state=appointment.state, wanted="check_in", subject="appointment")
    if appointment.starts_at > local_now(now, community.timezone):
        raise StaleState(code="not_yet", subject="appointment")
    known = queries.asked(session, appointment.id, person.id)
    if known is not None:
        return known
    assert appointment.id is not None and person.id is not None, "the rows were flushed"
    check_in = CheckIn(match_id=appointment.match_id, appointment_id=appointment.id, person_id=person.id, asked_at=now)
    try:
        with session.begin_nested():
            session.add(check_in)
    except IntegrityError as error:  # asked by another at the same moment
        known = queries.asked(session, appointment.id, person.id)
        if known is None:
            raise StaleState(subject="check_in") from error
        return known
    record(session, actor=SYSTEM, role=Role.SYSTEM, action="check_in_asked", subject="check_in", now=now,
           subject_id=check_in.id, community_id=match.community_id)  # fmt: skip
    tell(session, person, "check_in", about=f"check_in:{check_in.id}", community=community, now=now,
         params={"check_in_id": check_in.id})  # fmt: skip
    return check_in


def answer(session: Session, check_in: CheckIn, said: str, note: str, *, actor: Actor, now: datetime) -> None:
    """Write down how it went: ``good``, ``not_good`` or ``call_me``, with a note of at most `NOTE_LIMIT` characters.

    A worry reaches the desk at once, and only the desk. After a good single visit the appointment is done, and the
    system completes the match unless the other side worries. The same answer twice is one answer; a worry may still
    come after "good", but a worry is taken back by the desk alone.

    Raises
    ------
    NotAllowed
        For anybody but who was asked and the desk.
    Invalid
        ``answer``: ``choice``; ``note`` as `values.text`.
    StaleState
        ``answered`` where a worry was told before.
    """
    if said not in ANSWERS:
        raise Invalid("answer", "choice")
    clean = values.text("note", note, limit=NOTE_LIMIT, required=False)
    match = match_queries.by_id(session, check_in.match_id)
    assert match is not None, "the database keeps a check-in's match"
    request, volunteer = matches.locked_request(session, match), matches.locked_volunteer(session, match)
    session.refresh(check_in)
    role = _role(check_in, request, volunteer, actor)
    if check_in.answer == said:
        if clean and clean not in check_in.note:
            _add_note(session, check_in, match, clean, actor, role, now)
        return
    if check_in.answer in WORRIES and said == GOOD and role is not Role.COORDINATOR:
        raise StaleState(code="answered", subject="check_in")
    before = check_in.answer or ""
    check_in.answer, check_in.answered_at = said, now
    check_in.note = clean or check_in.note
    check_in.recorded_by = actor.person_id if role is Role.COORDINATOR else None
    session.add(check_in)
    session.flush()
    record(session, actor=actor, role=role, action=f"check_in_{said}", subject="check_in", subject_id=check_in.id,
           now=now, community_id=match.community_id, before=before, after=said)  # fmt: skip
    if said in WORRIES:
        _tell_desk(session, check_in, match, f"check_in:{check_in.id}", clean, now)
    else:
        _went_well(session, check_in, match, request, roles_on_match(actor, request, volunteer), actor, now)


def _add_note(
    session: Session, check_in: CheckIn, match: Match, note: str, actor: Actor, role: Role, now: datetime
) -> None:
    """Keep what somebody tells after they answered; of a worry the desk reads it too."""
    check_in.note = "\n\n".join(filter(None, (check_in.note, note)))[-NOTE_LIMIT:]
    session.add(check_in)
    record(session, actor=actor, role=role, action="check_in_note", subject="check_in", subject_id=check_in.id,
           now=now, community_id=match.community_id)  # fmt: skip
    if check_in.answer in WORRIES:
        _tell_desk(session, check_in, match, f"check_in:{check_in.id}:{now:%Y%m%d%H%M%S}", note, now)


def _tell_desk(session: Session, check_in: CheckIn, match: Match, about: str, note: str, now: datetime) -> None:
    signal(session, SignalKind(str(check_in.answer)), about=about, community_id=match.community_id, now=now,
           person_id=check_in.person_id, request_id=match.request_id, match_id=match.id, note=note)  # fmt: skip


def _role(check_in: CheckIn, request: HelpRequest, volunteer: Volunteer, actor: Actor) -> Role:
    found = roles_on_match(actor, request, volunteer)
    if actor.only_request is not None:
        # The private link is with whom is written to, or with the resident on paper.
        if Role.RESIDENT in found and check_in.person_id in (request.contact_id, request.resident_id):
            return Role.RESIDENT
        raise NotAllowed(wanted="check_in")
    if actor.person_id is not None and actor.person_id == check_in.person_id:
        for role in (Role.RESIDENT, Role.ASKER, Role.VOLUNTEER):
            if role in found:
                return role
    if Role.COORDINATOR in found:
        return Role.COORDINATOR
    raise NotAllowed(wanted="check_in")


def _went_well(
    session: Session,
    check_in: CheckIn,
    match: Match,
    request: HelpRequest,
    found: frozenset[Role],
    actor: Actor,
    now: datetime,
) -> None:
    appointment = appointment_queries.by_id(session, check_in.appointment_id)
    assert appointment is not None, "the database keeps a check-in's appointment"
    if appointment.state in appointment_queries.STANDING:
        move(session, appointment, AppointmentState.DONE, actor=actor, roles=found, now=now)
    single = one_day.of(request.when) and not appointment_queries.standing_of_match(session, match.id)
    worried = any(c.answer in WORRIES for c in queries.of_appointment(session, appointment.id))
    if single and not worried and match.state == MatchState.ACTIVE and appointment.state == AppointmentState.DONE:
        matches.complete(session, match, actor=SYSTEM, now=now)
