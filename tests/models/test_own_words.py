"""A community's own words in its messages, and words of people that are only words."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from sqlmodel import Session

from models.catalogue import available_languages
from models.messages import words
from models.messages.rendering import default_words, one_line, render
from tests import factories
from tests.models.told import SETTINGS, World, create_world


@pytest.fixture
def world(session: Session) -> World:
    """Two people, a request and a match."""
    return create_world(session)


def test_a_community_has_its_own_words(world: World) -> None:
    own = "Beste %(first_name)s,\nkunt u %(resident)s verder helpen? 100%% vrijwillig & <b>gratis</b>."
    factories.create_wording(world.session, world.community, key="proposal_volunteer.intro", text=own)
    factories.create_wording(
        world.session, world.community, key="proposal_volunteer.subject", text="Hulp voor %(resident)s"
    )
    made = world.told("proposal_volunteer")
    assert made.subject == "Hulp voor Ria"
    assert "Beste Yusuf,\nkunt u Ria verder helpen? 100% vrijwillig & <b>gratis</b>." in made.text
    assert "vrijwillig &amp; &lt;b&gt;gratis&lt;/b&gt;" in made.html and "We denken dat" not in made.text


@pytest.mark.parametrize(
    "broken",
    ["%(nobody)s komt", "%(resident)d", "%(resident)", "%(reference)s", "%(first_name)999999999s", "%()s", "   "],
)
def test_a_broken_placeholder_falls_back_to_our_words(world: World, broken: str) -> None:
    for part in words.PARTS:
        factories.create_wording(world.session, world.community, key=f"proposal_volunteer.{part}", text=broken)
    made = world.told("proposal_volunteer")
    assert made.subject == "Kunt u Ria helpen?" and "We denken dat u Ria goed kunt helpen." in made.text


@pytest.mark.parametrize("typed", ["50% korting", "100 %", "%s en %d", "{{ 7 * 7 }}", "${7*7}", "%"])
def test_what_only_looks_like_a_placeholder_is_text(world: World, typed: str) -> None:
    factories.create_wording(world.session, world.community, key="request_open.intro", text=typed)
    assert typed in world.told("request_open").text


def test_own_words_are_of_one_language_and_one_community(world: World) -> None:
    factories.create_wording(world.session, world.community, key="request_open.subject", text="Eigen woorden")
    other = factories.create_community(world.session)
    factories.create_wording(world.session, other, key="request_received.subject", text="Van een ander")
    assert world.told("request_open").subject == "Eigen woorden"
    assert world.told("request_received").subject != "Van een ander"
    world.resident.language = "en"
    assert world.told("request_open").subject == "We are looking for somebody for you"


def test_own_words_cannot_inject_a_header(world: World) -> None:
    factories.create_wording(world.session, world.community, key="request_open.subject", text="Dag\nBcc: x@y.nl")
    assert world.told("request_open").subject == "Dag Bcc: x@y.nl"


@pytest.mark.parametrize("language", available_languages())
@pytest.mark.parametrize("key", words.keys())
def test_the_words_we_bring_can_be_taken_over_as_they_are(world: World, key: str, language: str) -> None:
    default = default_words(key, language)
    assert default and words.unknown(key, default) is None and "\n" not in default
    name = key.partition(".")[0]
    world.resident.language = world.helper.language = language
    params = world.params(name)
    plain = world.told(name, **params)
    factories.create_wording(world.session, world.community, key=key, language=language, text=default)
    taken_over = world.told(name, **params)
    assert len(taken_over.subject) > 5 and len(taken_over.text) > 0.8 * len(plain.text)


def test_names_with_quotes_tags_and_other_scripts_are_inert(world: World) -> None:
    for name in ("O'Brien", "<script>alert(1)</script>", "d'Haens & zn", "李", "محمد", "Ann\nBcc: x", "%(phone)s"):
        world.helper.first_name = name
        made = world.told("proposal_resident", **world.to("accepted_by_volunteer"))
        assert "\n" not in made.subject and "<script" not in made.html
        assert one_line(name) in made.subject


def test_a_subject_is_one_line_of_a_sensible_length() -> None:
    assert one_line("a\r\nb\tc\x00d\u2028e  f") == "a b c d e f"
    assert len(one_line("x" * 5000)) == 200


def test_a_community_without_a_phone_asks_for_an_answer_by_mail(world: World) -> None:
    world.community.phone = ""
    made = world.told("request_open")
    assert "Bel ons" not in made.text and "Beantwoord dan deze mail" in made.text


def test_somebody_whose_language_we_do_not_speak_gets_the_communitys(world: World) -> None:
    world.resident.language = "fr"
    assert world.told("request_open").language == "nl"


def test_links_lead_to_where_people_reach_the_site(world: World) -> None:
    row = factories.create_outbox_message(
        world.session, world.helper, name="volunteer_admitted", params=world.of_volunteer("active"),
        community_id=world.community.id,
    )  # fmt: skip
    made = render(world.session, row, settings=replace(SETTINGS, base_url="https://hulp.stad.example/"),
                  now=datetime(2026, 11, 24, 8, tzinfo=UTC))  # fmt: skip
    assert f"https://hulp.stad.example/{world.community.slug}/browse" in made.text
