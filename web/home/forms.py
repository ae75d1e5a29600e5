"""The one question of the start page."""

from flask_babel import lazy_gettext as _
from wtforms import StringField

from web.forms import Form


class PostcodeForm(Form):
    """Where somebody lives, to find who serves them."""

    postcode = StringField(_("Your postcode"), description=_("For example 7551 AB. Only the numbers will do too."))
