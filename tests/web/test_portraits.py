"""A photo of oneself: added, replaced and removed on a page of its own, shown to who is helped and to the desk."""

import sqlite3
from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine
from sqlmodel import Session, select
from werkzeug.datastructures import FileStorage
from werkzeug.test import TestResponse, encode_multipart

from models import pictures
from models.tables import AuditEntry, Match, Portrait, Volunteer
from tests import factories
from tests.pictures import HEIC, SVG, file, halves, header_of_a_giant, phone_photo
from tests.web import pairs
from tests.web.conftest import post, token_of
from tests.web.pairs import Browser, Scene
from tests.web.walking import HERE, link_of, nl, rows, text_of
from web.uploads import TAKEN_IN
from web.volunteer import portrait as page_of_portrait

PAGE = f"{HERE}/volunteer/photo"
PICTURE = f"{PAGE}/picture"


@pytest.fixture
def scene(engine: Engine, signed_in: Browser) -> Scene:
    return pairs.scene(engine, signed_in)


@pytest.fixture
def yusuf(scene: Scene) -> FlaskClient:
    """The browser of the volunteer."""
    return scene.signed_in(scene.yusuf)


def send(browser: FlaskClient, data: bytes | None, name: str = "ik.jpg", **more: Any) -> TestResponse:
    """Send a file as the page's form does; None: none was chosen."""
    chosen = FileStorage(BytesIO(data or b""), filename=name if data is not None else "", name="portrait")
    boundary, body = encode_multipart({"csrf_token": token_of(browser.get(PAGE)), "portrait": chosen})
    return browser.post(PAGE, data=body, content_type=f'multipart/form-data; boundary="{boundary}"', **more)


def kept(scene: Scene) -> list[Portrait]:
    with Session(scene.engine) as session:
        return list(session.exec(select(Portrait)))


def gives_one(scene: Scene, volunteer: Volunteer | None = None) -> bytes:
    """Let the volunteer have a portrait; gives its bytes."""
    made = pictures.portrait(phone_photo()).data
    with rows(scene.engine) as session:
        factories.create_portrait(session, volunteer or scene.volunteer, made)
    return made


# ---- the page of one's own -------------------------------------------------------------------------------------------


def test_a_photo_is_added_seen_replaced_and_removed_again(scene: Scene, yusuf: FlaskClient) -> None:
    empty = text_of(yusuf.get(PAGE))
    assert "Alleen onze coördinatoren en wie u gaat helpen zien hem." in empty
    assert PICTURE not in empty and yusuf.get(PICTURE).status_code == 404
    page = text_of(send(yusuf, phone_photo(), follow_redirects=True))
    assert nl("Your photo is kept.") in page and f'src="{PICTURE}"' in page and 'alt="Foto van Yusuf"' in page
    assert 'width="144" height="144"' in page and 'loading="lazy"' in page
    first = yusuf.get(PICTURE).data
    send(yusuf, file(halves(500, 400), "PNG"), "foto.png")
    assert yusuf.get(PICTURE).data not in (first, b"") and len(kept(scene)) == 1
    gone = text_of(post(yusuf, f"{PAGE}/remove", page=PAGE, follow_redirects=True))
    assert nl("Your photo is gone. Nobody sees it any more.") in gone and PICTURE not in gone
    assert kept(scene) == [] and yusuf.get(PICTURE).status_code == 404


