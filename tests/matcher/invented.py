"""Volunteers and requests as Hypothesis invents them: close enough together that every rule is met and broken."""

from datetime import date, datetime, timedelta

from hypothesis import strategies as st

from matcher import (
    DAYS,
    EVERY_HOUR,
    TRAITS,
    URGENCIES,
    Away,
    Certificate,
    Flexible,
    Once,
    Place,
    Request,
    Understood,
    Volunteer,
    Weekly,
    Window,
)
from matcher.types import Found

KINDS = ("garden", "groceries", "transport", "hospital-escort")
NOW = datetime(2026, 11, 22, 9)
HERE = Place(52.2658, 6.7931)

ids = st.sampled_from([f"{letter}{number}" for letter in "vr" for number in range(6)])
some_ids = st.frozensets(ids, max_size=3)
places = st.builds(
    Place,
    lat=st.floats(52.2, 52.35),
    lon=st.floats(6.7, 6.95),
    area=st.sampled_from([None, "7551", "7622"]),
)
# Quarters of an hour, so that edges often touch.
minutes = st.integers(0, 96).map(lambda quarter: quarter * 15)
windows = (
    st.tuples(st.integers(0, 6), minutes, minutes)
    .filter(lambda given: given[1] < given[2])
    .map(lambda given: Window(*given))
)
several_windows = st.lists(windows, max_size=6).map(tuple)
days = st.dates(date(2026, 11, 20), date(2026, 12, 10))
absences = st.tuples(days, days).map(lambda given: Away(min(given), max(given)))
certificates = st.builds(Certificate, kind=st.sampled_from(["vog", "first-aid"]), valid_until=st.none() | days)
moments = st.builds(
    lambda day, quarter, second: (
        datetime(day.year, day.month, day.day) + timedelta(minutes=quarter * 15, seconds=second)
    ),
    days,
    st.integers(0, 95),
    st.sampled_from([0, 0, 0, 1]),
)
periods = st.builds(
    lambda start, length: Once(start, start + timedelta(minutes=length)),
    moments,
    st.sampled_from([1, 15, 60, 120, 120, 600, 24 * 60, 8 * 24 * 60]),
)
weekly = st.builds(Weekly, windows=several_windows, start=days, until=st.none() | st.just(date(2026, 12, 31)))
one_day = st.builds(
    lambda windows, day: Weekly(windows, day, day, heeds_absence=True), windows=several_windows, day=days
)
whens = st.one_of(periods, weekly, one_day, st.just(Flexible()))
languages = st.frozensets(st.sampled_from(["nl", "en", "tr", "ar"]), max_size=3)
traits = st.frozensets(st.sampled_from(TRAITS), max_size=2)
skills = st.lists(st.sampled_from(KINDS), unique=True, max_size=3).map(tuple)
confidences = st.integers(300, 10_000).map(lambda whole: whole / 10_000)
found = st.lists(
    st.builds(Found, st.sampled_from(KINDS), confidences), unique_by=lambda kind: kind.slug, max_size=3
).map(lambda kinds: tuple(sorted(kinds, key=lambda kind: -kind.confidence)))
vectors = st.one_of(
    st.just(b""),
    st.lists(st.integers(-128, 127), min_size=64, max_size=64).map(lambda row: bytes(b % 256 for b in row)),
)
understood = st.none() | st.builds(Understood, kinds=found, vector=vectors, edition=st.just("test"))

volunteers = st.builds(
    Volunteer,
    id=ids,
    place=places,
    skills=skills,
    max_km=st.sampled_from([0.5, 2.0, 5.0, 10.0, 25.0, 500.0]),
    windows=st.one_of(st.just(EVERY_HOUR), several_windows),
    away=st.lists(absences, max_size=2).map(tuple),
    languages=languages,
    certificates=st.lists(certificates, max_size=3).map(tuple),
    capacity=st.integers(0, 3),
    load=st.integers(0, 2),
    blocked=some_ids,
    traits=traits,
    avoids=traits,
    known=some_ids,
    offered=st.none() | st.dates(date(2024, 1, 1), date(2026, 12, 1)),
    recent_hours=st.sampled_from([0.0, 3.5, 12.0, 40.0]),
    paused=st.booleans(),
    understood=understood,
)
requests = st.builds(
    Request,
    id=ids,
    place=places,
    skills=skills,
    when=whens,
    languages=languages,
    certificates=st.frozensets(st.sampled_from(["vog", "first-aid", "bhv"]), max_size=2),
    blocked=some_ids,
    traits=traits,
    avoids=traits,
    known=some_ids,
    urgency=st.sampled_from(URGENCIES),
    created=st.none() | moments,
    understood=understood,
)
many_volunteers = st.lists(volunteers, unique_by=lambda one: one.id, max_size=8)
many_requests = st.lists(requests, unique_by=lambda one: one.id, max_size=8)


def window(day: str, start: str, end: str) -> Window:
    """A window as it is said: `window("mon", "09:00", "12:00")`."""

    def minute(clock: str) -> int:
        hours, rest = clock.split(":")
        return int(hours) * 60 + int(rest)

    return Window(DAYS.index(day), minute(start), minute(end))
