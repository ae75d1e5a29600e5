"""Reasons as people read them: every code, in both voices, in every language."""

import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matcher import CODES, DAYS, GATES, TRAITS, Reason
from matcher.explain import PARTS
from models import catalogue, kinds, reasons

EXAMPLES: dict[str, Any] = {
    "slug": "garden",
    "covered": 1,
    "asked": 2,
    "km": 3,
    "max_km": 2.5,
    "day": 1,
    "part": "afternoon",
    "hours": 2,
    "languages": ["ar", "tr"],
    "load": 2,
    "days": 12,
    "coming": 56,
    "months": 9,
    "away": False,
    "kind": "vog",
    "capacity": 2,
    "trait": "dog",
    "of": "volunteer",
}
VOICES = ("desk", "volunteer")
LANGUAGES = catalogue.available_languages()


def example(code: str, **params: Any) -> Reason:
    return Reason(code, {name: params.get(name, EXAMPLES[name]) for name in CODES[code]})


def is_a_sentence(said: str) -> bool:
    """In any script: a capital where there are capitals, a full stop, and no placeholder."""
    return said[0] == said[0].upper() and said.endswith(".") and "%" not in said


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("voice", VOICES)
@pytest.mark.parametrize("code", CODES)
def test_every_code_is_a_sentence(code: str, voice: reasons.Voice, language: str) -> None:
    said = reasons.sentence(example(code), language, voice)
    assert is_a_sentence(said) and "(" not in said
    assert all(len(part.split()) <= 15 for part in said.split(". "))


@pytest.mark.parametrize(
    ("reason", "desk", "volunteer"),
    [
        (example("offers_kind"), "Helpt graag met tuinklusjes.", "U helpt graag met tuinklusjes."),
        (
            example("other_kind", slug="pets"),
            "Noemt dit niet: huisdieren.",
            "Dit gaat over huisdieren. Dat noemde u niet.",
        ),
        (example("same_area"), "Woont in de buurt.", "In uw buurt."),
        (example("near"), "Woont op 3 kilometer afstand.", "3 kilometer bij u vandaan."),
        (example("far", km=9), "Woont wat verder weg: op 9 kilometer.", "Wat verder weg: 9 kilometer bij u vandaan."),
        (example("can_once"), "Kan op dinsdagmiddag.", "U kunt op dinsdagmiddag."),
        (example("can_day", day=3), "Kan op donderdag.", "U kunt op donderdag."),
        (example("can_weekly", day=6, part="morning"), "Kan elke zondagochtend.", "U kunt elke zondagochtend."),
        (example("speaks"), "Spreekt Arabisch en Turks.", "U spreekt Arabisch en Turks."),
        (example("free"), "Helpt nu nog niemand.", "U helpt nu nog niemand."),
        (
            example("helps", load=1),
            "Helpt al 1 persoon, of is daarvoor gevraagd.",
            "U helpt al 1 persoon, of bent daarvoor gevraagd.",
        ),
        (
            example("helps", load=3),
            "Helpt al 3 mensen, of is daarvoor gevraagd.",
            "U helpt al 3 mensen, of bent daarvoor gevraagd.",
        ),
        (
            example("distance", km=9),
            "Woont te ver weg: op 9 kilometer. Reist niet verder dan 2,5.",
            "Te ver weg: 9 kilometer. U reist niet verder dan 2,5.",
        ),
        (example("time"), "Kan niet op dat moment.", "U kunt niet op dat moment."),
        (example("time", away=True), "Is dan weg.", "U bent dan weg."),
        (example("language"), "Spreekt geen Arabisch of Turks.", "Hiervoor moet u Arabisch of Turks spreken."),
    ],
)
def test_dutch_is_plain_and_kind(reason: Reason, desk: str, volunteer: str) -> None:
    assert reasons.for_desk([reason], "nl") == [desk]
    assert reasons.for_volunteer([reason], "nl") == [volunteer]


def test_english_has_its_own_plurals() -> None:
    assert reasons.for_desk([example("near", km=1), example("near")], "en") == [
        "Lives 1 kilometre away.",
        "Lives 3 kilometres away.",
    ]
    assert reasons.for_volunteer([example("helps", load=1)], "en") == ["You help 1 person already, or were asked to."]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("voice", VOICES)
@pytest.mark.parametrize("gate", GATES)
def test_a_constraint_has_a_sentence_without_its_figures_too(gate: str, voice: reasons.Voice, language: str) -> None:
    assert is_a_sentence(reasons.why_not(gate, language, voice=voice))


def test_with_its_figures_a_constraint_says_more() -> None:
    assert reasons.why_not("distance", "nl") == "Woont te ver weg."
    assert reasons.why_not(example("distance", km=40), "nl").startswith("Woont te ver weg: op 40 kilometer.")


def test_a_volunteer_never_reads_who_blocked_whom_or_whose_wish_it_was() -> None:
    for language in LANGUAGES:
        said = {reasons.sentence(example(code), language, "volunteer") for code in ("blocked", "preference")}
        assert len(said) == 1
        assert not re.search("dog|hond", said.pop())


def test_every_kind_trait_day_and_part_has_its_words() -> None:
    assert list(reasons.KINDS) == [kind.slug for kind in kinds.KINDS]
    for language in LANGUAGES:
        said = {reasons.sentence(example("offers_kind", slug=slug), language) for slug in reasons.KINDS}
        assert len(said) == len(reasons.KINDS)
        for trait in TRAITS:
            assert trait == "smoker" or reasons.sentence(example("preference", trait=trait), language)
        moments = {
            reasons.sentence(example("can_once", day=day, part=part), language)
            for day in range(len(DAYS))
            for part in PARTS
        }
        assert len(moments) == len(DAYS) * len(PARTS)


def test_a_kind_that_the_catalogue_does_not_know_is_called_by_its_name() -> None:
    own = example("offers_kind", slug="skating")
    assert reasons.for_desk([own], "nl", {"skating": "schaatsen"}) == ["Helpt graag met schaatsen."]
    assert reasons.for_desk([own], "nl") == ["Helpt graag met skating."]
    both = reasons.render_both([own], names={"nl": {"skating": "schaatsen"}, "en": {"skating": "skating"}})
    assert both == {"en": ["Likes to help with skating."], "nl": ["Helpt graag met schaatsen."]}


def test_both_languages_say_the_same_reasons_in_the_same_order() -> None:
    given_reasons = [example("near"), example("free")]
    both = reasons.render_both(given_reasons, "volunteer")
    assert both["nl"] == reasons.for_volunteer(given_reasons, "nl")
    assert both["en"] == reasons.for_volunteer(given_reasons, "en")


def test_an_unknown_code_is_an_error_of_the_programmer() -> None:
    with pytest.raises(KeyError):
        reasons.sentence(Reason("magic"), "nl")


@given(st.text(max_size=20), st.text(max_size=20))
def test_names_from_outside_stand_in_a_sentence_as_they_are(slug: str, name: str) -> None:
    said = reasons.sentence(example("certificate", kind=slug), "nl")
    assert slug in said or slug in ("vog", "first-aid")
    if name and slug not in reasons.KINDS:
        assert name in reasons.sentence(example("offers_kind", slug=slug), "nl", names={slug: name})
