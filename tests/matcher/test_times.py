"""Which time of day a text speaks of: read where it is sure, left alone where it is not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matcher import read_time

READ = [
    ("om half drie", "14:30"), ("om half 3", "14:30"), ("om half een", "12:30"), ("om half elf", "10:30"),
    ("om half negen 's avonds", "20:30"), ("om 14.30 uur", "14:30"), ("om 14:30", "14:30"), ("14u30", "14:30"),
    ("at 2:30 pm", "14:30"), ("at 2 p.m.", "14:00"), ("at 10am", "10:00"), ("at 12 pm", "12:00"),
    ("om 3 uur", "15:00"), ("om drie uur", "15:00"), ("om 10 uur", "10:00"), ("om 12 uur", "12:00"),
    ("at 3 o'clock", "15:00"), ("at three o'clock", "15:00"), ("at half past two", "14:30"),
    ("om 8 uur 's avonds", "20:00"), ("om acht uur in de ochtend", "08:00"), ("at 8 o'clock in the evening", "20:00"),
    ("dinsdagavond om 7 uur", "19:00"), ("om 09.00 uur", "09:00"), ("om 06:30 uur", "06:30"),
    ("om 3 uur, ja om 15.00 uur", "15:00"),
]  # fmt: skip
UNSURE = [
    "om 8 uur", "om half acht", "om 3", "3 uur", "ongeveer 2 uur", "om de 3 uur", "tot 14.30 uur", "na half drie",
    "voor 10.00 uur", "tussen 10.00 en 12.00 uur", "van 14.00 tot 16.00 uur", "before 3 pm", "after 2:30 pm",
    "om 25.00 uur", "om 14.75 uur", "om half dertien", "'s ochtends om 3 uur", "om kwart over drie", "om 14.10 uur",
    "om kwart voor 3, om 3 uur", "niet om 3 uur", "om half drie of om half vier", "half two", "at half 2",
    "om 23.45 uur", "om 5 december", "14.30 euro", "om 2 uurtjes", "rond half drie", "9 to 5 pm", "", "half december",
]  # fmt: skip


@pytest.mark.parametrize(("text", "clock"), READ)
def test_a_time_is_read(text: str, clock: str) -> None:
    read = read_time(text)
    assert read.clock == clock and read.words


@pytest.mark.parametrize("text", UNSURE)
def test_what_is_not_sure_is_no_time(text: str) -> None:
    assert (read_time(text).clock, read_time(text).words) == (None, ())


PIECES = ("om", "at", "half", "drie", "3", "99", ":", ".", "uur", "pm", "'s", "avonds", "14", "30", "o'clock", "٣")


@given(st.one_of(st.text(max_size=200), st.lists(st.sampled_from(PIECES), max_size=20).map(" ".join)))
def test_no_text_is_too_odd(text: str) -> None:
    read = read_time(text)
    assert bool(read.words) == (read.clock is not None)
    assert read.clock is None or ("06:00" <= read.clock <= "23:00" and read.clock[3:] in ("00", "30"))
