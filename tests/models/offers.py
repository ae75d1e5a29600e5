"""An offer of help as somebody types it, for the tests of offering and of what follows."""

from dataclasses import replace
from typing import Any

from sqlmodel import Session

from models.actor import NOBODY, Actor
from models.operations import volunteers
from models.operations.volunteers import OfferForm
from models.tables import Community, Volunteer
from tests.factories import NOW

FORM = OfferForm(
    text="Ik rijd u graag naar het ziekenhuis.",
    kinds=["hospital-escort", "transport"],
    postcode=" 7551 ",
    max_km="10",
    windows=[{"day": "tue", "from": "13:00", "to": "17:00"}, {"day": "mon", "from": "09:00", "to": "12:00"}],
    away=[{"from": "2026-12-01", "until": "2026-12-14"}],
    languages=["nl", "en"],
    capacity="2",
    wants_digest=True,
    first_name="Yusuf",
    last_name="Öztürk",
    email="Yusuf@Post.example",
    phone="06 12345678",
)


def offer(session: Session, community: Community, actor: Actor = NOBODY, **typed: Any) -> Volunteer | None:
    """Offer it, with other answers given by name; ``now`` is when."""
    form, now = replace(FORM, **{k: v for k, v in typed.items() if k != "now"}), typed.get("now", NOW)
    return volunteers.offer(session, form, community=community, actor=actor, now=now)