def test_the_picture_is_for_ones_own_browser_alone_and_not_fetched_twice(scene: Scene, yusuf: FlaskClient) -> None:
    made = gives_one(scene)
    answer = yusuf.get(PICTURE)
    assert (answer.data, answer.mimetype) == (made, "image/jpeg")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert (
        answer.headers["Cache-Control"] == "private, no-cache"
        and "default-src 'none'" in answer.headers["Content-Security-Policy"]
    )
    again = yusuf.get(PICTURE, headers={"If-None-Match": answer.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")


def test_the_way_there_stands_among_what_can_be_done_and_it_is_not_asked_for(scene: Scene, yusuf: FlaskClient) -> None:
    home = text_of(yusuf.get(f"{HERE}/volunteer"))
    assert home.count(f'href="{PAGE}"') == 1
    assert home.index(f'href="{PAGE}"') > home.index(f'href="{HERE}/volunteer/offer"')


def test_the_form_is_one_that_every_browser_sends(yusuf: FlaskClient) -> None:
    page = text_of(yusuf.get(PAGE))
    assert 'enctype="multipart/form-data"' in page and '<label class="utrecht-form-label" for="portrait">' in page
    # Without HEIC in it, an iPhone and a Mac turn theirs into the first of these by themselves.
    assert 'accept="image/jpeg,image/png,image/webp"' in page


def test_who_has_stopped_is_sent_to_their_page_which_says_so(scene: Scene, yusuf: FlaskClient) -> None:
    with rows(scene.engine) as session:
        session.get_one(Volunteer, scene.volunteer.id).state = "left"
    assert yusuf.get(PAGE).location == f"{HERE}/volunteer"
    token = token_of(yusuf.get(f"{HERE}/account"))
    answer = yusuf.post(PAGE, data={"csrf_token": token, "portrait": (BytesIO(phone_photo()), "ik.jpg")})
    assert answer.location == f"{HERE}/volunteer" and kept(scene) == []


def test_the_same_photo_sent_twice_is_one_photo_and_one_line_in_the_log(scene: Scene, yusuf: FlaskClient) -> None:
    for _click in range(2):
        assert send(yusuf, phone_photo()).status_code == 303
    with Session(scene.engine) as session:
        lines = session.exec(select(AuditEntry).where(AuditEntry.action == "portrait_kept")).all()
    assert len(lines) == 1 and len(kept(scene)) == 1


# ---- what is wrong stands at the field -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (None, "Choose a photo first."),
        (b"", "There is nothing in this file. Choose another photo."),
        (b"Dit is geen foto.", "This is not a photo that we can read. Choose a JPEG, PNG or WebP file."),
        (SVG, "This is not a photo that we can read. Choose a JPEG, PNG or WebP file."),
        (file(kind="GIF"), "This is not a photo that we can read. Choose a JPEG, PNG or WebP file."),
        (HEIC, "Your phone made a HEIC file. We cannot read that. Choose a JPEG file."),
        (phone_photo()[:3000], "This file is damaged, or a part of it is missing. Choose another photo."),
        (file(halves(50, 50)), "This picture is too small. Choose one of at least 100 pixels wide and high."),
        (header_of_a_giant(30_000, 30_000), "This picture is too large. Choose one of at most 50 megapixels."),
    ],
)  # fmt: skip
def test_what_is_no_usable_photo_is_explained_at_its_place_and_the_one_before_stays(
    scene: Scene, yusuf: FlaskClient, data: bytes | None, said: str
) -> None:
    before = gives_one(scene)
    answer = send(yusuf, data)
    page = text_of(answer)
    for number in ("100", "50"):
        said = said.replace(f"least {number} p", "least %(least)s p").replace(f"most {number} m", "most %(limit)s m")
    words = nl(said, least=100, limit=50)
    assert answer.status_code == 422 and page.count(words) == 2, "in the summary and at the field"
    assert 'href="#portrait"' in page and 'aria-describedby="portrait-help portrait-error"' in page
    assert [one.picture for one in kept(scene)] == [before]


@pytest.mark.parametrize("times", [1.01, TAKEN_IN + 0.1])
def test_too_many_bytes_are_explained_on_the_page_itself(scene: Scene, yusuf: FlaskClient, times: float) -> None:
    before = gives_one(scene)
    answer = send(yusuf, phone_photo() + bytes(int(pictures.MOST_BYTES * times)))
    page = text_of(answer)
    words = nl("This file is too large. Choose a photo of at most %(limit)s MB.", limit=16)
    assert answer.status_code == 413 and page.count(words) == 2 and 'id="portrait-error"' in page
    assert [one.picture for one in kept(scene)] == [before]
    assert send(yusuf, phone_photo()).status_code == 303, "and the next one arrives"


def test_no_other_form_takes_more_than_before(yusuf: FlaskClient) -> None:
    answer = post(yusuf, f"{HERE}/volunteer/away", {"first": "x" * 6_000_000})
    assert answer.status_code == 413 and "portrait" not in text_of(answer)


def test_a_stranger_sends_nothing_and_is_not_even_listened_to(scene: Scene, client: FlaskClient) -> None:
    token = token_of(client.get(f"{HERE}/sign-in"))
    answer = client.post(PAGE, data={"csrf_token": token, "portrait": (BytesIO(phone_photo()), "ik.jpg")})
    assert answer.location.startswith(f"{HERE}/sign-in") and kept(scene) == []


