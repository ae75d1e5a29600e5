"""Two people at the same moment, on real threads and real databases: one winner, nothing half."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

import pytest
from sqlalchemy import Engine
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, func, select

from models.actor import NOBODY, Actor
from models.database import reading, transaction
from models.errors import NotAllowed, Refused, StaleState
from models.operations import appointments, asking, choices, matches, proposals, requests
from models.queries.matches import volunteer_of
from models.tables import Appointment, AuditEntry, Community, HelpRequest, Match, OutboxMessage, Person
from tests import factories
from tests.factories import NOW

Step = Callable[[Session], object]


def _at_once(engine: Engine, *steps: Step) -> list[object]:
    """Do each in a thread and a transaction of its own, all from the same moment; give what came out or was refused."""
    start = threading.Barrier(len(steps))

    def run(step: Step) -> object:
        start.wait(timeout=20)
        try:
            with transaction(engine) as session:
                return step(session)
        except Refused as refusal:
            return refusal

    with ThreadPoolExecutor(len(steps)) as pool:
        return list(pool.map(run, steps))


def _match(session: Session, match_id: int | None) -> Match:
    found = session.get(Match, match_id)
    assert found is not None
    return found


def _two_proposals(engine: Engine, *, same_volunteer: bool = False) -> tuple[list[Match], list[Actor]]:
    """Two matches to choose from (of one request, or of one volunteer who wants one person), two coordinators."""
    with transaction(engine) as session:
        community = factories.create_community(session)
        request = factories.create_request(session, community)
        volunteer = factories.create_volunteer(session, community, capacity=1)
        pairs = (
            [(request, volunteer), (factories.create_request(session, community), volunteer)]
            if same_volunteer
            else [(request, volunteer), (request, factories.create_volunteer(session, community))]
        )
        found = [factories.create_match(session, *pair) for pair in pairs]
        actors = [factories.actor_of(session, factories.create_coordinator(session, community)) for _ in range(2)]
    return found, actors


def test_two_coordinators_who_approve_different_volunteers_have_one_winner(any_database: Engine) -> None:
    for _round in range(10):
        pair, actors = _two_proposals(any_database)
        results = _at_once(
            any_database,
            *(
                lambda session, m=match, a=actor: proposals.approve(session, _match(session, m.id), actor=a, now=NOW)
                for match, actor in zip(pair, actors, strict=True)
            ),
        )
        refused = [result for result in results if isinstance(result, Refused)]
        assert len(refused) == 1 and results.count(None) == 1
        winner = pair[results.index(None)]
        assert isinstance(refused[0], StaleState) and refused[0].code == "taken"
        assert refused[0].details["volunteer_id"] == winner.volunteer_id
        with reading(any_database) as session:
            assert sorted(_match(session, m.id).state for m in pair) == ["approved", "proposed"]
            assert _match(session, winner.id).state == "approved"
            mails = session.exec(select(OutboxMessage).where(OutboxMessage.key.in_(  # type: ignore[attr-defined]
                [f"proposal_volunteer:match:{m.id}:{_person(session, m)}" for m in pair]
            ))).all()  # fmt: skip
            assert [mail.params["match_id"] for mail in mails] == [winner.id]


def _person(session: Session, match: Match) -> int:
    return volunteer_of(session, match).person_id


def test_a_volunteer_for_one_is_not_approved_for_two_at_once(any_database: Engine) -> None:
    for _round in range(10):
        pair, actors = _two_proposals(any_database, same_volunteer=True)
        results = _at_once(
            any_database,
            *(
                lambda session, m=match, a=actor: proposals.approve(session, _match(session, m.id), actor=a, now=NOW)
                for match, actor in zip(pair, actors, strict=True)
            ),
        )
        assert [r.code for r in results if isinstance(r, StaleState)] == ["no_capacity"]
        with reading(any_database) as session:
            assert sorted(_match(session, m.id).state for m in pair) == ["approved", "proposed"]


def test_two_who_click_the_same_button_change_it_once(any_database: Engine) -> None:
    pair, actors = _two_proposals(any_database)
    results = _at_once(
        any_database,
        *(
            lambda session, a=actor: proposals.approve(session, _match(session, pair[0].id), actor=a, now=NOW)
            for actor in actors
        ),
    )
    assert results.count(None) == 1 and sum(isinstance(r, StaleState) for r in results) == 1
    with reading(any_database) as session:
        log = session.exec(
            select(func.count())
            .select_from(AuditEntry)
            .where(AuditEntry.action == "match_approved", AuditEntry.subject_id == pair[0].id)
        ).one()
        assert log == 1


def test_approving_against_withdrawing_ends_in_one_legal_state(any_database: Engine) -> None:
    for _round in range(10):
        pair, actors = _two_proposals(any_database)
        match = pair[0]
        with reading(any_database) as session:
            request = session.get(HelpRequest, match.request_id)
            assert request is not None
            resident = Actor(person_id=request.resident_id)

        def withdraw(session: Session, who: Actor = resident, number: int = match.request_id) -> None:
            found = session.get(HelpRequest, number)
            assert found is not None
            requests.withdraw(session, found, "Het is gelukt.", actor=who, now=NOW)

        _at_once(
            any_database,
            lambda session, m=match, a=actors[0]: proposals.approve(session, _match(session, m.id), actor=a, now=NOW),
            withdraw,
        )
        with reading(any_database) as session:
            request = session.get(HelpRequest, match.request_id)
            assert request is not None and request.state == "withdrawn"
            assert {_match(session, m.id).state for m in pair} == {"withdrawn"}
            assert not session.exec(
                select(OutboxMessage).where(OutboxMessage.recipient_id == request.resident_id)
            ).all()


def test_fifty_identical_posts_at_once_are_one_request_with_one_reference(any_database: Engine) -> None:
    form = asking.RequestForm(
        text="Wie helpt?", kinds=[], when={"kind": "flexible"}, postcode="7551", first_name="Dina",
        email="dina@post.example",
    )  # fmt: skip
    with transaction(any_database) as session:
        factories.create_community(session)
        asking.start_draft(session, draft_key="key", language="nl", now=NOW)

    def send(session: Session) -> str | None:
        draft = asking.find_draft(session, "key")
        assert draft is not None
        return asking.submit(session, draft, form, actor=NOBODY, now=NOW).reference

    results = _at_once(any_database, *[send] * 5)
    for _ in range(9):
        results += _at_once(any_database, *[send] * 5)
    assert results == ["2611-0001"] * 50
    with reading(any_database) as session:
        assert session.exec(select(func.count()).select_from(HelpRequest)).one() == 1
        assert session.exec(select(func.count()).select_from(Person)).one() == 1
        assert session.exec(select(func.count()).select_from(OutboxMessage)).one() == 1


def test_a_call_that_is_saved_twice_at_once_is_one_request(any_database: Engine) -> None:
    form = asking.RequestForm(
        text="Wie helpt?", kinds=[], when={"kind": "flexible"}, postcode="7551", first_name="Gerda", reach="visit"
    )
    with transaction(any_database) as session:
        community = factories.create_community(session)
        actor = factories.actor_of(session, factories.create_coordinator(session, community))

    def save(session: Session) -> str | None:
        here = session.get(Community, community.id)
        assert here is not None
        return asking.intake(session, here, form, actor=actor, now=NOW, draft_key="call").reference

    for _round in range(5):
        assert _at_once(any_database, *[save] * 4) == ["2611-0001"] * 4


def test_two_who_plan_the_same_moment_at_once_make_one_appointment(any_database: Engine) -> None:
    with transaction(any_database) as session:
        community = factories.create_community(session)
        match = factories.create_match(session, None, factories.create_volunteer(session, community), state="agreed")
        actor = factories.actor_of(session, factories.create_coordinator(session, community))
    results = _at_once(
        any_database,
        *[
            lambda session: [
                a.id
                for a in appointments.plan(
                    session,
                    _match(session, match.id),
                    starts_at=datetime(2026, 12, 1, 14),
                    ends_at=datetime(2026, 12, 1, 15),
                    actor=actor,
                    now=NOW,
                )
            ]
        ]
        * 4,
    )
    assert len({str(result) for result in results}) == 1
    with reading(any_database) as session:
        assert session.exec(select(func.count()).select_from(Appointment)).one() == 1
        assert _match(session, match.id).state == "active"


def test_two_who_pick_different_moments_at_once_meet_on_one(any_database: Engine) -> None:
    for _round in range(10):
        with transaction(any_database) as session:
            community = factories.create_community(session)
            match = factories.create_match(
                session, None, factories.create_volunteer(session, community), state="agreed"
            )
            actor = factories.actor_of(session, factories.create_coordinator(session, community))
            days = [datetime(2026, 12, day, 14) for day in (1, 2, 3)]
            moments = choices.propose(
                session, match, [(day, day.replace(hour=15)) for day in days], actor=actor, now=NOW
            )
        results = _at_once(
            any_database,
            *(
                lambda session, n=moment.id, a=actor: choices.pick(session, _appointment(session, n), actor=a, now=NOW)
                for moment in moments
            ),
        )
        refused = [result for result in results if isinstance(result, StaleState)]
        assert results.count(None) == 1 and [one.code for one in refused] == ["picked", "picked"]
        with reading(any_database) as session:
            states = [_appointment(session, moment.id).state for moment in moments]
            assert sorted(states) == ["cancelled", "cancelled", "confirmed"]
            assert states.index("confirmed") == results.index(None)
            told = session.exec(select(OutboxMessage).where(OutboxMessage.name == "appointment_confirmed")).all()
            ids = [moment.id for moment in moments]
            assert {mail.params["appointment_id"] for mail in told if mail.params["appointment_id"] in ids} == {
                moments[results.index(None)].id
            }


def _appointment(session: Session, number: int | None) -> Appointment:
    found = session.get(Appointment, number)
    assert found is not None
    return found


def test_no_two_moments_of_a_choice_can_be_kept_as_picked(any_database: Engine) -> None:
    with transaction(any_database) as session:
        match = factories.create_match(session, state="active")
        factories.create_appointment(session, match, state="confirmed", choice="one-of-two")
    with pytest.raises(IntegrityError), transaction(any_database) as session:
        factories.create_appointment(session, _match(session, match.id), state="confirmed", choice="one-of-two")


def test_completing_against_failing_has_one_end(any_database: Engine) -> None:
    for _round in range(5):
        with transaction(any_database) as session:
            community = factories.create_community(session)
            match = factories.create_match(
                session, None, factories.create_volunteer(session, community), state="active"
            )
            actor = factories.actor_of(session, factories.create_coordinator(session, community))
        results = _at_once(
            any_database,
            lambda session, m=match, a=actor: matches.complete(session, _match(session, m.id), actor=a, now=NOW),
            lambda session, m=match, a=actor: matches.fail(session, _match(session, m.id), "Nee.", actor=a, now=NOW),
        )
        assert results.count(None) == 1
        assert sum(isinstance(result, StaleState | NotAllowed) for result in results) == 1
        with reading(any_database) as session:
            ended, request = _match(session, match.id), session.get(HelpRequest, match.request_id)
            assert request is not None
            assert (ended.state, request.state) in {("completed", "fulfilled"), ("failed", "open")}
