"""The states and every legal change between them, as data: the two tables of the specification, and three more.

``ROLES`` are the qualities in which somebody may act. "Coordinator" includes a coordinator who writes down what
somebody said on the phone. What is not in these tables does not exist.
"""

from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """In what quality somebody acts on a thing."""

    RESIDENT = "resident"
    ASKER = "asker"
    VOLUNTEER = "volunteer"
    COORDINATOR = "coordinator"
    ADMINISTRATOR = "administrator"
    SYSTEM = "system"


class RequestState(StrEnum):
    """Of a help request."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    ASKED_BACK = "asked_back"
    OPEN = "open"
    ON_HOLD = "on_hold"
    MATCHED = "matched"
    FULFILLED = "fulfilled"
    REFERRED = "referred"
    CLOSED = "closed"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"


class MatchState(StrEnum):
    """Of a match."""

    PROPOSED = "proposed"
    APPROVED = "approved"
    ACCEPTED = "accepted_by_volunteer"
    AGREED = "agreed"
    ACTIVE = "active"
    COMPLETED = "completed"
    REJECTED = "rejected"
    DECLINED = "declined"
    LAPSED = "lapsed"
    FAILED = "failed"
    WITHDRAWN = "withdrawn"


class VolunteerState(StrEnum):
    """Of a volunteer in a community."""

    APPLIED = "applied"
    ACTIVE = "active"
    PAUSED = "paused"
    LEFT = "left"
    STOPPED = "stopped"


class AppointmentState(StrEnum):
    """Of an appointment. Moving one cancels it and makes a new one.

    A proposed one is one of two or three moments of which the other side picks one: nobody is expected there yet.
    """

    PROPOSED = "proposed"
    PLANNED = "planned"
    CONFIRMED = "confirmed"
    DONE = "done"
    MISSED = "missed"
    CANCELLED = "cancelled"


class MessageState(StrEnum):
    """Of a row in the outbox."""

    PENDING = "pending"
    LEASED = "leased"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"
    IN_DOUBT = "in_doubt"
    SKIPPED = "skipped"
    REDACTED = "redacted"


class SignalKind(StrEnum):
    """What the desk is told that a human must look at."""

    NOT_GOOD = "not_good"
    CALL_ME = "call_me"
    ANSWERED = "answered"
    ASKER_GONE = "asker_gone"
    DANGER = "danger"
    DATE_PAST = "date_past"
    DECLINED = "declined"
    DESPAIR = "despair"
    FAILED = "failed"
    HOLD_OVER = "hold_over"
    JOB_FAILED = "job_failed"
    LAPSED = "lapsed"
    MISSED = "missed"
    NO_APPOINTMENT = "no_appointment"
    NO_MATCH = "no_match"
    OTHER_PHONE = "other_phone"
    PROMISE = "promise"
    VIOLENCE = "violence"
    WITHDRAWN = "withdrawn"


WORRIES = ("not_good", "call_me")
"""Answers to "how did it go?" that a human must look at."""


class CallReason(StrEnum):
    """Why somebody is called instead of mailed."""

    NO_EMAIL = "no_email"
    FAILED = "failed"
    IN_DOUBT = "in_doubt"
    NO_ANSWER = "no_answer"
    PAUSED = "paused"


@dataclass(frozen=True, slots=True)
class Table:
    """The legal changes of one kind of thing: (from, to) and who may make it."""

    name: str
    first: frozenset[str]
    final: frozenset[str]
    changes: dict[tuple[str, str], frozenset[Role]]

    def allows(self, before: str, after: str, role: Role) -> bool:
        """Whether ``role`` may make this change."""
        return role in self.changes.get((before, after), frozenset())

    def legal(self, before: str, after: str) -> bool:
        """Whether anybody may make this change."""
        return (before, after) in self.changes


def _changes(
    *lines: tuple[str | tuple[str, ...], str, tuple[Role, ...]],
) -> dict[tuple[str, str], frozenset[Role]]:
    table: dict[tuple[str, str], frozenset[Role]] = {}
    for before, after, roles in lines:
        for one in (before,) if isinstance(before, str) else before:
            table[one, after] = table.get((one, after), frozenset()) | frozenset(roles)
    return table


_R, _A, _V, _C, _S = Role.RESIDENT, Role.ASKER, Role.VOLUNTEER, Role.COORDINATOR, Role.SYSTEM
_OWN = (_R, _A)  # the resident, or who asks for them

_Q = RequestState
REQUEST_FINAL = frozenset({_Q.FULFILLED, _Q.REFERRED, _Q.CLOSED, _Q.WITHDRAWN, _Q.EXPIRED})
REQUEST = Table(
    "request",
    first=frozenset({_Q.DRAFT}),
    final=REQUEST_FINAL,
    changes=_changes(
        (_Q.DRAFT, _Q.SUBMITTED, (*_OWN, _C)),
        (_Q.SUBMITTED, _Q.OPEN, (_C, _S)),
        ((_Q.SUBMITTED, _Q.OPEN), _Q.ASKED_BACK, (_C,)),
        (_Q.ASKED_BACK, _Q.SUBMITTED, (*_OWN, _C)),
        (_Q.ASKED_BACK, _Q.OPEN, (*_OWN, _C)),
        ((_Q.SUBMITTED, _Q.ASKED_BACK, _Q.OPEN, _Q.ON_HOLD), _Q.REFERRED, (_C,)),
        ((_Q.SUBMITTED, _Q.ASKED_BACK), _Q.CLOSED, (_C,)),
        (_Q.OPEN, _Q.ON_HOLD, (*_OWN, _C)),
        (_Q.ON_HOLD, _Q.OPEN, (*_OWN, _C)),
        (_Q.OPEN, _Q.MATCHED, (_S,)),
        (_Q.MATCHED, _Q.OPEN, (_S,)),
        (_Q.MATCHED, _Q.FULFILLED, (_S,)),
        (tuple(s for s in _Q if s not in REQUEST_FINAL), _Q.WITHDRAWN, (*_OWN, _C)),
        ((_Q.OPEN, _Q.ON_HOLD), _Q.EXPIRED, (_S,)),
    ),
)

_M = MatchState
MATCH_FINAL = frozenset({_M.COMPLETED, _M.REJECTED, _M.DECLINED, _M.LAPSED, _M.FAILED, _M.WITHDRAWN})
MATCH_LIVE = frozenset(set(_M) - MATCH_FINAL)
MATCH_TAKES_PLACE = frozenset({_M.APPROVED, _M.ACCEPTED, _M.AGREED, _M.ACTIVE})
"""Between approval and active: one of these a request at a time, and each counts towards the volunteer's load."""
MATCH_KNOWS_EACH_OTHER = frozenset({_M.AGREED, _M.ACTIVE})
"""Only here each sees the other's contact details."""
_EITHER = (_R, _A, _V)
MATCH = Table(
    "match",
    first=frozenset({_M.PROPOSED}),
    final=MATCH_FINAL,
    changes=_changes(
        (_M.PROPOSED, _M.APPROVED, (_C,)),
        (_M.PROPOSED, _M.REJECTED, (_C,)),
        (_M.APPROVED, _M.ACCEPTED, (_V, _C)),
        (_M.ACCEPTED, _M.AGREED, (*_OWN, _C)),
        (_M.APPROVED, _M.DECLINED, (_V, _C)),
        (_M.ACCEPTED, _M.DECLINED, (*_OWN, _C)),
        ((_M.APPROVED, _M.ACCEPTED), _M.LAPSED, (_S,)),
        (_M.AGREED, _M.ACTIVE, (_S,)),
        (_M.ACTIVE, _M.COMPLETED, (*_EITHER, _C, _S)),
        ((_M.AGREED, _M.ACTIVE), _M.FAILED, (*_EITHER, _C)),
        (tuple(s for s in _M if s not in MATCH_FINAL), _M.WITHDRAWN, (*_EITHER, _C)),
    ),
)

