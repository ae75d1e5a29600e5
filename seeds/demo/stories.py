"""What happened to each invented request, told through the real operations at moments in the past."""

import random
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import date, datetime, time, timedelta
from itertools import islice
from typing import Any

from sqlmodel import Session

import matcher
from models import translating
from models.actor import Actor
from models.delays import local_now, moment
from models.errors import Invalid
from models.grounds import UNKNOWN, Grounds
from models.operations import appointments, asking, checkins, matches, pair_messages, proposals, requests
from models.operations.transitions import move
from models.preferences import HOME
from models.queries import communities
from models.queries.appointments import of_volunteer_between
from models.states import RequestState, Role
from models.tables import Appointment, Community, HelpRequest, Match, Person, Volunteer
from seeds.demo import stock
from seeds.demo.clock import Clock
from seeds.demo.times import help_day, help_hours
from seeds.demo.volunteers import ADMISSION

_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


class Teller:
    """Tells the stories of one community; holds who is who and what was used up of the stock.

    Parameters
    ----------
    deliver : callable
        Called with the moment after each step: what would have been mailed by then is mailed.
    reserved : Volunteer, optional
        Who is proposed only while they are `wanted`.
    """

    def __init__(
        self,
        session: Session,
        community: Community,
        coordinators: Sequence[Person],
        volunteers: Sequence[Volunteer],
        reader: matcher.Reader,
        rng: random.Random,
        now: datetime,
        deliver: Callable[[datetime], None],
        asks: Sequence[stock.Ask],
        reserved: Volunteer | None = None,
    ) -> None:
        self.session, self.community, self.rng, self.now, self.deliver = session, community, rng, now, deliver
        self.clock = Clock(now, community.timezone)
        self.reader, self.reserved = reader, reserved
        texts = [ask.text for ask in asks]
        self._understood = dict(
            zip(texts, reader.read(texts), strict=True)
        )  # at once: one by one takes ten times as long
        self.wanted: Volunteer | None = None
        self._tried: set[tuple[int | None, int | None]] = set()
        self.coordinators = [_actor(person, community) for person in coordinators]
        self.by_id = {row.id: row for row in volunteers}
        self.reasons = {key: iter(_shuffled(rng, texts)) for key, texts in stock.reasons().items()}
        self.chats = {key: iter(_shuffled(rng, texts)) for key, texts in stock.messages().items()}
        self.notes = {key: iter(_shuffled(rng, texts)) for key, texts in stock.check_ins().items()}
        self.free = {row.id: row.capacity for row in volunteers if row.state == "active"}
        self._index = matcher.Index(reader.kinds, reader)
        self._fill()

    def _fill(self) -> None:
        places = communities.places_of(self.session, {row.postcode for row in self.by_id.values()})
        self._index.put_many(
            [
                translating.volunteer(
                    row, places[row.postcode], load=0, certificates=row_certificates, edition=self.reader.edition
                )
                for row, row_certificates in self._with_certificates()
                if row.state == "active"
            ]
        )

    def _with_certificates(self) -> list[tuple[Volunteer, list[Any]]]:
        from models.queries import volunteers

        seen = volunteers.certificates(self.session, None, self.community.id)
        return [(row, seen.get(row.id or 0, [])) for row in self.by_id.values()]

    # Beginning

    def sent(self, days_ago: float) -> datetime:
        """Give the moment at which a request of that age was sent."""
        self.clock.begin()
        return self.ago(days_ago)

    def ask(
        self, ask: stock.Ask, resident: Person, asker: Person | None, code: str, days_ago: float, lead: int, weeks: int
    ) -> HelpRequest:
        """Send a request as it was typed; ``lead`` days later help is wanted, weekly help for ``weeks`` weeks."""
        at = self.sent(days_ago)
        contact = asker or resident
        if asker is not None:
            asker.created_at = at - timedelta(minutes=7)
        row = HelpRequest(created_at=at - timedelta(minutes=7), draft_key=None)
        self.session.add(row)
        self.session.flush()
        understood = self._understood[ask.text]
        move(
            self.session,
            row,
            RequestState.SUBMITTED,
            actor=Actor(person_id=contact.id),
            roles={Role.ASKER if asker else Role.RESIDENT},
            now=at,
            community_id=self.community.id,
            reference=asking.next_reference(self.session, self.community, at),
            resident_id=resident.id,
            asker_id=asker.id if asker else None,
            contact_id=contact.id,
            relation=ask.by,
            told="in_person" if asker else "",
            reach="email" if contact.email else "phone",
            text=ask.text,
            kinds=ask.kinds if self.rng.random() < 0.85 else ask.kinds[:1],
            when=self._when(ask, at, lead, weeks),
            postcode=code,
            traits=_at_home(ask.text),
            urgency=self.rng.choice(("normal", "normal", "normal", "normal", "low", "high")),
            leaves_choice=self.rng.random() < 0.3,
            confirmed_at=at,
            submitted_at=at,
            life_at=at,
            found=[{"slug": f.slug, "confidence": f.confidence} for f in understood.kinds],
            vector=understood.vector,
            edition=understood.edition,
        )
        if contact.email:
            requests.tell_contact(self.session, row, "request_received", at, community=self.community)
        self.deliver(at)
        return row

    def _when(self, ask: stock.Ask, at: datetime, lead: int, weeks: int) -> dict[str, Any]:
        first: date = local_now(at, self.community.timezone).date() + timedelta(days=lead)
        first = help_day(ask.text, ask.kinds[0], first, self.rng)
        start, end = help_hours(ask.text, ask.kinds[0], first, self.rng)
        if ask.when == "once":
            return {"kind": "once", "start": start.isoformat("T", "minutes"), "end": end.isoformat("T", "minutes")}
        if ask.when == "weekly":
            window = {"day": _DAYS[first.weekday()], "from": f"{start:%H:%M}", "to": f"{end:%H:%M}"}
            until = (first + timedelta(weeks=weeks)).isoformat()
            return {"kind": "weekly", "windows": [window], "from": first.isoformat(), "until": until}
        return {"kind": "flexible"}

    # The steps of a life; each at a moment so many days ago

    def publish(self, row: HelpRequest, ask: stock.Ask, days_ago: float) -> None:
        """A coordinator opens it under the written summary."""
        at = self.desk_ago(days_ago)
        if row.state == RequestState.SUBMITTED:
            requests.publish(
                self.session, row, summary=ask.summary, kinds=ask.kinds, urgency=row.urgency, actor=self.desk(), now=at
            )
        self.deliver(at)

    def propose(self, row: HelpRequest, days_ago: float, *, offered: bool, skip: int = 0) -> Match | None:
        """Propose one of the best volunteers, or let them offer themselves; None: nobody fits."""
        at = self.ago(days_ago) if offered else self.desk_ago(days_ago)
        place = communities.place_of(self.session, row.postcode)
        assert place is not None
        ranking = matcher.rank(
            translating.request(row, place, self.community, edition=self.reader.edition),
            self._index,
            now=local_now(at, self.community.timezone),
            top=60 if self.wanted is None else len(self.by_id),
        )
        if self.wanted is not None:
            chosen = next((c for c in ranking.candidates if int(c.id) == self.wanted.id), None)
            volunteer = self.wanted
        else:
            fits = (c for c in ranking.candidates if self._can_be_asked(int(c.id), row, at))
            chosen = next(islice(fits, skip, None), None)
            if chosen is None:
                return None
            volunteer = self.by_id[int(chosen.id)]
        self._tried.add((row.id, volunteer.id))
        match = proposals.propose(
            self.session,
            row,
            volunteer,
            actor=Actor(person_id=volunteer.person_id) if offered else self.desk(),
            now=at,
            note=next(self.chats["volunteer:hello"], "") if offered and self.rng.random() < 0.7 else "",
            grounds=Grounds.of(chosen) if chosen is not None else UNKNOWN,
        )
        self.deliver(at)
        return match

    def _can_be_asked(self, volunteer_id: int, row: HelpRequest, at: datetime) -> bool:
        """Whether a volunteer was admitted by then, has a place left, and was not asked for this before."""
        if self.reserved is not None and volunteer_id == self.reserved.id:
            return False
        if self.free.get(volunteer_id, 0) <= 0 or self.by_id[volunteer_id].created_at + ADMISSION >= at:
            return False
        return (row.id, volunteer_id) not in self._tried and not self._is_busy(volunteer_id, row)

    def _is_busy(self, volunteer_id: int, row: HelpRequest) -> bool:
        """Whether a volunteer is with somebody else at the one time that is asked."""
        if row.when["kind"] != "once":
            return False
        start, end = (datetime.fromisoformat(row.when[name]) for name in ("start", "end"))
        return bool(of_volunteer_between(self.session, volunteer_id, start, end))

    def approve(self, match: Match, days_ago: float) -> None:
        """A coordinator approves; the volunteer's place is taken from now on."""
        at = self.desk_ago(days_ago)
        proposals.approve(self.session, match, actor=self.desk(), now=at)
        self.free[match.volunteer_id] -= 1
        self.deliver(at + timedelta(minutes=1))

    def accept(self, match: Match, days_ago: float) -> None:
        """The volunteer says yes, where that was not said by offering."""
        if match.state != "approved":
            return
        at = self.ago(days_ago)
        matches.accept(self.session, match, actor=self.helper(match), now=at)
        self.deliver(at)

    def agree(self, match: Match, row: HelpRequest, days_ago: float) -> None:
        """The resident says yes, where the choice was not left to the desk."""
        if match.state != "accepted_by_volunteer":
            return
        at = self.ago(days_ago)
        matches.agree(self.session, match, actor=self.contact(row), now=at)
        self.deliver(at)

    def plan(self, match: Match, row: HelpRequest, days_ago: float, *, in_days: int) -> list[Appointment]:
        """They fix when to meet: the asked time, or some time ``in_days`` after that moment."""
        at = self.ago(days_ago)
        start, end = self._meeting_time(row, local_now(at, self.community.timezone).date() + timedelta(days=in_days))
        weeks = timedelta(weeks=self.rng.randint(3, 8)) if row.when["kind"] == "weekly" else None
        if moment(start, self.community.timezone) <= at:
            return []
        for later in range(1 if row.when["kind"] == "once" else 7):  # who is with somebody else then can come next day
            day = timedelta(days=later)
            until = start.date() + day + weeks if weeks is not None else None
            with suppress(Invalid), self.session.begin_nested():
                planned = appointments.plan(
                    self.session, match, starts_at=start + day, ends_at=end + day, weekly_until=until,
                    actor=self.helper(match), now=at,
                )  # fmt: skip
                break
        else:
            return []
        self.deliver(at)
        return planned

    def _meeting_time(self, row: HelpRequest, first: date) -> tuple[datetime, datetime]:
        """Give the time that was asked, of weekly help the first one; else a usual one from that day."""
        if row.when["kind"] == "once":
            return datetime.fromisoformat(row.when["start"]), datetime.fromisoformat(row.when["end"])
        if row.when["kind"] == "weekly":
            window = row.when["windows"][0]
            first = max(first, date.fromisoformat(row.when["from"]))
            first += timedelta(days=(_DAYS.index(window["day"]) - first.weekday()) % 7)
            start, end = (datetime.combine(first, time.fromisoformat(window[name])) for name in ("from", "to"))
            return start, end
        first = help_day(row.text, row.kinds[0], first, self.rng)
        return help_hours(row.text, row.kinds[0], first, self.rng)

    def chat(self, match: Match, row: HelpRequest, days_ago: float, stages: Sequence[str]) -> None:
        """They write to each other."""
        at = self.now - timedelta(days=days_ago)
        for i, stage in enumerate(stages):
            for sender, actor in (("volunteer", self.helper(match)), ("resident", self.contact(row))):
                text = next(self.chats[f"{sender}:{stage}"], None)
                if text is not None:
                    at = self.ago(days_ago) if i == 0 and sender == "volunteer" else self.clock.step(at)
                    pair_messages.write(self.session, match, text, actor=actor, now=at)
                at += timedelta(minutes=self.rng.randint(10, 90))
        self.deliver(at)

    def after(
        self,
        match: Match,
        row: HelpRequest,
        planned: Sequence[Appointment],
        answers: Sequence[str],
        *,
        lately: bool = False,
    ) -> None:
        """The days after the first appointment: how did it go? ``lately``: they say so in these last days."""
        if not planned or planned[0].ends_at.date() >= local_now(self.now, self.community.timezone).date():
            return
        morning = datetime.combine(planned[0].ends_at.date() + timedelta(days=1), time(9))
        asked = self.clock.step(moment(morning, self.community.timezone))
        volunteer = self.by_id[match.volunteer_id]
        people = [self.session.get_one(Person, found) for found in (row.contact_id, volunteer.person_id)]
        asks = [checkins.ask(self.session, planned[0], person, now=asked) for person in people]
        self.deliver(asked)
        said = asked
        for who, person, check_in, answer in zip(("resident", "volunteer"), people, asks, answers, strict=True):
            said += timedelta(hours=self.rng.randint(1, 11))
            if lately:
                said = max(said, self.now - timedelta(hours=self.rng.randint(8, 30)))
            if answer and said < self.now:
                said = self.clock.step(said)
                note = next(self.notes[f"{who}:{answer}"], "") if self.rng.random() < 0.6 else ""
                checkins.answer(self.session, check_in, answer, note, actor=Actor(person_id=person.id), now=said)
                self.deliver(said)

    def complete(self, match: Match, planned: Sequence[Appointment]) -> None:
        """The help was given: after the last time, or after a week or so where it did not take as long."""
        over = self.ended(planned[-1]) if planned else self.now
        wanted = over if over < self.now else self.clock.last + timedelta(days=7)
        at = self.clock.step(min(wanted, self.now - timedelta(hours=2)))
        if match.state == "active":
            hours = float(self.rng.choice((1, 2, 2, 3, 4, 8, 12)))
            matches.complete(self.session, match, actor=self.helper(match), now=at, hours=hours)
        self.free[match.volunteer_id] += 1
        self.deliver(at)

    def reason(self, key: str) -> str:
        """Give a reason that nobody gave yet, or the plainest one."""
        return next(self.reasons[key], "") or "Het komt nu niet uit."

    def desk(self) -> Actor:
        """Give one of the coordinators."""
        return self.rng.choice(self.coordinators)

    def helper(self, match: Match) -> Actor:
        """Give the volunteer of a match."""
        return Actor(person_id=self.by_id[match.volunteer_id].person_id)

    def contact(self, row: HelpRequest) -> Actor:
        """Give who asked for a request."""
        return Actor(person_id=row.contact_id)

    def ended(self, appointment: Appointment) -> datetime:
        """Give when an appointment was over."""
        return moment(appointment.ends_at, self.community.timezone)

    def ago(self, days: float) -> datetime:
        """Give the moment of a resident's or volunteer's step, so many days ago."""
        return self.clock.ago(days)

    def desk_ago(self, days: float) -> datetime:
        """Give the moment of a step of the desk, so many days ago."""
        return self.clock.ago(days, office=True)


def _actor(person: Person, community: Community) -> Actor:
    assert community.id is not None
    return Actor(person_id=person.id, coordinates=frozenset({community.id}))


def _shuffled(rng: random.Random, texts: Sequence[str]) -> list[str]:
    return rng.sample(list(texts), len(texts))


def _at_home(text: str) -> list[str]:
    """What the words say of a home, as somebody confirms it while they ask."""
    said = matcher.read_clues(text).of("home")
    return [trait for trait in HOME if trait in said]
