"""Tiny translators, one of them with a network that echoes, and the traffic that tests send them."""

from __future__ import annotations

import json
import string
from collections.abc import Callable, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np
from onnx import TensorProto, helper

from seqserve.core.drift_reference import REFERENCE
from seqserve.registry.artifact import CARD, CONFIG, EXAMPLES, METRICS, Release, Source
from seqserve.translation import subword_tokenizer
from seqserve.translation.beam_search import Hypothesis, Model
from seqserve.translation.config import TranslatorConfig
from seqserve.translation.markup.placeholders import PLACEHOLDERS
from seqserve.translation.onnx_model import Seq2Seq
from seqserve.translation.predictor import DECODER, ENCODER, TOKENIZER, Translation, TranslationQuery, Translator
from seqserve.translation.subword_tokenizer import Subwords
from testing.task import Labelled, Task
from testing.tiny.graphs import UNITS, graph, gru, gru_weights
from testing.tiny.sentences import SENTENCES

if TYPE_CHECKING:
    from testing.traffic import Traffic

FRENCH = ["J'aime le lait : et vous ?", "Où va le « garçon » ? À l'école, bien sûr !", "C’est ça… Très bien ; merci."]


@cache
def subword_coder() -> Subwords:
    """A subword tokenizer for ASCII and some French, fitted on a few sentences."""
    sentences = [*SENTENCES, *FRENCH, " ".join(string.ascii_letters), string.digits, f"{string.punctuation} «»’éèêàçùœ"]
    return Subwords(subword_tokenizer.fit([subword_tokenizer.folded(sentence) for sentence in sentences] * 10, 400))


class Echo(Model):
    """Replaces a network: `answers` gives the hypotheses for the tokens of a sentence, the likeliest first.

    Without `answers` these are the sentence itself, then the sentence rotated by one token, by two, and so on.
    """

    def __init__(self, answers: Callable[[list[int], int], list[list[int]]] | None = None) -> None:
        super().__init__()
        self._answers = answers or (lambda row, beam: [row[turn:] + row[:turn] for turn in range(beam)])
        self.searched: list[tuple[list[list[int]], int]] = []

    def search(
        self, sentences: Sequence[Sequence[int]], limits: Sequence[int], beam: int, length_penalty: float
    ) -> list[list[Hypothesis]]:
        rows = list(map(list, sentences))
        assert all(rows)
        self.searched.append((rows, beam))
        return [
            [
                Hypothesis(found[:limit], -0.1 * rank * (len(found) + 1), len(found) < limit)
                for rank, found in enumerate(answers, 1)
            ]
            for answers, limit in zip((self._answers(row, beam) for row in rows), limits, strict=True)
        ]

    def encode(self, sentences: Any) -> Any:
        raise AssertionError("it has no encoder: its search does not look at one")

    def step(self, before: Any, parents: Any, state: Any, source: Any, count: int) -> Any:
        raise AssertionError("it has no decoder: its search does not look at one")


def translator(network: Model | None = None, **options: Any) -> Translator:
    """A translator; without `network`, one that echoes."""
    return Translator(config(**options), subword_coder(), network or Echo())


def config(**options: Any) -> TranslatorConfig:
    """A configuration from English to French; `options` override its fields."""
    return TranslatorConfig(**{"source": "en", "target": "fr", "max_tokens": 40, **options})


def translate(text: str, model: Translator | None = None, **asked: Any) -> Translation:
    """The translation of a text; without `model`, by one that echoes."""
    (answer,) = (model or translator()).predict([TranslationQuery(text, **asked)])
    assert isinstance(answer, Translation), answer
    return answer


def saying(*answers: str) -> Translator:
    """A translator whose network says this to any sentence; {0} is the first placeholder."""
    marked = [answer.format(*PLACEHOLDERS) for answer in answers]
    rows = subword_coder().encode(marked)
    return translator(Echo(lambda row, beam: rows[:beam]))


