"""How to reach each other: seen by the two of an agreed match and the desk, and each look is written down."""

from dataclasses import asdict
from datetime import UTC, datetime, timedelta

import pytest
from sqlmodel import Session

from models.actor import Actor
from models.errors import NotAllowed
from models.operations import contacts
from models.operations.contacts import ContactDetails
from models.queries import contacts as queries
from models.tables import HelpRequest, Match
from tests import factories
from tests.factories import NOW
from tests.models.cast import STRANGERS, Cast, gather, writes

KNOWN = ["agreed", "active"]
UNKNOWN = [
    "proposed", "approved", "accepted_by_volunteer", "completed", "rejected", "declined", "lapsed", "failed",
    "withdrawn",
]  # fmt: skip


@pytest.fixture
def cast(session: Session) -> Cast:
    found = gather(session)
    found.resident.address, found.resident.phone = "Langestraat 1", "+31742450001"
    found.helper.address, found.helper.phone = "Kortestraat 2", "+31612345678"
    found.asker.address = "Verweg 3"
    return found


def _reveal(cast: Cast, match: Match, who: str, now: datetime = NOW) -> list[ContactDetails]:
    return contacts.reveal(cast.session, match, actor=cast.actors[who], now=now)


@pytest.mark.parametrize("state", KNOWN)
def test_the_volunteer_sees_where_the_help_is(cast: Cast, state: str) -> None:
    [shown] = _reveal(cast, cast.match(state), "volunteer")
    assert asdict(shown) == {
        "person_id": cast.resident.id,
        "side": "resident",
        "first_name": "Dina",
        "last_name": "Haverkamp",
        "phone": "+31742450001",
        "email": cast.resident.email,
        "address": "Langestraat 1",
        "postcode": "7551",
    }


@pytest.mark.parametrize("who", ["resident", "asker"])
def test_the_residents_side_sees_how_to_reach_the_volunteer_and_not_where_they_live(cast: Cast, who: str) -> None:
    [shown] = _reveal(cast, cast.match("agreed"), who)
    assert (shown.side, shown.phone, shown.email) == ("volunteer", "+31612345678", cast.helper.email)
    assert (shown.address, shown.postcode) == ("", "")


def test_who_asks_is_shown_where_they_are_who_to_call_and_never_where_they_live(cast: Cast) -> None:
    match = cast.match("agreed", cast.request("matched", contact_id=cast.asker.id))
    shown = _reveal(cast, match, "volunteer")
    assert [(d.side, d.address, d.postcode) for d in shown] == [
        ("resident", "Langestraat 1", "7551"),
        ("asker", "", ""),
    ]


def test_the_private_link_shows_the_volunteer(cast: Cast) -> None:
    match = cast.match("agreed")
    request = cast.session.get(HelpRequest, match.request_id)
    assert request is not None
    [shown] = contacts.reveal(cast.session, match, actor=cast.link(request), now=NOW)
    assert shown.person_id == cast.helper.id
    with pytest.raises(NotAllowed):
        contacts.reveal(cast.session, match, actor=cast.link(cast.request()), now=NOW)


@pytest.mark.parametrize("state", UNKNOWN)
@pytest.mark.parametrize("who", ["resident", "asker", "volunteer"])
def test_before_the_yes_and_after_the_end_nobody_sees_anything(cast: Cast, state: str, who: str) -> None:
    match = cast.match(state)
    with writes(cast.session) as written, pytest.raises(NotAllowed):
        _reveal(cast, match, who)
    assert not written


@pytest.mark.parametrize("who", [*STRANGERS, "system"])
def test_nobody_else_ever_sees_anything(cast: Cast, who: str) -> None:
    for state in (*KNOWN, *UNKNOWN):
        match = cast.match(state, volunteer=factories.create_volunteer(cast.session, cast.community))
        with pytest.raises(NotAllowed):
            _reveal(cast, match, who)


@pytest.mark.parametrize("state", [*KNOWN, *UNKNOWN])
def test_the_desk_sees_both_sides_at_any_moment(cast: Cast, state: str) -> None:
    shown = _reveal(cast, cast.match(state), "coordinator")
    assert [(d.side, d.address) for d in shown] == [
        ("resident", "Langestraat 1"),
        ("asker", ""),
        ("volunteer", "Kortestraat 2"),
    ]


def test_each_sees_who_saw_theirs_and_when(cast: Cast) -> None:
    match = cast.match("agreed")
    _reveal(cast, match, "volunteer")
    _reveal(cast, match, "resident", NOW + timedelta(hours=1))
    _reveal(cast, match, "coordinator", NOW + timedelta(hours=2))
    assert cast.resident.id is not None and cast.helper.id is not None and cast.coordinator.id is not None
    assert queries.seen_by(cast.session, cast.resident.id) == [
        (NOW + timedelta(hours=2), cast.coordinator.id, "coordinator"),
        (NOW, cast.helper.id, "volunteer"),
    ]
    assert queries.seen_by(cast.session, cast.helper.id) == [
        (NOW + timedelta(hours=2), cast.coordinator.id, "coordinator"),
        (NOW + timedelta(hours=1), cast.resident.id, "resident"),
    ]


def test_a_look_is_written_down_once_a_day_of_the_wall_clock(cast: Cast) -> None:
    match = cast.match("agreed")
    assert cast.resident.id is not None
    late = datetime(2026, 11, 24, 22, 59, tzinfo=UTC)  # a minute to midnight
    for now in (NOW, NOW + timedelta(hours=3), late):
        _reveal(cast, match, "volunteer", now)
    assert [at for at, *_who in queries.seen_by(cast.session, cast.resident.id)] == [NOW]
    _reveal(cast, match, "volunteer", late + timedelta(minutes=1))
    assert len(queries.seen_by(cast.session, cast.resident.id)) == 2


def test_a_coordinator_who_helps_somebody_looks_as_a_volunteer(cast: Cast) -> None:
    volunteer = factories.create_volunteer(cast.session, cast.community, cast.coordinator)
    match = cast.match("agreed", volunteer=volunteer)
    shown = _reveal(cast, match, "coordinator")
    assert cast.coordinator.id not in {d.person_id for d in shown}, "nobody looks at themselves"
    assert cast.resident.id is not None
    assert [kind for _at, _who, kind in queries.seen_by(cast.session, cast.resident.id)] == ["volunteer"]


def test_somebody_without_a_name_by_the_link_is_who_the_link_was_given_to(cast: Cast) -> None:
    match = cast.match("agreed")
    contacts.reveal(cast.session, match, actor=Actor(only_request=match.request_id), now=NOW)
    assert cast.helper.id is not None
    assert queries.seen_by(cast.session, cast.helper.id) == [(NOW, cast.resident.id, "resident")]
