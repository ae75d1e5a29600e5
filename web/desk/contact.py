"""How to reach people outside a match: shown to the desk, and each look written down once a day."""

from datetime import datetime, time

from models.delays import moment
from models.operations import contacts
from models.queries.contacts import SEEN
from models.queries.desk_requests import Event
from models.tables import Person
from web import access
from web.runtime import now
from web.transaction import db
from web.words import today_here


def today_began() -> datetime:
    """Give the moment (UTC) at which the community's day began."""
    return moment(datetime.combine(today_here(), time()), access.community().timezone)


def write_down(*people: Person | None) -> None:
    """Write in the log that this coordinator looks up how to reach these people; once a person and day."""
    contacts.look_up(db(), people, access.community(), actor=access.actor(), now=now())


def was_looked_up(history: list[Event], *people: Person | None) -> bool:
    """Whether the log says that this coordinator looked up how to reach all of these people today."""
    me, since = access.actor().person_id, today_began()
    seen = {
        event.entry.subject_id
        for event in history
        if event.entry.action == SEEN and event.entry.actor_id == me and event.entry.at >= since
    }
    return all(person is None or person.id in seen or person.id == me for person in people)
