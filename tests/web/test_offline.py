"""What makes the site installable, and the page for when there is no internet: the same for everybody."""

import re
import struct

import pytest
from flask.testing import FlaskClient
from sqlmodel import Session

from models.catalogue import available_languages
from models.tables import Community
from tests import factories
from web.assets import STATIC


@pytest.fixture
def village(session: Session) -> Community:
    """A community with a name that has to be escaped."""
    found = factories.create_community(session, slug="d-ijssel", name='Hof "d\'IJssel" & Zo', phone="+31742450000")
    session.commit()
    return found


def test_a_community_is_installed_under_its_own_name(client: FlaskClient, village: Community) -> None:
    answer = client.get("/d-ijssel/manifest.webmanifest", headers={"Accept-Language": "nl"})
    said = answer.get_json(force=True)
    assert answer.content_type.startswith("application/manifest+json")
    assert said["name"] == 'Noaber Hof "d\'IJssel" & Zo' and len(said["short_name"]) <= 12
    assert (said["start_url"], said["scope"], said["display"]) == ("/d-ijssel/", "/", "standalone")
    assert (said["lang"], said["dir"]) == ("nl", "ltr")
    assert client.get(said["start_url"]).status_code == 200
    assert all(client.get(one["url"]).status_code == 200 for one in said["shortcuts"])
    assert {icon["purpose"] for icon in said["icons"]} == {"any", "maskable"}
    assert f'href="{answer.request.path}"' in client.get("/d-ijssel/").get_data(as_text=True)


def test_its_language_and_direction_are_those_of_the_page(client: FlaskClient, village: Community) -> None:
    said = client.get("/d-ijssel/manifest.webmanifest", headers={"Accept-Language": "ar"}).get_json(force=True)
    assert (said["lang"], said["dir"]) == ("ar", "rtl")


def test_its_icons_are_there_and_as_large_as_it_says(client: FlaskClient, village: Community) -> None:
    for icon in client.get("/manifest.webmanifest").get_json(force=True)["icons"]:
        with client.get(icon["src"]) as answer:
            assert answer.status_code == 200 and answer.mimetype == icon["type"]
            if icon["type"] == "image/png":
                width, height = struct.unpack(">II", answer.data[16:24])
                assert f"{width}x{height}" == icon["sizes"]


def test_the_worker_keeps_only_files_of_this_build(client: FlaskClient, village: Community) -> None:
    answer = client.get("/service-worker.js")
    text = answer.get_data(as_text=True)
    assert answer.mimetype == "text/javascript" and answer.headers["Cache-Control"] == "no-cache"
    files = re.findall(r'"(/[^"]*)"', text.splitlines()[0])
    assert len(files) > 5
    for path in files:
        with client.get(path) as file:
            assert path.startswith("/static/build/") and file.status_code == 200
    assert "worker-src 'self'" in answer.headers["Content-Security-Policy"]


def test_another_build_is_another_worker(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    before = client.get("/service-worker.js").get_data(as_text=True)
    assert client.get("/service-worker.js").get_data(as_text=True) == before
    monkeypatch.setattr("web.offline.views.PRECACHED", ("site.css",))
    assert client.get("/service-worker.js").get_data(as_text=True).splitlines()[1] != before.splitlines()[1]


@pytest.mark.parametrize("language", available_languages())
def test_the_page_speaks_the_language_of_its_address_and_knows_nobody(
    client: FlaskClient, village: Community, session: Session, language: str
) -> None:
    person = factories.create_person(session, first_name="Wilhelmina")
    session.commit()
    with client.session_transaction() as kept:
        kept["_user_id"], kept["_fresh"] = f"{person.id}:{person.session_version}", True
    for path in (f"/offline/{language}", f"/d-ijssel/offline/{language}"):
        answer = client.get(path, headers={"Accept-Language": "nl"})
        text = answer.get_data(as_text=True)
        assert f'<html lang="{language}"' in text
        assert "csrf_token" not in text and "Wilhelmina" not in text and "<form" not in text
    assert "tel:+31742450000" in text
    # It is not remembered as somebody's choice.
    assert '<html lang="nl"' in client.get("/d-ijssel/", headers={"Accept-Language": "nl"}).get_data(as_text=True)


def test_a_language_that_is_not_there_has_no_page(client: FlaskClient, village: Community) -> None:
    assert client.get("/d-ijssel/offline/xx").status_code == 404
    assert client.get("/d-ijssel/offline/..%2f").status_code == 404


def test_every_file_that_is_kept_is_one_the_page_asks_for(client: FlaskClient, village: Community) -> None:
    text = client.get("/d-ijssel/offline/nl").get_data(as_text=True)
    asked = {path.partition("#")[0] for path in re.findall(r'(?:href|src)="(/static/[^"]*)"', text)}
    kept = set(re.findall(r'"(/[^"]*)"', client.get("/service-worker.js").get_data(as_text=True).splitlines()[0]))
    assert asked <= kept
    sheet = next(path for path in kept if path.endswith(".css"))
    fonts = set(re.findall(r'url\("([^"]+)"\)', (STATIC / sheet.removeprefix("/static/")).read_text("utf-8")))
    assert {path.rpartition("/")[2] for path in kept - asked} <= fonts
