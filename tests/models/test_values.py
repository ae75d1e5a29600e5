"""What people type: accepted in any common notation, kept in one, and refused at its field where it cannot be."""

import unicodedata
from datetime import date, datetime, time
from time import thread_time
from typing import Any

import phonenumbers
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models import values
from models.errors import Invalid

TODAY = date(2026, 11, 24)


def _code(check: Any, *arguments: Any, **named: Any) -> str:
    with pytest.raises(Invalid) as refusal:
        check("here", *arguments, **named)
    assert refusal.value.field == "here"
    return refusal.value.code


# ---- texts ----


@pytest.mark.parametrize(
    "typed",
    [
        "<script>alert(1)</script>",
        "{{7*7}}",
        "${7*7}",
        "'; DROP TABLE person; --",
        "%s %(name)s %n",
        "../../etc/passwd",
        "Ik kan niet 👵🏽🚲",
        "👨‍👩‍👧 met een verbinder",
        "שלום, ik zoek hulp",
        "مرحبا",
        "é in één teken",
        "twee\nregels\ten een tab",
        "x" * 10_000,
    ],
)
def test_a_text_comes_back_exactly(typed: str) -> None:
    assert values.text("here", typed) == typed


def test_a_text_is_brought_to_one_notation() -> None:
    assert values.text("here", "  cafe\u0301 \r\nen\rthee\u0007 ") == "café \nen\nthee"
    assert values.text("here", " een \n twee\u2028drie ", one_line=True) == "een twee drie"


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("", "required"),
        (" \t\n", "required"),
        ("\u200b\u200d\ufeff", "required"),
        ("\u00a0\u3000", "required"),
        ("\u0301", "required"),
        ("x" * 10_001, "too_long"),
        ("x" * 1_000_000, "too_long"),
        ("\0" * 1_000_000, "too_long"),
        ("hoi\0", "unreadable"),
        ("hoi\ud800", "unreadable"),
        ("\udfff", "unreadable"),
    ],
)
def test_a_text_that_cannot_be_kept_is_refused(typed: str, code: str) -> None:
    assert _code(values.text, typed) == code


def test_nothing_is_something_where_it_is_not_required() -> None:
    assert values.text("here", "  ", required=False) == ""


def test_the_limit_counts_what_is_kept() -> None:
    assert values.text("here", "  " + "x" * 20 + "  ", limit=20) == "x" * 20
    with pytest.raises(Invalid) as refusal:
        values.text("here", "x" * 21, limit=20)
    assert refusal.value.details["limit"] == 20


@given(st.text(max_size=300))
def test_a_kept_text_is_kept_the_same_the_second_time(typed: str) -> None:
    try:
        once = values.text("here", typed)
    except Invalid:
        return
    assert values.text("here", once) == once
    assert once == once.strip() and unicodedata.is_normalized("NFC", once)
    assert not any(unicodedata.category(c) == "Cc" and c not in "\n\t" for c in once)
    once.encode("utf-8")


@pytest.mark.parametrize(
    "typed", ["J", "n" * 100, "O'Brien", "O’Brien", "Oʻzbek", "d'Haens-van 't Hoff", "李", "محمد", "Ægir", "Ngũgĩ"]
)
def test_a_name_is_what_somebody_says_it_is(typed: str) -> None:
    assert values.name("here", f" {typed} ") == typed


def test_a_name_is_one_line_of_at_most_a_hundred() -> None:
    assert values.name("here", "Anne\n Marie") == "Anne Marie"
    assert _code(values.name, "n" * 101) == "too_long"
    assert _code(values.name, "") == "required"
    assert values.name("here", "", required=False) == ""


@pytest.mark.parametrize("typed", ["Kijk op https://elders.example", "www.elders.example", "Jan jan@post.example"])
def test_a_name_holds_no_address(typed: str) -> None:
    assert _code(values.name, typed) == "name_link"


@pytest.mark.parametrize("typed", ["\u3164", "\u2800", "\u115f \uffa0", "\u202e"])
def test_a_name_that_nobody_can_see_is_none(typed: str) -> None:
    assert _code(values.name, typed) == "required"


