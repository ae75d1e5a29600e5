"""A phrase: one sentence as somebody would write it, with the kind of help it asks for or offers."""

from typing import NamedTuple

VOICES = ("ask", "offer", "name")


class Phrase(NamedTuple):
    """What the reader learns from; the voice `name` is the kind's own name in the taxonomy."""

    slug: str
    voice: str
    text: str
