"""What people read when something cannot be done: pages for errors, and a sentence for every reason."""

import logging
import secrets
from datetime import date
from typing import Any

from flask import Flask, g, render_template, request
from flask_babel import gettext, lazy_gettext
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import OperationalError
from werkzeug.exceptions import HTTPException, SecurityError

from models.errors import Invalid, NotAllowed, NotFound, Refused, StaleState, TooMany
from models.queries import communities
from models.values import phone_as_read
from web import transaction
from web.words import day_in_words

log = logging.getLogger("noaber.web")

_STATUS = {NotFound: 404, NotAllowed: 403, StaleState: 409, TooMany: 429, Invalid: 400}
_PAGES = frozenset({400, 403, 404, 405, 409, 413, 429, 500, 503})

# Code -> what a person reads at the field; placeholders come from the error's details.
REASONS: dict[str, Any] = {
    "required": lazy_gettext("Fill this in."),
    "choice": lazy_gettext("Choose one of the answers."),
    "too_long": lazy_gettext("This text is too long. Use at most %(limit)s characters."),
    "unreadable": lazy_gettext("There is a character in this text that we cannot read. Type it again."),
    "has_bsn": lazy_gettext("This looks like a citizen service number (BSN). We never need it. Leave it out, please."),
    "postcode": lazy_gettext("This is not a Dutch postcode. It looks like 7551 AB."),
    "postcode_unknown": lazy_gettext("We do not know this postcode. Check the numbers."),
    "postcode_outside": lazy_gettext("Noaber does not work at this postcode yet."),
    "postcode_foreign": lazy_gettext("This looks like a postcode from another country."),
    "postcode_here": lazy_gettext("This postcode is in your list already."),
    "summary_address": lazy_gettext(
        "This looks like an address (%(found)s). Everybody reads this text: name the neighbourhood alone."
    ),
    "nobody_left": lazy_gettext("Only a woman and only a man: then nobody is left. Choose one of the two, or none."),
    "too_far_away": lazy_gettext(
        "From this postcode it is %(km)s km to our nearest neighbourhood. Choose that you go further, or ask us."
    ),
    "postcode_taken": lazy_gettext("This postcode belongs to another community."),
    "postcode_elsewhere": lazy_gettext("This postcode belongs to %(name)s. Call them: %(phone)s."),
    "email": lazy_gettext("This is not an e-mail address. It looks like name@example.nl."),
    "phone": lazy_gettext("This is not a phone number that we can call. It looks like 06 12345678."),
    "reach_needed": lazy_gettext("Fill in an e-mail address or a phone number. One of the two is enough."),
    "phone_needed": lazy_gettext("Without an e-mail address we need your phone number to reach you."),
    "password_short": lazy_gettext("Use at least %(limit)s characters."),
    "common": lazy_gettext("Everybody who guesses tries this one first. Choose another."),
    "same_person": lazy_gettext("You filled in the same e-mail address twice. Use one of the two."),
    "date": lazy_gettext("This date or time does not exist. Check it."),
    "date_past": lazy_gettext("This moment has passed. Choose a later one."),
    "date_far": lazy_gettext("This is more than two years away. Choose an earlier date."),
    "date_future": lazy_gettext("This day is still to come. Choose today or a day before."),
    "time": lazy_gettext("This is not a time. It looks like 14:30."),
    "time_missing": lazy_gettext("The clock skips this time, because summer time begins. Choose another time."),
    "not_yet": lazy_gettext("This moment is still to come."),
    "busy_then": lazy_gettext("The volunteer has another appointment then. Choose another time."),
    "busy_on": lazy_gettext("The volunteer has another appointment on %(on)s. Choose another time."),
    "moment_twice": lazy_gettext("This overlaps with another moment that you propose. Choose another time."),
    "which_moment": lazy_gettext("Choose the moment that suits on the page of the match."),
    "nothing_left": lazy_gettext("Then no day is left. Keep at least one, or choose a later last day."),
    "series_too_long": lazy_gettext("This is too long. Plan at most a year of appointments at once."),
    "end_before_start": lazy_gettext("The end has to come after the start."),
    "too_long_period": lazy_gettext("This is longer than a day. Choose a shorter time."),
    "windows": lazy_gettext("One of these times cannot be read. It looks like 14:30."),
    "window_half": lazy_gettext("Choose both: from what time, and until what time."),
    "only_end": lazy_gettext("Choose a time to begin too. Or choose “I do not know” at “Until what time?”."),
    "no_time": lazy_gettext(
        'Tick at least one moment of the week. Is every moment fine? Then choose "It does not matter".'
    ),
    "too_many": lazy_gettext("This is too much at once. Use at most %(limit)s."),
    "too_many_kinds": lazy_gettext("Choose at most %(limit)s kinds of help."),
    "words_or_picture": lazy_gettext("Choose at least one picture. Or go back and write what you need."),
    "number_range": lazy_gettext("Choose a number from %(least)s to %(most)s."),
    "lapse_before_reminder": lazy_gettext(
        "This is too soon: we must be able to remind somebody first. Choose more days."
    ),
    "placeholder": lazy_gettext("We cannot fill in %(found)s here. Use only the words that stand above."),
    "consent": lazy_gettext("Tick this once they have said yes. Without a yes we write nothing down."),
    "no_such_request": lazy_gettext("There is no help request with this number here. Check it."),
    "whom_or_number": lazy_gettext("Choose somebody, or fill in the number of a help request."),
    "themself": lazy_gettext("This is the same person. Choose somebody else."),
    "summary_name": lazy_gettext("There is a name in the summary: %(name)s. Everybody can read this; leave it out."),
    "picture_empty": lazy_gettext("There is nothing in this file. Choose another photo."),
    "picture_bytes": lazy_gettext("This file is too large. Choose a photo of at most %(limit)s MB."),
    "picture_pixels": lazy_gettext("This picture is too large. Choose one of at most %(limit)s megapixels."),
    "picture_small": lazy_gettext("This picture is too small. Choose one of at least %(least)s pixels wide and high."),
    "picture_heic": lazy_gettext("Your phone made a HEIC file. We cannot read that. Choose a JPEG file."),
    "picture_kind": lazy_gettext("This is not a photo that we can read. Choose a JPEG, PNG or WebP file."),
    "picture_broken": lazy_gettext("This file is damaged, or a part of it is missing. Choose another photo."),
    "summary_contact": lazy_gettext(
        "There is a phone number, e-mail address or postcode in the summary. Leave it out."
    ),
}

