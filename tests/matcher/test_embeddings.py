"""Sentence embeddings from the operator's folder: what they add, and that nothing changes without them."""

import logging
import multiprocessing
import re
import shutil
import string
import subprocess
import sys
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from onnx import TensorProto
from sklearn.linear_model import Ridge
from tokenizers import Tokenizer

from matcher import Reader, Understood, load_or_train
from matcher.language import Embedder, EmbeddingsError, cache, joining, train
from matcher.language.embeddings import TOKENS_AT_MOST
from matcher.language.normalise import words
from matcher.language.training import edition_of
from seeds.phrases import kind_names, phrases
from tests.matcher.tiny_model import DIMENSIONS, UNKNOWN, make_folder, tokenizer

KINDS = ("garden", "groceries", "bike-repair", "paperwork")
NAMES = {slug: names for slug, names in kind_names().items() if slug in KINDS}
CORPUS = [phrase for phrase in phrases() if {phrase.slug, *phrase.also, *phrase.refused} <= set(KINDS)]
VOCABULARY = {word for phrase in CORPUS for word in words(phrase.text)}


def _subjects() -> dict[str, str]:
    """Words that are used of one kind of help, hardly of another: what a model that has read much knows."""
    used: dict[str, Counter[str]] = defaultdict(Counter)
    for phrase in CORPUS:
        for word in set(words(phrase.text)):
            used[word][phrase.slug] += 1
    tops = {word: (found.most_common(1)[0], found.total()) for word, found in used.items()}
    return {word: slug for word, ((slug, times), total) in tops.items() if times >= 3 and times > 0.8 * total}


# Turkish, Ukrainian and German: no phrase has these words.
MEANING = {"bahçe": "tuin", "çim": "gras", "хліб": "brood", "fahrrad": "fiets"}

any_text = st.text(st.characters(), max_size=300) | st.text(string.printable, max_size=300)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_folder(tmp_path_factory.mktemp("models") / "tiny", VOCABULARY, MEANING, about=_subjects())


