"""No answer to a proposal: a reminder after two days, lapsed after four; whoever was not reached is called instead."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pytest

from jobs.channels import InDoubt, Refused
from models.delays import local_now
from models.operations import matches, proposals, reminders
from models.tables import Match, Person
from tests import factories
from tests.concurrency import at_once
from tests.jobs.conftest import House

RULES = ("proposal_reminder", "proposal_lapse")


@dataclass
class Asked:
    """A match that waits for an answer."""

    match_id: int
    volunteer_id: int
    resident_id: int
    community_id: int


def approved(
    house: House, *, email: bool = True, settings: dict[str, Any] | None = None, when: dict[str, Any] | None = None
) -> Asked:
    """Let a coordinator approve a match now; the volunteer is asked."""
    with house.write() as session:
        community = factories.create_community(session, **(settings or {}))
        resident = factories.create_person(session, first_name="Ria")
        columns = {} if email else {"email": None, "phone": "+31612345678"}
        person = factories.create_person(session, first_name="Yusuf", **columns)
        volunteer = factories.create_volunteer(session, community, person)
        wanted = {} if when is None else {"when": when}
        request = factories.create_request(session, community, resident, **wanted)
        match = factories.create_match(session, request, volunteer)
        coordinator = factories.create_coordinator(session, community)
        proposals.approve(session, match, actor=factories.actor_of(session, coordinator), now=house.clock())
        assert match.id and person.id and resident.id and community.id
        return Asked(match.id, person.id, resident.id, community.id)


def sent(house: House, **more: Any) -> Asked:
    """Approve a match and send the question."""
    asked = approved(house, **more)
    house.clock.forward(seconds=30)
    assert house.deliver() == {"sent": 1}
    return asked


def state(house: House, asked: Asked) -> str:
    """Give the match's state."""
    return str(house.get(Match, asked.match_id).state)


def test_no_answer_in_two_days_is_a_reminder_and_in_four_it_lapses(any_house: House) -> None:
    asked = sent(any_house)
    any_house.clock.forward(days=1)
    assert any_house.keep(*RULES) == {}
    any_house.clock.forward(days=1)
    assert any_house.keep(*RULES) == {"proposal_reminder": 1}
    [reminder] = any_house.messages("proposal_volunteer_reminder")
    assert reminder.recipient_id == asked.volunteer_id and any_house.deliver() == {"sent": 1}
    any_house.clock.forward(days=1)
    assert any_house.keep(*RULES) == {}
    any_house.clock.forward(days=1)
    assert any_house.keep(*RULES) == {"proposal_lapse": 1}
    assert state(any_house, asked) == "lapsed"
    assert [s.match_id for s in any_house.signals("lapsed")] == [asked.match_id]


def test_of_help_on_a_day_that_is_near_a_reminder_comes_the_day_before(any_house: House) -> None:
    sent(any_house, when={"kind": "once", "start": "2026-11-26T10:00", "end": "2026-11-26T12:00"})
    assert "woensdag 25 november" in any_house.messages("proposal_volunteer")[0].body
    assert any_house.keep(*RULES) == {}
    any_house.clock.forward(days=1)
    assert any_house.keep(*RULES) == {"proposal_reminder": 1} and any_house.deliver() == {"sent": 1}
    assert "woensdag 25 november" in any_house.messages("proposal_volunteer_reminder")[0].body


def test_of_help_that_is_over_nobody_is_asked_any_more(any_house: House) -> None:
    past = {"kind": "once", "start": "2026-11-25T10:00", "end": "2026-11-25T12:00"}
    sent(any_house, when=past)
    any_house.clock.forward(days=2)
    assert any_house.keep("proposal_reminder") == {}
    approved(any_house, when=past)
    any_house.clock.forward(seconds=30)
    assert any_house.deliver() == {"settled": 1}
    message = any_house.messages("proposal_volunteer")[-1]
    assert (message.state, message.error) == ("skipped", "past")


