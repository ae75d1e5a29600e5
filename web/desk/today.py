"""The desk in the morning: counts that are doors, and below them what is up first."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time
from functools import partial
from typing import Any

from flask import redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from models.delays import moment
from models.permissions import Permission
from models.queries import communities, desk, desk_items, desk_requests
from models.states import RequestState, Role
from models.tables import HelpRequest
from models.working_days import promised_day
from web import access
from web.access import needs
from web.desk import words
from web.desk.pages import pages
from web.transaction import db
from web.words import day_in_words, days_ago, today_here

ROWS = 25
"""How much of the queue stands on the page of today."""
DANGER, CARE, SOON, IN_TURN = range(4)
"""Danger, then other worries about people, then what is urgent or too late, then all others in turn."""
_PLACES = (DANGER, CARE, IN_TURN)


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the queue, in words."""

    url: str
    title: str
    text: str
    tag: tuple[str, str]
    when: str
    kind: str = ""
    icon: str = ""


@pages.get("/<community>/desk", endpoint="today")
@needs(Permission.DESK_SEE)
def show_today() -> str:
    """Show what waits, and what is up first."""
    community, day = access.community(), today_here()
    earliest = desk.still_in_time(day, community.promised_working_days)
    late_before = moment(datetime.combine(earliest, time()), community.timezone)
    counted = desk.counts(db(), community.id, today=day, late_before=late_before)
    calls = desk_items.count_open_calls(db(), community.id, until=day)
    signals = desk_items.count_open_signals(db(), community.id)
    waiting = counted.submitted + counted.hold_over + counted.proposed + signals
    rows = _queue()
    return render_template(
        "desk/today.html", doors=_doors(counted, calls, signals), rows=rows, more=max(0, waiting - len(rows))
    )


@pages.get("/<community>/desk/next", endpoint="next")
@needs(Permission.DESK_SEE)
def show_next() -> Response:
    """Go to the new request that is up; back to today when there is none."""
    after = request.args.get("after", "")
    just_handled = int(after) if after.isascii() and after.isdigit() and len(after) < 10 else None
    found = desk_requests.next_waiting(db(), access.community().id, after=just_handled)
    target = url_for("desk.request", request_id=found) if found is not None else url_for("desk.today")
    return redirect(target)


def waiting_words(row: HelpRequest) -> tuple[str, bool]:
    """Say by when somebody who asked was promised an answer, and whether that day is past."""
    promised = _promised(row)
    if promised is None:
        return "", False
    days = (promised - today_here()).days
    if days < 0:
        return _("Answer was promised for %(day)s", day=day_in_words(promised)), True
    if days == 0:
        return _("Answer promised for today"), False
    if days == 1:
        return _("Answer promised for tomorrow"), False
    return _("Answer promised for %(day)s", day=day_in_words(promised)), False


def _promised(row: HelpRequest) -> date | None:
    """Give the day by which somebody was promised an answer; None once they had one."""
    if row.answered_at is not None or row.submitted_at is None:
        return None
    community = access.community()
    return promised_day(row.submitted_at, community.promised_working_days, community.timezone)


def _doors(found: desk.Counts, calls: int, signals: int) -> list[dict[str, Any]]:
    late = ngettext("%(num)d waits too long", "%(num)d wait too long", found.late)
    offered = ngettext("%(num)d offered by themselves", "%(num)d offered by themselves", found.offered)
    doors: list[tuple[str, dict[str, Any], int, str, str, str]] = [
        ("desk.requests", {"group": "submitted"}, found.submitted, _("New requests"), late if found.late else "",
         "watch" if found.late else ""),
        ("desk.matches", {"group": "proposed"}, found.proposed, _("Wait for approval"),
         offered if found.offered else "", ""),
        ("desk.matches", {"group": "waiting"}, found.unanswered, _("No answer yet"), "", ""),
        ("desk.calls", {}, calls, _("Call today"), "", ""),
        ("desk.signals", {}, signals, _("Signals"), "", "watch"),
        ("desk.volunteers", {"group": "applied"}, found.applied, _("Volunteers to admit"), "", ""),
        ("desk.requests", {"group": "on_hold"}, found.hold_over, _("On hold, and the day has come"), "", ""),
    ]  # fmt: skip
    return [
        {"url": url_for(endpoint, **more), "count": count, "text": text, "hint": hint, "tone": tone}
        for endpoint, more, count, text, hint, tone in doors
    ]


