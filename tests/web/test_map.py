"""The map: how many requests in each neighbourhood, and for the desk how many volunteers; never where in it."""

import re
from dataclasses import replace
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine
from sqlmodel import select

from models.errors import Invalid
from models.settings import Settings
from models.tables import Area, Community, HelpRequest, Person, Postcode, Volunteer
from tests import factories
from tests.web.browsing import (  # noqa: F401  (the fixtures are asked for by their names)
    LIST,
    SECRETS,
    Browser,
    _asked,
    _here,
    _offer,
    _wil,
    _yusuf,
    more,
    shown,
)
from tests.web.conftest import post
from tests.web.walking import HERE, rows, text_of

MAP, VOLUNTEERS = f"{HERE}/map", f"{HERE}/desk/map"
TILES = "https://tiles.example/{z}/{x}/{y}.png"


def table(page: str) -> dict[str, str]:
    """Give what stands in the table: neighbourhood and number."""
    found = re.findall(r'<a class="[^"]*map__row" href="[^"]*">([^<]*)</a></th><td[^>]*>([^<]*)<', page)
    return {name: number.replace("&lt;", "<") for name, number in found}


def drawn(page: str) -> dict[str, tuple[str, str]]:
    """Give what the drawing says of each neighbourhood, and where it leads, in the order of the keyboard."""
    found = re.findall(r'<a class="map__area" href="([^"]*)"[^>]*><title>([^:<]*): ([^<]*)</title>', page)
    return {name: (said, address.replace("&amp;", "&")) for address, name, said in found}


def places(engine: Engine, *postcodes: tuple[str, str, float, float]) -> None:
    with rows(engine) as session:
        session.add_all(Postcode(code=code, place=place, lat=lat, lon=lon) for code, place, lat, lon in postcodes)


# ---- requests --------------------------------------------------------------------------------------------------------


def test_drawing_and_table_say_the_same(
    client: FlaskClient, engine: Engine, here: Community, asked: HelpRequest
) -> None:
    more(engine, here, postcode="7551AB")
    more(engine, here, postcode="7621AB")
    page = text_of(client.get(MAP))
    assert table(page) == {"Borne 7621": "1", "De Nijverheid": "2", "Oldenzaal 7571": "0"}
    said = {name: words for name, (words, _address) in drawn(page).items()}
    assert said == {"Borne 7621": "1 hulpvraag", "De Nijverheid": "2 hulpvragen", "Oldenzaal 7571": "0 hulpvragen"}
    assert re.findall(r'class="map__number"[^>]*>([^<]*)<', page) == ["1", "2", "0"]
    assert re.search(r"<strong>Samen</strong></th><td[^>]*><strong>3<", page)


def test_only_open_requests_that_are_not_over_count(client: FlaskClient, engine: Engine, here: Community) -> None:
    more(engine, here, state="matched")
    more(engine, here, when={"kind": "once", "start": "2026-11-23T10:00", "end": "2026-11-23T11:00"})
    assert set(table(text_of(client.get(MAP))).values()) == {"0"}


@pytest.mark.parametrize("query", ["kind=garden", "day=3", "postcode=7621&km=2", "kind=garden&day=5", ""])
def test_the_map_counts_what_the_list_shows(
    client: FlaskClient, engine: Engine, here: Community, asked: HelpRequest, query: str
) -> None:
    windows = [{"day": "thu", "from": "09:00", "to": "10:00"}]
    more(engine, here, kinds=["garden"], postcode="7621AB", when={"kind": "weekly", "windows": windows,
                                                                 "from": "2026-11-24"})  # fmt: skip
    more(engine, here, kinds=["garden", "pets"], postcode="7571AB")
    listed = shown(text_of(client.get(f"{LIST}?{query}")))
    counted = table(text_of(client.get(f"{MAP}?{query}")))
    assert sum(map(int, counted.values())) == len(listed) > 0


