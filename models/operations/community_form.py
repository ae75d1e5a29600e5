"""A community's settings as an administrator types them, and the checks of them."""

from dataclasses import asdict, dataclass
from typing import Any

from models import values
from models.errors import Invalid
from models.kinds import BY_SLUG
from models.operations.offers import whole_number
from models.tables import Community

# Least and most of every delay, in calendar days (the promise in working days).
RANGES = {
    "answer_reminder_days": (1, 30),
    "answer_lapse_days": (2, 60),
    "no_match_days": (1, 60),
    "promised_working_days": (1, 20),
    "appointment_reminder_days": (1, 7),
    "check_in_days": (1, 14),
    "digest_weekday": (0, 6),
}


@dataclass(frozen=True, slots=True)
class CommunityForm:
    """An administrator's settings as typed; `of` gives those that stand."""

    name: str
    organisation: str
    phone: str
    email: str
    answer_reminder_days: int | str
    answer_lapse_days: int | str
    no_match_days: int | str
    promised_working_days: int | str
    appointment_reminder_days: int | str
    check_in_days: int | str
    digest_weekday: int | str
    vog_kinds: list[str]
    auto_open_kinds: list[str]
    admits_without_vog: bool
    proposes_itself: bool

    @classmethod
    def of(cls, community: Community) -> "CommunityForm":
        """Give the settings of a community, to change some of them."""
        return cls(**{name: getattr(community, name) for name in cls.__dataclass_fields__})


def check(form: CommunityForm) -> dict[str, Any]:
    """Check every setting; gives the columns of a community.

    Raises
    ------
    Invalid
        With the field: ``required``, ``too_long``, ``phone``, ``email``, ``number_range``, ``choice``,
        ``lapse_before_reminder``.
    """
    found: dict[str, Any] = asdict(form)
    found["name"] = values.name("name", form.name)
    found["organisation"] = values.name("organisation", form.organisation, required=False)
    if not form.phone.strip():
        raise Invalid("phone", "required")  # it stands on every page
    found["phone"] = values.phone("phone", form.phone)
    found["email"] = values.email("email", form.email) if form.email.strip() else ""
    for name, (least, most) in RANGES.items():
        found[name] = whole_number(name, found[name], least, most)
    if found["answer_lapse_days"] <= found["answer_reminder_days"]:
        raise Invalid("answer_lapse_days", "lapse_before_reminder")
    for name in ("vog_kinds", "auto_open_kinds"):
        found[name] = [slug for slug in BY_SLUG if slug in found[name]]
        if len(found[name]) != len(set(getattr(form, name))):
            raise Invalid(name, "choice")
    for name in ("admits_without_vog", "proposes_itself"):
        found[name] = bool(found[name])
    return found
