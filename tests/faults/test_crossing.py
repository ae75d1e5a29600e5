"""F23: whatever two people do at the same moment, PostgreSQL never finds them waiting for each other, and nothing
becomes half; where it does, the page is made once more.
"""

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from flask import flash, redirect
from sqlalchemy import Engine, text
from sqlmodel import Session, select
from werkzeug.wrappers import Response

from matcher import Reader
from models.operations import matches
from models.permissions import Permission
from models.states import MATCH_KNOWS_EACH_OTHER, MATCH_LIVE, MATCH_TAKES_PLACE, REQUEST_FINAL
from models.tables import Block, Call, HelpRequest, Match, OutboxMessage, Person, Volunteer
from tests import factories
from tests.faults.browsing import PATIENCE, Browser, at_once
from tests.faults.conftest import ROUNDS
from tests.faults.site import Town, open_town, widen
from web.access import needs
from web.transaction import PAUSES, db

LINGER = 0.01
"""Seconds at most that a statement which locks takes longer, so that two always meet."""
Click = Callable[[], int]

pytestmark = pytest.mark.postgres


@dataclass
class Square:
    """Two requests of two residents, two volunteers, and two coordinators who look on."""

    town: Town
    marloes: Browser
    joost: Browser

    def __post_init__(self) -> None:
        with self.town.change() as (session, here):
            self.dina, self.piet = (factories.create_person(session) for _ in range(2))
            self.first, self.second = (factories.create_request(session, here, who) for who in (self.dina, self.piet))
            self.yusuf, self.ria = (factories.create_volunteer(session, here, capacity=2) for _ in range(2))

    def match(self, request: HelpRequest, volunteer: Volunteer, state: str, **columns: Any) -> Match:
        """Make a match of two of them."""
        with self.town.change() as (session, _here):
            return factories.create_match(session, request, volunteer, state=state, **columns)

    def by_link(self, request: HelpRequest) -> tuple[Browser, str]:
        """Give a browser, and the address of a request's private page as `Browser.press` wants it."""
        return self.town.browser().ready(), self.town.link(request).removeprefix("/dorp")

    def volunteer(self, row: Volunteer) -> Browser:
        """Give a volunteer's browser."""
        with self.town.look() as session:
            return self.town.signed_in(session.get_one(Person, row.person_id)).ready()

    def resident(self, person: Person) -> Browser:
        """Give a resident's browser."""
        return self.town.signed_in(person).ready()


# ---- who crosses whom ------------------------------------------------------------------------------------------------


def pausing_against_approving(square: Square) -> list[Click]:
    match = square.match(square.first, square.yusuf, "proposed")
    square.match(square.second, square.yusuf, "approved")
    yusuf = square.volunteer(square.yusuf)
    return [
        lambda: yusuf.press("/volunteer/pause", until=""),
        lambda: square.marloes.press(f"/desk/matches/{match.id}/approve"),
    ]


def leaving_against_approving_and_withdrawing(square: Square) -> list[Click]:
    match = square.match(square.first, square.yusuf, "proposed")
    square.match(square.second, square.yusuf, "approved")
    yusuf, (piet, page) = square.volunteer(square.yusuf), square.by_link(square.second)
    return [
        lambda: yusuf.press("/volunteer/stop"),
        lambda: square.marloes.press(f"/desk/matches/{match.id}/approve"),
        lambda: piet.press(f"{page}/withdraw", why="solved"),
    ]


def blocking_against_accepting(square: Square) -> list[Click]:
    match = square.match(square.first, square.yusuf, "approved")
    yusuf = square.volunteer(square.yusuf)
    reference = square.first.reference or ""
    return [
        lambda: square.marloes.press(
            f"/desk/volunteers/{square.yusuf.id}/block", reference=reference, reason="Ruzie in de straat."
        ),
        lambda: yusuf.press(f"/matches/{match.id}/accept"),
    ]


def a_resident_says_yes_while_the_volunteer_is_chosen_elsewhere(square: Square) -> list[Click]:
    said_yes = square.match(square.first, square.yusuf, "accepted_by_volunteer")
    other = square.match(square.second, square.yusuf, "proposed")
    dina, page = square.by_link(square.first)
    return [
        lambda: dina.press(f"{page}/match/{said_yes.id}/agree"),
        lambda: square.marloes.press(f"/desk/matches/{other.id}/approve"),
    ]


def declining_against_withdrawing(square: Square) -> list[Click]:
    match = square.match(square.first, square.yusuf, "approved")
    yusuf, (dina, page) = square.volunteer(square.yusuf), square.by_link(square.first)
    return [
        lambda: yusuf.press(f"/matches/{match.id}/decline", why="unsaid", note="Het lukt niet."),
        lambda: dina.press(f"{page}/withdraw", why="solved"),
    ]


def rejecting_against_approving_another(square: Square) -> list[Click]:
    one = square.match(square.first, square.yusuf, "proposed")
    other = square.match(square.first, square.ria, "proposed")
    return [
        lambda: square.marloes.press(f"/desk/matches/{one.id}/reject", text="Past niet."),
        lambda: square.joost.press(f"/desk/matches/{other.id}/approve"),
    ]


