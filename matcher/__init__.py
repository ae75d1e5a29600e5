"""The scoring engine: who fits whom, and why. Pure functions over plain objects and arrays.

>>> from datetime import datetime
>>> index = Index(["garden", "transport"])
>>> index.put(Volunteer("v1", Place(52.27, 6.79), skills=("garden",), load=1, capacity=2))
>>> asked = Request("r1", Place(52.26, 6.78), skills=("garden",))
>>> best = rank(asked, index, now=datetime(2026, 11, 22, 9)).candidates[0]
>>> best.id, [reason.code for reason in best.reasons]
('v1', ['offers_kind', 'near', 'helps'])
"""

from matcher.assignment import assign
from matcher.excluded import Excluded
from matcher.explain import CODES, explain, what_if
from matcher.geo import PostcodeError, distance_km, parse_postcode
from matcher.index import Index, RequestIndex
from matcher.language import Phrase, Reader, load_or_train
from matcher.language.clues import Clue, Clues, read_clues
from matcher.language.dates import DayRead, read_day
from matcher.language.times import TimeRead, read_time
from matcher.ranking import rank, rank_requests
from matcher.types import (
    DAYS,
    EVERY_HOUR,
    FACTORS,
    GATES,
    TRAITS,
    URGENCIES,
    Assignment,
    Away,
    Candidate,
    Certificate,
    Explanation,
    Flexible,
    Found,
    Once,
    Pair,
    Place,
    Ranking,
    Reason,
    Request,
    Understood,
    Volunteer,
    Weekly,
    WhatIf,
    When,
    Window,
)
from matcher.weights import DEFAULT_WEIGHTS, Weights

__all__ = [
    "CODES",
    "DAYS",
    "DEFAULT_WEIGHTS",
    "EVERY_HOUR",
    "FACTORS",
    "GATES",
    "TRAITS",
    "URGENCIES",
    "Assignment",
    "Away",
    "Candidate",
    "Certificate",
    "Clue",
    "Clues",
    "DayRead",
    "Excluded",
    "Explanation",
    "Flexible",
    "Found",
    "Index",
    "Once",
    "Pair",
    "Phrase",
    "Place",
    "PostcodeError",
    "Ranking",
    "Reader",
    "Reason",
    "Request",
    "RequestIndex",
    "TimeRead",
    "Understood",
    "Volunteer",
    "Weekly",
    "Weights",
    "WhatIf",
    "When",
    "Window",
    "assign",
    "distance_km",
    "explain",
    "load_or_train",
    "parse_postcode",
    "rank",
    "rank_requests",
    "read_clues",
    "read_day",
    "read_time",
    "what_if",
]
