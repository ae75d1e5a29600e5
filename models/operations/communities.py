"""What an administrator sets: the community's name and rules, its area, meeting places, words and colleagues."""

import re
from datetime import datetime

from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, select

from matcher import PostcodeError, parse_postcode
from models import values
from models.actor import Actor
from models.errors import Invalid, NotAllowed, NotFound, StaleState
from models.operations import people
from models.operations.audit import record
from models.operations.community_form import CommunityForm, check
from models.permissions import administers
from models.queries import communities as queries
from models.queries import people as person_queries
from models.states import REQUEST_FINAL
from models.states import Role as Quality
from models.tables import Area, Community, MeetingPlace, Person, Role, Wording

__all__ = [
    "CommunityForm",
    "add_area",
    "add_meeting_place",
    "appoint",
    "change_meeting_place",
    "change_settings",
    "close_meeting_place",
    "dismiss_role",
    "is_last_administrator",
    "name_area",
    "remove_area",
    "reopen_meeting_place",
    "set_wording",
]

ROLES = (people.COORDINATOR, people.ADMINISTRATOR)
WORDING_LIMIT = 4000
_KEY = re.compile(r"[a-z][a-z0-9_]*(?:\.[a-z0-9_]+)+")


def change_settings(
    session: Session, community: Community, form: CommunityForm, *, actor: Actor, now: datetime
) -> None:
    """Change what a community is called, how it is reached, and its rules; each change is a line in the log.

    Raises
    ------
    NotAllowed
        For anybody but an administrator here.
    Invalid
        With the field: ``required``, ``too_long``, ``phone``, ``email``, ``number_range``, ``choice``;
        ``lapse_before_reminder`` where a proposal would lapse before anybody was reminded.
    """
    only_administrator(actor, community)
    for name, value in check(form).items():
        before = getattr(community, name)
        if value == before:
            continue
        setattr(community, name, value)
        _record(session, community, "settings_changed", actor, now, before=_short(before), after=_short(value),
                reason=name)  # fmt: skip
    session.add(community)
    session.flush()


def add_area(
    session: Session, community: Community, postcode: str, neighbourhood: str, *, actor: Actor, now: datetime
) -> Area:
    """Take a four-digit postcode into the community's area; one that is there already gets its new name.

    Raises
    ------
    Invalid
        Field ``postcode``: ``postcode``, ``postcode_unknown``, ``postcode_taken`` (another community's),
        ``postcode_here`` (in the list already, and no new name was given).
    """
    only_administrator(actor, community)
    name = _neighbourhood(neighbourhood)
    try:
        code = parse_postcode(postcode)[:4]
    except PostcodeError as error:
        raise Invalid("postcode", "postcode", why=error.code) from error
    if queries.place_of(session, code) is None:
        raise Invalid("postcode", "postcode_unknown")
    known = session.get(Area, code, with_for_update=True)
    if known is not None:
        if known.community_id != community.id:
            raise Invalid("postcode", "postcode_taken")
        if not name:  # or the name that people gave it would be lost
            raise Invalid("postcode", "postcode_here")
        name_area(session, community, code, name, actor=actor, now=now)
        return known
    area = Area(postcode=code, community_id=_id(community), neighbourhood=name)
    try:
        with session.begin_nested():
            session.add(area)
    except IntegrityError as error:  # another community's administrator, this moment
        raise Invalid("postcode", "postcode_taken") from error
    _record(session, community, "area_added", actor, now, subject="area", subject_id=int(code), reason=name)
    return area


def name_area(
    session: Session, community: Community, postcode: str, neighbourhood: str, *, actor: Actor, now: datetime
) -> None:
    """Say what people call a neighbourhood; empty: place and digits again."""
    only_administrator(actor, community)
    area = _area(session, community, postcode)
    name = _neighbourhood(neighbourhood)
    if name != area.neighbourhood:
        area.neighbourhood = name
        session.add(area)
        session.flush()
        _record(session, community, "area_named", actor, now, subject="area", subject_id=int(postcode), reason=name)


