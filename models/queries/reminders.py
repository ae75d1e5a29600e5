"""What is due when nobody clicks: each function gives the rows that one rule must look at now.

Days are calendar days of the community. Nothing here changes anything; the rule looks again before it acts, in the
transaction in which it acts.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlmodel import Session, col, select

from models import one_day, rules
from models.delays import days_since, local_now, moment, today
from models.queries import communities
from models.queries import matches as match_queries
from models.queries.appointments import STANDING, standing_of_match
from models.states import MATCH_KNOWS_EACH_OTHER, AppointmentState, MatchState, MessageState, SignalKind, VolunteerState
from models.tables import (
    Appointment,
    Call,
    CheckIn,
    Community,
    HelpRequest,
    Match,
    OutboxMessage,
    Person,
    Signal,
    Volunteer,
)

CHECK_IN_SILENCE_DAYS = 3
"""After so many days without an answer to "how did it go?" the desk calls."""
NO_APPOINTMENT_DAYS = 7
"""So many days after both said yes the desk hears that nothing was planned."""
_LOOK_BACK_DAYS = 14
"""Nobody is asked how an appointment went that is longer ago than this."""
_CATCH_UP_DAYS = 3
"""So many days after its weekday a digest that was missed still goes out."""
_WAITING = (MatchState.APPROVED, MatchState.ACCEPTED)


@dataclass(frozen=True, slots=True)
class Due:
    """A row that a rule must look at, and whose desk hears of it if that fails."""

    id: int
    community_id: int | None


@dataclass(frozen=True, slots=True)
class Asked:
    """Who must answer a proposal now, and since when they really could.

    Attributes
    ----------
    name : str
        The message that asked them.
    since : datetime or None
        When it was sent (UTC). None: it was not, or nobody knows: then silence says nothing, and the desk calls.
    """

    person: Person
    name: str
    since: datetime | None


def asked(session: Session, match: Match) -> Asked:
    """Say who must answer a match that is approved or accepted by its volunteer."""
    if match.state == MatchState.APPROVED:
        name, person_id = "proposal_volunteer", match_queries.volunteer_of(session, match).person_id
    else:
        name, person_id = "proposal_resident", match_queries.request_of(session, match).contact_id or 0
    person = match_queries.person_of(session, person_id)
    key = f"{name}:match:{match.id}:{person_id}"
    return Asked(person, name, _since(session, key, reminder_key(name, match.id, person_id), match))


def reminder_key(name: str, match_id: int | None, person_id: int | None) -> str:
    """Give the key of the reminder of a proposal."""
    return f"{name}_reminder:match:{match_id}:{person_id}"


def _since(session: Session, key: str, reminder: str, match: Match) -> datetime | None:
    calls = session.exec(select(Call).where(col(Call.key).in_((key, reminder)))).all()
    message = session.exec(select(OutboxMessage).where(OutboxMessage.key == key)).first()
    if any(call.done_at is None for call in calls):
        return None
    if message is not None:
        return message.ended_at if message.state == MessageState.SENT else None
    return None if calls else match.asked_at


def proposals_to_remind(session: Session, now: datetime) -> list[Due]:
    """Give matches whose asked side has been silent long enough for a reminder and got none yet."""
    return [
        Due(_id(match), match.community_id)
        for match, community in _waiting(session, now)
        if must_remind(session, match, community, now)
    ]


def must_remind(session: Session, match: Match, community: Community, now: datetime) -> bool:
    """Whether who must answer this match should be reminded now."""
    if match.state not in _WAITING:
        return False
    found, request, here = asked(session, match), match_queries.request_of(session, match), community.timezone
    if found.since is None or rules.is_over(request, today(now, here)):
        return False
    day = rules.remind_on(today(found.since, here), community.answer_reminder_days, one_day.of(request.when))
    if today(now, here) < day:
        return False
    return not known_keys(session, [reminder_key(found.name, match.id, found.person.id)])


def proposals_to_lapse(session: Session, now: datetime) -> list[Due]:
    """Give matches whose asked side did not answer in time."""
    return [
        Due(_id(match), match.community_id)
        for match, community in _waiting(session, now)
        if must_lapse(session, match, community, now)
    ]


def must_lapse(session: Session, match: Match, community: Community, now: datetime) -> bool:
    """Whether this match lapses now. Silence of somebody who was never reached does not count."""
    since = asked(session, match).since if match.state in _WAITING else None
    return since is not None and days_since(since, now, community.timezone) >= community.answer_lapse_days


def _waiting(session: Session, now: datetime) -> list[tuple[Match, Community]]:
    query = (
        select(Match, Community)
        .join(Community, col(Community.id) == Match.community_id)
        .where(col(Match.state).in_(_WAITING), col(Match.asked_at) <= now)
    )
    return list(session.exec(query.order_by(col(Match.id))))


def appointments_to_remind(session: Session, now: datetime) -> list[Due]:
    """Give appointments so near that both are reminded, where one of them was not yet."""
    found = []
    for community in communities.all_communities(session):
        local = local_now(now, community.timezone)
        end = datetime.combine(local.date() + timedelta(days=community.appointment_reminder_days + 1), time())
        query = (
            select(Appointment)
            .join(Match, col(Match.id) == Appointment.match_id)
            .where(
                Appointment.community_id == community.id,
                col(Appointment.state).in_(STANDING),
                Appointment.starts_at > local,
                Appointment.starts_at < end,
                col(Match.state).in_(MATCH_KNOWS_EACH_OTHER),
            )
        )
        rows = session.exec(query.order_by(col(Appointment.starts_at), col(Appointment.id))).all()
        keys = {row.id: [appointment_key(row, person) for person in both_of(session, row.match_id)] for row in rows}
        done = known_keys(session, [key for several in keys.values() for key in several])
        found += [Due(_id(row), row.community_id) for row in rows if not done.issuperset(keys[row.id])]
    return found


def moments_to_lapse(session: Session, now: datetime) -> list[Due]:
    """Give proposed moments that have come while nobody picked them."""
    found = []
    for community in communities.all_communities(session):
        query = select(Appointment).where(
            Appointment.community_id == community.id,
            Appointment.state == AppointmentState.PROPOSED,
            Appointment.starts_at <= local_now(now, community.timezone),
        )
        rows = session.exec(query.order_by(col(Appointment.starts_at), col(Appointment.id))).all()
        found += [Due(_id(row), row.community_id) for row in rows]
    return found


def appointment_about(appointment: Appointment) -> str:
    """Give what makes an appointment's reminder this one: its local date, so that there is one for each."""
    return f"appointment:{appointment.id}:{appointment.starts_at.date().isoformat()}"