def test_nothing_in_a_name_turns_what_follows() -> None:
    assert values.name("here", "An\u202eneke\u2066") == "Anneke"


# ---- citizen service numbers ----


def _passes(digits: str) -> bool:
    return sum(w * int(d) for w, d in zip((9, 8, 7, 6, 5, 4, 3, 2, -1), digits, strict=True)) % 11 == 0


@pytest.mark.parametrize(
    "typed",
    [
        "123456782",
        "Mijn BSN is 123456782.",
        "bsn123456782",
        "BSN:123456782;",
        "123 456 782",
        "1234.56.782",
        "123-456-782",
        "123\u00a0456\u00a0782",
        "1234\u200b56782",
        "١٢٣٤٥٦٧٨٢",
        "１２３４５６７８２",
        "12-11-2026 en 123456782",
        "x" * 9_000 + " 123456782",
        "010000008",
        "123  456  782",
        "123/456/782",
        "123, 456, 782",
        "123\u2013456\u2013782",
        "123\u2011456\u2011782",
        "123_456_782",
        "123\n456\n782",
    ],
)
def test_a_citizen_service_number_is_stopped_however_it_is_written(typed: str) -> None:
    assert values.has_bsn(typed)
    assert _code(values.text, typed) == "has_bsn"


@pytest.mark.parametrize(
    "typed",
    [
        "123456789",
        "1234567821",
        "0123456782",
        "12345678",
        "NL12INGB0123456782",
        "000000000",
        "op 24-11-2026 om 14:30",
        "7551 AB, huisnummer 12",
        "12.345.678",
        "1, 2, 3, 4, 5 of 6 uur",
        "op 12/11/2026, 13/11/2026 en 14/11/2026",
    ],
)
def test_other_numbers_are_let_through(typed: str) -> None:
    assert not values.has_bsn(typed)


@given(st.integers(10_000_000, 99_999_999), st.sampled_from(
    ["+31 6{}", "+31 6 {}", "+316{}", "0031 6 {}", "00316{}", "+31 (0)6 {}", "+31-6-{}", "06{}", "06-{}", "06 {}"]
))  # fmt: skip
def test_a_phone_number_is_never_taken_for_one(number: int, notation: str) -> None:
    assert not values.has_bsn(f"Bel mij op {notation.format(number)} graag")


@given(st.integers(1, 999_999_999))
def test_nine_digits_are_one_exactly_when_they_pass_the_eleven_test(number: int) -> None:
    digits = f"{number:09}"
    assert values.has_bsn(f"zie {digits}, dank u") == _passes(digits)


# ---- e-mail ----


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        (" Dina.Haverkamp@Post.Example ", "dina.haverkamp@post.example"),
        ("d+noaber@post.example", "d+noaber@post.example"),
        ("jan@bücher.example", "jan@bücher.example"),
        ("jan@xn--bcher-kva.example", "jan@bücher.example"),
        ("o'brien@post.example", "o'brien@post.example"),
    ],
)
def test_an_address_is_kept_in_one_notation(typed: str, kept: str) -> None:
    assert values.email("here", typed) == kept
    assert values.email("here", kept) == kept


def test_an_address_of_254_characters_is_one_and_of_255_is_not() -> None:
    local, middle = "l" * 64, "a" * 63 + "." + "b" * 63 + "."
    for length, good in ((254, True), (255, False)):
        typed = f"{local}@{middle}{'c' * (length - len(local) - 1 - len(middle) - 3)}.nl"
        assert len(typed) == length
        if good:
            assert values.email("here", typed) == typed
        else:
            assert _code(values.email, typed) == "email"


@pytest.mark.parametrize(
    "typed",
    [
        "", "a@b", "a", "@b.nl", "a@", "a b@c.nl", "a@b.nl, c@d.nl", "a@b.nl;c@d.nl", "a@b.nl c@d.nl", "a@b.nl\n",
        "a@b.nl\r\nBcc: x@y.nl", "a@b.nl%0aBcc:x", "\0a@b.nl", "a\u2028@b.nl", "Jan <a@b.nl>", "a@b..nl", "a..b@c.nl",
        "a@[127.0.0.1]", "a@127.0.0.1", "mailto:a@b.nl", "a@b.nl\ud800", "x" * 1_000_000, "a@localhost",
    ],
)  # fmt: skip
def test_what_is_not_exactly_one_address_is_refused(typed: str) -> None:
    assert _code(values.email, typed) == "email"


