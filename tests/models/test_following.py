"""Following a request: the private link, the code on paper, and what a guesser meets."""

from datetime import timedelta

import pytest
from sqlalchemy import Engine
from sqlmodel import Session, col, select

from models.actor import NOBODY, SYSTEM
from models.database import transaction
from models.errors import NotAllowed, NotFound, Refused, TooMany, WrongTry
from models.operations import following, requests
from models.permissions import roles_on_match, roles_on_request
from models.states import Role
from models.tables import AuditEntry, Community, HelpRequest, Match, Person, Volunteer
from models.tokens import Tokens
from tests import factories
from tests.concurrency import at_once
from tests.factories import NOW, TOKENS, actor_of, link_actor

PAUSE = timedelta(minutes=15)
WRONG = "BCDF-GHJK"
UNKNOWN = "2601-9999"


def _token(request: HelpRequest) -> str:
    assert request.id is not None
    return TOKENS.request_link(request.id, request.link_version)


def _code(request: HelpRequest) -> str:
    assert request.id is not None
    return TOKENS.request_code(request.id, request.link_version)


def _by_code(session: Session, reference: str | None, typed: str, now: object = NOW) -> HelpRequest:
    return following.by_code(session, str(reference), typed, tokens=TOKENS, now=now)[0]  # type: ignore[arg-type]


def _answer(session: Session, reference: str | None, typed: str, now: object = NOW) -> tuple[str, object]:
    """Give what somebody meets, as they would read it."""
    try:
        return "in", _by_code(session, reference, typed, now).id
    except Refused as refused:
        return type(refused).__name__, (refused.code, refused.details.get("until"))


def test_the_link_gives_its_request_and_nothing_else(session: Session, dummy_match: Match) -> None:
    request = session.get_one(HelpRequest, dummy_match.request_id)
    found, actor = following.by_link(session, _token(request), tokens=TOKENS)
    assert found is request
    assert actor == link_actor(request)
    volunteer = session.get_one(Volunteer, dummy_match.volunteer_id)
    assert roles_on_match(actor, request, volunteer) == {Role.RESIDENT}
    community = session.get_one(Community, dummy_match.community_id)
    resident = session.get_one(Person, request.resident_id)
    another = factories.create_request(session, community, resident)
    assert roles_on_request(actor, another) == frozenset(), "not even the same person's other request"


def test_the_link_holder_acts_for_who_is_written_to(
    session: Session, dummy_community: Community, dummy_resident: Person
) -> None:
    daughter = factories.create_person(session)
    request = factories.create_request(
        session, dummy_community, dummy_resident, asker_id=daughter.id, contact_id=daughter.id
    )
    assert following.by_link(session, _token(request), tokens=TOKENS)[1].person_id == daughter.id


@pytest.mark.parametrize("token", ["", "x", "x" * 100_000, "é.\0", "\ud800", "WzEsMV0.AAAA"])
def test_what_we_did_not_make_is_not_found(session: Session, dummy_request: HelpRequest, token: str) -> None:
    with pytest.raises(NotFound):
        following.by_link(session, token, tokens=TOKENS)


def test_a_link_of_another_number_version_key_or_purpose_is_not_found(
    session: Session, dummy_request: HelpRequest
) -> None:
    assert dummy_request.id is not None
    number, version = dummy_request.id, dummy_request.link_version
    for token in (
        TOKENS.request_link(number + 1, version),
        TOKENS.request_link(number, version + 1),
        TOKENS.request_link(number, version - 1),
        TOKENS.request_link(-number, version),
        TOKENS.request_link(2**70, version),
        Tokens("another secret").request_link(number, version),
        TOKENS.sign_in_link(number, "nonce"),
        _token(dummy_request).swapcase(),
    ):
        with pytest.raises(NotFound):
            following.by_link(session, token, tokens=TOKENS)


def test_a_draft_cannot_be_followed(session: Session, dummy_community: Community, dummy_resident: Person) -> None:
    draft = factories.create_request(session, dummy_community, dummy_resident, state="draft")
    with pytest.raises(NotFound):
        following.by_link(session, _token(draft), tokens=TOKENS)


def test_a_newer_link_makes_the_earlier_one_and_its_code_worthless(
    session: Session, dummy_request: HelpRequest, dummy_resident: Person
) -> None:
    token, code = _token(dummy_request), _code(dummy_request)
    following.renew(session, dummy_request, actor=actor_of(session, dummy_resident), now=NOW)
    with pytest.raises(NotFound):
        following.by_link(session, token, tokens=TOKENS)
    with pytest.raises(WrongTry):
        _by_code(session, dummy_request.reference, code)
    assert following.by_link(session, _token(dummy_request), tokens=TOKENS)[0] is dummy_request
    assert _by_code(session, dummy_request.reference, _code(dummy_request)) is dummy_request


def test_only_who_the_request_concerns_renews_its_link(
    session: Session, dummy_request: HelpRequest, dummy_coordinator: Person, dummy_community: Community,
    other_community: Community,
) -> None:  # fmt: skip
    following.renew(session, dummy_request, actor=actor_of(session, dummy_coordinator), now=NOW)
    following.renew(session, dummy_request, actor=link_actor(dummy_request), now=NOW)
    assert dummy_request.link_version == 3
    for actor in (
        actor_of(session, factories.create_coordinator(session, other_community)),
        actor_of(session, factories.create_administrator(session, dummy_community)),
        actor_of(session, factories.create_person(session)),
        link_actor(factories.create_request(session, dummy_community)),
        SYSTEM,
        NOBODY,
    ):
        with pytest.raises(NotAllowed):
            following.renew(session, dummy_request, actor=actor, now=NOW)
    lines = session.exec(select(AuditEntry).order_by(col(AuditEntry.id))).all()
    assert [(line.action, line.actor_kind) for line in lines] == [
        ("request_link_renewed", "coordinator"),
        ("request_link_renewed", "resident"),
    ]