# Code of a StaleState or NotAllowed -> what happened meanwhile.
HAPPENED: dict[str, Any] = {
    "stale": lazy_gettext("Somebody changed this a moment ago. Look at it again."),
    "taken": lazy_gettext("A colleague has just approved somebody else for this request."),
    "taken_by": lazy_gettext("%(name)s was chosen for this request a moment ago. Your click changed nothing."),
    "call_done": lazy_gettext("A colleague has made this call already."),
    "own_vog": lazy_gettext("This is your own VOG. Let a colleague look at it."),
    "no_capacity": lazy_gettext("This volunteer helps as many people as they want to already."),
    "volunteer_not_active": lazy_gettext("This volunteer is not active now."),
    "left": lazy_gettext("You have stopped as a volunteer here. Call us if you want to start again."),
    "stopped": lazy_gettext("You are no longer a volunteer here. Call us if you have a question."),
    "already_proposed": lazy_gettext("This volunteer is proposed for this request already."),
    "tried_before": lazy_gettext("This was tried before, and one of the two said no."),
    "too_late": lazy_gettext("The message has gone out already. You can still withdraw the match."),
    "not_allowed": lazy_gettext("You may not do this."),
    "not_possible": lazy_gettext("These two cannot be brought together."),
    "own_request": lazy_gettext("This is your own request."),
    "own_appointment": lazy_gettext("You proposed this moment yourself. The other one still has to say yes."),
    "picked": lazy_gettext("Another moment was chosen a moment ago. Look at it again."),
    "moment_past": lazy_gettext("This moment has passed. Choose another one."),
    "busy_meanwhile": lazy_gettext("The volunteer cannot come then any more. Choose another moment."),
    "busy_meanwhile_on": lazy_gettext("The volunteer cannot come on %(on)s any more. Choose another moment."),
    "answered": lazy_gettext("You have answered this already. Call us if something has changed."),
    "no_agreed_match": lazy_gettext("We ask for an address only when somebody is really coming."),
    "open_requests": lazy_gettext("Somebody who lives here still waits for help. This postcode stays for now."),
    "name_link": lazy_gettext("In a name there is no web address or e-mail address."),
    "last_administrator": lazy_gettext("This is the only administrator. Appoint somebody else first."),
    "weights_decided": lazy_gettext("A colleague has decided about this already."),
    "weights_changed": lazy_gettext("The weights have changed since then. Look at the decisions again."),
    "weights_too_soon": lazy_gettext("The last step was less than four weeks ago. Work with it a little longer first."),
    "needs_vog": lazy_gettext(
        "This help asks for a valid certificate of conduct (VOG). Note down first that you saw it."
    ),
}


