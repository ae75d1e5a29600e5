"""The two tables of states of the specification, typed in from the document: every line, and every pair not in them."""

from itertools import product

import pytest
from sqlmodel import Session, select

from models.actor import Actor
from models.errors import NotAllowed, StaleState
from models.operations.transitions import move
from models.states import MATCH, REQUEST, MatchState, RequestState, Role, Table
from models.tables import AuditEntry, HelpRequest, Match
from tests import factories
from tests.factories import NOW
from tests.models.cast import A, C, Cast, R, S, V, gather, writes

REQUEST_STATES = [
    "draft", "submitted", "asked_back", "open", "on_hold", "matched", "fulfilled", "referred", "closed", "withdrawn",
    "expired",
]  # fmt: skip
MATCH_STATES = [
    "proposed", "approved", "accepted_by_volunteer", "agreed", "active", "completed", "rejected", "declined", "lapsed",
    "failed", "withdrawn",
]  # fmt: skip

# "Coordinator" includes a coordinator who writes down what somebody said on the phone: they stand beside every
# resident and volunteer who says something. Nobody says anything for the system.
REQUEST_LINES: list[tuple[str, str, set[Role]]] = [
    ("draft", "submitted", {R, A, C}),
    ("submitted", "open", {C, S}),
    ("submitted", "asked_back", {C}),
    ("open", "asked_back", {C}),
    ("asked_back", "submitted", {R, A, C}),
    ("asked_back", "open", {R, A, C}),
    ("submitted", "referred", {C}),
    ("asked_back", "referred", {C}),
    ("open", "referred", {C}),
    ("on_hold", "referred", {C}),
    ("submitted", "closed", {C}),
    ("asked_back", "closed", {C}),
    ("open", "on_hold", {R, A, C}),
    ("on_hold", "open", {R, A, C}),
    ("open", "matched", {S}),
    ("matched", "open", {S}),
    ("matched", "fulfilled", {S}),
    ("draft", "withdrawn", {R, A, C}),
    ("submitted", "withdrawn", {R, A, C}),
    ("asked_back", "withdrawn", {R, A, C}),
    ("open", "withdrawn", {R, A, C}),
    ("on_hold", "withdrawn", {R, A, C}),
    ("matched", "withdrawn", {R, A, C}),
    ("open", "expired", {S}),
    ("on_hold", "expired", {S}),
]
MATCH_LINES: list[tuple[str, str, set[Role]]] = [
    ("proposed", "approved", {C}),
    ("proposed", "rejected", {C}),
    ("approved", "accepted_by_volunteer", {V, C}),
    ("accepted_by_volunteer", "agreed", {R, A, C}),
    ("approved", "declined", {V, C}),
    ("accepted_by_volunteer", "declined", {R, A, C}),
    ("approved", "lapsed", {S}),
    ("accepted_by_volunteer", "lapsed", {S}),
    ("agreed", "active", {S}),
    ("active", "completed", {R, A, V, C, S}),
    ("agreed", "failed", {R, A, V, C}),
    ("active", "failed", {R, A, V, C}),
    ("proposed", "withdrawn", {R, A, V, C}),
    ("approved", "withdrawn", {R, A, V, C}),
    ("accepted_by_volunteer", "withdrawn", {R, A, V, C}),
    ("agreed", "withdrawn", {R, A, V, C}),
    ("active", "withdrawn", {R, A, V, C}),
]
TABLES: list[tuple[Table, list[str], list[tuple[str, str, set[Role]]]]] = [
    (REQUEST, REQUEST_STATES, REQUEST_LINES),
    (MATCH, MATCH_STATES, MATCH_LINES),
]
LINES = [(table, *line) for table, _states, lines in TABLES for line in lines]
FIRST_STATES = {"request": "draft", "match": "proposed"}
BEGINNINGS = [(table, state) for table, states, _lines in TABLES for state in states]


def _legal(table: Table) -> dict[tuple[str, str], set[Role]]:
    lines = next(lines for known, _states, lines in TABLES if known is table)
    return {(before, after): roles for before, after, roles in lines}


