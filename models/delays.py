"""Calendar days, quiet hours and wall clocks: when something is due. Pure."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

QUIET_FROM, QUIET_UNTIL = time(21), time(8)
"""Nothing is sent between these, local time."""


def local_now(now: datetime, timezone: str) -> datetime:
    """Give the wall-clock time (naive) of a moment in a time zone."""
    return now.astimezone(ZoneInfo(timezone)).replace(tzinfo=None)


def moment(local: datetime, timezone: str) -> datetime:
    """Give the moment (UTC) of a wall-clock time.

    Of an hour that the clock shows twice the first is meant; one that it skips is read as the hour after.
    """
    return local.replace(tzinfo=ZoneInfo(timezone), fold=0).astimezone(UTC)


def is_quiet(now: datetime, timezone: str) -> bool:
    """Whether it is night there: nothing is sent."""
    clock = local_now(now, timezone).time()
    return clock >= QUIET_FROM or clock < QUIET_UNTIL


def next_allowed(when: datetime, timezone: str) -> datetime:
    """Give the first moment at or after ``when`` outside the quiet hours (UTC)."""
    local = local_now(when, timezone)
    if local.time() >= QUIET_FROM:
        local = datetime.combine(local.date() + timedelta(days=1), QUIET_UNTIL)
    elif local.time() < QUIET_UNTIL:
        local = datetime.combine(local.date(), QUIET_UNTIL)
    else:
        return when
    return moment(local, timezone)


def today(now: datetime, timezone: str) -> date:
    """Give the calendar day of a moment in a time zone."""
    return local_now(now, timezone).date()


def days_since(then: datetime, now: datetime, timezone: str) -> int:
    """Count calendar days between two moments, as people count them."""
    return (today(now, timezone) - today(then, timezone)).days
