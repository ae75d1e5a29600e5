"""Reading what people write: from spelling to kinds of help."""

import csv
import json
import logging
import string
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rapidfuzz import fuzz, process
from sklearn.feature_extraction.text import TfidfVectorizer

from matcher import Phrase, Reader, Understood, load_or_train
from matcher.language import cache, features, train
from matcher.language.normalise import READ_AT_MOST, normalise, words
from matcher.language.reader import SUGGEST_AT_MOST, SUGGEST_FROM
from matcher.language.spelling import Spelling
from matcher.language.stems import stem
from matcher.language.training import edition_of, learn
from seeds.phrases import kind_names, phrases

NAMES = {"garden": ("Tuinklusjes", "Garden jobs"), "groceries": ("Boodschappen doen", "Doing groceries")}
FEW = [
    Phrase("garden", "ask", "De heg moet geknipt en het gras is te lang."),
    Phrase("garden", "offer", "Ik schoffel graag in de tuin van een ander."),
    Phrase("groceries", "ask", "Wie haalt er melk en brood bij de supermarkt?"),
    Phrase("groceries", "offer", "Ik fiets zo even naar de winkel voor uw boodschappen."),
]

# Everything that a form can hold: half characters, NUL, right to left, pieces of pictures.
any_text = st.text(st.characters(), max_size=300) | st.text(string.printable, max_size=300)


# ---- normalising -----------------------------------------------------------------------------------------------------


@given(any_text)
def test_normalising_never_fails_and_is_done_once(text: str) -> None:
    once = normalise(text)
    assert normalise(once) == once
    assert not any(0xD800 <= ord(sign) < 0xE000 for sign in once)
    assert "\n" not in once


def test_equal_words_are_read_equal() -> None:
    assert words("Cafe\u0301, CAFÉ café") == ["cafe"] * 3
    assert words("m’n m'n mijn") == ["mijn"] * 3
    assert words("bood\u00adschappen") == ["boodschappen"]


def test_short_forms_of_the_phone_are_read_in_full() -> None:
    assert " ".join(words("wil iemd mt mn hond nr buiten aub")) == "wil iemand met mijn hond naar buiten alstublieft"


def test_no_more_is_read_than_anybody_writes() -> None:
    assert len(normalise("ﷺ" * 1_000_000)) <= READ_AT_MOST
    assert words("a" * 1_000_000) == ["a" * 40]


# ---- stems and spelling ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("one", "other"),
    [("boodschappen", "boodschap"), ("gewandeld", "wandelen"), ("tuinen", "tuin"), ("gardens", "garden")],
)
def test_forms_of_a_word_have_one_stem(one: str, other: str) -> None:
    assert stem(one) == stem(other)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("bodschappen", "boodschappen"),
        ("rolstol", "rolstoel"),
        ("rolsteol", "rolstoel"),
        ("formuleren", "formuleren"),  # a word of its own, though near another
        ("qqqqqqq", "qqqqqqq"),
        ("rol", "rol"),
    ],
)
def test_a_typing_error_becomes_the_key_word_and_nothing_else_does(typed: str, meant: str) -> None:
    assert Spelling(["boodschappen", "rolstoel", "formulieren"]).mend(typed) == meant


# ---- features --------------------------------------------------------------------------------------------------------


def test_the_vectors_are_those_of_scikit_learn() -> None:
    texts = [phrase.text for phrase in FEW]
    found = [words(text) for text in texts]
    parts = [
        TfidfVectorizer(analyzer=analyser, sublinear_tf=True).fit(found)
        for analyser in (features.piece_features, features.word_features)
    ]
    expected = np.hstack([part.transform(found).toarray() for part in parts])
    names = [part.get_feature_names_out().tolist() for part in parts]
    ours = features.Vectoriser(
        {feature: column for column, feature in enumerate(names[0])},
        {feature: len(names[0]) + column for column, feature in enumerate(names[1])},
        np.concatenate([part.idf_ for part in parts]).astype(np.float32),
        1.0,
        Spelling([]),
    )
    assert np.allclose(ours.matrix(texts).toarray(), expected, atol=1e-5)


@pytest.fixture(scope="module")
def small() -> Reader:
    return train(FEW, NAMES)


