"""Who acts: a person with their work for communities, a private link, or the system itself."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Actor:
    """Whoever asks for a change or a look.

    Attributes
    ----------
    person_id : int or None
        None for the system and for an unknown visitor.
    coordinates, administers : frozenset of int
        Ids of the communities they work for. An administrator is not a coordinator by that alone.
    only_request : int or None
        Set where somebody came by a request's private link or paper code: they may act on that request and its
        matches as the resident, and on nothing else.
    is_proven : bool
        False where ``only_request`` is set and nothing shows yet that this is the person who is written to: anybody
        can type an address. They may look after the request, and not see or agree with who comes.
    is_system : bool
        The jobs and the automatic steps.
    """

    person_id: int | None = None
    coordinates: frozenset[int] = field(default_factory=frozenset)
    administers: frozenset[int] = field(default_factory=frozenset)
    only_request: int | None = None
    is_proven: bool = True
    is_system: bool = False


NOBODY = Actor()
SYSTEM = Actor(is_system=True)
