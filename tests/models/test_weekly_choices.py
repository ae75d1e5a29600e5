"""Weekly series to choose from: nothing stands before the pick, and after it every week that was offered."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import icalendar
import pytest
from sqlalchemy import Engine
from sqlmodel import Session, col, select

from models import calendar, feed
from models.database import reading, transaction
from models.errors import Invalid, NotAllowed, StaleState
from models.operations import appointments, choices, matches
from models.queries import appointments as queries
from models.queries import reminders as due
from models.tables import Appointment, Community, Match
from tests import factories
from tests.concurrency import at_once
from tests.factories import NOW
from tests.models.cast import STRANGERS, Cast, gather, log, told, writes
from tests.statements import statements

TUESDAY, THURSDAY = datetime(2026, 12, 1, 10), datetime(2026, 12, 3, 14)
HOUR = timedelta(hours=1)
UNTIL, CHRISTMAS = date(2027, 1, 7), date(2026, 12, 24)


@pytest.fixture
def cast(session: Session) -> Cast:
    return gather(session)


def _propose(
    cast: Cast, *starts: datetime, who: str = "volunteer", match: Match | None = None, **changes: Any
) -> list[Appointment]:
    values = {"weekly_until": UNTIL, "now": NOW, **changes}
    times = [(start, start + HOUR) for start in starts or (TUESDAY, THURSDAY)]
    return choices.propose(cast.session, match or cast.match("agreed"), times, actor=cast.actors[who], **values)


def _pick(cast: Cast, moment: Appointment, who: str = "resident", **changes: Any) -> None:
    choices.pick(cast.session, moment, actor=cast.actors[who], **{"now": NOW, **changes})


def _all(cast: Cast, match_id: int) -> list[Appointment]:
    return list(queries.of_match(cast.session, match_id))


def _weeks(cast: Cast, moment: Appointment) -> list[Appointment]:
    assert moment.series is not None
    return list(queries.of_series(cast.session, moment.series))


def _days(rows: list[Appointment]) -> list[str]:
    return [f"{row.starts_at:%d-%m}" for row in rows]


# ---- proposing ----


def test_two_series_are_proposed_as_two_moments_and_no_week_stands_yet(cast: Cast) -> None:
    match = cast.match("agreed")
    tuesdays, thursdays = _propose(cast, THURSDAY, TUESDAY, match=match)
    assert _all(cast, tuesdays.match_id) == [tuesdays, thursdays] and match.state == "agreed"
    assert (tuesdays.starts_at, thursdays.starts_at) == (TUESDAY, THURSDAY)
    assert tuesdays.also_on == ["2026-12-08", "2026-12-15", "2026-12-22", "2026-12-29", "2027-01-05"]
    assert thursdays.also_on[-1] == "2027-01-07" and tuesdays.series != thursdays.series
    assert told(cast.session) == ["appointment_planned"] and told(cast.session, cast.resident)
    assert log(cast.session) == [("volunteer", "appointment_proposed", "", "proposed")] * 2


def test_a_second_click_proposes_nothing_more_and_another_last_day_is_another_choice(cast: Cast) -> None:
    match = cast.match("agreed")
    first = _propose(cast, match=match)
    with writes(cast.session) as written:
        assert _propose(cast, THURSDAY, TUESDAY, match=match) == first
    assert not written
    assert _propose(cast, match=match, weekly_until=date(2026, 12, 20)) != first


def test_holidays_are_left_out_of_each_series_and_the_first_day_may_be_one(cast: Cast) -> None:
    left_out = [CHRISTMAS, date(2026, 12, 29), TUESDAY.date()]
    thursdays, tuesdays = _propose(cast, leave_out=left_out)  # on that Thursday they would meet first
    assert tuesdays.starts_at == TUESDAY + timedelta(weeks=1)
    assert [f"{day:%d-%m}" for day in queries.days_of(tuesdays)] == ["08-12", "15-12", "22-12", "05-01"]
    assert [f"{day:%d-%m}" for day in queries.days_of(thursdays)] == ["03-12", "10-12", "17-12", "31-12", "07-01"]


def test_of_a_series_that_ends_in_its_first_week_one_day_is_left(cast: Cast) -> None:
    tuesday, thursdays = _propose(cast, TUESDAY + timedelta(weeks=5), THURSDAY)[::-1]
    assert (tuesday.also_on, tuesday.series) == ([], None) and thursdays.also_on
    _pick(cast, tuesday)
    assert _days(_all(cast, tuesday.match_id)) == ["03-12", "05-01"] and tuesday.state == "confirmed"


def test_every_week_is_held_against_the_rules_and_the_day_in_the_way_is_named(cast: Cast) -> None:
    busy = datetime(2026, 12, 17, 14, 30)
    factories.create_appointment(cast.session, cast.match("active"), starts_at=busy, ends_at=busy + HOUR)
    match = cast.match("agreed")
    with writes(cast.session) as written, pytest.raises(Invalid) as refusal:
        _propose(cast, match=match)
    assert not written
    assert (refusal.value.field, refusal.value.code) == ("starts_at", "busy_on")
    assert (refusal.value.details["number"], refusal.value.details["on"]) == (1, busy.date())
    assert len(_propose(cast, match=match, leave_out=[busy.date()])) == 2


def test_a_time_that_the_clock_skips_in_one_of_the_weeks_is_refused(cast: Cast) -> None:
    night = datetime(2027, 3, 21, 2, 30)  # on the 28th this time does not exist
    with pytest.raises(Invalid) as refusal:
        _propose(cast, TUESDAY, night, weekly_until=date(2027, 3, 29))
    assert (refusal.value.code, refusal.value.details["number"]) == ("time_missing", 1)


@pytest.mark.parametrize(
    ("second", "code"),
    [
        (TUESDAY + timedelta(weeks=2, minutes=30), "moment_twice"),
        (TUESDAY + timedelta(weeks=2, hours=1), None),
        (datetime(2027, 1, 8, 10), "end_before_start"),
    ],
)
def test_two_series_share_no_time_on_any_day_and_each_has_a_day(cast: Cast, second: datetime, code: str | None) -> None:
    if code is None:
        assert len(_propose(cast, TUESDAY, second)) == 2
        return
    with pytest.raises(Invalid) as refusal:
        _propose(cast, TUESDAY, second)
    assert (refusal.value.code, refusal.value.details["number"]) == (code, 1)


def test_a_series_longer_than_a_year_and_one_with_every_day_left_out_are_refused(cast: Cast) -> None:
    for changes, code in (
        ({"weekly_until": date(2028, 1, 1)}, "series_too_long"),
        ({"weekly_until": date(2026, 12, 9), "leave_out": [date(2026, 12, 3)]}, "nothing_left"),
    ):
        with pytest.raises(Invalid) as refusal:
            _propose(cast, **changes)
        assert (refusal.value.field, refusal.value.code) == ("weekly_until", code)


def test_a_year_of_weeks_asks_the_database_no_more_than_two_do(cast: Cast) -> None:
    def reads(until: date, later: timedelta) -> int:
        match = cast.match("agreed")
        with statements(cast.session.get_bind(), only=("SELECT",)) as said:
            _pick(cast, _propose(cast, TUESDAY + later, THURSDAY + later, match=match, weekly_until=until)[0])
        return len(said)

    assert reads(date(2026, 12, 10), timedelta(0)) == reads(date(2027, 11, 30), 2 * HOUR) > 0


# ---- picking ----


@pytest.mark.parametrize(
    ("planner", "who", "hears"),
    [
        ("volunteer", "resident", ["helper"]),
        ("volunteer", "coordinator", ["helper"]),
        ("resident", "volunteer", ["resident"]),
        ("asker", "volunteer", ["resident"]),
        ("coordinator", "asker", ["helper"]),
        ("coordinator", "coordinator", ["resident", "helper"]),
    ],
)
def test_the_pick_makes_every_week_and_the_other_series_lapses(
    cast: Cast, planner: str, who: str, hears: list[str]
) -> None:
    match = cast.match("agreed")
    tuesdays, thursdays = _propose(cast, match=match, who=planner, place="Bij de bibliotheek", leave_out=[CHRISTMAS])
    _pick(cast, thursdays, who)
    weeks = _weeks(cast, thursdays)
    assert _days(weeks) == ["03-12", "10-12", "17-12", "31-12", "07-01"] and weeks[0] == thursdays
    assert {week.state for week in weeks} == {"confirmed"} and tuesdays.state == "cancelled"
    assert {(week.starts_at.hour, week.ends_at.hour) for week in weeks} == {(14, 15)}
    assert {(week.planned_by, week.place, week.sequence) for week in weeks} == {
        (tuesdays.planned_by, "Bij de bibliotheek", 1)
    }
    assert [week.choice for week in weeks] == [thursdays.choice, None, None, None, None]
    assert (match.state, match.active_at) == ("active", NOW)
    heard = {"resident": cast.resident, "helper": cast.helper}
    names = {name: told(cast.session, person) for name, person in heard.items()}
    assert [name for name, messages in names.items() if "appointment_confirmed" in messages] == hears
    assert all(messages.count("appointment_confirmed") <= 1 for messages in names.values()), "one mail for all weeks"


def test_a_second_click_is_the_same_pick_and_the_other_series_is_too_late(cast: Cast) -> None:
    tuesdays, thursdays = _propose(cast)
    _pick(cast, tuesdays)
    with writes(cast.session) as written:
        _pick(cast, tuesdays)
        with pytest.raises(StaleState) as refusal:
            _pick(cast, thursdays)
    assert refusal.value.code == "picked" and not written


@pytest.mark.parametrize("who", [*STRANGERS, "system", "volunteer"])
def test_nobody_else_picks_a_series_and_nobody_their_own(cast: Cast, who: str) -> None:
    moment = _propose(cast)[0]
    with writes(cast.session) as written, pytest.raises(NotAllowed):
        _pick(cast, moment, who)
    assert not written


def test_a_series_in_whose_weeks_the_volunteer_is_expected_elsewhere_by_now_is_not_picked(cast: Cast) -> None:
    tuesdays, thursdays = _propose(cast)
    busy = datetime(2026, 12, 15, 10, 30)
    factories.create_appointment(cast.session, cast.match("active"), starts_at=busy, ends_at=busy + HOUR)
    with writes(cast.session) as written, pytest.raises(StaleState) as refusal:
        _pick(cast, tuesdays)
    assert (refusal.value.code, refusal.value.details["on"]) == ("busy_meanwhile_on", busy.date()) and not written
    _pick(cast, thursdays)
    assert thursdays.state == "confirmed"


def test_once_its_first_day_has_come_a_series_is_not_picked_any_more(cast: Cast) -> None:
    tuesdays, thursdays = _propose(cast)
    later = datetime(2026, 12, 1, 9, 30, tzinfo=UTC)
    with pytest.raises(StaleState) as refusal:
        _pick(cast, tuesdays, now=later)
    assert refusal.value.code == "moment_past"
    choices.lapse(cast.session, tuesdays, now=later)
    _pick(cast, thursdays, now=later)
    assert (tuesdays.state, len(_weeks(cast, tuesdays)), thursdays.state) == ("cancelled", 1, "confirmed")


@pytest.mark.parametrize("end", [matches.withdraw, matches.fail])
@pytest.mark.parametrize("picked", [False, True])
def test_with_the_match_series_end_whether_picked_or_not(cast: Cast, end: Any, picked: bool) -> None:
    match = cast.match("agreed")
    tuesdays, thursdays = _propose(cast, match=match)
    if picked:
        _pick(cast, tuesdays)
    end(cast.session, match, "Verhuisd.", actor=cast.actors["volunteer"], now=NOW)
    assert {row.state for row in _all(cast, tuesdays.match_id)} == {"cancelled"}
    with pytest.raises(StaleState):
        _pick(cast, thursdays)


@pytest.mark.parametrize("way", [choices.decline, choices.replace])
def test_where_no_series_suits_nothing_of_them_is_left(cast: Cast, way: Any) -> None:
    moments = _propose(cast)
    way(cast.session, moments[1], actor=cast.actors["resident"], now=NOW)
    assert [row.state for row in _all(cast, moments[0].match_id)] == ["cancelled"] * 2
    assert told(cast.session, cast.helper) == (["appointment_declined"] if way is choices.decline else [])


def test_two_who_pick_different_series_at_once_have_one_winner(any_database: Engine) -> None:
    for _round in range(3):
        with transaction(any_database) as session:
            match = factories.create_match(session, state="agreed")
            desk = factories.create_coordinator(session, session.get_one(Community, match.community_id))
            actor = factories.actor_of(session, desk)
            times = [(start, start + HOUR) for start in (TUESDAY, THURSDAY)]
            ids = [
                one.id
                for one in choices.propose(session, match, times, weekly_until=UNTIL, actor=actor, now=NOW)
            ]  # fmt: skip
            match_id = match.id

        def pick(session: Session, number: int | None, who: Any = actor) -> None:
            choices.pick(session, session.get_one(Appointment, number), actor=who, now=NOW)

        ends = at_once(any_database, *(lambda session, n=number: pick(session, n) for number in ids))
        assert [end.code for end in ends if isinstance(end, StaleState)] == ["picked"] and ends.count(None) == 1
        with reading(any_database) as session:
            rows = session.exec(select(Appointment).where(col(Appointment.match_id) == match_id)).all()
            won = session.get_one(Appointment, ids[ends.index(None)])
            assert len(rows) == 7 and {row.series for row in rows if row.state == "confirmed"} == {won.series}
            assert sum(row.state == "confirmed" for row in rows) == 6
            assert session.get_one(Match, match_id).state == "active"


# ---- after the pick it is a series like any other ----


def test_of_a_picked_series_one_week_moves_and_the_rest_can_stop(cast: Cast) -> None:
    tuesdays = _propose(cast)[0]
    _pick(cast, tuesdays)
    weeks = _weeks(cast, tuesdays)
    day = timedelta(days=1)
    newer = appointments.move(
        cast.session, weeks[1], starts_at=weeks[1].starts_at + day, ends_at=weeks[1].ends_at + day,
        actor=cast.actors["resident"], now=NOW,
    )  # fmt: skip
    assert newer.series == tuesdays.series and newer.state == "planned"
    appointments.cancel(cast.session, weeks[3], "", following=True, actor=cast.actors["resident"], now=NOW)
    assert [week.state for week in weeks] == ["confirmed", "cancelled", "confirmed", *["cancelled"] * 3]
    assert told(cast.session, cast.helper).count("appointment_series_ended") == 1


def test_each_week_is_reminded_of_at_the_same_hour_when_the_clock_changes_too(cast: Cast) -> None:
    tuesdays = _propose(cast, datetime(2027, 3, 16, 10), THURSDAY, weekly_until=date(2027, 4, 6))[1]
    _pick(cast, tuesdays)
    weeks = _weeks(cast, tuesdays)
    assert [f"{week.starts_at:%d-%m %H:%M}" for week in weeks] == [
        "16-03 10:00", "23-03 10:00", "30-03 10:00", "06-04 10:00",
    ]  # fmt: skip
    for week in weeks:
        noon_before = week.starts_at.replace(tzinfo=UTC) - timedelta(hours=22)
        assert [one.id for one in due.appointments_to_remind(cast.session, noon_before)] == [week.id]


def test_calendars_hold_one_entry_a_series_before_the_pick_and_one_a_week_after_it(cast: Cast) -> None:
    match = cast.match("agreed")
    _tuesdays, thursdays = _propose(cast, match=match, leave_out=[CHRISTMAS])

    def of_match() -> bytes:
        actor = cast.actors["resident"]
        return calendar.of_match(cast.session, match, actor=actor, language="nl", domain="noaber.example", now=NOW)

    def own() -> bytes:
        base = "https://noaber.example"
        return feed.of(cast.session, cast.volunteer, domain="noaber.example", base_url=base, now=NOW).content

    for content in (of_match(), own()):
        events = icalendar.Calendar.from_ical(content).walk("VEVENT")
        assert [str(event["STATUS"]) for event in events] == ["TENTATIVE"] * 2
        assert "Elke dinsdag van 1 december tot en met 5 januari 2027" in str(events[0]["DESCRIPTION"])
        assert "Niet op 24 december" in str(events[1]["DESCRIPTION"])
    _pick(cast, thursdays)
    for content in (of_match(), own()):
        events = icalendar.Calendar.from_ical(content).walk("VEVENT")
        standing = [event for event in events if str(event["STATUS"]) == "CONFIRMED"]
        assert [f"{event['DTSTART'].dt:%d-%m %H:%M}" for event in standing] == [
            "03-12 14:00", "10-12 14:00", "17-12 14:00", "31-12 14:00", "07-01 14:00",
        ]  # fmt: skip
        assert len(events) == 6 and "Elke" not in str(standing[0].get("DESCRIPTION", ""))
