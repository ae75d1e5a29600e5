"""F1, F2: a worker killed with SIGKILL at any point loses nothing and doubles nothing; what is in doubt is shown."""

import os
import signal
import time
from email.message import EmailMessage
from typing import Any

from tests.faults.conftest import KILLED, LONG_DUE, ROUNDS, Site
from tests.jobs.mail_server import Handler

# Where nothing of the message has left the house: the row still says so, and it is sent after all.
BEFORE_DATA = [
    "outbox:claim:before",
    "outbox:claim:after",  # not committed yet
    "outbox:prepare:before",  # the claim is committed
    "outbox:prepare:after",
    "server:MAIL",
    "server:RCPT",
    "outbox:begin:before",  # the server waits for the message
    "outbox:begin:after",  # not committed yet
]
# Where it may have left: at most one mail, and a human is told.
AFTER_DATA = ["server:DATA", "server:DATA, answered", "outbox:sent:before", "outbox:sent:after"]


def lay(site: Site, point: str, nth: int) -> tuple[dict[str, Any], list[int]]:
    """Arrange for the worker to die at a point; gives what it is told, and where its number belongs."""
    number: list[int] = []
    if not point.startswith("server:"):
        return {"mine": point, "nth": nth}, number
    step, seen = point.removeprefix("server:"), [0]

    def kill() -> bool:
        seen[0] += 1
        if seen[0] == nth:
            while not number:
                time.sleep(0.001)
            os.kill(number[0], signal.SIGKILL)
        return seen[0] == nth

    mails: Handler = site.server.mails
    if step in ("MAIL", "RCPT"):
        mails.answers[step] = lambda _address: "250 OK" if kill() else None
    else:

        def before_answer(_mail: EmailMessage, _server: object) -> None:
            if kill() and "answered" not in step:
                mails.answers["DATA"] = lambda _address: "451 the client is gone"

        mails.before_answer = before_answer
    return {}, number


def clear(site: Site) -> None:
    """Take every mine away."""
    site.server.mails.answers.clear()
    site.server.mails.before_answer = None


def crash(site: Site, point: str, several: int, nth: int) -> dict[int, str]:
    """Let a worker with some messages to send die at the nth time it passes a point; gives the messages."""
    told = site.tell(several)
    order, number = lay(site, point, nth)
    worker = site.start(**order)
    number.append(worker)
    assert site.nursery.wait(worker) == KILLED, (site.seed, point, nth)
    clear(site)
    return told


def finish(site: Site) -> None:
    """Let a new worker take over."""
    assert site.run() == 0


def nothing_is_left(site: Site) -> None:
    """Let one more worker find nothing to do."""
    before = len(site.server.mails.accepted)
    assert site.run() == 0
    assert len(site.server.mails.accepted) == before


def test_killed_before_the_data_every_mail_arrives_once(site: Site) -> None:
    for number in range(ROUNDS):
        point = BEFORE_DATA[number % len(BEFORE_DATA)]
        several = site.dice.randint(1, 4)
        nth = 1 if ":claim:" in point else site.dice.randint(1, several)
        told = crash(site, point, several, nth)
        finish(site)
        assert {site.copies(address) for address in told.values()} == {1}, (site.seed, number, point)
        assert set(site.states(told).values()) == {"sent"}, (site.seed, number, point)
    assert site.house.calls() == []
    nothing_is_left(site)


def test_killed_after_the_data_at_most_one_mail_arrives_and_a_human_is_told(site: Site) -> None:
    for number in range(ROUNDS):
        point = AFTER_DATA[number % len(AFTER_DATA)]
        several = site.dice.randint(1, 4)
        told = crash(site, point, several, site.dice.randint(1, several))
        finish(site)
        states = site.states(told)
        doubtful = [message_id for message_id, state in states.items() if state == "in_doubt"]
        assert len(doubtful) == 1 and set(states.values()) <= {"sent", "in_doubt"}, (site.seed, number, point, states)
        for message_id, address in told.items():
            most = 1 if point != "server:DATA" or message_id not in doubtful else 0
            assert site.copies(address) == most, (site.seed, number, point)
        calls = [call for call in site.house.calls() if call.why == "in_doubt"]
        assert len(calls) == number + 1 and all(call.done_at is None for call in calls)
    nothing_is_left(site)


def test_killed_at_any_moment_nothing_is_lost_or_doubled(site: Site) -> None:
    """Not at chosen points: after a random time, of a slow server, again and again until all is done."""
    site.server.mails.delay = 0.004
    told = site.tell(6 * ROUNDS, **LONG_DUE)
    killed = 0
    for _ in range(ROUNDS):
        worker = site.start(now=None)
        time.sleep(site.dice.uniform(0.05, 0.35))
        os.kill(worker, signal.SIGKILL)
        killed += site.nursery.wait(worker) == KILLED
    assert killed == ROUNDS
    wait_for_the_server(site)
    finish(site)
    for message_id, state in site.states(told).items():
        copies = site.copies(told[message_id])
        assert copies <= 1 and state in ("sent", "in_doubt"), (site.seed, message_id, state, copies)
        assert copies == 1 or state == "in_doubt", (site.seed, message_id)
    doubtful = sum(state == "in_doubt" for state in site.states(told).values())
    assert len(site.house.calls()) == doubtful <= ROUNDS
    nothing_is_left(site)


def wait_for_the_server(site: Site) -> None:
    """Let the server take in what was on its way to it."""
    time.sleep(10 * site.server.mails.delay)


def test_the_live_worker_dies_and_its_successor_begins_at_once(site: Site) -> None:
    told = site.tell(1, **LONG_DUE)
    _order, number = lay(site, "server:DATA", 1)
    number.append(site.start(now=None))
    assert site.nursery.wait(number[0]) == KILLED
    clear(site)
    more = site.tell(2, **LONG_DUE)
    begun = time.monotonic()
    successor = site.start(now=None)
    while set(site.states(more).values()) != {"sent"}:
        assert time.monotonic() - begun < 20
        time.sleep(0.05)
    assert set(site.states(told).values()) == {"in_doubt"}
    os.kill(successor, signal.SIGTERM)
    assert site.nursery.wait(successor) == 0  # told to stop, it ends well
