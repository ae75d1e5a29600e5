"""Learning from decisions: labelled pairs, smoothed personal rates, non-negative weights, and a shadow comparison.

Nothing here changes anything: `learn` proposes, and somebody accepts or refuses.
"""

from matcher.learning.decisions import HEADER, STAGES, Decision, rows_without_persons
from matcher.learning.fitting import Fit, fit
from matcher.learning.lesson import Lesson, learn
from matcher.learning.shadow import Figures, agreement

__all__ = [
    "HEADER",
    "STAGES",
    "Decision",
    "Figures",
    "Fit",
    "Lesson",
    "agreement",
    "fit",
    "learn",
    "rows_without_persons",
]