def test_the_less_is_known_of_a_text_the_shorter_is_its_vector() -> None:
    pieces = {piece: column for column, piece in enumerate(sorted(set(features.pieces_of("tuin"))))}
    stems = {features.stem_feature("tuin"): len(pieces)}
    idf = np.ones(len(pieces) + 1, np.float32)
    vectoriser = features.Vectoriser(pieces, stems, idf, 1.0, Spelling([]))
    whole, half, none = (vectoriser.matrix([text]).power(2).sum() for text in ("tuin", "tuin xyzxyz", "xyzxyz"))
    assert whole == pytest.approx(2, abs=1e-5)  # one part for pieces and one for stems
    assert none == 0
    # One of three stems and pairs is known, and that many of the pieces.
    known, unknown = len(pieces), len(list(features.pieces_of("xyzxyz")))
    assert half == pytest.approx(known / (known + unknown) + 1 / 3, abs=1e-5)


def test_what_is_half_understood_is_less_sure(small: Reader) -> None:
    def sureness(text: str) -> float:
        return max(found.confidence for found in small.read([text])[0].kinds)

    assert sureness("schoffel in de tuin") > sureness("schoffel xylofoon quintessens verwaarlozing") > 0.5


# ---- the reader ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "slug"),
    [
        ("Mijn heg groeit over de stoep.", "garden"),
        ("ik zoek iemand om bodshappen te doen", "groceries"),
        ("De trapper van mijn fiets is los en de band is lek.", "bike-repair"),
        ("Ik krijg steeds brieven van de belasting en snap er niets van.", "paperwork"),
        ("Can somebody help my son with his maths homework?", "homework"),
        ("De wifi doet het niet en mijn laptop is traag.", "digital-help"),
    ],
)
def test_own_words_become_a_kind_of_help(reader: Reader, text: str, slug: str) -> None:
    found = reader.understand(text)
    assert found[0][0] == slug
    assert found[0][1] > SUGGEST_FROM


@pytest.mark.parametrize("text", ["", "   ", "...", "\0", "\ud800", "🙂🙂", "12345", "qwrtp zxcvb"])
def test_what_says_nothing_suggests_nothing(reader: Reader, text: str) -> None:
    assert reader.understand(text) == []


def test_an_empty_text_has_no_direction(reader: Reader) -> None:
    assert reader.read([""]) == [Understood(edition=reader.edition)]
    assert reader.read([]) == []


@settings(max_examples=60, deadline=None)
@given(st.lists(any_text, max_size=4))
def test_nothing_that_can_be_typed_breaks_the_reader(reader: Reader, texts: list[str]) -> None:
    together = reader.read(texts)
    assert together == [reader.read([text])[0] for text in texts]
    for text, read in zip(texts, together, strict=True):
        assert all(0 < kind.confidence <= 1 and kind.slug in reader.kinds for kind in read.kinds)
        assert sum(kind.confidence for kind in read.kinds) <= 1.001
        assert len(read.vector) in (0, 64)
        suggestions = reader.understand(text)
        assert len(suggestions) <= SUGGEST_AT_MOST
        assert suggestions == sorted(suggestions, key=lambda found: -found[1])


def test_a_million_characters_are_read_like_the_first_ten_thousand(reader: Reader) -> None:
    text = "Wie doet er boodschappen voor mij? " * 30_000
    assert reader.read([text]) == reader.read([text[:READ_AT_MOST]])


