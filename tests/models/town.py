"""A small community that is committed deed by deed, and what happens in it, one thing after the other."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Engine
from sqlmodel import Session, col, select

from matcher import Ranking, Reader
from models.actor import Actor
from models.candidates import Candidates
from models.database import reading, transaction
from models.operations import appointments, blocks, communities, matches, people, proposals, requests, volunteers
from models.operations.asking import intake
from models.operations.community_form import CommunityForm
from models.operations.reading import keep
from models.operations.request_form import RequestForm
from models.operations.volunteers import OfferForm
from models.queries import ranked
from models.tables import Community, HelpRequest, Match, Person, Volunteer
from tests import factories
from tests.factories import NOW, TODAY, actor_of

OFFER = OfferForm(
    text="Ik doe graag boodschappen en kom op de koffie.", kinds=["groceries"], postcode="7621", max_km=15,
    windows=None, away=[], languages=["nl", "tr"], capacity=3, wants_digest=True, first_name="Aylin",
    email="aylin@post.example",
)  # fmt: skip
ASK = RequestForm(
    text="Wie doet er op vrijdag boodschappen voor mij?", kinds=["groceries"], when={"kind": "flexible"},
    postcode="7571", first_name="Truus", reach="phone", phone="074 2450001",
)  # fmt: skip


class Town:
    """A community with its people, all committed; each deed is a transaction of its own."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        with transaction(engine) as session:
            here = factories.create_community(session)
            there = factories.create_community(session, areas=("8441",))
            self.here, self.there = here.id or 0, there.id or 0
            self.desk = actor_of(session, factories.create_coordinator(session, here))
            self.boss = actor_of(session, factories.create_administrator(session, here))
            self.helpers = [
                factories.create_volunteer(session, here, text=text, kinds=kinds, postcode=code, max_km=30).id or 0
                for text, kinds, code in (
                    ("Ik rijd u graag naar de dokter.", ["transport", "hospital-escort"], "7551"),
                    ("Koffie drinken en wandelen, daar word ik blij van.", ["company-visits"], "7621"),
                    ("Mijn auto staat toch maar stil. Ziekenhuis, winkel, familie: zeg het maar.", [], "7571"),
                )
            ]
            self.requests = [
                factories.create_request(session, here, text=text, kinds=kinds, postcode=code).id or 0
                for text, kinds, code in (
                    ("Wie brengt mij naar het ziekenhuis?", ["hospital-escort"], "7551"),
                    ("Wie komt er eens op de koffie?", ["company-visits"], "7571"),
                )
            ]
            self.far_helper = factories.create_volunteer(session, there, postcode="8441").id or 0
            self.far_request = factories.create_request(session, there, postcode="8441").id or 0

    def do(self, deed: Callable[[Session], Any]) -> Any:
        """Do something and commit it."""
        with transaction(self.engine) as session:
            done = deed(session)
        return done.id if hasattr(done, "id") else done

    def helper(self, session: Session, number: int = 0) -> Volunteer:
        """Give one of the volunteers."""
        return session.get_one(Volunteer, self.helpers[number])

    def request(self, session: Session, number: int = 0) -> HelpRequest:
        """Give one of the requests."""
        return session.get_one(HelpRequest, self.requests[number])

    def own(self, session: Session, number: int = 0) -> Actor:
        """Give one of the volunteers as who acts."""
        return actor_of(session, session.get_one(Person, self.helper(session, number).person_id))

    def match(self, session: Session) -> Match:
        """Give the match that was made last."""
        return session.exec(select(Match).order_by(col(Match.id).desc())).first() or pytest.fail("no match")

    def community(self, session: Session) -> Community:
        """Give the community that all this happens in."""
        return session.get_one(Community, self.here)


def _resident(town: Town, session: Session, number: int = 0) -> Person:
    return session.get_one(Person, town.request(session, number).resident_id)


def _someone_new(town: Town, session: Session) -> Volunteer:
    found = volunteers.offer(session, OFFER, community=town.community(session), actor=Actor(), now=NOW)
    assert found is not None
    town.helpers.append(found.id or 0)
    return found


