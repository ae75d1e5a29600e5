"""The desk's words: what a state, a signal, a line of the log or an urgency is called."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from babel import Locale
from flask import g
from flask_babel import force_locale, gettext, lazy_gettext
from flask_babel import lazy_gettext as _

from matcher import read_clues
from models import kinds
from models.states import MatchState, RequestState, VolunteerState
from models.tables import AuditEntry
from web import i18n

# State -> what it is called, and the tone of its label.
REQUEST_STATES: dict[str, tuple[Any, str]] = {
    RequestState.SUBMITTED: (_("New"), "info"),
    RequestState.ASKED_BACK: (_("Waits for an answer"), "neutral"),
    RequestState.OPEN: (_("Open"), "info"),
    RequestState.ON_HOLD: (_("On hold"), "neutral"),
    RequestState.MATCHED: (_("Matched"), "good"),
    RequestState.FULFILLED: (_("Helped"), "good"),
    RequestState.REFERRED: (_("Referred"), "neutral"),
    RequestState.CLOSED: (_("Closed"), "neutral"),
    RequestState.WITHDRAWN: (_("Withdrawn"), "neutral"),
    RequestState.EXPIRED: (_("Expired"), "neutral"),
}
MATCH_STATES: dict[str, tuple[Any, str]] = {
    MatchState.PROPOSED: (_("Waits for your approval"), "info"),
    MatchState.APPROVED: (_("The volunteer was asked"), "neutral"),
    MatchState.ACCEPTED: (_("The resident was asked"), "neutral"),
    MatchState.AGREED: (_("Both said yes"), "good"),
    MatchState.ACTIVE: (_("They meet"), "good"),
    MatchState.COMPLETED: (_("Done"), "good"),
    MatchState.REJECTED: (_("Not chosen"), "neutral"),
    MatchState.DECLINED: (_("Said no"), "neutral"),
    MatchState.LAPSED: (_("No answer in time"), "neutral"),
    MatchState.FAILED: (_("Did not work out"), "watch"),
    MatchState.WITHDRAWN: (_("Taken back"), "neutral"),
}
VOLUNTEER_STATES: dict[str, tuple[Any, str]] = {
    VolunteerState.APPLIED: (_("Wants to start"), "info"),
    VolunteerState.ACTIVE: (_("Active"), "good"),
    VolunteerState.PAUSED: (_("Paused"), "neutral"),
    VolunteerState.LEFT: (_("Left"), "neutral"),
    VolunteerState.STOPPED: (_("Stopped by the desk"), "watch"),
}
URGENCIES: dict[str, Any] = {
    "low": _("Can wait"),
    "normal": _("Normal"),
    "high": _("Urgent"),
}
RELATIONS: dict[str, Any] = {
    "partner": _("Partner"),
    "daughter": _("Daughter"),
    "son": _("Son"),
    "family": _("Other family"),
    "neighbour": _("Neighbour"),
    "friend": _("Friend"),
    "carer": _("Informal carer"),
    "gp_assistant": _("Doctor's assistant"),
    "district_nurse": _("District nurse"),
    "social_worker": _("Social worker"),
    "organisation": _("An organisation"),
    "other": _("Somebody else"),
}
TOLD: dict[str, Any] = {
    "in_person": _("Yes, face to face"),
    "by_phone": _("Yes, on the phone"),
    "not_yet": _("No, not yet"),
}
REACH: dict[str, Any] = {
    "phone": _("By phone"),
    "email": _("By e-mail"),
    "visit": _("Somebody drops by"),
}
SIGNALS: dict[str, Any] = {
    "danger": _("Perhaps somebody is in danger"),
    "violence": _("Perhaps somebody is hurt or threatened"),
    "despair": _("Perhaps somebody does not want to live any more"),
    "not_good": _("It did not go well"),
    "call_me": _("Wants to be called"),
    "lapsed": _("No answer in time: who is next?"),
    "no_match": _("Still nobody found"),
    "declined": _("Somebody said no: who is next?"),
    "withdrawn": _("A volunteer cannot come after all: who is next?"),
    "failed": _("It did not work out between two people"),
    "missed": _("An appointment did not happen"),
    "answered": _("Your question was answered"),
    "asker_gone": _("Who asked for somebody wants to be forgotten: who do we call now?"),
    "date_past": _("The day is past, and it is not clear whether it took place"),
    "hold_over": _("The waiting time is over: look again?"),
    "job_failed": _("Something that goes by itself did not work here: look at it"),
    "no_appointment": _("Both said yes, and nothing was planned yet: is it going well?"),
    "other_phone": _("Another phone number was given: ask which one is right"),
    "promise": _("We promised to be in touch by now"),
}
CLUES: dict[tuple[str, str], Any] = {
    ("urgency", "high"): _("in a hurry"),
    ("urgency", "low"): _("no hurry"),
    ("home", "wheelchair"): _("a wheelchair"),
    ("home", "dog"): _("a dog"),
    ("home", "cat"): _("a cat"),
    ("home", "smoker"): _("smoking"),
    ("home", "stairs"): _("stairs"),
}
"""What else was read in somebody's words; when and how often is asked of themselves."""
ADVICE: dict[str, Any] = {
    "danger": _("Is somebody in danger now? Call 112. Then call this person yourself."),
    "violence": _("Talk with this person when nobody listens. Ask Veilig Thuis what to do, day and night: 0800-2000. "
                  "In danger now: 112."),
    "despair": _("Call this person today. Ask 113 what to do, day and night: 0800-0113. In danger now: 112."),
}  # fmt: skip
"""What to do where somebody's own words may tell of a worry."""
GATES: dict[str, Any] = {
    "distance": _("too far"),
    "time": _("cannot come then"),
    "certificate": _("without a valid VOG"),
    "language": _("no shared language"),
    "capacity": _("helps enough people already"),
    "blocked": _("must not meet"),
    "preference": _("somebody's wish"),
    "paused": _("on a pause"),
}
"""Why somebody is not ranked, as it follows a number: "812 too far"."""

