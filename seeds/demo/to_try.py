"""Whom anybody may sign in as: a volunteer and a resident for whom something happens today."""

from sqlmodel import Session, col, select

from models.states import MatchState
from models.tables import Appointment, Community, HelpRequest, Match, OutboxMessage, Person, Volunteer
from seeds.demo.communities import TO_TRY

# What makes a page worth looking at, the best first.
_VOLUNTEER = (MatchState.ACTIVE, MatchState.APPROVED, MatchState.AGREED, MatchState.PROPOSED)
_RESIDENT = (MatchState.ACTIVE, MatchState.ACCEPTED, MatchState.AGREED, MatchState.COMPLETED)


def choose(session: Session, community: Community) -> None:
    """Give the liveliest volunteer and resident an address by which the sign-in page finds them."""
    session.flush()
    first = session.exec(select(Person.id).where(Person.email == f"inwoner@{TO_TRY}")).first() is None
    suffix = "" if first else f"-{community.slug}"
    helpers: dict[int, set[str]] = {}
    residents: dict[int, set[str]] = {}
    rows = session.exec(
        select(Match, Volunteer.person_id, HelpRequest.contact_id, HelpRequest.resident_id)
        .join(Volunteer, col(Volunteer.id) == Match.volunteer_id)
        .join(HelpRequest, col(HelpRequest.id) == Match.request_id)
        .where(Match.community_id == community.id)
    ).all()
    coming = set(session.exec(select(Appointment.match_id).where(Appointment.state == "planned")).all())
    for match, helper, contact, resident in rows:
        states = {match.state, *(["soon"] if match.id in coming else [])}
        helpers.setdefault(helper, set()).update(states)
        if contact is not None and contact == resident:
            residents.setdefault(contact, set()).update(states)
    _name(session, helpers, ("soon", *_VOLUNTEER), f"vrijwilliger{suffix}@{TO_TRY}")
    _name(session, residents, ("soon", *_RESIDENT), f"inwoner{suffix}@{TO_TRY}")


def _name(session: Session, found: dict[int, set[str]], wanted: tuple[str, ...], address: str) -> None:
    with_mail = [p for p in session.exec(select(Person).where(col(Person.id).in_(found))) if p.email and p.id]
    if not with_mail:
        return

    def liveliness(person: Person) -> tuple[int, int]:
        states = found[person.id or 0]
        return sum(2 ** (len(wanted) - i) for i, state in enumerate(wanted) if state in states), -(person.id or 0)

    chosen = max(with_mail, key=liveliness)
    for message in session.exec(select(OutboxMessage).where(OutboxMessage.recipient_id == chosen.id)):
        if message.address:
            message.address = address
            session.add(message)
    chosen.email = address
    session.add(chosen)
