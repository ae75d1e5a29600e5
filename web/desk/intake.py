"""Writing down what somebody asks on the phone: understand, read back, a yes, done."""

from typing import Any

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from models.errors import Invalid
from models.kinds import BY_SLUG
from models.operations import asking
from models.operations.requests import MAX_KINDS
from models.permissions import Permission
from models.queries import desk_requests, people
from models.queries import matches as match_queries
from models.queries.desk_requests import Line
from web import access
from web.access import needs
from web.desk import contact, intake_form, words
from web.desk.intake_form import IntakeForm
from web.desk.pages import pages
from web.forms import attempt
from web.runtime import now, runtime
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
    """Suggest kinds of help, or read back, or write it down; whatever was typed stays."""
    form, step = IntakeForm(), request.form.get("step", "understand")
    if step not in ("read", "send"):
        return _page(form, understood=_understood(form), tick=True)
    wanted = intake_form.check(form)
    if wanted is None:
        return _page(form, understood=_understood(form)), 422
    fingerprint = intake_form.fingerprint(wanted)
    if step == "read" or form.read_for.data != fingerprint:
        form.read_for.data = fingerprint
        form.consent.data = False
        return _page(form, understood=_understood(form), said=intake_form.read_back(wanted, access.community()))
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
    return _page(form, understood=_understood(form), said=said), 422


def _page(
    form: IntakeForm, *, understood: list[str] | None = None, tick: bool = False, said: list[str] | None = None
) -> str:
    understood = understood or []
    if tick and not form.kinds.data:
        form.kinds.data = understood[:MAX_KINDS]
    chosen = [slug for slug in form.kinds.data or [] if slug in BY_SLUG]
    return render_template(
        "desk/intake.html",
        form=form,
        suggested=list(dict.fromkeys([*understood, *chosen])),
        understood=bool(understood),
        asked_to_understand=tick,
        known=_perhaps_known(form),
        said=said,
    )


def _understood(form: IntakeForm) -> list[str]:
    text = (form.text.data or "")[:10_000]
    return [slug for slug, _confidence in runtime().reader.understand(text) if slug in BY_SLUG] if text.strip() else []


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
