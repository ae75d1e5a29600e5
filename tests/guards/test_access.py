"""Role × route × object, generated from the route table: nobody gets in where the route does not let them.

Every route is asked for by every kind of visitor, with objects of their own, of others in the same community and of
another community. Nothing that happens is kept, so that each request meets the same world.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlmodel import Session

from matcher import Reader
from models.database import writing
from models.operations import worker
from models.permissions import Permission
from models.settings import Settings
from models.states import MatchState, RequestState, VolunteerState
from models.tables import Community, Person
from models.tokens import Tokens
from tests import factories as make
from tests.web.conftest import token_for
from web import create_app, transaction
from web.routes import table
from web.runtime import start

KEY = "only-for-the-matrix-" + "x" * 40
ROLES = ("anonymous", "resident", "volunteer", "coordinator", "coordinator_elsewhere", "administrator",
         "erased", "paused", "blocked")  # fmt: skip
OBJECTS = ("own", "other", "elsewhere")
PARAMETER = re.compile(r"<(?:[^<>]*:)?(\w+)>")
CHOICE = re.compile(r"<any\(([^)]*)\):\w+>")
REFUSED = {401, 403, 404, 405, 409, 429}
ANYTHING = {"version": "000000000000", "postcode": "7551", "key": "digest.intro", "language": "nl", "day": "2026-12-01"}
# Objects that belong to a community and not to one of its people: "own" and "other" are the same.
OF_COMMUNITY = frozenset({"place_id", "person_id", "call_id", "signal_id", "study_id"})


@dataclass
class World:
    """Two communities with one of everything, and the browsers of everybody."""

    app: Flask
    slug: str
    people: dict[str, int | None]
    versions: dict[int, int]
    objects: dict[str, dict[str, Any]] = field(default_factory=dict)

    def browser(self, role: str) -> FlaskClient:
        """Give a browser in which this kind of visitor is signed in."""
        browser = self.app.test_client()
        who = self.people[role]
        if who is not None:
            with browser.session_transaction() as kept:
                kept["_user_id"] = f"{who}:{self.versions[who]}"
                kept["_fresh"] = True
        return browser


def _one_of_everything(
    session: Session, community: Community, resident: Person, volunteer: Any, desk: Person
) -> dict[str, Any]:
    request = make.create_request(session, community, resident, state=RequestState.MATCHED)
    match = make.create_match(session, request, volunteer, state=MatchState.ACTIVE)
    appointment = make.create_appointment(session, match)
    helper = session.get(Person, volunteer.person_id)
    assert helper is not None
    make.create_portrait(session, volunteer)
    message = make.create_outbox_message(session, resident, community_id=community.id, subject="Hallo", body="Dag")
    tokens = Tokens(KEY)
    stranger = make.create_person(session)
    return {
        "request_id": request.id,
        "match_id": match.id,
        "volunteer_id": volunteer.id,
        "appointment_id": appointment.id,
        "check_in_id": make.create_check_in(session, appointment, helper).id,
        "call_id": make.create_call(session, community, resident).id,
        "signal_id": make.create_signal(session, community).id,
        "study_id": make.create_study(session, community).id,
        "place_id": make.create_meeting_place(session, community).id,
        "person_id": desk.id,
        "other_id": stranger.id,
        "block_id": make.create_block(session, community, resident, stranger, desk).id,
        "message_id": message.id,
        "feed_token": tokens.feed("volunteer", volunteer.id, volunteer.feed_version),
        "mail_token": tokens.mail_kind(resident.id or 0, community.id or 0, "day_before"),
        "token": tokens.request_link(request.id or 0, request.link_version),
        **ANYTHING,
    }


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory, reader: Reader, _sqlite_template: Any) -> Iterator[World]:
    """Build the two communities once."""
    import shutil

    path = tmp_path_factory.mktemp("matrix") / "noaber.sqlite"
    shutil.copy(_sqlite_template, path)
    settings = Settings(
        database_url=f"sqlite:///{path}", secret_key=KEY, env="test", demo=True, base_url="http://localhost"
    )
    runtime = start(settings, reader)
    with Session(writing(runtime.engine), expire_on_commit=False) as session:
        found = _people_and_objects(session)
        worker.beat(session, name="alive", now=datetime.now(UTC))
        session.commit()
    app = create_app(runtime, RATELIMIT_ENABLED=False)
    yield World(app, *found)
    runtime.engine.dispose()


def _people_and_objects(session: Session) -> tuple[str, dict[str, int | None], dict[int, int], dict[str, Any]]:
    here = make.create_community(session, invented=True)
    there = make.create_community(session, areas=("8441",), invented=True)
    desk, desk_there = make.create_coordinator(session, here), make.create_coordinator(session, there)
    administrator = make.create_administrator(session, here)
    resident, other = make.create_person(session), make.create_person(session)
    helper, helper_2 = (
        make.create_volunteer(session, here, capacity=9),
        make.create_volunteer(session, here, capacity=9),
    )
    paused = make.create_volunteer(session, here, state=VolunteerState.PAUSED)
    blocked = make.create_volunteer(session, here)
    helper_there = make.create_volunteer(session, there, capacity=9)
    own = _one_of_everything(session, here, resident, helper, desk)
    others = _one_of_everything(session, here, other, helper_2, desk)
    elsewhere = _one_of_everything(session, there, make.create_person(session), helper_there, desk_there)
    blocked_person = session.get(Person, blocked.person_id)
    assert blocked_person is not None
    make.create_block(session, here, resident, blocked_person, desk)
    erased = make.create_person(session, erased_at=make.NOW, email=None, first_name="")
    session.flush()
    people: dict[str, int | None] = {
        "anonymous": None,
        "resident": resident.id,
        "volunteer": helper.person_id,
        "coordinator": desk.id,
        "coordinator_elsewhere": desk_there.id,
        "administrator": administrator.id,
        "erased": erased.id,
        "paused": paused.person_id,
        "blocked": blocked.person_id,
    }
    versions = {p: 1 for p in people.values() if p is not None}
    return here.slug, people, versions, {"own": own, "other": others, "elsewhere": elsewhere}


@pytest.fixture(autouse=True)
def _nothing_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every request end in a rollback."""

    def forget(_answer: Any) -> None:
        transaction.db().rollback()

    monkeypatch.setattr(transaction, "_finish", forget)


