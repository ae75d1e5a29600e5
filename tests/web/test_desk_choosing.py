"""Choosing who helps: the ranking with its reasons, who does not fit, approving, undoing, and being second."""

import re
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from flask import Flask
from sqlalchemy import Engine

from models.tables import Community, Person, Volunteer
from tests import factories
from tests.factories import NOW
from tests.statements import statements
from tests.web import desk as desks
from tests.web.desk import Browser, Desk
from tests.web.walking import nl, opened, rows, text_of

MOST_STATEMENTS = 15


@pytest.fixture
def desk(engine: Engine, signed_in: Browser) -> Desk:
    return desks.open_desk(engine, signed_in)


def _page(desk: Desk, asked: Any, more: str = "") -> str:
    return desk.read(f"/requests/{asked.id}{more}")


def _ranked(page: str) -> list[str]:
    return re.findall(r'candidate__name"><span class="visually-hidden">\d+\. </span><a [^>]+>([^<]+)<', page)


def _propose(desk: Desk, asked: Any, volunteer: Any, approve: str = "1", **more: Any) -> Any:
    data = {"volunteer_id": volunteer.id, "approve": approve}
    return desk.press(f"/requests/{asked.id}/propose", data, page=f"/requests/{asked.id}", **more)


# ---- the ranking -----------------------------------------------------------------------------------------------------


def test_candidates_are_ranked_with_reasons_and_never_a_score(desk: Desk) -> None:
    asked = desk.request(kinds=["hospital-escort"])
    page = _page(desk, asked)
    assert _ranked(page) == ["Yusuf Demir", "Ria Stoel"]
    assert nl("Lives in the neighbourhood.") in page
    assert nl("No e-mail: is called") in page
    assert "score" not in page.lower() and not re.search(r"0[.,]\d\d", page)


def test_an_old_offer_is_a_caution_and_no_praise(desk: Desk) -> None:
    with rows(desk.engine) as session:
        session.get_one(Volunteer, desk.yusuf.id).confirmed_on = NOW.date() - timedelta(days=730)
    page = desk.read(f"/requests/{desk.request().id}")
    said = page.index(nl("Offered help %(months)s months ago. Ask whether it still stands.", months=24))
    assert page.rindex("reasons__item--watch", 0, said) > page.rindex("<li", 0, said)


def test_how_much_somebody_helps_and_until_when_a_vog_is_valid_stands_there(desk: Desk) -> None:
    asked = desk.request(kinds=["hospital-escort"])
    other = desk.request(resident=desk.person_of(desk.ria))
    desk.match(other, desk.yusuf, "active")
    with rows(desk.engine) as session:
        factories.create_certificate(session, desk.yusuf, desk.joost)
    page = _page(desk, asked)
    assert "Helpt 1 persoon, hoogstens 2" in page
    assert "VOG tot donderdag 22 november 2029" in page or "VOG tot" in page


def test_who_does_not_fit_is_counted_by_reason_and_named_on_asking(desk: Desk) -> None:
    asked = desk.request(kinds=["hospital-escort"])
    with rows(desk.engine) as session:
        far = factories.create_person(session, first_name="Verre", last_name="Vriend")
        factories.create_volunteer(session, desk.community, far, postcode="8441", max_km=5)
        late = factories.create_person(session, first_name="Drukke", last_name="Dirk")
        factories.create_volunteer(session, desk.community, late, windows=[])
        session.get_one(Community, desk.community.id).volunteer_revision = 3
    page = _page(desk, asked)
    assert "2 vrijwilligers passen niet: waarom?" in page
    assert nl("too far") in page and nl("cannot come then") in page
    assert "Verre Vriend" not in page
    assert "Verre Vriend" in _page(desk, asked, "?why=distance")
    assert "Verre Vriend" not in _page(desk, asked, "?why=time")
    assert "Drukke Dirk" in _page(desk, asked, "?why=time")
    assert "Verre Vriend" not in _page(desk, asked, "?why=nonsense")


