"""Sentences of one text: some say what is not wanted, and each other may tell a need of its own.

Read whole, the loudest need hides the others, and what is refused sounds as loud as what is asked.
"""

import re

from matcher.language.circumstances import tells_of_walking
from matcher.language.normalise import READ_AT_MOST, sentences_of

FEWEST_WORDS = 4
MOST_SENTENCES = 20
"""Nobody has more needs; a long text is read in its first sentences."""
_ENDS = re.compile(r"(?<=[.!?;])\s+|\n+|\s+(?:en ook|maar ook|daarnaast|bovendien|verder|and also)\s+")
# Such a sentence names what somebody does not want, does themselves, or did long ago, as often as what they need.
_NOT_A_NEED = re.compile(
    r"\b(?:geen|niet|nooit|nie|gin|neet|niks|zonder|zelf|geregeld|vroeger|was|waren"
    r"|no|not|don't|dont|can't|cannot|won't|never|doesn't|already|myself)\b",
    re.IGNORECASE,
)
_REFUSES = re.compile(
    r"\b(?:hoeft? (?:je |u |er |dat |voor mij )?niet|hoef ik niet|hoeven niet|niet nodig|geen behoefte aan"
    r"|liever niet|liever geen|zoek ik niet|zoek geen|wil ik niet|wil geen|doe ik (?:zelf|niet)|regel ik zelf"
    r"|kan ik zelf|lukt (?:me |mij )?(?:nog )?(?:zelf|prima|goed)|is geregeld|gaat (?:het )?(?:mij |me )?niet om"
    r"|begin ik niet aan|kan ik niet tegen|laat ik aan een ander|geen verstand van"
    r"|no need|don't need|do not need|not looking for|rather not|can do myself)\b",
    re.IGNORECASE,
)


def wanted(text: str) -> str:
    """Give a text without the sentences that only say what is not wanted; the whole text where nothing is left.

    Examples
    --------
    >>> wanted("Wie doet er boodschappen voor mij? Een hond uitlaten hoeft niet.")
    'Wie doet er boodschappen voor mij?'
    """
    if not _REFUSES.search(text[:READ_AT_MOST]):
        return text
    kept = [one for one in sentences_of(text) if not _REFUSES.search(one)]
    return " ".join(kept) or text


def needs_of(text: str) -> list[str]:
    """Give the sentences that may tell a further need or offer; none where the text has one sentence alone.

    Examples
    --------
    >>> needs_of("De koelkast is helemaal leeg. De tuin groeit helemaal dicht. Koken lukt nog zelf wel hoor.")
    ['De koelkast is helemaal leeg.', 'De tuin groeit helemaal dicht.']
    """
    sentences = [one for one in _ENDS.split(text[:READ_AT_MOST]) if len(one.split()) >= FEWEST_WORDS]
    if len(sentences) < 2:
        return []
    return [one for one in sentences[:MOST_SENTENCES] if not _NOT_A_NEED.search(one) and not tells_of_walking(one)]
