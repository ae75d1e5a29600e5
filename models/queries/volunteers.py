"""Reads of volunteers in a community."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, func
from sqlmodel import Session, col, select

from models.states import MATCH_TAKES_PLACE
from models.tables import Certificate, Match, OfferDraft, Person, Portrait, Volunteer

DRAFT_KEPT = timedelta(days=30)

# Every page of somebody who signed in asks this: put together once.
_OF_PERSON = select(Volunteer).where(
    Volunteer.person_id == bindparam("person"), Volunteer.community_id == bindparam("community")
)

# And every ranking these.
_THESE: Any = bindparam("ids", expanding=True)
_LOADS: Any = (
    select(Match.volunteer_id, func.count())
    .where(Match.community_id == bindparam("community"), col(Match.state).in_(MATCH_TAKES_PLACE))
    .group_by(col(Match.volunteer_id))
)
_LOADS_OF: Any = _LOADS.where(col(Match.volunteer_id).in_(_THESE))
_CERTIFICATES: Any = (
    select(Certificate)
    .join(Volunteer, col(Volunteer.id) == Certificate.volunteer_id)
    .where(Volunteer.community_id == bindparam("community"))
    .order_by(col(Certificate.id))
)
_CERTIFICATES_OF: Any = _CERTIFICATES.where(col(Certificate.volunteer_id).in_(_THESE))


def draft(session: Session, draft_key: str, community_id: int) -> OfferDraft | None:
    """Give the offer that a browser is writing in a community."""
    query = select(OfferDraft).where(OfferDraft.draft_key == draft_key, OfferDraft.community_id == community_id)
    return session.exec(query).first()


def by_id(session: Session, community_id: int | None, volunteer_id: int) -> Volunteer | None:
    """Give a volunteer of this community; None for another's."""
    found = session.get(Volunteer, volunteer_id)
    return found if found is not None and found.community_id == community_id else None


def of_person(session: Session, person_id: int | None, community_id: int | None) -> Volunteer | None:
    """Give a person's offer of help in a community."""
    return session.exec(_OF_PERSON, params={"person": person_id, "community": community_id}).first()


def count_since(session: Session, email: str, since: datetime) -> int:
    """Count the offers of everybody with this address, whoever typed it, made since a moment (UTC)."""
    query = select(func.count()).select_from(Volunteer).join(Person, col(Person.id) == col(Volunteer.person_id))
    return int(session.exec(query.where(Person.email == email, Volunteer.created_at >= since)).one())


def in_states(session: Session, community_id: int | None, states: Iterable[str]) -> Sequence[tuple[Volunteer, Person]]:
    """Give volunteers in some states with who they are, newest first."""
    query = (
        select(Volunteer, Person)
        .join(Person, col(Person.id) == Volunteer.person_id)
        .where(Volunteer.community_id == community_id, col(Volunteer.state).in_(list(states)))
        .order_by(col(Volunteer.created_at).desc(), col(Volunteer.id).desc())
    )
    return session.exec(query).all()


def loads(session: Session, community_id: int | None, ids: Iterable[int] | None = None) -> dict[int, int]:
    """Count how many matches each volunteer helps in now; who helps in none is left out."""
    query, these = (_LOADS, {}) if ids is None else (_LOADS_OF, {"ids": list(ids)})
    return dict(session.exec(query, params={"community": community_id, **these}).all())


def certificates(session: Session, ids: Iterable[int] | None, community_id: int | None) -> dict[int, list[Certificate]]:
    """Give the checks that were seen, by volunteer."""
    query, these = (_CERTIFICATES, {}) if ids is None else (_CERTIFICATES_OF, {"ids": list(ids)})
    found: dict[int, list[Certificate]] = {}
    for certificate in session.exec(query, params={"community": community_id, **these}):
        found.setdefault(certificate.volunteer_id, []).append(certificate)
    return found


def has_portrait(session: Session, volunteer_id: int | None) -> bool:
    """Whether there is a picture of a volunteer; the picture itself is left where it is."""
    return session.exec(select(Portrait.volunteer_id).where(Portrait.volunteer_id == volunteer_id)).first() is not None


def portrait(session: Session, volunteer_id: int | None) -> Portrait | None:
    """Give the picture of a volunteer."""
    return session.exec(select(Portrait).where(Portrait.volunteer_id == volunteer_id)).first()
