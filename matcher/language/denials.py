"""Whether what is named in a text is named to refuse it: "not on Tuesday", "dinsdag kan ik niet"."""

import re

NO = r"(?:geen|niet|nooit|zonder|no|not|without|never|don't|doesn't)"
_BEFORE = re.compile(
    rf"\b(?:{NO}|behalve|uitgezonderd|except)(?: (?:op|om|in|on|at|de|het|the|meer|per|'s|for|zelf)){{0,3}}$"
)
# What may stand between a day and its "not": few words, so that "on Tuesday I cannot walk" refuses no Tuesday.
_BETWEEN = (
    "(?:kan|kunnen|past|gaat|lukt|schikt|komt|wil|ben|is|can|could|does|do|will|would|i|we|he|she|they|it|that"
    "|ik|wij|hij|zij|ze|u|het|dat|mij|me|ons|er|helaas|jammer genoeg)"
)
_ENDING = "(?:beschikbaar|mogelijk|thuis|available|possible|work|suit|lukken|goed|uit|at home)"
_AFTER = re.compile(
    rf",?(?: {_BETWEEN}){{0,4}} (?:niet|geen|nooit|not|never|cannot|can't|won't|isn't|doesn't|don't)(?: {_ENDING})?"
    r"(?: for (?:me|us))?(?=$| ?[.,;:!?)]| (?:en|maar|want|of|and|but|or|because)\b)"
)
_AND_SO_ON = re.compile(r",? ?(?:of|en|or|and|noch|nor)?(?: (?:op|on|de|the))? ")
_BUT_THIS = re.compile(r"(?: kan ik| kan| lukt)? (?:wel|graag|liever|is fine|is ok|works)\b")


def is_denied(plain: str, start: int, end: int) -> bool:
    """Whether the words from start to end of a normalised text are refused, just before them or just after."""
    return bool(_BEFORE.search(plain[max(0, start - 40) : start].rstrip()) or _AFTER.match(plain[end : end + 120]))


def also_denied(plain: str, before: int, start: int, end: int) -> bool:
    """Whether words are refused with what was refused before them: "not on Tuesday or Wednesday"."""
    between = plain[before:start]
    return len(between) < 12 and bool(_AND_SO_ON.fullmatch(between)) and not _BUT_THIS.match(plain[end : end + 40])
