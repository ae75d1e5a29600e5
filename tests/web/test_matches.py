"""Saying yes or rather not to a match, signed in: what each reads, what happens, and who finds nothing here."""

from typing import Any

import pytest
from sqlalchemy import Engine

from models.tables import Match, Person
from tests import factories
from tests.factories import NOW
from tests.web import pairs
from tests.web.conftest import token_for, token_of
from tests.web.pairs import PRIVATE, Browser, Scene
from tests.web.walking import HERE, nl, rows, text_of


@pytest.fixture
def scene(engine: Engine, signed_in: Browser) -> Scene:
    return pairs.scene(engine, signed_in)


# ---- a volunteer is asked --------------------------------------------------------------------------------------------


def test_who_is_asked_reads_what_it_is_and_why_it_fits_and_nothing_private(scene: Scene) -> None:
    match = scene.match(
        codes=[{"code": "same_area"}, {"code": "far", "km": 9}],
        request={"when": {"kind": "once", "start": "2026-12-08T13:30", "end": "2026-12-08T15:30"}},
    )
    page = scene.read(scene.yusuf, match)
    assert nl("Can you help %(resident)s?", resident="Dina") in page
    assert "Iemand wil graag gezelschap op weg naar het ziekenhuis." in page
    assert "dinsdag 8 december, 13:30 tot 15:30 uur" in page
    assert "Hengelo 7551" in page
    assert nl("In your neighbourhood.") in page
    assert "Wat verder weg: 9 kilometer" in page
    assert [word for word in PRIVATE if word in page] == []
    assert "Wie kan mij dinsdag" not in page  # her own words are for the desk


def test_a_request_without_a_public_text_says_what_kind_of_help_it_is(scene: Scene) -> None:
    assert "Iemand vraagt" in scene.read(scene.yusuf, scene.match(request={"summary": ""}))


def test_one_click_on_the_page_of_the_mail_says_yes_and_the_resident_is_asked(scene: Scene) -> None:
    match = scene.match()
    page = text_of(scene.press(scene.yusuf, match, "/accept"))
    assert scene.again(match).state == "accepted_by_volunteer"
    assert scene.told(scene.dina) == ["proposal_resident"]
    assert nl("How nice. Thank you. Now we ask %(name)s.", name="Dina") in page
    assert nl("%(name)s says yes or no. You hear from us.", name="Dina") in page
    assert [word for word in PRIVATE if word in page] == []


def test_a_yes_agrees_at_once_where_the_resident_left_the_choice(scene: Scene) -> None:
    match = scene.match(request={"leaves_choice": True})
    assert "de keuze aan ons gelaten" in scene.read(scene.yusuf, match)
    page = text_of(scene.press(scene.yusuf, match, "/accept"))
    assert scene.again(match).state == "agreed"
    assert "06 12345678" in page


def test_a_second_yes_changes_nothing_and_blames_nobody(scene: Scene) -> None:
    match = scene.match()
    scene.press(scene.yusuf, match, "/accept")
    page = text_of(scene.press(scene.yusuf, match, "/accept"))
    assert scene.told(scene.dina) == ["proposal_resident"]
    assert nl("You said yes to %(name)s", name="Dina") in page
    assert nl("This has changed meanwhile. You see here how it stands now.") not in page


def test_who_would_rather_not_is_asked_why_and_the_resident_hears_nothing(scene: Scene) -> None:
    match = scene.match()
    page = text_of(scene.fill_in(scene.yusuf, match, "/decline", {"why": "far", "note": "En de bus gaat niet."}))
    ended = scene.again(match)
    assert (ended.state, ended.reason) == ("declined", "Het is te ver weg. En de bus gaat niet.")
    assert scene.told(scene.dina) == []
    assert [signal.kind for signal in scene.signals()] == ["declined"]
    assert nl("You said: rather not") in page and nl("Look what suits me") in page


def test_the_reason_stands_there_in_the_language_of_the_desk(scene: Scene) -> None:
    match = scene.match()
    with rows(scene.engine) as session:
        session.get_one(Person, scene.yusuf.id).language = "en"
    page = text_of(scene.fill_in(scene.yusuf, match, "/decline", {"why": "far"}))
    assert "You said: rather not" in page
    assert scene.again(match).reason == "Het is te ver weg"


