from __future__ import annotations

import numpy as np
import pytest

from seqserve.core.onnx_session import Network
from seqserve.errors import ArtifactError
from testing import tiny


def test_without_lengths_every_row_is_as_long_as_the_array() -> None:
    network = Network(tiny.sentiment_release().files["model.onnx"])
    tokens = np.array([[1, 2, 3], [4, 5, 6]], dtype=np.int32)
    given = network(tokens, np.array([3, 3], dtype=np.int32))
    np.testing.assert_array_equal(network(tokens), given)


def test_what_is_no_graph_is_an_artifact_error() -> None:
    with pytest.raises(ArtifactError, match=r"model\.onnx cannot be loaded"):
        Network(b"no graph")
