"""People: writing down who somebody is, keeping it right, stopping their mail, and forgetting them."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from models import values
from models.actor import NOBODY, Actor
from models.catalogue import available_languages
from models.errors import Invalid, NotAllowed, NotFound, StaleState
from models.operations.audit import record
from models.operations.telling import as_known, put_on_call_list
from models.queries import people as queries
from models.states import MATCH_KNOWS_EACH_OTHER, MessageState, Role
from models.tables import Community, HelpRequest, Match, OutboxMessage, Person, Volunteer

COORDINATOR, ADMINISTRATOR = str(Role.COORDINATOR), str(Role.ADMINISTRATOR)
SELF = "self"
"""Written in the audit log where somebody changes what is their own, whatever else they are here."""
ADDRESS_LIMIT = 300
# Nobody needs a phone call because a mail of these did not go out.
_NOT_WORTH_A_CALL = frozenset({"already_volunteer", "digest", "request_link", "sign_in"})


@dataclass(frozen=True, slots=True)
class _Right:
    """In what quality somebody may change a person, and in which community's log it belongs."""

    role: str
    community_id: int | None = None


def write_down(
    session: Session,
    *,
    first_name: str,
    last_name: str = "",
    email: str | None = None,
    phone: str | None = None,
    language: str,
    now: datetime,
) -> Person:
    """Write down who somebody says they are.

    Always a person of their own, whoever has that address: what was typed proves nothing, changes nothing about anybody
    and shows nobody's details. Who comes in by mail is joined with what was typed in their name (see `joining`).

    Parameters
    ----------
    first_name, last_name, email, phone : str
        Already brought to our notation by `models.values`.
    """
    person = Person(
        first_name=first_name,
        last_name=last_name,
        email=email or None,
        phone=phone or None,
        language=_language(language),
        created_at=now,
    )
    session.add(person)
    session.flush()
    return person


def known_as(
    session: Session, email: str | None, first_name: str, last_name: str = "", *, where: Callable[[Person], bool]
) -> Person | None:
    """Find somebody of this address and this name for whom something else holds too; who proved it comes first."""
    everybody = queries.under(session, email) if email else []
    found = next((one for one in everybody if is_named(one, first_name, last_name) and where(one)), None)
    return None if found is None else as_known(session, found)


def is_named(person: Person, first_name: str, last_name: str = "") -> bool:
    """Whether this can be somebody's name, as typed elsewhere."""
    return values.is_same_name((person.first_name, person.last_name), (first_name, last_name))


def actor_of(session: Session, person: Person) -> Actor:
    """Give what somebody who signed in may act as; somebody erased is nobody."""
    if person.erased_at is not None or person.id is None:
        return NOBODY
    work = queries.roles(session, person.id)
    return Actor(
        person_id=person.id,
        coordinates=frozenset(r.community_id for r in work if r.role == COORDINATOR),
        administers=frozenset(r.community_id for r in work if r.role == ADMINISTRATOR),
    )


def change_details(
    session: Session,
    person: Person,
    *,
    first_name: str,
    last_name: str,
    phone: str,
    language: str,
    actor: Actor,
    now: datetime,
) -> None:
    """Correct a name, a phone number and a language, given as typed.

    Raises
    ------
    NotAllowed
        For anybody but the person and the coordinators of a community where they take part.
    Invalid
        Of `values.name` and `values.phone`; ``phone_needed`` where they could not be reached any more; ``choice`` for
        a language.
    """
    right = _right(session, person, actor, by_link=False)
    first = values.name("first_name", first_name)
    last = values.name("last_name", last_name, required=False)
    number = values.phone("phone", phone) if phone.strip() else None
    if number is None and person.phone and not person.email:
        raise Invalid("phone", "phone_needed")
    after = (first, last, number, _language(language))
    if after != (person.first_name, person.last_name, person.phone, person.language):
        person.first_name, person.last_name, person.phone, person.language = after
        _changed(session, person, "details_changed", right, actor, now)


def set_address(session: Session, person: Person, address: str, *, actor: Actor, now: datetime) -> None:
    """Note where somebody lives, as typed on one line; empty takes it away.

    Raises
    ------
    NotAllowed
        For anybody but the person (by their request's private link too) and their coordinators.
    StaleState
        ``no_agreed_match``: an address is asked only once somebody is really coming.
    """
    right = _right(session, person, actor)
    clean = values.text("address", address, limit=ADDRESS_LIMIT, required=False, one_line=True)
    if clean and not _is_matched(session, person):
        raise StaleState(code="no_agreed_match", subject="person")
    if clean != person.address:
        person.address = clean
        _changed(session, person, "address_changed", right, actor, now)


