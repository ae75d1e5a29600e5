"""Signing in: a mailed code or link for everybody, a password for who wants one; nobody learns who has an account."""

import secrets
from datetime import datetime, timedelta
from functools import lru_cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import delete, func, update
from sqlmodel import Session, col, select

from models import passwords, values
from models.actor import NOBODY, Actor
from models.database import LAST_ID
from models.errors import Invalid, NotAllowed, NotFound, WrongTry
from models.operations import joining, tries
from models.operations.audit import record
from models.operations.people import SELF
from models.operations.telling import tell
from models.queries import people as queries
from models.tables import Community, Person, SignInCode
from models.tokens import Tokens

VALID = timedelta(minutes=10)
"""How long a code and its link work."""
MAX_TRIES = 5
"""Wrong digits after which a code is used up; its link, which nobody can guess, still works."""
MAX_CODES = 5
"""Mails an hour to one person."""
_AGAIN = timedelta(seconds=30)
"""Asked again within this: a double click, the first mail is on its way."""
_KEPT = timedelta(days=1)

HASHER = PasswordHasher(time_cost=2, memory_cost=47104, parallelism=1)
"""Argon2id, 46 MiB and two passes: the first row of OWASP's table, twice over; some 80 ms on a small server."""


def ask_code(session: Session, email: str, *, community: Community, now: datetime) -> None:
    """Mail somebody a code and a link to come in with.

    Whoever has no account, or asked five times this hour, gets nothing; nothing that is returned or raised tells
    which. One line of the audit log is written in every case.

    Raises
    ------
    Invalid
        ``email`` for what is no address at all.
    """
    address = values.email("email", email)
    person = queries.by_email(session, address)
    if person is not None:
        _mail_code(session, person, community, now)
    else:
        # The same work for nobody, undone: how long it takes tells nothing either.
        with session.begin_nested() as undone:
            nobody = Person(first_name="", email=address, language=community.language, created_at=now)
            session.add(nobody)
            session.flush()
            _mail_code(session, nobody, community, now)
            undone.rollback()
    record(session, actor=NOBODY, role="unknown", action="code_asked", subject="person",
           subject_id=person.id if person else None, now=now, community_id=community.id)  # fmt: skip


def _mail_code(session: Session, person: Person, community: Community, now: datetime) -> None:
    code = _new_code(session, person, now)
    if code is not None:
        tell(
            session, person, "sign_in", about=f"code:{code.id}", community=community, now=now,
            params={"code_id": code.id}, urgent=True,
        )  # fmt: skip


def _new_code(session: Session, person: Person, now: datetime) -> SignInCode | None:
    session.execute(
        delete(SignInCode).where(col(SignInCode.person_id) == person.id, col(SignInCode.expires_at) < now - _KEPT)
    )
    asked, newest = session.exec(
        select(func.count(), func.max(SignInCode.id)).where(
            SignInCode.person_id == person.id, SignInCode.created_at > now - timedelta(hours=1)
        )
    ).one()
    last = session.get(SignInCode, newest or 0)
    if asked >= MAX_CODES:
        return None
    if last is not None and last.used_at is None and last.tries < MAX_TRIES and now - last.created_at < _AGAIN:
        return None
    _end_codes(session, person, now)  # the newest mail is the one that works
    code = SignInCode(person_id=_id(person), nonce=secrets.token_urlsafe(24), created_at=now, expires_at=now + VALID)
    session.add(code)
    session.flush()
    return code


def use_digits(session: Session, email: str, typed: str, *, tokens: Tokens, now: datetime) -> Person:
    """Come in with the six digits of the newest mail.

    Raises
    ------
    WrongTry
        For anything that is not right, whatever it is. The try is counted: commit.
    """
    person = _known(session, email)
    code = _take_try(session, person, now)
    right = tokens.is_sign_in_digits(code.id or 0, code.nonce, typed[:40]) if code else _no_digits(tokens, typed)
    if person is None or code is None or not right or not _use(session, code, now):
        raise _refused(session, person, now)
    return _read_mail(session, person, "code", now)


