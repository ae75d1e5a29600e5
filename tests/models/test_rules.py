"""Rules that hold in every community."""

from contextlib import suppress
from datetime import date
from time import thread_time
from typing import Any

import pytest

from models import rules
from models.errors import Invalid
from models.tables import Area, Certificate, Community, HelpRequest, Person, Postcode

TODAY = date(2026, 11, 24)
ONCE = {"kind": "once", "start": "2026-12-08T22:00", "end": "2026-12-09T07:00"}
WEEKLY = {"kind": "weekly", "windows": [], "from": "2026-12-14", "until": "2027-01-31"}
FLEXIBLE = {"kind": "flexible"}


def _vog(until: date | None, kind: str = "vog") -> Certificate:
    return Certificate(volunteer_id=1, kind=kind, seen_by=1, seen_on=TODAY, valid_until=until)


def test_a_vog_is_needed_where_the_community_says_so() -> None:
    community = Community(slug="x", name="X", vog_kinds=["buddy", "respite-care"])
    assert rules.needs_vog(community, ["garden", "buddy"])
    assert not rules.needs_vog(community, ["garden"])
    assert not rules.needs_vog(community, [])
    assert not rules.needs_vog(Community(slug="y", name="Y"), ["buddy"])


@pytest.mark.parametrize(("when", "day"), [(ONCE, date(2026, 12, 8)), (WEEKLY, date(2026, 12, 14)), (FLEXIBLE, TODAY)])
def test_the_day_of_the_help_is_its_first(when: dict[str, Any], day: date) -> None:
    assert rules.help_day(when, TODAY) == day


@pytest.mark.parametrize(
    ("certificates", "holds"),
    [
        ([], False),
        ([_vog(TODAY)], True),
        ([_vog(date(2026, 11, 23))], False),
        ([_vog(None)], True),
        ([_vog(None, "first-aid")], False),
        ([_vog(date(2020, 1, 1)), _vog(date(2030, 1, 1))], True),
    ],
)
def test_a_certificate_is_valid_on_its_last_day(certificates: list[Certificate], holds: bool) -> None:
    assert rules.holds_vog(certificates, TODAY) is holds


@pytest.mark.parametrize(
    ("when", "by"),
    [
        pytest.param(FLEXIBLE, "2026-11-27", id="whenever it suits"),
        pytest.param({**WEEKLY, "until": None}, "2026-11-27", id="every week"),
        pytest.param({**WEEKLY, "from": "2026-11-17", "until": "2026-11-26"}, "2026-11-26", id="weeks that end sooner"),
        pytest.param(ONCE, "2026-11-27", id="later than that"),
        pytest.param({**ONCE, "start": "2026-11-26T10:00"}, "2026-11-25", id="the day before"),
        pytest.param({**ONCE, "start": "2026-11-24T19:00", "end": "2026-11-24T21:00"}, "2026-11-24", id="today"),
        pytest.param({**ONCE, "start": "2026-11-23T19:00", "end": "2026-11-23T21:00"}, None, id="yesterday"),
        pytest.param({**WEEKLY, "from": "2026-11-02", "until": "2026-11-20"}, None, id="weeks that are over"),
        pytest.param(
            {"kind": "weekly", "from": "2026-11-26", "until": "2026-11-26",
             "windows": [{"day": "thu", "from": "12:00", "to": "14:00"}]},
            "2026-11-25", id="a day of which the time is open",
        ),
    ],
)  # fmt: skip
def test_an_answer_is_asked_before_the_help(when: dict[str, Any], by: str | None) -> None:
    found = rules.answer_by(HelpRequest(when=when), date(2026, 11, 27), TODAY)
    assert found == (by and date.fromisoformat(by))


@pytest.mark.parametrize(
    ("first", "on"),
    [
        pytest.param(None, "2026-11-26", id="no certain day"),
        pytest.param("2026-12-08", "2026-11-26", id="much later"),
        pytest.param("2026-11-26", "2026-11-25", id="the day before"),
        pytest.param("2026-11-25", "2026-11-25", id="never on the day of the question"),
    ],
)
def test_who_is_silent_is_reminded_before_what_it_is_about(first: str | None, on: str) -> None:
    day = None if first is None else date.fromisoformat(first)
    assert rules.remind_on(TODAY, 2, day) == date.fromisoformat(on)


@pytest.mark.parametrize(
    ("when", "last"),
    [
        (ONCE, date(2026, 12, 9)),
        (WEEKLY, date(2027, 1, 31)),
        ({**WEEKLY, "until": None}, None),
        (FLEXIBLE, None),
    ],
)
def test_the_last_day_on_which_help_makes_sense(when: dict[str, Any], last: date | None) -> None:
    assert rules.last_day(HelpRequest(when=when)) == last


def test_a_place_is_called_by_its_neighbourhood_or_by_place_and_digits() -> None:
    postcode = Postcode(code="7551AB", place="Hengelo", lat=52.26, lon=6.79)
    named = Area(postcode="7551", community_id=1, neighbourhood="Nijverheid")
    assert rules.neighbourhood(named, postcode) == "Nijverheid"
    assert rules.neighbourhood(Area(postcode="7551", community_id=1), postcode) == "Hengelo 7551"
    assert rules.neighbourhood(None, postcode) == "Hengelo 7551", "four digits, never the six"
    assert rules.neighbourhood(None, None) == ""


def test_a_summary_of_nobody_in_particular_passes() -> None:
    people = [Person(first_name="Ria", last_name="ten Broeke"), Person(first_name="", last_name="")]
    rules.check_summary("Wie gaat er ten minste één keer mee met de trein? 3x 20 min in 2026.", people)
    rules.check_summary("Een stuk op weg, 5 minuten lopen, en dan naar de markt 2 keer in de week.", people)


@pytest.mark.parametrize(
    ("summary", "code"),
    [
        ("Ria wil wandelen", "summary_name"),
        ("Voor mw. Broeke", "summary_name"),
        ("bel 074-2450000", "summary_contact"),
        ("ria.x@post.example", "summary_name"),
        ("mail x@post.example", "summary_contact"),
        ("op 7551AB", "summary_contact"),
        ("In Borne, aan het Melkbussenpad 5", "summary_address"),
        ("De Oude Postweg 12b, tweede bel", "summary_address"),
    ],
)
def test_a_summary_that_gives_somebody_away_is_stopped(summary: str, code: str) -> None:
    people = [Person(first_name="Ria", last_name="ten Broeke")]
    with pytest.raises(Invalid) as refusal:
        rules.check_summary(summary, people)
    assert (refusal.value.field, refusal.value.code) == ("summary", code)


def test_the_check_of_a_summary_is_quick_whatever_it_holds() -> None:
    for nasty in ("@" * 1000, "a@" * 500, "0612" * 250, "7551 " * 200, "é" * 1000, "+31(0)" * 160):
        begun = thread_time()
        with suppress(Invalid):
            rules.check_summary(nasty, [Person(first_name="Ria", last_name="d'Haens-van 't Hoff")])
        assert thread_time() - begun < 0.1, nasty[:10]
