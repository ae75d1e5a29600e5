"""Signing in: what lets somebody in, once, and what tells a stranger nothing."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, event
from sqlmodel import Session, col, func, select

from models.database import reading, transaction
from models.errors import Invalid, WrongTry
from models.operations import people, sign_in
from models.tables import AuditEntry, Call, Community, OutboxMessage, Person, SignInCode
from models.tokens import Tokens
from tests import factories
from tests.concurrency import at_once
from tests.factories import NOW, TOKENS, actor_of

STRANGER = "niemand@post.example"


def _ask(session: Session, community: Community, email: str, now: Any = NOW) -> SignInCode | None:
    """Ask for a code; give the newest that stands."""
    sign_in.ask_code(session, email, community=community, now=now)
    return session.exec(select(SignInCode).order_by(col(SignInCode.id).desc())).first()


def _mailed(session: Session, community: Community, person: Person, now: Any = NOW) -> tuple[str, str]:
    """Ask for a code; give the digits and the link of the mail."""
    code = _ask(session, community, str(person.email), now)
    assert code is not None
    assert code.id is not None
    return TOKENS.sign_in_digits(code.id, code.nonce), TOKENS.sign_in_link(code.id, code.nonce)


def _digits(session: Session, person: Person, typed: str, now: Any = NOW) -> Person:
    return sign_in.use_digits(session, str(person.email), typed, tokens=TOKENS, now=now)


def _link(session: Session, token: str, now: Any = NOW) -> Person:
    return sign_in.use_link(session, token, tokens=TOKENS, now=now)


def _wrong(digits: str) -> str:
    return str((int(digits) + 1) % 10**6).zfill(6)


def _lines(session: Session) -> list[tuple[str, str]]:
    return [(line.action, line.actor_kind) for line in session.exec(select(AuditEntry).order_by(col(AuditEntry.id)))]


# ---- asking ----------------------------------------------------------------------------------------------------------


def test_who_asks_for_a_code_gets_one_mail_even_at_night(
    session: Session, dummy_community: Community, dummy_resident: Person
) -> None:
    midnight = NOW.replace(hour=23)
    code = _ask(session, dummy_community, str(dummy_resident.email), midnight)
    message = session.exec(select(OutboxMessage)).one()
    assert code is not None
    assert (message.name, message.recipient_id, message.due_at) == ("sign_in", dummy_resident.id, midnight)
    assert (message.params, message.urgent) == ({"code_id": code.id}, True)
    assert len(code.nonce) >= 32


def test_a_stranger_who_asks_for_a_code_gets_nothing_and_hears_nothing(
    session: Session, dummy_community: Community, dummy_resident: Person
) -> None:
    known = sign_in.ask_code(session, str(dummy_resident.email), community=dummy_community, now=NOW)
    unknown = sign_in.ask_code(session, STRANGER, community=dummy_community, now=NOW)
    assert known is unknown is None
    assert session.exec(select(func.count()).select_from(OutboxMessage)).one() == 1
    assert session.exec(select(func.count()).select_from(SignInCode)).one() == 1
    assert _lines(session) == [("code_asked", "unknown")] * 2


def test_asking_costs_as_much_work_for_a_stranger_and_leaves_nothing(any_database: Engine) -> None:
    with transaction(any_database) as session:
        community, person = factories.create_community(session), factories.create_person(session)
    asked: list[str] = []
    event.listen(any_database, "before_cursor_execute", lambda *found: asked.append(found[2].split()[0]))
    counted = []
    for email in (str(person.email), STRANGER):
        with transaction(any_database) as session:
            asked.clear()
            sign_in.ask_code(session, email, community=community, now=NOW)
            session.flush()
            counted.append([asked.count(verb) for verb in ("SELECT", "UPDATE", "DELETE", "INSERT")])
    known, unknown = counted
    assert known == [*unknown[:3], unknown[3] - 1], "one row more is written and undone: the stranger"
    with reading(any_database) as session:
        assert [p.id for p in session.exec(select(Person))] == [person.id]
        assert [m.recipient_id for m in session.exec(select(OutboxMessage))] == [person.id]


def test_a_double_click_sends_one_mail(session: Session, dummy_community: Community, dummy_resident: Person) -> None:
    first = _ask(session, dummy_community, str(dummy_resident.email))
    assert _ask(session, dummy_community, str(dummy_resident.email), NOW + timedelta(seconds=5)) == first
    assert session.exec(select(func.count()).select_from(OutboxMessage)).one() == 1


def test_nobody_is_mailed_more_than_five_codes_an_hour(
    session: Session, dummy_community: Community, dummy_resident: Person
) -> None:
    for minute in range(0, 20, 2):
        sign_in.ask_code(
            session, str(dummy_resident.email), community=dummy_community, now=NOW + timedelta(minutes=minute)
        )
    assert session.exec(select(func.count()).select_from(OutboxMessage)).one() == 5
    later = NOW + timedelta(minutes=70)
    digits, _token = _mailed(session, dummy_community, dummy_resident, later)
    assert _digits(session, dummy_resident, digits, later) is dummy_resident, "it slows down, it does not lock out"


def test_who_wants_no_mail_still_gets_the_code_they_ask_for(
    session: Session, dummy_community: Community, dummy_resident: Person
) -> None:
    dummy_resident.no_messages_at = NOW
    _ask(session, dummy_community, str(dummy_resident.email))
    assert session.exec(select(OutboxMessage)).one().name == "sign_in"
    assert session.exec(select(Call)).all() == []


def test_what_is_no_address_is_said_at_the_field(session: Session, dummy_community: Community) -> None:
    with pytest.raises(Invalid) as refused:
        sign_in.ask_code(session, "geen adres", community=dummy_community, now=NOW)
    assert (refused.value.field, refused.value.code) == ("email", "email")


def test_codes_of_the_past_are_not_kept(session: Session, dummy_community: Community, dummy_resident: Person) -> None:
    old = factories.create_sign_in_code(
        session, dummy_resident, created_at=NOW - timedelta(days=3), expires_at=NOW - timedelta(days=3)
    )
    _ask(session, dummy_community, str(dummy_resident.email))
    assert session.exec(select(SignInCode).where(SignInCode.nonce == old.nonce)).first() is None


# ---- the digits ------------------------------------------------------------------------------------------------------


def test_the_digits_let_somebody_in_and_confirm_their_address(
    any_session: Session,
) -> None:
    community = factories.create_community(any_session)
    person = factories.create_person(any_session, email_confirmed_at=None)
    digits, _token = _mailed(any_session, community, person)
    assert _digits(any_session, person, f" {digits[:3]} {digits[3:]} ") is person
    assert person.email_confirmed_at == NOW
    assert _lines(any_session) == [("code_asked", "unknown"), ("signed_in", "self")]


def test_digits_work_once(any_session: Session) -> None:
    community, person = factories.create_community(any_session), factories.create_person(any_session)
    digits, token = _mailed(any_session, community, person)
    _digits(any_session, person, digits)
    with pytest.raises(WrongTry):
        _digits(any_session, person, digits)
    with pytest.raises(WrongTry):
        _link(any_session, token)


def test_digits_work_for_ten_minutes(session: Session, dummy_community: Community, dummy_resident: Person) -> None:
    digits, _token = _mailed(session, dummy_community, dummy_resident)
    with pytest.raises(WrongTry):
        _digits(session, dummy_resident, digits, NOW + timedelta(minutes=10))
    assert _digits(session, dummy_resident, digits, NOW + timedelta(minutes=10, seconds=-1)) is dummy_resident


def test_five_wrong_tries_use_the_digits_up_but_not_the_link(
    session: Session, dummy_community: Community, dummy_resident: Person
) -> None:
    digits, token = _mailed(session, dummy_community, dummy_resident)
    for _ in range(5):
        with pytest.raises(WrongTry):
            _digits(session, dummy_resident, _wrong(digits))
    with pytest.raises(WrongTry):
        _digits(session, dummy_resident, digits)
    assert _link(session, token) is dummy_resident


def test_the_fifth_try_may_still_be_the_right_one(
    session: Session, dummy_community: Community, dummy_resident: Person
) -> None:
    digits, _token = _mailed(session, dummy_community, dummy_resident)
    for _ in range(4):
        with pytest.raises(WrongTry):
            _digits(session, dummy_resident, _wrong(digits))
    assert _digits(session, dummy_resident, digits) is dummy_resident


def test_wrong_tries_count_although_they_end_in_an_error(any_database: Engine) -> None:
    with transaction(any_database) as session:
        community, person = factories.create_community(session), factories.create_person(session)
        digits, _token = _mailed(session, community, person)
    for _ in range(5):
        assert isinstance(at_once(any_database, lambda s: _digits(s, person, _wrong(digits)))[0], WrongTry)
    assert isinstance(at_once(any_database, lambda s: _digits(s, person, digits))[0], WrongTry)
    with reading(any_database) as session:
        refused = select(func.count()).select_from(AuditEntry).where(AuditEntry.action == "sign_in_refused")
        assert session.exec(refused).one() == 6


def test_one_code_lets_one_browser_in_however_many_use_it_at_once(any_database: Engine) -> None:
    with transaction(any_database) as session:
        community, person = factories.create_community(session), factories.create_person(session)
        digits, token = _mailed(session, community, person)
    ends = at_once(
        any_database,
        lambda s: _digits(s, person, digits),
        lambda s: _link(s, token),
        lambda s: _digits(s, person, digits),
        lambda s: _link(s, token),
    )
    assert sorted(type(end).__name__ for end in ends) == ["Person", "WrongTry", "WrongTry", "WrongTry"]


def test_many_guesses_at_one_moment_are_five_guesses(any_database: Engine) -> None:
    with transaction(any_database) as session:
        community, person = factories.create_community(session), factories.create_person(session)
        digits, _token = _mailed(session, community, person)
    at_once(any_database, *[lambda s: _digits(s, person, _wrong(digits)) for _ in range(8)])
    with reading(any_database) as session:
        assert session.exec(select(SignInCode)).one().tries == 5


def test_only_the_newest_mail_works(session: Session, dummy_community: Community, dummy_resident: Person) -> None:
    digits, token = _mailed(session, dummy_community, dummy_resident)
    later = NOW + timedelta(minutes=1)
    newer_digits, newer_token = _mailed(session, dummy_community, dummy_resident, later)
    assert not sign_in.look_at_link(session, token, tokens=TOKENS, now=later)
    with pytest.raises(WrongTry):
        _link(session, token, later)
    if digits != newer_digits:
        with pytest.raises(WrongTry):
            _digits(session, dummy_resident, digits, later)
    assert _link(session, newer_token, later) is dummy_resident


def test_a_code_is_of_one_person(session: Session, dummy_community: Community, dummy_resident: Person) -> None:
    digits, _token = _mailed(session, dummy_community, dummy_resident)
    other = factories.create_person(session)
    for person in (other, factories.create_person(session, email=STRANGER)):
        with pytest.raises(WrongTry):
            _digits(session, person, digits)


@pytest.mark.parametrize("typed", ["", " ", "abc", "١٢٣٤٥٦", "1" * 100_000, "\ud800", "12345\0", "-" * 1000])
def test_whatever_is_typed_for_digits_is_only_wrong(
    session: Session, dummy_community: Community, dummy_resident: Person, typed: str
) -> None:
    _mailed(session, dummy_community, dummy_resident)
    for email in (str(dummy_resident.email), STRANGER, typed):
        with pytest.raises(WrongTry):
            sign_in.use_digits(session, email, typed, tokens=TOKENS, now=NOW)


# ---- the link --------------------------------------------------------------------------------------------------------


def test_looking_at_a_link_uses_nothing_up(any_session: Session) -> None:
    community, person = factories.create_community(any_session), factories.create_person(any_session)
    _unused, token = _mailed(any_session, community, person)
    for _ in range(3):
        assert sign_in.look_at_link(any_session, token, tokens=TOKENS, now=NOW)
    assert _link(any_session, token) is person
    assert not sign_in.look_at_link(any_session, token, tokens=TOKENS, now=NOW)


def test_a_link_works_for_ten_minutes(session: Session, dummy_community: Community, dummy_resident: Person) -> None:
    _unused, token = _mailed(session, dummy_community, dummy_resident)
    assert not sign_in.look_at_link(session, token, tokens=TOKENS, now=NOW + timedelta(minutes=10))
    with pytest.raises(WrongTry):
        _link(session, token, NOW + timedelta(minutes=10))


def test_a_link_of_another_key_purpose_or_hand_is_worth_nothing(
    session: Session, dummy_community: Community, dummy_resident: Person
) -> None:
    code = _ask(session, dummy_community, str(dummy_resident.email))
    assert code is not None
    assert code.id is not None
    token = TOKENS.sign_in_link(code.id, code.nonce)
    forged = [
        Tokens("another secret").sign_in_link(code.id, code.nonce),
        TOKENS.sign_in_link(code.id, "another nonce"),
        TOKENS.sign_in_link(code.id + 1, code.nonce),
        TOKENS.sign_in_link(-1, code.nonce),
        TOKENS.sign_in_link(2**70, code.nonce),
        TOKENS.request_link(code.id, 1),
        token[:-1],
        token + "A",
        token.swapcase(),
        "",
        "x" * 100_000,
        "é.\0",
    ]
    for one in forged:
        assert not sign_in.look_at_link(session, one, tokens=TOKENS, now=NOW)
        with pytest.raises(WrongTry):
            _link(session, one)
    assert _link(session, token) is dummy_resident


def test_nobody_comes_in_as_somebody_who_was_forgotten(
    session: Session, dummy_community: Community, dummy_resident: Person
) -> None:
    email = str(dummy_resident.email)
    digits, token = _mailed(session, dummy_community, dummy_resident)
    people.erase(session, dummy_resident, actor=actor_of(session, dummy_resident), now=NOW)
    with pytest.raises(WrongTry):
        sign_in.use_digits(session, email, digits, tokens=TOKENS, now=NOW)
    with pytest.raises(WrongTry):
        _link(session, token)