def test_the_resident_is_reminded_likewise(house: House) -> None:
    asked = sent(house)
    with house.write() as session:
        match, volunteer = session.get(Match, asked.match_id), session.get(Person, asked.volunteer_id)
        assert match is not None and volunteer is not None
        matches.accept(session, match, actor=factories.actor_of(session, volunteer), now=house.clock())
    assert house.deliver() == {"sent": 1}
    house.clock.forward(days=2)
    assert house.keep(*RULES) == {"proposal_reminder": 1}
    assert [m.recipient_id for m in house.messages("proposal_resident_reminder")] == [asked.resident_id]
    house.clock.forward(days=2)
    assert house.keep(*RULES) == {"proposal_lapse": 1}


def test_an_answer_ends_the_waiting(house: House) -> None:
    asked = sent(house)
    with house.write() as session:
        match, volunteer = session.get(Match, asked.match_id), session.get(Person, asked.volunteer_id)
        assert match is not None and volunteer is not None
        matches.decline(session, match, "geen tijd", actor=factories.actor_of(session, volunteer), now=house.clock())
    house.clock.forward(days=9)
    assert "proposal_reminder" not in house.keep(*RULES) and state(house, asked) == "declined"


def test_days_are_calendar_days_however_late_it_was(house: House) -> None:
    house.clock.now = datetime(2026, 11, 24, 19, 45, tzinfo=UTC)  # 20:45 in Amsterdam
    sent(house)
    house.clock.now = datetime(2026, 11, 25, 22, 59, tzinfo=UTC)  # a day later, 23:59
    assert house.keep(*RULES) == {}
    house.clock.now = datetime(2026, 11, 25, 23, 0, tzinfo=UTC)  # midnight: the second day
    assert house.keep(*RULES) == {"proposal_reminder": 1}
    [reminder] = house.messages("proposal_volunteer_reminder")
    assert reminder.due_at == datetime(2026, 11, 26, 7, 0, tzinfo=UTC)  # not before eight


@pytest.mark.parametrize(
    "asked_on",
    [datetime(2026, 3, 27, 12, tzinfo=UTC), datetime(2026, 10, 23, 12, tzinfo=UTC)],
    ids=["march", "october"],
)
def test_clock_changes_make_no_day_longer_or_shorter(house: House, asked_on: datetime) -> None:
    house.clock.now = asked_on  # a Friday; the clock changes on the night of Sunday
    asked = sent(house)
    first = local_now(house.clock(), "Europe/Amsterdam").date()
    days = {}
    house.clock.now = house.clock().replace(minute=0)  # local midnight is on a whole hour, before and after
    for _step in range(8 * 5):
        house.clock.forward(hours=1 if house.clock().hour in (20, 21, 22, 23) else 4)
        for rule in house.keep(*RULES):
            days[rule] = (local_now(house.clock(), "Europe/Amsterdam").date() - first).days
            house.deliver()
    assert {rule: days[rule] for rule in ("proposal_reminder", "proposal_lapse")} == {
        "proposal_reminder": 2,
        "proposal_lapse": 4,
    }
    assert state(house, asked) == "lapsed" and len(house.messages("proposal_volunteer_reminder")) == 1


def test_a_community_has_its_own_delays(house: House) -> None:
    approved(house, settings={"answer_reminder_days": 1, "answer_lapse_days": 7})
    house.clock.forward(minutes=1)
    house.deliver()
    house.clock.forward(days=1)
    assert house.keep(*RULES) == {"proposal_reminder": 1}
    house.clock.forward(days=5)
    assert house.keep(*RULES) == {}
    house.clock.forward(days=1)
    assert house.keep(*RULES) == {"proposal_lapse": 1}


def test_keeping_the_rules_twice_says_nothing_twice(any_house: House) -> None:
    sent(any_house)
    any_house.clock.forward(days=2)
    assert any_house.keep(*RULES) == {"proposal_reminder": 1}
    assert any_house.keep(*RULES) == {}
    any_house.deliver()
    assert any_house.keep(*RULES) == {} and len(any_house.messages("proposal_volunteer_reminder")) == 1


def test_a_clock_a_day_ahead_and_back_repeats_and_skips_nothing(house: House) -> None:
    asked = sent(house)
    house.clock.forward(days=2)
    house.keep(*RULES)
    house.clock.forward(days=-1)
    assert house.keep(*RULES) == {}
    house.clock.forward(days=2)
    assert house.keep(*RULES) == {}
    house.clock.forward(days=1)
    assert house.keep(*RULES) == {"proposal_lapse": 1} and state(house, asked) == "lapsed"
    assert len(house.messages("proposal_volunteer_reminder")) == 1


