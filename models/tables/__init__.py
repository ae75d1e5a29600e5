"""The tables, one file an aggregate. Importing this package registers them all."""

from models.tables.appointments import Appointment, CheckIn
from models.tables.audit import AuditEntry
from models.tables.communities import Area, Community, MeetingPlace, Postcode, Wording
from models.tables.desk import Call, Signal
from models.tables.learning import WeightStudy
from models.tables.matches import Dismissal, Match, PairMessage
from models.tables.outbox import OutboxMessage
from models.tables.people import Block, Person, Role, SignInCode
from models.tables.requests import HelpRequest
from models.tables.volunteers import Certificate, OfferDraft, Portrait, Volunteer
from models.tables.worker import Worker

__all__ = [
    "Appointment",
    "Area",
    "AuditEntry",
    "Block",
    "Call",
    "Certificate",
    "CheckIn",
    "Community",
    "Dismissal",
    "HelpRequest",
    "Match",
    "MeetingPlace",
    "OfferDraft",
    "OutboxMessage",
    "PairMessage",
    "Person",
    "Portrait",
    "Postcode",
    "Role",
    "SignInCode",
    "Signal",
    "Volunteer",
    "WeightStudy",
    "Wording",
    "Worker",
]
