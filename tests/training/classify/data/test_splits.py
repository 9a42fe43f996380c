from __future__ import annotations

import numpy as np
import pytest

from seqserve.classify.sequences import TEST, TRAIN, Sequences
from training.classify.config import DataSection
from training.classify.data import splits, windows


def sequences(labels: list[str], *, groups: list[str] | None = None, parts: list[str] | None = None) -> Sequences:
    random = np.random.default_rng(0)
    values = [random.normal(size=(4, 1)) for _ in labels]
    places = [str(number) for number in range(len(labels))]
    return Sequences(values, ["v"], places, [[label] for label in labels], groups=groups, parts=parts)


def test_every_part_has_the_shares_of_the_labels() -> None:
    found = sequences(["a"] * 60 + ["b"] * 30)
    train, validation, test, _ = splits.split(found, DataSection(validation=0.2, test=0.2), seed=1)
    assert sorted([*train, *validation, *test]) == list(range(90))
    for rows in (train, validation, test):
        assert np.mean(rows < 60) == pytest.approx(2 / 3, abs=0.04)


def test_a_group_is_in_one_part() -> None:
    labels = ["a", "b"] * 60
    groups = [str(number // 4) for number in range(120)]
    parts = splits.split(sequences(labels, groups=groups), DataSection(), seed=2)[:3]
    names = [{groups[row] for row in rows} for rows in parts]
    assert not names[0] & names[1] | names[0] & names[2] | names[1] & names[2]
    assert set().union(*names) == set(groups)


def test_equal_sequences_stay_together() -> None:
    found = sequences(["a", "b"] * 20)
    for row in range(2, 40, 2):
        found.values[row] = found.values[row - 2] if row % 4 else found.values[row]
    *parts, how = splits.split(found, DataSection(), seed=0)
    assert "10 sequences equal others" in how
    for row in range(2, 40, 4):
        assert any({row, row - 2} <= set(rows.tolist()) for rows in parts)


def test_a_published_test_part_stays_as_it_is() -> None:
    parts = [TRAIN] * 20 + [TEST] * 10
    train, validation, test, how = splits.split(sequences(["a", "b"] * 15, parts=parts), DataSection(), seed=0)
    assert test.tolist() == list(range(20, 30))
    assert sorted([*train, *validation]) == list(range(20))
    assert "published" in how


def test_labels_of_too_few_sequences_are_named() -> None:
    with pytest.raises(ValueError, match=r"\(3 are needed\): 'b' \(2\)"):
        splits.split(sequences(["a"] * 10 + ["b"] * 2), DataSection(), seed=0)


def streams(count: int, steps: int = 120) -> Sequences:
    values = [np.arange(steps, dtype=float)[:, np.newaxis] + 1000 * number for number in range(count)]
    labels = [["on" if step % 60 < 30 else "off" for step in range(steps)] for _ in values]
    return Sequences(values, ["v"], [f"s{number}" for number in range(count)], labels, per_step=True)


@pytest.mark.parametrize("count", [1, 12])
@pytest.mark.parametrize("per_step", [True, False])
def test_overlapping_windows_leak_nothing_into_another_part(count: int, per_step: bool) -> None:
    found = windows.cut(streams(count), 8, 2, per_step=per_step)
    *parts, _ = splits.split(found, DataSection(), seed=0)
    seen = [{value for row in rows for value in found.values[row][:, 0].tolist()} for rows in parts]
    assert all(seen)
    assert not seen[0] & seen[1] | seen[0] & seen[2] | seen[1] & seen[2]
    for steps, labels in zip(found.values, found.labels or (), strict=True):
        own = ["on" if value % 1000 % 60 < 30 else "off" for value in steps[:, 0]]
        assert labels == (own if per_step else [own[0]])


def test_a_window_that_is_too_long_says_how_long_streams_are() -> None:
    with pytest.raises(ValueError, match="streams have up to 120 steps"):
        windows.cut(streams(1), 200, 10, per_step=False)
