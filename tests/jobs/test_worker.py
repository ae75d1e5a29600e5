"""The worker: one at a time, a turn in a fixed order, a sign of life, and a clean end."""

import threading
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import Engine, text

from jobs import schedule
from jobs.channels import Begin
from jobs.worker import SPARE_LOOKS_EVERY, Worker, once
from models.database import reading
from models.errors import NotAllowed
from models.operations import outbox
from models.operations.outbox import Parcel
from models.operations.worker import Place
from models.queries.worker import last_heartbeat
from models.tables import OutboxMessage
from tests import factories
from tests.jobs.conftest import SETTINGS, House, Remembering, waiting
from tests.jobs.mail_server import MailServer

PATIENCE = 15.0


def until(true: Callable[[], bool]) -> None:
    """Wait until something is so."""
    end = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < end, "it never was so"
        time.sleep(0.02)


class Running:
    """A worker in a thread of its own."""

    def __init__(self, engine: Engine, channel: Remembering | None = None) -> None:
        self.stop, self.channel = threading.Event(), channel or Remembering()
        self.worker = Worker(engine, SETTINGS, self.channel, stop=self.stop)
        self.thread = threading.Thread(target=self.worker.run, daemon=True)
        self.thread.start()

    def end(self) -> None:
        """Tell it to stop, and see that it does."""
        self.stop.set()
        self.thread.join(PATIENCE)
        assert not self.thread.is_alive()


def told(engine: Engine, now: datetime, **columns: object) -> int:
    """Let a resident be told that their request is open; gives the message's id."""
    house = House(engine)
    with house.write() as session:
        community = factories.create_community(session)
        resident = factories.create_person(session)
        request = factories.create_request(session, community, resident)
        message = waiting(session, resident, community, params={"request_id": request.id}, urgent=True, due_at=now,
                          **columns)  # fmt: skip
        assert message.id is not None
        return message.id


def test_a_turn_keeps_the_rules_and_then_sends_what_they_said(engine: Engine, mail_server: MailServer) -> None:
    house = House(engine)
    with house.write() as session:
        factories.create_match(session, state="approved", asked_at=factories.NOW - timedelta(days=2))
    settings = replace(SETTINGS, database_url=engine.url.render_as_string(), smtp_url=mail_server.url)
    done = once(settings, factories.NOW)
    assert done.rules == {"proposal_reminder": 1} and done.messages == {"sent": 1}
    [mail] = mail_server.mails.accepted
    assert "We horen het graag" in mail["Subject"] and mail["Date"].startswith("Tue, 24 Nov 2026 08:00:00")
    again = once(settings, factories.NOW)
    assert again.rules == {} and again.messages == {}


def test_a_turn_in_another_zones_time_is_the_same_moment(engine: Engine) -> None:
    told(engine, factories.NOW)
    settings = replace(SETTINGS, database_url=engine.url.render_as_string())
    done = once(settings, factories.NOW.astimezone(ZoneInfo("Europe/Amsterdam")))
    assert done.messages == {"sent": 1}
    assert House(engine).messages()[0].ended_at == factories.NOW


def test_in_production_there_is_no_turn_at_another_moment(engine: Engine) -> None:
    settings = replace(SETTINGS, database_url=engine.url.render_as_string(), env="production", smtp_url="smtp://x")
    with pytest.raises(NotAllowed):
        once(settings, factories.NOW - timedelta(days=300))
    once(settings, datetime.now(UTC))


def test_a_turn_beside_a_live_worker_leaves_its_messages_alone(engine: Engine) -> None:
    message_id = told(engine, factories.NOW)
    house = House(engine)
    live = Place(engine)
    assert live.take()
    with house.write() as session:
        assert outbox.claim(session, worker="live", now=house.clock(), limit=1) == [message_id]
    once(replace(SETTINGS, database_url=engine.url.render_as_string()), house.clock())
    assert (house.get(OutboxMessage, message_id).state, house.get(OutboxMessage, message_id).leased_by) == (
        "leased",
        "live",
    )
    live.leave()


def test_there_is_one_place_and_it_is_free_again_after_its_holder(any_database: Engine) -> None:
    first, second = Place(any_database), Place(any_database)
    assert first.take() and first.take() and first.holds()
    assert not second.take() and not second.holds()
    first.leave()
    assert not first.holds() and second.take()
    second.leave()
    second.leave()


@pytest.mark.postgres
def test_on_postgresql_a_worker_notices_that_its_connection_is_gone(postgres_engine: Engine) -> None:
    place, other = Place(postgres_engine), Place(postgres_engine)
    assert place.take()
    with postgres_engine.connect() as connection:
        connection.execute(
            text(
                "SELECT pg_terminate_backend(pid) FROM pg_locks"
                " WHERE locktype = 'advisory'"
                " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
            )
        )
    until(lambda: other.take())
    assert not place.holds()
    other.leave()


