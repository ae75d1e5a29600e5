"""The site as a browser meets it: CSRF and headers on, a database of its own, people to sign in as."""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine
from werkzeug.test import TestResponse

from matcher import Reader
from models.settings import Settings
from models.tables import Person
from tests import factories
from web import create_app
from web.runtime import start

_TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')


@pytest.fixture
def settings(engine: Engine) -> Settings:
    """A site in test mode on this test's database."""
    return Settings(
        database_url=engine.url.render_as_string(hide_password=False),
        secret_key="only-for-tests-" + "x" * 40,
        env="test",
        base_url="http://localhost",
    )


@pytest.fixture(autouse=True)
def _tuesday_morning() -> Iterator[None]:
    with time_machine.travel(factories.NOW, tick=True):
        yield


_built: dict[Settings, Flask] = {}


@pytest.fixture
def site(settings: Settings, reader: Reader) -> Iterator[Flask]:
    """The application; limits by address are off, they have a test of their own.

    Building it costs more than most tests: one with these settings is built once, and opened on each test's database.
    """
    runtime = start(settings, reader)
    alike = replace(settings, database_url="")
    if alike not in _built:
        _built[alike] = create_app(runtime, RATELIMIT_ENABLED=False)
    _built[alike].extensions["noaber"] = runtime
    yield _built[alike]
    runtime.engine.dispose()


@pytest.fixture
def client(site: Flask) -> FlaskClient:
    """A browser without cookies."""
    return site.test_client()


@pytest.fixture
def signed_in(site: Flask) -> Callable[[Person], FlaskClient]:
    """Give a browser in which this person has signed in."""

    def open_browser(person: Person) -> FlaskClient:
        browser = site.test_client()
        with browser.session_transaction() as kept:
            kept["_user_id"] = f"{person.id}:{person.session_version}"
            kept["_fresh"] = True
        return browser

    return open_browser


def token_of(page: TestResponse) -> str:
    """Give the CSRF token that a page's form holds."""
    found = _TOKEN.search(page.get_data(as_text=True))
    assert found, f"no form on {page.request.path}: {page.status}"
    return found.group(1)


def post(
    browser: FlaskClient, path: str, data: dict[str, Any] | None = None, *, page: str | None = None, **more: Any
) -> TestResponse:
    """Send a form as a browser does: fetch its page, then post with that page's token.

    Parameters
    ----------
    page : str, optional
        Where the form stands, if that is not ``path`` itself.
    """
    token = token_of(browser.get(page or path))
    return browser.post(path, data={"csrf_token": token, **(data or {})}, **more)


def token_for(browser: FlaskClient) -> str:
    """Give a CSRF token of this browser's session without a page, for tests that walk all routes."""
    from flask_wtf.csrf import generate_csrf

    with browser.application.test_request_context(), browser.session_transaction() as kept:
        from flask import session

        session.update(kept)
        token = generate_csrf()
        kept["csrf_token"] = session["csrf_token"]
    return str(token)
