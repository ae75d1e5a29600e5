"""Room for requests that few people have reacted to, in the order in which a volunteer browses.

After the idea of Manshadi, Rodilitz, Saban and Suresh (2022; VolunteerMatch's SmartSort): people look at what stands
first, so that who stands first gets all reactions. Among requests that fit a volunteer nearly as well, the one with
the fewest reactions goes first; what fits clearly better is never passed by.
"""

from collections.abc import Mapping, Sequence

from matcher.types import Candidate

FIRST_PLACE = 0.05
"""How much of the best score the first place may miss."""
FURTHER_PLACES = 0.15
"""And each further place, of the best that is left."""
DEPTH = 30
"""Beyond so many nobody looks: their order stays."""


def give_room(
    candidates: Sequence[Candidate],
    reactions: Mapping[str, int],
    *,
    first: float = FIRST_PLACE,
    further: float = FURTHER_PLACES,
) -> list[Candidate]:
    """Give the same candidates in the order in which they are shown.

    Parameters
    ----------
    candidates : sequence of Candidate
        Best first, as `rank_requests` gives them.
    reactions : Mapping of id to count
        How many volunteers reacted to each; who is not named has none.
    first, further : float, 0..1
        What the first place may miss of the best score, and each further place of the best that is left; 0 changes
        nothing but the order of equals.

    Examples
    --------
    >>> a, b, c = (Candidate(id, score, {}, (), 0.0) for id, score in (("a", 0.90), ("b", 0.89), ("c", 0.40)))
    >>> [shown.id for shown in give_room([a, b, c], {"a": 3})]
    ['b', 'a', 'c']
    """
    left = list(candidates[:DEPTH])
    shown: list[Candidate] = []
    while left:
        least = left[0].score * (1 - (further if shown else first))
        # `left` is in order of score: of those with as few reactions the better one stands first.
        chosen = min((one for one in left if one.score >= least), key=lambda one: reactions.get(one.id, 0))
        left.remove(chosen)
        shown.append(chosen)
    return shown + list(candidates[DEPTH:])