def test_a_worker_works_and_the_second_waits_as_its_spare(any_database: Engine) -> None:
    first = Running(any_database)
    until(lambda: first.worker._place.holds())
    second = Running(any_database)
    message_id = told(any_database, datetime.now(UTC))
    house = House(any_database)
    until(lambda: house.get(OutboxMessage, message_id).state == "sent")
    assert len(first.channel.parcels) == 1 and second.channel.parcels == []
    with reading(any_database) as session:
        seen = last_heartbeat(session)
    assert seen is not None and datetime.now(UTC) - seen < timedelta(seconds=PATIENCE)
    first.end()
    other = told(any_database, datetime.now(UTC))
    begun = time.monotonic()
    until(lambda: house.get(OutboxMessage, other).state == "sent")
    assert len(second.channel.parcels) == 1
    assert time.monotonic() - begun < SPARE_LOOKS_EVERY + 5
    second.end()


def test_told_to_stop_it_finishes_the_message_in_its_hands_and_gives_the_others_back(engine: Engine) -> None:
    for _ in range(5):
        told(engine, datetime.now(UTC))
    holding, letting_go = threading.Event(), threading.Event()

    class Slow(Remembering):
        def send(self, parcel: Parcel, begin: Begin) -> None:
            holding.set()
            letting_go.wait(PATIENCE)
            super().send(parcel, begin)

    running = Running(engine, Slow())
    assert holding.wait(PATIENCE)
    running.stop.set()
    time.sleep(0.3)
    letting_go.set()
    running.end()
    assert sorted(m.state for m in House(engine).messages()) == ["pending"] * 4 + ["sent"]


def test_stopped_before_it_began_it_ends_at_once(engine: Engine) -> None:
    stop = threading.Event()
    stop.set()
    Worker(engine, SETTINGS, Remembering(), stop=stop).run()
    for _ in range(5):
        running = Running(engine)
        running.end()  # at whatever point of its beginning it is


def test_an_error_in_a_tick_ends_nothing_but_that_tick(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object, **__: object) -> list[object]:
        raise RuntimeError("this rule is broken")

    rules = (schedule.Rule("broken", timedelta(seconds=1), broken, broken), *schedule.RULES)
    monkeypatch.setattr(schedule, "RULES", rules)
    running = Running(engine)
    message_id = told(engine, datetime.now(UTC))
    until(lambda: House(engine).get(OutboxMessage, message_id).state == "sent")
    running.end()


def test_every_rule_is_a_line_with_a_name_of_its_own() -> None:
    names = [rule.name for rule in schedule.rules(best=lambda *_: None)]
    assert names and len(set(names)) == len(names)
    assert all(timedelta(minutes=1) <= rule.every <= timedelta(hours=1) for rule in schedule.RULES)


def test_nothing_is_due_in_an_empty_house(engine: Engine) -> None:
    house = House(engine)
    assert house.keep() == {} and house.deliver() == {}


def test_on_a_full_day_every_rule_is_kept_twice_and_acts_once(engine: Engine) -> None:
    """All rules over one busy database: a second round finds nothing left, an hour later neither."""
    house = House(engine)
    with house.write() as session:
        community = factories.create_community(session, answer_lapse_days=9)
        for n in range(3):
            request = factories.create_request(session, community, state="submitted", answered_at=None,
                                               submitted_at=house.clock() - timedelta(days=9))  # fmt: skip
            late = factories.create_request(session, community, opened_at=house.clock() - timedelta(days=8))
            factories.create_match(session, late, state="approved", asked_at=house.clock() - timedelta(days=3))
            silent = factories.create_request(session, community, opened_at=house.clock() - timedelta(days=40),
                                              life_at=house.clock() - timedelta(days=40))  # fmt: skip
            assert request.id and silent.id
            active = factories.create_match(session, factories.create_request(session, community, state="matched"),
                                            state="active")  # fmt: skip
            factories.create_appointment(session, active)
            factories.create_appointment(session, active, starts_at=datetime(2026, 11, 23, 14),
                                         ends_at=datetime(2026, 11, 23, 15 + n))  # fmt: skip
    first = house.keep()
    assert first == {"proposal_reminder": 3, "appointment_reminder": 3, "check_in": 3, "promise": 3, "no_match": 3,
                     "still_wanted": 3}  # fmt: skip
    assert house.keep() == {}
    assert house.deliver() == {"sent": 3 + 6 + 6 + 3 + 3}
    house.clock.forward(hours=1)
    assert house.keep() == {} and house.deliver() == {}
