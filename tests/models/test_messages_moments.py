"""What is said of moments to choose from and of a series that ends: all of them, and only while it is of use."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlmodel import Session

from models.messages.rendering import Skip, spoken
from models.tables import Appointment
from tests import factories
from tests.factories import NOW
from tests.models.told import World, create_world


@pytest.fixture
def world(session: Session) -> World:
    return create_world(session)


def _moments(world: World, *days: int, **columns: Any) -> list[Appointment]:
    world.to("agreed", request="matched")
    values = {"state": "proposed", "choice": "three", "planned_by": world.helper.id, **columns}
    return [
        factories.create_appointment(
            world.session, world.match, starts_at=datetime(2026, 12, day, 14), ends_at=datetime(2026, 12, day, 16),
            **values,
        )
        for day in days
    ]  # fmt: skip


def test_the_mail_of_a_proposal_names_every_moment_that_can_still_be_picked(world: World) -> None:
    first, *_others = _moments(world, 1, 3, 8)
    first.state = "cancelled"
    made = world.told("appointment_planned", appointment_id=first.id)
    for body in (made.text, made.html):
        assert "Donderdag 3 december, 14:00 tot 16:00 uur" in body and "Dinsdag 8 december" in body
        assert "1 december" not in body and "Yusuf wil graag afspreken. Kies het moment dat u past." in body
    assert made.subject == "Welk moment past u? Afspraak met Yusuf"


def test_where_the_desk_proposes_it_is_not_the_other_who_asks(world: World) -> None:
    desk = factories.create_coordinator(world.session, world.community)
    first, _second = _moments(world, 1, 3, planned_by=desk.id)
    for person in (world.resident, world.helper):
        made = world.told("appointment_planned", person, appointment_id=first.id)
        assert "Kies het moment dat u past." in made.text and "wil graag afspreken" not in made.text


@pytest.mark.parametrize("state", ["confirmed", "cancelled"])
def test_after_the_answer_nobody_is_asked_any_more(world: World, state: str) -> None:
    first, second = _moments(world, 1, 3)
    first.state, second.state = state, "cancelled"
    with pytest.raises(Skip, match="answered"):
        world.told("appointment_planned", appointment_id=first.id)


def test_on_the_phone_all_moments_are_read_out(world: World) -> None:
    first, _second = _moments(world, 1, 3)
    call = factories.create_call(
        world.session, world.community, world.resident, about="appointment_planned", params={"appointment_id": first.id}
    )
    said = spoken(world.session, call, "nl", now=NOW)
    assert "Welk van deze momenten past u?" in said and "Dinsdag 1 december" in said and "Donderdag 3 december" in said


def test_what_was_picked_is_told_with_its_day(world: World) -> None:
    first, second = _moments(world, 1, 3)
    first.state, second.state = "cancelled", "confirmed"
    made = world.told("appointment_confirmed", world.helper, appointment_id=second.id)
    assert "donderdag 3 december" in made.subject and "Het past Ria. U ziet elkaar dan." in made.text
    second.state = "cancelled"
    with pytest.raises(Skip):
        world.told("appointment_confirmed", world.helper, appointment_id=second.id)


def test_that_none_suits_names_them_all_and_is_not_said_after_a_pick(world: World) -> None:
    first, second = _moments(world, 1, 3, state="cancelled")
    made = world.told("appointment_declined", world.helper, appointment_id=first.id)
    assert "Dinsdag 1 december" in made.text and "Donderdag 3 december" in made.text
    second.state = "confirmed"
    with pytest.raises(Skip, match="moved_on"):
        world.told("appointment_declined", world.helper, appointment_id=first.id)


def test_the_end_of_a_series_says_from_when_and_not_why(world: World) -> None:
    first, _second = _moments(world, 1, 8, state="cancelled", choice=None, series="week", reason="Verhuisd")
    made = world.told("appointment_series_ended", appointment_id=first.id)
    assert "Vanaf dinsdag 1 december stopt de wekelijkse afspraak met Yusuf." in made.text
    assert "Verhuisd" not in made.text + made.html


# ---- every week ----


def _weekly(world: World, *days: int, **columns: Any) -> list[Appointment]:
    """Propose series of some weeks, each without its third."""
    moments = _moments(world, *days, **columns)
    for one in moments:
        first = one.starts_at.date()
        one.also_on = [f"{first + timedelta(weeks=week)}" for week in (1, 3, 4, 5)]
    return moments


def test_series_to_choose_from_name_their_weekday_their_end_and_what_is_left_out(world: World) -> None:
    first, _second = _weekly(world, 1, 3)
    made = world.told("appointment_planned", appointment_id=first.id)
    for body in (made.text, made.html):
        assert "Elke dinsdag van 1 december tot en met 5 januari 2027, 14:00 tot 16:00 uur. Niet op 15 december" in body
        assert "Elke donderdag van 3 december tot en met 7 januari 2027" in body
    world.resident.language = "en"
    made = world.told("appointment_planned", appointment_id=first.id)
    assert "- Every Tuesday from 1 December until 5 January 2027, 14:00 to 16:00. Not on 15 December" in made.text


def test_a_series_that_was_picked_is_told_with_all_of_its_weeks(world: World) -> None:
    first, second = _weekly(world, 1, 3, series="week")
    first.state, second.state, second.series = "confirmed", "cancelled", "other"
    for day in first.also_on:
        start = datetime.combine(date.fromisoformat(day), first.starts_at.time())
        factories.create_appointment(world.session, world.match, starts_at=start, ends_at=start + timedelta(hours=2),
                                     state="confirmed", series="week")  # fmt: skip
    made = world.told("appointment_confirmed", world.helper, appointment_id=first.id)
    assert made.subject == "Het past: elke dinsdag met Ria"
    assert "Ria kan dan. U ziet elkaar elke dinsdag." in made.text
    assert "Dag: Elke dinsdag van 1 december tot en met 5 januari 2027" in made.text
    assert "Niet op 15 december." in made.text and "Niet op 15 december." in made.html
    call = factories.create_call(world.session, world.community, world.helper, about="appointment_confirmed",
                                 params={"appointment_id": first.id})  # fmt: skip
    assert "U ziet elkaar elke dinsdag." in spoken(world.session, call, "nl", now=NOW)


# ---- asked once more, and ended by itself ----


def test_who_proposed_is_not_reminded_to_choose(world: World) -> None:
    first, _second = _moments(world, 1, 3)
    with pytest.raises(Skip, match="not_theirs"):
        world.told("appointment_choice_reminder", world.helper, appointment_id=first.id)


def test_the_reminder_names_what_is_left_and_none_goes_out_once_all_is_past(world: World) -> None:
    first, second = _moments(world, 1, 3)
    first.state = "cancelled"
    made = world.told("appointment_choice_reminder", appointment_id=first.id)
    assert "Donderdag 3 december" in made.text and "Dinsdag 1 december" not in made.text and made.fewer_url
    second.starts_at = datetime(2026, 11, 24, 9)
    with pytest.raises(Skip, match="answered"):
        world.told("appointment_choice_reminder", appointment_id=first.id)


def test_that_no_moment_was_chosen_is_no_news_beside_a_newer_day(world: World) -> None:
    first, _second = _moments(world, 1, 3, state="cancelled")
    made = world.told("appointment_choice_lapsed", world.helper, appointment_id=first.id)
    assert "Dinsdag 1 december" in made.text and "Donderdag 3 december" in made.text
    factories.create_appointment(world.session, world.match, created_at=NOW)
    with pytest.raises(Skip, match="moved_on"):
        world.told("appointment_choice_lapsed", world.helper, appointment_id=first.id)
