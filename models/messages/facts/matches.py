"""What the two sides of a match are told: a first name until both said yes, and after that where to look."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlmodel import col, select

from models import kinds, rules
from models.mail_kinds import MailKind
from models.messages import formats
from models.messages.context import Context, Message, Skip
from models.messages.links import Links
from models.queries import blocks, communities, pair_messages
from models.queries import matches as queries
from models.states import MATCH_FINAL, MATCH_KNOWS_EACH_OTHER, MatchState, MessageState, VolunteerState
from models.tables import Call, Community, HelpRequest, Match, OutboxMessage, Person, Volunteer

# After these the other side has at least been heard of.
_FIRST_HEARD = ("proposal_volunteer", "proposal_resident", "match_agreed")


@dataclass(frozen=True, slots=True)
class Pair:
    """A match as one of its two sides sees it."""

    match: Match
    request: HelpRequest
    volunteer: Volunteer
    helper: Person
    resident: Person
    for_volunteer: bool
    blocked: bool

    @property
    def other(self) -> str:
        """The first name of the other side; empty where the two must never meet again."""
        if self.blocked:
            return ""
        return self.resident.first_name if self.for_volunteer else self.helper.first_name

    @property
    def for_other(self) -> bool:
        """Whether the reader asks for somebody else."""
        return not self.for_volunteer and self.request.contact_id != self.request.resident_id


def pair(context: Context, match_id: int | None) -> Pair:
    """Look a match up for the reader.

    Raises
    ------
    Skip
        If it is not theirs (any more), or they stopped helping for now or for good.
    """
    match = queries.by_id(context.session, match_id) if match_id is not None else None
    if match is None or match.community_id != context.community.id:
        raise Skip("gone")
    request = queries.request_of(context.session, match)
    volunteer = queries.volunteer_of(context.session, match)
    for_volunteer = context.reader.id == volunteer.person_id
    if not for_volunteer and context.reader.id != request.contact_id:
        raise Skip("not_theirs")
    return Pair(
        match=match,
        request=request,
        volunteer=volunteer,
        helper=queries.person_of(context.session, volunteer.person_id),
        resident=queries.person_of(context.session, request.resident_id),
        for_volunteer=for_volunteer,
        blocked=blocks.any_blocked(context.session, volunteer.person_id, (request.resident_id, request.asker_id)),
    )


def helping(context: Context, found: Pair) -> Pair:
    """Skip what is for a volunteer who is not helping at the moment."""
    if found.for_volunteer:
        must_help(context, found.volunteer)
    if found.blocked:
        raise Skip("blocked")
    return found


def must_help(context: Context, volunteer: Volunteer) -> None:
    """Skip unless this volunteer takes part; who paused gets no mail."""
    if volunteer.state == VolunteerState.PAUSED and not context.by_phone:
        raise Skip("paused")
    if volunteer.state in (VolunteerState.LEFT, VolunteerState.STOPPED):
        raise Skip("left")


def known_pair(context: Context, match_id: int | None) -> Pair:
    """Look up a match of which both said yes and that goes on."""
    found = helping(context, pair(context, match_id))
    if found.match.state not in MATCH_KNOWS_EACH_OTHER:
        raise Skip("ended")
    return found


def side_link(links: Links, found: Pair) -> str:
    """Give the page of the match for whoever reads it."""
    return links.match(found.match.id) if found.for_volunteer else links.request(found.request)


def _link(context: Context, links: Links) -> str:
    return side_link(links, pair(context, context.number("match_id")))


def _own(context: Context) -> Pair:
    return pair(context, context.number("match_id"))


def _names(found: Pair) -> dict[str, Any]:
    return {
        "other": found.other,
        "resident": "" if found.blocked else found.resident.first_name,
        "for_volunteer": found.for_volunteer,
        "for_other": found.for_other,
    }


def help_wanted(context: Context, request: HelpRequest) -> dict[str, Any]:
    """Say what help it is, when and about where, as everybody may know it."""
    return {
        "kinds": [kinds.name(slug, context.gettext) for slug in request.kinds],
        "summary": request.summary,
        "when": formats.when(request.when, context.language, context.today, context.gettext),
        "neighbourhood": communities.neighbourhood(context.session, request.community_id or 0, request.postcode),
    }


def _asked(
    state: MatchState,
    *,
    volunteer: bool,
    days: Callable[[Community], int] = lambda here: rules.answer_days(here.answer_lapse_days),
) -> Callable[[Context], dict[str, Any]]:
    """Ask one side of a match in this state; ``days`` are left for an answer, counted from when this is read."""

    def facts(context: Context) -> dict[str, Any]:
        found = _own(context)
        if found.match.state != state:
            raise Skip("ended" if found.match.state in MATCH_FINAL else "answered")
        if found.for_volunteer is not volunteer:
            raise Skip("not_theirs")
        helping(context, found)
        last = context.today + timedelta(days=days(context.community))
        day = rules.answer_by(found.request, last, context.today)
        if day is None:
            raise Skip("past")
        return {**_names(found), **help_wanted(context, found.request), "answer_by": context.day(day)}

    return facts


def _reminded(state: MatchState, *, volunteer: bool) -> Callable[[Context], dict[str, Any]]:
    def days(here: Community) -> int:
        return max(0, here.answer_lapse_days - here.answer_reminder_days - 1)

    return _asked(state, volunteer=volunteer, days=days)


def _agreed(context: Context) -> dict[str, Any]:
    found = known_pair(context, context.number("match_id"))
    place_id = found.match.meeting_place_id
    place = communities.meeting_place(context.session, found.match.community_id, place_id) if place_id else None
    return {**_names(found), "meeting_place": place}


def _not_chosen(context: Context) -> dict[str, Any]:
    found = _own(context)
    must_help(context, found.volunteer)
    if found.match.state not in MATCH_FINAL:
        raise Skip("moved_on")
    return {}


def _ended(context: Context) -> dict[str, Any]:
    found = _own(context)
    if found.match.state not in MATCH_FINAL:
        raise Skip("moved_on")
    if found.for_volunteer:
        must_help(context, found.volunteer)
    if _never_heard_of_it(context, found):
        raise Skip("never_told")
    agreed = found.match.agreed_at is not None
    return {**_names(found), "agreed": agreed}


def _never_heard_of_it(context: Context, found: Pair) -> bool:
    """Whether every earlier message about this match was skipped: then its end is no news either."""
    if found.for_volunteer and found.match.origin == "volunteer":
        return False
    keys = [f"{name}:match:{found.match.id}:{context.reader.id}" for name in _FIRST_HEARD]
    told = context.session.exec(select(OutboxMessage.state).where(col(OutboxMessage.key).in_(keys))).all()
    called = context.session.exec(select(Call.id).where(col(Call.key).in_(keys))).first()
    unheard = (MessageState.SKIPPED, MessageState.PENDING, MessageState.REDACTED)
    return bool(told) and called is None and all(state in unheard for state in told)


def _completed(context: Context) -> dict[str, Any]:
    found = helping(context, _own(context))
    if not found.for_volunteer or found.match.state != MatchState.COMPLETED:
        raise Skip("moved_on")
    return {**_names(found), "thanks": found.match.thanks}


def _written(context: Context) -> dict[str, Any]:
    found = known_pair(context, context.number("match_id"))
    readers = {found.helper.id} if found.for_volunteer else {found.request.resident_id, found.request.asker_id}
    if not pair_messages.unread(context.session, found.match.id, [i for i in readers if i is not None]):
        raise Skip("read")
    return _names(found)


def _browse(_context: Context, links: Links) -> str:
    return links.browse()


MESSAGES = {
    "proposal_volunteer": Message(_asked(MatchState.APPROVED, volunteer=True), _link, ("resident",)),
    "proposal_volunteer_reminder": Message(
        _reminded(MatchState.APPROVED, volunteer=True), _link, ("resident",), kind=MailKind.UNANSWERED
    ),
    "proposal_resident": Message(_asked(MatchState.ACCEPTED, volunteer=False), _link, ("other",)),
    "proposal_resident_reminder": Message(
        _reminded(MatchState.ACCEPTED, volunteer=False), _link, ("other",), kind=MailKind.UNANSWERED
    ),
    "match_agreed": Message(_agreed, _link, ("other",)),
    "match_not_chosen": Message(_not_chosen, _browse),
    "match_ended": Message(_ended, _link, ("other",)),
    "match_completed": Message(_completed, _link, ("other",)),
    "pair_message": Message(_written, _link, ("other",)),
}
