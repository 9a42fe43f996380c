"""Tiny classifiers, and the traffic that tests send them."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from onnx import TensorProto, helper

from seqserve.core.drift_reference import REFERENCE
from seqserve.core.onnx_session import Network
from seqserve.registry.artifact import CARD, CONFIG, EXAMPLES, METRICS, Release, Source
from seqserve.sentiment import word_tokenizer
from seqserve.sentiment.config import ClassifierConfig
from seqserve.sentiment.predictor import MODEL, TOKENIZER, Classifier
from seqserve.sentiment.word_tokenizer import Encoder, TextOptions
from testing.task import Counts, Labelled, Metric, Task
from testing.tiny.graphs import UNITS, last_state_graph
from testing.tiny.sentences import SENTENCES
from testing.tiny.series import deciles

if TYPE_CHECKING:
    from testing.traffic import Traffic

NAME = "tiny-reviews"


def network(vocabulary: int, labels: int, seed: int = 0) -> bytes:
    """The graph of a classifier: tokens `x` (N, T) and `lengths` (N,) to `y` (N, C)."""
    random = np.random.default_rng(seed)
    steps = [
        helper.make_node("Transpose", ["x"], ["tokens"], perm=[1, 0]),
        helper.make_node("Gather", ["embedding", "tokens"], ["steps"]),
    ]
    x = helper.make_tensor_value_info("x", TensorProto.INT32, ["N", "T"])
    return last_state_graph(steps, x, UNITS, labels, {"embedding": random.normal(size=(vocabulary, UNITS))}, random)


def release(
    name: str = NAME,
    *,
    labels: Sequence[str] = ("negative", "positive"),
    options: TextOptions | None = None,
    max_tokens: int = 32,
    max_characters: int = 200_000,
    temperature: float = 0.25,
    threshold: float | None = None,
    seed: int = 0,
) -> Release:
    """A classifier's release with every file of a version; its network is not trained.

    Args:
        threshold: of every label, of a model that gives several a text.
    """
    config = ClassifierConfig(
        labels=list(labels),
        max_tokens=max_tokens,
        max_characters=max_characters,
        temperature=temperature,
        thresholds={} if threshold is None else dict.fromkeys(labels, threshold),
    )
    tokenizer = word_tokenizer.fit(SENTENCES * 2, options or TextOptions(vocabulary=200, fold_numbers=True))
    model = network(tokenizer.get_vocab_size(), len(labels), seed)
    predictor = Classifier(config, Encoder(tokenizer, max_tokens), Network(model))
    example = {"text": SENTENCES[0]}
    tokens = np.array([[found.tokens] for found in Encoder(tokenizer, max_tokens).encode(SENTENCES)])
    reference = {
        "deciles": {"tokens": deciles(tokens)[0]},
        "unknown_share": 0.25,
        "label_shares": dict.fromkeys(labels, 1 / len(labels)),
    }
    return Release(
        task="sentiment",
        name=name,
        seed=seed,
        data=Source(name="five sentences", url="https://example.org/five", licence="CC0-1.0", sha256="0" * 64),
        files={
            CONFIG: config.model_dump_json().encode(),
            TOKENIZER: tokenizer.to_str().encode(),
            MODEL: model,
            EXAMPLES: json.dumps([{"input": example, "output": predictor.replay(example)}]).encode(),
            METRICS: json.dumps({"test": {"accuracy": 0.9}, "baselines": {}, "worse_than": []}).encode(),
            REFERENCE: json.dumps(reference).encode(),
            CARD: f"# {name}\n\nA tiny model for tests.\n".encode(),
        },
    )


def _usual(traffic: Traffic) -> None:
    answers = [traffic.ask("sentiment", [text, f"{text} " * 20]) for text in SENTENCES]
    traffic.say("sentiment", answers, {"label": "positive"})
    traffic.ask("sentiment", "no list")


def _troubled(traffic: Traffic) -> None:
    """Words that the model does not know, all of which fall into one class."""
    for _ in range(10):
        traffic.ask("sentiment", ["zxqv kjwq vvxz qqkz " * 5] * 40)


def _count(counts: Counts, body: Mapping[str, Any], result: Mapping[str, Any]) -> None:
    if "label" in result:
        counts[_CLASSES][(result["label"],)] += 1


def _topics() -> Release:
    return release("topics", labels=["food", "music", "film"], max_characters=1000)


_CLASSES = Metric(f'seqserve_predicted_classes_total{{model="{NAME}"}}', ("class",))

TASK = Task(
    path="/sentiment",
    items="texts",
    results="results",
    releases=lambda: [Labelled(release()), Labelled(_topics())],
    others=lambda: [Labelled(_topics())],
    good=[{"texts": [*SENTENCES, "Ça va ? 你好, привет 🎉"], "explain": True}],
    shipped={"texts": ["It's a joy."]},
    usual=_usual,
    troubled=_troubled,
    count=_count,
)
