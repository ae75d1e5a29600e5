"""Following one's own request: by the private link or with number and code, and changing one's mind at any moment."""

from typing import Any

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine
from sqlmodel import Session, select

from models.states import MatchState, RequestState
from models.tables import AuditEntry, Community, HelpRequest, Match, OutboxMessage, Person, Signal, Volunteer
from tests import factories
from tests.factories import NOW
from tests.web import walking
from tests.web.conftest import post
from tests.web.walking import HERE, link_of, nl, rows, text_of


@pytest.fixture(autouse=True)
def here(engine: Engine) -> Community:
    return walking.two_communities(engine)[0]


def _request(engine: Engine, here: Community, **columns: Any) -> HelpRequest:
    with rows(engine) as session:
        resident = factories.create_person(session, first_name="Hendrika", last_name="Oude Vrielink", address="Plein 3")
        return factories.create_request(session, here, resident, **columns)


def _match(engine: Engine, request: HelpRequest, state: str, **columns: Any) -> Match:
    with rows(engine) as session:
        here = session.get(Community, request.community_id)
        assert here is not None
        person = factories.create_person(session, first_name="Yusuf", last_name="Kaya", phone="+31611112222")
        volunteer = factories.create_volunteer(session, here, person)
        return factories.create_match(session, request, volunteer, state=state, **columns)


def _now(engine: Engine, row: Any) -> Any:
    with Session(engine) as session:
        return session.get(type(row), row.id)


# ---- the way in ------------------------------------------------------------------------------------------------------


def test_number_and_code_from_paper_open_the_request(
    client: FlaskClient, site: Flask, engine: Engine, here: Community
) -> None:
    request = _request(engine, here)
    code = walking.opened(site).tokens.request_code(request.id or 0, 1)
    typed = {"reference": str(request.reference).replace("-", " "), "code": f"{code[:4].lower()}-{code[4:]}"}
    answer = post(client, f"{HERE}/follow", typed)
    assert answer.headers["Location"] == link_of(site, request, by_mail=False)
    assert client.get(answer.headers["Location"]).status_code == 200


def test_the_same_words_for_a_wrong_code_and_an_unknown_number(
    client: FlaskClient, engine: Engine, here: Community
) -> None:
    request = _request(engine, here)
    pages = []
    for reference in (request.reference, "2611-9999"):
        answer = post(client, f"{HERE}/follow", {"reference": reference, "code": "AAAA BBBB"})
        assert answer.status_code == 422
        assert text_of(answer).count("horen niet bij elkaar") == 2
        pages.append(text_of(answer).split('id="reference"')[0])
    assert "AAAA BBBB" in text_of(answer)


def test_after_five_wrong_codes_there_is_a_pause_and_a_phone_number(
    client: FlaskClient, site: Flask, engine: Engine, here: Community
) -> None:
    request = _request(engine, here)
    code = walking.opened(site).tokens.request_code(request.id or 0, 1)
    for _try in range(5):
        assert post(client, f"{HERE}/follow", {"reference": request.reference, "code": "wrong"}).status_code == 422
    right = post(client, f"{HERE}/follow", {"reference": request.reference, "code": code})
    assert right.status_code == 429
    assert "tot 9:15 uur" in text_of(right) and "074 245 0000" in text_of(right)
    with time_machine.travel("2026-11-24T08:16:00+00:00", tick=True):
        assert post(client, f"{HERE}/follow", {"reference": request.reference, "code": code}).status_code == 303


@pytest.mark.parametrize(
    "typed", [{}, {"reference": "\0", "code": "x" * 100_000}, {"reference": "2611-0001", "code": ""}]
)
def test_an_empty_or_strange_code_is_no_fault(client: FlaskClient, typed: dict[str, str]) -> None:
    assert post(client, f"{HERE}/follow", typed).status_code == 422


@pytest.mark.parametrize(
    "token", ["x", "WzFd.AAAA", "a" * 5000, "%00", "../../x", "WzEsMV0.gKG7MmFarVcQbxH_gDROGiznizcWSv17w"]
)
def test_a_link_that_is_not_ours_says_what_to_do(client: FlaskClient, token: str) -> None:
    answer = client.get(f"{HERE}/r/{token}")
    assert answer.status_code == 404
    if "/" not in token:
        assert "Deze link werkt niet" in text_of(answer) and f'href="{HERE}/follow"' in text_of(answer)


