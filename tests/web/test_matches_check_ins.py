"""How did it go? Three answers, private to who gives them and the desk, and what happens then."""

import pytest
from sqlalchemy import Engine
from werkzeug.test import TestResponse

from models.tables import CheckIn, Match, Person
from tests import factories
from tests.factories import NOW
from tests.web import pairs
from tests.web.conftest import post
from tests.web.pairs import Browser, Scene
from tests.web.walking import HERE, nl, rows, text_of


@pytest.fixture
def scene(engine: Engine, signed_in: Browser) -> Scene:
    return pairs.scene(engine, signed_in)


@pytest.fixture
def match(scene: Scene) -> Match:
    return scene.match("active", request={"when": {"kind": "weekly", "from": "2026-11-01", "windows": []}})


def asked(scene: Scene, match: Match, who: Person) -> CheckIn:
    """Ask somebody about an appointment of yesterday."""
    with rows(scene.engine) as session:
        appointment = factories.create_appointment(
            session, match, starts_at=NOW.replace(day=23, hour=13, tzinfo=None),
            ends_at=NOW.replace(day=23, hour=15, tzinfo=None),
        )  # fmt: skip
        return factories.create_check_in(session, appointment, who)


def path(check_in: CheckIn) -> str:
    return f"{HERE}/check-ins/{check_in.id}"


def answer(scene: Scene, check_in: CheckIn, who: Person, said: str, note: str = "") -> TestResponse:
    """Press one of the three answers."""
    there = path(check_in)
    return post(
        scene.signed_in(who), there, {"answer": said, "note": note}, page=f"{there}?again=1", follow_redirects=True
    )


def test_three_large_answers_stand_on_the_page(scene: Scene, match: Match) -> None:
    page = text_of(scene.signed_in(scene.yusuf).get(path(asked(scene, match, scene.yusuf))))
    assert [f'value="{said}"' in page for said in ("good", "not_good", "call_me")] == [True] * 3
    assert "maandag 23 november" in page and nl("%(name)s does not see your answer.", name="Dina") in page


@pytest.mark.parametrize(
    ("said", "words", "signals"),
    [
        ("good", "Good to hear", []),
        ("not_good", "A coordinator looks at it soon, and calls you.", ["not_good"]),
        ("call_me", "A coordinator calls you on %(phone)s.", ["call_me"]),
    ],
)
def test_each_answer_says_what_happens_now(
    scene: Scene, match: Match, said: str, words: str, signals: list[str]
) -> None:
    check_in = asked(scene, match, scene.yusuf)
    page = text_of(answer(scene, check_in, scene.yusuf, said, "Het was koud."))
    assert (nl(words, phone="06 87654321") if "%" in words else nl(words)) in page
    assert nl("%(name)s does not see your answer.", name="Dina") in page
    kept = scene.again(check_in)
    assert (kept.answer, kept.note) == (said, "Het was koud.")
    assert [signal.kind for signal in scene.signals()] == signals
    theirs = scene.read(scene.dina, match)
    assert "Het was koud." not in theirs and nl("Not good") not in theirs


def test_who_has_no_phone_is_told_that_we_contact_them(scene: Scene, match: Match) -> None:
    check_in = asked(scene, match, scene.yusuf)
    with rows(scene.engine) as session:
        session.get_one(Person, scene.yusuf.id).phone = None
    page = text_of(answer(scene, check_in, scene.yusuf, "call_me"))
    assert nl("A coordinator contacts you.") in page and nl("Give your phone number") in page


def test_a_resident_with_an_account_answers_here_too(scene: Scene, match: Match) -> None:
    check_in = asked(scene, match, scene.dina)
    answer(scene, check_in, scene.dina, "good")
    assert scene.again(check_in).answer == "good"


@pytest.mark.parametrize("who", ["yusuf", "anna", "marieke"])
def test_what_one_is_asked_nobody_else_answers(scene: Scene, match: Match, who: str) -> None:
    with rows(scene.engine) as session:
        session.get_one(type(scene.request_of(match)), match.request_id).asker_id = scene.anna.id
    check_in = asked(scene, match, scene.dina)
    assert scene.signed_in(getattr(scene, who)).get(path(check_in)).status_code == 404
    if who == "anna":
        assert path(check_in) not in scene.read(scene.anna, match)


def test_a_worry_may_come_after_good_and_is_not_taken_back_here(scene: Scene, match: Match) -> None:
    check_in = asked(scene, match, scene.yusuf)
    first = text_of(answer(scene, check_in, scene.yusuf, "good"))
    assert nl("Was something not good after all? Tell us") in first
    answer(scene, check_in, scene.yusuf, "not_good")
    assert scene.again(check_in).answer == "not_good"
    page = text_of(answer(scene, check_in, scene.yusuf, "good"))
    assert nl("You have answered this already. Call us if something has changed.") in page
    assert scene.again(check_in).answer == "not_good"


def test_an_answered_question_shows_what_happens_with_it(scene: Scene, match: Match) -> None:
    check_in = asked(scene, match, scene.yusuf)
    answer(scene, check_in, scene.yusuf, "not_good")
    page = text_of(scene.signed_in(scene.yusuf).get(path(check_in)))
    assert nl("A coordinator looks at it soon, and calls you.") in page
    assert nl("Was something not good after all? Tell us") not in page


@pytest.mark.parametrize(
    ("said", "note"), [("good", "een\0twee"), ("good", "x" * 1501), ("not_good", "Mijn nummer is 111222333"), ("", ""),
                       ("fine", "")]
)  # fmt: skip
def test_what_cannot_be_used_is_explained_and_stays(scene: Scene, match: Match, said: str, note: str) -> None:
    check_in = asked(scene, match, scene.yusuf)
    refused = answer(scene, check_in, scene.yusuf, said, note)
    assert refused.status_code == 422 and nl("Something is not right yet") in text_of(refused)
    assert scene.again(check_in).answer is None and scene.signals() == []
    if "\0" not in note:
        assert note in text_of(refused)


def test_a_good_single_visit_completes_the_match_and_thanks_the_volunteer(scene: Scene) -> None:
    once = {"kind": "once", "start": "2026-11-23T13:00", "end": "2026-11-23T15:00"}
    match = scene.match("active", request={"when": once})
    check_in = asked(scene, match, scene.dina)
    answer(scene, check_in, scene.dina, "good")
    assert scene.again(match).state == "completed"
    assert scene.told(scene.yusuf) == ["match_completed"]


@pytest.mark.parametrize("nowhere", ["0", "99999", "9" * 30, "x"])
def test_a_question_that_was_never_asked_is_not_found(scene: Scene, nowhere: str) -> None:
    assert scene.signed_in(scene.yusuf).get(f"{HERE}/check-ins/{nowhere}").status_code == 404
