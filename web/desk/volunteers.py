"""Volunteers at the desk: the lists, and the page of one volunteer."""

from datetime import date
from typing import Any

from flask import render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext

from models.errors import NotFound
from models.permissions import Permission
from models.queries import audit, communities, contacts, desk, desk_requests, desk_volunteers
from models.queries import matches as match_queries
from models.queries import volunteers as queries
from models.queries.desk_requests import Filters
from models.rules import needs_vog
from models.states import MATCH_LIVE, VOLUNTEER, Role, VolunteerState
from models.tables import Person, Volunteer
from web import access, week
from web.access import needs
from web.desk import contact, words
from web.desk.forms import SearchForm, VogForm
from web.desk.pages import page_count, page_number, pages
from web.desk.requests import filters_of, kept, neighbourhood_names
from web.preferences import volunteer_facts
from web.transaction import db
from web.words import day_in_words, days_ago, moment_in_words, today_here

_LABELS = {
    "applied": lazy_gettext("To admit"),
    "active": lazy_gettext("Active"),
    "paused": lazy_gettext("Paused"),
    "gone": lazy_gettext("Gone"),
}


@pages.get("/<community>/desk/volunteers", endpoint="volunteers")
@needs(Permission.DESK_SEE)
def show_list() -> str:
    """Show one list of volunteers, with filters."""
    community, group = access.community(), request.args.get("group", "applied")
    if group not in desk_volunteers.GROUPS:
        raise NotFound
    form = SearchForm(neighbourhood_names(), formdata=request.args)
    form.words.label.text = _("Name or word")
    filters = filters_of(form)
    counted = desk_volunteers.counted(db(), community.id, filters)
    number, count = page_number(), page_count(counted[group], desk_requests.PAGE)
    lines = desk_volunteers.page(db(), community.id, group, filters, number=number)
    places = communities.neighbourhoods(db(), community.id or 0, {line.volunteer.postcode for line in lines})
    tabs = [
        {"url": url_for("desk.volunteers", **kept(name, filters)), "text": str(label), "current": name == group,
         "count": counted[name]}
        for name, label in _LABELS.items()
    ]  # fmt: skip
    return render_template(
        "desk/volunteers.html",
        search=form,
        group=group,
        tabs=tabs,
        rows=[_row(line, places) for line in lines],
        total=counted[group],
        filtered=filters != Filters(),
        page=number,
        pages=count,
        kept=kept(group, filters),
    )


def _row(line: desk_volunteers.Line, places: dict[str, str]) -> dict[str, Any]:
    row = line.volunteer
    facts = [places.get(row.postcode, row.postcode), words.kind_names(row.kinds)]
    if line.load:
        facts.append(_("helps %(load)s of %(most)s", load=line.load, most=row.capacity))
    if line.vog_seen:
        facts.append(_("VOG until %(day)s", day=day_in_words(line.vog_until)) if line.vog_until else _("VOG was seen"))
    return {
        "url": url_for("desk.volunteer", volunteer_id=row.id),
        "title": f"{line.first_name or _('Erased')} {line.last_name}".strip(),
        "text": " · ".join(facts),
        "kind": row.kinds[0] if row.kinds else None,
        "tag": words.volunteer_tag(row.state),
        "when": days_ago(row.created_at) if row.state == VolunteerState.APPLIED else "",
    }


# ---- one volunteer ---------------------------------------------------------------------------------------------------


@pages.get("/<community>/desk/volunteers/<int:volunteer_id>", endpoint="volunteer")
@needs(Permission.DESK_SEE, writes=True)
def show_one(volunteer_id: int) -> str:
    """Show a volunteer and how to reach them; that somebody looked is written down."""
    return page(*found(volunteer_id))


def found(volunteer_id: int) -> tuple[Volunteer, Person]:
    row = queries.by_id(db(), access.community().id, volunteer_id)
    if row is None:
        raise NotFound
    return row, match_queries.person_of(db(), row.person_id)