def one_volunteer_put_forward_for_two(square: Square) -> list[Click]:
    chosen = {"volunteer_id": str(square.yusuf.id), "approve": "1"}
    return [
        lambda: square.marloes.press(f"/desk/requests/{square.first.id}/propose", **chosen),
        lambda: square.joost.press(f"/desk/requests/{square.second.id}/propose", **chosen),
    ]


def two_of_one_request_and_two_of_one_volunteer(square: Square) -> list[Click]:
    """Each holds what the next one wants."""
    matches = [
        square.match(request, volunteer, "proposed")
        for request, volunteer in ((square.first, square.yusuf), (square.second, square.ria))
    ]
    agreed = square.match(square.second, square.yusuf, "accepted_by_volunteer")
    piet, page = square.by_link(square.second)
    return [
        lambda: square.marloes.press(f"/desk/matches/{matches[0].id}/approve"),
        lambda: square.joost.press(f"/desk/matches/{matches[1].id}/approve"),
        lambda: piet.press(f"{page}/match/{agreed.id}/agree"),
    ]


def erasing_against_approving(square: Square) -> list[Click]:
    match = square.match(square.first, square.yusuf, "proposed")
    square.match(square.second, square.yusuf, "agreed")
    with square.town.change() as (session, _here):
        session.get_one(HelpRequest, square.second.id).state = "matched"
    yusuf = square.volunteer(square.yusuf)
    return [
        lambda: yusuf.press("/account/erase"),
        lambda: square.marloes.press(f"/desk/matches/{match.id}/approve"),
    ]


def erasing_against_a_yes_on_the_phone(square: Square) -> list[Click]:
    match = square.match(square.first, square.yusuf, "accepted_by_volunteer")
    with square.town.change() as (session, here):
        call = factories.create_call(session, here, square.dina, about="proposal_resident",
                                     params={"match_id": match.id})  # fmt: skip
    dina = square.resident(square.dina)
    return [
        lambda: dina.press("/account/erase"),
        lambda: square.marloes.press(f"/desk/calls/{call.id}", outcome="yes"),
    ]


def coming_in_by_mail_against_the_desk_that_tells_them(square: Square) -> list[Click]:
    with square.town.change() as (session, here):
        owner = factories.create_person(session)
        typed = factories.create_person(
            session, first_name=owner.first_name, email=owner.email, email_confirmed_at=None
        )
        asked = factories.create_request(session, here, typed, state="submitted")
        factories.create_volunteer(session, here, typed, state="applied")
        code = factories.create_sign_in_code(session, owner)
        token = factories.TOKENS.sign_in_link(factories.row_id(code), code.nonce)
    browser = square.town.browser().ready()
    return [
        lambda: browser.press(f"/sign-in/{token}"),
        lambda: square.marloes.press(f"/desk/requests/{asked.id}/close", text="Dat kan hier niet."),
        lambda: square.joost.press(f"/desk/requests/{asked.id}/ask", text="Welke dag komt uit?"),
    ]


CROSSINGS = (
    coming_in_by_mail_against_the_desk_that_tells_them,
    pausing_against_approving,
    leaving_against_approving_and_withdrawing,
    blocking_against_accepting,
    a_resident_says_yes_while_the_volunteer_is_chosen_elsewhere,
    declining_against_withdrawing,
    rejecting_against_approving_another,
    one_volunteer_put_forward_for_two,
    two_of_one_request_and_two_of_one_volunteer,
    erasing_against_approving,
    erasing_against_a_yes_on_the_phone,
)


@pytest.fixture
def town(postgres_engine: Engine, reader: Reader, request: pytest.FixtureRequest) -> Iterator[Town]:
    """A site on PostgreSQL, where two can wait for each other."""
    with open_town(postgres_engine, reader, request.node.name) as found:
        yield found


@pytest.mark.parametrize("crossing", CROSSINGS, ids=lambda crossing: crossing.__name__)
def test_two_who_cross_never_wait_for_each_other_and_leave_nothing_half(town: Town, crossing: Any) -> None:
    with town.change() as (session, here):
        desk = [factories.create_coordinator(session, here) for _ in range(2)]
    marloes, joost = (town.signed_in(person).ready() for person in desk)
    widen(town, LINGER)
    for number in range(ROUNDS):
        square = Square(town, marloes, joost)
        clicks = crossing(square)
        town.dice.shuffle(clicks)
        statuses = at_once(*clicks)
        with town.look() as session:
            assert halves(session) == [], (town.seed, number, statuses)
    assert town.deadlocks == 0, town.seed


