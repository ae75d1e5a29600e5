"""Who asks for help, for whom, and how to reach them: found where they are surely known, else written down."""

from datetime import datetime
from functools import partial
from typing import Any

from sqlmodel import Session

from models import values
from models.actor import Actor
from models.errors import Invalid
from models.operations import people
from models.operations.request_form import RequestForm
from models.queries import people as queries
from models.tables import Community, Person


def people_of(
    session: Session, form: RequestForm, community: Community, actor: Actor, now: datetime, *, by_desk: bool
) -> tuple[Person, Person | None]:
    """Find or write down the resident, and who asks for them."""
    for_other = bool(form.relation)
    by_asker = for_other and form.contact == "asker"
    reached = {"resident": not by_asker, "asker": by_asker}
    # Both are checked before either is written down.
    of_resident = _details(form, "", reached["resident"])
    of_asker = _details(form, "asker_", reached["asker"]) if for_other else None
    if of_asker is not None and of_asker["email"] and of_asker["email"] == of_resident["email"]:
        raise Invalid("asker_email", "same_person")
    own = None if by_desk or actor.only_request is not None else queries.by_id(session, actor.person_id or 0)
    found: list[Person] = []
    for details, is_own in ((of_resident, not for_other), (of_asker, True)):
        if details is None:
            continue
        known: Person | None = None
        if by_desk:
            known = people.known_as(
                session, details["email"], details["first_name"], details["last_name"],
                where=partial(_is_of, session, community, details["phone"]),
            )  # fmt: skip
        elif is_own and own is not None:
            known = _as_signed_in(session, own, details, actor, now)
        found.append(known or people.write_down(session, **details, language=form.language, now=now))
    return found[0], found[1] if for_other else None


def _is_of(session: Session, community: Community, phone: str | None, person: Person) -> bool:
    """Whether a coordinator may see somebody's details anyway, and they are as typed, the number too."""
    return phone == person.phone and queries.asks_or_helps(session, person.id or 0, community.id or 0)


def _as_signed_in(session: Session, own: Person, details: dict[str, Any], actor: Actor, now: datetime) -> Person | None:
    """Give who is signed in where they ask under their own name and address; another number is their new one."""
    if details["email"] not in (None, own.email) or not people.is_named(
        own, details["first_name"], details["last_name"]
    ):
        return None
    if details["phone"] not in (None, own.phone):
        people.change_details(
            session, own, first_name=own.first_name, last_name=own.last_name, phone=details["phone"],
            language=own.language, actor=actor, now=now,
        )  # fmt: skip
    return own


def _details(form: RequestForm, prefix: str, must_be_reached: bool) -> dict[str, Any]:
    email, phone = getattr(form, f"{prefix}email"), getattr(form, f"{prefix}phone")
    if must_be_reached and form.reach == "email" and not email.strip():
        raise Invalid(f"{prefix}email", "required")
    if must_be_reached and form.reach == "phone" and not phone.strip():
        raise Invalid(f"{prefix}phone", "required")
    return {
        "first_name": values.name(f"{prefix}first_name", getattr(form, f"{prefix}first_name")),
        "last_name": "" if prefix else values.name("last_name", form.last_name, required=False),
        "email": values.email(f"{prefix}email", email) if email.strip() else None,
        "phone": values.phone(f"{prefix}phone", phone) if phone.strip() else None,
    }
