"""The case that the tests of case files start from: the example of the format, and what its tables name."""

import copy
from enum import Enum
from typing import Any

POSTCODES = {"7551": (52.2658, 6.7931), "7622": (52.3003, 6.7536), "7551AB": (52.27, 6.8)}
CASE: dict[str, Any] = {
    "format": "noaber.match/1",
    "now": "2026-11-22T09:00",
    "timezone": "Europe/Amsterdam",
    "volunteers": [
        {
            "id": "v1",
            "text": "Ik rijd u graag naar het ziekenhuis en drink onderweg een kop koffie mee.",
            "skills": ["hospital-escort"],
            "lat": 52.2658,
            "lon": 6.7931,
            "max_km": 10,
            "available": [{"day": "tue", "from": "09:00", "to": "24:00"}],
            "away": [{"from": "2026-12-01", "until": "2026-12-05"}],
            "languages": ["nl", "en"],
            "certificates": [{"kind": "vog", "valid_until": "2028-03-01"}],
            "capacity": 2,
            "load": 1,
            "blocked": ["r9"],
            "paused": False,
        },
        {"id": "v2", "postcode": "7622", "skills": ["garden"]},
        {"id": "v3", "postcode": "7551 ab", "skills": ["hospital-escort"], "paused": True},
    ],
    "requests": [
        {
            "id": "r1",
            "text": "wie kan mij dinsdag even brengen naar de poli, ik durf niet alleen",
            "skills": [],
            "lat": 52.2701,
            "lon": 6.8012,
            "when": {"kind": "once", "start": "2026-12-08T13:30", "end": "2026-12-08T15:30"},
            "languages": ["nl"],
            "certificates": ["vog"],
            "urgency": "normal",
            "created": "2026-11-20T10:00",
            "blocked": [],
        },
        {
            "id": "r2",
            "postcode": "7622",
            "skills": ["garden"],
            "when": {
                "kind": "weekly",
                "windows": [{"day": "mon", "from": "09:00", "to": "11:00"}],
                "from": "2026-12-01",
                "until": "2027-02-01",
            },
        },
        {"id": "r3", "postcode": "7551", "skills": ["music-creative"], "languages": ["ti"]},
    ],
}


class Taken(Enum):
    """What stands in the place of a value that is taken away; every process calls a test of it the same."""

    AWAY = "away"


MISSING = Taken.AWAY


def changed(path: str, value: Any) -> dict[str, Any]:
    """The case with one value replaced or taken away: `volunteers[0].away[0].from`."""
    case = copy.deepcopy(CASE)
    steps: list[str | int] = []
    for part in path.split("."):
        name, *places = part.replace("]", "").split("[")
        steps += [name, *map(int, places)]
    inside: Any = case
    for step in steps[:-1]:
        inside = inside[step]
    if value is MISSING:
        del inside[steps[-1]]
    else:
        inside[steps[-1]] = value
    return case
