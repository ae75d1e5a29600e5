"""Two people, and what must have happened before each message is of use. Nobody here exists."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlmodel import Session, SQLModel, select

from models.delays import local_now
from models.states import AppointmentState, MatchState, RequestState, VolunteerState
from models.tables import (
    Appointment,
    Area,
    CheckIn,
    Community,
    HelpRequest,
    Match,
    MeetingPlace,
    PairMessage,
    Person,
    Postcode,
    SignInCode,
    Volunteer,
)

Params = dict[str, Any]


@dataclass
class Invented:
    """Hanna asks, Yusuf helps; a request, a match and a meeting place of theirs."""

    session: Session
    now: datetime
    community: Community
    resident: Person
    helper: Person
    volunteer: Volunteer
    request: HelpRequest
    match: Match
    place: MeetingPlace

    @property
    def readers(self) -> tuple[tuple[str, Person], ...]:
        """Who may get a message, with what they are."""
        return (("resident", self.resident), ("volunteer", self.helper))

    def add(self, row: SQLModel) -> Any:
        """Write a row; gives its id."""
        self.session.add(row)
        self.session.flush()
        return row.id  # type: ignore[attr-defined]  # every table here has one

    def matched(self, state: MatchState, of_request: RequestState = RequestState.OPEN) -> Params:
        """Bring the match that far."""
        self.match.state, self.request.state = state, of_request
        return {"match_id": self.match.id}

    def asked(self, state: RequestState, **columns: Any) -> Params:
        """Bring the request that far, with nobody found yet."""
        for name, value in {"state": state, **columns}.items():
            setattr(self.request, name, value)
        self.match.state = MatchState.WITHDRAWN
        return {"request_id": self.request.id}

    def offered(self, state: VolunteerState) -> Params:
        """Bring the offer that far."""
        self.volunteer.state = state
        return {"volunteer_id": self.volunteer.id}

    def appointment(self, days: int = 1, **columns: Any) -> Params:
        """Plan an afternoon in the meeting place, so many days from now."""
        self.matched(MatchState.ACTIVE, RequestState.MATCHED)
        at = local_now(self.now, self.community.timezone).replace(hour=14, minute=0, second=0, microsecond=0)
        row = Appointment(**{
            "match_id": row_id(self.match), "community_id": self.community.id, "starts_at": at + timedelta(days=days),
            "ends_at": at + timedelta(days=days, hours=2), "meeting_place_id": self.place.id,
            "state": AppointmentState.PROPOSED, "planned_by": row_id(self.helper), "created_at": self.now, **columns,
        })  # fmt: skip
        return {"appointment_id": self.add(row)}

    def choice(self, state: AppointmentState, *, days: tuple[int, ...] = (2, 4, 9), weeks: int = 0) -> Params:
        """Propose moments so many days from now, each perhaps for some weeks more."""
        made = [self.appointment(one, choice="some", state=state) for one in days]
        for row in self.session.exec(select(Appointment).where(Appointment.choice == "some")):
            row.also_on = [f"{row.starts_at.date() + timedelta(weeks=week + 1)}" for week in range(weeks)]
        return made[0]

    def moved(self) -> Params:
        """Move an appointment by a day."""
        new = self.appointment(3, state=AppointmentState.CONFIRMED)
        self.appointment(2, state=AppointmentState.CANCELLED, moved_to=new["appointment_id"])
        return new

    def ended_series(self) -> Params:
        """End an afternoon each week."""
        first = self.appointment(7, state=AppointmentState.CANCELLED, series="week")
        self.appointment(14, state=AppointmentState.CANCELLED, series="week")
        return first

    def check_in(self) -> Params:
        """Ask about yesterday's appointment."""
        past = self.appointment(-1, state=AppointmentState.CONFIRMED)["appointment_id"]
        row = CheckIn(
            appointment_id=past, match_id=row_id(self.match), person_id=row_id(self.resident),
            asked_at=self.now,
        )  # fmt: skip
        return {"check_in_id": self.add(row)}

    def wrote(self) -> Params:
        """Let the resident write to the volunteer."""
        self.matched(MatchState.ACTIVE, RequestState.MATCHED)
        self.add(
            PairMessage(
                match_id=row_id(self.match), sender_id=row_id(self.resident), body="Tot dinsdag!", created_at=self.now
            )
        )
        return {"match_id": self.match.id}

    def code(self) -> Params:
        """Ask for a code to sign in."""
        row = SignInCode(
            person_id=row_id(self.helper), nonce="b1c2d3e4f5a6b7c8", created_at=self.now,
            expires_at=self.now + timedelta(minutes=10),
        )  # fmt: skip
        return {"code_id": self.add(row)}


