"""The desk's forms. They only hold what was typed: the rules live in the models."""

import re
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from wtforms import BooleanField, RadioField, SelectField, SelectMultipleField, StringField, TextAreaField

from models.errors import Invalid
from models.kinds import KINDS
from web.desk import words
from web.forms import Form

_NUMBER = re.compile(r"[0-9]{1,4}(?:[.,][0-9]{1,2})?")


def kind_choices() -> list[tuple[str, str]]:
    """Give all kinds of help for a field."""
    return [(kind.slug, gettext(kind.name)) for kind in KINDS]


class PublishForm(Form):
    """Opening a request to volunteers."""

    missing = {  # noqa: RUF012  # WTForms reads it as it stands
        "summary": _("Write what everybody may read."),
        "kinds": _("Choose at least one kind of help."),
        "urgency": _("Choose how urgent it is."),
    }
    summary = TextAreaField(
        _("What may everybody read?"),
        description=_("No names, no phone number, no street. Say what the help is, and what makes it pleasant."),
    )
    kinds = SelectMultipleField(_("What kind of help is it?"), description=_("Tap to correct. At most 5."))
    urgency = RadioField(_("How urgent is it?"), choices=list(words.URGENCIES.items()), default="normal")
    people_wanted = StringField(_("How many volunteers are needed?"), default="1")

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.kinds.choices = kind_choices()


class ActionForm(Form):
    """One small step with its reason: what is asked differs, see the tables of actions."""

    missing = {"text": _("Write it in a few words.")}  # noqa: RUF012
    text = TextAreaField()
    until = StringField(_("Until which day?"), description=_("Leave it empty if you do not know yet."))
    still_wanted = BooleanField(
        _("The resident still wants help: look for somebody else"),
        default=True,
    )
    hours = StringField(_("How many hours were given, together?"))


class SearchForm(Form):
    """Filters of a list; sent with GET, so without a token."""

    class Meta:
        """A form that only looks."""

        csrf = False

    words = StringField(_("Name, number or word"))
    kind = SelectField(_("Kind of help"))
    area = SelectField(_("Neighbourhood"))

    def __init__(self, areas: list[str], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.kind.choices = [("", gettext("All kinds")), *kind_choices()]
        self.area.choices = [("", gettext("All neighbourhoods")), *((name, name) for name in areas)]


class VogForm(Form):
    """A certificate of conduct that was seen."""

    missing = {"seen_on": _("Fill in when you saw the VOG.")}  # noqa: RUF012
    seen_on = StringField(_("When did you see it?"))
    valid_until = StringField(_("Until when is it valid?"), description=_("Leave it empty if it has no end here."))


class BlockForm(Form):
    """Two people who must never meet."""

    missing = {"reason": _("Write the reason in a few words.")}  # noqa: RUF012
    other = RadioField(_("Who must this volunteer never meet again?"), validate_choice=False)
    reference = StringField(_("The number of that person's help request"), description=_("For example 2611-0042."))
    reason = TextAreaField(_("The reason"), description=_("Only the desk reads this. Keep it short."))


class NoteForm(Form):
    """What was heard on the phone, or done about a signal."""

    missing = {"note": _("Write down what was said."), "outcome": _("Choose what came out of the call.")}  # noqa: RUF012
    note = TextAreaField(_("What was said?"))


class MeetingPlaceForm(Form):
    """Where the first meeting is."""

    meeting_place = SelectField(_("Where do they meet first?"), validate_choice=False)


def hours(typed: str | None, *, most: float) -> float | None:
    """Read hours, with a comma or a point; nothing typed is None.

    Raises
    ------
    Invalid
        ``number_range``, field ``hours``.
    """
    said = (typed or "").strip()
    if not said:
        return None
    if not _NUMBER.fullmatch(said):
        raise Invalid("hours", "number_range", least=0, most=int(most))
    return float(said.replace(",", "."))