def halves(session: Session) -> list[str]:
    """Look for anything that must never stand in the database."""
    rows = session.exec(select(Match)).all()
    # Held, or each would be read once more for each of its matches.
    requests, volunteers = session.exec(select(HelpRequest)).all(), session.exec(select(Volunteer)).all()
    blocks = {(block.person_id, block.other_id) for block in session.exec(select(Block))}
    wrong = []
    for request in requests:
        own = [match.state for match in rows if match.request_id == request.id]
        takes, knows = sum(s in MATCH_TAKES_PLACE for s in own), sum(s in MATCH_KNOWS_EACH_OTHER for s in own)
        if takes > request.people_wanted + 1:
            wrong.append(f"{takes} chosen for request {request.id}")
        if request.state in REQUEST_FINAL and any(state in MATCH_LIVE for state in own):
            wrong.append(f"request {request.id} is {request.state}, its matches are {own}")
        if (request.state == "matched") != (knows >= request.people_wanted and request.state not in REQUEST_FINAL):
            wrong.append(f"request {request.id} is {request.state}, its matches are {own}")
    for volunteer in volunteers:
        own = [match.state for match in rows if match.volunteer_id == volunteer.id]
        if sum(state in MATCH_TAKES_PLACE for state in own) > volunteer.capacity:
            wrong.append(f"volunteer {volunteer.id} helps too many: {own}")
        none_of = {"paused": {"approved", "accepted_by_volunteer"}, "left": MATCH_LIVE}.get(volunteer.state, set())
        if none_of & set(own):
            wrong.append(f"volunteer {volunteer.id} is {volunteer.state}, their matches are {own}")
    for match in rows:
        request = session.get_one(HelpRequest, match.request_id)
        volunteer = session.get_one(Volunteer, match.volunteer_id)
        pair = tuple(sorted((request.resident_id or 0, volunteer.person_id)))
        if match.state in MATCH_LIVE and pair in blocks:
            wrong.append(f"match {match.id} of a blocked pair is {match.state}")
    return wrong + _left_behind(session)


def _left_behind(session: Session) -> list[str]:
    """Look for what still hangs on a name that turned out to be of somebody else."""
    gone = {person.id for person in session.exec(select(Person)) if person.joined_id is not None}
    named = [
        *((row, row.resident_id) for row in session.exec(select(HelpRequest))),
        *((row, row.contact_id) for row in session.exec(select(HelpRequest))),
        *((row, row.recipient_id) for row in session.exec(select(OutboxMessage))),
        *((row, row.person_id) for row in session.exec(select(Call))),
    ]
    return [f"{row!r} is of nobody" for row, person_id in named if person_id in gone]


# ---- where it happens all the same -----------------------------------------------------------------------------------


def two_who_wait_for_each_other(town: Town) -> tuple[list[HelpRequest], list[str]]:
    """Add a page that takes two requests in the order of its address, the second when somebody else has it."""
    both, made = threading.Barrier(2), []

    @needs(Permission.PUBLIC)
    def view(one: int, other: int) -> Response:
        made.append(f"{one} {other}")
        matches.hold_request(db(), one).reason += f"first {one}. "
        db().flush()
        if len(made) <= 2:
            both.wait(PATIENCE)
        matches.hold_request(db(), other).reason += f"then {other}. "
        flash(f"done {one}", "good")
        return redirect("/dorp/sign-in/code")

    town.app.add_url_rule("/dorp/cross/<int:one>/<int:other>", view_func=view, methods=["POST"])
    with town.change() as (session, here):
        return [factories.create_request(session, here) for _ in range(2)], made


def test_a_page_of_which_the_database_took_back_the_work_is_made_once_more(town: Town) -> None:
    (one, other), made = two_who_wait_for_each_other(town)
    visitors = [town.browser().ready() for _ in range(2)]
    statuses = at_once(
        lambda: visitors[0].press(f"/cross/{one.id}/{other.id}"),
        lambda: visitors[1].press(f"/cross/{other.id}/{one.id}"),
    )
    assert statuses == [302, 302] and town.deadlocks >= 1 and len(made) == 2 + town.deadlocks
    words = {f"first {one.id}.", f"first {other.id}.", f"then {one.id}.", f"then {other.id}."}
    found = [town.again(row).reason for row in (one, other)]
    assert all("".join(found).count(word) == 1 for word in words), found
    for visitor, row in zip(visitors, (one, other), strict=True):
        assert visitor.open("/dorp/sign-in/code").told.count(f"done {row.id}") == 1


def test_a_page_that_never_succeeds_says_so_and_nothing_else(town: Town) -> None:
    with town.change() as (session, here):
        request = factories.create_request(session, here)
    made = []

    @needs(Permission.PUBLIC)
    def view() -> Response:
        made.append(True)
        matches.hold_request(db(), request.id).reason = "half"
        db().flush()
        flash("done", "good")
        db().execute(text("DO $$ BEGIN RAISE EXCEPTION 'again' USING ERRCODE = 'serialization_failure'; END $$"))
        return redirect("/dorp/sign-in/code")

    town.app.add_url_rule("/dorp/never", view_func=view, methods=["POST"])
    with town.look() as session:
        dina = session.get_one(Person, request.resident_id)
    for visitor in (town.browser().ready(), town.signed_in(dina).ready()):
        made.clear()
        with pytest.raises(AssertionError, match="503") as said:
            visitor.press("/never")
        # In their own language, by a site that can say what to do.
        assert "even niet bijhouden" in str(said.value) and "done" not in str(said.value)
        assert visitor.open("/dorp/sign-in/code").told == ""
        assert len(made) == 1 + len(PAUSES) and town.again(request).reason == ""
