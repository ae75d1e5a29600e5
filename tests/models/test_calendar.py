"""Appointments in people's own calendars: taken over, kept up to date, and telling no more than its reader may know."""

import io
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import icalendar
import pytest
from dateutil import tz
from sqlmodel import Session

from models import calendar
from models.calendar import Entry
from models.errors import NotAllowed
from models.operations import appointments
from models.queries import contacts
from models.tables import Appointment, Match
from tests import factories
from tests.factories import NOW
from tests.models.cast import STRANGERS, Cast, gather, writes

AMSTERDAM = ZoneInfo("Europe/Amsterdam")


@pytest.fixture
def cast(session: Session) -> Cast:
    found = gather(session)
    found.resident.address = "Langestraat 1"
    found.helper.address = "Kortestraat 2"
    return found


def _file(cast: Cast, match: Match, who: str = "volunteer", **changes: Any) -> bytes:
    values = {"language": "nl", "domain": "noaber.example", "now": NOW, **changes}
    return calendar.of_match(cast.session, match, actor=cast.actors[who], **values)


def _read(content: bytes) -> list[Any]:
    return list(icalendar.Calendar.from_ical(content).walk("VEVENT"))


def _visit(cast: Cast, match: Match | None = None, **columns: Any) -> tuple[Match, Appointment]:
    match = match or cast.match("active")
    return match, factories.create_appointment(cast.session, match, **columns)


def _entry(**changes: Any) -> Entry:
    values: dict[str, Any] = {
        "uid": "appointment-1@noaber.example",
        "sequence": 0,
        "starts_at": datetime(2026, 12, 1, 14),
        "ends_at": datetime(2026, 12, 1, 16),
        "title": "Afspraak",
        "place": "",
        "text": "",
        "status": "TENTATIVE",
        "created_at": NOW,
    }
    return Entry(**{**values, **changes})


def _render(*entries: Entry, timezone: str = "Europe/Amsterdam") -> bytes:
    return calendar.render(entries, timezone=timezone, name="Noaber Hengelo", now=NOW)


# ---- the format ----


def test_a_file_holds_what_rfc_5545_asks(cast: Cast) -> None:
    match, visit = _visit(cast)
    content = _file(cast, match)
    whole = icalendar.Calendar.from_ical(content)
    assert (whole["VERSION"], whole["CALSCALE"]) == ("2.0", "GREGORIAN") and whole["PRODID"]
    [event] = _read(content)
    assert event["UID"] == f"appointment-{visit.id}@noaber.example"
    assert event["DTSTAMP"].dt == NOW and event["SEQUENCE"] == 0
    assert event["DTSTART"].params["TZID"] == event["DTEND"].params["TZID"] == "Europe/Amsterdam"
    assert event["DTSTART"].dt == datetime(2026, 11, 25, 14, tzinfo=AMSTERDAM)
    assert event["DTEND"].dt == datetime(2026, 11, 25, 16, tzinfo=AMSTERDAM)
    assert b"DTSTART;TZID=Europe/Amsterdam:20261125T140000\r\n" in content
    assert content.startswith(b"BEGIN:VCALENDAR\r\n") and content.endswith(b"END:VCALENDAR\r\n")


def test_lines_are_at_most_75_octets_and_no_letter_is_cut_in_two() -> None:
    text = "Kom je mee naar het café? ☕👵🏽 " * 20
    content = _render(_entry(title=text, place="د" * 100, text=text))
    lines = content.split(b"\r\n")
    assert all(len(line) <= 75 for line in lines) and not any(b"\n" in line for line in lines)
    for line in lines:
        line.decode("utf-8")
    [event] = _read(content)
    assert (event["SUMMARY"], event["LOCATION"], event["DESCRIPTION"]) == (text, "د" * 100, text)


@pytest.mark.parametrize(
    "odd", ["a;b,c\\d", "een\r\nBEGIN:VEVENT\r\nUID:x", 'TZID="x"', "ATTACH:http://x", "<script>", "\N{LINE SEPARATOR}"]
)
def test_words_never_become_a_line_of_the_file(odd: str) -> None:
    [event] = _read(_render(_entry(title=odd, place=odd, text=odd)))
    same = odd.replace("\r\n", "\n")
    assert [str(event[key]).replace("\r\n", "\n") for key in ("SUMMARY", "LOCATION", "DESCRIPTION")] == [same] * 3


def test_a_calendar_without_appointments_is_a_calendar() -> None:
    assert _read(_render()) == []


