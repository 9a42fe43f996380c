"""Language-model pretraining: the embedding and first recurrent layer of a reader learn to predict words.

The forward direction predicts the next token, the backward direction the one before, each from a state
that has not seen it. What they know of the language then needs no labels to be learned again.

Reference:
    Dai and Le, Semi-supervised Sequence Learning, NeurIPS 2015; Howard and Ruder, ULMFiT, ACL 2018.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import keras
import numpy as np
from keras import ops

from training.core import fitting
from training.core.batches import Tokens
from training.core.config import FitSection
from training.sentiment.config import PretrainSection

_HELD_OUT = 0.01
_MANY_BATCHES = 500


class Stream(keras.utils.PyDataset):
    """All texts one behind the other, cut into rows, and the words that the right ones are told from.

    Args:
        rows: tokens of each text (T,).
        separator: the token between two texts.
        vocabulary: tokens by falling frequency, from which samples are drawn log-uniformly.
    """

    def __init__(
        self,
        rows: Sequence[Tokens],
        separator: int,
        vocabulary: int,
        section: PretrainSection,
        *,
        shuffle: bool = False,
        seed: int = 0,
    ) -> None:
        super().__init__()
        self._texts = rows
        self._separator = np.array([separator], dtype=np.int32)
        self._vocabulary = vocabulary
        self._section = section
        self._shuffle = shuffle
        self._random = np.random.default_rng(seed)
        self.on_epoch_end()

    def on_epoch_end(self) -> None:
        order = self._random.permutation(len(self._texts)) if self._shuffle else np.arange(len(self._texts))
        stream = np.concatenate([part for index in order for part in (self._texts[index], self._separator)])
        size = self._section.steps * self._section.pretrain_batch
        whole = max(1, len(stream) // size)
        self._batches = np.resize(stream, whole * size).reshape(whole, self._section.pretrain_batch, -1)
        if self._shuffle:
            self._random.shuffle(self._batches)

    def __len__(self) -> int:
        return len(self._batches)

    def __getitem__(self, index: int) -> tuple[Any, Any]:
        random = self._random if self._shuffle else np.random.default_rng(index)
        draws = random.uniform(size=self._section.samples)
        samples = (np.exp(draws * np.log(self._vocabulary + 1)) - 1).astype(np.int32).clip(0, self._vocabulary - 1)
        batch = self._batches[index]
        return (batch, np.tile(samples, (len(batch), 1))), np.zeros(len(batch), dtype=np.float32)


@keras.saving.register_keras_serializable("seqserve")
class SampledSoftmax(keras.layers.Layer):
    """The loss (N,) of telling each step's word from sampled ones, by the embedding they came in with.

    Reference:
        Bengio and Senecal, Quick Training of Probabilistic Neural Nets by Importance Sampling, 2003.
    """

    def __init__(self, embedding: keras.layers.Embedding, **options: Any) -> None:
        super().__init__(**options)
        self._embedding = embedding
        self._project = keras.layers.Dense(embedding.output_dim)

    def build(self, *shapes: Any) -> None:
        self._bias = self.add_weight(shape=(self._embedding.input_dim,), initializer="zeros", name="bias")

    def call(self, states: Any, words: Any, samples: Any) -> Any:
        """States (N, T, U), the words they predict (N, T), and samples (N, S), the same in every row."""
        drawn = samples[0]
        projected = self._project(states)
        right = ops.sum(projected * self._embedding(words), axis=-1) + self._correction(words, samples)
        wrong = ops.matmul(projected, ops.transpose(self._embedding(drawn))) + self._correction(drawn, samples)
        wrong = ops.where(drawn[None, None] == words[..., None], -1e9, wrong)
        every = ops.logaddexp(right, ops.logsumexp(wrong, axis=-1))
        return ops.mean(every - right, axis=1)

    def _correction(self, words: Any, samples: Any) -> Any:
        """A word's bias, less the log of how often it is sampled."""
        rank = ops.cast(words, "float32")
        share = ops.log1p(1 / (rank + 1)) / np.log(self._embedding.input_dim + 1)
        return ops.take(self._bias, words) - ops.log(share * ops.shape(samples)[1])


