"""Coming in and going out: a code, a link or a password, and nobody learns who has an account."""

import re
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine
from sqlmodel import Session, select

from matcher import Reader
from models.settings import Settings
from models.tables import AuditEntry, Community, OutboxMessage, Person, SignInCode
from models.tokens import Tokens
from seeds.demo.communities import TO_TRY
from tests import factories
from tests.factories import NOW, PASSWORD
from tests.web import walking
from tests.web.conftest import post, token_of
from tests.web.walking import HERE, rows, text_of
from web import create_app
from web.limits import limiter
from web.runtime import start

SIGN_IN = f"{HERE}/sign-in"


@pytest.fixture(autouse=True)
def here(engine: Engine) -> Community:
    return walking.two_communities(engine)[0]


@pytest.fixture
def ria(engine: Engine) -> Person:
    """Somebody who asks, with an e-mail address and no password."""
    with rows(engine) as session:
        return factories.create_person(session, first_name="Ria", email="ria@post.example")


def all_of(engine: Engine, table: Any) -> list[Any]:
    with Session(engine) as session:
        return list(session.exec(select(table).order_by(table.id)))


def ask_code(browser: FlaskClient, email: str, **more: str) -> str:
    answer = post(browser, SIGN_IN, {"email": email, **more})
    assert answer.status_code == 200
    return text_of(answer)


def mailed(site: Flask, engine: Engine) -> tuple[str, str]:
    """Give the digits and the token of the newest mail."""
    code = all_of(engine, SignInCode)[-1]
    tokens: Tokens = walking.opened(site).tokens
    return tokens.sign_in_digits(code.id, code.nonce), tokens.sign_in_link(code.id, code.nonce)


def is_signed_in(browser: FlaskClient) -> bool:
    return browser.get(f"{HERE}/account").status_code == 200


def kept_target(page: str, action: str = SIGN_IN) -> str:
    """Give where the form of a page leads in the end."""
    form = page.split(f'action="{action}"', 1)[1].split("</form>", 1)[0]
    found = re.search(r'name="next" value="([^"]*)"', form)
    assert found is not None
    return found.group(1)


def use_digits(browser: FlaskClient, email: str, digits: str, **more: str) -> Any:
    return post(browser, f"{SIGN_IN}/code", {"email": email, "digits": digits, **more})


# ---- a code ----------------------------------------------------------------------------------------------------------


def test_the_digits_of_the_mail_let_in(client: FlaskClient, site: Flask, engine: Engine, ria: Person) -> None:
    ask_code(client, "Ria@Post.example ")
    digits, _token = mailed(site, engine)
    answer = use_digits(client, "ria@post.example", f"{digits[:3]} {digits[3:]}")
    assert (answer.status_code, answer.headers["Location"]) == (303, f"{HERE}/account")
    assert is_signed_in(client)


def test_the_next_page_is_the_same_for_who_is_known_and_who_is_not(
    client: FlaskClient, site: Flask, engine: Engine, ria: Person
) -> None:
    pages = []
    for email in ("ria@post.example", "niet@post.example"):
        page = ask_code(site.test_client(), email)
        pages.append(re.sub(r'name="csrf_token" value="[^"]+"', "", page).replace(email, "…"))
    assert pages[0] == pages[1]
    assert [mail.recipient_id for mail in all_of(engine, OutboxMessage)] == [ria.id]


def test_no_address_stands_in_an_address_bar_or_a_cookie(client: FlaskClient, engine: Engine, ria: Person) -> None:
    answer = post(client, SIGN_IN, {"email": "ria@post.example"})
    assert "ria" not in answer.request.url
    with client.session_transaction() as kept:
        assert "ria" not in repr(dict(kept))


@pytest.mark.parametrize(
    "typed", ["", "ria", "a@b", "ria@post.example, jan@post.example", "ria@post.example\r\nBcc: x@y.nl", "x" * 400]
)
def test_what_is_no_address_is_said_at_the_field(client: FlaskClient, typed: str) -> None:
    answer = post(client, SIGN_IN, {"email": typed})
    page = text_of(answer)
    assert answer.status_code == 422
    assert 'id="email-error"' in page and 'href="#email"' in page and "<title>Fout:" in page


