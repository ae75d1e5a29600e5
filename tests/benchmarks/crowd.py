"""A community of the size that is measured: thousands of volunteers, a thousand open requests, and their past.

Its texts come from the invented community's stock, over and over, each time with other words around them. It is made
for measuring and shown to nobody.
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Engine
from sqlmodel import Session, SQLModel, col, select

from matcher import Reader
from models import migrations
from models.database import transaction
from models.tables import Area, AuditEntry, Community, Dismissal, HelpRequest, Match, Person, Role, Volunteer
from seeds import reference_data
from seeds.demo import communities, stock
from seeds.demo import volunteers as invented
from seeds.demo.homes import Homes

SEED = 20261122
DESKS = 8
"""How many people sit at the desk: each client of the measurement is another one."""
AT_A_TIME = 500
_BEFORE = ("", "Goedendag. ", "Hallo, ik probeer het gewoon. ", "Mijn dochter zei dat ik het hier mocht vragen. ")
_AFTER = ("", " Alvast bedankt.", " Het hoeft niet meteen.", " Bel gerust, ik ben bijna altijd thuis.", " Groet.")


@dataclass(frozen=True, slots=True)
class Crowd:
    """Who is there to be measured.

    Attributes
    ----------
    desk, helpers : tuple of int
        Ids of people: coordinators, and volunteers who are active.
    requests : tuple of int
        Ids of open requests.
    """

    slug: str
    desk: tuple[int, ...]
    helpers: tuple[int, ...]
    requests: tuple[int, ...]


def gather(engine: Engine, reader: Reader, *, volunteers: int, requests: int, now: datetime) -> Crowd:
    """Migrate an empty database and fill it.

    Parameters
    ----------
    requests : int
        How many stand open; twice as many were fulfilled, and a few are running.
    now : datetime
        The moment up to which things happened (UTC).
    """
    migrations.upgrade(engine)
    reference_data.load(engine, [])
    rng = random.Random(SEED)
    times = -(-volunteers // len(stock.offers(*communities.TWENTE.offers)))
    plan = replace(communities.TWENTE, slug="drukte", volunteers=volunteers, offers=communities.TWENTE.offers * times)
    with transaction(engine) as session:
        community, staff = communities.create(session, plan, now - timedelta(days=1000))
        desk = [*staff, *_more_staff(session, community, DESKS - len(staff), now)]
        codes = _codes(session, community)
        rows = invented.create(session, plan, community, staff, Homes(session, community), reader, rng, now)
        helpers = [row for row in rows if row.state == "active"]
        asked = _requests(session, community, reader, codes, rng, requests, now)
        _matches(session, community, staff, asked, helpers, rng, now)
        community.request_revision = len(asked)
        session.add(community)
        session.flush()
        return Crowd(
            slug=plan.slug,
            desk=_ids(desk),
            helpers=tuple(row.person_id for row in helpers),
            requests=_ids([row for row in asked if row.state == "open"]),
        )


def _ids(rows: Sequence[Any]) -> tuple[int, ...]:
    return tuple(row.id for row in rows)


def _more_staff(session: Session, community: Community, many: int, now: datetime) -> list[Person]:
    people = [Person(first_name=f"Bureau {n}", email=f"bureau{n}@drukte.example", created_at=now) for n in range(many)]
    _add(session, people)
    assert community.id is not None
    _add(session, [Role(person_id=one, community_id=community.id, role="coordinator") for one in _ids(people)])
    return people


def _codes(session: Session, community: Community) -> list[str]:
    wanted = select(Area.postcode).where(Area.community_id == community.id)
    return list(session.exec(wanted.order_by(col(Area.postcode))))


def _requests(
    session: Session,
    community: Community,
    reader: Reader,
    codes: Sequence[str],
    rng: random.Random,
    open_ones: int,
    now: datetime,
) -> list[HelpRequest]:
    """Make the open requests, as many running, and twice as many fulfilled; one in three by somebody who came back."""
    asks = stock.asks(*communities.TWENTE.asks)
    states = ["open"] * open_ones + ["matched"] * open_ones + ["fulfilled"] * (2 * open_ones)
    rng.shuffle(states)
    people = _residents(session, asks, len(states) * 2 // 3, now)
    texts = [f"{rng.choice(_BEFORE)}{asks[n % len(asks)].text}{rng.choice(_AFTER)}".strip() for n in range(len(states))]
    rows = [
        _request(community, ask, text, people[rng.randrange(len(people))], state, rng, now)
        for ask, text, state in zip((asks * (len(states) // len(asks) + 1)), texts, states, strict=False)
    ]
    for number, (row, understood) in enumerate(zip(rows, reader.read(texts), strict=True), start=1):
        row.reference, row.revision, row.postcode = f"2611-{number:04d}", number, rng.choice(codes)
        row.found = [{"slug": f.slug, "confidence": f.confidence} for f in understood.kinds]
        row.vector, row.edition = understood.vector, understood.edition
    _add(session, rows)
    _add(session, [line for row in rows for line in _trace(row, now)])
    return rows


def _residents(session: Session, asks: Sequence[stock.Ask], many: int, now: datetime) -> list[Person]:
    surnames = stock.surnames()
    people = [
        Person(
            first_name=asks[n % len(asks)].first_name,
            last_name=surnames[(n * 11) % len(surnames)],
            email=f"r{n}@drukte.example" if n % 3 else None,
            phone=f"+31670{n:06d}",
            created_at=now - timedelta(days=300),
        )
        for n in range(many)
    ]
    _add(session, people)
    return people


def _request(
    community: Community, ask: stock.Ask, text: str, who: Person, state: str, rng: random.Random, now: datetime
) -> HelpRequest:
    sent = now - timedelta(days=rng.uniform(1, 25) if state == "open" else rng.uniform(30, 200))
    return HelpRequest(
        community_id=community.id,
        state=state,
        resident_id=who.id,
        contact_id=who.id,
        reach="email" if who.email else "phone",
        text=text,
        summary=ask.summary,
        kinds=list(ask.kinds),
        when=_when(ask, now + timedelta(days=rng.randint(2, 20)), rng),
        urgency=rng.choice(("normal", "normal", "normal", "low", "high")),
        leaves_choice=rng.random() < 0.3,
        created_at=sent,
        submitted_at=sent,
        answered_at=sent + timedelta(hours=20),
        opened_at=sent + timedelta(hours=20),
        ended_at=now - timedelta(days=rng.uniform(1, 29)) if state == "fulfilled" else None,
        life_at=sent,
    )


def _when(ask: stock.Ask, day: datetime, rng: random.Random) -> dict[str, Any]:
    start = day.replace(hour=rng.randint(9, 19), minute=0, second=0, microsecond=0, tzinfo=None)
    end = start + timedelta(minutes=90)
    if ask.when == "once":
        return {"kind": "once", "start": start.isoformat("T", "minutes"), "end": end.isoformat("T", "minutes")}
    if ask.when == "weekly":
        name = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")[start.weekday()]
        window = {"day": name, "from": f"{start:%H:%M}", "to": f"{end:%H:%M}"}
        return {"kind": "weekly", "windows": [window], "from": start.date().isoformat()}
    return {"kind": "flexible"}


def _trace(row: HelpRequest, now: datetime) -> list[AuditEntry]:
    steps = [("draft", "submitted", "resident", row.resident_id), ("submitted", "open", "coordinator", None)]
    if row.state != "open":
        steps.append(("open", "matched", "system", None))
    if row.state == "fulfilled":
        steps.append(("matched", "fulfilled", "system", None))
    return [_line("request", row, step, min(row.created_at + timedelta(days=n), now)) for n, step in enumerate(steps)]


def _line(subject: str, row: HelpRequest | Match, step: tuple[str, str, str, int | None], at: datetime) -> AuditEntry:
    before, after, kind, who = step
    return AuditEntry(
        at=at, community_id=row.community_id, actor_kind=kind, actor_id=who, action=f"{subject}_{after}",
        subject=subject, subject_id=row.id, before=before, after=after,
    )  # fmt: skip


def _matches(
    session: Session,
    community: Community,
    staff: Sequence[Person],
    asked: Sequence[HelpRequest],
    helpers: Sequence[Volunteer],
    rng: random.Random,
    now: datetime,
) -> None:
    """Give running and fulfilled requests their match, a third of the open ones a proposal and a sixth a refusal."""
    assert community.id is not None
    taken: set[int] = set()
    found: list[Match] = []
    for number, row in enumerate(asked):
        state = {"matched": "active", "fulfilled": "completed"}.get(row.state) or ("proposed", "", "declined")[
            number % 3
        ]
        helper = helpers[rng.randrange(len(helpers))]
        if not state or (state == "active" and helper.id in taken):
            continue
        taken.add(helper.id or 0)
        at = row.created_at + timedelta(days=1)
        past = {} if state == "proposed" else {"approved_at": at, "asked_at": at, "approved_by": staff[0].id}
        if state in ("active", "completed"):
            past |= {"agreed_at": at, "active_at": at}
        over = now - timedelta(days=1) if state in ("completed", "declined") else None
        found.append(
            Match(
                community_id=community.id, request_id=row.id, volunteer_id=helper.id, state=state,
                origin="volunteer" if number % 2 else "coordinator", proposed_at=at, ended_at=over,
                codes=[{"code": "offers_kind", "slug": row.kinds[0]}], **past,
            )
        )  # fmt: skip
    _add(session, found)
    who = staff[0].id
    steps: dict[str, list[tuple[str, str, str, int | None]]] = {
        "proposed": [],
        "declined": [("proposed", "approved", "coordinator", who), ("approved", "declined", "volunteer", None)],
        "active": [("proposed", "approved", "coordinator", who), ("agreed", "active", "system", None)],
        "completed": [("proposed", "approved", "coordinator", who), ("active", "completed", "system", None)],
    }
    _add(
        session,
        [
            _line("match", match, step, match.proposed_at + timedelta(hours=n))
            for match in found
            for n, step in enumerate([("", "proposed", "coordinator", who), *steps[match.state]])
        ],
    )
    _set_aside(session, asked, helpers, rng, now)


def _set_aside(
    session: Session, asked: Sequence[HelpRequest], helpers: Sequence[Volunteer], rng: random.Random, now: datetime
) -> None:
    wanted = [row for row in asked if row.state == "open"]
    pairs = {(rng.choice(helpers).id or 0, rng.choice(wanted).id or 0) for _ in wanted}
    _add(session, [Dismissal(volunteer_id=one, request_id=other, created_at=now) for one, other in sorted(pairs)])


def _add(session: Session, rows: Sequence[SQLModel]) -> None:
    for start in range(0, len(rows), AT_A_TIME):
        session.add_all(rows[start : start + AT_A_TIME])
        session.flush()
