"""Noticing that somebody writes about an illness: never a reason to stop them, only to say who reads it. Pure.

What nearly every request speaks of (a doctor, a hospital, a walking frame) is no detail about somebody's health here;
the name of an illness, a handicap of the mind or an addiction is.
"""

import re

_WORDS = (
    # Dutch; a star stands for any ending
    "dementie*",
    "dement*",
    "alzheimer*",
    "parkinson*",
    "kanker*",
    "borstkanker",
    "longkanker",
    "tumor*",
    "chemo*",
    "uitgezaaid*",
    "hartfalen",
    "hartinfarct*",
    "hartaanval*",
    "herseninfarct*",
    "hersenbloeding*",
    "hersenletsel",
    "beroerte*",
    "cva",
    "epilepsie",
    "diabetes",
    "suikerziekte",
    "copd",
    "astma",
    "reuma*",
    "artrose",
    "fibromyalgie",
    "multiple sclerose",
    "dwarslaesie",
    "nierdialyse",
    "dialyse",
    "hiv",
    "hepatitis",
    "incontinent*",
    "depressie*",
    "psychose*",
    "psychotisch*",
    "psychiatrisch*",
    "schizofreni*",
    "bipolair*",
    "borderline",
    "autis*",
    "asperger*",
    "adhd",
    "ptss",
    "burn-out",
    "burnout",
    "angststoornis*",
    "eetstoornis*",
    "anorexia",
    "verslaafd*",
    "verslaving*",
    "alcoholist*",
    "alcoholverslaving",
    "verstandelijke beperking",
    "verstandelijk beperkt*",
    "zelfmoord*",
    "suicid*",
    "suïcid*",
    # English
    "dementia",
    "cancer",
    "tumour*",
    "chemotherapy",
    "heart attack",
    "heart failure",
    "epilepsy",
    "asthma",
    "arthritis",
    "depressi*",
    "depressed",
    "psychosis",
    "psychotic",
    "schizophreni*",
    "bipolar",
    "autism",
    "ptsd",
    "addicted",
    "addiction",
    "alcoholic",
    "incontinence",
    "learning disability",
    "suicide",
)
_ANY = re.compile(
    r"\b(?:" + "|".join(re.escape(word).replace(r"\*", r"\w{0,20}") for word in _WORDS) + r")\b", re.IGNORECASE
)


def names_an_illness(text: str) -> bool:
    """Whether a text (its first 10,000 characters) holds the name of an illness or the like, in Dutch or English.

    >>> names_an_illness("Mijn man heeft Alzheimer."), names_an_illness("Wie rijdt mij naar het ziekenhuis?")
    (True, False)
    """
    return _ANY.search(text[:10_000]) is not None
