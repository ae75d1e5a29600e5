"""Themes: tokens by name, nothing else, and colours that can be read on each other in light and in dark."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import Session

from models import themes
from models.actor import Actor
from models.errors import Invalid, NotAllowed
from models.operations import looks
from tests import factories
from tests.factories import NOW

BLUE = ":root { --noaber-action: #124E8C; --noaber-radius: 4px; }"


@pytest.mark.parametrize("name", themes.SHIPPED)
def test_every_colour_of_a_theme_that_comes_along_can_be_read_on_its_ground(name: str) -> None:
    assert themes.weaknesses(themes.shipped(name)) == []


def test_the_contrast_is_reckoned_as_wcag_says() -> None:
    assert themes.contrast("#000000", "#ffffff") == pytest.approx(21)
    assert themes.contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.01)


def test_a_theme_names_only_what_is_otherwise() -> None:
    found = themes.own(BLUE + "@media (prefers-color-scheme: dark) { :root { --noaber-action: #9fd0ff; } }")
    assert dict(found.light) == {"noaber-action": "#124e8c", "noaber-radius": "4px"}
    assert dict(found.dark) == {"noaber-action": "#9fd0ff"}
    whole = found.over(themes.shipped("noaber"))
    assert whole.of("dark")["noaber-action"] == "#9fd0ff" and whole.of("dark")["noaber-radius"] == "4px"
    assert whole.of("light")["noaber-ink"] == themes.shipped("noaber").light["noaber-ink"]


def test_what_is_written_is_read_again() -> None:
    found = themes.read((themes.FOLDER / "water.css").read_text("utf-8"))
    assert themes.read(found.file()) == found and found.dark


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "required"),
        ("x" * (themes.LONGEST + 1), "too_long"),
        ("body { color: #000000; }", "token_rule"),
        ("@import url(https://elsewhere.example/x.css);", "token_rule"),
        (":root { color: #000000; }", "token_rule"),
        (":root { --noaber-action: #0b5a55; ", "token_rule"),
        (":root { --noaber-actoin: #0b5a55; }", "token_unknown"),
        (":root { --noaber-target: 1px; }", "token_unknown"),
        (":root { --noaber-action: red; }", "token_value"),
        (":root { --noaber-action: url(//elsewhere.example/x.png); }", "token_value"),
        (":root { --noaber-paper: expression(1); }", "token_value"),
        (":root { --noaber-radius: 9999px; }", "token_value"),
        (":root { --noaber-font: </style><script>; }", "token_value"),
        (":root { --noaber-action: #dddddd; }", "token_contrast"),
    ],
)
def test_anything_else_is_refused_and_named(text: str, code: str) -> None:
    with pytest.raises(Invalid) as refused:
        themes.own(text)
    assert (refused.value.field, refused.value.code) == ("tokens", code)


@given(st.text(max_size=200) | st.from_regex(r":root \{ --noaber-[a-z-]{1,9}: [^}]{0,20};? \}", fullmatch=True))
def test_whatever_is_typed_comes_into_a_page_as_tokens_or_not_at_all(text: str) -> None:
    try:
        found = themes.own(text)
    except Invalid:
        return
    for name, value in {**found.light, **found.dark}.items():
        assert name.startswith(("noaber-", "picture-")) and not {*value} & {*"<>{};:()/\\"}


def test_an_administrator_chooses_and_nobody_else(any_session: Session) -> None:
    community = factories.create_community(any_session)
    boss = Actor(person_id=factories.create_person(any_session).id, administers=frozenset({community.id or 0}))
    looks.change(any_session, community, "own", BLUE, actor=boss, now=NOW)
    assert themes.of(community).light["noaber-action"] == "#124e8c"
    looks.change(any_session, community, "noaber", "", actor=boss, now=NOW)
    assert themes.otherwise(community) is None and community.tokens["light"], "what was typed is kept"
    with pytest.raises(Invalid):
        looks.change(any_session, community, "elsewhere", "", actor=boss, now=NOW)
    with pytest.raises(NotAllowed):
        looks.change(any_session, community, "water", "", actor=Actor(person_id=1), now=NOW)


def test_a_theme_that_is_no_longer_there_is_noabers_own() -> None:
    class Here:
        theme, tokens = "gone", {}

    assert themes.of(Here()) == themes.shipped("noaber")
