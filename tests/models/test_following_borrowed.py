"""A request by somebody who typed an address: whose it is shows only by a link from the mail."""

from datetime import timedelta

import pytest
from sqlmodel import Session

from models.errors import NotAllowed
from models.operations import following, matches, people
from models.operations.contacts import reveal
from models.states import MatchState
from models.tables import Community, HelpRequest, Match, Person, Volunteer
from tests import factories
from tests.factories import NOW, TOKENS, actor_of


@pytest.fixture
def asked(session: Session, dummy_match: Match) -> HelpRequest:
    """A request of which the choice was left to us, by nobody knows whom; its volunteer is asked."""
    dummy_match.state = MatchState.APPROVED
    request = session.get_one(HelpRequest, dummy_match.request_id)
    request.leaves_choice, request.confirmed_at = True, None
    return request


@pytest.fixture
def helper(session: Session, dummy_volunteer: Volunteer) -> Person:
    """The volunteer in person."""
    return session.get_one(Person, dummy_volunteer.person_id)


def test_the_code_on_paper_is_enough_where_no_address_was_given_or_a_coordinator_wrote_it_down(
    session: Session, dummy_community: Community, dummy_coordinator: Person
) -> None:
    by_mail, typed = factories.create_person(session), factories.create_person(session, email_confirmed_at=None)
    by_phone = factories.create_person(session, email=None, phone="+31612345678")
    requests = [
        factories.create_request(session, dummy_community, by_mail),
        factories.create_request(session, dummy_community, by_mail, intake_by=dummy_coordinator.id),
        factories.create_request(session, dummy_community, typed, intake_by=dummy_coordinator.id),
        factories.create_request(session, dummy_community, by_phone),
    ]
    found = [
        following.by_code(
            session, str(one.reference), TOKENS.request_code(one.id or 0, one.link_version), tokens=TOKENS, now=NOW
        )[1].is_proven
        for one in requests
    ]
    assert found == [False, False, True, True], "a code on paper is less than an account"


def test_the_choice_is_left_to_us_only_by_who_really_asked(
    session: Session, asked: HelpRequest, dummy_match: Match, helper: Person
) -> None:
    match, request = dummy_match, asked
    stranger = following.by_link(session, TOKENS.request_link(request.id or 0, 1, by_mail=False), tokens=TOKENS)[1]
    with pytest.raises(NotAllowed):
        following.confirm(session, request, actor=stranger, now=NOW)
    matches.accept(session, match, actor=actor_of(session, helper), now=NOW)
    assert match.state == MatchState.ACCEPTED, "the owner of the address is asked"
    with pytest.raises(NotAllowed):
        reveal(session, match, actor=actor_of(session, helper), now=NOW)


def test_once_confirmed_it_is_agreed_at_the_volunteers_yes(
    session: Session, asked: HelpRequest, dummy_match: Match, helper: Person
) -> None:
    match, request = dummy_match, asked
    owner = following.by_link(session, TOKENS.request_link(request.id or 0, 1), tokens=TOKENS)[1]
    following.confirm(session, request, actor=owner, now=NOW)
    following.confirm(session, request, actor=owner, now=NOW + timedelta(minutes=1))
    assert request.confirmed_at == NOW
    matches.accept(session, match, actor=actor_of(session, helper), now=NOW)
    assert match.state == MatchState.AGREED


def test_a_stranger_changes_nothing_about_the_owner(session: Session, dummy_match: Match) -> None:
    request = session.get_one(HelpRequest, dummy_match.request_id)
    owner = session.get_one(Person, request.resident_id)
    stranger = following.by_link(session, TOKENS.request_link(request.id or 0, 1, by_mail=False), tokens=TOKENS)[1]
    with pytest.raises(NotAllowed):
        people.set_address(session, owner, "Elders 1", actor=stranger, now=NOW)
    with pytest.raises(NotAllowed):
        people.stop_messages(session, owner, actor=stranger, now=NOW)


def test_a_stranger_does_not_lock_the_owner_out(session: Session, asked: HelpRequest) -> None:
    link = TOKENS.request_link(asked.id or 0, 1)
    stranger = following.by_link(session, TOKENS.request_link(asked.id or 0, 1, by_mail=False), tokens=TOKENS)[1]
    with pytest.raises(NotAllowed):
        following.renew(session, asked, actor=stranger, now=NOW)
    owner = following.by_link(session, link, tokens=TOKENS)[1]
    following.renew(session, asked, actor=owner, now=NOW)
    assert asked.link_version == 2
