"""Volunteers: changing, pausing and ending an offer, and what the desk decides about it."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import Engine
from sqlmodel import Session, col, select

from models.actor import NOBODY, SYSTEM, Actor
from models.database import reading, transaction
from models.errors import Invalid, NotAllowed, StaleState
from models.operations import people, volunteers
from models.tables import (
    AuditEntry,
    Certificate,
    Community,
    HelpRequest,
    Match,
    OutboxMessage,
    Person,
    Volunteer,
)
from tests import factories
from tests.concurrency import at_once
from tests.factories import NOW, TODAY, actor_of, link_actor
from tests.models.offers import FORM, offer


def _told(session: Session) -> list[tuple[str, int]]:
    return [(m.name, m.recipient_id) for m in session.exec(select(OutboxMessage).order_by(col(OutboxMessage.id)))]


def _own(session: Session, volunteer: Volunteer) -> Actor:
    return actor_of(session, session.get_one(Person, volunteer.person_id))


# ---- changing --------------------------------------------------------------------------------------------------------


def test_a_changed_text_is_read_again_and_every_ranking_notices(
    session: Session, dummy_community: Community, dummy_volunteer: Volunteer
) -> None:
    dummy_volunteer.edition = "read"
    same = replace(FORM, text=dummy_volunteer.text, kinds=dummy_volunteer.kinds)
    actor = _own(session, dummy_volunteer)
    volunteers.change(session, dummy_volunteer, same, actor=actor, now=NOW)
    session.commit()
    assert (dummy_volunteer.edition, dummy_volunteer.revision) == ("read", 1)
    volunteers.change(session, dummy_volunteer, replace(FORM, text="Ik kook."), actor=actor, now=NOW)
    session.commit()
    assert (dummy_volunteer.edition, dummy_volunteer.revision) == ("", 2)
    assert (dummy_volunteer.text, dummy_volunteer.max_km) == ("Ik kook.", 10)
    assert session.get_one(Person, dummy_volunteer.person_id).first_name != "Yusuf", "who they are is not the offer"


@pytest.mark.parametrize("state", ["left", "stopped"])
def test_an_offer_that_ended_is_not_changed(session: Session, dummy_community: Community, state: str) -> None:
    volunteer = factories.create_volunteer(session, dummy_community, state=state)
    for deed in (
        lambda actor: volunteers.change(session, volunteer, FORM, actor=actor, now=NOW),
        lambda actor: volunteers.confirm(session, volunteer, actor=actor, now=NOW),
        lambda actor: volunteers.pause(session, volunteer, None, actor=actor, now=NOW),
        lambda actor: volunteers.resume(session, volunteer, actor=actor, now=NOW),
        lambda actor: volunteers.leave(session, volunteer, actor=actor, now=NOW),
    ):
        with pytest.raises(StaleState):
            deed(_own(session, volunteer))


def test_that_the_offer_still_stands_is_noted(session: Session, dummy_volunteer: Volunteer) -> None:
    volunteers.confirm(session, dummy_volunteer, actor=_own(session, dummy_volunteer), now=NOW)
    session.commit()
    assert (dummy_volunteer.confirmed_on, dummy_volunteer.revision) == (TODAY, 1)


def test_nobody_else_touches_anoffer(
    session: Session, dummy_volunteer: Volunteer, dummy_request: HelpRequest, dummy_administrator: Person,
    other_community: Community,
) -> None:  # fmt: skip
    strangers = (
        actor_of(session, factories.create_coordinator(session, other_community)),
        actor_of(session, dummy_administrator),
        _own(session, factories.create_volunteer(session, other_community)),
        replace(link_actor(dummy_request), person_id=dummy_volunteer.person_id),
        NOBODY,
    )
    before = dummy_volunteer.model_dump()
    for actor in strangers:
        for deed in (
            lambda a: volunteers.change(session, dummy_volunteer, FORM, actor=a, now=NOW),
            lambda a: volunteers.confirm(session, dummy_volunteer, actor=a, now=NOW),
            lambda a: volunteers.pause(session, dummy_volunteer, None, actor=a, now=NOW),
            lambda a: volunteers.resume(session, dummy_volunteer, actor=a, now=NOW),
            lambda a: volunteers.leave(session, dummy_volunteer, actor=a, now=NOW),
            lambda a: volunteers.stop(session, dummy_volunteer, "nee", actor=a, now=NOW),
            lambda a: volunteers.admit(session, dummy_volunteer, actor=a, now=NOW),
            lambda a: volunteers.see_vog(session, dummy_volunteer, seen_on=TODAY, valid_until=None, actor=a, now=NOW),
        ):
            with pytest.raises(NotAllowed):
                deed(actor)
    session.refresh(dummy_volunteer)
    assert dummy_volunteer.model_dump() == before


# ---- admitting, pausing, ending --------------------------------------------------------------------------------------


def test_a_coordinator_admits_who_applied(
    any_session: Session,
) -> None:
    community = factories.create_community(any_session)
    desk = actor_of(any_session, factories.create_coordinator(any_session, community))
    volunteer = factories.create_volunteer(any_session, community, state="applied")
    with pytest.raises(NotAllowed):
        volunteers.admit(any_session, volunteer, actor=_own(any_session, volunteer), now=NOW)
    volunteers.admit(any_session, volunteer, actor=desk, now=NOW)
    assert volunteer.state == "active"
    assert _told(any_session) == [("volunteer_admitted", volunteer.person_id)]
    with pytest.raises(StaleState):
        volunteers.admit(any_session, volunteer, actor=desk, now=NOW)


def test_resuming_is_no_way_around_being_admitted(
    session: Session, dummy_community: Community, dummy_coordinator: Person
) -> None:
    volunteer = factories.create_volunteer(session, dummy_community, state="applied")
    for actor in (_own(session, volunteer), actor_of(session, dummy_coordinator)):
        with pytest.raises(StaleState):
            volunteers.resume(session, volunteer, actor=actor, now=NOW)
    paused = factories.create_volunteer(session, dummy_community, state="paused")
    with pytest.raises(StaleState):
        volunteers.admit(session, paused, actor=actor_of(session, dummy_coordinator), now=NOW)


def _with_matches(session: Session, community: Community) -> tuple[Volunteer, dict[str, Match]]:
    volunteer = factories.create_volunteer(session, community, capacity=5)
    states = ("proposed", "approved", "accepted_by_volunteer", "agreed", "active", "completed", "declined")
    return volunteer, {state: factories.create_match(session, None, volunteer, state=state) for state in states}


def test_a_pause_takes_back_what_was_not_agreed_yet(any_session: Session) -> None:
    community = factories.create_community(any_session)
    volunteer, found = _with_matches(any_session, community)
    until = TODAY + timedelta(days=14)
    volunteers.pause(any_session, volunteer, until, actor=_own(any_session, volunteer), now=NOW)
    assert (volunteer.state, volunteer.paused_until) == ("paused", until)
    ended = {before for before, match in found.items() if match.state == "withdrawn"}
    assert ended == {"proposed", "approved", "accepted_by_volunteer"}
    assert {found[state].state for state in ("agreed", "active")} == {"agreed", "active"}
    volunteers.resume(any_session, volunteer, actor=_own(any_session, volunteer), now=NOW)
    assert (volunteer.state, volunteer.paused_until) == ("active", None)


@pytest.mark.parametrize("until", [TODAY, TODAY - timedelta(days=1), date(2000, 1, 1)])
def test_a_pause_ends_in_the_future(session: Session, dummy_volunteer: Volunteer, until: date) -> None:
    with pytest.raises(Invalid) as refused:
        volunteers.pause(session, dummy_volunteer, until, actor=_own(session, dummy_volunteer), now=NOW)
    assert (refused.value.field, refused.value.code) == ("paused_until", "date_past")
    assert dummy_volunteer.state == "active"


def test_who_leaves_helps_nobody_any_more_and_the_others_are_told(any_session: Session) -> None:
    community = factories.create_community(any_session)
    volunteer, found = _with_matches(any_session, community)
    volunteers.leave(any_session, volunteer, actor=_own(any_session, volunteer), now=NOW)
    assert volunteer.state == "left"
    live = [m for m in found.values() if m.state not in ("withdrawn", "completed", "declined")]
    assert live == []
    told = {recipient for name, recipient in _told(any_session) if name == "match_ended"}
    knew = [found[state].request_id for state in ("accepted_by_volunteer", "agreed", "active")]
    contacts = any_session.exec(select(HelpRequest.contact_id).where(col(HelpRequest.id).in_(knew))).all()
    assert told == set(contacts)
    requests = any_session.exec(select(HelpRequest.state).where(col(HelpRequest.id).in_(knew))).all()
    assert set(requests) == {"open"}


def test_only_the_volunteer_leaves_and_only_the_desk_stops_them(
    session: Session, dummy_volunteer: Volunteer, dummy_coordinator: Person
) -> None:
    desk = actor_of(session, dummy_coordinator)
    with pytest.raises(NotAllowed):
        volunteers.stop(session, dummy_volunteer, "zomaar", actor=_own(session, dummy_volunteer), now=NOW)
    with pytest.raises(Invalid):
        volunteers.stop(session, dummy_volunteer, " ", actor=desk, now=NOW)
    assert dummy_volunteer.state == "active"
    volunteers.stop(session, dummy_volunteer, "Kwam drie keer niet.", actor=desk, now=NOW)
    assert (dummy_volunteer.state, dummy_volunteer.reason) == ("stopped", "Kwam drie keer niet.")
    assert _told(session) == [("volunteer_stopped", dummy_volunteer.person_id)]


def test_the_desk_does_not_leave_for_a_volunteer(any_database: Engine) -> None:
    with transaction(any_database) as session:
        community = factories.create_community(session)
        volunteer, found = _with_matches(session, community)
        desk = actor_of(session, factories.create_coordinator(session, community))
    (end,) = at_once(
        any_database, lambda s: volunteers.leave(s, s.get_one(Volunteer, volunteer.id), actor=desk, now=NOW)
    )
    assert isinstance(end, NotAllowed)
    with reading(any_database) as session:
        assert session.get_one(Match, found["agreed"].id).state == "agreed", "nothing was taken back half-way"


def test_leaving_and_pausing_at_one_moment_ends_in_one_of_the_two(any_database: Engine) -> None:
    with transaction(any_database) as session:
        volunteer, _found = _with_matches(session, factories.create_community(session))
        actor = _own(session, volunteer)
    ends = at_once(
        any_database,
        lambda s: volunteers.leave(s, s.get_one(Volunteer, volunteer.id), actor=actor, now=NOW),
        lambda s: volunteers.pause(s, s.get_one(Volunteer, volunteer.id), None, actor=actor, now=NOW),
    )
    assert all(end is None or isinstance(end, StaleState) for end in ends)
    with reading(any_database) as session:
        assert session.get_one(Volunteer, volunteer.id).state == "left"


# ---- VOG -------------------------------------------------------------------------------------------------------------


def test_a_vog_is_who_saw_it_when_and_until_when(any_session: Session) -> None:
    community = factories.create_community(any_session)
    coordinator = factories.create_coordinator(any_session, community)
    volunteer = factories.create_volunteer(any_session, community)
    until = TODAY + timedelta(days=1000)
    for _click in range(2):
        volunteers.see_vog(
            any_session, volunteer, seen_on=TODAY, valid_until=until, actor=actor_of(any_session, coordinator), now=NOW
        )
    seen = any_session.exec(select(Certificate)).one()
    assert (seen.kind, seen.seen_by, seen.seen_on, seen.valid_until) == ("vog", coordinator.id, TODAY, until)
    any_session.commit()
    assert volunteer.revision == 1
    line = any_session.exec(select(AuditEntry)).one()
    assert (line.action, line.actor_id, line.after) == ("vog_seen", coordinator.id, until.isoformat())


@pytest.mark.parametrize(
    ("seen_on", "valid_until", "field", "code"),
    [
        (TODAY + timedelta(days=1), None, "seen_on", "date_future"),
        (TODAY, TODAY, "valid_until", "date_past"),
        (TODAY, date(2020, 1, 1), "valid_until", "date_past"),
    ],
)
def test_a_vog_is_seen_before_today_ends_and_valid_after_it(
    session: Session, dummy_volunteer: Volunteer, dummy_coordinator: Person, seen_on: date, valid_until: date | None,
    field: str, code: str,
) -> None:  # fmt: skip
    with pytest.raises(Invalid) as refused:
        volunteers.see_vog(
            session, dummy_volunteer, seen_on=seen_on, valid_until=valid_until,
            actor=actor_of(session, dummy_coordinator), now=NOW,
        )  # fmt: skip
    assert (refused.value.field, refused.value.code) == (field, code)


def test_nobody_sees_their_own_vog(session: Session, dummy_community: Community, dummy_coordinator: Person) -> None:
    own = factories.create_volunteer(session, dummy_community, dummy_coordinator)
    for actor, code in (
        (actor_of(session, dummy_coordinator), "own_vog"),
        (_own(session, factories.create_volunteer(session, dummy_community)), "not_allowed"),
        (SYSTEM, "not_allowed"),
    ):
        with pytest.raises(NotAllowed) as refused:
            volunteers.see_vog(session, own, seen_on=TODAY, valid_until=None, actor=actor, now=NOW)
        assert refused.value.code == code
    assert session.exec(select(Certificate)).all() == []


def test_who_was_forgotten_offers_nothing(session: Session, dummy_community: Community, dummy_resident: Person) -> None:
    actor = actor_of(session, dummy_resident)
    people.erase(session, dummy_resident, actor=actor, now=NOW)
    with pytest.raises(Exception, match="not_found"):
        offer(session, dummy_community, actor)
