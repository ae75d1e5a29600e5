"""Names of illnesses are noticed; the words that nearly every request holds are not."""

import time

import pytest

from models.health import names_an_illness


@pytest.mark.parametrize(
    "text",
    [
        "Mijn man heeft Alzheimer.",
        "ik ben DEPRESSIEF sinds mijn scheiding, een depressie dus",
        "Zij is dementerend en woont alleen.",
        "Hij is verslaafd geweest.",
        "My mother has dementia.",
        "burn-out",
        "na een herseninfarct loop ik slecht",
    ],
)
def test_the_name_of_an_illness_is_noticed(text: str) -> None:
    assert names_an_illness(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Wie rijdt mij naar het ziekenhuis? Ik loop met een rollator.",
        "Mee naar de huisarts, ik durf niet alleen.",
        "Wie haalt mijn medicijnen op?",
        "Ik zoek iemand die autorijdt en een auto heeft.",
        "Medewerker gevraagd voor de democratie-avond",
        "I need company on the way to the doctor.",
    ],
)
def test_what_every_request_speaks_of_is_not(text: str) -> None:
    assert not names_an_illness(text)


def test_ten_thousand_characters_take_no_time() -> None:
    began = time.perf_counter()
    names_an_illness("verstandelijk " * 700 + "auti" * 100)
    assert time.perf_counter() - began < 0.1
