"""What the desk reads, on both databases: counts, lists with filters, and one request with all that belongs to it."""

from datetime import timedelta

import pytest
from sqlmodel import Session

from models.queries import desk, desk_matches, desk_requests, desk_volunteers
from models.queries.desk_requests import Filters
from models.tables import AuditEntry, Community
from tests import factories
from tests.factories import NOW, TODAY


@pytest.fixture
def community(any_session: Session) -> Community:
    return factories.create_community(any_session)


def test_counts_are_read_at_once(any_session: Session, community: Community) -> None:
    factories.create_request(any_session, community, state="submitted", submitted_at=NOW - timedelta(days=9),
                             answered_at=None)  # fmt: skip
    factories.create_request(any_session, community, state="on_hold", hold_until=TODAY)
    factories.create_match(any_session, factories.create_request(any_session, community), origin="volunteer")
    factories.create_volunteer(any_session, community, state="applied")
    found = desk.counts(any_session, community.id, today=TODAY, late_before=NOW - timedelta(days=2))
    assert found == desk.Counts(
        submitted=1, late=1, proposed=1, offered=1, unanswered=0, applied=1, hold_over=1
    )  # fmt: skip


def test_the_queue_begins_with_what_is_urgent_and_with_worries(any_session: Session, community: Community) -> None:
    calm = factories.create_request(any_session, community, state="submitted", submitted_at=NOW - timedelta(days=9))
    urgent = factories.create_request(any_session, community, state="submitted", submitted_at=NOW, urgency="high")
    factories.create_signal(any_session, community, kind="declined", created_at=NOW - timedelta(days=3))
    worry = factories.create_signal(any_session, community, kind="call_me")
    waiting = desk.waiting_requests(any_session, community.id, today=TODAY, limit=5)
    assert [w.request.id for w in waiting] == [urgent.id, calm.id]
    assert desk.worries(any_session, community.id, limit=1)[0].signal.id == worry.id
    assert desk_requests.next_waiting(any_session, community.id) == urgent.id
    assert desk_requests.next_waiting(any_session, community.id, after=urgent.id) == calm.id


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        (Filters(), 2),
        (Filters(kind="garden"), 1),
        (Filters(kind="gard"), 0),
        (Filters(kind='"'), 0),
        (Filters(area="7621"), 1),
        (Filters(words="HEG snoeien"), 1),
        (Filters(words="100%"), 1),
        (Filters(words="_"), 0),
        (Filters(words="' OR 1=1 --"), 0),
    ],
)
def test_filters_find_what_they_say(any_session: Session, community: Community, filters: Filters, found: int) -> None:
    factories.create_request(
        any_session,
        community,
        kinds=["garden", "odd-jobs"],
        postcode="7621",
        text="De heg moet ik snoeien.",
        summary="",
    )
    factories.create_request(any_session, community, kinds=["pets"], text="100% alleen met de hond.", summary="")
    assert len(desk_requests.page(any_session, community.id, "open", filters)) == found
    assert desk_requests.counted(any_session, community.id, filters)["open"] == found


def test_a_request_comes_with_its_people_place_history_and_helpers(any_session: Session, community: Community) -> None:
    asker = factories.create_person(any_session, first_name="Anna")
    by = factories.create_coordinator(any_session, community)
    row = factories.create_request(any_session, community, asker_id=asker.id, contact_id=asker.id)
    volunteer = factories.create_volunteer(any_session, community)
    match = factories.create_match(any_session, row, volunteer, state="approved")
    factories.create_certificate(any_session, volunteer, by, valid_until=TODAY)
    factories.create_certificate(any_session, volunteer, by, valid_until=TODAY + timedelta(days=9))
    for subject, subject_id, action in (
        ("request", row.id, "request_open"), ("match", match.id, "match_approved"),
        ("person", asker.id, "contact_seen"), ("person", by.id, "contact_seen"),
    ):  # fmt: skip
        any_session.add(
            AuditEntry(at=NOW, community_id=community.id, actor_id=by.id, actor_kind="coordinator", action=action,
                       subject=subject, subject_id=subject_id)
        )  # fmt: skip
    any_session.flush()
    found = desk_requests.asked(any_session, community.id, row.id or 0)
    assert found is not None
    assert (found.contact, found.place) == (asker, "Hengelo 7551")
    assert desk_requests.asked(any_session, (community.id or 0) + 1, row.id or 0) is None
    told = [(e.entry.action, e.volunteer_id) for e in desk_requests.history(any_session, row)]
    assert told == [("request_open", None), ("match_approved", volunteer.id), ("contact_seen", None)]
    helper = desk_requests.helpers(any_session, [volunteer.id or 0])[volunteer.id or 0]
    assert (helper.load, helper.vog_until, helper.vog_endless) == (1, TODAY + timedelta(days=9), False)
    assert desk_requests.helpers(any_session, []) == {}


def test_what_may_be_the_same_is_found_by_people_and_by_words(any_session: Session, community: Community) -> None:
    row = factories.create_request(any_session, community, text="Wie wil mijn heg in de tuin snoeien?")
    since = desk_requests.a_while_ago(NOW)
    people = [row.resident_id or 0]
    assert [x.request.id for x in desk_requests.similar(any_session, community.id, people, since=since)] == [row.id]
    assert desk_requests.similar(any_session, community.id, [], since=since) == []
    same = "wie wil de heg in mijn tuin snoeien"
    assert [x.request.id for x in desk_requests.alike(any_session, community.id, same, "7551 AB", since=since)] == [
        row.id
    ]
    for text, postcode in (("Iets heel anders, boodschappen.", "7551"), (same, "7621"), ("heg", "7551"), (same, "")):
        assert desk_requests.alike(any_session, community.id, text, postcode, since=since) == []


def test_volunteers_are_listed_with_load_and_vog(any_session: Session, community: Community) -> None:
    by = factories.create_coordinator(any_session, community)
    row = factories.create_volunteer(any_session, community)
    factories.create_match(any_session, factories.create_request(any_session, community), row, state="active")
    factories.create_certificate(any_session, row, by, valid_until=TODAY)
    factories.create_certificate(any_session, row, by, valid_until=None)
    line = desk_volunteers.page(any_session, community.id, "active", Filters(kind="transport"))[0]
    assert (line.load, line.vog_seen, line.vog_until) == (1, True, None)
    assert desk_volunteers.counted(any_session, community.id, Filters())["active"] == 1
    assert len(desk_volunteers.matches_of(any_session, row.id)) == 1


def test_blocks_name_the_other_of_the_two(any_session: Session, community: Community) -> None:
    by = factories.create_coordinator(any_session, community)
    one, two = (factories.create_person(any_session, first_name=name) for name in ("Eva", "Otto"))
    factories.create_block(any_session, community, one, two, by)
    assert [name for _b, name in desk_volunteers.blocks_of(any_session, one.id or 0, community.id)] == ["Otto"]
    assert [name for _b, name in desk_volunteers.blocks_of(any_session, two.id or 0, community.id)] == ["Eva"]


def test_matches_are_listed_and_found_with_both_people(any_session: Session, community: Community) -> None:
    row = factories.create_request(any_session, community)
    match = factories.create_match(any_session, row, factories.create_volunteer(any_session, community))
    assert desk_matches.counted(any_session, community.id)["proposed"] == 1
    pair = desk_matches.page(any_session, community.id, "proposed")[0]
    assert (pair.match.id, pair.resident.id, pair.contact.id) == (match.id, row.resident_id, row.contact_id)
    assert desk_matches.pair(any_session, (community.id or 0) + 1, match.id or 0) is None