def test_an_old_link_and_code_stop_working(client: FlaskClient, site: Flask, engine: Engine, here: Community) -> None:
    request = _request(engine, here)
    old = link_of(site, request)
    answer = post(client, f"{old}/renew", page=old)
    fresh = answer.headers["Location"]
    assert client.get(fresh).status_code == 200 and fresh.split("#")[0] != old
    assert client.get(old).status_code == 404
    code = walking.opened(site).tokens.request_code(request.id or 0, 1)
    assert post(client, f"{HERE}/follow", {"reference": request.reference, "code": code}).status_code == 422


def test_the_link_opens_nothing_in_another_community(
    client: FlaskClient, site: Flask, engine: Engine, here: Community
) -> None:
    request = _request(engine, here)
    assert client.get(link_of(site, request, "/heerenveen")).status_code == 404


def test_a_forgotten_person_has_no_page_any_more(
    client: FlaskClient, site: Flask, engine: Engine, here: Community
) -> None:
    request = _request(engine, here)
    with rows(engine) as session:
        person = session.get(Person, request.resident_id)
        assert person is not None
        person.erased_at = NOW
        session.add(person)
    assert client.get(link_of(site, request)).status_code == 404


# ---- the page --------------------------------------------------------------------------------------------------------

STATES = [
    ("submitted", "Wij lezen uw hulpvraag."),
    ("asked_back", "Wij hebben een vraag aan u"),
    ("open", "Wij zoeken iemand in de buurt"),
    ("on_hold", "Uw hulpvraag wacht"),
    ("matched", "Uw hulpvraag"),
    ("fulfilled", "De hulp is klaar."),
    ("referred", "Iemand anders kan u hier beter mee helpen."),
    ("closed", "Wij hebben deze hulpvraag gesloten."),
    ("withdrawn", "Deze hulpvraag is gestopt."),
    ("expired", "Wij zoeken niet meer."),
]


@pytest.mark.parametrize(("state", "words"), STATES)
def test_each_state_is_told_in_plain_words(
    client: FlaskClient, site: Flask, engine: Engine, here: Community, state: str, words: str
) -> None:
    request = _request(engine, here, state=state)
    answer = client.get(link_of(site, request))
    page = text_of(answer)
    assert answer.status_code == 200 and words in page
    assert answer.headers["Cache-Control"] == "no-store"
    assert state not in page.replace("open-source", "").replace("open source", "") or state == "open"
    assert "074 245 0000" in page


def test_the_page_shows_nothing_of_who_the_person_is(
    client: FlaskClient, site: Flask, engine: Engine, here: Community
) -> None:
    """Whoever types somebody's e-mail address gets a link too; it must not tell them who that is."""
    request = _request(engine, here)
    page = text_of(client.get(link_of(site, request)))
    for private in ("Hendrika", "Vrielink", "Plein 3", "post.example"):
        assert private not in page


def test_somebody_who_thinks_about_it_is_not_named(
    client: FlaskClient, site: Flask, engine: Engine, here: Community
) -> None:
    request = _request(engine, here)
    _match(engine, request, "approved")
    page = text_of(client.get(link_of(site, request)))
    assert "Wij hebben iemand gevraagd" in page and "Yusuf" not in page


def test_a_proposal_is_a_first_name_and_reasons(
    client: FlaskClient, site: Flask, engine: Engine, here: Community
) -> None:
    request = _request(engine, here)
    match = _match(engine, request, "accepted_by_volunteer", score=0.87)
    with rows(engine) as session:
        volunteer = session.get(Volunteer, match.volunteer_id)
        assert volunteer is not None
        factories.create_certificate(session, volunteer, factories.create_coordinator(session, here))
    page = text_of(client.get(link_of(site, request)))
    assert "Yusuf wil graag helpen" in page and "Hengelo" in page
    assert "Woont bij u in de buurt" in page and "Doet dit graag: Mee naar ziekenhuis of arts" in page
    assert "Yusuf heeft een VOG" in page
    for hidden in ("Kaya", "11112222", "post.example", "0.87", "0,87", "87 %"):
        assert hidden not in page.replace("#", "").split("<main")[1].split("</main")[0]


