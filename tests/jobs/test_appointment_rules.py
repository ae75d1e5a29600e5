"""The day before an appointment both are reminded, the day after both are asked; silence puts them on the call list."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlmodel import Session

from models import one_day
from models.operations import appointments, checkins
from models.tables import Appointment, CheckIn, Community, HelpRequest, Match, Person, Volunteer
from tests import factories
from tests.jobs.conftest import House

BEFORE, AFTER = "appointment_reminder", "check_in"


def agreed(session: Session, **community: Any) -> Match:
    """Make a match of which both said yes."""
    there = factories.create_community(session, **community)
    request = factories.create_request(session, there, factories.create_person(session, first_name="Ria"),
                                       state="matched")  # fmt: skip
    volunteer = factories.create_volunteer(session, there, factories.create_person(session, first_name="Yusuf"))
    return factories.create_match(session, request, volunteer, state="active")


def planned(house: House, at: datetime, **community: Any) -> int:
    """Plan an appointment of an hour at a wall-clock time; gives its id."""
    with house.write() as session:
        match = agreed(session, **community)
        row = factories.create_appointment(session, match, starts_at=at, ends_at=at + timedelta(hours=1))
        assert row.id is not None
        return row.id


def amsterdam(*when: int) -> datetime:
    """Give the moment of a wall-clock time in Amsterdam."""
    from zoneinfo import ZoneInfo

    return datetime(*when, tzinfo=ZoneInfo("Europe/Amsterdam")).astimezone(UTC)  # type: ignore[misc,arg-type]


def test_both_are_reminded_the_day_before_in_the_morning(any_house: House) -> None:
    planned(any_house, datetime(2026, 11, 26, 14, 0))
    any_house.clock.now = amsterdam(2026, 11, 24, 23, 59)
    assert any_house.keep(BEFORE) == {}
    any_house.clock.now = amsterdam(2026, 11, 25, 0, 0)
    assert any_house.keep(BEFORE) == {BEFORE: 1}
    assert any_house.deliver() == {}
    any_house.clock.now = amsterdam(2026, 11, 25, 8, 0)
    assert any_house.deliver() == {"sent": 2}
    subjects = sorted(m.subject for m in any_house.messages(BEFORE))
    assert subjects == ["Morgen: afspraak met Ria", "Morgen: afspraak met Yusuf"]
    assert any_house.keep(BEFORE) == {}


def test_an_appointment_made_late_is_reminded_of_at_once_if_it_is_still_to_come(house: House) -> None:
    house.clock.now = amsterdam(2026, 11, 25, 10, 0)
    planned(house, datetime(2026, 11, 25, 14, 0))
    planned(house, datetime(2026, 11, 25, 9, 0))
    assert house.keep(BEFORE) == {BEFORE: 1}
    assert house.deliver() == {"sent": 2}
    assert {m.subject.split(":")[0] for m in house.messages(BEFORE)} == {"Vandaag"}


def test_a_reminder_that_comes_after_the_appointment_is_skipped(house: House) -> None:
    house.clock.now = amsterdam(2026, 11, 25, 22, 30)
    planned(house, datetime(2026, 11, 26, 7, 30))
    assert house.keep(BEFORE) == {BEFORE: 1}
    house.clock.now = amsterdam(2026, 11, 26, 8, 0)
    assert house.deliver() == {"settled": 2}
    assert {(m.state, m.error) for m in house.messages(BEFORE)} == {("skipped", "past")}


@pytest.mark.parametrize(
    ("day", "before"),
    [
        ((2026, 3, 29), (2026, 3, 28)),
        ((2026, 3, 30), (2026, 3, 29)),
        ((2026, 10, 25), (2026, 10, 24)),
        ((2026, 10, 26), (2026, 10, 25)),
    ],
    ids=["on the short day", "after the short day", "on the long day", "after the long day"],
)
def test_there_is_one_mail_for_each_local_date_around_both_clock_changes(
    house: House, day: tuple[int, int, int], before: tuple[int, int, int]
) -> None:
    planned(house, datetime(*day, 14, 0))
    house.clock.now = amsterdam(*before) - timedelta(days=2)
    reminded_at = []
    for _hour in range(24 * 4):
        house.clock.forward(hours=1)
        if house.keep(BEFORE):
            reminded_at.append(house.clock())
        if reminded_at:
            house.deliver()
    assert reminded_at == [amsterdam(*before)]
    sent = house.messages(BEFORE)
    assert len(sent) == 2 and {m.ended_at for m in sent} == {amsterdam(*before, 8, 0)}
    assert all("14:00" in m.body for m in sent)  # the wall-clock time stays


def test_rules_kept_in_the_hour_that_the_clock_shows_twice_say_nothing_twice(house: House) -> None:
    planned(house, datetime(2026, 10, 26, 14, 0))
    for minute in range(0, 180, 10):
        house.clock.now = datetime(2026, 10, 24, 23, 30, tzinfo=UTC) + timedelta(minutes=minute)
        house.keep(BEFORE)
    assert len(house.messages(BEFORE)) == 2


def test_a_moved_appointment_is_reminded_of_on_its_new_day_and_not_on_the_old(house: House) -> None:
    house.clock.now = amsterdam(2026, 11, 23, 10, 0)
    with house.write() as session:
        match = agreed(session)
        old = factories.create_appointment(session, match, starts_at=datetime(2026, 11, 25, 14),
                                           ends_at=datetime(2026, 11, 25, 15))  # fmt: skip
        coordinator = factories.create_coordinator(session, session.get(Community, match.community_id))  # type: ignore[arg-type]
        new = appointments.move(session, old, starts_at=datetime(2026, 11, 27, 14), ends_at=datetime(2026, 11, 27, 15),
                                actor=factories.actor_of(session, coordinator), now=house.clock())  # fmt: skip
        new_id = new.id
    house.clock.now = amsterdam(2026, 11, 24, 9, 0)
    assert house.keep(BEFORE) == {}
    house.clock.now = amsterdam(2026, 11, 26, 9, 0)
    assert house.keep(BEFORE) == {BEFORE: 1}
    assert {m.params["appointment_id"] for m in house.messages(BEFORE)} == {new_id}


def test_a_cancelled_appointment_and_a_match_that_ended_are_not_reminded_of(house: House) -> None:
    first, second = planned(house, datetime(2026, 11, 26, 14)), planned(house, datetime(2026, 11, 26, 15))
    with house.write() as session:
        cancelled, other = session.get(Appointment, first), session.get(Appointment, second)
        assert cancelled is not None and other is not None
        cancelled.state = "cancelled"
        match = session.get(Match, other.match_id)
        assert match is not None
        match.state = "withdrawn"
    house.clock.now = amsterdam(2026, 11, 25, 9, 0)
    assert house.keep(BEFORE) == {}


def test_a_community_chooses_how_long_before(house: House) -> None:
    planned(house, datetime(2026, 11, 28, 14), appointment_reminder_days=3)
    house.clock.now = amsterdam(2026, 11, 25, 9, 0)
    assert house.keep(BEFORE) == {BEFORE: 1}
    house.deliver()
    assert {m.subject for m in house.messages(BEFORE)} == {
        "Afspraak met Ria: zaterdag 28 november",
        "Afspraak met Yusuf: zaterdag 28 november",
    }


def test_the_day_after_both_are_asked_how_it_went(any_house: House) -> None:
    planned(any_house, datetime(2026, 11, 25, 22, 30))
    any_house.clock.now = amsterdam(2026, 11, 25, 23, 59)
    assert any_house.keep(AFTER) == {}
    any_house.clock.now = amsterdam(2026, 11, 26, 0, 0)
    assert any_house.keep(AFTER) == {AFTER: 1}
    any_house.clock.now = amsterdam(2026, 11, 26, 8, 0)
    assert any_house.deliver() == {"sent": 2}
    assert sorted(m.subject for m in any_house.messages(AFTER)) == ["Hoe ging het met Ria?", "Hoe ging het met Yusuf?"]
    assert any_house.keep(AFTER) == {}


def test_an_appointment_that_ends_at_midnight_belongs_to_the_day_it_began(house: House) -> None:
    planned(house, datetime(2026, 11, 25, 23, 0))
    house.clock.now = amsterdam(2026, 11, 26, 9, 0)
    assert house.keep(AFTER) == {AFTER: 1}


def test_of_a_weekly_series_only_the_first_is_asked_about(house: House) -> None:
    with house.write() as session:
        match = agreed(session)
        for week in range(3):
            at = datetime(2026, 11, 25, 14) + timedelta(weeks=week)
            factories.create_appointment(session, match, starts_at=at, ends_at=at + timedelta(hours=1), series="s1")
    for day in range(26, 30):
        house.clock.now = amsterdam(2026, 11, day, 9, 0)
        house.keep(AFTER)
    house.clock.now = amsterdam(2026, 12, 3, 9, 0)
    assert house.keep(AFTER) == {}
    assert len(house.messages(AFTER)) == 2


def test_a_missed_or_cancelled_appointment_is_not_asked_about_and_an_old_one_neither(house: House) -> None:
    first, second, third = (planned(house, datetime(2026, 11, day, 14)) for day in (25, 25, 9))
    with house.write() as session:
        for row_id, state in ((first, "missed"), (second, "cancelled")):
            row = session.get(Appointment, row_id)
            assert row is not None
            row.state = state
    house.clock.now = amsterdam(2026, 11, 26, 9, 0)
    assert house.keep(AFTER) == {} and third > 0


def test_after_three_days_the_worker_was_down_each_is_asked_once(house: House) -> None:
    planned(house, datetime(2026, 11, 25, 14))
    planned(house, datetime(2026, 11, 26, 14))
    house.clock.now = amsterdam(2026, 11, 28, 9, 0)
    assert house.keep(AFTER) == {AFTER: 2}
    assert house.deliver() == {"sent": 4}
    assert house.keep(AFTER) == {} and house.keep(BEFORE) == {}


def test_silence_is_a_signal_too(any_house: House) -> None:
    planned(any_house, datetime(2026, 11, 25, 14))
    any_house.clock.now = amsterdam(2026, 11, 26, 9, 0)
    any_house.keep(AFTER)
    any_house.deliver()
    with any_house.write() as session:
        answered = session.get(CheckIn, 1)
        assert answered is not None
        person = session.get(Person, answered.person_id)
        assert person is not None
        checkins.answer(session, answered, "good", "", actor=factories.actor_of(session, person), now=any_house.clock())
    any_house.clock.now = amsterdam(2026, 11, 28, 23, 59)
    assert any_house.keep("check_in_silence") == {}
    any_house.clock.now = amsterdam(2026, 11, 29, 0, 0)
    assert any_house.keep("check_in_silence") == {"check_in_silence": 1}
    [call] = any_house.calls("check_in")
    assert call.why == "no_answer" and call.params == {"check_in_id": 2}
    assert any_house.keep("check_in_silence") == {}


def test_somebody_without_e_mail_is_on_the_call_list_once(house: House) -> None:
    with house.write() as session:
        match = agreed(session)
        request = session.get(HelpRequest, match.request_id)
        assert request is not None
        resident = session.get(Person, request.resident_id)
        assert resident is not None
        resident.email, resident.phone = None, "+31612345678"
        factories.create_appointment(session, match, starts_at=datetime(2026, 11, 25, 14),
                                     ends_at=datetime(2026, 11, 25, 15))  # fmt: skip
        resident_id = resident.id
    house.clock.now = amsterdam(2026, 11, 24, 9, 0)
    house.keep(BEFORE)
    house.clock.now = amsterdam(2026, 11, 26, 9, 0)
    house.keep(AFTER)
    house.clock.now = amsterdam(2026, 11, 29, 9, 0)
    house.keep("check_in_silence")
    of_resident = [(c.about, c.why) for c in house.calls() if c.person_id == resident_id]
    assert of_resident == [("appointment_reminder", "no_email"), ("check_in", "no_email")]


THE_26TH = date(2026, 11, 26)


@pytest.mark.parametrize(
    "when",
    [
        {"kind": "once", "start": "2026-11-26T14:00", "end": "2026-11-26T15:00"},
        one_day.as_when(THE_26TH, one_day.spans(THE_26TH, "afternoon")),
    ],
    ids=["at a time", "at a time that is open"],
)
def test_what_was_agreed_begins_on_its_day(any_house: House, when: dict[str, Any]) -> None:
    with any_house.write() as session:
        community = factories.create_community(session)
        on_its_day = factories.create_match(
            session, factories.create_request(session, community, state="matched", when=when), state="agreed"
        )
        some_day = factories.create_match(
            session, factories.create_request(session, community, state="matched"), state="agreed"
        )
        chosen = factories.create_match(
            session, factories.create_request(session, community, state="matched"), state="agreed",
            starts_on=datetime(2026, 11, 27).date(),
        )  # fmt: skip
        ids = [m.id for m in (on_its_day, some_day, chosen)]
    states = []
    for day in (25, 26, 27):
        any_house.clock.now = amsterdam(2026, 11, day, 0, 5)
        any_house.keep("match_begins")
        states.append([any_house.get(Match, i).state for i in ids])
    assert states == [
        ["agreed", "agreed", "agreed"],
        ["active", "agreed", "agreed"],
        ["active", "agreed", "active"],
    ]


def test_what_a_coordinator_may_still_take_back_does_not_begin(house: House) -> None:
    with house.write() as session:
        match = factories.create_match(session, state="agreed", starts_on=factories.TODAY,
                                       approved_at=house.clock())  # fmt: skip
        match_id = match.id
    house.keep("match_begins")
    assert house.get(Match, match_id).state == "agreed"
    house.clock.forward(seconds=30)
    house.keep("match_begins")
    assert house.get(Match, match_id).state == "active"


def test_a_volunteer_who_paused_is_called_about_an_appointment_instead_of_mailed(house: House) -> None:
    planned(house, datetime(2026, 11, 26, 14))
    house.clock.now = amsterdam(2026, 11, 25, 9, 0)
    house.keep(BEFORE)
    with house.write() as session:
        volunteer = session.get(Volunteer, 1)
        assert volunteer is not None
        volunteer.state = "paused"
        person_id = volunteer.person_id
    assert house.deliver() == {"sent": 1, "settled": 1}
    assert [(c.person_id, c.why) for c in house.calls()] == [(person_id, "paused")]


def test_the_desk_hears_of_a_yes_after_which_nothing_was_planned(any_house: House) -> None:
    agreed = {"state": "agreed", "agreed_at": amsterdam(2026, 11, 10, 22, 0)}
    with any_house.write() as session:
        community = factories.create_community(session)

        def match(**columns: Any) -> Match:
            request = factories.create_request(session, community, state="matched")
            return factories.create_match(session, request, **{**agreed, **columns})

        nothing, planned_one = match(), match()
        match(starts_on=date(2026, 12, 1))
        match(state="accepted_by_volunteer")
        factories.create_appointment(session, planned_one)
        cancelled = match()
        factories.create_appointment(session, cancelled, state="cancelled")
        ids = (nothing.id, cancelled.id)
    any_house.clock.now = amsterdam(2026, 11, 16, 23, 0)
    assert any_house.keep("no_appointment") == {}
    any_house.clock.now = amsterdam(2026, 11, 17, 7, 0)
    assert any_house.keep("no_appointment") == {"no_appointment": 2}
    assert any_house.keep("no_appointment") == {}
    assert [one.match_id for one in any_house.signals("no_appointment")] == [*ids]
    assert any_house.messages() == []
