"""What holds at home, who may come, and what does not suit: the words of the ticks, and of the desk."""

from collections.abc import Iterable, Mapping
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _

from models.preferences import HOME
from web.words import listed

REQUEST_TRAITS = {
    "smoker": _("Somebody smokes there"),
    "dog": _("There is a dog"),
    "cat": _("There is a cat"),
    "stairs": _("There are stairs to climb"),
    "woman": _("The help is for a woman"),
    "man": _("The help is for a man"),
}
REQUEST_AVOIDS = {
    "man": _("Only a woman"),
    "woman": _("Only a man"),
    "smoker": _("Nobody who smokes"),
}
VOLUNTEER_TRAITS = {
    "woman": _("I am a woman"),
    "man": _("I am a man"),
    "smoker": _("I smoke"),
}
VOLUNTEER_AVOIDS = {
    "smoker": _("A house where people smoke"),
    "dog": _("A dog"),
    "cat": _("A cat"),
    "stairs": _("Climbing stairs"),
    "man": _("I help women only"),
    "woman": _("I help men only"),
}
_OF_THEMSELVES = {"woman": _("a woman"), "man": _("a man"), "smoker": _("smokes")}
_ONLY = {"man": _("women only"), "woman": _("men only")}


def said(words: Mapping[str, Any], ticked: Iterable[str]) -> str:
    """Say what was ticked, one after another; empty where nothing was."""
    return listed(str(words[trait]) for trait in ticked if trait in words)


def home_words(traits: Iterable[str]) -> str:
    """Say to a volunteer what is there; for whom it is stands with the name, once that is shown."""
    return said(REQUEST_TRAITS, [trait for trait in traits if trait in HOME])


def request_facts(traits: Iterable[str], avoids: Iterable[str]) -> list[tuple[str, str]]:
    """Say to the desk what is asked for and what is there."""
    lines = [
        (gettext("Good to know"), said(REQUEST_TRAITS, traits)),
        (gettext("Who may come"), said(REQUEST_AVOIDS, avoids)),
    ]
    return [line for line in lines if line[1]]


def volunteer_facts(traits: Iterable[str], avoids: Iterable[str]) -> list[tuple[str, str]]:
    """Say to the desk what a volunteer told of themselves, and what does not suit them."""
    ticked = list(avoids)
    lines = [
        (gettext("Says about themselves"), said(_OF_THEMSELVES, traits)),
        (gettext("Does not suit them"), said(VOLUNTEER_AVOIDS, [one for one in ticked if one not in _ONLY])),
        (gettext("Wants to help"), said(_ONLY, ticked)),
    ]
    return [line for line in lines if line[1]]
