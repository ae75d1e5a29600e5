"""Matches at the desk: what waits for whom, and the page of one match."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from werkzeug.wrappers import Response

from models.delays import local_now
from models.errors import Invalid, NotFound
from models.operations import contacts, proposals
from models.permissions import Permission
from models.queries import appointments, communities, desk_matches
from models.queries.desk_matches import Pair
from models.states import MATCH_KNOWS_EACH_OTHER, MATCH_LIVE, AppointmentState, MatchState, Role
from models.tables import Appointment
from web import access
from web.access import needs
from web.desk import outcomes, words
from web.desk.forms import MeetingPlaceForm
from web.desk.pages import page_count, page_number, pages
from web.desk.proposing import pair_of
from web.desk.words import match_tag
from web.forms import attempt
from web.pair.together import line_of, time_of
from web.runtime import now
from web.transaction import db
from web.words import days_ago, moment_in_words, when_in_words

_LABELS = {
    "proposed": lazy_gettext("Wait for approval"),
    "waiting": lazy_gettext("No answer yet"),
    "running": lazy_gettext("Running"),
    "ended": lazy_gettext("Over"),
}
_APPOINTMENT_STATES = {
    "proposed": lazy_gettext("to choose"),
    "planned": lazy_gettext("planned"),
    "confirmed": lazy_gettext("confirmed"),
    "done": lazy_gettext("done"),
    "missed": lazy_gettext("did not happen"),
    "cancelled": lazy_gettext("cancelled"),
}
_ANSWERS = {
    "good": lazy_gettext("Good"),
    "not_good": lazy_gettext("Not good"),
    "call_me": lazy_gettext("Wants to be called"),
}


@pages.get("/<community>/desk/matches", endpoint="matches")
@needs(Permission.DESK_SEE)
def show_list() -> str:
    """Show one list of matches: who waits for approval, who for an answer, what runs, what is over."""
    community, group = access.community(), request.args.get("group", "proposed")
    if group not in desk_matches.GROUPS:
        raise NotFound
    counted = desk_matches.counted(db(), community.id)
    number, count = page_number(), page_count(counted[group], desk_matches.PAGE)
    found = desk_matches.page(db(), community.id, group, number=number)
    places = communities.neighbourhoods(db(), community.id or 0, {pair.request.postcode for pair in found})
    tabs = [
        {"url": url_for("desk.matches", group=name), "text": str(label), "current": name == group,
         "count": counted[name]}
        for name, label in _LABELS.items()
    ]  # fmt: skip
    return render_template(
        "desk/matches.html", group=group, tabs=tabs, rows=[_row(pair, places) for pair in found], page=number,
        pages=count, total=counted[group],
    )  # fmt: skip


def _row(pair: Pair, places: dict[str, str]) -> dict[str, Any]:
    match, row = pair.match, pair.request
    proposed = match.state == MatchState.PROPOSED
    since = match.ended_at or match.agreed_at or match.asked_at or match.proposed_at
    tag = (_("Offered"), "good") if proposed and match.origin == Role.VOLUNTEER else match_tag(match.state)
    return {
        "url": url_for("desk.request", request_id=row.id, _anchor="chosen")
        if proposed
        else url_for("desk.match", match_id=match.id),
        "title": f"{pair.helper.first_name or _('Erased')} → {pair.resident.first_name or _('Erased')}",
        "text": f"{words.kind_names(row.kinds)} · {places.get(row.postcode, row.postcode)} · {row.reference}",
        "kind": row.kinds[0] if row.kinds else None,
        "tag": tag,
        "when": days_ago(since),
    }


# ---- one match -------------------------------------------------------------------------------------------------------


@pages.get("/<community>/desk/matches/<int:match_id>", endpoint="match")
@needs(Permission.DESK_SEE, writes=True)
def show_one(match_id: int) -> str:
    """Show a match, both its people and how to reach them; that somebody looked is written down."""
    return _page(pair_of(match_id), MeetingPlaceForm())


def _page(pair: Pair, place_form: MeetingPlaceForm) -> str:
    match, row, community = pair.match, pair.request, access.community()
    reach = contacts.reveal(db(), match, actor=access.actor(), now=now())
    places = communities.meeting_places(db(), community.id or 0)
    place_form.meeting_place.choices = [
        ("", _("At home, or they choose together")),
        *((str(p.id), p.name) for p in places),
    ]
    if not place_form.meeting_place.errors:
        place_form.meeting_place.data = str(match.meeting_place_id or "")
    meetings = appointments.of_match(db(), match.id)
    local, history = local_now(now(), community.timezone), desk_matches.history(db(), match.id)
    by_id = appointments.places(db(), meetings)
    choosable = [m for m in meetings if m.state == AppointmentState.PROPOSED and m.starts_at > local]
    last_of = {m.choice: m for m in choosable}
    return render_template(
        "desk/match.html",
        pair=pair,
        match=match,
        row=row,
        neighbourhood=communities.neighbourhood(db(), community.id or 0, row.postcode),
        tag=match_tag(match.state),
        kinds=words.kind_names(row.kinds),
        when=when_in_words(row.when),
        steps=_steps(pair, meetings, history),
        people=[
            {
                "name": f"{one.first_name or _('Erased')} {one.last_name}".strip(),
                "role": _side(one.side, row.relation),
                "phone": one.phone,
                "email": one.email,
                "address": " ".join(part for part in (one.address, one.postcode) if part),
            }
            for one in reach
        ],
        actions=outcomes.actions(pair),
        place_form=place_form if match.state in MATCH_LIVE and places else None,
        meetings=[
            {
                "when": _meeting_words(meeting),
                "where": meeting.place or (by_id[meeting.meeting_place_id].name if meeting.meeting_place_id else ""),
                "state": str(_APPOINTMENT_STATES.get(meeting.state, meeting.state)),
                "id": meeting.id if meeting.state in appointments.STANDING and meeting.ends_at > local else None,
                "waits": meeting.state == AppointmentState.PLANNED,
                "choosable": meeting.id if meeting in choosable else None,
                "last_of_choice": meeting is last_of.get(meeting.choice),
            }
            for meeting in meetings
        ],
        check_ins=[
            {
                "who": name,
                "asked": days_ago(check_in.asked_at),
                "answer": str(_ANSWERS[check_in.answer]) if check_in.answer else _("No answer yet"),
                "tone": {"good": "good", None: "neutral"}.get(check_in.answer, "watch"),
                "note": check_in.note,
            }
            for check_in, name in desk_matches.check_ins(db(), match.id)
        ],
        timeline=[
            {
                "when": moment_in_words(entry.at),
                "text": words.event(entry, pair.helper.first_name),
                "who": words.actor(entry, name),
            }
            for entry, name in history
        ],
        may_plan=match.state in MATCH_KNOWS_EACH_OTHER,
        stay_at=url_for("desk.match", match_id=match.id),
    )


def _side(side: str, relation: str) -> str:
    if side == "asker":
        return str(words.RELATIONS.get(relation, _("who asked for them")))
    return {"resident": _("resident"), "volunteer": _("volunteer")}[side]


def _meeting_words(meeting: Appointment) -> str:
    return line_of(meeting) if appointments.is_weekly_moment(meeting) else time_of(meeting)


def _steps(pair: Pair, meetings: Any, history: Any) -> list[dict[str, str]]:
    """Give what happened and what comes, as plain steps."""
    match, helper, contact = pair.match, pair.helper.first_name or _("Erased"), pair.contact.first_name or _("Erased")
    offered = match.origin == Role.VOLUNTEER
    first = next((m for m in meetings if m.state not in ("proposed", "cancelled")), None)
    proposed = _("%(name)s offered to help", name=helper) if offered else _("%(name)s was proposed", name=helper)
    said_yes = next((entry.at for entry, _name in history if entry.after == MatchState.ACCEPTED), match.agreed_at)
    # What a step is called once it is done, and while it is not.
    marks: list[tuple[str, str, Any]] = [
        (proposed, proposed, match.proposed_at),
        (_("The desk approved it"), _("The desk approves it"), match.approved_at),
        (_("%(name)s said yes", name=helper), _("%(name)s says yes or no", name=helper), said_yes),
        (_("%(name)s said yes", name=contact), _("%(name)s says yes or no", name=contact), match.agreed_at),
        (
            _("First appointment: %(when)s", when=_meeting_words(first)) if first else _("The appointment stands"),
            _("They make an appointment"),
            match.active_at,
        ),
        (
            _("The help is done"),
            _("The help is given"),
            match.ended_at if match.state == MatchState.COMPLETED else None,
        ),
    ]
    over = match.state not in MATCH_LIVE and match.state != MatchState.COMPLETED
    steps, now_found = [], False
    for done, to_come, moment in marks:
        if moment is not None:
            steps.append({"state": "done", "text": done, "when": moment_in_words(moment)})
        elif over:
            continue
        else:
            steps.append({"state": "next" if now_found else "now", "text": to_come})
            now_found = True
    if over:
        ended = (
            f"{match_tag(match.state)[0]}: {match.reason}"
            if match.reason and match.reason != "undone"
            else match_tag(match.state)[0]
        )
        steps.append({"state": "now", "text": ended, "when": moment_in_words(match.ended_at) if match.ended_at else ""})
    return steps


@pages.post("/<community>/desk/matches/<int:match_id>/place", endpoint="match_place")
@needs(Permission.DESK_WORK)
def choose_place(match_id: int) -> Response | tuple[str, int]:
    """Choose where the first meeting is."""
    pair, form = pair_of(match_id), MeetingPlaceForm()
    typed = form.meeting_place.data or ""
    with attempt(form) as tried:
        if typed and not (typed.isascii() and typed.isdigit() and len(typed) < 10):
            raise Invalid("meeting_place", "choice")
        proposals.choose_meeting_place(db(), pair.match, int(typed) if typed else None, actor=access.actor(), now=now())
    if form.errors:
        return _page(pair, form), 422
    if tried.done:
        flash(_("The place of the first meeting is changed."), "good")
    return redirect(url_for("desk.match", match_id=match_id), 303)