def test_nobody_has_to_say_why(scene: Scene) -> None:
    match = scene.match()
    scene.fill_in(scene.yusuf, match, "/decline", {})
    assert (scene.again(match).state, scene.again(match).reason) == ("declined", nl("I would rather not say"))


@pytest.mark.parametrize("typed", ["x" * 1_000_000, "een\0twee", "Mijn nummer is 111222333"])
def test_a_note_that_cannot_be_used_stays_and_is_explained(scene: Scene, typed: str) -> None:
    match = scene.match()
    answer = scene.fill_in(scene.yusuf, match, "/decline", {"why": "time", "note": typed})
    assert answer.status_code == 422
    page = text_of(answer)
    assert "<title>" + nl("Error:") in page and 'href="#note"' in page
    assert typed.replace("\0", "�") in page or typed in page
    assert scene.again(match).state == "approved"


def test_words_are_shown_as_they_were_typed_and_do_nothing(scene: Scene) -> None:
    match = scene.match(request={"summary": "<script>alert(1)</script>{{ 7*7 }} %s"})
    page = scene.read(scene.yusuf, match)
    assert "&lt;script&gt;alert(1)&lt;/script&gt;{{ 7*7 }} %s" in page


def test_until_when_an_answer_is_in_time_stands_on_the_page(scene: Scene) -> None:
    asked_yesterday = scene.match(asked_at=NOW.replace(day=23))
    assert nl("Please let us know by %(day)s.", day="donderdag 26 november") in scene.read(scene.yusuf, asked_yesterday)


def test_an_answer_is_asked_before_the_day_of_the_help(scene: Scene) -> None:
    when = {"kind": "once", "start": "2026-11-26T10:00", "end": "2026-11-26T12:00"}
    soon = scene.match(request={"when": when}, asked_at=NOW)
    assert nl("Please let us know by %(day)s.", day="woensdag 25 november") in scene.read(scene.yusuf, soon)


def test_whose_silence_never_counts_reads_no_last_day(scene: Scene) -> None:
    match = scene.match(asked_at=NOW.replace(day=23))
    with rows(scene.engine) as session:
        session.get_one(Person, scene.yusuf.id).email = None
    assert "26 november" not in scene.read(scene.yusuf, match)


def test_a_reason_of_an_older_matcher_is_left_out(scene: Scene) -> None:
    match = scene.match(codes=[{"code": "likes_the_colour"}, {"code": "near"}, {}, {"code": "same_area"}])
    assert nl("In your neighbourhood.") in scene.read(scene.yusuf, match)


def test_a_first_meeting_that_was_chosen_is_said_with_address_and_hours(scene: Scene) -> None:
    with rows(scene.engine) as session:
        place = factories.create_meeting_place(session, scene.community, name="De Bakspieker", opening_hours="ma 9-12")
    page = scene.read(scene.yusuf, scene.match(meeting_place_id=place.id))
    assert "De Bakspieker" in page and place.address in page and "ma 9-12" in page


def test_the_volunteer_reads_beforehand_what_the_resident_will_read(scene: Scene) -> None:
    match = scene.match()
    with rows(scene.engine) as session:
        factories.create_certificate(session, scene.volunteer, scene.marieke)
    of_me = scene.read(scene.yusuf, match)
    scene.press(scene.yusuf, match, "/accept")
    of_him = scene.read(scene.dina, match)
    for shown in ("Ik rijd graag een stukje met iemand mee", "Yusuf heeft een VOG", "Hengelo 7551"):
        assert shown in of_me and shown in of_him


# ---- somebody is proposed to the resident ----------------------------------------------------------------------------


def accepted(scene: Scene, **columns: Any) -> Match:
    """Give a match that the volunteer said yes to."""
    return scene.match("accepted_by_volunteer", **columns)


def test_a_resident_reads_who_would_come_by_first_name_only(scene: Scene) -> None:
    page = scene.read(scene.dina, accepted(scene))
    assert nl("Is %(name)s all right for you?", name="Yusuf") in page
    assert [word for word in PRIVATE if word in page] == []


