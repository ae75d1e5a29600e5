"""Strict headers on every answer, pages and errors alike."""

from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine
from sqlmodel import Session

from matcher import Reader
from models.database import transaction
from models.settings import Settings
from models.tables import Community
from web import create_app
from web.routes import table
from web.runtime import start


def policy(answer_headers: dict[str, str]) -> dict[str, list[str]]:
    """Give the Content-Security-Policy by directive."""
    parts = answer_headers["Content-Security-Policy"].split(";")
    return {words[0]: words[1:] for words in (part.split() for part in parts) if words}


@pytest.fixture
def village(session: Session, dummy_community: Community) -> Community:
    """A community that the site can see."""
    session.commit()
    return dummy_community


def answers(site: Flask, client: FlaskClient, village: Community) -> list[tuple[str, dict[str, str], int]]:
    """Ask for every route that has no further parameters, and for some that do not exist."""
    paths = [row["path"].replace("<community>", village.slug) for row in table(site) if row["method"] == "GET"]
    found = []
    for path in [*[p for p in paths if "<" not in p], "/nothing/here", f"/{village.slug}/nothing"]:
        answer = client.get(path)
        found.append((path, dict(answer.headers), answer.status_code))
    return found


def test_every_answer_has_them(site: Flask, client: FlaskClient, village: Community) -> None:
    for path, headers, _status in answers(site, client, village):
        rules = policy(headers)
        assert rules["default-src"] == ["'none'"], path
        assert not any("unsafe" in word or word in ("*", "data:") for words in rules.values() for word in words), path
        assert {"base-uri", "object-src", "frame-ancestors", "form-action"} <= rules.keys(), path
        assert headers["X-Content-Type-Options"] == "nosniff", path
        assert headers["Referrer-Policy"] == "same-origin", path
        assert "camera=()" in headers["Permissions-Policy"], path
        assert "charset=utf-8" in headers["Content-Type"] or not headers["Content-Type"].startswith("text/"), path


def test_pages_about_people_are_never_kept(site: Flask, client: FlaskClient, village: Community) -> None:
    kept = {path for path, headers, status in answers(site, client, village)
            if status == 200 and headers["Cache-Control"] != "no-store"}  # fmt: skip
    personal = [
        p for p in kept if any(word in p for word in ("/desk", "/account", "/matches", "/r/", "/ask", "/offer"))
    ]
    assert personal == []


def test_the_cookie_is_only_ours(settings: Settings, reader: Reader, village: Community) -> None:
    runtime = start(replace(settings, base_url="https://noaber.example"), reader)
    browser = create_app(runtime).test_client()
    answer = browser.get(f"/{village.slug}/sign-in", base_url="https://noaber.example")
    cookie = answer.headers["Set-Cookie"]
    assert cookie.startswith("__Host-noaber=")
    assert all(word in cookie for word in ("Secure", "HttpOnly", "SameSite=Lax", "Path=/"))
    assert "Domain" not in cookie
    assert answer.headers["Strict-Transport-Security"].startswith("max-age=63072000")
    runtime.engine.dispose()


def test_a_strange_host_is_refused(settings: Settings, reader: Reader, village: Community) -> None:
    runtime = start(replace(settings, trusted_hosts=("noaber.example",)), reader)
    browser = create_app(runtime).test_client()
    assert browser.get("/", base_url="http://evil.example").status_code == 400
    runtime.engine.dispose()


def test_a_mistyped_address_still_shows_whom_to_call(engine: Engine, client: FlaskClient, village: Community) -> None:
    with transaction(engine) as session:
        session.get_one(Community, village.id).phone = "074 123 4567"
    answer = client.get(f"/{village.slug}/bestaat/niet")
    assert answer.status_code == 404 and "074 123 4567" in answer.get_data(as_text=True)
    assert client.get("/nergens/bestaat/niet").status_code == 404
    assert client.get(f"/{'x' * 300}/\x00").status_code == 404


@pytest.mark.parametrize("path", ["/static/build/nothing.css", "/static/build/manifest.json"])
@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
def test_what_serves_files_refuses_with_them_too(client: FlaskClient, path: str, method: str) -> None:
    answer = client.open(path, method=method)
    assert answer.status_code in (400, 404, 405)
    assert policy(dict(answer.headers))["default-src"] == ["'none'"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff" and answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("body", ["text=%ED%A0%80", "text=Ren%E9", "%FF=1", b"text=\xff"])
def test_a_form_that_is_no_text_is_refused_and_nothing_is_kept(
    client: FlaskClient, village: Community, body: str | bytes
) -> None:
    answer = client.post(f"/{village.slug}/ask", data=body, content_type="application/x-www-form-urlencoded")
    assert answer.status_code == 400 and "kwam niet goed aan" in answer.get_data(as_text=True)
    assert client.get(f"/{village.slug}/ask").status_code == 200
