"""The fields of the pages on which somebody follows their own request."""

from flask_babel import lazy_gettext as _
from wtforms import RadioField, StringField, TextAreaField

from web.forms import Form


class StartForm(Form):
    """The number and the code that stand on paper."""

    reference = StringField(_("Your number"), description=_("For example 2611-0042. It stands on your paper."))
    code = StringField(
        _("Your secret code"), description=_("Eight letters and numbers. Capitals and spaces do not matter.")
    )


class AnswerForm(Form):
    """The answer to the coordinator's question."""

    answer = TextAreaField(_("Your answer"))


class HoldForm(Form):
    """Not now, until a day."""

    until = StringField(_("From which day on may we look again?"))


class WithdrawForm(Form):
    """Help is no longer needed."""

    why = RadioField(
        _("Why do you stop?"),
        choices=[
            ("solved", _("I have found help already")),
            ("not_needed", _("It is no longer needed")),
            ("too_long", _("It took too long")),
            ("other", _("Something else, or I would rather not say")),
        ],
    )


class DeclineForm(Form):
    """Rather not this volunteer."""

    why = RadioField(
        _("May we know why?"),
        description=_("Only our coordinator reads this. With it we look for somebody who fits better."),
        choices=[
            ("feeling", _("It does not feel right")),
            ("known", _("I know this person")),
            ("time", _("The day or time does not suit me")),
            ("unsaid", _("I would rather not say")),
        ],
    )
    note = TextAreaField(_("Do you want to say more about it?"))

    @property
    def is_personal(self) -> bool:
        """Whether it is about who the other is: from that the ranking learns nothing."""
        return self.why.data in ("feeling", "known")


class AddressForm(Form):
    """Where the help is."""

    address = StringField(_("Your address"), description=_("Street and number, and the town."))
