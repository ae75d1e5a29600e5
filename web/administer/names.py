"""What each message, and each word that is filled in, is called on the administrator's pages."""

from typing import NamedTuple

from flask_babel import lazy_gettext as _
from flask_babel.speaklater import LazyString

MESSAGE_NAMES = {
    "request_received": _("Request received"),
    "request_link": _("The link to the request, asked for again"),
    "request_question": _("Question about the request"),
    "request_open": _("We are looking for somebody"),
    "request_referred": _("Referred elsewhere"),
    "request_closed": _("Request closed"),
    "request_withdrawn": _("Request withdrawn"),
    "request_no_match": _("Nobody found yet"),
    "request_still_wanted": _("Is help still wanted?"),
    "request_expired": _("Request ended by itself"),
    "proposal_volunteer": _("Question to the volunteer"),
    "proposal_volunteer_reminder": _("Reminder to the volunteer"),
    "proposal_resident": _("Question to the resident"),
    "proposal_resident_reminder": _("Reminder to the resident"),
    "match_agreed": _("Both said yes"),
    "match_not_chosen": _("Volunteer not chosen"),
    "match_ended": _("Match ended"),
    "match_completed": _("Help given, thank you"),
    "appointment_planned": _("Appointment planned"),
    "appointment_moved": _("Appointment moved"),
    "appointment_cancelled": _("Appointment cancelled"),
    "appointment_confirmed": _("Appointment suits"),
    "appointment_declined": _("No moment suits"),
    "appointment_series_ended": _("Weekly appointment stops"),
    "appointment_choice_reminder": _("Reminder to choose a moment"),
    "appointment_choice_lapsed": _("No moment was chosen"),
    "appointment_reminder": _("Reminder of an appointment"),
    "check_in": _("How did it go?"),
    "pair_message": _("New message"),
    "volunteer_received": _("Offer received"),
    "volunteer_admitted": _("Volunteer admitted"),
    "volunteer_stopped": _("Volunteer stopped"),
    "already_volunteer": _("Volunteer already"),
    "digest": _("Weekly overview"),
    "sign_in": _("Code to sign in"),
}


class FilledIn(NamedTuple):
    """A word that is filled in: as it stands between square brackets, and what comes in its place."""

    name: LazyString
    meaning: LazyString


FILLED_IN = {
    "first_name": FilledIn(_("first name"), _("the first name of the reader")),
    "community": FilledIn(_("community"), _("the name of this community")),
    "organisation": FilledIn(_("organisation"), _("the organisation that runs it")),
    "phone": FilledIn(_("phone number"), _("your phone number")),
    "other": FilledIn(_("the other"), _("the first name of the other one")),
    "resident": FilledIn(_("resident"), _("the first name of the resident")),
    "reference": FilledIn(_("number"), _("the number of the request")),
    "day": FilledIn(_("day"), _("the day")),
    "start": FilledIn(_("starting time"), _("the time at which it begins")),
    "number": FilledIn(_("how many"), _("how many there are")),
    "since": FilledIn(_("since when"), _("since which day")),
}
"""The words that are filled in; no two have the same name in any language."""
