"""Without internet: what was written is kept on the device, comes back, and is gone once it was sent."""

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from sqlmodel import Session, select

from models.tables import HelpRequest, Person
from tests.journeys.conftest import Town, check, ready, signed_in

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("offline")]
Visitor = Callable[..., Page]
WORDS = "Wie wil mij dinsdag helpen met de tuin?\nIk kan zelf niet meer bukken. <b>'Echt' & \"niet\"</b>"
_KEPT = "async () => (await Kept.all()).map(row => row.fields)"


def write_without_internet(page: Page, town: Town, language: str = "nl") -> None:
    """Open the first page of asking, lose the network, and press on."""
    page.goto(f"{town.home}/ask")
    ready(page)
    page.locator("[name=text]").fill(WORDS)
    page.locator("label[for=whom-1]").click()
    page.context.set_offline(True)
    page.locator("main form.form button[type=submit]").first.click()
    title = {"nl": "Geen internet", "en": "No internet"}[language]
    expect(page.locator("h1")).to_have_text(title)


def kept_words(town: Town) -> list[Any]:
    """Give what the drafts of the site hold as the resident's own words."""
    with Session(town.engine) as session:
        return [row.answers.get("words", {}).get("text") for row in session.exec(select(HelpRequest))]


@pytest.fixture
def visitor(visitor: Visitor) -> Visitor:
    """A browser in which a service worker may run."""
    return partial(visitor, service_workers="allow")


@pytest.mark.parametrize(("language", "width"), [("nl", 320), ("en", 1280)])
def test_what_was_written_is_kept_comes_back_and_is_gone_once_sent(
    town: Town, visitor: Visitor, language: str, width: int
) -> None:
    page = visitor(language, width)
    write_without_internet(page, town, language)
    check(page)
    said = {"nl": "Wat u schreef is bewaard op dit apparaat.", "en": "What you wrote is kept on this device."}
    expect(page.locator("main")).to_contain_text(said[language])
    again = page.locator("[data-try]")
    again.click()  # still no internet
    expect(page.locator("main")).to_contain_text(said[language])
    [fields] = page.evaluate(_KEPT)
    assert ["text", WORDS.replace("\n", "\r\n")] in fields and "csrf_token" not in dict(fields)
    assert kept_words(town) == []

    page.context.set_offline(False)
    again.click()
    expect(page.locator("[data-kept-is=restored]")).to_be_visible()
    expect(page.locator("[name=text]")).to_have_value(WORDS)
    expect(page.locator("[name=whom]").nth(1)).to_be_checked()
    check(page)
    page.locator("main form.form button[type=submit]").first.click()
    page.wait_for_url("**/ask/kinds")
    assert page.evaluate(_KEPT) == []
    assert [words.replace("\r", "") for words in kept_words(town)] == [WORDS]


def test_it_can_be_thrown_away(town: Town, visitor: Visitor) -> None:
    page = visitor("nl", 360)
    write_without_internet(page, town)
    page.get_by_role("button", name="Gooi weg").click()
    expect(page.get_by_text("Het is weggegooid.")).to_be_focused()
    check(page)
    assert page.evaluate(_KEPT) == []
    page.context.set_offline(False)
    page.goto(f"{town.home}/ask")
    expect(page.locator("[data-kept]")).to_be_hidden()
    expect(page.locator("[name=text]")).to_have_value("")


def test_whoever_comes_back_later_hears_of_it_without_seeing_the_words(town: Town, visitor: Visitor) -> None:
    page = visitor("nl", 360)
    write_without_internet(page, town)
    page.context.set_offline(False)
    page.goto(f"{town.home}/ask")
    expect(page.locator("[data-kept-is=waiting]")).to_be_visible()
    expect(page.locator("[name=text]")).to_have_value("")
    check(page)
    page.get_by_role("link", name="Ga ermee verder").click()
    expect(page.locator("[name=text]")).to_have_value(WORDS)


def test_it_is_gone_after_a_day(town: Town, visitor: Visitor) -> None:
    page = visitor("nl", 360)
    write_without_internet(page, town)
    page.context.set_offline(False)
    page.evaluate("""async () => {
      const [row] = await Kept.all();
      const now = Date.now;
      Date.now = () => now() - 25 * 3600 * 1000;
      await Kept.put(row);
      Date.now = now;
    }""")
    page.goto(f"{town.home}/ask")
    page.wait_for_function("async () => (await Kept.all()).length === 0")
    expect(page.locator("[data-kept]")).to_be_hidden()


def test_two_tabs_keep_their_own_words(town: Town, visitor: Visitor) -> None:
    one = visitor("nl", 360)
    write_without_internet(one, town)
    one.context.set_offline(False)
    other = one.context.new_page()
    other.goto(f"{town.home}/ask")
    other.locator("[name=text]").fill("Iets heel anders")
    other.context.set_offline(True)
    other.locator("main form.form button[type=submit]").first.click()
    expect(other.locator("h1")).to_have_text("Geen internet")
    assert len(other.evaluate(_KEPT)) == 2
    one.context.set_offline(False)
    one.locator("[data-try]").click()
    expect(one.locator("[name=text]")).to_have_value(WORDS)
    one.locator("main form.form button[type=submit]").first.click()
    one.wait_for_url("**/ask/kinds")
    [left] = one.evaluate(_KEPT)
    assert dict(left)["text"] == "Iets heel anders"


