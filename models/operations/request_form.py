"""What somebody types who asks for help; the same for the site and the desk's phone intake."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

REACH = ("email", "phone", "visit")
RELATIONS = (
    "partner",
    "daughter",
    "son",
    "family",
    "neighbour",
    "friend",
    "carer",
    "gp_assistant",
    "district_nurse",
    "social_worker",
    "organisation",
    "other",
)
TOLD = ("in_person", "by_phone", "not_yet")
CONTACTS = ("resident", "asker")


@dataclass(frozen=True, slots=True)
class RequestForm:
    """What was typed, before anything is checked."""

    text: str
    kinds: list[str]
    when: dict[str, Any]
    postcode: str
    first_name: str
    last_name: str = ""
    reach: str = "email"
    email: str = ""
    phone: str = ""
    languages: list[str] = field(default_factory=list)
    traits: list[str] = field(default_factory=list)
    avoids: list[str] = field(default_factory=list)
    urgency: str = "normal"
    people_wanted: int = 1
    leaves_choice: bool = False
    relation: str = ""
    asker_first_name: str = ""
    asker_email: str = ""
    asker_phone: str = ""
    contact: str = "resident"
    told: str = ""
    told_on: date | None = None
    language: str = "nl"
