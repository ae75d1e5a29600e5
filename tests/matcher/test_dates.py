"""Which day a text speaks of: read where it is sure, left alone where it is not."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matcher import read_day

MONDAY = date(2026, 11, 23)
READ = [
    # a day and a month, in either language
    ("Op 5 december moet ik naar de notaris", "2026-12-05"),
    ("op 5 dec. graag", "2026-12-05"),
    ("Zaterdag 5 december verhuizen we", "2026-12-05"),
    ("Op de 5e december", "2026-12-05"),
    ("de 12de januari", "2027-01-12"),
    ("On December 5 I move", "2026-12-05"),
    ("December 5th, please", "2026-12-05"),
    ("on the 5th of December", "2026-12-05"),
    ("on 5 Dec", "2026-12-05"),
    ("on July 3rd", "2027-07-03"),
    ("On May 4 I have to be in court", "2027-05-04"),
    ("Op 5-12 naar de oogarts", "2026-12-05"),
    ("op 5/12 naar de oogarts", "2026-12-05"),
    ("Dinsdag 1/12 heb ik een afspraak", "2026-12-01"),
    ("Afspraak: 05-12-2026", "2026-12-05"),
    ("Mijn afspraak is 5.12.2026 om 14.30 uur", "2026-12-05"),
    ("op 5-12-26", "2026-12-05"),
    ("Het is 2026-12-05", "2026-12-05"),
    ("op 5 december 2027", "2027-12-05"),
    ("on December 5, 2027", "2027-12-05"),
    ("op 5 mei 2027", "2027-05-05"),
    ("Op 5 december, dan word ik geholpen. Dus op 5 december halen.", "2026-12-05"),
    # the next such date: this year, the next, or today itself
    ("op 31 december", "2026-12-31"),
    ("op 1 januari", "2027-01-01"),
    ("op 23 november", "2026-11-23"),
    ("Monday 23 November", "2026-11-23"),
    ("op 29 februari 2028", "2028-02-29"),
    # a date with its day of the week
    ("Op 15 december, een dinsdag, moet ik naar de poli", "2026-12-15"),
    ("on December 15, a Tuesday", "2026-12-15"),
    ("dinsdag 15-12-2026", "2026-12-15"),
    ("dinsdag 15-12", "2026-12-15"),
    ("di 15 december", "2026-12-15"),
    ("Tue 15 Dec", "2026-12-15"),
    ("next Tuesday, 1 December", "2026-12-01"),
    ("volgende week dinsdag 1 december", "2026-12-01"),
    # next week
    ("Kunt u mij volgende week dinsdag naar de poli brengen", "2026-12-01"),
    ("volgende week op dinsdag", "2026-12-01"),
    ("Dinsdag volgende week ben ik jarig", "2026-12-01"),
    ("volgende week maandagmiddag", "2026-11-30"),
    ("volgende week zondag", "2026-12-06"),
    ("Ik moet volgende week naar het ziekenhuis op dinsdag", "2026-12-01"),
    ("next week Tuesday", "2026-12-01"),
    ("next week on Tuesday", "2026-12-01"),
    ("on Tuesday of next week", "2026-12-01"),
    ("Tuesday next week", "2026-12-01"),
    ("deze week vrijdag", "2026-11-27"),
    ("Friday this week", "2026-11-27"),
    # the coming one
    ("komende dinsdag", "2026-11-24"),
    ("Aanstaande zaterdag verhuizen we", "2026-11-28"),
    ("dinsdag a.s. om 10 uur", "2026-11-24"),
    ("zaterdag aanstaande", "2026-11-28"),
    ("komende maandag", "2026-11-30"),
    ("this Tuesday", "2026-11-24"),
    ("this coming Sunday", "2026-11-29"),
    ("coming Saturday", "2026-11-28"),
    # so many weeks on
    ("dinsdag over een week", "2026-12-01"),
    ("dinsdag over twee weken", "2026-12-08"),
    ("over een week op dinsdag", "2026-12-01"),
    ("over 2 weken, op donderdag", "2026-12-10"),
    ("a week on Tuesday", "2026-12-01"),
    ("two weeks from Friday", "2026-12-11"),
    # soon
    ("Wie brengt mij morgen?", "2026-11-24"),
    ("morgenmiddag", "2026-11-24"),
    ("overmorgen", "2026-11-25"),
    ("tomorrow morning", "2026-11-24"),
    ("the day after tomorrow", "2026-11-25"),
    ("Morgen, dinsdag, om tien uur", "2026-11-24"),
    ("morgen over een week", "2026-12-01"),
    ("niet morgen maar overmorgen", "2026-11-25"),
    ("Op 1 december, want op maandag kan ik niet", "2026-12-01"),
    # what is long gone is no day to help
    ("Ik ben geboren op 3 maart 1940. Kunt u op 5 december komen?", "2026-12-05"),
    ("Sinds 3 oktober loop ik slecht. Wie komt op 5 december?", "2026-12-05"),
    ("Vorige dinsdag viel ik. Wie komt overmorgen?", "2026-11-25"),
    ("Ik ben op 3 oktober gevallen. Kunt u op 5 december komen?", "2026-12-05"),
    ("zaterdag 5 december van 10.00 tot 12.00 uur", "2026-12-05"),
    ("maandag 30/11, 10.00 uur", "2026-11-30"),
    ("Ik ben van 12-3-1950 en zoek iemand voor de poli, overmorgen", "2026-11-25"),
    ("Bring me on the 5th of December at 2:30 pm, I am 80", "2026-12-05"),
]
UNSURE = [
    # ambiguous in both languages
    "volgende dinsdag", "next Tuesday", "Volgende dinsdag moet ik weg, dinsdag is mijn vaste dag",
    # two dates, or a date and a day that is another one
    "Op 5 december of 12 december", "op 5 of 6 december", "5-10 december", "van 5 t/m 10 december", "December 5-7",
    "December 5 and 6", "op 16 december, een dinsdag", "on December 16, a Tuesday", "di 16 december",
    "morgen of overmorgen", "komende dinsdag of woensdag", "morgen, woensdag", "dinsdag 17 november",
    "op 22 november", "op 1 september", "op 29 februari",  # rather in the past, or it would have a year
    "volgende week dinsdag 8 december", "op 20 december volgend jaar, in 2027, of op 20 december 2026",
    "volgende week dinsdag of donderdag",
    # gone, too far away, or no date at all
    "op 5 december 2020", "op 22 november 2026", "on December 5, 2030", "op 31 november", "op 30 februari",
    "op 29 februari 2027", "February 30th", "op 5-13", "op 0 december", "op 45 december",
    "deze week zondag 22 november",
    "32-01-2027", "05-12-0000", "2026-13-05",
    # the edge of a time, and not the day itself
    "vanaf 5 december", "tot 5 december", "na 5 december", "before December 5", "vanaf dinsdag 15 december",
    "in de week van 7 december", "until December 5",
    # not sure enough
    "volgende week", "next week", "over twee weken", "in december", "24/7", "2-3 keer", "1/2 uur", "tussen 5-12 jaar",
    "Dorpsstraat 5-12", "in december 5 keer",
    "dinsdag 9-12", "wo 9-12", "morgen over week", "elken morgen", "I may 5 times", "goede morgen", "elke morgen",
    "'s morgens", "in de morgen", "Goedemorgen!", "de week na volgende week dinsdag",
    # refused
    "niet op 5 december", "morgen kan ik niet", "not on December 5", "behalve op 5 december", "not tomorrow",
    "tomorrow does not work for me", "niet morgen",
    "", "Wie wil mij helpen?",
]  # fmt: skip


@pytest.mark.parametrize(("text", "day"), READ)
def test_a_day_is_read(text: str, day: str) -> None:
    read = read_day(text, MONDAY)
    assert (read.day, read.bare) == (date.fromisoformat(day), False)
    assert read.words


@pytest.mark.parametrize("text", UNSURE)
def test_what_is_not_sure_is_no_day(text: str) -> None:
    assert (read_day(text, MONDAY).day, read_day(text, MONDAY).words) == (None, ())


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("dinsdag", "2026-11-24"),
        ("op maandag", "2026-11-30"),
        ("on Tuesday afternoon", "2026-11-24"),
        ("dinsdag morgen", "2026-11-24"),
        ("niet op maandag, wel op dinsdag", "2026-11-24"),
        ("Vorige week maandag viel ik; kunt u dinsdag?", "2026-11-24"),
        ("dinsdag kan ik niet zelf rijden", "2026-11-24"),
        ("dinsdag of woensdag", None),
        ("niet op dinsdag", None),
        ("niet op dinsdag of woensdag", None),
        ("niet op dinsdag, woensdag wel", "2026-11-25"),
        ("dinsdag kan ik niet", None),
        ("Tuesday doesn't work", None),
        ("not on Tuesday", None),
        ("not on Tuesday or Thursday", None),
        ("except Tuesday", None),
        ("Volgende week ben ik weg. Kunt u dinsdag?", None),
        ("de eerste dinsdag van december", None),
        ("Tuesday the 15th", None),
        ("dinsdag de 15e", None),
        ("the Tuesday after next", None),
        ("vrijdag over 14 dagen", None),
        ("de dinsdag daarna", None),
        ("de tweede dinsdag", None),
        ("the first Tuesday of the month", None),
        ("vanaf dinsdag", None),
        ("afgelopen dinsdag", None),
        ("sinds dinsdag", None),
        ("last Tuesday", None),
        ("this Monday", None),
        ("maandag over een week", None),
        ("Ik kan dinsdag, de afspraak is 15/12", None),
    ],
)  # fmt: skip
def test_a_day_of_the_week_alone_is_the_next_one_and_said_to_be_bare(text: str, day: str | None) -> None:
    read = read_day(text, MONDAY)
    assert read.day == (date.fromisoformat(day) if day else None)
    assert read.bare == (day is not None)


@pytest.mark.parametrize(
    ("today", "text", "day"),
    [
        (date(2026, 12, 31), "overmorgen", "2027-01-02"),
        (date(2026, 12, 30), "volgende week dinsdag", "2027-01-05"),
        (date(2026, 12, 27), "volgende week maandag", "2026-12-28"),  # on a Sunday, next week begins tomorrow
        (date(2026, 11, 24), "komende dinsdag", "2026-12-01"),
        (date(2026, 11, 24), "this Tuesday", None),
        (date(2026, 11, 24), "dinsdag over een week", None),
        (
            date(2026, 11, 27),
            "dinsdag over een week",
            None,
        ),  # a week after next Tuesday, or in a week: two ways to count
        (date(2026, 11, 27), "deze week dinsdag", None),
        (date(2026, 11, 28), "volgende week dinsdag", "2026-12-01"),
        (date(2027, 2, 28), "morgen", "2027-03-01"),
        (date(2028, 2, 28), "morgen", "2028-02-29"),
        (date(2028, 2, 29), "op 29 februari", "2028-02-29"),
        (date(2028, 3, 1), "op 29 februari", None),  # four years away
        (date(2026, 12, 5), "op 5 december", "2026-12-05"),
        (date(2026, 12, 6), "op 5 december", None),
        (date(2026, 11, 23), "op 23 november 2028", "2028-11-23"),
        (date(2026, 11, 23), "op 25 november 2028", None),
    ],
)
def test_what_it_means_depends_on_today(today: date, text: str, day: str | None) -> None:
    assert read_day(text, today).day == (date.fromisoformat(day) if day else None)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Op 15 December, een dinsdag, moet ik naar de poli", ("15 december",)),
        ("Aanstaande zaterdag", ("aanstaande zaterdag",)),
        ("niet op maandag, wel op DINSDAGMIDDAG", ("dinsdagmiddag",)),
        ("morgen, op 24 november", ("morgen", "24 november")),
    ],
)
def test_it_names_the_words_that_led_to_the_day(text: str, words: tuple[str, ...]) -> None:
    assert read_day(text, MONDAY).words == words


PIECES = (
    "volgende", "week", "dinsdag", "next", "Tuesday", "op", "on", "31", "5", "0", "-", "/", "12", "december", "feb",
    "2027", "9999", "0000", "niet", "not", "over", "een", "morgen", "tomorrow", ",", ".", "th", "e", "٣", "²", "\0",
)  # fmt: skip


@given(
    st.one_of(st.text(max_size=200), st.lists(st.sampled_from(PIECES), max_size=25).map(" ".join),
              st.lists(st.sampled_from(PIECES), max_size=25).map("".join)),
    st.dates(date(2020, 1, 1), date(2090, 12, 31)),
)  # fmt: skip
def test_no_text_is_too_odd_and_no_day_is_past_or_far(text: str, today: date) -> None:
    read = read_day(text, today)
    assert read.day is None or today <= read.day <= today + timedelta(days=731)
    assert bool(read.words) == (read.day is not None)