_EVENTS: dict[str, Any] = {
    "request_submitted": _("The request came in, or came back."),
    "request_open": _("Opened to volunteers."),
    "request_asked_back": _("Asked the resident something."),
    "request_referred": _("Referred to somebody else."),
    "request_closed": _("Closed."),
    "request_on_hold": _("Put on hold."),
    "request_withdrawn": _("Request taken back."),
    "request_matched": _("Everybody who is needed was found."),
    "request_fulfilled": _("The help was given."),
    "request_expired": _("Ended: the day was past, or it stayed silent."),
    "request_dismissed": _("Somebody does not want to be shown this request."),
    "still_wanted": _("The help is still wanted."),
    "summary_changed": _("Changed the text that everybody reads."),
    "contact_seen": _("Looked up how to reach them."),
    "meeting_place_chosen": _("Chose where the first meeting is."),
    "match_proposed": _("Proposed %(name)s."),
    "match_approved": _("Approved %(name)s."),
    "match_accepted_by_volunteer": _("A yes from %(name)s."),
    "match_agreed": _("A yes from the resident: %(name)s comes."),
    "match_active": _("The first appointment with %(name)s stands."),
    "match_completed": _("The help of %(name)s is done."),
    "match_rejected": _("Did not choose %(name)s."),
    "match_declined": _("A no: %(name)s does not come."),
    "match_lapsed": _("No answer in time about %(name)s."),
    "match_failed": _("It did not work out with %(name)s."),
    "match_withdrawn": _("Took back the match with %(name)s."),
    "volunteer_applied": _("Offered to help."),
    "volunteer_active": _("Active from here on."),
    "volunteer_paused": _("Paused."),
    "volunteer_left": _("Left."),
    "volunteer_stopped": _("Stopped by the desk."),
    "volunteer_changed": _("Changed the offer."),
    "volunteer_confirmed": _("The offer still stands."),
    "vog_seen": _("A VOG was seen."),
    "portrait_kept": _("Chose a photo."),
    "portrait_removed": _("Removed the photo."),
}
_REASONS: dict[str, Any] = {
    "undone": _("undone at once"),
    "offered": _("offered by themselves"),
    "left_choice": _("left the choice to us"),
}
_ACTORS: dict[str, Any] = {
    "resident": _("resident"),
    "asker": _("who asked for them"),
    "volunteer": _("volunteer"),
    "coordinator": _("coordinator"),
    "administrator": _("administrator"),
    "system": _("by itself"),
}


def request_tag(state: str) -> tuple[str, str]:
    """Give the label of a request's state, for `ui.tag`."""
    words, tone = REQUEST_STATES[state]
    return str(words), tone


def match_tag(state: str) -> tuple[str, str]:
    """Give the label of a match's state, for `ui.tag`."""
    words, tone = MATCH_STATES[state]
    return str(words), tone


def volunteer_tag(state: str) -> tuple[str, str]:
    """Give the label of a volunteer's state, for `ui.tag`."""
    words, tone = VOLUNTEER_STATES[state]
    return str(words), tone


def signal_words(kind: str) -> str:
    """Say what a signal is about."""
    return str(SIGNALS.get(kind) or lazy_gettext("Look at this"))


def event(entry: AuditEntry, volunteer: str = "") -> str:
    """Say what a line of the log tells; ``volunteer`` is the first name of whose match it was."""
    words = _EVENTS.get(entry.action)
    told = str(words) if words is not None else gettext("Something was changed.")
    if entry.action == "request_submitted" and not entry.before:
        told = gettext("The request came in.")
    if "%(name)s" in told:
        told = told % {"name": volunteer or gettext("a volunteer")}
    if not entry.reason:
        return told
    why = _REASONS.get(entry.reason, entry.reason)
    return gettext("%(told)s Reason: %(why)s", told=told, why=why)


def actor(entry: AuditEntry, first_name: str) -> str:
    """Say who did what a line of the log tells: the first name, and in what quality."""
    quality = str(_ACTORS.get(entry.actor_kind, ""))
    if entry.actor_kind == "system" or not first_name:
        return quality
    return f"{first_name}, {quality}" if quality else first_name


def kind_names(slugs: list[str]) -> str:
    """Write kinds of help one after another."""
    return ", ".join(kinds.name(slug, gettext) for slug in slugs) or gettext("Not known yet")


def kind_pairs(slugs: list[str]) -> list[tuple[str, str]]:
    """Give kinds of help as (slug, name), for a card."""
    return [(slug, kinds.name(slug, gettext)) for slug in slugs]


def language_names(codes: Iterable[str]) -> str:
    """Write languages in the language of the page."""
    return ", ".join(language_name(code) for code in codes)


def language_name(code: str) -> str:
    """Write one language in the language of the page; an unknown code as it is."""
    return str(Locale.parse(i18n.language()).languages.get(code, code))


@contextmanager
def in_language(language: str) -> Iterator[None]:
    """Speak another language than that of the page for a while, days and times included."""
    before = i18n.language()
    g.language = language
    try:
        with force_locale(language):
            yield
    finally:
        g.language = before


def read_in(text: str) -> str:
    """Say what else stands in somebody's words, to be asked after: a wheelchair, a hurry, a language."""
    clues = read_clues(text)
    said = [str(CLUES[clue.about, clue.value]) for clue in clues.found if (clue.about, clue.value) in CLUES]
    languages = clues.of("language")
    return ", ".join([*said, language_names(languages)] if languages else said)