def _something_new(town: Town, session: Session) -> HelpRequest:
    asked = intake(session, town.community(session), ASK, actor=town.desk, now=NOW, draft_key="k" * 32)
    town.requests.append(asked.id or 0)
    return asked


def _rules(town: Town, session: Session, *vog_kinds: str) -> None:
    here = town.community(session)
    form = replace(CommunityForm.of(here), vog_kinds=list(vog_kinds))
    communities.change_settings(session, here, form, actor=town.boss, now=NOW)


Deed = Callable[[Town, Session], Any]
# What happens in a community, one after the other: what it is, what is done, and whether any ranking changes by it.
DEEDS: tuple[tuple[str, Deed, bool], ...] = (
    ("somebody offers", _someone_new, False),
    (
        "is admitted",
        lambda t, s: volunteers.admit(s, t.helper(s, 3), actor=t.desk, now=NOW),
        True,
    ),
    (
        "changes their text",
        lambda t, s: volunteers.change(s, t.helper(s, 1), OFFER, actor=t.own(s, 1), now=NOW),
        True,
    ),
    ("pauses", lambda t, s: volunteers.pause(s, t.helper(s), None, actor=t.own(s), now=NOW), True),
    ("resumes", lambda t, s: volunteers.resume(s, t.helper(s), actor=t.own(s), now=NOW), True),
    ("says that the offer stands", lambda t, s: volunteers.confirm(s, t.helper(s), actor=t.own(s), now=NOW), True),
    ("a kind of help needs a VOG", lambda t, s: _rules(t, s, "hospital-escort", "groceries"), True),
    (
        "a VOG is seen",
        lambda t, s: volunteers.see_vog(s, t.helper(s), seen_on=TODAY, valid_until=None, actor=t.desk, now=NOW),
        True,
    ),
    ("nothing needs a VOG any more", lambda t, s: _rules(t, s), True),
    ("somebody asks by phone", _something_new, False),
    (
        "their request is opened",
        lambda t, s: requests.publish(
            s,
            t.request(s, 2),
            summary="Boodschappen op vrijdag.",
            kinds=["groceries"],
            urgency="high",
            actor=t.desk,
            now=NOW,
        ),
        True,
    ),
    (
        "it is put on hold",
        lambda t, s: requests.hold(s, t.request(s, 2), None, "op vakantie", actor=t.desk, now=NOW),
        True,
    ),
    ("it is taken up again", lambda t, s: requests.resume(s, t.request(s, 2), actor=t.desk, now=NOW), True),
    (
        "a volunteer is proposed",
        lambda t, s: proposals.propose(s, t.request(s), t.helper(s), actor=t.desk, now=NOW),
        True,
    ),
    ("is not chosen", lambda t, s: proposals.reject(s, t.match(s), "woont te ver", actor=t.desk, now=NOW), False),
    (
        "another one offers to help",
        lambda t, s: proposals.propose(s, t.request(s), t.helper(s, 2), actor=t.own(s, 2), now=NOW),
        True,
    ),
    ("is approved, which is a yes", lambda t, s: proposals.approve(s, t.match(s), actor=t.desk, now=NOW), True),
    (
        "the resident says no",
        lambda t, s: matches.decline(s, t.match(s), "toch liever niet", actor=actor_of(s, _resident(t, s)), now=NOW),
        True,
    ),
    (
        "the next is proposed",
        lambda t, s: proposals.propose(s, t.request(s), t.helper(s, 1), actor=t.desk, now=NOW),
        True,
    ),
    ("is approved", lambda t, s: proposals.approve(s, t.match(s), actor=t.desk, now=NOW), True),
    ("says yes", lambda t, s: matches.accept(s, t.match(s), actor=t.own(s, 1), now=NOW), False),
    (
        "so does the resident",
        lambda t, s: matches.agree(s, t.match(s), actor=actor_of(s, _resident(t, s)), now=NOW),
        True,
    ),
    (
        "they make an appointment",
        lambda t, s: appointments.plan(
            s,
            t.match(s),
            starts_at=(NOW + timedelta(days=3)).replace(tzinfo=None),
            ends_at=(NOW + timedelta(days=3, hours=2)).replace(tzinfo=None),
            place="thuis",
            actor=t.desk,
            now=NOW,
        ),
        False,
    ),
    (
        "it does not work out, help is still wanted",
        lambda t, s: matches.fail(s, t.match(s), "het klikte niet", actor=t.desk, now=NOW),
        True,
    ),
    (
        "somebody sets a request aside",
        lambda t, s: proposals.dismiss(s, t.helper(s, 2), t.request(s, 1), "ver", actor=t.own(s, 2), now=NOW),
        True,
    ),
    (
        "two people are kept apart",
        lambda t, s: blocks.block(
            s,
            s.get_one(Person, t.helper(s).person_id),
            _resident(t, s, 1),
            "ruzie",
            community=t.community(s),
            actor=t.desk,
            now=NOW,
        ),
        True,
    ),
    (
        "and no more",
        lambda t, s: blocks.unblock(
            s,
            s.get_one(Person, t.helper(s).person_id),
            _resident(t, s, 1),
            "bijgelegd",
            community=t.community(s),
            actor=t.desk,
            now=NOW,
        ),
        True,
    ),
    (
        "a request is asked back about",
        lambda t, s: requests.ask_back(s, t.request(s, 1), "Welke dag?", actor=t.desk, now=NOW),
        True,
    ),
    (
        "the answer changes what is asked",
        lambda t, s: requests.answer(s, t.request(s, 1), "Dinsdag, en ook graag wandelen.", actor=t.desk, now=NOW),
        True,
    ),
    (
        "a request is withdrawn",
        lambda t, s: requests.withdraw(s, t.request(s, 2), "niet nodig", actor=t.desk, now=NOW),
        True,
    ),
    ("another runs out", lambda t, s: requests.expire(s, t.request(s, 1), now=NOW), True),
    ("a volunteer leaves", lambda t, s: volunteers.leave(s, t.helper(s, 3), actor=t.own(s, 3), now=NOW), True),
    ("another is stopped", lambda t, s: volunteers.stop(s, t.helper(s, 2), "afspraken", actor=t.desk, now=NOW), True),
    (
        "a volunteer is forgotten",
        lambda t, s: people.erase(s, s.get_one(Person, t.helper(s).person_id), actor=t.own(s), now=NOW),
        True,
    ),
    (
        "a resident is forgotten",
        lambda t, s: people.erase(s, _resident(t, s), actor=actor_of(s, _resident(t, s)), now=NOW),
        True,
    ),
)


