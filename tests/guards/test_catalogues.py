"""Every word that people read is in every language: complete, nothing fuzzy, the same placeholders."""

import re

import pytest
from babel.messages.pofile import read_po

from models.catalogue import FOLDER, SOURCE_LANGUAGE, available_languages, whole_languages
from models.extraction import said, written

PLACEHOLDER = re.compile(r"%\((\w+)\)[sd]")
NUMBERS = {"n", "num", "count", "days", "number", "km", "hours", "load"}
WHOLE, ALL = whole_languages(), available_languages()
Messages = dict[str, tuple[str, ...]]


@pytest.fixture(scope="module")
def messages() -> Messages:
    """Everything the code says."""
    return said()


@pytest.fixture(scope="module")
def public() -> Messages:
    """What residents and volunteers read of it, mails and letters included."""
    return said(staff=False)


def test_the_languages_are_there() -> None:
    assert set(WHOLE) == {"nl", "en"}
    assert {*ALL} == {"nl", "en", "ar", "pl", "tr", "uk"}


def test_the_code_says_something(messages: Messages, public: Messages) -> None:
    assert len(messages) > len(public) + 500 > 1500  # else the collecting itself is broken
    for words in ("What can we help you with?", "Your request %(reference)s has ended: %(state)s."):
        assert words in public
    assert "Read back and finish" not in public


@pytest.mark.parametrize("language", ALL)
def test_every_message_is_translated(messages: Messages, public: Messages, language: str) -> None:
    known = written(language)
    assert sorted((messages if language in WHOLE else public).keys() - known.keys()) == []
    assert [first for first, strings in known.items() if not all(strings)] == []


@pytest.mark.parametrize("language", ALL)
def test_nothing_is_translated_that_nobody_says(messages: Messages, language: str) -> None:
    assert sorted(written(language).keys() - messages.keys()) == []


@pytest.mark.parametrize("language", ALL)
def test_plurals_have_all_their_forms(messages: Messages, language: str) -> None:
    known = written(language)
    for path in (FOLDER / language).glob("*.po"):
        with path.open("rb") as file:
            forms = read_po(file, locale=language).num_plurals
        break
    wanted = {first: len(strings) > 1 for first, strings in messages.items()}
    wrong = [first for first, strings in known.items() if len(strings) != (forms if wanted[first] else 1)]
    assert wrong == []


@pytest.mark.parametrize("language", ALL)
def test_files_of_one_language_count_plurals_alike(language: str) -> None:
    if language == SOURCE_LANGUAGE:
        return
    counted = set()
    for path in (FOLDER / language).glob("*.po"):
        with path.open("rb") as file:
            catalogue = read_po(file, locale=language)
        counted.add((catalogue.num_plurals, catalogue.plural_expr.replace(" ", "")))
    assert len(counted) == 1


@pytest.mark.parametrize("language", ALL)
def test_placeholders_are_the_same(messages: Messages, language: str) -> None:
    known, wrong = written(language), []
    for first, strings in known.items():
        forms = messages[first]
        wanted = set(PLACEHOLDER.findall(forms[-1]))
        for string in strings:
            got = set(PLACEHOLDER.findall(string))
            # A form for one number alone may say it in words, and leave the number out.
            if got != wanted and not (len(forms) > 1 and got == wanted - NUMBERS):
                wrong.append((first, string))
    assert wrong == []


def test_english_says_what_the_code_says(messages: Messages) -> None:
    known = written("en")
    assert all(known[first] == forms for first, forms in messages.items())
