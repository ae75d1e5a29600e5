"""Rows for tests: `create_x` makes one that could really stand there, with any column given by name.

Nothing here goes through the operations, so that a test can begin in any state; nothing commits.
"""

from tests.factories.desk import create_call, create_outbox_message, create_signal, create_study
from tests.factories.ground import (
    AREAS,
    CHEAP_HASHER,
    NOW,
    PASSWORD,
    POSTCODES,
    TODAY,
    TOKENS,
    add,
    create_community,
    create_meeting_place,
    create_postcodes,
    create_wording,
    row_id,
)
from tests.factories.helping import (
    create_appointment,
    create_check_in,
    create_match,
    create_pair_message,
    create_request,
)
from tests.factories.people import (
    actor_of,
    create_administrator,
    create_block,
    create_certificate,
    create_coordinator,
    create_person,
    create_portrait,
    create_sign_in_code,
    create_staff,
    create_volunteer,
    link_actor,
)

__all__ = [
    "AREAS",
    "CHEAP_HASHER",
    "NOW",
    "PASSWORD",
    "POSTCODES",
    "TODAY",
    "TOKENS",
    "actor_of",
    "add",
    "create_administrator",
    "create_appointment",
    "create_block",
    "create_call",
    "create_certificate",
    "create_check_in",
    "create_community",
    "create_coordinator",
    "create_match",
    "create_meeting_place",
    "create_outbox_message",
    "create_pair_message",
    "create_person",
    "create_portrait",
    "create_postcodes",
    "create_request",
    "create_sign_in_code",
    "create_signal",
    "create_staff",
    "create_study",
    "create_volunteer",
    "create_wording",
    "link_actor",
    "row_id",
]