def pretrain(
    network: keras.Model, rows: Sequence[Tokens], separator: int, section: PretrainSection, seed: int, checkpoint: Path
) -> list[float]:
    """Fit the embedding and the first recurrent layer of a reader as a language model, in place.

    What was learned stays in `checkpoint`, for the next fit that begins with it.

    Args:
        rows: tokens of each text (T,), numbered by falling frequency.
        separator: the token put between two texts.

    Returns:
        The loss on held out texts of each epoch, nats a token; none if nothing was left to learn.
    """
    layers = embedding, _ = _layers(network)
    done = checkpoint.with_suffix(".npz")
    if done.exists():
        with np.load(done) as weights:
            for number, layer in enumerate(layers):
                layer.set_weights([weights[name] for name in weights if name.startswith(f"{number}.")])
        return []
    order = np.random.default_rng(seed).permutation(len(rows))
    held_out = max(1, int(_HELD_OUT * len(rows)))
    train, validation = (
        Stream([rows[index] for index in part], separator, embedding.input_dim, section, shuffle=shuffle, seed=seed)
        for part, shuffle in ((order[held_out:], True), (order[:held_out], False))
    )
    rate = keras.optimizers.schedules.CosineDecay(
        section.pretrain_rate / 100,
        len(train) * section.pretrain_epochs,
        warmup_target=section.pretrain_rate,
        warmup_steps=len(train) // 4,
    )
    model = language_model(network, section)
    # Compiled as one (XLA) it learns half as fast again, as all batches have one shape; but that takes some seconds.
    many = len(train) * section.pretrain_epochs >= _MANY_BATCHES
    model.compile(keras.optimizers.Adam(rate, clipnorm=1.0), lambda _, losses: ops.mean(losses), jit_compile=many)
    how = FitSection(epochs=section.pretrain_epochs, patience=section.pretrain_epochs)
    history = fitting.fit(model, train, validation, how, checkpoint)
    unfinished = done.with_suffix(".unfinished.npz")
    weights = {
        f"{number}.{index}": weight
        for number, layer in enumerate(layers)
        for index, weight in enumerate(layer.get_weights())
    }
    np.savez(unfinished, **weights)
    unfinished.replace(done)
    fitting.forget(checkpoint.parent, checkpoint.name)
    return [epoch["val_loss"] for epoch in history]


def language_model(network: keras.Model, section: PretrainSection) -> keras.Model:
    """Tokens (N, T) and samples (N, S) to the loss (N,), with the embedding and first layer of `network`."""
    embedding, layer = _layers(network)
    both = isinstance(layer, keras.layers.Bidirectional)
    tokens = keras.Input((section.steps,), dtype="int32")
    samples = keras.Input((section.samples,), dtype="int32")
    steps = embedding(tokens)
    forward = (layer.forward_layer if both else layer)(steps)[:, :-1]
    loss = SampledSoftmax(embedding)(forward, tokens[:, 1:], samples)
    if both:
        backward = ops.flip(layer.backward_layer(steps), axis=1)[:, 1:]
        loss = (loss + SampledSoftmax(embedding)(backward, tokens[:, :-1], samples)) / 2
    return keras.Model([tokens, samples], loss)


def _layers(network: keras.Model) -> tuple[keras.layers.Embedding, keras.layers.Layer]:
    """The embedding of a reader, and its first recurrent layer."""
    embedding = next(layer for layer in network.layers if isinstance(layer, keras.layers.Embedding))
    kinds = keras.layers.Bidirectional | keras.layers.RNN
    return embedding, next(layer for layer in network.layers if isinstance(layer, kinds))
