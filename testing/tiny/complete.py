"""Tiny language models, and the traffic that tests send them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import numpy as np
from onnx import TensorProto, helper

from seqserve.complete import subwords
from seqserve.complete.config import CompleterConfig
from seqserve.complete.language_model import MODEL, LanguageModel
from seqserve.complete.predictor import TOKENIZER, Completer
from seqserve.complete.subwords import Subwords
from seqserve.core.drift_reference import REFERENCE
from seqserve.registry.artifact import CARD, CONFIG, EXAMPLES, METRICS, Release, Source
from testing.task import Labelled, Task
from testing.tiny.graphs import graph
from testing.tiny.sentences import SENTENCES

if TYPE_CHECKING:
    from testing.traffic import Traffic

NAME = "tiny-words"
UNITS = 16
_VOCABULARY = 320


def tokenizer() -> Subwords:
    """Subwords of the five sentences."""
    return Subwords(subwords.fit(SENTENCES * 10, _VOCABULARY))


def network(vocabulary: int, seed: int = 0) -> bytes:
    """A graph of one step: each row's state (N, 2 * UNITS) turns a little towards its token, and is multiplied out.

    Products are written out as sums, so that a row's answer does not depend on the others.
    """
    random = np.random.default_rng(seed)
    size = 2 * UNITS
    nodes = [
        helper.make_node("Gather", ["table", "x"], ["read"]),
        helper.make_node("Mul", ["state", "half"], ["faded"]),
        helper.make_node("Add", ["read", "faded"], ["moved"]),
        helper.make_node("Tanh", ["moved"], ["state_after"]),
        helper.make_node("Unsqueeze", ["state_after", "axis"], ["wide"]),
        helper.make_node("Mul", ["wide", "out"], ["products"]),
        helper.make_node("ReduceSum", ["products", "last"], ["logits"], keepdims=0),
    ]
    inputs = [
        helper.make_tensor_value_info("x", TensorProto.INT32, ["N"]),
        helper.make_tensor_value_info("state", TensorProto.FLOAT, ["N", size]),
    ]
    outputs = [
        helper.make_tensor_value_info("logits", TensorProto.FLOAT, ["N", vocabulary]),
        helper.make_tensor_value_info("state_after", TensorProto.FLOAT, ["N", size]),
    ]
    weights = {
        "table": random.normal(size=(vocabulary, size)),
        "out": random.normal(size=(vocabulary, size)),
        "half": np.full(1, 0.5),
        "axis": np.array([1]),
        "last": np.array([2]),
    }
    return graph(nodes, inputs, outputs, weights)


def predictor(max_tokens: int = 32, max_characters: int = 200_000, seed: int = 0) -> Completer:
    """A completer of the five sentences' words, with random weights."""
    found = tokenizer()
    config = CompleterConfig(units=UNITS, max_tokens=max_tokens, max_characters=max_characters, languages=["en"])
    return Completer(config, found, LanguageModel(network(len(found), seed)))


def release(name: str = NAME, *, max_tokens: int = 32, max_characters: int = 200_000, seed: int = 0) -> Release:
    """A completer's release with every file of a version; its network is not trained."""
    made = predictor(max_tokens, max_characters, seed)
    example = {"text": SENTENCES[0][:9]}
    return Release(
        task="complete",
        name=name,
        seed=seed,
        data=Source(name="five sentences", url="https://example.org/five", licence="CC0-1.0", sha256="0" * 64),
        files={
            CONFIG: made.config.model_dump_json().encode(),
            TOKENIZER: made.subwords.to_json(),
            MODEL: network(len(made.subwords), seed),
            EXAMPLES: json.dumps([{"input": example, "output": made.replay(example)}]).encode(),
            METRICS: json.dumps({"test": {"subword_perplexity": 40.0}, "baselines": {}, "worse_than": []}).encode(),
            REFERENCE: json.dumps({"deciles": {"tokens": list(range(1, 12))}, "unknown_share": 0.0}).encode(),
            CARD: f"# {name}\n\nA tiny model for tests.\n".encode(),
        },
    )


def _usual(traffic: Traffic) -> None:
    for text in SENTENCES:
        traffic.ask("complete", [text, text[:7]])
    traffic.ask("complete", "no list")


def _troubled(traffic: Traffic) -> None:
    """Texts far longer than those that the model learned from."""
    for _ in range(10):
        traffic.ask("complete", ["zxqv kjwq vvxz qqkz " * 5] * 40)


TASK = Task(
    path="/complete",
    items="texts",
    results="results",
    releases=lambda: [Labelled(release())],
    others=lambda: [Labelled(release("short-words", max_tokens=8, max_characters=1000))],
    good=[
        {"texts": [*SENTENCES, "Ça va ? 你好, привет 🎉"]},
        {"texts": [SENTENCES[0]], "mode": "continue", "temperature": 1.0, "seed": 3, "count": 2, "most_tokens": 5},
    ],
    shipped={"texts": ["I would like to "]},
    usual=_usual,
    troubled=_troubled,
)