# ---- the code on paper -----------------------------------------------------------------------------------------------


def test_the_code_is_read_however_it_was_copied(session: Session, dummy_community: Community) -> None:
    request = factories.create_request(session, dummy_community, reference="2611-0042")
    code = _code(request)
    for reference in ("2611-0042", " 26110042", "2611 0042", "2611–0042\n"):
        for typed in (code, code.lower(), f"{code[:4]}-{code[4:]}", f" {code[:4]} {code[4:]} "):
            assert _by_code(session, reference, typed) is request


def test_one_community_number_does_not_open_anothers_request(
    session: Session, dummy_community: Community, other_community: Community
) -> None:
    here = factories.create_request(session, dummy_community, reference="2611-0042")
    there = factories.create_request(session, other_community, reference="2611-0042")
    assert _by_code(session, "2611-0042", _code(there)) is there
    assert _by_code(session, "2611-0042", _code(here)) is here


def test_after_five_wrong_codes_the_right_one_waits_a_quarter_of_an_hour(any_session: Session) -> None:
    request = factories.create_request(any_session, factories.create_community(any_session))
    for minute in range(5):
        with pytest.raises(WrongTry):
            _by_code(any_session, request.reference, WRONG, NOW + timedelta(minutes=minute))
    end = NOW + timedelta(minutes=4) + PAUSE
    with pytest.raises(TooMany) as refused:
        _by_code(any_session, request.reference, _code(request), end - timedelta(seconds=1))
    assert refused.value.details == {"until": end}
    assert _by_code(any_session, request.reference, _code(request), end) is request


def test_who_knocks_during_the_pause_does_not_make_it_longer(session: Session, dummy_request: HelpRequest) -> None:
    for _ in range(5):
        _answer(session, dummy_request.reference, WRONG)
    for minute in range(1, 15):
        kind, _details = _answer(session, dummy_request.reference, WRONG, NOW + timedelta(minutes=minute))
        assert kind == "TooMany"
    assert _answer(session, dummy_request.reference, _code(dummy_request), NOW + PAUSE)[0] == "in"


def test_wrong_codes_of_long_ago_are_forgotten(session: Session, dummy_request: HelpRequest) -> None:
    for quarter in range(8):
        assert _answer(session, dummy_request.reference, WRONG, NOW + quarter * PAUSE)[0] == "WrongTry"


def test_an_unknown_reference_is_answered_like_a_known_one_to_the_end(
    session: Session, dummy_request: HelpRequest
) -> None:
    moments = [NOW + timedelta(minutes=n) for n in (0, 0, 1, 2, 3, 4, 10, 17, 18, 19, 30, 60)]
    known = [_answer(session, dummy_request.reference, WRONG, moment) for moment in moments]
    unknown = [_answer(session, UNKNOWN, WRONG, moment) for moment in moments]
    assert known == unknown
    assert {kind for kind, _details in known} == {"WrongTry", "TooMany"}


def test_a_pause_on_one_reference_is_none_on_another(
    session: Session, dummy_request: HelpRequest, dummy_community: Community
) -> None:
    other = factories.create_request(session, dummy_community)
    for _ in range(5):
        _answer(session, dummy_request.reference, WRONG)
    assert _by_code(session, other.reference, _code(other)) is other
    token = _token(dummy_request)
    assert following.by_link(session, token, tokens=TOKENS)[0] is dummy_request, "the mailed link still works"


@pytest.mark.parametrize("typed", ["", " ", "\0", "\ud800", "x" * 100_000, "٣" * 8, "'; DROP TABLE person; --"])
def test_whatever_is_typed_for_a_code_or_reference_is_only_wrong(any_session: Session, typed: str) -> None:
    request = factories.create_request(any_session, factories.create_community(any_session))
    for reference in (str(request.reference), typed):
        with pytest.raises(WrongTry):
            _by_code(any_session, reference, typed)


def test_wrong_codes_count_although_each_ends_in_an_error(any_database: Engine) -> None:
    with transaction(any_database) as session:
        request = factories.create_request(session, factories.create_community(session))
    for _ in range(5):
        assert isinstance(at_once(any_database, lambda s: _by_code(s, request.reference, WRONG))[0], WrongTry)
    (end,) = at_once(any_database, lambda s: _by_code(s, request.reference, _code(request)))
    assert isinstance(end, TooMany)


def test_many_guesses_at_one_moment_are_five_guesses(any_database: Engine) -> None:
    with transaction(any_database) as session:
        request = factories.create_request(session, factories.create_community(session))
    ends = at_once(any_database, *[lambda s: _by_code(s, request.reference, WRONG) for _ in range(8)])
    assert sorted(type(end).__name__ for end in ends) == ["TooMany"] * 3 + ["WrongTry"] * 5


def test_a_request_that_ended_can_still_be_looked_up(session: Session, dummy_request: HelpRequest) -> None:
    requests.withdraw(session, dummy_request, "", actor=link_actor(dummy_request), now=NOW)
    assert _by_code(session, dummy_request.reference, _code(dummy_request)).state == "withdrawn"
