"""The kinds of help, in the order of the taxonomy; their names come from the catalogues.

``seeds/reference/taxonomy.csv`` holds the same; a test keeps the two equal.
"""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of help."""

    slug: str
    group: str
    name: str
    """English; also the key of its translations."""


def _(message: str) -> str:
    # Marks the names for the catalogues; they are translated when they are shown.
    return message


KINDS = (
    Kind("company-visits", "company", _("Company and home visits")),
    Kind("walking-together", "company", _("Walking or exercising together")),
    Kind("outings", "company", _("Going out together")),
    Kind("phone-buddy", "company", _("Phone buddy")),
    Kind("buddy", "company", _("Long-term buddy")),
    Kind("dementia-buddy", "company", _("Dementia buddy")),
    Kind("groceries", "practical", _("Doing groceries")),
    Kind("cooking-meals", "practical", _("Cooking and meals")),
    Kind("light-housework", "practical", _("Light housework")),
    Kind("odd-jobs", "practical", _("Odd jobs indoors")),
    Kind("garden", "practical", _("Garden jobs")),
    Kind("moving-help", "practical", _("Moving and clearing out")),
    Kind("pets", "practical", _("Caring for pets")),
    Kind("sewing", "practical", _("Sewing and mending")),
    Kind("bike-repair", "practical", _("Bicycle repair")),
    Kind("transport", "transport", _("Transport by car")),
    Kind("hospital-escort", "transport", _("Escort to hospital or doctor")),
    Kind("wheelchair-outing", "transport", _("Wheelchair pushing and transport")),
    Kind("paperwork", "paper", _("Post and home administration")),
    Kind("money", "paper", _("Money and budget")),
    Kind("forms-benefits", "paper", _("Forms and benefits")),
    Kind("digital-help", "paper", _("Help with computer or phone")),
    Kind("language-practice", "learning", _("Practising Dutch")),
    Kind("reading-aloud", "learning", _("Reading aloud")),
    Kind("homework", "learning", _("Homework help and tutoring")),
    Kind("interpreting", "learning", _("Interpreting and translating")),
    Kind("job-search", "learning", _("Help with finding work")),
    Kind("respite-care", "care", _("Relieving an informal carer")),
    Kind("child-minding", "care", _("Child minding")),
    Kind("hosting", "community", _("Host or receptionist")),
    Kind("activity-help", "community", _("Helping at activities")),
    Kind("event-help", "community", _("Helping at an event")),
    Kind("board-work", "community", _("Board and organisation")),
    Kind("publicity", "community", _("Communication and publicity")),
    Kind("music-creative", "community", _("Music and crafts")),
)
GROUPS = {
    "company": _("Company"),
    "practical": _("In and around the house"),
    "transport": _("On the way"),
    "paper": _("Post, money and computer"),
    "learning": _("Learning and language"),
    "care": _("Care at home"),
    "community": _("Helping at a club or meeting place"),
}
BY_SLUG = {kind.slug: kind for kind in KINDS}


def name(slug: str, gettext: Callable[[str], str]) -> str:
    """Give the name of a kind in the language of ``gettext``; an unknown slug as it is."""
    kind = BY_SLUG.get(slug)
    return gettext(kind.name) if kind else slug


def grouped(gettext: Callable[[str], str]) -> list[tuple[str, list[tuple[str, str]]]]:
    """Give all kinds for a form: (heading, [(slug, name), …]) a group."""
    return [
        (gettext(heading), [(kind.slug, gettext(kind.name)) for kind in KINDS if kind.group == group])
        for group, heading in GROUPS.items()
    ]