def remove_area(session: Session, community: Community, postcode: str, *, actor: Actor, now: datetime) -> None:
    """Take a postcode out of the community's area.

    Raises
    ------
    StaleState
        ``open_requests`` while a request from there has not ended.
    """
    only_administrator(actor, community)
    area = _area(session, community, postcode)
    if queries.running_requests_in(session, _id(community), postcode, REQUEST_FINAL):
        raise StaleState(code="open_requests", subject="area")
    session.delete(area)
    session.flush()
    _record(session, community, "area_removed", actor, now, subject="area", subject_id=int(postcode))


def add_meeting_place(
    session: Session,
    community: Community,
    *,
    name: str,
    address: str,
    opening_hours: str = "",
    actor: Actor,
    now: datetime,
) -> MeetingPlace:
    """Add a place where a first meeting can be; the same twice is one."""
    only_administrator(actor, community)
    columns = _meeting_place(name, address, opening_hours)
    for known in queries.meeting_places(session, _id(community)):
        if all(getattr(known, column) == value for column, value in columns.items()):
            return known
    place = MeetingPlace(community_id=_id(community), name="", address="")
    place.sqlmodel_update(columns)
    session.add(place)
    session.flush()
    _record(session, community, "meeting_place_added", actor, now, subject="meeting_place", subject_id=place.id)
    return place


def change_meeting_place(
    session: Session,
    community: Community,
    place: MeetingPlace,
    *,
    name: str,
    address: str,
    opening_hours: str = "",
    actor: Actor,
    now: datetime,
) -> None:
    """Correct a meeting place."""
    _own_place(community, place, actor)
    for column, value in _meeting_place(name, address, opening_hours).items():
        setattr(place, column, value)
    session.add(place)
    session.flush()
    _record(session, community, "meeting_place_changed", actor, now, subject="meeting_place", subject_id=place.id)


def close_meeting_place(
    session: Session, community: Community, place: MeetingPlace, *, actor: Actor, now: datetime
) -> None:
    """Offer a meeting place no longer; what was planned there still names it."""
    _set_open(session, community, place, False, actor, now)


def reopen_meeting_place(
    session: Session, community: Community, place: MeetingPlace, *, actor: Actor, now: datetime
) -> None:
    """Offer a meeting place again."""
    _set_open(session, community, place, True, actor, now)


def set_wording(
    session: Session, community: Community, key: str, language: str, text: str, *, actor: Actor, now: datetime
) -> None:
    """Give a text the community's own words in one language; empty takes the default again.

    Parameters
    ----------
    key : str
        Which text, e.g. ``proposal.intro``.

    Raises
    ------
    Invalid
        ``choice`` for ``key`` or ``language``; those of `values.text`, field ``text``.
    """
    only_administrator(actor, community)
    if len(key) > 80 or not _KEY.fullmatch(key):
        raise Invalid("key", "choice")
    if not values.LANGUAGES.fullmatch(language):
        raise Invalid("language", "choice")
    clean = values.text("text", text, limit=WORDING_LIMIT, required=False)
    _hold(session, community)
    found = session.exec(
        select(Wording).where(Wording.community_id == community.id, Wording.key == key, Wording.language == language)
    ).first()
    if clean == (found.text if found else ""):
        return
    if not clean:
        session.delete(found)
    else:
        found = found or Wording(community_id=_id(community), key=key, language=language, text="")
        found.text = clean
        session.add(found)
    session.flush()
    _record(session, community, "wording_changed", actor, now, after=language, reason=key)


def appoint(
    session: Session,
    community: Community,
    person_or_email: Person | str,
    role: str,
    *,
    first_name: str = "",
    actor: Actor,
    now: datetime,
) -> Person:
    """Make somebody coordinator or administrator; twice is once.

    Parameters
    ----------
    person_or_email : Person or str
        A person, or an e-mail address as typed; who has that address under another name is not shown.
    first_name : str
        Needed where an address is given.

    Raises
    ------
    Invalid
        ``choice`` for ``role``; ``email``; ``required`` for ``first_name``.
    """
    only_administrator(actor, community)
    if role not in ROLES:
        raise Invalid("role", "choice")
    if isinstance(person_or_email, str):
        address, name = values.email("email", person_or_email), values.name("first_name", first_name)
        person = people.known_as(
            session, address, name, where=lambda one: person_queries.takes_part(session, _id(one), _id(community))
        )
        if person is None:  # who has that address under another name shows that it is them when they come in
            person = people.write_down(session, first_name=name, email=address, language=community.language, now=now)
    else:
        person = person_or_email
    if person.erased_at is not None:
        raise NotFound
    _hold(session, community)
    if _role(session, community, person, role) is None:
        session.add(Role(person_id=_id(person), community_id=_id(community), role=role))
        session.flush()
        _record(session, community, "role_given", actor, now, subject="person", subject_id=person.id, after=role)
    return person


