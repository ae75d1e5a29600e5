"""What a coordinator writes down about a match in somebody's name: a yes, a no, how it ended."""

from dataclasses import dataclass
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from werkzeug.wrappers import Response

from models.operations import matches, proposals
from models.permissions import Permission
from models.queries.desk_matches import Pair
from models.states import MATCH, MatchState, Role
from models.tables import Match
from web import access
from web.access import needs
from web.desk import words
from web.desk.forms import ActionForm, hours
from web.desk.pages import pages, told
from web.desk.proposing import pair_of
from web.forms import attempt
from web.runtime import now
from web.transaction import db


@dataclass(frozen=True, slots=True)
class Action:
    """A step with a page of its own; see `web.desk.steps.Action`. Texts may name the one whom it is about."""

    after: tuple[str, ...]
    link: Any
    title: Any
    explains: Any
    button: Any
    done: Any
    label: Any = ""
    help: Any = ""
    ends: bool = True
    optional: bool = False
    asks_day: bool = False


ACTIONS: dict[str, Action] = {
    "yes": Action(
        after=(MatchState.ACCEPTED, MatchState.AGREED),
        link=lazy_gettext("%(name)s said yes"),
        title=lazy_gettext("Did %(name)s say yes?"),
        explains=lazy_gettext("You write down what you heard. This cannot be undone."),
        button=lazy_gettext("Yes, write it down"),
        done=lazy_gettext("Written down: %(name)s said yes."),
        ends=False,
    ),
    "no": Action(
        after=(MatchState.DECLINED,),
        link=lazy_gettext("%(name)s said no"),
        title=lazy_gettext("Why did %(name)s say no?"),
        explains=lazy_gettext("You write down what you heard. After that you can choose somebody else."),
        label=lazy_gettext("The reason"),
        help=lazy_gettext("In a few words. The desk reads this."),
        button=lazy_gettext("Write down the no"),
        done=lazy_gettext("Written down: %(name)s said no. You can choose somebody else now."),
    ),
    "reject": Action(
        after=(MatchState.REJECTED,),
        link=lazy_gettext("Do not choose %(name)s"),
        title=lazy_gettext("Why not %(name)s?"),
        explains=lazy_gettext("Who offered themselves gets a kind message, without your reason."),
        label=lazy_gettext("The reason"),
        help=lazy_gettext("In a few words. The desk reads this."),
        button=lazy_gettext("Do not choose %(name)s"),
        done=lazy_gettext("%(name)s was not chosen."),
    ),
    "complete": Action(
        after=(MatchState.COMPLETED,),
        link=lazy_gettext("The help is done"),
        title=lazy_gettext("Is the help done?"),
        explains=lazy_gettext(
            "The request is fulfilled with this. Appointments that were still planned are cancelled."
        ),
        label=lazy_gettext("A word of thanks for the volunteer"),
        button=lazy_gettext("The help is done"),
        done=lazy_gettext("Done. Thank you both."),
        ends=False,
        optional=True,
    ),
    "fail": Action(
        after=(MatchState.FAILED,),
        link=lazy_gettext("It did not work out"),
        title=lazy_gettext("What did not work out?"),
        explains=lazy_gettext(
            "The match ends. Appointments that were still planned are cancelled. This cannot be undone."
        ),
        label=lazy_gettext("What happened?"),
        help=lazy_gettext("In a few words. The desk reads this."),
        button=lazy_gettext("End the match"),
        done=lazy_gettext("The match has ended."),
    ),
    "withdraw": Action(
        after=(MatchState.WITHDRAWN,),
        link=lazy_gettext("Take the match back"),
        title=lazy_gettext("Do you take this match back?"),
        explains=lazy_gettext("Who was asked already hears that it does not go on. This cannot be undone."),
        label=lazy_gettext("Why?"),
        button=lazy_gettext("Take the match back"),
        done=lazy_gettext("The match was taken back."),
        optional=True,
    ),
}


def fits(action: Action, match: Match) -> bool:
    return any(MATCH.allows(match.state, after, Role.COORDINATOR) for after in action.after)


