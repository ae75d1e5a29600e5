"""Ways in which a message leaves the house, and what can become of it on the way."""

from collections.abc import Callable
from typing import Protocol

from models.operations.outbox import Parcel


class Later(Exception):
    """It was not taken, and may be later; the message is the reason."""


class Unreachable(Later):
    """Nobody could be spoken to at all: what else waits would fare no better now."""


class Refused(Exception):
    """It was not taken and never will be."""


class InDoubt(Exception):
    """All of it was handed over and nobody said that it was taken: nobody can know."""


Begin = Callable[[], None]


class Channel(Protocol):
    """Takes messages, one at a time."""

    def send(self, parcel: Parcel, begin: Begin) -> None:
        """Hand a message over; returning means that the other side took it.

        Parameters
        ----------
        begin : callable
            To be called when everything is ready, before the first byte of the message goes out; what it raises goes
            through, and the message does not go out.

        Raises
        ------
        Later, Unreachable, Refused, InDoubt
        """

    def close(self) -> None:
        """Hang up; sending again is allowed."""
