"""Volunteers: offering help, keeping the offer right, pausing and ending it, and what the desk decides about it."""

from datetime import date, datetime, timedelta
from typing import Any

from sqlmodel import Session, col, select

from models import values
from models.actor import NOBODY, SYSTEM, Actor
from models.delays import today
from models.errors import Invalid, NotAllowed, NotFound, StaleState
from models.operations import matches, offers, people, portraits
from models.operations.audit import record
from models.operations.offers import OfferForm
from models.operations.telling import MAILED_AT_MOST, MAILED_WITHIN, tell
from models.operations.transitions import first_role, move, touch
from models.permissions import coordinates, roles_on_volunteer
from models.queries import matches as match_queries
from models.queries import people as person_queries
from models.queries import volunteers as queries
from models.rules import needs_vog
from models.states import MATCH_KNOWS_EACH_OTHER, VOLUNTEER, Role, VolunteerState
from models.tables import Certificate, Community, HelpRequest, Person, Volunteer

__all__ = [
    "OfferForm",
    "admit",
    "change",
    "confirm",
    "leave",
    "offer",
    "pause",
    "resume",
    "see_vog",
    "stop",
]

_SAME_CLICK = timedelta(minutes=10)
_TOLD_ANYWAY = timedelta(hours=1)


def offer(
    session: Session,
    form: OfferForm,
    *,
    community: Community,
    actor: Actor,
    now: datetime,
    on_behalf: bool = False,
) -> Volunteer | None:
    """Write down that somebody wants to help.

    Parameters
    ----------
    on_behalf : bool
        A coordinator writes it down for somebody on the phone; else a signed-in person offers for themselves.

    Returns
    -------
    Volunteer or None
        None where a visitor who is not signed in typed the address of somebody who volunteers here already: nothing
        changed, and that person is told by mail. Show the same page as for a new offer. A second click gives the
        offer of the first.

    Raises
    ------
    Invalid
        With the field and what is wrong with it.
    StaleState
        ``left`` or ``stopped``: a signed-in person's offer ended here; only a call opens that door again.
    """
    if on_behalf and not coordinates(actor, community.id):
        raise NotAllowed(wanted="offer")
    columns = offers.check(session, form, today(now, community.timezone))
    offers.check_reach(session, community.id or 0, form)
    signed_in = None if on_behalf or actor.only_request is not None else actor.person_id
    contact = None if signed_in is not None else offers.check_contact(form)
    # Two clicks at once: the second waits here, and finds what the first wrote.
    session.exec(select(Community.id).where(Community.id == community.id).with_for_update(key_share=True)).one()
    if contact is not None:
        twin = _same_click(session, community, columns, contact, now)
        if twin is not None:
            return twin
    if signed_in is not None:
        person = person_queries.by_id(session, signed_in)
        if person is None or person.erased_at is not None:
            raise NotFound
        is_new = False
    else:
        assert contact is not None
        is_new = not (contact["email"] and person_queries.by_email(session, contact["email"]))
        helps_here = people.known_as(
            session, contact["email"], contact["first_name"], contact["last_name"],
            where=lambda one: (one.email_confirmed_at is not None or one.phone == contact["phone"])
            and queries.of_person(session, one.id, community.id) is not None,
        )  # fmt: skip
        person = helps_here or people.write_down(session, language=form.language, now=now, **contact)
    known = queries.of_person(session, person.id, community.id)
    if known is not None:
        return _known(session, known, person, community, now, may_see=on_behalf or signed_in is not None)
    acting = actor if on_behalf or signed_in is not None else NOBODY
    role = Role.COORDINATOR if on_behalf else Role.VOLUNTEER
    # A stranger who typed somebody's address cannot make them a volunteer: a coordinator looks first.
    trusted = is_new or acting is not NOBODY
    return _write_down(session, person, columns, community, acting, role, now, trusted=trusted)


def _write_down(
    session: Session,
    person: Person,
    columns: dict[str, Any],
    community: Community,
    actor: Actor,
    role: Role,
    now: datetime,
    *,
    trusted: bool,
) -> Volunteer:
    assert person.id is not None and community.id is not None
    volunteer = Volunteer(
        person_id=person.id,
        community_id=community.id,
        state=VolunteerState.APPLIED,
        created_at=now,
        confirmed_on=today(now, community.timezone),
        **columns,
    )
    session.add(volunteer)
    session.flush()
    _record(session, volunteer, "volunteer_applied", actor, role, now, after=VolunteerState.APPLIED)
    touch(session, volunteer)
    kinds = columns["kinds"]
    if trusted and community.admits_without_vog and kinds and not needs_vog(community, kinds):
        _admit(session, volunteer, community, actor=SYSTEM, now=now)
    elif actor is not NOBODY or not _is_flooded(session, person, now):
        _tell(session, volunteer, "volunteer_received", community, now)
    return volunteer