# ---- phone ----


@pytest.mark.parametrize(
    "typed",
    [
        "0612345678", "06-12345678", "06 12 34 56 78", "06.12.34.56.78", "(06) 12345678", "+31612345678",
        "+31 6 12345678", "+31 (0)6 12345678", "0031612345678", " 06 12345678\t", "06\u00a012345678", "06/12345678",
        "٠٦١٢٣٤٥٦٧٨",
    ],
)  # fmt: skip
def test_a_phone_number_in_any_common_notation_is_the_same_number(typed: str) -> None:
    assert values.phone("here", typed) == "+31612345678"


def test_a_number_from_abroad_keeps_its_country() -> None:
    assert values.phone("here", "+49 171 1234567") == "+491711234567"
    assert values.phone("here", "0049 171 1234567") == "+491711234567"


@pytest.mark.parametrize(
    "typed",
    [
        "", "112", "06", "0612345", "061234567890", "06-1234567x", "bel mij", "06-12345678 of 06-87654321",
        "06 12345678 (mijn zoon)", "074 1234567 tst 12", "06 12345678\n", "06\r\n12345678", "\0", "+99912345678",
        "0" * 1_000_000, "=cmd|' /C calc'!A0", "0900-1234", "0906 123456",
    ],
)  # fmt: skip
def test_what_cannot_be_called_is_refused(typed: str) -> None:
    assert _code(values.phone, typed) == "phone"


def test_a_number_is_shown_as_people_read_it() -> None:
    assert values.phone_as_read("+31742450000") == "074 245 0000"
    assert values.phone_as_read("+491711234567").startswith("+49 171")
    assert values.phone_as_read("onzin") == "onzin"


@given(st.sampled_from(["NL", "BE", "DE", "TR", "PL"]))
def test_every_example_number_comes_through(region: str) -> None:
    example = phonenumbers.example_number_for_type(region, phonenumbers.PhoneNumberType.MOBILE)
    kept = values.phone("here", phonenumbers.format_number(example, phonenumbers.PhoneNumberFormat.INTERNATIONAL))
    assert kept == phonenumbers.format_number(example, phonenumbers.PhoneNumberFormat.E164)


# ---- days and times ----


@pytest.mark.parametrize("typed", ["2026-12-08", "08-12-2026", "8-12-2026", "8/12/2026", "8.12.2026", " 8 12 2026 "])
def test_a_day_is_read_as_people_write_it(typed: str) -> None:
    assert values.day("here", typed, today=TODAY) == date(2026, 12, 8)


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("31-02-2027", "date"), ("29-02-2027", "date"), ("2027-02-31", "date"), ("2026-13-01", "date"),
        ("0001-01-01", "date_past"), ("2026-11-23", "date_past"), ("9999-12-31", "date_far"),
        ("2028-11-26", "date_far"), ("0000-00-00", "date"), ("morgen", "date"), ("", "date"), ("8-12-26", "date"),
        ("12/25", "date"), ("٨-١٢-٢٠٢٦", "date"), ("2026-12-08\n2026-12-09", "date"), ("1e9", "date"),
    ],
)  # fmt: skip
def test_a_day_that_cannot_be_is_refused(typed: str, code: str) -> None:
    assert _code(values.day, typed, today=TODAY) == code


def test_today_and_two_years_ahead_are_days_like_any_other() -> None:
    assert values.day("here", "2026-11-24", today=TODAY) == TODAY
    assert values.day("here", "29-02-2028", today=TODAY) == date(2028, 2, 29)


def test_a_day_in_the_past_is_one_where_that_is_asked() -> None:
    assert values.day("here", "2020-01-31", today=TODAY, past=True) == date(2020, 1, 31)
    assert _code(values.day, "1899-01-01", today=TODAY, past=True) == "date_past"