class _Lost(BytesIO):
    """What comes from a phone that is in a tunnel by the time its photo would follow."""

    def readinto(self, buffer: Any) -> int:
        return super().readinto(buffer) or self._fall_silent()

    def read(self, size: int | None = -1) -> bytes:
        return super().read(size) or bytes(self._fall_silent())

    def _fall_silent(self) -> int:
        raise BlockingIOError


def test_a_phone_that_is_lost_while_it_sends_leaves_nothing_behind(scene: Scene, yusuf: FlaskClient) -> None:
    chosen = FileStorage(BytesIO(phone_photo()), filename="ik.jpg", name="portrait")
    boundary, body = encode_multipart({"csrf_token": token_of(yusuf.get(PAGE)), "portrait": chosen})
    answer = yusuf.post(
        PAGE, input_stream=_Lost(body[:90]), content_length=len(body),
        content_type=f'multipart/form-data; boundary="{boundary}"',
    )  # fmt: skip
    assert answer.status_code == 400 and kept(scene) == []


def test_while_a_photo_is_read_others_can_write(
    scene: Scene, yusuf: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = pictures.portrait
    path = scene.engine.url.database

    def beside(data: bytes) -> pictures.Portrait:
        other = sqlite3.connect(str(path), timeout=0)
        other.execute("UPDATE person SET language = 'en' WHERE id = ?", (scene.dina.id,))
        other.commit()
        other.close()
        return read(data)

    monkeypatch.setattr(page_of_portrait.pictures, "portrait", beside)
    assert send(yusuf, phone_photo()).status_code == 303
    assert scene.again(scene.dina).language == "en" and len(kept(scene)) == 1


# ---- who is helped ---------------------------------------------------------------------------------------------------


def _link(scene: Scene, match: Match, client: FlaskClient, **how: bool) -> str:
    return f"{link_of(client.application, scene.request_of(match), **how)}/match/{match.id}"


@pytest.mark.parametrize("state", ["agreed", "active"])
def test_who_is_helped_sees_the_face_beside_the_name(scene: Scene, client: FlaskClient, state: str) -> None:
    made, match = gives_one(scene), scene.match(state)
    for browser, here in ((scene.signed_in(scene.dina), scene.path(match)), (client, _link(scene, match, client))):
        page = text_of(browser.get(here))
        assert f'src="{here}/photo"' in page and 'alt="Foto van Yusuf"' in page
        answer = browser.get(f"{here}/photo")
        assert (answer.status_code, answer.mimetype, answer.data) == (200, "image/jpeg", made)
        assert answer.headers["X-Content-Type-Options"] == "nosniff" and answer.headers["ETag"]
        assert answer.headers["Cache-Control"] in ("private, no-cache", "no-store")
        assert answer.headers["Referrer-Policy"] == "same-origin"


def test_without_a_photo_nothing_is_different(scene: Scene, client: FlaskClient) -> None:
    match = scene.match("agreed")
    for browser, here in ((scene.signed_in(scene.dina), scene.path(match)), (client, _link(scene, match, client))):
        page = text_of(browser.get(here))
        assert "/photo" not in page and "<img" not in page and "person__sign" in page
        assert browser.get(f"{here}/photo").status_code == 404


@pytest.mark.parametrize(
    "state", ["proposed", "approved", "accepted_by_volunteer", "completed", "declined", "lapsed", "failed", "withdrawn"]
)
def test_before_both_said_yes_and_after_the_end_nobody_sees_it(scene: Scene, client: FlaskClient, state: str) -> None:
    gives_one(scene)
    match = scene.match(state)
    for browser, here in ((scene.signed_in(scene.dina), scene.path(match)), (client, _link(scene, match, client))):
        assert browser.get(f"{here}/photo").status_code == 404
        assert "/photo" not in text_of(browser.get(here))


def test_once_the_match_ends_the_address_of_the_photo_leads_nowhere(scene: Scene, client: FlaskClient) -> None:
    gives_one(scene)
    match = scene.match("active")
    dina, here = scene.signed_in(scene.dina), _link(scene, match, client)
    etag = dina.get(scene.path(match, "/photo")).headers["ETag"]
    assert client.get(f"{here}/photo").status_code == 200
    assert (
        "volunteer" in text_of(scene.press(scene.yusuf, match, "/complete", {"hours": "1"}))
        and scene.again(match).state == "completed"
    )
    assert dina.get(scene.path(match, "/photo"), headers={"If-None-Match": etag}).status_code == 404
    assert client.get(f"{here}/photo").status_code == 404


def test_whom_it_does_not_concern_finds_nothing(scene: Scene, client: FlaskClient, signed_in: Browser) -> None:
    gives_one(scene)
    match, other = scene.match("agreed"), scene.match("agreed", request={"resident_id": scene.anna.id})
    for who in (scene.anna, scene.marieke):
        assert signed_in(who).get(scene.path(match, "/photo")).status_code == 404
    assert signed_in(scene.yusuf).get(scene.path(match, "/photo")).status_code == 404, "their own stands on their page"
    wrong = _link(scene, other, client).replace(f"/match/{other.id}", f"/match/{match.id}")
    assert client.get(f"{wrong}/photo").status_code == 404
    assert client.get(f"{_link(scene, match, client)[:-9]}x/match/{match.id}/photo").status_code == 404
    assert client.get(f"{_link(scene, match, client, by_mail=False)}/photo").status_code == 403, "only typed an address"
    assert signed_in(scene.dina).get(scene.path(match).replace(str(match.id), "999999") + "/photo").status_code == 404


def test_another_volunteer_has_a_page_with_their_own_photo_only(scene: Scene, signed_in: Browser) -> None:
    gives_one(scene)
    with rows(scene.engine) as session:
        factories.create_volunteer(session, scene.community, scene.anna)
    assert signed_in(scene.anna).get(PICTURE).status_code == 404
    assert PICTURE not in text_of(signed_in(scene.anna).get(PAGE))


def test_looking_at_it_is_written_down(scene: Scene, signed_in: Browser) -> None:
    gives_one(scene)
    match = scene.match("agreed")
    signed_in(scene.dina).get(scene.path(match, "/photo"))
    assert scene.looks(scene.yusuf) == ["resident"]
    signed_in(scene.marieke).get(f"{HERE}/desk/volunteers/{scene.volunteer.id}/photo")
    assert scene.looks(scene.yusuf) == ["resident", "coordinator"]


# ---- the desk --------------------------------------------------------------------------------------------------------


@pytest.fixture
def desk(scene: Scene) -> Callable[[str], TestResponse]:
    """Open a page of the volunteer at the desk."""
    browser = scene.signed_in(scene.marieke)
    return lambda step: browser.get(f"{HERE}/desk/volunteers/{scene.volunteer.id}{step}")


def test_the_desk_sees_it_and_removes_it_after_being_asked_once_more(
    scene: Scene, desk: Callable[[str], TestResponse]
) -> None:
    here, made = f"{HERE}/desk/volunteers/{scene.volunteer.id}", gives_one(scene)
    page = text_of(desk(""))
    assert f'src="{here}/photo"' in page and f'href="{here}/photo/remove"' in page and 'alt="Foto van Yusuf"' in page
    assert desk("/photo").data == made
    asked = text_of(desk("/photo/remove"))
    assert nl("Remove the photo of %(name)s?", name="Yusuf") in asked and len(kept(scene)) == 1
    browser = scene.signed_in(scene.marieke)
    gone = text_of(post(browser, f"{here}/photo/remove", follow_redirects=True))
    assert nl("The photo of %(name)s is gone. Tell them why.", name="Yusuf") in gone
    assert nl("Removed the photo.") in gone and "/photo" not in gone and kept(scene) == []
    assert desk("/photo").status_code == 404 and desk("/photo/remove").location == here


def test_the_desk_of_another_community_finds_nothing(scene: Scene, signed_in: Browser, engine: Engine) -> None:
    gives_one(scene)
    with rows(engine) as session:
        froukje = factories.create_coordinator(session, scene.elsewhere)
    for step in ("/photo", "/photo/remove"):
        assert signed_in(froukje).get(f"{HERE}/desk/volunteers/{scene.volunteer.id}{step}").status_code == 403
        path = f"/{scene.elsewhere.slug}/desk/volunteers/{scene.volunteer.id}{step}"
        assert signed_in(froukje).get(path).status_code == 404


def test_lists_rankings_and_public_pages_never_show_it(scene: Scene, client: FlaskClient, signed_in: Browser) -> None:
    gives_one(scene)
    match = scene.match("proposed")
    for browser, path in (
        (client, "/"), (client, "/browse"), (signed_in(scene.marieke), "/desk/volunteers?group=active"),
        (signed_in(scene.marieke), f"/desk/requests/{match.request_id}"),
    ):  # fmt: skip
        page = browser.get(f"{HERE}{path}")
        assert page.status_code == 200 and "/photo" not in text_of(page), path