@pytest.mark.parametrize("text", ["Bel mij op 06 11112222", "Ik ben Yusuf Kaya", "mail y.kaya@post.example"])
def test_own_words_with_more_than_a_first_name_are_not_shown(
    client: FlaskClient, site: Flask, engine: Engine, here: Community, text: str
) -> None:
    request = _request(engine, here)
    match = _match(engine, request, "accepted_by_volunteer")
    with rows(engine) as session:
        volunteer = session.get(Volunteer, match.volunteer_id)
        assert volunteer is not None
        volunteer.text = text
        session.add(volunteer)
    page = text_of(client.get(link_of(site, request)))
    assert "Yusuf wil graag helpen" in page and text not in page


# ---- changing one's mind ---------------------------------------------------------------------------------------------


def test_the_coordinators_question_is_answered(
    client: FlaskClient, site: Flask, engine: Engine, here: Community
) -> None:
    request = _request(engine, here, state="asked_back")
    link = link_of(site, request)
    assert "Welke dag komt u het beste uit?" in text_of(client.get(link))
    empty = post(client, f"{link}/answer", {"answer": "  "}, page=link)
    assert empty.status_code == 422 and "<title>Fout:" in text_of(empty)
    assert f'name="next" value="{link}"' in text_of(empty)  # the other language shows the page, not the empty form
    assert post(client, f"{link}/answer", {"answer": "Dinsdag graag."}, page=link).status_code == 303
    row = _now(engine, request)
    assert row.state == RequestState.SUBMITTED and row.text.endswith("\n\nDinsdag graag.")


def test_a_second_answer_explains_what_happened(
    client: FlaskClient, site: Flask, engine: Engine, here: Community
) -> None:
    request = _request(engine, here, state="submitted")
    link = link_of(site, request)
    post(client, f"{link}/answer", {"answer": "Nog een keer."}, page=link)
    assert nl("Somebody changed this a moment ago. Look at it again.") in text_of(client.get(link))
    assert "Nog een keer" not in _now(engine, request).text


def test_a_request_waits_until_a_day_and_goes_on(
    client: FlaskClient, site: Flask, engine: Engine, here: Community
) -> None:
    request = _request(engine, here)
    link = link_of(site, request)
    for wrong in ("", "2026-11-24", "2020-01-01", "31-02-2027", "2031-01-01"):
        refused = post(client, f"{link}/hold", {"until": wrong})
        assert refused.status_code == 422 and 'href="#until"' in text_of(refused), wrong
    assert post(client, f"{link}/hold", {"until": "2026-12-10"}).status_code == 303
    assert "Uw hulpvraag wacht tot donderdag 10 december." in text_of(client.get(link))
    post(client, f"{link}/resume", page=link)
    assert _now(engine, request).state == RequestState.OPEN


def test_stopping_is_asked_once_more(client: FlaskClient, site: Flask, engine: Engine, here: Community) -> None:
    request = _request(engine, here)
    link = link_of(site, request)
    assert "Heeft u geen hulp meer nodig?" in text_of(client.get(f"{link}/withdraw"))
    assert _now(engine, request).state == RequestState.OPEN
    post(client, f"{link}/withdraw", {"why": "solved"})
    row = _now(engine, request)
    assert row.state == RequestState.WITHDRAWN and row.reason == "Ik heb al hulp gevonden"
    again = client.get(f"{link}/withdraw")
    assert again.status_code == 303


def test_still_wanted_is_a_sign_of_life(client: FlaskClient, site: Flask, engine: Engine, here: Community) -> None:
    request = _request(engine, here, life_asked=1)
    link = link_of(site, request)
    assert "Heeft u nog hulp nodig?" in text_of(client.get(link))
    post(client, f"{link}/still-wanted", page=link)
    row = _now(engine, request)
    assert row.life_asked == 0 and row.life_at > NOW
    assert "Heeft u nog hulp nodig?" not in text_of(client.get(link))


# ---- yes or no -------------------------------------------------------------------------------------------------------


