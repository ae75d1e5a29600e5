"""Who may do what to what: pure predicates over an actor and the rows concerned.

A permission is named ``scope:resource:action``. Each `can` question is answered here and nowhere else; operations ask
it before they change anything, pages ask it to decide what to show.
"""

from enum import StrEnum
from typing import Protocol

from models.actor import Actor
from models.states import MATCH_KNOWS_EACH_OTHER, Role


class Permission(StrEnum):
    """What a route needs, in alphabetical order; the route table declares one for every route."""

    COMMUNITY_ADMINISTER = "community:settings:change"
    DESK_SEE = "community:desk:see"
    DESK_WORK = "community:desk:work"
    MATCH_TAKE_PART = "match:own:take_part"
    PUBLIC = "public:page:see"
    REQUEST_FOLLOW = "request:own:follow"
    SELF = "person:self:change"
    VOLUNTEER_SELF = "volunteer:self:change"


class _Request(Protocol):
    id: int | None
    community_id: int | None
    resident_id: int | None
    asker_id: int | None


class _Volunteer(Protocol):
    person_id: int
    community_id: int


class _Match(Protocol):
    community_id: int
    state: str


def coordinates(actor: Actor, community_id: int | None) -> bool:
    """Whether the actor works at this community's desk."""
    return community_id is not None and community_id in actor.coordinates


def administers(actor: Actor, community_id: int | None) -> bool:
    """Whether the actor may change this community's settings."""
    return community_id is not None and community_id in actor.administers


def roles_on_request(actor: Actor, request: _Request) -> frozenset[Role]:
    """In which qualities the actor may act on a request; empty: it is none of their business."""
    roles: set[Role] = set()
    if actor.is_system:
        roles.add(Role.SYSTEM)
    if actor.only_request is not None:
        return frozenset({Role.RESIDENT}) if actor.only_request == request.id else frozenset()
    if actor.person_id is not None:
        if actor.person_id == request.resident_id:
            roles.add(Role.RESIDENT)
        if actor.person_id == request.asker_id:
            roles.add(Role.ASKER)
    if coordinates(actor, request.community_id):
        roles.add(Role.COORDINATOR)
    return frozenset(roles)


def roles_on_volunteer(actor: Actor, volunteer: _Volunteer) -> frozenset[Role]:
    """In which qualities the actor may act on a volunteer's offer."""
    roles: set[Role] = set()
    if actor.is_system:
        roles.add(Role.SYSTEM)
    if actor.only_request is not None:
        return frozenset()
    if actor.person_id is not None and actor.person_id == volunteer.person_id:
        roles.add(Role.VOLUNTEER)
    if coordinates(actor, volunteer.community_id):
        roles.add(Role.COORDINATOR)
    return frozenset(roles)


def roles_on_match(actor: Actor, request: _Request, volunteer: _Volunteer) -> frozenset[Role]:
    """In which qualities the actor may act on a match of these two."""
    if not actor.is_proven:
        return frozenset()
    return roles_on_request(actor, request) | roles_on_volunteer(actor, volunteer)


def can_see_contact_details(actor: Actor, match: _Match, request: _Request, volunteer: _Volunteer) -> bool:
    """Contact details: the two people of an agreed match, and that community's coordinators."""
    roles = roles_on_match(actor, request, volunteer)
    if Role.COORDINATOR in roles:
        return True
    return match.state in MATCH_KNOWS_EACH_OTHER and bool(roles - {Role.SYSTEM})