def test_a_residents_yes_shows_each_how_to_reach_the_other(scene: Scene) -> None:
    match = accepted(scene)
    page = text_of(scene.press(scene.dina, match, "/agree"))
    assert scene.again(match).state == "agreed"
    assert "06 87654321" in page and "yusuf@post.example" in page
    assert "06 12345678" in scene.read(scene.yusuf, match)
    assert scene.told(scene.yusuf) == ["match_agreed"]
    assert text_of(scene.press(scene.dina, match, "/agree")).count("06 87654321") > 0  # twice is once
    assert scene.told(scene.yusuf) == ["match_agreed"]


def test_a_residents_no_is_told_kindly_without_the_reason(scene: Scene) -> None:
    match = accepted(scene)
    page = text_of(scene.fill_in(scene.dina, match, "/decline", {"why": "feeling", "note": "Te druk."}))
    assert scene.again(match).state == "declined" and "Te druk." in scene.again(match).reason
    assert nl("You said: rather not") in page
    theirs = scene.read(scene.yusuf, match)
    assert nl("This time it is not a match") in theirs and "Te druk" not in theirs
    assert scene.told(scene.yusuf) == ["match_not_chosen"]


def test_a_daughter_who_asked_says_yes_for_her_mother(scene: Scene) -> None:
    match = accepted(scene, request={"asker_id": scene.anna.id, "contact_id": scene.anna.id})
    assert nl("Is %(name)s all right for %(resident)s?", name="Yusuf", resident="Dina") in scene.read(scene.anna, match)
    scene.press(scene.anna, match, "/agree")
    assert scene.again(match).state == "agreed"


@pytest.mark.parametrize("state", ["proposed", "approved", "rejected"])
def test_a_resident_knows_of_nobody_before_they_said_yes(scene: Scene, state: str) -> None:
    assert scene.get(scene.dina, scene.match(state)).status_code == 404


def test_a_resident_never_hears_of_a_volunteer_who_said_no(scene: Scene) -> None:
    match = scene.match()
    scene.fill_in(scene.yusuf, match, "/decline", {"why": "time"})
    assert scene.get(scene.dina, match).status_code == 404


# ---- taking a yes back, and clicks that come too late ----------------------------------------------------------------


def test_a_yes_is_taken_back_before_the_other_answered(scene: Scene) -> None:
    match = scene.match()
    scene.press(scene.yusuf, match, "/accept")
    page = text_of(scene.fill_in(scene.yusuf, match, "/take-back", {"reason": "Ik ben ziek"}))
    assert (scene.again(match).state, scene.again(match).reason) == ("withdrawn", "Ik ben ziek")
    assert nl("You have stopped with this") in page
    assert scene.told(scene.dina) == ["proposal_resident", "match_ended"]
    theirs = scene.read(scene.dina, match)
    assert "Ik ben ziek" not in theirs and nl("To your request") in theirs


def test_an_own_offer_is_taken_back_before_anybody_looked(scene: Scene) -> None:
    match = scene.match("proposed", origin="volunteer", note="Dinsdag kan ik het best.")
    assert "Dinsdag kan ik het best." in scene.read(scene.yusuf, match)
    scene.fill_in(scene.yusuf, match, "/take-back", {})
    assert scene.again(match).state == "withdrawn" and scene.told(scene.dina) == []


def test_after_both_said_yes_taking_back_leads_to_stopping(scene: Scene) -> None:
    match = scene.match("agreed")
    answer = scene.get(scene.yusuf, match, "/take-back")
    assert answer.status_code == 303 and answer.location.endswith("/stop")


def test_a_yes_that_comes_too_late_is_explained_and_leads_on(scene: Scene) -> None:
    match, browser = scene.match(), scene.signed_in(scene.yusuf)
    token = token_of(browser.get(scene.path(match)))
    with rows(scene.engine) as session:
        session.get_one(Match, match.id).state = "lapsed"
    scene.came_to(match, "lapsed", before="approved", kind="system")
    page = text_of(browser.post(scene.path(match, "/accept"), data={"csrf_token": token}, follow_redirects=True))
    assert nl("This has changed meanwhile. You see here how it stands now.") in page
    assert nl("So we ask somebody else. That is no problem.") in page and nl("Look what suits me") in page
    assert scene.again(match).state == "lapsed" and scene.told(scene.dina) == []


