"""Which score decides, that a tie is a tie in all tasks, and how a verdict reads."""

from __future__ import annotations

import pytest

from training.tasks import TASKS

WORST, BEST = "worst", "best"
ROWS = {  # of each task a bad, a good and a better score
    "forecast": ({"mase": 9.0}, {"mase": 2.0}, {"mase": 1.5}),
    "sentiment": ({"accuracy": 0.5}, {"accuracy": 0.9}, {"accuracy": 0.95}),
    "classify": ({"accuracy": 0.5}, {"accuracy": 0.9}, {"accuracy": 0.95}),
    "tag": ({"f1": 0.2}, {"f1": 0.6}, {"f1": 0.65}),
    "complete": ({"subword_perplexity": 90.0}, {"subword_perplexity": 41.0}, {"subword_perplexity": 36.0}),
    "translation": ({"bleu": 1.0}, {"bleu": 32.0}, {"bleu": 52.0}),
}


@pytest.mark.parametrize("task", TASKS)
def test_only_a_strictly_worse_model_loses(task: str) -> None:
    scoring, (bad, good, better) = TASKS[task].scoring, ROWS[task]
    baselines = {WORST: bad, BEST: good}
    assert scoring.worse_than(better, baselines) == []
    assert scoring.worse_than(good, baselines) == []  # a tie with the best
    assert scoring.worse_than(bad, baselines) == [BEST]
    assert scoring.worse_than(bad, {BEST: good, "better": better}) == [BEST, "better"]


@pytest.mark.parametrize("task", TASKS)
def test_a_tie_is_called_a_tie(task: str) -> None:
    scoring, (bad, good, _) = TASKS[task].scoring, ROWS[task]
    metrics = {"test": good, "baselines": {WORST: bad, BEST: good}, "worse_than": []}
    assert scoring.verdict(metrics) == f"It does as well as the best baseline ({scoring.name}), no better."


@pytest.mark.parametrize("task", TASKS)
def test_the_score_that_decides_is_on_the_card_and_perfect_scores_have_no_error(task: str) -> None:
    scoring = TASKS[task].scoring
    assert scoring.decides in scoring.headings
    assert scoring.error({scoring.decides: scoring.perfect}) == 0


@pytest.mark.parametrize(
    ("task", "test", "expected"),
    [
        ("translation", {"bleu": 20}, "**It does worse than best** (BLEU): use that instead."),
        (
            "translation",
            {"bleu": 33},
            "It beats every baseline: 1.0 BLEU above the best, which may be no more than luck.",
        ),
        ("translation", {"bleu": 52}, "It beats every baseline: 20.0 BLEU above the best."),
        ("sentiment", {"accuracy": 0.95}, "It beats every baseline: 50.0% below the error rate of the best."),
        ("forecast", {"mase": 1.5}, "It beats every baseline: 25.0% below the MASE of the best."),
        ("forecast", {"mase": 2.5}, "**It does worse than best** (MASE): use that instead."),
    ],
)
def test_the_verdict_in_one_sentence(task: str, test: dict[str, float], expected: str) -> None:
    scoring, (bad, good, _) = TASKS[task].scoring, ROWS[task]
    baselines = {WORST: bad, BEST: good}
    metrics = {"test": test, "baselines": baselines, "worse_than": scoring.worse_than(test, baselines)}
    assert scoring.verdict(metrics) == expected
