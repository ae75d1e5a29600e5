"""The open requests for everybody: what is asked, where and when, and never by whom."""

import json
import re
from datetime import datetime, timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine
from sqlmodel import select

from models.tables import Area, Community, HelpRequest, Postcode
from tests import factories
from tests.factories import NOW, TODAY
from tests.web.browsing import (  # noqa: F401  (the fixtures are asked for by their names)
    LIST,
    SECRETS,
    _asked,
    _here,
    _offer,
    _wil,
    _yusuf,
    more,
    shown,
)
from tests.web.conftest import post
from tests.web.walking import rows, text_of

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


def test_help_that_lasts_over_midnight_and_a_week_is_on_all_its_days() -> None:
    from web.browse.filters import on_day

    def lasting(start: datetime, hours: int) -> set[int]:
        when = {"kind": "once", "start": start.isoformat(), "end": (start + timedelta(hours=hours)).isoformat()}
        return {day for day in range(7) if on_day(when, day)}

    tuesday = datetime.combine(TODAY, datetime.min.time())
    assert lasting(tuesday + timedelta(hours=22), 4) == {1, 2}
    assert lasting(tuesday, 24 * 9) == set(range(7))


# ---- refreshed in place ----------------------------------------------------------------------------------------------


def test_what_refreshes_the_list_runs_no_text_and_keeps_no_pages(
    client: FlaskClient, here: Community, asked: HelpRequest
) -> None:
    page = client.get(LIST).get_data(as_text=True)
    found = re.search(r"name=\"htmx-config\" content='([^']*)'", page)
    assert found
    config = json.loads(found.group(1))
    assert (config["allowEval"], config["allowScriptTags"], config["includeIndicatorStyles"]) == (False, False, False)
    assert config["selfRequestsOnly"] is True and config["historyCacheSize"] == 0
    assert page.count('id="found"') == page.count('id="count"') == 1
    assert "htmx" not in client.get(f"{LIST}/{asked.id}").get_data(as_text=True)
