"""The few fields of a pause, an absence and a photo; the offer itself has those of `web.offer.forms`."""

from typing import ClassVar

from flask_babel import lazy_gettext as _
from flask_wtf.file import FileField
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


class PortraitForm(Form):
    """A photo of oneself."""

    portrait = FileField(
        _("Choose a photo of yourself"),
        description=_("A JPEG, PNG or WebP file. We cut a small square out of it and keep nothing else of the file."),
    )
    missing: ClassVar = {"portrait": _("Choose a photo first.")}
