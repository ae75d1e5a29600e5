"""How to add one's calendar to one's own agenda: the address, a button, and a step by step for four programs."""

from urllib.parse import urlsplit

from flask import render_template, url_for

from models.operations import feeds
from models.tables import HelpRequest, Volunteer
from web.runtime import runtime


def host() -> str:
    """Give the host name of the site, which is part of every entry's name."""
    return urlsplit(runtime().settings.base_url).hostname or "localhost"


def page(owner: Volunteer | HelpRequest, *, back: str, renew: str) -> str:
    """Show the address of somebody's calendar; ``back`` and ``renew`` are addresses of pages."""
    token = feeds.token_of(owner, runtime().tokens)
    address = runtime().settings.base_url.rstrip("/") + url_for("feeds.show", feed_token=token)
    _scheme, _colon, rest = address.partition(":")
    return render_template("feeds/subscribe.html", address=address, webcal=f"webcal:{rest}", back=back, renew=renew)
