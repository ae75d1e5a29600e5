"""Which kinds of help lie near each other: who offers one may well be glad to help with the other.

Written down from what the kinds are, by hand; each number is how much of a need for the one is met by an offer of the
other. Who offers the very thing that is needed always counts more.
"""

from collections.abc import Mapping
from functools import cache

import numpy as np
from numpy.typing import NDArray

RELATED: Mapping[tuple[str, str], float] = {
    ("transport", "hospital-escort"): 0.6,
    ("transport", "wheelchair-outing"): 0.5,
    ("transport", "outings"): 0.4,
    ("transport", "groceries"): 0.25,
    ("hospital-escort", "wheelchair-outing"): 0.35,
    ("hospital-escort", "interpreting"): 0.3,
    ("hospital-escort", "company-visits"): 0.2,
    ("company-visits", "buddy"): 0.6,
    ("company-visits", "phone-buddy"): 0.5,
    ("company-visits", "dementia-buddy"): 0.5,
    ("company-visits", "walking-together"): 0.4,
    ("company-visits", "outings"): 0.5,
    ("company-visits", "reading-aloud"): 0.35,
    ("company-visits", "respite-care"): 0.4,
    ("company-visits", "music-creative"): 0.2,
    ("buddy", "phone-buddy"): 0.4,
    ("buddy", "outings"): 0.4,
    ("buddy", "walking-together"): 0.35,
    ("buddy", "dementia-buddy"): 0.4,
    ("buddy", "language-practice"): 0.25,
    ("buddy", "job-search"): 0.25,
    ("dementia-buddy", "respite-care"): 0.6,
    ("dementia-buddy", "walking-together"): 0.35,
    ("dementia-buddy", "outings"): 0.35,
    ("walking-together", "outings"): 0.5,
    ("walking-together", "wheelchair-outing"): 0.5,
    ("walking-together", "pets"): 0.3,
    ("walking-together", "activity-help"): 0.25,
    ("outings", "wheelchair-outing"): 0.5,
    ("outings", "activity-help"): 0.3,
    ("groceries", "cooking-meals"): 0.4,
    ("groceries", "light-housework"): 0.35,
    ("cooking-meals", "light-housework"): 0.4,
    ("cooking-meals", "hosting"): 0.25,
    ("light-housework", "moving-help"): 0.35,
    ("light-housework", "odd-jobs"): 0.3,
    ("light-housework", "sewing"): 0.2,
    ("odd-jobs", "garden"): 0.35,
    ("odd-jobs", "moving-help"): 0.45,
    ("odd-jobs", "bike-repair"): 0.45,
    ("garden", "moving-help"): 0.2,
    ("sewing", "music-creative"): 0.3,
    ("paperwork", "forms-benefits"): 0.65,
    ("paperwork", "money"): 0.6,
    ("paperwork", "digital-help"): 0.25,
    ("paperwork", "interpreting"): 0.3,
    ("money", "forms-benefits"): 0.6,
    ("forms-benefits", "digital-help"): 0.3,
    ("forms-benefits", "job-search"): 0.25,
    ("forms-benefits", "interpreting"): 0.3,
    ("money", "board-work"): 0.25,
    ("language-practice", "reading-aloud"): 0.35,
    ("language-practice", "homework"): 0.35,
    ("language-practice", "interpreting"): 0.4,
    ("language-practice", "job-search"): 0.25,
    ("homework", "reading-aloud"): 0.3,
    ("homework", "child-minding"): 0.3,
    ("reading-aloud", "child-minding"): 0.25,
    ("child-minding", "respite-care"): 0.35,
    ("child-minding", "activity-help"): 0.25,
    ("hosting", "activity-help"): 0.45,
    ("hosting", "event-help"): 0.45,
    ("activity-help", "event-help"): 0.5,
    ("activity-help", "music-creative"): 0.45,
    ("event-help", "publicity"): 0.3,
    ("event-help", "board-work"): 0.3,
    ("board-work", "publicity"): 0.4,
    ("publicity", "digital-help"): 0.2,
    ("job-search", "digital-help"): 0.2,
}


def share(one: str, other: str) -> float:
    """How much of a need for one kind an offer of the other meets, 0..1; the same the other way round.

    Examples
    --------
    >>> share("garden", "garden"), share("transport", "hospital-escort"), share("garden", "interpreting")
    (1.0, 0.6, 0.0)
    """
    if one == other:
        return 1.0
    return RELATED.get((one, other), RELATED.get((other, one), 0.0))


@cache
def shares(slugs: tuple[str, ...]) -> NDArray[np.float64]:
    """The shares of all pairs of these kinds, shape (kinds, kinds), with ones on its diagonal; never to be changed."""
    found = np.array([[share(one, other) for other in slugs] for one in slugs]).reshape(len(slugs), len(slugs))
    found.flags.writeable = False
    return found
