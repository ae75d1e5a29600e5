"""People in every quality: residents, volunteers, those who work at a desk."""

import hashlib
from datetime import timedelta
from typing import Any

from sqlmodel import Session

from models.actor import Actor
from models.operations import people
from models.tables import (
    Block,
    Certificate,
    Community,
    HelpRequest,
    Person,
    Portrait,
    Role,
    SignInCode,
    Volunteer,
)
from tests.factories.ground import CHEAP_HASHER, NOW, TODAY, add, following_number, row_id


def create_person(session: Session, *, password: str | None = None, **columns: Any) -> Person:
    """Make somebody who proved their e-mail address; ``email=None, phone="+31…"`` for who has none.

    ``email_confirmed_at=None``: the address is only what somebody typed.
    """
    n = following_number()
    values: dict[str, Any] = {
        "first_name": f"Noor{n}",
        "last_name": f"Ter Braak{n}",
        "email": f"persoon{n}@post.example",
        "language": "nl",
        "created_at": NOW - timedelta(days=200),
        **columns,
    }
    if values["email"]:
        values.setdefault("email_confirmed_at", values["created_at"])
    row = Person(**values)
    if password is not None:
        row.password_hash = CHEAP_HASHER.hash(password)
    add(session, row)
    return row


def create_coordinator(session: Session, community: Community, **columns: Any) -> Person:
    """Make somebody who works at a community's desk."""
    return create_staff(session, community, people.COORDINATOR, **columns)


def create_administrator(session: Session, community: Community, **columns: Any) -> Person:
    """Make somebody who may change a community's settings."""
    return create_staff(session, community, people.ADMINISTRATOR, **columns)


def create_staff(session: Session, community: Community, *roles: str, **columns: Any) -> Person:
    """Make somebody with these roles in a community."""
    person = create_person(session, **columns)
    for role in roles:
        add(session, Role(person_id=row_id(person), community_id=row_id(community), role=role))
    return person


def actor_of(session: Session, person: Person) -> Actor:
    """Give what somebody who signed in acts as."""
    session.flush()
    return people.actor_of(session, person)


def link_actor(request: HelpRequest) -> Actor:
    """Give what somebody who came by a request's private link acts as."""
    return Actor(person_id=request.contact_id, only_request=request.id)


def create_volunteer(
    session: Session,
    community: Community,
    person: Person | None = None,
    **columns: Any,
) -> Volunteer:
    """Make an active volunteer in Hengelo, free at any time."""
    person = person or create_person(session)
    row = Volunteer(
        **{
            "person_id": person.id,
            "community_id": community.id,
            "state": "active",
            "text": "Ik rijd graag een stukje met iemand mee naar het ziekenhuis.",
            "kinds": ["hospital-escort", "transport"],
            "postcode": "7551",
            "max_km": 10,
            "capacity": 2,
            "created_at": NOW - timedelta(days=100),
            "confirmed_on": TODAY - timedelta(days=30),
            **columns,
        }
    )
    add(session, row)
    return row


def create_certificate(session: Session, volunteer: Volunteer, seen_by: Person, **columns: Any) -> Certificate:
    """Make a VOG that was seen a month ago and is valid for three years."""
    row = Certificate(
        **{
            "volunteer_id": volunteer.id,
            "seen_by": seen_by.id,
            "seen_on": TODAY - timedelta(days=30),
            "valid_until": TODAY + timedelta(days=3 * 365),
            **columns,
        }
    )
    add(session, row)
    return row


def create_portrait(session: Session, volunteer: Volunteer, picture: bytes = b"a small picture") -> Portrait:
    """Make a portrait; its bytes need be no picture for who only keeps or gives them."""
    row = Portrait(
        volunteer_id=row_id(volunteer), picture=picture, digest=hashlib.sha256(picture).hexdigest(), made_at=NOW
    )
    add(session, row)
    return row


def create_block(
    session: Session, community: Community, one: Person, other: Person, by: Person, **columns: Any
) -> Block:
    """Make two people who must never meet."""
    first, second = sorted((row_id(one), row_id(other)))
    row = Block(
        **{
            "person_id": first,
            "other_id": second,
            "community_id": community.id,
            "blocked_by": by.id,
            "created_at": NOW,
            **columns,
        }
    )
    add(session, row)
    return row


def create_sign_in_code(session: Session, person: Person, **columns: Any) -> SignInCode:
    """Make a code that was mailed a minute ago."""
    n = following_number()
    row = SignInCode(
        **{
            "person_id": person.id,
            "nonce": f"nonce-{n}",
            "created_at": NOW - timedelta(minutes=1),
            "expires_at": NOW + timedelta(minutes=9),
            **columns,
        }
    )
    add(session, row)
    return row
