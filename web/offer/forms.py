"""The fields of an offer of help; what is right and wrong about them stands in the models."""

from collections.abc import Iterable, Mapping
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from wtforms import BooleanField, Field, RadioField, SelectMultipleField, StringField, TextAreaField

from models.kinds import KINDS
from models.operations.offers import OfferForm
from models.tables import Volunteer
from web import i18n, week
from web.ask.answers import language_names
from web.forms import Form
from web.preferences import VOLUNTEER_AVOIDS, VOLUNTEER_TRAITS

KILOMETRES = {
    "2": (_("In my own neighbourhood"), _("Up to 2 km: half an hour on foot")),
    "5": (_("In my own town or village"), _("Up to 5 km: twenty minutes by bicycle")),
    "10": (_("In the villages around it too"), _("Up to 10 km: a quarter of an hour by car")),
    "20": (_("Further away"), _("Up to 20 km: half an hour by car")),
    "40": (_("In the whole region"), _("Up to 40 km")),
}
"""How far somebody goes: the number of kilometres, and what that is like."""
PEOPLE = {"1": _("One person"), "2": _("Two people"), "3": _("Three people"), "5": _("Five people")}


class WeekField(Field):
    """The week grid of ``components/week.html``."""

    def process(self, formdata: Any, data: Any = None, **_more: Any) -> None:
        """Take what was ticked, right or wrong."""
        self.process_errors: list[str] = []
        self.errors: list[str] = []
        self.data = week.read(formdata, self.name) if formdata else (data or {"parts": {}, "times": {}})

    @property
    def first_input_id(self) -> str:
        """Where the summary of errors leads."""
        return f"{self.name}-0-morning"

    @property
    def carried(self) -> list[tuple[str, str]]:
        """Give what a browser would send of it, to take along on another page."""
        sent = []
        for day, parts in self.data["parts"].items():
            sent += [(f"{self.name}-{day}-part", part) for part in parts]
        for day, pairs in self.data["times"].items():
            for start, end in pairs:
                sent += [(f"{self.name}-{day}-from", start), (f"{self.name}-{day}-until", end)]
        return sent


class OfferFields(Form):
    """What somebody wants to do, when, how far, and for how many."""

    text = TextAreaField(
        _("What do you like to do for somebody?"),
        description=_("Write it the way you would say it. Mistakes do not matter."),
    )
    kinds = SelectMultipleField(_("What fits you?"), validate_choice=False)
    any_time = BooleanField(_("It varies. You can always ask me."))
    windows = WeekField(_("Or tick when you are usually free"))
    away_from = StringField(_("First day that you are away"))
    away_until = StringField(_("Last day that you are away"))
    postcode = StringField(
        _("What is your postcode?"), description=_("For example 7551 AB. Only the four numbers will do too.")
    )
    max_km = RadioField(_("How far do you want to go?"), validate_choice=False)
    languages = SelectMultipleField(_("Which languages do you speak?"), validate_choice=False)
    capacity = RadioField(_("How many people do you want to help at the same time?"), validate_choice=False)
    traits = SelectMultipleField(
        _("Do you want to tell this?"),
        description=_("Some people ask for a woman, a man, or somebody who does not smoke. You need not tell."),
        choices=list(VOLUNTEER_TRAITS.items()),
        validate_choice=False,
    )
    avoids = SelectMultipleField(
        _("What does not suit you?"), choices=list(VOLUNTEER_AVOIDS.items()), validate_choice=False
    )
    wants_digest = BooleanField(_("Mail me once a week which requests suit me"))

    def fill_choices(self) -> None:
        """Name what there is to choose from, and what was chosen before and stands in no list."""
        self.kinds.choices = [(kind.slug, gettext(kind.name)) for kind in KINDS]
        self.max_km.choices = [(km, words) for km, (words, _hint) in KILOMETRES.items()]
        if (kept := self.max_km.data) and kept not in KILOMETRES and _is_number(kept):
            self.max_km.choices.append((kept, gettext("Up to %(km)s km", km=kept)))
        self.capacity.choices = list(PEOPLE.items())
        if (kept := self.capacity.data) and kept not in PEOPLE and _is_number(kept):
            self.capacity.choices.append((kept, gettext("%(number)s people", number=kept)))
        self.languages.choices = language_names(i18n.language())
        known = {code for code, _name in self.languages.choices}
        self.languages.choices += [(code, code) for code in self.languages.data or () if code not in known][:20]

    def hours(self) -> list[dict[str, str]]:
        """Give the weekly windows of the grid.

        Raises
        ------
        Invalid
            Field ``windows``, where the grid cannot be read.
        """
        return week.windows("windows", self.windows.data)

    def offered(
        self,
        *,
        any_time: bool = False,
        away: Iterable[Mapping[str, str]] | None = None,
        who: Mapping[str, str] | None = None,
    ) -> OfferForm:
        """Give what was typed as the models want it.

        Parameters
        ----------
        any_time : bool
            Leave the grid unread.
        away : iterable of dict, optional
            Absences that are kept as they are; else the one of this form.
        who : mapping, optional
            Names, address and number as typed, where they are not known yet.

        Raises
        ------
        Invalid
            As `hours`.
        """
        return OfferForm(
            text=self.text.data or "",
            kinds=list(self.kinds.data or ()),
            postcode=self.postcode.data or "",
            max_km=self.max_km.data or "",
            windows=None if any_time or self.any_time.data else self.hours(),
            away=self._absence() if away is None else [dict(one) for one in away],
            languages=list(self.languages.data or ()),
            capacity=self.capacity.data or "",
            traits=list(self.traits.data or ()),
            avoids=list(self.avoids.data or ()),
            wants_digest=bool(self.wants_digest.data),
            language=i18n.language(),
            **(who or {}),
        )

    def _absence(self) -> list[dict[str, str]]:
        first, last = (self.away_from.data or "").strip(), (self.away_until.data or "").strip()
        return [{"from": first, "until": last}] if first or last else []


class NewOffer(OfferFields):
    """The whole offer of somebody whom we do not know yet."""

    first_name = StringField(_("Your first name"))
    last_name = StringField(_("Your last name"))
    email = StringField(_("Your e-mail address"), description=_("We write to this address, and you sign in with it."))
    phone = StringField(_("Your phone number"), description=_("We call you once, to get to know each other."))

    def who(self) -> dict[str, str]:
        """Give who it is, as typed."""
        return {name: self[name].data or "" for name in ("first_name", "last_name", "email", "phone")}


def of_volunteer(row: Volunteer) -> dict[str, Any]:
    """Give an offer as it stands, for the fields."""
    return {
        "text": row.text,
        "kinds": list(row.kinds),
        "any_time": row.windows is None,
        "windows": week.value(row.windows),
        "postcode": row.postcode,
        "max_km": str(row.max_km),
        "languages": list(row.languages),
        "capacity": str(row.capacity),
        "traits": list(row.traits),
        "avoids": list(row.avoids),
        "wants_digest": row.wants_digest,
    }


def _is_number(typed: str) -> bool:
    return typed.isascii() and typed.isdigit() and 0 < len(typed) <= 3
