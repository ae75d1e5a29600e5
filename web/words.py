"""Days, moments and times of help in the language of the page: the same words as in mails and on the phone."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from flask import g
from flask_babel import gettext, lazy_gettext, ngettext

from models import working_days
from models.delays import days_since, local_now, today
from models.messages import formats
from web import i18n
from web.runtime import now


def today_here() -> date:
    """Give the community's calendar day."""
    return today(now(), _zone())


def when_in_words(when: Mapping[str, Any]) -> str:
    """Write when help is wanted; ``when`` as in the matching file format."""
    return formats.when(when, i18n.language(), today_here(), gettext)


def day_in_words(day: date) -> str:
    """Write a day: ``dinsdag 8 december``; with the year where it is another one."""
    return formats.day(day, i18n.language(), today_here())


def weekday_in_words(day: date) -> str:
    """Write the day of the week: ``dinsdag``."""
    return formats.weekday(day, i18n.language())


def every_in_words(day: date) -> str:
    """Write on which day of each week: ``Elke dinsdag``."""
    return formats.every(day, i18n.language(), gettext)


def from_until_in_words(days: Sequence[date]) -> str:
    """Write from when until when a weekly series goes on: ``Van 1 december tot en met 26 januari 2027``."""
    return formats.from_until(days, i18n.language(), today_here(), gettext)


def not_on_in_words(days: Sequence[date]) -> str:
    """Write which weeks of a weekly series are left out: ``Niet op 29 december``; nothing where none is."""
    return formats.not_on(days, i18n.language(), today_here(), gettext)


def listed(parts: Iterable[str]) -> str:
    """Write one after another, with the comma of the language."""
    return formats.listed(parts, i18n.language())


def as_written(parts: Sequence[str]) -> str:
    """Write what somebody wrote as one quotation, ``dinsdag … om drie uur``; Dutch keeps its direction in Arabic."""
    return f"\u2068{' … '.join(parts)}\u2069"


def moment_in_words(moment: datetime) -> str:
    """Write a moment (aware) in the community's time: ``dinsdag 8 december, 13:30``."""
    local = local_now(moment, _zone())
    return listed((day_in_words(local.date()), f"{local.hour}:{local.minute:02}"))


def clock_in_words(moment: datetime) -> str:
    """Write the time of day of a moment (aware) in the community's time: ``13:30``."""
    local = local_now(moment, _zone())
    return f"{local.hour}:{local.minute:02}"


def days_ago(moment: datetime) -> str:
    """Write how many calendar days ago a moment (aware) was: ``vandaag``, ``gisteren``, ``3 dagen geleden``."""
    days = days_since(moment, now(), _zone())
    if days <= 0:
        return gettext("today")
    if days == 1:
        return gettext("yesterday")
    return ngettext("%(num)d day ago", "%(num)d days ago", days)


_HOLIDAYS = {
    "new_years_day": lazy_gettext("New Year's Day"),
    "easter_sunday": lazy_gettext("Easter Sunday"),
    "easter_monday": lazy_gettext("Easter Monday"),
    "kings_day": lazy_gettext("King's Day"),
    "liberation_day": lazy_gettext("Liberation Day"),
    "ascension_day": lazy_gettext("Ascension Day"),
    "pentecost_sunday": lazy_gettext("Whit Sunday"),
    "pentecost_monday": lazy_gettext("Whit Monday"),
    "christmas_day": lazy_gettext("Christmas Day"),
    "boxing_day": lazy_gettext("the second day of Christmas"),
}


def holiday_in_words(day: date) -> str:
    """Write which public holiday a day is; empty where it is none."""
    name = working_days.holiday(day)
    return str(_HOLIDAYS[name]) if name else ""


def _zone() -> str:
    here = g.get("community")
    return here.timezone if here is not None else "Europe/Amsterdam"
