"""What holds for a person or a home, and whom somebody asks not to meet: told by themselves, never guessed."""

from collections.abc import Iterable

from models.errors import Invalid

HOME = ("smoker", "dog", "cat", "stairs")
PEOPLE = ("woman", "man")
REQUEST_TRAITS = (*HOME, *PEOPLE)
REQUEST_AVOIDS = (*PEOPLE, "smoker")
VOLUNTEER_TRAITS = (*PEOPLE, "smoker")
VOLUNTEER_AVOIDS = (*HOME, *PEOPLE)


def check(name: str, given: Iterable[str], allowed: tuple[str, ...]) -> list[str]:
    """Give what was ticked in one order, each once.

    Parameters
    ----------
    name : str
        The field: ``traits`` or ``avoids``.

    Raises
    ------
    Invalid
        ``choice`` for what cannot stand there; ``nobody_left`` for who wants to meet neither women nor men.

    Examples
    --------
    >>> check("traits", ["stairs", "dog", "dog"], REQUEST_TRAITS)
    ['dog', 'stairs']
    """
    ticked = set(given)
    if ticked - {*allowed}:
        raise Invalid(name, "choice")
    if name == "avoids" and ticked >= {*PEOPLE}:
        raise Invalid(name, "nobody_left")
    return [trait for trait in allowed if trait in ticked]
