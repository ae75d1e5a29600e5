"""A volunteer's agenda: everything that is coming, by day, with holidays and absences; the last month in a fold."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine

from models.tables import Appointment, Match, Person, Volunteer
from tests import factories
from tests.web import pairs
from tests.web.pairs import Browser, Scene
from tests.web.walking import HERE, nl, rows, text_of


@pytest.fixture
def scene(engine: Engine, signed_in: Browser) -> Scene:
    return pairs.scene(engine, signed_in)


def _read(scene: Scene, who: Person | None = None) -> str:
    answer = scene.signed_in(who or scene.yusuf).get(f"{HERE}/volunteer/agenda")
    assert answer.status_code == 200
    return text_of(answer)


def _plan(scene: Scene, match: Match, day: str, **columns: Any) -> Appointment:
    start = datetime.fromisoformat(f"{day}T14:00")
    with rows(scene.engine) as session:
        return factories.create_appointment(
            session, match, starts_at=start, ends_at=start + timedelta(hours=2), **columns
        )


def test_an_empty_agenda_says_what_to_do_and_names_the_holidays(scene: Scene) -> None:
    page = _read(scene)
    assert nl("You have no appointments now") in page
    assert "vrijdag 25 december" in page and "eerste kerstdag" in page and "Koningsdag" not in page


def test_all_matches_stand_in_one_agenda_by_day(scene: Scene) -> None:
    one, two = scene.match("active"), scene.match("active")
    _plan(scene, two, "2026-12-03", place="Bij de <b>bakker")
    _plan(scene, one, "2026-12-01", state="confirmed")
    with rows(scene.engine) as session:
        place = factories.create_meeting_place(session, scene.community, name="De Brink", address="Brink 1, Hengelo")
    _plan(scene, one, "2026-12-03", meeting_place_id=place.id)
    page = _read(scene)
    first, second = page.index("dinsdag 1 december"), page.index("donderdag 3 december")
    assert first < second and page.count("donderdag 3 december") == 1
    assert "De Brink, Brink 1, Hengelo" in page and "Bij de &lt;b&gt;bakker" in page and "Bij Dina thuis" in page
    assert f"/matches/{one.id}#" in page and f"/matches/{two.id}#" in page
    assert nl("You have no appointments now") not in page


def test_no_home_address_stands_in_it_and_no_look_is_counted(scene: Scene) -> None:
    with rows(scene.engine) as session:
        session.get_one(Person, scene.dina.id).address = "Lindelaan 4, Hengelo"
    _plan(scene, scene.match("active"), "2026-12-01")
    assert "Lindelaan" not in _read(scene) and scene.looks(scene.dina) == []


def test_moments_to_choose_from_ask_for_it(scene: Scene) -> None:
    match = scene.match("active")
    for day in ("2026-12-01", "2026-12-03", "2026-11-20"):
        _plan(scene, match, day, state="proposed", choice="a", planned_by=scene.dina.id)
    page = _read(scene)
    assert page.count(nl("Please choose")) == 2 and "20 november" not in page
    home = text_of(scene.signed_in(scene.yusuf).get(f"{HERE}/volunteer"))
    assert home.count(nl("Please choose")) == 1 and "of een ander moment" in home


def test_a_weekly_moment_to_choose_from_says_for_how_long_and_once_picked_each_week_stands(scene: Scene) -> None:
    match = scene.match("active")
    moments = [
        _plan(scene, match, day, state="proposed", choice="a", series=day, planned_by=scene.dina.id, also_on=[later])
        for day, later in (("2026-12-01", "2026-12-08"), ("2026-12-03", "2026-12-10"))
    ]
    says = "Elke week, tot en met dinsdag 8 december"
    page = _read(scene)
    assert says in page and page.count("14:00 tot 16:00 uur") == 2
    home = text_of(scene.signed_in(scene.yusuf).get(f"{HERE}/volunteer"))
    assert "Elke dinsdag, 14:00 tot 16:00 uur, of een ander moment" in " ".join(home.split())
    scene.press(scene.yusuf, match, f"/appointments/{moments[0].id}/pick")
    page = _read(scene)
    assert says not in page and page.count("14:00 tot 16:00 uur") == 2 and nl("Please choose") not in page


def test_an_absence_is_named_and_what_is_planned_in_it_is_pointed_out(scene: Scene) -> None:
    match = scene.match("active")
    with rows(scene.engine) as session:
        volunteer = session.get_one(Volunteer, match.volunteer_id)
        volunteer.away = [{"from": "2026-11-30", "until": "2026-12-04"}, {"from": "2026-11-01", "until": "2026-11-03"}]
    _plan(scene, match, "2026-12-01")
    page = _read(scene)
    assert "U bent weg tot en met vrijdag 4 december" in page and "3 november" not in page
    assert nl("You said that you are away then. Move or cancel what does not suit.") in page


def test_the_last_thirty_days_are_in_a_fold(scene: Scene) -> None:
    match = scene.match("active")
    _plan(scene, match, "2026-11-10", state="done")
    _plan(scene, match, "2026-11-12", state="cancelled")
    _plan(scene, match, "2026-11-13", state="cancelled", choice="never-picked")
    _plan(scene, match, "2026-10-01", state="done")
    page = _read(scene)
    fold = page[page.index("<details") :]
    assert "dinsdag 10 november" in fold and nl("Took place") in fold and "donderdag 12 november" in fold
    assert "13 november" not in page and "1 oktober" not in page


def test_nobody_reads_somebody_elses_agenda(scene: Scene) -> None:
    _plan(scene, scene.match("active"), "2026-12-01")
    answer = scene.signed_in(scene.dina).get(f"{HERE}/volunteer/agenda")
    assert answer.status_code in (302, 303) or "dinsdag 1 december" not in text_of(answer)


def test_on_the_first_page_a_weekly_series_stands_once_with_its_last_day(scene: Scene) -> None:
    match = scene.match("active")
    for day in ("2026-12-01", "2026-12-08", "2026-12-15"):
        _plan(scene, match, day, series="week")
    page = text_of(scene.signed_in(scene.yusuf).get(f"{HERE}/volunteer"))
    assert "dinsdag 1 december" in page and "dinsdag 8 december" not in page
    assert page.count("Elke week, tot en met dinsdag 15 december") == 1


def test_on_the_first_page_a_day_of_a_series_that_was_moved_stands_by_itself(scene: Scene) -> None:
    match = scene.match("active")
    moved = _plan(scene, match, "2026-12-02", series="week").id
    _plan(scene, match, "2026-12-01", series="week", state="cancelled", moved_to=moved)
    for day in ("2026-12-08", "2026-12-15"):
        _plan(scene, match, day, series="week")
    page = text_of(scene.signed_in(scene.yusuf).get(f"{HERE}/volunteer"))
    wednesday, tuesdays = page.index("woensdag 2 december"), page.index("dinsdag 8 december")
    assert "Elke week" not in page[wednesday:tuesdays] and "dinsdag 15 december" in page[tuesdays:]
    assert page.count("Elke week, tot en met dinsdag 15 december") == 1
