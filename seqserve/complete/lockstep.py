"""Searches of many queries in lockstep, so that all their steps of a round are one batch of the network."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from typing import NamedTuple, TypeVar

import numpy as np

from seqserve.complete.language_model import LanguageModel
from seqserve.core.onnx_session import Batch

Result = TypeVar("Result")


class Step(NamedTuple):
    """Tokens (N,) that a search wants read, each after its row of states (N, S)."""

    tokens: Sequence[int]
    states: Batch


class Stepped(NamedTuple):
    """What follows them: unscaled log-probabilities (N, V), and states (N, S)."""

    logits: Batch
    states: Batch


Search = Generator[Step, Stepped, Result]
"""A search asks for a step at a time and returns its result."""


def together(model: LanguageModel, searches: Sequence[Search[Result]]) -> list[Result]:
    """Run searches to their ends; a search has the same result alone and beside others."""
    results: dict[int, Result] = {}
    wanted: dict[int, Step] = {}

    def go_on(number: int, stepped: Stepped | None) -> None:
        try:
            wanted[number] = searches[number].send(stepped) if stepped else next(searches[number])
        except StopIteration as end:
            wanted.pop(number, None)
            results[number] = end.value

    for number in range(len(searches)):
        go_on(number, None)
    while wanted:
        tokens = [token for step in wanted.values() for token in step.tokens]
        logits, states = model.step(tokens, np.concatenate([step.states for step in wanted.values()]))
        end = 0
        for number, step in list(wanted.items()):
            begin, end = end, end + len(step.tokens)
            go_on(number, Stepped(logits[begin:end], states[begin:end]))
    return [results[number] for number in range(len(searches))]
