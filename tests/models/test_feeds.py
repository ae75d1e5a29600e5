"""Somebody's private calendar: what stands in it, what never does, and whose address opens it."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import icalendar
import pytest
from sqlmodel import Session

from models import feed
from models.errors import NotAllowed, NotFound
from models.operations import appointments, choices, erasing, feeds, following, volunteers
from models.queries import matches
from models.tables import Appointment, HelpRequest, Volunteer
from tests import factories
from tests.factories import NOW, TOKENS
from tests.models.cast import STRANGERS, Cast, gather, log, writes

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
START, END = datetime(2026, 12, 1, 14), datetime(2026, 12, 1, 16)


@pytest.fixture
def cast(session: Session) -> Cast:
    found = gather(session)
    found.resident.address, found.helper.address = "Langestraat 1", "Kortestraat 2"
    found.resident.phone, found.helper.phone = "+31742450001", "+31612345678"
    return found


def _feed(cast: Cast, owner: Volunteer | HelpRequest | None = None, now: datetime = NOW) -> feed.Feed:
    return feed.of(cast.session, owner or cast.volunteer, domain="noaber.example",
                   base_url="https://noaber.example", now=now)  # fmt: skip


def _events(cast: Cast, owner: Volunteer | HelpRequest | None = None, now: datetime = NOW) -> list[Any]:
    return list(icalendar.Calendar.from_ical(_feed(cast, owner, now).content).walk("VEVENT"))


def _plan(cast: Cast, **changes: Any) -> list[Appointment]:
    values = {"starts_at": START, "ends_at": END, "now": NOW, "actor": cast.actors["volunteer"], **changes}
    return appointments.plan(cast.session, values.pop("match", None) or cast.match("agreed"), **values)


def _request(cast: Cast, appointment: Appointment) -> HelpRequest:
    match = matches.by_id(cast.session, appointment.match_id)
    assert match is not None
    return matches.request_of(cast.session, match)


# ---- what stands in it ----


def test_all_matches_of_a_volunteer_stand_in_one_calendar_that_says_how_often_to_look(cast: Cast) -> None:
    [one] = _plan(cast)
    [two] = _plan(cast, starts_at=START + timedelta(days=1), ends_at=END + timedelta(days=1))
    whole = icalendar.Calendar.from_ical(_feed(cast).content)
    assert whole["REFRESH-INTERVAL"].to_ical() == b"PT1H" and whole["REFRESH-INTERVAL"].params["VALUE"] == "DURATION"
    assert whole["X-PUBLISHED-TTL"].to_ical() == b"PT1H"
    events = whole.walk("VEVENT")
    assert [str(event["UID"]) for event in events] == [f"appointment-{a.id}@noaber.example" for a in (one, two)]
    assert [str(event["SUMMARY"]) for event in events] == ["Afspraak met Dina"] * 2
    assert str(events[0]["URL"]) == f"https://noaber.example/{cast.community.slug}/matches/{one.match_id}"


def test_the_resident_reads_who_comes_and_no_address_with_a_token(cast: Cast) -> None:
    [one] = _plan(cast)
    _plan(cast, starts_at=END, ends_at=END + timedelta(hours=1))  # of another request
    request = _request(cast, one)
    [event] = _events(cast, request)
    assert event["SUMMARY"] == "Afspraak met Yusuf"
    assert str(event["URL"]) == f"https://noaber.example/{cast.community.slug}/follow"
    assert TOKENS.request_link(request.id or 0, request.link_version).encode() not in _feed(cast, request).content


@pytest.mark.parametrize("place", ["", "Langestraat 1, achterom"])
def test_no_home_no_number_and_no_last_name_is_ever_in_it(cast: Cast, place: str) -> None:
    [one] = _plan(cast, place=place)
    cast.session.flush()
    for owner in (cast.volunteer, _request(cast, one)):
        content = _feed(cast, owner).content.replace(b"\r\n ", b"")
        for hidden in (b"Langestraat", b"Kortestraat", b"Haverkamp", b"Demir", b"12345678", b"2450001", b"@post"):
            assert hidden not in content


def test_looking_is_not_written_down_because_nobody_is_looked_at(cast: Cast) -> None:
    _plan(cast)
    with writes(cast.session) as written:
        _feed(cast)
    assert not written


def test_of_a_home_it_names_the_neighbourhood_and_of_a_meeting_place_all(cast: Cast) -> None:
    here = factories.create_meeting_place(cast.session, cast.community, name="De Brink", address="Brink 1, Hengelo")
    _plan(cast)
    _plan(cast, starts_at=START + timedelta(days=1), ends_at=END + timedelta(days=1), meeting_place_id=here.id,
          place="bij Langestraat 1")  # fmt: skip
    home, away = _events(cast)
    assert "7551" in str(home["LOCATION"]) and str(away["LOCATION"]) == "De Brink, Brink 1, Hengelo"
    assert "Waar precies, staat op uw pagina." in str(home["DESCRIPTION"])


def test_in_the_language_of_its_reader(cast: Cast) -> None:
    _plan(cast)
    cast.helper.language = "en"
    assert _events(cast)[0]["SUMMARY"] == "Appointment with Dina"


# ---- up to date ----


def test_every_change_raises_the_number_and_moves_the_same_entry(cast: Cast) -> None:
    [one] = _plan(cast)
    seen = _events(cast)
    newer = appointments.move(
        cast.session, one, starts_at=START + timedelta(days=1), ends_at=END + timedelta(days=1),
        actor=cast.actors["resident"], now=NOW,
    )  # fmt: skip
    seen += _events(cast)
    appointments.confirm(cast.session, newer, actor=cast.actors["volunteer"], now=NOW)
    seen += _events(cast)
    appointments.cancel(cast.session, newer, "", actor=cast.actors["volunteer"], now=NOW)
    seen += _events(cast)
    assert len({str(event["UID"]) for event in seen}) == 1
    assert [int(event["SEQUENCE"]) for event in seen] == [0, 1, 2, 3]
    assert [str(event["STATUS"]) for event in seen] == ["TENTATIVE", "TENTATIVE", "CONFIRMED", "CANCELLED"]
    assert "LOCATION" not in seen[3]


def test_a_cancelled_entry_stays_for_thirty_days_after_it_was_cancelled(cast: Cast) -> None:
    [one] = _plan(cast, starts_at=START + timedelta(days=200), ends_at=END + timedelta(days=200))
    appointments.cancel(cast.session, one, "", actor=cast.actors["volunteer"], now=NOW)
    assert [str(e["STATUS"]) for e in _events(cast, now=NOW + timedelta(days=29))] == ["CANCELLED"]
    assert _events(cast, now=NOW + timedelta(days=31)) == []


def test_what_was_stays_for_three_months(cast: Cast) -> None:
    match = cast.match("active")
    for days in (80, 100):
        at = datetime(2026, 11, 24, 14) - timedelta(days=days)
        factories.create_appointment(cast.session, match, starts_at=at, ends_at=at + timedelta(hours=1), state="done")
    assert [str(event["STATUS"]) for event in _events(cast)] == ["CONFIRMED"]


def test_moments_to_choose_from_are_tentative_and_leave_when_they_can_no_longer_be_picked(cast: Cast) -> None:
    times = [(START + timedelta(days=n), END + timedelta(days=n)) for n in (0, 1)]
    moments = choices.propose(cast.session, cast.match("agreed"), times, actor=cast.actors["volunteer"], now=NOW)
    assert [str(e["STATUS"]) for e in _events(cast)] == ["TENTATIVE"] * 2
    assert len(_events(cast, now=datetime(2026, 12, 1, 14, tzinfo=UTC))) == 1
    choices.pick(cast.session, moments[1], actor=cast.actors["resident"], now=NOW)
    assert [str(e["STATUS"]) for e in _events(cast)] == ["CANCELLED", "CONFIRMED"]


@pytest.mark.parametrize("first", [date(2027, 3, 15), date(2027, 10, 18)])
def test_a_weekly_series_keeps_its_time_over_the_change_of_the_clock_exceptions_too(cast: Cast, first: date) -> None:
    start = datetime.combine(first, START.time())
    series = _plan(cast, starts_at=start, ends_at=start + timedelta(hours=2), weekly_until=first + timedelta(weeks=4))
    appointments.cancel(cast.session, series[1], "", actor=cast.actors["volunteer"], now=NOW)
    appointments.move(
        cast.session, series[3], starts_at=series[3].starts_at + timedelta(days=1),
        ends_at=series[3].ends_at + timedelta(days=1), actor=cast.actors["volunteer"], now=NOW,
    )  # fmt: skip
    events = _events(cast)
    assert len(events) == 5 and len({str(event["UID"]) for event in events}) == 5
    standing = [event for event in events if event["STATUS"] != "CANCELLED"]
    assert [e["DTSTART"].dt.date() - first for e in standing] == [timedelta(days=d) for d in (0, 14, 22, 28)]
    for event in standing:
        wall = event["DTSTART"].dt.replace(tzinfo=None)
        assert wall.hour == 14 and event["DTEND"].dt.replace(tzinfo=None).hour == 16
        assert event["DTSTART"].dt.astimezone(UTC) == wall.replace(tzinfo=AMSTERDAM).astimezone(UTC)
    assert len({event["DTSTART"].dt.astimezone(UTC).hour for event in standing}) == 2, "the clock changed in between"


def test_the_same_calendar_is_the_same_file_and_a_change_is_another(cast: Cast) -> None:
    [one] = _plan(cast)
    first, later = _feed(cast), _feed(cast, now=NOW + timedelta(hours=3))
    assert (first.etag, first.content) == (later.etag, later.content) and first.changed_at == later.changed_at
    appointments.confirm(cast.session, one, actor=cast.actors["resident"], now=NOW + timedelta(hours=4))
    changed = _feed(cast, now=NOW + timedelta(hours=5))
    assert changed.etag != first.etag and changed.changed_at == NOW + timedelta(hours=4)
    assert _feed(cast, now=NOW + timedelta(days=1)).changed_at > changed.changed_at, "each day what is old leaves"


def test_two_who_must_never_meet_again_do_not_read_of_each_other(cast: Cast) -> None:
    [one] = _plan(cast)
    factories.create_block(cast.session, cast.community, cast.resident, cast.helper, cast.coordinator)
    assert _events(cast) == _events(cast, _request(cast, one)) == []


def test_before_both_said_yes_nothing_stands_in_it(cast: Cast) -> None:
    match = cast.match("approved", agreed_at=None)
    factories.create_appointment(cast.session, match)
    assert _events(cast) == []


# ---- whose address opens it ----


def _opens(cast: Cast, token: str) -> Volunteer | HelpRequest:
    return feeds.by_token(cast.session, token, cast.community.id, tokens=TOKENS)


def test_the_newest_address_opens_it_and_no_other(cast: Cast) -> None:
    request = cast.request()
    for owner, who in ((cast.volunteer, "volunteer"), (request, "resident")):
        old = feeds.token_of(owner, TOKENS)
        assert _opens(cast, old) is owner
        feeds.renew(cast.session, owner, actor=cast.actors[who], now=NOW)
        with pytest.raises(NotFound):
            _opens(cast, old)
        assert _opens(cast, feeds.token_of(owner, TOKENS)) is owner
    assert [line[:2] for line in log(cast.session)] == [("volunteer", "feed_renewed"), ("resident", "feed_renewed")]


@pytest.mark.parametrize("who", [*STRANGERS, "coordinator", "system"])
def test_nobody_else_makes_a_new_address(cast: Cast, who: str) -> None:
    for owner in (cast.volunteer, cast.request()):
        with writes(cast.session) as written, pytest.raises(NotAllowed):
            feeds.renew(cast.session, owner, actor=cast.actors[who], now=NOW)
        assert not written


@pytest.mark.parametrize("token", ["", "x", "a.b", "W10.x", "0" * 500, "é", "../..", "\0"])
def test_what_we_did_not_make_opens_nothing(cast: Cast, token: str) -> None:
    with pytest.raises(NotFound):
        _opens(cast, token)


def test_a_token_for_something_else_opens_no_calendar(cast: Cast) -> None:
    request = cast.request()
    assert request.id is not None and cast.volunteer.id is not None
    for token in (
        TOKENS.request_link(request.id, request.link_version),
        TOKENS.feed("volunteer", 2**40, 1),
        TOKENS.feed("person", cast.volunteer.id, 1),
        TOKENS.feed("request", cast.volunteer.id, 1),
        TOKENS.feed("volunteer", cast.volunteer.id),
    ):
        with pytest.raises(NotFound):
            _opens(cast, token)


def test_in_another_community_it_opens_nothing(cast: Cast) -> None:
    with pytest.raises(NotFound):
        feeds.by_token(cast.session, feeds.token_of(cast.volunteer, TOKENS), cast.elsewhere.id, tokens=TOKENS)


def test_a_pause_keeps_it_and_leaving_ends_it(cast: Cast) -> None:
    token = feeds.token_of(cast.volunteer, TOKENS)
    volunteers.pause(cast.session, cast.volunteer, None, actor=cast.actors["volunteer"], now=NOW)
    assert _opens(cast, token) is cast.volunteer
    volunteers.leave(cast.session, cast.volunteer, actor=cast.actors["volunteer"], now=NOW)
    with pytest.raises(NotFound):
        _opens(cast, token)


def test_erasing_ends_both(cast: Cast) -> None:
    [one] = _plan(cast)
    request = _request(cast, one)
    tokens = [feeds.token_of(cast.volunteer, TOKENS), feeds.token_of(request, TOKENS)]
    erasing.erase(cast.session, cast.resident, actor=cast.actors["resident"], now=NOW)
    erasing.erase(cast.session, cast.helper, actor=cast.actors["volunteer"], now=NOW)
    for token in tokens:
        with pytest.raises(NotFound):
            _opens(cast, token)


def test_a_new_private_link_ends_the_calendar_of_the_old_one(cast: Cast) -> None:
    request = cast.request()
    token = feeds.token_of(request, TOKENS)
    following.renew(cast.session, request, actor=cast.actors["resident"], now=NOW)
    with pytest.raises(NotFound):
        _opens(cast, token)
