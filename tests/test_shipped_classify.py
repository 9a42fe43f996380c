"""The shipped classifier of digits: its card, its size, and digits that nobody trained it on."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from PIL import Image, ImageDraw

from seqserve import tasks
from seqserve.registry.artifact import Artifact
from seqserve.registry.store import Store
from testing.service_process import CHECKOUT

STORE = Store(CHECKOUT / "models")
STROKES: dict[str, list[list[tuple[float, float]]]] = {
    "1": [[(14.5, 5), (13.5, 23)]],
    "4": [[(10, 5), (7, 16), (20, 16)], [(17, 7), (16, 24)]],
    "7": [[(7, 6), (20, 6), (13, 24)]],
}
"""Lines of digits, drawn for these tests."""


@pytest.fixture(scope="module")
def digits() -> Artifact:
    return STORE.read(STORE.resolve("classify", "digits", "stable"))


@pytest.fixture(scope="module")
def predictor(digits: Artifact) -> Any:
    return tasks.load(digits)


def drawn(strokes: list[list[tuple[float, float]]]) -> list[list[float]]:
    """An image of 28 x 28, its lines about as wide as those of MNIST."""
    size = 8
    image = Image.new("L", (28 * size, 28 * size))
    for stroke in strokes:
        ImageDraw.Draw(image).line([(x * size, y * size) for x, y in stroke], fill=255, width=20, joint="curve")
    found: list[list[float]] = np.asarray(image.resize((28, 28), Image.Resampling.BOX), dtype=float).tolist()
    return found


def test_it_is_the_default_and_small(digits: Artifact) -> None:
    assert STORE.default("classify") == "digits"
    assert sum(map(len, digits.files.values())) < 1_000_000


def test_it_is_as_good_as_is_said(digits: Artifact) -> None:
    metrics = digits.json("metrics.json")
    assert metrics["test"]["accuracy"] >= 0.985
    assert metrics["worse_than"] == []
    assert metrics["export_difference"] < 1e-5


def test_its_card_names_those_who_made_the_data(digits: Artifact) -> None:
    card = digits.file("MODEL_CARD.md").decode()
    assert "CC BY-SA 3.0, LeCun, Cortes and Burges" in card
    assert digits.manifest.licence == "CC-BY-SA-3.0"


@pytest.mark.parametrize("digit", STROKES)
def test_a_digit_that_is_drawn_is_known(predictor: Any, digit: str) -> None:
    (found,) = predictor.predict([predictor.query(drawn(STROKES[digit]), explain=True)])
    assert found.label == digit
    assert found.probability > 0.9
    assert found.warnings == []
    inked = [run["importance"] for run in found.explanation if 5 <= run["start"] < 24]
    empty = [run["importance"] for run in found.explanation if not 4 <= run["start"] < 26]
    assert max(inked) > max(map(abs, empty))