def test_wrong_digits_are_counted_and_five_use_the_code_up(
    client: FlaskClient, site: Flask, engine: Engine, ria: Person
) -> None:
    ask_code(client, "ria@post.example")
    digits, _token = mailed(site, engine)
    wrong = "000000" if digits != "000000" else "111111"
    for tried in range(1, 6):
        answer = use_digits(client, "ria@post.example", wrong)
        assert answer.status_code == 422 and 'id="digits-error"' in text_of(answer)
        assert all_of(engine, SignInCode)[-1].tries == tried
    assert use_digits(client, "ria@post.example", digits).status_code == 422
    assert not is_signed_in(client)


def test_digits_work_once(client: FlaskClient, site: Flask, engine: Engine, ria: Person) -> None:
    ask_code(client, "ria@post.example")
    digits, _token = mailed(site, engine)
    other = site.test_client()
    assert use_digits(client, "ria@post.example", digits).status_code == 303
    assert use_digits(other, "ria@post.example", digits).status_code == 422


@pytest.mark.parametrize("typed", ["", "12", "½", "१२३४५६", "x" * 100_000, "123456\x00", "' OR 1=1", "<script>"])
def test_odd_digits_are_wrong_digits(client: FlaskClient, ria: Person, typed: str) -> None:
    ask_code(client, "ria@post.example")
    assert use_digits(client, "ria@post.example", typed).status_code == 422


def test_the_digits_can_be_typed_in_another_browser(
    client: FlaskClient, site: Flask, engine: Engine, ria: Person
) -> None:
    ask_code(client, "ria@post.example")
    digits, _token = mailed(site, engine)
    other = site.test_client()
    assert 'id="email"' in text_of(other.get(f"{SIGN_IN}/code"))
    assert use_digits(other, "ria@post.example", digits).status_code == 303
    assert is_signed_in(other) and not is_signed_in(client)


def test_who_stopped_all_mails_still_gets_the_code_that_they_ask_for(
    client: FlaskClient, engine: Engine, ria: Person
) -> None:
    with rows(engine) as session:
        session.get_one(Person, ria.id).no_messages_at = NOW
    ask_code(client, "ria@post.example")
    assert [mail.name for mail in all_of(engine, OutboxMessage)] == ["sign_in"]


# ---- a link ----------------------------------------------------------------------------------------------------------


def test_opening_the_link_changes_nothing_and_its_button_lets_in(
    client: FlaskClient, site: Flask, engine: Engine, ria: Person
) -> None:
    ask_code(client, "ria@post.example")
    _digits, token = mailed(site, engine)
    for _mail_program in range(3):
        assert client.get(f"{SIGN_IN}/{token}").status_code == 200
    assert all_of(engine, SignInCode)[-1].used_at is None and not is_signed_in(client)
    assert post(client, f"{SIGN_IN}/{token}").status_code == 303
    assert is_signed_in(client)


def test_a_link_works_once_and_ten_minutes(client: FlaskClient, site: Flask, engine: Engine, ria: Person) -> None:
    ask_code(client, "ria@post.example")
    _digits, token = mailed(site, engine)
    csrf = token_of(client.get(f"{SIGN_IN}/{token}"))
    with time_machine.travel(NOW + timedelta(minutes=11), tick=True):
        assert client.get(f"{SIGN_IN}/{token}").status_code == 404
        late = client.post(f"{SIGN_IN}/{token}", data={"csrf_token": csrf})
        assert late.status_code == 404 and "Vraag een nieuwe link" in text_of(late)
    assert client.post(f"{SIGN_IN}/{token}", data={"csrf_token": csrf}).status_code == 303
    again = site.test_client()
    assert again.get(f"{SIGN_IN}/{token}").status_code == 404


@pytest.mark.parametrize("token", ["x", "WzEsInh4Il0.abc", "a" * 5000, "%00", "{{7*7}}", "İ", "..%2f.."])
def test_a_malformed_link_is_not_found(client: FlaskClient, token: str) -> None:
    assert client.get(f"{SIGN_IN}/{token}").status_code == 404


# ---- a password ------------------------------------------------------------------------------------------------------


@pytest.fixture
def marloes(engine: Engine, here: Community) -> Person:
    """A coordinator with a password."""
    with rows(engine) as session:
        return factories.create_coordinator(
            session, here, first_name="Marloes", email="marloes@post.example", password=PASSWORD
        )


def by_password(browser: FlaskClient, email: str, password: str) -> Any:
    return post(browser, f"{SIGN_IN}/password", {"email": email, "password": password})