BEFORE: dict[str, Callable[[Invented], Params]] = {
    "already_volunteer": lambda w: w.offered(VolunteerState.ACTIVE),
    "appointment_cancelled": lambda w: w.appointment(state=AppointmentState.CANCELLED),
    "appointment_choice_lapsed": lambda w: w.choice(AppointmentState.CANCELLED, days=(-9, -4, -2)),
    "appointment_choice_reminder": lambda w: w.choice(AppointmentState.PROPOSED, days=(2, 4), weeks=7),
    "appointment_confirmed": lambda w: w.appointment(state=AppointmentState.CONFIRMED),
    "appointment_declined": lambda w: w.choice(AppointmentState.CANCELLED),
    "appointment_moved": Invented.moved,
    "appointment_planned": lambda w: w.choice(AppointmentState.PROPOSED),
    "appointment_reminder": lambda w: w.appointment(state=AppointmentState.CONFIRMED),
    "appointment_series_ended": Invented.ended_series,
    "check_in": Invented.check_in,
    "digest": lambda w: w.offered(VolunteerState.ACTIVE),
    "match_agreed": lambda w: w.matched(MatchState.AGREED, RequestState.MATCHED),
    "match_completed": lambda w: w.matched(MatchState.COMPLETED, RequestState.FULFILLED),
    "match_ended": lambda w: w.matched(MatchState.FAILED),
    "match_not_chosen": lambda w: w.matched(MatchState.REJECTED),
    "pair_message": Invented.wrote,
    "proposal_resident": lambda w: w.matched(MatchState.ACCEPTED),
    "proposal_resident_reminder": lambda w: w.matched(MatchState.ACCEPTED),
    "proposal_volunteer": lambda w: w.matched(MatchState.APPROVED),
    "proposal_volunteer_reminder": lambda w: w.matched(MatchState.APPROVED),
    "request_closed": lambda w: w.asked(RequestState.CLOSED),
    "request_expired": lambda w: w.asked(RequestState.EXPIRED),
    "request_link": lambda w: w.asked(RequestState.OPEN),
    "request_no_match": lambda w: w.asked(RequestState.OPEN),
    "request_open": lambda w: w.asked(RequestState.OPEN),
    "request_question": lambda w: w.asked(RequestState.ASKED_BACK, question="Kunt u zelf de trap af?"),
    "request_received": lambda w: w.asked(RequestState.SUBMITTED),
    "request_referred": lambda w: w.asked(RequestState.REFERRED, referred_to="Het wijkteam, 074 000 0000"),
    "request_still_wanted": lambda w: w.asked(RequestState.OPEN, life_asked=2),
    "request_withdrawn": lambda w: w.asked(RequestState.WITHDRAWN),
    "sign_in": Invented.code,
    "volunteer_admitted": lambda w: w.offered(VolunteerState.ACTIVE),
    "volunteer_received": lambda w: w.offered(VolunteerState.APPLIED),
    "volunteer_stopped": lambda w: w.offered(VolunteerState.STOPPED),
}  # fmt: skip
"""By message: what happens first; gives the ids that the message needs."""


def invent(session: Session, now: datetime, theme: str) -> Invented:
    """Write the two people, with all that they have to do with each other."""
    earlier = now - timedelta(days=20)
    session.add(Postcode(code="7551", place="Hengelo", lat=52.2656, lon=6.7922))
    community = Community(
        slug="voorbeeld", name="Noaber Voorbeeld", organisation="Welzijn Voorbeeld (verzonnen)", phone="+31740000000",
        email="hallo@voorbeeld.example", theme=theme, invented=True,
    )  # fmt: skip
    resident = _person("Hanna", "Voorbeeld", "hanna@voorbeeld.example", earlier)
    helper = _person("Yusuf", "Voorbeeld", "yusuf@voorbeeld.example", earlier)
    session.add_all((community, resident, helper))
    session.flush()
    here = row_id(community)
    session.add(Area(postcode="7551", community_id=here, neighbourhood="Het Voorbeeld"))
    place = MeetingPlace(
        community_id=here,
        name="Buurthuis de Linde",
        address="Lindeplein 1, Hengelo",
        opening_hours="ma tot vr 9-17 uur",
    )
    volunteer = Volunteer(
        person_id=row_id(helper), community_id=here, state=VolunteerState.ACTIVE, text="Ik rijd graag.",
        kinds=["hospital-escort"], postcode="7551", max_km=10, wants_digest=True, created_at=earlier,
    )  # fmt: skip
    day = (local_now(now, community.timezone) + timedelta(days=6)).date().isoformat()
    request = HelpRequest(
        community_id=here, reference="2611-0042", state=RequestState.OPEN, resident_id=row_id(resident),
        contact_id=row_id(resident), text="Wie kan mij naar de poli brengen?", kinds=["hospital-escort"],
        summary="Mevrouw van 78 gaat naar de poli en gaat liever niet alleen. Ze houdt van een praatje onderweg.",
        when={"kind": "once", "start": f"{day}T13:30", "end": f"{day}T15:30"}, postcode="7551", created_at=earlier,
        submitted_at=earlier, confirmed_at=earlier, opened_at=now - timedelta(days=2), life_at=earlier,
    )  # fmt: skip
    session.add_all((place, volunteer, request))
    session.flush()
    match = Match(
        community_id=here, request_id=row_id(request), volunteer_id=row_id(volunteer), state=MatchState.APPROVED,
        origin="coordinator", proposed_at=earlier, approved_at=now, asked_at=now, agreed_at=now,
        meeting_place_id=row_id(place),
    )  # fmt: skip
    session.add(match)
    session.flush()
    return Invented(session, now, community, resident, helper, volunteer, request, match, place)


def row_id(row: Any) -> int:
    """Give the id of a row that was written."""
    found = row.id
    assert isinstance(found, int), "write it first"
    return found


def _person(first: str, last: str, email: str, at: datetime) -> Person:
    return Person(first_name=first, last_name=last, email=email, email_confirmed_at=at, created_at=at)
