"""The fields of the six pages; what is right and wrong about them stands in the models."""

from collections.abc import Iterable
from typing import Any

from flask_babel import gettext, lazy_gettext
from flask_babel import lazy_gettext as _
from wtforms import Field, RadioField, SelectField, SelectMultipleField, StringField, TextAreaField

from models.operations.request_form import RELATIONS
from web import week
from web.forms import Form
from web.preferences import REQUEST_AVOIDS, REQUEST_TRAITS

SELF, OTHER = "self", "other"
LANGUAGES = ("nl", "en", "de", "tr", "ar", "uk", "pl", "ti", "fa", "ku", "so", "fr", "es", "zh")
"""Languages to tick; Dutch first, then what is spoken most beside it."""
RELATION_WORDS = {
    "partner": lazy_gettext("My partner"),
    "daughter": lazy_gettext("I am the daughter"),
    "son": lazy_gettext("I am the son"),
    "family": lazy_gettext("Other family"),
    "neighbour": lazy_gettext("I am a neighbour"),
    "friend": lazy_gettext("I am a friend"),
    "carer": lazy_gettext("I am an informal carer"),
    "gp_assistant": lazy_gettext("I work at the doctor's practice"),
    "district_nurse": lazy_gettext("I am the district nurse"),
    "social_worker": lazy_gettext("I am a social worker"),
    "organisation": lazy_gettext("I ask for an organisation"),
    "other": lazy_gettext("Something else"),
}


UNKNOWN = "unknown"
OPEN_TIMES = {
    UNKNOWN: lazy_gettext("I do not know"),
    "morning": lazy_gettext("Morning"),
    "afternoon": lazy_gettext("Afternoon"),
    "evening": lazy_gettext("Evening"),
}
"""What may be said of a time that is still open: nothing, or the part of the day."""
_MISSING = {
    "text": lazy_gettext("Write what you need. Or choose from pictures."),
    "date": lazy_gettext("Fill in on which day."),
    "starts": lazy_gettext("Choose from what time."),
    "postcode": lazy_gettext("Fill in a postcode."),
    "first_name": lazy_gettext("Fill in a first name."),
    "asker_first_name": lazy_gettext("Fill in your own first name."),
    "phone": lazy_gettext("Fill in a phone number, so that we can call."),
    "email": lazy_gettext("Fill in an e-mail address, so that we can write."),
    "whom": lazy_gettext("Choose who the help is for."),
    "how": lazy_gettext("Choose when you need help."),
    "relation": lazy_gettext("Choose who you are to the person who needs help."),
    "contact": lazy_gettext("Choose whom we call or write to."),
    "told": lazy_gettext("Choose whether they know that you ask this."),
    "reach": lazy_gettext("Choose how we let you know."),
    "choice": lazy_gettext("Choose who chooses the volunteer."),
}
"""What to say where an answer is missing, so that the summary of errors tells one from the other."""


class AskForm(Form):
    """A form that says in its own words which answer is missing."""

    missing = _MISSING


class WeekField(Field):
    """The week grid, which is drawn and read by itself (see `web.week`); this holds its errors."""

    first_input_id = "week-0-morning"


class WordsForm(AskForm):
    """What is needed, in own words, and for whom."""

    text = TextAreaField(
        _("What can we help you with?"), description=_("Write it the way you would say it. Mistakes do not matter.")
    )
    whom = RadioField(_("Who is it for?"), choices=[(SELF, _("For myself")), (OTHER, _("For somebody else"))])


class KindsForm(AskForm):
    """What the site understood, to be corrected; the rest of all kinds stands below it."""

    kinds = SelectMultipleField(
        _("Is this what you need?"), description=_("Tick what fits. Wrong? Take the tick away.")
    )
    others = SelectMultipleField(_("Something else"))


class WhenForm(AskForm):
    """Once, every week, or whenever it suits."""

    how = RadioField(
        _("When do you need help?"),
        choices=[
            ("once", _("Once, on a certain day")),
            ("weekly", _("Every week")),
            ("flexible", _("It does not matter, or I do not know yet")),
        ],
    )
    date = StringField(_("On which day?"))
    starts = SelectField(
        _("From what time?"), choices=[("", "–"), *OPEN_TIMES.items(), *week.half_hours(12, 46)], validate_choice=False
    )
    ends = SelectField(
        _("Until what time?"),
        choices=[("", _("I do not know")), *week.half_hours(13, 47), ("24:00", "24:00")],
        validate_choice=False,
    )
    week = WeekField(_("On which days and times does it suit?"))
    first = StringField(_("From which day on?"), description=_("If you leave this empty: from today."))
    last = StringField(_("Until which day?"), description=_("If you leave this empty: for as long as it is needed."))


class WhereForm(AskForm):
    """The postcode, of which four digits are enough."""

    postcode = StringField(
        _("What is your postcode?"), description=_("For example 7551 AB. Only the four numbers will do too.")
    )


class YouForm(AskForm):
    """Who it is, and how to reach them; for somebody else also who asks."""

    first_name = StringField(_("Your first name"))
    asker_first_name = StringField(_("Your own first name"))
    relation = SelectField(_("Who are you to them?"), validate_choice=False)
    told = RadioField(_("Do they know that you ask this?"))
    told_on = StringField(_("On which day did you tell them?"))
    contact = RadioField(_("Whom do we call or write to?"))
    reach = RadioField(
        _("How shall we let you know?"),
        choices=[
            ("phone", _("Call me")),
            ("email", _("Send me an e-mail")),
            ("visit", _("I will drop in myself")),
        ],
    )
    phone = StringField(_("Phone number"))
    email = StringField(_("E-mail address"))
    choice = RadioField(_("Who chooses the volunteer?"))
    languages = SelectMultipleField(_("Which languages do you speak?"))
    traits = SelectMultipleField(_("Good to know"), choices=list(REQUEST_TRAITS.items()), validate_choice=False)
    avoids = SelectMultipleField(_("Who may come?"), choices=list(REQUEST_AVOIDS.items()), validate_choice=False)
    last_name = StringField(_("Your last name"))

    def speak_of(self, other: bool, spoken: Iterable[tuple[str, str]]) -> None:
        """Put the questions in the right words: about the visitor, or about somebody else."""
        self.languages.choices = list(spoken)
        self.choice.choices = [
            ("self", gettext("They choose themselves") if other else gettext("I choose myself")),
            ("us", gettext("You choose")),
        ]
        self.relation.choices = [("", "–"), *((slug, RELATION_WORDS[slug]) for slug in RELATIONS)]
        self.contact.choices = [("asker", gettext("Me")), ("resident", gettext("The person who needs help"))]
        self.told.choices = [
            ("in_person", gettext("Yes, I told them in person")),
            ("by_phone", gettext("Yes, I told them on the phone")),
            ("not_yet", gettext("No, not yet")),
        ]
        if other:
            self.first_name.label.text = gettext("The first name of the person who needs help")
            self.last_name.label.text = gettext("Their last name")
            self.languages.label.text = gettext("Which languages do they speak?")


class SendForm(AskForm):
    """The last page: nothing to fill in, one button."""


def typed(form: Form, *names: str) -> dict[str, Any]:
    """Give what stands in these fields, as it was typed."""
    return {name: form[name].data if form[name].data is not None else "" for name in names}
