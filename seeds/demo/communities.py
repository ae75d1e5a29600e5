"""The two invented communities: their areas, meeting places, rules and the people who work there."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select

from models.tables import Area, Community, MeetingPlace, Person, Postcode, Role
from seeds.demo import stock

# Nobody's: no Dutch number has a zero after its area code, and .example belongs to no one.
PHONE = "+31740000000"
TIMEZONE = "Europe/Amsterdam"
DOMAIN = "noaber.example"
TO_TRY = "probeer.example"


@dataclass(frozen=True, slots=True)
class ToTry:
    """Whom anybody may sign in as, by their place in the stock, so that they are the same people on every day.

    Attributes
    ----------
    volunteer : int
        Which offer is theirs.
    meeting : int
        Which request is of the resident whom this volunteer is to meet soon.
    asked : int
        The request for which the volunteer is asked today.
    answers : int
        Another request of that resident, for which a volunteer said yes.
    """

    volunteer: int
    meeting: int
    asked: int
    answers: int


@dataclass(frozen=True, slots=True)
class Plan:
    """What a community is made of."""

    slug: str
    name: str
    organisation: str
    phone: str
    places: tuple[str, ...]
    neighbourhoods: dict[str, str]
    offers: tuple[str, ...]
    asks: tuple[str, ...]
    volunteers: int
    residents: int
    requests: int
    vog_kinds: tuple[str, ...]
    auto_open_kinds: tuple[str, ...] = ()
    staff: tuple[tuple[str, str, str, tuple[str, ...]], ...] = ()
    """(name before the @, first name, last name, roles)"""
    days: dict[str, Any] = field(default_factory=dict)
    admits_without_vog: bool = False
    to_try: ToTry | None = None


TWENTE = Plan(
    slug="midden-twente",
    name="Midden-Twente",
    organisation="Welzijn Midden-Twente (verzonnen)",
    phone=PHONE,
    places=("Hengelo", "Borne", "Oldenzaal", "Hertme", "Zenderen", "Deurningen", "Saasveld", "Weerselo"),
    neighbourhoods={
        "7551": "Hengelo-Centrum",
        "7621": "Borne-Dorp",
        "7571": "Oldenzaal-Centrum",
        "7626": "Hertme",
        "7625": "Zenderen",
        "7597": "Saasveld",
        "7595": "Weerselo",
    },
    offers=("offers_a", "offers_b", "offers_c"),
    asks=("requests_a", "requests_b", "requests_c"),
    volunteers=936,
    residents=150,
    requests=300,
    vog_kinds=("dementia-buddy", "money", "respite-care", "child-minding", "buddy"),
    staff=(
        ("coordinator", "Marloes", "Nijhuis", ("coordinator",)),
        ("beheer", "Bas", "Oude Luttikhuis", ("administrator",)),
        ("fenna", "Fenna", "Roetgerink", ("coordinator",)),
        ("saied", "Saied", "Haddad", ("coordinator",)),
    ),
    to_try=ToTry(volunteer=45, meeting=14, asked=53, answers=15),
)
FRIESLAND = Plan(
    slug="heerenveen",
    name="Heerenveen",
    organisation="Mienskip Heerenveen (verzonnen)",
    phone="+31513000000",
    places=("Heerenveen", "Jubbega", "Tjalleberd", "Oudeschoot", "Aldeboarn", "Akkrum", "Oranjewoud", "Nieuwehorne"),
    neighbourhoods={"8441": "Heerenveen-Sintrum", "8453": "Oranjewâld", "8451": "Oudeskoat"},
    offers=("second_offers",),
    asks=("second_requests",),
    volunteers=60,
    residents=20,
    requests=24,
    vog_kinds=("child-minding", "money", "dementia-buddy", "respite-care", "company-visits"),
    auto_open_kinds=("garden", "bike-repair", "activity-help", "event-help"),
    staff=(("heerenveen", "Sietske", "Hoekstra", ("coordinator", "administrator")),),
    days={"answer_reminder_days": 3, "answer_lapse_days": 6, "no_match_days": 7},
    admits_without_vog=True,
    to_try=ToTry(volunteer=1, meeting=1, asked=20, answers=0),
)


def create(session: Session, plan: Plan, created: datetime) -> tuple[Community, list[Person]]:
    """Make a community with its areas, places and staff; gives the coordinators in order."""
    community = Community(
        slug=plan.slug,
        name=plan.name,
        organisation=plan.organisation,
        phone=plan.phone,
        email=f"hallo@{plan.slug}.{DOMAIN}",
        vog_kinds=list(plan.vog_kinds),
        auto_open_kinds=list(plan.auto_open_kinds),
        admits_without_vog=plan.admits_without_vog,
        invented=True,
        timezone=TIMEZONE,
        **plan.days,
    )
    session.add(community)
    session.flush()
    assert community.id is not None
    codes = session.exec(select(Postcode.code).where(col(Postcode.place).in_(plan.places))).all()
    session.add_all(
        Area(postcode=code, community_id=community.id, neighbourhood=plan.neighbourhoods.get(code, ""))
        for code in sorted(codes)
        if len(code) == 4
    )
    key = {"midden-twente": "twente"}.get(plan.slug, plan.slug)
    session.add_all(
        MeetingPlace(community_id=community.id, name=p.name, address=p.address, opening_hours=p.opening_hours)
        for p in stock.meeting_places(key)
    )
    coordinators = []
    for local, first, last, roles in plan.staff:
        person = Person(
            first_name=first,
            last_name=last,
            email=f"{local}@{TO_TRY}",
            email_confirmed_at=created,
            phone=plan.phone,
            created_at=created,
        )
        session.add(person)
        session.flush()
        assert person.id is not None
        session.add_all(Role(person_id=person.id, community_id=community.id, role=role) for role in roles)
        if "coordinator" in roles:
            coordinators.append(person)
    session.flush()
    return community, coordinators
