"""Two neighbours and a match of them, for the tests of the pages on which they meet."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import Engine
from sqlmodel import Session, col, select
from werkzeug.test import TestResponse

from models.tables import AuditEntry, Community, HelpRequest, Match, OutboxMessage, Person, Signal, Volunteer
from tests import factories
from tests.web import walking
from tests.web.conftest import post
from tests.web.walking import HERE, rows, text_of

Browser = Callable[[Person], FlaskClient]
PRIVATE = ("Haverkamp", "Demir", "612345678", "06 1234", "687654321", "06 8765", "dina@post", "yusuf@post")
"""What neither may read of the other before both said yes."""


@dataclass
class Scene:
    """Dina asks, Yusuf may help; Anna is Dina's daughter, and Marieke works at the desk."""

    engine: Engine
    signed_in: Browser
    community: Community
    elsewhere: Community
    dina: Person
    yusuf: Person
    anna: Person
    marieke: Person
    volunteer: Volunteer

    def match(self, state: str = "approved", **columns: Any) -> Match:
        """Make a match of the two; ``request={"leaves_choice": True}`` gives columns of its request."""
        standing = {"agreed": "matched", "active": "matched", "completed": "fulfilled"}.get(state, "open")
        with rows(self.engine) as session:
            request = factories.create_request(
                session, self.community, self.dina, **{"state": standing, **columns.pop("request", {})}
            )
            return factories.create_match(session, request, self.volunteer, state=state, **columns)

    def came_to(self, match: Match, state: str, *, before: str, kind: str, actor: Person | None = None) -> None:
        """Write in the log how a match came to a state, as its operation does."""
        with rows(self.engine) as session:
            session.add(
                AuditEntry(
                    at=factories.NOW, community_id=match.community_id, actor_id=actor.id if actor else None,
                    actor_kind=kind, action=f"match_{state}", subject="match", subject_id=match.id, before=before,
                    after=state,
                )
            )  # fmt: skip

    def get(self, who: Person, match: Match, step: str = "", **more: Any) -> TestResponse:
        """Open the page of a match, or one of its steps, as this person."""
        return self.signed_in(who).get(self.path(match, step), **more)

    def read(self, who: Person, match: Match, step: str = "") -> str:
        """Give the page of a match as text; it must be there."""
        answer = self.get(who, match, step)
        assert answer.status_code == 200, answer.status
        return text_of(answer)

    def press(self, who: Person, match: Match, step: str, data: dict[str, Any] | None = None) -> TestResponse:
        """Press a button on the page of a match, and see where it leads."""
        browser = self.signed_in(who)
        return post(browser, self.path(match, step), data, page=self.path(match), follow_redirects=True)

    def fill_in(self, who: Person, match: Match, step: str, data: dict[str, Any]) -> TestResponse:
        """Send the form of a step."""
        return post(self.signed_in(who), self.path(match, step), data, follow_redirects=True)

    def path(self, match: Match, step: str = "") -> str:
        """Give the address of the page of a match, or of one of its steps."""
        return f"{HERE}/matches/{match.id}{step}"

    def again(self, row: Any) -> Any:
        """Give a row as it stands now."""
        with Session(self.engine) as session:
            return session.get(type(row), row.id)

    def request_of(self, match: Match) -> HelpRequest:
        """Give the request of a match as it stands now."""
        with Session(self.engine) as session:
            return session.get_one(HelpRequest, match.request_id)

    def told(self, who: Person) -> list[str]:
        """Give the names of the messages that wait for somebody."""
        with Session(self.engine) as session:
            query = select(OutboxMessage.name).where(OutboxMessage.recipient_id == who.id)
            return list(session.exec(query.order_by(col(OutboxMessage.id))))

    def signals(self) -> list[Signal]:
        """Give what the desk has to look at."""
        with Session(self.engine) as session:
            return list(session.exec(select(Signal).order_by(col(Signal.id))))

    def looks(self, at: Person) -> list[str]:
        """Give in what quality somebody's contact details were seen, each time."""
        with Session(self.engine) as session:
            query = select(AuditEntry.actor_kind).where(
                AuditEntry.action == "contact_seen", AuditEntry.subject_id == at.id
            )
            return list(session.exec(query.order_by(col(AuditEntry.id))))


def scene(engine: Engine, signed_in: Browser) -> Scene:
    """Bring everybody together in Hengelo."""
    here, there = walking.two_communities(engine)
    with rows(engine) as session:
        people = {
            "dina": ("Dina", "Haverkamp", "+31612345678"),
            "yusuf": ("Yusuf", "Demir", "+31687654321"),
            "anna": ("Anna", "Stoel", "+31600000001"),
        }
        made = {
            key: factories.create_person(
                session, first_name=first, last_name=last, phone=phone, email=f"{key}@post.example"
            )
            for key, (first, last, phone) in people.items()
        }
        marieke = factories.create_coordinator(session, here, first_name="Marieke")
        volunteer = factories.create_volunteer(session, here, made["yusuf"])
    return Scene(engine, signed_in, here, there, marieke=marieke, volunteer=volunteer, **made)