@pytest.fixture(scope="module")
def validation() -> list[dict[str, str]]:
    """Texts by other voices than those that the reader learns from; they only measure."""
    with (Path(__file__).parent / "validation.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def judged(reader: Reader, validation: list[dict[str, str]]) -> list[tuple[bool, bool, float]]:
    """Of each of them: the right kind first, among the first three, and how sure the reader was of its first."""
    return [
        (slugs[:1] == [row["kind"]], row["kind"] in slugs[:3], read.kinds[0].confidence if slugs else 0.0)
        for row, read in zip(validation, reader.read([row["text"] for row in validation]), strict=True)
        for slugs in [[kind.slug for kind in read.kinds]]
    ]


def test_it_reads_what_it_never_saw(judged: list[tuple[bool, bool, float]]) -> None:
    """A guess would be right in 3 of 100."""
    assert len(judged) == 630
    assert np.mean([first for first, _, _ in judged]) >= 0.85
    assert np.mean([third for _, third, _ in judged]) >= 0.95


def test_confidence_comes_true(judged: list[tuple[bool, bool, float]]) -> None:
    certain = [first for first, _, sure in judged if sure > 0.8]
    doubtful = [first for first, _, sure in judged if sure < 0.5]
    assert len(certain) > 300 and np.mean(certain) > 0.93
    assert len(doubtful) > 40 and np.mean(doubtful) < 0.65


def test_the_validation_split_is_whole_and_its_own(validation: list[dict[str, str]]) -> None:
    stock = [phrase.text for phrase in phrases()]
    texts = [row["text"] for row in validation]
    assert not process.cdist(texts, stock, scorer=fuzz.ratio, score_cutoff=85).any()
    assert {row["kind"] for row in validation} == set(kind_names())
    assert sum(len(text.split()) > 40 for text in texts) >= len(texts) / 5


# ---- learning and keeping --------------------------------------------------------------------------------------------


def test_learning_twice_gives_the_same_reader(small: Reader) -> None:
    again = train(FEW, NAMES)
    texts = [phrase.text for phrase in phrases()[:50]]
    assert again.edition == small.edition
    assert again.read(texts) == small.read(texts)


def test_what_comes_from_the_cache_says_exactly_the_same(tmp_path: Path) -> None:
    kept = tmp_path / "reader.npz"
    learnt = load_or_train(FEW, NAMES, kept)
    loaded = cache.load(kept, learnt.edition)
    assert loaded is not None and loaded is not learnt
    texts = [phrase.text for phrase in phrases()[:50]]
    assert loaded.read(texts) == learnt.read(texts)
    assert [path.name for path in tmp_path.iterdir()] == ["reader.npz"]


def test_another_corpus_is_another_edition_and_is_learnt_anew(tmp_path: Path) -> None:
    kept = tmp_path / "reader.npz"
    first = load_or_train(FEW, NAMES, kept)
    second = load_or_train([*FEW, Phrase("garden", "ask", "Onkruid!")], NAMES, kept)
    assert first.edition != second.edition
    assert cache.load(kept, first.edition) is None
    assert cache.load(kept, second.edition) is not None
    assert edition_of(FEW, NAMES) != edition_of(FEW, {**NAMES, "pets": ("Huisdieren", "Pets")})


def test_a_damaged_cache_is_replaced(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    kept = tmp_path / "reader.npz"
    whole = load_or_train(FEW, NAMES, kept)
    data = kept.read_bytes()
    flipped = bytearray(data)
    flipped[len(data) // 2] ^= 0xFF
    cut = [data[: len(data) * part // 7] for part in range(7)]
    for damaged in (*cut, bytes(flipped), b"not a zip", b"PK\x03\x04" + data[4:100]):
        kept.write_bytes(damaged)
        with caplog.at_level(logging.WARNING):
            assert cache.load(kept, whole.edition) is None
        assert caplog.records
        caplog.clear()
    assert load_or_train(FEW, NAMES, kept).read(["de heg"]) == whole.read(["de heg"])
    assert kept.read_bytes() == data


def test_a_cache_with_weights_of_something_else_is_not_believed(tmp_path: Path) -> None:
    kept = tmp_path / "reader.npz"
    reader, arrays = learn(FEW, NAMES)
    cache.save(kept, {**arrays, "weights": arrays["weights"][:-1]})
    assert cache.load(kept, reader.edition) is None
    about = json.loads(bytes(arrays["about"]))
    del about["kinds"]
    cache.save(kept, {**arrays, "about": np.frombuffer(json.dumps(about).encode(), np.uint8)})
    assert cache.load(kept, reader.edition) is None


def test_nothing_in_the_cache_can_run(tmp_path: Path) -> None:
    kept = tmp_path / "reader.npz"
    np.savez(kept, about=np.array([{"edition": "x"}], dtype=object), idf=np.zeros(1), weights=np.zeros((1, 1)))
    assert cache.load(kept, "x") is None


def test_a_folder_that_cannot_be_written_stops_nobody(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        reader = load_or_train(FEW, NAMES, tmp_path / "missing" / "reader.npz")
    assert reader.understand("de heg knippen en het gras")[0][0] == "garden"
    assert "could not be kept" in caplog.text


def test_a_corpus_must_be_about_kinds_that_exist() -> None:
    with pytest.raises(ValueError, match="unknown kinds: magic"):
        train([Phrase("magic", "ask", "Hocus pocus")], NAMES)
    with pytest.raises(ValueError, match="at least two"):
        train([], {"garden": ("Tuin",)})
