from __future__ import annotations

from typing import Any

import pytest

from seqserve.registry.artifact import Source
from training.core import model_card
from training.core.model_card import Card
from training.core.scoring import Scoring

SCORING = Scoring(headings={"mae": "MAE", "bias": "bias"}, decides="mae", lower_is_better=True, perfect=0, name="MAE")
CARD = Card(summary="Adds numbers.", results="By hand.", limits="Small numbers only.", units="in apples")
METRICS: dict[str, Any] = {
    "test": {"mae": 0.5, "bias": 0.25},
    "baselines": {"mean": {"mae": 1.0, "bias": 0}},
    "worse_than": [],
    "split": "Half and half.",
    "seed": 7,
    "epochs": 3,
}


def rendered(url: str | None = None, report: list[str] | None = None) -> str:
    source = Source(name="apples", url=url, licence="CC0-1.0", sha256="0" * 64)
    return model_card.render("adder", CARD, source, report or [], METRICS, SCORING)


def test_a_card_has_what_the_task_says_and_the_frame_of_all_tasks() -> None:
    card = rendered()
    for part in ("# adder", "Adds numbers.", "apples; licence: CC0-1.0.", "Half and half.", "Small numbers only."):
        assert part in card
    assert "On the test part, in apples, seed 7, 3 epochs:" in card
    assert "It beats every baseline: 50.0% below the MAE of the best." in card


def test_scores_stand_in_a_table_beside_the_baselines() -> None:
    lines = model_card.compared(SCORING, METRICS).splitlines()
    assert lines == [
        "| | MAE | bias |",
        "| --- | ---: | ---: |",
        "| this model | 0.5 | 0.25 |",
        "| mean | 1 | 0 |",
    ]


@pytest.mark.parametrize(
    ("url", "report", "there"),
    [
        ("https://example.org", [], "apples (<https://example.org>); licence"),
        (None, ["two rows dropped"], "\n- two rows dropped\n"),
        (None, [], "\n- nothing to clean\n"),
    ],
)
def test_address_and_changes_are_told(url: str | None, report: list[str], there: str) -> None:
    assert there in rendered(url, report)
