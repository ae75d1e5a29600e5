"""The lives that a request can have had by now, and how often each occurs."""

import random
from collections.abc import Callable
from datetime import date, timedelta
from enum import StrEnum
from typing import NamedTuple

from models.operations import asking, matches, proposals, requests
from models.states import RequestState
from models.tables import HelpRequest, Match, Person
from seeds.demo import stock
from seeds.demo.stories import Teller


class Ages(StrEnum):
    """Where a life stands this Tuesday morning."""

    DRAFT = "draft"
    NEW = "new"
    ASKED_BACK = "asked_back"
    REFERRED = "referred"
    CLOSED = "closed"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"
    ON_HOLD = "on_hold"
    OPEN = "open"
    OFFERED = "offered"
    PROPOSED = "proposed"
    VOLUNTEER_ASKED = "volunteer_asked"
    RESIDENT_ASKED = "resident_asked"
    DECLINED = "declined"
    LAPSED = "lapsed"
    AGREED = "agreed"
    MEETING = "meeting"
    GOING_ON = "going_on"
    WORRIED = "worried"
    FAILED = "failed"
    FULFILLED = "fulfilled"


LIVES: tuple[tuple[Ages, int], ...] = (
    (Ages.FULFILLED, 122),
    (Ages.GOING_ON, 44),
    (Ages.OPEN, 17),
    (Ages.REFERRED, 13),
    (Ages.WITHDRAWN, 13),
    (Ages.MEETING, 12),
    (Ages.NEW, 10),
    (Ages.EXPIRED, 9),
    (Ages.CLOSED, 9),
    (Ages.OFFERED, 8),
    (Ages.VOLUNTEER_ASKED, 7),
    (Ages.PROPOSED, 5),
    (Ages.RESIDENT_ASKED, 5),
    (Ages.AGREED, 5),
    (Ages.ON_HOLD, 5),
    (Ages.ASKED_BACK, 4),
    (Ages.DECLINED, 3),
    (Ages.FAILED, 3),
    (Ages.WORRIED, 3),
    (Ages.DRAFT, 2),
    (Ages.LAPSED, 1),
)
"""Shares; together three hundred."""
RENEWED = 10
"""How many days ago at most a weekly series was planned anew."""

Story = Callable[[Teller, HelpRequest, stock.Ask, random.Random], None]


class HowLong(NamedTuple):
    """How many days ago a request was sent, in how many days from then help was wanted, and for how many weeks."""

    days: float
    lead: int
    weeks: int


def tell_life(
    teller: Teller,
    life: Ages,
    age: HowLong,
    ask: stock.Ask,
    resident: Person,
    asker: Person | None,
    code: str,
    rng: random.Random,
) -> None:
    """Tell one request from its first words to where it stands now."""
    if life is Ages.DRAFT:
        draft = asking.start_draft(
            teller.session, draft_key=f"invented-{ask.first_name}-{code}", language="nl", now=teller.sent(age.days)
        )
        asking.keep_answers(teller.session, draft, {"text": ask.text})
        return
    row = teller.ask(ask, resident, asker, code, *age)
    if life is not Ages.NEW:
        _STORIES[life](teller, row, ask, rng)


def how_long(life: Ages, when: str, rng: random.Random) -> HowLong:
    """Give an age that fits a life; ``when``: once, weekly or flexible."""
    young = {
        Ages.NEW: (0.1, 1.9),
        Ages.ASKED_BACK: (1.5, 5),
        Ages.OPEN: (2, 12),
        Ages.OFFERED: (2, 9),
        Ages.PROPOSED: (2, 8),
        Ages.VOLUNTEER_ASKED: (3, 9),
        Ages.RESIDENT_ASKED: (4, 9),
        Ages.DECLINED: (5, 10),
        Ages.LAPSED: (9, 12),
        Ages.AGREED: (5, 12),
        Ages.MEETING: (5, 12),
        Ages.ON_HOLD: (8, 30),
        Ages.WORRIED: (15, 18),
        Ages.DRAFT: (0.1, 1),
    }
    if life in young:
        least, most = young[life]
        days = rng.uniform(least, most)
        lead = int(days) + rng.randint(3, 14) if life is not Ages.WORRIED else 7
        return HowLong(days, lead, 20)
    if life is Ages.GOING_ON and when == "once":  # what is once and goes on is still to come
        days = rng.uniform(7, 20)
        return HowLong(days, int(days) + rng.randint(1, 8), 1)
    if life is Ages.GOING_ON:
        return HowLong(rng.uniform(25, 150), 12, 52)
    return HowLong(rng.uniform(24, 182), rng.randint(9, 13), 30)


def _days(teller: Teller) -> float:
    """Give how many days ago the last step was."""
    return (teller.now - teller.clock.last) / timedelta(days=1)


