"""Reads a file of postcodes, places and coordinates: the shipped one, or finer ones of an operator."""

import csv
import io
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from matcher.geo import PostcodeError, parse_postcode

SHIPPED = Path(__file__).resolve().parent / "reference" / "postcodes.csv"

COLUMNS = ("postcode", "place", "lat", "lon")
# All 470,000 codes of six characters make some 20 MB.
MOST_BYTES = 50_000_000
LONGEST_PLACE = 100

# The European Netherlands with a little sea around it, degrees.
_LIMITS = {"lat": (50.7, 53.6), "lon": (3.3, 7.3)}
_NUMBER = re.compile(r"[+-]?[0-9]{1,3}(?:[.,][0-9]{1,12})?")


class PlacesError(ValueError):
    """A file of postcodes that cannot be used; nothing of it should be loaded.

    Attributes
    ----------
    row : int or None
        The line of the file, the header being 1, as a spreadsheet counts; None: the file as a whole.
    column : str or None
        One of `COLUMNS`; None: the row, or the file, as a whole.
    """

    def __init__(self, problem: str, row: int | None = None, column: str | None = None) -> None:
        self.row = row
        self.column = column
        where = [f"row {row}"] if row is not None else []
        where += [f"column {column}"] if column is not None else []
        super().__init__(f"{', '.join(where)}: {problem}" if where else problem)


@dataclass(frozen=True, slots=True)
class PlaceRow:
    """One postcode (`7551` or `7551AB`), its place's name, and where it lies (WGS84, degrees)."""

    postcode: str
    place: str
    lat: float
    lon: float


def read_postcodes(path: Path) -> list[PlaceRow]:
    """Read a whole file of postcodes, in the order of the file, or refuse it whole.

    A header `postcode,place,lat,lon` in any order, then a row for each code. Commas, semicolons or tabs; with
    the last two a decimal comma too; UTF-8 with or without a byte order mark, or Windows' cp1252. Empty
    lines are left out.

    Raises
    ------
    PlacesError
        The file is empty, too large (`MOST_BYTES`), no text, or has other columns; or a cell is not right: a
        postcode that is not four digits or four digits and two letters, or stands twice; a place without a
        name or with signs that no name has; a coordinate that is no number or not in the Netherlands.
        `row` and `column` say where.
    OSError
        The file is not there or may not be read.

    Examples
    --------
    >>> rows = read_postcodes(SHIPPED)
    >>> next(row for row in rows if row.postcode == "7551")
    PlaceRow(postcode='7551', place='Hengelo', lat=52.2656, lon=6.7922)
    """
    text = _decode(_load(path))
    if not text.strip():
        raise PlacesError("the file is empty")
    header, delimiter = _header(text)
    rows: list[PlaceRow] = []
    seen: dict[str, int] = {}
    for number, cells in _rows(text, delimiter):
        if number == 1 or not any(cell.strip() for cell in cells):
            continue
        if len(cells) != len(header):
            raise PlacesError(f"has {len(cells)} cells instead of {len(header)}", number)
        row = _place_row(dict(zip(header, cells, strict=True)), number)
        if row.postcode in seen:
            raise PlacesError(f"{row.postcode} stands in row {seen[row.postcode]} too", number, "postcode")
        seen[row.postcode] = number
        rows.append(row)
    if not rows:
        raise PlacesError("the file holds no postcodes")
    return rows


def _load(path: Path) -> bytes:
    with path.open("rb") as file:
        data = file.read(MOST_BYTES + 1)
    if len(data) > MOST_BYTES:
        raise PlacesError(f"the file is larger than {MOST_BYTES // 1_000_000} MB")
    return data


def _decode(data: bytes) -> str:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise PlacesError("the file is UTF-16: save it as CSV UTF-8")
    if (nul := data.find(b"\0")) >= 0:
        row = data.count(b"\n", 0, nul) + 1
        raise PlacesError("holds a NUL character: is this a text file?", row)
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as broken:
        row = data.count(b"\n", 0, broken.start) + 1
    try:
        return data.decode("cp1252")
    except UnicodeDecodeError:
        raise PlacesError("is neither UTF-8 nor cp1252: save the file as CSV UTF-8", row) from None


def _header(text: str) -> tuple[list[str], str]:
    """The columns in the order of the file, and what stands between them."""
    first = text.partition("\n")[0].strip("\r")
    for delimiter in ",;\t":
        names = [name.strip(' "').lower() for name in first.split(delimiter)]
        if sorted(names) == sorted(COLUMNS):
            return names, delimiter
    raise PlacesError(f"the columns must be {', '.join(COLUMNS)}, not {_shown(first)}", 1)


def _rows(text: str, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """Each row with the line on which it begins."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    begins = 1
    try:
        for cells in reader:
            yield begins, cells
            begins = reader.line_num + 1
    except csv.Error as broken:
        raise PlacesError(f"cannot be read as CSV ({broken})", begins) from None


def _place_row(cells: dict[str, str], number: int) -> PlaceRow:
    try:
        postcode = parse_postcode(cells["postcode"])
    except PostcodeError:
        raise PlacesError(
            f"{_shown(cells['postcode'])} is not four digits or four digits and two letters", number, "postcode"
        ) from None
    place = unicodedata.normalize("NFC", cells["place"].strip())
    if problem := _wrong_with_place(place):
        raise PlacesError(problem, number, "place")
    return PlaceRow(postcode, place, _degrees(cells, "lat", number), _degrees(cells, "lon", number))


def _wrong_with_place(place: str) -> str | None:
    if not place:
        return "the place has no name"
    if len(place) > LONGEST_PLACE:
        return f"the name is longer than {LONGEST_PLACE} characters"
    if any(unicodedata.category(sign)[0] == "C" for sign in place):
        return f"{_shown(place)} holds a control character"
    # No formula of a spreadsheet, but 's-Gravenhage and 2e Exloërmond.
    return None if place[0].isalnum() or place[0] in "'’‘" else f"{_shown(place)} is not a place's name"


def _degrees(cells: dict[str, str], column: str, number: int) -> float:
    cell = cells[column].strip()
    if not _NUMBER.fullmatch(cell):
        raise PlacesError(f"{_shown(cell)} is not a number of degrees, such as 52.26580", number, column)
    degrees = float(cell.replace(",", "."))
    low, high = _LIMITS[column]
    if not low <= degrees <= high:
        raise PlacesError(f"{cell} is not in the Netherlands ({low} to {high})", number, column)
    return degrees


def _shown(cell: str) -> str:
    """A cell in an error: one short line, whatever it holds."""
    return ascii(cell) if len(cell) <= 40 else ascii(cell[:40]) + "..."
