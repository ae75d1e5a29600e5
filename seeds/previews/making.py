"""Makes every message for everybody who may get it, in every language."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import create_engine
from sqlalchemy.pool import StaticPool
from sqlmodel import Session, SQLModel

from models import themes
from models.catalogue import available_languages
from models.messages import NAMES
from models.messages.rendering import Rendered, Skip, render, spoken
from models.settings import Settings
from models.tables import Call, OutboxMessage
from seeds.previews.invented import BEFORE, Invented, invent, row_id

SETTINGS = Settings(secret_key="of invented people, and lets nobody in", base_url="https://noaber.example")  # noqa: S106


@dataclass(frozen=True, slots=True)
class Letter:
    """A message as one reader gets it.

    Attributes
    ----------
    to : str
        ``resident`` or ``volunteer``.
    spoken : str
        What the desk says on the phone to who has no e-mail.
    """

    name: str
    to: str
    language: str
    mail: Rendered
    spoken: str


def letters(now: datetime, theme: str = themes.DEFAULT) -> list[Letter]:
    """Make them all.

    Parameters
    ----------
    now : datetime
        The moment at which they are sent (aware).
    theme : str
        How they look: a name of `models.themes.SHIPPED`.

    Raises
    ------
    LookupError
        If a message reaches nobody: then `seeds.previews.invented` does not say what comes before it.
    """
    engine = create_engine("sqlite://", poolclass=StaticPool)
    SQLModel.metadata.create_all(engine)
    made: list[Letter] = []
    try:
        for name in NAMES:
            with Session(engine) as session:  # closed without a commit: the next one begins with nobody
                found = list(_of(name, invent(session, now, theme)))
            if not found:
                raise LookupError(name)
            made += found
    finally:
        engine.dispose()
    return made


def _of(name: str, world: Invented) -> Iterator[Letter]:
    params = BEFORE[name](world)
    world.session.flush()
    here = row_id(world.community)

    def fitting(*_: object) -> list[int]:
        return [row_id(world.request)]  # the weekly mail names the one request there is

    for to, reader in world.readers:
        for language in available_languages():
            reader.language = language
            row = OutboxMessage(
                recipient_id=row_id(reader), community_id=here, name=name, key=f"{name}:preview", params=params,
                due_at=world.now, created_at=world.now,
            )  # fmt: skip
            call = Call(
                person_id=row_id(reader), community_id=here, about=name, key=f"{name}:preview", params=params,
                due_on=world.now.date(), created_at=world.now,
            )  # fmt: skip
            try:
                mail = render(world.session, row, settings=SETTINGS, now=world.now, fitting=fitting)
                said = spoken(world.session, call, language, now=world.now, fitting=fitting)
            except Skip:  # not for this one of the two
                break
            yield Letter(name, to, language, mail, said)
