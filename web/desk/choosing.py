"""Who could help with a request: those proposed and asked, the ranked candidates, and who does not fit and why."""

import math
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from flask import request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from matcher import Explanation, Ranking, Reason
from models import reasons
from models.operations.telling import UNDO_SECONDS
from models.preferences import PEOPLE
from models.queries import desk_requests, volunteers
from models.queries.desk_requests import Asked, Helper
from models.rules import needs_vog
from models.states import MATCH_LIVE, MATCH_TAKES_PLACE, MatchState, RequestState, Role
from models.tables import Match
from web import access, i18n
from web.desk import words
from web.desk.pages import page_count, page_number
from web.runtime import now, runtime
from web.transaction import db
from web.words import day_in_words, days_ago

TOP = 20
"""How many ranked candidates stand on the page."""
_MIND = frozenset({
    "far", "little_time", "can_some_times", "speaks_some", "helps", "helped_much", "away_days", "offered_long_ago",
    "other_kind", "kind_unknown",
})  # fmt: skip
_PERHAPS = frozenset({"maybe_kind", "related_kind", "offers_some_kinds"})
_UNDOABLE = (MatchState.APPROVED, MatchState.ACCEPTED, MatchState.AGREED)


@dataclass(frozen=True, slots=True)
class Candidate:
    """One place in the ranking, with what a coordinator reads of it. Never a score."""

    number: int
    helper: Helper
    reasons: list[tuple[str, str]]
    facts: list[str]


@dataclass(frozen=True, slots=True)
class Live:
    """A match of this request that runs."""

    match: Match
    helper: Helper
    tag: tuple[str, str]
    reasons: list[tuple[str, str]]
    facts: list[str]
    when: str
    offered: bool
    undo_seconds: int
    """How much longer the approval can be undone; 0: no more."""


@dataclass(frozen=True, slots=True)
class Over:
    """A match of this request that ended before it came to help."""

    helper: Helper
    match: Match
    tag: tuple[str, str]


@dataclass(frozen=True, slots=True)
class Searched:
    """What stands in the way of one volunteer who was searched by name, or what speaks for them."""

    helper: Helper
    against: list[str]
    speaks_for: list[tuple[str, str]]
    tried: str


@dataclass(slots=True)
class Choice:
    """All that a coordinator chooses from."""

    helpers: dict[int, Helper] = field(default_factory=dict)
    live: list[Live] = field(default_factory=list)
    over: list[Over] = field(default_factory=list)
    candidates: list[Candidate] = field(default_factory=list)
    others: list[Candidate] = field(default_factory=list)
    """Who can come, but says nothing about this kind of help."""
    feasible: int = 0
    is_taken: bool = False
    """Everybody who is needed was approved: whoever comes next waits."""
    excluded: list[dict[str, Any]] = field(default_factory=list)
    """Counts by reason: number, words, url, current."""
    excluded_total: int = 0
    why: str = ""
    names: list[Helper] = field(default_factory=list)
    page: int = 1
    pages: int = 1
    words: str = ""
    searched: list[Searched] = field(default_factory=list)

    @property
    def waiting(self) -> list[Live]:
        """Those that wait for approval, who offered themselves first."""
        found = [live for live in self.live if live.match.state == MatchState.PROPOSED]
        return sorted(found, key=lambda live: not live.offered)

    @property
    def chosen(self) -> list[Live]:
        """Those that were approved."""
        return [live for live in self.live if live.match.state != MatchState.PROPOSED]


def look(asked: Asked) -> Choice:
    """Bring together everybody who could help with a request, in three reads beside the ranking."""
    row, choice = asked.request, Choice()
    matches = desk_requests.matches_of(db(), row.id)
    shown = {match.volunteer_id for match in matches}
    ranking: Ranking | None = None
    if row.state == RequestState.OPEN:
        ranking = runtime().candidates.for_request(
            db(), row, access.community(), now=now(), top=TOP, with_excluded=True
        )
        shown.update(int(candidate.id) for candidate in ranking.candidates)
        shown.update(_of_page(choice, ranking))
        choice.words = request.args.get("who", "")[:100]
        found = desk_requests.found_by_name(db(), row.community_id, choice.words) if choice.words.strip() else []
        shown.update(found)
    choice.helpers = desk_requests.helpers(db(), shown)
    vog = needs_vog(access.community(), row.kinds)
    choice.live = [_live(m, choice.helpers[m.volunteer_id], vog, row.avoids) for m in matches if m.state in MATCH_LIVE]
    choice.over = [
        Over(choice.helpers[m.volunteer_id], m, words.match_tag(m.state))
        for m in matches
        if m.state not in MATCH_LIVE and m.reason != "undone"
    ]
    choice.is_taken = sum(m.state in MATCH_TAKES_PLACE for m in matches) >= row.people_wanted
    if ranking is not None:
        _fill(choice, ranking, vog, row.avoids)
        choice.searched = [_search(asked, choice.helpers[i], matches) for i in found]
    return choice