def appointment_key(appointment: Appointment, person_id: int) -> str:
    """Give the key of one person's reminder of an appointment."""
    return f"appointment_reminder:{appointment_about(appointment)}:{person_id}"


def both_of(session: Session, match_id: int) -> tuple[int, int]:
    """Give the two people of a match who are written to: the contact of the request, and the volunteer."""
    query = (
        select(HelpRequest.contact_id, Volunteer.person_id)
        .select_from(Match)
        .join(HelpRequest, col(HelpRequest.id) == Match.request_id)
        .join(Volunteer, col(Volunteer.id) == Match.volunteer_id)
        .where(Match.id == match_id)
    )
    contact, volunteer = session.exec(query).one()
    assert contact is not None, "a request with a match was sent by somebody"
    return contact, volunteer


def appointments_to_check_in(session: Session, now: datetime) -> list[Due]:
    """Give appointments that are over, after which one of the two was not yet asked how it went.

    Of a weekly series only the first one that took place.
    """
    found = []
    for community in communities.all_communities(session):
        local = local_now(now, community.timezone)
        today = local.date()
        last = datetime.combine(today - timedelta(days=community.check_in_days - 1), time())
        first = datetime.combine(today - timedelta(days=_LOOK_BACK_DAYS), time())
        query = (
            select(Appointment)
            .join(Match, col(Match.id) == Appointment.match_id)
            .where(
                Appointment.community_id == community.id,
                col(Appointment.state).in_((*STANDING, AppointmentState.DONE)),
                Appointment.ends_at <= min(last, local),
                Appointment.ends_at >= first,
                col(Match.state).in_(MATCH_KNOWS_EACH_OTHER),
            )
        )
        rows = session.exec(query.order_by(col(Appointment.starts_at), col(Appointment.id))).all()
        found += [Due(_id(row), row.community_id) for row in rows if must_check_in(session, row)]
    return found


def must_check_in(session: Session, appointment: Appointment) -> bool:
    """Whether one of the two must still be asked about this appointment."""
    if appointment.series is not None and _series_asked(session, appointment):
        return False
    query = select(CheckIn.person_id).where(CheckIn.appointment_id == appointment.id)
    return not set(session.exec(query)).issuperset(both_of(session, appointment.match_id))


def _series_asked(session: Session, appointment: Appointment) -> bool:
    query = (
        select(CheckIn.id)
        .join(Appointment, col(Appointment.id) == CheckIn.appointment_id)
        .where(Appointment.series == appointment.series, Appointment.id != appointment.id)
    )
    return session.exec(query.limit(1)).first() is not None


def silent_check_ins(session: Session, now: datetime) -> list[Due]:
    """Give check-ins without an answer for three days, about which the desk does not call yet."""
    query = (
        select(CheckIn, Community)
        .join(Match, col(Match.id) == CheckIn.match_id)
        .join(Community, col(Community.id) == Match.community_id)
        .where(
            col(CheckIn.answer).is_(None),
            CheckIn.asked_at > now - timedelta(days=_LOOK_BACK_DAYS),
            col(Match.state).in_((*MATCH_KNOWS_EACH_OTHER, MatchState.COMPLETED)),
        )
    )
    rows = [
        (check_in, community)
        for check_in, community in session.exec(query.order_by(col(CheckIn.id)))
        if days_since(check_in.asked_at, now, community.timezone) >= CHECK_IN_SILENCE_DAYS
    ]
    keys = {row.id: f"check_in:{check_in_about(row)}:{row.person_id}" for row, _community in rows}
    called = set(session.exec(select(Call.key).where(col(Call.key).in_(keys.values()))))
    return [Due(_id(row), community.id) for row, community in rows if keys[row.id] not in called]


