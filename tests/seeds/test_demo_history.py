"""The past of the invented community could have been: every step comes after what made it possible."""

from collections import Counter, defaultdict
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from sqlmodel import Session, SQLModel, col, select

from models.database import UtcDateTime
from models.delays import local_now, moment
from models.queries import matches as queries
from models.states import AppointmentState
from models.tables import (
    Appointment,
    AuditEntry,
    CheckIn,
    HelpRequest,
    Match,
    PairMessage,
    Person,
    Volunteer,
)

pytestmark = pytest.mark.xdist_group("invented")
AMSTERDAM = "Europe/Amsterdam"
STILL_TO_COME = {"outbox_message.due_at"}
"""What may be after now; appointments and days on hold are not moments but days and hours on the wall."""


def matches(session: Session) -> list[tuple[Match, HelpRequest]]:
    """Give every match with its request."""
    return list(
        session.exec(select(Match, HelpRequest).join(HelpRequest, col(HelpRequest.id) == Match.request_id)).all()
    )


def log(session: Session, subject: str) -> dict[int | None, list[AuditEntry]]:
    """Give the lines of the audit log about each of something, as they were written."""
    found = defaultdict(list)
    for line in session.exec(select(AuditEntry).where(AuditEntry.subject == subject).order_by(col(AuditEntry.id))):
        found[line.subject_id].append(line)
    return found


def out_of_order(*steps: tuple[str, datetime | None]) -> list[str]:
    """Say which steps come before the step before them; those that were not taken are left out."""
    taken = [(name, at) for name, at in steps if at is not None]
    return [f"{b} {later} before {a} {sooner}" for (a, sooner), (b, later) in pairwise(taken) if later < sooner]


def test_a_request_is_written_then_sent_then_opened_then_ended(history: Session) -> None:
    wrong = {
        row.id: said
        for row in history.exec(select(HelpRequest))
        if (
            said := out_of_order(
                ("written", row.created_at), ("sent", row.submitted_at), ("opened", row.opened_at),
                ("ended", row.ended_at),
            )
        )
    }  # fmt: skip
    assert wrong == {}


def test_a_match_is_proposed_approved_accepted_agreed_active_and_ended_in_that_order(history: Session) -> None:
    lines, wrong = log(history, "match"), {}
    for match, request in matches(history):
        said = {line.after: line.at for line in lines[match.id]}
        steps = [
            ("sent", request.submitted_at), ("opened", request.opened_at), ("proposed", match.proposed_at),
            ("approved", match.approved_at), ("volunteer's yes", said.get("accepted_by_volunteer")),
            ("agreed", match.agreed_at), ("active", match.active_at), ("ended", match.ended_at),
            ("request ended", request.ended_at),
        ]  # fmt: skip
        if found := out_of_order(*steps):
            wrong[match.id] = found
    assert wrong == {}


def test_a_match_and_the_audit_log_tell_the_same_times(history: Session) -> None:
    lines, wrong = log(history, "match"), {}
    for match, _ in matches(history):
        said = {line.after: line.at for line in lines[match.id]}
        asked = said.get("accepted_by_volunteer") or said.get("approved")
        own = {
            "proposed": match.proposed_at, "approved": match.approved_at, "agreed": match.agreed_at,
            "active": match.active_at, "asked": match.asked_at, match.state: said.get(match.state),
        }  # fmt: skip
        if match.ended_at is not None:
            own[match.state] = match.ended_at
        told = {**{name: said.get(name) for name in own}, "asked": asked}
        if own != told:
            wrong[match.id] = (own, told)
    assert wrong == {}


def test_the_audit_log_of_anything_goes_forward(history: Session) -> None:
    wrong = [
        (subject, subject_id, before.action, after.action)
        for subject in ("request", "match", "appointment", "check_in", "volunteer")
        for subject_id, lines in log(history, subject).items()
        for before, after in pairwise(lines)
        if after.at < before.at
    ]
    assert wrong == []


def test_references_count_up_in_the_order_of_sending(history: Session) -> None:
    rows = history.exec(select(HelpRequest).where(col(HelpRequest.submitted_at).is_not(None))).all()
    by_community: dict[int | None, list[HelpRequest]] = defaultdict(list)
    for row in rows:
        by_community[row.community_id].append(row)
    for sent in by_community.values():
        in_order = [row.reference for row in sorted(sent, key=lambda row: (row.submitted_at, row.id))]
        assert in_order == sorted(row.reference or "" for row in sent)


