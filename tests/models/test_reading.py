"""Reading texts ahead of time: what was read is kept, nothing else changes, and a text that changes meanwhile waits."""

import pytest
from sqlalchemy import Engine, update
from sqlmodel import select

from matcher import Reader
from models.database import reading, transaction
from models.queries import ranked
from models.tables import Community, HelpRequest, Volunteer
from tests import factories
from tests.models.town import read_texts

TEXT = "Wie doet er boodschappen voor mij?"


@pytest.fixture
def community(any_database: Engine) -> Community:
    """A community on each of the two databases, committed."""
    with transaction(any_database) as session:
        return factories.create_community(session)


def unread(engine: Engine, reader: Reader) -> list[str]:
    """Give the texts that wait to be read."""
    with reading(engine) as session:
        return [one.text for one in ranked.unread(session, reader.edition, 1000)]


def test_what_was_read_stands_beside_the_text(any_database: Engine, community: Community, reader: Reader) -> None:
    with transaction(any_database) as session:
        factories.create_volunteer(session, community)
        factories.create_request(session, community, text=TEXT, revision=7)
    with transaction(any_database) as session:
        before = session.exec(select(HelpRequest)).one().model_dump(exclude={"found", "vector", "edition"})
    assert read_texts(any_database, reader) == 2
    expected = reader.read([TEXT])[0]
    with reading(any_database) as session:
        row = session.exec(select(HelpRequest)).one()
        assert [(one["slug"], one["confidence"]) for one in row.found] == [
            (one.slug, one.confidence) for one in expected.kinds
        ]
        assert row.found[0]["slug"] == "groceries"
        assert (row.vector, row.edition) == (expected.vector, reader.edition)
        assert row.model_dump(exclude={"found", "vector", "edition"}) == before, "no ranking has to notice"
        assert session.exec(select(Volunteer)).one().edition == reader.edition
    assert unread(any_database, reader) == []


def test_no_more_than_was_asked_for_and_the_rest_the_next_time(
    any_database: Engine, community: Community, reader: Reader
) -> None:
    with transaction(any_database) as session:
        for number in range(3):
            factories.create_request(session, community, text=f"{TEXT} {number}")
            factories.create_volunteer(session, community, text=f"Ik help graag {number}")
    for expected, left in ((4, 2), (2, 0), (0, 0)):
        assert read_texts(any_database, reader, limit=4) == expected
        assert len(unread(any_database, reader)) == left


def test_another_edition_reads_everything_anew(any_database: Engine, community: Community, reader: Reader) -> None:
    with transaction(any_database) as session:
        factories.create_volunteer(session, community, edition="an older one", vector=b"\x01", found=[])
        factories.create_volunteer(session, community, edition=reader.edition, vector=b"\x02", found=[])
    assert read_texts(any_database, reader) == 1
    with reading(any_database) as session:
        assert [row.vector == b"\x02" for row in session.exec(select(Volunteer).order_by(Volunteer.id))] == [  # type: ignore[arg-type]
            False,
            True,
        ]


def test_what_nobody_is_ranked_by_is_left_alone(any_database: Engine, community: Community, reader: Reader) -> None:
    with transaction(any_database) as session:
        for state in ("left", "stopped"):
            factories.create_volunteer(session, community, state=state)
        for state in ("draft", "fulfilled", "withdrawn", "referred", "closed", "expired"):
            factories.create_request(session, community, state=state)
        factories.create_volunteer(session, community, text="")
        for state in ("applied", "paused"):
            factories.create_volunteer(session, community, state=state, text=state)
        for state in ("submitted", "on_hold", "matched", "asked_back"):
            factories.create_request(session, community, state=state, text=state)
    assert unread(any_database, reader) == ["applied", "paused", "submitted", "on_hold", "matched", "asked_back"]


def test_a_text_in_which_nothing_can_be_read_is_read_once(
    any_database: Engine, community: Community, reader: Reader
) -> None:
    with transaction(any_database) as session:
        factories.create_volunteer(session, community, text="…")
    assert read_texts(any_database, reader) == 1
    assert unread(any_database, reader) == []


def test_a_text_that_changes_meanwhile_waits_for_the_next_time(
    any_database: Engine, community: Community, reader: Reader
) -> None:
    with transaction(any_database) as session:
        volunteer_id = factories.create_volunteer(session, community, text="Ik rijd graag.").id

    def meanwhile() -> None:
        with transaction(any_database) as session:
            columns = Volunteer.__table__.c  # type: ignore[attr-defined]
            session.execute(update(Volunteer).where(columns.id == volunteer_id).values(text="Ik kook."))

    read_texts(any_database, reader, meanwhile=meanwhile)
    with reading(any_database) as session:
        row = session.exec(select(Volunteer)).one()
        assert (row.text, row.edition, row.vector) == ("Ik kook.", "", None)
    assert unread(any_database, reader) == ["Ik kook."]
