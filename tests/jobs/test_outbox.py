"""Delivering: one row, one owner, one end; what is in doubt is shown and never sent again."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.exc import OperationalError

from jobs import outbox as delivering
from jobs.channels import InDoubt, Later, Refused, Unreachable
from models.errors import NotAllowed, StaleState
from models.operations import outbox
from models.tables import Call, Community, OutboxMessage
from tests import factories
from tests.jobs.conftest import House, told, told_in, waiting


def test_what_is_due_is_sent_once_and_kept_as_it_was_sent(any_house: House) -> None:
    message_id, _ = told(any_house)
    assert any_house.deliver() == {"sent": 1}
    assert any_house.deliver() == {}
    message = any_house.get(OutboxMessage, message_id)
    assert (message.state, message.attempts, message.leased_by) == ("sent", 1, None)
    assert message.subject == "We zoeken iemand voor u" and "Hallo Ria" in message.body and "<h1" in message.html
    assert message.address.endswith("@post.example") and message.ended_at == any_house.clock()
    assert len(any_house.channel.parcels) == 1


def test_what_is_not_due_waits(house: House) -> None:
    message_id, _ = told(house, due_at=house.clock() + timedelta(seconds=30))
    assert house.deliver() == {}
    house.clock.forward(seconds=30)
    assert house.deliver() == {"sent": 1}
    assert house.get(OutboxMessage, message_id).state == "sent"


def test_two_workers_never_hold_the_same_message(any_house: House) -> None:
    with any_house.write() as session:
        community = factories.create_community(session)
        for _ in range(30):
            told_in(session, community)
    with any_house.write() as session:
        first = outbox.claim(session, worker="one", now=any_house.clock(), limit=20)
    with any_house.write() as session:
        second = outbox.claim(session, worker="two", now=any_house.clock(), limit=20)
    assert len(first) == 20 and len(second) == 10 and not set(first) & set(second)


def test_urgent_messages_go_first(house: House) -> None:
    with house.write() as session:
        community = factories.create_community(session)
        told_in(session, community, due_at=house.clock() - timedelta(hours=1))
        late, _ = told_in(session, community, urgent=True)
    with house.write() as session:
        assert outbox.claim(session, worker="one", now=house.clock(), limit=1) == [late]


def test_who_lost_a_message_to_another_worker_does_not_send_it(house: House) -> None:
    message_id, _ = told(house)
    with house.write() as session:
        outbox.claim(session, worker="slow", now=house.clock(), limit=1)
    with house.write() as session:
        outbox.recover(session, worker="new", now=house.clock(), alone=True)
    assert house.deliver() == {"sent": 1}
    with house.write() as session:
        lost = outbox.prepare(session, message_id, worker="slow", settings=house.settings, now=house.clock())
    assert lost is None


def test_a_lease_that_ran_out_goes_back_and_one_that_did_not_stays(house: House) -> None:
    message_id, _ = told(house)
    with house.write() as session:
        outbox.claim(session, worker="gone", now=house.clock(), limit=1)
    house.clock.forward(minutes=9)
    assert house.deliver() == {}
    house.clock.forward(minutes=1)
    assert house.deliver() == {"sent": 1}
    assert house.get(OutboxMessage, message_id).attempts == 1


def test_what_a_crash_left_in_sending_is_in_doubt_and_somebody_calls(any_house: House) -> None:
    message_id, person_id = told(any_house)
    with any_house.write() as session:
        outbox.claim(session, worker="crashed", now=any_house.clock(), limit=1)
    with any_house.write() as session:
        parcel = outbox.prepare(session, message_id, worker="crashed", settings=any_house.settings,
                                now=any_house.clock())  # fmt: skip
        assert parcel is not None
        assert outbox.begin(session, parcel, worker="crashed", settings=any_house.settings, now=any_house.clock())
    assert any_house.get(OutboxMessage, message_id).state == "sending"
    assert any_house.delivery().recover(alone=True) == 1
    any_house.clock.forward(days=2)
    assert any_house.deliver() == {}
    assert any_house.get(OutboxMessage, message_id).state == "in_doubt"
    [call] = any_house.calls()
    assert (call.person_id, call.about, call.why, call.done_at) == (person_id, "request_open", "in_doubt", None)
    assert call.key == any_house.get(OutboxMessage, message_id).key


def test_not_now_is_tried_again_later_and_later_and_fails_at_last(house: House) -> None:
    message_id, person_id = told(house, urgent=True)
    house.channel.errors = [Later("RCPT: 450 come back")] * 6
    waited = []
    for _ in range(6):
        assert sum(house.deliver().values()) == 1
        message = house.get(OutboxMessage, message_id)
        if message.state == "pending":
            waited.append(message.due_at - house.clock())
            house.clock.now = message.due_at - timedelta(seconds=1)
            assert house.deliver() == {}
            house.clock.now = message.due_at
    assert waited == list(outbox.BACKOFF)
    assert message.state == "failed" and message.attempts == 6 and "450" in message.error
    assert [(c.person_id, c.why) for c in house.calls()] == [(person_id, "failed")]


def test_never_is_failed_at_once_and_on_the_call_list(house: House) -> None:
    message_id, _ = told(house)
    house.channel.errors = [Refused("RCPT: 550 nobody here")]
    assert house.deliver() == {"failed": 1}
    assert house.get(OutboxMessage, message_id).error == "RCPT: 550 nobody here"
    assert [c.why for c in house.calls()] == ["failed"]


def test_no_answer_after_the_data_is_in_doubt(house: House) -> None:
    message_id, _ = told(house)
    house.channel.errors = [InDoubt("no answer after the message")]
    assert house.deliver() == {"in_doubt": 1}
    house.clock.forward(days=1)
    assert house.deliver() == {}
    assert house.get(OutboxMessage, message_id).state == "in_doubt"
    assert [c.why for c in house.calls()] == ["in_doubt"]


def test_an_error_nobody_foresaw_is_in_doubt_and_the_others_go_out(house: House) -> None:
    told(house)
    with house.write() as session:
        told_in(session, factories.create_community(session))
    house.channel.errors = [RuntimeError("what is this")]
    assert house.deliver() == {"in_doubt": 1, "sent": 1}


def test_without_a_mail_server_one_attempt_is_enough_for_now(house: House) -> None:
    with house.write() as session:
        community = factories.create_community(session)
        for _ in range(5):
            told_in(session, community)
    house.channel.errors = [Unreachable("refused")]
    assert house.deliver() == {"later": 1}
    states = sorted((m.state, m.attempts) for m in house.messages())
    assert states == [("pending", 0)] * 4 + [("pending", 1)]
    assert house.deliver() == {"sent": 4}  # a new worker; the same one waits half a minute


def test_the_same_worker_holds_on_before_it_dials_again(house: House) -> None:
    told(house)
    house.channel.errors = [Unreachable("refused")]
    delivery = house.delivery()
    delivery.tick()
    house.clock.forward(seconds=29)
    with house.write() as session:
        told_in(session, factories.create_community(session))
    assert delivery.tick() == {}
    house.clock.forward(seconds=1)
    assert delivery.tick() == {"sent": 1}


def test_a_poisoned_message_fails_and_the_others_go_out(any_house: House) -> None:
    with any_house.write() as session:
        community = factories.create_community(session)
        resident = factories.create_person(session)
        bad = [
            waiting(session, resident, community, name="request_open", params={}),
            waiting(session, resident, community, name="no_such_message", params={}),
            waiting(session, resident, community, params={"request_id": "; DROP TABLE person"}),
        ]
        good = [told_in(session, community)[0] for _ in range(3)]
        bad_ids = [m.id for m in bad]
    assert any_house.deliver() == {"sent": 3, "settled": 3}
    assert {any_house.get(OutboxMessage, i).state for i in bad_ids} == {"failed"}
    assert {any_house.get(OutboxMessage, i).state for i in good} == {"sent"}
    assert len(any_house.calls()) == 3


def test_what_became_of_a_message_is_saved_as_soon_as_the_database_answers_again(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    message_id, _ = told(house)
    really, silent = outbox.sent, [1, 2]

    def sent(*arguments: Any, **more: Any) -> bool:
        if silent:
            silent.pop()
            raise OperationalError("UPDATE", {}, Exception("database is locked"))
        return really(*arguments, **more)

    monkeypatch.setattr(outbox, "sent", sent)
    monkeypatch.setattr(delivering, "_SAVING", (0.01, 0.01, 0.01))
    assert house.deliver() == {"sent": 1}
    assert house.get(OutboxMessage, message_id).state == "sent" and len(house.channel.parcels) == 1


def test_a_database_that_is_silent_poisons_no_message(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    message_id, _ = told(house)

    def locked(*_: Any, **__: Any) -> None:
        raise OperationalError("SELECT", {}, Exception("database is locked"))

    with monkeypatch.context() as patch:
        patch.setattr(outbox, "render", locked)
        with pytest.raises(OperationalError):
            house.deliver()
    assert house.get(OutboxMessage, message_id).state == "leased"
    assert house.deliver() == {"sent": 1}


def test_a_coordinator_sends_again_what_failed_and_the_call_is_closed(house: House) -> None:
    message_id, _ = told(house)
    house.channel.errors = [Refused("550")]
    house.deliver()
    with house.write() as session:
        message, community = session.get(OutboxMessage, message_id), session.get(Community, 1)
        assert message is not None and community is not None
        stranger = factories.create_coordinator(session, factories.create_community(session))
        with pytest.raises(NotAllowed):
            outbox.retry(session, message, actor=factories.actor_of(session, stranger), now=house.clock())
        coordinator = factories.create_coordinator(session, community)
        outbox.retry(session, message, actor=factories.actor_of(session, coordinator), now=house.clock())
    assert house.deliver() == {"sent": 1}
    [call] = house.calls()
    assert call.done_at is not None and call.outcome == "sent"
    with house.write() as session:
        message = session.get(OutboxMessage, message_id)
        assert message is not None
        with pytest.raises(StaleState):
            outbox.retry(session, message, actor=factories.actor_of(session, coordinator), now=house.clock())


def test_in_production_no_code_and_no_private_link_is_kept(house: House) -> None:
    from dataclasses import replace

    house.settings = replace(house.settings, env="production")
    message_id, _ = told(house)
    house.deliver()
    [parcel] = house.channel.parcels
    [token] = parcel.rendered.secrets
    kept = house.get(OutboxMessage, message_id)
    assert token in parcel.rendered.text and token in parcel.rendered.html
    assert token not in kept.body + kept.html and "•••" in kept.body


def test_nobody_is_called_twice_about_one_message(house: House) -> None:
    """The same person is called once about the same message, however often its sending ends badly."""
    message_id, _ = told(house)
    house.channel.errors = [Refused("550")]
    house.deliver()
    with house.write() as session:
        message = session.get(OutboxMessage, message_id)
        assert message is not None
        message.state = "pending"
    house.channel.errors = [Refused("550")]
    house.deliver()
    assert len(house._all(Call, Call.about, None)) == 1
