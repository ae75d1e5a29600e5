"""What is no longer useful is not told, nor is anything told to who wants no mail."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from sqlmodel import Session, select

from models.messages import NAMES
from models.messages.rendering import Skip, render
from models.tables import CheckIn, PairMessage
from tests import factories
from tests.models.told import SETTINGS, World, create_world


@pytest.fixture
def world(session: Session) -> World:
    """Two people, a request and a match."""
    return create_world(session)


@pytest.mark.parametrize(
    ("name", "after", "reason"),
    [
        ("proposal_volunteer", lambda w: w.to("accepted_by_volunteer"), "answered"),
        ("proposal_volunteer", lambda w: w.to("withdrawn"), "ended"),
        ("proposal_volunteer", lambda w: w.of_volunteer("paused"), "paused"),
        ("proposal_volunteer_reminder", lambda w: w.to("declined"), "ended"),
        ("proposal_resident", lambda w: w.to("agreed"), "answered"),
        ("proposal_resident_reminder", lambda w: w.to("lapsed"), "ended"),
        ("match_agreed", lambda w: w.to("failed"), "ended"),
        ("match_ended", lambda w: w.to("active"), "moved_on"),
        ("match_not_chosen", lambda w: w.to("approved"), "moved_on"),
        ("match_completed", lambda w: w.to("active"), "moved_on"),
        ("match_completed", lambda w: w.of_volunteer("left"), "left"),
        ("request_received", lambda w: w.of_request("withdrawn"), "ended"),
        ("request_question", lambda w: w.of_request("submitted"), "answered"),
        ("request_open", lambda w: w.of_request("matched"), "moved_on"),
        ("request_no_match", lambda w: w.to("approved"), "moved_on"),
        ("request_still_wanted", lambda w: w.of_request("open", life_asked=0), "answered"),
        ("request_still_wanted", lambda w: w.of_request("withdrawn"), "ended"),
        ("request_expired", lambda w: w.of_request("open"), "moved_on"),
        ("volunteer_received", lambda w: w.of_volunteer("active"), "moved_on"),
        ("volunteer_admitted", lambda w: w.of_volunteer("paused"), "moved_on"),
        ("already_volunteer", lambda w: w.of_volunteer("paused"), "paused"),
        ("digest", lambda w: w.of_volunteer("stopped"), "left"),
        ("appointment_reminder", lambda w: w.stop("no_day_before_at"), "not_wanted"),
        ("proposal_volunteer_reminder", lambda w: w.stop("no_unanswered_at"), "not_wanted"),
        ("proposal_resident_reminder", lambda w: w.stop("no_unanswered_at"), "not_wanted"),
        ("pair_message", lambda w: w.to("withdrawn"), "ended"),
        ("appointment_planned", lambda w: w.to("failed"), "ended"),
        ("appointment_choice_reminder", lambda w: w.to("failed"), "ended"),
        ("appointment_choice_lapsed", lambda w: w.to("withdrawn"), "ended"),
    ],
)
def test_what_is_no_longer_true_is_not_told(
    world: World, name: str, after: Callable[[World], object], reason: str
) -> None:
    params = world.params(name)
    after(world)
    with pytest.raises(Skip) as skipped:
        world.told(name, **params)
    assert skipped.value.reason == reason


@pytest.mark.parametrize(
    ("columns", "reason"),
    [
        ({"erased_at": factories.NOW}, "erased"),
        ({"no_messages_at": factories.NOW}, "no_messages"),
        ({"email": None}, "no_email"),
    ],
)
@pytest.mark.parametrize("name", NAMES)
def test_nobody_is_mailed_who_was_erased_or_wants_no_mail(
    world: World, name: str, columns: dict[str, Any], reason: str
) -> None:
    params = world.params(name)
    for person in (world.resident, world.helper):
        for column, value in columns.items():
            setattr(person, column, value)
    with pytest.raises(Skip) as skipped:
        world.told(name, **params)
    assert skipped.value.reason == reason


@pytest.mark.parametrize(
    ("columns", "reason"),
    [
        ({"state": "cancelled"}, "cancelled"),
        ({"state": "done"}, "cancelled"),
        ({"starts_at": datetime(2026, 11, 24, 9, 0)}, "past"),
    ],
)
@pytest.mark.parametrize("name", ["appointment_planned", "appointment_reminder", "appointment_moved"])
def test_an_appointment_that_is_past_or_cancelled_is_not_announced(
    world: World, name: str, columns: dict[str, Any], reason: str
) -> None:
    with pytest.raises(Skip, match=reason):
        world.told(name, **world.appointment(**columns))


def test_a_moved_appointment_is_told_once_with_where_it_was(world: World) -> None:
    params = world.moved()
    made = world.told("appointment_moved", **params)
    assert "donderdag 26 november" in made.subject and "woensdag 25 november, 14:00 uur" in made.text
    for name in ("appointment_planned", "appointment_cancelled", "appointment_reminder"):
        with pytest.raises(Skip, match="moved"):
            world.told(name, appointment_id=params["appointment_id"] - 1)


def test_a_code_that_was_used_or_is_too_old_is_not_mailed(world: World) -> None:
    for columns, reason in (
        ({"used_at": factories.NOW}, "used"),
        ({"expires_at": factories.NOW}, "expired"),
    ):
        code = factories.create_sign_in_code(world.session, world.helper, **columns)
        with pytest.raises(Skip, match=reason):
            world.told("sign_in", code_id=code.id)
    other = factories.create_sign_in_code(world.session, world.resident)
    with pytest.raises(Skip, match="gone"):
        world.told("sign_in", code_id=other.id)


def test_an_answered_check_in_and_a_read_message_need_no_mail(world: World) -> None:
    params = world.check_in()
    row = world.session.get(CheckIn, params["check_in_id"])
    assert row is not None
    row.answer = "good"
    with pytest.raises(Skip, match="answered"):
        world.told("check_in", **params)
    params = world.written()
    for message in world.session.exec(select(PairMessage)):
        message.read_at = factories.NOW
    with pytest.raises(Skip, match="read"):
        world.told("pair_message", **params)


def test_the_end_of_a_match_is_no_news_to_who_never_heard_of_it(world: World) -> None:
    params = world.to("withdrawn")
    row = factories.create_outbox_message(
        world.session, world.helper, name="proposal_volunteer", state="skipped",
        key=f"proposal_volunteer:match:{world.match.id}:{world.helper.id}",
    )  # fmt: skip
    with pytest.raises(Skip, match="never_told"):
        world.told("match_ended", world.helper, **params)
    row.state = "sent"
    world.session.flush()
    assert "Ria" in world.told("match_ended", world.helper, **params).subject


def test_a_blocked_pair_never_meets_in_a_mail(world: World) -> None:
    factories.create_block(world.session, world.community, world.resident, world.helper, world.resident)
    for name in ("proposal_volunteer", "proposal_resident", "match_agreed", "match_completed"):
        with pytest.raises(Skip, match="blocked"):
            world.told(name)
    for person, other in ((world.helper, "Ria"), (world.resident, "Yusuf")):
        made = world.told("match_ended", person, **world.to("withdrawn"))
        assert other not in made.subject + made.text + made.html


def test_another_communitys_things_are_not_told_here(world: World) -> None:
    world.community = factories.create_community(world.session)
    for name in ("request_open", "proposal_volunteer", "appointment_planned", "volunteer_admitted"):
        with pytest.raises(Skip):
            world.told(name)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("params", [{}, {"request_id": "1", "match_id": True, "code_id": None, "volunteer_id": 1.5}])
def test_a_row_without_its_ids_can_never_be_made(world: World, name: str, params: dict[str, Any]) -> None:
    row = factories.create_outbox_message(world.session, world.helper, name=name, params=params,
                                          community_id=world.community.id)  # fmt: skip
    with pytest.raises(ValueError, match="params hold no"):
        render(world.session, row, settings=SETTINGS, now=factories.NOW)
