"""The people of the invented community: how many, where they live, and whom anybody may sign in as."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, func
from sqlmodel import Session, SQLModel, col, select

from models.delays import local_now
from models.queries.demo import people_to_try
from models.states import AppointmentState, MatchState, RequestState
from models.tables import Appointment, Community, HelpRequest, Match, Person, Portrait, Postcode, Volunteer
from seeds.demo.communities import FRIESLAND, TWENTE
from seeds.demo.homes import Homes
from tests.seeds.conftest import AT_NIGHT, IN_SUMMER, Loader

pytestmark = pytest.mark.xdist_group("invented")


def twente(session: Session) -> Community:
    """Give the large community."""
    return session.exec(select(Community).where(Community.slug == TWENTE.slug)).one()


def names(session: Session) -> Mapping[str, str]:
    """Give whom one may sign in as: their names by address."""
    found = people_to_try(session, twente(session))
    return {str(t.person.email): f"{t.person.first_name} {t.person.last_name}" for t in found}


def test_there_are_as_many_as_ever_and_requests_in_every_state(history: Session) -> None:
    here = twente(history).id
    helpers = history.scalar(select(func.count()).select_from(Volunteer).where(col(Volunteer.community_id) == here))
    rows = history.exec(select(HelpRequest).where((HelpRequest.community_id == here) | (HelpRequest.state == "draft")))
    requests = rows.all()
    residents = {row.resident_id for row in requests if row.resident_id is not None}
    assert (helpers, len(requests)) == (936, 300)
    assert 149 <= len(residents) <= 150  # the drafts are nobody's yet
    assert {row.state for row in requests} == set(RequestState)
    states = set(history.exec(select(Match.state).where(Match.community_id == here)))
    assert states == set(MatchState) - {MatchState.WITHDRAWN}


def test_who_writes_of_a_place_lives_there(history: Session) -> None:
    for community in history.exec(select(Community)):
        homes, wrong, told = Homes(history, community), [], 0
        helpers = history.exec(select(Volunteer).where(Volunteer.community_id == community.id)).all()
        asked = history.exec(select(HelpRequest).where(HelpRequest.community_id == community.id)).all()
        texts = [*((row.postcode, row.text, "") for row in helpers), *((r.postcode, r.text, r.summary) for r in asked)]
        for postcode, text, summary in texts:
            place = history.get_one(Postcode, postcode).place
            named = homes.named(text, summary)
            told += bool(named)
            if named and place != named[0]:
                wrong.append((place, named, text))
        assert wrong == []
        assert told >= (100 if community.slug == TWENTE.slug else 15)


@pytest.mark.parametrize(
    ("text", "named"),
    [
        pytest.param("Nieuw in Borne, en ik ken nog niemand.", ["Borne"], id="a place"),
        pytest.param("woon in de nijverheid", ["Hengelo"], id="its neighbourhood"),
        pytest.param("Now zit ik in Boorn en kenne gin mens.", ["Borne"], id="as it is called there"),
        pytest.param("Van Losser naar Oldenzaal verhuisd.", ["Oldenzaal"], id="one of another area"),
        pytest.param("Ik zag het bij FC Hengelo op het bord.", [], id="a club"),
        pytest.param("Ik kom graag koffiedrinken.", [], id="nothing"),
    ],
)
def test_a_text_says_where_somebody_lives(history: Session, text: str, named: list[str]) -> None:
    assert Homes(history, twente(history)).named(text) == named


def test_who_may_be_signed_in_as_is_the_same_at_any_moment(load: Loader) -> None:
    found = []
    for now in (AT_NIGHT, IN_SUMMER):
        with Session(load(now, TWENTE, FRIESLAND)) as session:
            found.append(names(session))
    assert found[0] == found[1]
    assert {"vrijwilliger@probeer.example", "inwoner@probeer.example"} <= set(found[0])
    assert {"vrijwilliger-heerenveen@probeer.example", "inwoner-heerenveen@probeer.example"} <= set(found[0])


def test_something_happens_to_who_may_be_signed_in_as(history: Session, now: datetime) -> None:
    soon = local_now(now, "Europe/Amsterdam") + timedelta(days=9)
    for suffix in ("", f"-{FRIESLAND.slug}"):
        person = history.exec(select(Person).where(Person.email == f"vrijwilliger{suffix}@probeer.example")).one()
        resident = history.exec(select(Person).where(Person.email == f"inwoner{suffix}@probeer.example")).one()
        rows = history.exec(
            select(Match, HelpRequest)
            .join(HelpRequest, col(HelpRequest.id) == Match.request_id)
            .join(Volunteer, col(Volunteer.id) == Match.volunteer_id)
            .where(Volunteer.person_id == person.id)
        ).all()
        together = [match for match, request in rows if request.contact_id == resident.id]
        assert {match.state for match, _ in rows} == {"active", "approved"}
        planned = history.exec(select(Appointment).where(Appointment.match_id == together[0].id)).all()
        assert any(a.state == AppointmentState.PLANNED and a.starts_at < soon for a in planned)


def contents(engine: Engine) -> dict[str, list[Any]]:
    """Give every row of every table, without what is drawn by lot at each load."""
    tables: dict[str, Any] = dict(SQLModel.metadata.tables)
    with engine.connect() as connection:
        return {
            name: [
                tuple(connection_row)
                for connection_row in connection.execute(
                    select(*[c for c in table.columns if c.name != "series"]).order_by(*table.primary_key.columns)
                )
            ]
            for name, table in tables.items()
        }


def test_at_any_hour_of_a_day_the_same_is_loaded(load: Loader) -> None:
    last_hour = AT_NIGHT + timedelta(hours=22, minutes=50)
    night, evening = (contents(load(now, FRIESLAND)) for now in (AT_NIGHT, last_hour))
    assert {name for name in night if night[name] != evening[name]} == set()
    assert night["help_request"]


def test_a_few_volunteers_chose_a_drawn_face_and_the_one_to_sign_in_as_did(history: Session) -> None:
    faces = history.exec(select(Portrait, Volunteer).where(Portrait.volunteer_id == Volunteer.id)).all()
    assert 10 <= len(faces) <= 30 and len({face.digest for face, _row in faces}) >= 10
    assert all(face.made_at >= row.created_at and row.state not in ("left", "stopped") for face, row in faces)
    to_try = next(t.person for t in people_to_try(history, twente(history)) if "vrijwilliger" in str(t.person.email))
    assert to_try.id in {row.person_id for _face, row in faces}
