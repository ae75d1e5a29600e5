"""F5, F6, F7: two who click at the same moment, over real HTTP, have one winner, one legal state, one record."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine
from sqlmodel import Session

from matcher import Reader
from models.states import MATCH_TAKES_PLACE
from models.tables import Call, Community, HelpRequest, Match, OutboxMessage, Person, Volunteer
from tests import factories
from tests.faults.browsing import HERE, Browser, Form, Page, at_once
from tests.faults.conftest import ROUNDS
from tests.faults.site import ASKED, FIRST_NUMBER, OFFERED, Town, open_town
from tests.jobs.mail_server import MailServer

FIFTY = 50
TAKEN = "%(name)s was chosen for this request a moment ago. Your click changed nothing."
CALLED = {
    "text": "Mevrouw wil graag dat iemand haar naar het ziekenhuis brengt.",
    "kinds": ["hospital-escort"],
    "how": "flexible",
    "postcode": "7551",
    "first_name": "Gerda",
    "reach": "phone",
}


@pytest.fixture
def town(
    any_database: Engine, reader: Reader, mail_server: MailServer, request: pytest.FixtureRequest
) -> Iterator[Town]:
    """A site on each database, with a real mail server for its worker."""
    with open_town(any_database, reader, request.node.name, smtp_url=mail_server.url) as found:
        yield found


def staff(town: Town, *names: str) -> list[Browser]:
    """Give coordinators behind their browsers."""
    with town.change() as (session, here):
        people = [factories.create_coordinator(session, here, first_name=name) for name in names]
    return [town.signed_in(person) for person in people]


def helper(session: Session, here: Community, **columns: object) -> Volunteer:
    """Make a volunteer who has time for everybody of this test."""
    return factories.create_volunteer(session, here, capacity=100, **columns)


def name_of(town: Town, volunteer_id: int) -> tuple[str, str]:
    """Give a volunteer's first and last name."""
    with town.look() as session:
        person = session.get_one(Person, session.get_one(Volunteer, volunteer_id).person_id)
        return person.first_name, person.last_name


# ---- F5 --------------------------------------------------------------------------------------------------------------


def ways_to_choose(town: Town, request: HelpRequest, several: int) -> dict[int, tuple[str, dict[str, str]]]:
    """Put volunteers forward in different ways; gives by volunteer which button chooses them."""
    ways: dict[int, tuple[str, dict[str, str]]] = {}
    with town.change() as (session, here):
        for _ in range(several):
            volunteer = helper(session, here)
            assert volunteer.id is not None
            way = town.dice.choice(["proposed", "offered", "ranked"])
            if way == "ranked":
                ways[volunteer.id] = ("/propose", {"volunteer_id": str(volunteer.id), "approve": "1"})
                continue
            origin = {"proposed": "coordinator", "offered": "volunteer"}[way]
            match = factories.create_match(session, request, volunteer, origin=origin)
            ways[volunteer.id] = (f"/matches/{match.id}/approve", {})
    return ways


def choose_button(page: Page, button: tuple[str, dict[str, str]]) -> Form:
    """Give the form of a button on the request's page, with the page's token."""
    action, answers = button
    return page.form(action).filled(**answers)


def test_two_coordinators_choose_at_once_and_the_other_reads_who_was_chosen(town: Town) -> None:
    desk = staff(town, "Marloes", "Joost", "Fatma")
    for number in range(ROUNDS):
        with town.change() as (session, here):
            request = factories.create_request(session, here, leaves_choice=town.dice.random() < 0.5)
        several = town.dice.choice([2, 2, 3])
        ways = ways_to_choose(town, request, several)
        forms = []
        for browser, button in zip(desk, ways.values(), strict=False):
            page = browser.open(f"{HERE}/desk/requests/{request.id}")
            forms.append(choose_button(page, button))
        pages = at_once(*(lambda b=b, f=f: b.send(f) for b, f in zip(desk, forms, strict=False)))
        about = (town.seed, number, ways, [page.told for page in pages])
        taken = [match for match in town.matches(request) if match.state in MATCH_TAKES_PLACE]
        assert len(taken) == 1, about
        others = [match for match in town.matches(request) if match.id != taken[0].id]
        assert {match.state for match in others} <= {"proposed"}, about
        check_winner(town, request, taken[0], about)
        first, last = name_of(town, taken[0].volunteer_id)
        for volunteer_id, page in zip(ways, pages, strict=True):
            if volunteer_id == taken[0].volunteer_id:
                assert page.says("%(name)s is approved.", name=first) and not page.warns, about
            else:
                assert page.says(TAKEN, name=f"{first} {last}") and page.warns, about


