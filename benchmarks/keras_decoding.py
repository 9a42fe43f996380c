"""The service with a Keras decoding loop instead of ONNX Runtime; everything else is the same.

    KERAS_LOOP=prefix KERAS_CALL=predict bentoml serve benchmarks.keras_decoding:SeqServe

Waiting sentences form one batch with all their hypotheses, padded to the longest. The next token is computed in one of
the two usual ways:

- `prefix`: the whole network reads the sentences and all tokens so far; its last output is used.
- `states`: an encoder runs once, and a decoder with the same layers reads the last token and states.

The network is called with `predict`, or with `predict_on_batch`: the same compiled function without a data pipeline.
Both sides use our beam search, so that both find the same translations; finished sentences leave the batch on both.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from seqserve import tasks
from seqserve.registry.artifact import Artifact
from seqserve.translation.beam_search import Best, Model
from seqserve.translation.predictor import Translator
from service.service import SeqServe

__all__ = ["SeqServe"]


class KerasTranslator(Translator):
    """A version that computes the next tokens with the Keras network it was exported from."""

    @classmethod
    def load_network(cls, artifact: Artifact, threads: int) -> Model:
        os.environ["TF_CPP_MIN_LOG_LEVEL"] = "2"
        from training.translation import learning  # here, as BentoML's supervisor imports this module too

        return _LOOPS[os.environ.get("KERAS_LOOP", "prefix")](learning.network_of(artifact))


class _Prefix(Model):
    """Runs the whole network; the state of a hypothesis is its tokens."""

    def __init__(self, network: Any) -> None:
        super().__init__()
        self._network = network

    def encode(self, sentences: Sequence[np.ndarray]) -> tuple[np.ndarray, dict[str, np.ndarray]]:
        padded, lengths = _padded(sentences)
        return np.zeros((len(sentences), 0), dtype=np.int32), {"x": padded, "lengths": lengths}

    def step(
        self, before: np.ndarray, parents: np.ndarray, state: np.ndarray, source: dict[str, np.ndarray], count: int
    ) -> Best:
        tokens = np.concatenate([state[parents], before[:, None].astype(np.int32)], axis=1)
        outputs = _called(self._network, [*_for_each(before, source), tokens])
        return Best(*_likeliest(outputs[:, -1], count), tokens)


class _States(Model):
    """Runs an encoder, and a decoder of one token; the state of a hypothesis is that of the decoder's layers."""

    def __init__(self, network: Any) -> None:
        super().__init__()
        self._encoder, self._decoder = _parts(network)

    def encode(self, sentences: Sequence[np.ndarray]) -> tuple[np.ndarray, dict[str, np.ndarray]]:
        state, *source = _called(self._encoder, list(_padded(sentences)))
        return state, dict(zip(("steps", "mask"), source, strict=True))

    def step(
        self, before: np.ndarray, parents: np.ndarray, state: np.ndarray, source: dict[str, np.ndarray], count: int
    ) -> Best:
        inputs = [before.astype(np.int32), state[parents], *_for_each(before, source)]
        outputs, after = _called(self._decoder, inputs)
        return Best(*_likeliest(outputs, count), after)


_LOOPS = {"prefix": _Prefix, "states": _States}


def _parts(network: Any) -> tuple[Any, Any]:
    """An encoder and a decoder of one token, built from the layers of a network with attention."""
    import keras

    layers = {layer.name: layer for layer in network.layers}
    if "attention" not in layers:
        raise SystemExit("KERAS_LOOP=states needs a network with attention")
    table = next(layer for layer in network.layers if isinstance(layer, keras.layers.ReversibleEmbedding))
    first, second = layers["decoder_1"].cell, layers["decoder_2"].cell
    first.name, second.name = "cell_1", "cell_2"
    joined = keras.ops.concatenate

    starts = [layers[name].output for name in ("state_1", "memory_1", "state_2", "memory_2") if name in layers]
    steps = layers["attention"].input[1]
    mask = next(layer for layer in network.layers if type(layer).__name__ == "LengthMask").output
    encoder = keras.Model(network.inputs[:2], [joined(starts, axis=-1), steps, mask])

    before, state = keras.Input((), dtype="int32"), keras.Input((len(starts) * first.units,))
    memory, counts = keras.Input((None, steps.shape[-1])), keras.Input((None,), dtype="bool")
    states = keras.ops.split(state, len(starts), axis=-1)
    seen, after = first(table(before), states[: len(states) // 2])
    query = layers["query"](seen)[:, None]
    context = layers["attention"]([query, memory], mask=[None, counts])[:, 0]
    later, last = second(joined([seen, context], axis=-1), states[len(states) // 2 :])
    final = layers["final"](joined([later, context], axis=-1))
    outputs = [table(final, reverse=True), joined([*after, *last], axis=-1)]
    return encoder, keras.Model([before, state, memory, counts], outputs)


def _called(network: Any, inputs: list[np.ndarray]) -> Any:
    if os.environ.get("KERAS_CALL", "predict") == "predict":
        return network.predict(inputs, batch_size=len(inputs[0]), verbose=0)
    return network.predict_on_batch(inputs)


def _padded(sentences: Sequence[np.ndarray]) -> tuple[np.ndarray, np.ndarray]:
    lengths = np.array([len(sentence) for sentence in sentences], dtype=np.int32)
    padded = np.zeros((len(sentences), lengths.max()), dtype=np.int32)
    for row, sentence in zip(padded, sentences, strict=True):
        row[: len(sentence)] = sentence
    return padded, lengths


def _for_each(before: np.ndarray, source: dict[str, np.ndarray]) -> list[np.ndarray]:
    """The encoder's outputs, repeated for each hypothesis of a sentence."""
    return [np.repeat(values, len(before) // len(values), axis=0) for values in source.values()]


def _likeliest(outputs: np.ndarray, count: int) -> tuple[np.ndarray, np.ndarray]:
    """The tokens (M, k) and their log-probabilities (M, k), the likeliest first."""
    import keras

    scores, tokens = keras.ops.top_k(keras.ops.log_softmax(outputs), count)
    return keras.ops.convert_to_numpy(tokens).astype(np.int64), keras.ops.convert_to_numpy(scores)


tasks.TASKS["translation"] = replace(tasks.TASKS["translation"], predictor=KerasTranslator)
