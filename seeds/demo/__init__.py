"""The invented community: a living place to try, the same every time for the same day. Nobody in it exists."""

import random
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from sqlalchemy import Engine
from sqlmodel import Session, select

from matcher import Reader
from models.database import reading, transaction
from models.settings import Settings
from models.tables import Community, Person
from seeds.demo import communities, mails, portraits, stock, to_try, volunteers
from seeds.demo.clock import told_until
from seeds.demo.homes import Homes
from seeds.demo.lives import LIVES, Ages, how_long, tell_life
from seeds.demo.stories import Teller

SEED = 20261124


def load(
    engine: Engine,
    reader: Reader,
    settings: Settings,
    *,
    now: datetime,
    plans: Sequence[communities.Plan] = (communities.TWENTE, communities.FRIESLAND),
    progress: Callable[[str], None] = lambda _: None,
) -> bool:
    """Load both invented communities in one transaction each; there already: nothing happens.

    Parameters
    ----------
    now : datetime
        The moment of loading (UTC). Their half year is told up to the evening before that day: at any hour of a day the
        same.

    Returns
    -------
    bool
        Whether anything was loaded.
    """
    with reading(engine) as session:
        there = set(session.exec(select(Community.slug)).all())
    wanted = [plan for plan in plans if plan.slug not in there]
    for plan in wanted:
        progress(f"  {plan.name}: {plan.volunteers} volunteers, {plan.requests} requests …")
        with transaction(engine) as session:
            _load(session, plan, reader, settings, now)
    return bool(wanted)


def _load(session: Session, plan: communities.Plan, reader: Reader, settings: Settings, now: datetime) -> None:
    rng = random.Random(f"{SEED}:{plan.slug}")  # noqa: S311  (invention, not secrecy)
    now = told_until(now, communities.TIMEZONE)
    community, coordinators = communities.create(session, plan, now - timedelta(days=1000))
    homes = Homes(session, community)
    helpers = volunteers.create(session, plan, community, coordinators, homes, reader, rng, now)
    asks = stock.asks(*plan.asks)[: plan.requests]
    residents = _residents(session, plan, asks, rng, now)
    reserved = to_try.name(session, plan, helpers, residents)
    portraits.give(session, helpers, reserved)
    post = mails.Post(session, settings, now)
    teller = Teller(session, community, coordinators, helpers, reader, rng, now, post.deliver, asks, reserved)
    lives = _lives(len(asks), rng)
    to_try.give_lives(plan, lives)
    ages = [how_long(life, ask.when, rng) for life, ask in zip(lives, asks, strict=True)]
    to_try.bring_near(plan, ages)
    # In the order in which they were sent: numbers and references count up as they would have.
    for i in sorted(range(len(asks)), key=lambda i: teller.sent(ages[i].days)):
        ask, theirs = asks[i], reserved is not None and to_try.is_theirs(plan, i)
        named = homes.named(ask.text, ask.summary)
        code = reserved.postcode if reserved and theirs and not named else homes.choose(rng, ask.text, ask.summary)
        resident = to_try.resident_of(plan, i, residents)
        asker = _asker(session, plan, i, now) if ask.by else None
        teller.wanted = reserved if theirs else None
        tell_life(teller, lives[i], ages[i], ask, resident, asker, code, rng)
    post.close_the_past(community)


def _residents(
    session: Session, plan: communities.Plan, asks: Sequence[stock.Ask], rng: random.Random, now: datetime
) -> list[Person]:
    surnames = stock.surnames()
    people = []
    for i in range(plan.residents):
        ask = asks[i * len(asks) // plan.residents]
        # A third have no e-mail and are called.
        mail = f"r{i}@{plan.slug}.{communities.DOMAIN}" if rng.random() < 0.66 else None
        first, last = ask.first_name, surnames[(i * 11 + 5) % len(surnames)]
        people.append(
            Person(
                first_name=first,
                last_name=last,
                email=mail,
                email_confirmed_at=now - timedelta(days=300) if mail else None,
                phone=f"+31660{10_000 + i:06d}",
                language="nl",
                created_at=now - timedelta(days=300),
            )
        )
    session.add_all(people)
    session.flush()
    return people


def _asker(session: Session, plan: communities.Plan, i: int, now: datetime) -> Person:
    names, surnames = stock.first_names(), stock.surnames()
    person = Person(
        first_name=names[(i * 13) % len(names)],
        last_name=surnames[(i * 17 + 3) % len(surnames)],
        email=f"a{i}@{plan.slug}.{communities.DOMAIN}",
        phone=f"+31660{20_000 + i:06d}",
        language="nl",
        created_at=now,  # and when they ask, it is then
    )
    session.add(person)
    session.flush()
    return person


def _lives(count: int, rng: random.Random) -> list[Ages]:
    """Give each request its life, in the shares of `LIVES`, shuffled."""
    total = sum(share for _life, share in LIVES)
    lives = [life for life, share in LIVES for _ in range(max(1, round(share * count / total)))]
    lives = (lives + [LIVES[0][0]] * count)[:count]
    rng.shuffle(lives)
    return lives
