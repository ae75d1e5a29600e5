"""What waits to be sent, and what waits for the desk."""

from typing import Any

from sqlmodel import Session

from models.states import MESSAGE, MessageState
from models.tables import Call, Community, OutboxMessage, Person, Signal, WeightStudy
from models.weighing import weights_of
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


def create_study(session: Session, community: Community, **columns: Any) -> WeightStudy:
    """Make a look at the decisions that proposes to mind the distance more."""
    before = weights_of(community).by_factor()
    moved = {"skills": round(before["skills"] - 0.05, 6), "distance": round(before["distance"] + 0.05, 6)}
    row = WeightStudy(
        **{
            "community_id": community.id,
            "made_at": NOW,
            "state": "open",
            "outcome": "better",
            "before": before,
            "after": {**before, **moved},
            "figures": {
                "decisions": 400, "good": 250, "doubt": 0.001,
                "before": {"auc": 0.61, "ndcg": 0.8, "pairs": 120, "requests": 30},
                "after": {"auc": 0.67, "ndcg": 0.84, "pairs": 120, "requests": 30},
            },
            **columns,
        }
    )  # fmt: skip
    add(session, row)
    return row
