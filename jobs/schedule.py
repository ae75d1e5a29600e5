"""What happens when nobody clicks, as data: each line a rule, how often, for which rows, and what is done."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from sqlmodel import Session

from models.operations import offer_drafts, reminders
from models.operations.reminders import Best
from models.queries import choices, lifetimes
from models.queries import reminders as queries
from models.queries.reminders import Due


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule.

    Attributes
    ----------
    name : str
        As it stands in the log and in a signal to the desk.
    every : timedelta
        How often it is looked at.
    due : callable
        Gives the rows to look at.
    act : callable
        Does what the rule says for one row, in a transaction of its own, if it still is due.
    """

    name: str
    every: timedelta
    due: Callable[[Session, datetime], Sequence[Due]]
    act: Callable[..., None]


OUTBOX_EVERY = timedelta(seconds=2)
HEARTBEAT_EVERY = timedelta(seconds=15)
READING_EVERY = timedelta(seconds=30)
_MINUTE, _QUARTER, _HOUR = timedelta(minutes=1), timedelta(minutes=15), timedelta(hours=1)

RULES: tuple[Rule, ...] = (
    Rule("proposal_reminder", _MINUTE, queries.proposals_to_remind, reminders.remind_of_proposal),
    Rule("proposal_lapse", _MINUTE, queries.proposals_to_lapse, reminders.lapse_proposal),
    Rule("match_begins", _MINUTE, queries.matches_to_begin, reminders.begin_match),
    Rule("no_appointment", _QUARTER, queries.agreed_without_appointment, reminders.tell_no_appointment),
    Rule("appointment_reminder", _MINUTE, queries.appointments_to_remind, reminders.remind_of_appointment),
    Rule("moment_lapse", _QUARTER, queries.moments_to_lapse, reminders.lapse_moment),
    Rule("choice_reminder", _MINUTE, choices.to_remind, reminders.remind_of_choice),
    Rule("check_in", _MINUTE, queries.appointments_to_check_in, reminders.ask_how_it_went),
    Rule("check_in_silence", _QUARTER, queries.silent_check_ins, reminders.call_about_silence),
    Rule("promise", _MINUTE, lifetimes.promises, reminders.keep_promise),
    Rule("no_match", _QUARTER, lifetimes.unmatched, reminders.tell_no_match),
    Rule("hold_over", _QUARTER, lifetimes.holds_over, reminders.tell_hold_is_over),
    Rule("day_past", _QUARTER, lifetimes.past_their_day, reminders.end_past_day),
    Rule("life_ends", _QUARTER, lifetimes.without_life, reminders.end_without_life),
    Rule("still_wanted", _QUARTER, lifetimes.to_ask_for_life, reminders.ask_still_wanted),
    Rule("digest", _MINUTE, queries.digests, reminders.send_digest),
    Rule("old_drafts", _HOUR, lifetimes.old_drafts, reminders.empty_draft),
    Rule("old_offer_drafts", _HOUR, lifetimes.old_offer_drafts, offer_drafts.forget_old),
)
"""In the order in which ``noaber worker --once`` keeps them: what ends comes before what asks."""


def rules(best: Best | None = None) -> tuple[Rule, ...]:
    """Give every rule; with something that ranks candidates also the one by which the system proposes by itself."""
    if best is None:
        return RULES
    proposing = Rule("propose", 5 * _MINUTE, lifetimes.to_propose, partial(reminders.propose_best, best=best))
    return (*RULES, proposing)
