"""The answer that is a portrait."""

from flask import current_app, request
from werkzeug.wrappers import Response

from models import pictures
from models.tables import Portrait


def answer(portrait: Portrait) -> Response:
    """Give it to the visitor's own browser alone, which asks each time whether it may still show it."""
    made = current_app.response_class(portrait.picture, mimetype=pictures.MEDIA_TYPE)
    made.set_etag(portrait.digest)
    made.headers["Cache-Control"] = "private, no-cache"
    return made.make_conditional(request)
