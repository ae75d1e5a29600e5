"""The few fields of a pause and of an absence; the offer itself has those of `web.offer.forms`."""

from flask_babel import lazy_gettext as _
from wtforms import StringField

from web.forms import Form


class PauseForm(Form):
    """Until when; nothing: until they say so themselves."""

    until = StringField(
        _("From which day on may we ask you again?"),
        description=_("If you leave this empty, the pause lasts until you end it yourself."),
    )


class AwayForm(Form):
    """Days on which somebody cannot come."""

    first = StringField(_("First day that you are away"))
    last = StringField(_("Last day that you are away"))
