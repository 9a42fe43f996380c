"""The graphs compute what the formulas say, and a sentence is translated alike alone and among others."""

from __future__ import annotations

import numpy as np
import onnx
import pytest
from onnx import numpy_helper

from seqserve.translation.onnx_model import Seq2Seq
from testing.tiny import marian
from training.onnx.graph import ExportError
from training.translation.marian import graphs, model_file, network, prove

SIZE = len(marian.PIECES)


def built(vocabularies: list[int], seed: int = 0) -> network.MarianNetwork:
    content = marian.model(marian.tensors(vocabularies, seed=seed), marian.SETTINGS)
    return network.network(model_file.read(content))


@pytest.mark.parametrize("vocabularies", [[SIZE], [SIZE, 50]])
def test_graphs_are_those_of_the_formulas(vocabularies: list[int]) -> None:
    tiny = built(vocabularies)
    assert prove.prove(tiny, graphs.to_onnx(tiny)) < 1e-5


@pytest.mark.parametrize("graph", [0, 1])
def test_graphs_of_another_network_are_refused(graph: int) -> None:
    served, other = graphs.to_onnx(built([SIZE])), graphs.to_onnx(built([SIZE], seed=1))
    mixed = (other[0], served[1]) if graph == 0 else (served[0], other[1])
    with pytest.raises(ExportError, match="away from NumPy"):
        prove.prove(built([SIZE]), mixed)


def test_matrices_are_stored_in_eight_bits_and_the_embeddings_alike_in_both() -> None:
    tables = []
    for content in graphs.to_onnx(built([SIZE])):
        for weight in onnx.load_from_string(content).graph.initializer:
            values = numpy_helper.to_array(weight)
            assert values.ndim < 2 or values.dtype == np.int8, weight.name
            if weight.name == "embeddings":
                tables.append(weight.raw_data)
    assert tables[0] == tables[1]


@pytest.mark.parametrize("beam", [1, 4])
def test_together_and_alone_sentences_are_translated_alike(beam: int) -> None:
    model = Seq2Seq(*graphs.to_onnx(built([SIZE])))
    random = np.random.default_rng(0)
    sentences = [random.integers(4, SIZE, size).tolist() for size in random.integers(1, 20, 24)]
    limits = [2 * len(sentence) + 10 for sentence in sentences]
    together = model.search(sentences, limits, beam, 1.0)
    alone = [model.search([one], [limit], beam, 1.0)[0] for one, limit in zip(sentences, limits, strict=True)]
    same = [a[0].tokens == b[0].tokens for a, b in zip(together, alone, strict=True)]
    assert sum(same) >= len(same) - 1  # a last digit may be rounded otherwise
    assert len({tuple(found[0].tokens) for found in together}) > 5