def _is_flooded(session: Session, person: Person, now: datetime) -> bool:
    """Whether so many offers were typed with this address within an hour that more mail is a nuisance."""
    return bool(person.email) and queries.count_since(session, person.email or "", now - MAILED_WITHIN) > MAILED_AT_MOST


def _known(
    session: Session, volunteer: Volunteer, person: Person, community: Community, now: datetime, *, may_see: bool
) -> Volunteer | None:
    ended = volunteer.state in VOLUNTEER.final
    if may_see:
        if ended:
            raise StaleState(code=str(volunteer.state), subject="volunteer")
        return volunteer
    just_now = now - volunteer.created_at < _TOLD_ANYWAY  # they have our mail of a moment ago
    if person.email and person.no_messages_at is None and not just_now:
        day = today(now, community.timezone)
        tell(session, person, "already_volunteer", about=f"volunteer:{volunteer.id}:{day}", community=community,
             now=now, params={"volunteer_id": volunteer.id})  # fmt: skip
    return None


def _same_click(
    session: Session, community: Community, columns: dict[str, Any], contact: dict[str, Any], now: datetime
) -> Volunteer | None:
    """Find what a first click wrote of somebody without e-mail: everything typed is the same."""
    if contact["email"]:
        return None
    just_now = session.exec(
        select(Volunteer)
        .join(Person, col(Person.id) == col(Volunteer.person_id))
        .where(
            Volunteer.community_id == community.id,
            Volunteer.created_at > now - _SAME_CLICK,
            Volunteer.text == columns["text"],
            Volunteer.postcode == columns["postcode"],
            Person.first_name == contact["first_name"],
            Person.last_name == contact["last_name"],
            Person.phone == contact["phone"],
            col(Person.email).is_(None),
        )
    ).all()
    return next((found for found in just_now if found.kinds == columns["kinds"]), None)


def change(session: Session, volunteer: Volunteer, form: OfferForm, *, actor: Actor, now: datetime) -> None:
    """Change an offer; who they are and how to reach them is `people.change_details`.

    Raises
    ------
    StaleState
        If the offer has ended.
    """
    role = _role(volunteer, actor)
    if volunteer.state in VOLUNTEER.final:
        raise StaleState(state=volunteer.state, wanted="changed", subject="volunteer")
    day = today(now, match_queries.community_of(session, volunteer.community_id).timezone)
    columns = offers.check(session, form, day)
    if any(columns[name] != getattr(volunteer, name) for name in ("text", "kinds")):
        volunteer.edition = ""  # to be read again
    for name, value in columns.items():
        setattr(volunteer, name, value)
    volunteer.confirmed_on = day
    session.add(volunteer)
    session.flush()
    touch(session, volunteer)
    _record(session, volunteer, "volunteer_changed", actor, role, now)


def confirm(session: Session, volunteer: Volunteer, *, actor: Actor, now: datetime) -> None:
    """Note that the offer still stands."""
    role = _role(volunteer, actor)
    if volunteer.state in VOLUNTEER.final:
        raise StaleState(state=volunteer.state, wanted="confirmed", subject="volunteer")
    volunteer.confirmed_on = today(now, match_queries.community_of(session, volunteer.community_id).timezone)
    session.add(volunteer)
    session.flush()
    touch(session, volunteer)
    _record(session, volunteer, "volunteer_confirmed", actor, role, now)


def admit(session: Session, volunteer: Volunteer, *, actor: Actor, now: datetime) -> None:
    """Let somebody who applied help here."""
    _admit(session, volunteer, match_queries.community_of(session, volunteer.community_id), actor=actor, now=now)


def _admit(session: Session, volunteer: Volunteer, community: Community, *, actor: Actor, now: datetime) -> None:
    _role(volunteer, actor)
    if volunteer.state != VolunteerState.APPLIED:
        raise StaleState(state=volunteer.state, wanted=VolunteerState.ACTIVE, subject="volunteer")
    move(session, volunteer, VolunteerState.ACTIVE, actor=actor, roles=roles_on_volunteer(actor, volunteer), now=now)
    _tell(session, volunteer, "volunteer_admitted", community, now)


def pause(session: Session, volunteer: Volunteer, until: date | None, *, actor: Actor, now: datetime) -> None:
    """Propose nothing to a volunteer for a while; what was not agreed yet is taken back.

    Raises
    ------
    Invalid
        ``date_past``, field ``paused_until``, unless the day lies ahead.
    """
    day = today(now, match_queries.community_of(session, volunteer.community_id).timezone)
    if until is not None and until <= day:
        raise Invalid("paused_until", "date_past")
    _withdraw_live(session, volunteer, actor, now, agreed_too=False)
    move(
        session, volunteer, VolunteerState.PAUSED, actor=actor, roles=roles_on_volunteer(actor, volunteer), now=now,
        paused_until=until,
    )  # fmt: skip