def test_yes_makes_the_two_known_to_each_other(
    client: FlaskClient, site: Flask, engine: Engine, here: Community
) -> None:
    request = _request(engine, here)
    match = _match(engine, request, "accepted_by_volunteer")
    link = link_of(site, request)
    answer = post(client, f"{link}/match/{match.id}/agree", page=link)
    assert answer.headers["Location"] == f"{link}/match/{match.id}"
    page = text_of(client.get(answer.headers["Location"]))
    assert "Yusuf Kaya" in page and "06 11112222" in page
    assert _now(engine, request).state == RequestState.MATCHED
    again = post(client, f"{link}/match/{match.id}/agree", page=link)
    assert again.headers["Location"] == f"{link}/match/{match.id}"


def test_rather_not_is_said_with_a_reason_and_we_look_on(
    client: FlaskClient, site: Flask, engine: Engine, here: Community
) -> None:
    request = _request(engine, here)
    match = _match(engine, request, "accepted_by_volunteer")
    link = link_of(site, request)
    post(client, f"{link}/match/{match.id}/decline", {"why": "known", "note": "Van de kerk."})
    row = _now(engine, match)
    assert row.state == MatchState.DECLINED and row.reason == "Ik ken deze persoon. Van de kerk."
    assert _now(engine, request).state == RequestState.OPEN
    with Session(engine) as session:
        assert [s.kind for s in session.exec(select(Signal))] == ["declined"]
        assert "match_not_chosen" in [m.name for m in session.exec(select(OutboxMessage))]


def test_no_needs_no_reason(client: FlaskClient, site: Flask, engine: Engine, here: Community) -> None:
    request = _request(engine, here)
    match = _match(engine, request, "accepted_by_volunteer")
    link = link_of(site, request)
    post(client, f"{link}/match/{match.id}/decline", {})
    assert _now(engine, match).state == MatchState.DECLINED


def test_a_yes_that_comes_too_late_is_explained(
    client: FlaskClient, site: Flask, engine: Engine, here: Community
) -> None:
    request = _request(engine, here)
    match = _match(engine, request, "withdrawn", agreed_at=None)
    link = link_of(site, request)
    answer = post(client, f"{link}/match/{match.id}/agree", page=link)
    assert answer.headers["Location"] == link
    assert nl("Somebody changed this a moment ago. Look at it again.") in text_of(client.get(link))
    assert client.get(f"{link}/match/{match.id}").headers["Location"] == link


def test_before_the_yes_nobody_is_shown_how_to_reach_the_other(
    client: FlaskClient, site: Flask, engine: Engine, here: Community
) -> None:
    request = _request(engine, here)
    match = _match(engine, request, "accepted_by_volunteer")
    link = link_of(site, request)
    assert client.get(f"{link}/match/{match.id}").status_code == 303
    with Session(engine) as session:
        assert not session.exec(select(AuditEntry).where(AuditEntry.action == "contact_seen")).all()


def test_the_match_of_somebody_else_does_not_exist(
    client: FlaskClient, site: Flask, engine: Engine, here: Community
) -> None:
    mine, theirs = _request(engine, here), _request(engine, here)
    match = _match(engine, theirs, "agreed")
    link = link_of(site, mine)
    for path in ("", "/plan", "/decline", "/stop", "/complete", "/first-place", "/appointment/1/move"):
        assert client.get(f"{link}/match/{match.id}{path}").status_code == 404
    assert client.get(f"{link}/match/{2**70}").status_code == 404
    unheard = _match(engine, mine, "proposed")
    assert client.get(f"{link}/match/{unheard.id}").status_code == 404


def test_being_forgotten_asks_who_it_is_first(
    client: FlaskClient, site: Flask, engine: Engine, here: Community
) -> None:
    request = _request(engine, here)
    page = text_of(client.get(f"{link_of(site, request)}/forget"))
    assert "Vergeet alles over mij" in page and "074 245 0000" in page


def test_nothing_changes_by_a_get(client: FlaskClient, site: Flask, engine: Engine, here: Community) -> None:
    request = _request(engine, here, life_asked=1)
    match = _match(engine, request, "accepted_by_volunteer")
    link = link_of(site, request)
    before = (_now(engine, request).model_dump(), _now(engine, match).model_dump())
    for path in ("", "/hold", "/withdraw", "/address", "/forget", f"/match/{match.id}/decline"):
        client.get(f"{link}{path}")
    for path in ("/resume", "/still-wanted", "/renew", "/answer", f"/match/{match.id}/agree"):
        assert client.get(f"{link}{path}").status_code == 405
    assert (_now(engine, request).model_dump(), _now(engine, match).model_dump()) == before
