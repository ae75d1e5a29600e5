"""Worries that stand in somebody's own words: the desk reads them, and nobody else hears of them."""

import pytest
from sqlmodel import Session, col, select

from models.actor import NOBODY
from models.operations import asking, requests
from models.operations.request_form import RequestForm
from models.tables import HelpRequest, Signal
from tests.factories import NOW, actor_of
from tests.models.cast import Cast, gather, told


@pytest.fixture
def cast(session: Session) -> Cast:
    return gather(session)


def _asked(cast: Cast, said: str) -> HelpRequest:
    form = RequestForm(
        text=said, kinds=["transport"], when={"kind": "flexible"}, postcode="7551 AB", first_name="Dina",
        email="dina@post.example",
    )  # fmt: skip
    draft = asking.start_draft(cast.session, draft_key="key", language="nl", now=NOW)
    return asking.submit(cast.session, draft, form, actor=NOBODY, now=NOW)


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        ("Mijn man slaat mij. Wie brengt mij naar mijn zus?", "violence"),
        ("Ik wil niet meer leven, de dagen zijn zo lang.", "despair"),
    ],
)
def test_a_worry_in_their_own_words_reaches_the_desk_alone_and_stops_nobody(cast: Cast, said: str, kind: str) -> None:
    request = _asked(cast, said)
    signal = cast.session.exec(select(Signal)).one()
    assert (signal.kind, signal.request_id, signal.person_id) == (kind, request.id, request.resident_id)
    assert signal.note in said.lower()
    assert request.state == "submitted"
    assert told(cast.session) == ["request_received"], "nobody is mailed about it"


def test_a_worry_in_an_answer_is_read_too(cast: Cast) -> None:
    request = _asked(cast, "Wie brengt mij naar de poli?")
    requests.ask_back(
        cast.session, request, "Wie is er thuis?", actor=actor_of(cast.session, cast.coordinator), now=NOW
    )
    requests.answer(cast.session, request, "Mijn zoon, ik ben bang voor mijn zoon.", actor=cast.link(request), now=NOW)
    assert [signal.kind for signal in cast.session.exec(select(Signal).order_by(col(Signal.kind)))] == [
        "answered",
        "violence",
    ]