def sentence(error: Refused) -> str:
    """Give the words for a refusal, in the language of the page."""
    words = REASONS.get(error.code) or HAPPENED.get(error.code)
    if words is None:
        log.warning("no words for the reason %s", error.code)
        words = HAPPENED["stale"] if not isinstance(error, Invalid) else lazy_gettext("This cannot be used. Check it.")
    said = {name: _as_read(name, value) for name, value in error.details.items()}
    return str(words) % said if said else str(words)


def _as_read(name: str, value: object) -> object:
    if name == "phone":
        return phone_as_read(str(value))
    # A datetime is a date to Python; whoever gives one writes it in words of their own.
    return day_in_words(value) if type(value) is date else value


def init_app(app: Flask) -> None:
    """Answer every error with a page that says what to do next."""

    @app.errorhandler(Refused)
    def _refused(error: Refused) -> tuple[str, int]:
        status = next((code for kind, code in _STATUS.items() if isinstance(error, kind)), 400)
        if error.keeps:
            transaction.db().commit()  # a wrong try counts, or there would be any number of them
        else:
            _roll_back()
        return _page(status, sentence(error) if status != 404 else "")

    @app.errorhandler(CSRFError)
    def _expired(_error: CSRFError) -> tuple[str, int]:
        _roll_back()
        return _page(400, gettext("This page was open for too long. Go back, and send it once more."))

    @app.errorhandler(HTTPException)
    def _http(error: HTTPException) -> Any:
        _roll_back()
        if isinstance(error, SecurityError):  # a strange host: there is no address here to link to
            return "400", 400, {"Content-Type": "text/plain; charset=utf-8"}
        code = error.code or 500
        if code < 400:
            return error
        body, status = _page(code if code in _PAGES else (400 if code < 500 else 500))
        return body, (code if code in _PAGES or code < 500 else status), _kept_headers(error)

    @app.errorhandler(OperationalError)
    def _busy(error: OperationalError) -> tuple[str, int]:
        reference = _log(error)
        g.session_failed = True
        return _page(503, reference=reference)

    @app.errorhandler(Exception)
    def _broken(error: Exception) -> tuple[str, int]:
        if app.testing and app.config.get("PROPAGATE_EXCEPTIONS", True):
            raise error
        reference = _log(error)
        g.session_failed = True
        return _page(500, reference=reference)


def _find_community() -> None:
    """Whoever mistypes an address below a community still reads its phone number."""
    slug = request.path.split("/")[1][:41]
    try:
        g.community = communities.by_slug(transaction.db(), slug) if slug else None
    except OperationalError:  # then the page does without
        g.session_failed = True


def _kept_headers(error: HTTPException) -> list[tuple[str, str]]:
    return [(k, v) for k, v in error.get_headers() if k.lower() in ("allow", "retry-after")]


def _page(status: int, happened: str = "", reference: str = "") -> tuple[str, int]:
    if status == 404 and request.endpoint is None and not g.get("community"):
        _find_community()
    return render_template(f"errors/{status}.html", happened=happened, reference=reference), status


def _log(error: Exception) -> str:
    """Write an error down under a reference that a person can read out on the phone. Ids only, no form values."""
    reference = secrets.token_hex(4).upper()
    log.error("error %s", reference, exc_info=error)
    return reference


def _roll_back() -> None:
    session = g.get("session")
    if session is not None:
        session.rollback()
