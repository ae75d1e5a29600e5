"""What a volunteer reads before saying yes or no: what is asked, why it fits them, and what the other reads of them."""

from dataclasses import dataclass
from typing import Any

from flask_babel import gettext
from flask_babel import gettext as _

from matcher import CODES, Reason
from models import kinds, reasons
from models.queries import communities
from models.tables import MeetingPlace
from web import access, i18n
from web.ask.answers import language_names
from web.browse.lists import summary_language
from web.browse.words import reason_items
from web.follow import proposal
from web.follow.proposal import Proposal
from web.matches.own import Own
from web.preferences import home_words
from web.runtime import now, runtime
from web.transaction import db
from web.words import listed, when_in_words


@dataclass(frozen=True, slots=True)
class Asked:
    """A request as the volunteer of a match reads it: its public text, and the resident's first name."""

    kinds: list[tuple[str, str]]
    summary: str
    summary_language: str | None
    place: str
    when: str
    languages: str
    home: str
    reasons: list[tuple[str, str]]
    meeting_place: MeetingPlace | None


def of(own: Own, *, why: bool = True) -> Asked:
    """Give what is asked; ``why`` leaves out the reasons once they are past."""
    pair = own.pair
    row, here = pair.request, access.community()
    pairs = [(slug, kinds.name(slug, gettext)) for slug in row.kinds]
    names = listed(name for _slug, name in pairs)
    spoken = dict(language_names(i18n.language()))
    place_id = own.match.meeting_place_id
    return Asked(
        kinds=pairs,
        summary=row.summary or _("Somebody asks for this: %(kinds)s.", kinds=names),
        summary_language=summary_language() if row.summary else None,
        place=communities.neighbourhood(db(), here.id or 0, row.postcode),
        when=when_in_words(row.when),
        languages=listed(spoken.get(code, code) for code in row.languages),
        home=home_words(row.traits),
        reasons=_reasons(own) if why else [],
        meeting_place=communities.meeting_place(db(), here.id or 0, place_id) if place_id else None,
    )


def what_the_other_reads(own: Own) -> Proposal:
    """Give what the resident will read of this volunteer: the same that stands in their proposal."""
    pair = own.pair
    return proposal.of(own.match, pair.volunteer, pair.helper, pair.request)


def _reasons(own: Own) -> list[tuple[str, str]]:
    """Say why it fits, as it was found when it was proposed; looked at again where nothing was kept."""
    found = [reason for kept in own.match.codes if (reason := _read(kept)) is not None]
    if not found:
        pair = own.pair
        again = runtime().candidates.explain(db(), pair.request, pair.volunteer, access.community(), now=now())
        found = list(again.reasons)
    return reason_items(found, reasons.for_volunteer(found, i18n.language()))


def _read(kept: dict[str, Any]) -> Reason | None:
    """Give a reason that was written down; None for one of an older matcher that has no sentence any more."""
    code, params = kept.get("code"), {name: value for name, value in kept.items() if name != "code"}
    if not isinstance(code, str) or any(name not in params for name in CODES.get(code, ("code",))):
        return None
    return Reason(code, params)
