"""Every message that would have been sent, newest first."""

from flask import Blueprint, render_template, request

from models.errors import NotFound
from models.messages import rendering
from models.permissions import Permission
from models.queries import demo_messages as queries
from web.access import needs
from web.runtime import now, runtime
from web.transaction import db

pages = Blueprint("demo", __name__)
PAGE = 30


@pages.get("/demo/messages")
@needs(Permission.PUBLIC)
def messages() -> str:
    """List the messages to invented people."""
    words = request.args.get("q", "").strip()[:100]
    total = queries.count(db(), words)
    last = max(1, -(-total // PAGE))
    typed = request.args.get("page", "1")
    page = min(last, max(1, int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 7 else 1))
    rows = queries.newest(db(), words, limit=PAGE, skip=PAGE * (page - 1))
    return render_template("demo/messages.html", rows=rows, page=page, pages=last, words=words, total=total)


@pages.get("/demo/messages/<int:message_id>")
@needs(Permission.PUBLIC)
def message(message_id: int) -> str:
    """Show one message as its reader would see it."""
    found = queries.by_id(db(), message_id)
    if found is None:
        raise NotFound
    row, to = found
    body = rendering.opened(db(), row, settings=runtime().settings, now=now())
    # A code to sign in is not kept anywhere, and a link without it leads nowhere.
    return render_template("demo/message.html", row=row, to=to, body=body, whole=rendering.MASK not in body)
