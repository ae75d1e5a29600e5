"""Tables and reference data: loaded once, all of it or nothing, on both databases."""

import pytest
from sqlalchemy import inspect
from sqlmodel import Session, SQLModel, select

from models.database import make_engine
from models.tables import Postcode
from seeds.places import SHIPPED, read_postcodes
from tests.command_line.hands import PRODUCTION, Instance

FINER = "postcode,place,lat,lon\n7551AB,Hengelo,52.2701,6.8012\n7551,Hengelo,52.2660,6.7930\n"


def postcodes(instance: Instance) -> dict[str, tuple[str, float, float]]:
    """Give the places that a database knows."""
    engine = make_engine(instance.url)
    with Session(engine) as session:
        found = {row.code: (row.place, row.lat, row.lon) for row in session.exec(select(Postcode))}
    engine.dispose()
    return found


def shipped() -> dict[str, tuple[str, float, float]]:
    """Give the places that come along."""
    return {row.postcode: (row.place, row.lat, row.lon) for row in read_postcodes(SHIPPED)}


def test_the_second_time_nothing_changes(any_instance: Instance) -> None:
    assert any_instance.run("migrate") == "migrated\n"
    assert any_instance.run("migrate") == "nothing to migrate\n"
    engine = make_engine(any_instance.url)
    assert set(SQLModel.metadata.tables) <= set(inspect(engine).get_table_names())
    engine.dispose()
    assert any_instance.run("seed") == f"{len(shipped())} postcodes changed\n"
    assert postcodes(any_instance) == shipped()
    assert any_instance.run("seed") == "0 postcodes changed\n"
    assert postcodes(any_instance) == shipped()


def test_the_key_is_made_once_and_for_the_owner_alone(instance: Instance) -> None:
    kept = instance.folder / "instance" / "secret-key"
    instance.run("check")
    key = kept.read_text()
    assert len(key) >= 32
    assert kept.stat().st_mode & 0o777 == 0o600
    instance.run("check")
    assert kept.read_text() == key


def test_finer_postcodes_come_on_top(prepared: Instance) -> None:
    finer = prepared.folder / "finer.csv"
    finer.write_text(FINER)
    assert prepared.run("seed", "--postcodes", finer) == "2 postcodes changed\n"
    expected = {**shipped(), "7551AB": ("Hengelo", 52.2701, 6.8012), "7551": ("Hengelo", 52.2660, 6.7930)}
    assert postcodes(prepared) == expected
    assert prepared.run("seed", "--postcodes", finer) == "0 postcodes changed\n"


@pytest.mark.parametrize(
    ("content", "says"),
    [
        pytest.param(b"", "the file is empty", id="empty"),
        pytest.param(FINER.replace("6.7930", "oost").encode(), "row 3, column lon: 'oost'", id="a wrong row"),
        pytest.param(b"\x89PNG\r\n\x1a\n\0\0", "is this a text file?", id="a picture"),
    ],
)
def test_of_a_file_that_is_not_right_nothing_is_loaded(prepared: Instance, content: bytes, says: str) -> None:
    wrong = prepared.folder / "wrong.csv"
    wrong.write_bytes(content)
    assert prepared.run("seed", "--postcodes", wrong, status=2, says=says).startswith(f"{wrong}: ")
    assert postcodes(prepared) == shipped()


def test_a_file_that_is_not_there_is_told(prepared: Instance) -> None:
    prepared.run("seed", "--postcodes", "nowhere.csv", status=1, says="nowhere.csv: No such file")


def test_the_invented_community_is_refused_on_a_real_site(instance: Instance) -> None:
    instance.run("migrate")
    instance.run("seed", "--demo", status=1, says="NOABER_ENV=production", **PRODUCTION)
    assert postcodes(instance) == {}
