"""What can be typed, and what is said about what cannot."""

import argparse
import re
import shlex

import pytest

import noaber
from tests.command_line.hands import Instance

COMMANDS = (
    "up",
    "serve",
    "worker",
    "migrate",
    "seed",
    "check",
    "routes",
    "rank",
    "assign",
    "evaluate",
    "weights",
    "mail",
)


def test_the_help_names_every_command(instance: Instance) -> None:
    shown = instance.run("--help")
    assert tuple(re.findall(r"^    (\w+) ", shown, re.MULTILINE)) == COMMANDS
    assert "Example: noaber " in shown


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_says_what_it_does_with_an_example_that_works(instance: Instance, command: str) -> None:
    shown = instance.run(command, "--help")
    assert shown.startswith(f"usage: noaber {command} ")
    example = re.search(r"^Example: noaber (.+)$", shown, re.MULTILINE)
    assert example
    words = shlex.split(example[1])
    assert words[0] == command
    assert isinstance(noaber._parser().parse_args(words), argparse.Namespace)


@pytest.mark.parametrize("command", COMMANDS)
def test_every_option_is_explained(command: str) -> None:
    found = next(a for a in noaber._parser()._actions if isinstance(a, argparse._SubParsersAction)).choices[command]
    assert [action.option_strings or action.dest for action in found._actions if not action.help] == []


@pytest.mark.parametrize(
    ("typed", "named"),
    [
        ("", "COMMAND"),
        ("zaai", "zaai"),
        ("migrate --now", "--now"),
        ("serve --port 0", "--port"),
        ("serve --port 65536", "--port"),
        ("serve --port -1", "--port"),
        ("up --port ٣", "--port"),
        ("serve --workers 0", "--workers"),
        ("rank --input a.json", "--output"),
        ("rank --input a.json --output b.json --top 0", "--top"),
        ("rank --input a.json --output b.json --top 1.5", "--top"),
        ("rank --input a.json --output b.json --direction up", "--direction"),
        ("assign --output b.json", "--input"),
        ("weights", "what"),
        ("mail", "what"),
        ("mail preview --language xx", "--language xx"),
        ("mail preview --theme zwart", "--theme zwart"),
        ("worker --now 2026-11-24T09:00", "--once"),
        ("worker --once --now morgen", "--now morgen"),
        ("worker --once --now 0001-01-01T00:00", "--now 0001"),
    ],
)
def test_what_cannot_be_understood_is_one_line_and_status_two(instance: Instance, typed: str, named: str) -> None:
    instance.run(*shlex.split(typed), status=2, says=named)
