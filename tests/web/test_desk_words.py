"""The desk has words for everything that can stand on its lists."""

import pytest

from models.messages import NAMES
from models.states import CallReason, SignalKind
from web.desk import calls, words


@pytest.mark.parametrize("kind", SignalKind)
def test_every_signal_says_what_it_is_about(kind: SignalKind) -> None:
    assert kind in words.SIGNALS


def test_no_words_for_signals_that_do_not_exist() -> None:
    assert set(words.SIGNALS) <= set(SignalKind)


@pytest.mark.parametrize("reason", CallReason)
def test_every_call_says_why(reason: CallReason) -> None:
    assert reason in calls.WHY


def test_every_message_that_can_become_a_call_has_a_name() -> None:
    assert set(NAMES) - set(calls.ABOUT) == {"already_volunteer", "digest", "sign_in"}
