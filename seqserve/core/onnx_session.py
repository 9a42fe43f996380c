"""A recurrent network on ONNX Runtime: scaled windows or tokens in, its outputs out."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import onnxruntime as ort

from seqserve.core import onnx_check
from seqserve.errors import ArtifactError

Batch = npt.NDArray[np.float32]
Tokens = npt.NDArray[np.int32]


def session(model: bytes, name: str, threads: int) -> ort.InferenceSession:
    """An ONNX graph that is checked and ready to run.

    Args:
        name: of its file.
        threads: cores that one run may use.

    Raises:
        ArtifactError: it holds what no graph may hold, or ONNX Runtime cannot load it.
    """
    try:
        onnx_check.check(model)
    except ValueError as error:
        raise ArtifactError(f"{name} cannot be loaded: {error}; publish it again") from None
    options = ort.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    # A spinning thread burns the core that the event loop needs.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    # Without VNNI, sums of two products of 8 bits have 16 bits, and are cut off there; this is slower, but exact.
    options.add_session_config_entry("session.x64quantprecision", "1")
    # ONNX Runtime has a format of its own too, which was not checked.
    options.add_session_config_entry("session.load_model_format", "ONNX")
    try:
        return ort.InferenceSession(model, options, providers=["CPUExecutionProvider"])
    except Exception as error:
        raise ArtifactError(f"{name} cannot be loaded: {type(error).__name__}; publish it again") from None


class Network:
    """An ONNX graph with inputs `x`, (N, T, D) or tokens (N, T), and `lengths` (N,), and output `y` (N, H).

    Args:
        model: the bytes of `model.onnx`.
        threads: cores that one call may use.

    Raises:
        ArtifactError: ONNX Runtime cannot load the graph.
    """

    def __init__(self, model: bytes, threads: int = 1) -> None:
        self._session = session(model, "model.onnx", threads)

    def __call__(self, x: Batch | Tokens, lengths: npt.NDArray[np.int32] | None = None) -> Batch:
        """Run a batch; without `lengths` every row is as long as the array."""
        if lengths is None:
            lengths = np.full(len(x), x.shape[1], dtype=np.int32)
        output: Batch = self._session.run(["y"], {"x": x, "lengths": lengths})[0]
        return output
