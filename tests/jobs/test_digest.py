"""The weekly digest: for volunteers who want it, on the community's day, and only if there is something new."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from models.operations import proposals
from models.tables import Community, HelpRequest, Person, Volunteer
from tests import factories
from tests.jobs.conftest import House

MONDAY = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


@pytest.fixture
def monday(house: House) -> House:
    """It is Monday morning, the community's day."""
    house.clock.now = MONDAY
    return house


def here(house: House, *, requests: int = 1, volunteer: dict[str, Any] | None = None,
         person: dict[str, Any] | None = None, **request: Any) -> int:  # fmt: skip
    """Make a community with a volunteer and some open requests; gives the volunteer's id."""
    with house.write() as session:
        community = factories.create_community(session)
        helper = factories.create_volunteer(
            session, community, factories.create_person(session, first_name="Yusuf", **(person or {})),
            **(volunteer or {}),
        )  # fmt: skip
        for _ in range(requests):
            factories.create_request(session, community, **{"opened_at": house.clock() - timedelta(days=1), **request})
        assert helper.id is not None
        return helper.id


def test_a_volunteer_gets_one_mail_a_week(monday: House) -> None:
    here(monday, requests=2)
    assert monday.keep("digest") == {"digest": 1}
    assert monday.keep("digest") == {}
    assert monday.deliver() == {"sent": 1}
    [message] = monday.messages("digest")
    assert message.key == "digest:volunteer:1:2026-W48:" + str(message.recipient_id)
    assert message.subject == "2 mensen bij u in de buurt kunnen uw hulp gebruiken"
    assert "Mee naar ziekenhuis of arts (Hengelo 7551)" in message.body
    monday.clock.forward(days=7)
    assert monday.keep("digest") == {"digest": 1}


def test_nothing_new_is_no_mail(monday: House) -> None:
    here(monday, requests=1)
    monday.keep("digest")
    assert monday.deliver() == {"sent": 1}
    monday.clock.forward(days=7)
    monday.keep("digest")
    assert monday.deliver() == {"settled": 1}
    assert [(m.state, m.error) for m in monday.messages("digest")] == [("sent", ""), ("skipped", "nothing_new")]


@pytest.mark.parametrize(
    ("volunteer", "person"),
    [
        ({"state": "paused"}, {}),
        ({"state": "applied"}, {}),
        ({"state": "left"}, {}),
        ({"wants_digest": False}, {}),
        ({}, {"email": None, "phone": "+31612345678"}),
        ({}, {"no_messages_at": MONDAY}),
    ],
)
def test_who_does_not_want_it_or_does_not_help_now_gets_none(
    monday: House, volunteer: dict[str, Any], person: dict[str, Any]
) -> None:
    here(monday, volunteer=volunteer, person=person)
    assert monday.keep("digest") == {}
    assert monday.calls() == []


def test_who_paused_in_the_meantime_gets_none(monday: House) -> None:
    volunteer_id = here(monday)
    monday.keep("digest")
    with monday.write() as session:
        volunteer = session.get(Volunteer, volunteer_id)
        assert volunteer is not None
        volunteer.state = "paused"
    assert monday.deliver() == {"settled": 1}


def test_only_what_fits_stands_in_it(monday: House) -> None:
    volunteer_id = here(monday, requests=1)
    with monday.write() as session:
        volunteer, community = session.get(Volunteer, volunteer_id), session.get(Community, 1)
        assert volunteer is not None and community is not None
        me = session.get(Person, volunteer.person_id)
        opened = {"opened_at": monday.clock() - timedelta(days=1)}
        stranger = factories.create_person(session)
        for columns in (
            {"kinds": ["board-work"], "summary": "andere hulp"},
            {"postcode": "8441", "summary": "te ver"},
            {"state": "on_hold", "summary": "niet open"},
            {"opened_at": monday.clock() - timedelta(days=20), "summary": "oud"},
            {"resident": me, "summary": "van mijzelf"},
            {"resident": stranger, "summary": "geblokkeerd"},
        ):
            factories.create_request(session, community, **{**opened, **columns})
        assert me is not None
        factories.create_block(session, community, me, stranger, me)
        dismissed = factories.create_request(session, community, summary="niets voor mij", **opened)
        proposals.dismiss(session, volunteer, dismissed, "te ver", actor=factories.actor_of(session, me),
                          now=monday.clock())  # fmt: skip
        elsewhere = factories.create_community(session, areas=("8441",))
        factories.create_request(session, elsewhere, summary="andere gemeenschap", **opened)
    monday.keep("digest")
    monday.deliver()
    [message] = monday.messages("digest")
    assert message.subject.startswith("1 persoon")
    for words in (
        "andere hulp",
        "te ver",
        "niet open",
        "oud",
        "mijzelf",
        "geblokkeerd",
        "niets voor mij",
        "andere gemeenschap",
    ):
        assert words not in message.body


def test_it_names_nobody_who_asks(monday: House) -> None:
    here(monday, requests=1)
    with monday.write() as session:
        resident = session.get(Person, session.get(HelpRequest, 1).resident_id)  # type: ignore[union-attr]
        assert resident is not None
        names = (resident.first_name, resident.last_name)
    monday.keep("digest")
    monday.deliver()
    [message] = monday.messages("digest")
    assert not any(name in message.body + message.html for name in names)


def test_it_comes_on_the_communitys_own_day_and_not_at_night(house: House) -> None:
    here(house)
    with house.write() as session:
        community = session.get(Community, 1)
        assert community is not None
        community.digest_weekday = 3
    days = []
    for hour in range(24 * 8):
        house.clock.now = MONDAY + timedelta(hours=hour)
        house.keep("digest")
        if house.deliver().get("sent"):
            days.append(house.clock().isoformat())
    assert days == ["2026-11-26T07:00:00+00:00"]


def test_a_day_missed_is_made_up_for_but_never_on_a_first_week(house: House) -> None:
    here(house)
    house.clock.now = MONDAY + timedelta(days=2)
    assert house.keep("digest") == {}  # just installed, on a Wednesday
    house.clock.now = MONDAY + timedelta(days=7)
    assert house.keep("digest") == {"digest": 1}
    house.clock.now = MONDAY + timedelta(days=16)  # the worker was down on Monday
    assert house.keep("digest") == {"digest": 1}
    house.clock.now = MONDAY + timedelta(days=17)
    assert house.keep("digest") == {}


def test_a_clock_a_day_ahead_and_back_sends_it_once(monday: House) -> None:
    here(monday)
    monday.clock.now = MONDAY + timedelta(days=7)  # on Sunday the clock said Monday
    monday.keep("digest")
    monday.clock.now = MONDAY + timedelta(days=6)
    monday.keep("digest")
    monday.clock.now = MONDAY + timedelta(days=7)
    monday.keep("digest")
    assert len(monday.messages("digest")) == 1


@pytest.mark.parametrize(
    "monday_of", [datetime(2026, 3, 30, 6, 0, tzinfo=UTC), datetime(2026, 10, 26, 7, 0, tzinfo=UTC)]
)
def test_it_comes_at_eight_after_the_clock_changed(house: House, monday_of: datetime) -> None:
    house.clock.now = monday_of - timedelta(minutes=1)
    here(house)
    house.keep("digest")
    assert house.deliver() == {}
    house.clock.now = monday_of
    assert house.deliver() == {"sent": 1}
