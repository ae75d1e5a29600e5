"""The invented volunteers: who offers what, when, and how far."""

import random
import zlib
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from sqlmodel import Session

from matcher import Reader
from models.preferences import VOLUNTEER_AVOIDS
from models.tables import AuditEntry, Certificate, Community, Person, Volunteer
from seeds.demo import stock
from seeds.demo.communities import DOMAIN, Plan
from seeds.demo.homes import Homes

_WEEK = ("mon", "tue", "wed", "thu", "fri")
_WEEKEND = ("sat", "sun")
_MORNING, _AFTERNOON, _EVENING = ("09:00", "12:00"), ("12:00", "17:00"), ("17:00", "21:30")
_ENGLISH = frozenset(("the", "and", "with", "your", "can", "happy", "I'm", "my", "help"))
ADMISSION = timedelta(days=2)
"""From signing up until being admitted."""
# The rest of every thousand is active.
_STATES = (("applied", 15), ("paused", 22), ("left", 8), ("stopped", 3))


def create(
    session: Session,
    plan: Plan,
    community: Community,
    coordinators: Sequence[Person],
    homes: Homes,
    reader: Reader,
    rng: random.Random,
    now: datetime,
) -> list[Volunteer]:
    """Make the volunteers of a community, their checks and the trace of their admission."""
    chosen = stock.offers(*plan.offers)[: plan.volunteers]
    read = reader.read([offer.text for offer in chosen])
    surnames = stock.surnames()
    people, rows = [], []
    for i, offer in enumerate(chosen):
        created = now - timedelta(days=rng.randint(4, 900), minutes=rng.randint(0, 700))
        people.append(_person(plan, offer, surnames[(i * 7) % len(surnames)], i, created, rng))
    session.add_all(people)
    session.flush()
    for i, (offer, person, understood) in enumerate(zip(chosen, people, read, strict=True)):
        row = _volunteer(community, offer, person, homes.choose(rng, offer.text), rng, now)
        if plan.to_try is not None and i == plan.to_try.volunteer:
            _make_ready(row, person, offer)
        row.found = [{"slug": f.slug, "confidence": f.confidence} for f in understood.kinds]
        row.vector, row.edition, row.revision = understood.vector, understood.edition, i + 1
        rows.append(row)
    community.volunteer_revision = len(rows)
    session.add_all([*rows, community])
    session.flush()
    session.add_all(_certificates(rows, coordinators, community, rng, now.date()))
    session.add_all(_trace(rows, coordinators, rng))
    session.flush()
    return rows


def _person(plan: Plan, offer: stock.Offer, last: str, i: int, created: datetime, rng: random.Random) -> Person:
    email = f"v{i}@{plan.slug}.{DOMAIN}" if rng.random() < 0.94 else None
    return Person(
        first_name=offer.first_name,
        last_name=last,
        email=email,
        email_confirmed_at=created if email else None,
        phone=f"+31660{i:06d}",
        language="en" if _is_english(offer.text) else "nl",
        created_at=created,
    )


def _volunteer(
    community: Community,
    offer: stock.Offer,
    person: Person,
    code: str,
    rng: random.Random,
    now: datetime,
) -> Volunteer:
    state, mark = "active", rng.randrange(1000)
    for name, share in _STATES:
        if mark >= share:
            mark -= share
            continue
        state = name
        break
    created = max(person.created_at, now - timedelta(days=6)) if state == "applied" else person.created_at
    assert person.id is not None and community.id is not None
    return Volunteer(
        person_id=person.id,
        community_id=community.id,
        state=state,
        text=offer.text,
        kinds=list(offer.kinds) if rng.random() < 0.8 else [],
        postcode=code,
        max_km=rng.choice((3, 5, 5, 7, 10, 10, 15)),
        languages=_languages(offer.text, rng),
        avoids=_avoids(offer.text),
        windows=_windows(rng),
        away=_away(rng, now.date()),
        capacity=rng.choice((1, 1, 1, 2, 2, 3)),
        wants_digest=rng.random() < 0.7,
        created_at=created,
        confirmed_on=(created + (now - created) * rng.random()).date(),
        paused_until=now.date() + timedelta(days=rng.randint(10, 60)) if state == "paused" else None,
    )


def _make_ready(row: Volunteer, person: Person, offer: stock.Offer) -> None:
    """Whom anybody may sign in as must be able to do what their stories need."""
    row.state, row.kinds, row.capacity, row.max_km = "active", list(offer.kinds), 3, 15
    row.windows, row.away, row.paused_until = None, [], None
    person.created_at = row.created_at = row.created_at - timedelta(days=365)


