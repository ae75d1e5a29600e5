"""The taxonomy and the phrases: complete, tidy, nothing twice."""

from collections import Counter
from pathlib import Path

import pytest

from seeds.phrases import ReferenceError, kind_names, phrases, taxonomy

HEADER = "slug,group,nl,en\n"
PHRASES = "voice,also,refused,text\n"


def test_every_kind_has_phrases_that_ask_and_that_offer() -> None:
    counted = Counter((phrase.slug, phrase.voice) for phrase in phrases())
    assert len(taxonomy()) == 35
    for kind in taxonomy():
        assert counted[kind.slug, "ask"] >= 120 and counted[kind.slug, "offer"] >= 100
        assert counted[kind.slug, "ask"] + counted[kind.slug, "offer"] >= 250


def test_there_are_texts_that_name_what_they_do_not_want() -> None:
    refusing = [phrase for phrase in phrases() if phrase.refused]
    written, named = Counter(phrase.slug for phrase in refusing), Counter(kind for p in refusing for kind in p.refused)
    for kind in taxonomy():
        assert written[kind.slug] >= 18
        assert named[kind.slug]


def test_every_kind_has_its_two_names() -> None:
    assert kind_names()["garden"] == ("Tuinklusjes", "Garden jobs")
    assert list(kind_names()) == [kind.slug for kind in taxonomy()]


def test_the_taxonomy_is_the_one_of_the_format() -> None:
    shared = Path(__file__).parents[2].parent / "shared" / "spec" / "taxonomy.csv"
    assert taxonomy(shared) == taxonomy()


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ("slug,nl\ngarden,Tuin\n", "taxonomy.csv:1: the columns must be slug, group, nl, en"),
        (f"{HEADER}garden,practical,Tuin\n", "taxonomy.csv:2: a value is missing or too many"),
        (f"{HEADER}garden,practical,Tuin,Garden,x\n", "taxonomy.csv:2: a value is missing or too many"),
        (f"{HEADER}garden,practical,,Garden\n", "taxonomy.csv:2: a value is missing or too many"),
        (f"{HEADER}a,b,c,d\na,b,c,d\n", "taxonomy.csv:3: a stands twice"),
    ],
)
def test_a_taxonomy_that_is_wrong_names_the_line(tmp_path: Path, rows: str, message: str) -> None:
    path = tmp_path / "taxonomy.csv"
    path.write_text(rows)
    with pytest.raises(ReferenceError) as refused:
        taxonomy(path)
    assert str(refused.value) == message


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for kind in taxonomy():
        (tmp_path / f"{kind.slug}.csv").write_text(f"{PHRASES}ask,,,Over {kind.slug}.\n")
    return tmp_path


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ("shout,,,Hallo.\n", "garden.csv:2: the voice must be one of ask, offer"),
        ("ask,,, Hallo  daar.\n", "garden.csv:2: the text has spaces too many"),
        ('ask,,,"Hallo\ndaar."\n', "garden.csv:3: the text has spaces too many"),
        ("ask,,,Over GROCERIES.\n", "garden.csv:2: stands already in groceries.csv:2"),
        ("ask,,,\n", "garden.csv:2: a value is missing or too many"),
        ("ask,magic,,Hallo.\n", "garden.csv:2: magic cannot stand there"),
        ("ask,garden,,Hallo.\n", "garden.csv:2: garden cannot stand there"),
        ("ask,,garden,Hallo.\n", "garden.csv:2: garden cannot stand there"),
        ("ask,pets,pets,Hallo.\n", "garden.csv:2: pets cannot stand there"),
    ],
)
def test_a_phrase_that_is_wrong_names_the_line(folder: Path, rows: str, message: str) -> None:
    assert len(phrases(folder)) == 35
    (folder / "garden.csv").write_text(f"{PHRASES}{rows}")
    with pytest.raises(ReferenceError) as refused:
        phrases(folder)
    assert str(refused.value) == message


def test_a_kind_without_a_file_and_a_file_without_a_kind_are_named(folder: Path) -> None:
    (folder / "garden.csv").rename(folder / "magic.csv")
    with pytest.raises(ReferenceError, match="garden, magic"):
        phrases(folder)
