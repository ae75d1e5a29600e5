"""Which open requests fit a volunteer: the content of the weekly digest."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlmodel import Session, col, select

import matcher
from models import translating
from models.candidates import Candidates
from models.delays import local_now
from models.messages.context import Fitting
from models.queries import blocks, communities
from models.queries import matches as match_queries
from models.queries import volunteers as queries
from models.states import RequestState
from models.tables import Community, HelpRequest, Match, Volunteer
from models.weighing import weights_of

_RECENT = timedelta(days=28)
MOST = 50


def by_candidates(candidates: Candidates) -> Fitting:
    """Use the live ranking, which reads texts too."""

    def fitting(session: Session, volunteer: Volunteer, community: Community, now: datetime) -> Sequence[int]:
        ranking = candidates.for_volunteer(session, volunteer, community, now=now, top=MOST)
        return [int(found.id) for found in suiting(ranking, weights_of(community))]

    return fitting


def fitting_requests(session: Session, volunteer: Volunteer, community: Community, now: datetime) -> Sequence[int]:
    """Rank what was opened lately by the kinds that were ticked; for a process without a reader of texts."""
    where = communities.place_of(session, volunteer.postcode)
    if where is None or volunteer.id is None:
        return []
    rows = _lately_opened(session, volunteer, now)
    places = communities.places_of(session, {row.postcode for row in rows})
    asked = [
        translating.request(row, places[row.postcode], community, edition="") for row in rows if row.postcode in places
    ]
    slugs = sorted({slug for item in asked for slug in item.skills} | set(volunteer.kinds))
    index = matcher.RequestIndex(slugs)
    index.put_many(asked)
    helper = translating.volunteer(
        volunteer,
        where,
        load=queries.loads(session, community.id, [volunteer.id]).get(volunteer.id, 0),
        certificates=queries.certificates(session, [volunteer.id], community.id).get(volunteer.id, []),
        edition="",
        blocked=blocks.closed_requests(session, volunteer.person_id, community.id or 0),
    )
    ranking = matcher.rank_requests(helper, index, now=local_now(now, community.timezone), top=MOST)
    return [int(found.id) for found in suiting(ranking, matcher.DEFAULT_WEIGHTS)]


def suiting(ranking: matcher.Ranking, weights: matcher.Weights) -> list[matcher.Candidate]:
    """Keep where what is asked is offered: nobody is mailed or proposed for less; a page may show the rest too."""
    return [found for found in ranking.candidates if found.factors["skills"] >= weights.min_skills]


def _lately_opened(session: Session, volunteer: Volunteer, now: datetime) -> list[HelpRequest]:
    tried = select(Match.request_id).where(Match.volunteer_id == volunteer.id)
    query = select(HelpRequest).where(
        HelpRequest.community_id == volunteer.community_id,
        HelpRequest.state == RequestState.OPEN,
        col(HelpRequest.opened_at) > now - _RECENT,
        col(HelpRequest.id).not_in(tried),
    )
    return [
        row
        for row in session.exec(query.order_by(col(HelpRequest.id)))
        if volunteer.person_id not in (row.resident_id, row.asker_id)
        and match_queries.dismissal(session, row.id, volunteer.id) is None
    ]
