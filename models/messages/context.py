"""Whom a message is for and what is true at this moment; a message that is no longer useful is skipped."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlmodel import Session

from models.catalogue import translations
from models.delays import local_now
from models.mail_kinds import MailKind
from models.messages import formats
from models.messages.links import Links
from models.tables import Community, HelpRequest, Person, Volunteer

Fitting = Callable[[Session, Volunteer, Community, datetime], Sequence[int]]
"""Gives the ids of open requests that fit a volunteer, best first."""


class Skip(Exception):
    """This message is no longer useful, or its reader wants none; ``reason`` is a short stable word."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(reason)


@dataclass(slots=True)
class Context:
    """What the facts of a message are looked up with.

    Attributes
    ----------
    reader : Person
        Who will read it, or hear it on the phone.
    params : dict
        The ids that were written down when it became due.
    told_on : datetime
        When it became due (aware, UTC).
    key : str
        The unique key of the row.
    by_phone : bool
        A coordinator says it: somebody who paused gets no mail, but is called about what was agreed.
    """

    session: Session
    reader: Person
    community: Community
    params: dict[str, Any]
    language: str
    now: datetime
    told_on: datetime
    fitting: Fitting
    key: str
    by_phone: bool = False

    def number(self, name: str) -> int:
        """Give one of the ids.

        Raises
        ------
        ValueError
            If the row does not hold it: such a message can never be made.
        """
        found = self.params.get(name)
        if isinstance(found, bool) or not isinstance(found, int):
            raise ValueError(f"params hold no {name}")
        return found

    @property
    def local(self) -> datetime:
        """Wall-clock time of the community, naive."""
        return local_now(self.now, self.community.timezone)

    @property
    def today(self) -> date:
        """The community's calendar day."""
        return self.local.date()

    def gettext(self, message: str) -> str:
        """Translate for the reader."""
        return str(translations(self.language).gettext(message))

    def day(self, day: date) -> str:
        """Write a day for the reader."""
        return formats.day(day, self.language, self.today)

    def day_of(self, moment: datetime) -> str:
        """Write the community's calendar day of a moment (aware)."""
        return self.day(local_now(moment, self.community.timezone).date())


@dataclass(frozen=True, slots=True)
class Message:
    """One message: what it says, where its one link leads, and which words a community may use in its own text.

    Attributes
    ----------
    facts : callable
        Gives the values of its templates; raises `Skip` where it is no longer useful.
    link : callable
        Gives the address of its one button.
    placeholders : tuple of str
        Names from the facts that a community's own words may use, beside the ones that every message has.
    kind : MailKind, optional
        Under which kind it can be stopped, and says where; None: it is news.
    """

    facts: Callable[[Context], dict[str, Any]]
    link: Callable[[Context, Links], str]
    placeholders: tuple[str, ...] = ()
    kind: MailKind | None = None


def own_request(context: Context, request: HelpRequest | None) -> HelpRequest:
    """Give a request that the reader still is the contact of; else there is nothing to tell them."""
    if request is None or request.community_id != context.community.id:
        raise Skip("gone")
    if request.contact_id != context.reader.id:
        raise Skip("not_theirs")
    return request
