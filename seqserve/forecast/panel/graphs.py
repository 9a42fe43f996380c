"""The ONNX graphs of members: features in, scaled corrections out."""

from __future__ import annotations

import numpy as np

from seqserve.core.arrays import Floats
from seqserve.core.onnx_session import session
from seqserve.forecast.panel.inputs.features import Features, features
from seqserve.forecast.panel.inputs.network_inputs import Inputs, inputs
from seqserve.forecast.panel.members import Member
from seqserve.forecast.panel.pretrained import PretrainedGraph
from seqserve.forecast.panel.view import View, classical_forecast


class Graph:
    """A member's graph: inputs of names of its own, whose first axis is N, to `y` (N, H).

    A linear model takes `shared` (N, F) and `steps` (N, H, G), a network the fields of `Inputs`.

    Raises:
        ArtifactError: ONNX Runtime cannot load the graph.
    """

    def __init__(self, model: bytes, name: str, threads: int = 1) -> None:
        self._session = session(model, name, threads)

    def __call__(self, inputs: Features | Inputs) -> Floats:
        named = inputs._asdict() if isinstance(inputs, Inputs) else vars(inputs)
        (found,) = self._session.run(["y"], {name: values.astype(np.float32) for name, values in named.items()})
        return np.asarray(found, dtype=np.float64)


AnyGraph = Graph | PretrainedGraph


def load(member: Member, model: bytes, threads: int = 1) -> AnyGraph:
    """The graph of a member.

    Raises:
        ArtifactError: ONNX Runtime cannot load it.
    """
    if member.pretrained is not None:
        return PretrainedGraph(member.pretrained, model, threads)
    return Graph(model, str(member.file), threads)


def forecast(member: Member, view: View, graph: AnyGraph | None) -> Floats:
    """The forecast of a member in the user's units, (N, H)."""
    if member.base is not None:
        return view.scaled.invert(classical_forecast(view, member.base))
    if isinstance(graph, PretrainedGraph):
        return graph.medians(view.windows, view.periods[0])
    assert graph is not None
    if member.network is not None:
        return view.scaled.invert(graph(inputs(view, member.network)))
    assert member.inputs is not None
    built = features(view.windows, view.scaled, view.bases, view.periods, member.inputs)
    return view.scaled.invert(view.bases[:, :, member.inputs.anchor] + graph(built))
