"""Every page that can be reached by links, as each kind of visitor: axe finds nothing, and it fits 320 pixels.

A visitor follows links from home and looks at one page of every route, then at one of each state, then at what every
form says that is sent empty. With that, no link leads nowhere.
"""

import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page
from sqlmodel import Session

from matcher import Reader
from models.tokens import Tokens
from tests import factories
from tests.journeys.conftest import TUESDAY, check, sign_in_as
from tests.journeys.whole import KEY, Site, look_at_errors, one_of_each_state, route_of, running, walk

BOTH = [("nl", 320), ("en", 1280)]

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("pages")]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory, reader: Reader, _sqlite_template: Path) -> Iterator[Site]:
    """Start it once."""
    path = tmp_path_factory.mktemp("pages") / "noaber.sqlite"
    shutil.copy(_sqlite_template, path)
    with running(f"sqlite:///{path}", reader, datetime.now(TUESDAY.tzinfo)) as found:
        yield found


@pytest.mark.parametrize(("language", "width"), BOTH)
def test_a_visitor_can_look_at_every_public_page(
    site: Site, visitor: Callable[..., Page], language: str, width: int
) -> None:
    page = visitor(language, width)
    seen = walk(site, page, [f"{site.base}/", f"{site.base}/{site.slug}/"])
    assert {"home.community", "ask.words", "offer.start", "browse.index", "browse.show", "map.show", "follow.start",
            "people.sign_in", "home.privacy", "demo.message"} <= {*seen, "ask.words"}  # fmt: skip
    site.found["visitor", language] = seen


@pytest.mark.parametrize(("language", "width"), BOTH)
def test_a_resident_can_look_at_every_page_behind_their_link(
    site: Site, visitor: Callable[..., Page], language: str, width: int
) -> None:
    page = visitor(language, width)
    states = one_of_each_state(site)["private"]
    seen = walk(site, page, [f"{site.base}/{site.slug}/r/{site.token}", *states])
    assert {"follow.show", "follow.together", "follow.forget"} <= {*seen}
    for address in states:
        page.goto(address)
        check(page)
    assert len(states) > 5
    site.found["resident", language] = seen


@pytest.mark.parametrize(("language", "width"), BOTH)
@pytest.mark.parametrize("name", ["vrijwilliger", "heerenveen"])
def test_a_volunteer_and_the_desk_can_look_at_all_their_pages(
    site: Site, visitor: Callable[..., Page], name: str, language: str, width: int
) -> None:
    page = visitor(language, width)
    with Session(site.engine) as session:
        sign_in_as(page, f"{site.base}/{site.slug}", session, name)
    home = f"{site.base}/{site.slug}/"
    begin = {"vrijwilliger": [home], "heerenveen": [f"{home}desk/volunteers?group=active", home]}
    seen = walk(site, page, begin[name])
    wanted = {
        "vrijwilliger": {"browse.for_me", "volunteer.home", "people.account", "browse.show"},
        "heerenveen": {"desk.today", "desk.request", "desk.volunteer", "desk.map", "desk.intake", "desk.calls",
                    "desk.signals",
                    "administer.community", "administer.area", "administer.text", "administer.staff",
                    "administer.weights", "administer.fairness"},
    }  # fmt: skip
    assert wanted[name] <= {*seen}
    for address in one_of_each_state(site)["desk"] if name == "heerenveen" else []:
        page.goto(address)
        check(page, deeply=width == 320)
    site.found[name, language] = seen


@pytest.mark.parametrize(("language", "width"), BOTH)
def test_two_who_share_a_mailbox_can_look_at_the_pages_that_ask_who_they_are(
    site: Site, visitor: Callable[..., Page], language: str, width: int
) -> None:
    page = visitor(language, width)
    address = f"samen-{language}@post.example"
    with Session(site.engine) as session:
        riet, _jan = (factories.create_person(session, first_name=name, email=address) for name in ("Riet", "Jan"))
        code = factories.create_sign_in_code(session, riet, expires_at=datetime.now(UTC) + timedelta(minutes=9))
        token = Tokens(KEY).sign_in_link(factories.row_id(code), code.nonce)
        session.commit()
    page.goto(f"{site.base}/{site.slug}/sign-in/{token}")
    page.get_by_role("main").get_by_role("button").first.click()
    assert route_of(site, page.url) == "people.which"
    check(page)
    page.get_by_role("button", name="Riet").click()
    page.goto(f"{site.base}/{site.slug}/account/also")
    assert route_of(site, page.url) == "people.also"
    check(page)


# Last: some forms may be sent empty, and then do something.
@pytest.mark.parametrize(("language", "width"), BOTH)
def test_every_form_that_is_sent_empty_says_what_is_wrong(
    site: Site, visitor: Callable[..., Page], language: str, width: int
) -> None:
    said: set[str] = set()
    for (name, spoken), addresses in site.found.items():
        if spoken != language:
            continue
        page = visitor(language, width)
        if name not in ("visitor", "resident"):
            with Session(site.engine) as session:
                sign_in_as(page, site.home, session, name)
        said |= look_at_errors(site, page, addresses)
    assert {"ask.start", "follow.start", "people.sign_in"} <= said
    assert len(said) > 15