def networks(vocabulary: int, seed: int = 0) -> tuple[bytes, bytes]:
    """The graphs of an encoder and of a decoder step without attention, as `training` exports them."""
    random = np.random.default_rng(seed)
    table = random.normal(size=(vocabulary, UNITS))
    bias = np.zeros(vocabulary)
    bias[:4] = -99, -99, 3, -99  # never padding, start or unknown; the end token comes soon
    turn = np.linalg.qr(random.normal(size=(UNITS, UNITS)))[0]  # a rotation, so that the state changes at each step
    node, value = helper.make_node, helper.make_tensor_value_info
    encoder = graph(
        [
            node("Transpose", ["x"], ["tokens"], perm=[1, 0]),
            node("Gather", ["table", "tokens"], ["steps"]),
            *gru("state"),
        ],
        [value("x", TensorProto.INT32, ["N", "S"]), value("lengths", TensorProto.INT32, ["N"])],
        [value("state", TensorProto.FLOAT, ["N", UNITS])],
        {"table": table, **gru_weights(UNITS, random)},
    )
    decoder = graph(
        [
            node("Gather", ["table", "before"], ["step"]),
            node("Gather", ["state", "parents"], ["followed"]),
            node("Concat", ["step", "followed"], ["seen"], axis=1),
            node("MatMul", ["seen", "kernel"], ["linear"]),
            node("Tanh", ["linear"], ["state_after"]),
            node("Gemm", ["state_after", "table", "bias"], ["logits"], transB=1),
            node("LogSoftmax", ["logits"], ["every"], axis=1),
            node("Min", ["k", "size"], ["most"]),
            node("TopK", ["every", "most"], ["scores", "tokens"], axis=1),
        ],
        [
            value("before", TensorProto.INT32, ["M"]),
            value("parents", TensorProto.INT64, ["M"]),
            value("state", TensorProto.FLOAT, ["L", UNITS]),
            value("k", TensorProto.INT64, [1]),
        ],
        [
            value("state_after", TensorProto.FLOAT, ["M", UNITS]),
            value("tokens", TensorProto.INT64, ["M", "K"]),
            value("scores", TensorProto.FLOAT, ["M", "K"]),
        ],
        {
            "size": np.array([vocabulary]),
            "table": table,
            "bias": bias,
            "kernel": np.concatenate([table[:UNITS] / 2, 1.5 * turn]),
        },
    )
    return encoder, decoder


def release(name: str = "en-fr", *, seed: int = 0, **options: Any) -> Release:
    """A translator's release with every file of a version; its network is not trained."""
    settings = config(**options)
    coder = subword_coder()
    encoder, decoder = networks(len(coder), seed)
    predictor = Translator(settings, coder, Seq2Seq(encoder, decoder))
    example = {"text": SENTENCES[0], "alternatives": 2}
    return Release(
        task="translation",
        name=name,
        seed=seed,
        data=Source(name="eight sentences", url="https://example.org/eight", licence="CC0-1.0", sha256="0" * 64),
        files={
            CONFIG: settings.model_dump_json().encode(),
            TOKENIZER: coder.to_json(),
            ENCODER: encoder,
            DECODER: decoder,
            EXAMPLES: json.dumps([{"input": example, "output": predictor.replay(example)}]).encode(),
            METRICS: json.dumps({"test": {"bleu": 1.0}, "baselines": {}, "worse_than": []}).encode(),
            REFERENCE: json.dumps({"deciles": {"tokens": [*range(2, 13)]}, "unknown_share": 0.0}).encode(),
            CARD: f"# {name}\n\nA tiny model for tests.\n".encode(),
        },
    )


def _usual(traffic: Traffic) -> None:
    answers = [traffic.ask("translation", [text], source="en", target="fr") for text in SENTENCES]
    traffic.say("translation", answers, {"text": "J'aime le lait."})
    traffic.ask("translation", ["?"], source="tlh")


def _from_french() -> Release:
    return release("french", source="fr", target="en", max_characters=1000)


TASK = Task(
    path="/translate",
    items="texts",
    results="translations",
    releases=lambda: [
        Labelled(release()),
        Labelled(_from_french()),
        Labelled(release("en-de", target="de", seed=1)),
    ],
    others=lambda: [Labelled(release()), Labelled(_from_french())],
    good=[
        {"texts": [*SENTENCES, "<p>2.5 km, 👍 &amp; a</p>"], "alternatives": 2, "beam": 3},
        {"texts": ["Hello."], "source": "en", "target": "de"},
    ],
    shipped={"source": "en", "target": "fr", "texts": ["I like milk."]},
    usual=_usual,
)
