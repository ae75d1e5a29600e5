"""Help requests at the desk: the lists, and the page of one request."""

from typing import Any

from flask import redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from models.errors import NotFound
from models.permissions import Permission
from models.queries import communities, desk_requests
from models.queries.desk_requests import Filters
from models.states import RequestState
from web import access
from web.access import needs
from web.desk import contact, request_page, words
from web.desk.forms import SearchForm
from web.desk.pages import page_count, page_number, pages
from web.desk.today import waiting_words
from web.transaction import db
from web.words import day_in_words, days_ago, when_in_words


@pages.get("/<community>/desk/requests", endpoint="requests")
@needs(Permission.DESK_SEE)
def show_list() -> str:
    """Show one list of requests: new, open, on hold and so on, with filters."""
    community, group = access.community(), request.args.get("group", "submitted")
    if group not in desk_requests.GROUPS:
        raise NotFound
    form = SearchForm(neighbourhood_names(), formdata=request.args)
    filters = filters_of(form)
    counted = desk_requests.counted(db(), community.id, filters)
    number, count = page_number(), page_count(counted[group], desk_requests.PAGE)
    lines = desk_requests.page(db(), community.id, group, filters, number=number)
    places = communities.neighbourhoods(db(), community.id or 0, {line.request.postcode for line in lines})
    return render_template(
        "desk/requests.html",
        search=form,
        group=group,
        tabs=_tabs(group, filters, counted),
        rows=[_row(line, places) for line in lines],
        total=counted[group],
        filtered=filters != Filters(),
        page=number,
        pages=count,
        kept=kept(group, filters),
    )


def neighbourhood_names() -> list[str]:
    """Give what the neighbourhoods of this community are called, each once, in order."""
    community = access.community()
    areas = communities.areas(db(), community.id or 0)
    return sorted({area.neighbourhood or area.postcode for area in areas})


def filters_of(form: SearchForm) -> Filters:
    """Give what was searched for; an answer that is not on the list counts as none."""
    kinds, areas = {value for value, _name in form.kind.choices}, {value for value, _name in form.area.choices}
    kind, area = form.kind.data or "", form.area.data or ""
    said = (form.words.data or "").replace("\0", "")[:200]
    return Filters(
        kind=kind if kind in kinds else "",
        area=area if area in areas else "",
        words="".join(c for c in said if not "\ud800" <= c <= "\udfff").strip(),
    )


def kept(group: str, filters: Filters) -> dict[str, Any]:
    """Give the filters for the addresses of other pages of the same list."""
    given = {"group": group, "kind": filters.kind, "area": filters.area, "words": filters.words}
    return {name: value for name, value in given.items() if value}


def _tabs(group: str, filters: Filters, counted: dict[str, int]) -> list[dict[str, Any]]:
    names = {
        "submitted": _("New"),
        "asked_back": _("Wait for an answer"),
        "open": _("Open"),
        "on_hold": _("On hold"),
        "matched": _("Matched"),
        "ended": _("Over"),
    }
    return [
        {
            "url": url_for("desk.requests", **kept(name, filters)),
            "text": names[name],
            "current": name == group,
            "count": counted[name],
        }
        for name in desk_requests.GROUPS
    ]


def _row(line: desk_requests.Line, places: dict[str, str]) -> dict[str, Any]:
    row = line.request
    promised, late = waiting_words(row) if row.state == RequestState.SUBMITTED else ("", False)
    tag = words.request_tag(row.state)
    if late:
        tag = (_("Waits too long"), "watch")
    elif row.urgency == "high" and row.ended_at is None:
        tag = (_("Urgent"), "watch")
    since = row.submitted_at or row.created_at
    if row.state == RequestState.ON_HOLD and row.hold_until:
        promised = _("until %(day)s", day=day_in_words(row.hold_until))
    return {
        "url": url_for("desk.request", request_id=row.id),
        "title": f"{line.first_name or _('Erased')} {line.last_name}".strip() + f" · {words.kind_names(row.kinds)}",
        "text": f"{row.reference} · {places.get(row.postcode, row.postcode)} · {when_in_words(row.when)}",
        "kind": row.kinds[0] if row.kinds else None,
        "tag": tag,
        "when": " · ".join(part for part in (days_ago(since), promised) if part),
    }


@pages.get("/<community>/desk/requests/<int:request_id>", endpoint="request")
@needs(Permission.DESK_SEE)
def show_one(request_id: int) -> str:
    """Show a request as it was told, and what can be done with it now."""
    return request_page.page(request_page.asked(request_id))


@pages.post("/<community>/desk/requests/<int:request_id>/contact", endpoint="request_contact")
@needs(Permission.DESK_SEE)
def show_contact(request_id: int) -> Response:
    """Show how to reach who asked; that somebody looked is written down, once a day."""
    found = request_page.asked(request_id)
    contact.write_down(found.resident, found.asker)
    return redirect(url_for("desk.request", request_id=request_id, _anchor="contact"), 303)
