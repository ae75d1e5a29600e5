"""Site and worker as processes: they begin, answer, and end cleanly when told."""

import signal
import socket
from contextlib import ExitStack

import pytest
from sqlmodel import Session

from models.database import make_engine, transaction
from models.tables import OutboxMessage
from tests import factories
from tests.command_line.hands import PRODUCTION, Instance, free_port, page


@pytest.fixture
def message(prepared: Instance) -> int:
    """A message that is due on Tuesday 24 November 2026 at nine."""
    engine = make_engine(prepared.url)
    with transaction(engine) as session:
        community = factories.create_community(session)
        resident = factories.create_person(session)
        request = factories.create_request(session, community, resident)
        row = factories.create_outbox_message(
            session, resident, community_id=community.id, params={"request_id": request.id}, due_at=factories.NOW
        )
        assert row.id is not None
        found = row.id
    engine.dispose()
    return found


def state(instance: Instance, message: int) -> str:
    """Give how far a message is."""
    engine = make_engine(instance.url)
    with Session(engine) as session:
        found = str(session.get_one(OutboxMessage, message).state)
    engine.dispose()
    return found


def test_once_does_what_is_due_at_that_moment_and_ends(prepared: Instance, message: int) -> None:
    assert once(prepared, "2026-11-24T08:59") == ""
    assert state(prepared, message) == "pending"
    assert "messages sent: 1\n" in once(prepared, "2026-11-24T09:00")
    assert state(prepared, message) == "sent"
    assert once(prepared, "2026-11-24T09:00") == ""


def once(instance: Instance, moment: str) -> str:
    """Let the worker do what is due; gives what it says it did."""
    running = instance.start("worker", "--once", "--now", moment)
    return running.ends(0)


def test_no_other_moment_on_a_real_site(prepared: Instance, message: int) -> None:
    said = "refused in production"
    prepared.run("worker", "--once", "--now", "2026-11-24T09:00", status=1, says=said, **PRODUCTION)
    assert state(prepared, message) == "pending"


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_the_worker_ends_when_told(prepared: Instance, number: signal.Signals) -> None:
    running = prepared.start("worker")
    running.until_said(" begins")
    running.stop(number)
    assert running.said().rstrip().endswith(" ends")


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_the_site_answers_until_it_is_told_to_end(prepared: Instance, number: signal.Signals) -> None:
    port = free_port()
    running = prepared.start("serve", "--port", str(port), "--workers", "1")
    assert "<h1" in page(port)
    running.stop(number)
    assert running.said() == ""
    assert not (prepared.folder / "home").exists()  # the server left nothing behind


@pytest.mark.skipif(not hasattr(socket, "TCP_DEFER_ACCEPT"), reason="a system without it cannot hold them back")
def test_visitors_who_say_nothing_keep_nobody_waiting(prepared: Instance) -> None:
    port = free_port()
    running = prepared.start("serve", "--port", str(port), "--workers", "1")
    assert "<h1" in page(port)
    with ExitStack() as open_lines:
        silent = [open_lines.enter_context(socket.create_connection(("127.0.0.1", port))) for _ in range(12)]
        assert "<h1" in page(port)
        for line in silent:  # answered before any of them was given up
            line.setblocking(False)
            with pytest.raises(BlockingIOError):
                line.recv(1)
    running.stop(signal.SIGTERM)


def test_site_and_worker_that_begin_at_once_agree_on_the_key(prepared: Instance) -> None:
    (prepared.folder / "instance" / "secret-key").unlink(missing_ok=True)
    for running in [prepared.start("check") for _ in range(4)]:
        assert running.ends(0) == "all well\n"
    assert len((prepared.folder / "instance" / "secret-key").read_text()) == 64


def test_the_messages_can_be_looked_at_without_any_database(instance: Instance) -> None:
    port = free_port()
    running = instance.start("mail", "preview", "--port", str(port), "--language", "en")
    assert f"http://127.0.0.1:{port} " in running.line()
    assert "Your code to sign in" in page(port)
    instance.run("mail", "preview", "--port", str(port), status=1, says="in use")
    running.stop(signal.SIGINT)
    assert not (instance.folder / "instance" / "noaber.sqlite").exists()


def test_the_messages_can_be_written_down(instance: Instance) -> None:
    assert instance.run("mail", "preview", "--output", instance.folder / "mails", NOABER_DATABASE_URL="nonsense") == ""
    assert "Uw code om in te loggen" in (instance.folder / "mails" / "index.html").read_text("utf-8")
