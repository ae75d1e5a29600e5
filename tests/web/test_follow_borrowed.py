"""Somebody types the address of somebody else: nothing of the owner, or agreed for them, comes of it."""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine

from models.states import MatchState
from models.tables import Community, OutboxMessage
from tests.web import walking
from tests.web.conftest import post
from tests.web.together import Together
from tests.web.walking import link_of, nl, text_of


@pytest.fixture(autouse=True)
def here(engine: Engine) -> Community:
    return walking.two_communities(engine)[0]


def test_who_only_filled_in_the_form_reads_no_answer_and_gives_none(
    client: FlaskClient, site: Flask, engine: Engine, here: Community
) -> None:
    two = Together(site, engine, here, state=MatchState.ACCEPTED)
    page = link_of(site, two.request, by_mail=False)
    seen = text_of(client.get(page))
    assert nl("Your mail tells you more") in seen and "Yusuf" not in seen
    for path in ("agree", "decline"):
        said = post(client, f"{page}/match/{two.match.id}/{path}", {"why": "other"}, page=page)
        assert said.status_code == 403 and nl("Open the link from our mail") in text_of(said)
    assert two.now(two.match).state == MatchState.ACCEPTED
    assert post(client, f"{two.link}/match/{two.match.id}/agree").status_code == 303  # the same, from the mail
    assert two.now(two.match).state == MatchState.AGREED


def test_nor_sees_how_to_reach_anybody_once_it_is_agreed(
    client: FlaskClient, site: Flask, engine: Engine, here: Community
) -> None:
    two = Together(site, engine, here)
    page = link_of(site, two.request, by_mail=False)
    for path in ("", "/plan", "/complete", "/stop", "/first-place"):
        said = client.get(f"{page}/match/{two.match.id}{path}")
        assert said.status_code == 403 and "+31611112222" not in text_of(said) and "Kaya" not in text_of(said)
    assert client.get(f"{page}/address").status_code == 403
    assert nl("Mail me the link") in text_of(client.get(page))


def test_the_link_goes_to_who_owns_the_address_and_once_in_ten_minutes(
    client: FlaskClient, site: Flask, engine: Engine, here: Community
) -> None:
    two = Together(site, engine, here, state=MatchState.ACCEPTED)
    page = link_of(site, two.request, by_mail=False)
    for _click in range(3):
        assert post(client, f"{page}/mail-link").headers["Location"] == page
    sent = [row for row in two.all(OutboxMessage) if row.name == "request_link"]
    assert [row.recipient_id for row in sent] == [two.resident.id]
