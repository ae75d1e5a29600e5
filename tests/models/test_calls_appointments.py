"""Appointments of people who phone: their yes confirms, their no cancels, and only the other is told."""

from datetime import datetime

import pytest
from sqlmodel import Session, select

from models.errors import StaleState
from models.operations import appointments, calls
from models.tables import Appointment, Call, Match, Person
from tests import factories
from tests.factories import NOW
from tests.models.cast import Cast, gather, told

START, END = datetime(2026, 12, 1, 14), datetime(2026, 12, 1, 15, 30)


@pytest.fixture
def cast(session: Session) -> Cast:
    found = gather(session)
    for person in (found.resident, found.asker, found.helper):  # none of them has e-mail
        person.email, person.phone = None, f"+3174245000{person.id}"
    return found


def _agreed(cast: Cast) -> Match:
    request = cast.request("matched", contact_id=cast.resident.id)
    return cast.match("agreed", request)


def _planned(cast: Cast, who: str = "volunteer") -> Appointment:
    [found] = appointments.plan(
        cast.session, _agreed(cast), starts_at=START, ends_at=END, actor=cast.actors[who], now=NOW
    )
    return found


def _calls(cast: Cast, person: Person, about: str = "appointment_planned") -> list[Call]:
    cast.session.flush()
    return list(cast.session.exec(select(Call).where(Call.person_id == person.id, Call.about == about)))


def _say(cast: Cast, call: Call, said: str, note: str = "") -> None:
    calls.outcome(cast.session, call, said, note, actor=cast.actors["coordinator"], now=NOW)


def test_a_yes_on_the_phone_confirms(cast: Cast) -> None:
    appointment = _planned(cast)
    [call] = _calls(cast, cast.resident)
    _say(cast, call, "yes")
    assert (appointment.state, call.done_at) == ("confirmed", NOW)


def test_who_planned_it_needs_not_say_yes_and_does_not_for_the_other(cast: Cast) -> None:
    appointment = _planned(cast)
    [call] = _calls(cast, cast.helper)
    _say(cast, call, "yes")
    assert (appointment.state, call.done_at) == ("planned", NOW)


def test_a_yes_to_what_the_desk_planned_confirms(cast: Cast) -> None:
    appointment = _planned(cast, "coordinator")
    [call] = _calls(cast, cast.resident)
    _say(cast, call, "yes")
    assert appointment.state == "confirmed"


def test_a_no_cancels_and_only_the_other_is_called(cast: Cast) -> None:
    appointment = _planned(cast)
    [call] = _calls(cast, cast.resident)
    _say(cast, call, "no", "Ze is ziek")
    assert (appointment.state, appointment.reason) == ("cancelled", ""), "what the desk heard, the other does not read"
    assert call.note == "Ze is ziek"
    assert len(_calls(cast, cast.helper, "appointment_cancelled")) == 1
    assert _calls(cast, cast.resident, "appointment_cancelled") == []
    assert told(cast.session) == []


def test_a_no_needs_no_reason(cast: Cast) -> None:
    appointment = _planned(cast)
    _say(cast, _calls(cast, cast.helper)[0], "no")
    assert appointment.state == "cancelled"
    assert len(_calls(cast, cast.resident, "appointment_cancelled")) == 1


def test_told_leaves_it_open_whether_it_suits(cast: Cast) -> None:
    appointment = _planned(cast)
    [call] = _calls(cast, cast.resident)
    _say(cast, call, "told")
    assert (appointment.state, call.done_at) == ("planned", NOW)


def test_a_reminder_is_answered_too(cast: Cast) -> None:
    appointment = _planned(cast)
    call = factories.create_call(
        cast.session, cast.community, cast.resident, about="appointment_reminder",
        params={"appointment_id": appointment.id},
    )  # fmt: skip
    appointments.confirm(cast.session, appointment, actor=cast.actors["resident"], now=NOW)
    _say(cast, call, "yes")
    assert (appointment.state, call.outcome) == ("confirmed", "yes"), "a second yes changes nothing"


def test_an_appointment_that_is_gone_takes_no_answer(cast: Cast) -> None:
    appointment = _planned(cast)
    [call] = _calls(cast, cast.resident)
    appointments.cancel(cast.session, appointment, "", actor=cast.actors["volunteer"], now=NOW)
    with pytest.raises(StaleState):
        _say(cast, call, "yes")
    assert call.done_at is None


def test_an_appointment_of_elsewhere_is_never_reached(cast: Cast) -> None:
    other = factories.create_match(
        cast.session, volunteer=factories.create_volunteer(cast.session, cast.elsewhere), state="active"
    )
    theirs = factories.create_appointment(cast.session, other, state="planned")
    call = factories.create_call(
        cast.session, cast.community, cast.resident, about="appointment_planned", params={"appointment_id": theirs.id}
    )
    with pytest.raises(StaleState):
        _say(cast, call, "no")
    assert theirs.state == "planned"