@pytest.mark.parametrize("step", ["/decline", "/take-back"])
@pytest.mark.parametrize("state", ["completed", "declined", "lapsed", "failed"])
def test_a_form_of_an_ended_match_leads_to_how_it_ended(scene: Scene, step: str, state: str) -> None:
    match = scene.match(state, approved_at=NOW)
    answer = scene.get(scene.yusuf, match, step)
    assert answer.status_code == 303 and answer.location.endswith(scene.path(match))


def test_only_who_is_asked_answers(scene: Scene) -> None:
    match = accepted(scene)
    browser = scene.signed_in(scene.yusuf)
    assert post_without_page(browser, scene.path(match, "/agree")) == 404
    assert post_without_page(scene.signed_in(scene.dina), scene.path(match, "/accept")) == 404
    assert scene.again(match).state == "accepted_by_volunteer"


def post_without_page(browser: Any, path: str) -> int:
    """Send an empty form to an address that stands on no page of this person."""
    return int(browser.post(path, data={"csrf_token": token_for(browser)}).status_code)


# ---- who finds nothing here ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("state", ["approved", "accepted_by_volunteer", "agreed", "active", "completed"])
def test_a_match_exists_for_its_two_people_alone(scene: Scene, state: str) -> None:
    match = scene.match(state)
    with rows(scene.engine) as session:
        boss = factories.create_administrator(session, scene.community)
        other = session.get_one(Person, factories.create_volunteer(session, scene.community).person_id)
    for who in (scene.marieke, boss, other, scene.anna):
        assert scene.get(who, match).status_code == 404
    assert scene.signed_in(scene.yusuf).get(f"/heerenveen/matches/{match.id}").status_code == 404
    for nowhere in ("0", "99999", "9" * 30, "-1", "x"):
        assert scene.signed_in(scene.yusuf).get(f"{HERE}/matches/{nowhere}").status_code == 404


def test_who_is_not_signed_in_signs_in_first_and_comes_back(scene: Scene, client: Any) -> None:
    match = scene.match()
    answer = client.get(scene.path(match))
    assert answer.status_code == 302
    assert answer.location.endswith(f"/sign-in?next={scene.path(match).replace('/', '%2F')}") or (
        f"next={scene.path(match)}" in answer.location
    )


@pytest.mark.parametrize("state", ["proposed", "rejected", "withdrawn"])
def test_a_volunteer_never_hears_of_what_only_the_desk_thought(scene: Scene, state: str) -> None:
    assert scene.get(scene.yusuf, scene.match(state)).status_code == 404


def test_an_approval_that_was_undone_was_never_there(scene: Scene) -> None:
    undone = scene.match("withdrawn", approved_at=NOW, reason="undone")
    assert scene.get(scene.yusuf, undone).status_code == 404


def test_an_own_offer_goes_on_where_its_approval_was_undone(scene: Scene) -> None:
    undone = scene.match("withdrawn", approved_at=NOW, reason="undone", origin="volunteer")
    with rows(scene.engine) as session:
        request = scene.request_of(undone)
        again = factories.create_match(session, request, scene.volunteer, origin="volunteer")
    answer = scene.get(scene.yusuf, undone)
    assert answer.status_code == 302 and answer.location.endswith(scene.path(again))


def test_a_coordinator_who_helps_is_a_volunteer_here(scene: Scene) -> None:
    with rows(scene.engine) as session:
        volunteer = factories.create_volunteer(session, scene.community, scene.marieke)
        request = factories.create_request(session, scene.community, scene.dina, state="matched")
        match = factories.create_match(session, request, volunteer, state="agreed")
    page = scene.read(scene.marieke, match)
    assert "06 12345678" in page
    assert scene.looks(scene.dina) == ["volunteer"]