@pytest.mark.parametrize("timezone", ["Europe/Amsterdam", "America/New_York", "Asia/Kolkata", "Europe/Dublin"])
def test_the_time_zone_is_described_for_readers_who_do_not_know_it(timezone: str) -> None:
    first, last = datetime(2026, 1, 5, 14), datetime(2027, 11, 29, 15)
    content = _render(
        _entry(starts_at=first, ends_at=first + timedelta(hours=1)),
        _entry(starts_at=last, ends_at=last),
        timezone=timezone,
    )
    described = content[content.index(b"BEGIN:VTIMEZONE") : content.index(b"END:VTIMEZONE") + 15]
    known = tz.tzical(io.StringIO(described.decode().replace("\r\n", "\n"))).get()
    moment = datetime(2026, 1, 1, 12)
    while moment < datetime(2027, 12, 31):  # another reader of the format, against the zone itself
        assert moment.replace(tzinfo=known).utcoffset() == moment.replace(tzinfo=ZoneInfo(timezone)).utcoffset(), moment
        moment += timedelta(hours=7)


def test_the_clock_changes_at_two_and_at_three_by_the_clock_that_still_stood() -> None:
    content = _render(_entry())
    assert b"BEGIN:DAYLIGHT\r\nDTSTART:20260329T020000\r\n" in content
    assert b"BEGIN:STANDARD\r\nDTSTART:20261025T030000\r\n" in content


# ---- up to date ----


@pytest.mark.parametrize(
    ("state", "status"),
    [
        ("planned", "TENTATIVE"),
        ("confirmed", "CONFIRMED"),
        ("done", "CONFIRMED"),
        ("missed", "CANCELLED"),
        ("cancelled", "CANCELLED"),
    ],
)
def test_the_state_is_said_in_the_calendars_own_words(cast: Cast, state: str, status: str) -> None:
    match, _ = _visit(cast, state=state)
    [event] = _read(_file(cast, match))
    assert event["STATUS"] == status


def test_moving_moves_the_entry_and_makes_no_second_one(cast: Cast) -> None:
    match = cast.match("agreed")
    [first] = appointments.plan(
        cast.session, match, starts_at=datetime(2026, 12, 1, 14), ends_at=datetime(2026, 12, 1, 15),
        actor=cast.actors["volunteer"], now=NOW,
    )  # fmt: skip
    seen = _read(_file(cast, match))
    newer = appointments.move(
        cast.session, first, starts_at=datetime(2026, 12, 2, 14), ends_at=datetime(2026, 12, 2, 15),
        actor=cast.actors["resident"], now=NOW,
    )  # fmt: skip
    seen += _read(_file(cast, match))
    appointments.confirm(cast.session, newer, actor=cast.actors["volunteer"], now=NOW)
    seen += _read(_file(cast, match))
    appointments.cancel(cast.session, newer, "", actor=cast.actors["resident"], now=NOW)
    seen += _read(_file(cast, match))
    assert len(seen) == 4 and len({str(event["UID"]) for event in seen}) == 1
    assert [int(event["SEQUENCE"]) for event in seen] == [0, 1, 2, 3]
    assert [str(event["STATUS"]) for event in seen] == ["TENTATIVE", "TENTATIVE", "CONFIRMED", "CANCELLED"]
    assert [event["DTSTART"].dt.day for event in seen] == [1, 2, 2, 2]


def test_every_week_of_a_series_is_an_entry_of_its_own(cast: Cast) -> None:
    match = cast.match("agreed")
    appointments.plan(
        cast.session, match, starts_at=datetime(2026, 12, 1, 14), ends_at=datetime(2026, 12, 1, 15),
        weekly_until=date(2026, 12, 22), actor=cast.actors["volunteer"], now=NOW,
    )  # fmt: skip
    events = _read(_file(cast, match))
    assert [event["DTSTART"].dt.day for event in events] == [1, 8, 15, 22]
    assert len({str(event["UID"]) for event in events}) == 4


def test_one_appointment_alone_can_be_had(cast: Cast) -> None:
    match, one = _visit(cast)
    _visit(cast, match, starts_at=datetime(2026, 12, 9, 14), ends_at=datetime(2026, 12, 9, 15))
    assert len(_read(_file(cast, match))) == 2
    [event] = _read(_file(cast, match, only=one))
    assert event["UID"] == f"appointment-{one.id}@noaber.example"
    _other_match, stranger = _visit(cast)
    assert _read(_file(cast, match, only=stranger)) == [], "never one of another match"


# ---- who reads what ----


