"""What can go wrong around a command: one line on stderr, status 1 or 2, never a traceback."""

import os
import signal
import socket
import subprocess
import time
from collections.abc import Callable

import pytest
from sqlalchemy import text

from models.database import make_engine
from tests.command_line.hands import COMMAND, PRODUCTION, Instance, assert_one_line, free_port


def test_a_folder_that_cannot_be_made_is_named(instance: Instance) -> None:
    (instance.folder / "file").touch()
    where = str(instance.folder / "file" / "instance")
    for command in ("migrate", "check"):
        instance.run(command, status=1, says=f"{where}: Not a directory", NOABER_INSTANCE=where)


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("NOABER_ENV", "live", "must be development, test or production"),
        ("NOABER_DEMO", "perhaps", "must be yes or no"),
        ("NOABER_PROXY_HOPS", "-1", "must be a whole number"),
        ("NOABER_SMTP_TIMEOUT", "1,5", "must be a whole number"),
        ("NOABER_TILES", "http://tiles.example/{z}/{x}/{y}.png", "must be https://host/{z}/{x}/{y}.png"),
        ("NOABER_DATABASE_URL", "noaber.sqlite", "must be sqlite:///path or postgresql+psycopg://"),
        ("NOABER_DATABASE_URL", "mysql://u:geheim@localhost/x", "must be sqlite:///path or postgresql+psycopg://"),
        ("NOABER_DATABASE_URL", "postgresql+psycopg://u:geheim@localhost:x/x", "must be sqlite:///path"),
    ],
)
def test_a_setting_that_cannot_be_read_is_named(within: Callable, name: str, value: str, says: str) -> None:
    status, _, said = within("migrate", **{name: value})
    assert status == 2
    assert said.startswith(f"{name}: {says}")
    assert_one_line(said)
    assert "geheim" not in said


def test_a_mail_server_that_cannot_be_read_is_named(prepared: Instance) -> None:
    prepared.run("worker", "--once", status=2, says="NOABER_SMTP_URL: must be smtp://", NOABER_SMTP_URL="mail.example")


def test_a_database_that_does_not_answer_is_told_without_its_password(instance: Instance) -> None:
    url = f"postgresql+psycopg://u:geheim@127.0.0.1:{free_port()}/x"
    for command in ("migrate", "serve"):
        said = instance.run(command, status=1, says="The database: ", NOABER_DATABASE_URL=url)
        assert "geheim" not in said


@pytest.mark.postgres
def test_a_database_that_does_not_exist_is_told(instance: Instance, postgres_url: str) -> None:
    url = postgres_url.rpartition("/")[0] + "/noaber_nowhere"
    instance.run("migrate", status=1, says='"noaber_nowhere" does not exist', NOABER_DATABASE_URL=url)


@pytest.mark.parametrize("command", ["seed", "serve", "worker"])
def test_a_database_without_tables_says_what_to_do(instance: Instance, command: str) -> None:
    instance.run(command, status=1, says="run `noaber migrate` first")


def test_a_database_of_a_newer_noaber_is_left_alone(prepared: Instance) -> None:
    engine = make_engine(prepared.url)
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = 'of_next_year'"))
    for command in ("migrate", "up"):
        prepared.run(command, *(["--port", str(free_port())] if command == "up" else []), status=1, says="newer Noaber")
    with engine.connect() as connection:
        assert connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one() == "of_next_year"
    engine.dispose()


def test_a_file_that_is_no_database_is_told(instance: Instance) -> None:
    (instance.folder / "instance" / "noaber.sqlite").write_text("Dit is een boodschappenlijst. " * 100)
    instance.run("migrate", status=1, says="The database: file is not a database")


def test_a_reader_who_goes_away_is_no_error_to_talk_about(instance: Instance) -> None:
    for command in ("weights show", "--help"):
        reading, writing = os.pipe()
        os.close(reading)
        ended = subprocess.run(
            [COMMAND, *command.split()], env=instance.environment, stdout=writing, stderr=subprocess.PIPE, check=False
        )
        os.close(writing)
        assert (ended.returncode, ended.stderr) == (1, b"")


def test_a_full_disk_is_told(instance: Instance) -> None:
    instance.run("weights", "show", status=1, says="No space left on device", stdout="/dev/full")


def test_nobody_needs_to_listen(instance: Instance) -> None:
    ended = subprocess.run(
        ["sh", "-c", 'exec "$0" weights show >&-', COMMAND],
        env=instance.environment,
        stderr=subprocess.PIPE,
        check=False,
    )
    assert (ended.returncode, ended.stderr) == (0, b"")


def test_ctrl_c_ends_a_command_in_one_line_and_leaves_nothing_half_written(instance: Instance) -> None:
    case, ranked = instance.folder / "case.json", instance.folder / "ranked.json"
    os.mkfifo(case)
    running = instance.start("rank", "--input", str(case), "--output", str(ranked))
    with case.open("w"):  # opens once it is being read
        time.sleep(0.1)
        running.stop(signal.SIGINT, status=1)
    assert running.said() == "stopped\n"
    assert not ranked.exists()


@pytest.mark.parametrize("command", ["up", "serve", "mail preview"])
def test_a_port_that_is_in_use_is_told_before_anything_is_made(instance: Instance, command: str) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        if command == "serve":
            instance.run("migrate")
        said = instance.run(
            *command.split(), "--port", str(port), status=1,
            says=f"port {port} is in use already; try --port {port + 1}",
        )  # fmt: skip
    assert ("make run" in said) == (command != "mail preview")
    assert (instance.folder / "instance" / "noaber.sqlite").exists() == (command == "serve")


def test_an_address_of_another_machine_is_told(prepared: Instance) -> None:
    prepared.run("up", "--host", "192.0.2.1", "--port", str(free_port()), status=1, says="192.0.2.1: Cannot assign")


@pytest.mark.parametrize("command", ["serve", "worker", "up", "routes"])
def test_what_no_real_site_may_have_is_refused_in_production(prepared: Instance, command: str) -> None:
    port = ["--port", str(free_port())] if command in ("serve", "up") else []
    told = {**PRODUCTION, "NOABER_DEMO": "yes"}
    prepared.run(command, *port, status=1, says="NOABER_DEMO: ", **told)