def look_at_link(session: Session, token: str, *, tokens: Tokens, now: datetime) -> bool:
    """Whether a mailed link would let somebody in now; looking uses nothing up."""
    return _by_link(session, token, tokens, now) is not None


def use_link(session: Session, token: str, *, tokens: Tokens, now: datetime) -> Person:
    """Come in with the link of the newest mail.

    Raises
    ------
    WrongTry
        For anything but an unused link of the last ten minutes, with no newer one behind it. Commit.
    """
    code = _by_link(session, token, tokens, now)
    person = queries.by_id(session, code.person_id) if code else None
    if code is None or person is None or not _use(session, code, now):
        raise _refused(session, person, now)
    return _read_mail(session, person, "link", now)


def check_password(session: Session, email: str, password: str, *, now: datetime) -> Person:
    """Come in with a password; as much work for an unknown address as for a known one.

    Raises
    ------
    WrongTry
        For an unknown address, no password set, or a wrong one. The try is counted: commit.
    TooMany
        After ten wrong ones in a quarter of an hour, ``until`` when; the same for an unknown address.
    """
    address = _address(email)
    tries.check(session, tries.PASSWORD, address, now=now)
    # Who shares a mailbox has a password of their own.
    known = [person for person in queries.under(session, address) if person.password_hash is not None]
    nobodys = _nobodys_hash(HASHER)  # made before it is known who asks: the first time takes longer
    right = [person for person in known if _verify(person.password_hash or nobodys, password)]
    if not known:
        _verify(nobodys, password)
    if not right:
        error = tries.wrong(session, tries.PASSWORD, address, now=now)
        _refused(session, next(iter(known), None), now)
        raise error
    person, kept = right[0], right[0].password_hash or ""
    if HASHER.check_needs_rehash(kept):
        person.password_hash = _hash(password)
        session.add(person)
    if person.email_confirmed_at is not None:
        person = joining.confirm(session, person, now=now)
    return _entered(session, person, "password", now)


def set_password(session: Session, person: Person, password: str, *, actor: Actor, now: datetime) -> None:
    """Choose a password, by the person alone. Every session ends, this one too: sign the browser in again.

    Raises
    ------
    NotAllowed
        For anybody else; a coordinator, or a request's private link, never sets one.
    Invalid
        Field ``password``: ``password_short`` (under 8 characters), ``too_long`` (over 128), ``unreadable``,
        ``common`` (one of those that are tried first, or the person's own name or address).
    """
    _only_self(person, actor)
    passwords.check(password, person)
    person.password_hash = _hash(password)
    _raise_version(session, person)
    _end_codes(session, person, now)
    _record(session, person, actor, "password_set", now)


def end_sessions(session: Session, person: Person, *, actor: Actor, now: datetime) -> None:
    """Sign somebody out everywhere, by themselves."""
    _only_self(person, actor)
    _raise_version(session, person)
    _end_codes(session, person, now)
    _record(session, person, actor, "sessions_ended", now)


def _address(email: str) -> str:
    try:
        return values.email("email", email)
    except Invalid:
        return email.strip()[:320].lower()


def _known(session: Session, email: str) -> Person | None:
    try:
        return queries.by_email(session, values.email("email", email))
    except Invalid:
        return None


def _take_try(session: Session, person: Person | None, now: datetime) -> SignInCode | None:
    """Give the person's newest code if it still takes digits; the try is counted before it is looked at."""
    columns = SignInCode
    newest = select(func.max(SignInCode.id)).where(SignInCode.person_id == (person.id if person else 0))
    taken = session.execute(
        update(SignInCode)
        .where(
            col(columns.id) == newest.scalar_subquery(),
            col(columns.used_at).is_(None),
            col(columns.expires_at) > now,
            col(columns.tries) < MAX_TRIES,
        )
        .values(tries=col(columns.tries) + 1)
        .returning(col(columns.id))
        .execution_options(synchronize_session=False)
    ).scalar_one_or_none()
    if taken is None:
        return None
    return session.get(SignInCode, taken, populate_existing=True)


