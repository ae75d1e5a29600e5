"""One open request: what is asked, how it fits, and saying "I can help" or "not for me"."""

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext, lazy_gettext
from flask_babel import gettext as _
from werkzeug.wrappers import Response
from wtforms import TextAreaField

from matcher import Explanation
from models import kinds, reasons
from models.errors import Invalid
from models.grounds import Grounds
from models.operations import matches, proposals
from models.permissions import Permission
from models.queries import browse as queries
from models.rules import needs_vog
from models.states import MatchState
from models.states import Role as Quality
from models.tables import HelpRequest
from web import access, i18n
from web.access import needs, safe_target
from web.ask.answers import language_names
from web.browse import pages
from web.browse.lists import summary_language
from web.browse.standing import standing
from web.browse.words import NOT_FOR_ME, is_over, reason_items
from web.forms import Form, attempt
from web.preferences import home_words
from web.runtime import now
from web.transaction import db
from web.words import days_ago, listed, moment_in_words, when_in_words

Page = str | Response | tuple[str, int]


class HelpForm(Form):
    """What a volunteer wants the coordinator to know."""

    note = TextAreaField(
        lazy_gettext("Do you want to add something?"),
        description=lazy_gettext("The coordinator reads this. For example which day suits you best."),
    )


@pages.get("/<community>/browse/<int:request_id>")
@needs(Permission.PUBLIC)
def show(request_id: int) -> Page:
    """What is asked, and what this visitor can do about it."""
    found = _open(request_id)
    return _page(found, HelpForm()) if found is not None else _gone(request_id)


@pages.post("/<community>/browse/<int:request_id>/help")
@needs(Permission.VOLUNTEER_SELF)
def help_with(request_id: int) -> Page:
    """I can help; a second click gives the same page."""
    found, form = _open(request_id), HelpForm()
    if found is None:
        return _gone(request_id)
    there = standing(found)
    if there.code == "gone":
        return _gone(request_id)
    if there.code != "may" or there.volunteer is None or there.explanation is None:
        return _show(request_id)
    with attempt(form) as tried:
        proposals.propose(
            db(),
            found,
            there.volunteer,
            actor=access.actor(),
            now=now(),
            note=form.note.data or "",
            grounds=Grounds.of(there.explanation),
        )
    if isinstance(tried.refused, Invalid):
        return _page(found, form, 422)
    if tried.done:
        flash(_("Thank you! The coordinator looks at it. You hear from us."), "good")
    return _show(request_id)


@pages.post("/<community>/browse/<int:request_id>/take-back")
@needs(Permission.VOLUNTEER_SELF)
def take_back(request_id: int) -> Page:
    """I cannot help after all, before anybody looked at it."""
    volunteer = access.own_volunteer()
    match = queries.live_match(db(), request_id, volunteer.id if volunteer else None)
    if match is None or match.state != MatchState.PROPOSED or match.origin != Quality.VOLUNTEER:
        return _show(request_id)
    with attempt() as tried:
        matches.withdraw(db(), match, "", actor=access.actor(), now=now())
    if tried.done:
        flash(_("Taken back. Nobody was told yet."), "good")
    return _show(request_id)


@pages.get("/<community>/browse/<int:request_id>/not-for-me")
@needs(Permission.VOLUNTEER_SELF)
def not_for_me(request_id: int) -> Page:
    """Why not? One tap, and it is not shown again."""
    found = _open(request_id)
    if found is None or standing(found).code == "gone":
        return _gone(request_id)
    return render_template(
        "browse/not_for_me.html",
        about=_about(found),
        reasons=NOT_FOR_ME,
        request_id=request_id,
        back=safe_target(request.args.get("next")) or url_for("browse.for_me"),
    )


@pages.post("/<community>/browse/<int:request_id>/not-for-me")
@needs(Permission.VOLUNTEER_SELF)
def set_aside(request_id: int) -> Page:
    """Not for me."""
    found, volunteer = _open(request_id), access.own_volunteer()
    if found is None or volunteer is None or standing(found).code == "gone":
        return _gone(request_id)
    why = request.form.get("reason", "")
    with attempt() as tried:
        proposals.dismiss(
            db(), volunteer, found, why if why in NOT_FOR_ME else "other", actor=access.actor(), now=now()
        )
    if tried.done:
        flash(_("We do not show you this request any more."), "good")
    return redirect(safe_target(request.form.get("next")) or url_for("browse.for_me"), 303)


def _open(request_id: int) -> HelpRequest | None:
    found = queries.open_request(db(), access.community().id, request_id)
    return None if found is None or is_over(found.when) else found


def _gone(request_id: int) -> Page:
    """The same page for what was never there, is no longer open, or is not for this visitor."""
    volunteer = access.own_volunteer()
    match = queries.live_match(db(), request_id, volunteer.id) if volunteer else None
    if match is not None and match.state != MatchState.PROPOSED:
        return redirect(url_for("matches.show", match_id=match.id))
    return render_template("browse/gone.html"), 404


def _show(request_id: int) -> Response:
    return redirect(url_for("browse.show", request_id=request_id), 303)


def _page(found: HelpRequest, form: HelpForm, status: int = 200) -> Page:
    there = standing(found)
    if there.code == "gone":
        return _gone(found.id or 0)
    shown = render_template(
        "browse/show.html",
        form=form,
        about=_about(found),
        request_id=found.id,
        there=there,
        fits=_fits(there.explanation),
        broken=_broken(there.explanation),
        offered_on=moment_in_words(there.match.proposed_at) if there.match else None,
        vog=there.volunteer is not None and needs_vog(access.community(), found.kinds),
        spoken=_languages(found) if there.volunteer is not None else "",
        home=home_words(found.traits) if there.volunteer is not None else "",
        summary_language=summary_language(),
    )
    return shown, status


def _about(found: HelpRequest) -> dict[str, object]:
    """Give what everybody may read of a request, and nothing else of it."""
    row = queries.open_requests(db(), found.community_id, ids=[found.id or 0])[0]
    pairs = [(slug, kinds.name(slug, gettext)) for slug in row.kinds]
    names = listed(name for _slug, name in pairs)
    return {
        "title": names or _("Help request"),
        "kinds": pairs,
        "summary": row.summary or _("Somebody asks for this: %(kinds)s.", kinds=names),
        "place": row.neighbourhood,
        "when": when_in_words(row.when),
        "age": days_ago(row.opened_at) if row.opened_at else "",
        "urgent": row.urgency == "high",
        "people": found.people_wanted,
    }


def _languages(found: HelpRequest) -> str:
    names = dict(language_names(i18n.language()))
    return listed(names.get(code, code) for code in found.languages)


def _fits(explanation: Explanation | None) -> list[tuple[str, str]]:
    if explanation is None:
        return []
    return reason_items(explanation.reasons, reasons.for_volunteer(explanation.reasons, i18n.language()))


def _broken(explanation: Explanation | None) -> list[str]:
    """Say which hard constraints are broken, in the volunteer's words; a pause is told by itself."""
    if explanation is None:
        return []
    told = [reason for reason in explanation.broken if reason.code not in ("paused", "blocked")]
    return [reasons.why_not(reason, i18n.language(), voice="volunteer") for reason in told]
