"""Moments that nobody chooses from: one reminder, before they pass, to who can still choose."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlmodel import Session

from jobs.channels import InDoubt, Refused
from models.errors import Refused as RefusedByRule
from models.operations import calls, choices, matches, reminders
from models.tables import Appointment, Call, Community, Match, Person, Volunteer
from tests import factories
from tests.concurrency import at_once
from tests.jobs.choosing import LAPSE, QUESTION, REMINDER, RULE, Two, amsterdam, proposed
from tests.jobs.conftest import House

# ---- when, and whom ----


def test_no_answer_in_two_days_is_one_reminder_that_names_every_moment(any_house: House) -> None:
    two = proposed(any_house)
    any_house.clock.now = amsterdam(2026, 11, 25, 23, 59)
    assert any_house.keep(RULE) == {}
    any_house.clock.now = amsterdam(2026, 11, 26, 0, 0)
    assert any_house.keep(RULE) == {RULE: 1}
    assert any_house.deliver() == {}, "not at night"
    any_house.clock.now = amsterdam(2026, 11, 26, 8, 0)
    assert any_house.deliver() == {"sent": 1}
    [sent] = two.reminders()
    assert (sent.recipient_id, sent.subject) == (two.resident_id, "Wanneer ziet u Yusuf? U kunt nog kiezen")
    assert "Yusuf hoort graag welk moment u past." in sent.body
    assert "- Dinsdag 1 december, 14:00 tot 15:00 uur\n- Donderdag 3 december, 10:00 tot 11:00 uur" in sent.body
    for _day in range(4):
        assert any_house.keep(RULE) == {}
        any_house.clock.forward(days=1)
    assert len(two.reminders()) == 1


def test_series_are_named_with_their_weekday_and_their_end(house: House) -> None:
    two = proposed(house, weekly_until=date(2027, 1, 8))
    house.clock.forward(days=2)
    house.keep(RULE)
    house.deliver()
    [sent] = two.reminders()
    assert "- Elke dinsdag van 1 december tot en met 5 januari 2027, 14:00 tot 15:00 uur" in sent.body


@pytest.mark.parametrize(
    ("first", "morning"),
    [
        (datetime(2026, 11, 26, 14), (2026, 11, 25)),  # asked on Tuesday for Thursday: the day before
        (datetime(2026, 11, 25, 9, 30), (2026, 11, 25)),  # for tomorrow: that morning
        (datetime(2026, 11, 27, 9), (2026, 11, 26)),
        (datetime(2026, 11, 24, 20), (2026, 11, 25)),  # for today: never on the day of the question
    ],
)
def test_the_reminder_comes_before_the_first_moment_however_near_that_is(
    house: House, first: datetime, morning: tuple[int, int, int]
) -> None:
    two = proposed(house, first, datetime(2026, 12, 10, 14))
    while not two.reminders():
        house.clock.forward(hours=1)
        house.keep(RULE, LAPSE)
        assert house.clock() < amsterdam(2026, 12, 1)
    [written] = two.reminders()
    assert written.due_at == amsterdam(*morning, 8, 0)
    house.clock.now = amsterdam(*morning, 8, 0)
    assert house.deliver() == {"sent": 1}


def test_only_who_chooses_is_reminded_and_of_the_desks_moments_both(any_house: House) -> None:
    by_resident, by_desk = proposed(any_house, by="resident"), proposed(any_house, by="desk")
    any_house.clock.forward(days=2)
    for _twice in range(2):
        any_house.keep(RULE)
    assert sorted(m.recipient_id for m in any_house.messages(REMINDER)) == sorted(
        (by_resident.helper_id, by_desk.resident_id, by_desk.helper_id)
    )
    any_house.deliver()
    bodies = [m.body for m in any_house.messages(REMINDER) if m.recipient_id == by_desk.helper_id]
    assert "Wij horen graag welk moment u past om Ria te zien." in bodies[0]


def test_a_community_has_its_own_delay(house: House) -> None:
    proposed(house, answer_reminder_days=4)
    house.clock.forward(days=3)
    assert house.keep(RULE) == {}
    house.clock.forward(days=1)
    assert house.keep(RULE) == {RULE: 1}


def test_days_count_from_when_the_question_really_left(house: House) -> None:
    two = proposed(house, send=False)
    house.clock.forward(days=3)  # the worker was down
    assert house.keep(RULE) == {}
    assert house.deliver() == {"sent": 1}
    house.clock.forward(days=1)
    assert house.keep(RULE) == {}
    house.clock.forward(days=1)
    assert house.keep(RULE) == {RULE: 1} and len(two.reminders()) == 1


@pytest.mark.parametrize(
    ("day", "expected"),
    [((2026, 3, 27), (2026, 3, 29)), ((2026, 3, 28), (2026, 3, 30)),
     ((2026, 10, 23), (2026, 10, 25)), ((2026, 10, 24), (2026, 10, 26))],
)  # fmt: skip
def test_clock_changes_make_no_day_longer_or_shorter(
    house: House, day: tuple[int, int, int], expected: tuple[int, int, int]
) -> None:
    house.clock.now = amsterdam(*day, 20, 30)
    first = datetime(*day, 14) + timedelta(days=9)
    two = proposed(house, first, first + timedelta(days=1))
    for _half_hour in range(48 * 4):
        house.clock.forward(minutes=30)
        house.keep(RULE)
        house.deliver()
    [sent] = two.reminders()
    assert (sent.created_at, sent.ended_at) == (amsterdam(*expected, 0, 0), amsterdam(*expected, 8, 0))


def test_a_clock_a_day_ahead_and_back_repeats_and_skips_nothing(house: House) -> None:
    two = proposed(house)
    for days in (2, -1, 2, -2, 1):
        house.clock.forward(days=days)
        house.keep(RULE)
    assert len(two.reminders()) == 1


# ---- by phone ----


def test_who_has_no_e_mail_is_not_called_twice_and_once_told_is_called_once_more(any_house: House) -> None:
    two = proposed(any_house, phones=True)
    any_house.clock.forward(days=3)
    assert any_house.keep(RULE) == {}, "the desk still has to call about the question"
    _say(two, QUESTION, "told")
    any_house.clock.forward(days=1)
    assert any_house.keep(RULE) == {}
    any_house.clock.forward(days=1)
    assert any_house.keep(RULE) == {RULE: 1}
    any_house.clock.forward(days=1)
    assert any_house.keep(RULE) == {}
    [call] = any_house.calls(REMINDER)
    assert (call.person_id, call.why, any_house.messages()) == (two.resident_id, "no_email", [])
    with pytest.raises(RefusedByRule) as refusal:
        _say(two, REMINDER, "yes")
    assert refusal.value.code == "which_moment"
    _say(two, REMINDER, "no")
    assert two.states() == ["cancelled", "cancelled"]


def _say(two: Two, about: str, outcome: str) -> None:
    [number] = [call.id for call in two.house.calls(about)]
    with two.house.write() as session:
        call = session.get_one(Call, number)
        calls.outcome(session, call, outcome, "", actor=two.desk, now=two.house.clock())


@pytest.mark.parametrize("error", [Refused("550"), InDoubt("no answer")], ids=["failed", "in doubt"])
def test_whom_the_question_did_not_surely_reach_is_called_about_that_first(house: House, error: Exception) -> None:
    two = proposed(house, send=False)
    house.channel.errors = [error]
    house.deliver()
    house.clock.forward(days=4)
    assert house.keep(RULE) == {} and [c.about for c in house.calls()] == [QUESTION]
    _say(two, QUESTION, "told")
    house.clock.forward(days=1)
    assert house.keep(RULE) == {}
    house.clock.forward(days=1)
    assert house.keep(RULE) == {RULE: 1} and len(two.reminders()) == 1


def test_a_reminder_that_did_not_arrive_is_a_call(house: House) -> None:
    proposed(house)
    house.clock.forward(days=2)
    house.keep(RULE)
    house.channel.errors = [Refused("550")]
    house.deliver()
    assert [(c.about, c.why) for c in house.calls()] == [(REMINDER, "failed")]


# ---- where it is of no use any more ----


@pytest.mark.parametrize("written", [False, True], ids=["before", "after it was written down"])
@pytest.mark.parametrize(
    ("happening", "why"),
    [("picked", "answered"), ("declined", "answered"), ("ended", "ended"), ("paused", "paused"), ("left", "left"),
     ("erased", "erased"), ("wants no mail", "no_messages"), ("past", "answered")],
)  # fmt: skip
def test_nobody_is_reminded_who_answered_stopped_or_is_gone(
    house: House, happening: str, why: str, written: bool
) -> None:
    two = proposed(house, by="resident")
    house.clock.forward(days=1) if not written else house.clock.forward(days=2)
    if written:
        assert house.keep(RULE) == {RULE: 1}
    _happen(two, happening)
    house.clock.now = max(house.clock(), amsterdam(2026, 11, 27, 9, 0))
    kept = house.keep(RULE)
    house.deliver()
    assert [m for m in two.reminders() if m.state == "sent"] == []
    if written:
        [reminder] = two.reminders()
        assert reminder.error == why and reminder.state == ("redacted" if why == "erased" else "skipped")
    else:
        # Who wants no mail is called, as about everything.
        assert kept == ({RULE: 1} if happening == "wants no mail" else {}) and two.reminders() == []
    called = happening == "wants no mail"
    assert [c.person_id for c in house.calls(REMINDER)] == ([two.helper_id] if called else [])


def _happen(two: Two, happening: str) -> None:
    if happening == "picked":
        two.pick()
    elif happening == "declined":
        with two.house.write() as session:
            found = session.get_one(Appointment, two.moments[0])
            choices.decline(session, found, actor=two.desk, now=two.house.clock())
    elif happening == "ended":
        with two.house.write() as session:
            match = session.get_one(Match, two.match_id)
            matches.withdraw(session, match, "Verhuisd.", actor=two.desk, now=two.house.clock())
    elif happening == "past":
        two.house.clock.now = amsterdam(2026, 12, 4, 9, 0)
        two.house.keep(LAPSE)
    elif happening in ("paused", "left"):
        two.change(Volunteer, two.volunteer_id, state=happening)
    else:
        column = {"erased": "erased_at", "wants no mail": "no_messages_at"}[happening]
        two.change(Person, two.helper_id, **{column: two.house.clock()})


def test_two_who_must_never_meet_again_are_reminded_of_nothing(house: House) -> None:
    two = proposed(house)
    house.clock.forward(days=2)
    house.keep(RULE)
    with house.write() as session:
        there = session.get_one(Community, session.get_one(Match, two.match_id).community_id)
        resident, helper = session.get_one(Person, two.resident_id), session.get_one(Person, two.helper_id)
        factories.create_block(session, there, resident, helper, resident)
    house.deliver()
    assert [m.error for m in two.reminders()] == ["blocked"]


# ---- one worker, two workers, half a worker ----


def test_two_workers_at_once_remind_once(any_house: House) -> None:
    two = proposed(any_house, by="desk")
    any_house.clock.forward(days=2)

    def deed(session: Session) -> None:
        reminders.remind_of_choice(session, two.moments[0], now=any_house.clock())

    assert at_once(any_house.engine, deed, deed) == [None, None]
    assert sorted(m.recipient_id for m in two.reminders()) == sorted((two.resident_id, two.helper_id))


def test_a_worker_that_stops_between_the_two_tells_both_the_next_time(
    any_house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    two = proposed(any_house, by="desk")
    any_house.clock.forward(days=2)
    tell = reminders.tell

    def stop_at_the_second(session: Session, person: Person, *arguments: Any, **more: Any) -> None:
        if person.id == two.helper_id:
            raise SystemExit
        tell(session, person, *arguments, **more)

    with monkeypatch.context() as patch:
        patch.setattr(reminders, "tell", stop_at_the_second)
        with pytest.raises(SystemExit):
            any_house.keep(RULE)
    assert two.reminders() == [], "all of it or nothing"
    assert any_house.keep(RULE) == {RULE: 1} and len(two.reminders()) == 2
    assert any_house.deliver() == {"sent": 2} and any_house.keep(RULE) == {}
