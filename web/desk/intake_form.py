"""The form of the phone intake: everything about one request on one page, in the order of a phone call."""

import hashlib
import json
import re
import secrets
from collections.abc import Callable
from typing import Any

from flask import request
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from wtforms import BooleanField, HiddenField, RadioField, SelectField, SelectMultipleField, StringField, TextAreaField

from models import preferences, values
from models.errors import Invalid
from models.operations import asking
from models.operations.request_form import CONTACTS, REACH, RELATIONS, TOLD, RequestForm
from models.operations.requests import URGENCIES, check_kinds
from models.queries import communities
from models.tables import Community
from web import access, i18n, week
from web.ask import checks
from web.ask.forms import LANGUAGES, WhenForm
from web.desk import words
from web.desk.forms import kind_choices
from web.preferences import REQUEST_AVOIDS, REQUEST_TRAITS, request_facts
from web.transaction import db
from web.words import day_in_words, when_in_words

_KEY = re.compile(r"[A-Za-z0-9_-]{20,64}")
_ON_THE_PAGE = (
    "text", "kinds", "how", "date", "starts", "ends", "week", "first", "last", "postcode", "first_name", "last_name",
    "relation", "asker_first_name", "told", "told_on", "contact", "phone", "email", "reach", "language", "urgency",
    "languages", "traits", "avoids", "leaves_choice", "consent",
)  # fmt: skip


class IntakeForm(WhenForm):
    """What a coordinator writes down while somebody talks."""

    missing = {  # noqa: RUF012  # WTForms reads it as it stands
        "text": _("Write down what is needed."),
        "kinds": _("Choose from these kinds of help."),
        "how": _("Choose when the help is needed."),
        "date": _("Fill in the day."),
        "starts": _("Choose from what time."),
        "postcode": _("Fill in a postcode."),
        "first_name": _("Fill in the first name of who needs help."),
        "relation": _("Choose who is calling."),
        "asker_first_name": _("Fill in the first name of who is calling."),
        "told": _("Choose whether they know about this."),
        "contact": _("Choose whom we call or write to."),
        "phone": _("Fill in the phone number."),
        "email": _("Fill in the e-mail address."),
        "reach": _("Choose how they hear from us."),
        "urgency": _("Choose how urgent it is."),
    }
    relation = SelectField(_("Who is calling?"), validate_choice=False)
    asker_first_name = StringField(_("First name of who is calling"))
    told = RadioField(_("Does the person who needs help know about this?"), validate_choice=False)
    told_on = StringField(_("On which day were they told?"))
    contact = RadioField(_("Whom do we call or write to?"), validate_choice=False)
    first_name = StringField(_("First name of who needs help"))
    last_name = StringField(_("Last name"))
    phone = StringField(_("Phone number"))
    email = StringField(_("E-mail address"))
    reach = RadioField(_("How do they hear from us?"), default="phone", validate_choice=False)
    text = TextAreaField(
        _("What is needed, in their own words?"),
        description=_("Write it down as they say it. No citizen service number, and no more about health than needed."),
    )
    kinds = SelectMultipleField(_("What kind of help is it?"), description=_("Tap to correct. At most 5."))
    postcode = StringField(_("Postcode"), description=_("Four digits are enough."))
    languages = SelectMultipleField(_("Which languages do they speak?"), validate_choice=False)
    urgency = RadioField(_("How urgent is it?"), default="normal", validate_choice=False)
    traits = SelectMultipleField(_("What is there?"), choices=list(REQUEST_TRAITS.items()), validate_choice=False)
    avoids = SelectMultipleField(_("Who may come?"), choices=list(REQUEST_AVOIDS.items()), validate_choice=False)
    leaves_choice = BooleanField(_("They leave the choice of volunteer to us"))
    language = SelectField(_("Language of letters and mails"), validate_choice=False)
    consent = BooleanField(_("They said yes: we may write this down and show it to volunteers"))
    draft_key = HiddenField()
    read_for = HiddenField()
    kinds_for = HiddenField()
    when_for = HiddenField()

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        # As they stand on the page, for the summary of errors follows the fields.
        for name in _ON_THE_PAGE:
            self._fields[name] = self._fields.pop(name)
        self.how.label.text = gettext("When is the help needed?")
        self.date.label.text, self.week.label.text = gettext("On which day?"), gettext("On which days and times?")
        self.relation.choices = [("", gettext("The person who needs help"))]
        self.relation.choices += [(slug, str(words.RELATIONS[slug])) for slug in RELATIONS]
        self.told.choices = list(words.TOLD.items())
        self.contact.choices = [
            ("resident", gettext("The person who needs help")),
            ("asker", gettext("Who is calling")),
        ]
        self.reach.choices = list(words.REACH.items())
        self.kinds.choices = kind_choices()
        self.languages.choices = [(code, words.language_name(code)) for code in LANGUAGES]
        self.urgency.choices = list(words.URGENCIES.items())
        self.language.choices = i18n.languages()
        if not _KEY.fullmatch(self.draft_key.data or ""):
            self.draft_key.data = secrets.token_urlsafe(24)
        self.grid = week.read(request.form, "week")

    @property
    def is_for_other(self) -> bool:
        """Whether somebody else calls for the person who needs help."""
        return bool(self.relation.data)

    @property
    def by_asker(self) -> bool:
        """Whether we call or write to who is calling, and not to the person who needs help."""
        return self.is_for_other and self.contact.data == "asker"