def _row(cast: Cast, table: Table, state: str) -> HelpRequest | Match:
    if table is REQUEST:
        return cast.request(state)
    volunteer = factories.create_volunteer(cast.session, cast.community)
    return cast.match(state, cast.request("open"), volunteer=volunteer)


def test_the_states_are_those_of_the_document() -> None:
    assert sorted(RequestState) == sorted(REQUEST_STATES)
    assert sorted(MatchState) == sorted(MATCH_STATES)


@pytest.mark.parametrize("table", [REQUEST, MATCH], ids=lambda table: table.name)
def test_the_table_holds_the_lines_of_the_document_and_nothing_else(table: Table) -> None:
    assert {pair: set(roles) for pair, roles in table.changes.items()} == _legal(table)


@pytest.mark.parametrize("table", [REQUEST, MATCH], ids=lambda table: table.name)
def test_a_state_without_a_way_out_is_final_and_no_other(table: Table) -> None:
    states = next(states for known, states, _lines in TABLES if known is table)
    assert set(table.final) == set(states) - {before for before, _after in _legal(table)}
    assert set(table.first) == {FIRST_STATES[table.name]}


@pytest.mark.parametrize(
    ("table", "before", "after", "roles"), LINES, ids=[f"{t.name}: {b} to {a}" for t, b, a, _roles in LINES]
)
def test_every_line_of_the_document_can_be_walked_and_stands_in_the_log(
    session: Session, table: Table, before: str, after: str, roles: set[Role]
) -> None:
    cast = gather(session)
    for role in roles:
        row = _row(cast, table, before)
        assert move(session, row, after, actor=cast.actors["stranger"], roles={role}, now=NOW, reason="omdat") is role
        assert row.state == after
        written = session.exec(
            select(AuditEntry).where(AuditEntry.subject == table.name, AuditEntry.subject_id == row.id)
        ).one()
        assert (written.actor_kind, written.before, written.after) == (role, before, after)
        assert (written.at, written.actor_id, written.reason) == (NOW, cast.actors["stranger"].person_id, "omdat")


@pytest.mark.parametrize(
    ("table", "before"), BEGINNINGS, ids=[f"{table.name} {before}" for table, before in BEGINNINGS]
)
def test_every_pair_and_role_that_is_not_in_the_document_is_refused(
    session: Session, table: Table, before: str
) -> None:
    cast = gather(session)
    row = _row(cast, table, before)
    states = next(states for known, states, _lines in TABLES if known is table)
    tried = 0
    for after, role in product(states, Role):
        roles = _legal(table).get((before, after))
        if roles is not None and role in roles:
            continue
        expected: type[Exception] = StaleState if roles is None else NotAllowed
        with writes(session) as written, pytest.raises(expected):
            move(session, row, after, actor=Actor(person_id=1), roles={role}, now=NOW)
        assert not written
        assert not table.allows(before, after, role)
        assert row.state == before
        tried += 1
    assert tried >= len(states) * len(Role) - 4 * len(Role)


def test_who_has_nothing_to_do_with_it_is_not_told_in_what_state_it_is(session: Session) -> None:
    row = gather(session).request("closed")
    with pytest.raises(NotAllowed) as refusal:
        move(session, row, "open", actor=Actor(), roles=set(), now=NOW)
    assert "state" not in refusal.value.details


def test_who_looks_at_an_old_page_changes_nothing(session: Session) -> None:
    cast = gather(session)
    row = cast.request("open")
    session.connection().exec_driver_sql(f"UPDATE help_request SET state = 'withdrawn' WHERE id = {row.id}")
    with pytest.raises(StaleState) as refusal:
        move(session, row, "on_hold", actor=cast.actors["resident"], roles={R}, now=NOW)
    assert refusal.value.details["state"] == "withdrawn"
    assert row.state == "withdrawn"
    assert session.exec(select(AuditEntry)).all() == []


def test_one_person_in_several_qualities_acts_in_the_one_that_fits(session: Session) -> None:
    cast = gather(session)
    row = cast.request("submitted")
    both = {R, C}
    assert move(session, row, "open", actor=cast.actors["coordinator"], roles=both, now=NOW) is C
    assert move(session, row, "on_hold", actor=cast.actors["coordinator"], roles=both, now=NOW) is R
