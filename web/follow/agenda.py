"""The resident's side of a request in their own agenda."""

from flask import flash, redirect, url_for
from flask_babel import gettext as _

from models.operations import feeds
from models.permissions import Permission
from web.access import needs
from web.feeds import subscribe
from web.follow import pages
from web.follow.own import NeedsMail, Own, find
from web.pair.steps import Page
from web.runtime import now
from web.transaction import db


@pages.get("/<community>/r/<token>/agenda")
@needs(Permission.REQUEST_FOLLOW)
def feed(token: str) -> Page:
    """Show how to read the appointments in one's own agenda."""
    own = _proven(token)
    return subscribe.page(own.request, back=own.page, renew=url_for("follow.renew_feed", token=token))


@pages.post("/<community>/r/<token>/agenda")
@needs(Permission.REQUEST_FOLLOW)
def renew_feed(token: str) -> Page:
    """Make a new address, and end the old one."""
    own = _proven(token)
    feeds.renew(db(), own.request, actor=own.actor, now=now())
    flash(_("This is your new address. The old one does not work any more."), "good")
    return redirect(url_for("follow.feed", token=token), 303)


def _proven(token: str) -> Own:
    """Give the request to who is surely who is written to: the calendar names who comes, and when."""
    own = find(token)
    if not own.actor.is_proven:
        raise NeedsMail(own)
    return own
