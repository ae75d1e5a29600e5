"""How the ranking is made, and what the decisions of the desk, volunteers and residents say about it."""

import csv
from collections.abc import Callable
from io import StringIO
from typing import Any

from flask import flash, redirect, render_template, url_for
from flask_babel import format_decimal, format_percent, lazy_gettext
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from matcher import DEFAULT_WEIGHTS, FACTORS
from matcher.learning import HEADER, rows_without_persons
from matcher.learning.lesson import FEWEST, FEWEST_OF_EACH
from models.operations import learning
from models.permissions import Permission
from models.queries import learning as queries
from models.tables import WeightStudy
from models.weighing import KEPT, weights_of
from web import access
from web.access import needs
from web.administer import pages
from web.forms import attempt
from web.runtime import now
from web.transaction import db

_WORDS: dict[str, tuple[Any, Any]] = {
    "skills": (lazy_gettext("The kind of help"), lazy_gettext("Does the volunteer offer what is asked?")),
    "distance": (lazy_gettext("Distance"), lazy_gettext("How far is it, beside how far they want to go?")),
    "availability": (lazy_gettext("Time"), lazy_gettext("How much of the asked time can they come?")),
    "language": (lazy_gettext("Language"), lazy_gettext("Do the two share a language?")),
    "load": (lazy_gettext("Room"), lazy_gettext("Who helps nobody yet comes before who helps others already.")),
    "rest": (lazy_gettext("Rest"), lazy_gettext("Who helped a lot this month is asked less.")),
    "freshness": (lazy_gettext("A new offer"), lazy_gettext("An offer of long ago counts a little less.")),
    "waiting": (lazy_gettext("Waiting"), lazy_gettext("Who waits long, or is in a hurry, comes up.")),
    "continuity": (lazy_gettext("They know each other"), lazy_gettext("It went well between these two before.")),
}


@pages.get("/<community>/settings/weights")
@needs(Permission.COMMUNITY_ADMINISTER)
def weights() -> str:
    """Show the weights, and the last look at the decisions."""
    community = access.community()
    now_used, study = weights_of(community).by_factor(), queries.latest(db(), community.id)
    return render_template(
        "administer/weights.html",
        rows=[_row(name, now_used, study) for name in FACTORS],
        own=community.weights is not None,
        study=study,
        told=_told(study) if study is not None else "",
        figures=_figures(study) if study is not None and study.outcome != "too_few" else [],
    )


def _row(name: str, now_used: dict[str, float], study: WeightStudy | None) -> dict[str, Any]:
    words, explained = _WORDS[name]
    proposed = study.after.get(name) if study is not None and study.state == "open" else None
    shipped = DEFAULT_WEIGHTS.by_factor()[name]
    return {
        "name": str(words),
        "explained": str(explained),
        "share": format_percent(now_used[name]),
        "shipped": format_percent(shipped) if abs(shipped - now_used[name]) >= 0.0005 else "",
        "proposed": format_percent(proposed) if proposed is not None else "",
        "changes": proposed is not None and abs(proposed - now_used[name]) >= 0.0005,
        "kept": name in KEPT,
    }


def _told(study: WeightStudy) -> str:
    """Say in words what came of a look."""
    found = study.figures
    if study.outcome == "too_few":
        return _(
            "There are %(many)s decisions to learn from. We look from %(fewest)s on, with at least %(each)s a yes and "
            "as many a no.",
            many=found["decisions"], fewest=FEWEST, each=FEWEST_OF_EACH,
        )  # fmt: skip
    if study.outcome == "not_sure":
        return _("The decisions fit the weights of now. What differs can be chance.")
    if study.outcome == "not_better":
        return _("Other weights would not have told the newest decisions any better. So nothing is proposed.")
    return _("With these weights the ranking would have told the newest decisions better.")


def _figures(study: WeightStudy) -> list[tuple[str, str, str]]:
    """Give the comparison on the newest decisions: what, before, after."""
    before, after = study.figures["before"], study.figures["after"]
    rows = [
        (_("A yes stood above a no (AUC)"), before["auc"], after["auc"]),
        (_("The right order of who was tried (NDCG)"), before["ndcg"], after["ndcg"]),
    ]
    return [(words, _number(was), _number(would)) for words, was, would in rows if was is not None]


def _number(value: float | None) -> str:
    return format_decimal(value, "0.000") if value is not None else "–"


@pages.post("/<community>/settings/weights/study")
@needs(Permission.COMMUNITY_ADMINISTER)
def study_decisions() -> Response:
    """Look what the decisions say."""
    return _do(learning.study, _("We looked at the decisions. Nothing was changed."))


@pages.post("/<community>/settings/weights/<int:study_id>/accept")
@needs(Permission.COMMUNITY_ADMINISTER)
def accept_weights(study_id: int) -> Response:
    """Rank by what was proposed."""
    return _do(learning.accept, _("From now on the ranking uses these weights."), study_id)


@pages.post("/<community>/settings/weights/<int:study_id>/refuse")
@needs(Permission.COMMUNITY_ADMINISTER)
def refuse_weights(study_id: int) -> Response:
    """Leave everything as it is."""
    return _do(learning.refuse, _("The weights stay as they are."), study_id)


@pages.post("/<community>/settings/weights/reset")
@needs(Permission.COMMUNITY_ADMINISTER)
def reset_weights() -> Response:
    """Go back to the weights of the start."""
    return _do(learning.reset, _("The ranking uses the weights of the start again."))


def _do(step: Callable[..., Any], said: str, *what: int) -> Response:
    with attempt() as tried:
        step(db(), access.community(), *what, actor=access.actor(), now=now())
    if tried.done:
        flash(said, "good")
    return redirect(url_for("administer.weights"), 303)


@pages.get("/<community>/settings/weights/decisions.csv")
@needs(Permission.COMMUNITY_ADMINISTER)
def decisions_file() -> Response:
    """Give the decisions that are learnt from as a table that names nobody."""
    community = access.community()
    found = queries.decisions(db(), community, since=now() - learning.LOOKS_BACK)
    text = StringIO()
    table = csv.writer(text)
    table.writerow(HEADER)
    table.writerows(rows_without_persons(found))
    answer = Response(text.getvalue(), mimetype="text/csv")
    answer.headers["Content-Disposition"] = f'attachment; filename="noaber-{community.slug}-decisions.csv"'
    return answer
