"""The words that are filled in, as an administrator reads and types them: ``[first name]`` for ``%(first_name)s``."""

import re

from models.errors import Invalid
from models.messages import words
from web.administer.names import FILLED_IN

_STORED = re.compile(r"%\((\w{1,60})\)s")
_TYPED = re.compile(r"\[([^\[\]\n]{1,60})\]")


def shown(text: str) -> str:
    """Write what is stored with the names of the visitor's language; what has no name stays as it is."""
    return _STORED.sub(lambda found: f"[{FILLED_IN[found[1]].name}]" if found[1] in FILLED_IN else found[0], text)


def stored(key: str, typed: str) -> str:
    """Read what was typed; capitals and spaces do not matter.

    Raises
    ------
    Invalid
        Field ``text``, ``placeholder`` (``found``, as typed) for a name that does not exist in that text.
    """
    names = {str(word.name).casefold(): name for name, word in FILLED_IN.items()}

    def placeholder(found: re.Match[str]) -> str:
        name = names.get(" ".join(found[1].split()).casefold())
        if name not in words.placeholders(key):
            raise Invalid("text", "placeholder", found=found[0])
        return f"%({name})s"

    text = _TYPED.sub(placeholder, typed)
    strange = words.unknown(key, text)
    if strange is not None:
        raise Invalid("text", "placeholder", found=strange)
    return text
