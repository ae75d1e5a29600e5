"""The fields of what two people do together."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any, ClassVar

from flask_babel import lazy_gettext as _
from flask_babel import ngettext
from wtforms import RadioField, SelectField, StringField, TextAreaField

from models import one_day, values
from models.errors import Invalid
from models.operations.checkins import CALL_ME, GOOD, NOT_GOOD
from models.tables import Appointment, HelpRequest, MeetingPlace
from web import week
from web.forms import Form

HOME, ELSEWHERE = "home", "elsewhere"


class MessageForm(Form):
    """A message to the other."""

    body = TextAreaField(_("Write a message"))


class AppointmentForm(Form):
    """When and where two people meet."""

    missing: ClassVar[Mapping[str, Any]] = {
        "day": _("Fill in on which day."),
        "starts": _("Choose from what time."),
        "where": _("Choose where you meet."),
        "place": _("Fill in which place."),
        "until": _("Fill in until which day."),
        **{f"day{n}": _("Fill in on which day.") for n in (2, 3)},
        **{f"starts{n}": _("Choose from what time.") for n in (2, 3)},
    }

    day = StringField(_("On which day?"))
    starts = SelectField(_("From what time?"), validate_choice=False)
    ends = SelectField(_("Until what time?"), validate_choice=False)
    # A second and a third moment, of which the other picks one.
    day2 = StringField(_("Or on which day?"))
    starts2 = SelectField(_("From what time?"), validate_choice=False)
    ends2 = SelectField(_("Until what time?"), validate_choice=False)
    day3 = StringField(_("Or on which day?"))
    starts3 = SelectField(_("From what time?"), validate_choice=False)
    ends3 = SelectField(_("Until what time?"), validate_choice=False)
    where = RadioField(_("Where do you meet?"))
    place = StringField(_("Which place?"))
    repeat = RadioField(
        _("How often?"),
        choices=[("once", _("Once")), ("weekly", _("Every week, on the same day and time"))],
        default="once",
    )
    until = StringField(_("Until which day?"), description=_("At most a year at once."))

    def offer(self, places: Iterable[MeetingPlace], home: str) -> None:
        """Fill the lists: times by half hours, the resident's home and the community's meeting places."""
        for select in (self.starts, self.starts2, self.starts3):
            select.choices = [("", "–"), *week.half_hours(12, 47)]
        for select in (self.ends, self.ends2, self.ends3):
            select.choices = [("", _("I do not know")), *week.half_hours(13, 47), ("24:00", "24:00")]
        for select in (self.starts, self.ends, self.starts2, self.ends2, self.starts3, self.ends3):
            if select.data and select.data not in dict(select.choices) and len(select.data) <= 5:
                select.choices.append((select.data, select.data))  # a time that is not by half hours stays
        self.where.choices = [
            (HOME, home),
            *((f"place-{place.id}", f"{place.name}, {place.address}") for place in places),
            (ELSEWHERE, _("Somewhere else")),
        ]

    def is_filled(self) -> bool:
        """Whether everything that must be filled in is; else each empty field says so."""
        needed = [f"{name}{slot}" for slot in self.slots() for name in ("day", "starts")]
        needed += ["place"] if self.where.data == ELSEWHERE else []
        needed += ["until"] if self.is_weekly() else []
        empty = [name for name in needed if not str(self[name].data or "").strip()]
        for name in empty:
            self.refuse(Invalid(name, "required"))
        return not empty

    def slots(self) -> list[str]:
        """Give the endings of the names of the moments that were filled in, the first always."""
        others = [
            slot for slot in ("2", "3") if any(self._typed(f"{name}{slot}") for name in ("day", "starts", "ends"))
        ]
        return ["", *others]

    def _typed(self, name: str) -> str:
        return str(self[name].data or "").strip()

    def is_weekly(self) -> bool:
        """Whether they meet every week."""
        return bool(self.repeat) and self.repeat.data == "weekly"

    def moment(self, today: date, slot: str = "") -> tuple[datetime, datetime]:
        """Give from when until when (naive, local); ``slot`` is one of `slots`.

        Raises
        ------
        Invalid
            With the names of this form's fields.
        """
        day = values.day(f"day{slot}", self[f"day{slot}"].data or "", today=today)
        start = datetime.combine(day, values.clock(f"starts{slot}", self[f"starts{slot}"].data or ""))
        return start, one_day.end(f"ends{slot}", self[f"ends{slot}"].data or "", start)

    def meeting(self) -> tuple[str, int | None]:
        """Give where: own words, and the number of a meeting place."""
        chosen = str(self.where.data or "")
        if chosen == ELSEWHERE:
            return self.place.data or "", None
        number = chosen.removeprefix("place-")
        if chosen.startswith("place-") and number.isascii() and number.isdigit() and len(number) < 10:
            return "", int(number)
        if chosen != HOME:
            raise Invalid("where", "choice")
        return "", None

    def last(self, today: date) -> date | None:
        """Give the last day of a weekly series, None for a single appointment."""
        if self.repeat.data not in ("once", "weekly", None):
            raise Invalid("repeat", "choice")
        if self.repeat.data != "weekly":
            return None
        return values.day("until", self.until.data or "", today=today)


def first_guess(request: HelpRequest, meeting_place_id: int | None, today: date) -> dict[str, Any]:
    """Give what a new appointment begins with: the moment and place that were asked for."""
    guess: dict[str, Any] = {"where": f"place-{meeting_place_id}" if meeting_place_id else HOME}
    day = one_day.of(request.when)
    if day is None or day < today:
        return guess
    guess["day"] = day.isoformat()
    if request.when.get("kind") == "once":
        start, end = (datetime.fromisoformat(str(request.when[side])) for side in ("start", "end"))
        guess |= {"starts": f"{start:%H:%M}", "ends": one_day.clock_of_end(start, end)}
    return guess


def as_it_was(appointment: Appointment | None, *, day: bool = True) -> dict[str, Any]:
    """Give what moving an appointment begins with: how it stands; without ``day`` only where it is."""
    if appointment is None:
        return {}
    place_id = appointment.meeting_place_id
    where = f"place-{place_id}" if place_id else (ELSEWHERE if appointment.place else HOME)
    there = {"where": where, "place": appointment.place}
    if not day:
        return there
    return there | {
        "day": appointment.starts_at.date().isoformat(),
        "starts": f"{appointment.starts_at:%H:%M}",
        "ends": one_day.clock_of_end(appointment.starts_at, appointment.ends_at),
    }


class PlaceForm(Form):
    """Where the first meeting is."""

    place = RadioField(_("Where do you meet the first time?"))


class CancelForm(Form):
    """Why an appointment is cancelled, which may stay empty; and of a weekly one which."""

    which = RadioField(_("What is cancelled?"), default="this")

    reason = StringField(_("Why can it not go on?"), description=_("The other one reads this."))

    def offer(self, following: int) -> None:
        """Ask which, where ``following`` appointments of the same weekly series come after this one."""
        if not following:
            del self.which
            return
        after = ngettext(
            "This day and the %(num)d after it", "This day and all %(num)d after it", following
        )  # fmt: skip
        self.which.choices = [("this", _("This day alone")), ("following", after)]

    def is_for_following(self) -> bool:
        """Whether the rest of the series is cancelled too.

        Raises
        ------
        Invalid
            ``which``: ``choice``.
        """
        if self.which and self.which.data not in dict(self.which.choices):
            raise Invalid("which", "choice")
        return bool(self.which) and self.which.data == "following"


class CheckInForm(Form):
    """How did it go? The answer is a button."""

    note = TextAreaField(
        _("Write it here first. Then choose your answer above."), description=_("Only the coordinator reads this.")
    )


ANSWERS = ((GOOD, _("Good"), "heart"), (NOT_GOOD, _("Not good"), "warning"), (CALL_ME, _("Call me"), "phone"))
"""What can be said of an appointment: the answer, its word, its picture."""


class CompleteForm(Form):
    """The help was given."""

    thanks = TextAreaField(_("Do you want to thank them?"))
    hours = StringField(_("How many hours did you help, all together?"))

    def spent(self) -> float | None:
        """Give the hours as a number; None where nothing was filled in.

        Raises
        ------
        Invalid
            ``number_range``.
        """
        typed = str(self.hours.data or "").strip().replace(",", ".")
        if not typed:
            return None
        whole, _dot, part = typed.partition(".")
        if not (typed.isascii() and (whole + part).isdigit() and len(typed) <= 7):
            raise Invalid("hours", "number_range", least=0, most=1000)
        return float(typed)


class StopForm(Form):
    """It does not go on."""

    missing: ClassVar[Mapping[str, Any]] = {
        "why": _("Choose why you stop."),
        "still": _("Choose whether you still need help."),
    }

    why = RadioField(
        _("Why do you stop?"),
        choices=[
            ("no_click", _("We do not get on well")),
            ("time", _("The times do not work out")),
            ("changed", _("Something has changed for me")),
            ("other", _("Something else")),
        ],
    )
    note = TextAreaField(_("Do you want to say more about it?"), description=_("Only the coordinator reads this."))
    still = RadioField(
        _("Do you still need help?"),
        choices=[("yes", _("Yes, look for somebody else")), ("no", _("No, I need no help any more"))],
    )

    def is_filled(self) -> bool:
        """Whether every question was answered; else each one says so."""
        asked = [field for field in (self.why, self.still) if field]
        open_ = [field for field in asked if field.data not in dict(field.choices)]
        for field in open_:
            self.refuse(Invalid(field.name, "choice"))
        return not open_
