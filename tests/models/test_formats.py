"""Days as people write them, each language in its own order."""

from datetime import date

import pytest

from models.catalogue import available_languages, translations
from models.messages.formats import day, when

WRITTEN = {
    "nl": ("dinsdag 24 november", "vrijdag 1 januari 2027"),
    "en": ("Tuesday 24 November", "Friday 1 January 2027"),
    "ar": ("الثلاثاء، 24 نوفمبر", "الجمعة، 1 يناير 2027"),
    "pl": ("wtorek, 24 listopada", "piątek, 1 stycznia 2027"),
    "tr": ("24 Kasım Salı", "1 Ocak 2027 Cuma"),
    "uk": ("вівторок, 24 листопада", "пʼятниця, 1 січня 2027"),
}


@pytest.mark.parametrize("language", WRITTEN)
def test_the_year_stands_there_where_it_is_another_one(language: str) -> None:
    today = date(2026, 11, 23)
    found = tuple(day(of, language, today) for of in (date(2026, 11, 24), date(2027, 1, 1)))
    assert found == WRITTEN[language]


@pytest.mark.parametrize(
    ("language", "written"),
    [("nl", "dinsdag 8 december, 13:30 tot 15:30 uur"), ("ar", "الثلاثاء، 8 ديسمبر، من 13:30 إلى 15:30")],
)
def test_a_comma_is_that_of_the_language(language: str, written: str) -> None:
    once = {"kind": "once", "start": "2026-12-08T13:30", "end": "2026-12-08T15:30"}
    assert when(once, language, date(2026, 11, 23), translations(language).gettext) == written


def test_every_language_was_thought_of() -> None:
    assert set(available_languages()) == set(WRITTEN)
