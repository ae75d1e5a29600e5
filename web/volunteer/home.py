"""What a volunteer sees first: who waits for an answer, where they are expected, whom they help, what they offer."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from flask import render_template, url_for
from flask_babel import gettext, lazy_gettext
from flask_babel import gettext as _

from models import kinds
from models.delays import local_now
from models.messages import formats
from models.permissions import Permission
from models.queries import my_help
from models.queries import volunteers as queries
from models.queries.appointments import is_weekly_moment, stands_with
from models.queries.my_help import Coming, Together
from models.rules import holds_vog, needs_vog
from models.states import MATCH_KNOWS_EACH_OTHER, AppointmentState, MatchState, VolunteerState
from models.states import Role as Quality
from models.tables import Appointment, Certificate, Volunteer
from web import access, i18n, week
from web.access import needs
from web.ask.answers import language_names
from web.offer.forms import KILOMETRES, PEOPLE
from web.preferences import VOLUNTEER_AVOIDS, VOLUNTEER_TRAITS, said
from web.runtime import now
from web.transaction import db
from web.volunteer import pages
from web.words import day_in_words, every_in_words, listed, today_here, when_in_words

_OVER = {
    AppointmentState.DONE: lazy_gettext("Took place"),
    AppointmentState.MISSED: lazy_gettext("Did not happen"),
    AppointmentState.CANCELLED: lazy_gettext("Cancelled"),
}
_STALE = timedelta(days=90)
"""So long after they last said so, somebody is asked whether their offer still stands."""


@dataclass(frozen=True, slots=True)
class Card:
    """One request on this page."""

    url: str
    kinds: list[tuple[str, str]]
    summary: str
    place: str
    when: str
    first_name: str


@dataclass(frozen=True, slots=True)
class Expected:
    """One appointment on this page."""

    url: str
    day: str
    hours: str
    text: str
    tag: tuple[str, str]
    """What it says of it, and in what tone."""


@pages.get("/<community>/volunteer")
@needs(Permission.VOLUNTEER_SELF)
def home() -> str:
    """My help now."""
    volunteer = own()
    all_of_them = my_help.together(db(), volunteer.id)
    local = local_now(now(), access.community().timezone)
    asked = [t for t in all_of_them if t.match.state == MatchState.APPROVED]
    helping = [t for t in all_of_them if t.match.state in (MatchState.ACCEPTED, *MATCH_KNOWS_EACH_OTHER)]
    # A proposal of the desk's is nobody's business before it is approved; their own yes is.
    offered = [t for t in all_of_them if t.match.state == MatchState.PROPOSED and t.match.origin == Quality.VOLUNTEER]
    return render_template(
        "volunteer/home.html",
        volunteer=volunteer,
        who=access.signed_in_person(),
        asked=[_card(t) for t in asked],
        coming=expected(volunteer, local),
        helping=[(_card(t), _now(t)) for t in helping],
        offered=[_card(t, url_for("browse.show", request_id=t.request.id)) for t in offered],
        thanks=[(t.match.thanks, t.first_name) for t in all_of_them if t.match.thanks],
        done=sum(t.match.state == MatchState.COMPLETED for t in all_of_them),
        offer=offer_in_words(volunteer),
        week_value=week.value(volunteer.windows) if volunteer.windows is not None else None,
        away=absences(volunteer),
        vog=_vog(volunteer),
        asks_if_it_stands=_is_stale(volunteer),
        confirmed_on=day_in_words(volunteer.confirmed_on) if volunteer.confirmed_on else None,
        paused_until=day_in_words(volunteer.paused_until) if volunteer.paused_until else None,
    )


def own() -> Volunteer:
    """Give the visitor's own offer, on a route that needs one."""
    found = access.own_volunteer()
    assert found is not None, "the route declares that it needs a volunteer"
    return found


def absences(volunteer: Volunteer) -> list[tuple[str, str, str]]:
    """Give the absences that are not over: first and last day as kept, and both in words."""
    today = today_here().isoformat()
    return [
        (
            one["from"],
            one["until"],
            _(
                "%(first)s until %(last)s",
                first=day_in_words(date.fromisoformat(one["from"])),
                last=day_in_words(date.fromisoformat(one["until"])),
            ),
        )
        for one in volunteer.away
        if one["until"] >= today
    ]