def _open(teller: Teller, row: HelpRequest, ask: stock.Ask) -> float:
    """Publish within a day or so; gives how many days ago that was."""
    teller.publish(row, ask, max(0.3, _days(teller) - 0.9))
    return _days(teller)


def _brought_together(
    teller: Teller, row: HelpRequest, ask: stock.Ask, rng: random.Random
) -> tuple[Match | None, float]:
    days = _open(teller, row, ask)
    match = teller.propose(row, days - 0.6, offered=rng.random() < 0.4)
    if match is None:
        return None, days
    teller.approve(match, days - 1.0)
    teller.accept(match, days - 1.8)
    teller.agree(match, row, days - 2.6)
    return match, _days(teller)


def _asked_back(teller: Teller, row: HelpRequest, _ask: stock.Ask, _rng: random.Random) -> None:
    at = teller.desk_ago(max(0.2, _days(teller) - 1))
    if row.state in (RequestState.SUBMITTED, RequestState.OPEN):
        requests.ask_back(teller.session, row, teller.reason("ask_back"), actor=teller.desk(), now=at)
    teller.deliver(at)


def _referred(teller: Teller, row: HelpRequest, _ask: stock.Ask, rng: random.Random) -> None:
    at = teller.desk_ago(_days(teller) - rng.uniform(1, 3))
    requests.refer(teller.session, row, teller.reason("refer"), actor=teller.desk(), now=at)
    teller.deliver(at)


def _closed(teller: Teller, row: HelpRequest, _ask: stock.Ask, _rng: random.Random) -> None:
    at = teller.desk_ago(_days(teller) - 1)
    if row.state == RequestState.SUBMITTED:
        requests.close(teller.session, row, teller.reason("close"), actor=teller.desk(), now=at)
    teller.deliver(at)


def _withdrawn(teller: Teller, row: HelpRequest, ask: stock.Ask, rng: random.Random) -> None:
    days = _open(teller, row, ask)
    at = teller.ago(days - rng.uniform(1, 6))
    own = teller.contact(row)
    requests.withdraw(teller.session, row, teller.reason("withdraw"), actor=own, now=at)
    teller.deliver(at)


def _expired(teller: Teller, row: HelpRequest, ask: stock.Ask, _rng: random.Random) -> None:
    days = _open(teller, row, ask)
    at = teller.ago(max(1.0, days - 20))
    requests.expire(teller.session, row, now=at)
    teller.deliver(at)


def _on_hold(teller: Teller, row: HelpRequest, ask: stock.Ask, rng: random.Random) -> None:
    days = _open(teller, row, ask)
    at = teller.desk_ago(days - 2)
    # One or two of these have come to their date by now: the desk sees them this morning.
    until: date = teller.now.date() + timedelta(days=rng.choice((-1, 7, 13, 21)))
    until = max(until, at.date() + timedelta(days=1))
    requests.hold(teller.session, row, until, teller.reason("hold"), actor=teller.desk(), now=at)
    teller.deliver(at)


def _open_only(teller: Teller, row: HelpRequest, ask: stock.Ask, _rng: random.Random) -> None:
    _open(teller, row, ask)


def _offered(teller: Teller, row: HelpRequest, ask: stock.Ask, rng: random.Random) -> None:
    days = _open(teller, row, ask)
    teller.propose(row, days - 0.5, offered=True)
    if rng.random() < 0.4:
        teller.propose(row, max(0.1, days - 0.9), offered=True, skip=2)


def _proposed(teller: Teller, row: HelpRequest, ask: stock.Ask, _rng: random.Random) -> None:
    teller.propose(row, max(0.1, _open(teller, row, ask) - 0.5), offered=False)


def _volunteer_asked(teller: Teller, row: HelpRequest, ask: stock.Ask, rng: random.Random) -> None:
    _open(teller, row, ask)
    ago = rng.uniform(0.2, 1.9)
    match = teller.propose(row, ago + 0.2, offered=False)
    if match is not None:
        teller.approve(match, ago)


def _resident_asked(teller: Teller, row: HelpRequest, ask: stock.Ask, rng: random.Random) -> None:
    row.leaves_choice = False
    _open(teller, row, ask)
    ago = rng.uniform(0.3, 1.9)
    match = teller.propose(row, ago + 0.9, offered=False)
    if match is not None:
        teller.approve(match, ago + 0.5)
        teller.accept(match, ago)


def _declined(teller: Teller, row: HelpRequest, ask: stock.Ask, _rng: random.Random) -> None:
    _open(teller, row, ask)
    match = teller.propose(row, 3.6, offered=False)
    if match is None:
        return
    teller.approve(match, 3.1)
    at = teller.ago(1.2)
    teller.free[match.volunteer_id] += 1
    matches.decline(teller.session, match, teller.reason("decline_volunteer"), actor=teller.helper(match), now=at)
    teller.deliver(at)


