"""A phrase: a text as somebody would write it, with the kinds of help that it asks for or offers."""

from typing import NamedTuple

VOICES = ("ask", "offer", "name")


class Phrase(NamedTuple):
    """What the reader learns from; the voice `name` is the kind's own name in the taxonomy.

    `also` holds further kinds that it asks for or offers, `refused` those that it names and does not want.
    """

    slug: str
    voice: str
    text: str
    also: tuple[str, ...] = ()
    refused: tuple[str, ...] = ()
