"""The graphs of members."""

from __future__ import annotations

import numpy as np
import pytest

from seqserve.errors import ArtifactError
from seqserve.forecast.panel.graphs import Graph, forecast
from seqserve.forecast.panel.members import Member
from seqserve.forecast.panel.view import View
from testing.tiny.panel import weekly, windows


def test_what_is_no_graph_is_refused() -> None:
    with pytest.raises(ArtifactError, match=r"linear-1\.onnx cannot be loaded"):
        Graph(b"no graph", "linear-1.onnx")


def test_a_classical_member_needs_no_graph() -> None:
    view = View(windows(weekly(28)[np.newaxis]), (7,), "log", 0.0)
    member = Member(kind="classical", transform="log", weight=1, base="seasonal")
    assert np.allclose(forecast(member, view, None)[0], weekly(28)[-7:-4])
