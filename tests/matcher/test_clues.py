"""What else a text says: when, how urgent, in which language, what is at home, and worries."""

import csv
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matcher import read_clues
from matcher.language.clues import AT_HOME, PARTS, WORRIES
from seeds.phrases import phrases

READ = [
    ("Elke dinsdagmiddag een uurtje wandelen", {"often": ["weekly"], "day": ["1"], "part": ["afternoon"]}),
    ("1x per week boodschappen, het liefst op vrijdag", {"often": ["weekly"], "day": ["4"]}),
    ("maandags en donderdagochtend", {"often": ["weekly"], "day": ["0", "3"], "part": ["morning"]}),
    ("Twee keer in de week 's avonds bellen", {"often": ["weekly"], "part": ["evening"]}),
    ("every Monday morning, or on Wednesdays", {"often": ["weekly"], "day": ["0", "2"], "part": ["morning"]}),
    ("Eenmalig: de schuur leegmaken", {"often": ["once"]}),
    ("Aanstaande zaterdag verhuizen we", {"often": [], "day": ["5"]}),
    ("Elke week, maar niet op dinsdag of woensdag", {"often": ["weekly"], "day": [], "no_day": ["1", "2"]}),
    ("Elke ochtend, zondag kan ik niet", {"often": ["weekly"], "day": [], "no_day": ["6"], "part": ["morning"]}),
    ("every week on Monday, not in the evening", {"day": ["0"], "part": [], "no_part": ["evening"]}),
    ("Ik kan niet elke week komen", {"often": []}),
    ("Elke morgen om negen uur even bellen", {"often": []}),
    ("Goedemorgen, goedenavond en goede middag", {"often": [], "part": []}),
    # "Voor de middag" is before noon, or for the afternoon: left to themselves.
    ("Op 8 december vóór de middag, niet voor de avond", {"part": [], "no_part": []}),
    ("Op 8 december na de middag", {"part": ["afternoon"]}),
    ("Er is haast bij", {"urgency": ["high"]}),
    ("As soon as possible please", {"urgency": ["high"]}),
    ("Er is geen haast bij hoor", {"urgency": ["low"]}),
    ("Ik zie haast niemand meer", {"urgency": []}),
    ("Mijn moeder spreekt alleen Arabisch", {"language": ["ar"]}),
    ("zoek Turkssprekende vrijwilliger", {"language": ["tr"]}),
    ("I only speak Tigrinya and a little English", {"language": ["ti", "en"]}),
    ("Zij spreekt geen Engels", {"language": []}),
    ("De dokter praat Engels en ik niet.", {"language": []}),
    ("My husband speaks German, but I don't", {"language": []}),
    ("Ik spreek Engels en ik kan niet goed lopen", {"language": ["en"]}),
    ("Ik bak graag Turks brood", {"language": []}),
    ("Ze zit in een rolstoel en heeft twee honden", {"home": ["wheelchair", "dog"]}),
    ("Ik heb geen hond, wel een poes", {"home": ["cat"]}),
    ("Ik kom de trap niet meer op", {"home": ["stairs"]}),
    ("Hij rookt in huis", {"home": ["smoker"]}),
    ("Mijn man slaat mij", {"worry": ["violence"]}),
    ("Ik ben bang voor mijn zoon", {"worry": ["violence"]}),
    ("My husband hits me and I am scared of my husband", {"worry": ["violence"]}),
    ("Ik wil niet meer leven sinds zij er niet meer is", {"worry": ["despair"]}),
    ("I don't want to live like this", {"worry": ["despair"]}),
    ("Hij heeft een mes", {"worry": ["danger"]}),
    ("Ik ben bang voor honden en de klok slaat twaalf", {"worry": []}),
    ("Dat beats me, zegt mijn kleinzoon", {"worry": []}),
    ("", {"often": [], "day": [], "worry": []}),
]


@pytest.mark.parametrize(("text", "said"), READ)
def test_what_is_said_is_read(text: str, said: dict[str, list[str]]) -> None:
    clues = read_clues(text)
    assert {about: list(clues.of(about)) for about in said} == said


def test_each_clue_names_its_words() -> None:
    clues = read_clues("Kan iemand élke DINSDAG komen? Er is geen haast.")
    assert [clue.words for clue in clues.found] == ["elke dinsdag", "dinsdag", "geen haast"]
    assert clues.first("often") == "weekly" and clues.first("home") is None


@given(st.text(max_size=300))
def test_no_text_is_too_odd_to_read(text: str) -> None:
    known = {"often", "day", "part", "no_day", "no_part", "urgency", "language", "home", "worry"}
    for clue in read_clues(text).found:
        assert clue.about in known and clue.value and clue.words


def test_values_are_those_that_are_promised() -> None:
    values = {(clue.about, clue.value) for text, _said in READ for clue in read_clues(text).found}
    assert {value for about, value in values if about == "part"} == set(PARTS)
    assert {value for about, value in values if about == "home"} == set(AT_HOME)
    assert {value for about, value in values if about == "worry"} == set(WORRIES)


def test_ordinary_requests_and_offers_worry_nobody() -> None:
    with (Path(__file__).parent / "validation.csv").open(encoding="utf-8", newline="") as file:
        texts = [row["text"] for row in csv.DictReader(file)]
    texts += [phrase.text for phrase in phrases()]
    worried = [text for text in texts if read_clues(text).of("worry")]
    # Some of these are written by people who have it hard; of eleven thousand texts a handful may be looked at in vain.
    assert len(worried) <= 5, worried