def page(row: Volunteer, person: Person, vog: VogForm | None = None) -> str:
    community = access.community()
    contact.write_down(person)
    if vog is None:
        vog = VogForm(formdata=None, data={"seen_on": today_here().isoformat()})
    together = desk_volunteers.matches_of(db(), row.id)
    history = audit.history(db(), "volunteer", row.id or 0)
    checks = match_queries.certificates(db(), row.id)
    seen = contacts.seen_by(db(), person.id or 0)
    names = desk.names_of(
        db(), [*(c.seen_by for c in checks), *(who for _at, who, _kind in seen), *(e.actor_id for e in history)]
    )
    return render_template(
        "desk/volunteer.html",
        row=row,
        person=person,
        has_portrait=queries.has_portrait(db(), row.id),
        name=f"{person.first_name or _('Erased')} {person.last_name}".strip(),
        phone=person.phone or "",
        neighbourhood=communities.neighbourhood(db(), community.id or 0, row.postcode),
        tag=words.volunteer_tag(row.state),
        facts=_facts(row),
        week=week.value(row.windows) if row.windows is not None else None,
        needs_vog=needs_vog(community, row.kinds),
        checks=[
            {
                "seen": day_in_words(check.seen_on),
                "by": names.get(check.seen_by, ""),
                "until": day_in_words(check.valid_until) if check.valid_until else _("no end"),
                "over": check.valid_until is not None and check.valid_until < today_here(),
            }
            for check in checks
        ],
        vog=vog,
        now_together=[_together(t) for t in together if t.match.state in MATCH_LIVE],
        before_together=[_together(t) for t in together if t.match.state not in MATCH_LIVE],
        blocked=[
            {
                "id": block.other_id if block.person_id == person.id else block.person_id,
                "name": name or _("Erased"),
                "reason": block.reason,
                "on": day_in_words(block.created_at.date()),
            }
            for block, name in desk_volunteers.blocks_of(db(), person.id or 0, community.id)
        ],
        seen=[
            {"when": moment_in_words(at), "who": names.get(who or 0) or _("by a private link"), "kind": kind}
            for at, who, kind in seen[:50]
        ],
        timeline=[
            {
                "when": moment_in_words(entry.at),
                "text": words.event(entry),
                "who": words.actor(entry, names.get(entry.actor_id or 0, "")),
            }
            for entry in history
        ],
        may={name: allows(row.state, after) for name, after in AFTER.items()},
        has_ended=row.state in VOLUNTEER.final,
        stay_at=url_for("desk.volunteer", volunteer_id=row.id),
    )


AFTER = {
    "admit": VolunteerState.ACTIVE,
    "pause": VolunteerState.PAUSED,
    "resume": VolunteerState.ACTIVE,
    "stop": VolunteerState.STOPPED,
}


def allows(state: str, after: str) -> bool:
    return VOLUNTEER.allows(state, after, Role.COORDINATOR)


def _facts(row: Volunteer) -> list[tuple[str, str]]:
    facts = [
        (_("Likes to do"), words.kind_names(row.kinds)),
        (_("Travels at most"), _("%(km)s km", km=row.max_km)),
        (_("Speaks"), words.language_names(row.languages)),
        *volunteer_facts(row.traits, row.avoids),
        (_("Helps at the same time"), str(row.capacity)),
        (_("Offered"), days_ago(row.created_at)),
    ]
    if row.confirmed_on:
        facts.append((_("Last said that it still stands"), day_in_words(row.confirmed_on)))
    if row.away:
        spans = [
            f"{day_in_words(date.fromisoformat(a['from']))} – {day_in_words(date.fromisoformat(a['until']))}"
            for a in row.away
        ]
        facts.append((_("Away"), ", ".join(spans)))
    if row.state == VolunteerState.PAUSED and row.paused_until:
        facts.append((_("Paused until"), day_in_words(row.paused_until)))
    if row.state == VolunteerState.STOPPED and row.reason:
        facts.append((_("Stopped because"), row.reason))
    return facts


def _together(found: desk_volunteers.Together) -> dict[str, Any]:
    match, row = found.match, found.request
    since = match.ended_at or match.agreed_at or match.asked_at or match.proposed_at
    hours = _("%(hours)s hours", hours=f"{match.hours:g}") if match.hours else ""
    return {
        "url": url_for("desk.match", match_id=match.id),
        "title": f"{found.resident_first_name or _('Erased')} · {words.kind_names(row.kinds)}",
        "text": " · ".join(part for part in (row.reference or "", hours) if part),
        "kind": row.kinds[0] if row.kinds else None,
        "tag": words.match_tag(match.state),
        "when": days_ago(since),
    }