def check_in_about(check_in: CheckIn) -> str:
    """Give what makes a check-in's message and call this one."""
    return f"check_in:{check_in.id}"


def digests(session: Session, now: datetime) -> list[Due]:
    """Give active volunteers who want a weekly mail and got none this week, on the community's day or just after."""
    found = []
    for community in communities.all_communities(session):
        today = local_now(now, community.timezone).date()
        late = today.weekday() - community.digest_weekday
        if not (late == 0 or (0 < late <= _CATCH_UP_DAYS and _sends_digests(session, community, today))):
            continue
        query = (
            select(Volunteer)
            .join(Person, col(Person.id) == Volunteer.person_id)
            .where(
                Volunteer.community_id == community.id,
                Volunteer.state == VolunteerState.ACTIVE,
                col(Volunteer.wants_digest).is_(True),
                col(Person.email).is_not(None),
                col(Person.no_messages_at).is_(None),
                col(Person.erased_at).is_(None),
            )
        )
        done = _digests_done(session, community.id, today)
        rows = session.exec(query.order_by(col(Volunteer.id))).all()
        found += [
            Due(_id(row), row.community_id)
            for row in rows
            if f"digest:{digest_about(row, today)}:{row.person_id}" not in done
        ]
    return found


def _sends_digests(session: Session, community: Community, today: date) -> bool:
    """Whether there were digests before this week: only then one that is not there was missed."""
    monday = moment(datetime.combine(today - timedelta(days=today.weekday()), time()), community.timezone)
    query = select(OutboxMessage.id).where(
        OutboxMessage.name == "digest",
        OutboxMessage.community_id == community.id,
        OutboxMessage.created_at < monday,
    )
    return session.exec(query.limit(1)).first() is not None


def digest_about(volunteer: Volunteer, today: date) -> str:
    """Give what makes a digest this one: the volunteer and the ISO week."""
    return f"volunteer:{volunteer.id}:{today:%G-W%V}"


def _digests_done(session: Session, community_id: int | None, today: date) -> set[str]:
    keys = col(OutboxMessage.key)
    query = select(OutboxMessage.key).where(
        OutboxMessage.name == "digest",
        OutboxMessage.community_id == community_id,
        keys.startswith("digest:volunteer:"),
        keys.contains(f":{today:%G-W%V}:"),
    )
    return set(session.exec(query))


def matches_to_begin(session: Session, now: datetime) -> list[Due]:
    """Give agreed matches whose first day has come."""
    query = (
        select(Match, HelpRequest, Community)
        .join(HelpRequest, col(HelpRequest.id) == Match.request_id)
        .join(Community, col(Community.id) == Match.community_id)
        .where(Match.state == MatchState.AGREED)
    )
    return [
        Due(_id(match), match.community_id)
        for match, request, community in session.exec(query.order_by(col(Match.id)))
        if must_begin(match, request, community, now)
    ]


def must_begin(match: Match, request: HelpRequest, community: Community, now: datetime) -> bool:
    """Whether an agreed match begins: on its own start date, else on the day of help that is for one day."""
    starts_on = match.starts_on
    if starts_on is None:
        starts_on = one_day.of(request.when)
    if starts_on is None or match.state != MatchState.AGREED:
        return False
    return starts_on <= local_now(now, community.timezone).date()


def agreed_without_appointment(session: Session, now: datetime) -> list[Due]:
    """Give agreed matches of which nobody planned anything for a week, and the desk was not told yet."""
    told = select(Signal.id).where(Signal.match_id == Match.id, Signal.kind == SignalKind.NO_APPOINTMENT)
    query = (
        select(Match, Community)
        .join(Community, col(Community.id) == Match.community_id)
        .where(Match.state == MatchState.AGREED, ~told.exists())
    )
    return [
        Due(_id(match), match.community_id)
        for match, community in session.exec(query.order_by(col(Match.id)))
        if must_tell_no_appointment(session, match, community, now)
    ]


def must_tell_no_appointment(session: Session, match: Match, community: Community, now: datetime) -> bool:
    """Whether two people said yes a week ago, and neither a day nor a beginning stands written."""
    return (
        match.state == MatchState.AGREED
        and match.agreed_at is not None
        and match.starts_on is None
        and days_since(match.agreed_at, now, community.timezone) >= NO_APPOINTMENT_DAYS
        and not standing_of_match(session, match.id)
    )


def known_keys(session: Session, keys: Collection[str]) -> set[str]:
    """Give those of the keys for which a message or a call exists already."""
    found: set[str] = set()
    for some in _portions(list(keys)):
        for table in (OutboxMessage, Call):
            column: Any = table.key
            found |= set(session.exec(select(column).where(column.in_(some))))
    return found


def _portions(keys: list[str], size: int = 500) -> Iterable[list[str]]:
    return (keys[start : start + size] for start in range(0, len(keys), size))


def _id(row: Any) -> int:
    found = row.id
    assert isinstance(found, int), "a row that was read has a number"
    return found
