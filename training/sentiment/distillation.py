"""A teacher: a pretrained transformer, fitted on the labelled texts, labels those that nobody labelled.

It has read far more than there is here to learn from, and takes far too long to serve. What it makes of many texts is
what a recurrent network learns from.

Reference:
    Hinton et al., Distilling the Knowledge in a Neural Network, 2015; Tang et al., Distilling Task-Specific Knowledge
    from BERT into Simple Neural Networks, 2019.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import keras
import numpy as np
from tokenizers import Tokenizer

from seqserve.sentiment.word_tokenizer import Encoder
from training.core import fitting
from training.core.config import FitSection
from training.sentiment.config import TeacherSection
from training.sentiment.data.batches import TextBatches
from training.sentiment.metrics import Rows
from training.sentiment.pretrained import minilm

if TYPE_CHECKING:
    from training.sentiment.data.splits import Part

_ROWS, _STEPS = 128, 8_192
"""Texts a batch, and tokens, at most."""


def answers(
    lesson: Part, validation: Part, texts: Sequence[str], section: TeacherSection, seed: int, checkpoint: Path
) -> Rows:
    """What a teacher that learned a lesson says of texts (N, C), unscaled.

    It stays in `checkpoint`, for the next job with the same teacher.

    Raises:
        DataError: the pretrained transformer cannot be had.
    """
    done = checkpoint.with_suffix(".npy")
    if not done.exists():
        usual = keras.config.dtype_policy()
        keras.config.set_dtype_policy(section.teacher_precision)
        try:
            network = minilm.pretrained(outputs=lesson.targets.shape[1])
        finally:
            keras.config.set_dtype_policy(usual)
        tokenizer = minilm.tokenizer()
        train = _batches(tokenizer, lesson.texts, lesson.targets, section, seed, training=True)
        network.compile(
            keras.optimizers.AdamW(_rate(section, len(train)), weight_decay=0.01, clipnorm=1.0),
            keras.losses.CategoricalCrossentropy(from_logits=True),
            metrics=["accuracy"],
        )
        validated = _batches(tokenizer, validation.texts, validation.targets, section, seed)
        how = FitSection(epochs=section.teacher_epochs, patience=section.teacher_epochs)
        fitting.fit(network, train, validated, how, checkpoint)
        outputs = np.empty((len(texts), lesson.targets.shape[1]))
        batches = _batches(tokenizer, texts, np.zeros_like(outputs), section, seed)
        outputs[batches.order()] = network.predict(batches, verbose=0)
        unfinished = done.with_suffix(".unfinished.npy")
        np.save(unfinished, outputs)
        unfinished.replace(done)
        fitting.forget(checkpoint.parent, checkpoint.name)
    answered: Rows = np.load(done)
    return answered


def _rate(section: TeacherSection, batches: int) -> keras.optimizers.schedules.LearningRateSchedule:
    steps = batches * section.teacher_epochs
    warmup = steps // 20
    return keras.optimizers.schedules.CosineDecay(
        section.teacher_rate / 100, steps - warmup, warmup_target=section.teacher_rate, warmup_steps=warmup
    )


def _batches(
    tokenizer: Tokenizer,
    texts: Sequence[str],
    targets: Rows,
    section: TeacherSection,
    seed: int,
    training: bool = False,
) -> TextBatches:
    limit = section.teacher_train_tokens if training else section.teacher_tokens
    rows = [encoded.ids for encoded in Encoder(tokenizer, limit).encode(texts)]
    return TextBatches(rows, targets, _ROWS, shuffle=training, seed=seed, steps=_STEPS)