def test_each_area_leads_to_its_own_list_and_keeps_the_filters(
    client: FlaskClient, engine: Engine, here: Community, asked: HelpRequest
) -> None:
    garden = more(engine, here, kinds=["garden"], postcode="7621AB")
    more(engine, here, kinds=["garden"], postcode="7571AB")
    _said, address = drawn(text_of(client.get(f"{MAP}?kind=garden")))["Borne 7621"]
    page = text_of(client.get(address))
    assert shown(page) == [garden.id]
    back = re.search(rf'href="({MAP}[^"]*)"', page)
    assert back is not None
    page = text_of(client.get(back.group(1).replace("&amp;", "&")))
    assert table(page) == {"Borne 7621": "1", "De Nijverheid": "0", "Oldenzaal 7571": "1"}
    assert re.findall(r'aria-current="true"><title>([^<]*)<', page) == ["Borne 7621: 1 hulpvraag"]


def test_an_area_nobody_knows_leaves_nothing_out(client: FlaskClient, asked: HelpRequest) -> None:
    assert shown(text_of(client.get(f"{LIST}?area=Nergenshuizen"))) == [asked.id]


def test_what_suits_a_volunteer_can_be_narrowed_to_one_area(
    signed_in: Browser, engine: Engine, here: Community, yusuf: Person, offer: Volunteer, asked: HelpRequest
) -> None:
    browser = signed_in(yusuf)
    assert shown(text_of(browser.get(f"{LIST}/for-me?area=De+Nijverheid"))) == [asked.id]
    page = text_of(browser.get(f"{LIST}/for-me?area=Borne+7621&km=5"))
    assert shown(page) == []
    assert f'href="{MAP}?km=5&amp;area=Borne+7621&amp;postcode=7551"' in page


def test_postcodes_that_carry_one_name_are_one_area(
    client: FlaskClient, engine: Engine, here: Community, asked: HelpRequest
) -> None:
    places(engine, ("7552", "Hengelo", 52.26, 6.81))
    with rows(engine) as session:
        session.add(Area(postcode="7552", community_id=here.id, neighbourhood="De Nijverheid"))
    page = text_of(client.get(MAP))
    assert table(page)["De Nijverheid"] == "1" and "7552" not in page
    assert list(drawn(page)).count("De Nijverheid") == 1


def test_nobodys_spot_and_nobodys_name_is_on_the_map(
    client: FlaskClient, engine: Engine, here: Community, wil: Person, asked: HelpRequest
) -> None:
    before = text_of(client.get(MAP))
    assert [secret for secret in SECRETS if secret in before] == []
    places(engine, ("7551XY", "Hengelo", 52.2777, 6.7777), ("7551AB", "Hengelo", 52.2555, 6.8111))
    with rows(engine) as session:
        session.get_one(HelpRequest, asked.id).postcode = "7551AB"
    after = text_of(client.get(MAP))
    unmarked = [re.sub(r'value="[^"]+"', "", page) for page in (before, after)]
    assert unmarked[0] == unmarked[1]  # where in the area somebody asks changes nothing


def test_whom_a_visitor_must_never_meet_is_not_counted(
    signed_in: Browser, engine: Engine, here: Community, wil: Person, yusuf: Person, asked: HelpRequest
) -> None:
    with rows(engine) as session:
        factories.create_block(session, here, wil, yusuf, factories.create_coordinator(session, here))
    assert table(text_of(signed_in(yusuf).get(MAP)))["De Nijverheid"] == "0"


def test_a_request_of_another_community_is_not_on_this_map(client: FlaskClient, engine: Engine) -> None:
    with rows(engine) as session:
        there = session.exec(select(Community).where(Community.slug == "heerenveen")).one()
        factories.create_request(session, there, postcode="8441")
    assert set(table(text_of(client.get(MAP))).values()) == {"0"}
    assert list(table(text_of(client.get("/heerenveen/map"))).values()) == ["1"]


def test_a_whole_postcode_does_not_stay_in_the_address(client: FlaskClient) -> None:
    answer = client.get(f"{MAP}?postcode=7551+XY&kind=garden")
    assert answer.status_code == 302 and "postcode=7551&" in answer.headers["Location"] + "&"
    assert "XY" not in answer.headers["Location"] and "kind=garden" in answer.headers["Location"]


def test_nothing_open_and_nothing_found_are_said(client: FlaskClient, engine: Engine, here: Community) -> None:
    assert "Er zijn nu geen open hulpvragen" in text_of(client.get(MAP))
    more(engine, here, kinds=["pets"])
    assert "Niemand vraagt hier nu om" in text_of(client.get(f"{MAP}?kind=garden"))


