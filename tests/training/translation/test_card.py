"""The card of a translator."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from seqserve.registry.artifact import Source
from training.core import model_card
from training.translation.card import card as translator_card
from training.translation.config import NetworkSection
from training.translation.task import TASK

CONFIG: Any = SimpleNamespace(
    source="en",
    target="fr",
    beam=5,
    max_beam=10,
    length_penalty=0.6,
    max_tokens=128,
    whole_tokens=None,
    least_score=-0.595,
    max_characters=10_000,
)
SOURCE = Source(
    name="Tatoeba (9 pairs)",
    url="https://example.org/fra-eng.zip",
    licence="CC BY 2.0 FR; attribute to tatoeba.org and manythings.org/anki",
    sha256="0" * 64,
)


def row(bleu: float, **more: float) -> dict[str, float]:
    return {"bleu": bleu, "chrf": bleu + 20, **more}


def metrics(**changed: Any) -> dict[str, Any]:
    return {
        "test": row(45.25, bleu_any=60.5, chrf_any=77.75),
        "baselines": {"copying the source": row(0.5), "phrase table": row(32)},
        "validation": row(46),
        "validation_baselines": {"copying the source": row(0.25), "phrase table": row(31.5)},
        "worse_than": [],
        "split": "Split by sentence: training 7, validation 1, test 1.",
        "seed": 3,
        "epochs": 12,
        "signatures": {"bleu": "nrefs:1|case:mixed", "chrf": "nrefs:1|nc:6"},
        **changed,
    }


def card(found: dict[str, Any], config: Any = CONFIG, **network: Any) -> str:
    described = translator_card(NetworkSection(**network), config, found)
    return model_card.render("en-fr", described, SOURCE, ["2 pairs corrected"], found, TASK.scoring)


@pytest.mark.parametrize(
    "line",
    [
        "# en-fr",
        "Translates sentences from English to French; a longer text",
        "Network: embedding of 256 both ways, bidirectional LSTM(256), attention, two layers of LSTM(384).",
        "licence: CC BY 2.0 FR; attribute to tatoeba.org and manythings.org/anki.",
        "Split by sentence: training 7, validation 1, test 1.",
        "- 2 pairs corrected",
        "On the test part, seed 3, 12 epochs:",
        "| | BLEU | chrF |",
        "| this model | 45.25 | 65.25 |",
        "| phrase table | 32 | 52 |",
        "| this model | 46 | 66 |",
        "| copying the source | 0.25 | 20.25 |",
        "It beats every baseline: 13.2 BLEU above the best.",
        "On the test part, against any of them: BLEU 60.5, chrF 77.75.",
        "- `nrefs:1|case:mixed`",
        "A sentence with a score below -0.595 has a warning; 5% of the good translations of held-out pairs (those",
    ],
)
def test_the_card_of_a_translator_says(line: str) -> None:
    assert line in card(metrics())


def test_what_was_not_compared_is_not_on_the_card() -> None:
    plain = card(metrics(test=row(45)))
    for absent in ("any of them", "Greedy", "8-bit", "Each source on", "Before", "Other sentences"):
        assert absent not in plain
    compared = {"decoding": {"greedy": row(44), "beam 5": row(46)}, "precision": {"float": row(46), "8-bit": row(45)}}
    compared |= {"apart": {"Tatoeba": row(47)}, "start": row(12), "uncertainty": {"test": 1.25, "validation": 9.5}}
    full = card(metrics(**compared))
    for line in (
        "| Tatoeba | 47 | 67 |",
        "| before | 12 | 32 |",
        "| after | 45.25 | 65.25 |",
        "±1.2 on the test part, ±9.5",
    ):
        assert line in full
    for line in ("| greedy | 44 | 64 |", "| beam 5 | 46 | 66 |", "| float | 46 | 66 |", "| 8-bit | 45 | 65 |"):
        assert line in full


def test_a_language_without_a_name_is_its_code_and_reading_backwards_is_said() -> None:
    config = SimpleNamespace(**(vars(CONFIG) | {"target": "tlh"}))
    found = card(metrics(), config, reverse=True)
    assert "from English to `tlh`" in found
    assert "two layers of LSTM(384), reading the source backwards." in found
