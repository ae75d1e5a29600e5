"""Two people of one community, and everything that they can be told about."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlmodel import Session

from models.messages.rendering import Rendered, render
from models.settings import Settings
from models.tables import Appointment, Community, HelpRequest, Match, MeetingPlace, Person, Volunteer
from tests import factories

SETTINGS = Settings(secret_key=factories.TOKENS.secret, base_url="https://noaber.example")
ONCE = {"kind": "once", "start": "2026-11-25T13:30", "end": "2026-11-25T15:30"}


@dataclass
class World:
    """A resident and a volunteer of one community, and everything that they can be told about."""

    session: Session
    community: Community
    resident: Person
    helper: Person
    volunteer: Volunteer
    request: HelpRequest
    match: Match
    place: MeetingPlace

    def told(self, name: str, person: Person | None = None, **params: Any) -> Rendered:
        """Make a message, with the ids of this world where it needs them."""
        person = person or (self.helper if name in TO_VOLUNTEER else self.resident)
        row = factories.create_outbox_message(
            self.session, person, name=name, params=params or self.params(name), community_id=self.community.id
        )
        self.session.flush()
        return render(self.session, row, settings=SETTINGS, now=factories.NOW)

    def params(self, name: str) -> dict[str, Any]:
        """Give the ids that a message needs, in a state in which it is useful."""
        return PREPARE[name](self)

    def to(self, state: str, *, request: str | None = None) -> dict[str, Any]:
        """Bring the match into a state."""
        self.match.state = state
        if request:
            self.request.state = request
        if state in ("agreed", "active"):
            self.match.agreed_at = factories.NOW
        self.session.flush()
        return {"match_id": self.match.id}

    def of_request(self, state: str, **columns: Any) -> dict[str, Any]:
        """Bring the request into a state."""
        for name, value in {"state": state, **columns}.items():
            setattr(self.request, name, value)
        self.match.state = "withdrawn"
        self.session.flush()
        return {"request_id": self.request.id}

    def stop(self, since: str) -> None:
        """Let both want no mails of one kind any more."""
        for person in (self.resident, self.helper):
            setattr(person, since, factories.NOW)
        self.session.flush()

    def of_volunteer(self, state: str) -> dict[str, Any]:
        """Bring the volunteer into a state."""
        self.volunteer.state = state
        self.session.flush()
        return {"volunteer_id": self.volunteer.id}

    def appointment(self, **columns: Any) -> dict[str, Any]:
        """Plan an appointment of the two, tomorrow."""
        self.to("active", request="matched")
        return {"appointment_id": factories.create_appointment(self.session, self.match, **columns).id}

    def moved(self) -> dict[str, Any]:
        """Move an appointment to the day after."""
        old = self.appointment()["appointment_id"]
        at = datetime(2026, 11, 26, 10)
        new = factories.create_appointment(self.session, self.match, starts_at=at, ends_at=at + timedelta(hours=1))
        row = self.session.get(Appointment, old)
        assert row is not None
        row.state, row.moved_to = "cancelled", new.id
        self.session.flush()
        return {"appointment_id": new.id}

    def check_in(self) -> dict[str, Any]:
        """Ask the resident about an appointment of yesterday."""
        self.to("active", request="matched")
        at = datetime(2026, 11, 23, 14)
        past = factories.create_appointment(self.session, self.match, starts_at=at, ends_at=at + timedelta(hours=1))
        return {"check_in_id": factories.create_check_in(self.session, past, self.resident).id}

    def new_request(self) -> dict[str, Any]:
        """Let somebody else ask for what the volunteer offers."""
        factories.create_request(self.session, self.community)
        return self.of_volunteer("active")

    def written(self) -> dict[str, Any]:
        """Let the resident write to the volunteer."""
        self.to("active", request="matched")
        factories.create_pair_message(self.session, self.match, self.resident, body="Mijn nummer is 0612345678")
        return {"match_id": self.match.id}


TO_VOLUNTEER = {
    "already_volunteer", "digest", "match_completed", "match_not_chosen", "pair_message", "proposal_volunteer",
    "proposal_volunteer_reminder", "sign_in", "volunteer_admitted", "volunteer_received", "volunteer_stopped",
}  # fmt: skip
PREPARE: dict[str, Callable[[World], dict[str, Any]]] = {
    "already_volunteer": lambda w: w.of_volunteer("active"),
    "appointment_cancelled": lambda w: w.appointment(state="cancelled"),
    "appointment_choice_lapsed": lambda w: w.appointment(state="cancelled", choice="twee"),
    "appointment_choice_reminder": lambda w: w.appointment(state="proposed", choice="twee", planned_by=w.helper.id),
    "appointment_confirmed": lambda w: w.appointment(state="confirmed"),
    "appointment_declined": lambda w: w.appointment(state="cancelled", choice="twee"),
    "appointment_moved": World.moved,
    "appointment_planned": World.appointment,
    "appointment_reminder": World.appointment,
    "appointment_series_ended": lambda w: w.appointment(state="cancelled", series="week"),
    "check_in": World.check_in,
    "digest": World.new_request,
    "match_agreed": lambda w: w.to("agreed", request="matched"),
    "match_completed": lambda w: w.to("completed", request="fulfilled"),
    "match_ended": lambda w: w.to("withdrawn"),
    "match_not_chosen": lambda w: w.to("rejected"),
    "pair_message": World.written,
    "proposal_resident": lambda w: w.to("accepted_by_volunteer"),
    "proposal_resident_reminder": lambda w: w.to("accepted_by_volunteer"),
    "proposal_volunteer": lambda w: w.to("approved"),
    "proposal_volunteer_reminder": lambda w: w.to("approved"),
    "request_closed": lambda w: w.of_request("closed", reason="dronken aan de lijn"),
    "request_expired": lambda w: w.of_request("expired"),
    "request_no_match": lambda w: w.of_request("open"),
    "request_open": lambda w: w.of_request("open"),
    "request_question": lambda w: w.of_request("asked_back", question="Welke dag?"),
    "request_link": lambda w: w.of_request("open"),
    "request_received": lambda w: w.of_request("submitted"),
    "request_referred": lambda w: w.of_request("referred", referred_to="Het wijkteam"),
    "request_still_wanted": lambda w: w.of_request("open", life_asked=1),
    "request_withdrawn": lambda w: w.of_request("withdrawn", reason="schaamte"),
    "sign_in": lambda w: {"code_id": factories.create_sign_in_code(w.session, w.helper).id},
    "volunteer_admitted": lambda w: w.of_volunteer("active"),
    "volunteer_received": lambda w: w.of_volunteer("applied"),
    "volunteer_stopped": lambda w: w.of_volunteer("stopped"),
}  # fmt: skip


def create_world(session: Session) -> World:
    """Two people, a request and a match."""
    community = factories.create_community(session, name="Noaber Hengelo")
    resident = factories.create_person(
        session, first_name="Ria", last_name="Zwartjes", email="ria@post.example", phone="+31687654321",
        address="Kerkstraat 5",
    )  # fmt: skip
    helper = factories.create_person(
        session, first_name="Yusuf", last_name="Kaplan", email="yusuf@post.example", phone="+31612345678",
        address="Lindelaan 8",
    )  # fmt: skip
    volunteer = factories.create_volunteer(session, community, helper)
    request = factories.create_request(session, community, resident, when=ONCE,
                                       text="Ik ben zo alleen sinds mijn man er niet meer is")  # fmt: skip
    match = factories.create_match(session, request, volunteer, state="approved", note="Bel me op 0612345678",
                                   reason="ze was onaardig")  # fmt: skip
    place = factories.create_meeting_place(session, community, name="Buurthuis de Berg")
    return World(session, community, resident, helper, volunteer, request, match, place)
