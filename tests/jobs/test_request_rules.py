"""Nobody who asked is forgotten: a promise kept, news when nobody is found, asked twice before a request ends."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlmodel import select

from jobs.channels import Refused
from models.grounds import Grounds
from models.operations import calls, matches, offer_drafts, requests
from models.queries import lifetimes
from models.tables import Call, Community, HelpRequest, Match, OfferDraft, Person
from models.working_days import easter, is_working_day, working_days_after
from tests import factories
from tests.jobs.conftest import House

RULES = ("no_match", "still_wanted", "life_ends", "day_past", "hold_over", "promise")


def asked(house: House, *, person: dict[str, Any] | None = None, here: dict[str, Any] | None = None,
          **columns: Any) -> int:  # fmt: skip
    """Let somebody ask; gives the request's id. Everything happened just now unless told."""
    now = house.clock()
    with house.write() as session:
        community = factories.create_community(session, **(here or {}))
        resident = factories.create_person(session, first_name="Ria", **(person or {}))
        moments = {"created_at": now, "submitted_at": now, "life_at": now, "opened_at": now}
        if columns.get("state") == "submitted":
            moments["opened_at"] = None
            columns.setdefault("answered_at", None)
        request = factories.create_request(session, community, resident, **{**moments, **columns})
        assert request.id is not None
        return request.id


def state(house: House, request_id: int) -> str:
    """Give the request's state."""
    return str(house.get(HelpRequest, request_id).state)


def each_day(house: House, days: int) -> dict[int, dict[str, int]]:
    """Let days go by; gives on which of them something was done, counted from now."""
    done = {}
    for day in range(1, days + 1):
        house.clock.forward(days=1)
        kept = house.keep(*RULES)
        if kept:
            done[day] = kept
            house.deliver()
    return done


def test_without_a_match_for_five_days_resident_and_desk_are_told_once(any_house: House) -> None:
    request_id = asked(any_house)
    done = each_day(any_house, 12)
    assert done == {5: {"no_match": 1}}
    assert [m.state for m in any_house.messages("request_no_match")] == ["sent"]
    assert [s.request_id for s in any_house.signals("no_match")] == [request_id]


def test_an_approved_volunteer_is_a_match_a_proposed_one_is_not(house: House) -> None:
    with_one, without = asked(house), asked(house)
    with house.write() as session:
        for request_id, standing in ((with_one, "approved"), (without, "proposed")):
            factories.create_match(session, session.get(HelpRequest, request_id), state=standing)
    house.clock.forward(days=5)
    assert house.keep("no_match") == {"no_match": 1}
    assert [s.request_id for s in house.signals("no_match")] == [without]


def test_each_opening_has_its_own_five_days(house: House) -> None:
    request_id = asked(house)
    house.clock.forward(days=5)
    assert house.keep("no_match") == {"no_match": 1}
    with house.write() as session:
        request = session.get(HelpRequest, request_id)
        assert request is not None
        desk = factories.create_coordinator(session, session.get(Community, request.community_id))  # type: ignore[arg-type]
        actor = factories.actor_of(session, desk)
        requests.hold(session, request, None, "op vakantie", actor=actor, now=house.clock())
        house.clock.forward(days=3)
        requests.resume(session, request, actor=actor, now=house.clock())
    house.clock.forward(days=4)
    assert house.keep("no_match") == {}
    house.clock.forward(days=1)
    assert house.keep("no_match") == {"no_match": 1}
    assert len(house.messages("request_no_match")) == 2


def test_a_match_that_fails_opens_the_request_anew(house: House) -> None:
    request_id = asked(house, state="matched")
    with house.write() as session:
        request = session.get(HelpRequest, request_id)
        assert request is not None
        match = factories.create_match(session, request, state="active")
        resident = session.get(Person, request.resident_id)
        assert resident is not None
        house.clock.forward(days=10)
        matches.fail(session, match, "geen klik", actor=factories.actor_of(session, resident), now=house.clock())
    assert state(house, request_id) == "open"
    assert 5 in each_day(house, 6)


@pytest.mark.parametrize(
    ("sent_on", "signalled_on"),
    [
        (datetime(2026, 11, 23, 9, tzinfo=UTC), date(2026, 11, 25)),  # Monday: Wednesday
        (datetime(2026, 11, 27, 16, tzinfo=UTC), date(2026, 12, 1)),  # Friday: Tuesday
        (datetime(2026, 11, 28, 9, tzinfo=UTC), date(2026, 12, 1)),  # Saturday: Tuesday
        (datetime(2026, 12, 24, 9, tzinfo=UTC), date(2026, 12, 29)),  # before Christmas: after it
        (datetime(2026, 3, 27, 9, tzinfo=UTC), date(2026, 3, 31)),  # over the clock change
    ],
)
def test_an_answer_is_promised_within_two_working_days(house: House, sent_on: datetime, signalled_on: date) -> None:
    house.clock.now = sent_on
    request_id = asked(house, state="submitted")
    for _day in range(10):
        house.clock.forward(days=1)
        if house.keep("promise"):
            break
    assert house.clock().date() == signalled_on
    assert [s.request_id for s in house.signals("promise")] == [request_id]
    house.clock.forward(days=1)
    assert house.keep("promise") == {}


