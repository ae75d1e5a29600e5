"""The few fields of a no, and of a yes that is taken back."""

from flask_babel import lazy_gettext as _
from wtforms import RadioField, StringField, TextAreaField

from web.forms import Form


class DeclineForm(Form):
    """Rather not: why, for who is asked to help."""

    why = RadioField(
        _("May we know why?"),
        description=_("Only our coordinator reads this. With it we ask you for what suits you better."),
        choices=[
            ("time", _("I cannot come then")),
            ("far", _("It is too far away")),
            ("kind", _("This is not something for me to do")),
            ("much", _("I have too much to do already")),
            ("known", _("I know this person, and would rather not")),
            ("unsaid", _("I would rather not say")),
        ],
    )
    note = TextAreaField(_("Do you want to say more about it?"))

    @property
    def is_personal(self) -> bool:
        """Whether it is about who the other is: from that the ranking learns nothing."""
        return self.why.data == "known"


class TakeBackForm(Form):
    """A yes that is taken back; why may stay empty."""

    reason = StringField(_("May we know why?"), description=_("Only the coordinator reads this."))
