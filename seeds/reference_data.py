"""Loading the reference data: idempotent, only what changed is written."""

from collections.abc import Sequence

from sqlalchemy import Engine, insert, update
from sqlmodel import select

from models.database import reading, transaction
from models.tables import Postcode
from seeds.places import SHIPPED, PlaceRow, read_postcodes


def load(engine: Engine, finer: Sequence[PlaceRow]) -> int:
    """Write the shipped postcodes, and an operator's finer ones.

    Parameters
    ----------
    finer : sequence of PlaceRow
        Read and checked already; written in the same transaction or not at all.

    Returns
    -------
    int
        How many rows were new or different.
    """
    wanted = {row.postcode: row for row in (*read_postcodes(SHIPPED), *finer)}
    with reading(engine) as session:
        there = {row.code: (row.place, row.lat, row.lon) for row in session.exec(select(Postcode))}
    changed = [row for code, row in wanted.items() if there.get(code) != (row.place, row.lat, row.lon)]
    if changed:
        with transaction(engine) as session:
            for statement, rows in (
                (update(Postcode), [row for row in changed if row.postcode in there]),
                (insert(Postcode), [row for row in changed if row.postcode not in there]),
            ):
                if rows:
                    session.execute(statement, [_columns(row) for row in rows])
    return len(changed)


def _columns(row: PlaceRow) -> dict[str, str | float]:
    return {"code": row.postcode, "place": row.place, "lat": row.lat, "lon": row.lon}
