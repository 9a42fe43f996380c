from __future__ import annotations

import json
import random
from dataclasses import asdict, replace
from functools import cache
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from seqserve import tasks
from seqserve.core import predictor
from seqserve.errors import ArtifactError, InputError
from seqserve.registry import artifact
from seqserve.registry.artifact import Artifact, Manifest
from seqserve.sentiment.predictor import Classification, Classifier, TextQuery
from seqserve.sentiment.scorers import NetworkScorer
from seqserve.sentiment.word_tokenizer import TextOptions
from testing import tiny
from testing.tiny import sentiment as tiny_sentiment

LIMIT = 32
WORDS = ["good", "don't", "great", "film", "too", "long", "20", "http://x.org", "!", "<br>", "&amp;", "😀", "xyzzy"]


@cache
def version(tokens: str = "bpe", labels: int = 2, max_tokens: int = LIMIT, temperature: float = 0.25) -> Artifact:
    release = tiny_sentiment.release(
        labels=["bad", "good", "mixed"][:labels],
        options=TextOptions.model_validate({"tokens": tokens, "vocabulary": 200, "fold_numbers": True}),
        max_tokens=max_tokens,
        temperature=temperature,
    )
    manifest = Manifest.model_construct(task="sentiment", name="tiny", version="1")
    return Artifact(manifest, release.files)


@cache
def classifier(tokens: str = "bpe", labels: int = 2, max_tokens: int = LIMIT, temperature: float = 0.25) -> Classifier:
    return Classifier.load(version(tokens, labels, max_tokens, temperature))


every_kind = pytest.mark.parametrize(
    "model",
    [
        pytest.param(classifier(tokens, labels), id=f"{tokens}-{labels}")
        for tokens in ("word", "bpe")
        for labels in (2, 3)
    ],
)


def classify(model: Classifier, text: str, explain: bool = False) -> Classification:
    (answer,) = model.predict([TextQuery(text, explain)])
    assert isinstance(answer, Classification), answer
    return answer


def refused(model: Classifier, text: str) -> InputError:
    (answer,) = model.predict([TextQuery(text)])
    assert isinstance(answer, InputError), answer
    assert 10 < len(answer.message) < 200
    assert answer.field == "text"
    return answer


def near(one: Classification, other: Classification) -> bool:
    return one.label == other.label and one.scores == pytest.approx(other.scores, abs=1e-5)


texts = st.lists(st.sampled_from(WORDS), min_size=1, max_size=50).map(" ".join).filter(lambda text: text.strip("<br> "))


@every_kind
@settings(max_examples=60, deadline=None)
@given(batch=st.lists(texts, min_size=1, max_size=12))
def test_batched_is_single(model: Classifier, batch: list[str]) -> None:
    together = model.predict([TextQuery(text) for text in batch])
    for text, answer in zip(batch, together, strict=True):
        assert isinstance(answer, Classification)
        assert near(answer, classify(model, text))
        assert sum(answer.scores.values()) == pytest.approx(1, abs=1e-9)
        assert answer.score == answer.scores[answer.label] == max(answer.scores.values())


@given(tokens=st.lists(st.integers(0, 40), min_size=1, max_size=20), padding=st.integers(1, 30))
@settings(deadline=None)
def test_padded_is_unpadded(tokens: list[int], padding: int) -> None:
    scorer = classifier()._scorer
    assert isinstance(scorer, NetworkScorer)
    network = scorer.network
    x = np.array([tokens], dtype=np.int32)
    padded = np.pad(x, ((0, 0), (0, padding)), constant_values=7)
    lengths = np.array([len(tokens)], dtype=np.int32)
    np.testing.assert_allclose(network(x, lengths), network(padded, lengths), atol=1e-6)