_P = VolunteerState
VOLUNTEER = Table(
    "volunteer",
    first=frozenset({_P.APPLIED}),
    final=frozenset({_P.LEFT, _P.STOPPED}),
    changes=_changes(
        (_P.APPLIED, _P.ACTIVE, (_C, _S)),
        (_P.ACTIVE, _P.PAUSED, (_V, _C)),
        (_P.PAUSED, _P.ACTIVE, (_V, _C)),
        ((_P.APPLIED, _P.ACTIVE, _P.PAUSED), _P.LEFT, (_V,)),
        ((_P.APPLIED, _P.ACTIVE, _P.PAUSED), _P.STOPPED, (_C,)),
    ),
)

_T = AppointmentState
APPOINTMENT = Table(
    "appointment",
    first=frozenset({_T.PROPOSED, _T.PLANNED}),
    final=frozenset({_T.DONE, _T.MISSED, _T.CANCELLED}),
    changes=_changes(
        ((_T.PROPOSED, _T.PLANNED), _T.CONFIRMED, (*_EITHER, _C)),
        ((_T.PLANNED, _T.CONFIRMED), _T.DONE, (*_EITHER, _C, _S)),
        ((_T.PLANNED, _T.CONFIRMED), _T.MISSED, (*_EITHER, _C)),
        ((_T.PROPOSED, _T.PLANNED, _T.CONFIRMED), _T.CANCELLED, (*_EITHER, _C, _S)),
    ),
)

_B = MessageState
MESSAGE = Table(
    "message",
    first=frozenset({_B.PENDING}),
    final=frozenset({_B.SENT, _B.FAILED, _B.IN_DOUBT, _B.SKIPPED, _B.REDACTED}),
    changes=_changes(
        (_B.PENDING, _B.LEASED, (_S,)),
        (_B.LEASED, _B.SENDING, (_S,)),
        (_B.SENDING, _B.SENT, (_S,)),
        (_B.SENDING, _B.FAILED, (_S,)),
        (_B.SENDING, _B.IN_DOUBT, (_S,)),
        ((_B.LEASED, _B.SENDING), _B.PENDING, (_S,)),
        ((_B.PENDING, _B.LEASED), _B.SKIPPED, (_S,)),
        ((_B.PENDING, _B.LEASED), _B.FAILED, (_S,)),
        (tuple(s for s in _B if s != _B.REDACTED), _B.REDACTED, (_S,)),
        ((_B.FAILED, _B.IN_DOUBT), _B.PENDING, (_C,)),
    ),
)

TABLES = {table.name: table for table in (REQUEST, MATCH, VOLUNTEER, APPOINTMENT, MESSAGE)}
