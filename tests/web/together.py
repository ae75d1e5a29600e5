"""A resident and a volunteer who both said yes, for the tests of what they do together."""

from datetime import timedelta
from typing import Any

from flask import Flask
from sqlalchemy import Engine
from sqlmodel import Session, select

from models.tables import Appointment, Community
from tests import factories
from tests.factories import NOW
from tests.web.walking import link_of, rows

NEXT_WEEK = {"day": "2026-12-01", "starts": "14:00", "ends": "16:00", "where": "home", "repeat": "once"}
"""An appointment as the form sends it."""


class Together:
    """A resident, their volunteer Yusuf, and the resident's link."""

    def __init__(self, site: Flask, engine: Engine, here: Community, state: str = "agreed", **columns: Any) -> None:
        self.engine, self.here = engine, here
        with rows(engine) as session:
            self.resident = factories.create_person(session, first_name="Dien", phone="+31612345678")
            self.request = factories.create_request(session, here, self.resident, state="matched", **columns)
            self.helper = factories.create_person(session, first_name="Yusuf", last_name="Kaya", phone="+31611112222")
            volunteer = factories.create_volunteer(session, here, self.helper, state="active")
            self.match = factories.create_match(
                session, self.request, volunteer, state=state, agreed_at=NOW - timedelta(hours=2)
            )
        self.link = link_of(site, self.request)
        self.page = f"{self.link}/match/{self.match.id}"

    def appointment(self, **columns: Any) -> Appointment:
        with rows(self.engine) as session:
            return factories.create_appointment(session, self.match, **columns)

    def now(self, row: Any) -> Any:
        with Session(self.engine) as session:
            return session.get(type(row), row.id)

    def all(self, kind: Any) -> list[Any]:
        with Session(self.engine) as session:
            return list(session.exec(select(kind).order_by(kind.id)))
