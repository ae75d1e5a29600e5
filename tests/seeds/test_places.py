"""The reader of files of postcodes: the shipped one, and an operator's finer ones."""

import csv
import doctest
import io
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from seeds import places
from seeds.places import PlaceRow, PlacesError, read_postcodes

Write = Callable[[bytes | str], Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def write(content: bytes | str) -> Path:
        path = tmp_path / "postcodes.csv"
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    return write


HEAD = "postcode,place,lat,lon\n"
HENGELO = PlaceRow("7551AB", "Hengelo", 52.2658, 6.7931)


@pytest.mark.parametrize(
    "content",
    [
        HEAD + "7551AB,Hengelo,52.2658,6.7931\n",
        HEAD + "7551AB,Hengelo,52.2658,6.7931",
        HEAD + '"7551 ab", Hengelo ,"52.2658", 6.7931\n\n',
        HEAD.encode() + b"7551AB,Hengelo,52.2658,6.7931\r\n",
        "\ufeff" + HEAD + "7551AB,Hengelo,52.2658,6.7931\n",
        "Postcode;Place;Lat;Lon\r\n7551 AB;Hengelo;52,2658;6,7931\r\n;;;\r\n",
        "lon\tlat\tplace\tpostcode\n6.7931\t52.2658\tHengelo\tNL-7551 AB\n",
        '"postcode","place","lat","lon"\n"7551AB","Hengelo","52.2658","6.7931"\n',
    ],
)
def test_an_operators_file_is_read_as_spreadsheets_write_it(write: Write, content: bytes | str) -> None:
    assert read_postcodes(write(content)) == [HENGELO]


def test_an_old_windows_file_keeps_its_accents(write: Write) -> None:
    raw = (HEAD + "8732,Kûbaard,53.12,5.5698\n2586,’s-Gravenhage,52.1,4.28\n").encode("cp1252")
    assert [row.place for row in read_postcodes(write(raw))] == ["Kûbaard", "’s-Gravenhage"]


def test_a_name_is_kept_in_one_notation(write: Write) -> None:
    assert read_postcodes(write(HEAD + "6109,Ohe\u0301 en Laak,51.11,5.83\n"))[0].place == "Ohé en Laak"


@pytest.mark.parametrize(
    ("line", "column", "said"),
    [
        ("0123,Hengelo,52.2,6.8", "postcode", "'0123'"),
        ("7551A,Hengelo,52.2,6.8", "postcode", "'7551A'"),
        ("48599,Gronau,52.2,6.8", "postcode", "'48599'"),
        ("٧٥٥١,Hengelo,52.2,6.8", "postcode", "four digits"),
        (",Hengelo,52.2,6.8", "postcode", "four digits"),
        ('"7551AB\n",Hengelo,52.2,6.8', "postcode", "four digits"),
        ("7551, ,52.2,6.8", "place", "no name"),
        (f"7551,{'x' * 101},52.2,6.8", "place", "100"),
        ("7551,=1+1,52.2,6.8", "place", "'=1+1'"),
        ("7551,@SUM(A1),52.2,6.8", "place", "not a place"),
        ("7551,-Hengelo,52.2,6.8", "place", "not a place"),
        ("7551,Hen\x07gelo,52.2,6.8", "place", "control"),
        ("7551,Hen\u202egelo,52.2,6.8", "place", "control"),
        ('7551,"Hen\ngelo",52.2,6.8', "place", "control"),
        ("7551,Hengelo,NaN,6.8", "lat", "'NaN'"),
        ("7551,Hengelo,inf,6.8", "lat", "'inf'"),
        ("7551,Hengelo,1e9,6.8", "lat", "not a number"),
        ("7551,Hengelo,,6.8", "lat", "not a number"),
        ("7551,Hengelo,52.265.8,6.8", "lat", "not a number"),
        ("7551,Hengelo,522658,6.8", "lat", "not a number"),
        ("7551,Hengelo,6.7931,52.2658", "lat", "Netherlands"),
        ("7551,Hengelo,-52.2,6.8", "lat", "Netherlands"),
        ("7551,Hengelo,52.2,0", "lon", "Netherlands"),
        ("7551,Hengelo,52.2,x" + "9" * 100_000, "lon", "..."),
    ],
)
def test_a_cell_that_is_not_right_is_named_by_row_and_column(write: Write, line: str, column: str, said: str) -> None:
    with pytest.raises(PlacesError) as refused:
        read_postcodes(write(HEAD + "7552,Hengelo,52.2,6.8\n" + line + "\n"))
    assert (refused.value.row, refused.value.column) == (3, column)
    assert str(refused.value).startswith(f"row 3, column {column}: ") and said in str(refused.value)
    assert len(str(refused.value)) < 200 and str(refused.value).isprintable()


@pytest.mark.parametrize(
    ("content", "row", "said"),
    [
        ("", None, "empty"),
        (" \r\n\n", None, "empty"),
        ("\ufeff\n", None, "empty"),
        (HEAD, None, "no postcodes"),
        (HEAD + "\n;;;\n", 3, "1 cells"),
        (HEAD + "7551,Hengelo,52.2\n", 2, "3 cells"),
        (HEAD + "7551,Hengelo,52.2,6.8,extra\n", 2, "5 cells"),
        (HEAD + "7551,Hengelo,52,26,6,79\n", 2, "6 cells"),
        ("7551,Hengelo,52.2,6.8\n", 1, "columns"),
        ("postcode,place,lat\n7551,Hengelo,52.2\n", 1, "columns"),
        ("postcode,place,lat,lat\n7551,Hengelo,52.2,52.2\n", 1, "columns"),
        ("postcode|place|lat|lon\n", 1, "columns"),
        (HEAD + "7551,Hen\0gelo,52.2,6.8\n", 2, "NUL"),
        (HEAD + '7551,"Hengelo,52.2,6.8\n', 2, "CSV"),
        (HEAD + '7551,"Hen"gelo,52.2,6.8\n', 2, "CSV"),
        (HEAD + "7551," + "x" * 200_000 + ",52.2,6.8\n", 2, "CSV"),
        (HEAD.encode("utf-16"), None, "UTF-16"),
        (HEAD.encode() + b"7551,H\x81ngelo,52.2,6.8\n", 2, "UTF-8"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", 3, "NUL"),
        (b"PK\x03\x04\x14\x00\x08\x00", 1, "NUL"),
    ],
)
def test_a_file_that_is_not_right_is_refused_whole(
    write: Write, content: bytes | str, row: int | None, said: str
) -> None:
    with pytest.raises(PlacesError) as refused:
        read_postcodes(write(content))
    assert refused.value.row == row and refused.value.column is None
    assert said in str(refused.value)


def test_a_code_that_stands_twice_is_refused_however_it_is_written(write: Write) -> None:
    with pytest.raises(PlacesError, match="row 4, column postcode: 7551AB stands in row 2 too"):
        read_postcodes(write(HEAD + "7551AB,Hengelo,52.2,6.8\n7551,Hengelo,52.2,6.8\n7551 ab,Borne,52.3,6.7\n"))


def test_rows_are_counted_as_a_spreadsheet_shows_them(write: Write) -> None:
    with pytest.raises(PlacesError) as refused:
        read_postcodes(write(HEAD.replace("\n", "\r\n") + "7551,Hengelo,52.2,6.8\r\n\r\n7552,Hengelo,52.2,x\r\n"))
    assert refused.value.row == 4


def test_a_file_too_large_to_be_postcodes_is_not_read_to_its_end(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(places, "MOST_BYTES", 100)
    assert read_postcodes(write(HEAD + "7551,Hengelo,52.2,6.8\n"))
    with pytest.raises(PlacesError, match="larger"):
        read_postcodes(Path("/dev/zero"))


def test_the_example_in_the_readers_description_holds() -> None:
    assert doctest.testmod(places).attempted == 2
    assert doctest.testmod(places).failed == 0


def test_a_file_that_is_not_there_is_the_systems_own_error(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        read_postcodes(tmp_path / "none.csv")


NAMES = st.from_regex(r"['A-Zé][A-Za-zéûâ '()-]{0,30}[a-zé]", fullmatch=True)
ROWS = st.lists(
    st.builds(
        PlaceRow,
        st.from_regex(r"[1-9][0-9]{3}([A-Z]{2})?", fullmatch=True),
        NAMES,
        st.integers(5_070_000, 5_360_000).map(lambda n: n / 100_000),
        st.integers(330_000, 730_000).map(lambda n: n / 100_000),
    ),
    min_size=1,
    max_size=8,
    unique_by=lambda row: row.postcode,
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=ROWS, delimiter=st.sampled_from(",;\t"), encoding=st.sampled_from(["utf-8", "utf-8-sig", "cp1252"]))
def test_what_is_written_comes_back(write: Write, rows: list[PlaceRow], delimiter: str, encoding: str) -> None:
    text = io.StringIO()
    writer = csv.writer(text, delimiter=delimiter)
    writer.writerow(("postcode", "place", "lat", "lon"))
    writer.writerows((row.postcode, row.place, f"{row.lat:.5f}", f"{row.lon:.5f}") for row in rows)
    assert read_postcodes(write(text.getvalue().encode(encoding))) == rows
