"""The file itself, open to whoever has its address and to nobody else; no session, and nothing of ours is changed."""

from flask import Response, request

from models import calendar, feed
from models.operations import feeds
from models.permissions import Permission
from web import access, limits
from web.access import needs
from web.feeds import pages
from web.feeds.subscribe import host
from web.limits import limiter
from web.runtime import now, runtime
from web.transaction import db


@pages.get("/<community>/agenda/<feed_token>.ics")
@limiter.limit(limits.FEEDS, key_func=lambda: request.path)
@needs(Permission.PUBLIC)
def show(feed_token: str) -> Response:
    """Give somebody's appointments; "not changed" to who has them already."""
    owner = feeds.by_token(db(), feed_token, access.community().id, tokens=runtime().tokens)
    found = feed.of(db(), owner, domain=host(), base_url=runtime().settings.base_url.rstrip("/"), now=now())
    answer = Response(found.content, content_type=calendar.MIMETYPE)
    answer.headers["Content-Disposition"] = 'inline; filename="noaber.ics"'
    # Their own program may keep it, and asks each time whether it is still right; nobody in between may.
    answer.headers["Cache-Control"] = "private, no-cache"
    answer.headers["CDN-Cache-Control"] = "no-store"
    answer.headers["X-Robots-Tag"] = "noindex, nofollow"
    answer.set_etag(found.etag)
    answer.last_modified = found.changed_at.replace(microsecond=0)
    answer.make_conditional(request)
    return answer
