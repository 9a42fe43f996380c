"""An encoder-decoder network as two graphs on ONNX Runtime."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from seqserve.core.length_batching import packed
from seqserve.core.onnx_session import Batch, Tokens, session
from seqserve.translation.beam_search import Best, Model, Numbers, Source

_ENCODED_STEPS = 256
"""Tokens, padding counted, that the encoder reads in one run; larger runs take no less time for each token."""


class Seq2Seq(Model):
    """The two graphs of an encoder-decoder network; its tally is of what the encoder reads.

    Args:
        encoder, decoder: the bytes of `encoder.onnx` and `decoder.onnx`.
        threads: cores that one call may use.

    Raises:
        ArtifactError: ONNX Runtime cannot load a graph.
    """

    def __init__(self, encoder: bytes, decoder: bytes, threads: int = 1) -> None:
        super().__init__()
        self._encoder = session(encoder, "encoder.onnx", threads)
        self._decoder = session(decoder, "decoder.onnx", threads)
        self._outputs = [output.name for output in self._encoder.get_outputs()]
        self._attends = any(value.name == "lengths" for value in self._decoder.get_inputs())

    def encode(self, sentences: Sequence[Tokens]) -> tuple[Batch, Source]:
        lengths = [len(sentence) for sentence in sentences]
        whole: dict[str, npt.NDArray[Any]] = {}
        for run in packed(lengths, _ENCODED_STEPS):
            chosen = [lengths[index] for index in run]
            padded = np.zeros((len(run), chosen[0]), dtype=np.int32)
            for row, index in zip(padded, run, strict=True):
                row[: lengths[index]] = sentences[index]
            found = self._encoder.run(self._outputs, {"x": padded, "lengths": np.array(chosen, dtype=np.int32)})
            self.tally.add(chosen)
            for name, values in zip(self._outputs, found, strict=True):
                if name not in whole:  # the first run is the longest, and all others fit in
                    whole[name] = np.zeros((len(lengths), *values.shape[1:]), dtype=values.dtype)
                corner: Any = (run, *map(slice, values.shape[1:]))
                whole[name][corner] = values
        state = whole.pop("state")
        return state, whole | ({"lengths": np.array(lengths, dtype=np.int32)} if self._attends else {})

    def step(
        self,
        before: npt.NDArray[np.integer],
        parents: Numbers,
        state: Batch,
        source: Source,
        count: int,
    ) -> Best:
        inputs = {"before": before.astype(np.int32), "parents": parents, "state": state, "k": np.array([count])}
        return Best(*self._decoder.run(["tokens", "scores", "state_after"], inputs | source))