def test_why_not_this_volunteer_is_answered_in_a_sentence(desk: Desk) -> None:
    asked = desk.request(kinds=["hospital-escort"])
    with rows(desk.engine) as session:
        far = factories.create_person(session, first_name="Verre", last_name="Vriend")
        factories.create_volunteer(session, desk.community, far, postcode="8441", max_km=5)
        session.get_one(Community, desk.community.id).volunteer_revision = 3
    page = _page(desk, asked, "?who=verre")
    assert "Verre Vriend" in page and "kilometer" in page
    assert nl("Nothing stands in the way. Others fit better.") in _page(desk, asked, "?who=ria")
    assert nl("Nobody with this name helps here.") in _page(desk, asked, "?who=nobody")
    assert _page(desk, asked, "?who=%00%25")


def test_who_can_come_but_offers_something_else_stands_apart(desk: Desk) -> None:
    asked = desk.request(kinds=["garden"], text="De heg is te hoog.")
    page = _page(desk, asked)
    assert nl("Nobody who can come mentions this help.") in page
    assert nl("Who can come, but does not mention this help") in page


def test_nobody_at_all_says_what_to_do(desk: Desk) -> None:
    with rows(desk.engine) as session:
        for volunteer in (desk.yusuf, desk.ria):
            row = session.get_one(type(volunteer), volunteer.id)
            row.windows = []
    asked = desk.request()
    assert nl("Nobody fits at this moment") in _page(desk, asked)


def test_volunteers_of_another_community_are_not_ranked_here(desk: Desk) -> None:
    with rows(desk.engine) as session:
        person = factories.create_person(session, first_name="Sjoukje", last_name="Hiemstra")
        factories.create_volunteer(session, desk.elsewhere, person, postcode="7551")
    asked = desk.request(kinds=["hospital-escort"])
    assert "Hiemstra" not in _page(desk, asked) and "Hiemstra" not in _page(desk, asked, "?who=Sjoukje")


def test_a_blocked_pair_is_not_offered_and_cannot_be_forced(desk: Desk) -> None:
    asked = desk.request(kinds=["hospital-escort"])
    with rows(desk.engine) as session:
        factories.create_block(session, desk.community, desk.dina, desk.person_of(desk.yusuf), desk.marieke)
    assert _ranked(_page(desk, asked)) == ["Ria Stoel"]
    page = text_of(_propose(desk, asked, desk.yusuf))
    assert nl("These two cannot be brought together.") in page
    assert desk.matches() == []


def test_what_each_sees_of_the_other_is_said(desk: Desk) -> None:
    page = _page(desk, desk.request())
    assert nl("The volunteer sees") in page and nl("The resident sees") in page
    assert nl("Phone numbers and addresses are shown only when both have said yes.") in page


# ---- proposing and approving -----------------------------------------------------------------------------------------


def test_proposing_tells_nobody_yet(desk: Desk) -> None:
    asked = desk.request(kinds=["hospital-escort"])
    page = text_of(_propose(desk, asked, desk.yusuf, approve="0"))
    match = desk.matches()[0]
    assert (match.state, match.origin) == ("proposed", "coordinator")
    assert match.score is not None and {c["code"] for c in match.codes} >= {"offers_kind"}
    assert "Yusuf is voorgesteld. Er is nog geen bericht verstuurd" in page
    assert desk.told(desk.person_of(desk.yusuf)) == []
    assert nl("Wait for your approval") in page


def test_one_button_proposes_and_approves_and_says_who_is_told(desk: Desk) -> None:
    asked = desk.request(kinds=["hospital-escort"])
    page = text_of(_propose(desk, asked, desk.yusuf))
    assert desk.matches()[0].state == "approved"
    assert nl("%(name)s gets an e-mail about it.", name="Yusuf") in page
    assert desk.told(desk.person_of(desk.yusuf)) == ["proposal_volunteer"]


def test_a_volunteer_without_mail_comes_on_the_call_list(desk: Desk) -> None:
    asked = desk.request(kinds=["hospital-escort"])
    page = text_of(_propose(desk, asked, desk.ria))
    assert nl("%(name)s gets no e-mail: the call list says to call.", name="Ria") in page
    assert desk.calls(desk.person_of(desk.ria)) == ["proposal_volunteer"]