def actions(pair: Pair) -> list[dict[str, Any]]:
    return [
        {
            "url": url_for("desk.match_action", match_id=pair.match.id, name=name),
            "text": _named(action.link, pair),
        }
        for name, action in ACTIONS.items()
        if fits(action, pair.match)
    ]


def _named(text: Any, pair: Pair) -> str:
    """Put in a text the name of the one who is asked now, or else of the volunteer."""
    who = pair.contact if pair.match.state == MatchState.ACCEPTED else pair.helper
    return str(text) % {"name": who.first_name or _("Erased")} if "%(name)s" in str(text) else str(text)


@pages.route(
    "/<community>/desk/matches/<int:match_id>/<any(yes,no,reject,complete,fail,withdraw):name>",
    methods=["GET", "POST"],
    endpoint="match_action",
)
@needs(Permission.DESK_WORK)
def act(match_id: int, name: str) -> Response | str | tuple[str, int]:
    """Ask for the reason, say what happens, and write it down in the coordinator's name."""
    pair, action, form = pair_of(match_id), ACTIONS[name], ActionForm()
    match = pair.match
    back = _back(pair)
    if not fits(action, match):
        flash(_("This match has changed meanwhile. You see here how it stands now."), "watch")
        return redirect(url_for("desk.match", match_id=match_id), 303)
    form.text.label.text, form.text.description = str(action.label), str(action.help)
    if request.method == "POST":
        said_by = _named("%(name)s", pair)
        with attempt(form, reason="text", thanks="text") as tried:
            _do(name, match, form)
        if tried.done:
            flash(str(action.done) % {"name": said_by} if "%(name)s" in str(action.done) else str(action.done), "good")
            return redirect(_after(name, pair), 303)
        if not form.errors:
            return redirect(url_for("desk.match", match_id=match_id), 303)
    page = render_template(
        "desk/act.html",
        form=form,
        action=action,
        title=_named(action.title, pair),
        explains=_named(action.explains, pair) + (" " + _consequence(pair) if name == "yes" else ""),
        button=_named(action.button, pair),
        has_text=bool(action.label),
        quote="",
        about=_("%(helper)s for %(resident)s", helper=pair.helper.first_name, resident=pair.resident.first_name)
        + f" · {pair.request.reference} · {words.kind_names(pair.request.kinds)}",
        back=back,
        tells="",
        hours=name == "complete",
        asks_still_wanted=name == "fail",
    )
    return (page, 422) if form.errors else page


def _consequence(pair: Pair) -> str:
    if pair.match.state == MatchState.ACCEPTED or matches.is_choice_left(pair.request):
        return _("After this both see how to reach each other.") + " " + told(pair.helper, pair.contact)
    return _("After this %(name)s is asked.", name=pair.contact.first_name) + " " + told(pair.contact)


def _do(name: str, match: Match, form: ActionForm) -> None:
    said, actor, moment = form.text.data or "", access.actor(), now()
    if name == "yes" and match.state == MatchState.APPROVED:
        matches.accept(db(), match, actor=actor, now=moment)
    elif name == "yes":
        matches.agree(db(), match, actor=actor, now=moment)
    elif name == "no":
        matches.decline(db(), match, said, actor=actor, now=moment)
    elif name == "reject":
        proposals.reject(db(), match, said, actor=actor, now=moment)
    elif name == "complete":
        given = hours(form.hours.data, most=matches.MAX_HOURS)
        matches.complete(db(), match, actor=actor, now=moment, hours=given, thanks=said)
    elif name == "fail":
        matches.fail(db(), match, said, actor=actor, now=moment, still_wanted=bool(form.still_wanted.data))
    else:
        matches.withdraw(db(), match, said, actor=actor, now=moment)


def _back(pair: Pair) -> str:
    if pair.match.state == MatchState.PROPOSED:
        return url_for("desk.request", request_id=pair.request.id)
    return url_for("desk.match", match_id=pair.match.id)


def _after(name: str, pair: Pair) -> str:
    if name in ("no", "reject", "fail", "withdraw"):
        return url_for("desk.request", request_id=pair.request.id)
    return url_for("desk.match", match_id=pair.match.id)
