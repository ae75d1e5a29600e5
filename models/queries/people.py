"""Reading people: who somebody is, what work they do here, and where they take part."""

from sqlalchemy import bindparam, exists, or_, union
from sqlmodel import Session, col, select

from models.tables import HelpRequest, Person, Role, Volunteer

# Every page of somebody who signed in asks this: put together once.
_ROLES = select(Role).where(Role.person_id == bindparam("person")).order_by(col(Role.community_id), col(Role.role))


def by_id(session: Session, person_id: int) -> Person | None:
    """Give a person, erased or not; None if nobody has that number."""
    return session.get(Person, person_id)


def under(session: Session, email: str) -> list[Person]:
    """Give everybody with an e-mail address (already normalised by `models.values.email`).

    Who proved that they read its mail stands before who only typed it, then who was here first; erased people have no
    address.
    """
    unproven = col(Person.email_confirmed_at).is_(None)
    return list(session.exec(select(Person).where(Person.email == email).order_by(unproven, col(Person.id))))


def by_email(session: Session, email: str) -> Person | None:
    """Give whose account an e-mail address is: the first of `under`."""
    return next(iter(under(session, email)), None)


def sharing(session: Session, person: Person) -> list[Person]:
    """Give who else stands under somebody's e-mail address, in the order of `under`."""
    return [other for other in under(session, person.email) if other.id != person.id] if person.email else []


def roles(session: Session, person_id: int) -> list[Role]:
    """Give a person's work for communities, in a fixed order."""
    return list(session.exec(_ROLES, params={"person": person_id}))


def signed_in(session: Session, person_id: int, session_version: int) -> Person | None:
    """Give the person a browser's session belongs to; None once that session was ended or the person was erased."""
    person = session.get(Person, person_id)
    if person is None or person.erased_at is not None or person.session_version != session_version:
        return None
    return person


def communities_of(session: Session, person_id: int) -> frozenset[int]:
    """Give the ids of the communities where a person asks, helps, or works."""
    asked = select(HelpRequest.community_id).where(
        or_(col(HelpRequest.resident_id) == person_id, col(HelpRequest.asker_id) == person_id),
        col(HelpRequest.community_id).is_not(None),
    )
    helps = select(Volunteer.community_id).where(Volunteer.person_id == person_id)
    works = select(Role.community_id).where(Role.person_id == person_id)
    return frozenset(session.connection().execute(union(asked, helps, works)).scalars())


def takes_part(session: Session, person_id: int, community_id: int) -> bool:
    """Whether a person asks, helps or works in a community."""
    return community_id in communities_of(session, person_id)


def asks_or_helps(session: Session, person_id: int, community_id: int) -> bool:
    """Whether a person asks or helps in a community: its coordinators know them."""
    asked = select(HelpRequest.id).where(
        or_(col(HelpRequest.resident_id) == person_id, col(HelpRequest.asker_id) == person_id),
        HelpRequest.community_id == community_id,
    )
    helps = select(Volunteer.id).where(Volunteer.person_id == person_id, Volunteer.community_id == community_id)
    return any(session.exec(found.limit(1)).first() is not None for found in (asked, helps))


def staff(session: Session, community_id: int) -> list[tuple[Person, str]]:
    """Give who works for a community and as what, by name."""
    statement = (
        select(Person, Role.role)
        .join(Role, col(Role.person_id) == col(Person.id))
        .where(Role.community_id == community_id)
        .order_by(col(Person.first_name), col(Person.last_name), col(Person.id), col(Role.role))
    )
    return [(person, role) for person, role in session.exec(statement)]


def perhaps_the_same(
    session: Session,
    community_id: int,
    *,
    email: str | None = None,
    phone: str | None = None,
    limit: int = 5,
) -> list[Person]:
    """Give people of this community with the same e-mail address or phone number: a hint at the intake, no proof.

    Parameters
    ----------
    email, phone : str, optional
        In our own notation (`models.values`).
    """
    ways = [col(column) == value for column, value in ((Person.email, email), (Person.phone, phone)) if value]
    if not ways:
        return []
    here = or_(
        exists().where(
            col(HelpRequest.community_id) == community_id,
            or_(col(HelpRequest.resident_id) == Person.id, col(HelpRequest.asker_id) == Person.id),
        ),
        exists().where(col(Volunteer.community_id) == community_id, col(Volunteer.person_id) == Person.id),
    )
    found = select(Person).where(or_(*ways), here, col(Person.erased_at).is_(None))
    return list(session.exec(found.order_by(col(Person.id)).limit(limit)))
