"""What waits to be sent, and what waits for the desk."""

from typing import Any

from sqlmodel import Session

from models.states import MESSAGE, MessageState
from models.tables import Call, Community, OutboxMessage, Person, Signal
from tests.factories.ground import NOW, TODAY, add, following_number


def create_outbox_message(session: Session, recipient: Person, **columns: Any) -> OutboxMessage:
    """Make a message in any state (pending and due now unless told)."""
    n = following_number()
    state = str(columns.get("state", MessageState.PENDING))
    sent: dict[str, Any] = (
        {"address": recipient.email or "", "subject": "Nieuws", "body": f"Dag {recipient.first_name}", "html": "<p>Dag"}
        if state == MessageState.SENT
        else {}
    )
    name = columns.get("name", "request_open")
    row = OutboxMessage(
        **{
            "recipient_id": recipient.id,
            "name": name,
            "key": f"{name}:about:{n}:{recipient.id}",
            "due_at": NOW,
            "created_at": NOW,
            "ended_at": NOW if state in MESSAGE.final else None,
            **sent,
            **columns,
        }
    )
    add(session, row)
    return row


def create_call(session: Session, community: Community, person: Person, **columns: Any) -> Call:
    """Make somebody to call today."""
    n = following_number()
    about = columns.get("about", "proposal_volunteer")
    row = Call(
        **{
            "community_id": community.id,
            "person_id": person.id,
            "about": about,
            "key": f"{about}:about:{n}:{person.id}",
            "due_on": TODAY,
            "created_at": NOW,
            **columns,
        }
    )
    add(session, row)
    return row


def create_signal(session: Session, community: Community, **columns: Any) -> Signal:
    """Make something that the desk must look at."""
    n = following_number()
    kind = columns.get("kind", "not_good")
    row = Signal(
        **{"community_id": community.id, "kind": kind, "key": f"{kind}:about:{n}", "created_at": NOW, **columns}
    )
    add(session, row)
    return row
