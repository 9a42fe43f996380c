from __future__ import annotations

import keras
import numpy as np
import pytest

from seqserve.complete.language_model import LanguageModel, log_sum
from training.complete import onnx_export
from training.complete.network import language_model, learner
from training.complete.stream import Stream
from training.onnx.graph import ExportError

VOCABULARY, ROWS, STEPS = 40, 3, 5
RANDOM = np.random.default_rng(0)
DOCUMENTS = [RANDOM.integers(1, VOCABULARY, size=size).tolist() for size in RANDOM.integers(2, 12, size=40)]


@pytest.fixture(scope="module")
def model() -> keras.Model:
    keras.utils.set_random_seed(0)
    return language_model(VOCABULARY, 16, 32, ROWS, STEPS)


def test_the_state_goes_on_until_a_text_begins(model: keras.Model) -> None:
    tokens = RANDOM.integers(0, VOCABULARY, size=(ROWS, STEPS)).astype(np.int32)
    begins, goes_on = np.zeros((ROWS, 1), dtype=np.float32), np.ones((ROWS, 1), dtype=np.float32)
    fresh = np.asarray(model([tokens, begins]))
    carried = np.asarray(model([tokens, goes_on]))
    assert not np.allclose(fresh, carried, atol=1e-4)
    assert np.allclose(fresh, np.asarray(model([tokens, begins])), atol=1e-6)


def test_the_loss_of_samples_is_near_that_of_all_tokens(model: keras.Model) -> None:
    every, few = learner(model, 0), learner(model, 30)
    whole = Stream(DOCUMENTS, ROWS, STEPS, VOCABULARY)
    drawn = Stream(DOCUMENTS, ROWS, STEPS, VOCABULARY, 30)
    expected = np.asarray(every(whole[0][0], training=True))
    found = np.mean([np.asarray(few(drawn[0][0], training=True)) for _ in range(20)], axis=0)
    assert found == pytest.approx(expected, rel=0.06)
    assert np.asarray(few(drawn[0][0], training=False)) == pytest.approx(expected, rel=1e-5)


def test_the_graph_answers_as_keras_does(model: keras.Model) -> None:
    with pytest.raises(ExportError, match="rounded"):
        onnx_export.to_onnx(model)
    rounded = language_model(VOCABULARY, 16, 32, ROWS, STEPS)
    rounded.set_weights(model.get_weights())
    onnx_export.round_weights(rounded)
    graph = onnx_export.to_onnx(rounded)
    assert onnx_export.prove(rounded, graph) < onnx_export.TOLERANCE
    rounded.get_layer("final").set_weights([-array for array in rounded.get_layer("final").get_weights()])
    with pytest.raises(ExportError, match="away from Keras"):
        onnx_export.prove(rounded, graph)


def test_a_row_does_not_depend_on_its_batch(model: keras.Model) -> None:
    rounded = language_model(VOCABULARY, 16, 32, ROWS, STEPS)
    rounded.set_weights(model.get_weights())
    onnx_export.round_weights(rounded)
    served = LanguageModel(onnx_export.to_onnx(rounded))
    tokens = np.arange(17) % VOCABULARY
    states = RANDOM.normal(size=(17, 64)).astype(np.float32)
    whole = served.step(tokens, states)
    for begin, end in ((0, 1), (3, 5), (5, 12), (16, 17)):
        for one, other in zip(served.step(tokens[begin:end], states[begin:end]), whole, strict=True):
            assert np.array_equal(one, other[begin:end])
    texts = [np.array([0, *document, 0], dtype=np.int32) for document in DOCUMENTS[:5]]
    (alone,) = served.surprisal(texts[3:4])
    assert np.array_equal(alone, served.surprisal(texts)[3])
    logits, _ = served.step([0], served.start())
    assert alone[0] == pytest.approx(log_sum(logits)[0] - logits[0, texts[3][1]])
