"""The network of a browser translation model: which settings and tensors it must have.

A transformer encodes the sentence. The decoder is recurrent: a layer is a simpler simple recurrent unit (SSRU),
attention to the encoder's output, and a feed-forward network. Each part is followed by layer normalisation.

Reference:
    Kim et al., From Research to Production and Back: Ludicrously Fast Neural Machine Translation, WNGT 2019.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from training.core.download import DataError
from training.translation.marian.model_file import Matrix, ModelFile, Tensor

_REQUIRED = {
    "type": "transformer",
    "transformer-decoder-autoreg": "rnn",
    "dec-cell": "ssru",
    "transformer-postprocess": "dan",
    "transformer-ffn-activation": "relu",
    "transformer-ffn-depth": 2,
}
"""What settings must be. One that is missing has Marian's usual value, which is another one."""
_OFF = (
    "transformer-preprocess",
    "transformer-postprocess-top",
    "transformer-tied-layers",
    "transformer-no-projection",
    "transformer-train-position-embeddings",
    "transformer-rnn-projection",
    "transformer-no-bias",
    "transformer-no-affine",
    "transformer-decoder-dim-ffn",
    "transformer-decoder-ffn-depth",
    "layer-normalization",
    "ulr",
    "right-left",
    "skip",
    "input-types",
    "lemma-dim-emb",
)
"""Settings that must be off, empty or not there."""
_ATTENTION = ("Wq", "Wk", "Wv", "Wo")
_ALPHA = "_QuantMultA"
"""Ends the name of a fixed scale of what a matrix is multiplied with; 8-bit arithmetic by row needs none."""


@dataclass(frozen=True)
class MarianNetwork:
    """A network whose settings and tensors were checked.

    Args:
        tensors: by Marian's names; 8-bit matrices are (inputs, outputs), embeddings (tokens, dimension).
        dimension, hidden: of the layers, and within their feed-forward networks.
        heads: of every attention.
        encoder_layers, decoder_layers: how many there are.
        version: of Marian that made it.
    """

    tensors: Mapping[str, Tensor]
    dimension: int
    hidden: int
    heads: int
    encoder_layers: int
    decoder_layers: int
    version: str

    @property
    def shared(self) -> bool:
        """Whether both languages have one vocabulary, and one table of embeddings."""
        return "Wemb" in self.tensors

    def embeddings(self, side: str) -> Matrix:
        """The table of a side, `encoder` or `decoder`."""
        return self.matrix("Wemb" if self.shared else f"{side}_Wemb")

    def matrix(self, name: str) -> Matrix:
        found = self.tensors[name]
        assert isinstance(found, Matrix)
        return found

    def vector(self, name: str) -> np.ndarray[Any, np.dtype[np.float32]]:
        found = self.tensors[name]
        assert not isinstance(found, Matrix)
        return found.reshape(-1)


def network(file: ModelFile) -> MarianNetwork:
    """The network of a file.

    Raises:
        DataError: it is of a kind that is not supported; the message names the setting or the tensor.
    """
    settings = file.settings
    for name, wanted in _REQUIRED.items():
        if settings.get(name) != wanted:
            raise DataError(f"setting {name} is {settings.get(name)!r}; only {wanted!r} can be imported")
    for name in _OFF:
        if settings.get(name) not in (None, False, 0, "", [], "None", "cls-none"):
            raise DataError(f"setting {name} is {settings[name]!r}; it must be off in a model that can be imported")
    dimension, hidden, heads, above, below = (
        _count(settings, name)
        for name in ("dim-emb", "transformer-dim-ffn", "transformer-heads", "enc-depth", "dec-depth")
    )
    if dimension % (2 * heads):
        raise DataError(f"a dimension of {dimension} cannot be divided into {heads} heads and into sines and cosines")
    tensors = {name: value for name, value in file.tensors.items() if not name.endswith(_ALPHA)}
    found = MarianNetwork(tensors, dimension, hidden, heads, above, below, str(settings.get("version", "unknown")))
    _check(found)
    return found


def _count(settings: Mapping[str, Any], name: str) -> int:
    value = settings.get(name)
    if not isinstance(value, int) or not 0 < value <= 8_192:
        raise DataError(f"setting {name} is {value!r}, not a size")
    return value


def _check(network: MarianNetwork) -> None:
    tables = ["Wemb"] if network.shared else ["encoder_Wemb", "decoder_Wemb"]
    missing = [name for name in tables if name not in network.tensors]
    if missing:
        raise DataError(f"the model file has no tensor {missing[0]}")
    expected: dict[str, tuple[int, ...]] = dict(_shapes(network))
    expected |= {name: (_shape(network.tensors[name])[0], network.dimension) for name in tables}
    expected["decoder_ff_logit_out_b"] = (1, expected[tables[-1]][0])
    for name, shape in expected.items():
        if name not in network.tensors:
            raise DataError(f"the model file has no tensor {name}")
        tensor = network.tensors[name]
        if _shape(tensor) != shape or isinstance(tensor, Matrix) != (min(shape) > 1):
            kind = "8-bit" if min(shape) > 1 else "float"
            raise DataError(f"tensor {name} has a shape of {_shape(tensor)}, {shape} was expected, of {kind} numbers")
    if surplus := sorted(network.tensors.keys() - expected.keys()):
        raise DataError(f"the model file has tensor {surplus[0]}, which no network that can be imported has")


def _shape(tensor: Tensor) -> tuple[int, ...]:
    return tensor.whole.shape if isinstance(tensor, Matrix) else tensor.shape


def _shapes(network: MarianNetwork) -> Iterator[tuple[str, tuple[int, ...]]]:
    """The tensors of all layers."""
    wide, one, hidden = (network.dimension,) * 2, (1, network.dimension), (1, network.hidden)
    attentions = [f"encoder_l{number + 1}_self" for number in range(network.encoder_layers)]
    layers = [f"encoder_l{number + 1}" for number in range(network.encoder_layers)]
    for number in range(network.decoder_layers):
        layer = f"decoder_l{number + 1}"
        layers.append(layer)
        attentions.append(f"{layer}_context")
        yield f"{layer}_rnn_W", wide
        yield f"{layer}_rnn_Wf", wide
        yield f"{layer}_rnn_bf", one
        yield f"{layer}_rnn_ffn_ln_scale", one
        yield f"{layer}_rnn_ffn_ln_bias", one
    for attention in attentions:
        for kernel in _ATTENTION:
            yield f"{attention}_{kernel}", wide
            yield f"{attention}_{kernel.replace('W', 'b')}", one
        yield f"{attention}_Wo_ln_scale", one
        yield f"{attention}_Wo_ln_bias", one
    for layer in layers:
        yield f"{layer}_ffn_W1", (network.dimension, network.hidden)
        yield f"{layer}_ffn_b1", hidden
        yield f"{layer}_ffn_W2", (network.hidden, network.dimension)
        yield f"{layer}_ffn_b2", one
        yield f"{layer}_ffn_ffn_ln_scale", one
        yield f"{layer}_ffn_ffn_ln_bias", one
