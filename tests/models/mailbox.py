"""One mailbox: its owner, and what others typed under its address; for the tests of who is one."""

from typing import Any

from sqlmodel import Session, SQLModel, select

from models.operations import sign_in
from models.tables import Community, OutboxMessage, Person, SignInCode
from tests import factories
from tests.factories import NOW, TOKENS, row_id

ADDRESS = "riet@post.example"


def owner(session: Session, **columns: Any) -> Person:
    """Make who reads the mail of the address and showed it."""
    typed = {"first_name": "Riet", "last_name": "Ter Braak", "email": ADDRESS, "phone": "+31611111111", **columns}
    return factories.create_person(session, **typed)


def typed(session: Session, **columns: Any) -> Person:
    """Make somebody who only typed it, under the same first name."""
    return owner(session, **{"last_name": "", "phone": None, "email_confirmed_at": None, **columns})


def come_in(session: Session, community: Community) -> Person:
    """Come in with a mailed link; gives who came in."""
    sign_in.ask_code(session, ADDRESS, community=community, now=NOW)
    code = session.exec(select(OutboxMessage).where(OutboxMessage.name == "sign_in")).one()
    assert code.recipient_id is not None
    found = session.get_one(SignInCode, code.params["code_id"])
    return sign_in.use_link(session, TOKENS.sign_in_link(row_id(found), found.nonce), tokens=TOKENS, now=NOW)


def all_of(session: Session, table: type[SQLModel], *where: Any) -> list[Any]:
    """Give all rows of a table, or those for which something holds."""
    return list(session.exec(select(table).where(*where)))
