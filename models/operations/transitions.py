"""The one way in which a state changes: legal, by somebody who may, guarded by the old state, and written down."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import event, select, update
from sqlalchemy.orm import Session as OrmSession
from sqlalchemy.orm.attributes import set_committed_value
from sqlmodel import Session

from models.actor import Actor
from models.errors import NotAllowed, StaleState
from models.operations.audit import record
from models.states import APPOINTMENT, MATCH, REQUEST, VOLUNTEER, Role, Table
from models.tables import Appointment, Community, HelpRequest, Match, Volunteer

_TABLES: dict[type, Table] = {
    HelpRequest: REQUEST,
    Match: MATCH,
    Volunteer: VOLUNTEER,
    Appointment: APPOINTMENT,
}
# Where one person has several qualities, the one that fits the change best is written down.
_FIRST = (Role.RESIDENT, Role.ASKER, Role.VOLUNTEER, Role.COORDINATOR, Role.SYSTEM)


def move(
    session: Session,
    row: HelpRequest | Match | Volunteer | Appointment,
    after: str,
    *,
    actor: Actor,
    roles: Iterable[Role],
    now: datetime,
    reason: str = "",
    keep_reason: bool = True,
    **values: Any,
) -> Role:
    """Change a state and write it down.

    Parameters
    ----------
    row : HelpRequest, Match, Volunteer or Appointment
        As it was read; its present ``state`` is what the change starts from.
    after : str
        The new state.
    roles : iterable of Role
        In which qualities the actor stands to this row (see `models.permissions`).
    reason : str
        Written in the log, and kept with the row where one is given.
    keep_reason : bool
        False where the reason explains this step in the log and is no reason that the row ended by.
    **values
        Other columns to set in the same statement.

    Returns
    -------
    Role
        The quality in which it was done.

    Raises
    ------
    StaleState
        If this change does not exist from the present state, or somebody was faster.
    NotAllowed
        If the change exists, but not for these roles; always for somebody who has none.
    """
    kind, before = type(row), row.state
    table = _TABLES[kind]
    roles = frozenset(roles)
    if not roles:  # a stranger is not told in what state it is
        raise NotAllowed(wanted=after, subject=table.name)
    if not table.legal(before, after):
        raise StaleState(state=before, wanted=after, subject=table.name)
    role = next((r for r in _FIRST if r in roles and table.allows(before, after, r)), None)
    if role is None:
        raise NotAllowed(state=before, wanted=after, subject=table.name)
    session.flush()
    columns: Any = kind
    if reason and keep_reason:
        values["reason"] = reason[:500]
    if kind is Appointment:
        values["changed_at"] = now  # calendars ask what is new
    done = session.execute(
        update(kind)
        .where(columns.id == row.id, columns.state == before)
        .values(state=str(after), **values)
        .execution_options(synchronize_session=False)
    )
    if done.rowcount != 1:  # type: ignore[attr-defined]  # an UPDATE's result has a rowcount
        session.refresh(row)
        raise StaleState(state=row.state, wanted=after, subject=table.name)
    for name, value in {**values, "state": str(after)}.items():
        set_committed_value(row, name, value)
    record(
        session,
        actor=actor,
        role=role,
        action=f"{table.name}_{after}",
        subject=table.name,
        subject_id=row.id,
        now=now,
        community_id=row.community_id,
        before=before,
        after=str(after),
        reason=reason,
    )
    touch(session, row)
    return role


def first_role(roles: Iterable[Role]) -> Role:
    """Give the quality that is written down where somebody has several and any of them will do."""
    held = frozenset(roles)
    return next(role for role in (*_FIRST, *Role) if role in held)


def touch(session: Session, row: HelpRequest | Match | Volunteer | Appointment) -> None:
    """Note that a row changed, so that every process's ranking index can notice once this is committed."""
    if isinstance(row, Appointment) or row.community_id is None:
        return
    touched: set[_Touched] = session.info.setdefault(_TOUCHED, set())
    if isinstance(row, Match):
        # A match changes how much its volunteer still can do, and whether its request still asks for somebody.
        touched.add((Volunteer, row.volunteer_id, row.community_id))
        touched.add((HelpRequest, row.request_id, row.community_id))
    elif row.id is not None:
        touched.add((type(row), row.id, row.community_id))


def is_touched(session: OrmSession, row: HelpRequest | Volunteer) -> bool:
    """Whether this session changed a row and did not commit it yet: then no ranking index knows it as it is."""
    return any(kind is type(row) and row_id == row.id for kind, row_id, _ in session.info.get(_TOUCHED, ()))


_Touched = tuple[type[Volunteer] | type[HelpRequest], int, int]
_TOUCHED = "touched"
_COUNTERS: dict[type, str] = {Volunteer: "volunteer_revision", HelpRequest: "request_revision"}


def number_touched(session: OrmSession) -> None:
    """Give what was touched the next number of its community, as the last thing before the commit.

    The counter's row stays locked until the commit, so that a higher number never becomes visible before a lower one;
    and it is locked that short, because everybody in a community waits for it.
    """
    if session.in_nested_transaction():
        return
    touched: set[_Touched] = session.info.pop(_TOUCHED, set())
    _hold_touched(session, touched)
    groups: dict[tuple[int, str], list[int]] = {}
    for kind, row_id, community_id in touched:
        groups.setdefault((community_id, _COUNTERS[kind]), []).append(row_id)
    # Always in the same order: two transactions never wait for each other.
    for (community_id, counter), ids in sorted(groups.items()):
        kind = next(k for k, name in _COUNTERS.items() if name == counter)
        _number(session, kind, ids, community_id, counter)


def _hold_touched(session: OrmSession, touched: set[_Touched]) -> None:
    """Wait for whoever holds these rows before the counter is held, for which they wait: requests, then volunteers."""
    for kind in (HelpRequest, Volunteer):
        ids = [row_id for found, row_id, _community_id in touched if found is kind]
        if ids:
            columns: Any = kind
            rows = select(columns.id).where(columns.id.in_(ids)).order_by(columns.id)
            session.execute(rows.with_for_update(key_share=True)).all()


def _forget_touched(session: OrmSession) -> None:
    session.info.pop(_TOUCHED, None)


def _number(
    session: OrmSession, kind: type[Volunteer] | type[HelpRequest], ids: list[int], community_id: int, counter: str
) -> None:
    column = getattr(Community, counter)
    communities: Any = Community
    columns: Any = kind
    session.flush()
    raised = session.execute(
        update(Community)
        .where(communities.id == community_id)
        .values({counter: column + 1})
        .returning(column)
        .execution_options(synchronize_session=False)
    ).scalar_one()
    session.execute(
        update(kind).where(columns.id.in_(ids)).values(revision=raised).execution_options(synchronize_session=False)
    )
    # Whoever holds these rows must not write an old number back.
    held = [(Community, community_id, counter), *((kind, row_id, "revision") for row_id in ids)]
    for table, row_id, name in held:
        known = session.identity_map.get(session.identity_key(table, row_id))
        if known is not None:
            set_committed_value(known, name, raised)


event.listen(OrmSession, "before_commit", number_touched)
event.listen(OrmSession, "after_rollback", _forget_touched)