def offer_in_words(volunteer: Volunteer) -> dict[str, str]:
    """Give an offer as its volunteer reads it."""
    km, people = str(volunteer.max_km), str(volunteer.capacity)
    names = dict(language_names(i18n.language()))
    return {
        "kinds": listed(kinds.name(slug, gettext) for slug in volunteer.kinds),
        "how_far": str(KILOMETRES[km][1]) if km in KILOMETRES else _("Up to %(km)s km", km=km),
        "people": str(PEOPLE[people]) if people in PEOPLE else _("%(number)s people", number=people),
        "languages": listed(names.get(code, code) for code in volunteer.languages),
        "told": said(VOLUNTEER_TRAITS, volunteer.traits),
        "avoids": said(VOLUNTEER_AVOIDS, volunteer.avoids),
    }


def _card(one: Together, url: str | None = None) -> Card:
    pairs = [(slug, kinds.name(slug, gettext)) for slug in one.request.kinds]
    return Card(
        url=url or url_for("matches.show", match_id=one.match.id),
        kinds=pairs,
        summary=one.request.summary or listed(name for _slug, name in pairs),
        place=one.neighbourhood,
        when=when_in_words(one.request.when),
        first_name=one.first_name,
    )


def _now(one: Together) -> str:
    name = one.first_name
    if one.match.state == MatchState.ACCEPTED:
        return _("You said yes. Now %(name)s chooses.", name=name)
    if one.match.state == MatchState.AGREED:
        return _("You both said yes. Agree on a day together.")
    return _("You help %(name)s.", name=name)


def expected(volunteer: Volunteer, since: datetime) -> list[Expected]:
    """Give where a volunteer is expected after ``since`` (local, naive).

    Of moments to choose from, and of a weekly series, it is the first one; a day that was moved stands by itself.
    """
    together: dict[object, list[Coming]] = {}
    for one in my_help.coming(db(), volunteer.id, since):
        appointment = one.appointment
        if appointment.state != AppointmentState.PROPOSED:
            together.setdefault(stands_with(appointment, was_moved=one.was_moved), []).append(one)
        elif appointment.starts_at > since:
            together.setdefault(appointment.choice, []).append(one)
    return [_expected(first, volunteer, rest) for first, *rest in together.values()]


def _expected(one: Coming, volunteer: Volunteer, later: Sequence[Coming]) -> Expected:
    start, end = one.appointment.starts_at, one.appointment.ends_at
    where = one.place.name if one.place else one.appointment.place
    what = listed(kinds.name(slug, gettext) for slug in one.kinds)
    hours = formats.period(start, end, gettext)
    to_choose = one.appointment.state == AppointmentState.PROPOSED
    last = later[-1].appointment.starts_at.date() if later and not to_choose else None
    weekly = _("Every week, until %(day)s", day=day_in_words(last)) if last else ""
    return Expected(
        url=url_for("matches.show", match_id=one.match_id, _anchor="appointments"),
        day=every_in_words(start.date()) if is_weekly_moment(one.appointment) else day_in_words(start.date()),
        hours=_("%(when)s, or another moment", when=hours) if to_choose else hours,
        text=" · ".join(part for part in (one.first_name, what, where, weekly) if part),
        tag=says(one.appointment, own=one.appointment.planned_by == volunteer.person_id),
    )


def says(appointment: Appointment, *, own: bool) -> tuple[str, str]:
    """Say in one word, and a tone, how it stands with an appointment; ``own``: proposed by who looks."""
    if appointment.state in _OVER:
        return str(_OVER[AppointmentState(appointment.state)]), "neutral"
    if appointment.state == AppointmentState.CONFIRMED:
        return _("Agreed"), "good"
    if appointment.state == AppointmentState.PLANNED:
        return _("Planned"), "info"
    return (_("Waits for an answer"), "neutral") if own else (_("Please choose"), "watch")


def _vog(volunteer: Volunteer) -> str:
    """Say how it stands with the certificate of conduct; nothing where it is not asked for."""
    held: list[Certificate] = queries.certificates(
        db(), [volunteer.id or 0], volunteer.community_id
    ).get(volunteer.id or 0, [])  # fmt: skip
    if holds_vog(held, today_here()):
        ends = [one.valid_until for one in held if one.kind == "vog"]
        last = None if None in ends else max(end for end in ends if end is not None)
        return (
            _("We saw your VOG. It is valid until %(day)s.", day=day_in_words(last)) if last else _("We saw your VOG.")
        )
    if needs_vog(access.community(), volunteer.kinds):
        return _("For some of what you offer we ask for a VOG. We help you to ask for it; it is free. Call us.")
    return ""


def _is_stale(volunteer: Volunteer) -> bool:
    said = volunteer.confirmed_on or volunteer.created_at.date()
    return volunteer.state == VolunteerState.ACTIVE and today_here() - said > _STALE
