"""How a match ended, as each of the two reads it: kind, without the other's reasons, and with a next step."""

import pytest
from sqlalchemy import Engine

from models.tables import Person
from tests import factories
from tests.factories import NOW
from tests.web import pairs
from tests.web.pairs import PRIVATE, Browser, Scene
from tests.web.walking import HERE, nl, rows


@pytest.fixture
def scene(engine: Engine, signed_in: Browser) -> Scene:
    return pairs.scene(engine, signed_in)


@pytest.mark.parametrize(
    ("state", "before", "kind", "words"),
    [
        ("rejected", "proposed", "coordinator", "Thank you for wanting to help"),
        ("declined", "approved", "volunteer", "You said: rather not"),
        ("declined", "accepted_by_volunteer", "resident", "This time it is not a match"),
        ("lapsed", "approved", "system", "So we ask somebody else. That is no problem."),
        ("lapsed", "accepted_by_volunteer", "system", "We got no answer"),
        ("withdrawn", "accepted_by_volunteer", "volunteer", "You have stopped with this"),
        ("withdrawn", "accepted_by_volunteer", "resident", "The match with %(name)s has stopped"),
        ("failed", "active", "coordinator", "The match with %(name)s has stopped"),
        ("completed", "active", "resident", "You helped %(name)s"),
    ],
)  # fmt: skip
def test_a_volunteer_reads_how_it_ended_and_where_to_go(
    scene: Scene, state: str, before: str, kind: str, words: str
) -> None:
    match = scene.match(state, origin="volunteer", approved_at=NOW, reason="Omdat het niet klikte.")
    scene.came_to(match, state, before=before, kind=kind)
    page = scene.read(scene.yusuf, match)
    assert (nl(words, name="Dina") if "%" in words else nl(words)) in page
    assert f'href="{HERE}/browse/for-me"' in page
    assert "Omdat het niet klikte" not in page and [word for word in PRIVATE if word in page] == []


@pytest.mark.parametrize(
    ("state", "before", "kind", "words"),
    [
        ("declined", "accepted_by_volunteer", "resident", "That is fine. We look for somebody else."),
        ("lapsed", "accepted_by_volunteer", "system", "Do you still need help? Then we gladly look further."),
        ("withdrawn", "accepted_by_volunteer", "volunteer", "The match with %(name)s has stopped"),
        ("failed", "active", "volunteer", "Appointments that were planned are cancelled."),
        ("failed", "active", "resident", "You have stopped with this"),
        ("completed", "active", "system", "%(name)s helped you. We hope that it did you good."),
    ],
)
def test_a_resident_reads_how_it_ended_and_finds_their_request(
    scene: Scene, state: str, before: str, kind: str, words: str
) -> None:
    match = scene.match(state, reason="Omdat het niet klikte.", hours=3.0)
    scene.came_to(match, state, before=before, kind=kind)
    page = scene.read(scene.dina, match)
    assert (nl(words, name="Yusuf") if "%" in words else nl(words)) in page
    assert f'href="{HERE}/r/' in page and nl("To your request") in page
    assert "Omdat het niet klikte" not in page and [word for word in PRIVATE if word in page] == []
    assert nl("You noted: %(hours)s hours.", hours="3") not in page


def test_thanks_and_hours_stand_on_the_volunteers_page(scene: Scene) -> None:
    match = scene.match("completed", thanks="Wat fijn\ndat u er was.", hours=2.5)
    page = scene.read(scene.yusuf, match)
    assert "Wat fijn\ndat u er was." in page
    assert nl("You noted: %(hours)s hours.", hours="2,5") in page


def test_what_happened_stands_there_with_its_days(scene: Scene) -> None:
    match = scene.match("completed")
    page = scene.read(scene.yusuf, match)
    assert nl("You and %(name)s both said yes.", name="Dina") in page
    assert "maandag 23 november" in page


def test_who_must_never_meet_reads_no_name_any_more(scene: Scene) -> None:
    match = scene.match("withdrawn", approved_at=NOW, agreed_at=NOW)
    with rows(scene.engine) as session:
        factories.create_block(session, scene.community, scene.dina, scene.yusuf, scene.marieke)
        appointment = factories.create_appointment(session, match, state="done")
        check_in = factories.create_check_in(session, appointment, scene.yusuf)
    theirs, mine = scene.read(scene.dina, match), scene.read(scene.yusuf, match)
    assert nl("A match has stopped") in mine and "Dina" not in mine
    assert nl("A match has stopped") in theirs and "Yusuf" not in theirs
    assert scene.get(scene.yusuf, match, "/calendar.ics").status_code == 404
    asked = scene.signed_in(scene.yusuf).get(f"{HERE}/check-ins/{check_in.id}")
    assert asked.status_code == 303 and asked.location.endswith(scene.path(match))


def test_somebody_who_was_forgotten_has_no_name_any_more(scene: Scene) -> None:
    match = scene.match("completed")
    with rows(scene.engine) as session:
        session.get_one(Person, scene.dina.id).first_name = ""
    assert nl("You helped somebody") in scene.read(scene.yusuf, match)


def test_a_question_how_it_went_still_stands_after_the_end(scene: Scene) -> None:
    match = scene.match("completed")
    with rows(scene.engine) as session:
        appointment = factories.create_appointment(session, match, state="done")
        check_in = factories.create_check_in(session, appointment, scene.yusuf)
    assert f'href="{HERE}/check-ins/{check_in.id}"' in scene.read(scene.yusuf, match)
    assert f"/check-ins/{check_in.id}" not in scene.read(scene.dina, match)


@pytest.mark.parametrize("language", ["nl", "en"])
@pytest.mark.parametrize("state", ["approved", "accepted_by_volunteer", "agreed", "active", "completed", "lapsed"])
def test_every_state_is_a_whole_page_in_both_languages(scene: Scene, state: str, language: str) -> None:
    match = scene.match(state, approved_at=NOW)
    if state == "lapsed":
        scene.came_to(match, state, before="accepted_by_volunteer", kind="system")
    for person in (scene.dina, scene.yusuf):
        with rows(scene.engine) as session:
            session.get_one(Person, person.id).language = language
        answer = scene.get(person, match)
        if state == "approved" and person is scene.dina:
            assert answer.status_code == 404
            continue
        page = answer.get_data(as_text=True)
        assert answer.status_code == 200
        assert page.count("<h1") == 1 and f'<html lang="{language}"' in page
        assert answer.headers["Cache-Control"] == "no-store"
