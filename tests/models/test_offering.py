"""Offering help: who may, under which name, and what a stranger learns from somebody's address: nothing."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Engine
from sqlmodel import Session, col, func, select

from models.actor import NOBODY, Actor
from models.database import reading, transaction
from models.errors import Invalid, NotAllowed, StaleState
from models.operations import telling, volunteers
from models.states import VolunteerState
from models.tables import (
    AuditEntry,
    Call,
    Community,
    OutboxMessage,
    Person,
    Volunteer,
)
from tests import factories
from tests.concurrency import at_once
from tests.factories import NOW, TODAY, actor_of
from tests.models.offers import FORM, offer


def _new(session: Session, community: Community, actor: Actor = NOBODY, **typed: Any) -> Volunteer:
    found = offer(session, community, actor, **typed)
    assert found is not None
    return found


def _told(session: Session) -> list[tuple[str, int]]:
    return [(m.name, m.recipient_id) for m in session.exec(select(OutboxMessage).order_by(col(OutboxMessage.id)))]


def _own(session: Session, volunteer: Volunteer) -> Actor:
    return actor_of(session, session.get_one(Person, volunteer.person_id))


def test_who_offers_help_stands_on_the_desks_list_and_is_told(any_session: Session) -> None:
    community = factories.create_community(any_session)
    volunteer = _new(any_session, community)
    person = any_session.get_one(Person, volunteer.person_id)
    assert (person.first_name, person.last_name) == ("Yusuf", "Öztürk")
    assert (person.email, person.phone, person.language) == ("yusuf@post.example", "+31612345678", "nl")
    assert (volunteer.state, volunteer.postcode, volunteer.max_km, volunteer.capacity) == ("applied", "7551", 10, 2)
    assert [w["day"] for w in volunteer.windows or []] == ["mon", "tue"]
    assert volunteer.away == [{"from": "2026-12-01", "until": "2026-12-14"}]
    assert volunteer.confirmed_on == TODAY
    any_session.commit()
    assert volunteer.revision == any_session.get_one(Community, community.id).volunteer_revision == 1
    assert _told(any_session) == [("volunteer_received", person.id)]
    line = any_session.exec(select(AuditEntry)).one()
    assert (line.action, line.actor_id, line.after) == ("volunteer_applied", None, "applied")


def test_who_has_no_email_is_put_on_the_call_list(session: Session, dummy_community: Community) -> None:
    volunteer = _new(session, dummy_community, email="")
    call = session.exec(select(Call)).one()
    assert (call.about, call.person_id) == ("volunteer_received", volunteer.person_id)


@pytest.mark.parametrize(
    ("admits", "vog_kinds", "kinds", "state"),
    [
        (False, [], ["garden"], "applied"),
        (True, ["transport"], ["garden"], "active"),
        (True, ["transport"], ["garden", "transport"], "applied"),
        (True, ["transport"], [], "applied"),
    ],
)
def test_only_where_the_community_says_so_and_no_vog_is_needed_is_somebody_admitted_at_once(
    session: Session, admits: bool, vog_kinds: list[str], kinds: list[str], state: str
) -> None:
    community = factories.create_community(session, admits_without_vog=admits, vog_kinds=vog_kinds)
    volunteer = _new(session, community, kinds=kinds)
    assert volunteer.state == state
    told = "volunteer_admitted" if state == "active" else "volunteer_received"
    assert _told(session) == [(told, volunteer.person_id)]
    if state == "active":
        line = session.exec(select(AuditEntry).where(AuditEntry.action == "volunteer_active")).one()
        assert line.actor_kind == "system"


def test_a_resident_who_signed_in_offers_under_their_own_name(
    session: Session, dummy_community: Community, dummy_resident: Person
) -> None:
    before = (dummy_resident.first_name, dummy_resident.email)
    volunteer = _new(session, dummy_community, actor_of(session, dummy_resident))
    assert volunteer.person_id == dummy_resident.id
    assert (dummy_resident.first_name, dummy_resident.email) == before
    assert _new(session, dummy_community, actor_of(session, dummy_resident)) is volunteer, "a second click"


@pytest.mark.parametrize("state", list(VolunteerState))
def test_a_stranger_learns_nothing_from_the_address_of_a_volunteer(
    session: Session, dummy_community: Community, state: str
) -> None:
    known = factories.create_volunteer(session, dummy_community, state=state)
    person = session.get_one(Person, known.person_id)
    before, person_before = known.model_dump(), person.model_dump()
    typed = {"email": str(person.email), "first_name": person.first_name.upper(), "last_name": ""}
    assert offer(session, dummy_community, **typed) is None
    session.refresh(known)
    session.refresh(person)
    assert (known.model_dump(), person.model_dump()) == (before, person_before)
    assert _told(session) == [("already_volunteer", person.id)]
    assert offer(session, dummy_community, **typed) is None
    assert len(_told(session)) == 1, "one mail a day, however often somebody tries"


def test_who_stopped_all_mail_is_not_called_because_a_stranger_typed_their_address(
    session: Session, dummy_community: Community
) -> None:
    person = factories.create_person(session, no_messages_at=NOW)
    factories.create_volunteer(session, dummy_community, person)
    typed = {"email": str(person.email), "first_name": person.first_name, "last_name": person.last_name}
    assert offer(session, dummy_community, **typed) is None
    assert _told(session) == []
    assert session.exec(select(Call)).all() == []


def test_a_stranger_cannot_make_somebody_an_active_volunteer_by_their_address(session: Session) -> None:
    community = factories.create_community(session, admits_without_vog=True)
    resident = factories.create_person(session)
    for name in (resident.first_name, "Iemand anders"):
        volunteer = _new(session, community, kinds=["garden"], email=str(resident.email), first_name=name, last_name="")
        assert volunteer.person_id != resident.id
        assert volunteer.state == "applied", "a coordinator looks first"


def test_two_people_who_share_a_mailbox_both_offer_help(session: Session, dummy_community: Community) -> None:
    jan = factories.create_person(session, first_name="Jan")
    factories.create_volunteer(session, dummy_community, jan)
    volunteer = _new(session, dummy_community, email=str(jan.email), first_name="Truus")
    assert session.get_one(Person, volunteer.person_id).first_name == "Truus"


def test_a_mailbox_is_not_filled_with_our_mail(session: Session, dummy_community: Community) -> None:
    offers = [_new(session, dummy_community, first_name=f"Iemand {n}") for n in range(telling.MAILED_AT_MOST + 3)]
    assert len(_told(session)) == telling.MAILED_AT_MOST
    assert len({offer.id for offer in offers}) == len(offers), "all of them reach the desk"


def test_a_second_click_makes_one_offer_and_one_mail(session: Session, dummy_community: Community) -> None:
    first = offer(session, dummy_community)
    assert offer(session, dummy_community, now=NOW + timedelta(seconds=2)) is None
    assert first is not None
    assert _told(session) == [("volunteer_received", first.person_id)]
    assert session.exec(select(func.count()).select_from(Volunteer)).one() == 1


def test_a_second_click_of_somebody_without_email_makes_oneoffer(session: Session, dummy_community: Community) -> None:
    first = offer(session, dummy_community, email="")
    assert offer(session, dummy_community, email="", now=NOW + timedelta(seconds=2)) is first
    others = [
        offer(session, dummy_community, email="", first_name="Ria"),
        offer(session, dummy_community, email="", text="Ik wandel graag."),
        offer(session, dummy_community, email="", kinds=["garden"]),
        offer(session, dummy_community, email="", now=NOW + timedelta(hours=1)),
    ]
    assert len({first.id if first else 0, *(o.id for o in others if o)}) == 5


@pytest.mark.parametrize("email", ["yusuf@post.example", ""])
def test_offers_of_one_person_at_the_same_moment_are_one(any_database: Engine, email: str) -> None:
    with transaction(any_database) as session:
        community = factories.create_community(session)
    ends = at_once(any_database, *[lambda s: offer(s, community, email=email) for _ in range(4)])
    assert not [end for end in ends if isinstance(end, Exception)]
    with reading(any_database) as session:
        assert session.exec(select(func.count()).select_from(Volunteer)).one() == 1
        assert session.exec(select(func.count()).select_from(Person)).one() == 1


@pytest.mark.parametrize("state", ["left", "stopped"])
def test_who_left_or_was_stopped_is_asked_to_call(
    session: Session, dummy_community: Community, dummy_resident: Person, state: str
) -> None:
    factories.create_volunteer(session, dummy_community, dummy_resident, state=state)
    with pytest.raises(StaleState) as refused:
        offer(session, dummy_community, actor_of(session, dummy_resident))
    assert refused.value.code == state


def test_a_coordinator_writes_down_an_offer_made_on_the_phone(
    session: Session, dummy_community: Community, dummy_coordinator: Person, other_community: Community
) -> None:
    actor = actor_of(session, dummy_coordinator)
    form = replace(FORM, email="")
    found = volunteers.offer(session, form, community=dummy_community, actor=actor, now=NOW, on_behalf=True)
    assert found is not None
    assert found.person_id != dummy_coordinator.id
    line = session.exec(select(AuditEntry)).one()
    assert (line.actor_id, line.actor_kind) == (dummy_coordinator.id, "coordinator")
    for where, who in ((other_community, actor), (dummy_community, _own(session, found)), (dummy_community, NOBODY)):
        with pytest.raises(NotAllowed):
            volunteers.offer(session, FORM, community=where, actor=who, now=NOW, on_behalf=True)


def test_one_person_may_help_in_two_communities(
    session: Session, dummy_community: Community, other_community: Community, dummy_resident: Person
) -> None:
    actor = actor_of(session, dummy_resident)
    one, other = _new(session, dummy_community, actor), _new(session, other_community, actor, max_km=100)
    assert (one.person_id, one.community_id) != (other.person_id, other.community_id)
    assert one.person_id == other.person_id


@pytest.mark.parametrize(
    ("typed", "field", "code"),
    [
        ({"text": " ", "kinds": []}, "text", "required"),
        ({"text": "x" * 10_001}, "text", "too_long"),
        ({"text": "x" * 1_000_000}, "text", "too_long"),
        ({"text": "a\0b"}, "text", "unreadable"),
        ({"text": "mijn bsn is 111222333"}, "text", "has_bsn"),
        ({"kinds": ["garden", "vliegen"]}, "kinds", "choice"),
        ({"postcode": "0123AB"}, "postcode", "postcode"),
        ({"postcode": "9999"}, "postcode", "postcode_unknown"),
        ({"max_km": "0"}, "max_km", "number_range"),
        ({"max_km": "-5"}, "max_km", "number_range"),
        ({"max_km": "1e9"}, "max_km", "number_range"),
        ({"max_km": "1,5"}, "max_km", "number_range"),
        ({"max_km": "NaN"}, "max_km", "number_range"),
        ({"max_km": "١٢"}, "max_km", "number_range"),
        ({"max_km": "9" * 5000}, "max_km", "number_range"),
        ({"max_km": 101}, "max_km", "number_range"),
        ({"postcode": "8441", "max_km": 10}, "max_km", "too_far_away"),
        ({"capacity": True}, "capacity", "number_range"),
        ({"capacity": ""}, "capacity", "number_range"),
        ({"capacity": 11}, "capacity", "number_range"),
        ({"windows": []}, "windows", "required"),
        ({"windows": [{"day": "mon", "from": "12:00", "to": "09:00"}]}, "windows", "end_before_start"),
        ({"windows": [{"day": "xyz", "from": "09:00", "to": "12:00"}]}, "windows", "windows"),
        ({"away": [{"from": "2026-12-14", "until": "2026-12-01"}]}, "away", "end_before_start"),
        ({"away": [{"from": "2026-02-31", "until": "2026-03-01"}]}, "away", "date"),
        ({"away": [{"from": "2026-12-01", "until": "9999-12-31"}]}, "away", "date_far"),
        ({"away": [{"from": "2026-12-01", "until": "2026-12-02"}] * 51}, "away", "too_many_away"),
        ({"languages": []}, "languages", "required"),
        ({"languages": ["nl", "<b>"]}, "languages", "choice"),
        ({"first_name": " "}, "first_name", "required"),
        ({"email": "a@b"}, "email", "email"),
        ({"phone": "123"}, "phone", "phone"),
        ({"email": "", "phone": " "}, "email", "reach_needed"),
    ],
)
def test_an_offer_that_cannot_be_used_says_where_and_why_and_nothing_is_half_saved(
    session: Session, dummy_community: Community, typed: dict[str, Any], field: str, code: str
) -> None:
    with pytest.raises(Invalid) as refused:
        offer(session, dummy_community, **typed)
    assert (refused.value.field, refused.value.code) == (field, code)
    assert session.exec(select(func.count()).select_from(Person)).one() == 0
    assert session.exec(select(func.count()).select_from(Volunteer)).one() == 0


def test_who_lives_just_outside_and_comes_that_far_is_welcome(session: Session, dummy_community: Community) -> None:
    volunteer = _new(session, dummy_community, postcode="8441", max_km=100)
    assert (volunteer.postcode, volunteer.max_km) == ("8441", 100)


def test_what_is_over_is_no_absence_and_any_time_is_any_time(session: Session, dummy_community: Community) -> None:
    volunteer = _new(
        session,
        dummy_community,
        windows=None,
        away=[{"from": "01-11-2026", "until": "2-11-2026"}, {"from": "2026-11-20", "until": "2026-11-24"}],
    )
    assert volunteer.windows is None
    assert volunteer.away == [{"from": "2026-11-20", "until": "2026-11-24"}]