def resume(session: Session, volunteer: Volunteer, *, actor: Actor, now: datetime) -> None:
    """End a pause."""
    _role(volunteer, actor)
    if volunteer.state != VolunteerState.PAUSED:
        raise StaleState(state=volunteer.state, wanted=VolunteerState.ACTIVE, subject="volunteer")
    move(
        session, volunteer, VolunteerState.ACTIVE, actor=actor, roles=roles_on_volunteer(actor, volunteer), now=now,
        paused_until=None,
    )  # fmt: skip


def leave(session: Session, volunteer: Volunteer, *, actor: Actor, now: datetime) -> None:
    """Stop helping, by the volunteer; every match that runs is taken back and the others are told."""
    _withdraw_live(session, volunteer, actor, now)
    move(
        session, volunteer, VolunteerState.LEFT, actor=actor, roles=roles_on_volunteer(actor, volunteer), now=now,
        paused_until=None,
    )  # fmt: skip
    portraits.forget(session, [volunteer])


def stop(session: Session, volunteer: Volunteer, reason: str, *, actor: Actor, now: datetime) -> None:
    """End an offer, by a coordinator, with a reason; every match that runs is taken back."""
    why = values.text("reason", reason, limit=500)
    _withdraw_live(session, volunteer, actor, now)
    move(
        session, volunteer, VolunteerState.STOPPED, actor=actor, roles=roles_on_volunteer(actor, volunteer), now=now,
        reason=why, paused_until=None,
    )  # fmt: skip
    portraits.forget(session, [volunteer])
    community = match_queries.community_of(session, volunteer.community_id)
    _tell(session, volunteer, "volunteer_stopped", community, now)


def see_vog(
    session: Session,
    volunteer: Volunteer,
    *,
    seen_on: date,
    valid_until: date | None,
    actor: Actor,
    now: datetime,
) -> Certificate:
    """Note that a coordinator saw a certificate of conduct: who, what day, until when. Never a copy.

    Raises
    ------
    NotAllowed
        For anybody but a coordinator here, and ``own_vog`` for one's own.
    Invalid
        ``date_future`` for ``seen_on``, ``date_past`` for ``valid_until``.
    """
    if not coordinates(actor, volunteer.community_id) or actor.person_id is None:
        raise NotAllowed(wanted="see_vog")
    if actor.person_id == volunteer.person_id:
        raise NotAllowed(code="own_vog")
    day = today(now, match_queries.community_of(session, volunteer.community_id).timezone)
    if seen_on > day:
        raise Invalid("seen_on", "date_future")
    if valid_until is not None and valid_until <= day:
        raise Invalid("valid_until", "date_past")
    held = match_queries.certificates(session, volunteer.id)
    for certificate in held:
        if (certificate.kind, certificate.seen_on, certificate.valid_until) == ("vog", seen_on, valid_until):
            return certificate  # a second click
    certificate = Certificate(
        volunteer_id=_id(volunteer), seen_by=actor.person_id, seen_on=seen_on, valid_until=valid_until
    )
    session.add(certificate)
    session.flush()
    touch(session, volunteer)
    _record(session, volunteer, "vog_seen", actor, Role.COORDINATOR, now, after=str(valid_until or ""))
    return certificate


def _withdraw_live(
    session: Session, volunteer: Volunteer, actor: Actor, now: datetime, *, agreed_too: bool = True
) -> None:
    _role(volunteer, actor)
    # Requests first and in one order, then the volunteer: as an approval does, so that neither waits for the other.
    ids = [match.request_id for match in match_queries.live_of_volunteer(session, volunteer.id)]
    rows = select(HelpRequest.id).where(col(HelpRequest.id).in_(ids)).order_by(col(HelpRequest.id))
    session.exec(rows.with_for_update(key_share=True)).all()
    session.flush()
    session.refresh(volunteer, with_for_update={"key_share": True})
    for match in match_queries.live_of_volunteer(session, volunteer.id):
        session.refresh(match)
        if agreed_too or match.state not in MATCH_KNOWS_EACH_OTHER:
            matches.withdraw(session, match, "", actor=actor, now=now)


def _role(volunteer: Volunteer, actor: Actor) -> Role:
    roles = roles_on_volunteer(actor, volunteer)
    if not roles:  # a stranger is not told in what state it is
        raise NotAllowed(wanted="changed", subject="volunteer")
    return first_role(roles)


def _tell(session: Session, volunteer: Volunteer, name: str, community: Community, now: datetime) -> None:
    person = match_queries.person_of(session, volunteer.person_id)
    tell(session, person, name, about=f"volunteer:{volunteer.id}", community=community, now=now,
         params={"volunteer_id": volunteer.id})  # fmt: skip


def _record(
    session: Session, volunteer: Volunteer, action: str, actor: Actor, role: Role, now: datetime, after: str = ""
) -> None:
    record(session, actor=actor, role=role, action=action, subject="volunteer", subject_id=volunteer.id, now=now,
           community_id=volunteer.community_id, after=after)  # fmt: skip


def _id(volunteer: Volunteer) -> int:
    assert volunteer.id is not None, "the row was flushed"
    return volunteer.id