Picture = dict[tuple[str, int], Ranking]


def read_texts(
    engine: Engine, reader: Reader, *, limit: int = 1_000, meanwhile: Callable[[], None] = lambda: None
) -> int:
    """Read ahead as the worker does, while something else happens; gives how many texts it was."""
    with reading(engine) as session:
        found = ranked.unread(session, reader.edition, limit)
    read = reader.read([one.text for one in found])
    meanwhile()
    with transaction(engine) as session:
        keep(session, found, read)
    return len(found)


def look(candidates: Candidates, engine: Engine) -> Picture:
    """Rank everybody for everything, in both directions, with who does not fit."""
    with reading(engine) as session:
        here = {row.id: row for row in session.exec(select(Community))}
        asked = session.exec(select(HelpRequest).where(HelpRequest.state == "open")).all()
        helpers = session.exec(select(Volunteer).where(col(Volunteer.state).in_(("active", "paused")))).all()
        found: Picture = {}
        for request in asked:
            found["request", request.id or 0] = candidates.for_request(
                session, request, here[request.community_id], now=NOW, top=None, with_excluded=True
            )
        for helper in helpers:
            found["volunteer", helper.id or 0] = candidates.for_volunteer(
                session, helper, here[helper.community_id], now=NOW, top=None
            )
    return found
