"""Who finds help and how soon, by kind of help and neighbourhood: so that nobody is forgotten unseen."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from flask import render_template
from flask_babel import format_decimal, format_percent
from flask_babel import gettext as _

from matcher.fairness import STEPS, WITHIN, Asked, Group, by_group, how_soon, overall
from models.permissions import Permission
from models.queries import communities
from models.queries import fairness as queries
from web import access
from web.access import needs
from web.administer import pages
from web.desk import words
from web.runtime import now
from web.transaction import db

LOOKS_BACK = timedelta(days=182)


@pages.get("/<community>/settings/fairness")
@needs(Permission.COMMUNITY_ADMINISTER)
def fairness() -> str:
    """Show who finds help in time, and who waits."""
    community = access.community()
    found = queries.asked(db(), community.id, since=now() - LOOKS_BACK, now=now())
    asked = [one for one, _code in found]
    names = communities.neighbourhoods(db(), community.id or 0, {code for _one, code in found})
    here = [replace(one, groups=(names.get(code, code),)) for one, code in found]
    return render_template(
        "administer/fairness.html",
        all=_row(overall(asked), _("All requests")),
        soon=_soon(asked),
        tables=[
            (_("By kind of help"), _("Kind of help"), [_row(g, words.kind_names([g.name])) if g.name else _few(g)
                                                       for g in by_group(asked)]),
            (_("By neighbourhood"), _("Neighbourhood"), [_row(g, g.name) if g.name else _few(g)
                                                         for g in by_group(here)]),
        ],
        within=int(WITHIN),
    )  # fmt: skip


def _few(group: Group) -> dict[str, Any]:
    return _row(group, _("Groups of fewer than five, together"))


def _row(group: Group, name: str) -> dict[str, Any]:
    between = _("%(low)s to %(high)s", low=format_percent(group.low), high=format_percent(group.high))
    return {
        "name": name,
        "asked": group.asked,
        "share": format_percent(group.share) if group.share is not None else "–",
        "between": between if group.share is not None else "",
        "days": format_decimal(round(group.days, 1)) if group.days is not None else "–",
        "waiting": group.waiting,
        "longest": format_decimal(round(group.longest)) if group.longest is not None else "–",
        "behind": group.behind,
    }


def _soon(asked: list[Asked]) -> list[tuple[str, int]]:
    names = [_("Within %(days)s days", days=days) for days in STEPS]
    return list(zip([*names, _("Later"), _("Nobody yet")], how_soon(asked), strict=True))
