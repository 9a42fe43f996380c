from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from seqserve.classify.predictor import Labelled, SequenceClassifier, SequenceQuery
from seqserve.errors import InputError
from testing.tiny import classify as tiny_classify
from testing.tiny.classify import LABELS, LONGEST, walk


def answer(predictor: SequenceClassifier, values: Any, **options: Any) -> Labelled:
    (found,) = predictor.predict([SequenceQuery(values, **options)])
    assert isinstance(found, Labelled), found
    return found


def error(predictor: SequenceClassifier, values: Any, **options: Any) -> InputError:
    (found,) = predictor.predict([SequenceQuery(values, **options)])
    assert isinstance(found, InputError)
    return found


def test_probabilities_add_up_and_the_label_is_the_likeliest() -> None:
    found = answer(tiny_classify.classifier(), walk(9))
    assert found.probabilities is not None
    assert list(found.probabilities) == list(LABELS)
    assert sum(found.probabilities.values()) == pytest.approx(1)
    assert found.label == max(found.probabilities, key=found.probabilities.__getitem__)
    assert found.probability == found.probabilities[found.label]
    assert found.warnings == []


def test_a_batch_of_mixed_lengths_answers_as_each_alone() -> None:
    predictor = tiny_classify.classifier()
    queries = [SequenceQuery(walk(steps, seed=steps), explain=steps % 2 == 0) for steps in (5, 19, 6, 11, 8)]
    together: list[Any] = predictor.predict(queries)
    for query, found in zip(queries, together, strict=True):
        alone = answer(predictor, query.values, explain=query.explain)
        assert found.probability == pytest.approx(alone.probability, abs=1e-6)
        assert (found.explanation is None) == (not query.explain)


def test_each_step_has_its_label_whatever_stands_beside_it_in_the_batch() -> None:
    predictor = tiny_classify.classifier(per_step=True)
    queries = [SequenceQuery(walk(steps, seed=steps)) for steps in (7, 20)]
    together: list[Any] = predictor.predict(queries)
    for query, found in zip(queries, together, strict=True):
        alone = answer(predictor, query.values)
        assert found.label is None
        assert len(found.steps) == len(query.values)
        for mine, its in zip(found.steps, alone.steps or (), strict=True):
            assert mine["probabilities"] == pytest.approx(its["probabilities"], abs=1e-6)


def test_only_the_likeliest_are_told() -> None:
    predictor = tiny_classify.classifier()
    every, two = answer(predictor, walk(9)), answer(predictor, walk(9), top=2)
    assert every.probabilities is not None
    assert two.probabilities is not None
    assert sorted(every.probabilities.values(), reverse=True)[:2] == list(two.probabilities.values())
    assert next(iter(two.probabilities)) == two.label == every.label


def test_an_explanation_is_the_fall_of_the_log_odds_when_steps_are_usual() -> None:
    predictor = tiny_classify.classifier()
    values = walk(6)
    found = answer(predictor, values, explain=True)
    assert [(run["start"], run["end"]) for run in found.explanation or ()] == [(step, step + 1) for step in range(6)]
    assert found.label is not None
    for run in found.explanation or ():
        without = [list(step) for step in values]
        without[run["start"]] = predictor.config.usual
        share = (answer(predictor, without).probabilities or {})[found.label]
        odds = np.log(share / (1 - share))
        assert run["importance"] == pytest.approx((found.log_odds or 0) - odds, abs=1e-4)


def test_gaps_are_filled_along_a_line_and_said() -> None:
    predictor = tiny_classify.classifier(("a",))
    whole = answer(predictor, [98.0, 99, 100, 101, 102, 102])
    holed = answer(predictor, [98.0, None, 100, None, 102, None])
    assert holed.probability == pytest.approx(whole.probability, abs=1e-6)
    assert holed.warnings == ["3 gaps filled along a line between neighbours"]


def test_what_is_unlike_the_training_part_is_warned_of() -> None:
    outside, short = answer(tiny_classify.classifier(), [[1000, 100], [100, 100]]).warnings
    assert outside == "1 value of x outside the range that the model was trained on"
    assert short == "the sequence has 2 steps; the model was trained on 5 to 20"


def test_values_that_single_precision_cannot_hold_have_an_answer_and_a_warning() -> None:
    found = answer(tiny_classify.classifier(), [[1e140, -1e140], [-1e140, 100]])
    assert found.probabilities is not None
    assert sum(found.probabilities.values()) == pytest.approx(1)
    assert found.warnings[0].startswith("3 values of x, y outside the range")


@pytest.mark.parametrize(
    ("values", "code", "message"),
    [
        ([], "empty", "no values"),
        ([[1, 2, 3]], "wrong_features", "a number for each of x, y"),
        ([1, 2], "wrong_features", "send a list of 2 numbers a step"),
        ([[1, "2"]], "not_a_number", "step 0 is not a number"),
        ([[1, True]], "not_a_number", "step 0 is not a number"),
        ([[1, float("inf")]], "not_finite", "infinite"),
        ([[1, -1e200]], "out_of_range", "a value is beyond 1e+150; check the units"),
        ([[1, None], [2, None], [2, 3]], "too_many_gaps", "2 of 3 values of y are gaps, more than half"),
        ([[1, 2]] * (LONGEST + 1), "too_long", f"at most {LONGEST} are taken"),
    ],
)
def test_what_cannot_be_labelled_says_why(values: Any, code: str, message: str) -> None:
    found = error(tiny_classify.classifier(), values)
    assert (found.code, found.field) == (code, "values")
    assert message in found.message


def test_a_model_of_grids_takes_their_length_only() -> None:
    predictor = tiny_classify.classifier(steps=7)
    assert answer(predictor, walk(7)).warnings == []
    assert error(predictor, walk(6)).message == "6 steps; this model takes sequences of exactly 7"


def test_a_label_a_step_is_not_explained() -> None:
    assert error(tiny_classify.classifier(per_step=True), walk(7), explain=True).code == "not_explained"


def test_the_cost_counts_what_is_hidden() -> None:
    predictor = tiny_classify.classifier()
    assert predictor.cost(predictor.prepare(SequenceQuery(walk(10)))) == 10
    assert predictor.cost(predictor.prepare(SequenceQuery(walk(10), explain=True))) == 110