def empty() -> IntakeForm:
    """Give the form before a call."""
    start = {"languages": ["nl"], "language": access.community().language, "contact": "resident"}
    return IntakeForm(formdata=None, data=start)


def check(form: IntakeForm) -> RequestForm | None:
    """Check everything that was typed, and show every refusal at its field at once.

    Returns
    -------
    RequestForm or None
        What `asking.intake` takes; None where something is not right yet.
    """
    refused = checks.Checks()
    refused.ask(values.text, "text", form.text.data or "")
    answers = {name: form[name].data or "" for name in ("how", "date", "starts", "ends", "first", "last")}
    when = checks.when({**answers, "week": form.grid}, refused)
    refused.ask(_served_here, form.postcode.data or "")
    refused.ask(values.name, "first_name", form.first_name.data or "")
    refused.ask(values.name, "last_name", form.last_name.data or "", required=False)
    refused.ask(check_kinds, form.kinds.data or [])
    if form.urgency.data not in URGENCIES:
        refused.refused.append(Invalid("urgency", "choice"))
    refused.ask(preferences.check, "traits", form.traits.data or [], preferences.REQUEST_TRAITS)
    refused.ask(preferences.check, "avoids", form.avoids.data or [], preferences.REQUEST_AVOIDS)
    _check_reach(form, refused)
    told_on = _check_asker(form, refused) if form.is_for_other else None
    for error in refused.refused:
        form.refuse(error)
    if refused.refused:
        return None
    prefix = "asker_" if form.by_asker else ""
    ways: dict[str, Any] = {f"{prefix}phone": form.phone.data or "", f"{prefix}email": form.email.data or ""}
    return RequestForm(
        text=form.text.data or "",
        kinds=form.kinds.data or [],
        when=when,
        postcode=form.postcode.data or "",
        first_name=form.first_name.data or "",
        last_name=form.last_name.data or "",
        reach=form.reach.data or "",
        languages=[code for code in form.languages.data or [] if code in LANGUAGES],
        traits=list(form.traits.data or ()),
        avoids=list(form.avoids.data or ()),
        urgency=form.urgency.data or "",
        leaves_choice=bool(form.leaves_choice.data),
        relation=form.relation.data or "",
        asker_first_name=form.asker_first_name.data or "" if form.is_for_other else "",
        contact="asker" if form.by_asker else "resident",
        told=form.told.data or "" if form.is_for_other else "",
        told_on=told_on,
        language=_language(form),
        **ways,
    )


