"""The linear model over raw text, and how it is served."""

from __future__ import annotations

import numpy as np
import pytest

from seqserve.errors import ArtifactError
from seqserve.registry.artifact import Artifact, Manifest
from seqserve.sentiment import linear_model
from seqserve.sentiment.config import ClassifierConfig
from seqserve.sentiment.linear_model import LinearModel, Ngrams
from seqserve.sentiment.predictor import MODEL, Classification, Classifier, TextQuery
from testing.tiny import sentiment as tiny_sentiment

LABELS = ["negative", "positive"]


def model() -> LinearModel:
    weights = np.array([[-1, 1], [0.25, -0.25], [2, -2]], dtype=np.float32)
    words = Ngrams({"great": 0, "not": 1, "not great": 2}, np.array([1, 1, 2], dtype=np.float32), weights)
    within = Ngrams({" gr": 0, "eat ": 1}, np.ones(2, dtype=np.float32), np.full((2, 2), [0, 0.5], dtype=np.float32))
    return LinearModel(words, within, np.array([0.0, 0.125]))


def served(content: bytes, thresholds: dict[str, float] | None = None) -> Classifier:
    config = ClassifierConfig(labels=LABELS, max_tokens=1000, temperature=1, thresholds=thresholds or {})
    files = dict(tiny_sentiment.release().files)
    del files[MODEL]
    files |= {linear_model.FILE: content, "config.json": config.model_dump_json().encode()}
    return Classifier.load(Artifact(Manifest.model_construct(task="sentiment", name="tiny", version="1"), files))


def classify(classifier: Classifier, text: str) -> Classification:
    (answer,) = classifier.predict([TextQuery(text, explain=True)])
    assert isinstance(answer, Classification)
    return answer


def test_ngrams_of_words_are_pairs_too_and_those_of_characters_stay_between_blanks() -> None:
    assert linear_model.word_ngrams("Not great, not") == {"not", "great", ",", "not great", "great ,", ", not"}
    assert linear_model.character_ngrams("A b") == {" a", "a ", " a ", " b", "b ", " b "}


def test_outputs_are_the_weights_of_the_ngrams_scaled_to_unit_length() -> None:
    words = np.array([[-1, 1], [0.25, -0.25], [2, -2]]) * np.array([[1], [1], [2]]) / np.sqrt(6)
    expected = np.array([0, 0.125]) + words.sum(axis=0) + 2 * np.array([0, 0.5]) / np.sqrt(2)
    np.testing.assert_allclose(model().outputs("NOT great"), expected, atol=1e-6)
    np.testing.assert_allclose(model().outputs("?"), [0, 0.125])


def test_a_stored_model_answers_alike() -> None:
    stored = LinearModel.from_bytes(model().to_bytes())
    for text in ("not great", "great great", "\u00e9t\u00e9", ""):
        np.testing.assert_array_equal(stored.outputs(text), model().outputs(text))


@pytest.mark.parametrize("content", [b"", b"no model", model().to_bytes()[:200]])
def test_a_damaged_model_is_refused_as_it_loads(content: bytes) -> None:
    with pytest.raises(ArtifactError, match=r"linear\.npz is damaged"):
        served(content)


def test_a_linear_model_is_served_and_explained_as_a_network_is() -> None:
    classifier = served(model().to_bytes())
    assert classify(classifier, "great").label == "positive"
    answer = classify(classifier, "not great")
    assert answer.label == "negative"
    assert sum(answer.scores.values()) == pytest.approx(1)
    assert answer.labels is None
    assert answer.explanation is not None
    assert answer.base_value == pytest.approx(0.125)
    assert [part["text"] for part in answer.explanation] == ["not", "great"]
    odds = np.log(answer.scores["positive"] / answer.scores["negative"])
    assert answer.base_value + sum(part["contribution"] for part in answer.explanation) == pytest.approx(odds)


def test_a_text_has_the_labels_whose_scores_reach_their_thresholds() -> None:
    classifier = served(model().to_bytes(), {"negative": 0.6, "positive": 0.4})
    assert classify(classifier, "?").labels == ["positive"]
    assert classify(classifier, "not great").labels == ["negative"]
    assert classify(classifier, "?").scores == pytest.approx({"negative": 0.5, "positive": 1 / (1 + np.exp(-0.125))})
    assert classifier.signature()["thresholds"] == {"negative": 0.6, "positive": 0.4}
    answer = classify(classifier, "not great")
    assert answer.explanation is not None
    assert answer.base_value is not None
    logit = np.log(answer.score / (1 - answer.score))
    assert answer.base_value + sum(part["contribution"] for part in answer.explanation) == pytest.approx(logit)