def test_200_texts_in_any_order_and_company() -> None:
    model = classifier()
    source = random.Random(7)
    sent = [" ".join(source.choices(WORDS[:9], k=source.randint(1, 60))) for _ in range(200)]
    single = [classify(model, text) for text in sent]
    together = model.predict([TextQuery(text) for text in sent])
    order = source.sample(range(200), 200)
    shuffled = dict(zip(order, model.predict([TextQuery(sent[index]) for index in order]), strict=True))
    for index in range(200):
        one, other = together[index], shuffled[index]
        assert isinstance(one, Classification)
        assert isinstance(other, Classification)
        assert near(one, single[index])
        assert near(other, single[index])
    assert len({round(answer.score, 3) for answer in single}) > 50, "the network hears the difference"


def test_labels_keep_their_names_and_order() -> None:
    answer = classify(classifier(labels=3), "good film")
    assert list(answer.scores) == ["bad", "good", "mixed"]


def test_temperature_cools_scores_but_not_the_label() -> None:
    hot, cold = (classify(classifier(temperature=value), tiny.SENTENCES[1]) for value in (4.0, 0.1))
    assert hot.label == cold.label
    assert 0.5 < hot.score < cold.score
    odds = [np.log(answer.score / (1 - answer.score)) for answer in (hot, cold)]
    assert odds[1] == pytest.approx(40 * odds[0], rel=1e-4)


@pytest.mark.parametrize(
    "text",
    ["", " ", "\n\t\u00a0", "<br/>", "<p> </p><!-- good -->", "\x00\x1f", "\u200b\ufeff", "\ufe0f"],
)
def test_nothing_to_read_is_refused(text: str) -> None:
    assert refused(classifier(), text).code == "empty"


@pytest.mark.parametrize("text", ["\ud800", "good \udfff film", "\ud83d\ude00"])
def test_half_a_surrogate_pair_is_refused(text: str) -> None:
    assert refused(classifier(), text).code == "not_unicode"


@every_kind
@pytest.mark.parametrize(
    "text",
    [
        *("😀", "👩‍👧❤️", "很好的电影", "فيلم جيد", "отлично", "ﷺ", "½", "!", "[UNK]"),
        *("good\x00film", "\U0010ffff a", "\u0301" * 1000, "'" * 500),
        *("a" * 100_000, "good " * 20_000, "<" * 100_000),
    ],
)
def test_any_other_text_is_classified(model: Classifier, text: str) -> None:
    answer = classify(model, text, explain=True)
    assert sum(answer.scores.values()) == pytest.approx(1, abs=1e-9)
    assert answer.explanation
    assert all(part["text"] == text[part["start"] : part["end"]] != "" for part in answer.explanation)


def test_a_long_text_is_refused_by_characters_and_cut_by_tokens() -> None:
    model = classifier()
    assert classify(model, "great " * 32).warnings == []
    (warning,) = classify(model, "great " * 100).warnings
    assert warning == "text of 100 tokens cut to the first 8 and the last 24"
    error = refused(model, "a" * 200_001)
    assert error.code == "too_long"
    assert "200000" in error.message


def test_a_text_without_a_known_word_says_so() -> None:
    for text in ("xyzzy plugh", "xyzzy, plugh!", "отлично!", "😀"):
        assert "none of the words" in classify(classifier("word"), text).warnings[0]
    assert classify(classifier("word"), "xyzzy great").warnings == []


def test_a_text_with_few_known_words_says_how_few() -> None:
    warnings = classify(classifier("word"), "xyzzy great plugh!").warnings
    assert warnings == ["the model does not know 2 of 4 words and signs"]


def test_one_bad_text_harms_no_other() -> None:
    good, bad, other = classifier().predict([TextQuery("good"), TextQuery(""), TextQuery("film")])
    assert isinstance(bad, InputError)
    assert isinstance(good, Classification)
    assert isinstance(other, Classification)
    assert near(good, classify(classifier(), "good"))
    assert near(other, classify(classifier(), "film"))


def test_without_being_asked_nothing_is_explained() -> None:
    assert classify(classifier(), "good").explanation is None


@every_kind
def test_explaining_changes_no_score(model: Classifier) -> None:
    for text in tiny.SENTENCES:
        assert near(classify(model, text), classify(model, text, explain=True))


