"""The areas of the map: every spot belongs to the postcode whose middle is nearest."""

import math
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import seeds
from web.map.cells import ARC, REACH, Plane, apart, area, cells, holds, joined
from web.map.drawing import LEAST, Site, box, draw

# Two decimals of a km: middles often lie on one line, and now and then on one spot.
spots = st.tuples(*[st.integers(-1500, 1500).map(lambda n: n / 100)] * 2)
towns = st.lists(spots, min_size=1, max_size=14)
LEAST_REACH = REACH * math.cos(math.pi / ARC)
"""A disc is drawn with straight sides: this far it reaches everywhere."""


@given(towns)
def test_every_postcode_has_one_cell_with_its_middle_in_it(town: list[tuple[float, float]]) -> None:
    centres = apart(town)
    found = cells(centres)
    assert len(found) == len(town)
    assert all(holds(ring, centre) and area(ring) > 0 for ring, centre in zip(found, centres, strict=True))


@given(towns, spots)
def test_every_spot_belongs_to_the_nearest_middle_and_to_no_other(
    town: list[tuple[float, float]], spot: tuple[float, float]
) -> None:
    centres = apart(town)
    far = sorted(math.dist(spot, centre) for centre in centres)
    if len(far) > 1 and far[1] - far[0] < 1e-6:
        return  # on a border
    nearest = min(range(len(centres)), key=lambda n: math.dist(spot, centres[n]))
    within = [n for n, ring in enumerate(cells(centres)) if holds(ring, spot)]
    if far[0] <= LEAST_REACH:
        assert within == [nearest]
    elif far[0] > REACH:
        assert within == []


@given(towns)
def test_cells_together_are_as_large_as_what_they_cover(town: list[tuple[float, float]]) -> None:
    rings = cells(apart(town))
    assert sum(map(area, joined(rings))) == pytest.approx(sum(map(area, rings)), abs=0.01)


@given(towns, st.randoms(use_true_random=False))
def test_the_order_of_postcodes_changes_no_cell(town: list[tuple[float, float]], chance: object) -> None:
    centres = sorted(set(town))
    mixed = list(centres)
    chance.shuffle(mixed)  # type: ignore[attr-defined]
    one, other = dict(zip(centres, cells(centres), strict=True)), dict(zip(mixed, cells(mixed), strict=True))
    for centre in centres:
        assert area(one[centre]) == pytest.approx(area(other[centre]), abs=1e-6)
    assert cells(centres) == cells(centres)


def test_one_postcode_is_a_disc() -> None:
    (ring,) = cells([(3.0, 4.0)])
    assert len(ring) == ARC
    assert area(ring) == pytest.approx(math.pi * REACH**2, rel=0.002)


def test_two_share_the_middle_between_them_and_three_on_a_line_too() -> None:
    left, right = cells([(0.0, 0.0), (2.0, 0.0)])
    assert max(x for x, _y in left) == pytest.approx(1) == min(x for x, _y in right)
    assert area(left) == pytest.approx(area(right))
    _west, between, _east = cells([(0.0, 0.0), (2.0, 0.0), (4.0, 0.0)])
    assert (min(x for x, _y in between), max(x for x, _y in between)) == pytest.approx((1, 3))


def test_middles_on_one_spot_are_put_apart_and_share_it() -> None:
    centres = apart([(0.0, 0.0), (0.0, 0.0), (0.0, 0.0), (9.0, 9.0)])
    assert len(set(centres)) == 4 and centres[3] == (9.0, 9.0)
    assert all(math.dist(centre, (0, 0)) < 0.5 for centre in centres[:3])
    one, other, third, _far = map(area, cells(centres))
    assert one == pytest.approx(other, rel=0.02) == third


def test_a_plane_keeps_distances_and_comes_back() -> None:
    plane = Plane.around([(52.2, 6.7), (52.4, 6.9)])
    x, y = plane.project(52.3, 6.9)
    assert (x, y) == pytest.approx((6.8, 0), abs=0.05)
    assert plane.unproject(*plane.project(52.2656, 6.7922)) == pytest.approx((52.2656, 6.7922))


# ---- the sheet -------------------------------------------------------------------------------------------------------


def test_all_postcodes_of_the_country_can_be_drawn() -> None:
    lines = (Path(seeds.__file__).parent / "reference" / "postcodes.csv").read_text().splitlines()[1:]
    sites = tuple(
        Site(code, float(lat), float(lon)) for code, _place, lat, lon in (line.rsplit(",", 3) for line in lines)
    )
    sheet = draw(sites, ())
    assert len(sheet.shapes) == len(lines) > 4000


def test_postcodes_with_one_name_are_one_shape() -> None:
    sites = (Site("Noord", 52.26, 6.79), Site("Noord", 52.27, 6.80), Site("Zuid", 52.24, 6.79))
    sheet = draw(sites, ())
    assert set(sheet.shapes) == {"Noord", "Zuid"}
    assert sheet.shapes["Noord"].path.count("M") == 1  # the border within it fell away


def test_the_same_postcodes_give_the_same_sheet() -> None:
    sites, outside = (Site("Noord", 52.26, 6.79), Site("Zuid", 52.24, 6.79)), (Site("Elders", 52.3, 6.8),)
    first = draw(sites, outside)
    draw.cache_clear()
    assert draw(sites, outside) == first


def test_a_neighbour_pushes_the_border_in_and_is_named_when_it_is_large() -> None:
    own = (Site("Hier", 52.26, 6.79), Site("Ginds", 52.26, 6.91))
    near = tuple(Site("Daar", 52.26 + step, 6.85) for step in (-0.01, 0.0, 0.01))
    alone, beside = draw(own, ()), draw(own, near)
    assert beside.around and not alone.around
    assert [name for name, _x, _y in beside.towns] == ["Daar"]
    assert beside.shapes["Hier"].path != alone.shapes["Hier"].path


def test_a_sheet_shows_all_its_shapes_and_has_a_scale() -> None:
    sites = (Site("Noord", 52.36, 6.79), Site("Zuid", 52.20, 6.79))
    sheet = draw(sites, ())
    for shape in sheet.shapes.values():
        assert 0 < shape.x < sheet.width and 0 < shape.y < sheet.height
    north, south = sheet.shapes["Noord"], sheet.shapes["Zuid"]
    assert south.y - north.y == pytest.approx(0.16 * 111.195 * sheet.unit, rel=0.05)
    x, y, radius = sheet.circle(52.36, 6.79, 2)
    assert radius == round(2 * sheet.unit)
    assert math.dist((x, y), (north.x, north.y)) < sheet.unit
    low, left, high, right = sheet.bounds
    assert low < 52.20 < 52.36 < high and left < 6.79 < right
    assert (high - low) * 111.195 >= LEAST


def test_the_box_of_neighbours_is_larger_than_the_sheet() -> None:
    sites = (Site("Noord", 52.36, 6.79), Site("Zuid", 52.20, 6.79))
    south, west, north, east = box(sites)
    low, left, high, right = draw(sites, ()).bounds
    assert south < low and west < left and north > high and east > right
