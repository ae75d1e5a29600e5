"""Appointments at the desk: for who phones, a coordinator plans, confirms, moves and cancels."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Engine
from sqlmodel import Session, select

from models.tables import Appointment, Match
from tests import factories
from tests.factories import NOW
from tests.web import desk as desks
from tests.web.desk import Browser, Desk
from tests.web.walking import nl, rows, text_of

DAY = {"day": "2026-12-01", "starts": "14:00", "ends": "15:30", "where": "home", "repeat": "once"}


@pytest.fixture
def desk(engine: Engine, signed_in: Browser) -> Desk:
    return desks.open_desk(engine, signed_in)


@pytest.fixture
def match(desk: Desk) -> Match:
    return desk.match(desk.request("matched"), desk.yusuf, "agreed")


def planned(desk: Desk) -> list[Appointment]:
    with Session(desk.engine) as session:
        return list(session.exec(select(Appointment).order_by(Appointment.id)))  # type: ignore[arg-type]


def step(desk: Desk, match: Match, path: str, data: dict[str, Any] | None = None, page: str = "") -> str:
    answer = desk.press(f"/matches/{match.id}/{path}", data, page=f"/matches/{match.id}{page}")
    return text_of(answer)


def test_a_day_is_planned_for_two_who_phone(desk: Desk, match: Match) -> None:
    page = desk.read(f"/matches/{match.id}")
    assert nl("Plan a day for them") in page
    done = step(desk, match, "plan", DAY, "/plan")
    assert nl("The day is written down. We let both know.") in done
    [found] = planned(desk)
    assert (found.state, found.planned_by, f"{found.starts_at:%d-%m %H:%M}") == (
        "planned",
        desk.marieke.id,
        "01-12 14:00",
    )
    again = step(desk, match, "plan", DAY, "/plan")
    assert len(planned(desk)) == 1 and nl("The day is written down. We let both know.") in again


def test_the_tabs_of_the_desk_stay_above_each_step(desk: Desk, match: Match) -> None:
    refused = step(desk, match, "plan", DAY | {"day": "2026-11-01"}, "/plan")
    for page in (desk.read(f"/matches/{match.id}/plan"), refused):
        assert f'/desk/matches" aria-current="page">{nl("Matches")}</a>' in page


def test_a_day_in_the_past_is_refused_at_its_field_and_kept(desk: Desk, match: Match) -> None:
    page = step(desk, match, "plan", DAY | {"day": "2026-11-01"}, "/plan")
    assert 'value="2026-11-01"' in page and planned(desk) == []


def test_it_is_confirmed_moved_and_cancelled(desk: Desk, match: Match) -> None:
    step(desk, match, "plan", DAY, "/plan")
    [first] = planned(desk)
    done = step(desk, match, f"appointments/{first.id}/confirm")
    assert planned(desk)[0].state == "confirmed" and "Dina" in done
    done = step(
        desk, match, f"appointments/{first.id}/move", DAY | {"day": "2026-12-03"}, f"/appointments/{first.id}/move"
    )
    assert nl("The appointment was moved. We let both know.") in done
    assert [one.state for one in planned(desk)] == ["cancelled", "planned"]
    second = planned(desk)[1]
    done = step(desk, match, f"appointments/{second.id}/cancel", {"reason": ""}, f"/appointments/{second.id}/cancel")
    assert nl("The appointment is cancelled. We let both know.") in done
    assert [one.state for one in planned(desk)] == ["cancelled", "cancelled"]


def test_nothing_is_planned_before_both_said_yes(desk: Desk) -> None:
    early = desk.match(desk.request("open"), desk.yusuf, "approved")
    assert nl("Plan a day for them") not in desk.read(f"/matches/{early.id}")
    assert desk.get(f"/matches/{early.id}/plan").status_code == 303


def test_an_appointment_of_another_match_is_not_there(desk: Desk, match: Match) -> None:
    with rows(desk.engine) as session:
        other = factories.create_match(
            session, volunteer=factories.create_volunteer(session, desk.elsewhere), state="active"
        )
        theirs = factories.create_appointment(session, other, state="planned")
        session.flush()
        number = theirs.id
    for name in ("move", "cancel"):
        assert desk.get(f"/matches/{match.id}/appointments/{number}/{name}").status_code == 404
    assert desk.get(f"/matches/{match.id}/plan", desk.froukje).status_code in (403, 404)


def test_the_volunteers_yes_keeps_its_own_time(desk: Desk) -> None:
    """Yusuf offered himself at nine; Dina said yes two days later."""
    match = desk.match(desk.request("matched"), desk.yusuf, "agreed", agreed_at=NOW)
    with rows(desk.engine) as session:
        session.add(
            desks.AuditEntry(
                at=NOW - timedelta(days=2), community_id=desk.community.id, actor_kind="volunteer",
                action="match_accepted_by_volunteer", subject="match", subject_id=match.id,
                before="approved", after="accepted_by_volunteer",
            )
        )  # fmt: skip
    page = desk.read(f"/matches/{match.id}")
    steps = page[page.index(nl("How it stands")) : page.index(nl("Both people"))]
    assert "22 november" in steps and "24 november" in steps
