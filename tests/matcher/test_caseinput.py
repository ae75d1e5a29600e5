"""Each rule of the case file broken once: one line that names the place, and no output."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from matcher.casefile import CaseError, assign_file, rank_file
from tests.matcher.cases import CASE, MISSING, changed

V, R = "volunteers[0]", "requests[0]"

BROKEN: list[tuple[str, Any, str]] = [
    ("format", MISSING, "format: is required"),
    ("format", "noaber.match/2", 'format: must be "noaber.match/1"'),
    ("format", 1, "format: must be a text, not 1"),
    ("now", MISSING, "now: is required"),
    ("now", "2026-11-22", 'now: must be a local date and time such as 2026-11-22T09:00, not "2026-11-22"'),
    ("now", "2026-11-22T09:00Z", "now: must be a local date and time"),
    ("now", "2026-02-30T09:00", "now: must be a local date and time"),
    ("now", "2026-11-22T24:00", "now: must be a local date and time"),
    ("now", None, "now: must be a local date and time such as 2026-11-22T09:00, not null"),
    ("timezone", "Europe/Hengelo", "timezone: unknown time zone"),
    ("timezone", "../../etc/passwd", "timezone: unknown time zone"),
    ("timezone", "Europe", "timezone: unknown time zone"),
    ("timezone", "", "timezone: must not be empty"),
    ("volunteers", MISSING, "volunteers: is required"),
    ("volunteers", {}, "volunteers: must be a list, not an object"),
    ("volunteers", None, "volunteers: must be a list, not null"),
    ("requests", MISSING, "requests: is required"),
    (V, "v1", f'{V}: must be an object, not "v1"'),
    (f"{V}.id", MISSING, f"{V}.id: is required"),
    (f"{V}.id", 7, f"{V}.id: must be a text, not 7"),
    (f"{V}.id", "", f"{V}.id: must not be empty"),
    (f"{V}.id", "a\0b", f"{V}.id: must not hold a NUL or half a character"),
    (f"{V}.id", "\ud800", f"{V}.id: must not hold a NUL or half a character"),
    ("volunteers[2].id", "v1", "volunteers[2].id: stands already at volunteers[0]"),
    ("requests[1].id", "r1", "requests[1].id: stands already at requests[0]"),
    (f"{V}.text", None, f"{V}.text: must be a text, not null"),
    (f"{V}.text", "x" * 10_001, f"{V}.text: must be at most 10000 characters"),
    (f"{V}.text", "half \ud83d", f"{V}.text: must not hold a NUL or half a character"),
    (f"{V}.skills", "garden", f'{V}.skills: must be a list, not "garden"'),
    (f"{V}.skills", ["garden", "magic"], f'{V}.skills[1]: unknown kind of help "magic"'),
    (f"{V}.skills", [None], f"{V}.skills[0]: must be a text, not null"),
    (f"{V}.lat", MISSING, f"{V}.lat: is required"),
    (f"{V}.lon", MISSING, f"{V}.lon: is required"),
    (f"{V}.lat", 90.5, f"{V}.lat: must be <= 90"),
    (f"{V}.lat", True, f"{V}.lat: must be a number, not true"),
    (f"{V}.lat", "52.1", f'{V}.lat: must be a number, not "52.1"'),
    (f"{V}.lon", -181, f"{V}.lon: must be >= -180"),
    (f"{V}.lon", None, f"{V}.lon: must be a number, not null"),
    ("volunteers[1].postcode", MISSING, "volunteers[1]: needs lat and lon, or a postcode"),
    ("volunteers[1].postcode", "0123AB", "volunteers[1].postcode: must be 4 digits, or 4 digits and 2 letters"),
    ("volunteers[1].postcode", "7551AB\n", "volunteers[1].postcode: must be 4 digits, or 4 digits and 2 letters"),
    ("volunteers[1].postcode", "", "volunteers[1].postcode: must not be empty"),
    ("volunteers[1].postcode", "9999", "volunteers[1].postcode: 9999 does not exist"),
    ("volunteers[1].postcode", 7551, "volunteers[1].postcode: must be a text, not 7551"),
    ("volunteers[1].postcode", "B-9000", "volunteers[1].postcode: is a Belgian postcode, must be a Dutch one"),
    ("volunteers[1].postcode", "48455", "volunteers[1].postcode: is a German postcode, must be a Dutch one"),
    (f"{V}.max_km", 0, f"{V}.max_km: must be > 0"),
    (f"{V}.max_km", -1, f"{V}.max_km: must be > 0"),
    (f"{V}.max_km", 501, f"{V}.max_km: must be <= 500"),
    (f"{V}.max_km", 10**400, f"{V}.max_km: must be <= 500"),
    (f"{V}.max_km", False, f"{V}.max_km: must be a number, not false"),
    (f"{V}.max_km", None, f"{V}.max_km: must be a number, not null"),
    (f"{V}.available", {}, f"{V}.available: must be a list, not an object"),
    (f"{V}.available[0].day", "maandag", f"{V}.available[0].day: unknown day"),
    (f"{V}.available[0].day", MISSING, f"{V}.available[0].day: is required"),
    (f"{V}.available[0].from", MISSING, f"{V}.available[0].from: is required"),
    (f"{V}.available[0].from", "9:00", f'{V}.available[0].from: must be a time such as 09:00, not "9:00"'),
    (f"{V}.available[0].from", "24:00", f"{V}.available[0].from: must be a time such as 09:00"),
    (f"{V}.available[0].to", "24:01", f"{V}.available[0].to: must be a time such as 09:00"),
    (f"{V}.available[0].to", "12:60", f"{V}.available[0].to: must be a time such as 09:00"),
    (f"{V}.available[0].to", "09:00", f"{V}.available[0].to: must be after from"),
    (f"{V}.available[0].to", "٠٩:٠٠", f"{V}.available[0].to: must be a time such as 09:00"),
    (f"{V}.away[0].from", "31-02-2026", f"{V}.away[0].from: must be a date such as 2026-12-01"),
    (f"{V}.away[0].from", "2026-02-31", f"{V}.away[0].from: must be a date such as 2026-12-01"),
    (f"{V}.away[0].from", "0000-01-01", f"{V}.away[0].from: must be a date such as 2026-12-01"),
    (f"{V}.away[0].until", MISSING, f"{V}.away[0].until: is required"),
    (f"{V}.away[0].until", "2026-11-30", f"{V}.away[0].until: must not be before from"),
    (f"{V}.languages", ["nl", "NL"], f'{V}.languages[1]: unknown language "NL"'),
    (f"{V}.languages", ["xx"], f'{V}.languages[0]: unknown language "xx"'),
    (f"{V}.languages", None, f"{V}.languages: must be a list, not null"),
    (f"{V}.certificates[0].kind", MISSING, f"{V}.certificates[0].kind: is required"),
    (f"{V}.certificates[0].kind", "V O G", f"{V}.certificates[0].kind: must be small letters, digits and hyphens"),
    (f"{V}.certificates[0].valid_until", "never", f"{V}.certificates[0].valid_until: must be a date"),
    (f"{V}.certificates", ["vog"], f'{V}.certificates[0]: must be an object, not "vog"'),
    (f"{V}.capacity", -1, f"{V}.capacity: must be >= 0"),
    (f"{V}.capacity", 1.0, f"{V}.capacity: must be a whole number, not 1.0"),
    (f"{V}.capacity", True, f"{V}.capacity: must be a whole number, not true"),
    (f"{V}.load", "1", f'{V}.load: must be a whole number, not "1"'),
    (f"{V}.blocked", "r9", f'{V}.blocked: must be a list, not "r9"'),
    (f"{V}.blocked", [9], f"{V}.blocked[0]: must be a text, not 9"),
    (f"{V}.known", [None], f"{V}.known[0]: must be a text, not null"),
    (f"{V}.traits", ["tall"], f'{V}.traits[0]: unknown trait "tall"'),
    (f"{V}.avoids", ["smoker", "rain"], f'{V}.avoids[1]: unknown trait "rain"'),
    (f"{V}.offered", "today", f'{V}.offered: must be a date such as 2026-12-01, not "today"'),
    (f"{V}.recent_hours", -0.5, f"{V}.recent_hours: must be >= 0"),
    (f"{V}.recent_hours", True, f"{V}.recent_hours: must be a number, not true"),
    (f"{V}.paused", 0, f"{V}.paused: must be true or false, not 0"),
    (f"{V}.paused", None, f"{V}.paused: must be true or false, not null"),
    (R, None, f"{R}: must be an object, not null"),
    (f"{R}.id", MISSING, f"{R}.id: is required"),
    (f"{R}.when", "dinsdag", f'{R}.when: must be an object, not "dinsdag"'),
    (f"{R}.when", None, f"{R}.when: must be an object, not null"),
    (f"{R}.when.kind", "sometimes", f'{R}.when.kind: unknown kind "sometimes"'),
    (f"{R}.when.start", MISSING, f"{R}.when.start: is required"),
    (f"{R}.when.end", MISSING, f"{R}.when.end: is required"),
    (f"{R}.when.end", "2026-12-08T13:30", f"{R}.when.end: must be after start"),
    (f"{R}.when.end", "2026-12-08", f"{R}.when.end: must be a local date and time"),
    ("requests[1].when.windows", MISSING, "requests[1].when.windows: is required"),
    ("requests[1].when.windows[0].to", "08:00", "requests[1].when.windows[0].to: must be after from"),
    ("requests[1].when.from", MISSING, "requests[1].when.from: is required"),
    ("requests[1].when.until", "2026-11-30", "requests[1].when.until: must not be before from"),
    ("requests[1].when.until", None, "requests[1].when.until: must be a date such as 2026-12-01, not null"),
    (f"{R}.languages", ["nederlands"], f'{R}.languages[0]: unknown language "nederlands"'),
    (f"{R}.certificates", ["VOG"], f"{R}.certificates[0]: must be small letters, digits and hyphens"),
    (f"{R}.certificates", [{"kind": "vog"}], f"{R}.certificates[0]: must be a text, not an object"),
    (f"{R}.urgency", "urgent", f'{R}.urgency: unknown urgency "urgent", must be one of low, normal, high'),
    (f"{R}.created", "2026-11-20", f"{R}.created: must be a local date and time"),
    (f"{R}.created", None, f"{R}.created: must be a local date and time"),
]


@pytest.mark.parametrize(("path", "value", "message"), BROKEN, ids=[f"{p}={v!r}"[:60] for p, v, _ in BROKEN])
def test_a_broken_rule_is_one_line_with_its_place_and_no_output(
    run: Callable, tmp_path: Path, path: str, value: Any, message: str
) -> None:
    for command in (rank_file, assign_file):
        with pytest.raises(CaseError) as refused:
            run(changed(path, value), command)
        said = str(refused.value)
        assert said.startswith(message)
        assert said.isprintable() and said.isascii() and len(said) < 200
        assert [found.name for found in tmp_path.iterdir()] == ["case.json"]


RAW = json.dumps(CASE)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "document: is empty"),
        (b" \n", "document: is empty"),
        (b"\xef\xbb\xbf", "document: is empty"),
        (b"[]", "document: must be an object, not a list"),
        (b"null", "document: must be an object, not null"),
        (b'{"a": 1,}', "document: is not valid JSON: line 1, column"),
        (RAW.encode("utf-16"), "document: line 1: is not UTF-8"),
        (RAW.replace("u graag", "u gr\u00e4ag").encode("cp1252"), "document: line 1: is not UTF-8"),
        (RAW.replace("52.2658", "NaN").encode(), "document: NaN is no number"),
        (RAW.replace("52.2658", "-Infinity").encode(), "document: -Infinity is no number"),
        (RAW.replace("52.2658", "1e999").encode(), "volunteers[0].lat: must be a finite number"),
        (RAW.replace("52.2658", "9" * 5000).encode(), "document: holds a number that is too long"),
        (b'{"format":' + b"[" * 100_000, "document: is nested too deep"),
        (RAW.replace('"id": "v1"', '"id": "v1", "id": "v9"').encode(), "volunteers[0].id: stands twice"),
        (b'{"format": "noaber.match/1", "format": "noaber.match/1"}', "format: stands twice"),
        (b"\x89PNG\r\n\x1a\n\x00", "document: line 1: is not UTF-8"),
    ],
)
def test_what_is_no_document_is_one_line_too(run: Callable, tmp_path: Path, data: bytes, message: str) -> None:
    with pytest.raises(CaseError) as refused:
        run(data)
    assert str(refused.value).startswith(message)
    assert "\n" not in str(refused.value)
    assert [found.name for found in tmp_path.iterdir()] == ["case.json"]


def test_a_file_cut_anywhere_in_the_middle_is_refused(run: Callable, tmp_path: Path) -> None:
    data = json.dumps(CASE, indent=1, ensure_ascii=False).encode()
    for end in range(1, len(data) - 1, 97):
        with pytest.raises(CaseError) as refused:
            run(data[:end])
        assert str(refused.value).startswith("document: ")
    assert not (tmp_path / "out.json").exists()
