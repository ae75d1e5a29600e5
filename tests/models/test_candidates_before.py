"""What happened before counts in a ranking: who helped whom, and how much."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlmodel import Session

from models.candidates import Candidates
from models.database import reading
from models.tables import Person
from tests import factories
from tests.factories import NOW, TODAY
from tests.models.town import Town, look


def _helped(town: Town, number: int, answer: str | None = None, **columns: Any) -> None:
    """Let the first volunteer have helped the resident of a request before."""

    def write(session: Session) -> None:
        request, helper = town.request(session, number), town.helper(session)
        resident = session.get_one(Person, request.resident_id)
        before = factories.create_request(session, town.community(session), resident, state="fulfilled")
        match = factories.create_match(session, before, helper, state="completed", ended_at=NOW)
        appointment = factories.create_appointment(session, match, **{"state": "done", **columns})
        if answer is not None:
            factories.create_check_in(session, appointment, resident, answer=answer)

    town.do(write)


@pytest.mark.parametrize(("answer", "known"), [(None, 1.0), ("good", 1.0), ("not_good", 0.0), ("call_me", 0.0)])
def test_who_helped_somebody_well_comes_before_others_in_both_directions(
    town: Town, candidates: Candidates, answer: str | None, known: float
) -> None:
    _helped(town, 0, answer)
    picture = look(candidates, town.engine)
    for key, other in (
        (("request", town.requests[0]), town.helpers[0]),
        (("volunteer", town.helpers[0]), town.requests[0]),
    ):
        found = {one.id: one.factors["continuity"] for one in picture[key].candidates}
        assert found.pop(str(other)) == known
        assert set(found.values()) <= {0.0}


def test_the_hours_of_the_last_thirty_days_count_whole_days_at_a_time(town: Town, candidates: Candidates) -> None:
    def hours(now: datetime) -> float:
        with reading(town.engine) as session:
            ranking = candidates.for_request(session, town.request(session), town.community(session), now=now)
        rest = next(one.factors["rest"] for one in ranking.candidates if one.id == str(town.helpers[0]))
        return round(12 / rest - 12, 3)

    today = datetime(TODAY.year, TODAY.month, TODAY.day, 9)
    for days, state in ((-1, "done"), (-20, "planned"), (-29, "cancelled"), (-31, "done"), (0, "planned")):
        begins = today + timedelta(days=days)
        _helped(town, 1, state=state, starts_at=begins, ends_at=begins + timedelta(hours=3))
    assert hours(NOW) == 6.0
    assert hours(NOW + timedelta(hours=13)) == 6.0, "today counts from tomorrow on"
    assert hours(NOW + timedelta(days=1)) == 9.0
    assert hours(NOW + timedelta(days=60)) == 0.0


def test_a_list_to_browse_gives_room_to_what_nobody_reacted_to(town: Town, candidates: Candidates) -> None:
    def twin(session: Session) -> int:
        request = town.request(session)
        same = {"kinds": request.kinds, "postcode": request.postcode, "when": request.when, "text": request.text,
                "created_at": request.created_at, "opened_at": request.opened_at}  # fmt: skip
        return factories.row_id(factories.create_request(session, town.community(session), state="open", **same))

    second = town.do(twin)
    first = town.requests[0]

    def order(**asked: bool) -> list[int]:
        with reading(town.engine) as session:
            ranking = candidates.for_volunteer(
                session, town.helper(session), town.community(session), now=NOW, top=1, **asked
            )
        return [int(one.id) for one in ranking.candidates]

    assert order(room=True) == order() == [first]
    town.do(lambda session: factories.create_match(
        session, town.request(session), factories.create_volunteer(session, town.community(session)),
        state="proposed", origin="volunteer",
    ))  # fmt: skip
    assert (order(room=True), order()) == ([second], [first])
