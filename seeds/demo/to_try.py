"""Whom anybody may sign in as: always the same volunteer and resident, for whom something happens today."""

from collections.abc import Sequence

from sqlmodel import Session, select

from models.tables import Person, Volunteer
from seeds.demo import communities
from seeds.demo.lives import Ages, HowLong


def name(
    session: Session, plan: communities.Plan, helpers: Sequence[Volunteer], residents: Sequence[Person]
) -> Volunteer | None:
    """Give the volunteer and the resident an address by which the sign-in page finds them; gives the volunteer.

    Before their stories are told: what is mailed to them bears that address.
    """
    if plan.to_try is None:
        return None
    first = session.exec(select(Person.id).where(Person.email == f"inwoner@{communities.TO_TRY}")).first() is None
    suffix = "" if first else f"-{plan.slug}"
    helper = helpers[plan.to_try.volunteer]
    resident = resident_of(plan, plan.to_try.meeting, residents)
    person = session.get_one(Person, helper.person_id)
    for found, quality in ((person, "vrijwilliger"), (resident, "inwoner")):
        found.email = f"{quality}{suffix}@{communities.TO_TRY}"
        found.email_confirmed_at = found.created_at
        session.add(found)
    session.flush()
    return helper


def resident_of(plan: communities.Plan, i: int, residents: Sequence[Person]) -> Person:
    """Give who needs the help that a request asks for."""
    return residents[i * len(residents) // plan.requests]


def give_lives(plan: communities.Plan, lives: list[Ages]) -> None:
    """Exchange lives, so that the requests of these people have theirs."""
    if plan.to_try is None:
        return
    wanted = {
        plan.to_try.meeting: Ages.MEETING,
        plan.to_try.asked: Ages.VOLUNTEER_ASKED,
        plan.to_try.answers: Ages.RESIDENT_ASKED,
    }
    for i, life in wanted.items():
        other = next((n for n, found in enumerate(lives) if found is life and n not in wanted), None)
        if lives[i] is not life and other is not None:
            lives[i], lives[other] = life, lives[i]


def bring_near(plan: communities.Plan, ages: list[HowLong]) -> None:
    """Let the two meet in the days to come."""
    if plan.to_try is not None:
        age = ages[plan.to_try.meeting]
        ages[plan.to_try.meeting] = age._replace(lead=int(age.days) + 2)


def is_theirs(plan: communities.Plan, i: int) -> bool:
    """Whether a request is for the volunteer whom anybody may sign in as."""
    return plan.to_try is not None and i in (plan.to_try.meeting, plan.to_try.asked)
