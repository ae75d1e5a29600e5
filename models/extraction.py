"""Collecting what the code says, for the catalogues: ``python -m models.extraction`` writes the English one."""

import sys
from functools import cache
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

from models.catalogue import FOLDER, SOURCE_LANGUAGE, available_languages, whole_languages

ROOT = Path(__file__).parent.parent
ROOMS = ("web", "models", "jobs")
_METHODS = (
    ("**/migrations/**", "ignore"),
    ("**.py", "python"),
    ("**.html", "jinja2"),
    ("**/messages/**.txt", "jinja2"),
)
STAFF = ("desk", "administer", "demo")
"""Parts of the site whose words are only in the languages that are whole."""
_KEYWORDS = {
    "_": None,
    "gettext": None,
    "lazy_gettext": None,
    "ngettext": (1, 2),
    "lazy_ngettext": (1, 2),
}
_JINJA = {"trimmed": "true", "silent": "false", "newstyle_gettext": "true"}


def said(*, staff: bool = True) -> dict[str, tuple[str, ...]]:
    """Give every message id of the code with its forms: one, or singular and plural.

    Parameters
    ----------
    staff : bool
        Whether what only coordinators, administrators and visitors of the demonstration read is in it.

    Raises
    ------
    SyntaxError
        Where a template cannot be read; nothing is left out silently.
    """
    found: dict[str, tuple[str, ...]] = {}
    for file, forms in _sayings():
        if (staff or not _is_for_staff(file)) and len(forms) > len(found.get(forms[0], ())):
            found[forms[0]] = forms
    return found


@cache
def _sayings() -> tuple[tuple[str, tuple[str, ...]], ...]:
    """What stands in which file; every file is read and parsed for it, once."""
    found = []
    for room in ROOMS:
        rows = extract_from_dir(
            str(ROOT / room),
            method_map=_METHODS,
            options_map={pattern: _JINJA for pattern, method in _METHODS if method == "jinja2"},
            keywords=_KEYWORDS,
        )
        for file, _line, message, _comments, _context in rows:
            found.append((file, tuple(message) if isinstance(message, tuple | list) else (message,)))
    return tuple(found)


def _is_for_staff(file: str) -> bool:
    # A letter and a poster are made at the desk, and read by everybody.
    path = Path(file)
    return any(part in STAFF for part in path.parts) and not path.stem.startswith(("letter", "poster"))


def written(language: str) -> dict[str, tuple[str, ...]]:
    """Give every translated message of a language by its id; its strings in order, empty ones included.

    Raises
    ------
    ValueError
        If a message stands twice with different words.
    """
    found: dict[str, tuple[str, ...]] = {}
    for path in sorted((FOLDER / language).glob("*.po")):
        with path.open("rb") as file:
            for message in read_po(file, locale=language):
                if not message.id:
                    continue
                first = message.id if isinstance(message.id, str) else message.id[0]
                given = (message.string,) if isinstance(message.string, str) else message.string or ()
                strings = tuple(string or "" for string in given)
                if message.fuzzy:
                    raise ValueError(f"{path.name}: {first!r} is fuzzy")
                if found.setdefault(first, strings) != strings:
                    raise ValueError(f"{path.name}: {first!r} stands twice, in other words")
    return found


def main() -> int:
    """Write the English catalogue; say what other languages lack or have too many."""
    messages = said()
    english = Catalog(locale=SOURCE_LANGUAGE, project="Noaber", fuzzy=False)
    for first in sorted(messages):
        forms = messages[first]
        english.add(forms if len(forms) > 1 else first, forms if len(forms) > 1 else first)
    path = FOLDER / SOURCE_LANGUAGE / "messages.po"
    path.parent.mkdir(exist_ok=True)
    with path.open("wb") as file:
        write_po(file, english, omit_header=False, include_lineno=False, sort_output=True, width=110)
    _steady(path)
    lacking = False
    public = said(staff=False)
    for language in available_languages():
        if language == SOURCE_LANGUAGE:
            continue
        known = written(language)
        wanted = messages if language in whole_languages() else public
        for first in sorted(wanted.keys() - known.keys()):
            lacking = True
            print(f"{language}: lacks {first!r}")  # noqa: T201  (a command speaks through its streams)
        for first in sorted(known.keys() - messages.keys()):
            print(f"{language}: nobody says {first!r}")  # noqa: T201
    return 1 if lacking else 0


def _steady(path: Path) -> None:
    """Leave out the dates of the header: the same words give the same file."""
    lines = [
        line for line in path.read_text("utf-8").splitlines() if not line.startswith(('"POT-Creation', '"PO-Revision'))
    ]
    path.write_text("\n".join(lines) + "\n", "utf-8")


if __name__ == "__main__":
    sys.exit(main())