@every_kind
def test_each_word_is_explained_in_reading_order(model: Classifier) -> None:
    text = "<p>Great😀 film,\nit&#39;s don\u2019t 20 of 3,000!"
    explanation = classify(model, text, explain=True).explanation
    assert explanation is not None
    assert all(part.keys() == {"text", "start", "end", "contribution"} for part in explanation)
    words = ["Great", "😀", "film", ",", "it", "&#39;s", "do", "n\u2019t", "20", "of", "3,000", "!"]
    assert [part["text"] for part in explanation] == words
    assert [text[part["start"] : part["end"]] for part in explanation] == words


@every_kind
@settings(max_examples=20, deadline=None)
@given(text=texts)
def test_contributions_and_the_base_value_add_up_to_the_log_odds(model: Classifier, text: str) -> None:
    answer = classify(model, text, explain=True)
    assert answer.explanation is not None
    assert answer.base_value is not None
    label = model.config.labels[1] if len(model.config.labels) == 2 else answer.label
    odds = np.log(answer.scores[label]) - np.log(sum(answer.scores.values()) - answer.scores[label])
    added = sum(part["contribution"] for part in answer.explanation)
    assert answer.base_value + added == pytest.approx(odds, abs=1e-3)


@every_kind
def test_a_lone_word_adds_what_is_lost_without_it_and_an_unknown_one_nothing(model: Classifier) -> None:
    (prepared,) = [model.prepare(TextQuery("great", explain=True))]
    raw = model.infer([prepared])[0]
    answer = model.finish(prepared, raw)
    assert answer.explanation is not None
    label = 1 if len(model.config.labels) == 2 else model.config.labels.index(answer.label)
    whole, nothing = model._log_odds(np.array([raw.whole, raw.hidden[0]]), label)
    assert answer.explanation[0]["contribution"] == pytest.approx(whole - nothing)
    assert answer.base_value == pytest.approx(nothing)
    if model is classifier("word"):
        found = classify(model, "great film , xyzzy good !", explain=True).explanation
        assert found is not None
        assert [part["contribution"] for part in found if part["text"] == "xyzzy"] == pytest.approx([0], abs=1e-6)


def test_offsets_count_characters_or_utf_16_units() -> None:
    text = "😀 great 👩‍👧 film"
    model = classifier("word")
    (answer,) = model.predict([TextQuery(text, explain=True, utf16=True)])
    assert isinstance(answer, Classification)
    assert answer.explanation is not None
    units = text.encode("utf-16-le")
    for part in answer.explanation:
        assert units[2 * part["start"] : 2 * part["end"]].decode("utf-16-le") == part["text"]
    plain = classify(model, text, explain=True).explanation
    assert plain is not None
    assert [part["text"] for part in plain] == ["😀", "great", "👩‍👧", "film"]
    assert [part["start"] for part in plain] == [0, 2, 8, 12]
    assert [part["start"] for part in answer.explanation] == [0, 3, 9, 15]


def test_contributions_stay_finite_and_true_where_the_scores_are_all_but_certain() -> None:
    unsure, sure = classifier(temperature=1.0), classifier(temperature=2e-4)
    text = "great film"
    assert classify(sure, text).score == 1
    plain, sharp = (classify(model, text, explain=True).explanation for model in (unsure, sure))
    assert plain is not None
    assert sharp is not None
    for one, other in zip(plain, sharp, strict=True):
        assert other["contribution"] == pytest.approx(5000 * one["contribution"], rel=1e-3)