def _avoids(text: str) -> list[str]:
    """Let one in seven have something at somebody's home that does not suit them."""
    number = zlib.crc32(text.encode())
    return [VOLUNTEER_AVOIDS[number // 7 % 4]] if number % 7 == 0 else []


def _is_english(text: str) -> bool:
    return len(_ENGLISH.intersection(text.split())) >= 2


def _languages(text: str, rng: random.Random) -> list[str]:
    spoken = ["en", "nl"] if _is_english(text) and rng.random() < 0.5 else ["en"] if _is_english(text) else ["nl"]
    if rng.random() < 0.4 and "en" not in spoken:
        spoken.append("en")
    if rng.random() < 0.15:
        spoken.append(rng.choice(("de", "de", "tr", "ar", "pl", "uk", "fr")))
    return spoken


def _windows(rng: random.Random) -> list[dict[str, str]] | None:
    shape = rng.choice(("retired", "retired", "works", "student", "any", "evenings"))
    if shape == "any":
        return None
    slots: list[tuple[str, tuple[str, str]]] = []
    if shape == "retired":
        days = rng.sample(_WEEK, rng.randint(2, 5))
        slots = [(day, part) for day in days for part in (_MORNING, _AFTERNOON) if rng.random() < 0.8]
    elif shape == "works":
        slots = [(day, _EVENING) for day in rng.sample(_WEEK, 2)] + [("sat", _MORNING), ("sat", _AFTERNOON)]
    elif shape == "student":
        slots = [(day, rng.choice((_AFTERNOON, _EVENING))) for day in rng.sample((*_WEEK, *_WEEKEND), 3)]
    else:
        slots = [(day, _EVENING) for day in rng.sample((*_WEEK, *_WEEKEND), rng.randint(2, 4))]
    order = (*_WEEK, *_WEEKEND)
    slots = sorted(slots or [("wed", _AFTERNOON)], key=lambda slot: (order.index(slot[0]), slot[1]))
    return [{"day": day, "from": part[0], "to": part[1]} for day, part in slots]


def _away(rng: random.Random, today: date) -> list[dict[str, str]]:
    if rng.random() > 0.08:
        return []
    first = today + timedelta(days=rng.randint(-5, 40))
    return [{"from": first.isoformat(), "until": (first + timedelta(days=rng.randint(3, 16))).isoformat()}]


def _certificates(
    rows: Sequence[Volunteer], coordinators: Sequence[Person], community: Community, rng: random.Random, today: date
) -> list[Certificate]:
    found = []
    for row in rows:
        asked = not set(row.kinds).isdisjoint(community.vog_kinds)
        if row.state == "applied" or (rng.random() > (0.85 if asked else 0.25)):
            continue
        seen = max(row.created_at.date(), today - timedelta(days=700)) + timedelta(days=rng.randint(0, 2))
        assert row.id is not None
        seer = coordinators[rng.randrange(len(coordinators))].id
        assert seer is not None
        years = 3 if rng.random() < 0.9 else 1
        found.append(
            Certificate(
                volunteer_id=row.id,
                seen_by=seer,
                seen_on=min(seen, today),
                valid_until=min(seen, today) + timedelta(days=365 * years),
            )
        )
    return found


def _trace(rows: Sequence[Volunteer], coordinators: Sequence[Person], rng: random.Random) -> list[AuditEntry]:
    """What the audit log says of each: applied, admitted, and how it went on."""
    found = []
    for row in rows:
        steps: list[tuple[str, str, str, int | None]] = [("", "applied", "volunteer", row.person_id)]
        who = coordinators[rng.randrange(len(coordinators))].id
        if row.state != "applied":
            steps.append(("applied", "active", "coordinator", who))
        if row.state in ("paused", "left"):
            steps.append(("active", row.state, "volunteer", row.person_id))
        if row.state == "stopped":
            row.reason = rng.choice(stock.reasons()["stop_volunteer"])
            steps.append(("active", "stopped", "coordinator", who))
        found += [_line(row, at, step) for at, step in enumerate(steps)]
    return found


def _line(row: Volunteer, at: int, step: tuple[str, str, str, int | None]) -> AuditEntry:
    before, after, kind, who = step
    line: dict[str, Any] = {"before": before, "after": after, "actor_kind": kind, "actor_id": who}
    return AuditEntry(
        at=row.created_at + ADMISSION * at,
        community_id=row.community_id,
        action=f"volunteer_{after}",
        subject="volunteer",
        subject_id=row.id,
        reason=row.reason if after == "stopped" else "",
        **line,
    )
