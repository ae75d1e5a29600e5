"""A town with rankings of its own, for the tests of what is ranked."""

import pytest
from sqlalchemy import Engine

from matcher import Reader
from models.candidates import Candidates
from tests.models.town import Town


@pytest.fixture
def town(any_database: Engine) -> Town:
    """A small community and a second one, on each of the two databases."""
    return Town(any_database)


@pytest.fixture
def candidates(town: Town, reader: Reader) -> Candidates:
    """The rankings of a process that runs all the time."""
    return Candidates(town.engine, reader)
