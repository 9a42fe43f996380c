"""Tiny taggers, and the traffic that tests send them."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from onnx import TensorProto, helper

from seqserve.core.drift_reference import REFERENCE
from seqserve.registry.artifact import CARD, CONFIG, EXAMPLES, METRICS, Release, Source
from seqserve.tag import vocabulary, words
from seqserve.tag.config import TaggerConfig
from seqserve.tag.predictor import MODEL, VOCABULARY, Tagger, TagNetwork
from seqserve.tag.vocabulary import CHARACTERS, SHAPES
from testing.task import Counts, Labelled, Metric, Task
from testing.tiny.graphs import UNITS, graph, gru_weights
from testing.tiny.sentences import SENTENCES

if TYPE_CHECKING:
    from testing.traffic import Traffic

NAME = "tiny-tags"
LABELS = ("organisation", "person", "place")


def network(known: int, tags: int, seed: int = 0) -> bytes:
    """The graph of a tagger whose scores are of a word, its shape, its letters, and the words before it."""
    random = np.random.default_rng(seed)
    weights = {
        "words": random.normal(size=(known + 2, UNITS)),
        "shape": random.normal(size=(SHAPES, UNITS)),
        "letters": random.normal(size=(1, CHARACTERS, 1)) / 1000,
        **gru_weights(UNITS, random),
        "out": random.normal(size=(UNITS, tags)) * 2,
    }
    nodes = [
        helper.make_node("Gather", ["words", "x"], ["of_words"]),
        helper.make_node("Gather", ["shape", "shapes"], ["of_shapes"]),
        helper.make_node("Cast", ["characters"], ["numbers"], to=TensorProto.FLOAT),
        helper.make_node("MatMul", ["numbers", "letters"], ["of_letters"]),  # (N, T, 1)
        helper.make_node("Sum", ["of_words", "of_shapes", "of_letters"], ["rows"]),
        helper.make_node("Transpose", ["rows"], ["steps"], perm=[1, 0, 2]),
        helper.make_node(
            "GRU", ["steps", "w", "r", "b", "lengths"], ["all", ""], hidden_size=UNITS, linear_before_reset=1
        ),
        helper.make_node("Squeeze", ["all", "one"], ["states"]),
        helper.make_node("Transpose", ["states"], ["ordered"], perm=[1, 0, 2]),
        helper.make_node("MatMul", ["ordered", "out"], ["y"]),
    ]
    del weights["directions"]
    weights["one"] = np.array([1])
    inputs = [helper.make_tensor_value_info(name, TensorProto.INT32, ["N", "T"]) for name in ("x", "shapes")]
    inputs.append(helper.make_tensor_value_info("characters", TensorProto.INT32, ["N", "T", CHARACTERS]))
    inputs.append(helper.make_tensor_value_info("lengths", TensorProto.INT32, ["N"]))
    y = helper.make_tensor_value_info("y", TensorProto.FLOAT, ["N", "T", tags])
    return graph(nodes, inputs, [y], weights)


def release(
    name: str = NAME,
    *,
    labels: Sequence[str] = LABELS,
    max_words: int = 20,
    max_characters: int = 200_000,
    languages: Sequence[str] = (),
    seed: int = 0,
) -> Release:
    """A tagger's release with every file of a version; its network is not trained."""
    tags = 2 * len(labels) + 1
    random = np.random.default_rng(seed)
    config = TaggerConfig(
        labels=list(labels),
        languages=list(languages),
        max_words=max_words,
        max_characters=max_characters,
        start=random.normal(size=tags).tolist(),
        transitions=random.normal(size=(tags, tags)).tolist(),
        end=random.normal(size=tags).tolist(),
    )
    texts = [[word.text for word in words.split(sentence)] for sentence in SENTENCES]
    known = vocabulary.fit(texts, 200, fewest=1)
    model = network(len(known.words), tags, seed)
    tagger = Tagger(config, known, TagNetwork(model))
    example = {"text": SENTENCES[0], "mask": ["email"]}
    lengths = np.quantile([len(text) for text in texts], np.linspace(0, 1, 11)).tolist()
    reference = {
        "deciles": {"tokens": lengths},
        "unknown_share": 0.25,
        "label_shares": dict.fromkeys(labels, 1 / len(labels)),
    }
    return Release(
        task="tag",
        name=name,
        seed=seed,
        data=Source(name="five sentences", url="https://example.org/five", licence="CC0-1.0", sha256="0" * 64),
        files={
            CONFIG: config.model_dump_json().encode(),
            VOCABULARY: known.to_json(),
            MODEL: model,
            EXAMPLES: json.dumps([{"input": example, "output": tagger.replay(example)}]).encode(),
            METRICS: json.dumps({"test": {"f1": 0.9}, "baselines": {}, "worse_than": []}).encode(),
            REFERENCE: json.dumps(reference).encode(),
            CARD: f"# {name}\n\nA tiny model for tests.\n".encode(),
        },
    )


def _usual(traffic: Traffic) -> None:
    for text in SENTENCES:
        traffic.ask("tag", [text, f"{text} " * 20], mask=["person", "email"])
    traffic.ask("tag", ["Write to ann@example.org or https://example.org/ann."], mask=["email", "url"])
    traffic.ask("tag", "no list")


def _troubled(traffic: Traffic) -> None:
    """Words that the model does not know."""
    for _ in range(10):
        traffic.ask("tag", ["zxqv kjwq vvxz qqkz " * 5] * 40)


def _count(counts: Counts, body: Mapping[str, Any], result: Mapping[str, Any]) -> None:
    for entity in result.get("entities") or []:
        counts[_ENTITIES][(entity["label"],)] += 1
    for one in result.get("replaced") or []:
        counts[_REPLACED][(one["label"],)] += 1


def _others() -> Release:
    return release("tiny-parts", labels=["part", "fault"], max_characters=1000)


_ENTITIES = Metric(f'seqserve_found_entities_total{{model="{NAME}"}}', ("class",))
_REPLACED = Metric(f'seqserve_replaced_spans_total{{model="{NAME}"}}', ("class",))

TASK = Task(
    path="/tag",
    items="texts",
    results="tags",
    releases=lambda: [Labelled(release()), Labelled(_others())],
    others=lambda: [Labelled(_others())],
    good=[
        {
            "texts": [*SENTENCES, "Ça va ? 你好, привет 🎉 a@b.org"],
            "mask": ["person", "email", "phone", "card", "iban", "url", "handle"],
            "offsets": "utf16",
        }
    ],
    shipped={"texts": ["Ada Lovelace was born in London."]},
    usual=_usual,
    troubled=_troubled,
    count=_count,
)
