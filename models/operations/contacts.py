"""Showing how to reach the other of an agreed pair, and writing down who looked."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from sqlmodel import Session

from models.actor import Actor
from models.delays import moment, today
from models.errors import NotAllowed
from models.operations.audit import record
from models.operations.transitions import first_role
from models.permissions import can_see_contact_details, coordinates, roles_on_match
from models.queries import contacts as queries
from models.queries import matches as match_queries
from models.states import Role
from models.tables import Community, HelpRequest, Match, Person, Volunteer


@dataclass(frozen=True, slots=True)
class ContactDetails:
    """How to reach one person. ``side``: ``resident``, ``asker`` or ``volunteer``.

    ``address`` and ``postcode`` are where the help is; a volunteer's own are shown to the desk alone, and are empty
    for the resident.
    """

    person_id: int
    side: str
    first_name: str
    last_name: str
    phone: str
    email: str
    address: str
    postcode: str


def reveal(session: Session, match: Match, *, actor: Actor, now: datetime) -> list[ContactDetails]:
    """Give how to reach the other side of an agreed match; to the desk of that community: both sides.

    On the resident's side that is the resident, and who asks for them where that is who to write to. Each look at
    somebody stands in the log, once a viewer, quality, person and (local) day.

    Raises
    ------
    NotAllowed
        Before the match is agreed, after its end, and for anybody it does not concern.
    """
    request, volunteer = match_queries.request_of(session, match), match_queries.volunteer_of(session, match)
    if not can_see_contact_details(actor, match, request, volunteer):
        raise NotAllowed(wanted="contact_details")
    found = roles_on_match(actor, request, volunteer)
    desk = Role.COORDINATOR in found
    shown: list[ContactDetails] = []
    if desk or Role.VOLUNTEER in found:
        shown += _of_resident(session, request, everybody=desk)
    if desk or found & {Role.RESIDENT, Role.ASKER}:
        shown.append(_of_volunteer(session, volunteer, place=desk))
    community = match_queries.community_of(session, match.community_id)
    viewer = actor.person_id if actor.person_id is not None else request.contact_id
    kind = Role.COORDINATOR if desk and not found & _either(match, actor, request, volunteer) else first_role(found)
    shown = [details for details in shown if details.person_id != viewer]
    for details in shown:
        _write_down(session, details.person_id, viewer, kind, community, now)
    return shown


def look_up(
    session: Session, people: Iterable[Person | None], community: Community, *, actor: Actor, now: datetime
) -> None:
    """Write down that a coordinator looks up how to reach people outside a match, as `reveal` does for a pair.

    Raises
    ------
    NotAllowed
        For anybody but a coordinator of that community.
    """
    if not coordinates(actor, community.id):
        raise NotAllowed(wanted="contact_details")
    for person in {one.id: one for one in people if one is not None}.values():
        if person.id is not None and person.id != actor.person_id:
            _write_down(session, person.id, actor.person_id, Role.COORDINATOR, community, now)


def _either(match: Match, actor: Actor, request: HelpRequest, volunteer: Volunteer) -> frozenset[Role]:
    """Give the qualities other than the desk's that entitle the actor by themselves."""
    alone = Actor(person_id=actor.person_id, only_request=actor.only_request)
    entitled = can_see_contact_details(alone, match, request, volunteer)
    return roles_on_match(alone, request, volunteer) if entitled else frozenset()


def _of_resident(session: Session, request: HelpRequest, *, everybody: bool) -> list[ContactDetails]:
    shown = []
    for person_id, side in ((request.resident_id, "resident"), (request.asker_id, "asker")):
        if person_id is None or (side == "asker" and not everybody and request.contact_id != person_id):
            continue
        person = match_queries.person_of(session, person_id)
        at_home = side == "resident"
        shown.append(_details(person, side, person.address if at_home else "", request.postcode if at_home else ""))
    return shown


def _of_volunteer(session: Session, volunteer: Volunteer, *, place: bool) -> ContactDetails:
    person = match_queries.person_of(session, volunteer.person_id)
    return _details(person, "volunteer", person.address if place else "", volunteer.postcode if place else "")


def _details(person: Person, side: str, address: str, postcode: str) -> ContactDetails:
    assert person.id is not None
    return ContactDetails(
        person_id=person.id, side=side, first_name=person.first_name, last_name=person.last_name,
        phone=person.phone or "", email=person.email or "", address=address, postcode=postcode,
    )  # fmt: skip


def _write_down(
    session: Session, person_id: int, viewer: int | None, kind: Role, community: Community, now: datetime
) -> None:
    day = today(now, community.timezone)
    since = moment(datetime.combine(day, time()), community.timezone)
    until = moment(datetime.combine(day + timedelta(days=1), time()), community.timezone)
    session.flush()
    if not queries.was_seen(session, person_id, viewer, kind, since, until):
        record(session, actor=Actor(person_id=viewer), role=kind, action=queries.SEEN, subject="person",
               subject_id=person_id, now=now, community_id=community.id)  # fmt: skip