def parameters(path: str) -> list[str]:
    """Give the names in a path, community aside."""
    return [name for name in PARAMETER.findall(path) if name != "community"]


def routes(world: World) -> list[dict[str, str]]:
    """Give every route but that of the static files, which are the same for all; one with a choice once a choice."""
    found = []
    for row in table(world.app):
        choice = CHOICE.search(row["path"])
        words = choice.group(1).split(",") if choice else [""]
        for word in words if row["endpoint"] != "static" else []:
            found.append({**row, "path": CHOICE.sub(word.strip(), row["path"])})
    return found


def address(world: World, path: str, whose: str) -> str:
    """Fill a path in, with the objects of somebody."""
    filled = PARAMETER.sub(lambda m: str({"community": world.slug, **world.objects[whose]}[m.group(1)]), path)
    assert "<" not in filled, path
    return filled


def may(role: str, access: str, names: list[str], whose: str) -> bool | None:
    """Say whether this visitor gets in; None: it depends on the object's state, anything but a crash will do."""
    objects = [n for n in names if n not in ANYTHING and n != "message_id"]
    signed_in = role not in ("anonymous", "erased")
    if objects and whose == "elsewhere" and access != Permission.PUBLIC:
        return False
    if access == Permission.PUBLIC:
        return None if objects else True
    if access == Permission.REQUEST_FOLLOW:
        return None if set(objects) - {"token"} else True
    if access in (Permission.DESK_SEE, Permission.DESK_WORK):
        return role == "coordinator" or False
    if access == Permission.COMMUNITY_ADMINISTER:
        return role == "administrator"
    if access == Permission.SELF:
        return signed_in
    if access == Permission.VOLUNTEER_SELF:
        if role not in ("volunteer", "paused", "blocked"):
            return False
        return None if objects else True
    if access == Permission.MATCH_TAKE_PART:
        return whose == "own" and role in ("volunteer", "resident")
    raise AssertionError(f"a permission without a rule: {access}")


def was_refused(answer: Any) -> bool:
    """Whether a visitor was kept out: an error, or sent to sign in or to offer help first."""
    if answer.status_code in REFUSED:
        return True
    target = answer.headers.get("Location", "")
    return answer.status_code in (302, 303) and (target.split("?")[0].endswith(("/sign-in", "/offer")))


def test_every_route_declares_who_may_use_it(world: World) -> None:
    assert [row for row in table(world.app) if not row["access"]] == []


def test_only_posts_change_something(world: World) -> None:
    assert {row["method"] for row in table(world.app)} <= {"GET", "POST"}


def test_every_parameter_of_a_route_is_known_to_this_matrix(world: World) -> None:
    known = set(world.objects["own"])
    unknown = {name for row in routes(world) for name in parameters(row["path"])} - known
    assert unknown == set()


@pytest.mark.parametrize("role", ROLES)
def test_nobody_gets_in_where_they_may_not(world: World, role: str) -> None:
    browser, wrong, tried = world.browser(role), [], 0
    for row in routes(world):
        names = parameters(row["path"])
        for whose in OBJECTS if names else ("own",):
            answer = _ask(world, browser, row, whose)
            tried += 1
            allowed = may(role, row["access"], names, whose)
            if answer.status_code >= 500 or (allowed is False and not was_refused(answer)):
                wrong.append((row["method"], row["path"], whose, answer.status_code))
            if allowed is True and row["method"] == "GET" and answer.status_code in (401, 403, 405):
                wrong.append((row["method"], row["path"], whose, answer.status_code))
    assert wrong == []
    assert tried > 100


def _ask(world: World, browser: FlaskClient, row: dict[str, str], whose: str) -> Any:
    path = address(world, row["path"], whose)
    if row["method"] == "GET":
        return browser.get(path)
    return browser.post(path, data={"csrf_token": token_for(browser)})


@pytest.mark.parametrize("role", ["anonymous", "coordinator", "administrator", "volunteer"])
def test_nothing_changes_without_the_forms_token(world: World, role: str) -> None:
    browser = world.browser(role)
    for row in routes(world):
        if row["method"] == "POST":
            path = address(world, row["path"], "own")
            answer = browser.post(path, data={})
            assert answer.status_code == 400 or was_refused(answer), (path, answer.status_code)