@pytest.mark.parametrize("words", [1, 128, 129, 400, 3000])
def test_what_an_explanation_costs_is_bounded(words: int) -> None:
    model = classifier("word", max_tokens=512)
    prepared = model.prepare(TextQuery("great film " * (words // 2) + "great" * (words % 2), explain=True))
    assert model.cost(prepared) <= 32_768 + 3 * 512
    assert model.cost(prepared) == len(prepared.encoded.ids) * (1 + len(model.infer([prepared])[0].hidden))
    if words <= 128:
        assert len(prepared.parts) == words
    assert any("words explained in" in warning for warning in prepared.warnings) == (words > 128)
    assert model.cost(model.prepare(TextQuery(prepared.query.text))) == len(prepared.encoded.ids)


def test_no_part_of_an_explanation_spans_what_was_cut_out() -> None:
    text = " ".join(f"great{index}" for index in range(200))
    explanation = classify(classifier("word", max_tokens=100), text, explain=True).explanation
    assert explanation is not None
    gaps = [second["start"] - first["end"] for first, second in pairwise(explanation)]
    assert len([gap for gap in gaps if gap > 1]) == 1
    assert all(gap >= 1 for gap in gaps)


def test_the_signature_says_what_a_caller_must_know() -> None:
    assert classifier().signature() == {"labels": ["bad", "good"], "max_tokens": LIMIT, "max_characters": 200_000}


@pytest.mark.parametrize("explain", [False, True])
def test_a_golden_answer_is_replayed(explain: bool) -> None:
    example = {"text": tiny.SENTENCES[0], "explain": explain}
    golden = json.loads(json.dumps(classifier().replay(example)))
    assert golden == asdict(classify(classifier(), **example))
    files = {**version().files, artifact.EXAMPLES: json.dumps([{"input": example, "output": golden}]).encode()}
    assert isinstance(tasks.load(replace(version(), files=files)), Classifier)


def test_a_version_from_before_there_was_a_base_value_proves_its_scores() -> None:
    example = {"text": tiny.SENTENCES[0], "explain": True}
    golden = classifier().replay(example)
    del golden["base_value"], golden["labels"]
    golden["explanation"] = []
    files = {**version().files, artifact.EXAMPLES: json.dumps([{"input": example, "output": golden}]).encode()}
    tasks.load(replace(version(), files=files))
    golden["score"] /= 2
    files[artifact.EXAMPLES] = json.dumps([{"input": example, "output": golden}]).encode()
    with pytest.raises(ArtifactError, match="otherwise than when it was published"):
        tasks.load(replace(version(), files=files))


@pytest.mark.parametrize(
    ("file", "content"),
    [
        ("tokenizer.json", b"{}"),
        ("tokenizer.json", b""),
        ("model.onnx", b"onnx"),
        ("config.json", b"{}"),
        ("config.json", b'{"labels": ["a"], "max_tokens": 9, "temperature": 1}'),
        ("config.json", b'{"labels": ["a", "b"], "max_tokens": 9, "temperature": 0}'),
        ("config.json", b'{"labels": ["a", "b", "c"], "max_tokens": 9, "temperature": 1}'),
    ],
)
def test_a_damaged_version_is_refused(file: str, content: bytes) -> None:
    with pytest.raises(ArtifactError, match=r"publish it again|otherwise than"):
        predictor.load(Classifier, replace(version(), files={**version().files, file: content}))


@pytest.mark.parametrize("missing", ["tokenizer.json", "model.onnx", "config.json"])
def test_an_incomplete_version_is_refused(missing: str) -> None:
    files = {file: content for file, content in version().files.items() if file != missing}
    with pytest.raises(ArtifactError, match=missing):
        predictor.load(Classifier, replace(version(), files=files))


@pytest.mark.parametrize(
    ("text", "warned"),
    [
        ("Das ist das schlechteste Telefon, das ich je hatte.", "(de); the model knows en"),
        ("This is the worst phone that I ever had.", None),
        ("good", None),
    ],
)
def test_a_text_in_a_language_that_the_version_does_not_know_is_warned_of(text: str, warned: str | None) -> None:
    model = classifier("bpe", 2)
    assert isinstance(model._scorer, NetworkScorer)
    config = model.config.model_copy(update={"languages": ["en"]})
    english = Classifier(config, model._encoder, model._scorer.network)
    found = [warning for warning in classify(english, text).warnings if "language" in warning]
    assert [warning.partition("language ")[2] for warning in found] == ([warned] if warned else [])
    assert not any("language" in warning for warning in classify(model, text).warnings)
