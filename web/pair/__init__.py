"""What the two of a match do together, for both sides alike: reach each other, appointments, messages, how it went.

A family of pages finds the match, says from which side it is looked at (`Pair`), and lets `web.pair.views` do the
rest. The resident comes by their private link (family ``follow``), the volunteer signed in (family ``matches``). The
desk plans, confirms, moves and cancels for who phones (``web.desk.appointments``). Such a family has these endpoints,
each for GET and POST at one address unless said otherwise:
``write`` (POST), ``plan``, ``confirm``, ``pick`` and ``none_suits`` (POST, ``appointment_id``), ``move`` and ``cancel``
(``appointment_id``),
``calendar`` and ``portrait`` (GET), ``answer`` (``check_in_id``), ``first_place``, ``complete``, ``stop``.
"""

from dataclasses import dataclass, field
from typing import Any, Literal

from flask import current_app, url_for
from flask_babel import gettext as _
from sqlmodel import Session

from models.actor import Actor
from models.queries import matches as queries
from models.states import MATCH_KNOWS_EACH_OTHER, MatchState
from models.tables import HelpRequest, Match, Person, Volunteer

Side = Literal["resident", "volunteer", "desk"]


@dataclass(frozen=True, slots=True)
class Pair:
    """A match as one of its two sides looks at it, or the desk, which acts for who says so on the phone.

    Attributes
    ----------
    family : str
        The blueprint whose pages these are.
    page : str
        Address of the page on which the two stand together; every step leads back to it.
    after : str
        Address of the page to go to when the match has ended.
    at : dict
        What the addresses of this match need, e.g. ``{"token": …, "match_id": 3}``.
    """

    match: Match
    request: HelpRequest
    volunteer: Volunteer
    resident: Person
    helper: Person
    actor: Actor
    side: Side
    family: str
    page: str
    after: str
    at: dict[str, Any] = field(default_factory=dict)

    @property
    def is_resident(self) -> bool:
        """Whether it is the resident's side that looks."""
        return self.side == "resident"

    @property
    def other(self) -> str:
        """The first name of the other side; for the desk both names."""
        if self.side == "desk":
            return _("%(one)s and %(two)s", one=self.resident.first_name, two=self.helper.first_name)
        return self.helper.first_name if self.is_resident else self.resident.first_name

    @property
    def knows(self) -> bool:
        """Whether each sees how to reach the other."""
        return self.match.state in MATCH_KNOWS_EACH_OTHER

    @property
    def runs(self) -> bool:
        """Whether a first appointment was fixed."""
        return self.match.state == MatchState.ACTIVE

    @property
    def lives_there(self) -> bool:
        """Whether the resident in person looks, so that the help is at their own home."""
        return self.is_resident and self.actor.person_id == self.request.resident_id

    def url(self, action: str, **more: Any) -> str:
        """Give the address of one of the steps."""
        endpoint = f"{self.family}.{action}"
        expects = current_app.url_map.is_endpoint_expecting
        return url_for(endpoint, **{name: value for name, value in self.at.items() if expects(endpoint, name)}, **more)

    def belongs(self, person_id: int | None) -> bool:
        """Whether something was written or planned on this side."""
        theirs = (self.request.resident_id, self.request.asker_id, self.request.contact_id)
        return (person_id in theirs) if self.is_resident else (person_id == self.volunteer.person_id)

    def answers_for(self, person_id: int | None) -> bool:
        """Whether what somebody was asked is for who looks: by a private link for the whole side, signed in for one."""
        if self.actor.only_request is not None:
            return self.belongs(person_id)
        return person_id == self.actor.person_id


def pair_of(
    session: Session, match: Match, actor: Actor, side: Side, *, family: str, page: str, after: str, **at: Any
) -> Pair:
    """Look up whom a match brings together; whether the actor may see it was checked by the caller."""
    request, volunteer = queries.request_of(session, match), queries.volunteer_of(session, match)
    return Pair(
        match=match,
        request=request,
        volunteer=volunteer,
        resident=queries.person_of(session, request.resident_id),
        helper=queries.person_of(session, volunteer.person_id),
        actor=actor,
        side=side,
        family=family,
        page=page,
        after=after,
        at=at,
    )
