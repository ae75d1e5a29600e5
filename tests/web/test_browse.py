"""The open requests: everybody may read them, nobody finds out whose they are, and a volunteer sees what fits."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, event
from sqlmodel import Session, select

from models.tables import Area, Community, Dismissal, HelpRequest, Match, Person, Postcode, Volunteer
from tests import factories
from tests.factories import NOW, TODAY
from tests.web import walking
from tests.web.conftest import post
from tests.web.walking import HERE, rows, text_of

LIST, FOR_ME = f"{HERE}/browse", f"{HERE}/browse/for-me"
Browser = Callable[[Person], FlaskClient]
SECRETS = ("Wilhelmina", "Kaasjager", "+31611111111", "wil@post.example", "Geheimstraat 7", "7551XY", "niet alleen")


@pytest.fixture(autouse=True)
def _tuesday_morning() -> Any:
    with time_machine.travel(NOW, tick=True):
        yield


@pytest.fixture(autouse=True)
def here(engine: Engine) -> Community:
    found = walking.two_communities(engine)[0]
    with rows(engine) as session:
        session.get_one(Area, "7551").neighbourhood = "De Nijverheid"
    return found


@pytest.fixture
def wil(engine: Engine) -> Person:
    """Who asks, with everything that must never be shown."""
    with rows(engine) as session:
        return factories.create_person(
            session, first_name="Wilhelmina", last_name="Kaasjager", phone="+31611111111", email="wil@post.example",
            address="Geheimstraat 7",
        )  # fmt: skip


@pytest.fixture
def asked(engine: Engine, here: Community, wil: Person) -> HelpRequest:
    """Her open request."""
    with rows(engine) as session:
        return factories.create_request(session, here, wil, postcode="7551XY")


@pytest.fixture
def yusuf(engine: Engine) -> Person:
    """Who volunteers."""
    with rows(engine) as session:
        return factories.create_person(session, first_name="Yusuf")


@pytest.fixture
def offer(engine: Engine, here: Community, yusuf: Person) -> Volunteer:
    """Their offer: to hospital and by car, from the same neighbourhood."""
    with rows(engine) as session:
        return factories.create_volunteer(session, here, yusuf)


def more(engine: Engine, here: Community, **columns: Any) -> HelpRequest:
    with rows(engine) as session:
        return factories.create_request(session, here, **columns)


def matches(engine: Engine) -> list[Match]:
    with Session(engine) as session:
        return list(session.exec(select(Match).order_by(Match.id)))  # type: ignore[arg-type]


def shown(page: str) -> list[int]:
    """Give the requests on a page, in order."""
    return list(dict.fromkeys(int(n) for n in re.findall(rf'href="{LIST}/(\d+)"', page)))


# ---- for everybody ---------------------------------------------------------------------------------------------------


def test_everybody_reads_what_is_asked_where_and_when_and_never_by_whom(
    client: FlaskClient, engine: Engine, here: Community, asked: HelpRequest
) -> None:
    for path in (LIST, f"{LIST}/{asked.id}"):
        page = text_of(client.get(path))
        assert "Iemand wil graag gezelschap op weg naar het ziekenhuis." in page
        assert "De Nijverheid" in page and "Mee naar ziekenhuis of arts" in page
        assert [secret for secret in (*SECRETS, str(asked.reference)) if secret in page] == []


@pytest.mark.parametrize(
    "state", ["draft", "submitted", "asked_back", "on_hold", "matched", "fulfilled", "referred", "withdrawn", "expired"]
)
def test_only_open_requests_are_shown_and_the_rest_is_as_if_it_never_was(
    client: FlaskClient, engine: Engine, here: Community, state: str
) -> None:
    hidden = more(engine, here, state=state)
    assert shown(text_of(client.get(LIST))) == []
    gone, never = client.get(f"{LIST}/{hidden.id}"), client.get(f"{LIST}/99999")
    assert gone.status_code == never.status_code == 404
    unmarked = [
        re.sub(r'value="[^"]+"', "", text_of(answer)).replace(f"/{hidden.id}", "/99999") for answer in (gone, never)
    ]
    assert unmarked[0] == unmarked[1]


@pytest.mark.parametrize("number", ["0", "99999999999999999999", "-1", "1e3", "１", "%00"])
def test_odd_numbers_are_not_found(client: FlaskClient, number: str) -> None:
    assert client.get(f"{LIST}/{number}").status_code == 404


def test_a_request_of_another_community_is_not_found(client: FlaskClient, engine: Engine) -> None:
    with rows(engine) as session:
        there = session.exec(select(Community).where(Community.slug == "heerenveen")).one()
        other = factories.create_request(session, there, postcode="8441")
    assert client.get(f"{LIST}/{other.id}").status_code == 404
    assert client.get(f"/heerenveen/browse/{other.id}").status_code == 200
    assert shown(text_of(client.get(LIST))) == []


def test_without_a_summary_it_says_which_help_and_never_the_own_words(
    client: FlaskClient, engine: Engine, here: Community
) -> None:
    found = more(engine, here, summary="", kinds=["garden", "pets"], text="Mijn man Kees is ziek.")
    for path in (LIST, f"{LIST}/{found.id}"):
        page = text_of(client.get(path))
        assert "Iemand vraagt hierom: Tuinklusjes, Huisdieren verzorgen." in page and "Kees" not in page


def test_a_request_whose_day_is_past_is_not_shown(client: FlaskClient, engine: Engine, here: Community) -> None:
    past = {"kind": "once", "start": "2026-11-23T10:00", "end": "2026-11-23T11:00"}
    found = more(engine, here, when=past)
    today = more(engine, here, when={**past, "start": "2026-11-24T10:00", "end": "2026-11-24T11:00"})
    assert shown(text_of(client.get(LIST))) == [today.id]
    assert client.get(f"{LIST}/{found.id}").status_code == 404


def test_words_of_a_coordinator_are_shown_inert_and_in_their_own_language(
    client: FlaskClient, engine: Engine, here: Community
) -> None:
    found = more(engine, here, summary="<script>alert(1)</script> {{7*7}}")
    post(client, "/language/en", page=LIST)
    for path in (LIST, f"{LIST}/{found.id}"):
        page = text_of(client.get(path))
        assert "&lt;script&gt;alert(1)" in page and "<script>alert" not in page and " 49" not in page
        assert re.search(r'request__summary[^"]*" lang="nl"', page)


def test_an_empty_list_says_what_to_do(client: FlaskClient) -> None:
    assert "Er zijn nu geen open hulpvragen" in text_of(client.get(LIST))
    assert "Laat alles zien" in text_of(client.get(f"{LIST}?kind=garden"))


# ---- choosing --------------------------------------------------------------------------------------------------------


def test_by_kind(client: FlaskClient, engine: Engine, here: Community, asked: HelpRequest) -> None:
    garden = more(engine, here, kinds=["pets", "garden"])
    assert shown(text_of(client.get(f"{LIST}?kind=garden"))) == [garden.id]
    assert shown(text_of(client.get(f"{LIST}?kind=hospital-escort"))) == [asked.id]
    assert len(shown(text_of(client.get(f"{LIST}?kind=nonsense")))) == 2


def test_by_day_of_the_week(client: FlaskClient, engine: Engine, here: Community) -> None:
    once = more(engine, here, when={"kind": "once", "start": "2026-12-08T13:30", "end": "2026-12-08T15:30"})
    windows = [{"day": "thu", "from": "09:00", "to": "10:00"}, {"day": "sat", "from": "09:00", "to": "10:00"}]
    weekly = more(engine, here, when={"kind": "weekly", "windows": windows, "from": "2026-11-24"})
    any_day = more(engine, here)
    for day, wanted in ((1, {once.id}), (3, {weekly.id}), (5, {weekly.id}), (6, set())):
        assert set(shown(text_of(client.get(f"{LIST}?day={day}")))) == wanted | {any_day.id}


def test_by_distance_the_nearest_first(client: FlaskClient, engine: Engine, here: Community) -> None:
    hengelo, borne, oldenzaal = (more(engine, here, postcode=code) for code in ("7551", "7621", "7571"))
    page = text_of(client.get(f"{LIST}?postcode=7571"))
    assert shown(page) == [oldenzaal.id, hengelo.id, borne.id] and "dichtbij eerst" in page
    assert shown(text_of(client.get(f"{LIST}?postcode=7551&km=5"))) == [hengelo.id, borne.id]
    assert shown(text_of(client.get(f"{LIST}?postcode=7551&km=2"))) == [hengelo.id]


def test_nobody_finds_out_where_in_a_neighbourhood_somebody_lives(
    client: FlaskClient, engine: Engine, here: Community
) -> None:
    """Two areas carry one name; whoever asks from anywhere gets both requests, or neither, at one distance."""
    with rows(engine) as session:
        for code, lat, lon in (("7552", 52.2700, 6.7600), ("7556", 52.2500, 6.8200)):
            session.add(Postcode(code=code, place="Hengelo", lat=lat, lon=lon))
            session.add(Area(postcode=code, community_id=here.id, neighbourhood="Zuid"))
        session.add(Postcode(code="7552AB", place="Hengelo", lat=52.2750, lon=6.7500))
    fine, coarse = more(engine, here, postcode="7552AB"), more(engine, here, postcode="7556")
    for code in ("7551", "7621", "7571", "7552", "7556"):
        for km in (2, 5, 10, 20):
            found = set(shown(text_of(client.get(f"{LIST}?postcode={code}&km={km}"))))
            assert found in (set(), {fine.id, coarse.id}), (code, km)


def test_letters_of_a_postcode_do_not_stay_in_the_address(client: FlaskClient, asked: HelpRequest) -> None:
    answer = client.get(f"{LIST}?postcode=7551+xy&kind=hospital-escort&km=5")
    assert answer.headers["Location"] == f"{LIST}?kind=hospital-escort&postcode=7551&km=5"
    assert shown(text_of(client.get(answer.headers["Location"]))) == [asked.id]


@pytest.mark.parametrize("query", ["postcode=0123AB", "postcode=1000", "postcode=%E0%A5%A7", "km=5", "postcode=x&km=2"])
def test_what_cannot_be_a_postcode_is_said_at_the_field(client: FlaskClient, query: str) -> None:
    answer = client.get(f"{LIST}?{query}")
    assert answer.status_code == 200 and 'id="postcode-error"' in text_of(answer)


@pytest.mark.parametrize("query", [
    "page=0", "page=-1", "page=abc", "page=1e9", "page=99999999999999", "page=1&page=2", "day=7", "day=x", "km=-1",
    "km=NaN", "kind=%00", "kind=" + "x" * 5000, "kind[]=garden", "unknown=1", "day=1&day=2&kind=a&kind=b",
])  # fmt: skip
def test_odd_addresses_give_the_list(client: FlaskClient, asked: HelpRequest, query: str) -> None:
    assert client.get(f"{LIST}?{query}").status_code == 200


def test_many_requests_stand_on_pages_that_keep_what_was_chosen(
    client: FlaskClient, engine: Engine, here: Community
) -> None:
    with rows(engine) as session:
        made = [factories.create_request(session, here, opened_at=NOW - timedelta(hours=n)).id for n in range(45)]
    pages = [text_of(client.get(f"{LIST}?kind=hospital-escort&page={n}")) for n in (1, 2, 3, 4)]
    assert [shown(page) for page in pages] == [made[:20], made[20:40], made[40:], made[40:]]
    assert "45 hulpvragen" in pages[0] and "kind=hospital-escort" in pages[0].split("pagination__pages")[1]


# ---- for me ----------------------------------------------------------------------------------------------------------


def test_what_fits_best_stands_on_top_with_two_or_three_reasons(
    signed_in: Browser, engine: Engine, here: Community, yusuf: Person, offer: Volunteer, asked: HelpRequest
) -> None:
    garden = more(
        engine, here, kinds=["garden"], postcode="7621", text="De heg is te hoog.", summary="De heg is te hoog."
    )
    page = text_of(signed_in(yusuf).get(FOR_ME))
    assert shown(page)[:2] == [asked.id, garden.id]
    first = page.split("<article")[1]
    assert 2 <= first.count("reasons__item ") <= 3
    assert "In uw buurt." in first and "U helpt graag met" in first
    assert [secret for secret in SECRETS if secret in page] == []


def test_for_me_leaves_out_what_i_set_aside_what_i_offered_for_my_own_and_who_i_must_never_meet(
    signed_in: Browser,
    engine: Engine,
    here: Community,
    yusuf: Person,
    offer: Volunteer,
    asked: HelpRequest,
    wil: Person,
) -> None:
    with rows(engine) as session:
        aside = factories.create_request(session, here)
        session.add(Dismissal(volunteer_id=offer.id, request_id=aside.id, reason="far", created_at=NOW))
        offered = factories.create_request(session, here)
        factories.create_match(session, offered, offer, origin="volunteer")
        factories.create_request(session, here, yusuf)
        desk = factories.create_coordinator(session, here)
        factories.create_block(session, here, yusuf, wil, desk)
        fits = factories.create_request(session, here)
    assert shown(text_of(signed_in(yusuf).get(FOR_ME))) == [fits.id]


def test_who_must_never_meet_somebody_finds_their_request_nowhere(
    signed_in: Browser, client: FlaskClient, engine: Engine, here: Community, yusuf: Person, offer: Volunteer,
    asked: HelpRequest, wil: Person,
) -> None:  # fmt: skip
    with rows(engine) as session:
        factories.create_block(session, here, wil, yusuf, factories.create_coordinator(session, here))
    browser = signed_in(yusuf)
    assert shown(text_of(browser.get(LIST))) == [] and shown(text_of(client.get(LIST))) == [asked.id]
    blocked, never = browser.get(f"{LIST}/{asked.id}"), browser.get(f"{LIST}/99999")
    assert (blocked.status_code, never.status_code) == (404, 404)
    assert "blok" not in text_of(blocked).lower()
    for path in ("help", "not-for-me"):
        assert post(browser, f"{LIST}/{asked.id}/{path}", page=LIST).status_code == 404
    assert browser.get(f"{LIST}/{asked.id}/not-for-me").status_code == 404
    assert matches(engine) == []


def test_for_me_can_be_narrowed_by_kind_distance_and_day(
    signed_in: Browser, engine: Engine, here: Community, yusuf: Person, offer: Volunteer, asked: HelpRequest
) -> None:
    with rows(engine) as session:
        session.get_one(Volunteer, offer.id).max_km = 50
    far = more(engine, here, kinds=["transport"], postcode="7571")
    tuesday = {"kind": "once", "start": "2026-12-08T13:30", "end": "2026-12-08T15:30"}
    on_tuesday = more(engine, here, kinds=["garden"], when=tuesday)
    browser = signed_in(yusuf)
    assert set(shown(text_of(browser.get(f"{FOR_ME}?kind=transport")))) == {far.id}
    assert set(shown(text_of(browser.get(f"{FOR_ME}?km=5")))) == {asked.id, on_tuesday.id}
    assert set(shown(text_of(browser.get(f"{FOR_ME}?day=2")))) == {asked.id, far.id}
    assert set(shown(text_of(browser.get(f"{FOR_ME}?day=1&kind=garden")))) == {on_tuesday.id}
    assert "Met deze keuze past er niets bij u" in text_of(browser.get(f"{FOR_ME}?kind=pets"))


def test_who_applied_looks_already_and_cannot_say_yes_yet(
    signed_in: Browser, engine: Engine, here: Community, yusuf: Person, asked: HelpRequest
) -> None:
    with rows(engine) as session:
        new = factories.create_volunteer(session, here, yusuf, state="applied")
    browser = signed_in(yusuf)
    page = text_of(browser.get(FOR_ME))
    assert shown(page) == [asked.id] and "We maken eerst graag kennis" in page and "Ik kan helpen" not in page
    assert "U kunt nog net geen ja zeggen" in text_of(browser.get(f"{LIST}/{asked.id}"))
    post(browser, f"{LIST}/{asked.id}/help", page=LIST)
    assert matches(engine) == []
    with Session(engine) as session:
        assert session.get_one(Volunteer, new.id).state == "applied"


@pytest.mark.parametrize("state", ["paused", "left", "stopped"])
def test_who_has_a_pause_or_stopped_is_told_so(
    signed_in: Browser, engine: Engine, here: Community, yusuf: Person, asked: HelpRequest, state: str
) -> None:
    with rows(engine) as session:
        factories.create_volunteer(session, here, yusuf, state=state)
    browser = signed_in(yusuf)
    assert browser.get(FOR_ME).headers["Location"] == f"{HERE}/volunteer"
    words = "Stop dan eerst uw pauze" if state == "paused" else "U bent hier geen vrijwilliger meer"
    assert words in text_of(browser.get(f"{LIST}/{asked.id}"))
    post(browser, f"{LIST}/{asked.id}/help", page=LIST)
    assert matches(engine) == []


@contextmanager
def counted(site: Flask) -> Iterator[list[str]]:
    """Collect every SQL statement of a site, transactions begun included."""
    said: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        said.append(statement)

    engine = walking.opened(site).engine
    event.listen(engine, "before_cursor_execute", note)
    yield said
    event.remove(engine, "before_cursor_execute", note)


@pytest.mark.parametrize("query", ["", "?page=3", "?kind=garden&day=1&km=10"])
def test_for_me_takes_at_most_fifteen_statements_however_much_there_is(
    site: Flask, signed_in: Browser, engine: Engine, here: Community, yusuf: Person, offer: Volunteer, query: str
) -> None:
    with rows(engine) as session:
        for n in range(120):
            factories.create_request(session, here, kinds=["garden" if n % 2 else "transport"])
        factories.create_match(session, factories.create_request(session, here), offer, state="declined")
    browser = signed_in(yusuf)
    browser.get(FOR_ME)  # the ranking's index is filled once
    with counted(site) as said:
        page = text_of(browser.get(FOR_ME + query))
    assert len(shown(page)) == 10
    assert len(said) <= 15, said


# ---- one request -----------------------------------------------------------------------------------------------------


def test_a_visitor_is_told_how_to_help(client: FlaskClient, asked: HelpRequest) -> None:
    page = text_of(client.get(f"{LIST}/{asked.id}"))
    assert f'href="{HERE}/offer"' in page and f"/sign-in?next={LIST}/{asked.id}" in page
    assert post(client, f"{LIST}/{asked.id}/help", page=LIST).headers["Location"].startswith(f"{HERE}/sign-in")


def test_a_volunteer_reads_how_it_fits_and_says_yes_with_a_note(
    signed_in: Browser, engine: Engine, yusuf: Person, offer: Volunteer, asked: HelpRequest
) -> None:
    browser = signed_in(yusuf)
    assert "Waarom dit bij u kan passen" in text_of(browser.get(f"{LIST}/{asked.id}"))
    answer = post(
        browser, f"{LIST}/{asked.id}/help", {"note": "Dinsdag kan ik <b>altijd</b>."}, page=f"{LIST}/{asked.id}"
    )
    assert (answer.status_code, answer.headers["Location"]) == (303, f"{LIST}/{asked.id}")
    (match,) = matches(engine)
    assert (match.state, match.origin, match.volunteer_id) == ("proposed", "volunteer", offer.id)
    assert match.note == "Dinsdag kan ik <b>altijd</b>."
    assert match.score is not None and {"offers_kind", "same_area"} <= {code["code"] for code in match.codes}
    page = text_of(browser.get(f"{LIST}/{asked.id}"))
    assert "Een coördinator kijkt of het past" in page and "&lt;b&gt;altijd" in page
    assert shown(text_of(browser.get(FOR_ME))) == []


def test_a_second_click_gives_the_same_page(
    signed_in: Browser, engine: Engine, yusuf: Person, offer: Volunteer, asked: HelpRequest
) -> None:
    browser = signed_in(yusuf)
    answers = [post(browser, f"{LIST}/{asked.id}/help", page=LIST) for _click in range(2)]
    assert [answer.headers["Location"] for answer in answers] == [f"{LIST}/{asked.id}"] * 2
    assert len(matches(engine)) == 1
    assert "notice--watch" not in text_of(browser.get(f"{LIST}/{asked.id}"))


@pytest.mark.parametrize("note", ["x" * 2001, "bsn 111222333", "een\x00twee", "x" * 1_000_000])
def test_a_note_that_cannot_be_kept_is_said_at_its_field(
    signed_in: Browser, engine: Engine, yusuf: Person, offer: Volunteer, asked: HelpRequest, note: str
) -> None:
    answer = post(signed_in(yusuf), f"{LIST}/{asked.id}/help", {"note": note}, page=LIST)
    assert answer.status_code == 422 and 'id="note-error"' in text_of(answer) and note[:500] in text_of(answer)
    assert matches(engine) == []


def test_a_yes_can_be_taken_back_and_given_again(
    signed_in: Browser, engine: Engine, yusuf: Person, offer: Volunteer, asked: HelpRequest
) -> None:
    browser, here = signed_in(yusuf), f"{LIST}/{asked.id}"
    post(browser, f"{here}/help", page=here)
    for _twice in range(2):
        assert post(browser, f"{here}/take-back", page=LIST).headers["Location"] == here
    assert [match.state for match in matches(engine)] == ["withdrawn"]
    post(browser, f"{here}/help", page=here)
    assert [match.state for match in matches(engine)] == ["withdrawn", "proposed"]


def test_only_ones_own_untouched_yes_is_taken_back(
    signed_in: Browser, engine: Engine, yusuf: Person, offer: Volunteer, asked: HelpRequest
) -> None:
    with rows(engine) as session:
        mine = factories.create_match(session, asked, offer, origin="coordinator")
        factories.create_match(session, asked, origin="volunteer")
    browser = signed_in(yusuf)
    post(browser, f"{LIST}/{asked.id}/take-back", page=LIST)
    with rows(engine) as session:
        session.get_one(Match, mine.id).state = "agreed"
    post(browser, f"{LIST}/{asked.id}/take-back", page=LIST)
    assert [match.state for match in matches(engine)] == ["agreed", "proposed"]


def test_who_finds_it_taken_in_the_meantime_gets_a_kind_page(
    signed_in: Browser, engine: Engine, yusuf: Person, offer: Volunteer, asked: HelpRequest
) -> None:
    browser = signed_in(yusuf)
    assert browser.get(f"{LIST}/{asked.id}").status_code == 200
    with rows(engine) as session:
        session.get_one(HelpRequest, asked.id).state = "matched"
    answer = post(browser, f"{LIST}/{asked.id}/help", page=LIST)
    assert answer.status_code == 404 and "Bekijk andere hulpvragen" in text_of(answer)
    assert matches(engine) == []


def test_whose_match_it_became_is_led_to_it(
    signed_in: Browser, engine: Engine, yusuf: Person, offer: Volunteer, asked: HelpRequest
) -> None:
    with rows(engine) as session:
        match = factories.create_match(session, asked, offer, state="agreed")
        session.get_one(HelpRequest, asked.id).state = "matched"
    assert signed_in(yusuf).get(f"{LIST}/{asked.id}").headers["Location"] == f"{HERE}/matches/{match.id}"


@pytest.mark.parametrize(
    ("columns", "words"),
    [
        ({"state": "approved"}, "We vroegen u hiervoor"),
        ({"state": "proposed", "origin": "coordinator"}, "Een coördinator denkt hierbij aan u"),
        ({"state": "proposed", "origin": "volunteer"}, "U zei: ik kan helpen"),
        ({"state": "declined"}, "Dit is eerder geprobeerd"),
        ({"state": "rejected"}, "Dit is eerder geprobeerd"),
        ({"state": "withdrawn"}, "Ik kan helpen"),
    ],
)
def test_how_it_stands_between_the_two_is_said(
    signed_in: Browser, engine: Engine, yusuf: Person, offer: Volunteer, asked: HelpRequest, columns: Any, words: str
) -> None:
    with rows(engine) as session:
        factories.create_match(session, asked, offer, **columns)
    assert words in text_of(signed_in(yusuf).get(f"{LIST}/{asked.id}"))


def test_why_it_does_not_fit_is_said_and_one_may_offer_all_the_same(
    signed_in: Browser, engine: Engine, here: Community, yusuf: Person, offer: Volunteer
) -> None:
    with rows(engine) as session:
        row = session.get_one(Volunteer, offer.id)
        row.max_km, row.windows = 2, [{"day": "mon", "from": "09:00", "to": "12:00"}]
        session.get_one(Community, here.id).vog_kinds = ["hospital-escort"]
    when = {"kind": "once", "start": "2026-12-08T13:30", "end": "2026-12-08T15:30"}
    found = more(engine, here, postcode="7571", when=when, languages=["uk"])
    browser = signed_in(yusuf)
    page = text_of(browser.get(f"{LIST}/{found.id}"))
    for words in ("Let op: dit past misschien niet", "Te ver weg", "U kunt niet op dat moment", "Oekraïens", "VOG"):
        assert words in page, words
    post(browser, f"{LIST}/{found.id}/help", page=f"{LIST}/{found.id}")
    assert len(matches(engine)) == 1


def test_who_helps_enough_people_is_shown_where_to_change_that(
    signed_in: Browser, engine: Engine, here: Community, yusuf: Person, offer: Volunteer, asked: HelpRequest
) -> None:
    with rows(engine) as session:
        session.get_one(Volunteer, offer.id).capacity = 1
        factories.create_match(session, factories.create_request(session, here, state="matched"), offer, state="active")
    browser = signed_in(yusuf)
    page = text_of(browser.get(f"{LIST}/{asked.id}"))
    assert "U helpt al zoveel mensen als u wilde" in page and f"{HERE}/volunteer/offer" in page
    post(browser, f"{LIST}/{asked.id}/help", page=LIST)
    assert len(matches(engine)) == 1


def test_ones_own_request_is_recognised(signed_in: Browser, engine: Engine, wil: Person, asked: HelpRequest) -> None:
    assert "Dit is uw eigen vraag" in text_of(signed_in(wil).get(f"{LIST}/{asked.id}"))


def test_a_resident_who_is_no_volunteer_is_invited(signed_in: Browser, engine: Engine, asked: HelpRequest) -> None:
    with rows(engine) as session:
        stranger = factories.create_person(session)
    browser = signed_in(stranger)
    assert "U bent hier nog geen vrijwilliger" in text_of(browser.get(f"{LIST}/{asked.id}"))
    assert post(browser, f"{LIST}/{asked.id}/help", page=LIST).headers["Location"] == f"{HERE}/offer"


# ---- not for me ------------------------------------------------------------------------------------------------------


def test_not_for_me_asks_why_and_the_request_does_not_come_back(
    signed_in: Browser, engine: Engine, yusuf: Person, offer: Volunteer, asked: HelpRequest
) -> None:
    browser, why = signed_in(yusuf), f"{LIST}/{asked.id}/not-for-me"
    page = text_of(browser.get(f"{why}?next={FOR_ME}?page=2"))
    assert page.count('name="reason"') == 5 and f'value="{FOR_ME}?page=2"' in page
    for _twice in range(2):
        answer = post(browser, why, {"reason": "far", "next": f"{FOR_ME}?page=2"}, page=LIST)
        assert answer.headers["Location"] == f"{FOR_ME}?page=2"
    with Session(engine) as session:
        (kept,) = session.exec(select(Dismissal)).all()
    assert (kept.volunteer_id, kept.request_id, kept.reason) == (offer.id, asked.id, "far")
    assert shown(text_of(browser.get(FOR_ME))) == []
    assert "U zei: niets voor mij" in text_of(browser.get(f"{LIST}/{asked.id}"))


@pytest.mark.parametrize("reason", ["", "x" * 10_000, "<script>", "bsn 111222333"])
def test_an_odd_reason_is_another_reason(
    signed_in: Browser, engine: Engine, yusuf: Person, offer: Volunteer, asked: HelpRequest, reason: str
) -> None:
    answer = post(
        signed_in(yusuf), f"{LIST}/{asked.id}/not-for-me", {"reason": reason, "next": "//evil.example"}, page=LIST
    )
    assert answer.headers["Location"] == FOR_ME
    with Session(engine) as session:
        assert session.exec(select(Dismissal)).one().reason == "other"


def test_help_that_lasts_over_midnight_and_a_week_is_on_all_its_days() -> None:
    from web.browse.filters import on_day

    def lasting(start: datetime, hours: int) -> set[int]:
        when = {"kind": "once", "start": start.isoformat(), "end": (start + timedelta(hours=hours)).isoformat()}
        return {day for day in range(7) if on_day(when, day)}

    tuesday = datetime.combine(TODAY, datetime.min.time())
    assert lasting(tuesday + timedelta(hours=22), 4) == {1, 2}
    assert lasting(tuesday, 24 * 9) == set(range(7))
