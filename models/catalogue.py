"""The one catalogue of sentences per language, for pages, mails and the matcher's reasons alike.

Every family of sentences has a file `translations/<language>/<family>.po`; the message ids are the English text,
so English needs none. Adding a language is adding a folder.
"""

from functools import cache
from io import BytesIO
from pathlib import Path

from babel import Locale, UnknownLocaleError
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations

FOLDER = Path(__file__).parent / "translations"
SOURCE_LANGUAGE = "en"


@cache
def available_languages() -> tuple[str, ...]:
    """Give the languages that the site speaks, as ISO 639-1 codes in alphabetical order."""
    found = {folder.name for folder in FOLDER.iterdir() if any(folder.glob("*.po"))}
    return tuple(sorted(found | {SOURCE_LANGUAGE}))


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
    together = Catalog(locale=_locale(language))
    for family in sorted((FOLDER / language).glob("*.po")):
        with family.open("rb") as file:
            for message in read_po(file, locale=language, abort_invalid=True):
                if message.id:
                    together[message.id] = message
    compiled = BytesIO()
    write_mo(compiled, together)
    compiled.seek(0)
    return Translations(compiled)


def _locale(language: str) -> Locale:
    try:
        return Locale.parse(language)
    except (UnknownLocaleError, ValueError) as error:
        raise ValueError(f"{FOLDER / language} is not named after a language") from error
