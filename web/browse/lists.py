"""The two lists: for everybody, newest or nearest first, and for a volunteer, what fits best first."""

import math
from dataclasses import dataclass

from flask import redirect, render_template, request, url_for
from flask_babel import gettext
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from matcher import Candidate
from models import kinds, reasons
from models.permissions import Permission
from models.queries import browse as queries
from models.queries import matches as match_queries
from models.queries.browse import Open
from models.states import VolunteerState
from models.tables import Volunteer
from web import access, i18n
from web.access import needs
from web.browse import filters, pages
from web.browse.filters import Filters
from web.browse.words import is_over, reason_items
from web.runtime import now, runtime
from web.transaction import db
from web.words import days_ago, listed, when_in_words

PAGE, SUITABLE = 20, 10
"""Requests on a page of the public list, and of what suits somebody: there each has its reasons."""


@dataclass(frozen=True, slots=True)
class Card:
    """One request in a list."""

    id: int
    kinds: list[tuple[str, str]]
    summary: str
    place: str
    when: str
    age: str
    urgent: bool
    reasons: list[tuple[str, str]]


@pages.get("/<community>/browse")
@needs(Permission.PUBLIC)
def index() -> str | Response:
    """What neighbours ask: open to everybody, and about nobody."""
    form, chosen = filters.read()
    if filters.too_precise(chosen):
        return redirect(url_for("browse.index", **chosen.as_arguments()))
    rows = sought(chosen)
    pages_there = max(1, math.ceil(len(rows) / PAGE))
    number = filters.page_number(pages_there)
    return render_template(
        "browse/index.html",
        form=form,
        chosen=chosen,
        count=len(rows),
        cards=[_card(row, []) for row in rows[PAGE * (number - 1) : PAGE * number]],
        page=number,
        pages=pages_there,
        arguments=chosen.as_arguments(),
        summary_language=summary_language(),
    )


def sought(chosen: Filters) -> list[Open]:
    """Give the open requests that this visitor may see under these filters: newest first, or nearest."""
    who, here = access.person(), access.community()
    rows = queries.open_requests(db(), here.id, kind=chosen.kind, viewer_id=who.id if who else None)
    rows = [row for row in rows if not is_over(row.when) and _on(row, chosen) and _in(row, chosen)]
    return _near(rows, chosen) if chosen.postcode else rows


@pages.get("/<community>/browse/for-me")
@needs(Permission.VOLUNTEER_SELF)
def for_me() -> str | Response:
    """What suits me: ranked, with the reasons."""
    volunteer = access.own_volunteer()
    assert volunteer is not None, "the route declares that it needs a volunteer"
    form, chosen = filters.read()
    form.postcode.errors = []  # we know where a volunteer lives
    if volunteer.state not in (VolunteerState.ACTIVE, VolunteerState.APPLIED):
        return redirect(url_for("volunteer.home"))
    count, ranked = _ranked(volunteer, chosen)
    pages_there = max(1, math.ceil(count / SUITABLE))
    number = filters.page_number(pages_there)
    shown = ranked[SUITABLE * (number - 1) : SUITABLE * number]
    rows = {row.id: row for row in queries.open_requests(db(), volunteer.community_id, ids=[int(c.id) for c in shown])}
    return render_template(
        "browse/for_me.html",
        form=form,
        chosen=chosen,
        volunteer=volunteer,
        count=count,
        cards=[
            _card(rows[int(c.id)], _reasons(c))
            for c in shown
            if int(c.id) in rows and not is_over(rows[int(c.id)].when)
        ],
        page=number,
        pages=pages_there,
        arguments=chosen.as_arguments(),
        summary_language=summary_language(),
        here=request.full_path.rstrip("?"),
        on_map={**chosen.as_arguments(), **({"postcode": volunteer.postcode[:4]} if chosen.km is not None else {})},
        full=not rows and match_queries.load(db(), volunteer.id) >= volunteer.capacity,
    )


def _ranked(volunteer: Volunteer, chosen: Filters) -> tuple[int, list[Candidate]]:
    """Give how many requests fit under these filters, and the best of them, as many as the page needs."""
    asked = volunteer if volunteer.state == VolunteerState.ACTIVE else as_if_active(volunteer)
    ranking = runtime().candidates.for_volunteer(
        db(),
        asked,
        access.community(),
        now=now(),
        top=SUITABLE * filters.page_number(1_000),
        without=_unsought(volunteer, chosen) if chosen else (),
        room=True,
    )
    return ranking.feasible, list(ranking.candidates)


def _unsought(volunteer: Volunteer, chosen: Filters) -> set[int]:
    """Give the open requests that these filters leave out."""
    rows = queries.open_requests(db(), volunteer.community_id)
    sought = [row for row in rows if chosen.kind in ("", *row.kinds) and _on(row, chosen) and _in(row, chosen)]
    if chosen.km is not None:
        sought = filters.within(sought, volunteer.postcode, chosen.km)
    return {row.id for row in rows} - {row.id for row in sought}


def as_if_active(volunteer: Volunteer) -> Volunteer:
    """Give a copy, never written down, of who may look already and cannot say yes yet."""
    return Volunteer(**{**volunteer.model_dump(), "state": str(VolunteerState.ACTIVE)})


def summary_language() -> str | None:
    """Give the language of what coordinators wrote, where it is not that of the page."""
    theirs = access.community().language
    return theirs if theirs != i18n.language() else None


def _reasons(candidate: Candidate) -> list[tuple[str, str]]:
    said = reasons.for_volunteer(candidate.reasons, i18n.language())
    return reason_items(candidate.reasons, said)


def _card(row: Open, why: list[tuple[str, str]]) -> Card:
    pairs = [(slug, kinds.name(slug, gettext)) for slug in row.kinds]
    names = listed(name for _slug, name in pairs)
    return Card(
        id=row.id,
        kinds=pairs,
        summary=row.summary or _("Somebody asks for this: %(kinds)s.", kinds=names),
        place=row.neighbourhood,
        when=when_in_words(row.when),
        age=days_ago(row.opened_at) if row.opened_at else "",
        urgent=row.urgency == "high",
        reasons=why,
    )


def _on(row: Open, chosen: Filters) -> bool:
    return chosen.day is None or filters.on_day(row.when, chosen.day)


def _in(row: Open, chosen: Filters) -> bool:
    return chosen.area in ("", row.neighbourhood)


def _near(rows: list[Open], chosen: Filters) -> list[Open]:
    """Give the nearest first, none farther than wished."""
    far = filters.distances(rows, chosen.postcode, queries.middles(db(), access.community().id or 0))
    if chosen.km is not None:
        rows = [row for row in rows if far.get(row.id, math.inf) < chosen.km + 0.5]
    return sorted(rows, key=lambda row: far.get(row.id, math.inf))