def _by_link(session: Session, token: str, tokens: Tokens, now: datetime) -> SignInCode | None:
    read = tokens.read_sign_in_link(token)
    code = session.get(SignInCode, read[0], populate_existing=True) if read and 0 < read[0] <= LAST_ID else None
    if read is None or code is None or code.used_at is not None or code.expires_at <= now:
        return None
    person = queries.by_id(session, code.person_id)
    if person is None or person.erased_at is not None:
        return None
    return code if secrets.compare_digest(code.nonce.encode(), read[1].encode(errors="replace")) else None


def _use(session: Session, code: SignInCode, now: datetime) -> bool:
    """Use a code up; False if somebody just did."""
    done = session.execute(
        update(SignInCode)
        .where(col(SignInCode.id) == code.id, col(SignInCode.used_at).is_(None))
        .values(used_at=now)
        .execution_options(synchronize_session=False)
    )
    session.expire(code)
    return bool(done.rowcount == 1)  # type: ignore[attr-defined]  # an UPDATE's result has a rowcount


def _end_codes(session: Session, person: Person, now: datetime) -> None:
    session.flush()
    session.execute(
        update(SignInCode)
        .where(col(SignInCode.person_id) == person.id, col(SignInCode.used_at).is_(None))
        .values(used_at=now)
        .execution_options(synchronize_session="fetch")
    )


def enter_as(session: Session, proven: Person, chosen_id: int, *, now: datetime) -> Person:
    """Come in as one of a mailbox, for who just came in by its mail (the caller knows that): two people may share one.

    Raises
    ------
    NotFound
        Unless both have the same address.
    """
    everybody = {person.id: person for person in (proven, *queries.sharing(session, proven))}
    if proven.erased_at is not None or chosen_id not in everybody:
        raise NotFound
    return _entered(session, joining.confirm(session, everybody[chosen_id], now=now), "chosen", now)


def _read_mail(session: Session, person: Person, how: str, now: datetime) -> Person:
    """Let in who read the mail; where it could be somebody else's too, they say who they are first (`enter_as`)."""
    _end_codes(session, person, now)
    if joining.may_be_others(session, person):
        _record(session, person, NOBODY, "mailbox_read", now, reason=how)
        return person
    return _entered(session, joining.confirm(session, person, now=now), how, now)


def _entered(session: Session, person: Person, how: str, now: datetime) -> Person:
    _end_codes(session, person, now)
    _record(session, person, Actor(person_id=person.id), "signed_in", now, reason=how)
    return person


def _refused(session: Session, person: Person | None, now: datetime) -> WrongTry:
    record(session, actor=NOBODY, role="unknown", action="sign_in_refused", subject="person",
           subject_id=person.id if person else None, now=now)  # fmt: skip
    return WrongTry()


def _no_digits(tokens: Tokens, typed: str) -> bool:
    tokens.is_sign_in_digits(0, "", typed[:40])
    return False


def _only_self(person: Person, actor: Actor) -> None:
    if person.erased_at is not None:
        raise NotFound
    if actor.only_request is not None or actor.person_id is None or actor.person_id != person.id:
        raise NotAllowed(wanted="sign_in")


def _raise_version(session: Session, person: Person) -> None:
    person.session_version += 1
    session.add(person)
    session.flush()


def _verify(kept: str, password: str) -> bool:
    try:
        return HASHER.verify(kept, _bytes(password))
    except (VerificationError, InvalidHashError):
        return False


def _hash(password: str) -> str:
    return HASHER.hash(_bytes(password))


def _bytes(password: str) -> bytes:
    return passwords.normalised(password)[: 4 * passwords.LONGEST].encode(errors="replace")


@lru_cache(maxsize=2)
def _nobodys_hash(hasher: PasswordHasher) -> str:
    return hasher.hash(secrets.token_bytes(32))


def _record(session: Session, person: Person, actor: Actor, action: str, now: datetime, reason: str = "") -> None:
    record(session, actor=actor, role=SELF, action=action, subject="person", subject_id=person.id, now=now,
           reason=reason)  # fmt: skip


def _id(person: Person) -> int:
    assert person.id is not None, "somebody who was found has a number"
    return person.id