@pytest.fixture(scope="module")
def embedder(folder: Path) -> Embedder:
    return Embedder(folder)


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where what was learnt with embeddings is kept."""
    return tmp_path_factory.mktemp("kept") / "reader.npz"


@pytest.fixture(scope="module")
def joined(embedder: Embedder, kept: Path) -> Reader:
    """A reader of four kinds that learnt from embeddings too."""
    return load_or_train(CORPUS, NAMES, kept, embedder)


@pytest.fixture(scope="module")
def plain() -> Reader:
    """The same without."""
    return train(CORPUS, NAMES)


# ---- what they add ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "slug"),
    [("Bahçe! Çim!", "garden"), ("Хліб!", "groceries"), ("Fahrrad", "bike-repair")],
)
def test_a_word_that_no_phrase_has_is_understood_by_its_meaning(
    joined: Reader, plain: Reader, text: str, slug: str
) -> None:
    assert slug not in [found for found, sure in plain.understand(text) if sure > 0.5]
    found, sure = joined.understand(text)[0]
    assert (found, sure > 0.5) == (slug, True)


def test_what_was_understood_before_still_is(joined: Reader, plain: Reader) -> None:
    assert plain.share == 0 < joined.share < 1
    texts = [phrase.text for phrase in CORPUS[::20]]
    firsts = [[read.kinds[0].slug for read in reader.read(texts)] for reader in (plain, joined)]
    assert np.mean(np.array(firsts[0]) == np.array(firsts[1])) > 0.95


def test_where_the_model_knows_no_word_the_plain_reader_is_left(
    joined: Reader, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING):
        assert joined.understand("onkruidwieder")[0][0] == "garden"
    assert "1 of 1 texts read without embeddings" in caplog.text
    assert "onkruid" not in caplog.text, "what people wrote stays out of the log"


def test_the_direction_of_a_text_stays_that_of_the_plain_reader(joined: Reader, plain: Reader) -> None:
    texts = [*(phrase.text for phrase in CORPUS[:20]), "Bahçe"]
    assert [one.vector for one in joined.read(texts)] == [one.vector for one in plain.read(texts)]


def test_neither_a_name_nor_an_age_reaches_the_model(tmp_path: Path) -> None:
    knows = Embedder(make_folder(tmp_path, [*VOCABULARY, "fatma", "jan", "josé", "47", "88"]))
    said = "Ik ben %s, %s jaar. Wie doet er boodschappen?"
    told = knows.encode([said % one for one in (("Fatma", "47"), ("JAN", "88"), ("José", "\uff18\uff18"), ("", ""))])
    assert (told == told[0]).all() and told.any()


@pytest.mark.parametrize("text", ["", "...", "\0", "\ud800", "🙂🙂", "12345", "Fatma, 47"])
def test_what_says_nothing_is_not_asked_of_the_model(joined: Reader, embedder: Embedder, text: str) -> None:
    assert not embedder.encode([text]).any()
    assert joined.read([text]) == [Understood(edition=joined.edition)]


@settings(max_examples=60, deadline=None)
@given(st.lists(any_text | st.sampled_from([*sorted(MEANING), CORPUS[0].text]), max_size=4))
def test_nothing_that_can_be_typed_breaks_it_and_no_text_depends_on_those_beside_it(
    joined: Reader, texts: list[str]
) -> None:
    together = joined.read(texts)
    assert together == [joined.read([text])[0] for text in texts]
    assert all(0 < kind.confidence <= 1 for read in together for kind in read.kinds)


# ---- how much they count ---------------------------------------------------------------------------------------------


def test_the_regression_is_that_of_scikit_learn() -> None:
    numbers = np.random.default_rng(1)
    vectors, targets = numbers.normal(3, 1, (200, 7)).astype(np.float32), numbers.normal(size=(200, 3))
    targets -= targets.mean(axis=0)
    theirs = Ridge(joining.RIDGE).fit(vectors, targets)
    ours = joining.scores_of(vectors, joining.learn_weights(vectors, targets.astype(np.float32)))
    assert np.allclose(ours, theirs.predict(vectors), atol=1e-4)


def test_a_model_counts_as_far_as_it_is_right_on_what_was_held_back() -> None:
    numbers = np.random.default_rng(1)
    right = np.arange(2_000) % 4
    truth = np.eye(4)[right]
    fair, noise = truth + numbers.normal(0, 0.7, truth.shape), numbers.normal(0, 0.7, truth.shape)
    assert joining.fit(fair, noise, right)[0] < 0.1
    assert joining.fit(noise, fair, right)[0] > 0.9
    assert 0.3 <= joining.fit(fair, truth + numbers.normal(0, 0.7, truth.shape), right)[0] <= 0.7


def test_confidence_comes_true_whatever_the_scale_of_the_scores() -> None:
    numbers = np.random.default_rng(1)
    chances = numbers.dirichlet(np.ones(4), 4_000)
    right = np.array([numbers.choice(4, p=row) for row in chances])
    for scale in (0.02, 0.1):
        share, warmth = joining.fit(np.log(chances) * scale, np.zeros_like(chances), right)
        assert warmth * scale * (1 - share) == pytest.approx(1, rel=0.15)


# ---- learnt once -----------------------------------------------------------------------------------------------------


def test_from_the_cache_it_says_the_same_and_embeds_no_phrase_again(
    joined: Reader, kept: Path, embedder: Embedder, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    again, seen = Embedder(folder), []
    encode = again.encode
    monkeypatch.setattr(again, "encode", lambda texts: seen.extend(texts) or encode(texts))
    loaded = load_or_train(CORPUS, NAMES, kept, again)
    assert loaded is not joined and seen == []
    texts = [*(phrase.text for phrase in CORPUS[:50]), *MEANING]
    assert loaded.read(texts) == joined.read(texts)
    assert seen[: len(texts)] == texts


def test_the_first_time_is_told_with_how_long_it_took(
    embedder: Embedder, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    few = [phrase for slug in KINDS for phrase in CORPUS if phrase.slug == slug][::100]
    with caplog.at_level(logging.INFO):
        load_or_train(few, NAMES, tmp_path / "reader.npz", embedder)
    assert f"embedding {len(few)} phrases with {embedder.folder}" in caplog.text
    assert re.search(r"in \d+ seconds; they count for \d+%", caplog.text)
    caplog.clear()
    with caplog.at_level(logging.INFO):
        load_or_train(few, NAMES, tmp_path / "reader.npz", embedder)
    assert caplog.text == ""


def test_other_files_are_another_edition_and_are_learnt_anew(folder: Path, tmp_path: Path) -> None:
    editions = {Embedder(folder).edition}
    copy = tmp_path / "copy"
    shutil.copytree(folder, copy)
    assert Embedder(copy).edition in editions, "the same files elsewhere are the same model"
    other = tokenizer([UNKNOWN, *sorted({*VOCABULARY, *MEANING}), "nieuw"])
    other.save(str(copy / "tokenizer.json"))
    editions.add(Embedder(copy).edition)
    (copy / "model.onnx_data").write_bytes(b"weights that stand beside the model")
    editions.add(Embedder(copy).edition)
    make_folder(copy, VOCABULARY, MEANING, sentence=True)
    editions.add(Embedder(copy).edition)
    assert len(editions) == 4


def test_with_and_without_are_never_taken_for_each_other(
    joined: Reader, plain: Reader, embedder: Embedder, kept: Path, tmp_path: Path
) -> None:
    assert edition_of(CORPUS, NAMES, embedder) == joined.edition != plain.edition
    assert cache.load(kept, plain.edition) is None
    mixed = tmp_path / "reader.npz"
    load_or_train(CORPUS[::100], NAMES, mixed)
    assert cache.load(mixed, edition_of(CORPUS[::100], NAMES, embedder), embedder) is None


def test_weights_of_another_model_are_not_believed(
    kept: Path, embedder: Embedder, tmp_path: Path, joined: Reader
) -> None:
    with np.load(kept) as arrays:
        found = dict(arrays)
    cache.save(tmp_path / "reader.npz", {**found, "embedded": found["embedded"][:-1]})
    assert cache.load(tmp_path / "reader.npz", joined.edition, embedder) is None


# ---- the folder ------------------------------------------------------------------------------------------------------


def test_every_usual_form_of_a_model_gives_the_same(embedder: Embedder, tmp_path: Path) -> None:
    texts = ["De heg groeit over de stoep.", "boodschappen"]
    expected = embedder.encode(texts)
    assert np.allclose(np.linalg.norm(expected, axis=1), 1)
    assert expected.shape == (2, embedder.dimensions) == (2, DIMENSIONS)
    forms: dict[str, dict[str, Any]] = {
        "one vector a text": {"sentence": True},
        "token types": {"inputs": ("input_ids", "attention_mask", "token_type_ids")},
        "short numbers": {"kind": TensorProto.INT32},
        "deeper": {"name": "onnx/model.onnx"},
    }
    for name, options in forms.items():
        made = make_folder(tmp_path / name, VOCABULARY, MEANING, about=_subjects(), **options)
        assert np.allclose(Embedder(made).encode(texts), expected, atol=1e-6), name


def test_padding_that_the_tokenizer_brings_is_left_out(folder: Path, embedder: Embedder, tmp_path: Path) -> None:
    shutil.copytree(folder, tmp_path / "padded")
    padded = Tokenizer.from_file(str(folder / "tokenizer.json"))
    padded.enable_padding(length=64, pad_id=5)
    padded.save(str(tmp_path / "padded" / "tokenizer.json"))
    assert (Embedder(tmp_path / "padded").encode(["de heg"]) == embedder.encode(["de heg"])).all()


@pytest.mark.parametrize(("own", "read"), [(None, TOKENS_AT_MOST), (9, 9), (5_000, TOKENS_AT_MOST)])
def test_a_long_text_is_read_as_far_as_model_and_patience_reach(
    folder: Path, tmp_path: Path, own: int | None, read: int
) -> None:
    shutil.copytree(folder, tmp_path / "long")
    if own:
        cut = Tokenizer.from_file(str(folder / "tokenizer.json"))
        cut.enable_truncation(own)
        cut.save(str(tmp_path / "long" / "tokenizer.json"))
    long = Embedder(tmp_path / "long")
    whole, begun, shorter = long.encode(["heg " * read + "fiets " * 50, "heg " * read, "heg " * (read - 1) + "fiets"])
    assert (whole == begun).all() and (whole != shorter).any()


@pytest.mark.filterwarnings("ignore:This process:DeprecationWarning")  # newer Pythons, of a fork among threads
def test_a_process_that_is_born_from_this_one_reads_the_same(joined: Reader) -> None:
    """As those that serve the site are."""
    forked = multiprocessing.get_context("fork")
    ours, theirs = forked.Pipe()
    child = forked.Process(target=lambda: theirs.send(joined.read(["Bahçe"])))
    child.start()
    try:
        assert ours.poll(60)
        assert ours.recv() == joined.read(["Bahçe"])
    finally:
        child.kill()
        child.join()


def _spoil(folder: Path, how: str) -> None:
    match how:
        case "no folder":
            shutil.rmtree(folder)
        case "no model":
            (folder / "model.onnx").unlink()
        case "no tokenizer":
            (folder / "tokenizer.json").unlink()
        case "half a model":
            (folder / "model.onnx").write_bytes((folder / "model.onnx").read_bytes()[:2_000])
        case "half a tokenizer":
            (folder / "tokenizer.json").write_text((folder / "tokenizer.json").read_text()[:2_000])
        case "a picture":
            (folder / "tokenizer.json").write_bytes(b"\x89PNG\r\n\x1a\n\0\0")
        case "pixels":
            make_folder(folder, VOCABULARY, inputs=("input_ids", "pixel_values"))
        case "numbers that are not whole":
            make_folder(folder, VOCABULARY, inputs=("input_ids", "attention_mask"), kind=TensorProto.FLOAT)
        case "eight tokens alone":
            make_folder(folder, VOCABULARY, shape=(1, 8))
        case "files of two models":
            make_folder(folder, VOCABULARY, rows=3)


@pytest.mark.parametrize(
    ("how", "says"),
    [
        ("no folder", "{folder}: no such folder"),
        ("no model", "{folder}: there is no model.onnx or onnx/model.onnx"),
        ("no tokenizer", "{folder}: there is no tokenizer.json"),
        ("half a model", "{folder}/model.onnx: is no ONNX model"),
        ("half a tokenizer", "{folder}/tokenizer.json: is no tokenizer"),
        ("a picture", "{folder}/tokenizer.json: is no tokenizer"),
        ("pixels", "{folder}/model.onnx: asks for what a text does not give: pixel_values"),
        ("numbers that are not whole", "{folder}/model.onnx: is no ONNX model"),
        ("eight tokens alone", "{folder}/model.onnx: cannot embed a text"),
        ("files of two models", "{folder}/model.onnx: cannot embed a text"),
    ],
)
def test_a_folder_that_cannot_be_used_is_told_on_one_line(folder: Path, tmp_path: Path, how: str, says: str) -> None:
    spoilt = tmp_path / "spoilt"
    shutil.copytree(folder, spoilt)
    _spoil(spoilt, how)
    with pytest.raises(EmbeddingsError) as told:
        Embedder(spoilt)
    assert str(told.value).startswith(says.format(folder=spoilt))
    assert "\n" not in str(told.value)


@pytest.mark.parametrize("package", ["onnxruntime", "tokenizers"])
def test_without_what_runs_it_the_folder_says_how_to_get_it(
    folder: Path, package: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(EmbeddingsError, match="are not installed: run `make embeddings`"):
        Embedder(folder)


def test_the_site_is_whole_without(folder: Path) -> None:
    """What runs a model is loaded with the first folder, and what could fetch one never."""
    program = f"""
import sys
from pathlib import Path
from matcher.language import Embedder, Phrase, train
import noaber, web, jobs.worker
few = [Phrase("garden", "ask", "De heg."), Phrase("groceries", "ask", "Melk en brood.")]
train(few, {{"garden": ["Tuin"], "groceries": ["Boodschappen"]}}).understand("De heg")
assert not {{"onnxruntime", "tokenizers"}} & set(sys.modules)
Embedder(Path({str(folder)!r})).encode(["De heg"])
assert {{"onnxruntime", "tokenizers"}} <= set(sys.modules)
assert not {{"huggingface_hub", "httpx2", "requests"}} & set(sys.modules)
"""
    subprocess.run([sys.executable, "-c", program], check=True)
