"""A desk with somebody behind it, and people who ask and help, for the tests of the desk's pages."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import Engine
from sqlmodel import Session, col, select
from werkzeug.test import TestResponse

from models.tables import AuditEntry, Call, Community, HelpRequest, Match, OutboxMessage, Person, Volunteer
from tests import factories
from tests.factories import NOW
from tests.web import walking
from tests.web.conftest import post
from tests.web.walking import rows, text_of

DESK = f"{walking.HERE}/desk"
Browser = Callable[[Person], FlaskClient]


@dataclass
class Desk:
    """Marieke and Joost work in Hengelo, Froukje in Heerenveen; Dina asks, Yusuf and Ria help."""

    engine: Engine
    signed_in: Browser
    community: Community
    elsewhere: Community
    marieke: Person
    joost: Person
    froukje: Person
    dina: Person
    yusuf: Volunteer
    ria: Volunteer

    @property
    def browser(self) -> FlaskClient:
        """Marieke's browser."""
        return self.signed_in(self.marieke)

    def get(self, path: str = "", who: Person | None = None, **more: Any) -> TestResponse:
        """Open a page of the desk."""
        return self.signed_in(who or self.marieke).get(DESK + path, **more)

    def read(self, path: str = "", who: Person | None = None) -> str:
        """Give a page of the desk as text; it must be there."""
        answer = self.get(path, who)
        assert answer.status_code == 200, (answer.status, answer.location)
        return text_of(answer)

    def press(
        self, path: str, data: dict[str, Any] | None = None, *, page: str = "", who: Person | None = None
    ) -> TestResponse:
        """Send a form of the desk, and see where it leads."""
        browser = self.signed_in(who or self.marieke)
        return post(browser, DESK + path, data, page=DESK + page, follow_redirects=True)

    def request(self, state: str = "open", **columns: Any) -> HelpRequest:
        """Make a request of Dina's."""
        with rows(self.engine) as session:
            resident = columns.pop("resident", self.dina)
            return factories.create_request(session, self.community, resident, state=state, **columns)

    def match(self, request: HelpRequest, volunteer: Volunteer, state: str = "proposed", **columns: Any) -> Match:
        """Make a match of a request and a volunteer."""
        with rows(self.engine) as session:
            return factories.create_match(session, request, volunteer, state=state, **columns)

    def again(self, row: Any) -> Any:
        """Give a row as it stands now."""
        with Session(self.engine) as session:
            return session.get(type(row), row.id)

    def matches(self) -> Sequence[Match]:
        """Give every match, oldest first."""
        with Session(self.engine) as session:
            return session.exec(select(Match).order_by(col(Match.id))).all()

    def told(self, who: Person) -> list[str]:
        """Give the names of the messages that wait for somebody."""
        with Session(self.engine) as session:
            query = select(OutboxMessage.name).where(OutboxMessage.recipient_id == who.id)
            return list(session.exec(query.order_by(col(OutboxMessage.id))))

    def calls(self, who: Person) -> list[str]:
        """Give what the desk has to call somebody about."""
        with Session(self.engine) as session:
            return list(session.exec(select(Call.about).where(Call.person_id == who.id).order_by(col(Call.id))))

    def looks(self, at: Person) -> list[int | None]:
        """Give who saw how to reach somebody, each time."""
        with Session(self.engine) as session:
            query = select(AuditEntry.actor_id).where(
                AuditEntry.action == "contact_seen", AuditEntry.subject_id == at.id
            )
            return list(session.exec(query.order_by(col(AuditEntry.id))))

    def person_of(self, volunteer: Volunteer) -> Person:
        """Give who a volunteer is."""
        with Session(self.engine) as session:
            return session.get_one(Person, volunteer.person_id)


def open_desk(engine: Engine, signed_in: Browser) -> Desk:
    """Bring everybody together in Hengelo, and one colleague in Heerenveen."""
    here, there = walking.two_communities(engine)
    with rows(engine) as session:
        marieke = factories.create_coordinator(session, here, first_name="Marieke", last_name="Kamp")
        joost = factories.create_coordinator(session, here, first_name="Joost", last_name="Wolters")
        froukje = factories.create_coordinator(session, there, first_name="Froukje")
        dina = factories.create_person(
            session, first_name="Dina", last_name="Haverkamp", phone="+31612345678", email="dina@post.example"
        )
        yusuf = factories.create_person(
            session, first_name="Yusuf", last_name="Demir", phone="+31687654321", email="yusuf@post.example"
        )
        ria = factories.create_person(session, first_name="Ria", last_name="Stoel", phone="+31742451111", email=None)
        helpers = [
            factories.create_volunteer(session, here, yusuf, revision=1),
            factories.create_volunteer(session, here, ria, postcode="7621", revision=2, text="Ik rijd graag."),
        ]
        community = session.get_one(Community, here.id)
        community.volunteer_revision = 2
        session.add(community)
    return Desk(engine, signed_in, here, there, marieke, joost, froukje, dina, *helpers)


def yesterday(days: int = 1) -> Any:
    """Give a moment some days ago."""
    return NOW - timedelta(days=days)