def test_a_community_of_one_area_has_a_map_and_one_without_any_says_so(client: FlaskClient, engine: Engine) -> None:
    assert list(drawn(text_of(client.get("/heerenveen/map")))) == ["Heerenveen 8441"]
    with rows(engine) as session:
        session.delete(session.get_one(Area, "8441"))
    page = text_of(client.get("/heerenveen/map"))
    assert "Deze gemeenschap heeft nog geen buurten" in page and "map__sheet" not in page


def test_an_area_whose_place_nobody_knows_stands_in_the_table_only(
    client: FlaskClient, engine: Engine, here: Community
) -> None:
    with rows(engine) as session:
        session.add(Area(postcode="9999", community_id=here.id, neighbourhood="Verweg"))
    more(engine, here, postcode="9999AA")
    page = text_of(client.get(MAP))
    assert table(page)["Verweg"] == "1" and "Verweg" not in drawn(page)


def test_in_english(client: FlaskClient, asked: HelpRequest) -> None:
    post(client, "/language/en", page=MAP)
    page = text_of(client.get(MAP))
    assert drawn(page)["De Nijverheid"][0] == "1 request"
    assert "never where somebody lives" in page


def test_the_page_is_light(client: FlaskClient, engine: Engine, here: Community) -> None:
    crowd = [(f"{8000 + n}", "Drachten", 52.9 + n // 20 / 50, 5.8 + n % 20 / 30) for n in range(200)]
    places(engine, *crowd)
    with rows(engine) as session:
        session.add_all(Area(postcode=code, community_id=here.id) for code, *_rest in crowd)
    assert len(client.get(MAP).data) < 150_000


# ---- how far a volunteer goes ----------------------------------------------------------------------------------------


def test_a_volunteer_sees_how_far_they_go_around_their_postcode_and_not_around_their_home(
    signed_in: Browser, engine: Engine, yusuf: Person, offer: Volunteer
) -> None:
    with rows(engine) as session:
        mine = session.get_one(Volunteer, offer.id)
        mine.max_km, mine.postcode = 3, "7551AB"
    before = text_of(signed_in(yusuf).get(MAP))
    places(engine, ("7551AB", "Hengelo", 52.2555, 6.8111))
    after = text_of(signed_in(yusuf).get(MAP))
    circles = [re.findall(r'class="map__circle" cx="(\d+)" cy="(\d+)" r="(\d+)"', page)[0] for page in (before, after)]
    assert circles[0] == circles[1]
    assert "hoe ver u gaat: 3 km" in after and "om het midden van postcode 7551, niet om uw huis" in after
    assert "Alles op deze kaart ligt erin" not in after


def test_a_circle_too_large_to_be_seen_is_told(
    signed_in: Browser, engine: Engine, yusuf: Person, offer: Volunteer
) -> None:
    with rows(engine) as session:
        session.get_one(Volunteer, offer.id).max_km = 60
    assert "Alles op deze kaart ligt erin" in text_of(signed_in(yusuf).get(MAP))


def test_nobody_else_sees_a_circle(client: FlaskClient, signed_in: Browser, wil: Person, offer: Volunteer) -> None:
    for browser in (client, signed_in(wil)):
        assert "map__circle" not in text_of(browser.get(MAP))


# ---- volunteers, for the desk ----------------------------------------------------------------------------------------


@pytest.fixture(name="desk")
def _desk(engine: Engine, here: Community, signed_in: Browser) -> FlaskClient:
    with rows(engine) as session:
        found = factories.create_coordinator(session, here)
    return signed_in(found)


def helpers(engine: Engine, here: Community, number: int, **columns: Any) -> None:
    with rows(engine) as session:
        for _n in range(number):
            factories.create_volunteer(session, here, **columns)


def test_the_desk_sees_how_many_volunteers_live_where_and_few_are_not_told_apart(
    desk: FlaskClient, engine: Engine, here: Community
) -> None:
    helpers(engine, here, 5, postcode="7551")
    helpers(engine, here, 4, postcode="7571AB")
    helpers(engine, here, 9, postcode="7571", state="paused")
    page = text_of(desk.get(VOLUNTEERS))
    assert table(page) == {"Borne 7621": "0", "De Nijverheid": "5", "Oldenzaal 7571": "minder dan 5"}
    said = {name: words for name, (words, _address) in drawn(page).items()}
    assert said["Oldenzaal 7571"] == "minder dan 5 vrijwilligers" and said["De Nijverheid"] == "5 vrijwilligers"
    assert re.findall(r'class="map__number"[^>]*>([^<]*)<', page) == ["0", "5", "&lt;5"]


def test_the_desk_chooses_a_kind_of_help_and_goes_on_to_the_list(
    desk: FlaskClient, engine: Engine, here: Community
) -> None:
    helpers(engine, here, 6, postcode="7551", kinds=["garden"])
    helpers(engine, here, 2, postcode="7551", kinds=["pets"])
    page = text_of(desk.get(f"{VOLUNTEERS}?kind=garden"))
    assert table(page)["De Nijverheid"] == "6"
    for name, number in (("De Nijverheid", "6 vrijwilligers"), ("Borne 7621", "Niets gevonden")):
        assert number in text_of(desk.get(drawn(page)[name][1]))


def test_only_the_desk_sees_where_volunteers_live(
    client: FlaskClient, signed_in: Browser, engine: Engine, yusuf: Person, offer: Volunteer
) -> None:
    assert "/sign-in" in client.get(VOLUNTEERS).headers["Location"]
    assert signed_in(yusuf).get(VOLUNTEERS).status_code == 403
    for browser in (client, signed_in(yusuf)):
        assert VOLUNTEERS not in text_of(browser.get(MAP))


def test_the_desk_goes_from_one_map_to_the_other(desk: FlaskClient) -> None:
    assert f'href="{VOLUNTEERS}"' in text_of(desk.get(MAP)) and f'href="{MAP}"' in text_of(desk.get(VOLUNTEERS))
    assert f'href="{VOLUNTEERS}"' in text_of(desk.get(f"{HERE}/desk/volunteers"))


@pytest.mark.parametrize("path", ["", "/browse"])
def test_home_and_list_lead_to_the_map(client: FlaskClient, path: str) -> None:
    assert f'href="{MAP}"' in text_of(client.get(f"{HERE}{path}", follow_redirects=True))


# ---- tiles -----------------------------------------------------------------------------------------------------------


class TestTiles:
    """What an operator may lay under the map."""

    @pytest.fixture
    def settings(self, settings: Settings) -> Settings:
        """A site whose operator named a server of tiles."""
        return replace(settings, tiles=TILES, tiles_by="© <b>Kaartmakers</b>")

    def test_only_pages_with_a_map_may_ask_that_server(self, client: FlaskClient, desk: FlaskClient) -> None:
        for browser, path in ((client, MAP), (desk, VOLUNTEERS)):
            answer = browser.get(path)
            assert "img-src 'self' https://tiles.example;" in answer.headers["Content-Security-Policy"]
            assert f'data-tiles="{TILES}"' in text_of(answer) and "komt van tiles.example" in text_of(answer)
            assert "&lt;b&gt;Kaartmakers" in text_of(answer)
        assert "tiles.example" not in client.get(LIST).headers["Content-Security-Policy"]


def test_without_tiles_nobody_else_is_asked(client: FlaskClient) -> None:
    answer = client.get(MAP)
    assert "img-src 'self';" in answer.headers["Content-Security-Policy"]
    assert (
        "data-tiles" not in text_of(answer) and "https://" not in text_of(answer).split("<main")[1].split("</main")[0]
    )


@pytest.mark.parametrize(
    "address",
    ["http://tiles.example/{z}/{x}/{y}.png", "https://{s}.tiles.example/{z}/{x}/{y}.png", "https://tiles.example/",
     "https://tiles.example/{z}/{x}/{y}.png; script-src *", "https://u:p@tiles.example/{z}/{x}/{y}.png",
     "https://tiles.example 'unsafe-inline'/{z}/{x}/{y}"],
)  # fmt: skip
def test_an_address_of_tiles_that_could_open_more_is_refused(address: str) -> None:
    with pytest.raises(Invalid) as wrong:
        Settings.from_env({"NOABER_TILES": address})
    assert wrong.value.field == "NOABER_TILES"


def test_an_address_of_tiles_is_read() -> None:
    read = Settings.from_env({"NOABER_TILES": f" {TILES} ", "NOABER_TILES_BY": "© Kaartmakers"})
    assert (read.tiles, read.tiles_by) == (TILES, "© Kaartmakers")