def test_a_promise_that_was_kept_needs_no_signal(house: House) -> None:
    asked(house, state="submitted", answered_at=house.clock())
    house.clock.forward(days=9)
    assert house.keep("promise") == {}


def test_without_a_sign_of_life_a_resident_is_asked_twice_and_then_the_request_ends(any_house: House) -> None:
    request_id = asked(any_house)
    done = each_day(any_house, 61)
    assert {day: kept for day, kept in done.items() if day != 5} == {
        30: {"still_wanted": 1},
        45: {"still_wanted": 1},
        60: {"life_ends": 1},
    }
    assert state(any_house, request_id) == "expired"
    assert [m.state for m in any_house.messages("request_still_wanted")] == ["sent", "sent"]
    assert [m.state for m in any_house.messages("request_expired")] == ["sent"]


def test_days_without_life_are_calendar_days_over_the_clock_change(house: House) -> None:
    house.clock.now = datetime(2026, 10, 1, 21, 30, tzinfo=UTC)  # 23:30, the first of October
    asked(house)
    house.clock.now = datetime(2026, 10, 30, 22, 59, tzinfo=UTC)  # 23:59, winter time
    assert house.keep("still_wanted") == {}
    house.clock.now = datetime(2026, 10, 30, 23, 0, tzinfo=UTC)  # midnight: the thirtieth day
    assert house.keep("still_wanted") == {"still_wanted": 1}


def test_a_sign_of_life_begins_the_count_again(house: House) -> None:
    request_id = asked(house)
    each_day(house, 46)
    with house.write() as session:
        request = session.get(HelpRequest, request_id)
        assert request is not None
        requests.still_wanted(session, request, actor=factories.link_actor(request), now=house.clock())
    assert each_day(house, 60) == {30: {"still_wanted": 1}, 45: {"still_wanted": 1}, 60: {"life_ends": 1}}
    assert len(house.messages("request_still_wanted")) == 4


def test_after_a_long_silence_of_the_worker_itself_nobody_is_hurried(house: House) -> None:
    asked(house)
    house.clock.forward(days=70)
    house.keep(*RULES)
    assert house.keep(*RULES) == {}  # not twice in one minute
    house.deliver()
    done = each_day(house, 31)
    assert done == {15: {"still_wanted": 1}, 30: {"life_ends": 1}}


def test_put_aside_until_a_day_counts_from_that_day(house: House) -> None:
    until = house.clock().date() + timedelta(days=40)
    asked(house, state="on_hold", hold_until=until)
    done = each_day(house, 71)
    assert done == {40: {"hold_over": 1}, 70: {"still_wanted": 1}}


def test_silence_of_somebody_without_e_mail_ends_nothing(house: House) -> None:
    request_id = asked(house, person={"email": None, "phone": "+31612345678"})
    each_day(house, 120)
    assert state(house, request_id) == "open"
    assert [c.about for c in house.calls()] == ["request_no_match", "request_still_wanted"]


def test_somebody_who_was_called_and_still_wants_it_is_left_in_peace(house: House) -> None:
    request_id = asked(house, person={"email": None, "phone": "+31612345678"})
    each_day(house, 31)
    with house.write() as session:
        call = session.get(Call, house.calls("request_still_wanted")[0].id)
        community = session.get(Community, 1)
        assert call is not None and community is not None
        desk = factories.actor_of(session, factories.create_coordinator(session, community))
        calls.outcome(session, call, "yes", "", actor=desk, now=house.clock())
    assert each_day(house, 29) == {}
    assert 1 in each_day(house, 1) and state(house, request_id) == "open"


def test_a_question_that_bounced_was_not_asked(house: House) -> None:
    request_id = asked(house)
    house.clock.forward(days=30)
    house.keep("still_wanted")
    house.channel.errors = [Refused("550")]
    house.deliver()
    each_day(house, 60)
    assert state(house, request_id) == "open" and len(house.messages("request_still_wanted")) == 1


def test_whoever_is_being_helped_is_not_asked_whether_they_still_want_it(house: House) -> None:
    request_id = asked(house, people_wanted=2)
    with house.write() as session:
        factories.create_match(session, session.get(HelpRequest, request_id), state="active")
    assert each_day(house, 90) == {}
    assert state(house, request_id) == "open"