def check_winner(town: Town, request: HelpRequest, match: Match, about: object) -> None:
    """See that each who must hear of it has one message, and nobody else any."""
    told = [(message.name, message.recipient_id) for other in town.matches(request) for message in town.told(other)]
    with town.look() as session:
        helper_id = session.get_one(Volunteer, match.volunteer_id).person_id
    expected = {
        "approved": [("proposal_volunteer", helper_id)],
        "accepted_by_volunteer": [("proposal_resident", request.contact_id)],
        "agreed": [("match_agreed", helper_id), ("match_agreed", request.contact_id)],
    }[match.state]
    assert sorted(told) == sorted(expected), about  # type: ignore[type-var]


# ---- F6 --------------------------------------------------------------------------------------------------------------


def test_approving_against_withdrawing_by_the_private_link(town: Town, mail_server: MailServer) -> None:
    [marloes] = staff(town, "Marloes")
    withdrawn: list[HelpRequest] = []
    for number in range(ROUNDS):
        with town.change() as (session, here):
            request = factories.create_request(session, here, leaves_choice=town.dice.random() < 0.5)
            origin = town.dice.choice(["coordinator", "volunteer"])
            match = factories.create_match(session, request, helper(session, here), origin=origin)
        resident = town.browser()
        stop = resident.open(f"{town.link(request)}/withdraw").form().filled(why="solved")
        approve = marloes.open(f"{HERE}/desk/requests/{request.id}").form(f"/matches/{match.id}/approve")
        clicks = [lambda f=approve: marloes.send(f), lambda f=stop, b=resident: b.send(f)]
        desk_page, own_page = at_once(*clicks)
        about = (town.seed, number, origin, desk_page.told, own_page.told)
        # Help that is no longer needed is never given all the same, whoever was first.
        assert town.again(request).state == town.again(match).state == "withdrawn", about
        assert own_page.says("Your request has stopped. Thank you for letting us know."), about
        assert desk_page.says("%(name)s is approved.", name=name_of(town, match.volunteer_id)[0]) or desk_page.warns
        withdrawn.append(request)
    town.work()
    for request in withdrawn:
        with town.look() as session:
            address = session.get_one(Person, request.resident_id).email
        assert not [m for m in mail_server.mails.accepted if address in str(m["To"])], (town.seed, request.id)
        for match in town.matches(request):
            asked = [m.state for m in town.told(match) if m.name in ("proposal_volunteer", "proposal_resident")]
            assert set(asked) <= {"skipped"}, (town.seed, request.id)  # nobody is asked for what is over


def test_approving_against_taking_an_offer_back(town: Town, mail_server: MailServer) -> None:
    [marloes] = staff(town, "Marloes")
    taken_back: list[tuple[Match, str]] = []
    for number in range(ROUNDS):
        with town.change() as (session, here):
            request = factories.create_request(session, here, leaves_choice=town.dice.random() < 0.5)
            volunteer = helper(session, here)
            person = session.get_one(Person, volunteer.person_id)
            match = factories.create_match(session, request, volunteer, origin="volunteer")
        yusuf = town.signed_in(person)
        back = yusuf.open(f"{HERE}/browse/{request.id}").form("/take-back")
        approve = marloes.open(f"{HERE}/desk/requests/{request.id}").form(f"/matches/{match.id}/approve")
        desk_page, own_page = at_once(lambda f=approve: marloes.send(f), lambda f=back, b=yusuf: b.send(f))
        about = (town.seed, number, desk_page.told, own_page.told)
        after, state = town.again(match).state, town.again(request).state
        if own_page.says("Taken back. Nobody was told yet."):
            assert (after, state) == ("withdrawn", "open") and desk_page.warns, about
            taken_back.append((match, person.email or ""))
        else:
            expected = ("agreed", "matched") if request.leaves_choice else ("accepted_by_volunteer", "open")
            assert (after, state) == expected and not desk_page.warns, about
    town.work()
    for match, address in taken_back:
        assert not [m for m in mail_server.mails.accepted if address in str(m["To"])], (town.seed, match.id)
        assert not town.told(match), (town.seed, match.id)


# ---- F7 --------------------------------------------------------------------------------------------------------------


def several(town: Town, number: int) -> int:
    """Say how often somebody clicks: fifty times in the first round, then as people do."""
    return FIFTY if number == 0 else town.dice.randint(2, 5)


def same(browser: Browser, form: Form, times: int) -> list[Page]:
    """Send one form several times at once, as impatient fingers do."""
    return at_once(*[lambda: browser.twin().send(form)] * times)


