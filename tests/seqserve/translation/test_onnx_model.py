from __future__ import annotations

import numpy as np
import pytest

from seqserve.errors import ArtifactError
from seqserve.translation.onnx_model import Seq2Seq
from seqserve.translation.subword_tokenizer import START
from testing.tiny import translation as tiny_translation

VOCABULARY = 9


def test_a_graph_that_cannot_be_read_is_an_artifact_error() -> None:
    encoder, decoder = tiny_translation.networks(VOCABULARY)
    with pytest.raises(ArtifactError, match=r"decoder\.onnx cannot be loaded"):
        Seq2Seq(encoder, decoder[:50])


def test_sentences_of_any_lengths_are_encoded_as_each_alone() -> None:
    model = Seq2Seq(*tiny_translation.networks(VOCABULARY))
    sentences = [np.arange(4, 4 + size, dtype=np.int32) % VOCABULARY for size in (1, 200, 3, 90)]
    together, _ = model.encode(sentences)
    for row, sentence in zip(together, sentences, strict=True):
        alone, _ = model.encode([sentence])
        np.testing.assert_allclose(row, alone[0], atol=1e-5)


def test_the_tally_counts_the_steps_of_the_encoder_and_its_padding() -> None:
    model = Seq2Seq(*tiny_translation.networks(VOCABULARY))
    model.encode([np.array([4, 5, 6], dtype=np.int32), np.array([4, 5], dtype=np.int32)])
    taken = model.tally.take()
    assert (taken.steps, taken.padding) == (6, 1)


def test_a_step_gives_the_likeliest_tokens_first() -> None:
    model = Seq2Seq(*tiny_translation.networks(VOCABULARY))
    state, source = model.encode([np.array([4, 5], dtype=np.int32)])
    best = model.step(np.array([START]), np.array([0]), state, source, 4)
    assert best.tokens.shape == best.scores.shape == (1, 4)
    assert (np.diff(best.scores[0]) <= 0).all()
