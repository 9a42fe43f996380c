"""Pretraining of the universal forecaster: a stream of chunks, each window used a few times, steps until told to stop.

A training that is interrupted goes on from its last checkpoint, with the chunks it would have seen.
"""

from __future__ import annotations

import json
import multiprocessing
import os
import signal
import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from queue import Empty
from typing import Any

import keras
import numpy as np

from training.forecast.universal import network, windows
from training.forecast.universal.config import UniversalFit, UniversalJob
from training.forecast.universal.windows import Chunk, Recipe

_TOGETHER = 16
"""Windows of a batch that are of one chunk."""
_STATE = "state.json"
_WEIGHTS = "network.weights.h5"


def run(config: UniversalJob, recipe: Recipe, folder: Path, start: bytes | None = None) -> keras.Model:
    """Train until `schedule.steps`, or a signal to stop; checkpoints are in `folder`.

    Args:
        start: `network.saved` weights to begin with where there is no checkpoint yet.

    Raises:
        KeyboardInterrupt: it was told to stop; the checkpoint is written.
    """
    fit, steps = config.fit, config.schedule.steps
    model = compiled(fit.learning_rate)
    if start:
        network.restore(model, start)
    step = begun = resume(model, folder)
    stopped = _on_signal()
    losses: deque[float] = deque(maxlen=500)
    saved = told = time.monotonic()
    with _chunks(recipe, fit.seed, step // fit.steps_a_chunk) as stream:
        pool: deque[Chunk] = deque((next(stream) for _ in range(fit.pool)), maxlen=fit.pool)
        while step < steps and not stopped():
            if step % fit.steps_a_chunk == 0 and step > begun:
                pool.append(next(stream))
            x, y = _batch(pool, fit, step)
            model.optimizer.learning_rate = _rate(config, step)
            losses.append(float(model.train_on_batch(x, y)))
            step += 1
            if time.monotonic() - told > 60:
                told = time.monotonic()
                print(f"step {step} of {steps}: loss {np.mean(losses):.4f}", flush=True)
            if time.monotonic() - saved > config.schedule.checkpoint_seconds:
                saved = time.monotonic()
                _save(model, folder, step)
    _save(model, folder, step)
    if step < steps:
        raise KeyboardInterrupt
    return model


def compiled(learning_rate: float) -> keras.Model:
    """A network that is ready to learn."""
    model = network.build()
    optimizer = keras.optimizers.AdamW(learning_rate, weight_decay=1e-4, global_clipnorm=1.0)
    model.compile(optimizer=optimizer, loss=network.Pinball(), jit_compile=False)
    return model


def _rate(config: UniversalJob, step: int) -> float:
    """The learning rate: it rises, stays, and falls to nothing over the last part of the steps."""
    rising = min(1.0, (step + 1) / 200)
    schedule = config.schedule
    left = min(1.0, (schedule.steps - step) / max(schedule.decay * schedule.steps, 1))
    return float(config.fit.learning_rate * rising * (0.5 - 0.5 * np.cos(np.pi * left)))


def _batch(pool: deque[Chunk], fit: UniversalFit, step: int) -> tuple[dict[str, Any], Any]:
    """Windows of the pool, drawn by the number of the step."""
    rng = np.random.default_rng((fit.seed, step, 1))
    chunks = rng.integers(0, len(pool), fit.batch // _TOGETHER)
    parts = [(pool[chunk], rng.integers(0, windows.WINDOWS, _TOGETHER)) for chunk in chunks]
    return windows.batch(parts)


def _save(model: keras.Model, folder: Path, step: int) -> None:
    """Write a checkpoint; the one before stays until this one is whole."""
    folder.mkdir(parents=True, exist_ok=True)
    unfinished = folder / f"unfinished-{_WEIGHTS}"
    model.save_weights(unfinished, overwrite=True)
    unfinished.replace(folder / f"{step}-{_WEIGHTS}")
    state = folder / f"unfinished-{_STATE}"
    state.write_text(json.dumps({"step": step}))
    state.replace(folder / _STATE)
    for path in folder.glob(f"*-{_WEIGHTS}"):
        if path.name != f"{step}-{_WEIGHTS}":
            path.unlink()


def resume(model: keras.Model, folder: Path) -> int:
    """Load the last checkpoint, if any; returns the steps done."""
    state = folder / _STATE
    if not state.exists():
        return 0
    step = int(json.loads(state.read_text())["step"])
    model.optimizer.build(model.trainable_variables)
    model.load_weights(folder / f"{step}-{_WEIGHTS}")
    print(f"resumed after step {step}")
    return step


def _on_signal() -> Any:
    """Whether the process was told to stop, by Ctrl-C or a SIGTERM."""
    told: list[int] = []
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda signum, frame: told.append(signum))
    return lambda: bool(told)


@contextmanager
def _chunks(recipe: Recipe, seed: int, first: int) -> Iterator[Iterator[Chunk]]:
    """Chunks from a number on, made by a process beside this one."""
    context = multiprocessing.get_context("spawn")
    queue: multiprocessing.Queue[Chunk] = context.Queue(maxsize=4)
    producer = context.Process(target=_produce, args=(recipe, seed, first, queue), daemon=True)
    producer.start()

    def stream() -> Iterator[Chunk]:
        while True:
            if not producer.is_alive() and queue.empty():
                raise RuntimeError("the process that makes windows has ended; see its message above")
            try:
                yield queue.get(timeout=5)
            except Empty:  # look whether the producer is there, and wait on
                continue

    try:
        yield stream()
    finally:
        producer.terminate()
        producer.join()


def _produce(recipe: Recipe, seed: int, first: int, queue: Any) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    number = first
    while True:
        queue.put(recipe.chunk(seed, number))
        number += 1