def check_all_the_same(pages: list[Page], about: object) -> None:
    """See that everybody reads the same confirmation, and no warning."""
    assert {page.status for page in pages} == {200}, about
    assert len({page.path for page in pages}) == 1, about
    assert len({page.confirmation for page in pages}) == 1, about
    assert not any(page.warns for page in pages), about


def test_asking_several_times_at_once_is_one_request(town: Town) -> None:
    for number in range(ROUNDS):
        visitor = town.browser()
        page = visitor.open(f"{HERE}/ask")
        forms = [page.form()]
        for answers in ASKED.values():
            more = {"email": f"dien{number}@post.example"} if "reach" in answers else {}
            forms[-1] = page.form().filled(**answers, **more)
            page = visitor.send(forms[-1])
            forms.append(page.form())
        pages = same(visitor, forms[-1], several(town, number))
        visitor = visitor.twin()
        # Back, and send again: the last page, or the one before it.
        again = forms[town.dice.choice([-1, -2])]
        pages += [visitor.open(f"{HERE}/ask/check"), *same(visitor, again, town.dice.randint(1, 3))]
        about = (town.seed, number, [page.told for page in pages])
        check_all_the_same(pages, about)
        assert pages[0].path == f"{HERE}/ask/done", about
        assert town.count(HelpRequest) == town.count(Person) == town.count(OutboxMessage) == number + 1, about
    references = {request.reference for request in town.requests()}
    assert references == {f"2611-{FIRST_NUMBER + number}" for number in range(1, ROUNDS + 1)}
    assert len(town.logged("request_submitted")) == ROUNDS


def test_offering_several_times_at_once_is_one_offer(town: Town) -> None:
    for number in range(ROUNDS):
        visitor = town.browser()
        page = visitor.open(f"{HERE}/offer")
        reach = {"email": f"yusuf{number}@post.example"} if town.dice.random() < 0.5 else {"phone": "06 12345678"}
        reach["last_name"] = "de " + "".join(town.dice.choices("abcdefghij", k=12)).title()
        for step, answers in OFFERED.items():
            more = reach if step == "you" else {}
            page = visitor.send(page.form("/offer").filled(**answers, **more, to="next"))
            assert page.status == 200, page.words
        form = page.form("/offer/send")
        pages = same(visitor, form, several(town, number))
        pages += [visitor.send(form)]
        about = (town.seed, number, reach, [page.told for page in pages])
        check_all_the_same(pages, about)
        assert pages[0].path.startswith(f"{HERE}/offer/thanks"), about
        assert town.count(Volunteer) == town.count(Person) == number + 1, about
        assert town.count(OutboxMessage) + town.count(Call) == number + 1, about
    assert len(town.logged("volunteer_applied")) == ROUNDS


def test_i_can_help_said_several_times_at_once_is_one_proposal(town: Town) -> None:
    with town.change() as (session, here):
        volunteer = helper(session, here)
        person = session.get_one(Person, volunteer.person_id)
    yusuf = town.signed_in(person)
    for number in range(ROUNDS):
        with town.change() as (session, here):
            request = factories.create_request(session, here)
        form = yusuf.open(f"{HERE}/browse/{request.id}").form("/help").filled(note="Ik kan op dinsdag.")
        pages = same(yusuf, form, several(town, number))
        pages += [yusuf.open(f"{HERE}/browse/{request.id}"), yusuf.send(form)]
        about = (town.seed, number, [page.told for page in pages])
        check_all_the_same(pages, about)
        assert pages[0].says("You said: I can help"), about
        [match] = town.matches(request)
        assert (match.state, match.origin, match.note) == ("proposed", "volunteer", "Ik kan op dinsdag."), about
    assert len(town.logged("match_proposed")) == ROUNDS


def test_a_call_saved_several_times_at_once_is_one_request(town: Town) -> None:
    [marloes] = staff(town, "Marloes")
    people = town.count(Person)
    for number in range(ROUNDS):
        empty = marloes.open(f"{HERE}/desk/intake").form()
        read = marloes.send(empty.filled(step="read", phone=f"06 123456{number:02d}", **CALLED))  # type: ignore[arg-type]
        form = read.form().filled(consent="y", step="send")
        pages = same(marloes, form, several(town, number))
        pages += [marloes.send(form)]
        about = (town.seed, number, [page.told for page in pages])
        check_all_the_same(pages, about)
        assert pages[0].path.endswith("/noted"), about
        assert town.count(HelpRequest) == number + 1 and town.count(Person) == people + number + 1, about
    assert len(town.logged("request_submitted")) == ROUNDS
    assert len(town.logged("contact_seen")) == ROUNDS
