"""Finding a match for one of its two people; for everybody else it does not exist."""

from collections.abc import Mapping
from dataclasses import dataclass

from flask import url_for

from models.actor import Actor
from models.errors import NotFound
from models.operations.matches import roles
from models.queries import audit, blocks
from models.queries import checkins as check_in_queries
from models.queries import matches as queries
from models.states import MATCH_FINAL, MatchState, Role
from models.tables import AuditEntry, CheckIn, Match
from web import access
from web.pair import Pair, Side, pair_of
from web.runtime import runtime
from web.transaction import db

UNDONE = "undone"
"""The reason of an approval that a coordinator took back before anybody was told."""
_ONE_SIDE = {"volunteer": {Role.VOLUNTEER}, "resident": {Role.RESIDENT, Role.ASKER}}


@dataclass(frozen=True, slots=True)
class Own:
    """A match as one of its two people has it.

    Attributes
    ----------
    story : mapping of str to AuditEntry
        For each state that it came to, the last line of the log that tells so.
    blocked : bool
        Whether the two must never meet again: then neither reads the other's name.
    """

    pair: Pair
    story: Mapping[str, AuditEntry]
    blocked: bool

    @property
    def match(self) -> Match:
        """The match itself."""
        return self.pair.match

    @property
    def name(self) -> str:
        """The first name of the other; empty where it must not, or can no longer, be said."""
        return "" if self.blocked else self.pair.other

    @property
    def ended(self) -> bool:
        """Whether nothing more happens with it."""
        return self.match.state in MATCH_FINAL

    @property
    def offered(self) -> bool:
        """Whether the volunteer said by themselves that they can help."""
        return self.match.origin == Role.VOLUNTEER

    @property
    def is_heard_of(self) -> bool:
        """Whether this side was ever told of it, or began it."""
        if self.match.reason == UNDONE and self.ended:
            return False
        if self.pair.is_resident:
            said_yes = self.match.state == MatchState.ACCEPTED or self.match.agreed_at is not None
            return said_yes or any(MatchState.ACCEPTED in (line.before, line.after) for line in self.story.values())
        return self.offered or self.match.approved_at is not None

    @property
    def ended_by_me(self) -> bool:
        """Whether this side ended it."""
        line = self.story.get(self.match.state)
        return line is not None and line.actor_kind in _ONE_SIDE[self.pair.side]

    @property
    def silent(self) -> bool:
        """Whether it ended while this side was to answer: by a no, or by no answer."""
        line = self.story.get(self.match.state)
        asked = MatchState.ACCEPTED if self.pair.is_resident else MatchState.APPROVED
        return line is not None and line.before == asked


def find(match_id: int) -> Own:
    """Give a match of this community that the visitor is one of the two of.

    They act as themselves here; who works at the desk as well has the desk's own page for that.

    Raises
    ------
    NotFound
        For anything else, and for what this side has not heard of yet.
    """
    match = queries.by_id(db(), match_id)
    if match is None or match.community_id != access.community().id:
        raise NotFound
    me = Actor(person_id=access.signed_in_person().id)
    mine = roles(db(), match, me)
    if not mine:
        raise NotFound
    side: Side = "volunteer" if Role.VOLUNTEER in mine else "resident"
    here = url_for("matches.show", match_id=match.id)
    pair = pair_of(db(), match, me, side, family="matches", page=here, after=here, match_id=match.id)
    story = {line.after: line for line in audit.history(db(), "match", match.id or 0)}
    theirs = (pair.request.resident_id, pair.request.asker_id)
    own = Own(pair, story, blocks.any_blocked(db(), pair.volunteer.person_id, theirs))
    if not own.is_heard_of:
        raise NotFound
    return own


def find_check_in(check_in_id: int) -> tuple[Own, CheckIn]:
    """Give what the visitor was asked about an appointment, with the match that it belongs to."""
    found = check_in_queries.by_id(db(), check_in_id)
    if found is None or found.person_id != access.signed_in_person().id:
        raise NotFound
    return find(found.match_id), found


def request_page(own: Own, endpoint: str = "follow.show") -> str:
    """Give the address of the request's own page, or of one of its steps, for its resident's side."""
    row = own.pair.request
    by_mail = access.signed_in_person().id == row.contact_id  # who asks for somebody is not who reads their mail
    return url_for(endpoint, token=runtime().tokens.request_link(row.id or 0, row.link_version, by_mail=by_mail))