def set_language(session: Session, person: Person, language: str, *, actor: Actor, now: datetime) -> None:
    """Choose the language of mails and pages (two letters, ISO 639-1)."""
    right = _right(session, person, actor)
    if person.language != _language(language):
        person.language = language
        _changed(session, person, "language_changed", right, actor, now)


def stop_messages(session: Session, person: Person, *, actor: Actor, now: datetime) -> None:
    """Send somebody no mail any more; what waits to be sent is told by phone instead."""
    right = _right(session, person, actor)
    if person.no_messages_at is not None:
        return
    person.no_messages_at = now
    _changed(session, person, "messages_stopped", right, actor, now)
    _call_instead(session, person, now)


def resume_messages(session: Session, person: Person, *, actor: Actor, now: datetime) -> None:
    """Send somebody mail again."""
    right = _right(session, person, actor)
    if person.no_messages_at is not None:
        person.no_messages_at = None
        _changed(session, person, "messages_resumed", right, actor, now)


def erase(session: Session, person: Person, *, actor: Actor, now: datetime) -> None:
    """Forget somebody: what they wrote and who they were goes, that something happened stays (see `erasing`)."""
    # Here and not above: requests write people down with this module, and erasing withdraws requests.
    from models.operations.erasing import erase as forget

    forget(session, person, actor=actor, now=now)


def _right(session: Session, person: Person, actor: Actor, *, by_link: bool = True) -> _Right:
    if person.erased_at is not None or person.id is None:
        raise NotFound
    if actor.only_request is not None:
        request = session.get(HelpRequest, actor.only_request)
        if (
            by_link
            and actor.is_proven
            and request is not None
            and person.id in (request.resident_id, request.contact_id)
        ):
            return _Right(Role.RESIDENT, request.community_id)
        raise NotAllowed(wanted="person")
    if actor.person_id == person.id:
        return _Right(SELF)
    shared = queries.communities_of(session, person.id) & actor.coordinates
    if not shared:
        raise NotAllowed(wanted="person")
    return _Right(Role.COORDINATOR, min(shared))


def _changed(session: Session, person: Person, action: str, right: _Right, actor: Actor, now: datetime) -> None:
    session.add(person)
    session.flush()
    record(session, actor=actor, role=right.role, action=action, subject="person", subject_id=person.id, now=now,
           community_id=right.community_id)  # fmt: skip


def _language(language: str) -> str:
    if language not in available_languages():
        raise Invalid("language", "choice")
    return language


def _is_matched(session: Session, person: Person) -> bool:
    of_request = (
        select(Match.id)
        .join(HelpRequest, col(HelpRequest.id) == col(Match.request_id))
        .where(HelpRequest.resident_id == person.id, col(Match.state).in_(MATCH_KNOWS_EACH_OTHER))
    )
    of_offer = (
        select(Match.id)
        .join(Volunteer, col(Volunteer.id) == col(Match.volunteer_id))
        .where(Volunteer.person_id == person.id, col(Match.state).in_(MATCH_KNOWS_EACH_OTHER))
    )
    return any(session.exec(found.limit(1)).first() is not None for found in (of_request, of_offer))


def _call_instead(session: Session, person: Person, now: datetime) -> None:
    waiting = select(OutboxMessage).where(
        OutboxMessage.recipient_id == person.id,
        col(OutboxMessage.state).in_((MessageState.PENDING, MessageState.LEASED)),
    )
    for message in session.exec(waiting.order_by(col(OutboxMessage.id)).with_for_update()).all():
        message.state, message.ended_at = str(MessageState.SKIPPED), now
        session.add(message)
        community = session.get(Community, message.community_id) if message.community_id else None
        if community is None or message.name in _NOT_WORTH_A_CALL:
            continue
        about = message.key.removeprefix(f"{message.name}:").removesuffix(f":{person.id}")
        put_on_call_list(session, person, message.name, about=about, community=community, now=now,
                         params=message.params, due=message.due_at)  # fmt: skip