def test_who_offered_themselves_stands_on_top_with_their_note(desk: Desk) -> None:
    asked = desk.request(kinds=["hospital-escort"])
    desk.match(asked, desk.ria, origin="coordinator")
    desk.match(asked, desk.yusuf, origin="volunteer", note="Ik woon om de hoek.")
    page = _page(desk, asked)
    assert page.index("Yusuf Demir") < page.index("Ria Stoel")
    assert "Ik woon om de hoek." in page


def test_approving_an_offer_asks_the_resident(desk: Desk) -> None:
    asked = desk.request()
    match = desk.match(asked, desk.yusuf, origin="volunteer")
    page = text_of(desk.press(f"/matches/{match.id}/approve", page=f"/requests/{asked.id}"))
    assert desk.again(match).state == "accepted_by_volunteer"
    assert nl("%(name)s gets an e-mail about it.", name="Dina") in page
    assert desk.told(desk.dina) == ["proposal_resident"]


def test_who_left_the_choice_is_told_at_once_and_so_is_the_volunteer(desk: Desk) -> None:
    asked = desk.request(leaves_choice=True)
    match = desk.match(asked, desk.yusuf, origin="volunteer")
    page = text_of(desk.press(f"/matches/{match.id}/approve", page=f"/requests/{asked.id}"))
    assert desk.again(match).state == "agreed"
    for name in ("Yusuf", "Dina"):
        assert nl("%(name)s gets an e-mail about it.", name=name) in page
    assert nl("Undo") in page


def test_an_approval_is_undone_within_half_a_minute(desk: Desk) -> None:
    asked = desk.request(kinds=["hospital-escort"])
    assert nl("Undo") in text_of(_propose(desk, asked, desk.yusuf))
    match = desk.matches()[0]
    with time_machine.travel(NOW + timedelta(seconds=20)):
        page = text_of(desk.press(f"/matches/{match.id}/undo", page=f"/requests/{asked.id}"))
    assert "Niemand heeft bericht gehad" in page
    assert [m.state for m in desk.matches()] == ["withdrawn", "proposed"]
    assert "meteen teruggedraaid" not in page.split("Eerder geprobeerd")[-1][:50]


def test_after_half_a_minute_there_is_no_undo_and_a_late_click_explains(desk: Desk) -> None:
    asked = desk.request(kinds=["hospital-escort"])
    _propose(desk, asked, desk.yusuf)
    match = desk.matches()[0]
    with time_machine.travel(NOW + timedelta(seconds=45)):
        assert f"/matches/{match.id}/undo" not in _page(desk, asked)
        page = text_of(desk.press(f"/matches/{match.id}/undo", page=f"/requests/{asked.id}"))
    assert nl("The message has gone out already. You can still withdraw the match.") in page
    assert desk.again(match).state == "approved"


def test_two_colleagues_choose_and_the_second_reads_who_was_chosen(desk: Desk) -> None:
    asked = desk.request(kinds=["hospital-escort"])
    _propose(desk, asked, desk.yusuf, who=desk.joost)
    page = text_of(_propose(desk, asked, desk.ria))
    assert "Yusuf Demir is net gekozen voor deze hulpvraag. Uw klik heeft niets veranderd." in page
    assert [m.state for m in desk.matches()] == ["approved"]
    assert nl("If it comes to nothing: who is next") in page


def test_a_stale_approval_of_another_proposal_reads_the_same(desk: Desk) -> None:
    asked = desk.request()
    first, second = desk.match(asked, desk.yusuf), desk.match(asked, desk.ria)
    desk.press(f"/matches/{first.id}/approve", page=f"/requests/{asked.id}", who=desk.joost)
    page = text_of(desk.press(f"/matches/{second.id}/approve", page=f"/requests/{asked.id}"))
    assert "Yusuf Demir is net gekozen" in page
    assert desk.again(second).state == "proposed"


def test_a_double_click_proposes_once(desk: Desk) -> None:
    asked = desk.request()
    _propose(desk, asked, desk.yusuf, approve="0")
    page = text_of(_propose(desk, asked, desk.yusuf, approve="0"))
    assert nl("This volunteer is proposed for this request already.") in page
    assert len(desk.matches()) == 1