def test_who_has_a_password_comes_in_with_it(client: FlaskClient, marloes: Person) -> None:
    answer = by_password(client, "marloes@post.example", PASSWORD)
    assert (answer.status_code, answer.headers["Location"]) == (303, f"{HERE}/desk")


def test_a_wrong_password_an_unknown_address_and_no_password_get_one_answer(
    site: Flask, marloes: Person, ria: Person
) -> None:
    pages = set()
    for email in ("marloes@post.example", "ria@post.example", "niemand@post.example"):
        answer = by_password(site.test_client(), email, "verkeerd wachtwoord")
        assert answer.status_code == 422
        pages.add(re.sub(r'name="csrf_token" value="[^"]+"', "", text_of(answer)).replace(email, "…"))
    assert len(pages) == 1


def test_a_password_is_never_shown_again(client: FlaskClient, marloes: Person) -> None:
    page = text_of(by_password(client, "marloes@post.example", "verkeerd wachtwoord"))
    assert "verkeerd wachtwoord" not in page and 'value="marloes@post.example"' in page


def test_ten_wrong_passwords_ask_for_a_pause_and_a_code_still_lets_in(
    client: FlaskClient, site: Flask, engine: Engine, marloes: Person
) -> None:
    for _n in range(10):
        assert by_password(client, "marloes@post.example", "verkeerd wachtwoord").status_code == 422
    answer = by_password(client, "marloes@post.example", PASSWORD)
    assert answer.status_code == 429 and "9:15" in text_of(answer)
    ask_code(client, "marloes@post.example")
    assert use_digits(client, "marloes@post.example", mailed(site, engine)[0]).status_code == 303


# ---- the session -----------------------------------------------------------------------------------------------------


def test_signing_in_keeps_the_language_and_the_draft_and_nothing_else(
    client: FlaskClient, site: Flask, engine: Engine, ria: Person
) -> None:
    post(client, f"{HERE}/ask", {"text": "Ik zoek iemand om mee te wandelen.", "whom": "self"})
    with client.session_transaction() as kept:
        before = dict(kept)
        kept["language"], kept["something_else"] = "en", "x"
    ask_code(client, "ria@post.example")
    use_digits(client, "ria@post.example", mailed(site, engine)[0])
    with client.session_transaction() as kept:
        assert kept["ask"] == before["ask"] and kept["language"] == "en"
        assert "something_else" not in kept and kept.get("csrf_token") != before["csrf_token"]
    assert "mee te wandelen" in text_of(client.get(f"{HERE}/ask"))


def test_who_signs_in_goes_on_where_they_were(client: FlaskClient, site: Flask, engine: Engine, ria: Person) -> None:
    asked = client.get(f"{HERE}/account/mails")
    assert asked.status_code == 302
    target = kept_target(text_of(client.get(asked.headers["Location"])))
    target = kept_target(ask_code(client, "ria@post.example", next=target), f"{SIGN_IN}/code")
    answer = use_digits(client, "ria@post.example", mailed(site, engine)[0], next=target)
    assert answer.headers["Location"] == f"{HERE}/account/mails"


@pytest.mark.parametrize(
    "target",
    ["//evil.example", "/\\evil.example", "https://evil.example", "javascript:alert(1)", "/\t/evil.example", "\\\\evil",
     "evil.example", "/ok\r\nSet-Cookie: x=1", "http:///evil.example", "///evil.example"],
)  # fmt: skip
def test_after_signing_in_nobody_is_sent_to_another_site(
    client: FlaskClient, site: Flask, engine: Engine, ria: Person, target: str
) -> None:
    assert kept_target(text_of(client.get(SIGN_IN, query_string={"next": target}))) == ""
    ask_code(client, "ria@post.example")
    answer = use_digits(client, "ria@post.example", mailed(site, engine)[0], next=target)
    assert answer.headers["Location"] == f"{HERE}/account"


def test_signing_out_leaves_nothing_but_the_language(
    client: FlaskClient, site: Flask, engine: Engine, ria: Person
) -> None:
    ask_code(client, "ria@post.example")
    use_digits(client, "ria@post.example", mailed(site, engine)[0])
    with client.session_transaction() as kept:
        kept["language"], kept["ask"] = "en", "a draft"
    answer = client.post(
        "/sign-out",
        data={"csrf_token": token_of(client.get(f"{HERE}/account"))},
        headers={"Referer": f"http://localhost{HERE}/account"},
    )
    assert answer.headers["Location"] == f"{HERE}/"
    assert not is_signed_in(client)
    with client.session_transaction() as kept:
        assert kept["language"] == "en" and "ask" not in kept and "_user_id" not in kept


