"""Volunteers at the desk: admitting, a VOG that was seen, pausing, stopping, and keeping two people apart."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Engine
from sqlmodel import Session, select

from models.tables import Block, Certificate
from tests import factories
from tests.factories import TODAY
from tests.web import desk as desks
from tests.web.desk import Browser, Desk
from tests.web.walking import nl, rows, text_of


@pytest.fixture
def desk(engine: Engine, signed_in: Browser) -> Desk:
    return desks.open_desk(engine, signed_in)


def _applied(desk: Desk, **columns: Any) -> Any:
    with rows(desk.engine) as session:
        person = factories.create_person(session, first_name="Bram", last_name="Kok")
        return factories.create_volunteer(session, desk.community, person, state="applied", **columns)


def _press(desk: Desk, volunteer: Any, name: str, **data: str) -> Any:
    page = f"/volunteers/{volunteer.id}"
    own = name in ("pause", "stop", "block")
    return desk.press(f"{page}/{name}", data, page=f"{page}/{name}" if own else page)


def _certificates(desk: Desk) -> list[Certificate]:
    with Session(desk.engine) as session:
        return list(session.exec(select(Certificate)))


# ---- lists and page --------------------------------------------------------------------------------------------------


def test_who_wants_to_start_stands_in_the_first_list(desk: Desk) -> None:
    _applied(desk)
    page = desk.read("/volunteers")
    assert "Bram Kok" in page and "Yusuf" not in page
    assert "Yusuf Demir" in desk.read("/volunteers?group=active")
    assert desk.get("/volunteers?group=nonsense").status_code == 404


def test_the_list_is_searched_by_name_kind_and_neighbourhood(desk: Desk) -> None:
    assert "Yusuf" in desk.read("/volunteers?group=active&words=demir")
    assert "Ria" not in desk.read("/volunteers?group=active&words=demir")
    assert nl("Nothing found") in desk.read("/volunteers?group=active&kind=garden")
    assert "Ria" in desk.read("/volunteers?group=active&area=7621")
    assert "Yusuf" not in desk.read("/volunteers?group=active&area=7621")


def test_the_list_says_how_much_they_help_and_until_when_their_vog_is_valid(desk: Desk) -> None:
    desk.match(desk.request("matched"), desk.yusuf, "active")
    with rows(desk.engine) as session:
        factories.create_certificate(session, desk.yusuf, desk.joost, valid_until=TODAY + timedelta(days=300))
        factories.create_certificate(session, desk.ria, desk.joost, valid_until=None)
    page = desk.read("/volunteers?group=active")
    assert "helpt 1 van 2" in page and "VOG tot maandag 20 september 2027" in page and nl("VOG was seen") in page


def test_the_page_tells_their_offer_and_how_to_reach_them_and_the_look_is_written_down(desk: Desk) -> None:
    page = desk.read(f"/volunteers/{desk.yusuf.id}")
    assert "Ik rijd graag een stukje" in page and "06 87654321" in page
    desk.read(f"/volunteers/{desk.yusuf.id}")
    assert desk.looks(desk.person_of(desk.yusuf)) == [desk.marieke.id]
    assert "Marieke Kamp" in desk.read(f"/volunteers/{desk.yusuf.id}")  # who saw it


def test_matches_now_and_before_are_kept_apart(desk: Desk) -> None:
    desk.match(desk.request("matched"), desk.yusuf, "active")
    desk.match(desk.request("fulfilled"), desk.yusuf, "completed", hours=2.5)
    page = desk.read(f"/volunteers/{desk.yusuf.id}")
    assert "Eerder: 1 koppeling" in page and "2.5 uur" in page


def test_when_they_can_come_is_shown_in_words(desk: Desk) -> None:
    with rows(desk.engine) as session:
        row = session.get_one(type(desk.ria), desk.ria.id)
        row.windows = [{"day": "tue", "from": "12:00", "to": "17:00"}]
        row.away = [{"from": "2026-12-01", "until": "2026-12-14"}]
    page = desk.read(f"/volunteers/{desk.ria.id}")
    assert "dinsdag" in page and "middag" in page and "maandag 14 december" in page
    assert nl("At any time") in desk.read(f"/volunteers/{desk.yusuf.id}")


@pytest.mark.parametrize("path", ["", "/pause", "/stop", "/block", "/unblock/1"])
def test_a_volunteer_of_another_community_does_not_exist_here(desk: Desk, path: str) -> None:
    with rows(desk.engine) as session:
        theirs = factories.create_volunteer(session, desk.elsewhere)
    assert desk.get(f"/volunteers/{theirs.id}{path}").status_code == 404
    for name in ("admit", "resume", "vog", "pause", "stop", "block"):
        assert desk.press(f"/volunteers/{theirs.id}/{name}", {"text": "x"}).status_code == 404
    assert desk.again(theirs).state == "active"


# ---- decisions -------------------------------------------------------------------------------------------------------


def test_admitting_tells_them_and_says_so(desk: Desk) -> None:
    volunteer = _applied(desk)
    page = text_of(_press(desk, volunteer, "admit"))
    assert desk.again(volunteer).state == "active"
    assert nl("%(name)s can start.", name="Bram") in page
    assert nl("%(name)s gets an e-mail about it.", name="Bram") in page
    assert desk.told(desk.person_of(volunteer)) == ["volunteer_admitted"]


def test_a_second_click_on_admit_explains(desk: Desk) -> None:
    volunteer = _applied(desk)
    _press(desk, volunteer, "admit")
    assert nl("Somebody changed this a moment ago. Look at it again.") in text_of(_press(desk, volunteer, "admit"))
    assert desk.told(desk.person_of(volunteer)) == ["volunteer_admitted"]


def test_a_vog_that_was_seen_is_noted_with_who_and_when_and_until_when(desk: Desk) -> None:
    page = text_of(_press(desk, desk.yusuf, "vog", seen_on="2026-11-20", valid_until="2029-11-20"))
    seen = _certificates(desk)[0]
    assert (seen.seen_by, str(seen.seen_on), str(seen.valid_until)) == (desk.marieke.id, "2026-11-20", "2029-11-20")
    assert "Gezien op vrijdag 20 november door Marieke Kamp" in page


def test_a_vog_far_ahead_is_a_vog(desk: Desk) -> None:
    _press(desk, desk.yusuf, "vog", seen_on="2026-11-24", valid_until="")
    assert _certificates(desk)[0].valid_until is None


@pytest.mark.parametrize(
    ("seen_on", "valid_until"),
    [("", ""), ("2026-11-25", ""), ("31-02-2026", ""), ("2026-11-20", "2026-11-23"), ("2026-11-20", "0001-01-01"),
     ("gisteren", "")],
)  # fmt: skip
def test_a_vog_on_a_day_that_cannot_be_is_refused_and_kept(desk: Desk, seen_on: str, valid_until: str) -> None:
    answer = _press(desk, desk.yusuf, "vog", seen_on=seen_on, valid_until=valid_until)
    assert answer.status_code == 422
    assert f'value="{valid_until or seen_on}"' in text_of(answer)
    assert "<title>Fout:" in text_of(answer) and _certificates(desk) == []


def test_ones_own_vog_is_for_a_colleague(desk: Desk) -> None:
    with rows(desk.engine) as session:
        own = factories.create_volunteer(session, desk.community, desk.marieke)
    page = text_of(_press(desk, own, "vog", seen_on="2026-11-20", valid_until=""))
    assert nl("This is your own VOG. Let a colleague look at it.") in page and _certificates(desk) == []


def test_a_pause_takes_back_what_was_not_agreed(desk: Desk) -> None:
    match = desk.match(desk.request(), desk.yusuf, "approved")
    _press(desk, desk.yusuf, "pause", until="2026-12-24")
    assert desk.again(desk.yusuf).state == "paused" and str(desk.again(desk.yusuf).paused_until) == "2026-12-24"
    assert desk.again(match).state == "withdrawn"
    _press(desk, desk.yusuf, "resume")
    assert desk.again(desk.yusuf).state == "active"


def test_a_pause_until_a_day_that_is_past_is_refused(desk: Desk) -> None:
    answer = _press(desk, desk.yusuf, "pause", until="2026-11-24")
    assert answer.status_code == 422 and desk.again(desk.yusuf).state == "active"


def test_stopping_needs_a_reason_says_what_happens_and_takes_back_everything(desk: Desk) -> None:
    match = desk.match(desk.request("matched"), desk.yusuf, "active")
    assert _press(desk, desk.yusuf, "stop", text="").status_code == 422
    assert desk.again(desk.yusuf).state == "active"
    _press(desk, desk.yusuf, "stop", text="Hield zich niet aan afspraken.")
    assert desk.again(desk.yusuf).state == "stopped" and desk.again(match).state == "withdrawn"
    page = text_of(desk.get(f"/volunteers/{desk.yusuf.id}/stop", follow_redirects=True))
    assert nl("This volunteer has changed meanwhile. You see here how it stands now.") in page


# ---- two who must never meet -----------------------------------------------------------------------------------------


def _blocks(desk: Desk) -> list[Block]:
    with Session(desk.engine) as session:
        return list(session.exec(select(Block)))


def test_a_blocked_pair_is_chosen_from_their_matches(desk: Desk) -> None:
    match = desk.match(desk.request("matched"), desk.yusuf, "active")
    assert "Dina" in desk.read(f"/volunteers/{desk.yusuf.id}/block")
    page = text_of(_press(desk, desk.yusuf, "block", other=str(desk.dina.id), reason="Ruzie."))
    assert len(_blocks(desk)) == 1 and desk.again(match).state == "withdrawn"
    assert "Yusuf en Dina komen elkaar niet meer tegen" in page and "Ruzie." in page


def test_a_blocked_pair_is_chosen_by_the_number_of_the_request(desk: Desk) -> None:
    asked = desk.request()
    _press(desk, desk.yusuf, "block", reference=f" {asked.reference} ", reason="Ruzie.")
    assert len(_blocks(desk)) == 1


@pytest.mark.parametrize("data", [{}, {"reference": "9999-9999"}, {"reference": "x" * 500}, {"other": "1; DROP"}])
def test_blocking_nobody_says_so(desk: Desk, data: dict[str, str]) -> None:
    answer = _press(desk, desk.yusuf, "block", **data, reason="Ruzie.")
    assert answer.status_code == 422 and "Ruzie." in text_of(answer) and _blocks(desk) == []


def test_a_block_needs_its_reason(desk: Desk) -> None:
    asked = desk.request()
    assert _press(desk, desk.yusuf, "block", reference=str(asked.reference), reason="").status_code == 422
    assert _blocks(desk) == []


def test_somebody_cannot_be_kept_from_themself(desk: Desk) -> None:
    asked = desk.request(resident=desk.person_of(desk.yusuf))
    answer = _press(desk, desk.yusuf, "block", reference=str(asked.reference), reason="x")
    assert answer.status_code == 422 and _blocks(desk) == []


def test_a_request_of_another_community_cannot_be_named(desk: Desk) -> None:
    with rows(desk.engine) as session:
        theirs = factories.create_request(session, desk.elsewhere)
    answer = _press(desk, desk.yusuf, "block", reference=str(theirs.reference), reason="x")
    assert answer.status_code == 422 and _blocks(desk) == []


def test_a_block_is_taken_back_with_a_reason(desk: Desk) -> None:
    _press(desk, desk.yusuf, "block", reference=str(desk.request().reference), reason="Ruzie.")
    path = f"/volunteers/{desk.yusuf.id}/unblock/{desk.dina.id}"
    assert path in desk.read(f"/volunteers/{desk.yusuf.id}")
    assert desk.press(path, {"text": ""}, page=path).status_code == 422
    desk.press(path, {"text": "Weer goed."}, page=path)
    assert _blocks(desk) == []
    assert desk.get(path).status_code == 404
