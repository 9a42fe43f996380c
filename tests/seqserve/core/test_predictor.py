import copy
import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from seqserve import tasks
from seqserve.core import predictor
from seqserve.core.predictor import Predictor
from seqserve.errors import ArtifactError, InputError
from seqserve.registry import artifact
from seqserve.registry.artifact import EXAMPLES, Artifact
from testing import tiny


class Halving(Predictor[float, float, float, float]):
    """A predictor of one line, to see what all have in common."""

    batches: list[list[float]]

    @classmethod
    def load(cls, artifact: Artifact, threads: int = 1) -> "Halving":
        return cls()

    def __init__(self) -> None:
        self.batches = []

    def signature(self) -> dict[str, Any]:
        return {}

    def prepare(self, query: float) -> float:
        if query < 0:
            raise InputError("negative", "the number is negative; send another", "number")
        return query

    def infer(self, batch: Sequence[float]) -> list[float]:
        self.batches.append(list(batch))
        return [item / 2 for item in batch]

    def finish(self, prepared: float, raw: float) -> float:
        return raw

    def cost(self, prepared: float) -> int:
        return 1

    def replay(self, example: dict[str, Any]) -> dict[str, Any]:
        raise AssertionError("nothing here is replayed")


def test_a_batch_is_inferred_at_once_and_answered_in_order() -> None:
    halving = Halving()
    answers = halving.predict([8.0, -1.0, 0.0, 2.0])
    assert [answer for answer in answers if not isinstance(answer, InputError)] == [4.0, 0.0, 1.0]
    assert isinstance(answers[1], InputError)
    assert halving.batches == [[8.0, 0.0, 2.0]]


def test_nothing_is_inferred_where_every_query_fails() -> None:
    halving = Halving()
    assert all(isinstance(answer, InputError) for answer in halving.predict([-1.0, -2.0]))
    assert halving.predict([]) == []
    assert halving.batches == []


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Artifact:
    return artifact.publish(tmp_path_factory.mktemp("models"), tiny.release())


def changed(published: Artifact, path: list[str | int], value: Any) -> Artifact:
    """The artifact with another golden answer."""
    examples = copy.deepcopy(json.loads(published.files[EXAMPLES]))
    inner = examples[0]["output"]
    for step in path[:-1]:
        inner = inner[step]
    inner[path[-1]] = value(inner[path[-1]]) if callable(value) else value
    return replace(published, files={**published.files, EXAMPLES: json.dumps(examples).encode()})


def test_a_version_that_answers_its_examples_is_loaded(published: Artifact) -> None:
    assert tasks.load(published).signature()["window"] == 8


def test_another_rounding_is_the_same_answer(published: Artifact) -> None:
    tasks.load(changed(published, ["mean", 0], lambda mean: mean * (1 + predictor.TOLERANCE / 2)))


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (["mean", 0], lambda mean: mean * (1 + 2 * predictor.TOLERANCE)),
        (["mean", 0], float("nan")),
        (["mean", 0], None),
        (["mean", 0], "100"),
        (["mean"], []),
        (["mean"], {}),
        (["mean"], lambda mean: [*mean, 1.0]),
        (["warnings"], ["1 gap filled"]),
        (["intervals"], {}),
        (["intervals", "80", "lower", 1], 0.0),
        (["id"], "other"),
    ],
)
def test_another_answer_is_refused(published: Artifact, path: list[str | int], value: Any) -> None:
    with pytest.raises(ArtifactError, match="answers its example 1 otherwise"):
        tasks.load(changed(published, path, value))


def test_a_number_near_zero_is_as_exact_as_its_neighbours(tmp_path: Path) -> None:
    """Rounding is a share of what a number was computed from, not of what happened to be left of it."""
    assert predictor.alike([100.0, 1e-6], [100.0, 0.0])
    assert not predictor.alike([100.0, 1.0], [100.0, 0.0])
    assert not predictor.alike([1e-6], [0.0])
    parts = [{"text": "great", "contribution": 0.5}, {"text": ".", "contribution": 1e-5}]
    assert predictor.alike([parts[0], {"text": ".", "contribution": 2e-5}], parts)
    assert not predictor.alike([parts[0], {"text": ".", "contribution": 1e-3}], parts)


def test_warnings_may_be_worded_anew_but_are_as_many() -> None:
    golden = {"mean": [1.0], "warnings": ["1 gap filled"]}
    assert predictor.alike({"mean": [1.0], "warnings": ["filled one gap"]}, golden)
    assert not predictor.alike({"mean": [1.0], "warnings": []}, golden)
    assert not predictor.alike({"mean": [2.0], "warnings": ["1 gap filled"]}, golden)
