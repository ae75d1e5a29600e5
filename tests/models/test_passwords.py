"""Passwords: which will do, what a wrong one costs, and what a stranger learns from it: nothing."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Engine
from sqlmodel import Session, col, select

from models.actor import NOBODY, SYSTEM, Actor
from models.database import transaction
from models.errors import Invalid, NotAllowed, NotFound, TooMany, WrongTry
from models.operations import sign_in
from models.queries import people as queries
from models.tables import AuditEntry, Community, HelpRequest, Person, SignInCode
from tests import factories
from tests.concurrency import at_once
from tests.factories import NOW, PASSWORD, TOKENS, actor_of, link_actor

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


def _lines(session: Session) -> list[tuple[str, str]]:
    return [(line.action, line.actor_kind) for line in session.exec(select(AuditEntry).order_by(col(AuditEntry.id)))]


def test_a_password_lets_its_owner_in(any_session: Session) -> None:
    person = factories.create_person(any_session, password=PASSWORD, email_confirmed_at=None)
    typed = str(person.email).upper()
    assert sign_in.check_password(any_session, f" {typed} ", PASSWORD, now=NOW) is person
    assert _lines(any_session) == [("signed_in", "self")]
    assert person.email_confirmed_at is None, "a password proves nothing about the address"


@pytest.mark.parametrize("password", ["", PASSWORD.upper(), f"{PASSWORD} ", "x" * 1_000_000, "\ud800", "a\0b"])
def test_another_password_lets_nobody_in(session: Session, dummy_resident: Person, password: str) -> None:
    dummy_resident.password_hash = factories.CHEAP_HASHER.hash(PASSWORD)
    session.flush()
    with pytest.raises(WrongTry):
        sign_in.check_password(session, str(dummy_resident.email), password, now=NOW)


def test_unknown_without_password_and_wrong_are_one_answer_and_as_much_work(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    with_one = factories.create_person(session, password=PASSWORD)
    without = factories.create_person(session)
    checked: list[str] = []
    genuine = sign_in.HASHER

    class Counting:
        """Counts how often the costly work is done."""

        def verify(self, kept: str, password: bytes) -> bool:
            checked.append(kept)
            return genuine.verify(kept, password)

        def hash(self, password: bytes) -> str:
            return genuine.hash(password)

    monkeypatch.setattr(sign_in, "HASHER", Counting())
    answers = set()
    for email in (str(with_one.email), str(without.email), STRANGER, "geen adres"):
        checked.clear()
        with pytest.raises(NotFound) as refused:
            sign_in.check_password(session, email, "een ander wachtwoord", now=NOW)
        answers.add((type(refused.value), refused.value.code, str(refused.value.details)))
        assert len(checked) == 1
        assert checked[0].startswith("$argon2id$")
    assert len(answers) == 1


@pytest.mark.parametrize("known", [True, False])
def test_after_ten_wrong_passwords_comes_a_pause_whether_the_account_exists_or_not(
    session: Session, dummy_resident: Person, known: bool
) -> None:
    dummy_resident.password_hash = factories.CHEAP_HASHER.hash(PASSWORD)
    email = str(dummy_resident.email) if known else STRANGER
    for _ in range(10):
        with pytest.raises(WrongTry):
            sign_in.check_password(session, email, "fout fout fout", now=NOW)
    with pytest.raises(TooMany) as refused:
        sign_in.check_password(session, email, PASSWORD, now=NOW + timedelta(minutes=14))
    assert refused.value.details == {"until": NOW + timedelta(minutes=15)}
    other = factories.create_person(session, password=PASSWORD)
    assert sign_in.check_password(session, str(other.email), PASSWORD, now=NOW) is other
    if known:
        assert sign_in.check_password(session, email, PASSWORD, now=NOW + timedelta(minutes=15)) is dummy_resident


def test_the_pause_holds_although_every_try_ended_in_an_error(any_database: Engine) -> None:
    with transaction(any_database) as session:
        email = str(factories.create_person(session, password=PASSWORD).email)
    for _ in range(10):
        at_once(any_database, lambda s: sign_in.check_password(s, email, "fout fout fout", now=NOW))
    (end,) = at_once(any_database, lambda s: sign_in.check_password(s, email, PASSWORD, now=NOW))
    assert isinstance(end, TooMany)


def test_the_log_of_wrong_tries_holds_no_address(session: Session, dummy_resident: Person) -> None:
    for email in (str(dummy_resident.email), STRANGER):
        with pytest.raises(WrongTry):
            sign_in.check_password(session, email, "fout fout fout", now=NOW)
    for line in session.exec(select(AuditEntry)):
        assert "@" not in str(line.model_dump())
        assert "post.example" not in str(line.model_dump())


def test_a_password_is_chosen_by_its_owner_and_ends_every_other_session(
    session: Session, dummy_community: Community, dummy_resident: Person
) -> None:
    assert dummy_resident.id is not None
    version = dummy_resident.session_version
    _unused, token = _mailed(session, dummy_community, dummy_resident)
    actor = actor_of(session, dummy_resident)
    sign_in.set_password(session, dummy_resident, PASSWORD, actor=actor, now=NOW)
    assert queries.signed_in(session, dummy_resident.id, version) is None
    assert str(dummy_resident.password_hash).startswith("$argon2id$")
    assert not sign_in.look_at_link(session, token, tokens=TOKENS, now=NOW), "a mailed link of before works no more"
    assert sign_in.check_password(session, str(dummy_resident.email), PASSWORD, now=NOW) is dummy_resident


def test_nobody_chooses_a_password_for_somebody_else(
    session: Session, dummy_request: HelpRequest, dummy_resident: Person, dummy_coordinator: Person
) -> None:
    for actor in (actor_of(session, dummy_coordinator), link_actor(dummy_request), NOBODY, SYSTEM):
        with pytest.raises(NotAllowed):
            sign_in.set_password(session, dummy_resident, PASSWORD, actor=actor, now=NOW)
        with pytest.raises(NotAllowed):
            sign_in.end_sessions(session, dummy_resident, actor=actor, now=NOW)
    assert dummy_resident.password_hash is None
    assert dummy_resident.session_version == 1


def test_somebody_signs_out_everywhere(session: Session, dummy_resident: Person) -> None:
    sign_in.end_sessions(session, dummy_resident, actor=actor_of(session, dummy_resident), now=NOW)
    assert dummy_resident.session_version == 2


@pytest.mark.parametrize(
    ("password", "code"),
    [
        ("kort en", "password_short"),
        ("x1" * 65, "too_long"),
        ("x" * 1_000_000, "too_long"),
        ("een\0twee drie", "unreadable"),
        ("\ud800 een twee drie", "unreadable"),
        ("welkom01", "common"),
        ("Wachtwoord!", "common"),
        ("Voorjaar2026", "common"),
        ("H3ng3l0-2026", "common"),
        ("laat mij binnen", "common"),
        ("12345678", "common"),
        ("98765432", "common"),
        ("aaaaaaaaaaaa", "common"),
        ("noabernoaber", "common"),
        ("qwertyuiop", "common"),
    ],
)
def test_a_password_that_is_tried_first_is_refused(
    session: Session, dummy_resident: Person, password: str, code: str
) -> None:
    with pytest.raises(Invalid) as refused:
        sign_in.set_password(session, dummy_resident, password, actor=actor_of(session, dummy_resident), now=NOW)
    assert (refused.value.field, refused.value.code) == ("password", code)
    assert dummy_resident.session_version == 1


def test_nobodys_own_name_or_address_is_their_password(session: Session) -> None:
    person = factories.create_person(
        session, first_name="Geertruida", last_name="van 't Hoff", email="gvthoff1948@post.example"
    )
    for password in (
        "Geertruida1948",
        "van 't Hoff!",
        "gvthoff1948",
        "gvthoff1948@post.example",
        "geertruida van 't hoff",
    ):
        with pytest.raises(Invalid, match="common"):
            sign_in.set_password(session, person, password, actor=actor_of(session, person), now=NOW)


@pytest.mark.parametrize(
    "password",
    [
        "twee fietsen en een brug",
        "Jan at 3 appels",
        "李李李愛花園散步",
        "🙂🙃😀😅😍🤖👻🎃",
        "een lange zin van precies honderdachtentwintig tekens, " + "ja" * 36 + "!",
        " spaties eromheen ",
        "%s{{7*7}}'; --",
    ],
)
def test_any_characters_will_do(session: Session, dummy_resident: Person, password: str) -> None:
    actor = actor_of(session, dummy_resident)
    sign_in.set_password(session, dummy_resident, password, actor=actor, now=NOW)
    assert sign_in.check_password(session, str(dummy_resident.email), password, now=NOW) is dummy_resident


def test_an_accent_is_the_same_from_every_keyboard(session: Session, dummy_resident: Person) -> None:
    sign_in.set_password(
        session, dummy_resident, "cafe\u0301 op de hoek", actor=actor_of(session, dummy_resident), now=NOW
    )
    found = sign_in.check_password(session, str(dummy_resident.email), "caf\u00e9 op de hoek", now=NOW)
    assert found is dummy_resident


def test_a_password_of_cheaper_days_is_kept_at_todays_price(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    person = factories.create_person(session, password=PASSWORD)
    before = person.password_hash
    dearer = type(factories.CHEAP_HASHER)(time_cost=2, memory_cost=16, parallelism=1)
    monkeypatch.setattr(sign_in, "HASHER", dearer)
    sign_in.check_password(session, str(person.email), PASSWORD, now=NOW)
    assert person.password_hash != before
    assert not dearer.check_needs_rehash(str(person.password_hash))


def test_the_sites_own_price_of_a_password_is_that_of_today() -> None:
    import importlib.util

    spec = importlib.util.find_spec("models.operations.sign_in")
    assert spec is not None
    assert spec.loader is not None
    fresh = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(fresh)  # as the site loads it, not as the tests made it cheap
    hasher = fresh.HASHER
    assert hasher.type.name == "ID"
    assert hasher.memory_cost >= 46 * 1024
    assert hasher.time_cost * hasher.parallelism >= 1


def test_a_private_link_is_no_account(session: Session, dummy_request: HelpRequest, dummy_resident: Person) -> None:
    as_self = Actor(person_id=dummy_resident.id, only_request=dummy_request.id)
    with pytest.raises(NotAllowed):
        sign_in.set_password(session, dummy_resident, PASSWORD, actor=as_self, now=NOW)
