"""What each message says, looked up at the moment it is sent."""

from models.messages.context import Message
from models.messages.facts.appointments import MESSAGES as APPOINTMENTS
from models.messages.facts.matches import MESSAGES as MATCHES
from models.messages.facts.requests import MESSAGES as REQUESTS
from models.messages.facts.volunteers import MESSAGES as VOLUNTEERS

MESSAGES: dict[str, Message] = {**REQUESTS, **MATCHES, **APPOINTMENTS, **VOLUNTEERS}
"""By name; the same names as the folders."""