def _served_here(typed: str) -> str:
    community, code = asking.community_for_postcode(db(), typed)
    if community.id != access.community().id:
        raise Invalid("postcode", "postcode_elsewhere", name=community.name, phone=community.phone)
    return code


def _check_reach(form: IntakeForm, refused: checks.Checks) -> None:
    reach = form.reach.data or ""
    if reach not in REACH:
        refused.refused.append(Invalid("reach", "choice"))
    rules: dict[str, Callable[[str, str], str]] = {"phone": values.phone, "email": values.email}
    for way, rule in rules.items():
        typed = form[way].data or ""
        if typed.strip():
            refused.ask(rule, way, typed)
        elif reach == way:
            refused.refused.append(Invalid(way, "required"))


def _check_asker(form: IntakeForm, refused: checks.Checks) -> Any:
    refused.ask(values.name, "asker_first_name", form.asker_first_name.data or "")
    for field, known in (("relation", RELATIONS), ("told", TOLD), ("contact", CONTACTS)):
        if form[field].data not in known:
            refused.refused.append(Invalid(field, "choice"))
    return refused.ask(checks.told_on, {"told": form.told.data, "told_on": form.told_on.data or ""})


def _language(form: IntakeForm) -> str:
    known = {code for code, _name in i18n.languages()}
    return form.language.data if form.language.data in known else access.community().language


def fingerprint(wanted: RequestForm) -> str:
    """Name what was read back, so that nothing else is written down than what somebody said yes to."""
    told = json.dumps(
        {name: getattr(wanted, name) for name in wanted.__slots__}, default=str, sort_keys=True, ensure_ascii=True
    )
    return hashlib.sha256(told.encode()).hexdigest()[:24]


def reachable(form: IntakeForm) -> dict[str, Any]:
    """Give e-mail address and phone number in our notation, as far as they can be read."""
    found: dict[str, Any] = {"email": None, "phone": None}
    rules: dict[str, Callable[[str, str], str]] = {"phone": values.phone, "email": values.email}
    for way, rule in rules.items():
        try:
            found[way] = rule(way, form[way].data or "") if (form[way].data or "").strip() else None
        except Invalid:
            found[way] = None
    return found


def read_back(wanted: RequestForm, community: Community) -> list[str]:
    """Give the sentences that a coordinator reads out before somebody says yes."""
    code = _served_here(wanted.postcode)
    place = communities.neighbourhood(db(), community.id or 0, code)
    said = [gettext("I wrote down: “%(text)s”", text=" ".join(wanted.text.split()))]
    if wanted.relation:
        said.append(gettext("You ask this for %(name)s.", name=wanted.first_name))
    said += [
        gettext("It is about: %(kinds)s.", kinds=words.kind_names(wanted.kinds)),
        gettext("When: %(when)s.", when=when_in_words(wanted.when)),
        gettext("It is in %(place)s.", place=place),
        *(f"{name}: {told}." for name, told in request_facts(wanted.traits, wanted.avoids)),
        _reach_words(wanted),
        gettext("We choose the volunteer.") if wanted.leaves_choice else gettext("You say yes or no to the volunteer."),
        gettext("Volunteers see the first name, the neighbourhood, what the help is and when. No more than that."),
    ]
    if wanted.told_on is not None:
        said.insert(
            2, gettext("%(name)s was told on %(day)s.", name=wanted.first_name, day=day_in_words(wanted.told_on))
        )
    return said


def _reach_words(wanted: RequestForm) -> str:
    phone, email = wanted.phone or wanted.asker_phone, wanted.email or wanted.asker_email
    if wanted.reach == "visit":
        return gettext("You drop by to hear from us.")
    if wanted.reach == "email":
        return gettext("We write to %(email)s.", email=email.strip())
    number = values.phone_as_read(values.phone("phone", phone))
    if email.strip():
        return gettext("We call %(number)s, or write to %(email)s.", number=number, email=email.strip())
    return gettext("We call %(number)s.", number=number)
