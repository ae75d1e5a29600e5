"""A volunteer's portrait: theirs to give and to take back, seen by few, and gone with the offer; on both databases."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import Engine
from sqlmodel import Session, select

from models import pictures
from models.actor import Actor
from models.database import reading, transaction
from models.errors import NotAllowed, NotFound, StaleState
from models.operations import joining, people, portraits, volunteers
from models.queries import volunteers as queries
from models.states import MATCH_KNOWS_EACH_OTHER, MatchState
from models.tables import AuditEntry, Community, Match, Person, Portrait, Volunteer
from tests import factories
from tests.concurrency import at_once
from tests.factories import NOW, actor_of
from tests.models import mailbox
from tests.models.cast import STRANGERS, Cast, gather, log
from tests.pictures import file, halves, phone_photo

PHOTO = pictures.portrait(phone_photo())
ANOTHER = pictures.portrait(file(halves(400, 300).rotate(180)))


@pytest.fixture
def cast(any_session: Session) -> Cast:
    return gather(any_session)


def kept(session: Session, volunteer: Volunteer) -> bytes | None:
    row = queries.portrait(session, volunteer.id)
    return row.picture if row else None


# ---- giving and taking away ------------------------------------------------------------------------------------------


def test_a_volunteer_keeps_a_portrait_and_another_takes_its_place(cast: Cast) -> None:
    session, mine = cast.session, cast.actors["volunteer"]
    revision = cast.volunteer.revision
    portraits.keep(session, cast.volunteer, PHOTO, actor=mine, now=NOW)
    assert kept(session, cast.volunteer) == PHOTO.data
    portraits.keep(session, cast.volunteer, ANOTHER, actor=mine, now=NOW)
    assert kept(session, cast.volunteer) == ANOTHER.data and len(session.exec(select(Portrait)).all()) == 1
    assert log(session) == [("volunteer", "portrait_kept", "", "")] * 2, "that they did, and nothing of the picture"
    session.commit()
    assert session.get_one(Volunteer, cast.volunteer.id).revision == revision, "no ranking ever hears of it"


def test_the_same_photo_sent_twice_is_kept_once(cast: Cast) -> None:
    for _click in range(2):
        portraits.keep(cast.session, cast.volunteer, PHOTO, actor=cast.actors["volunteer"], now=NOW)
    assert len(log(cast.session)) == 1


@pytest.mark.parametrize("who", [*STRANGERS, "resident", "asker", "coordinator", "system"])
def test_nobody_chooses_a_photo_for_somebody_else(cast: Cast, who: str) -> None:
    with pytest.raises(NotAllowed):
        portraits.keep(cast.session, cast.volunteer, PHOTO, actor=cast.actors[who], now=NOW)
    assert kept(cast.session, cast.volunteer) is None


@pytest.mark.parametrize("who", ["volunteer", "coordinator"])
def test_the_volunteer_or_the_desk_removes_it_and_the_log_says_who(cast: Cast, who: str) -> None:
    factories.create_portrait(cast.session, cast.volunteer)
    for _click in range(2):
        portraits.remove(cast.session, cast.volunteer, actor=cast.actors[who], now=NOW)
    assert kept(cast.session, cast.volunteer) is None
    assert log(cast.session) == [(who, "portrait_removed", "", "")]


@pytest.mark.parametrize("who", [*STRANGERS, "resident", "asker", "system"])
def test_nobody_else_removes_it(cast: Cast, who: str) -> None:
    factories.create_portrait(cast.session, cast.volunteer)
    with pytest.raises(NotAllowed):
        portraits.remove(cast.session, cast.volunteer, actor=cast.actors[who], now=NOW)
    assert kept(cast.session, cast.volunteer) is not None


# ---- the end of an offer ---------------------------------------------------------------------------------------------


def _leave(session: Session, cast: Cast) -> None:
    volunteers.leave(session, cast.volunteer, actor=cast.actors["volunteer"], now=NOW)


def _stop(session: Session, cast: Cast) -> None:
    volunteers.stop(session, cast.volunteer, "Verhuisd.", actor=cast.actors["coordinator"], now=NOW)


def _erase(session: Session, cast: Cast) -> None:
    people.erase(session, cast.helper, actor=cast.actors["volunteer"], now=NOW)


@pytest.mark.parametrize("end", [_leave, _stop, _erase])
def test_it_goes_with_the_offer_and_nobody_elses_goes(cast: Cast, end: Callable[[Session, Cast], None]) -> None:
    other = factories.create_volunteer(cast.session, cast.community)
    for volunteer in (cast.volunteer, other):
        factories.create_portrait(cast.session, volunteer)
    end(cast.session, cast)
    assert kept(cast.session, cast.volunteer) is None and kept(cast.session, other) is not None


@pytest.mark.parametrize("state", ["left", "stopped"])
def test_who_has_stopped_adds_none(cast: Cast, state: str) -> None:
    gone = factories.create_volunteer(cast.session, cast.community, state=state)
    mine = actor_of(cast.session, cast.session.get_one(Person, gone.person_id))
    with pytest.raises(StaleState) as refusal:
        portraits.keep(cast.session, gone, PHOTO, actor=mine, now=NOW)
    assert refusal.value.code == state and kept(cast.session, gone) is None


def test_a_pause_leaves_it_as_it_is(cast: Cast) -> None:
    factories.create_portrait(cast.session, cast.volunteer)
    volunteers.pause(cast.session, cast.volunteer, None, actor=cast.actors["volunteer"], now=NOW)
    assert kept(cast.session, cast.volunteer) is not None


def test_it_comes_along_when_two_names_turn_out_to_be_one_person(any_session: Session) -> None:
    community = factories.create_community(any_session)
    owner = mailbox.owner(any_session)
    other = mailbox.owner(any_session, first_name="Riek")
    offer = factories.create_volunteer(any_session, community, other)
    factories.create_portrait(any_session, offer, PHOTO.data)
    joining.join(any_session, other, owner, actor=actor_of(any_session, owner), now=NOW)
    theirs = queries.of_person(any_session, owner.id, community.id)
    assert theirs is not None and kept(any_session, theirs) == PHOTO.data


# ---- who sees it -----------------------------------------------------------------------------------------------------


def _seen(cast: Cast, match: Match, actor: Actor) -> bytes | None:
    try:
        return portraits.of_helper(cast.session, match, actor=actor, now=NOW).picture
    except NotFound:
        return None


@pytest.mark.parametrize("state", MatchState)
def test_the_residents_side_sees_it_while_the_two_know_each_other_and_never_else(cast: Cast, state: str) -> None:
    factories.create_portrait(cast.session, cast.volunteer, PHOTO.data)
    match = cast.match(state)
    for who in ("resident", "asker"):
        assert (_seen(cast, match, cast.actors[who]) == PHOTO.data) == (state in MATCH_KNOWS_EACH_OTHER), who
    for who in (*STRANGERS, "volunteer", "coordinator", "system"):
        assert _seen(cast, match, cast.actors[who]) is None, who


def test_by_the_private_link_of_another_request_nobody_sees_it(cast: Cast) -> None:
    factories.create_portrait(cast.session, cast.volunteer, PHOTO.data)
    match, other = cast.match("agreed"), cast.request("matched")
    request = cast.session.get_one(type(other), match.request_id)
    assert _seen(cast, match, cast.link(request)) == PHOTO.data
    assert _seen(cast, match, cast.link(other)) is None
    unproven = Actor(person_id=request.contact_id, only_request=request.id, is_proven=False)
    assert _seen(cast, match, unproven) is None, "who only typed the address"


def test_a_look_at_it_is_written_down_once_a_day_as_one_at_the_contact_details(cast: Cast) -> None:
    factories.create_portrait(cast.session, cast.volunteer)
    match = cast.match("agreed")
    for _look in range(3):
        _seen(cast, match, cast.actors["resident"])
    looks = cast.session.exec(select(AuditEntry).where(AuditEntry.action == "contact_seen")).all()
    assert [(look.subject_id, look.actor_id) for look in looks] == [(cast.helper.id, cast.resident.id)]


# ---- at the same moment ----------------------------------------------------------------------------------------------


def _town(engine: Engine) -> tuple[int, Actor]:
    with transaction(engine) as session:
        community: Community = factories.create_community(session)
        offer = factories.create_volunteer(session, community)
        actor = actor_of(session, session.get_one(Person, offer.person_id))
        return factories.row_id(offer), actor


def test_two_photos_at_once_leave_one_whole_one(any_database: Engine) -> None:
    offer, actor = _town(any_database)

    def keep(photo: pictures.Portrait) -> Callable[[Session], Any]:
        return lambda session: portraits.keep(session, session.get_one(Volunteer, offer), photo, actor=actor, now=NOW)

    assert at_once(any_database, keep(PHOTO), keep(ANOTHER), keep(PHOTO)) == [None, None, None]
    with reading(any_database) as session:
        row = session.exec(select(Portrait)).one()
        assert (row.picture, row.digest) in [(one.data, one.digest) for one in (PHOTO, ANOTHER)]


def test_a_photo_and_the_end_of_the_offer_at_once_leave_no_photo(any_database: Engine) -> None:
    offer, actor = _town(any_database)

    def keep(session: Session) -> None:
        portraits.keep(session, session.get_one(Volunteer, offer), PHOTO, actor=actor, now=NOW)

    def leave(session: Session) -> None:
        volunteers.leave(session, session.get_one(Volunteer, offer), actor=actor, now=NOW)

    kept_it, left = at_once(any_database, keep, leave)
    assert left is None and (kept_it is None or isinstance(kept_it, StaleState))
    with reading(any_database) as session:
        assert session.exec(select(Portrait)).all() == []
