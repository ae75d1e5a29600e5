"""F25, F27: one poisoned message harms no other; who is erased, pauses or withdraws while a message waits gets none."""

import time
from collections.abc import Callable
from typing import Any

from sqlmodel import Session, select

from models.operations import erasing, people, requests, volunteers
from models.tables import Community, HelpRequest, Match, OutboxMessage, Person, Volunteer
from tests import factories
from tests.faults.conftest import DAYTIME, ROUNDS, Site

POISONS: dict[str, dict[str, Any]] = {
    "no such message": {"name": "no_such_message"},
    "no ids": {"params": {}},
    "ids that are words": {"params": {"request_id": "'; DROP TABLE person"}},
    "no address": {},
    "two addresses": {},
    "a refused address": {},
}
ADDRESSES = {
    "no address": "nobody",
    "two addresses": "a@post.example, b@post.example",
    "a refused address": "nobody-{}@refused.example",
}


def poison(site: Site, kind: str, number: int) -> tuple[int, int]:
    """Write a message that cannot be sent; gives its id and that of whom it is for."""
    with site.house.write() as session:
        there = session.get_one(Community, site.community_id)
        resident = factories.create_person(session)
        request = factories.create_request(session, there, resident)
        if kind in ADDRESSES:
            # As an import of a later day may bring them; unique in the database.
            resident.email = ADDRESSES[kind].format(number) + " " * (number if "{}" not in ADDRESSES[kind] else 0)
        columns = {"params": {"request_id": request.id}, **POISONS[kind]}
        message = factories.create_outbox_message(session, resident, community_id=there.id, due_at=DAYTIME, **columns)
        assert message.id is not None and resident.id is not None
        return message.id, resident.id


def test_the_others_go_out_and_the_poisoned_one_is_on_the_list(site: Site) -> None:
    site.server.mails.answers["RCPT"] = lambda address: "550 nobody here" if "refused" in address else None
    for number in range(ROUNDS):
        kind = list(POISONS)[number % len(POISONS)]
        before = site.tell(site.dice.randint(0, 3))
        bad, person = poison(site, kind, number)
        after = site.tell(site.dice.randint(1, 3))
        assert site.run() == 0
        told = {**before, **after}
        assert set(site.states(told).values()) == {"sent"}, (site.seed, number, kind)
        assert {site.copies(address) for address in told.values()} == {1}
        message = site.house.get(OutboxMessage, bad)
        assert message.state == "failed" and message.error, (site.seed, number, kind)
        [call] = [call for call in site.house.calls() if call.person_id == person]
        assert (call.why, call.done_at) == ("failed", None), (site.seed, number, kind)


Deed = Callable[[Session, Site, dict[str, int]], None]


def erase(session: Session, site: Site, ids: dict[str, int]) -> None:
    """The volunteer wants to be forgotten."""
    person = session.get_one(Person, ids["person"])
    erasing.erase(session, person, actor=people.actor_of(session, person), now=DAYTIME)


def pause(session: Session, site: Site, ids: dict[str, int]) -> None:
    """The volunteer pauses."""
    person = session.get_one(Person, ids["person"])
    volunteer = session.get_one(Volunteer, ids["volunteer"])
    volunteers.pause(session, volunteer, None, actor=people.actor_of(session, person), now=DAYTIME)


def leave(session: Session, site: Site, ids: dict[str, int]) -> None:
    """The volunteer leaves."""
    person = session.get_one(Person, ids["person"])
    volunteer = session.get_one(Volunteer, ids["volunteer"])
    volunteers.leave(session, volunteer, actor=people.actor_of(session, person), now=DAYTIME)


def stop_mail(session: Session, site: Site, ids: dict[str, int]) -> None:
    """The volunteer wants no mail."""
    person = session.get_one(Person, ids["person"])
    people.stop_messages(session, person, actor=people.actor_of(session, person), now=DAYTIME)


def withdraw(session: Session, site: Site, ids: dict[str, int]) -> None:
    """The resident withdraws the request: the volunteer is not asked any more."""
    request = session.get_one(HelpRequest, ids["request"])
    requests.withdraw(session, request, "", actor=factories.link_actor(request), now=DAYTIME)


DEEDS: dict[Deed, str] = {
    erase: "redacted",
    pause: "skipped",
    leave: "skipped",
    stop_mail: "skipped",
    withdraw: "skipped",
}
"""And the state in which the message that waited ends."""


def proposed(site: Site) -> dict[str, int]:
    """A proposal waits to be mailed to a volunteer; gives all ids."""
    with site.house.write() as session:
        there = session.get_one(Community, site.community_id)
        person = factories.create_person(session, first_name="Yusuf")
        volunteer = factories.create_volunteer(session, there, person)
        request = factories.create_request(session, there)
        match = factories.create_match(session, request, volunteer, state="approved")
        message = factories.create_outbox_message(
            session, person, community_id=there.id, name="proposal_volunteer", params={"match_id": match.id},
            key=f"proposal_volunteer:match:{match.id}:{person.id}", due_at=DAYTIME,
        )  # fmt: skip
        rows = {"person": person, "volunteer": volunteer, "request": request, "match": match, "message": message}
        return {name: int(row.id or 0) for name, row in rows.items()}


def test_while_a_message_waits_its_reader_goes_and_gets_no_mail(site: Site) -> None:
    """At a random moment of a worker that is sending: before the message is begun means no mail, ever."""
    site.server.mails.delay = 0.01
    waited = 0
    for number in range(ROUNDS):
        deed = list(DEEDS)[number % len(DEEDS)]
        site.tell(site.dice.randint(0, 3))
        ids = proposed(site)
        with site.house.write() as session:
            address = session.get_one(Person, ids["person"]).email or ""
        worker = site.start()
        time.sleep(site.dice.uniform(0.0, 0.25))
        with site.house.write() as session:
            state = _held(session, ids["message"])
            deed(session, site, ids)
        assert site.nursery.wait(worker) == 0
        assert site.run() == 0
        after = site.house.get(OutboxMessage, ids["message"])
        where = (site.seed, number, deed.__name__, state, after.state, after.error)
        if state in ("pending", "leased"):
            waited += 1
            assert site.copies(address) == 0, where
            assert after.state == DEEDS[deed], where
            assert (after.address, after.subject, after.body, after.html) == ("", "", "", ""), where
        else:
            # Who was asked already also hears that it stopped, unless they stopped it themselves.
            assert site.copies(address) == 1 + (deed is withdraw), where
            assert after.state in ("sent", "redacted"), where
        assert site.house.get(Match, ids["match"]).state == "withdrawn" or deed is stop_mail, where
    assert waited > 0, "the worker was always faster: this proves nothing"


def _held(session: Session, message_id: int) -> str:
    """Give a message's state, held: a worker waits with it until this change is saved."""
    query = select(OutboxMessage.state).where(OutboxMessage.id == message_id).with_for_update()
    return session.exec(query).one()