def test_an_offer_goes_on_where_it_was(town: Town, visitor: Visitor) -> None:
    page = visitor("nl", 360)
    page.goto(f"{town.home}/offer")
    ready(page)
    page.locator("[name=text]").fill("Ik wandel graag.")
    onward = page.locator("main form.form button[value=next]")
    onward.click()
    onward.click()
    page.locator("label:has([id='windows-1-morning'])").click()
    page.context.set_offline(True)
    onward.click()
    expect(page.locator("main")).to_contain_text("Wat u schreef is bewaard")
    page.context.set_offline(False)
    page.locator("[data-try]").click()
    expect(page.locator("[id='windows-1-morning']")).to_be_checked()
    assert page.locator("input[type=hidden][name=text]").input_value() == "Ik wandel graag."
    onward.click()
    expect(page.locator("[name=postcode]")).to_be_visible()
    assert page.evaluate(_KEPT) == []


def test_an_offer_that_could_not_be_sent_goes_on_at_its_last_page(town: Town, visitor: Visitor) -> None:
    page = visitor("nl", 360)
    page.goto(f"{town.home}/offer")
    ready(page)
    onward = page.locator("main form.form button[value=next]")
    page.locator("[name=text]").fill("Ik wandel graag.")
    onward.click()
    onward.click()
    page.locator("label[for=any_time]").click()
    onward.click()
    page.locator("[name=postcode]").fill("7551")
    page.locator("label[for=max_km-1]").click()
    onward.click()
    onward.click()
    page.locator("[name=first_name]").fill("Sanne")
    page.locator("[name=email]").fill("sanne@example.org")
    onward.click()
    expect(page.locator("h1")).to_have_text("Klopt dit?")
    page.context.set_offline(True)
    page.get_by_role("button", name="Verstuur").click()
    expect(page.locator("main")).to_contain_text("Wat u schreef is bewaard")
    page.context.set_offline(False)
    page.locator("[data-try]").click()
    page.get_by_role("button", name="Ga verder waar u was").click()
    expect(page.locator("h1")).to_have_text("Klopt dit?")
    page.get_by_role("button", name="Verstuur").click()
    page.wait_for_url("**/offer/thanks**")
    with Session(town.engine) as session:
        assert session.exec(select(Person).where(Person.email == "sanne@example.org")).one().first_name == "Sanne"


@pytest.mark.parametrize("refusal", ["QuotaExceededError", "SecurityError"])
def test_a_device_that_keeps_nothing_says_so(town: Town, visitor: Visitor, refusal: str) -> None:
    page = visitor("nl", 360)
    page.goto(f"{town.home}/ask")
    ready(page)
    [worker] = page.context.service_workers
    worker.evaluate(f"() => {{ indexedDB.open = () => {{ throw new DOMException('no', '{refusal}'); }} }}")
    page.locator("[name=text]").fill(WORDS)
    page.context.set_offline(True)
    page.locator("main form.form button[type=submit]").first.click()
    expect(page.locator("main")).to_contain_text("dit apparaat kon niet bewaren wat u schreef")
    check(page)
    expect(page.get_by_role("button", name="Ga terug")).to_be_visible()


def test_where_no_service_worker_may_run_the_page_with_the_words_stays(town: Town, visitor: Visitor) -> None:
    page = visitor("nl", 360, service_workers="block")
    page.goto(f"{town.home}/ask")
    page.locator("[name=text]").fill(WORDS)
    page.context.set_offline(True)
    page.locator("main form.form button[type=submit]").first.click()
    expect(page.locator("[data-kept-is=stay]")).to_be_focused()
    check(page)
    expect(page.locator("[name=text]")).to_have_value(WORDS)
    page.context.set_offline(False)
    page.locator("main form.form button[type=submit]").first.click()
    page.wait_for_url("**/ask/kinds")


def test_only_files_and_one_page_are_kept_of_all_that_was_seen(town: Town, visitor: Visitor) -> None:
    page = visitor("nl", 360)
    signed_in(page, town, "marloes")
    for path in ("", "browse", "account", "desk", "desk/volunteers?group=active", "offer", "ask"):
        page.goto(f"{town.home}/{path}")
    paths = ready(page)
    others = [path for path in paths if not path.startswith("/static/build/")]
    assert others == [f"/{town.slug}/offline/nl"]
    page.context.set_offline(True)
    page.goto(f"{town.home}/browse")
    expect(page.locator("h1")).to_have_text("Geen internet")
    expect(page.get_by_role("link", name="074 245 0000").first).to_be_visible()
    check(page)
    page.context.set_offline(False)
    page.locator("[data-try]").click()
    expect(page.locator("h1")).to_have_text("Wat buren vragen")


def test_a_click_that_changes_something_else_is_not_kept_but_said(town: Town, visitor: Visitor) -> None:
    page = visitor("nl", 360)
    page.goto(f"{town.home}/ask")
    ready(page)
    page.context.set_offline(True)
    page.locator("form[action*='/language/'] button").first.evaluate("b => b.click()")
    expect(page.get_by_role("button", name="Ga terug")).to_be_visible()
    expect(page.locator("main")).to_contain_text("Uw laatste stap kwam niet aan.")


def test_a_new_build_takes_over_while_a_page_is_open(town: Town, visitor: Visitor, monkeypatch: Any) -> None:
    page = visitor("nl", 360)
    page.goto(f"{town.home}/ask")
    ready(page)
    [before] = page.evaluate("caches.keys()")
    monkeypatch.setattr("web.offline.views.PRECACHED", ("site.css", "site.js", "kept.js", "offline.js"))
    page.evaluate("async () => (await navigator.serviceWorker.getRegistration()).update()")
    page.wait_for_function(
        f"async () => {{ const k = await caches.keys(); return k.length === 1 && k[0] !== '{before}' }}"
    )
    page.locator("[name=text]").fill(WORDS)
    page.context.set_offline(True)
    page.locator("main form.form button[type=submit]").first.click()
    expect(page.locator("main")).to_contain_text("Wat u schreef is bewaard")