def _of_page(choice: Choice, ranking: Ranking) -> list[int]:
    """Note which of those who do not fit are asked for, and give the ids of one page of them."""
    counts = ranking.excluded.counts()
    choice.excluded_total = len(ranking.excluded)
    wanted = request.args.get("why", "")
    choice.why = wanted if wanted in counts else ""
    choice.excluded = [
        {
            "number": counts[gate],
            "words": str(words.GATES[gate]),
            "url": url_for("desk.request", request_id=ranking.of, why=gate, _anchor="not"),
            "current": gate == choice.why,
        }
        for gate in counts
    ]
    if not choice.why:
        return []
    ids = sorted(int(one) for one in ranking.excluded.by(choice.why))
    choice.page, choice.pages = page_number(), page_count(len(ids), desk_requests.PAGE)
    return ids[desk_requests.PAGE * (choice.page - 1) :][: desk_requests.PAGE]


def _fill(choice: Choice, ranking: Ranking, vog: bool, avoids: list[str]) -> None:
    choice.feasible = ranking.feasible
    for number, candidate in enumerate(ranking.candidates, start=1):
        helper = choice.helpers.get(int(candidate.id))
        if helper is None:  # gone since the ranking was read
            continue
        found = Candidate(number, helper, toned(candidate.reasons), facts_of(helper, vog, avoids))
        fits = "other_kind" not in {reason.code for reason in candidate.reasons}
        (choice.candidates if fits else choice.others).append(found)
    if choice.why:
        here = {int(one) for one in ranking.excluded.by(choice.why)}
        choice.names = sorted(
            (h for i, h in choice.helpers.items() if i in here), key=lambda h: (h.first_name, h.last_name, h.id)
        )


def _live(match: Match, helper: Helper, vog: bool, avoids: list[str]) -> Live:
    given = [Reason(str(c["code"]), {k: v for k, v in c.items() if k != "code"}) for c in match.codes if "code" in c]
    moment = match.agreed_at or match.asked_at or match.proposed_at
    return Live(
        match=match,
        helper=helper,
        tag=words.match_tag(match.state),
        reasons=toned(given),
        facts=facts_of(helper, vog, avoids),
        when=days_ago(moment),
        offered=match.origin == Role.VOLUNTEER,
        undo_seconds=_undo_seconds(match),
    )


def _undo_seconds(match: Match) -> int:
    if match.state not in _UNDOABLE or match.approved_at is None:
        return 0
    left = match.approved_at + timedelta(seconds=UNDO_SECONDS) - now()
    return max(0, math.ceil(left.total_seconds()))


def _search(asked: Asked, helper: Helper, matches: list[Match]) -> Searched:
    """Say why a volunteer is not (higher) in the list."""
    volunteer = volunteers.by_id(db(), asked.request.community_id, helper.id)
    assert volunteer is not None, "it was found a moment ago"
    found: Explanation = runtime().candidates.explain(db(), asked.request, volunteer, access.community(), now=now())
    tried = next((m for m in reversed(matches) if m.volunteer_id == helper.id), None)
    against = [reasons.why_not(reason, i18n.language(), {}, voice="desk") for reason in found.broken]
    if helper.state not in ("active", "paused"):
        against.insert(0, str(words.VOLUNTEER_STATES[helper.state][0]))
    return Searched(
        helper=helper,
        against=against,
        speaks_for=toned(found.reasons) if not against else [],
        tried=words.match_tag(tried.state)[0] if tried is not None else "",
    )


def toned(found: tuple[Reason, ...] | list[Reason]) -> list[tuple[str, str]]:
    """Give reasons as sentences for a coordinator, each with its tone."""
    sentences = reasons.for_desk(found, i18n.language(), {})
    return [(_tone(reason.code), said) for reason, said in zip(found, sentences, strict=True)]


def _tone(code: str) -> str:
    if code in _MIND:
        return "watch"
    return "info" if code in _PERHAPS else "good"


def facts_of(helper: Helper, vog: bool, avoids: Iterable[str]) -> list[str]:
    """Say how much somebody helps already, what was checked, and what nobody told yet."""
    facts = []
    if helper.load:
        facts.append(
            ngettext(
                "Helps %(num)d person, of at most %(most)s",
                "Helps %(num)d people, of at most %(most)s",
                helper.load,
                most=helper.capacity,
            )
        )
    if helper.vog_until and not helper.vog_endless:
        facts.append(_("VOG until %(day)s", day=day_in_words(helper.vog_until)))
    elif helper.vog_endless:
        facts.append(_("VOG was seen"))
    elif vog:
        facts.append(_("No VOG was seen"))
    if {*PEOPLE} & {*avoids} and not {*PEOPLE} & {*helper.traits}:
        facts.append(_("Has not told whether this is a woman or a man: ask first"))
    if not helper.has_email:
        facts.append(_("No e-mail: is called"))
    return facts