def dismiss_role(
    session: Session, community: Community, person: Person, role: str, *, actor: Actor, now: datetime
) -> None:
    """Take somebody's work for the community away, and sign them out everywhere.

    Raises
    ------
    StaleState
        ``last_administrator``: a community always has one.
    NotFound
        If they have no such role here.
    """
    only_administrator(actor, community)
    _hold(session, community)
    found = _role(session, community, person, role)
    if found is None:
        raise NotFound
    if role == people.ADMINISTRATOR and is_last_administrator(session, community, person):
        raise StaleState(code="last_administrator", subject="person")
    session.delete(found)
    person.session_version += 1
    session.add(person)
    session.flush()
    _record(session, community, "role_taken", actor, now, subject="person", subject_id=person.id, before=role)


def is_last_administrator(session: Session, community: Community, person: Person) -> bool:
    """Whether nobody but this person administers the community."""
    everybody = {found.id for found, role in person_queries.staff(session, _id(community)) if role == ROLES[1]}
    return everybody == {person.id}


def _role(session: Session, community: Community, person: Person, role: str) -> Role | None:
    return session.exec(
        select(Role).where(Role.person_id == person.id, Role.community_id == community.id, Role.role == role)
    ).first()


def _set_open(
    session: Session, community: Community, place: MeetingPlace, is_open: bool, actor: Actor, now: datetime
) -> None:
    _own_place(community, place, actor)
    if place.open == is_open:
        return
    place.open = is_open
    session.add(place)
    session.flush()
    action = "meeting_place_reopened" if is_open else "meeting_place_closed"
    _record(session, community, action, actor, now, subject="meeting_place", subject_id=place.id)


def _own_place(community: Community, place: MeetingPlace, actor: Actor) -> None:
    only_administrator(actor, community)
    if place.community_id != community.id:
        raise NotFound


def _meeting_place(name: str, address: str, opening_hours: str) -> dict[str, str]:
    return {
        "name": values.name("name", name),
        "address": values.text("address", address, limit=200, one_line=True),
        "opening_hours": values.text("opening_hours", opening_hours, limit=300, required=False),
    }


def _area(session: Session, community: Community, postcode: str) -> Area:
    area = session.get(Area, postcode) if len(postcode) == 4 else None
    if area is None or area.community_id != community.id:
        raise NotFound
    return area


def _neighbourhood(typed: str) -> str:
    return values.text("neighbourhood", typed, limit=80, required=False, one_line=True)


def only_administrator(actor: Actor, community: Community) -> None:
    """Raise NotAllowed for anybody but an administrator here."""
    if actor.only_request is not None or not administers(actor, community.id):
        raise NotAllowed(wanted="administer")


def _hold(session: Session, community: Community) -> None:
    """Let two administrators take turns: on PostgreSQL the second waits here until the first has committed."""
    session.flush()
    session.exec(select(Community.id).where(col(Community.id) == community.id).with_for_update(key_share=True)).one()


def _record(
    session: Session,
    community: Community,
    action: str,
    actor: Actor,
    now: datetime,
    *,
    subject: str = "community",
    subject_id: int | None = None,
    before: str = "",
    after: str = "",
    reason: str = "",
) -> None:
    record(session, actor=actor, role=Quality.ADMINISTRATOR, action=action, subject=subject,
           subject_id=community.id if subject == "community" else subject_id, now=now, community_id=community.id,
           before=before, after=after, reason=reason)  # fmt: skip


def _short(value: object) -> str:
    text = ",".join(value) if isinstance(value, list) else str(value)
    return text if len(text) <= 30 else f"{text[:29]}…"


def _id(row: Community | Person) -> int:
    assert row.id is not None, "the row was read from the database"
    return row.id
