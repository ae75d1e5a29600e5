"""Who is mailed at all: not at night, and not who was erased, paused, left or wants no mail."""

from datetime import timedelta

import pytest

from jobs.channels import Begin
from models.operations import outbox, people
from models.operations.outbox import Parcel
from models.tables import Community, HelpRequest, OutboxMessage, Person, Volunteer
from tests import factories
from tests.jobs.conftest import House, Remembering, told, waiting


def test_nothing_is_sent_at_night_but_a_code_asked_for_this_minute(house: House) -> None:
    house.clock.now = factories.NOW.replace(hour=20, minute=30)  # 21:30 in Amsterdam
    message_id, person_id = told(house, due_at=factories.NOW)
    with house.write() as session:
        person = session.get(Person, person_id)
        community = session.get(Community, 1)
        assert person is not None and community is not None
        code = factories.create_sign_in_code(session, person, created_at=house.clock(),
                                             expires_at=house.clock() + timedelta(minutes=10))  # fmt: skip
        waiting(session, person, community, name="sign_in", params={"code_id": code.id}, urgent=True,
                due_at=house.clock())  # fmt: skip
    assert house.deliver() == {"sent": 1, "settled": 1}
    message = house.get(OutboxMessage, message_id)
    assert message.state == "pending" and message.due_at == factories.NOW.replace(hour=7) + timedelta(days=1)
    house.clock.now = message.due_at
    assert house.deliver() == {"sent": 1}


def test_what_somebody_erased_was_to_be_told_is_redacted(house: House) -> None:
    message_id, person_id = told(house)
    with house.write() as session:
        person = session.get(Person, person_id)
        assert person is not None
        people.erase(session, person, actor=people.actor_of(session, person), now=house.clock())
    assert house.deliver() == {}
    message = house.get(OutboxMessage, message_id)
    assert (message.state, message.address, message.body) == ("redacted", "", "")
    assert house.calls() == []


def test_somebody_erased_under_way_gets_no_mail_either(house: House) -> None:
    message_id, person_id = told(house)
    with house.write() as session:
        outbox.claim(session, worker=house.name, now=house.clock(), limit=1)
    with house.write() as session:
        # Only the person: what stands in the outbox is found out when it is made.
        person = session.get(Person, person_id)
        assert person is not None
        person.erased_at, person.email = house.clock(), None
    with house.write() as session:
        parcel = outbox.prepare(session, message_id, worker=house.name, settings=house.settings, now=house.clock())
    assert parcel is None and house.get(OutboxMessage, message_id).state == "redacted"


def test_who_wants_no_mail_any_more_is_called(house: House) -> None:
    message_id, person_id = told(house)
    with house.write() as session:
        person = session.get(Person, person_id)
        assert person is not None
        person.no_messages_at = house.clock()
    assert house.deliver() == {"settled": 1}
    assert (house.get(OutboxMessage, message_id).state, house.get(OutboxMessage, message_id).error) == (
        "skipped",
        "no_messages",
    )
    assert [c.person_id for c in house.calls()] == [person_id]


def test_what_is_no_longer_useful_is_skipped_and_says_so(house: House) -> None:
    message_id, _ = told(house)
    with house.write() as session:
        request = session.get(HelpRequest, 1)
        assert request is not None
        request.state = "withdrawn"
    assert house.deliver() == {"settled": 1}
    assert (house.get(OutboxMessage, message_id).state, house.get(OutboxMessage, message_id).error) == (
        "skipped",
        "moved_on",
    )
    assert house.channel.parcels == [] and house.calls() == []


@pytest.fixture
def proposed(house: House) -> tuple[int, int, int]:
    """A proposal waits to be sent to a volunteer; gives the message, the volunteer and the match."""
    with house.write() as session:
        community = factories.create_community(session)
        volunteer = factories.create_volunteer(session, community)
        request = factories.create_request(session, community)
        match = factories.create_match(session, request, volunteer, state="approved")
        person = session.get(Person, volunteer.person_id)
        message = waiting(session, person, community, name="proposal_volunteer", params={"match_id": match.id})
        assert message.id and volunteer.id and match.id
        return message.id, volunteer.id, match.id


@pytest.mark.parametrize(("state", "reason"), [("paused", "paused"), ("left", "left"), ("stopped", "left")])
def test_no_mail_to_a_volunteer_who_does_not_help_now(
    house: House, proposed: tuple[int, int, int], state: str, reason: str
) -> None:
    message_id, volunteer_id, _ = proposed
    with house.write() as session:
        volunteer = session.get(Volunteer, volunteer_id)
        assert volunteer is not None
        volunteer.state = state
    assert house.deliver() == {"settled": 1}
    message = house.get(OutboxMessage, message_id)
    assert (message.state, message.error, house.calls()) == ("skipped", reason, [])


def test_who_paused_while_the_server_was_dialled_gets_no_mail(house: House, proposed: tuple[int, int, int]) -> None:
    message_id, volunteer_id, _ = proposed

    class Dialling(Remembering):
        def send(self, parcel: Parcel, begin: Begin) -> None:
            with house.write() as session:
                session.get_one(Volunteer, volunteer_id).state = "paused"
            super().send(parcel, begin)

    house.channel = Dialling()
    assert house.deliver() == {"settled": 1}
    message = house.get(OutboxMessage, message_id)
    assert (message.state, message.error, message.body) == ("skipped", "paused", "")
    assert house.channel.parcels == []


def test_who_paused_is_called_about_what_was_agreed_before(house: House) -> None:
    with house.write() as session:
        match = factories.create_match(session, state="active")
        volunteer = session.get(Volunteer, match.volunteer_id)
        community = session.get(Community, match.community_id)
        assert volunteer is not None and community is not None
        volunteer.state = "paused"
        appointment = factories.create_appointment(session, match)
        person = session.get(Person, volunteer.person_id)
        waiting(session, person, community, name="appointment_reminder", params={"appointment_id": appointment.id})
    assert house.deliver() == {"settled": 1}
    assert [(c.about, c.why) for c in house.calls()] == [("appointment_reminder", "paused")]
