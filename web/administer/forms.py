"""The administrator's forms. They only hold what was typed: the rules live in the models."""

from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from wtforms import BooleanField, RadioField, SelectField, SelectMultipleField, StringField, TextAreaField

from models.errors import Invalid
from models.kinds import KINDS
from models.operations.community_form import CommunityForm
from models.tables import Community
from models.values import phone_as_read
from web.forms import Form

DAYS = (
    _("Monday"),
    _("Tuesday"),
    _("Wednesday"),
    _("Thursday"),
    _("Friday"),
    _("Saturday"),
    _("Sunday"),
)


_TOKENS = {
    "token_rule": _("This is no token: “%(found)s”. Only :root and the dark scheme can stand here."),
    "token_unknown": _("There is no token %(name)s. Look at the names in noaber.css."),
    "token_value": _("“%(found)s” cannot be used for %(name)s. A colour looks like #0b5a55."),
    "token_contrast": _(
        "%(front)s on %(behind)s cannot be read well (%(scheme)s): "
        "the contrast is %(ratio)s, at least %(least)s is needed."
    ),
}
_SCHEMES = {"light": _("light"), "dark": _("dark")}


class LookForm(Form):
    """How pages and mails look."""

    theme = RadioField(
        _("Which look?"),
        choices=[("noaber", "Noaber"), ("water", _("Water")), ("own", _("Your own"))],
        validate_choice=False,
    )
    tokens = TextAreaField(_("Your tokens"), description=_("CSS custom properties: colours, corners and letters."))

    def refuse(self, error: Invalid, **fields: str) -> None:
        """Put a refusal at its field; what is wrong with tokens only administrators ever read."""
        if error.code not in _TOKENS:
            super().refuse(error, **fields)
            return
        shown = {**error.details, "scheme": str(_SCHEMES.get(str(error.details.get("scheme")), ""))}
        self.tokens.errors = [*self.tokens.errors, str(_TOKENS[error.code]) % shown]


class SettingsForm(Form):
    """Name, delays and rules of a community."""

    name = StringField(_("Name of the community"))
    organisation = StringField(_("Organisation that runs it"))
    phone = StringField(_("Phone number"), description=_("It stands on every page."))
    email = StringField(_("E-mail address"), description=_("Answers to our mails come here."))
    promised_working_days = StringField(
        _("Within how many working days do you answer a new request?"),
        description=_("Who asked reads this. The desk sees which requests are late."),
    )
    answer_reminder_days = StringField(_("After how many days do we remind somebody who has not answered?"))
    answer_lapse_days = StringField(_("After how many days does a proposal lapse?"))
    no_match_days = StringField(_("After how many days without a match do we tell the resident?"))
    appointment_reminder_days = StringField(_("How many days before an appointment do we remind both?"))
    check_in_days = StringField(_("How many days after an appointment do we ask how it went?"))
    digest_weekday = SelectField(
        _("On which day do volunteers get the weekly overview?"),
        choices=[(str(i), day) for i, day in enumerate(DAYS)],
    )
    vog_kinds = SelectMultipleField(
        _("Which help needs a certificate of conduct (VOG)?"),
        description=_("For example help alone at home with somebody who is vulnerable."),
    )
    auto_open_kinds = SelectMultipleField(
        _("Which requests may go to volunteers at once?"),
        description=_("Without a coordinator who reads them first. Only the kind of help is public then."),
    )
    admits_without_vog = BooleanField(_("Admit volunteers at once if none of their help needs a VOG"))
    proposes_itself = BooleanField(
        _("Propose the best volunteer for each open request by itself. A coordinator still approves.")
    )

    def __init__(self, **given: Any) -> None:
        super().__init__(**given)
        kinds = [(kind.slug, gettext(kind.name)) for kind in KINDS]
        self.vog_kinds.choices = self.auto_open_kinds.choices = kinds

    @classmethod
    def of(cls, community: Community) -> "SettingsForm":
        """Give the form filled with what stands."""
        standing = {name: getattr(community, name) for name in CommunityForm.__dataclass_fields__}
        numbers = {name: str(value) for name, value in standing.items() if type(value) is int}
        return cls(data={**standing, **numbers, "phone": phone_as_read(community.phone)})

    def typed(self) -> CommunityForm:
        """Give what was typed, for the operation to check."""
        typed: dict[str, Any] = {name: self[name].data for name in CommunityForm.__dataclass_fields__}
        for name in [name for name, value in typed.items() if value is None]:
            typed[name] = ""
        return CommunityForm(**typed)


class AreaForm(Form):
    """A postcode area and what people call it."""

    postcode = StringField(_("Postcode (four digits)"))
    neighbourhood = StringField(
        _("What do people call this neighbourhood?"), description=_("Without a name we show the place and the digits.")
    )


class MeetingPlaceForm(Form):
    """A meeting place."""

    name = StringField(_("Name"))
    address = StringField(_("Address"), description=_("Street, number and place. Everybody can read this."))
    opening_hours = StringField(_("Opening hours"), description=_("For example: Monday and Thursday from 9 to 12."))


class WordingForm(Form):
    """The community's own words for one text, in one language."""

    text = TextAreaField(_("Your own words"), description=_("Leave it empty to use the text of Noaber."))


class ColleagueForm(Form):
    """Somebody who will work here."""

    first_name = StringField(_("First name"))
    email = StringField(_("E-mail address"))
    role = RadioField(
        _("What will they do?"),
        choices=[
            ("coordinator", _("Coordinator: works at the desk")),
            ("administrator", _("Administrator: changes settings")),
        ],
        default="coordinator",
    )