def test_each_side_reads_the_first_name_of_the_other_and_no_way_to_reach_them(cast: Cast) -> None:
    match, _ = _visit(cast)
    cast.resident.phone, cast.helper.phone = "+31742450001", "+31612345678"
    titles = {
        who: str(_read(_file(cast, match, who))[0]["SUMMARY"]) for who in ("volunteer", "resident", "coordinator")
    }
    assert titles == {
        "volunteer": "Afspraak met Dina",
        "resident": "Afspraak met Yusuf",
        "coordinator": "Afspraak van Dina en Yusuf",
    }
    english = _read(_file(cast, match, language="en"))[0]
    assert english["SUMMARY"] == "Appointment with Dina"
    for who in titles:
        content = _file(cast, match, who).replace(b"\r\n ", b"")
        for hidden in (b"Haverkamp", b"Demir", b"post.example", b"12345678", b"2450001"):
            assert hidden not in content


def test_the_volunteer_of_an_agreed_match_reads_where_and_that_look_is_written_down(cast: Cast) -> None:
    match, _ = _visit(cast)
    [event] = _read(_file(cast, match))
    assert event["LOCATION"] == "Langestraat 1, 7551"
    assert cast.resident.id is not None
    assert contacts.seen_by(cast.session, cast.resident.id) == [(NOW, cast.helper.id, "volunteer")]


def test_the_resident_reads_that_it_is_at_home_and_not_where_the_volunteer_lives(cast: Cast) -> None:
    match, _ = _visit(cast)
    [event] = _read(_file(cast, match, "resident"))
    assert event["LOCATION"] == "Bij u thuis"
    assert cast.helper.id is not None and contacts.seen_by(cast.session, cast.helper.id) == []


def test_without_an_address_it_is_somebodys_home(cast: Cast) -> None:
    cast.resident.address = ""
    match, _ = _visit(cast)
    assert _read(_file(cast, match))[0]["LOCATION"] == "Bij Dina thuis"


def test_a_meeting_place_is_named_with_its_address_and_nobody_is_looked_at(cast: Cast) -> None:
    here = factories.create_meeting_place(cast.session, cast.community, name="De Brink", address="Brink 1, Hengelo")
    match, _ = _visit(cast, meeting_place_id=here.id, place="bij de leestafel")
    assert _read(_file(cast, match))[0]["LOCATION"] == "De Brink, Brink 1, Hengelo, bij de leestafel"
    assert cast.resident.id is not None and contacts.seen_by(cast.session, cast.resident.id) == []


@pytest.mark.parametrize("state", ["proposed", "approved", "accepted_by_volunteer", "failed", "withdrawn", "completed"])
@pytest.mark.parametrize("who", ["volunteer", "resident"])
def test_before_the_yes_and_after_the_end_no_place_is_told(cast: Cast, state: str, who: str) -> None:
    match, _ = _visit(cast, cast.match(state), place="Langestraat 1, achterom")
    with writes(cast.session) as written:
        content = _file(cast, match, who)
    assert b"LOCATION" not in content and b"Langestraat" not in content
    assert not written


def test_a_cancelled_entry_names_no_place(cast: Cast) -> None:
    match, _ = _visit(cast, state="cancelled", place="Langestraat 1, achterom")
    content = _file(cast, match)
    assert b"LOCATION" not in content and b"Langestraat" not in content


@pytest.mark.parametrize("who", [*STRANGERS, "system"])
def test_nobody_else_reads_anything(cast: Cast, who: str) -> None:
    match, _ = _visit(cast)
    with pytest.raises(NotAllowed):
        _file(cast, match, who)


def test_whom_to_call_and_where_to_look_stand_below_it(cast: Cast) -> None:
    match, _ = _visit(cast)
    [event] = _read(_file(cast, match, url="https://noaber.example/hengelo/matches/1"))
    assert event["DESCRIPTION"] == (
        "Kunt u niet? Bel ons even: 074 245 0000.\nhttps://noaber.example/hengelo/matches/1"
    )
    assert event["URL"] == "https://noaber.example/hengelo/matches/1"


def test_the_missing_and_the_double_hour_keep_their_place_on_the_wall_clock() -> None:
    starts = datetime(2026, 10, 25, 2, 30)
    [event] = _read(_render(_entry(starts_at=starts, ends_at=starts + timedelta(hours=2))))
    assert event["DTSTART"].dt.astimezone(UTC) == datetime(2026, 10, 25, 0, 30, tzinfo=UTC), "the first of the two"
    assert event["DTEND"].dt.replace(tzinfo=None) == datetime(2026, 10, 25, 4, 30)
