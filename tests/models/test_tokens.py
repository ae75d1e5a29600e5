"""Private links and short codes: what we made opens, and nothing else does."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.tokens import CODE_LENGTH, Tokens

OURS, THEIRS = Tokens("a secret of ours, long enough to be one"), Tokens("a secret of theirs, long enough to be one")
ids, versions = st.integers(1, 10**9), st.integers(1, 1000)
NONSENSE = [
    "", ".", "..", "a", "a.b", "a.b.c", "\0", "\ud800", "💥", "../../etc/passwd", "' OR 1=1 --", "W10.x", "x" * 100_000,
    "WzEsMV0", "WzEsMV0.", ".WzEsMV0", "WzEsMV0.AAAA", "null", "[1,1]",
]  # fmt: skip


@given(ids, versions, st.booleans())
def test_a_private_link_opens_its_own_request_and_version(number: int, version: int, by_mail: bool) -> None:
    token = OURS.request_link(number, version, by_mail=by_mail)
    assert OURS.read_request_link(token) == (number, version, by_mail)
    assert THEIRS.read_request_link(token) is None
    assert OURS.read_sign_in_link(token) is None
    assert token.isascii() and "/" not in token and len(token) < 100


@given(ids, st.text(min_size=1, max_size=40))
def test_a_sign_in_link_opens_its_own_code(number: int, nonce: str) -> None:
    token = OURS.sign_in_link(number, nonce)
    assert OURS.read_sign_in_link(token) == (number, nonce)
    assert THEIRS.read_sign_in_link(token) is None and OURS.read_request_link(token) is None


@given(ids, versions, st.data())
def test_one_sign_changed_opens_nothing(number: int, version: int, data: st.DataObject) -> None:
    token = OURS.request_link(number, version)
    place = data.draw(st.integers(0, len(token) - 1))
    other = data.draw(st.characters(codec="ascii").filter(lambda c: c != token[place]))
    changed = token[:place] + other + token[place + 1 :]
    assert OURS.read_request_link(changed) in (None, (number, version, True))
    if OURS.read_request_link(changed) is not None:
        # The last sign of base64 holds bits that mean nothing; what is signed stays the same.
        assert place == len(token) - 1


@pytest.mark.parametrize("typed", NONSENSE)
def test_nonsense_opens_nothing_and_breaks_nothing(typed: str) -> None:
    assert OURS.read_request_link(typed) is None
    assert OURS.read_sign_in_link(typed) is None
    assert not OURS.is_request_code(1, 1, typed)
    assert not OURS.is_sign_in_digits(1, "nonce", typed)


@given(ids, versions)
def test_a_paper_code_can_be_read_aloud(number: int, version: int) -> None:
    code = OURS.request_code(number, version)
    assert len(code) == CODE_LENGTH and not set(code) & set("AEIOUY0125680")
    assert OURS.is_request_code(number, version, code)
    assert OURS.is_request_code(number, version, f" {code[:4].lower()}-{code[4:]} ")
    assert not OURS.is_request_code(number, version + 1, code) or code == OURS.request_code(number, version + 1)
    assert not THEIRS.is_request_code(number, version, code)


def test_codes_use_their_whole_alphabet_and_do_not_repeat() -> None:
    codes = [OURS.request_code(number, 1) for number in range(5000)]
    assert len(set(codes)) == len(codes)
    counts = Counter("".join(codes))
    assert len(counts) == 24 and max(counts.values()) < 1.25 * min(counts.values())


@given(ids, st.text(min_size=1, max_size=40))
def test_sign_in_digits_are_six_and_their_own(number: int, nonce: str) -> None:
    digits = OURS.sign_in_digits(number, nonce)
    assert len(digits) == 6 and digits.isascii() and digits.isdigit()
    assert OURS.is_sign_in_digits(number, nonce, f" {digits[:3]} {digits[3:]} ")
    assert not OURS.is_sign_in_digits(number, nonce, digits[:5])
    assert not OURS.is_sign_in_digits(number, nonce, digits + "0")


def test_parts_cannot_be_shifted_from_one_to_the_next() -> None:
    assert OURS.sign_in_digits(1, "11") != OURS.sign_in_digits(11, "1") or (
        OURS.sign_in_link(1, "11") != OURS.sign_in_link(11, "1")
    )
    assert OURS.request_code(1, 11) != OURS.request_code(11, 1)