def test_signing_out_without_a_referrer_leads_to_the_first_page(client: FlaskClient) -> None:
    answer = client.post("/sign-out", data={"csrf_token": token_of(client.get(SIGN_IN))})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/")


def test_every_sign_in_and_refusal_stands_in_the_log(
    client: FlaskClient, site: Flask, engine: Engine, ria: Person
) -> None:
    ask_code(client, "ria@post.example")
    use_digits(client, "ria@post.example", "nee")
    use_digits(client, "ria@post.example", mailed(site, engine)[0])
    assert [line.action for line in all_of(engine, AuditEntry)] == ["code_asked", "sign_in_refused", "signed_in"]


def test_who_is_in_already_is_sent_on(signed_in: Any, ria: Person) -> None:
    answer = signed_in(ria).get(SIGN_IN, query_string={"next": f"{HERE}/browse"})
    assert (answer.status_code, answer.headers["Location"]) == (303, f"{HERE}/browse")


def test_asking_for_codes_all_day_is_slowed_down(settings: Settings, reader: Reader) -> None:
    runtime = start(settings, reader)
    browser = create_app(runtime, RATELIMIT_ENABLED=True).test_client()
    limiter.reset()
    try:
        csrf = token_of(browser.get(SIGN_IN))
        found = [browser.post(SIGN_IN, data={"csrf_token": csrf, "email": f"a{n}@post.example"}) for n in range(11)]
        assert [answer.status_code for answer in found] == [200] * 10 + [429]
        assert browser.get(SIGN_IN).status_code == 200
    finally:
        limiter.reset()
        limiter.enabled = False
        runtime.engine.dispose()


# ---- the demonstration -----------------------------------------------------------------------------------------------


@pytest.fixture
def gerda(engine: Engine, here: Community) -> Person:
    """Somebody to try in the demonstration."""
    with rows(engine) as session:
        session.get_one(Community, here.id).invented = True
        person = factories.create_person(session, first_name="Gerda", email=f"inwoner@{TO_TRY}")
        factories.create_request(session, here, person)
        return person


def demo_site(settings: Settings, reader: Reader, **changed: Any) -> tuple[Flask, FlaskClient]:
    app = create_app(start(replace(settings, demo=True, **changed), reader), RATELIMIT_ENABLED=False)
    return app, app.test_client()


def test_in_the_demonstration_one_click_is_enough(settings: Settings, reader: Reader, gerda: Person) -> None:
    app, browser = demo_site(settings, reader)
    page = text_of(browser.get(SIGN_IN))
    assert "Kijk als Gerda" in page and f"{SIGN_IN}/try/{gerda.id}" in page
    answer = post(browser, f"{SIGN_IN}/try/{gerda.id}", page=SIGN_IN)
    assert answer.headers["Location"] == f"{HERE}/account" and is_signed_in(browser)
    walking.opened(app).engine.dispose()


def test_one_click_never_lets_in_as_anybody_else(
    settings: Settings, reader: Reader, gerda: Person, ria: Person, engine: Engine
) -> None:
    with rows(engine) as session:
        sly = factories.create_person(session, email="x@probeer.example.evil.example")
        other = factories.create_person(session, email="x@nietprobeer.example")
    app, browser = demo_site(settings, reader)
    for person_id in (ria.id, sly.id, other.id, 0, 10**12):
        assert post(browser, f"{SIGN_IN}/try/{person_id}", page=SIGN_IN).status_code == 404
    assert not is_signed_in(browser)
    walking.opened(app).engine.dispose()


def test_elsewhere_the_click_is_refused(client: FlaskClient, gerda: Person) -> None:
    assert "Gerda" not in text_of(client.get(SIGN_IN))
    assert post(client, f"{SIGN_IN}/try/{gerda.id}", page=SIGN_IN).status_code == 404
    assert not is_signed_in(client)


def test_on_a_real_site_the_click_is_refused_even_where_somebody_left_the_demonstration_on(
    settings: Settings, reader: Reader, gerda: Person
) -> None:
    app, browser = demo_site(settings, reader, env="production", secret_key="k" * 40)
    assert "Gerda" not in text_of(browser.get(SIGN_IN))
    assert post(browser, f"{SIGN_IN}/try/{gerda.id}", page=SIGN_IN).status_code == 404
    walking.opened(app).engine.dispose()