def test_silence_of_somebody_without_e_mail_never_counts(any_house: House) -> None:
    asked = approved(any_house, email=False)
    any_house.clock.forward(days=30)
    any_house.keep(*RULES)
    assert state(any_house, asked) == "approved" and any_house.signals("lapsed") == []
    assert [(c.person_id, c.about, c.done_at) for c in any_house.calls()] == [
        (asked.volunteer_id, "proposal_volunteer", None)
    ]


@pytest.mark.parametrize("error", [Refused("550"), InDoubt("no answer")], ids=["failed", "in_doubt"])
def test_silence_of_somebody_whose_mail_did_not_surely_come_never_counts(house: House, error: Exception) -> None:
    asked = approved(house)
    house.clock.forward(minutes=1)
    house.channel.errors = [error]
    house.deliver()
    house.clock.forward(days=30)
    house.keep(*RULES)
    assert state(house, asked) == "approved"
    assert [c.person_id for c in house.calls("proposal_volunteer")] == [asked.volunteer_id]


def test_a_reminder_that_bounced_stops_the_lapsing_too(house: House) -> None:
    asked = sent(house)
    house.clock.forward(days=2)
    house.keep(*RULES)
    house.channel.errors = [Refused("550")]
    house.deliver()
    house.clock.forward(days=9)
    house.keep(*RULES)
    assert state(house, asked) == "approved"


def test_days_count_from_when_the_mail_really_left(house: House) -> None:
    asked = approved(house)
    house.clock.forward(days=3)  # the worker was down
    assert "proposal_reminder" not in house.keep(*RULES)
    assert house.deliver() == {"sent": 1}
    house.clock.forward(days=1)
    assert house.keep(*RULES) == {}
    house.clock.forward(days=1)
    assert house.keep(*RULES) == {"proposal_reminder": 1}
    house.deliver()
    house.clock.forward(days=2)
    assert house.keep(*RULES) == {"proposal_lapse": 1} and state(house, asked) == "lapsed"


def test_a_reminder_overtaken_by_an_answer_is_skipped(house: House) -> None:
    asked = sent(house)
    house.clock.now = datetime(2026, 11, 26, 2, 0, tzinfo=UTC)  # at night the reminder is written down
    assert house.keep(*RULES) == {"proposal_reminder": 1}
    with house.write() as session:
        match, volunteer = session.get(Match, asked.match_id), session.get(Person, asked.volunteer_id)
        assert match is not None and volunteer is not None
        matches.decline(session, match, "geen tijd", actor=factories.actor_of(session, volunteer), now=house.clock())
    house.clock.now = datetime(2026, 11, 26, 7, 0, tzinfo=UTC)
    house.deliver()
    [reminder] = house.messages("proposal_volunteer_reminder")
    assert (reminder.state, reminder.error) == ("skipped", "ended")


def test_a_poisoned_row_is_shown_to_the_desk_and_harms_no_other(
    any_house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    bad, good = sent(any_house), sent(any_house)
    any_house.clock.forward(days=2)
    tell = reminders.tell

    def poisoned(session: Any, person: Person, *arguments: Any, **more: Any) -> None:
        if person.id == bad.volunteer_id:
            raise RuntimeError("poison")
        tell(session, person, *arguments, **more)

    monkeypatch.setattr(reminders, "tell", poisoned)
    assert any_house.keep("proposal_reminder") == {"proposal_reminder": 1}
    assert [m.recipient_id for m in any_house.messages("proposal_volunteer_reminder")] == [good.volunteer_id]
    [signal] = any_house.signals("job_failed")
    assert signal.community_id == bad.community_id and str(bad.match_id) in signal.note
    any_house.keep("proposal_reminder")
    assert len(any_house.signals("job_failed")) == 1


def test_two_workers_at_once_lapse_a_proposal_once(any_database: Any) -> None:
    house = House(any_database)
    asked = sent(house)
    house.clock.forward(days=4)

    def deed(session: Any) -> None:
        reminders.lapse_proposal(session, asked.match_id, now=house.clock())

    at_once(any_database, deed, deed)
    assert state(house, asked) == "lapsed" and len(house.signals("lapsed")) == 1
