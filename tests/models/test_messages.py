"""What people are told: in their language, and no more than they may see."""

import re
from pathlib import Path

import html5lib
import pytest
from sqlmodel import Session

from models.catalogue import available_languages, translations
from models.messages import NAMES
from models.messages.facts import MESSAGES
from models.messages.rendering import Skip, spoken
from tests import factories
from tests.models.told import PREPARE, TO_VOLUNTEER, World, create_world

FOLDER = Path(__file__).parents[2] / "models" / "messages"


@pytest.fixture
def world(session: Session) -> World:
    """Two people, a request and a match."""
    return create_world(session)


def test_there_is_a_folder_a_builder_and_a_test_for_every_message() -> None:
    folders = {path.name for path in FOLDER.iterdir() if path.is_dir() and (path / "body.txt").exists()}
    assert folders == set(NAMES) == set(MESSAGES) == set(PREPARE) and list(NAMES) == sorted(NAMES)
    for name in NAMES:
        files = {path.name for path in (FOLDER / name).iterdir()}
        assert files == {"subject.txt", "body.txt", "body.html", "spoken.txt"}, name


@pytest.mark.parametrize("language", available_languages())
@pytest.mark.parametrize("name", NAMES)
def test_every_message_is_whole_in_every_language(world: World, name: str, language: str) -> None:
    world.resident.language = world.helper.language = language
    made = world.told(name)
    assert made.language == language and made.subject and "\n" not in made.subject
    reader = "Yusuf" if name in TO_VOLUNTEER else "Ria"
    greeting = translations(language).gettext("Hello %(name)s,") % {"name": reader}
    for body in (made.text, made.html):
        assert greeting in body and "074 245 0000" in body and "Noaber Hengelo" in body
        assert not re.search(r"%\(|\{\{|\{%|None|Undefined", body)
    # One action: text and HTML lead to the same one place, of our own.
    places = set(re.findall(r"https?://[^\s\"<>]+", made.text + made.html))
    assert all(url.startswith(f"https://noaber.example/{world.community.slug}/") for url in places)
    assert len(places - {made.fewer_url}) <= 1 or made.fewer_url in places
    document = html5lib.HTMLParser(namespaceHTMLElements=False).parse(made.html)
    assert [h.text for h in document.iter("h1")] == [made.subject] == [t.text for t in document.iter("title")]
    assert document.get("lang") == language
    assert not list(document.iter("script")) and not list(document.iter("img")) and not list(document.iter("link"))
    assert "style=" in made.html  # mail programs read nothing else
    lines = [line for line in made.text.splitlines() if not line.startswith("https://")]
    assert "\n\n\n" not in made.text and made.text.endswith("\n") and len(lines) > 8


def test_a_mail_wears_the_colours_of_its_community(world: World) -> None:
    assert "background: #0b5a55" in world.told("request_open").html
    world.community.theme = "water"
    html = world.told("request_open").html
    assert "background: #124e8c" in html and "#0b5a55" not in html and "#8fc4f5" in html


@pytest.mark.parametrize("language", available_languages())
@pytest.mark.parametrize("name", NAMES)
def test_every_message_can_be_said_on_the_phone(world: World, name: str, language: str) -> None:
    person = world.helper if name in TO_VOLUNTEER else world.resident
    call = factories.create_call(world.session, world.community, person, about=name, params=world.params(name))
    said = spoken(world.session, call, language, now=factories.NOW)
    assert "Noaber Hengelo" in said and "http" not in said and not re.search(r"%\(|\{\{|None|[!?.][A-Z]", said)
    assert len(said) < 500


SECRETS = ("Zwartjes", "Kaplan", "post.example", "612345678", "687654321", "Kerkstraat", "Lindelaan", "onaardig",
           "alleen sinds", "dronken", "schaamte", "Bel me op")  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_no_message_holds_how_to_reach_somebody_or_why(world: World, name: str) -> None:
    made = world.told(name)
    # What lets its own reader in is made of random letters, in which anything may stand.
    whole = made.kept(made.subject + made.text + made.html)
    assert [secret for secret in SECRETS if secret in whole] == []


BEFORE_AGREEMENT = (
    "proposal_volunteer",
    "proposal_volunteer_reminder",
    "proposal_resident",
    "proposal_resident_reminder",
)


@pytest.mark.parametrize("name", BEFORE_AGREEMENT)
def test_before_both_said_yes_a_person_is_a_first_name_and_a_place_its_neighbourhood(world: World, name: str) -> None:
    made = world.told(name)
    assert ("Ria" if name in TO_VOLUNTEER else "Yusuf") in made.subject
    assert "Hengelo 7551" in made.text and "woensdag 25 november, 13:30 tot 15:30 uur" in made.text
    assert "Mee naar ziekenhuis of arts" in made.text


def test_a_meeting_place_is_named_a_home_is_not(world: World) -> None:
    at_home = world.told("appointment_reminder", **world.appointment(place="Kerkstraat 5, achterom"))
    there = world.told("appointment_reminder", **world.appointment(meeting_place_id=world.place.id))
    assert "Kerkstraat" not in at_home.text and "staat op uw pagina" in at_home.text
    assert "Buurthuis de Berg" in there.text


def test_a_resident_follows_by_a_private_link_and_a_volunteer_signs_in(world: World) -> None:
    to_resident = world.told("match_agreed", world.resident)
    to_helper = world.told("match_agreed", world.helper)
    [token] = to_resident.secrets
    assert factories.TOKENS.read_request_link(token) == (world.request.id, world.request.link_version, True)
    assert f"/r/{token}" in to_resident.text and to_helper.secrets == ()
    assert f"/matches/{world.match.id}" in to_helper.text


def test_the_sign_in_mail_holds_code_and_link_that_work(world: World) -> None:
    code = factories.create_sign_in_code(world.session, world.helper)
    made = world.told("sign_in", code_id=code.id)
    digits = factories.TOKENS.sign_in_digits(code.id or 0, code.nonce)
    [token] = re.findall(r"/sign-in/(\S+)", made.text)
    assert digits in made.text and factories.TOKENS.read_sign_in_link(token) == (code.id, code.nonce)
    assert digits not in made.subject and digits not in made.kept(made.text)
    assert "9:09" in made.text


def test_whoever_asks_for_somebody_else_reads_about_that_person(world: World) -> None:
    daughter = factories.create_person(world.session, first_name="Els")
    world.request.asker_id, world.request.contact_id = daughter.id, daughter.id
    made = world.told("proposal_resident", daughter, **world.to("accepted_by_volunteer"))
    assert made.subject == "Yusuf wil Ria graag helpen"
    with pytest.raises(Skip, match="not_theirs"):
        world.told("proposal_resident", world.resident, match_id=world.match.id)
