"""Words that people understand: short sentences in every language, and no hard word where there is a plain one.

Every page and mail is made of the sentences in the catalogues, so they are measured there.
"""

import csv
import re
import statistics
from pathlib import Path

import pytest

from models.catalogue import available_languages
from models.extraction import said, written

LONGEST_SENTENCE, MEDIAN = 18, 12
WORD = re.compile(r"[^\W_]+(?:[-'’][^\W_]+)*")
SENTENCE = re.compile(r"(?<=[.!?:;؟])\s+|\n+")
ENDS = re.compile(r"[.!?؟][\"”»]?$")
with (Path(__file__).parent / "hard_words.csv").open(encoding="utf-8") as _file:
    HARD = {row["hard"]: row["plain"] for row in csv.DictReader(_file)}


def sentences(language: str) -> list[str]:
    """Give every sentence that residents and volunteers read; a placeholder counts as one word."""
    public, found = set(said(staff=False)), []
    for first, strings in written(language).items():
        if first in public:
            text = re.sub(r"%\(\w+\)[sd]", "X", strings[-1])
            found += [one for one in SENTENCE.split(text) if ENDS.search(one)]
    return found


@pytest.mark.parametrize("language", available_languages())
def test_sentences_are_short(language: str) -> None:
    lengths = {one: len(WORD.findall(one)) for one in sentences(language)}
    assert len(lengths) > 500
    assert [one for one, words in lengths.items() if words > LONGEST_SENTENCE] == []
    assert statistics.median(lengths.values()) <= MEDIAN


@pytest.fixture(scope="module")
def dutch() -> list[str]:
    """Every Dutch sentence."""
    return [string for strings in written("nl").values() for string in strings]


@pytest.mark.parametrize("hard", HARD)
def test_no_hard_word_stands_where_a_plain_one_would_do(dutch: list[str], hard: str) -> None:
    # Names keep their capitals: a Verklaring Omtrent het Gedrag is called that.
    word = re.compile(rf"(?<!\w){hard}(?!\w)|(?<=[.!?] ){hard.capitalize()}(?!\w)|^{hard.capitalize()}(?!\w)")
    found = [string for string in dutch if word.search(string)]
    assert found == [], f"say “{HARD[hard]}”"
