"""Writing down what somebody asks on the phone: understand, read back, a yes, done."""

from typing import Any

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from models.errors import Invalid
from models.kinds import BY_SLUG
from models.operations import asking
from models.permissions import Permission
from models.queries import desk_requests, people
from models.queries import matches as match_queries
from models.queries.desk_requests import Line
from web import access
from web.access import needs
from web.desk import contact, intake_form, intake_reading, words
from web.desk.intake_form import IntakeForm
from web.desk.pages import pages
from web.forms import attempt
from web.runtime import now
from web.transaction import db
from web.words import days_ago


@pages.get("/<community>/desk/intake", endpoint="intake")
@needs(Permission.DESK_WORK)
def start() -> str:
    """Show the empty form."""
    return _page(intake_form.empty())


@pages.post("/<community>/desk/intake", endpoint="intake_step")
@needs(Permission.DESK_WORK)
def go_on() -> Response | str | tuple[str, int]:
    """Suggest kinds of help and when, or read back, or write it down; whatever was typed stays."""
    form, step = IntakeForm(), request.form.get("step", "understand")
    found = intake_reading.understood(form)
    understood = [slug for slug, _confidence in found]
    if step not in ("read", "open", "send"):
        intake_reading.tick_kinds(form, found)
        intake_reading.tick_home(form)
        intake_reading.fill_in_when(form)
        return _page(form, understood=understood, asked=True)
    if step == "open":
        intake_reading.leave_kinds_open(form)
    intake_reading.tick_sure_kinds(form, found)
    intake_reading.fill_in_when(form)
    intake_reading.leave_when_open(form)
    wanted = intake_form.check(form)
    if wanted is None:
        return _page(form, understood=understood), 422
    fingerprint = intake_form.fingerprint(wanted)
    if step != "send" or form.read_for.data != fingerprint:
        form.read_for.data = fingerprint
        form.consent.data = False
        return _page(form, understood=understood, said=intake_form.read_back(wanted, access.community()))
    with attempt(form, asker_phone="phone", asker_email="email", start="starts", end="ends") as tried:
        if not form.consent.data:
            raise Invalid("consent", "consent")
        row = asking.intake(
            db(), access.community(), wanted, actor=access.actor(), now=now(), draft_key=form.draft_key.data or ""
        )
        # Who wrote it down has seen it.
        contact.write_down(*(match_queries.person_of(db(), i) for i in (row.resident_id, row.asker_id) if i))
    if tried.done:
        return redirect(url_for("desk.noted", request_id=row.id), 303)
    said = intake_form.read_back(wanted, access.community())
    return _page(form, understood=understood, said=said), 422


def _page(
    form: IntakeForm,
    *,
    understood: list[str] | None = None,
    asked: bool = False,
    said: list[str] | None = None,
) -> str:
    understood = understood or []
    chosen = [slug for slug in form.kinds.data or [] if slug in BY_SLUG]
    return render_template(
        "desk/intake.html",
        form=form,
        suggested=list(dict.fromkeys([*understood, *chosen])),
        understood=bool(understood),
        asked_to_understand=asked,
        kinds_by_us=words.kind_names(chosen) if intake_reading.kinds_by_us(form) else "",
        when_read=intake_reading.words_of_when(form),
        known=_perhaps_known(form),
        said=said,
    )


def _perhaps_known(form: IntakeForm) -> list[dict[str, Any]]:
    """Give requests that may be the same one: of somebody with this number or address, or in nearly these words."""
    community, since = access.community(), desk_requests.a_while_ago(now())
    if community.id is None:
        return []
    same = people.perhaps_the_same(db(), community.id, **intake_form.reachable(form))
    lines = desk_requests.similar(db(), community.id, [p.id for p in same if p.id is not None], since=since)
    known = {line.request.id for line in lines}
    alike = desk_requests.alike(db(), community.id, form.text.data or "", form.postcode.data or "", since=since)
    return [_line(line) for line in (*lines, *(line for line in alike if line.request.id not in known))][:5]


def _line(line: Line) -> dict[str, Any]:
    row = line.request
    return {
        "url": url_for("desk.request", request_id=row.id),
        "title": f"{line.first_name} {line.last_name}".strip() + f" · {words.kind_names(row.kinds)}",
        "text": " ".join(row.text.split())[:140],
        "tag": words.request_tag(row.state),
        "when": days_ago(row.submitted_at or row.created_at),
        "kind": row.kinds[0] if row.kinds else None,
    }
