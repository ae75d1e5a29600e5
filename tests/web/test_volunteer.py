"""A volunteer's own page: what waits for them stands on top, and their offer is theirs to change, pause and end."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine
from sqlmodel import Session

from models.tables import Community, Match, Person, Volunteer
from tests import factories
from tests.factories import TODAY
from tests.web import walking
from tests.web.conftest import post
from tests.web.walking import HERE, rows, text_of

HOME = f"{HERE}/volunteer"
Browser = Callable[[Person], FlaskClient]
OFFER: dict[str, Any] = {
    "text": "Ik ga graag mee wandelen.",
    "kinds": ["walking-together"],
    "windows-0-part": ["morning"],
    "postcode": "7621",
    "max_km": "5",
    "languages": ["nl", "tr"],
    "capacity": "1",
}


@pytest.fixture(autouse=True)
def here(engine: Engine) -> Community:
    return walking.two_communities(engine)[0]


@pytest.fixture
def yusuf(engine: Engine) -> Person:
    """Who volunteers."""
    with rows(engine) as session:
        return factories.create_person(session, first_name="Yusuf", email="yusuf@post.example")


@pytest.fixture
def offer(engine: Engine, here: Community, yusuf: Person) -> Volunteer:
    """Their offer of help."""
    with rows(engine) as session:
        return factories.create_volunteer(session, here, yusuf)


def again(engine: Engine, row: Any) -> Any:
    with Session(engine) as session:
        return session.get(type(row), row.id)


def asked(session: Session, here: Community, name: str, **columns: Any) -> Any:
    return factories.create_request(session, here, factories.create_person(session, first_name=name), **columns)


# ---- my help now -----------------------------------------------------------------------------------------------------


def test_who_waits_for_an_answer_stands_on_top_with_a_button(
    signed_in: Browser, engine: Engine, here: Community, yusuf: Person, offer: Volunteer
) -> None:
    with rows(engine) as session:
        waiting = factories.create_match(session, asked(session, here, "Dien"), offer, state="approved")
        factories.create_match(session, asked(session, here, "Toos", state="matched"), offer, state="active")
    page = text_of(signed_in(yusuf).get(HOME))
    assert "Iemand vraagt u" in page and "Voor Dien" in page and f"{HERE}/matches/{waiting.id}" in page
    assert page.index("Voor Dien") < page.index("U helpt Toos")


@pytest.mark.parametrize(
    ("state", "words"),
    [
        ("accepted_by_volunteer", "U zei ja. Nu kiest Dien."),
        ("agreed", "Spreek samen een dag af"),
        ("active", "U helpt Dien"),
    ],
)
def test_each_match_says_what_happens_now(
    signed_in: Browser, engine: Engine, here: Community, yusuf: Person, offer: Volunteer, state: str, words: str
) -> None:
    with rows(engine) as session:
        factories.create_match(session, asked(session, here, "Dien"), offer, state=state)
    assert words in text_of(signed_in(yusuf).get(HOME))


def test_what_the_desk_only_thinks_of_is_not_shown_and_my_own_offers_are(
    signed_in: Browser, engine: Engine, here: Community, yusuf: Person, offer: Volunteer
) -> None:
    with rows(engine) as session:
        secret = asked(session, here, "Dien", kinds=["garden"])
        factories.create_match(session, secret, offer, state="proposed", origin="coordinator")
        own = asked(session, here, "Toos", kinds=["pets"])
        factories.create_match(session, own, offer, state="proposed", origin="volunteer")
    page = text_of(signed_in(yusuf).get(HOME))
    assert "U zei: ik kan helpen" in page and f"{HERE}/browse/{own.id}" in page
    assert "Tuinklusjes" not in page and "Dien" not in page
    assert "Toos" not in page  # not even a first name before the desk has looked


def test_appointments_still_to_come_stand_in_order_and_past_ones_do_not(
    signed_in: Browser, engine: Engine, here: Community, yusuf: Person, offer: Volunteer
) -> None:
    with rows(engine) as session:
        match = factories.create_match(session, asked(session, here, "Dien", state="matched"), offer, state="active")
        place = factories.create_meeting_place(session, here, name="De Kolk")
        for day, more in ((3, {"meeting_place_id": place.id}), (1, {}), (-2, {})):
            start = datetime(2026, 11, 24, 14, 0) + timedelta(days=day)
            factories.create_appointment(session, match, starts_at=start, ends_at=start + timedelta(hours=1), **more)
        cancelled = datetime(2026, 12, 24, 14, 0)
        factories.create_appointment(
            session, match, state="cancelled", starts_at=cancelled, ends_at=cancelled + timedelta(hours=1)
        )
    page = text_of(signed_in(yusuf).get(HOME))
    assert page.index("woensdag 25 november, 14:00 tot 15:00") < page.index("vrijdag 27 november, 14:00 tot 15:00")
    assert "De Kolk" in page and "22 november" not in page and "24 december" not in page


def test_thanks_and_how_often_somebody_helped_stand_there(
    signed_in: Browser, engine: Engine, here: Community, yusuf: Person, offer: Volunteer
) -> None:
    with rows(engine) as session:
        for n in range(2):
            factories.create_match(
                session, asked(session, here, f"Dien{n}", state="fulfilled"), offer, state="completed",
                thanks="Wat was het gezellig <3" if n else "",
            )  # fmt: skip
    page = text_of(signed_in(yusuf).get(HOME))
    assert "U heeft 2 keer iemand geholpen" in page and "Wat was het gezellig &lt;3" in page


def test_somebody_new_is_told_what_comes_first(
    signed_in: Browser, engine: Engine, here: Community, yusuf: Person
) -> None:
    with rows(engine) as session:
        factories.create_volunteer(session, here, yusuf, state="applied")
    page = text_of(signed_in(yusuf).get(HOME))
    assert "We maken eerst graag kennis" in page and "Ik wil pauze" not in page


def test_who_does_not_volunteer_here_is_shown_the_way(signed_in: Browser, engine: Engine) -> None:
    with rows(engine) as session:
        stranger = factories.create_person(session)
    browser = signed_in(stranger)
    for path in ("", "/offer", "/away", "/pause", "/stop"):
        answer = browser.get(HOME + path)
        assert (answer.status_code, answer.headers["Location"]) == (302, f"{HERE}/offer")


def test_each_page_has_one_h1_and_no_broken_link(signed_in: Browser, yusuf: Person, offer: Volunteer) -> None:
    browser = signed_in(yusuf)
    for path in ("", "/offer", "/away", "/pause", "/stop"):
        page = text_of(browser.get(HOME + path))
        assert page.count("<h1") == 1 and 'href="#volunteer.' not in page and 'action="#' not in page


def test_how_it_stands_with_the_vog_is_shown(
    signed_in: Browser, engine: Engine, here: Community, yusuf: Person, offer: Volunteer
) -> None:
    browser = signed_in(yusuf)
    assert "VOG" not in text_of(browser.get(HOME))
    with rows(engine) as session:
        session.get_one(Community, here.id).vog_kinds = ["transport"]
    assert "vragen we een VOG" in text_of(browser.get(HOME))
    with rows(engine) as session:
        coordinator = factories.create_coordinator(session, here)
        factories.create_certificate(session, offer, coordinator, valid_until=TODAY + timedelta(days=100))
    assert "Die geldt tot en met donderdag 4 maart 2027" in text_of(browser.get(HOME))


# ---- does it still stand? --------------------------------------------------------------------------------------------


def test_after_three_months_it_is_asked_and_one_click_answers(
    signed_in: Browser, engine: Engine, yusuf: Person, offer: Volunteer
) -> None:
    browser = signed_in(yusuf)
    assert "Klopt dit nog?" not in text_of(browser.get(HOME))
    with rows(engine) as session:
        session.get_one(Volunteer, offer.id).confirmed_on = TODAY - timedelta(days=91)
    assert "Klopt dit nog?" in text_of(browser.get(HOME))
    assert post(browser, f"{HOME}/confirm", page=HOME).status_code == 303
    assert again(engine, offer).confirmed_on == TODAY
    assert "Klopt dit nog?" not in text_of(browser.get(HOME))


# ---- changing the offer ----------------------------------------------------------------------------------------------


def test_the_page_shows_the_offer_as_it_stands(
    signed_in: Browser, engine: Engine, yusuf: Person, offer: Volunteer
) -> None:
    with rows(engine) as session:
        row = session.get_one(Volunteer, offer.id)
        row.windows = [{"day": "tue", "from": "09:00", "to": "12:00"}, {"day": "sat", "from": "10:30", "to": "24:00"}]
        row.max_km, row.capacity, row.languages = 7, 4, ["nl", "cy"]
    page = text_of(signed_in(yusuf).get(f"{HOME}/offer"))
    for words in ('id="windows-1-morning" name="windows-1-part" value="morning" data-part="morning" checked',
                  '<option value="10:30" selected>', '<option value="24:00" selected>', "Tot 7 km", "4 mensen",
                  'value="cy" checked', 'value="transport" checked', "naar het ziekenhuis"):  # fmt: skip
        assert words in page, words


def test_everything_of_the_offer_can_be_changed(
    signed_in: Browser, engine: Engine, yusuf: Person, offer: Volunteer
) -> None:
    with rows(engine) as session:
        session.get_one(Volunteer, offer.id).away = [{"from": "2026-12-01", "until": "2026-12-05"}]
    answer = post(signed_in(yusuf), f"{HOME}/offer", OFFER)
    assert (answer.status_code, answer.headers["Location"]) == (303, HOME)
    row = again(engine, offer)
    assert (row.text, row.kinds, row.postcode, row.max_km) == (OFFER["text"], ["walking-together"], "7621", 5)
    assert row.windows == [{"day": "mon", "from": "09:00", "to": "12:00"}]
    assert (row.languages, row.capacity, row.wants_digest) == (["nl", "tr"], 1, False)
    assert row.away == [{"from": "2026-12-01", "until": "2026-12-05"}]  # has a page of its own
    assert row.edition == ""  # the words are read again


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"text": "x" * 10_001}, "text"),
        ({"text": "bsn 111222333"}, "text"),
        ({"text": "", "kinds": []}, "kinds"),
        ({"kinds": ["nonsense"]}, "kinds"),
        ({"windows-0-part": []}, "windows"),
        ({"windows-2-from": ["10:00"], "windows-2-until": [""]}, "windows"),
        ({"postcode": "ab1234"}, "postcode"),
        ({"max_km": "101"}, "max_km"),
        ({"languages": []}, "languages"),
        ({"capacity": "0"}, "capacity"),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_nothing_is_half_changed(
    signed_in: Browser, engine: Engine, yusuf: Person, offer: Volunteer, typed: dict[str, Any], field: str
) -> None:
    answer = post(signed_in(yusuf), f"{HOME}/offer", {**OFFER, **typed})
    page = text_of(answer)
    assert answer.status_code == 422 and f'id="{field}-error"' in page and f'href="#{field}' in page
    assert "<title>Fout:" in page
    if field not in ("text", "kinds"):
        assert "Ik ga graag mee wandelen." in page
    before = again(engine, offer)
    assert (before.text, before.kinds, before.postcode) == (offer.text, offer.kinds, offer.postcode)


def test_all_that_is_wrong_is_said_at_once(signed_in: Browser, yusuf: Person, offer: Volunteer) -> None:
    page = text_of(post(signed_in(yusuf), f"{HOME}/offer", {"postcode": "x"}))
    for field in ("kinds", "windows", "postcode", "max_km", "languages", "capacity"):
        assert f'id="{field}-error"' in page


def test_nobody_changes_their_state_or_person_with_the_form(
    signed_in: Browser, engine: Engine, here: Community, yusuf: Person
) -> None:
    with rows(engine) as session:
        new = factories.create_volunteer(session, here, yusuf, state="applied")
    post(signed_in(yusuf), f"{HOME}/offer", {**OFFER, "state": "active", "person_id": "1", "community_id": "2"})
    row = again(engine, new)
    assert (row.state, row.person_id, row.community_id, row.max_km) == ("applied", yusuf.id, here.id, 5)


def test_the_weekly_mail_goes_on_and_off_with_one_click(
    signed_in: Browser, engine: Engine, yusuf: Person, offer: Volunteer
) -> None:
    browser = signed_in(yusuf)
    mails = f"{HERE}/account/mails/weekly"
    answer = post(browser, mails, {"wants": "0", "next": HOME}, page=HOME)
    assert answer.headers["Location"] == HOME
    assert again(engine, offer).wants_digest is False
    post(browser, mails, {"wants": "1"}, page=HOME)
    row = again(engine, offer)
    assert row.wants_digest is True and (row.text, row.kinds) == (offer.text, offer.kinds)


# ---- being away ------------------------------------------------------------------------------------------------------


def test_days_away_are_added_and_removed(signed_in: Browser, engine: Engine, yusuf: Person, offer: Volunteer) -> None:
    browser, page = signed_in(yusuf), f"{HOME}/away"
    post(browser, page, {"first": "2026-12-20", "last": "2027-01-03"})
    post(browser, page, {"first": "5-12-2026", "last": ""})
    assert again(engine, offer).away == [
        {"from": "2026-12-05", "until": "2026-12-05"},
        {"from": "2026-12-20", "until": "2027-01-03"},
    ]
    assert "zondag 20 december tot en met zondag 3 januari 2027" in text_of(browser.get(page))
    post(browser, f"{page}/remove", {"from": "2026-12-05", "until": "2026-12-05"}, page=page)
    post(browser, f"{page}/remove", {"from": "nooit", "until": "nergens"}, page=page)
    assert again(engine, offer).away == [{"from": "2026-12-20", "until": "2027-01-03"}]


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"first": "", "last": ""}, "last"),
        ({"first": "2026-12-05", "last": "2026-12-04"}, "first"),
        ({"first": "2026-02-31", "last": "2026-12-04"}, "first"),
        ({"first": "2026-11-01", "last": "2026-11-02"}, "last"),
        ({"first": "2026-12-05", "last": "9999-12-31"}, "last"),
        ({"first": "<script>", "last": "2026-12-04"}, "first"),
    ],
)
def test_days_that_cannot_be_are_said_at_their_field(
    signed_in: Browser, engine: Engine, yusuf: Person, offer: Volunteer, typed: dict[str, str], field: str
) -> None:
    answer = post(signed_in(yusuf), f"{HOME}/away", typed)
    assert answer.status_code == 422 and f'id="{field}-error"' in text_of(answer)
    assert again(engine, offer).away == []


# ---- a pause, and stopping -------------------------------------------------------------------------------------------


def test_a_pause_takes_back_what_was_not_agreed_and_ends_with_one_click(
    signed_in: Browser, engine: Engine, here: Community, yusuf: Person, offer: Volunteer
) -> None:
    with rows(engine) as session:
        waiting = factories.create_match(session, asked(session, here, "Dien"), offer, state="approved")
        agreed = factories.create_match(session, asked(session, here, "Toos", state="matched"), offer, state="agreed")
    browser = signed_in(yusuf)
    assert post(browser, f"{HOME}/pause", {"until": "2026-12-24"}).status_code == 303
    assert (again(engine, offer).state, str(again(engine, offer).paused_until)) == ("paused", "2026-12-24")
    assert (again(engine, waiting).state, again(engine, agreed).state) == ("withdrawn", "agreed")
    assert "Tot donderdag 24 december vragen we u niets" in text_of(browser.get(HOME))
    post(browser, f"{HOME}/resume", page=HOME)
    assert again(engine, offer).state == "active"


@pytest.mark.parametrize("typed", ["2026-11-24", "2026-11-01", "2026-02-31", "morgen", "9999-12-31", "\x00"])
def test_a_pause_until_a_day_that_cannot_be_is_refused_at_the_field(
    signed_in: Browser, engine: Engine, yusuf: Person, offer: Volunteer, typed: str
) -> None:
    answer = post(signed_in(yusuf), f"{HOME}/pause", {"until": typed})
    assert answer.status_code == 422 and 'id="until-error"' in text_of(answer)
    assert again(engine, offer).state == "active"


def test_second_clicks_give_the_same_page_without_a_word_of_blame(
    signed_in: Browser, engine: Engine, yusuf: Person, offer: Volunteer
) -> None:
    browser = signed_in(yusuf)
    for path, data in (("pause", {"until": ""}), ("resume", {}), ("stop", {})):
        token_page = HOME if path == "resume" else f"{HOME}/{path}"
        for click in range(2):
            if click:
                token_page = f"{HERE}/account"
            answer = post(browser, f"{HOME}/{path}", data, page=token_page)
            assert (answer.status_code, answer.headers["Location"]) == (303, HOME)
            assert "notice--watch" not in text_of(browser.get(HOME))
    assert again(engine, offer).state == "left"


def test_looking_at_the_page_stops_nothing_and_stopping_takes_back_every_match(
    signed_in: Browser, engine: Engine, here: Community, yusuf: Person, offer: Volunteer
) -> None:
    with rows(engine) as session:
        match = factories.create_match(session, asked(session, here, "Dien", state="matched"), offer, state="active")
    browser = signed_in(yusuf)
    assert "Wilt u stoppen" in text_of(browser.get(f"{HOME}/stop"))
    assert again(engine, offer).state == "active"
    post(browser, f"{HOME}/stop")
    assert again(engine, offer).state == "left"
    with Session(engine) as session:
        assert session.get_one(Match, match.id).state == "withdrawn"
    page = text_of(browser.get(HOME))
    assert "U bent hier gestopt" in page and "Wat ik aanbied" not in page


@pytest.mark.parametrize("state", ["left", "stopped"])
@pytest.mark.parametrize("path", ["offer", "away", "pause", "stop"])
def test_who_has_stopped_finds_the_way_to_a_call(
    signed_in: Browser, engine: Engine, here: Community, yusuf: Person, state: str, path: str
) -> None:
    with rows(engine) as session:
        factories.create_volunteer(session, here, yusuf, state=state)
    browser = signed_in(yusuf)
    assert browser.get(f"{HOME}/{path}").headers["Location"] == HOME
    assert "074 245 0000" in text_of(browser.get(HOME))
    token_page = f"{HERE}/account"
    assert post(browser, f"{HOME}/{path}", OFFER, page=token_page).headers["Location"] == HOME