def _queue() -> list[Row]:
    """Give what is up first; only what is shown is put in words."""
    community = access.community()
    assert community.id is not None
    # The first of each kind is enough: no more than these can stand among the first of all.
    waiting = desk.waiting_requests(db(), community.id, today=today_here(), limit=ROWS)
    proposals = desk.proposals(db(), community.id, limit=ROWS)
    worries = desk.worries(db(), community.id, limit=ROWS)
    found: list[tuple[int, datetime, int, Callable[[dict[str, str]], Row]]] = [
        *((*_turn(w.request), w.request.id or 0, partial(_of_request, w)) for w in waiting),
        *((IN_TURN, p.match.proposed_at, p.match.id or 0, partial(_of_proposal, p)) for p in proposals),
        *((_PLACES[desk.place_of(w.signal.kind)], w.signal.created_at, w.signal.id or 0, partial(_of_worry, w))
          for w in worries),
    ]  # fmt: skip
    found.sort(key=lambda one: one[:3])
    about = [w.request for w in waiting] + [p.request for p in proposals]
    places = communities.neighbourhoods(db(), community.id, {row.postcode for row in about})
    return [in_words(places) for _order, _since, _id, in_words in found[:ROWS]]


def _turn(row: HelpRequest) -> tuple[int, datetime]:
    """Say how soon a request is up, and since when it waits for the desk."""
    since = row.submitted_at or row.created_at
    if row.state == RequestState.ON_HOLD and row.hold_until is not None:
        since = moment(datetime.combine(row.hold_until, time()), access.community().timezone)
    return SOON if row.urgency == "high" or (_promised(row) or date.max) < today_here() else IN_TURN, since


def _of_request(waiting: desk.Waiting, places: dict[str, str]) -> Row:
    row = waiting.request
    promised, late = waiting_words(row)
    if row.state == RequestState.ON_HOLD:
        tag, promised = (_("The day has come"), "info"), ""
    elif late:
        tag = (_("Waits too long"), "watch")
    else:
        tag = (_("Urgent"), "watch") if row.urgency == "high" else (_("New"), "info")
    return Row(
        url=url_for("desk.request", request_id=row.id),
        title=f"{waiting.first_name} · {words.kind_names(row.kinds)}",
        text=f"{_shortened(row.text)} ({places.get(row.postcode, row.postcode)})",
        tag=tag,
        when=" · ".join(part for part in (days_ago(_turn(row)[1]), promised) if part),
        kind=row.kinds[0] if row.kinds else "",
    )


def _of_proposal(proposal: desk.Proposal, places: dict[str, str]) -> Row:
    row, name = proposal.request, proposal.volunteer_first_name
    offered = proposal.match.origin == Role.VOLUNTEER
    return Row(
        url=url_for("desk.request", request_id=row.id),
        title=_("%(name)s wants to help", name=name) if offered else _("%(name)s is proposed", name=name),
        text=f"{words.kind_names(row.kinds)}, {places.get(row.postcode, row.postcode)} ({row.reference})",
        tag=(_("Offered"), "good") if offered else (_("Approve?"), "info"),
        when=days_ago(proposal.match.proposed_at),
        kind=row.kinds[0] if row.kinds else "",
    )


def _of_worry(worry: desk.Worry, _places: dict[str, str]) -> Row:
    signal, care = worry.signal, worry.signal.kind in desk.CARE_SIGNALS
    about = f"{words.kind_names(worry.request.kinds)} ({worry.request.reference})" if worry.request else ""
    return Row(
        url=url_for("desk.signals", signal=signal.id),
        title=" · ".join(part for part in (worry.first_name, words.signal_words(signal.kind)) if part),
        text=_shortened(signal.note) or about,
        tag=(_("Signal"), "watch" if care else "neutral"),
        when=days_ago(signal.created_at),
        kind=worry.request.kinds[0] if worry.request and worry.request.kinds and not care else "",
        icon="warning" if care else "",
    )


def _shortened(text: str, most: int = 110) -> str:
    one_line = " ".join(text.split())
    return one_line if len(one_line) <= most else f"{one_line[:most].rsplit(' ', 1)[0]} …"
