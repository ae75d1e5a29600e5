"""Putting somebody forward for a request, approving, and taking that back within half a minute."""

from collections.abc import Iterator
from contextlib import contextmanager

from flask import flash, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from models.errors import NotFound, StaleState
from models.grounds import Grounds
from models.operations import proposals
from models.permissions import Permission
from models.queries import desk, desk_matches, volunteers
from models.queries.desk_matches import Pair
from models.states import MatchState
from web import access
from web.access import needs
from web.desk import request_page
from web.desk.pages import pages, told
from web.forms import attempt
from web.runtime import now, runtime
from web.transaction import db


@pages.post("/<community>/desk/requests/<int:request_id>/propose", endpoint="request_propose")
@needs(Permission.DESK_WORK)
def propose(request_id: int) -> Response:
    """Propose a volunteer for a request, and approve in one go where that button was used."""
    found, community = request_page.asked(request_id), access.community()
    volunteer = volunteers.by_id(db(), community.id, _number("volunteer_id"))
    if volunteer is None:
        raise NotFound
    approve_too = request.form.get("approve") == "1"
    with attempt() as tried, _naming_who_was_chosen(found.request.community_id):
        why = runtime().candidates.explain(db(), found.request, volunteer, community, now=now())
        match = proposals.propose(
            db(),
            found.request,
            volunteer,
            actor=access.actor(),
            now=now(),
            grounds=Grounds.of(why),
        )
        if approve_too:
            proposals.approve(db(), match, actor=access.actor(), now=now())
    if tried.done:
        _say_what_happened(pair_of(match.id or 0), approved=approve_too)
    return redirect(url_for("desk.request", request_id=request_id, _anchor="chosen"), 303)


@pages.post("/<community>/desk/matches/<int:match_id>/approve", endpoint="match_approve")
@needs(Permission.DESK_WORK)
def approve(match_id: int) -> Response:
    """Approve a proposal: the one who has not said yes yet is asked."""
    pair = pair_of(match_id)
    with attempt() as tried, _naming_who_was_chosen(pair.match.community_id):
        proposals.approve(db(), pair.match, actor=access.actor(), now=now())
    if tried.done:
        _say_what_happened(pair, approved=True)
    return redirect(url_for("desk.request", request_id=pair.request.id, _anchor="chosen"), 303)


@pages.post("/<community>/desk/matches/<int:match_id>/undo", endpoint="match_undo")
@needs(Permission.DESK_WORK)
def undo(match_id: int) -> Response:
    """Take an approval back before anybody was told."""
    pair = pair_of(match_id)
    with attempt() as tried:
        proposals.undo_approval(db(), pair.match, actor=access.actor(), now=now())
    if tried.done:
        flash(_("Undone. Nobody was told. %(name)s waits for approval again.", name=pair.helper.first_name), "good")
    return redirect(url_for("desk.request", request_id=pair.request.id, _anchor="chosen"), 303)


def pair_of(match_id: int) -> Pair:
    """Give a match of this community with both its people.

    Raises
    ------
    NotFound
        For another community's.
    """
    found = desk_matches.pair(db(), access.community().id, match_id)
    if found is None:
        raise NotFound
    return found


@contextmanager
def _naming_who_was_chosen(community_id: int | None) -> Iterator[None]:
    """Where a colleague was faster, say whom they chose."""
    try:
        yield
    except StaleState as error:
        chosen = error.details.get("volunteer_id")
        if error.code != "taken" or not isinstance(chosen, int):
            raise
        volunteer = volunteers.by_id(db(), community_id, chosen)
        names = desk.names_of(db(), [volunteer.person_id if volunteer else None])
        name = next(iter(names.values()), _("somebody else"))
        raise StaleState(code="taken_by", name=name) from error


def _say_what_happened(pair: Pair, *, approved: bool) -> None:
    name = pair.helper.first_name
    if not approved:
        flash(_("%(name)s is proposed. Nobody was told yet: first somebody approves.", name=name), "good")
        return
    state = pair.match.state
    if state == MatchState.APPROVED:
        hears = told(pair.helper)
    elif state == MatchState.ACCEPTED:
        hears = told(pair.contact)
    else:
        hears = told(pair.helper, pair.contact)
    flash(_("%(name)s is approved.", name=name) + " " + hears, "good")


def _number(name: str) -> int:
    typed = request.form.get(name, "")
    if not (typed.isascii() and typed.isdigit() and len(typed) < 10):
        raise NotFound
    return int(typed)
