"""Weekly appointments with exceptions: left out, moved, cancelled, ended from a day on; and the holidays."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlmodel import Session

from models.errors import Invalid, NotAllowed, StaleState
from models.operations import appointments
from models.queries import appointments as queries
from models.queries import reminders as due
from models.tables import Appointment
from models.working_days import holiday, holidays
from tests import factories
from tests.factories import NOW
from tests.models.cast import Cast, gather, told, writes

START, END = datetime(2026, 12, 4, 14), datetime(2026, 12, 4, 16)
CHRISTMAS, NEW_YEAR = date(2026, 12, 25), date(2027, 1, 1)


@pytest.fixture
def cast(session: Session) -> Cast:
    return gather(session)


def _fridays(cast: Cast, who: str = "volunteer", until: date = NEW_YEAR, **changes: Any) -> list[Appointment]:
    values = {"starts_at": START, "ends_at": END, "now": NOW, "weekly_until": until, **changes}
    return appointments.plan(cast.session, cast.match("agreed"), actor=cast.actors[who], **values)


def _move(cast: Cast, one: Appointment, who: str = "volunteer", days: int = 1) -> Appointment:
    later = timedelta(days=days)
    return appointments.move(
        cast.session, one, starts_at=one.starts_at + later, ends_at=one.ends_at + later, actor=cast.actors[who], now=NOW
    )


def _confirm(cast: Cast, one: Appointment, who: str = "resident") -> None:
    appointments.confirm(cast.session, one, actor=cast.actors[who], now=NOW)


def _days(rows: list[Appointment]) -> list[str]:
    return [f"{row.starts_at:%d-%m}" for row in rows]


# ---- left out ----


def test_days_that_are_left_out_are_not_planned_and_the_rest_is_one_series(cast: Cast) -> None:
    found = _fridays(cast, leave_out=[CHRISTMAS, NEW_YEAR, date(2030, 1, 1)])
    assert _days(found) == ["04-12", "11-12", "18-12"] and len({one.series for one in found}) == 1


def test_the_first_day_may_be_left_out_and_a_second_click_is_the_same(cast: Cast) -> None:
    match = cast.match("agreed")
    values: dict[str, Any] = {
        "starts_at": START, "ends_at": END, "weekly_until": date(2026, 12, 18), "leave_out": [START.date()], "now": NOW,
        "actor": cast.actors["volunteer"],
    }  # fmt: skip
    found = appointments.plan(cast.session, match, **values)
    with writes(cast.session) as written:
        assert appointments.plan(cast.session, match, **values) == found
    assert _days(found) == ["11-12", "18-12"] and not written


def test_over_midnight_every_week_ends_the_day_after(cast: Cast) -> None:
    found = _fridays(cast, starts_at=START.replace(hour=23), ends_at=START + timedelta(hours=11), leave_out=[CHRISTMAS])
    assert [one.ends_at - one.starts_at for one in found] == [timedelta(hours=2)] * 4


def test_all_left_out_is_no_series(cast: Cast) -> None:
    with pytest.raises(Invalid) as refusal:
        _fridays(cast, starts_at=datetime(2026, 12, 25, 14), ends_at=datetime(2026, 12, 25, 15),
                 leave_out=[CHRISTMAS, NEW_YEAR])  # fmt: skip
    assert (refusal.value.field, refusal.value.code) == ("weekly_until", "nothing_left")


def test_a_busy_day_that_is_left_out_is_in_nobodys_way(cast: Cast) -> None:
    factories.create_appointment(
        cast.session, cast.match("active"), starts_at=datetime(2026, 12, 25, 15), ends_at=datetime(2026, 12, 25, 17)
    )
    assert len(_fridays(cast, leave_out=[CHRISTMAS])) == 4


# ---- one moved ----


def test_one_day_is_moved_and_the_others_stay(cast: Cast) -> None:
    series = _fridays(cast)
    _confirm(cast, series[0])
    newer = _move(cast, series[1])
    assert [one.state for one in series] == ["confirmed", "cancelled", "confirmed", "confirmed", "confirmed"]
    assert newer.state == "planned" and newer.series == series[0].series


def test_a_yes_to_a_moved_day_is_a_yes_to_that_day(cast: Cast) -> None:
    series = _fridays(cast)
    newer = _move(cast, series[0])
    _confirm(cast, newer)
    assert newer.state == "confirmed"
    assert [one.state for one in series[1:]] == ["planned"] * 4


def test_nobody_says_yes_to_their_own_days_by_a_yes_to_the_others_exception(cast: Cast) -> None:
    series = _fridays(cast)
    newer = _move(cast, series[0], "resident")
    _confirm(cast, newer, "volunteer")
    assert newer.state == "confirmed" and {one.state for one in series[1:]} == {"planned"}


def test_the_yes_to_a_series_leaves_the_others_exception_open(cast: Cast) -> None:
    series = _fridays(cast)
    newer = _move(cast, series[2], "resident")
    _confirm(cast, series[0])
    assert [one.state for one in series] == ["confirmed", "confirmed", "cancelled", "confirmed", "confirmed"]
    assert newer.state == "planned", "the volunteer still has to say yes to it"


# ---- ended ----


@pytest.mark.parametrize(("who", "hears"), [("volunteer", "resident"), ("resident", "helper"), ("asker", "helper")])
def test_from_a_day_on_all_are_cancelled_and_the_other_hears_it_once(cast: Cast, who: str, hears: str) -> None:
    series = _fridays(cast)
    appointments.cancel(cast.session, series[2], "Verhuisd", following=True, actor=cast.actors[who], now=NOW)
    assert [one.state for one in series] == ["planned", "planned", "cancelled", "cancelled", "cancelled"]
    assert [one.reason for one in series[2:]] == ["Verhuisd"] * 3 and [one.sequence for one in series[2:]] == [1] * 3
    heard = {"resident": cast.resident, "helper": cast.helper}
    for name, person in heard.items():
        ended = told(cast.session, person).count("appointment_series_ended")
        assert ended == (1 if name == hears else 0)
        assert "appointment_cancelled" not in told(cast.session, person)


def test_an_exception_after_that_day_ends_too_and_one_before_it_stays(cast: Cast) -> None:
    series = _fridays(cast)
    earlier, later = _move(cast, series[1], days=-1), _move(cast, series[3])
    appointments.cancel(cast.session, series[2], "", following=True, actor=cast.actors["volunteer"], now=NOW)
    assert (earlier.state, later.state, series[4].state) == ("planned", "cancelled", "cancelled")


def test_of_the_last_one_and_of_a_single_one_it_is_a_plain_no(cast: Cast) -> None:
    series = _fridays(cast)
    appointments.cancel(cast.session, series[4], "", following=True, actor=cast.actors["volunteer"], now=NOW)
    single = factories.create_appointment(cast.session, cast.match("active"))
    appointments.cancel(cast.session, single, "", following=True, actor=cast.actors["volunteer"], now=NOW)
    assert told(cast.session, cast.resident).count("appointment_cancelled") == 2
    assert [one.state for one in series] == ["planned"] * 4 + ["cancelled"]


def test_one_day_is_cancelled_and_the_others_stay(cast: Cast) -> None:
    series = _fridays(cast)
    appointments.cancel(cast.session, series[2], "", actor=cast.actors["volunteer"], now=NOW)
    assert [one.state for one in series] == ["planned", "planned", "cancelled", "planned", "planned"]
    assert queries.standing_after(cast.session, series[1]) == series[3:]


def test_a_second_click_and_a_stranger_end_nothing(cast: Cast) -> None:
    series = _fridays(cast)
    with writes(cast.session) as written, pytest.raises(NotAllowed):
        appointments.cancel(cast.session, series[0], "", following=True, actor=cast.actors["stranger"], now=NOW)
    appointments.cancel(cast.session, series[3], "", following=True, actor=cast.actors["volunteer"], now=NOW)
    with writes(cast.session) as written_again, pytest.raises(StaleState):
        appointments.cancel(cast.session, series[3], "", following=True, actor=cast.actors["volunteer"], now=NOW)
    assert not written and not written_again


def test_reminders_go_out_for_what_is_left_and_for_nothing_else(cast: Cast) -> None:
    series = _fridays(cast)
    appointments.cancel(cast.session, series[1], "", actor=cast.actors["volunteer"], now=NOW)
    newer = _move(cast, series[2])
    appointments.cancel(cast.session, series[3], "", following=True, actor=cast.actors["volunteer"], now=NOW)
    wanted = {series[0].id: series[0], newer.id: newer}
    found = {}
    for days in range(60):
        for row in due.appointments_to_remind(cast.session, NOW + timedelta(days=days)):
            found[row.id] = row
    assert found.keys() == wanted.keys()


# ---- holidays ----


@pytest.mark.parametrize(
    ("day", "name"),
    [
        (date(2027, 1, 1), "new_years_day"),
        (date(2027, 3, 28), "easter_sunday"),
        (date(2027, 3, 29), "easter_monday"),
        (date(2027, 4, 27), "kings_day"),
        (date(2025, 4, 26), "kings_day"),
        (date(2025, 4, 27), None),
        (date(2027, 5, 5), "liberation_day"),
        (date(2027, 5, 6), "ascension_day"),
        (date(2016, 5, 5), "ascension_day"),
        (date(2027, 5, 16), "pentecost_sunday"),
        (date(2027, 5, 17), "pentecost_monday"),
        (date(2026, 12, 25), "christmas_day"),
        (date(2026, 12, 26), "boxing_day"),
        (date(2026, 12, 24), None),
    ],
)
def test_public_holidays_have_a_name(day: date, name: str | None) -> None:
    assert holiday(day) == name


def test_on_liberation_day_people_work_unless_it_is_another_holiday_too() -> None:
    assert date(2027, 5, 5) not in holidays(2027) and date(2016, 5, 5) in holidays(2016)
