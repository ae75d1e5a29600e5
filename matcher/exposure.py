"""Room for requests that few people have reacted to, in the order in which a volunteer browses.

After the idea of Manshadi, Rodilitz, Saban and Suresh (2022; VolunteerMatch's SmartSort): people look at what stands
first, so that who stands first gets all reactions. Among requests that fit a volunteer nearly as well, the one with
the fewest reactions goes first; what fits clearly better is never passed by.
"""

from collections.abc import Mapping, Sequence
from typing import Protocol, TypeVar

FIRST_PLACE = 0.05
"""How much of the best score the first place may miss."""
FURTHER_PLACES = 0.15
"""And each further place, of the best that is left."""
DEPTH = 30
"""Beyond so many nobody looks: their order stays."""


class Scored(Protocol):
    """What has an id and a score: a candidate, or as much of one."""

    @property
    def id(self) -> str:
        """Which request it is."""

    @property
    def score(self) -> float:
        """How well it fits, 0..1."""


One = TypeVar("One", bound=Scored)


def give_room(
    candidates: Sequence[One],
    reactions: Mapping[str, int],
    *,
    first: float = FIRST_PLACE,
    further: float = FURTHER_PLACES,
) -> list[One]:
    """Give the same candidates in the order in which they are shown.

    Parameters
    ----------
    candidates : sequence of Scored
        Best first, as `rank_requests` gives them.
    reactions : Mapping of id to count
        How many volunteers reacted to each; who is not named has none.
    first, further : float, 0..1
        What the first place may miss of the best score, and each further place of the best that is left; 0 changes
        nothing but the order of equals.

    Examples
    --------
    >>> from matcher.types import Candidate
    >>> a, b, c = (Candidate(id, score, {}, (), 0.0) for id, score in (("a", 0.90), ("b", 0.89), ("c", 0.40)))
    >>> [shown.id for shown in give_room([a, b, c], {"a": 3})]
    ['b', 'a', 'c']
    """
    left = list(candidates[:DEPTH])
    shown: list[One] = []
    while left:
        least = left[0].score * (1 - (further if shown else first))
        # `left` is in order of score: of those with as few reactions the better one stands first.
        chosen = min((one for one in left if one.score >= least), key=lambda one: reactions.get(one.id, 0))
        left.remove(chosen)
        shown.append(chosen)
    return shown + list(candidates[DEPTH:])
