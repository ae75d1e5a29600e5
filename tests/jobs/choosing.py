"""Two people of whom one chooses a moment, and a worker that goes by the clock."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from models.actor import Actor
from models.operations import choices
from models.tables import Appointment, OutboxMessage
from tests import factories
from tests.jobs.conftest import House

QUESTION, REMINDER, LAPSED = "appointment_planned", "appointment_choice_reminder", "appointment_choice_lapsed"
RULE, LAPSE = "choice_reminder", "moment_lapse"
FAR = (datetime(2026, 12, 1, 14), datetime(2026, 12, 3, 10))
"""Tuesday and Thursday of the week after the Tuesday on which these tests begin."""


def amsterdam(*when: int) -> datetime:
    """Give the moment of a wall-clock time in Amsterdam."""
    return datetime(*when, tzinfo=ZoneInfo("Europe/Amsterdam")).astimezone(UTC)  # type: ignore[misc,arg-type]


@dataclass
class Two:
    """Two people of whom one chooses, and somebody of the desk."""

    house: House
    resident_id: int
    helper_id: int
    volunteer_id: int
    match_id: int
    desk: Actor
    moments: list[int]

    def pick(self, number: int = 0) -> None:
        """Let the desk write down that a moment suits."""
        with self.house.write() as session:
            found = session.get_one(Appointment, self.moments[number])
            choices.pick(session, found, actor=self.desk, now=self.house.clock())

    def change(self, table: Any, row_id: int, **columns: Any) -> None:
        """Change columns of a row."""
        with self.house.write() as session:
            row = session.get_one(table, row_id)
            for name, value in columns.items():
                setattr(row, name, value)

    def reminders(self) -> list[OutboxMessage]:
        """Give the reminders."""
        return self.house.messages(REMINDER)

    def states(self) -> list[str]:
        """Give the states of the moments."""
        return [self.house.get(Appointment, number).state for number in self.moments]


def proposed(
    house: House, *starts: datetime, by: str = "volunteer", phones: bool = False, send: bool = True,
    weekly_until: date | None = None, **community: Any,
) -> Two:  # fmt: skip
    """Let somebody propose moments now; the question is sent at once, or stands on the call list."""
    with house.write() as session:
        there = factories.create_community(session, **community)
        ways = {"email": None, "phone": "+31612345678"} if phones else {}
        resident = factories.create_person(session, first_name="Ria", **ways)
        helper = factories.create_person(session, first_name="Yusuf", **ways)
        volunteer = factories.create_volunteer(session, there, helper)
        request = factories.create_request(session, there, resident, state="matched")
        match = factories.create_match(session, request, volunteer, state="active")
        desk = factories.actor_of(session, factories.create_coordinator(session, there))
        who = {"volunteer": factories.actor_of(session, helper), "resident": factories.actor_of(session, resident)}
        times = [(start, start + timedelta(hours=1)) for start in starts or FAR]
        made = choices.propose(
            session, match, times, actor=who.get(by, desk), now=house.clock(), weekly_until=weekly_until
        )
        ids = [row.id or 0 for row in (resident, helper, volunteer, match, *made)]
    if send and not phones:
        assert house.deliver() == {"sent": 2 if by == "desk" else 1}
    return Two(house, *ids[:4], desk, ids[4:])