def test_help_that_needs_a_vog_is_not_approved_without_one(desk: Desk) -> None:
    with rows(desk.engine) as session:
        session.get_one(Community, desk.community.id).vog_kinds = ["hospital-escort"]
    asked = desk.request(kinds=["hospital-escort"])
    assert _ranked(_page(desk, asked)) == []
    assert nl("without a valid VOG") in _page(desk, asked)
    page = text_of(_propose(desk, asked, desk.yusuf))
    assert "VOG" in page and desk.matches() == []


@pytest.mark.parametrize("volunteer_id", ["", "x", "999999", "99999999999999999999", "-1"])
def test_a_forged_volunteer_is_not_found(desk: Desk, volunteer_id: str) -> None:
    asked = desk.request()
    answer = desk.press(f"/requests/{asked.id}/propose", {"volunteer_id": volunteer_id}, page=f"/requests/{asked.id}")
    assert answer.status_code == 404


def test_a_volunteer_of_another_community_cannot_be_proposed(desk: Desk) -> None:
    with rows(desk.engine) as session:
        stranger = factories.create_volunteer(session, desk.elsewhere)
    answer = _propose(desk, desk.request(), stranger)
    assert answer.status_code == 404 and desk.matches() == []


@pytest.mark.parametrize("name", ["approve", "undo", "yes", "no", "reject", "complete", "fail", "withdraw", "place"])
def test_nothing_can_be_done_to_a_match_of_another_community(desk: Desk, name: str) -> None:
    with rows(desk.engine) as session:
        asked = factories.create_request(session, desk.elsewhere)
        match = factories.create_match(session, asked, factories.create_volunteer(session, desk.elsewhere))
    assert desk.press(f"/matches/{match.id}/{name}", {"text": "x"}).status_code == 404
    assert desk.get(f"/matches/{match.id}").status_code == 404
    assert desk.again(match).state == "proposed"


# ---- quick enough ----------------------------------------------------------------------------------------------------


def _many(desk: Desk, number: int) -> Any:
    """Make many volunteers and a request that somebody asked for somebody, with a past."""
    with rows(desk.engine) as session:
        for _ in range(number):
            factories.create_volunteer(session, desk.community)
        session.get_one(Community, desk.community.id).volunteer_revision = number + 2
        anna = factories.create_person(session, first_name="Anna")
    asked = desk.request(kinds=["hospital-escort"], asker_id=anna.id, contact_id=anna.id, relation="daughter")
    desk.match(asked, desk.yusuf, origin="volunteer")
    desk.match(asked, desk.ria, "declined", reason="Geen tijd.")
    return asked


@pytest.mark.parametrize("more", ["", "?why=capacity", "?why=distance&page=2"])
def test_the_page_with_its_candidates_takes_few_statements_however_many_there_are(
    desk: Desk, site: Flask, more: str
) -> None:
    asked = _many(desk, 60)
    with rows(desk.engine) as session:
        for person in (desk.marieke, desk.dina):
            session.add(person)
    browser, path = desk.browser, f"{desks.DESK}/requests/{asked.id}{more}"
    browser.get(path)  # the first one reads all volunteers into the ranking
    with statements(opened(site).engine) as said:
        page = text_of(browser.get(path))
    assert len(_ranked(page)) == 20 or more
    assert 0 < len(said) <= MOST_STATEMENTS, "\n".join(said)


def test_every_match_of_a_request_stays_findable(desk: Desk) -> None:
    asked = _many(desk, 1)
    page = _page(desk, asked)
    assert "Eerder geprobeerd: 1 vrijwilliger" in page and "Geen tijd." in page


def test_an_erased_volunteer_leaves_no_broken_page(desk: Desk) -> None:
    asked = desk.request()
    match = desk.match(asked, desk.yusuf, "withdrawn")
    with rows(desk.engine) as session:
        person = session.get_one(Person, desk.yusuf.person_id)
        person.first_name = person.last_name = ""
        person.email = person.phone = None
        person.erased_at = NOW
    assert _page(desk, asked)
    assert nl("Erased") in desk.read(f"/matches/{match.id}")
    assert nl("Erased") in desk.read(f"/volunteers/{desk.yusuf.id}")
    assert nl("Erased") in desk.read("/matches?group=ended")
