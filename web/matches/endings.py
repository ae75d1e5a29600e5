"""What stands on the page of a match that has ended: kind, without the other's reasons, and with a next step."""

from dataclasses import dataclass

from babel.numbers import format_decimal
from flask import url_for
from flask_babel import gettext as _

from models.states import MatchState
from web import i18n
from web.matches.own import Own, request_page

_S = MatchState


@dataclass(frozen=True, slots=True)
class Ending:
    """Words for the end of a match.

    Attributes
    ----------
    links : list of (url, words)
        What somebody can do next; the first is the likeliest.
    """

    title: str
    text: str
    thanks: str
    hours: str
    links: list[tuple[str, str]]


def of(own: Own) -> Ending:
    """Say how it ended, for who looks."""
    title, text = _for_resident(own) if own.pair.is_resident else _for_volunteer(own)
    completed = own.match.state == _S.COMPLETED
    hours = own.match.hours if completed and not own.pair.is_resident else 0
    return Ending(
        title=title,
        text=text,
        thanks=own.match.thanks if completed else "",
        hours=format_decimal(hours, locale=i18n.language()) if hours else "",
        links=_links(own),
    )


def _for_volunteer(own: Own) -> tuple[str, str]:
    state = own.match.state
    if state == _S.COMPLETED:
        title = _("You helped %(name)s", name=own.name) if own.name else _("You helped somebody")
        return title, _("The help is finished. Thank you very much.")
    if state == _S.REJECTED:
        return _("Thank you for wanting to help"), _(
            "This time we chose another way. There are more neighbours who could use you."
        )
    if state == _S.DECLINED:
        if own.silent:
            return _("You said: rather not"), _("That is fine. We ask somebody else.")
        return _("This time it is not a match"), _(
            "That says nothing about you. There are more neighbours who could use you."
        )
    if state == _S.LAPSED:
        if own.silent:
            return _("We heard nothing from you"), _("So we ask somebody else. That is no problem.")
        return _("We got no answer"), _("Thank you for your yes. It does not go on. You need not keep your days free.")
    return _stopped(own, _("You need not do anything."))


def _for_resident(own: Own) -> tuple[str, str]:
    state = own.match.state
    if state == _S.COMPLETED:
        text = _("%(name)s helped you. We hope that it did you good.", name=own.name) if own.name else ""
        return _("The help is finished"), text or _("We hope that it did you good.")
    if state == _S.DECLINED:
        return _("You said: rather not"), _("That is fine. We look for somebody else.")
    if state == _S.LAPSED:
        return _("We heard nothing from you"), _("Do you still need help? Then we gladly look further.")
    return _stopped(own, _("Do you still need help? Then we gladly look further."))


def _stopped(own: Own, text: str) -> tuple[str, str]:
    if own.ended_by_me:
        return _("You have stopped with this"), _("Thank you for telling us.")
    title = _("The match with %(name)s has stopped", name=own.name) if own.name else _("A match has stopped")
    if own.match.agreed_at:
        return title, _("Appointments that were planned are cancelled.") + " " + text
    return title, text


def _links(own: Own) -> list[tuple[str, str]]:
    if own.pair.is_resident:
        return [(request_page(own), _("To your request")), (url_for("people.account"), _("To my page"))]
    return [(url_for("browse.for_me"), _("Look what suits me")), (url_for("volunteer.home"), _("To my help"))]