@pytest.mark.parametrize(
    ("typed", "found"),
    [("9:30", time(9, 30)), ("09:30", time(9, 30)), ("9.30", time(9, 30)), ("14u30", time(14, 30)), ("14u", time(14)),
     ("14", time(14)), ("14H05", time(14, 5)), (" 0:00 ", time(0)), ("23:59", time(23, 59))],
)  # fmt: skip
def test_a_time_is_read_as_people_write_it(typed: str, found: time) -> None:
    assert values.clock("here", typed) == found


@pytest.mark.parametrize(
    "typed", ["", "24:00", "12:60", "half tien", "9:5", "-1", "1,5", "9:30:00", "٩:٣٠", "9:30\n10"]
)
def test_a_time_that_cannot_be_is_refused(typed: str) -> None:
    assert _code(values.clock, typed) == "time"


def test_windows_are_put_in_order_and_may_end_at_midnight() -> None:
    late, early = {"day": "sun", "from": "20:00", "to": "24:00"}, {"day": "mon", "from": "00:00", "to": "00:30"}
    assert values.windows("here", [late, early]) == [early, late]
    assert values.windows("here", []) == []


@pytest.mark.parametrize(
    ("window", "code"),
    [
        ({}, "windows"), ({"day": "mon"}, "windows"), ({"day": "ma", "from": "09:00", "to": "10:00"}, "windows"),
        ({"day": "mon", "from": "9:00", "to": "10:00"}, "windows"),
        ({"day": "mon", "from": "24:00", "to": "24:00"}, "windows"),
        ({"day": "mon", "from": "09:00", "to": "25:00"}, "windows"),
        ({"day": "mon", "from": "09:00", "to": "10:60"}, "windows"),
        ({"day": "mon", "from": "10:00", "to": "10:00"}, "end_before_start"),
        ({"day": "mon", "from": "22:00", "to": "02:00"}, "end_before_start"),
        ({"day": ["mon"], "from": 9, "to": None}, "windows"), ("mon", "windows"), (None, "windows"),
    ],
)  # fmt: skip
def test_a_window_that_cannot_be_is_refused(window: Any, code: str) -> None:
    assert _code(values.windows, [window]) == code


def test_a_week_has_no_more_windows_than_half_hours() -> None:
    window = {"day": "mon", "from": "09:00", "to": "10:00"}
    assert _code(values.windows, [window] * 337) == "windows"


def test_a_period_ends_after_it_begins_and_within_a_day() -> None:
    start = datetime(2026, 12, 8, 22)
    values.period("here", start, datetime(2026, 12, 9, 22))
    assert _code(values.period, start, start) == "end_before_start"
    assert _code(values.period, start, datetime(2026, 12, 8, 21)) == "end_before_start"
    assert _code(values.period, start, datetime(2026, 12, 9, 22, 1)) == "too_long_period"


@pytest.mark.parametrize(
    ("local", "exists"),
    [
        ("2026-03-29T01:59", True), ("2026-03-29T02:00", False), ("2026-03-29T02:30", False),
        ("2026-03-29T02:59", False), ("2026-03-29T03:00", True), ("2026-10-25T02:30", True), ("2026-11-24T02:30", True),
    ],
)  # fmt: skip
def test_the_hour_that_the_clock_skips_does_not_exist(local: str, exists: bool) -> None:
    moment = datetime.fromisoformat(local)
    if exists:
        values.on_the_clock("here", moment, "Europe/Amsterdam")
    else:
        assert _code(values.on_the_clock, moment, "Europe/Amsterdam") == "time_missing"


def test_what_is_checked_in_a_long_text_is_quick() -> None:
    for nasty in ("1" * 10_000, "1 " * 5_000, "+31 " * 2_500, "a" * 10_000, "é" * 10_000, "(0)" * 3_000 + "1" * 900):
        begun = thread_time()
        values.text("here", nasty, required=False)
        assert thread_time() - begun < 0.1, nasty[:10]
