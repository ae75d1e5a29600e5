"""How a visitor stands to an open request: what they may do with it, and if nothing, why."""

from dataclasses import dataclass

from matcher import Explanation
from models.queries import blocks
from models.queries import browse as queries
from models.queries import matches as match_queries
from models.states import MatchState, VolunteerState
from models.states import Role as Quality
from models.tables import HelpRequest, Match, Volunteer
from web import access
from web.browse.lists import as_if_active
from web.runtime import now, runtime
from web.transaction import db

_BY_STATE = {
    VolunteerState.APPLIED: "applied",
    VolunteerState.PAUSED: "paused",
    VolunteerState.LEFT: "ended",
    VolunteerState.STOPPED: "ended",
}


@dataclass(frozen=True, slots=True)
class Standing:
    """How a visitor stands to a request.

    Attributes
    ----------
    code : str
        ``gone`` (as if it did not exist: the two must never meet), ``visitor``, ``not_a_volunteer``, ``own``,
        ``applied``, ``paused``, ``ended`` (no volunteer any more), ``offered`` (they said that they can help),
        ``looking`` (the desk thinks of them), ``asked`` (they are to answer, or have), ``set_aside``, ``tried`` (it
        was tried, and one of the two said no), ``full`` (they help enough people) or ``may``.
    match : Match or None
        The live match of the two.
    explanation : Explanation or None
        Of how it fits, for who is or will be a volunteer.
    """

    code: str
    match: Match | None = None
    volunteer: Volunteer | None = None
    explanation: Explanation | None = None


def standing(request: HelpRequest) -> Standing:
    """Look how the visitor stands to a request that is open."""
    who, volunteer = access.person(), access.own_volunteer()
    if who is None:
        return Standing("visitor")
    theirs = (request.resident_id, request.asker_id)
    if who.id in theirs:
        return Standing("own", volunteer=volunteer)
    if blocks.is_one_of(db(), who.id, theirs) or blocks.any_blocked(db(), who.id, theirs):
        return Standing("gone")
    if volunteer is None:
        return Standing("not_a_volunteer")
    match = queries.live_match(db(), request.id, volunteer.id)
    if match is not None:
        return Standing(_of_match(match), match=match, volunteer=volunteer)
    code = _BY_STATE.get(VolunteerState(volunteer.state)) or _before(request, volunteer)
    if code in ("ended", "set_aside", "tried"):
        return Standing(code, volunteer=volunteer)
    helper = volunteer if volunteer.state == VolunteerState.ACTIVE else as_if_active(volunteer)
    explained = runtime().candidates.explain(db(), request, helper, access.community(), now=now())
    if code == "may" and any(reason.code == "capacity" for reason in explained.broken):
        code = "full"
    return Standing(code, volunteer=volunteer, explanation=explained)


def _of_match(match: Match) -> str:
    if match.state != MatchState.PROPOSED:
        return "asked"
    return "offered" if match.origin == Quality.VOLUNTEER else "looking"


def _before(request: HelpRequest, volunteer: Volunteer) -> str:
    if match_queries.dismissal(db(), request.id, volunteer.id) is not None:
        return "set_aside"
    return "tried" if match_queries.ended_badly(db(), request.id, volunteer.id) else "may"
