"""The fields of signing in and of somebody's own page; what is right and wrong about them stands in the models."""

from flask_babel import lazy_gettext as _
from wtforms import HiddenField, PasswordField, SelectField, StringField

from web.forms import Form


class EmailForm(Form):
    """Where the code goes."""

    email = StringField(_("What is your e-mail address?"), description=_("We mail you a code. You need no password."))
    next = HiddenField()


class CodeForm(Form):
    """The six digits of the mail."""

    email = StringField(_("Your e-mail address"))
    digits = StringField(_("Which six digits are in the mail?"), description=_("The digits work for ten minutes."))
    next = HiddenField()


class PasswordForm(Form):
    """The other way in, for who chose one."""

    email = StringField(_("Your e-mail address"))
    password = PasswordField(_("Your password"))
    next = HiddenField()


class DetailsForm(Form):
    """Who somebody is and how to call them."""

    first_name = StringField(_("First name"))
    last_name = StringField(_("Last name"))
    phone = StringField(_("Phone number"))
    language = SelectField(_("In which language do we write to you?"), validate_choice=False)


class NewPasswordForm(Form):
    """A password, for who wants one."""

    password = PasswordField(
        _("Which password do you want?"),
        description=_(
            "At least 8 characters. Four ordinary words after each other are easy to keep and hard to guess."
        ),
    )