def _lapsed(teller: Teller, row: HelpRequest, ask: stock.Ask, _rng: random.Random) -> None:
    _open(teller, row, ask)
    match = teller.propose(row, 6.5, offered=False)
    if match is None:
        return
    teller.approve(match, 6.1)
    at = teller.ago(1.1)
    teller.free[match.volunteer_id] += 1
    matches.lapse(teller.session, match, now=at)
    teller.deliver(at)


def _agreed(teller: Teller, row: HelpRequest, ask: stock.Ask, rng: random.Random) -> None:
    match, ago = _brought_together(teller, row, ask, rng)
    if match is not None:
        teller.chat(match, row, max(0.3, ago - 0.2), ("hello",))


def _meeting(teller: Teller, row: HelpRequest, ask: stock.Ask, rng: random.Random) -> None:
    match, ago = _brought_together(teller, row, ask, rng)
    if match is not None:
        ago = max(0.4, ago - 0.3)
        teller.chat(match, row, ago, ("hello", "plan"))
        teller.plan(match, row, ago - 0.2, in_days=int(ago) + rng.randint(1, 5))


def _going_on(teller: Teller, row: HelpRequest, ask: stock.Ask, rng: random.Random) -> None:
    match, ago = _brought_together(teller, row, ask, rng)
    if match is None:
        return
    teller.chat(match, row, ago - 0.3, ("hello", "plan") if rng.random() < 0.4 else ())
    planned = teller.plan(match, row, ago - 0.6, in_days=rng.randint(2, 5))
    if row.when["kind"] != "once":
        teller.after(match, row, planned, ("good", "good" if rng.random() < 0.9 else ""))
    if row.when["kind"] == "weekly" and planned and teller.ended(planned[-1]) < teller.now - timedelta(days=RENEWED):
        # The first weeks went well, so they fixed the next ones.
        teller.plan(match, row, rng.uniform(2, RENEWED), in_days=1)


def _worried(teller: Teller, row: HelpRequest, ask: stock.Ask, rng: random.Random) -> None:
    match, ago = _brought_together(teller, row, ask, rng)
    if match is not None:
        planned = teller.plan(match, row, ago - 0.5, in_days=2)
        teller.after(match, row, planned, (rng.choice(("not_good", "call_me")), "good"), lately=True)


def _failed(teller: Teller, row: HelpRequest, ask: stock.Ask, rng: random.Random) -> None:
    match, ago = _brought_together(teller, row, ask, rng)
    if match is None:
        return
    teller.plan(match, row, ago - 0.5, in_days=2)
    at = teller.ago(max(0.5, ago - 5))
    teller.free[match.volunteer_id] += 1
    matches.fail(teller.session, match, teller.reason("failed"), actor=teller.helper(match), now=at)
    teller.deliver(at)


def _fulfilled(teller: Teller, row: HelpRequest, ask: stock.Ask, rng: random.Random) -> None:
    if rng.random() < 0.12:
        # The first who was proposed was not the right one.
        days = _open(teller, row, ask)
        first = teller.propose(row, days - 0.2, offered=True, skip=1)
        if first is not None:
            at = teller.desk_ago(days - 0.4)
            proposals.reject(teller.session, first, teller.reason("reject"), actor=teller.desk(), now=at)
    match, ago = _brought_together(teller, row, ask, rng)
    if match is None:
        return
    writes = rng.random() < 0.25
    if writes:
        teller.chat(match, row, ago - 0.2, ("hello", "plan"))
    planned = teller.plan(match, row, ago - 0.5, in_days=rng.randint(2, 4))
    if planned and writes and teller.ended(planned[0]) < teller.now:
        teller.chat(match, row, (teller.now - teller.ended(planned[0])) / timedelta(days=1), ("thanks",))
    if planned:
        teller.after(match, row, planned, ("good", "good" if rng.random() < 0.8 else ""))
    if match.state == "active":
        teller.complete(match, planned)


_STORIES: dict[Ages, Story] = {
    Ages.ASKED_BACK: _asked_back,
    Ages.REFERRED: _referred,
    Ages.CLOSED: _closed,
    Ages.WITHDRAWN: _withdrawn,
    Ages.EXPIRED: _expired,
    Ages.ON_HOLD: _on_hold,
    Ages.OPEN: _open_only,
    Ages.OFFERED: _offered,
    Ages.PROPOSED: _proposed,
    Ages.VOLUNTEER_ASKED: _volunteer_asked,
    Ages.RESIDENT_ASKED: _resident_asked,
    Ages.DECLINED: _declined,
    Ages.LAPSED: _lapsed,
    Ages.AGREED: _agreed,
    Ages.MEETING: _meeting,
    Ages.GOING_ON: _going_on,
    Ages.WORRIED: _worried,
    Ages.FAILED: _failed,
    Ages.FULFILLED: _fulfilled,
}
