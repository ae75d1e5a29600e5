"""The catalogue: all families of a language together, English as it is written."""

from pathlib import Path

import pytest
from babel.messages.pofile import PoFileError

from models import catalogue

HEADER = (
    'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\nPlural-Forms: nplurals=2; plural=(n != 1);\\n"\n\n'
)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of translations to fill, in the place of the real one."""
    monkeypatch.setattr(catalogue, "FOLDER", tmp_path)
    for cached in (catalogue.available_languages, catalogue.whole_languages, catalogue.translations):
        cached.cache_clear()
        monkeypatch.setattr(catalogue, cached.__name__, cached.__wrapped__)
    return tmp_path


def put(folder: Path, language: str, family: str, entries: str) -> None:
    (folder / language).mkdir(exist_ok=True)
    (folder / language / f"{family}.po").write_text(HEADER + entries, encoding="utf-8")


def test_the_site_speaks_dutch_and_english() -> None:
    assert catalogue.whole_languages() == ("en", "nl")
    assert catalogue.translations("nl").gettext("garden jobs") == "tuinklusjes"
    assert catalogue.translations("nl") is catalogue.translations("nl")


def test_english_is_what_the_code_says() -> None:
    english = catalogue.translations("en")
    assert english.gettext("garden jobs") == "garden jobs"
    assert [english.ngettext("one", "many", count) for count in (0, 1, 2)] == ["many", "one", "many"]


def test_all_families_of_a_language_stand_together(folder: Path) -> None:
    put(folder, "nl", "pages", 'msgid "Hello"\nmsgstr "Hallo"\n')
    put(
        folder,
        "nl",
        "mails",
        'msgid "%(n)s day"\nmsgid_plural "%(n)s days"\nmsgstr[0] "%(n)s dag"\nmsgstr[1] "%(n)s dagen"\n',
    )
    dutch = catalogue.translations("nl")
    assert dutch.gettext("Hello") == "Hallo"
    assert [dutch.ngettext("%(n)s day", "%(n)s days", count) for count in (1, 2)] == ["%(n)s dag", "%(n)s dagen"]
    assert dutch.gettext("Not there") == "Not there"


def test_adding_a_language_is_adding_a_folder(folder: Path) -> None:
    put(folder, "nl", "pages", "")
    put(folder, "tr", "pages", 'msgid "Hello"\nmsgstr "Merhaba"\n')
    (folder / "de").mkdir()
    assert catalogue.available_languages() == ("en", "nl", "tr")
    assert catalogue.translations("tr").gettext("Hello") == "Merhaba"


def test_what_is_not_sure_yet_is_not_said(folder: Path) -> None:
    put(folder, "nl", "pages", '#, fuzzy\nmsgid "Hello"\nmsgstr "Hoi?"\n')
    assert catalogue.translations("nl").gettext("Hello") == "Hello"


@pytest.mark.parametrize("language", ["xx", "", "../nl", "NL"])
def test_a_language_that_is_not_there_is_english(language: str) -> None:
    assert catalogue.translations(language).gettext("garden jobs") == "garden jobs"


def test_a_broken_file_is_not_passed_over(folder: Path) -> None:
    put(folder, "nl", "pages", 'msgid "Hello"\nmsgstring "Hallo"\n')
    with pytest.raises(PoFileError):
        catalogue.translations("nl")


def test_a_folder_that_is_no_language_is_named(folder: Path) -> None:
    put(folder, "klingonish", "pages", 'msgid "Hello"\nmsgstr "nuqneH"\n')
    with pytest.raises(ValueError, match="klingonish"):
        catalogue.translations("klingonish")
