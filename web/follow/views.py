"""The way in with number and code, and the resident's own page of one request."""

from typing import Any

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from models import kinds
from models.delays import local_now
from models.errors import TooMany, WrongTry
from models.operations import following
from models.permissions import Permission
from models.queries import communities
from models.queries import follow as queries
from models.states import MATCH_KNOWS_EACH_OTHER, MatchState, RequestState
from models.tables import HelpRequest
from web import access, limits
from web.access import needs
from web.follow import pages, proposal, steps
from web.follow.forms import AnswerForm, StartForm
from web.follow.own import Own, find
from web.forms import attempt
from web.limits import limiter
from web.runtime import now, runtime
from web.transaction import db
from web.words import clock_in_words, listed, when_in_words

Page = str | Response | tuple[str, int]
_NEWS = (MatchState.ACCEPTED, *MATCH_KNOWS_EACH_OTHER)


@pages.get("/<community>/follow")
@needs(Permission.PUBLIC)
def start() -> Page:
    """Ask for the number and the code that stand on paper."""
    return render_template("follow/start.html", form=StartForm())


@pages.post("/<community>/follow")
@limiter.limit(limits.CODES)
@needs(Permission.PUBLIC)
def enter() -> Page:
    """Open the request of a number and code; after a few wrong tries there is a pause."""
    form = StartForm()
    reference, code = form.reference.data or "", form.code.data or ""
    missing = [field for field in (form.reference, form.code) if not (field.data or "").strip()]
    for field in missing:
        field.errors = [_("Fill in your number.") if field is form.reference else _("Fill in your code.")]
    if missing:
        return render_template("follow/start.html", form=form), 422
    try:
        row, actor = following.by_code(db(), reference, code, tokens=runtime().tokens, now=now())
    except WrongTry:  # not rolled back: that it was tried is counted
        form.code.errors = [_("This number and this code do not belong together. Look at them once more.")]
        return render_template("follow/start.html", form=form), 422
    except TooMany as error:
        until = clock_in_words(error.details["until"])  # type: ignore[arg-type]  # the operation says when
        return render_template("follow/pause.html", until=until), 429
    there = communities.by_id(db(), row.community_id or 0)
    token = runtime().tokens.request_link(row.id or 0, row.link_version, by_mail=actor.is_proven)
    return redirect(url_for("follow.show", token=token, community=there.slug if there else None), 303)


@pages.get("/<community>/r/<token>")
@needs(Permission.REQUEST_FOLLOW)
def show(token: str) -> Page:
    """Show how a request is doing, and what its owner can do."""
    return page(find(token))


def page(own: Own, form: AnswerForm | None = None, status: int = 200) -> Page:
    """Show the page of a request, perhaps with an answer that cannot be used yet."""
    row = own.request
    there = queries.known_matches(db(), row.id)
    found = there if own.actor.is_proven else []  # who is coming is for who comes from our mail
    matches = [match for match, _volunteer, _person in found]
    is_news_in_mail = not found and any(match.state in _NEWS for match, _volunteer, _person in there)
    local = local_now(now(), access.community().timezone)
    story = steps.Story(
        request=row,
        known=[(match, person.first_name) for match, _volunteer, person in found],
        asked=queries.is_somebody_asked(db(), row.id),
        in_mail=is_news_in_mail,
        coming=steps.next_appointment(matches, local),
        choosing=steps.can_choose(row, matches, local),
    )
    body = render_template(
        "follow/show.html",
        own=own,
        stay_at=own.page,
        row=row,
        form=form or AnswerForm(formdata=None),
        headline=steps.headline(story),
        steps=steps.steps(story),
        proposals=[proposal.of(m, v, p, row) for m, v, p in found if m.state == MatchState.ACCEPTED],
        together=[(m.id, p.first_name) for m, _v, p in found if m.state in MATCH_KNOWS_EACH_OTHER],
        check_ins=_open_check_ins(row, [m.id for m in matches if m.id is not None]),
        is_news_in_mail=is_news_in_mail,
        names={m.id: p.first_name for m, _v, p in found},
        facts=_facts(row),
        code=_grouped(runtime().tokens.request_code(row.id or 0, row.link_version)),
        may=_what_may_be_done(own, bool(there)),
    )
    return body if status == 200 else (body, status)


def _open_check_ins(row: HelpRequest, match_ids: list[int]) -> list[Any]:
    people = [i for i in (row.contact_id, row.resident_id) if i is not None]
    return list(queries.open_check_ins(db(), match_ids, people))


def _facts(row: HelpRequest) -> list[tuple[str, str]]:
    named = [kinds.name(slug, _) for slug in row.kinds]
    place = communities.neighbourhood(db(), row.community_id or 0, row.postcode)
    return [
        (_("The kind of help"), listed(named) or _("We look at that with you")),
        (_("When"), when_in_words(row.when)),
        (_("Where"), place),
        (_("Who chooses the volunteer"), _("We choose") if row.leaves_choice else _("You choose yourself")),
    ]


def _what_may_be_done(own: Own, matched: bool) -> dict[str, bool]:
    state = own.request.state
    waits = state in (RequestState.OPEN, RequestState.ON_HOLD)
    confirms = own.request.leaves_choice and own.request.confirmed_at is None
    return {
        "hold": state == RequestState.OPEN,
        "resume": state == RequestState.ON_HOLD,
        "withdraw": not own.ended,
        "say_still_wanted": waits and own.request.life_asked > 0 and not matched,
        "answer": state == RequestState.ASKED_BACK,
        "confirm": confirms and own.actor.is_proven and not own.ended,
    }


def _grouped(code: str) -> str:
    return " ".join(code[start : start + 4] for start in range(0, len(code), 4))


@pages.post("/<community>/r/<token>/renew")
@needs(Permission.REQUEST_FOLLOW)
def renew(token: str) -> Page:
    """Make a new link and code, for who lost the old ones or fears that others have them."""
    own = find(token)
    following.renew(db(), own.request, actor=own.actor, now=now())
    flash(_("This is your new page. The old link and the old code do not work any more."), "good")
    link = runtime().tokens.request_link
    fresh = link(own.request.id or 0, own.request.link_version, by_mail=own.actor.is_proven)
    return redirect(url_for("follow.show", token=fresh, _anchor="keep"), 303)


@pages.post("/<community>/r/<token>/mail-link")
@limiter.limit(limits.CODES)
@needs(Permission.REQUEST_FOLLOW)
def mail_link(token: str) -> Page:
    """Mail the link to who is written to."""
    own = find(token)
    following.mail_link(db(), own.request, actor=own.actor, now=now())
    flash(_("We have sent you a mail. Open the link that stands in it."), "good")
    return redirect(own.page, 303)


@pages.post("/<community>/r/<token>/mine")
@needs(Permission.REQUEST_FOLLOW)
def mine(token: str) -> Page:
    """Yes, this is my request."""
    own = find(token)
    with attempt() as tried:
        following.confirm(db(), own.request, actor=own.actor, now=now())
    if tried.done:
        flash(_("Thank you. We choose a volunteer for you."), "good")
    return redirect(own.page, 303)


@pages.get("/<community>/r/<token>/forget")
@needs(Permission.REQUEST_FOLLOW)
def forget(token: str) -> Page:
    """Say how to have everything forgotten: by signing in, or by calling us."""
    return render_template("follow/forget.html", own=find(token))
