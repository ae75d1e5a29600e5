"""When things happen in the stories: always forward, by daylight, and the desk's work in its working hours."""

from datetime import UTC, datetime, time, timedelta

from models.delays import local_now, moment, today

EVENING = time(20, 45)
"""The stories end the evening before, so that a load at any hour of a day tells the same."""
DAY, OFFICE = (time(8), time(20, 30)), (time(9), time(17))
NIGHT = time(21, 30)
STEP = timedelta(minutes=9)
"""The least time between two steps of one story."""


def told_until(now: datetime, timezone: str) -> datetime:
    """Give the moment up to which the stories are told: the evening before."""
    return moment(datetime.combine(today(now, timezone) - timedelta(days=1), EVENING), timezone)


class Clock:
    """The time of one story at a time: every step comes after the one before, and none after the end."""

    def __init__(self, end: datetime, timezone: str) -> None:
        self.end, self.timezone = end, timezone
        self.begin()

    def begin(self) -> None:
        """Another story begins."""
        self.last = datetime.min.replace(tzinfo=UTC)

    def ago(self, days: float, *, office: bool = False) -> datetime:
        """Give the moment of a step about so many days before the end; ``office``: in the desk's working hours."""
        wanted = self.end - timedelta(days=days)
        if days >= 1:
            wanted = self._by_day(wanted, days, OFFICE if office else DAY)
        return self.step(wanted, office=office)

    def step(self, wanted: datetime, *, office: bool = False) -> datetime:
        """Give the moment of a step at or after the wanted one, later than the step before."""
        if self.last >= self.end:
            raise ValueError("the story has ended")
        earliest = self.last + STEP if self.last.year > 1 else self.last
        found = max(wanted, earliest)
        found = self._in_office(found, earliest) if office else self._awake(found)
        if found > self.end:
            # No room for the hour that was wanted: a part of what is left, so that later steps have room too.
            found = self.last + min((self.end - self.last) / 4, timedelta(minutes=40))
        self.last = found
        return found

    def _by_day(self, wanted: datetime, days: float, hours: tuple[time, time]) -> datetime:
        date = local_now(wanted, self.timezone).date()
        first, last = (datetime.combine(date, hour) for hour in hours)
        # The same for the same number of days; it only has to look arbitrary.
        part = days * 7.31 % 1
        return moment(first + timedelta(minutes=int((last - first).total_seconds() * part / 60)), self.timezone)

    def _awake(self, found: datetime) -> datetime:
        """Give a moment of that day, or of the next one where it is night."""
        local = local_now(found, self.timezone)
        if DAY[0] <= local.time() < NIGHT:
            return found
        date = local.date() if local.time() < DAY[0] else local.date() + timedelta(days=1)
        return moment(datetime.combine(date, DAY[0]) + timedelta(minutes=local.minute), self.timezone)

    def _in_office(self, found: datetime, earliest: datetime) -> datetime:
        """Give the nearest moment in working hours: on the Friday before a weekend if that can be, else after it."""
        local = local_now(found, self.timezone)
        minute = timedelta(minutes=local.minute)
        if local.weekday() > 4:
            friday = local.date() - timedelta(days=local.weekday() - 4)
            before = moment(datetime.combine(friday, time(16)) + minute, self.timezone)
            if before >= earliest:
                return before
        if local.weekday() <= 4 and OFFICE[0] <= local.time() < OFFICE[1]:
            return found
        date = local.date() if local.time() < OFFICE[0] else local.date() + timedelta(days=1)
        while date.weekday() > 4:
            date += timedelta(days=1)
        return moment(datetime.combine(date, OFFICE[0]) + minute, self.timezone)
