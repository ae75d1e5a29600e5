"""Postcodes as people write them, and distances."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from matcher import Place, PostcodeError, distance_km, parse_postcode
from matcher.geo import EARTH_RADIUS_KM, chord_squared, chords_squared, chords_to_km, spoken_km, unit_vector

on_earth = st.builds(Place, lat=st.floats(-90, 90), lon=st.floats(-180, 180))


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        (" 1234 ab ", "1234AB"),
        ("1234AB", "1234AB"),
        ("1234-AB", "1234AB"),
        ("NL-1234 AB", "1234AB"),
        ("nl 1234ab", "1234AB"),
        ("1234\u00a0AB", "1234AB"),
        ("1234  a b", "1234AB"),
        ("1234", "1234"),
        (" 9999 ", "9999"),
    ],
)
def test_a_postcode_is_read_in_any_spacing_and_case(written: str, meant: str) -> None:
    assert parse_postcode(written) == meant


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("", "empty"),
        ("   ", "empty"),
        ("0123AB", "malformed"),
        ("ab1234", "malformed"),
        ("1234A", "malformed"),
        ("123", "malformed"),
        ("1234AB\n", "malformed"),
        ("1234\tAB", "malformed"),
        ("1234AB\r\nBcc: x", "malformed"),
        ("１２３４AB", "malformed"),
        ("١٢٣٤", "malformed"),
        ("1234ß", "malformed"),
        ("1234ıj", "malformed"),
        ("1234--AB", "malformed"),
        ("B-9000", "belgian"),
        ("BE 9000", "belgian"),
        ("48455", "german"),
        ("D-48455", "german"),
    ],
)
def test_what_is_no_dutch_postcode_says_what_it_looks_like(written: str, code: str) -> None:
    with pytest.raises(PostcodeError) as refused:
        parse_postcode(written)
    assert refused.value.code == code


@given(st.text())
def test_any_other_text_is_refused_and_never_breaks_the_reader(text: str) -> None:
    try:
        found = parse_postcode(text)
    except PostcodeError:
        return
    assert found.isascii() and found[:4].isdigit() and len(found) in (4, 6)


def test_distances_are_those_of_the_map() -> None:
    amsterdam, paris = Place(52.3676, 4.9041), Place(48.8566, 2.3522)
    assert distance_km(amsterdam, paris) == pytest.approx(430, abs=1)
    assert distance_km(amsterdam, amsterdam) == 0


@given(on_earth, on_earth)
def test_a_distance_is_the_haversine_and_the_same_from_both_sides(one: Place, other: Place) -> None:
    lat1, lat2 = math.radians(one.lat), math.radians(other.lat)
    half = (
        math.sin((lat2 - lat1) / 2) ** 2
        + math.cos(lat1) * math.cos(lat2) * math.sin(math.radians(other.lon - one.lon) / 2) ** 2
    )
    haversine = 2 * EARTH_RADIUS_KM * math.asin(math.sqrt(min(half, 1)))
    assert distance_km(one, other) == pytest.approx(haversine, abs=1e-3)
    assert distance_km(one, other) == distance_km(other, one)


@given(on_earth, st.lists(on_earth, min_size=1, max_size=9))
def test_many_distances_are_the_same_to_the_last_bit_as_one_by_one(here: Place, others: list[Place]) -> None:
    points = np.array([unit_vector(other) for other in others]).T
    together = chords_squared(unit_vector(here), points)
    for place, other in enumerate(others):
        alone = chords_squared(unit_vector(other), np.array(unit_vector(here)).reshape(3, 1))
        assert alone[0] == together[place]


@given(st.floats(0, 20_000))
def test_a_chord_is_its_distance_again(km: float) -> None:
    assert chords_to_km(np.array([chord_squared(km)]))[0] == pytest.approx(km, abs=0.5)


def test_a_distance_is_said_in_whole_kilometres_and_zero_only_within_an_area() -> None:
    assert spoken_km(Place(52, 6, "7551"), Place(52, 6, "7551"), 0.0) == 0
    assert spoken_km(Place(52, 6, "7551"), Place(52, 6, "7552"), 0.2) == 1
    assert spoken_km(Place(52, 6), Place(52, 6), 0.2) == 1
    assert spoken_km(Place(52, 6), Place(52, 6, "7551"), 3.4) == 3


@pytest.mark.parametrize(("lat", "lon"), [(91, 0), (0, 181), (math.nan, 0), (0, math.inf)])
def test_a_place_must_be_on_earth(lat: float, lon: float) -> None:
    with pytest.raises(ValueError, match="not a place"):
        Place(lat, lon)
