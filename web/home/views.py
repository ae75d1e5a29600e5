"""Home, how it works, privacy, accessibility, and whether the site is well."""

from flask import Blueprint, Response, jsonify, redirect, render_template, url_for
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.wrappers import Response as Answer

from models.errors import NotFound
from models.operations import asking
from models.permissions import Permission
from models.queries import communities
from models.queries import home as queries
from web import access, looks
from web.access import needs
from web.forms import attempt
from web.home.forms import PostcodeForm
from web.runtime import now, runtime
from web.transaction import db

pages = Blueprint("home", __name__)


@pages.get("/")
@needs(Permission.PUBLIC)
def index() -> str | Answer:
    """Find the community of a visitor; where there is only one, that is it."""
    known = communities.all_communities(db())
    if len(known) == 1:
        return redirect(url_for("home.community", community=known[0].slug))
    return render_template("home/index.html", communities=known, form=PostcodeForm())


@pages.post("/")
@needs(Permission.PUBLIC)
def find() -> str | Answer | tuple[str, int]:
    """Send somebody to the community that serves their postcode, or say kindly that there is none."""
    form = PostcodeForm()
    with attempt(form) as tried:
        found, _code = asking.community_for_postcode(db(), form.postcode.data or "")
    if tried.done:
        return redirect(url_for("home.community", community=found.slug), 303)
    known = communities.all_communities(db())
    return render_template("home/index.html", communities=known, form=form), 422


@pages.get("/<community>/")
@needs(Permission.PUBLIC)
def community() -> str:
    """Two doors, how it works, and what neighbours did this month."""
    here = access.community()
    return render_template(
        "home/community.html",
        numbers=queries.this_month(db(), here, now()),
        meeting_places=communities.meeting_places(db(), here.id or 0),
        words=communities.wordings(db(), here.id or 0, here.language),
    )


@pages.get("/<community>/look-<version>.css")
@needs(Permission.PUBLIC)
def look(version: str) -> Response:
    """Give the colours of a community; another version is another address, so that browsers may keep it."""
    sheet = looks.sheet(access.community())
    if sheet is None or version != looks.version(sheet):
        raise NotFound
    answer = Response(sheet, mimetype="text/css")
    answer.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    return answer


@pages.get("/how", defaults={"community": None})
@pages.get("/<community>/how")
@needs(Permission.PUBLIC)
def how() -> str:
    """How asking and helping go, step by step."""
    return render_template("home/how.html")


@pages.get("/privacy", defaults={"community": None})
@pages.get("/<community>/privacy")
@needs(Permission.PUBLIC)
def privacy() -> str:
    """What we keep, who sees it, and for how long."""
    return render_template("home/privacy.html")


@pages.get("/accessibility", defaults={"community": None})
@pages.get("/<community>/accessibility")
@needs(Permission.PUBLIC)
def accessibility() -> str:
    """What was done so that everybody can use the site, and how to complain."""
    return render_template("home/accessibility.html")


@pages.get("/health")
@needs(Permission.PUBLIC)
def health() -> tuple[Response, int]:
    """Say whether the database answers and the worker is alive; nothing about people."""
    try:
        state = queries.health(db(), now())
    except SQLAlchemyError:
        return jsonify(ok=False, database=False, worker=False), 503
    return jsonify(ok=all(state.values()), **state), 200 if all(state.values()) else 503


@pages.get("/.well-known/security.txt")
@needs(Permission.PUBLIC)
def security() -> Response:
    """Where to report a weakness (RFC 9116)."""
    base = runtime().settings.base_url
    mail = next((c.email for c in communities.all_communities(db()) if c.email), "")
    lines = [
        *([f"Contact: mailto:{mail}"] if mail else []),
        f"Contact: {runtime().settings.source_url}",
        f"Expires: {now().year + 1}-01-31T00:00:00Z",
        "Preferred-Languages: nl, en",
        f"Canonical: {base}/.well-known/security.txt",
    ]
    return Response("\n".join(lines) + "\n", mimetype="text/plain")