def test_nobody_does_anything_before_they_signed_up(history: Session) -> None:
    people = {person.id: person for person in history.exec(select(Person))}
    helpers = {row.id: row for row in history.exec(select(Volunteer))}
    admitted = {
        subject_id: line.at
        for subject_id, lines in log(history, "volunteer").items()
        for line in lines
        if line.after == "active"
    }
    asked = [
        row.id
        for row in history.exec(select(HelpRequest))
        for person_id in (row.resident_id, row.asker_id)
        if person_id is not None and people[person_id].created_at > row.created_at
    ]
    helped = [match.id for match, _ in matches(history) if match.proposed_at < admitted[match.volunteer_id]]
    assert (asked, helped) == ([], [])
    assert all(row.created_at >= people[row.person_id].created_at for row in helpers.values())


def test_an_appointment_is_made_by_an_agreed_pair_and_before_it_begins(history: Session) -> None:
    found = {match.id: match for match, _ in matches(history)}
    for row in history.exec(select(Appointment)):
        agreed = found[row.match_id].agreed_at
        assert agreed is not None and row.created_at >= agreed, row
        assert moment(row.starts_at, AMSTERDAM) > row.created_at, row
        assert row.ends_at > row.starts_at, row


def test_a_pair_writes_to_each_other_once_it_agreed(history: Session) -> None:
    found = {match.id: match for match, _ in matches(history)}
    for row in history.exec(select(PairMessage)):
        agreed = found[row.match_id].agreed_at
        assert agreed is not None and row.created_at > agreed, row
        assert row.read_at is None or row.read_at > row.created_at, row


def test_how_it_went_is_asked_after_the_appointment_and_answered_after_that(history: Session) -> None:
    appointments = {row.id: row for row in history.exec(select(Appointment))}
    for row in history.exec(select(CheckIn)):
        ended = moment(appointments[row.appointment_id].ends_at, AMSTERDAM)
        assert out_of_order(("over", ended), ("asked", row.asked_at), ("answered", row.answered_at)) == [], row


def test_nothing_happened_in_the_future(history: Session, now: datetime) -> None:
    tables: dict[str, Any] = dict(SQLModel.metadata.tables)
    moments = [
        column
        for name, table in tables.items()
        for column in table.columns
        if isinstance(column.type, UtcDateTime) and f"{name}.{column.name}" not in STILL_TO_COME
    ]
    assert len(moments) > 20
    late = {str(column): history.scalars(select(column).where(column > now)).all() for column in moments}
    assert {name: found for name, found in late.items() if found} == {}


def test_only_what_has_begun_is_done(history: Session, now: datetime) -> None:
    local = local_now(now, AMSTERDAM)
    for row in history.exec(select(Appointment)):
        if row.state == AppointmentState.DONE:
            assert row.starts_at < local, row


def test_the_desk_works_on_working_days(history: Session) -> None:
    lines = [
        local_now(line.at, AMSTERDAM)
        for line in history.exec(select(AuditEntry).where(AuditEntry.actor_kind == "coordinator"))
        if line.subject in ("request", "match")
    ]
    odd = [at for at in lines if at.weekday() > 4 or not 8 <= at.hour < 18]
    assert len(lines) > 500
    assert len(odd) < len(lines) / 50  # now and then somebody catches up


def test_people_sleep_at_night(history: Session) -> None:
    by_people = select(AuditEntry).where(AuditEntry.actor_kind != "system", AuditEntry.subject != "volunteer")
    at = [local_now(line.at, AMSTERDAM) for line in history.exec(by_people)]
    at += [local_now(row.created_at, AMSTERDAM) for row in history.exec(select(PairMessage))]
    assert [moment for moment in at if not 7 <= moment.hour < 22] == []


def test_help_is_given_at_all_hours_and_mostly_on_working_days(history: Session) -> None:
    starts = [row.starts_at for row in history.exec(select(Appointment))]
    share = {
        "weekend": sum(at.weekday() > 4 for at in starts),
        "morning": sum(at.hour < 12 for at in starts),
        "afternoon": sum(12 <= at.hour < 17 for at in starts),
        "evening": sum(at.hour >= 17 for at in starts),
        "night": sum(not 8 <= at.hour < 21 for at in starts),
        "two o'clock": sum((at.hour, at.minute) == (14, 0) for at in starts),
        "busiest day": max(Counter(at.weekday() for at in starts).values()),
    }
    part = {name: round(100 * count / len(starts)) for name, count in share.items()}
    assert part["weekend"] <= 25 and part["night"] == 0 and part["two o'clock"] <= 15, part
    assert part["busiest day"] <= 30, part
    assert part["morning"] >= 20 and part["afternoon"] >= 25 and 8 <= part["evening"] <= 40, part


def test_certificates_were_seen_before_the_help_that_needs_them(history: Session) -> None:
    for match, request in matches(history):
        needed = set(request.kinds) & set(queries.community_of(history, match.community_id).vog_kinds)
        if needed and match.approved_at is not None:
            seen = min(row.seen_on for row in queries.certificates(history, match.volunteer_id))
            assert seen <= (match.approved_at + timedelta(hours=3)).date(), match
