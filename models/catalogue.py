"""The one catalogue of sentences per language, for pages, mails and the matcher's reasons alike.

Every family of sentences has a file `translations/<language>/<family>.po`; the message ids are the English text,
so English needs none. Adding a language is adding a folder. One without the desk's family is for residents and
volunteers, with all that is written to them; who works at the desk does so in a language that is whole.
"""

from functools import cache, reduce
from io import BytesIO
from pathlib import Path

from babel import Locale, UnknownLocaleError
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations

FOLDER = Path(__file__).parent / "translations"
SOURCE_LANGUAGE = "en"
RIGHT_TO_LEFT = frozenset({"ar", "fa", "he", "ur"})


@cache
def available_languages() -> tuple[str, ...]:
    """Give the languages that the site speaks, as ISO 639-1 codes in alphabetical order."""
    found = {folder.name for folder in FOLDER.iterdir() if any(folder.glob("*.po"))}
    return tuple(sorted(found | {SOURCE_LANGUAGE}))


@cache
def whole_languages() -> tuple[str, ...]:
    """Give the languages in which the desk and its settings are translated too, in alphabetical order."""
    return tuple(
        code for code in available_languages() if code == SOURCE_LANGUAGE or (FOLDER / code / "desk.po").exists()
    )


def direction(language: str) -> str:
    """Give which way a language is written, as HTML says it.

    Examples
    --------
    >>> direction("nl"), direction("ar")
    ('ltr', 'rtl')
    """
    return "rtl" if language in RIGHT_TO_LEFT else "ltr"


@cache
def translations(language: str) -> NullTranslations:
    """Give the translations into one language, of all families together.

    English, and a language that is not available, say the message ids as they are. The files are read at first use
    and kept in memory.

    Raises
    ------
    babel.messages.pofile.PoFileError
        If a file is no valid po.
    """
    if language == SOURCE_LANGUAGE or language not in available_languages():
        return NullTranslations()
    _locale(language)
    families = [_compiled(path, language) for path in sorted((FOLDER / language).glob("*.po"))]
    return reduce(lambda together, family: together.merge(family), families)


def _compiled(family: Path, language: str) -> Translations:
    """Compile one file; its header says how plurals are counted, and need not agree with what Babel knows."""
    with family.open("rb") as file:
        catalog = read_po(file, locale=language, abort_invalid=True)
    compiled = BytesIO()
    write_mo(compiled, catalog)
    compiled.seek(0)
    return Translations(compiled)


def _locale(language: str) -> Locale:
    try:
        return Locale.parse(language)
    except (UnknownLocaleError, ValueError) as error:
        raise ValueError(f"{FOLDER / language} is not named after a language") from error