def test_a_request_ends_when_its_day_is_past(any_house: House) -> None:
    once = {"kind": "once", "start": "2026-11-26T14:00", "end": "2026-11-26T15:00"}
    week = {"kind": "weekly", "windows": [], "from": "2026-11-20", "until": "2026-11-26"}
    ids = [asked(any_house, when=once), asked(any_house, when=week), asked(any_house)]
    any_house.clock.now = datetime(2026, 11, 26, 22, 59, tzinfo=UTC)
    assert any_house.keep("day_past") == {}
    any_house.clock.now = datetime(2026, 11, 26, 23, 0, tzinfo=UTC)
    assert any_house.keep("day_past") == {"day_past": 2}
    assert [state(any_house, i) for i in ids] == ["expired", "expired", "open"]


@pytest.mark.parametrize(
    ("standing", "after", "signals"), [("proposed", "open", 1), ("approved", "open", 0), ("agreed", "open", 0)]
)
def test_a_past_day_ends_nothing_while_somebody_is_under_way(
    house: House, standing: str, after: str, signals: int
) -> None:
    once = {"kind": "once", "start": "2026-11-26T14:00", "end": "2026-11-26T15:00"}
    request_id = asked(house, when=once)
    with house.write() as session:
        factories.create_match(session, session.get(HelpRequest, request_id), state=standing)
    house.clock.now = datetime(2026, 11, 27, 9, tzinfo=UTC)
    house.keep("day_past")
    house.keep("day_past")
    assert state(house, request_id) == after and len(house.signals("date_past")) == signals


def test_drafts_that_nobody_sent_are_emptied_after_a_month(house: House) -> None:
    with house.write() as session:
        community = factories.create_community(session)
        old, new = (
            factories.create_request(session, community, state="draft", draft_key=key, answers={"text": "Wie helpt"},
                                     created_at=house.clock() - timedelta(days=days))
            for key, days in (("a", 31), ("b", 29))
        )  # fmt: skip
        ids = (old.id, new.id)
    assert house.keep("old_drafts") == {"old_drafts": 1}
    drafts = [house.get(HelpRequest, i) for i in ids]
    assert [(d.state, d.answers) for d in drafts] == [("withdrawn", {}), ("draft", {"text": "Wie helpt"})]
    assert house.keep("old_drafts") == {}


def test_offers_that_nobody_went_on_with_are_forgotten_after_a_month(house: House) -> None:
    with house.write() as session:
        community = factories.create_community(session)
        for key, days in (("a", 31), ("b", 29)):
            offer_drafts.keep(
                session, key, community.id or 0, [["text", "Ik help"]], now=house.clock() - timedelta(days=days)
            )
    assert house.keep("old_offer_drafts") == {"old_offer_drafts": 1}
    with house.write() as session:
        assert [draft.draft_key for draft in session.exec(select(OfferDraft))] == ["b"]
        # Somebody who goes on with it a moment before it would be forgotten keeps it.
        offer_drafts.forget_old(session, session.exec(select(OfferDraft.id)).one() or 0, now=house.clock())
    assert house.keep("old_offer_drafts") == {}
    with house.write() as session:
        assert len(session.exec(select(OfferDraft)).all()) == 1


def test_where_a_community_lets_it_the_system_proposes_the_best(house: House) -> None:
    from models.operations.reminders import propose_best

    for lets in (True, False):
        asked(house, here={"proposes_itself": lets})
    with house.write() as session:
        volunteer = factories.create_volunteer(session, session.get(Community, 1))  # type: ignore[arg-type]
        [due] = lifetimes.to_propose(session, house.clock())
        for _time in range(2):
            propose_best(session, due.id, now=house.clock(), best=lambda *_: (volunteer, Grounds(0.8)))
        for request_id in (1, 2):
            propose_best(session, request_id, now=house.clock(), best=lambda *_: None)
    [match] = house._all(Match, Match.state, None)
    assert (match.request_id, match.origin, match.state, match.score) == (1, "system", "proposed", 0.8)


def test_holidays_are_no_working_days() -> None:
    known = {2024: (3, 31), 2025: (4, 20), 2026: (4, 5), 2027: (3, 28), 2028: (4, 16), 2038: (4, 25), 2285: (3, 22)}
    assert {year: (easter(year).month, easter(year).day) for year in known} == known
    free = [date(2026, 4, 6), date(2026, 4, 27), date(2026, 5, 14), date(2026, 5, 25), date(2026, 12, 25)]
    assert not any(map(is_working_day, free))
    assert not is_working_day(date(2025, 4, 26)) or date(2025, 4, 27).weekday() == 6  # a Sunday: the day before
    assert working_days_after(date(2026, 11, 24), date(2026, 11, 24)) == 0
