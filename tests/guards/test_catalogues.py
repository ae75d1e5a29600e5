"""Every word that people read is in every language: complete, nothing fuzzy, the same placeholders."""

import re

import pytest

from models.catalogue import available_languages
from models.extraction import said, written

PLACEHOLDER = re.compile(r"%\((\w+)\)[sd]")
NUMBERS = {"n", "num", "count", "days", "number"}
Messages = dict[str, tuple[str, ...]]


@pytest.fixture(scope="module")
def messages() -> Messages:
    """Everything the code says."""
    return said()


def test_dutch_and_english_are_there() -> None:
    assert {"nl", "en"} <= set(available_languages())


def test_the_code_says_something(messages: Messages) -> None:
    assert len(messages) > 500  # else the collecting itself is broken


@pytest.mark.parametrize("language", ["nl", "en"])
def test_every_message_is_translated(messages: Messages, language: str) -> None:
    known = written(language)
    assert sorted(messages.keys() - known.keys()) == []
    assert [first for first, strings in known.items() if not all(strings)] == []


@pytest.mark.parametrize("language", ["nl", "en"])
def test_nothing_is_translated_that_nobody_says(messages: Messages, language: str) -> None:
    assert sorted(written(language).keys() - messages.keys()) == []


@pytest.mark.parametrize("language", ["nl", "en"])
def test_plurals_have_all_their_forms(messages: Messages, language: str) -> None:
    known = written(language)
    assert [first for first, forms in messages.items() if len(forms) != len(known[first])] == []


@pytest.mark.parametrize("language", ["nl", "en"])
def test_placeholders_are_the_same(messages: Messages, language: str) -> None:
    known, wrong = written(language), []
    for first, forms in messages.items():
        wanted = set(PLACEHOLDER.findall(forms[-1]))
        for i, string in enumerate(known[first]):
            got = set(PLACEHOLDER.findall(string))
            # A singular may say "one" in words, and leave the number out.
            singular = len(forms) > 1 and i == 0 and got == wanted - NUMBERS
            if got != wanted and not singular:
                wrong.append((first, string))
    assert wrong == []


def test_english_says_what_the_code_says(messages: Messages) -> None:
    known = written("en")
    assert all(known[first] == forms for first, forms in messages.items())
