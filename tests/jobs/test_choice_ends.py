"""Moments that have all passed unanswered: the choice ends by itself, in plain words to both."""

from datetime import date, datetime, timedelta

import pytest
from sqlmodel import Session

from models.operations import calls, choices
from models.tables import Appointment, Call, Match
from tests.concurrency import at_once
from tests.jobs.choosing import LAPSE, LAPSED, amsterdam, proposed
from tests.jobs.conftest import House


@pytest.mark.parametrize("weekly_until", [None, date(2027, 1, 8)])
def test_once_all_have_passed_both_are_told_once_in_plain_words(any_house: House, weekly_until: date | None) -> None:
    two = proposed(any_house, weekly_until=weekly_until)
    any_house.clock.now = amsterdam(2026, 12, 1, 14, 15)
    assert any_house.keep(LAPSE) == {LAPSE: 1}
    assert any_house.messages(LAPSED) == [] and two.states() == ["cancelled", "proposed"]
    any_house.clock.now = amsterdam(2026, 12, 3, 10, 15)
    assert any_house.keep(LAPSE) == {LAPSE: 1} and any_house.keep(LAPSE) == {}
    assert any_house.deliver() == {"sent": 2}
    by_reader = {m.recipient_id: m for m in any_house.messages(LAPSED)}
    assert set(by_reader) == {two.resident_id, two.helper_id}
    body = by_reader[two.resident_id].body
    assert by_reader[two.resident_id].subject == "Er is geen moment gekozen om Yusuf te zien"
    assert "De momenten om Yusuf te zien zijn voorbij. Er is geen moment gekozen." in body
    assert "Stel op uw pagina een nieuwe dag voor, of bel elkaar." in body
    assert ("Elke dinsdag" if weekly_until else "Dinsdag 1 december, 14:00") in body
    assert [signal.match_id for signal in any_house.signals("no_appointment")] == [two.match_id]


def test_two_workers_at_once_end_a_choice_once(any_house: House) -> None:
    two = proposed(any_house)
    any_house.clock.now = amsterdam(2026, 12, 4, 9, 0)

    def end(session: Session, number: int) -> None:
        choices.lapse(session, session.get_one(Appointment, number), now=any_house.clock())

    deeds = [lambda session, n=number: end(session, n) for number in two.moments for _worker in range(2)]
    assert at_once(any_house.engine, *deeds) == [None] * 4
    assert len(any_house.messages(LAPSED)) == 2 and len(any_house.signals("no_appointment")) == 1


def test_that_they_have_passed_is_said_on_the_phone_too(house: House) -> None:
    two = proposed(house, phones=True)
    house.clock.now = amsterdam(2026, 12, 4, 9, 0)
    house.keep(LAPSE)
    assert sorted(c.person_id for c in house.calls(LAPSED)) == sorted((two.resident_id, two.helper_id))
    for number in [call.id for call in house.calls(LAPSED)]:
        with house.write() as session:
            calls.outcome(session, session.get_one(Call, number), "told", "", actor=two.desk, now=house.clock())
    assert all(call.done_at for call in house.calls(LAPSED))


def test_after_an_answer_nothing_passes_unanswered(house: House) -> None:
    two = proposed(house)
    two.pick(1)
    house.clock.now = amsterdam(2026, 12, 4, 9, 0)
    house.keep(LAPSE)
    assert two.states() == ["cancelled", "confirmed"] and house.messages(LAPSED) == []


def test_that_they_have_passed_is_no_news_once_a_new_day_was_proposed(house: House) -> None:
    two = proposed(house)
    house.clock.now = amsterdam(2026, 12, 3, 22, 0)
    house.keep(LAPSE)
    with house.write() as session:
        match = session.get_one(Match, two.match_id)
        start = datetime(2026, 12, 20, 10)
        times = [(start, start + timedelta(hours=1)), (start + timedelta(days=1), start + timedelta(days=1, hours=1))]
        choices.propose(session, match, times, actor=two.desk, now=house.clock())
    house.clock.now = amsterdam(2026, 12, 4, 8, 0)
    house.deliver()
    assert {(m.state, m.error) for m in house.messages(LAPSED)} == {("skipped", "moved_on")}
